package expr

import "github.com/dyntable/dyn/dynlocal/internal/value"

// sourceCompiler compiles the operands of an update's clauses.
type sourceCompiler struct{ compiler }

// source gives an action's operand, or the service's refusal.
type source func(value.Item) (value.Value, error)

// sourceOperand is an operand of an update as far as it is known before there is an item.
type sourceOperand struct {
	operand
	eval source
}

func (c *sourceCompiler) clause(cl clause) (source, error) {
	if cl.operand == nil {
		return nil, nil
	}
	o, err := c.operand(cl.operand)
	if err != nil {
		return nil, err
	}
	return o.eval, checkVerb(cl.verb, o.kind)
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
	if n.op != opPath && n.op != opValue {
		return c.operation(n)
	}
	o, err := c.compiler.operand(n)
	return sourceOperand{o, func(it value.Item) (value.Value, error) {
		v := o.get(it)
		if v.IsZero() {
			return v, errNoAttribute
		}
		return v, nil
	}}, err
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
	return sourceOperand{operand{kind: kind}, func(it value.Item) (value.Value, error) {
		x, err := a.evalTo(kind, it)
		if err != nil {
			return x, err
		}
		y, err := b.evalTo(kind, it)
		if err != nil {
			return y, err
		}
		return do(x, y)
	}}, nil
}

func (o sourceOperand) evalTo(kind value.Kind, it value.Item) (value.Value, error) {
	v, err := o.eval(it)
	if err == nil && v.Kind() != kind {
		err = errOperandType
	}
	return v, err
}

// ifNotExists compiles the function. Its second operand must exist even when it is not needed.
func ifNotExists(a, b sourceOperand) (sourceOperand, error) {
	if a.path == nil {
		return sourceOperand{}, errPathRequired("if_not_exists")
	}
	if err := checkDistinct("if_not_exists", []operand{a.operand, b.operand}); err != nil {
		return sourceOperand{}, err
	}
	return sourceOperand{eval: func(it value.Item) (value.Value, error) {
		other, err := b.eval(it)
		if v := a.path.get(it); err == nil && !v.IsZero() {
			return v, nil
		}
		return other, err
	}}, nil
}
