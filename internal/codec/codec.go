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
// Errors name the Go field ("Address.Zip") and have no prefix of their own.
package codec

import (
	"reflect"

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
}

// Encode returns v as an attribute value, nil when it is left out.
func (c *Codec) Encode(v reflect.Value) (types.AttributeValue, error) { panic("soon") }

// Decode stores av in v, which must be settable. NULL, and a nil av, set it to zero.
func (c *Codec) Decode(av types.AttributeValue, v reflect.Value) error { panic("soon") }

// Absent tells whether v holds nothing: nil, an empty string, empty bytes, a zero time, an empty set, each also behind
// pointers, or anything left out by `omitempty`. Numbers and bools are present even when they are zero, and so are
// lists and maps that are empty but not nil.
func (c *Codec) Absent(v reflect.Value) bool { panic("soon") }

// Optional tells whether some value of the type is [Codec.Absent].
func (c *Codec) Optional() bool { panic("soon") }

// Attr returns the DynamoDB type that is stored: S, N, B, BOOL, SS, NS, BS, L or M; "" when it depends on the value.
func (c *Codec) Attr() string { panic("soon") }

// Elem returns the codec of the elements of a list, set or map, nil for other kinds. Pointers to them are followed.
func (c *Codec) Elem() *Codec { panic("soon") }

// Struct returns the plan of a struct, nil for other kinds. Pointers to it are followed.
func (c *Codec) Struct() *Plan { panic("soon") }
