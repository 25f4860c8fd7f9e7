package expr

import (
	"strings"
	"unicode/utf16"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// call compiles a function that is a condition.
func call(name string, args []operand) (test, error) {
	switch name {
	case "attribute_exists", "attribute_not_exists":
		return exists(name, args[0])
	case "attribute_type":
		return attributeType(args[0], args[1])
	case "begins_with":
		return beginsWith(args)
	}
	return contains(args), nil
}

func exists(name string, arg operand) (test, error) {
	if arg.path == nil {
		return nil, errPathRequired(name)
	}
	absent := name == "attribute_not_exists"
	return func(it value.Item) bool { return arg.path.get(it).IsZero() == absent }, nil
}

func errPathRequired(function string) error {
	return refuse("Operator or function requires a document path; operator or function: " + function)
}

func attributeType(arg, name operand) (test, error) {
	if name.kind != value.S || name.value.IsZero() {
		kind := name.kind.String()
		if kind == "" {
			kind = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
		}
		return nil, errOperand("attribute_type", kind)
	}
	kind, ok := value.ParseKind(name.value.Text())
	if !ok {
		return nil, refuse("Invalid attribute type name found; type: " + name.value.Text() +
			", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")
	}
	return func(it value.Item) bool { return arg.get(it).Kind() == kind }, nil
}

func beginsWith(args []operand) (test, error) {
	x, prefix := args[0].get, args[1].get
	return func(it value.Item) bool {
		v, p := x(it), prefix(it)
		return v.Kind() == p.Kind() && isText(v) && strings.HasPrefix(v.Text(), p.Text())
	}, checkKinds("begins_with", args, " S B ")
}

func isText(v value.Value) bool { return v.Kind() == value.S || v.Kind() == value.B }

func contains(args []operand) test {
	x, part := args[0].get, args[1].get
	return func(it value.Item) bool {
		v, p := x(it), part(it)
		if isText(v) {
			return v.Kind() == p.Kind() && strings.Contains(v.Text(), p.Text())
		}
		return v.Contains(p)
	}
}

// size compiles the only function that gives a value in a condition.
func size(arg operand) (operand, error) {
	o := operand{kind: value.N, get: func(it value.Item) value.Value {
		switch v := arg.get(it); v.Kind() {
		case value.S:
			return value.Int(int64(utf16Len(v.Text())))
		case value.B, value.SS, value.NS, value.BS, value.L, value.M:
			return value.Int(int64(v.Len()))
		}
		return value.Value{}
	}}
	return o, checkKinds("size", []operand{arg}, " S B SS NS BS L M ")
}

// utf16Len counts a text's length as the service does.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
