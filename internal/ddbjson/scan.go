package ddbjson

import (
	"encoding/base64"
	"encoding/binary"
	"math/bits"
)

// bad is returned in place of a position when the JSON is not of the form that this package reads. It makes the caller
// leave the whole text to the SDK, which has the last word on what is valid and words the error if it is not.
const bad = -1

// maxDepth is how deep a value may be nested. The service accepts 32 levels.
const maxDepth = 100

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, by the high bit of its byte, the first byte of w that ends a string or is no plain part of one: a
// quote, a backslash or a control character. What is marked above it may be wrong.
func special(w uint64) uint64 {
	quote, slash := w^'"'*ones, w^'\\'*ones
	return ((quote-ones)&^quote | (slash-ones)&^slash | (w-' '*ones)&^w) & highs
}

// plainEnd returns the place of the first special byte in data from i on, len(data) if there is none.
func plainEnd(data []byte, i int) int {
	for ; i+8 <= len(data); i += 8 {
		if m := special(binary.LittleEndian.Uint64(data[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for i < len(data) && data[i] >= ' ' && data[i] != '"' && data[i] != '\\' {
		i++
	}
	return i
}

// isEnding tells whether what ends a value of type S, N or B is at i.
func isEnding(data []byte, i int) bool {
	return i+1 < len(data) && data[i] == '"' && data[i+1] == '}'
}

// isAt tells whether s is at data[i:], and something behind it.
func isAt(data []byte, i int, s string) bool {
	return len(data)-i > len(s) && string(data[i:i+len(s)]) == s
}

// space returns the place of the first byte from i on that is no white space.
func space(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// token expects c at i, white space aside, and returns the place behind it and more white space.
func token(data []byte, i int, c byte) int {
	if i = space(data, i); i < len(data) && data[i] == c {
		return space(data, i+1)
	}
	return bad
}

// closing returns the place behind the brace that closes an attribute value.
func closing(data []byte, i int) int {
	if i < len(data) && data[i] == '}' {
		return i + 1
	}
	if i = space(data, i); i < len(data) && data[i] == '}' {
		return i + 1
	}
	return bad
}

// next is called behind an element of a list or an object: it returns the place of the following one, or, with more
// false, the place behind the end. The place is bad when neither a comma nor end is there.
func next(data []byte, i int, end byte) (int, bool) {
	if i < len(data)-1 && data[i] == ',' && data[i+1] > ' ' {
		return i + 1, true
	}
	return slowNext(data, i, end)
}

func slowNext(data []byte, i int, end byte) (_ int, more bool) {
	if i = space(data, i); i >= len(data) {
		return bad, false
	}
	switch data[i] {
	case ',':
		return space(data, i+1), true
	case end:
		return i + 1, false
	}
	return bad, false
}

// first is like next, but called behind the opening bracket or brace.
func first(data []byte, i int, end byte) (_ int, more bool) {
	if i = space(data, i); i < len(data) && data[i] == end {
		return i + 1, false
	}
	return i, true
}

// tag is a type of attribute value.
type tag uint8

const (
	tagNone tag = iota
	tagS
	tagN
	tagB
	tagBOOL
	tagNULL
	tagSS
	tagNS
	tagBS
	tagL
	tagM
)

// opening is what comes before a value of the type.
var opening = [...]string{
	tagNone: `{`, tagS: `{"S":"`, tagN: `{"N":"`, tagB: `{"B":"`, tagBOOL: `{"BOOL":`, tagNULL: `{"NULL":`,
	tagSS: `{"SS":[`, tagNS: `{"NS":[`, tagBS: `{"BS":[`, tagL: `{"L":[`, tagM: `{"M":{`,
}

// element is the type of the members of a set.
func (t tag) element() tag {
	switch t {
	case tagSS:
		return tagS
	case tagNS:
		return tagN
	default:
		return tagB
	}
}

// open returns the type of the attribute value at i and the place of its content: behind the quote of S, N and B,
// behind the bracket of lists and sets and the brace of M, at the word of BOOL and NULL.
func open(data []byte, i int) (tag, int) {
	t, mark, j := quickTag(data, i)
	if t == tagNone {
		if t, j = slowTag(data, i); t == tagNone || j == bad {
			return tagNone, bad
		}
		mark = marks[t]
	}
	if mark == 0 {
		return t, j
	}
	if j < len(data) && data[j] <= ' ' {
		j = space(data, j)
	}
	if j < len(data) && data[j] == mark {
		return t, j + 1
	}
	return tagNone, bad
}

// marks is what the content begins with.
var marks = [...]byte{
	tagS: '"', tagN: '"', tagB: '"', tagSS: '[', tagNS: '[', tagBS: '[', tagL: '[', tagM: '{', tagNULL: 0,
}

// quickTag reads `{"S":` and the like without white space.
func quickTag(data []byte, i int) (t tag, mark byte, end int) {
	if len(data)-i < 10 || data[i] != '{' || data[i+1] != '"' {
		return tagNone, 0, bad
	}
	switch {
	case data[i+3] == '"' && data[i+4] == ':':
		t, end = single[data[i+2]], i+5
	case data[i+4] == '"' && data[i+5] == ':' && data[i+3] == 'S':
		t, end = double[data[i+2]], i+6
	case isAt(data, i+2, `BOOL":`):
		t, end = tagBOOL, i+8
	case isAt(data, i+2, `NULL":`):
		t, end = tagNULL, i+8
	}
	return t, marks[t], end
}

var (
	single = [256]tag{'S': tagS, 'N': tagN, 'B': tagB, 'L': tagL, 'M': tagM}
	double = [256]tag{'S': tagSS, 'N': tagNS, 'B': tagBS}
	tags   = map[string]tag{
		"S": tagS, "N": tagN, "B": tagB, "BOOL": tagBOOL, "NULL": tagNULL,
		"SS": tagSS, "NS": tagNS, "BS": tagBS, "L": tagL, "M": tagM,
	}
)

func slowTag(data []byte, i int) (tag, int) {
	if i = token(data, i, '{'); i == bad || i >= len(data) || data[i] != '"' {
		return tagNone, bad
	}
	end := plainEnd(data, i+1)
	if end >= len(data) || data[end] != '"' {
		return tagNone, bad
	}
	t := tags[string(data[i+1:end])]
	return t, token(data, end+1, ':')
}

// word reads the content of BOOL or NULL.
func word(data []byte, i int) (value bool, end int) {
	if i < len(data) && data[i] <= ' ' {
		i = space(data, i)
	}
	switch {
	case isAt(data, i, "true"):
		return true, i + 4
	case isAt(data, i, "false"):
		return false, i + 5
	}
	return false, bad
}

// quickWord is word without white space, with the brace behind it.
func quickWord(data []byte, i int) (value bool, end int) {
	if len(data)-i < 8 {
		return false, bad
	}
	w := binary.LittleEndian.Uint64(data[i:])
	switch {
	case w<<24 == yes:
		return true, i + len("true}")
	case w<<16 == no:
		return false, i + len("false}")
	}
	return false, bad
}

// Words as quickWord and plainValue meet them.
var (
	plainS = binary.LittleEndian.Uint64([]byte("\x00\x00{\"S\":\""))
	plainN = binary.LittleEndian.Uint64([]byte("\x00\x00{\"N\":\""))
	yes    = binary.LittleEndian.Uint64([]byte("\x00\x00\x00true}"))
	no     = binary.LittleEndian.Uint64([]byte("\x00\x00false}"))
)

// skip returns the place behind the attribute value at i, which is checked as the SDK would.
func skip(data []byte, i, depth int) int {
	t, i := open(data, i)
	if i == bad || depth > maxDepth {
		return bad
	}
	if i = skipContent(data, t, i, depth); i == bad {
		return bad
	}
	return closing(data, i)
}

// plainValue is skip for a string without escapes or a number, in the commonest form. It is bad for all else.
func plainValue(data []byte, i int) int {
	if len(data)-i < 8 {
		return bad
	}
	if w := binary.LittleEndian.Uint64(data[i:]) << 16; w != plainS && w != plainN {
		return bad
	}
	if i = plainEnd(data, i+len(`{"S":"`)); isEnding(data, i) {
		return i + len(`"}`)
	}
	return bad
}

// skipContent is skip behind [open] and without the closing brace.
func skipContent(data []byte, t tag, i, depth int) int {
	switch t {
	case tagS, tagN:
		return skipText(data, i)
	case tagB:
		return skipBinary(data, i)
	case tagBOOL, tagNULL:
		_, i = word(data, i)
		return i
	case tagM:
		return skipMembers(data, i, depth)
	}
	i, more := first(data, i, ']')
	for more && i != bad {
		if t == tagL {
			i = skip(data, i, depth+1)
		} else {
			i = skipElement(data, t, i)
		}
		if i != bad {
			i, more = next(data, i, ']')
		}
	}
	return i
}

func skipElement(data []byte, t tag, i int) int {
	switch {
	case i >= len(data) || data[i] != '"':
		return bad
	case t == tagBS:
		return skipBinary(data, i+1)
	default:
		return skipText(data, i+1)
	}
}

// skipMembers skips the rest of a map of attribute values, an item included.
func skipMembers(data []byte, i, depth int) int {
	i, more := first(data, i, '}')
	for more && i != bad {
		if i >= len(data) || data[i] != '"' {
			return bad
		}
		if i = skipText(data, i+1); i == bad {
			return bad
		}
		if i < len(data) && data[i] == ':' {
			i++
		} else if i = token(data, i, ':'); i == bad {
			return bad
		}
		if i = skip(data, i, depth+1); i != bad {
			i, more = next(data, i, '}')
		}
	}
	return i
}

// skipText returns the place behind the quote that ends the string whose content is at i.
func skipText(data []byte, i int) int {
	for {
		if i = plainEnd(data, i); i >= len(data) {
			return bad
		}
		switch data[i] {
		case '"':
			return i + 1
		case '\\':
			if i = skipEscape(data, i); i == bad {
				return bad
			}
		default:
			return bad
		}
	}
}

// skipEscape returns the place behind the escape at i.
func skipEscape(data []byte, i int) int {
	if i+1 >= len(data) {
		return bad
	}
	switch data[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		if _, ok := hex4(data, i+2); ok {
			return i + 6
		}
	}
	return bad
}

// skipBinary is skipText for base64, which is decoded to see whether it can be.
func skipBinary(data []byte, i int) int {
	end := plainEnd(data, i)
	if end >= len(data) || data[end] != '"' {
		return bad
	}
	var room [1024]byte
	dst := room[:]
	if n := base64.StdEncoding.DecodedLen(end - i); n > len(dst) {
		dst = make([]byte, n)
	}
	if _, err := base64.StdEncoding.Decode(dst, data[i:end]); err != nil {
		return bad
	}
	return end + 1
}
