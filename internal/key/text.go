package key

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold is what a key does with the case of text. It goes character by character, by the simple mappings of Unicode, so
// that text is folded exactly when folding leaves it as it is.
type fold uint8

const (
	keepCase fold = iota
	lowerCase
	upperCase
)

func parseFold(format string) (fold, error) {
	switch format {
	case "":
		return keepCase, nil
	case "lower":
		return lowerCase, nil
	case "upper":
		return upperCase, nil
	}
	return keepCase, fmt.Errorf("format %q is none of text; use :lower or :upper", format)
}

func (f fold) rune(r rune) rune {
	switch f {
	case lowerCase:
		return unicode.ToLower(r)
	case upperCase:
		return unicode.ToUpper(r)
	}
	return r
}

func (f fold) append(dst []byte, s string) []byte {
	if f == keepCase {
		return append(dst, s...)
	}
	for _, r := range s {
		dst = utf8.AppendRune(dst, f.rune(r))
	}
	return dst
}

// folded reports whether s is as append would write it.
func (f fold) folded(s string) bool {
	for _, r := range s {
		if f.rune(r) != r {
			return false
		}
	}
	return true
}

// clashes reports whether end occurs in v+end earlier than at the end of v, so that v could not be parsed back.
func clashes(v []byte, end string) bool {
	for from := 0; ; from++ {
		i := bytes.IndexByte(v[from:], end[0])
		if i < 0 {
			return false
		}
		from += i
		n := min(len(v)-from, len(end))
		if string(v[from:from+n]) == end[:n] && end[n:] == end[:len(end)-n] {
			return true
		}
	}
}

// encode replaces, in dst from start on, the characters of t.escape by %XX for each of their bytes.
func (t *Template) encode(dst []byte, start int) []byte {
	if !bytes.ContainsAny(dst[start:], t.escape) {
		return dst
	}
	raw := string(dst[start:])
	dst = dst[:start]
	for i, r := range raw {
		c := raw[i : i+utf8.RuneLen(r)]
		if !strings.ContainsRune(t.escape, r) {
			dst = append(dst, c...)
			continue
		}
		dst = appendCode(dst, c)
	}
	return dst
}

// appendCode appends the encoded form of one character.
func appendCode(dst []byte, c string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(c) {
		dst = append(dst, '%', hex[c[i]>>4], hex[c[i]&15])
	}
	return dst
}

// decode is the inverse of encode; ok is false for text that encode does not give.
func (t *Template) decode(text string) (decoded string, ok bool) {
	if !strings.ContainsAny(text, t.escape) {
		return text, true
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			out = append(out, text[i])
			continue
		}
		if i+2 >= len(text) {
			return "", false
		}
		high, low := unhex(text[i+1]), unhex(text[i+2])
		if high > 15 || low > 15 {
			return "", false
		}
		out = append(out, high<<4|low)
		i += 2
	}
	decoded = string(out)
	return decoded, utf8.ValidString(decoded) && string(t.encode(out, 0)) == text // encode overwrites out
}

// unhex returns the worth of a hexadecimal digit, or more than 15.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// encodedEnd returns where encoded text at the start of s ends: at the first character that it would have encoded.
func (t *Template) encodedEnd(s string) int {
	for i := 0; i < len(s); i++ {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '%':
			i += 2
		case strings.ContainsRune(t.escape, r):
			return i
		default:
			i += size - 1
		}
	}
	return len(s)
}
