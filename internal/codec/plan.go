package codec

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Plan is the compiled form of a struct type. It is immutable and safe for concurrent use.
type Plan struct {
	Type   reflect.Type
	Fields []Field // in declaration order, those of embedded structs in the place of the struct
}

// Field is one attribute of a struct.
type Field struct {
	Name  string // attribute name
	Go    string // Go name; a promoted field has its own ("CreatedAt"), without the embedded struct's
	Index []int  // reflect's index path, through embedded structs and pointers to them
	Tag   reflect.StructTag
	Type  reflect.Type
	Codec *Codec
}

// Compile returns the plan of struct type t. Plans are kept for the life of the program, except those with
// SortableTimes. All mistakes in t and the types it contains are reported, joined, in field order.
func Compile(t reflect.Type, o Options) (*Plan, error) { panic("soon") }

// Encode returns all attributes of struct v. The map has room for a few more.
func (p *Plan) Encode(v reflect.Value) (map[string]types.AttributeValue, error) { panic("soon") }

// EncodeInto is Encode into a map that the caller has made.
func (p *Plan) EncodeInto(m map[string]types.AttributeValue, v reflect.Value) error { panic("soon") }

// Decode sets the fields of struct v, which must be settable, from m. Names match exactly or else without regard to
// case. Attributes without a field are ignored, fields without an attribute left as they are. Slices are replaced, maps
// added to. After an error v may be changed in part.
func (p *Plan) Decode(m map[string]types.AttributeValue, v reflect.Value) error { panic("soon") }

// ByName returns the field stored under an attribute name, nil if there is none.
func (p *Plan) ByName(name string) *Field { panic("soon") }

// ByGo returns the field with a Go path, which may lead through nested structs ("Address.Zip"), nil if there is none.
func (p *Plan) ByGo(path string) *Field { panic("soon") }

// Value returns the field's value in struct v. ok is false when an embedded pointer on the way is nil.
func (f *Field) Value(v reflect.Value) (fv reflect.Value, ok bool) { panic("soon") }

// Encode returns the field's attribute value in struct v; present is false when it is left out.
func (f *Field) Encode(v reflect.Value) (av types.AttributeValue, present bool, err error) {
	panic("soon")
}

// Decode sets the field in struct v, which must be settable, making embedded structs on the way as needed.
func (f *Field) Decode(av types.AttributeValue, v reflect.Value) error { panic("soon") }

// Absent is [Codec.Absent] of the field in struct v. It is also absent when an embedded pointer on the way is nil.
func (f *Field) Absent(v reflect.Value) bool { panic("soon") }
