package expr

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Op says what a condition tests.
type Op uint8

// The conditions DynamoDB knows. And and Or combine Subs, Not negates Subs[0].
// Raw is text with placeholders of its own, see [Foreign].
const (
	None Op = iota // no condition
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	Between
	In
	BeginsWith
	Contains
	Exists
	NotExists
	TypeIs
	And
	Or
	Not
	Raw
)

var comparators = [...]string{Eq: " = ", Ne: " <> ", Lt: " < ", Le: " <= ", Gt: " > ", Ge: " >= "}

// Operand is a value, or a path to one.
type Operand struct {
	Value types.AttributeValue // used when Path is empty
	Path  Path
}

// Cond is a condition tree. The zero Cond is no condition.
type Cond struct {
	Op     Op
	Size   bool // it tests the size of what Path leads to
	Shared bool // Value is part of other requests too: each gets a copy
	Plain  bool // it is compared with Text, not with Value
	Path   Path
	Value  types.AttributeValue // what it is compared with, when Args is empty
	Text   string               // of Raw: # and : stand for Args, in their order
	Args   []Operand
	Subs   []Cond
}

// All joins conditions with AND, leaving out empty ones and taking apart those
// that are joined so themselves. It may keep cs.
func All(cs ...Cond) Cond { return join(And, cs) }

// Any joins conditions with OR, as All does with AND.
func Any(cs ...Cond) Cond { return join(Or, cs) }

func join(op Op, cs []Cond) Cond {
	subs := cs
	if !flat(op, cs) {
		subs = make([]Cond, 0, len(cs)+2)
		for i := range cs {
			switch cs[i].Op {
			case None:
			case op:
				subs = append(subs, cs[i].Subs...)
			default:
				subs = append(subs, cs[i])
			}
		}
	}
	switch len(subs) {
	case 0:
		return Cond{}
	case 1:
		return subs[0]
	}
	return Cond{Op: op, Subs: subs}
}

// flat reports whether none of cs is to be left out or taken apart.
func flat(op Op, cs []Cond) bool {
	for i := range cs {
		if cs[i].Op == None || cs[i].Op == op {
			return false
		}
	}
	return true
}

// Compare is a condition between a path and a value.
func Compare(op Op, p Path, v types.AttributeValue) Cond {
	return Cond{Op: op, Path: p, Value: v}
}

// CompareText is Compare with a string.
func CompareText(op Op, p Path, text string) Cond {
	return Cond{Op: op, Path: p, Plain: true, Text: text}
}

// Constant is Compare for a condition that is part of many requests.
func Constant(op Op, p Path, v types.AttributeValue) Cond {
	return Cond{Op: op, Path: p, Value: v, Shared: true}
}

// Test is a condition on a path alone: [Exists] or [NotExists].
func Test(op Op, p Path) Cond { return Cond{Op: op, Path: p} }

// Cond writes c and returns its text, empty for no condition.
func (b *Builder) Cond(c Cond) Text {
	start := b.len()
	if c.Op != None {
		b.cond(&c)
	}
	return b.since(start)
}

// All writes the condition that [All] makes of all the conditions in lists.
func (b *Builder) All(lists ...[]Cond) Text {
	start, n := b.len(), 0
	for _, cs := range lists {
		n += count(cs)
	}
	for _, cs := range lists {
		b.conjuncts(cs, n == 1, start)
	}
	return b.since(start)
}

// count returns how many conditions All joins.
func count(cs []Cond) int {
	n := 0
	for i := range cs {
		switch cs[i].Op {
		case None:
		case And:
			n += count(cs[i].Subs)
		default:
			n++
		}
	}
	return n
}

// conjuncts writes conditions joined with AND after what b holds of them from
// start on; one alone needs no parentheses.
func (b *Builder) conjuncts(cs []Cond, alone bool, start int) {
	for i := range cs {
		switch cs[i].Op {
		case None:
			continue
		case And:
			b.conjuncts(cs[i].Subs, alone, start)
			continue
		}
		if b.len() > start {
			b.write(" AND ")
		}
		if alone {
			b.cond(&cs[i])
		} else {
			b.member(&cs[i])
		}
	}
}

