package dyn

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/expr"
)

// Cond is a condition on the attributes of an item: a key condition or filter
// of a query, or what a write demands of the item it finds. Conditions are
// values; making one sends nothing. Mistakes in them, such as an order between
// lists, are reported by the operation that uses them, before it sends
// anything.
//
// As in DynamoDB, a comparison with an attribute that is absent is false, but
// for [Ne], which is true.
type Cond struct {
	op    expr.Op
	elem  bool      // values are elements of what ptr names
	plain bool      // its value is text, as that of most conditions is
	text  string    // which needs no memory of its own
	ptr   any       // what it tests
	val   any       // what with: a pointer to the first of its values if it has any
	rare  *rareCond // kept apart, as conditions are copied often
}

// rareCond is what few conditions have.
type rareCond struct {
	more  []any // pointers to the other values
	other any   // the second attribute of EqField and its like
	subs  []Cond
	raw   *expr.Cond
	err   error
}

// count returns how many values c has.
func (c *Cond) count() int {
	switch {
	case c.plain:
		return 1
	case c.val == nil:
		return 0
	case c.rare == nil:
		return 1
	}
	return 1 + len(c.rare.more)
}

// value returns value i.
func (c *Cond) value(i int) reflect.Value {
	if c.plain {
		own := c.text
		return reflect.ValueOf(&own).Elem()
	}
	p := c.val
	if i > 0 {
		p = c.rare.more[i-1]
	}
	return reflect.ValueOf(p).Elem()
}

// add gives c, which is not plain, another value, to which v points.
func (c *Cond) add(v any) {
	if c.val == nil {
		c.val = v
		return
	}
	if c.rare == nil {
		c.rare = &rareCond{}
	}
	c.rare.more = append(c.rare.more, v)
}

func (c *Cond) other() any {
	if c.rare == nil {
		return nil
	}
	return c.rare.other
}

func (c *Cond) subs() []Cond {
	if c.rare == nil {
		return nil
	}
	return c.rare.subs
}

func (c *Cond) err() error {
	if c.rare == nil {
		return nil
	}
	return c.rare.err
}

// compare makes a condition on its own copies of vs, so that what the caller
// does to them later does not matter.
func compare[V any](op expr.Op, p *V, vs ...V) Cond {
	own := slices.Clone(vs)
	c := Cond{op: op, ptr: p}
	if len(own) > 1 {
		c.rare = &rareCond{more: make([]any, 0, len(own)-1)}
	}
	for i := range own {
		c.add(&own[i])
	}
	return c
}

// compareOne is compare with one value.
func compareOne[V any](op expr.Op, p *V, v V) Cond {
	if _, ok := any(p).(*string); ok { // and no interface that holds a string
		return Cond{op: op, ptr: p, plain: true, text: any(v).(string)}
	}
	own := v
	return Cond{op: op, ptr: p, val: &own}
}

// Eq is true when the attribute equals v. A v that dyn stores by leaving the
// attribute out, such as a nil pointer, makes it the same as [NotExists].
func Eq[V any](p *V, v V) Cond { return compareOne(expr.Eq, p, v) }

// Ne is true when the attribute differs from v or is absent. A v that dyn
// stores by leaving the attribute out makes it the same as [Exists].
func Ne[V any](p *V, v V) Cond { return compareOne(expr.Ne, p, v) }

// Lt is true when the attribute is less than v. Strings are ordered by their
// UTF-8 bytes, binary by bytes, numbers by value; no other type has an order.
// Times have one when they are stored as numbers (unixtime), or are part of a
// key, or kept by dyn.
func Lt[V any](p *V, v V) Cond { return compareOne(expr.Lt, p, v) }

// Le is true when the attribute is at most v, in the order of [Lt].
func Le[V any](p *V, v V) Cond { return compareOne(expr.Le, p, v) }

// Gt is true when the attribute is greater than v, in the order of [Lt].
func Gt[V any](p *V, v V) Cond { return compareOne(expr.Gt, p, v) }

