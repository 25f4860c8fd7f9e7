package ddbjson

import (
	"encoding/binary"
	"math"
)

// literal is a string that is expected in the data, or written. It is compared eight bytes at a time, all of them
// whether or not the first differ: that takes less than to find out.
type literal struct {
	text        string
	words, mask [literalWords]uint64 // of the text
	reach       int                  // how many bytes words are compared with, more than there are when it is too long for words
}

const (
	literalWords = 4
	literalSize  = 8 * literalWords
)

func newLiteral(text string) literal {
	l := literal{text: text}
	var words, mask [literalSize]byte
	for i := range copy(words[:], text) {
		mask[i] = 0xff
	}
	for k := range l.words {
		l.words[k] = binary.LittleEndian.Uint64(words[8*k:])
		l.mask[k] = binary.LittleEndian.Uint64(mask[8*k:])
	}
	if l.reach = literalSize; len(text) > literalSize {
		l.reach = math.MaxInt
	}
	return l
}

// head and tail tell whether the first and the second half of words are at data[i:]. They must not be called unless
// there are reach bytes. They are two for each of them to be inlined.
func (l *literal) head(data []byte, i int) bool {
	return (load(data, i)^l.words[0])&l.mask[0]|(load(data, i+8)^l.words[1])&l.mask[1] == 0
}

func (l *literal) tail(data []byte, i int) bool {
	return (load(data, i+16)^l.words[2])&l.mask[2]|(load(data, i+24)^l.words[3])&l.mask[3] == 0
}

// isShortAt is isAt for one of up to eight bytes.
func (l *literal) isShortAt(data []byte, i int) bool {
	if len(data)-i < 8 {
		return l.isAt(data, i)
	}
	return (load(data, i)^l.words[0])&l.mask[0] == 0
}

// isAt tells whether l is at data[i:], and something behind it.
func (l *literal) isAt(data []byte, i int) bool { return isAt(data, i, l.text) }

// appendLiteral appends l.
func appendLiteral(dst []byte, l *literal) []byte {
	if len(l.text) > literalSize {
		return append(dst, l.text...)
	}
	dst = room(dst, literalSize)
	writeLiteral(dst[:cap(dst)], len(dst), l)
	return dst[:len(dst)+len(l.text)]
}

// writeLiteral writes words at b[at:]. There must be literalSize bytes, whatever the length of the text.
func writeLiteral(b []byte, at int, l *literal) {
	store(b, at, l.words[0])
	store(b, at+8, l.words[1])
	store(b, at+16, l.words[2])
	store(b, at+24, l.words[3])
}
