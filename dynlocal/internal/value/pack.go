package value

import (
	"encoding/binary"
	"strings"
)

// The data of a Value, by kind:
//
//	S, B        the bytes
//	N           the normalised decimal text, without exponent
//	BOOL        one byte, 0 or 1
//	NULL        nothing
//	SS, NS, BS  for each element in ascending order: length, data
//	L           for each element: kind, length, data
//	M           for each entry in name order: length, name, kind, length, data
//
// Lengths are unsigned varints. An item's data is that of the map with its attributes.

// cutText takes a length and that many bytes from s.
func cutText(s string) (text, rest string) {
	n, width := uvarint(s)
	return s[width : width+n], s[width+n:]
}

// cutElem takes a kind and its data from s.
func cutElem(s string) (Value, string) {
	data, rest := cutText(s[1:])
	return Value{Kind(s[0]), data}, rest
}

// cutEntry takes a name and its value from s.
func cutEntry(s string) (name string, v Value, rest string) {
	name, s = cutText(s)
	v, rest = cutElem(s)
	return name, v, rest
}

// find returns the value of the named entry, the zero Value if there is none.
func find(s, name string) Value {
	for s != "" {
		n, v, rest := cutEntry(s)
		if n >= name {
			if n == name {
				return v
			}
			break
		}
		s = rest
	}
	return Value{}
}

func uvarint(s string) (n, width int) {
	if c := s[0]; c < 0x80 {
		return int(c), 1
	}
	shift := 0
	for {
		c := s[width]
		width++
		n |= int(c&0x7f) << shift
		if c < 0x80 {
			return n, width
		}
		shift += 7
	}
}

func packText(b *strings.Builder, text string) {
	var buf [binary.MaxVarintLen64]byte
	b.Write(binary.AppendUvarint(buf[:0], uint64(len(text))))
	b.WriteString(text)
}

func packElem(b *strings.Builder, v Value) {
	b.WriteByte(byte(v.kind))
	packText(b, v.data)
}

func packEntry(b *strings.Builder, name string, v Value) {
	packText(b, name)
	packElem(b, v)
}

func textLen(s string) int {
	n := len(s)
	width := 1
	for u := uint64(n); u >= 0x80; u >>= 7 {
		width++
	}
	return width + n
}

func elemLen(v Value) int { return 1 + textLen(v.data) }

func entryLen(name string, v Value) int { return textLen(name) + elemLen(v) }
