// Package expr compiles DynamoDB's expressions: conditions and filters, key conditions, updates and projections. Errors
// are [*value.ValidationError] with the service's texts.
package expr

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// Env holds the names and values that all expressions of one request share, and which of them were used.
type Env struct {
	names  map[string]string
	values map[string]value.Value
}

// NewEnv checks the keys of ExpressionAttributeNames and ExpressionAttributeValues. Nil maps are absent parameters;
// empty ones are refused as the service does.
func NewEnv(names map[string]string, values map[string]value.Value) (*Env, error) { panic("todo") }

// Unused returns the service's error for names or values that no expression parsed with e used.
func (e *Env) Unused() error { panic("todo") }

// ValuesFromSDK converts ExpressionAttributeValues, nil for nil.
func ValuesFromSDK(m map[string]types.AttributeValue) (map[string]value.Value, error) { panic("todo") }

// ValuesFromJSON decodes ExpressionAttributeValues from DynamoDB JSON.
func ValuesFromJSON(data []byte) (map[string]value.Value, error) { panic("todo") }
