// Package value holds attribute values and items the way the engine stores them: packed, canonical and immutable.
//
// A [Value] is a kind and a string of bytes; lists, maps and whole items are one string each, whatever they contain, so
// that an item is a single allocation without inner pointers. The packing is canonical: names and set elements are
// sorted and numbers normalised, so two values are equal exactly when their bytes are.
package value

import (
	"iter"
	"slices"
	"strings"
)

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
	i := slices.Index(kindNames[:], name)
	if i <= 0 {
		return None, false
	}
	return Kind(i), true
}

// IsSet reports whether k is SS, NS or BS.
func (k Kind) IsSet() bool { return k >= SS && k <= BS }

// Elem returns the kind of a set's elements, None if k is no set.
func (k Kind) Elem() Kind {
	switch k {
	case SS:
		return S
	case NS:
		return N
	case BS:
		return B
	}
	return None
}

// Value is one attribute value. The zero Value is absent: its kind is None. Values are comparable with ==, which is
// DynamoDB's equality: sets are unordered, numbers compare by value.
type Value struct {
	kind Kind
	data string // see pack.go
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

// List returns a value of type L.
func List(elems ...Value) Value {
	var b strings.Builder
	n := 0
	for _, e := range elems {
		n += elemLen(e)
	}
	b.Grow(n)
	for _, e := range elems {
		packElem(&b, e)
	}
	return Value{L, b.String()}
}

// Map returns it as a value of type M.
func Map(it Item) Value { return Value{M, it.data} }

// Kind returns the data type, None for the zero Value.
func (v Value) Kind() Kind { return v.kind }

// IsZero reports whether v is the zero Value, an absent attribute.
func (v Value) IsZero() bool { return v.kind == None }

// Text returns the text of an S, the bytes of a B as a string, or the normalised text of an N. It is meaningless for
// other kinds.
func (v Value) Text() string { return v.data }

// Bool returns the value of a BOOL, false for other kinds.
func (v Value) Bool() bool { return v.kind == BOOL && v.data[0] != 0 }

// Len returns the number of elements of a list, map or set, or of bytes of an S or B; 0 for other kinds.
func (v Value) Len() int {
	n := 0
	switch v.kind {
	case S, B:
		n = len(v.data)
	case SS, NS, BS:
		for s := v.data; s != ""; n++ {
			_, s = cutText(s)
		}
	case L:
		for s := v.data; s != ""; n++ {
			_, s = cutElem(s)
		}
	case M:
		for s := v.data; s != ""; n++ {
			_, _, s = cutEntry(s)
		}
	}
	return n
}

// Index returns the element of a list, or the zero Value when v has no such element or is no list.
func (v Value) Index(i int) Value {
	if v.kind != L || i < 0 {
		return Value{}
	}
	for s := v.data; s != ""; i-- {
		var e Value
		e, s = cutElem(s)
		if i == 0 {
			return e
		}
	}
	return Value{}
}

// Get returns the element of a map, or the zero Value when v has no such element or is no map.
func (v Value) Get(name string) Value {
	if v.kind != M {
		return Value{}
	}
	return find(v.data, name)
}

// Elems yields the elements of a list or set in order; sets are sorted.
func (v Value) Elems() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.kind != L && !v.kind.IsSet() {
			return
		}
		for s := v.data; s != ""; {
			var e Value
			e, s = v.cut(s)
			if !yield(e) {
				return
			}
		}
	}
}

// cut takes the first element from s, the rest of a list's or set's data.
func (v Value) cut(s string) (Value, string) {
	if v.kind == L {
		return cutElem(s)
	}
	text, rest := cutText(s)
	return Value{v.kind.Elem(), text}, rest
}

// Contains reports whether a list or set has an element equal to e.
func (v Value) Contains(e Value) bool {
	if v.kind != L && v.kind.Elem() != e.kind {
		return false
	}
	for x := range v.Elems() {
		if x == e {
			return true
		}
	}
	return false
}

// Item returns the map's contents as an item, the zero Item if v is no map.
func (v Value) Item() Item {
	if v.kind != M {
		return Item{}
	}
	return newItem(v.data)
}

// Size returns the size of the value by the rule that the service's limits and capacity units count with.
func (v Value) Size() int {
	switch v.kind {
	case S, B:
		return len(v.data)
	case N:
		return numberSize(v.data)
	case BOOL, NULL:
		return 1
	case SS, NS, BS:
		n := 0
		for e := range v.Elems() {
			n += e.Size()
		}
		return n
	case L:
		n := containerSize
		for e := range v.Elems() {
			n += elementSize + e.Size()
		}
		return n
	case M:
		n := containerSize
		for s := v.data; s != ""; {
			var name string
			var e Value
			name, e, s = cutEntry(s)
			n += elementSize + len(name) + e.Size()
		}
		return n
	}
	return 0
}

// What a list or map costs beside its contents, and what each of its elements does.
const (
	containerSize = 3
	elementSize   = 1
)

// Compare orders two values of the same type S, N or B; ok is false for all others.
func Compare(a, b Value) (c int, ok bool) {
	if a.kind != b.kind {
		return 0, false
	}
	switch a.kind {
	case S, B:
		return strings.Compare(a.data, b.data), true
	case N:
		return compareNumbers(a.data, b.data), true
	}
	return 0, false
}

// Depth returns how many lists and maps are nested in v, itself included: 0 for any other kind.
func (v Value) Depth() int {
	if v.kind != L && v.kind != M {
		return 0
	}
	deepest := 0
	for s := v.data; s != ""; {
		if v.kind == M {
			_, s = cutText(s)
		}
		var e Value
		e, s = cutElem(s)
		deepest = max(deepest, e.Depth())
	}
	return 1 + deepest
}