func (b *Builder) cond(c *Cond) {
	switch c.Op {
	case And:
		b.joined(c.Subs, " AND ")
	case Or:
		b.joined(c.Subs, " OR ")
	case Not:
		b.write("NOT (")
		b.cond(&c.Subs[0])
		b.write(")")
	case Between:
		b.left(c)
		b.write(" BETWEEN ")
		b.operand(&c.Args[0])
		b.write(" AND ")
		b.operand(&c.Args[1])
	case In:
		b.left(c)
		b.write(" IN (")
		b.right(c)
		b.write(")")
	case Raw:
		b.raw(c)
	default:
		b.simple(c)
	}
}

func (b *Builder) simple(c *Cond) {
	if int(c.Op) < len(comparators) {
		b.left(c)
		b.write(comparators[c.Op])
		b.right(c)
		return
	}
	b.write(functions[c.Op])
	b.write("(")
	b.left(c)
	if c.Plain || c.Value != nil || len(c.Args) > 0 {
		b.write(", ")
		b.right(c)
	}
	b.write(")")
}

var functions = [...]string{
	BeginsWith: "begins_with", Contains: "contains", Exists: "attribute_exists",
	NotExists: "attribute_not_exists", TypeIs: "attribute_type",
}

// joined writes sub-conditions with sep between them. Each sub-condition that
// is itself a combination goes into parentheses, so that precedence never
// decides what a condition means.
func (b *Builder) joined(subs []Cond, sep string) {
	for i := range subs {
		if i > 0 {
			b.write(sep)
		}
		b.member(&subs[i])
	}
}

func (b *Builder) member(c *Cond) {
	switch c.Op {
	case And, Or, Raw, Between:
		b.write("(")
		b.cond(c)
		b.write(")")
	default:
		b.cond(c)
	}
}

// left writes what a condition is about.
func (b *Builder) left(c *Cond) {
	if !c.Size {
		b.path(c.Path)
		return
	}
	b.write("size(")
	b.path(c.Path)
	b.write(")")
}

// right writes what it is compared with.
func (b *Builder) right(c *Cond) {
	switch {
	case c.Plain:
		b.string(c.Text)
	case len(c.Args) > 0:
	case c.Shared:
		b.shared(c.Value)
	default:
		b.value(c.Value)
	}
	for i := range c.Args {
		if i > 0 {
			b.write(", ")
		}
		b.operand(&c.Args[i])
	}
}

func (b *Builder) operand(o *Operand) {
	if len(o.Path) > 0 {
		b.path(o.Path)
	} else {
		b.value(o.Value)
	}
}

// Foreign returns a condition that is written elsewhere, with `#name` and
// `:value` placeholders: they get others in each request.
func Foreign(text string, names map[string]string, values map[string]types.AttributeValue) Cond {
	c := Cond{Op: Raw}
	bare := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		kind := text[i]
		bare = append(bare, kind)
		i++
		if kind != '#' && kind != ':' {
			continue
		}
		from := i - 1
		for i < len(text) && isWord(text[i]) {
			i++
		}
		if kind == '#' {
			c.Args = append(c.Args, Operand{Path: Name(names[text[from:i]])})
		} else {
			c.Args = append(c.Args, Operand{Value: values[text[from:i]]})
		}
	}
	c.Text = string(bare)
	return c
}

// raw copies foreign text, giving its placeholders numbers of this request.
// Text inside it has no string literals: DynamoDB's grammar knows none.
func (b *Builder) raw(c *Cond) {
	args := c.Args
	for i := range len(c.Text) {
		switch c.Text[i] {
		case '#':
			b.path(args[0].Path)
		case ':':
			b.shared(args[0].Value)
		default:
			b.write(c.Text[i : i+1])
			continue
		}
		args = args[1:]
	}
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
