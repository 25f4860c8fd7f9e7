// Package jsonscan reads JSON text the way the service does, refusing values of the wrong JSON type with its messages.
package jsonscan

// What the service says of a value of another JSON type, by the place where it is found.
const (
	UnexpectedField     = "Unexpected field type"
	UnexpectedValue     = "Unexpected value type in payload"
	UnexpectedStructure = "Start of structure or map found where not expected"
)

// Error is a refusal that the service answers with the code SerializationException.
type Error struct{ Message string }

// Error returns the service's message, which is empty for text that is no JSON at all.
func (e *Error) Error() string { return e.Message }

// Scanner reads JSON text. Errors do not unwind it: after the first one it stands at the end of the text, where every
// read gives a zero value.
type Scanner struct {
	data []byte
	pos  int
	err  *Error // the first
}

// New returns a scanner of the text.
func New(data []byte) *Scanner { return &Scanner{data: data} }

// Err gives the first error as an *[Error], nil if there was none.
func (s *Scanner) Err() error {
	if s.err == nil {
		return nil
	}
	return s.err
}

// End reports an error unless the text is used up.
func (s *Scanner) End() {
	if s.Peek(); s.pos < len(s.data) {
		s.syntax()
	}
}

// Fail records an error, unless there was one before, and goes to the end of the text.
func (s *Scanner) Fail(msg string) {
	if s.err == nil {
		s.err = &Error{msg}
	}
	s.pos = len(s.data)
}

func (s *Scanner) syntax() { s.Fail("") }

// Misplaced fails with msg if any value follows, which is of another JSON type than what msg tells to be expected.
func (s *Scanner) Misplaced(msg string) {
	switch c := s.Peek(); {
	case c == '"', c == '-', '0' <= c && c <= '9', c == 't', c == 'f', c == 'n', c == '{', c == '[':
		s.Fail(msg)
	default:
		s.syntax()
	}
}

// Peek skips white space and returns the byte that follows, 0 at the end.
func (s *Scanner) Peek() byte {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// Accept takes c if it is next.
func (s *Scanner) Accept(c byte) bool {
	if s.Peek() != c {
		return false
	}
	s.pos++
	return true
}

// Object reads an object, or null, calling member at each member's value; class is what the service calls the type, and
// otherwise what it says of a scalar in its place.
func (s *Scanner) Object(class, otherwise string, member func(name string)) {
	if s.Null() {
		return
	}
	if s.Peek() == '[' {
		s.Fail("Unrecognized collection type " + class)
	}
	if !s.Accept('{') {
		s.Misplaced(otherwise)
		return
	}
	if s.Accept('}') {
		return
	}
	for {
		name := s.Quoted()
		if !s.Accept(':') {
			s.syntax()
			return
		}
		member(name)
		if s.Accept(',') {
			continue
		}
		if !s.Accept('}') {
			s.syntax()
		}
		return
	}
}

// Array reads an array, calling elem at each element; otherwise is what the service says of a scalar in its place.
func (s *Scanner) Array(otherwise string, elem func()) {
	switch s.Peek() {
	case '[':
	case '{':
		s.Fail(UnexpectedStructure)
		return
	default:
		s.Misplaced(otherwise)
		return
	}
	s.pos++
	if s.Accept(']') {
		return
	}
	for {
		elem()
		if s.Accept(',') {
			continue
		}
		if !s.Accept(']') {
			s.syntax()
		}
		return
	}
}

// Null takes null if it is next.
func (s *Scanner) Null() bool {
	if s.Peek() != 'n' {
		return false
	}
	s.Literal()
	return true
}

// Literal reads true, false or null.
func (s *Scanner) Literal() string {
	for _, word := range [...]string{"true", "false", "null"} {
		if end := s.pos + len(word); end <= len(s.data) && string(s.data[s.pos:end]) == word {
			s.pos = end
			return word
		}
	}
	s.syntax()
	return ""
}

// Number reads a number's text.
func (s *Scanner) Number() string {
	start := s.pos
	if s.Peek() == '-' {
		s.pos++
	}
	whole := s.pos
	if s.digits() == 0 || s.data[whole] == '0' && s.pos > whole+1 {
		s.syntax()
		return ""
	}
	if s.next() == '.' {
		s.pos++
		if s.digits() == 0 {
			s.syntax()
			return ""
		}
	}
	if c := s.next(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.next(); c == '+' || c == '-' {
			s.pos++
		}
		if s.digits() == 0 {
			s.syntax()
			return ""
		}
	}
	return string(s.data[start:s.pos])
}

func (s *Scanner) next() byte {
	if s.pos == len(s.data) {
		return 0
	}
	return s.data[s.pos]
}

func (s *Scanner) digits() int {
	start := s.pos
	for c := s.next(); '0' <= c && c <= '9'; c = s.next() {
		s.pos++
	}
	return s.pos - start
}

// MaxDepth is how deeply values that nobody reads may nest.
const MaxDepth = 1000

// Skip reads any value.
func (s *Scanner) Skip() { s.skip(0) }

func (s *Scanner) skip(depth int) {
	if depth > MaxDepth {
		s.syntax()
		return
	}
	switch c := s.Peek(); c {
	case '{':
		s.Object("", "", func(string) { s.skip(depth + 1) })
	case '[':
		s.Array("", func() { s.skip(depth + 1) })
	case '"':
		s.Quoted()
	case 't', 'f', 'n':
		s.Literal()
	default:
		s.Number()
	}
}
