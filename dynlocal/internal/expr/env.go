// Package expr compiles DynamoDB's expressions: conditions and filters, key conditions, updates and projections. Errors
// are [*value.ValidationError] with the service's texts.
//
// Every expression goes through the service's stages in the service's order, because a request with several mistakes is
// answered with the first: syntax, then names of functions and attributes, then placeholders, operands and types.
package expr

import (
	"maps"
	"slices"
	"strconv"
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
	maxKeySize        = 255
	maxNameSize       = 65535
	maxMapSize        = 2 << 20 // of all names, of all values, and of both
	maxItemSize       = 400 << 10
	maxNesting        = 31 // lists and maps inside an item
)

const (
	namesParam  = "ExpressionAttributeNames"
	valuesParam = "ExpressionAttributeValues"
)

// Env holds the names and values that all expressions of one request share, and which of them were used.
type Env struct {
	names  map[string]string
	values map[string]value.Value

	unusedNames  map[string]bool
	unusedValues map[string]bool

	usedSize int
}

// NewEnv checks ExpressionAttributeNames, and the keys and sizes of ExpressionAttributeValues. Nil maps are absent
// parameters; empty ones are refused as the service does.
func NewEnv(names map[string]string, values map[string]value.Value) (*Env, error) {
	if err := checkKeys(namesParam, '#', names); err != nil {
		return nil, err
	}
	if err := checkKeys(valuesParam, ':', values); err != nil {
		return nil, err
	}
	if err := checkNames(names); err != nil {
		return nil, err
	}
	if err := checkSizes(names, values); err != nil {
		return nil, err
	}
	return &Env{names: names, values: values, unusedNames: unused(names), unusedValues: unused(values)}, nil
}

func unused[V any](m map[string]V) map[string]bool {
	keys := make(map[string]bool, len(m))
	for key := range m {
		keys[key] = true
	}
	return keys
}

func checkKeys[V any](param string, sigil byte, m map[string]V) error {
	if m != nil && len(m) == 0 {
		return refuse(param + " must not be empty")
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if len(key) < 2 || key[0] != sigil || strings.TrimFunc(key[1:], isWordRune) != "" {
			return refuse(param + ` contains invalid key: Syntax error; key: "` + key + `"`)
		}
		if len(key) > maxKeySize {
			return refuse(param + " contains invalid key: The expression attribute map contains a key that is too long; size of key: " +
				strconv.Itoa(len(key)))
		}
	}
	return nil
}

func checkNames(names map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(names)) {
		switch n := len(names[key]); {
		case n == 0:
			return errInvalid(namesParam, key, "Empty attribute name")
		case n > maxNameSize:
			return errInvalid(namesParam, key, "Attribute name is too large, must be less than 65536 bytes")
		}
	}
	return nil
}

func errInvalid(param, key, what string) error {
	return refuse(param + " contains invalid value: " + what + " for key " + key)
}

// errInvalidValue gives the refusal of a value. Only the older way of checking says which one it is.
func errInvalidValue(key string, err error) error {
	e, ok := err.(*value.ValidationError)
	if !ok {
		return err
	}
	return &value.ValidationError{
		Message: e.Message, Older: valuesParam + " contains invalid value: " + e.OlderError() + " for key " + key,
	}
}

func checkSizes(names map[string]string, values map[string]value.Value) error {
	nameSize, valueSize := 0, 0
	for key, name := range names {
		nameSize += len(key) + len(name)
	}
	for key, v := range values {
		valueSize += len(key) + v.Size()
	}
	switch {
	case nameSize > maxMapSize:
		return refuse(namesParam + " exceeds max size")
	case valueSize > maxMapSize:
		return refuse(valuesParam + " exceeds max size")
	case nameSize+valueSize > maxMapSize:
		return refuse("Combined size of ExpressionAttributeNames and ExpressionAttributeValues exceeds max size")
	}
	return nil
}

// UsedSize gives the size of the attribute names and the values that placeholders stood for in the expressions parsed
// with e, each as often as it was used. It is 0 for a nil e.
func (e *Env) UsedSize() int {
	if e == nil {
		return 0
	}
	return e.usedSize
}

// Unused returns the service's error for names or values that no expression parsed with e used.
func (e *Env) Unused() error {
	if len(e.unusedNames) > 0 {
		return errUnused(namesParam, e.unusedNames)
	}
	if len(e.unusedValues) > 0 {
		return errUnused(valuesParam, e.unusedValues)
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
	e.usedSize += len(name)
	return name, nil
}

func (e *Env) value(key string) (value.Value, error) {
	v, ok := e.values[key]
	if !ok {
		return value.Value{}, refuse("An expression attribute value used in expression is not defined; attribute value: " + key)
	}
	delete(e.unusedValues, key)
	e.usedSize += v.Size()
	return v, nil
}

// ValuesFromSDK converts ExpressionAttributeValues, nil for nil.
func ValuesFromSDK(m map[string]types.AttributeValue) (map[string]value.Value, error) {
	if m == nil {
		return nil, nil
	}
	values := make(map[string]value.Value, len(m))
	errs := map[string]error{}
	for key, av := range m {
		values[key], errs[key] = value.ValueFromSDK(av)
	}
	return values, checkValues(values, errs)
}

// checkValues looks at all keys before it looks at values, and says which value an error is about.
func checkValues(values map[string]value.Value, errs map[string]error) error {
	if err := checkKeys(valuesParam, ':', values); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if err := errs[key]; err != nil {
			return errInvalidValue(key, err)
		}
		if v := values[key]; (v.Kind() == value.L || v.Kind() == value.M) && v.Size() > maxItemSize {
			return errInvalid(valuesParam, key, "Item size has exceeded the maximum allowed size")
		}
	}
	return nil
}

func refuse(msg string) error { return &value.ValidationError{Message: msg} }
