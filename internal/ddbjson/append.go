package ddbjson

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// AppendMap appends a map of attribute values, such as a key, to dst, in the order of names.
func AppendMap(dst []byte, m map[string]types.AttributeValue) ([]byte, error) {
	e := newEncoder()
	defer e.release()
	return e.appendMap(dst, m)
}

// AppendValue appends a single attribute value, {"S":"…"}, to dst.
func AppendValue(dst []byte, av types.AttributeValue) ([]byte, error) {
	e := newEncoder()
	defer e.release()
	return e.appendValue(dst, av)
}

func (e *encoder) appendMap(dst []byte, m map[string]types.AttributeValue) ([]byte, error) {
	start, base := len(dst), len(e.marks)
	for name, av := range m {
		e.marks = append(e.marks, len(dst))
		dst = appendKey(dst, name)
		var err error
		if dst, err = e.appendValue(dst, av); err != nil {
			return dst, fmt.Errorf("%s: %w", name, err)
		}
	}
	return e.enclose(dst, start, base), nil
}

func (e *encoder) appendValue(dst []byte, av types.AttributeValue) (_ []byte, err error) {
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return append(AppendText(append(dst, `{"S":`...), av.Value), '}'), nil
	case *types.AttributeValueMemberN:
		return append(AppendText(append(dst, `{"N":`...), av.Value), '}'), nil
	case *types.AttributeValueMemberB:
		if av.Value == nil {
			return append(dst, `{"B":null}`...), nil // for the service to refuse
		}
		return append(appendBinary(append(dst, `{"B":`...), av.Value), '}'), nil
	case *types.AttributeValueMemberBOOL:
		return appendWord(append(dst, `{"BOOL":`...), av.Value), nil
	case *types.AttributeValueMemberNULL:
		return appendWord(append(dst, `{"NULL":`...), av.Value), nil
	case *types.AttributeValueMemberSS:
		return appendEach(append(dst, `{"SS":`...), av.Value, AppendText), nil
	case *types.AttributeValueMemberNS:
		return appendEach(append(dst, `{"NS":`...), av.Value, AppendText), nil
	case *types.AttributeValueMemberBS:
		return appendEach(append(dst, `{"BS":`...), av.Value, appendBinary), nil
	case *types.AttributeValueMemberM:
		dst, err = e.appendMap(append(dst, `{"M":`...), av.Value)
		return append(dst, '}'), err
	case *types.AttributeValueMemberL:
		dst = appendEach(append(dst, `{"L":`...), av.Value, func(dst []byte, av types.AttributeValue) []byte {
			var failed error
			if dst, failed = e.appendValue(dst, av); failed != nil {
				err = failed
			}
			return dst
		})
		return dst, err
	}
	return dst, fmt.Errorf("%T is no attribute value", av)
}

func appendWord(dst []byte, b bool) []byte {
	if b {
		return append(dst, "true}"...)
	}
	return append(dst, "false}"...)
}

// appendEach appends l as an array, and the brace behind it.
func appendEach[T any](dst []byte, l []T, f func([]byte, T) []byte) []byte {
	dst = append(dst, '[')
	for i, x := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = f(dst, x)
	}
	return append(dst, ']', '}')
}

func appendBinary(dst, b []byte) []byte {
	return append(base64.StdEncoding.AppendEncode(append(dst, '"'), b), '"')
}

// appendKey appends name as the key of one more member of an object.
func appendKey(dst []byte, name string) []byte {
	return append(AppendText(append(dst, ','), name), ':')
}

// AppendText appends s as a JSON string. What is no UTF-8 becomes U+FFFD, as with the SDK.
func AppendText(dst []byte, s string) []byte { return append(appendContent(append(dst, '"'), s), '"') }

func appendContent(dst []byte, s string) []byte {
	out, ok := AppendPlain(dst, s)
	if ok || plainEnd(out, len(dst)) == len(out) && utf8.ValidString(s) {
		return out
	}
	return appendEscaped(dst, s)
}

// AppendPlain appends s, and tells whether that is of ASCII and the content of a JSON string as it is.
func AppendPlain(dst []byte, s string) (_ []byte, ok bool) {
	dst = room(dst, len(s)+8)
	b, at, n := dst[:cap(dst)], len(dst), len(s)
	var w, odd uint64
	if n < 8 {
		w = shortText(s)
		store(b, at, w)
	} else {
		for i := 0; i < n-8; i += 8 {
			w = loadText(s, i)
			store(b, at+i, w)
			odd |= special(w) | w
		}
		w = loadText(s, n-8)
		store(b, at+n-8, w)
	}
	odd |= special(w) | w
	return b[:at+n], odd&highs == 0
}

// room returns dst with room for n more bytes, so that they can be written some at a time, and something behind them.
func room(dst []byte, n int) []byte {
	if cap(dst)-len(dst) < n {
		return slices.Grow(dst, n)
	}
	return dst
}

// shortText returns up to seven bytes as one word, with letters behind them.
func shortText(s string) uint64 {
	const letters = 'a' * ones
	n := len(s)
	w := uint64(letters) << (8 * n)
	switch {
	case n >= 4:
		w |= uint64(loadHalf(s, 0)) | uint64(loadHalf(s, n-4))<<(8*(n-4))
	case n > 0:
		w |= uint64(s[0]) | uint64(s[n/2])<<(8*(n/2)) | uint64(s[n-1])<<(8*(n-1))
	}
	return w
}

// loadHalf returns the four bytes of s from i on, the first in the lowest byte.
func loadHalf(s string, i int) uint32 {
	s = s[i : i+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// IsPlain tells whether s is the content of a JSON string as it is.
func IsPlain(s string) bool {
	var odd uint64
	if n := len(s); n < 8 {
		w := shortText(s)
		odd = special(w) | w
	} else {
		for i := 0; i < n; i += 8 {
			w := loadText(s, min(i, n-8))
			odd |= special(w) | w
		}
	}
	return odd&highs == 0 || plainEnd([]byte(s), 0) == len(s) && utf8.ValidString(s)
}

func appendEscaped(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			dst, i = utf8.AppendRune(dst, r), i+size
			continue
		}
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c < ' ':
			const hex = "0123456789abcdef"
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
		i++
	}
	return dst
}

// enclose ends an object whose members, each with a comma before it, begin at start of dst and at the marks from base
// on. They are put in order, for Go's maps have none.
func (e *encoder) enclose(dst []byte, start, base int) []byte {
	if len(dst) == start {
		return append(dst, '{', '}')
	}
	if len(e.marks)-base > 1 {
		e.sort(dst, start, base)
	}
	e.marks = e.marks[:base]
	dst[start] = '{'
	return append(dst, '}')
}

func (e *encoder) sort(dst []byte, start, base int) {
	for i, from := range e.marks[base:] {
		to := len(dst)
		if k := base + i + 1; k < len(e.marks) {
			to = e.marks[k]
		}
		e.members = append(e.members, dst[from:to])
	}
	slices.SortFunc(e.members, bytes.Compare)
	e.sorted = e.sorted[:0]
	for _, m := range e.members {
		e.sorted = append(e.sorted, m...)
	}
	copy(dst[start:], e.sorted)
	clear(e.members) // they keep no memory of others
	e.members = e.members[:0]
}
