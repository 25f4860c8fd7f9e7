package expr

import (
	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// KeyOp is a comparison that a key condition may make.
type KeyOp uint8

// The comparisons of key conditions.
const (
	EQ KeyOp = iota + 1
	LT
	LE
	GT
	GE
	Between
	BeginsWith
)

// KeyTerm is one comparison of a key condition. High is set for Between only.
type KeyTerm struct {
	Name  string
	Op    KeyOp
	Value value.Value
	High  value.Value
}

// KeyAttr is one attribute of a table's or index's key.
type KeyAttr struct {
	Name string
	Kind value.Kind
}

// KeyCondition is a compiled key condition: comparisons joined by AND, in the order written, no two of one attribute.
type KeyCondition struct {
	Terms []KeyTerm

	shape error
}

// ParseKeyCondition compiles a KeyConditionExpression.
func ParseKeyCondition(src string, env *Env) (*KeyCondition, error) {
	n, err := parseTree(keyConditionExpression, src)
	if err != nil {
		return nil, err
	}
	c := &compiler{env: env}
	if _, err := c.condition(n); err != nil {
		return nil, refuse("Invalid " + keyConditionExpression + ": " + err.Error())
	}
	k := &KeyCondition{}
	k.shape = k.add(n, c)
	return k, nil
}

// Check returns the service's refusal of a valid condition that no key could have. It comes after [Env.Unused] and
// before the table is looked up. Terms are complete only if it is nil.
func (k *KeyCondition) Check() error { return k.shape }

var keyOps = map[string]KeyOp{"=": EQ, "<": LT, "<=": LE, ">": GT, ">=": GE, "BETWEEN": Between, "begins_with": BeginsWith}

// flipped holds what a comparison is when its sides change places.
var flipped = map[KeyOp]KeyOp{EQ: EQ, LT: GT, LE: GE, GT: LT, GE: LE}

// add takes the terms of a condition that is otherwise valid.
func (k *KeyCondition) add(n *node, c *compiler) error {
	if n.op == opAnd {
		if err := k.add(n.args[0], c); err != nil {
			return err
		}
		return k.add(n.args[1], c)
	}
	op, ok := keyOps[n.text]
	if !ok {
		return refuse("Invalid operator used in KeyConditionExpression: " + n.text)
	}
	if (op == Between || op == BeginsWith) && n.args[0].op == opValue {
		return errKeyCondition(n.text + " operator must have the key attribute as its first operand")
	}
	name, at, err := keyAttribute(n.args, c)
	if err != nil {
		return err
	}
	for _, t := range k.Terms {
		if t.Name == name {
			return refuse("Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key")
		}
	}
	t := KeyTerm{Name: name, Op: op}
	if at == 0 {
		t.Value, _ = c.env.value(n.args[1].text)
	} else {
		t.Op = flipped[op]
		t.Value, _ = c.env.value(n.args[0].text)
	}
	if op == Between {
		t.High, _ = c.env.value(n.args[2].text)
	}
	k.Terms = append(k.Terms, t)
	return nil
}

func errKeyCondition(what string) error {
	return refuse("Invalid condition in KeyConditionExpression: " + what)
}

// keyAttribute finds the one path among the operands of a comparison, the rest of which must be values.
func keyAttribute(args []*node, c *compiler) (name string, at int, err error) {
	at = -1
	for i, arg := range args {
		switch {
		case arg.op == opCall:
			return "", 0, refuse("KeyConditionExpressions cannot contain nested operations")
		case arg.op != opPath:
		case at >= 0:
			return "", 0, errKeyCondition("Multiple attribute names used in one condition")
		case len(arg.path) > 1:
			return "", 0, refuse("KeyConditionExpressions cannot have conditions on nested attributes")
		default:
			p, _ := resolve(arg.path, c.env)
			name, at = p[0].name, i
		}
	}
	if at < 0 {
		return "", 0, errKeyCondition("No key attribute specified")
	}
	return name, at, nil
}
