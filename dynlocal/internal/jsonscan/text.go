package jsonscan

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Quoted reads a string.
func (s *Scanner) Quoted() string {
	if !s.Accept('"') {
		s.syntax()
		return ""
	}
	start := s.pos
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return validText(s.data[start : s.pos-1])
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			s.syntax()
		default:
			s.pos++
		}
	}
	s.syntax()
	return ""
}

// escaped reads the rest of a string that began at start and has its first escape next.
func (s *Scanner) escaped(start int) string {
	out := append([]byte(nil), s.data[start:s.pos]...)
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		s.pos++
		switch {
		case c == '"':
			return validText(out)
		case c == '\\':
			out = s.escape(out)
		case c < ' ':
			s.syntax()
		default:
			out = append(out, c)
		}
	}
	s.syntax()
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
func (s *Scanner) escape(dst []byte) []byte {
	c := s.next()
	if s.pos < len(s.data) {
		s.pos++
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
		return utf8.AppendRune(dst, s.unicode())
	}
	s.syntax()
	return dst
}

// unicode reads the four digits of an escape and, after a high surrogate, a second escape.
func (s *Scanner) unicode() rune {
	r := s.hex4()
	if !utf16.IsSurrogate(r) {
		return r
	}
	if after := s.pos; s.next() == '\\' && after+1 < len(s.data) && s.data[after+1] == 'u' {
		s.pos += 2
		if pair := utf16.DecodeRune(r, s.hex4()); pair != utf8.RuneError {
			return pair
		}
		if s.err == nil {
			s.pos = after // a lone surrogate; what follows it stands for itself
		}
	}
	return utf8.RuneError
}

func (s *Scanner) hex4() rune {
	var r rune
	for range 4 {
		c := s.next()
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			s.syntax()
			return 0
		}
		r = r<<4 | rune(c)
		s.pos++
	}
	return r
}
