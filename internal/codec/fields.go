package codec

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// candidate is a field of a struct or of one embedded in it, before it is known which of those with one name counts.
type candidate struct {
	field  reflect.StructField
	name   string
	index  []int
	tag    Tag
	tagged bool   // the name comes from the tag
	hidden string // an embedded pointer to an unexported struct on the way, which decoding could not set
}

// embedded is a struct whose fields are to be listed.
type embedded struct {
	typ    reflect.Type
	index  []int
	count  int // how often it is embedded at this depth; more than once hides all its fields
	hidden string
}

// attributes lists the fields of struct t that are attributes, in declaration order, by the embedding rules of
// encoding/json: of one name, the least deep field counts; of several, the tagged one; else none. Two fields of one and
// the same struct are a mistake, though.
func attributes(t reflect.Type) ([]candidate, error) {
	all := candidates(t)
	slices.SortFunc(all, byDominance)
	visible := all[:0] // never ahead of what is still to be read
	var clash error
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].name == all[0].name {
			n++
		}
		if n == 1 || dominates(all[0], all[1]) {
			visible = append(visible, all[0])
		} else if a, b := all[0], all[1]; siblings(a, b) && clash == nil {
			clash = fmt.Errorf("fields %s and %s have one attribute name, %q; rename one",
				a.field.Name, b.field.Name, a.name)
		}
		all = all[n:]
	}
	slices.SortFunc(visible, func(a, b candidate) int { return slices.Compare(a.index, b.index) })
	return visible, clash
}

// byDominance sorts by name, and of one name those first that hide the others.
func byDominance(a, b candidate) int {
	if c := cmp.Or(strings.Compare(a.name, b.name), cmp.Compare(len(a.index), len(b.index))); c != 0 {
		return c
	}
	if a.tagged != b.tagged {
		if a.tagged {
			return -1
		}
		return 1
	}
	return slices.Compare(a.index, b.index)
}

func dominates(a, b candidate) bool {
	return len(a.index) < len(b.index) || a.tagged && !b.tagged
}

func siblings(a, b candidate) bool {
	last := len(a.index) - 1
	return a.index[last] != b.index[last] && slices.Equal(a.index[:last], b.index[:last])
}

// candidates lists all fields of t and of the structs embedded in it, level by level.
func candidates(t reflect.Type) []candidate {
	found := make([]candidate, 0, t.NumField())
	seen := map[reflect.Type]bool{}
	for level := []embedded{{typ: t, count: 1}}; len(level) > 0; {
		var next []embedded
		for _, s := range level {
			if !seen[s.typ] {
				seen[s.typ] = true
				found, next = s.list(found, next)
			}
		}
		level = next
	}
	return found
}

// list appends the fields of s to found and the structs embedded in it to next.
func (s embedded) list(found []candidate, next []embedded) ([]candidate, []embedded) {
	n := len(s.index) + 1
	indexes := make([]int, 0, n*s.typ.NumField()) // one piece of memory for all
	for i := range s.typ.NumField() {
		sf := s.typ.Field(i)
		if !sf.IsExported() && !sf.Anonymous {
			continue
		}
		name, tag, ignore := parseTag(sf.Tag)
		if ignore {
			continue
		}
		indexes = append(append(indexes, s.index...), i)
		index := indexes[len(indexes)-n:]
		index = index[:n:n]
		if sf.Anonymous && name == "" && target(sf.Type).Kind() == reflect.Struct {
			next = s.embed(next, sf, index)
			continue
		}
		c := candidate{field: sf, name: cmp.Or(name, sf.Name), index: index, tag: tag, tagged: name != "", hidden: s.hidden}
		found = append(found, c)
		if s.count > 1 {
			found = append(found, c) // a second one, so that neither dominates
		}
	}
	return found, next
}

func (s embedded) embed(next []embedded, sf reflect.StructField, index []int) []embedded {
	typ := target(sf.Type)
	if i := slices.IndexFunc(next, func(e embedded) bool { return e.typ == typ }); i >= 0 {
		next[i].count++
		return next
	}
	hidden := s.hidden
	if !sf.IsExported() && sf.Type.Kind() == reflect.Pointer {
		hidden = cmp.Or(hidden, sf.Name)
	}
	return append(next, embedded{typ: typ, index: index, count: 1, hidden: hidden})
}

// target returns what t points to, t itself when it is no pointer.
func target(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}
