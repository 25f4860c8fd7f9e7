// Package value holds attribute values and items the way the engine stores them: packed, canonical and immutable.
//
// A [Value] is a kind and a string of bytes; lists, maps and whole items are one string each, whatever they contain, so
// that an item is a single allocation without inner pointers. The packing is canonical: names and set elements are
// sorted and numbers normalised, so two values are equal exactly when their bytes are.
package value

import "iter"

// Kind is the data type of a [Value].
type Kind uint8

// The data types, and None, the kind of the zero [Value], which stands for an absent attribute.
const (
	None Kind = iota
	S
	N
	B
	BOOL
	NULL
	SS
	NS
	BS
	L
	M
)

var kindNames = [...]string{"", "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"}

// String returns the type's name in DynamoDB JSON, empty for None.
func (k Kind) String() string { return kindNames[k] }

// ParseKind returns the kind with the given name, and false if there is none.
func ParseKind(name string) (Kind, bool) {
	for k := S; k <= M; k++ {
		if kindNames[k] == name {
			return k, true
		}
	}
	return None, false
}

// Value is one attribute value. The zero Value is absent: its kind is None. Values are comparable with ==, which is
// DynamoDB's equality: sets are unordered, numbers compare by value.
type Value struct {
	kind Kind
	data string
}

// Attr is a named value.
type Attr struct {
	Name  string
	Value Value
}

// String returns a value of type S.
func String(s string) Value { return Value{S, s} }

// Binary returns a value of type B holding a copy of b.
func Binary(b []byte) Value { return Value{B, string(b)} }

// Bool returns a value of type BOOL.
func Bool(b bool) Value {
	if b {
		return Value{BOOL, "\x01"}
	}
	return Value{BOOL, "\x00"}
}

// Null returns the value of type NULL.
func Null() Value { return Value{NULL, ""} }

// Kind returns the data type, None for the zero Value.
func (v Value) Kind() Kind { return v.kind }

// IsZero reports whether v is the zero Value, an absent attribute.
func (v Value) IsZero() bool { return v.kind == None }

// Text returns the text of an S, the bytes of a B as a string, or the normalised text of an N.
func (v Value) Text() string { return v.data }

// Bool returns the value of a BOOL.
func (v Value) Bool() bool { return v.kind == BOOL && v.data[0] != 0 }

// Number returns a value of type N from its text, normalised; the error is a *[ValidationError].
func Number(text string) (Value, error) { panic("todo") }

// Int returns a value of type N.
func Int(n int64) Value { panic("todo") }

// List returns a value of type L.
func List(elems ...Value) Value { panic("todo") }

// Map returns it as a value of type M.
func Map(it Item) Value { panic("todo") }

// StringSet returns a value of type SS; the error is a *[ValidationError].
func StringSet(elems []string) (Value, error) { panic("todo") }

// NumberSet returns a value of type NS; the error is a *[ValidationError].
func NumberSet(elems []string) (Value, error) { panic("todo") }

// BinarySet returns a value of type BS; the error is a *[ValidationError].
func BinarySet(elems [][]byte) (Value, error) { panic("todo") }

// Len returns the number of elements of a list, map or set, or of bytes of an S or B.
func (v Value) Len() int { panic("todo") }

// Index returns the element of a list, or the zero Value when v has no such element or is no list.
func (v Value) Index(i int) Value { panic("todo") }

// Get returns the element of a map, or the zero Value when v has no such element or is no map.
func (v Value) Get(name string) Value { panic("todo") }

// Elems yields the elements of a list or set in order.
func (v Value) Elems() iter.Seq[Value] { panic("todo") }

// Item returns the map's contents as an item, the zero Item if v is no map.
func (v Value) Item() Item { panic("todo") }

// Size returns the size of the value by the rule that the service's limits and capacity units count with.
func (v Value) Size() int { panic("todo") }

// Compare orders two values of the same type S, N or B; ok is false for all others.
func Compare(a, b Value) (c int, ok bool) { panic("todo") }

// AppendKey appends an encoding of v, an S, N or B, whose byte order is the order of [Compare]. It marks its own end:
// appending several values gives a tuple's order.
func AppendKey(dst []byte, v Value) []byte { panic("todo") }

// AppendKeyPrefix appends what AppendKey's encoding of every S or B that begins with v begins with.
func AppendKeyPrefix(dst []byte, v Value) []byte { panic("todo") }

// Item is a set of named values, sorted by name. The zero Item is empty. It is immutable and comparable with ==.
type Item struct {
	data string
	size int
}

// NewItem returns an item with the attributes, whose names must differ. It sorts attrs in place.
func NewItem(attrs []Attr) Item { panic("todo") }

// Get returns the named attribute's value, the zero Value if there is none.
func (it Item) Get(name string) Value { panic("todo") }

// Len returns the number of attributes.
func (it Item) Len() int { panic("todo") }

// IsEmpty reports whether the item has no attributes.
func (it Item) IsEmpty() bool { return it.data == "" }

// All yields names and values in name order.
func (it Item) All() iter.Seq2[string, Value] { panic("todo") }

// Size returns the item's size, names included, by the rule that the service's limits and capacity units count with.
func (it Item) Size() int { return it.size }

// With returns the item with the attribute set to v, or removed when v is the zero Value.
func (it Item) With(name string, v Value) Item { panic("todo") }

// Keep returns an item with only the named attributes.
func (it Item) Keep(names ...string) Item { panic("todo") }
