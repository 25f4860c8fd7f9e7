// Package codec compiles Go types into functions that turn their values into DynamoDB attribute values and back.
//
// Names, tags and encodings are those of feature/dynamodb/attributevalue, so that both can share a table. What is
// stored differs in a few places, each because the other form breaks later operations:
//
//   - A nil pointer, slice, map, set or interface in a struct field is left out, not stored as NULL, unless
//     [Options.Nulls] or `nullempty` asks for it. Elements of lists and maps stay NULL: leaving them out would move
//     their neighbours.
//   - An empty set in a struct field is left out.
//   - NaN and infinities as numbers, number texts that are no numbers, and string times outside the years 0 to 9999,
//     which nothing could read back, are errors.
//   - String times listed in [Options.SortableTimes] are UTC with nine fractional digits.
//
// What attributevalue reads is read the same. Beyond it, a set whose elements have an Unmarshaler is read one by one (as its
// FixUnmarshalIndividualSetValues does), and where it panics, or drops data without a word (two fields of one name, a
// pointer to an interface), there is an error, from [Compile] if possible.
//
// Errors name the Go field ("Address.Zip") and have no prefix of their own.
package codec

import (
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Options choose among the forms a plan can write. What a plan reads does not depend on them.
type Options struct {
	// Nulls stores nil pointers, slices, maps, sets and interfaces as NULL, as attributevalue does.
	Nulls bool
	// SortableTimes lists string times, by Go path ("CreatedAt", "Address.Since"), that are written as UTC with nine
	// fractional digits, so that text order is time order. Paths of other kinds of fields have no effect.
	SortableTimes []string
}

// Kind tells what a Go value looks like once pointers are followed, and so which DynamoDB type it is stored as.
type Kind uint8

// The kinds. The DynamoDB type in brackets is what [Codec.Attr] returns; `string` turns the numbers' N into S.
const (
	Skipped   Kind = iota // channels, functions, complex numbers, uintptr: never stored, as in attributevalue
	String                // [S]
	Int                   // [N]
	Uint                  // [N]
	Float                 // [N]
	Number                // [N] text of a number: json.Number, attributevalue.Number
	Bool                  // [BOOL]
	Bytes                 // [B] a slice or array of bytes
	Time                  // [S] RFC 3339
	UnixTime              // [N] whole seconds
	StringSet             // [SS]
	NumberSet             // [NS]
	BinarySet             // [BS]
	List                  // [L]
	Map                   // [M]
	Struct                // [M]
	Interface             // unknown until there is a value
	Custom                // unknown: the type has a Marshaler or Unmarshaler of its own
)

// Codec converts the values of one Go type under the options of one tag. It is immutable and safe for concurrent use.
type Codec struct {
	Type    reflect.Type // as declared, pointers included
	Base    reflect.Type // Type without pointers
	Pointer int          // number of pointers between Type and Base
	Kind    Kind         // of Base
	Tag     Tag
	// Sortable is set for the times of [Options.SortableTimes].
	Sortable bool

	bare    bool       // no pointer or option stands between a value and its text
	encode  encodeFunc // of Type
	content encodeFunc // of Type where an interface or pointer has led to it
	base    encodeFunc // of Base, whatever its value
	from    decoders
	text    textFunc // of numbers, before it is known whether they become N or S

	elem     *Codec
	plan     *Plan
	contents *contents
}

// decoders hold for each type of attribute the function that reads it into Base; nil where it cannot.
type decoders struct {
	all        func(types.AttributeValue, reflect.Value) error // instead of all others
	str, num   parseFunc
	bin        func([]byte, reflect.Value) error
	boolean    func(bool, reflect.Value) error
	strs, nums func([]string, reflect.Value) error
	bins       func([][]byte, reflect.Value) error
	list       func([]types.AttributeValue, reflect.Value) error
	dict       func(map[string]types.AttributeValue, reflect.Value) error
}

// Encode returns v as an attribute value, nil when it is left out.
func (c *Codec) Encode(v reflect.Value) (types.AttributeValue, error) {
	if c.bare {
		switch c.Kind {
		case String:
			return &types.AttributeValueMemberS{Value: v.String()}, nil
		case Int:
			return &types.AttributeValueMemberN{Value: strconv.FormatInt(v.Int(), 10)}, nil
		case Uint:
			return &types.AttributeValueMemberN{Value: strconv.FormatUint(v.Uint(), 10)}, nil
		case Bool:
			return &types.AttributeValueMemberBOOL{Value: v.Bool()}, nil
		}
	}
	e := newEncoder()
	defer e.release()
	return c.encode(e, v)
}

// Verbatim tells whether Encode makes every value a string that is the same as the value itself.
func (c *Codec) Verbatim() bool { return c.bare && c.Kind == String }

// Decode stores av in v, which must be settable. NULL, and a nil av, set it to zero.
func (c *Codec) Decode(av types.AttributeValue, v reflect.Value) error { return c.decode(av, v) }

func (c *Codec) decode(av types.AttributeValue, v reflect.Value) error {
	switch av := av.(type) {
	case nil:
		return c.decodeNull(nil, v)
	case *types.AttributeValueMemberNULL:
		return c.decodeNull(av, v)
	case *types.AttributeValueMemberS:
		if f := c.from.str; f != nil {
			return f(av.Value, c.target(v))
		}
	case *types.AttributeValueMemberN:
		if f := c.from.num; f != nil {
			return f(av.Value, c.target(v))
		}
	case *types.AttributeValueMemberBOOL:
		if f := c.from.boolean; f != nil {
			return f(av.Value, c.target(v))
		}
	case *types.AttributeValueMemberB:
		if f := c.from.bin; f != nil {
			return f(av.Value, c.target(v))
		}
	case *types.AttributeValueMemberM:
		if f := c.from.dict; f != nil {
			return f(av.Value, c.target(v))
		}
	case *types.AttributeValueMemberL:
		if f := c.from.list; f != nil {
			return f(av.Value, c.target(v))
		}
	default:
		if done, err := c.decodeSet(av, v); done {
			return err
		}
	}
	if c.from.all != nil {
		return c.from.all(av, c.target(v))
	}
	return c.mismatch(av)
}

// decodeSet decodes the rarer types; done is false when av is none that c reads.
func (c *Codec) decodeSet(av types.AttributeValue, v reflect.Value) (done bool, err error) {
	switch av := av.(type) {
	case *types.AttributeValueMemberSS:
		if f := c.from.strs; f != nil {
			return true, f(av.Value, c.target(v))
		}
	case *types.AttributeValueMemberNS:
		if f := c.from.nums; f != nil {
			return true, f(av.Value, c.target(v))
		}
	case *types.AttributeValueMemberBS:
		if f := c.from.bins; f != nil {
			return true, f(av.Value, c.target(v))
		}
	}
	return false, nil
}

// decodeNull sets v to zero. A custom type may have its own idea of NULL, but not behind a pointer.
func (c *Codec) decodeNull(av types.AttributeValue, v reflect.Value) error {
	if c.Kind == Custom && c.Pointer == 0 && c.from.all != nil {
		return c.from.all(av, v)
	}
	v.SetZero()
	return nil
}

// target follows c's pointers from v, making what they point to where they are nil.
func (c *Codec) target(v reflect.Value) reflect.Value {
	for range c.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	return v
}

// decodeString decodes a member of a string set. This and its siblings spare the value around it where they can.
func (c *Codec) decodeString(s string, v reflect.Value) error {
	if f := c.from.str; f != nil {
		return f(s, c.target(v))
	}
	return c.decode(&types.AttributeValueMemberS{Value: s}, v)
}

func (c *Codec) decodeNumber(n string, v reflect.Value) error {
	if f := c.from.num; f != nil {
		return f(n, c.target(v))
	}
	return c.decode(&types.AttributeValueMemberN{Value: n}, v)
}

func (c *Codec) decodeBytes(b []byte, v reflect.Value) error {
	return c.decode(&types.AttributeValueMemberB{Value: b}, v)
}

// Attr returns the DynamoDB type that is stored: S, N, B, BOOL, SS, NS, BS, L or M; "" when it depends on the value.
func (c *Codec) Attr() string {
	switch c.Kind {
	case Int, Uint, Float, Number:
		if c.Tag.String {
			return "S"
		}
		return "N"
	case Custom:
		if c.Base == unixTimeType {
			return "N"
		}
		return ""
	default:
		return attrs[c.Kind]
	}
}

var attrs = [...]string{
	Skipped: "", String: "S", Bool: "BOOL", Bytes: "B", Time: "S", UnixTime: "N",
	StringSet: "SS", NumberSet: "NS", BinarySet: "BS", List: "L", Map: "M", Struct: "M", Interface: "", Custom: "",
}

// Elem returns the codec of the elements of a list, set or map, nil for other kinds. Pointers to them are followed.
func (c *Codec) Elem() *Codec {
	switch c.Kind {
	case List, Map, StringSet, NumberSet, BinarySet:
		return c.elem
	default:
		return nil
	}
}

// Struct returns the plan of a struct, nil for other kinds. Pointers to it are followed.
func (c *Codec) Struct() *Plan {
	if c.Kind != Struct {
		return nil
	}
	return c.plan
}

// size is the room that encoding a value takes, but for what is behind pointers or in lists and maps.
func (c *Codec) size() size {
	var text int
	switch c.Kind {
	case Struct:
		if c.Pointer > 0 {
			return size{}
		}
		return c.plan.size
	case Int, Uint, UnixTime:
		text = 10
	case Float:
		text = 18
	case Time:
		text = 30
	}
	switch c.Attr() {
	case "S":
		return size{s: 1, text: text}
	case "N":
		return size{n: 1, text: text}
	case "BOOL":
		return size{b: 1}
	default:
		return size{}
	}
}
