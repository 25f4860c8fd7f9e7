package ddbjson

import "reflect"

// list decodes the content of L or a set into a slice.
func (n *node) list(d *Decoder, t tag, i int, r ref) int {
	if n.op == opTexts {
		if end := n.texts(d, t, i, r); end != bad {
			return end
		}
	}
	if d.depth++; d.depth > maxDepth {
		return bad
	}
	v := valueOf(n.target(d, r), n.c.Base)
	i, more := first(d.data, i, ']')
	if !more {
		v.Set(reflect.MakeSlice(n.c.Base, 0, 0))
	}
	for k := 0; more && i != bad; k++ {
		n.extend(d, v, k)
		if i = n.element(d, t, i, elementOf(v, k)); i != bad {
			i, more = next(d.data, i, ']')
		}
	}
	n.trim(d, v)
	d.depth--
	return i
}

// element decodes one element of a list, or a member of a set.
func (n *node) element(d *Decoder, t tag, i int, r ref) int {
	if t == tagL {
		return n.elem.value(d, i, r)
	}
	if i >= len(d.data) || d.data[i] != '"' {
		return bad
	}
	return n.elem.content(d, t.element(), i+1, r)
}

// extend makes room in slice v for element k, at first for as many as the last list had.
func (n *node) extend(d *Decoder, v reflect.Value, k int) {
	if k == v.Cap() {
		more := 1
		if k == 0 {
			more = max(1, d.lengths[n.id])
		}
		v.Grow(more)
	}
	v.SetLen(k + 1)
}

// trim gives back the room that more than half of is not used.
func (n *node) trim(d *Decoder, v reflect.Value) {
	k := v.Len()
	d.lengths[n.id] = k
	if v.Cap()-k <= k+1 {
		return
	}
	exact := reflect.MakeSlice(n.c.Base, k, k)
	reflect.Copy(exact, v)
	v.Set(exact)
}

// texts decodes a list or a set into a slice of strings. It is bad when there is anything but S in it.
func (n *node) texts(d *Decoder, t tag, i int, r ref) int {
	before, after := &quote, 0
	switch t {
	case tagL:
		before, after = &openText, len(`}`)
	case tagBS:
		return bad
	}
	data, all, columns := d.data, d.room[:0], d.columns[n.id]
	if columns == nil {
		columns = new([maxColumns]column)
		d.columns[n.id] = columns
	}
	i, more := first(data, i, ']')
	for k := 0; more; k++ {
		if !before.isShortAt(data, i) {
			return bad
		}
		i += len(before.text)
		var text string
		var end int
		if c := &columns[k%maxColumns]; c.isUsual(data, i) {
			text, end = c.usual, i+len(c.usual)+1
		} else if text, end = d.arena.quoted(data, i); end == bad {
			var b []byte
			if b, end = d.text(i); end == bad {
				return bad
			}
			text = d.arena.text(b)
		} else {
			c.met(d, span{i, end - 1})
		}
		all = append(all, text)
		if i = end + after; after > 0 && (end >= len(data) || data[end] != '}') {
			if i = closing(data, end); i == bad {
				return bad
			}
		}
		if i, more = next(data, i, ']'); i == bad {
			return bad
		}
	}
	setTexts(n.target(d, r), n.c.Base, d.keep(all))
	return i
}

// maxColumns is how many strings of a list have columns of their own.
const maxColumns = 8

// What is before the strings of sets and of lists.
var (
	quote    = newLiteral(`"`)
	openText = newLiteral(opening[tagS])
)

// roomSize is the number of strings that are allocated at once: with what the allocator adds, 1024 bytes.
const roomSize = 63

// keep takes l, which begins where d.room does unless it has outgrown it, out of d.room.
func (d *Decoder) keep(l []string) []string {
	switch k := len(l); {
	case k == 0:
		return []string{}
	case k > len(d.room):
		d.room = make([]string, roomSize)
		return l
	default:
		d.room = d.room[k:]
		return l[:k:k]
	}
}

// place returns room for one string.
func (d *Decoder) place() *string {
	if len(d.room) == 0 {
		d.room = make([]string, roomSize)
	}
	p := &d.room[0]
	d.room = d.room[1:]
	return p
}
