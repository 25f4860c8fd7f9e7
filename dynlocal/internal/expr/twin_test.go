package expr

import (
	"cmp"
	"maps"
	"slices"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// twin is an item as a tree that can be changed in place. Lists keep removed elements and elements beyond their end
// under their indexes until the end.
type twin struct {
	scalar value.Value
	fields map[string]*twin
	elems  map[int]*twin
}

func newTwin(it value.Item) *twin { return twinOf(value.Map(it)) }

func twinOf(v value.Value) *twin {
	switch v.Kind() {
	case value.M:
		t := &twin{fields: map[string]*twin{}}
		for name, e := range v.Item().All() {
			t.fields[name] = twinOf(e)
		}
		return t
	case value.L:
		t := &twin{elems: map[int]*twin{}}
		for e := range v.Elems() {
			t.elems[len(t.elems)] = twinOf(e)
		}
		return t
	}
	return &twin{scalar: v}
}

// set puts v, or nothing if it is zero, at a path whose parents exist.
func (t *twin) set(p path, v value.Value) {
	for _, s := range p[:len(p)-1] {
		t = t.child(s)
	}
	last := p[len(p)-1]
	switch {
	case t.fields != nil && v.IsZero():
		delete(t.fields, last.name)
	case t.fields != nil:
		t.fields[last.name] = twinOf(v)
	case v.IsZero():
		delete(t.elems, last.index)
	default:
		t.elems[last.index] = twinOf(v)
	}
}

func (t *twin) child(s step) *twin {
	if t == nil {
		return nil
	}
	if s.name != "" {
		return t.fields[s.name]
	}
	return t.elems[s.index]
}

func (t *twin) value() value.Value {
	switch {
	case t.fields != nil:
		return value.Map(t.item())
	case t.elems != nil:
		var elems []value.Value
		for _, i := range slices.Sorted(maps.Keys(t.elems)) {
			elems = append(elems, t.elems[i].value())
		}
		return value.List(elems...)
	}
	return t.scalar
}

func (t *twin) item() value.Item {
	var attrs []value.Attr
	for name, e := range t.fields {
		attrs = append(attrs, value.Attr{Name: name, Value: e.value()})
	}
	return value.NewItem(attrs)
}

// pick returns what is at the paths: it builds a tree of it in the order of the paths' steps.
func (t *twin) pick(paths []path) value.Item {
	out := &twin{fields: map[string]*twin{}}
	for _, p := range slices.SortedFunc(slices.Values(paths), comparePaths) {
		found := t
		for _, s := range p {
			found = found.child(s)
		}
		if found == nil {
			continue
		}
		at, from := out, t
		for _, s := range p {
			from = from.child(s)
			if at.child(s) == nil {
				at.put(s, from.shell())
			}
			at = at.child(s)
		}
		*at = *found
	}
	return out.item()
}

// shell returns an empty tree of t's kind.
func (t *twin) shell() *twin {
	switch {
	case t.fields != nil:
		return &twin{fields: map[string]*twin{}}
	case t.elems != nil:
		return &twin{elems: map[int]*twin{}}
	}
	return &twin{}
}

func (t *twin) put(s step, v *twin) {
	if s.name != "" {
		t.fields[s.name] = v
	} else {
		t.elems[s.index] = v
	}
}

func comparePaths(p, q path) int {
	return slices.CompareFunc(p, q, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.index, b.index))
	})
}
