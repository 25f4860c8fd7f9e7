package value

import (
	"unicode/utf16"
	"unicode/utf8"
)

// decoder reads JSON text. Errors do not unwind it: after the first malformed token it stands at the end of the text,
// where every read gives a zero byte. An invalid value does not stop it, because what is malformed after it matters more.
type decoder struct {
	data      []byte
	pos       int
	malformed error // the first *SerializationError
	invalid   error // the first *ValidationError
}

func (d *decoder) err() error {
	if d.malformed != nil {
		return d.malformed
	}
	return d.invalid
}

func (d *decoder) failed() bool { return d.err() != nil }

func (d *decoder) refuse(err error) {
	if d.invalid == nil {
		d.invalid = err
	}
}

// malform records a SerializationException; text that is no JSON at all has none to say.
func (d *decoder) malform(msg string) {
	if d.malformed == nil {
		d.malformed = &SerializationError{msg}
	}
	d.pos = len(d.data)
}

func (d *decoder) syntax() { d.malform("") }

// misplaced records that the value that follows is of another JSON type than those that msg tells to be expected.
func (d *decoder) misplaced(msg string) {
	switch c := d.peek(); {
	case c == '"', c == '-', '0' <= c && c <= '9', c == 't', c == 'f', c == 'n', c == '{', c == '[':
		d.malform(msg)
	default:
		d.syntax()
	}
}

// whole runs read, which must use up the text.
func (d *decoder) whole(read func() Value) Value {
	v := read()
	if d.peek(); d.pos < len(d.data) {
		d.syntax()
	}
	if d.failed() {
		return Value{}
	}
	return v
}

// peek skips white space and returns the byte that follows, 0 at the end.
func (d *decoder) peek() byte {
	for d.pos < len(d.data) {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\r', '\n':
			d.pos++
		default:
			return c
		}
	}
	return 0
}

// accept takes c if it is next.
func (d *decoder) accept(c byte) bool {
	if d.peek() != c {
		return false
	}
	d.pos++
	return true
}

// object reads an object, or null, calling member at each member's value; class is what the service calls the type.
func (d *decoder) object(class string, member func(name string)) {
	if d.null() {
		return
	}
	if d.peek() == '[' {
		d.malform("Unrecognized collection type " + class)
	}
	if !d.accept('{') {
		d.misplaced(unexpectedField)
		return
	}
	if d.accept('}') {
		return
	}
	for {
		name := d.str()
		if !d.accept(':') {
			d.syntax()
			return
		}
		member(name)
		if d.accept(',') {
			continue
		}
		if !d.accept('}') {
			d.syntax()
		}
		return
	}
}

// array reads an array, calling elem at each element.
func (d *decoder) array(elem func()) {
	switch d.peek() {
	case '[':
	case '{':
		d.malform(unexpectedStructure)
		return
	default:
		d.misplaced(unexpectedField)
		return
	}
	d.pos++
	if d.accept(']') {
		return
	}
	for {
		elem()
		if d.accept(',') {
			continue
		}
		if !d.accept(']') {
			d.syntax()
		}
		return
	}
}

// null takes null if it is next.
func (d *decoder) null() bool {
	if d.peek() != 'n' {
		return false
	}
	d.literal()
	return true
}

// literal reads true, false or null.
func (d *decoder) literal() string {
	for _, word := range [...]string{"true", "false", "null"} {
		if end := d.pos + len(word); end <= len(d.data) && string(d.data[d.pos:end]) == word {
			d.pos = end
			return word
		}
	}
	d.syntax()
	return ""
}

// number reads a number's text.
func (d *decoder) number() string {
	start := d.pos
	if d.peek() == '-' {
		d.pos++
	}
	whole := d.pos
	if d.digits() == 0 || d.data[whole] == '0' && d.pos > whole+1 {
		d.syntax()
		return ""
	}
	if d.next() == '.' {
		d.pos++
		if d.digits() == 0 {
			d.syntax()
			return ""
		}
	}
	if c := d.next(); c == 'e' || c == 'E' {
		d.pos++
		if c := d.next(); c == '+' || c == '-' {
			d.pos++
		}
		if d.digits() == 0 {
			d.syntax()
			return ""
		}
	}
	return string(d.data[start:d.pos])
}

func (d *decoder) next() byte {
	if d.pos == len(d.data) {
		return 0
	}
	return d.data[d.pos]
}

func (d *decoder) digits() int {
	start := d.pos
	for c := d.next(); '0' <= c && c <= '9'; c = d.next() {
		d.pos++
	}
	return d.pos - start
}

// maxSkip is how deeply values that nobody reads may nest.
const maxSkip = 1000

// skip reads any value.
func (d *decoder) skip(depth int) {
	if depth > maxSkip {
		d.syntax()
		return
	}
	switch c := d.peek(); c {
	case '{':
		d.object("", func(string) { d.skip(depth + 1) })
	case '[':
		d.array(func() { d.skip(depth + 1) })
	case '"':
		d.str()
	case 't', 'f', 'n':
		d.literal()
	default:
		d.number()
	}
}

// str reads a string.
func (d *decoder) str() string {
	if !d.accept('"') {
		d.syntax()
		return ""
	}
	start := d.pos
	for d.pos < len(d.data) {
		switch c := d.data[d.pos]; {
		case c == '"':
			d.pos++
			return validText(d.data[start : d.pos-1])
		case c == '\\':
			return d.escaped(start)
		case c < ' ':
			d.syntax()
		default:
			d.pos++
		}
	}
	d.syntax()
	return ""
}

// escaped reads the rest of a string that began at start and has its first escape next.
func (d *decoder) escaped(start int) string {
	out := append([]byte(nil), d.data[start:d.pos]...)
	for d.pos < len(d.data) {
		c := d.data[d.pos]
		d.pos++
		switch {
		case c == '"':
			return validText(out)
		case c == '\\':
			out = d.escape(out)
		case c < ' ':
			d.syntax()
		default:
			out = append(out, c)
		}
	}
	d.syntax()
	return ""
}

// validText replaces what is no UTF-8, as a decoder of text does.
func validText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return string([]rune(string(b)))
}

// escape appends the character that the escape after a backslash stands for.
func (d *decoder) escape(dst []byte) []byte {
	c := d.next()
	if d.pos < len(d.data) {
		d.pos++
	}
	switch c {
	case '"', '\\', '/':
		return append(dst, c)
	case 'b':
		return append(dst, '\b')
	case 'f':
		return append(dst, '\f')
	case 'n':
		return append(dst, '\n')
	case 'r':
		return append(dst, '\r')
	case 't':
		return append(dst, '\t')
	case 'u':
		return utf8.AppendRune(dst, d.unicode())
	}
	d.syntax()
	return dst
}

// unicode reads the four digits of an escape and, after a high surrogate, a second escape.
func (d *decoder) unicode() rune {
	r := d.hex4()
	if !utf16.IsSurrogate(r) {
		return r
	}
	if after := d.pos; d.next() == '\\' && after+1 < len(d.data) && d.data[after+1] == 'u' {
		d.pos += 2
		if pair := utf16.DecodeRune(r, d.hex4()); pair != utf8.RuneError {
			return pair
		}
		if d.malformed == nil {
			d.pos = after // a lone surrogate; what follows it stands for itself
		}
	}
	return utf8.RuneError
}

func (d *decoder) hex4() rune {
	var r rune
	for range 4 {
		c := d.next()
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			d.syntax()
			return 0
		}
		r = r<<4 | rune(c)
		d.pos++
	}
	return r
}
