package ddbjson

import (
	"reflect"
	"slices"
	"unicode/utf8"
)

// Writer writes items whose caller adds attributes of his own, also in the place of fields. It is safe for concurrent use.
type Writer struct {
	object object
	flat   bool // no field needs what encoders keep
}

// Writer returns a writer of the fields of c but those with the attribute names of without.
func (c *Codec) Writer(without ...string) *Writer {
	w := &Writer{object: *c.root}
	w.object.entries = slices.DeleteFunc(slices.Clone(c.root.entries[:c.root.fields]), func(f entry) bool {
		return slices.Contains(without, f.name)
	})
	w.object.fields = len(w.object.entries)
	w.flat = !slices.ContainsFunc(w.object.entries, func(f entry) bool {
		n := f.node
		return n.viaTree || n.op == opTree || n.op == opMap || n.op == opStruct || n.op == opList
	})
	return w
}

// Append appends the attributes of struct v, which must be addressable, to dst, each with a comma before it: the first
// comma becomes the brace of the item. When ok is false the item is to be encoded by package codec, which says what is
// wrong with it.
func (w *Writer) Append(dst []byte, v reflect.Value) (_ []byte, ok bool) {
	if w.flat {
		return w.object.appendFields(new(encoder), dst, refOf(v), new(set))
	}
	e := newEncoder()
	defer e.release()
	return w.object.appendFields(e, dst, refOf(v), new(set))
}

// Quote makes the text of dst from start on the content of a JSON string.
func Quote(dst []byte, start int) []byte {
	for i, last := start, len(dst)-8; i <= last; i = min(i+8, last) { // most are of ASCII only
		if w := load(dst, i); (special(w)|w)&highs != 0 {
			break
		}
		if i == last {
			return dst
		}
	}
	if plainEnd(dst, start) == len(dst) && utf8.Valid(dst[start:]) {
		return dst
	}
	return appendContent(dst[:start], string(dst[start:]))
}
