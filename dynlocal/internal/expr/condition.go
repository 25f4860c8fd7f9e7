package expr

import (
	"strconv"
	"strings"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// The parameters whose names error texts carry.
const (
	ConditionExpression = "ConditionExpression"
	FilterExpression    = "FilterExpression"

	keyConditionExpression = "KeyConditionExpression"
	updateExpression       = "UpdateExpression"
	projectionExpression   = "ProjectionExpression"
)

// Condition is a compiled condition or filter, safe for concurrent use.
type Condition struct {
	test  test
	paths []path
}

// ParseCondition compiles a condition; param names the request's parameter in error texts.
func ParseCondition(param, src string, env *Env) (*Condition, error) {
	n, err := parseTree(param, src)
	if err != nil {
		return nil, err
	}
	c := &compiler{env: env}
	t, err := c.condition(n)
	if err != nil {
		return nil, refuse("Invalid " + param + ": " + err.Error())
	}
	return &Condition{t, c.paths}, nil
}

// parseTree runs the stages of conditions and key conditions before compilation.
func parseTree(param, src string) (*node, error) {
	p, err := newParser(param, src)
	if err != nil {
		return nil, err
	}
	n, err := parseCondition(p)
	if err != nil {
		return nil, err
	}
	return n, p.in(checkTree(n, asCondition, false))
}

// Eval reports whether the item satisfies the condition. It never fails: types that do not fit make a comparison false.
func (c *Condition) Eval(item value.Item) bool { return c.test(item) }

// TopNames returns the top-level attributes that the condition names, each once, in order of first use.
func (c *Condition) TopNames() []string { return topNames(c.paths) }

// NestedNames returns the top-level attributes inside which the condition names something, each once. The service refuses
// them for key attributes.
func (c *Condition) NestedNames() []string { return nestedNames(c.paths) }

// test is a compiled condition.
type test func(value.Item) bool

// operand is a compiled operand.
type operand struct {
	get   func(value.Item) value.Value
	path  path        // of a path
	value value.Value // of a constant
	kind  value.Kind  // as far as it is known
}

// compiler is the last stage of conditions: placeholders, operands and their types. It goes through the tree in the
// order written.
type compiler struct {
	env       *Env
	paths     []path
	operators int
}

func (c *compiler) condition(n *node) (test, error) {
	t, err := c.test(n)
	if err == nil && c.operators > maxOperators {
		err = errOperators
	}
	return t, err
}

// errOperators does not count on after the first operator too many.
var errOperators = refuse("The expression contains too many operators; operator count: " + strconv.Itoa(maxOperators+1))

func (c *compiler) test(n *node) (test, error) {
	c.operators++
	switch n.op {
	case opAnd, opOr:
		return c.joined(n)
	case opNot:
		t, err := c.test(n.args[0])
		return func(it value.Item) bool { return !t(it) }, err
	}
	if n.op == opIn && len(n.args)-1 > maxInOperands {
		return nil, refuse("The IN operator is provided with too many operands; number of operands: " + strconv.Itoa(len(n.args)-1))
	}
	args, err := c.operands(n)
	if err != nil {
		return nil, err
	}
	switch n.op {
	case opCompare:
		return comparison(n.text, args)
	case opBetween:
		return between(args)
	case opIn:
		return in(args), nil
	}
	return call(n.text, args)
}

func (c *compiler) joined(n *node) (test, error) {
	left, err := c.test(n.args[0])
	if err != nil {
		return nil, err
	}
	right, err := c.test(n.args[1])
	if n.op == opAnd {
		return func(it value.Item) bool { return left(it) && right(it) }, err
	}
	return func(it value.Item) bool { return left(it) || right(it) }, err
}

// operands compiles the operands of one operator or function and checks what holds for all of them: their number, and
// that no other is the same path as the first.
func (c *compiler) operands(n *node) ([]operand, error) {
	args := make([]operand, len(n.args))
	for i, arg := range n.args {
		o, err := c.operand(arg)
		if err != nil {
			return nil, err
		}
		args[i] = o
	}
	if n.op == opCall {
		if err := checkArity(n); err != nil {
			return nil, err
		}
	}
	if n.op == opBetween { // which alone looks at types before it
		return args, nil
	}
	return args, checkDistinct(n.text, args)
}

func checkArity(n *node) error {
	if len(n.args) == functions[n.text].arity {
		return nil
	}
	return refuse("Incorrect number of operands for operator or function; operator or function: " + n.text +
		", number of operands: " + strconv.Itoa(len(n.args)))
}

func checkDistinct(operator string, args []operand) error {
	first := args[0].path
	if first == nil {
		return nil
	}
	for _, arg := range args[1:] {
		if len(arg.path) == len(first) && relate(first, arg.path) == overlapping {
			return refuse("The first operand must be distinct from the remaining operands for this operator or function; operator: " +
				operator + ", first operand: " + first.String())
		}
	}
	return nil
}

func (c *compiler) operand(n *node) (operand, error) {
	switch n.op {
	case opPath:
		p, err := resolve(n.path, c.env)
		c.paths = append(c.paths, p)
		return operand{get: p.get, path: p}, err
	case opValue:
		v, err := c.env.value(n.text)
		return operand{get: func(value.Item) value.Value { return v }, value: v, kind: v.Kind()}, err
	}
	c.operators++
	args, err := c.operands(n) // of size, the only function that checkTree lets be an operand
	if err != nil {
		return operand{}, err
	}
	return size(args[0])
}

func errOperand(operator, kind string) error {
	return refuse("Incorrect operand type for operator or function; operator or function: " + operator + ", operand type: " + kind)
}

// checkKinds refuses operands known to be of another kind than those allowed.
func checkKinds(operator string, args []operand, allowed string) error {
	for _, arg := range args {
		if arg.kind != value.None && !strings.Contains(allowed, " "+arg.kind.String()+" ") {
			return errOperand(operator, arg.kind.String())
		}
	}
	return nil
}

const orderedKinds = " S N B "

func comparison(operator string, args []operand) (test, error) {
	a, b := args[0].get, args[1].get
	switch operator {
	case "=":
		return func(it value.Item) bool { return equal(a(it), b(it)) }, nil
	case "<>":
		return func(it value.Item) bool { return !equal(a(it), b(it)) }, nil
	}
	less, same := strings.HasPrefix(operator, "<"), strings.HasSuffix(operator, "=")
	return func(it value.Item) bool {
		c, ok := value.Compare(a(it), b(it))
		return ok && (c < 0 && less || c > 0 && !less || c == 0 && same)
	}, checkKinds(operator, args, orderedKinds)
}

// equal is false for two absent values.
func equal(a, b value.Value) bool { return a == b && !a.IsZero() }

func between(args []operand) (test, error) {
	if err := checkKinds("BETWEEN", args, orderedKinds); err != nil {
		return nil, err
	}
	if err := checkBounds(args[1].value, args[2].value); err != nil {
		return nil, err
	}
	if err := checkDistinct("BETWEEN", args); err != nil {
		return nil, err
	}
	x, low, high := args[0].get, args[1].get, args[2].get
	return func(it value.Item) bool {
		v := x(it)
		c, ok := value.Compare(low(it), v)
		if !ok || c > 0 {
			return false
		}
		c, ok = value.Compare(v, high(it))
		return ok && c <= 0
	}, nil
}

// checkBounds compares bounds that are both constants.
func checkBounds(low, high value.Value) error {
	if low.IsZero() || high.IsZero() {
		return nil
	}
	c, same := value.Compare(low, high)
	rule := "same data type for lower and upper bounds"
	switch {
	case !same:
	case c > 0:
		rule = "upper bound to be greater than or equal to lower bound"
	default:
		return nil
	}
	return refuse("The BETWEEN operator requires " + rule + "; lower bound operand: " + describe(low) +
		", upper bound operand: " + describe(high))
}

// describe prints an S, N or B as the service's runtime does.
func describe(v value.Value) string {
	text := v.Text()
	if v.Kind() == value.B {
		n := strconv.Itoa(len(text))
		text = "java.nio.HeapByteBuffer[pos=0 lim=" + n + " cap=" + n + "]"
	}
	return "AttributeValue: {" + v.Kind().String() + ":" + text + "}"
}

func in(args []operand) test {
	x := args[0].get
	return func(it value.Item) bool {
		v := x(it)
		for i := 1; i < len(args); i++ {
			if equal(v, args[i].get(it)) {
				return true
			}
		}
		return false
	}
}
