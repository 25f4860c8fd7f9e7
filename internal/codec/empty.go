package codec

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// orEmpty puts before next the rule for values of type t that attributevalue calls zero: omitempty leaves them out,
// nullempty makes them NULL, and nil is NULL or left out.
func (c *Codec) orEmpty(t reflect.Type, next encodeFunc) encodeFunc {
	isNull := c.Tag.NullEmpty || c.Tag.Nulls && nillable(t)
	isNull = isNull && !c.Tag.OmitEmpty
	isEmpty := emptyTest(t)
	if isEmpty == nil || !nillable(t) && !c.Tag.OmitEmpty && !c.Tag.NullEmpty {
		return next
	}
	return func(e *encoder, v reflect.Value) (types.AttributeValue, error) {
		switch {
		case !isEmpty(v):
			return next(e, v)
		case isNull:
			return null(), nil
		default:
			return nil, nil
		}
	}
}

// behind encodes values of pointer type t that were themselves reached through a pointer or an interface: next takes
// what they point to.
func (c *Codec) behind(t reflect.Type, next encodeFunc) encodeFunc {
	isNull := c.Tag.NullEmpty || c.Tag.Nulls
	isNull = isNull && !(c.Tag.OmitEmpty && c.Tag.OmitEmptyElem)
	plain := func(e *encoder, v reflect.Value) (types.AttributeValue, error) {
		switch {
		case !v.IsNil():
			return next(e, v.Elem())
		case isNull:
			return null(), nil
		default:
			return nil, nil
		}
	}
	if !marshals(t, false) {
		return plain
	}
	onValue := marshals(t.Elem(), false)
	return func(e *encoder, v reflect.Value) (types.AttributeValue, error) {
		if v.IsNil() && onValue {
			return plain(e, v) // the method would panic
		}
		if av, err := marshaler(v).MarshalDynamoDBAttributeValue(); av != nil || err != nil {
			return av, err
		}
		return plain(e, v)
	}
}

func nillable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return true
	default:
		return false
	}
}

// emptyTest returns the test for values that omitempty leaves out, nil when none of type t are.
func emptyTest(t reflect.Type) func(reflect.Value) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return reflect.Value.IsNil
	case reflect.Float32, reflect.Float64:
		return func(v reflect.Value) bool { return v.Float() == 0 } // IsZero would not count -0
	case reflect.String, reflect.Bool, reflect.Uintptr,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return reflect.Value.IsZero
	case reflect.Array:
		if t.Len() == 0 {
			return func(reflect.Value) bool { return true }
		}
	}
	return nil
}

// Absent tells whether v holds nothing: nil, an empty string, empty bytes, a zero time, an empty set, each also behind
// pointers, or anything that is left out or becomes NULL because it is zero. Numbers and bools without such an option
// are present even when they are zero, and so are lists and maps that are empty but not nil.
func (c *Codec) Absent(v reflect.Value) bool { return c.absent(v, c.Pointer) }

// absent is Absent of a value that was reached through so many pointers and interfaces. Whether a zero value is a value
// depends on them: attributevalue looks at what every second one leads to.
func (c *Codec) absent(v reflect.Value, hops int) bool {
	for range c.Pointer {
		if v.IsNil() {
			return true
		}
		v = v.Elem()
	}
	if hops%2 == 0 && !c.marshalsPointer() && c.zeroAbsent(v) {
		return true
	}
	switch c.Kind {
	case Skipped:
		return true
	case String, Number:
		return v.Len() == 0
	case Time, UnixTime:
		return timeOf(v).IsZero()
	case Bytes, StringSet, NumberSet, BinarySet:
		return v.Len() == 0 || c.Tag.OmitEmptyElem && c.storesNothing(v)
	case Interface:
		return c.absentContent(v)
	case Custom:
		return c.storesNothing(v)
	default:
		return false
	}
}

// marshalsPointer tells whether a Marshaler is called on a pointer, before anybody asks whether it leads to zero.
func (c *Codec) marshalsPointer() bool {
	return c.Kind == Custom && c.Pointer > 0 && marshals(reflect.PointerTo(c.Base), false)
}

// zeroAbsent tells whether v is left out or NULL because it is zero.
func (c *Codec) zeroAbsent(v reflect.Value) bool {
	if !nillable(c.Base) && !c.Tag.OmitEmpty && !c.Tag.NullEmpty {
		return false
	}
	isEmpty := emptyTest(c.Base)
	return isEmpty != nil && isEmpty(v)
}

// storesNothing encodes v, whose pointers have been followed, to see whether there is anything in it.
func (c *Codec) storesNothing(v reflect.Value) bool {
	if isTime(c.Base) && timeOf(v).IsZero() {
		return true
	}
	e := newEncoder()
	defer e.release()
	av, err := c.base(e, v)
	return err == nil && isNothing(av)
}

func isNothing(av types.AttributeValue) bool {
	switch av := av.(type) {
	case nil, *types.AttributeValueMemberNULL:
		return true
	case *types.AttributeValueMemberS:
		return av.Value == ""
	case *types.AttributeValueMemberB:
		return len(av.Value) == 0
	case *types.AttributeValueMemberSS:
		return len(av.Value) == 0
	case *types.AttributeValueMemberNS:
		return len(av.Value) == 0
	case *types.AttributeValueMemberBS:
		return len(av.Value) == 0
	default:
		return false
	}
}

// Optional tells whether some value of the type is [Codec.Absent].
func (c *Codec) Optional() bool {
	switch c.Kind {
	case Int, Uint, Float, Bool:
		return c.Pointer > 0 || c.Tag.OmitEmpty || c.Tag.NullEmpty
	case Bytes, List:
		return c.Pointer > 0 || c.Base.Kind() == reflect.Slice || c.Base.Len() == 0
	case Struct:
		return c.Pointer > 0
	default:
		return true
	}
}
