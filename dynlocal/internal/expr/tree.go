package expr

import (
	"cmp"
	"slices"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// tree holds disjoint paths, merged where they begin alike. Each level has either names or indexes.
type tree struct {
	leaf    int // the index of the path that ends here, -1 for none
	names   []branch
	indexes []branch
}

// branch is a way down; a level's branches are sorted by step.
type branch struct {
	step
	*tree
}

// grow merges paths into a tree.
func grow(paths []path) *tree {
	root := &tree{leaf: -1}
	for i, p := range paths {
		t := root
		for _, s := range p {
			t = t.descend(s)
		}
		t.leaf = i
	}
	return root
}

func (t *tree) descend(s step) *tree {
	level := &t.names
	if s.name == "" {
		level = &t.indexes
	}
	i, ok := slices.BinarySearchFunc(*level, s, func(b branch, s step) int {
		return cmp.Or(cmp.Compare(b.name, s.name), cmp.Compare(b.index, s.index))
	})
	if !ok {
		*level = slices.Insert(*level, i, branch{s, &tree{leaf: -1}})
	}
	return (*level)[i].tree
}

// pick returns the parts of the item that the tree's paths name.
func (t *tree) pick(it value.Item) value.Item {
	attrs := make([]value.Attr, 0, len(t.names))
	for _, b := range t.names {
		if v := b.pickValue(it.Get(b.name)); !v.IsZero() {
			attrs = append(attrs, value.Attr{Name: b.name, Value: v})
		}
	}
	return value.NewItem(attrs)
}

// pickValue returns the parts of v that the tree's paths name, the zero Value if v has none of them.
func (t *tree) pickValue(v value.Value) value.Value {
	switch {
	case t.leaf >= 0 || v.IsZero():
		return v
	case len(t.names) > 0:
		if it := t.pick(v.Item()); !it.IsEmpty() {
			return value.Map(it)
		}
		return value.Value{}
	}
	var elems []value.Value
	for _, b := range t.indexes {
		if e := b.pickValue(v.Index(b.index)); !e.IsZero() {
			elems = append(elems, e)
		}
	}
	if elems == nil {
		return value.Value{}
	}
	return value.List(elems...)
}
