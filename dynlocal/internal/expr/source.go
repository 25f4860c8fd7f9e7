package expr

import "github.com/dyntable/dyn/dynlocal/internal/value"

// sourceCompiler compiles the operands of an update's clauses.
type sourceCompiler struct{ compiler }

// sourceOperand is an operand of an update as far as it is known before there is an item.
type sourceOperand struct {
	operand
	source
}

func (c *sourceCompiler) clause(cl clause) (source, error) {
	if cl.operand == nil {
		return source{}, nil
	}
	o, err := c.operand(cl.operand)
	if err != nil {
		return source{}, err
	}
	return o.source, checkVerb(cl.verb, o.kind)
}

// verbKinds holds the kinds that ADD and DELETE take.
var verbKinds = map[string]map[value.Kind]bool{
	"ADD":    {value.N: true, value.SS: true, value.NS: true, value.BS: true},
	"DELETE": {value.SS: true, value.NS: true, value.BS: true},
}

// longNames are what only this error calls the kinds.
var longNames = map[value.Kind]string{
	value.S: "STRING", value.N: "NUMBER", value.B: "BINARY", value.BOOL: "BOOLEAN", value.NULL: "NULL", value.L: "LIST", value.M: "MAP",
}

func checkVerb(verb string, kind value.Kind) error {
	if kinds, ok := verbKinds[verb]; !ok || kinds[kind] {
		return nil
	}
	return refuse("Incorrect operand type for operator or function; operator: " + verb + ", operand type: " + longNames[kind] +
		", typeSet: ALLOWED_FOR_" + verb + "_OPERAND")
}

func (c *sourceCompiler) operand(n *node) (sourceOperand, error) {
	switch n.op {
	case opPath:
		o, err := c.compiler.operand(n)
		return sourceOperand{o, source{
			exists: func(it value.Item) bool { return !o.path.get(it).IsZero() },
			eval:   func(it value.Item) (value.Value, error) { return o.path.get(it), nil },
		}}, err
	case opValue:
		o, err := c.compiler.operand(n)
		return sourceOperand{o, source{
			exists: func(value.Item) bool { return true },
			eval:   func(value.Item) (value.Value, error) { return o.value, nil },
		}}, err
	}
	return c.operation(n)
}

// operation compiles a sum, difference or call.
func (c *sourceCompiler) operation(n *node) (sourceOperand, error) {
	c.operators++
	args := make([]sourceOperand, len(n.args))
	for i, arg := range n.args {
		o, err := c.operand(arg)
		if err != nil {
			return sourceOperand{}, err
		}
		args[i] = o
	}
	if n.op == opCall {
		if err := checkArity(n); err != nil {
			return sourceOperand{}, err
		}
	}
	switch n.text {
	case "if_not_exists":
		return ifNotExists(args[0], args[1])
	case "list_append":
		return binary(n.text, value.L, args, func(a, b value.Value) (value.Value, error) { return value.Concat(a, b), nil })
	case "+":
		return binary(n.text, value.N, args, value.Add)
	}
	return binary(n.text, value.N, args, value.Sub)
}

// binary compiles an operation on two operands of one kind.
func binary(name string, kind value.Kind, args []sourceOperand, do func(a, b value.Value) (value.Value, error)) (sourceOperand, error) {
	a, b := args[0], args[1]
	for _, arg := range args {
		if arg.kind != value.None && arg.kind != kind {
			return sourceOperand{}, errOperand(name, arg.kind.String())
		}
	}
	return sourceOperand{operand{kind: kind}, source{
		exists: func(it value.Item) bool { return a.exists(it) && b.exists(it) },
		eval: func(it value.Item) (value.Value, error) {
			x, err := a.eval(it)
			if err != nil {
				return value.Value{}, err
			}
			y, err := b.eval(it)
			if err != nil {
				return value.Value{}, err
			}
			if x.Kind() != kind || y.Kind() != kind {
				return value.Value{}, errOperandType
			}
			return do(x, y)
		},
	}}, nil
}

// ifNotExists compiles the function. Its second operand must exist even when it is not needed.
func ifNotExists(a, b sourceOperand) (sourceOperand, error) {
	if a.path == nil {
		return sourceOperand{}, errPathRequired("if_not_exists")
	}
	if err := checkDistinct("if_not_exists", []operand{a.operand, b.operand}); err != nil {
		return sourceOperand{}, err
	}
	return sourceOperand{source: source{
		exists: b.exists,
		eval: func(it value.Item) (value.Value, error) {
			if v := a.path.get(it); !v.IsZero() {
				return v, nil
			}
			return b.eval(it)
		},
	}}, nil
}
