package value

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Item is a set of named values, sorted by name. The zero Item is empty. It is immutable and comparable with ==.
type Item struct {
	data string
	size int
}

// NewItem returns an item with the attributes, whose names must differ and whose values must not be zero. It sorts
// attrs in place.
func NewItem(attrs []Attr) Item {
	slices.SortFunc(attrs, func(a, b Attr) int { return cmp.Compare(a.Name, b.Name) })
	n, size := 0, 0
	for _, a := range attrs {
		n += entryLen(a.Name, a.Value)
		size += len(a.Name) + a.Value.Size()
	}
	var b strings.Builder
	b.Grow(n)
	for _, a := range attrs {
		packEntry(&b, a.Name, a.Value)
	}
	return Item{b.String(), size}
}

// newItem returns the item with the packed attributes.
func newItem(data string) Item {
	it := Item{data: data}
	for name, v := range it.All() {
		it.size += len(name) + v.Size()
	}
	return it
}

// Get returns the named attribute's value, the zero Value if there is none.
func (it Item) Get(name string) Value { return find(it.data, name) }

// Len returns the number of attributes.
func (it Item) Len() int { return Map(it).Len() }

// IsEmpty reports whether the item has no attributes.
func (it Item) IsEmpty() bool { return it.data == "" }

// All yields names and values in name order.
func (it Item) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for s := it.data; s != ""; {
			name, v, rest := cutEntry(s)
			if !yield(name, v) {
				return
			}
			s = rest
		}
	}
}

// Size returns the item's size, names included, by the rule that the service's limits and capacity units count with.
func (it Item) Size() int { return it.size }

// With returns the item with the attribute set to v, or removed when v is the zero Value.
func (it Item) With(name string, v Value) Item { return it.Edit([]Attr{{name, v}}) }

// Edit returns the item with each edit's attribute set to its value, or removed when that is the zero Value. The edits
// must be sorted by name, each name once.
func (it Item) Edit(edits []Attr) Item {
	n := len(it.data)
	for _, e := range edits {
		n += entryLen(e.Name, e.Value)
	}
	var b strings.Builder
	b.Grow(n)
	size, rest := it.size, it.data
	for _, e := range edits {
		var old Value
		var before string
		before, old, rest = split(rest, e.Name)
		b.WriteString(before)
		if old.kind != None {
			size -= len(e.Name) + old.Size()
		}
		if e.Value.kind != None {
			packEntry(&b, e.Name, e.Value)
			size += len(e.Name) + e.Value.Size()
		}
	}
	b.WriteString(rest)
	return Item{b.String(), size}
}

// split divides packed entries at a name: those before it, its own value or the zero Value, and those after it.
func split(s, name string) (before string, v Value, after string) {
	rest := s
	for rest != "" {
		n, e, next := cutEntry(rest)
		if n >= name {
			before = s[:len(s)-len(rest)]
			if n == name {
				return before, e, next
			}
			return before, Value{}, rest
		}
		rest = next
	}
	return s, Value{}, ""
}

// Keep returns an item with only the named attributes.
func (it Item) Keep(names ...string) Item {
	var b strings.Builder
	size := 0
	for s := it.data; s != ""; {
		name, v, rest := cutEntry(s)
		if slices.Contains(names, name) {
			b.WriteString(s[:len(s)-len(rest)])
			size += len(name) + v.Size()
		}
		s = rest
	}
	return Item{b.String(), size}
}

// ListEdit is a change to one element of a list.
type ListEdit struct {
	Index int
	Value Value // the zero Value removes the element
}

// EditList returns the list v with the edits, which must be sorted by index, each index once. Indexes are those of v;
// elements set beyond its end are appended in order.
func (v Value) EditList(edits []ListEdit) Value {
	var out []Value
	i := 0
	for e := range v.Elems() {
		if len(edits) > 0 && edits[0].Index == i {
			e, edits = edits[0].Value, edits[1:]
		}
		if e.kind != None {
			out = append(out, e)
		}
		i++
	}
	for _, e := range edits {
		if e.Value.kind != None {
			out = append(out, e.Value)
		}
	}
	return List(out...)
}

// Concat returns the list of a's elements followed by b's.
func Concat(a, b Value) Value { return Value{L, a.data + b.data} }
