package dynlocal

import (
	"github.com/dyntable/dyn/dynlocal/internal/expr"
	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// The service's limits on items and keys, in bytes.
const (
	maxItemSize = 400 << 10
	maxHashSize = 2048
	maxSortSize = 1024
)

// checkedKey checks that key consists of exactly the key attributes of the table, and gives its place in the table.
func (t *table) checkedKey(key value.Item) (string, error) {
	if key.Len() != len(t.key.hash)+len(t.key.rng) {
		return "", invalid("The provided key element does not match the schema")
	}
	for _, name := range t.key.names() {
		v := key.Get(name)
		if v.Kind() != t.key.kind(name) {
			return "", invalid("The provided key element does not match the schema")
		}
		if err := notEmptyKey(name, v); err != nil {
			return "", err
		}
	}
	return t.place(key)
}

// checkedItem checks the key attributes of an item to be stored, and gives its place in the table.
func (t *table) checkedItem(item value.Item) (string, error) {
	for _, name := range t.key.names() {
		v, want := item.Get(name), t.key.kind(name)
		if v.IsZero() {
			return "", invalidf(invalidParameter+"Missing the key %s in the item", name)
		}
		if v.Kind() != want {
			return "", invalidf(invalidParameter+"Type mismatch for key %s expected: %s actual: %s", name, want, v.Kind())
		}
	}
	if err := t.checkIndexKeys(item); err != nil {
		return "", err
	}
	return t.place(item)
}

// place checks the sizes of a key and encodes it.
func (t *table) place(item value.Item) (string, error) {
	if err := keySizes(&t.key, item); err != nil {
		return "", err
	}
	key, _ := t.key.appendKey(make([]byte, 0, 64), item)
	return string(key), nil
}

// notEmptyKeys checks that no key attribute of the item is empty. One of another type is refused for that, later.
func (t *table) notEmptyKeys(item value.Item) error {
	for _, name := range t.key.names() {
		v := item.Get(name)
		if v.Kind() != t.key.kind(name) {
			continue
		}
		if err := notEmptyKey(name, v); err != nil {
			return err
		}
	}
	return nil
}

func notEmptyKey(name string, v value.Value) error {
	if kind := emptyKind(v); kind != "" {
		return invalidf("One or more parameter values are not valid. The AttributeValue for a key attribute "+
			"cannot contain an empty %s value. Key: %s", kind, name)
	}
	return nil
}

func errEmptyIndexKey(x *index, name, kind string) error {
	return invalidf("One or more parameter values are not valid. A value specified for a secondary index key is not "+
		"supported. The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s",
		kind, x.name, name)
}

// emptyKind names the type of an empty string or binary value, "" for all others.
func emptyKind(v value.Value) string {
	switch {
	case v.Kind() == value.S && v.Text() == "":
		return "string"
	case v.Kind() == value.B && v.Text() == "":
		return "binary"
	}
	return ""
}

func keySizes(s *keySchema, item value.Item) error {
	if sizeOf(s.hash, item) > maxHashSize {
		return invalid(invalidParameter + "Size of hashkey has exceeded the maximum size limit of2048 bytes")
	}
	if sizeOf(s.rng, item) > maxSortSize {
		return errSortSize
	}
	return nil
}

var errSortSize = invalid(invalidParameter + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes")

func sizeOf(attrs []expr.KeyAttr, item value.Item) int {
	n := 0
	for _, a := range attrs {
		if v := item.Get(a.Name); !v.IsZero() {
			n += v.Size()
		}
	}
	return n
}

// checkIndexKeys checks the key attributes of indexes that the item has. Those that it lacks keep it out of the index.
func (t *table) checkIndexKeys(item value.Item) error {
	for _, x := range t.byName {
		for _, name := range x.key.names() {
			if err := x.checkAttr(name, item.Get(name)); err != nil {
				return err
			}
		}
		if err := keySizes(&x.key, item); err != nil {
			return err
		}
	}
	return nil
}

func (x *index) checkAttr(name string, v value.Value) error {
	if v.IsZero() {
		return nil
	}
	if want := x.key.kind(name); v.Kind() != want {
		return invalidf(invalidParameter+"Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s",
			name, want, v.Kind(), x.name)
	}
	return nil
}

// emptyKey gives the name and kind of a key attribute of the index that is an empty string or binary value. One of
// another type than the index demands is refused for that.
func (x *index) emptyKey(item value.Item) (name, kind string) {
	for _, name := range x.key.names() {
		v := item.Get(name)
		if kind := emptyKind(v); kind != "" && v.Kind() == x.key.kind(name) {
			return name, kind
		}
	}
	return "", ""
}
