// Package expr compiles DynamoDB's expressions: conditions and filters, key conditions, updates and projections. Errors
// are [*value.ValidationError] with the service's texts.
//
// Every expression goes through the service's stages in the service's order, because a request with several mistakes is
// answered with the first: syntax, then names of functions and attributes, then placeholders, operands and types.
package expr

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// The service's limits.
const (
	maxExpressionSize = 4096
	maxOperators      = 300
	maxInOperands     = 100
	maxPathDepth      = 32
	maxNameSize       = 65535
	maxNesting        = 31 // lists and maps inside an item
)

// Env holds the names and values that all expressions of one request share, and which of them were used.
type Env struct {
	names  map[string]string
	values map[string]value.Value

	unusedNames  map[string]bool
	unusedValues map[string]bool
}

// NewEnv checks the keys of ExpressionAttributeNames and ExpressionAttributeValues. Nil maps are absent parameters;
// empty ones are refused as the service does.
func NewEnv(names map[string]string, values map[string]value.Value) (*Env, error) {
	if err := checkNames(names); err != nil {
		return nil, err
	}
	if values != nil && len(values) == 0 {
		return nil, refuse("ExpressionAttributeValues must not be empty")
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if err := checkKey("ExpressionAttributeValues", ':', key); err != nil {
			return nil, err
		}
	}
	return &Env{names, values, unused(names), unused(values)}, nil
}

func unused[V any](m map[string]V) map[string]bool {
	keys := make(map[string]bool, len(m))
	for key := range m {
		keys[key] = true
	}
	return keys
}

func checkNames(names map[string]string) error {
	const param = "ExpressionAttributeNames"
	if names != nil && len(names) == 0 {
		return refuse(param + " must not be empty")
	}
	keys := slices.Sorted(maps.Keys(names))
	for _, key := range keys {
		if err := checkKey(param, '#', key); err != nil {
			return err
		}
	}
	for _, key := range keys {
		switch n := len(names[key]); {
		case n == 0:
			return refuse(param + " contains invalid value: Empty attribute name for key " + key)
		case n > maxNameSize:
			return refuse(param + " contains invalid value: Attribute name is too large, must be less than 65536 bytes for key " + key)
		}
	}
	return nil
}

func checkKey(param string, sigil byte, key string) error {
	if len(key) > 1 && key[0] == sigil && strings.TrimFunc(key[1:], isWordRune) == "" {
		return nil
	}
	return refuse(param + ` contains invalid key: Syntax error; key: "` + key + `"`)
}

// Unused returns the service's error for names or values that no expression parsed with e used.
func (e *Env) Unused() error {
	if len(e.unusedNames) > 0 {
		return errUnused("ExpressionAttributeNames", e.unusedNames)
	}
	if len(e.unusedValues) > 0 {
		return errUnused("ExpressionAttributeValues", e.unusedValues)
	}
	return nil
}

func errUnused(param string, keys map[string]bool) error {
	list := strings.Join(slices.Sorted(maps.Keys(keys)), ", ")
	return refuse("Value provided in " + param + " unused in expressions: keys: {" + list + "}")
}

func (e *Env) name(key string) (string, error) {
	name, ok := e.names[key]
	if !ok {
		return "", refuse("An expression attribute name used in the document path is not defined; attribute name: " + key)
	}
	delete(e.unusedNames, key)
	return name, nil
}

func (e *Env) value(key string) (value.Value, error) {
	v, ok := e.values[key]
	if !ok {
		return value.Value{}, refuse("An expression attribute value used in expression is not defined; attribute value: " + key)
	}
	delete(e.unusedValues, key)
	return v, nil
}

// ValuesFromSDK converts ExpressionAttributeValues, nil for nil.
func ValuesFromSDK(m map[string]types.AttributeValue) (map[string]value.Value, error) {
	if m == nil {
		return nil, nil
	}
	values := make(map[string]value.Value, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		v, err := value.ValueFromSDK(m[key])
		if err := checkValue(key, err); err != nil {
			return nil, err
		}
		values[key] = v
	}
	return values, nil
}

// ValuesFromJSON decodes ExpressionAttributeValues from DynamoDB JSON. Errors are *[value.SerializationError] when the
// shape is wrong, else *[value.ValidationError].
func ValuesFromJSON(data []byte) (map[string]value.Value, error) {
	values := map[string]value.Value{}
	err := value.DecodeEach(data, func(key string, v value.Value, err error) error {
		values[key] = v
		return checkValue(key, err)
	})
	if err != nil {
		return nil, err
	}
	return values, nil
}

// checkValue checks a key and says which value err is about. The service looks at keys before it looks at values.
func checkValue(key string, err error) error {
	const param = "ExpressionAttributeValues"
	if err := checkKey(param, ':', key); err != nil {
		return err
	}
	if err != nil {
		return refuse(param + " contains invalid value: " + err.Error() + " for key " + key)
	}
	return nil
}

func refuse(msg string) error { return &value.ValidationError{Message: msg} }
