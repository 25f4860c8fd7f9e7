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

// The right-hand sides, in terms of an action's parts.
const (
	Plain   Form = iota // A
	Once                // if_not_exists(Path, A)
	PlusOr              // if_not_exists(Path, Zero) + A
	MinusOr             // if_not_exists(Path, Zero) - A
	Front               // list_append(A, if_not_exists(Path, Zero))
	Back                // list_append(if_not_exists(Path, Zero), A)
)

// Action is one action of an update.
type Action struct {
	Verb Verb
	Form Form // of SET
	Path Path
	A    Operand
	Zero types.AttributeValue // what an absent attribute counts as
}

// SetValue is the action `path = value`.
func SetValue(p Path, v types.AttributeValue) *Action {
	return &Action{Path: p, A: Operand{Value: v}}
}

// Update writes the actions grouped by section, in the order given within each,
// and returns the text, empty for no action.
func (b *Builder) Update(actions []*Action) Text {
	start := b.len()
	for verb, section := range sections {
		first := true
		for _, a := range actions {
			if int(a.Verb) != verb {
				continue
			}
			switch {
			case !first:
				b.write(", ")
			case b.len() > start:
				b.write(" ")
				b.write(section)
			default:
				b.write(section)
			}
			first = false
			b.action(a)
		}
	}
	return b.since(start)
}

func (b *Builder) action(a *Action) {
	b.path(a.Path)
	switch a.Verb {
	case Set:
		b.write(" = ")
		b.assigned(a)
	case Add, Delete:
		b.write(" ")
		b.operand(&a.A)
	}
}

func (b *Builder) assigned(a *Action) {
	switch a.Form {
	case Once:
		b.ifNotExists(a.Path, &a.A)
	case PlusOr:
		b.ifNotExists(a.Path, &Operand{Value: a.Zero})
		b.write(" + ")
		b.operand(&a.A)
	case MinusOr:
		b.ifNotExists(a.Path, &Operand{Value: a.Zero})
		b.write(" - ")
		b.operand(&a.A)
	case Back:
		b.write("list_append(")
		b.ifNotExists(a.Path, &Operand{Value: a.Zero})
		b.write(", ")
		b.operand(&a.A)
		b.write(")")
	case Front:
		b.write("list_append(")
		b.operand(&a.A)
		b.write(", ")
		b.ifNotExists(a.Path, &Operand{Value: a.Zero})
		b.write(")")
	default:
		b.operand(&a.A)
	}
}

func (b *Builder) ifNotExists(p Path, value *Operand) {
	b.write("if_not_exists(")
	b.path(p)
	b.write(", ")
	b.operand(value)
	b.write(")")
}