// Ge is true when the attribute is at least v, in the order of [Lt].
func Ge[V any](p *V, v V) Cond { return compareOne(expr.Ge, p, v) }

// Between is true when the attribute lies between lo and hi, both included, in
// the order of [Lt]. It is false for every item when lo is greater than hi.
func Between[V any](p *V, lo, hi V) Cond { return compare(expr.Between, p, lo, hi) }

// In is true when the attribute equals one of vs. Without any it is an error.
func In[V any](p *V, vs ...V) Cond { return compare(expr.In, p, vs...) }

// BeginsWith is true when a string or binary attribute starts with prefix.
func BeginsWith[S ~string | ~[]byte](p *S, prefix S) Cond {
	return compareOne(expr.BeginsWith, p, prefix)
}

// Contains is true when a string attribute has sub in it.
// For the members of sets and lists there is [Has].
func Contains[S ~string](p *S, sub S) Cond { return compareOne(expr.Contains, p, sub) }

// Has is true when v is a member of a set, or an element of a list.
func Has[S ~[]E, E any](p *S, v E) Cond {
	return Cond{op: expr.Contains, ptr: p, val: &v, elem: true}
}

// Exists is true when the item has the attribute, whatever its value.
func Exists[V any](p *V) Cond { return Cond{op: expr.Exists, ptr: p} }

// NotExists is true when the item lacks the attribute.
func NotExists[V any](p *V) Cond { return Cond{op: expr.NotExists, ptr: p} }

// TypeIs is true when the attribute is stored with the given DynamoDB type:
// one of S, N, B, BOOL, NULL, M, L, SS, NS, BS.
func TypeIs[V any](p *V, descriptor string) Cond {
	c := Cond{op: expr.TypeIs, ptr: p, plain: true, text: descriptor}
	switch descriptor {
	case "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS":
	default:
		c.rare = &rareCond{err: fmt.Errorf("TypeIs: %q is no DynamoDB type; use S, N, B, BOOL, NULL, M, L, SS, NS or BS", descriptor)}
	}
	return c
}

func pair(op expr.Op, a, b any) Cond { return Cond{op: op, ptr: a, rare: &rareCond{other: b}} }

// EqField is true when the two attributes are present and equal.
func EqField[V any](a, b *V) Cond { return pair(expr.Eq, a, b) }

// NeField is true when the two attributes differ, or one of them is absent.
func NeField[V any](a, b *V) Cond { return pair(expr.Ne, a, b) }

// LtField is true when attribute a is less than attribute b, in the order of [Lt].
func LtField[V any](a, b *V) Cond { return pair(expr.Lt, a, b) }

// LeField is true when attribute a is at most attribute b, in the order of [Lt].
func LeField[V any](a, b *V) Cond { return pair(expr.Le, a, b) }

// And is true when all the conditions are. And of none is true.
func And(cs ...Cond) Cond { return Cond{op: expr.And, rare: &rareCond{subs: slices.Clone(cs)}} }

// Or is true when at least one of the conditions is. Or of none is an error.
func Or(cs ...Cond) Cond { return Cond{op: expr.Or, rare: &rareCond{subs: slices.Clone(cs)}} }

// Not is true when c is not.
func Not(c Cond) Cond { return Cond{op: expr.Not, rare: &rareCond{subs: []Cond{c}}} }

// Expr makes a condition of one built with the AWS expression package, for what
// dyn has no words for. Its attribute names are DynamoDB's, and nothing about
// them is checked.
func Expr(b expression.ConditionBuilder) Cond {
	e, err := expression.NewBuilder().WithCondition(b).Build()
	if err != nil {
		return Cond{op: expr.Raw, rare: &rareCond{err: fmt.Errorf("Expr: %w", err)}}
	}
	raw := expr.Foreign(*e.Condition(), e.Names(), e.Values())
	return Cond{op: expr.Raw, rare: &rareCond{raw: &raw}}
}

