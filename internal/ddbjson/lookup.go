package ddbjson

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// table finds entries by name. Names that differ only in the case of ASCII letters are under one hash.
type table struct {
	slots []uint16 // one more than the index of an entry; 0 is free
	shift int
	// unicode is set when a name has other letters, so that names of ASCII letters alone may still fit it.
	unicode bool
}

func newTable(entries []entry, fields int) table {
	size := bits.Len(uint(2*len(entries) + 1))
	t := table{slots: make([]uint16, 1<<size), shift: 64 - size}
	for i := range entries {
		name := entries[i].name
		h := t.hash([]byte(name))
		for t.slots[h] != 0 {
			h = (h + 1) % len(t.slots)
		}
		t.slots[h] = uint16(i + 1)
		t.unicode = t.unicode || i < fields && !isASCII(name)
	}
	return t
}

// hash mixes the length, the first eight bytes and the last eight.
func (t *table) hash(name []byte) int {
	const lower = 0x2020202020202020
	var a, b uint64
	if n := len(name); n >= 8 {
		a, b = binary.LittleEndian.Uint64(name), binary.LittleEndian.Uint64(name[n-8:])
	} else {
		for _, c := range name {
			a = a<<8 | uint64(c)
		}
	}
	h := (a|lower)*0x9e3779b97f4a7c15 ^ bits.RotateLeft64((b|lower)*0xc2b2ae3d27d4eb4f, 29) ^ uint64(len(name))
	return int(h * 0x9fb21c651e98df25 >> t.shift)
}

// find returns the index of the entry that name stands for, len(entries) if there is none.
func (o *object) find(name []byte) int {
	t := &o.table
	folded := len(o.entries)
	for h := t.hash(name); t.slots[h] != 0; h = (h + 1) % len(t.slots) {
		i := int(t.slots[h]) - 1
		e := &o.entries[i]
		if e.name == string(name) {
			return i
		}
		if i < folded && i < o.fields && len(e.name) == len(name) && strings.EqualFold(e.name, string(name)) {
			folded = i
		}
	}
	if t.unicode || !isASCII(string(name)) {
		return o.findUnicode(name)
	}
	return folded
}

// field returns the index of the field of exactly this name.
func (o *object) field(name string) (k int, ok bool) {
	t := &o.table
	for h := t.hash([]byte(name)); t.slots[h] != 0; h = (h + 1) % len(t.slots) {
		if k = int(t.slots[h]) - 1; k < o.fields && o.entries[k].name == name {
			return k, true
		}
	}
	return 0, false
}

func (o *object) findUnicode(name []byte) int {
	if i := o.plan.Match(string(name)); i >= 0 {
		return i
	}
	return len(o.entries)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
