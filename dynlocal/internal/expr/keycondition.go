package expr

import "github.com/dyntable/dyn/dynlocal/internal/value"

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

// KeyCondition is a compiled key condition: comparisons joined by AND, in the order written.
type KeyCondition struct{ Terms []KeyTerm }

// ParseKeyCondition compiles a KeyConditionExpression.
func ParseKeyCondition(src string, env *Env) (*KeyCondition, error) { panic("todo") }

// Match fits the condition to a key: it returns the values of all HASH attributes in key order and the terms on RANGE
// attributes in key order, of which only the last may be other than EQ; or the service's refusal.
func (k *KeyCondition) Match(hash, rng []KeyAttr) ([]value.Value, []KeyTerm, error) { panic("todo") }