// maxIn is how many values DynamoDB takes in one IN.
const maxIn = 100

// cond compiles c for items of m.
func (m *model) cond(c *Cond) (out expr.Cond, err error) {
	switch {
	case c.err() != nil:
		return out, c.err()
	case c.op == expr.And || c.op == expr.Or || c.op == expr.Not:
		return m.combined(c)
	case c.op == expr.Raw:
		return *c.rare.raw, nil
	case c.op == expr.None:
		return out, fmt.Errorf("a Cond without content is no condition")
	}
	r, err := m.operand(c.ptr)
	if err != nil {
		return out, err
	}
	out.Op, out.Path, out.Size = c.op, r.path, r.size
	if c.other() != nil {
		err = m.fieldCond(c, r, &out)
	} else if err = checkOperator(c, r); err == nil {
		err = condValues(c, r, &out)
	}
	return out, err
}

func (m *model) combined(c *Cond) (expr.Cond, error) {
	if c.op == expr.Or && len(c.subs()) == 0 {
		return expr.Cond{}, fmt.Errorf("Or of no conditions is never true; leave it out or give it one")
	}
	subs, err := m.conds(c.subs())
	if err != nil {
		return expr.Cond{}, err
	}
	switch c.op {
	case expr.And:
		return expr.All(subs...), nil
	case expr.Or:
		for _, s := range subs {
			if s.Op == expr.None {
				return expr.Cond{}, nil // one of them is always true
			}
		}
		return expr.Any(subs...), nil
	}
	if subs[0].Op == expr.None {
		return expr.Cond{}, fmt.Errorf("Not of no conditions is never true")
	}
	return expr.Cond{Op: expr.Not, Subs: subs}, nil
}

