package codec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A pathError says where in a value something is wrong, as a Go path: Address.Lines[2].
type pathError struct {
	path string
	err  error
}

func (e *pathError) Error() string { return e.path + ": " + e.err.Error() }

func (e *pathError) Unwrap() error { return e.err }

// at puts one step before the path of err.
func at(step string, err error) error {
	p, ok := err.(*pathError)
	switch {
	case !ok:
		return &pathError{step, err}
	case strings.HasPrefix(p.path, "["):
		return &pathError{step + p.path, p.err}
	default:
		return &pathError{step + "." + p.path, p.err}
	}
}

func atIndex(i int, err error) error { return at("["+strconv.Itoa(i)+"]", err) }

func atKey(key string, err error) error { return at("["+strconv.Quote(key)+"]", err) }

// mismatch is the error for an attribute of a type that the codec cannot read.
func (c *Codec) mismatch(av types.AttributeValue) error {
	return fmt.Errorf("the attribute is %s, which %s cannot hold; change the field's type or the item", attrOf(av), c.Type)
}

func attrOf(av types.AttributeValue) string {
	name := reflect.TypeOf(av).String()
	if _, kind, ok := strings.Cut(name, "AttributeValueMember"); ok {
		return kind
	}
	return "of unknown type " + name
}
