package expr

import "github.com/dyntable/dyn/dynlocal/internal/value"

// The parameters whose names error texts carry.
const (
	ConditionExpression = "ConditionExpression"
	FilterExpression    = "FilterExpression"
)

// Condition is a compiled condition or filter, safe for concurrent use.
type Condition struct{}

// ParseCondition compiles a condition; param names the request's parameter in error texts.
func ParseCondition(param, src string, env *Env) (*Condition, error) { panic("todo") }

// Eval reports whether the item satisfies the condition. It never fails: types that do not fit make a comparison false.
func (c *Condition) Eval(item value.Item) bool { panic("todo") }

// TopNames returns the top-level attributes that the condition names, each once, in order of first use.
func (c *Condition) TopNames() []string { panic("todo") }
