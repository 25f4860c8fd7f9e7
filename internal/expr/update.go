package expr

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Verb is the section of an update expression that an action stands in.
type Verb uint8

// The sections, in the order in which they are written.
const (
	Set Verb = iota
	Remove
	Add
	Delete
)

var sections = [...]string{"SET ", "REMOVE ", "ADD ", "DELETE "}

// Form is the shape of the right-hand side of a SET action.
type Form uint8

// The right-hand sides DynamoDB knows, in terms of the action's operands.
const (
	Plain   Form = iota // a
	Once                // if_not_exists(path, a)
	PlusOr              // if_not_exists(a, b) + c
	MinusOr             // if_not_exists(a, b) - c
	Front               // list_append(a, if_not_exists(b, c))
	Back                // list_append(if_not_exists(a, b), c)
)

// Action is one action of an update.
type Action struct {
	Verb    Verb
	Path    Path
	Form    Form
	A, B, C Operand // of SET by its form; ADD and DELETE use A
}

// SetValue is the action `path = value`.
func SetValue(p Path, v types.AttributeValue) Action {
	return Action{Path: p, A: Operand{Value: v}}
}

// Update writes the actions grouped by section, in the order given within each,
// and returns the text, empty for no action.
func (b *Builder) Update(actions []Action) string {
	b.buf = b.buf[:0]
	for verb := range sections {
		first := true
		for i := range actions {
			if int(actions[i].Verb) != verb {
				continue
			}
			b.separate(&first, sections[verb])
			b.action(&actions[i])
		}
	}
	return string(b.buf)
}

func (b *Builder) separate(first *bool, section string) {
	switch {
	case !*first:
		b.text(", ")
	case len(b.buf) > 0:
		b.text(" ")
		b.text(section)
	default:
		b.text(section)
	}
	*first = false
}

func (b *Builder) action(a *Action) {
	b.path(a.Path)
	switch a.Verb {
	case Set:
		b.text(" = ")
		b.right(a)
	case Add, Delete:
		b.text(" ")
		b.operand(a.A)
	}
}

func (b *Builder) right(a *Action) {
	switch a.Form {
	case Once:
		b.call("if_not_exists", Operand{Path: a.Path}, a.A)
	case PlusOr, MinusOr:
		b.call("if_not_exists", a.A, a.B)
		b.sign(a.Form == PlusOr)
		b.operand(a.C)
	case Back:
		b.text("list_append(")
		b.call("if_not_exists", a.A, a.B)
		b.text(", ")
		b.operand(a.C)
		b.text(")")
	case Front:
		b.text("list_append(")
		b.operand(a.A)
		b.text(", ")
		b.call("if_not_exists", a.B, a.C)
		b.text(")")
	default:
		b.operand(a.A)
	}
}

func (b *Builder) sign(plus bool) {
	if plus {
		b.text(" + ")
	} else {
		b.text(" - ")
	}
}

func (b *Builder) call(name string, args ...Operand) {
	b.text(name)
	b.text("(")
	b.operands(args)
	b.text(")")
}