func (m *model) conds(cs []Cond) ([]expr.Cond, error) {
	out := make([]expr.Cond, len(cs))
	for i := range cs {
		var err error
		if out[i], err = m.cond(&cs[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// appendConds is conds at the end of out.
func (m *model) appendConds(out []expr.Cond, cs []Cond) ([]expr.Cond, error) {
	for i := range cs {
		e, err := m.cond(&cs[i])
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (m *model) fieldCond(c *Cond, r *ref, out *expr.Cond) error {
	other, err := m.ref(c.other())
	if err == nil {
		_, err = m.ref(c.ptr)
	}
	if err != nil {
		return err
	}
	if r.path.Equal(other.path) {
		return fmt.Errorf("%s is compared with itself, which DynamoDB refuses", r.goRef)
	}
	if r.codec.Attr() != other.codec.Attr() || r.sortable != other.sortable {
		return fmt.Errorf("%s and %s are stored differently, so they can't be compared", r.goRef, other.goRef)
	}
	if c.op != expr.Eq && c.op != expr.Ne {
		for _, x := range []*ref{r, other} {
			if err := ordered(x); err != nil {
				return err
			}
		}
	}
	out.Args = []expr.Operand{{Path: other.path}}
	return nil
}

// checkOperator refuses what DynamoDB would refuse, or answer with nothing.
func checkOperator(c *Cond, r *ref) error {
	switch {
	case r.size && (c.op == expr.Exists || c.op == expr.NotExists || c.op == expr.TypeIs):
		return fmt.Errorf("the size of %s can only be compared with a number", r.goRef)
	case c.op == expr.In && c.count() == 0:
		return fmt.Errorf("In(%s) of no values is never true; leave it out or give it one", r.goRef)
	case r.size:
		return nil
	case c.op == expr.Contains && c.elem && !r.is("L", "SS", "NS", "BS"):
		return fmt.Errorf("%s is stored as a %s; Has needs a set or a list", r.goRef, r.stored())
	case c.op == expr.Contains && !c.elem && !r.is("S"), c.op == expr.BeginsWith && !r.is("S", "B"):
		return fmt.Errorf("%s is stored as a %s, which has no text to search", r.goRef, r.stored())
	case c.op == expr.Between || c.op >= expr.Lt && c.op <= expr.Ge:
		return ordered(r)
	}
	return nil
}

// ordered returns why the values of r have no order in DynamoDB, or nil.
func ordered(r *ref) error {
	switch {
	case r.codec.Kind == codec.Time && !r.sortable:
		return fmt.Errorf("%s is a time stored as text of varying length, which does not sort; tag it `dynamodbav:\",unixtime\"`", r.goRef)
	case !r.is("S", "N", "B"):
		return fmt.Errorf("%s is stored as a %s, which has no order", r.goRef, r.stored())
	case r.codec.Tag.String && r.is("S") && r.codec.Kind != codec.String:
		return fmt.Errorf("%s is a number stored as text, whose order is another", r.goRef)
	}
	return nil
}

// condValues gives out the values of c, which makes it another condition where
// they need one.
func condValues(c *Cond, r *ref, out *expr.Cond) error {
	n := c.count()
	if n == 1 {
		if out.Text, out.Plain = c.asText(r); out.Plain {
			return nil
		}
	}
	if n > 1 {
		out.Args = make([]expr.Operand, 0, n)
	}
	for i := range n {
		av, err := condValue(c, r, c.value(i))
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", r.goRef, err)
		case av == nil && c.op == expr.Eq:
			*out = expr.Test(expr.NotExists, r.path)
			return nil
		case av == nil && c.op == expr.Ne:
			*out = expr.Test(expr.Exists, r.path)
			return nil
		case av == nil:
			return fmt.Errorf("%s: a value that is stored by leaving the attribute out can't be compared; use NotExists", r.goRef)
		}
		if n == 1 {
			out.Value = av
		} else {
			out.Args = append(out.Args, expr.Operand{Value: av})
		}
	}
	switch {
	case c.op == expr.In && len(out.Args) > maxIn:
		*out = splitIn(*out)
	case c.op == expr.Between && less(out.Args[1].Value, out.Args[0].Value):
		*out = crossed(*out)
	}
	return nil
}

// asText returns the value of c where it is stored as a string, whatever it is.
func (c *Cond) asText(r *ref) (string, bool) {
	switch {
	case c.op == expr.TypeIs, c.plain && r.codec.Verbatim():
		return c.text, true
	case r.size || c.elem || !r.codec.Verbatim():
		return "", false
	}
	return c.value(0).String(), true
}

// crossed writes a Between whose ends are the wrong way round, which DynamoDB
// refuses, as two comparisons that no value meets.
func crossed(c expr.Cond) expr.Cond {
	lo, hi := c, c
	lo.Op, lo.Args = expr.Ge, c.Args[:1]
	hi.Op, hi.Args = expr.Le, c.Args[1:]
	return expr.All(lo, hi)
}

func condValue(c *Cond, r *ref, v reflect.Value) (types.AttributeValue, error) {
	switch {
	case r.size:
		return &types.AttributeValueMemberN{Value: strconv.FormatInt(v.Int(), 10)}, nil
	case c.elem:
		return r.codec.Elem().Encode(v)
	}
	return r.encode(v)
}

// oneOf is the condition that an attribute is one of texts.
func oneOf(path expr.Path, texts []string) expr.Cond {
	c := expr.Cond{Op: expr.In, Path: path}
	for _, s := range texts {
		c.Args = append(c.Args, expr.Operand{Value: &types.AttributeValueMemberS{Value: s}})
	}
	if len(c.Args) > maxIn {
		return splitIn(c)
	}
	return c
}

// splitIn spreads more values than one IN takes over several.
func splitIn(c expr.Cond) expr.Cond {
	var parts []expr.Cond
	for args := c.Args; len(args) > 0; {
		n := min(len(args), maxIn)
		parts = append(parts, expr.Cond{Op: expr.In, Path: c.Path, Args: args[:n:n]})
		args = args[n:]
	}
	return expr.Any(parts...)
}
