package codec

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	textMarshalerType   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

var errEmptyKey = errors.New("a map key is empty, which no attribute name can be")

// mapCodec is the codec of maps whose keys are strings, bools, numbers or text marshalers.
func (b *builder) mapCodec(c *Codec) encodeFunc {
	c.Kind = Map
	c.elem = b.elem(c, c.Base.Elem(), false)
	name, parse := keyText(c.Base.Key()), keyParser(c.Base.Key())
	if name == nil || parse == nil {
		b.fail("map key type %s is not supported; use a string, integer, float or bool, or a type with both MarshalText and "+
			"UnmarshalText, the first on the value", c.Base.Key())
	}
	c.from.dict = func(m map[string]types.AttributeValue, v reflect.Value) error { return c.decodeMap(m, v, parse) }
	return func(e *encoder, v reflect.Value) (types.AttributeValue, error) { return c.encodeMap(e, v, name) }
}

func (c *Codec) encodeMap(e *encoder, v reflect.Value, name func(reflect.Value) (string, error)) (types.AttributeValue, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.leave()
	m := make(map[string]types.AttributeValue, v.Len())
	e.reserve(c.elem.size().times(v.Len()))
	if c.Base == stringMap && c.elem.isPlainText() {
		for k, s := range v.Interface().(map[string]string) {
			if k == "" {
				return nil, errEmptyKey
			}
			m[k] = e.str(s)
		}
		return &types.AttributeValueMemberM{Value: m}, nil
	}
	key, elem := reflect.New(c.Base.Key()).Elem(), reflect.New(c.Base.Elem()).Elem()
	for iter := v.MapRange(); iter.Next(); {
		key.SetIterKey(iter)
		k, err := name(key)
		if err != nil {
			return nil, err
		}
		if k == "" {
			return nil, errEmptyKey
		}
		elem.SetIterValue(iter)
		av, err := c.elem.encode(e, elem)
		if err != nil {
			return nil, atKey(k, err)
		}
		if av != nil {
			m[k] = av
		}
	}
	return &types.AttributeValueMemberM{Value: m}, nil
}

var stringMap = reflect.TypeFor[map[string]string]()

// isPlainText tells whether every value is a string that is stored as it is.
func (c *Codec) isPlainText() bool {
	return c.Kind == String && c.Pointer == 0 && !c.Tag.OmitEmpty && !c.Tag.NullEmpty
}

func (c *Codec) decodeMap(m map[string]types.AttributeValue, v reflect.Value, parse parseFunc) error {
	if v.IsNil() {
		v.Set(reflect.MakeMapWithSize(c.Base, len(m)))
	}
	key, elem := reflect.New(c.Base.Key()).Elem(), reflect.New(c.Base.Elem()).Elem()
	for k, av := range m {
		key.SetZero()
		if err := parse(k, key); err != nil {
			return fmt.Errorf("map key %q: %w", k, err)
		}
		elem.SetZero()
		if err := c.elem.decode(av, elem); err != nil {
			return atKey(k, err)
		}
		v.SetMapIndex(key, elem)
	}
	return nil
}

// keyText returns how map keys of type t become text, nil when they cannot.
func keyText(t reflect.Type) func(reflect.Value) (string, error) {
	switch {
	case t.Implements(textMarshalerType):
		if t.Kind() == reflect.Interface {
			return nil
		}
		return marshalKey
	case !isKeyKind(t.Kind()):
		return nil
	case t.NumMethod() > 0 || t.Kind() != reflect.String:
		// What attributevalue does. A String method counts here.
		return func(v reflect.Value) (string, error) { return fmt.Sprint(v.Interface()), nil }
	default:
		return func(v reflect.Value) (string, error) { return v.String(), nil }
	}
}

func marshalKey(v reflect.Value) (string, error) {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return "", errEmptyKey
	}
	text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return "", fmt.Errorf("map key: %w", err)
	}
	return string(text), nil
}

func isKeyKind(k reflect.Kind) bool {
	return k == reflect.String || k >= reflect.Bool && k <= reflect.Float64 && k != reflect.Uintptr
}

// keyParser returns how text becomes a map key of type t, nil when it cannot.
func keyParser(t reflect.Type) parseFunc {
	switch k := t.Kind(); {
	case t.Kind() == reflect.Interface:
		return nil
	case reflect.PointerTo(t).Implements(textUnmarshalerType):
		return unmarshalKey
	case t.Implements(textUnmarshalerType): // only pointers get here
		return func(s string, v reflect.Value) error {
			v.Set(reflect.New(t.Elem()))
			return unmarshalKey(s, v.Elem())
		}
	case k == reflect.String:
		return decodeText
	case k == reflect.Bool:
		return parseBoolKey
	case k >= reflect.Int && k <= reflect.Int64:
		return decodeInt
	case k >= reflect.Uint && k <= reflect.Uint64:
		return decodeUint
	case k == reflect.Float32 || k == reflect.Float64:
		return decodeFloat
	default:
		return nil
	}
}

func unmarshalKey(s string, v reflect.Value) error {
	return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s))
}

func parseBoolKey(s string, v reflect.Value) error {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return fmt.Errorf("%q is not a bool", s)
	}
	v.SetBool(b)
	return nil
}
