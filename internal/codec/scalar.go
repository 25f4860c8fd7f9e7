package codec

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// numberText is implemented by json.Number and attributevalue.Number, string types that are stored as N.
type numberText interface {
	Float64() (float64, error)
	Int64() (int64, error)
	String() string
}

var numberTextType = reflect.TypeFor[numberText]()

// scalarCodec is the codec of strings, bools and numbers; other kinds are never stored.
func (c *Codec) scalarCodec() encodeFunc {
	switch c.Base.Kind() {
	case reflect.Bool:
		c.Kind = Bool
		c.from.boolean = func(b bool, v reflect.Value) error { v.SetBool(b); return nil }
		return encodeBool
	case reflect.String:
		return c.textCodec()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return c.numberCodec(Int, decodeInt, (*encoder).int)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return c.numberCodec(Uint, decodeUint, (*encoder).uint)
	case reflect.Float32, reflect.Float64:
		if c.Tag.String {
			return c.numberCodec(Float, decodeFloat, (*encoder).float)
		}
		return c.numberCodec(Float, decodeFloat, (*encoder).finite)
	default:
		return func(*encoder, reflect.Value) (types.AttributeValue, error) { return nil, nil }
	}
}

func encodeBool(e *encoder, v reflect.Value) (types.AttributeValue, error) {
	m := e.b.take()
	m.Value = v.Bool()
	return m, nil
}

// textCodec is the codec of strings, and of strings that are numbers. Both read S and N as they are.
func (c *Codec) textCodec() encodeFunc {
	if c.Base.Implements(numberTextType) {
		text := (*encoder).number
		if c.Tag.String {
			text = func(_ *encoder, v reflect.Value) (string, error) { return v.String(), nil }
		}
		return c.numberCodec(Number, decodeText, text)
	}
	c.Kind = String
	c.from.str, c.from.num = decodeText, decodeText
	return func(e *encoder, v reflect.Value) (types.AttributeValue, error) { return e.str(v.String()), nil }
}

func decodeText(s string, v reflect.Value) error {
	v.SetString(s)
	return nil
}

type (
	textFunc  = func(*encoder, reflect.Value) (string, error)
	parseFunc = func(string, reflect.Value) error
)

// numberCodec is the codec of numbers, given how they become text and how text is parsed.
func (c *Codec) numberCodec(kind Kind, parse parseFunc, text textFunc) encodeFunc {
	c.Kind, c.text, c.from.num = kind, text, parse
	if kind == Number || c.Tag.String {
		c.from.str = parse
	}
	if c.Tag.String {
		return func(e *encoder, v reflect.Value) (types.AttributeValue, error) {
			s, err := text(e, v)
			if err != nil {
				return nil, err
			}
			return e.str(s), nil
		}
	}
	return func(e *encoder, v reflect.Value) (types.AttributeValue, error) {
		s, err := text(e, v)
		if err != nil {
			return nil, err
		}
		return e.num(s), nil
	}
}

func (e *encoder) int(v reflect.Value) (string, error) {
	n := v.Int()
	if 0 <= n && n < 100 {
		return strconv.FormatInt(n, 10), nil // costs no memory
	}
	return e.keep(strconv.AppendInt(e.scratch[:0], n, 10)), nil
}

func (e *encoder) uint(v reflect.Value) (string, error) {
	n := v.Uint()
	if n < 100 {
		return strconv.FormatUint(n, 10), nil
	}
	return e.keep(strconv.AppendUint(e.scratch[:0], n, 10)), nil
}

func (e *encoder) float(v reflect.Value) (string, error) {
	return e.keep(strconv.AppendFloat(e.scratch[:0], v.Float(), 'f', -1, v.Type().Bits())), nil
}

func (e *encoder) finite(v reflect.Value) (string, error) {
	if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
		return "", fmt.Errorf("%v cannot be stored as a number; use a pointer and leave it nil", f)
	}
	return e.float(v)
}

func (e *encoder) number(v reflect.Value) (string, error) {
	s := v.String()
	if _, ok := parseDecimal(s); !ok {
		if s == "" {
			return "", errors.New("an empty text is no number; set it, or use omitempty")
		}
		return "", fmt.Errorf("%q is no number", s)
	}
	return s, nil
}

func decodeInt(s string, v reflect.Value) error {
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && v.OverflowInt(n) {
		err = strconv.ErrRange
	}
	if err != nil {
		return numberError(s, v.Type(), err)
	}
	v.SetInt(n)
	return nil
}

func decodeUint(s string, v reflect.Value) error {
	n, err := strconv.ParseUint(s, 10, 64)
	if err == nil && v.OverflowUint(n) {
		err = strconv.ErrRange
	}
	if err != nil {
		return numberError(s, v.Type(), err)
	}
	v.SetUint(n)
	return nil
}

func decodeFloat(s string, v reflect.Value) error {
	f, err := strconv.ParseFloat(s, 64)
	if err == nil && v.OverflowFloat(f) {
		err = strconv.ErrRange
	}
	if err != nil {
		return numberError(s, v.Type(), err)
	}
	v.SetFloat(f)
	return nil
}

func numberError(s string, t reflect.Type, err error) error {
	if errors.Is(err, strconv.ErrRange) {
		return fmt.Errorf("%s is out of the range of %s; use a wider type, or attributevalue.Number for every number", s, t)
	}
	return fmt.Errorf("%q is not a number that %s can hold; use attributevalue.Number for every number", s, t)
}
