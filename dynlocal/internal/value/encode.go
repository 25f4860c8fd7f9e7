package value

import (
	"encoding/base64"
	"unicode/utf8"
)

// AppendJSON appends the item in DynamoDB JSON.
func (it Item) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	sep := false
	for s := it.data; s != ""; sep = true {
		var name string
		var v Value
		name, v, s = cutEntry(s)
		if sep {
			dst = append(dst, ',')
		}
		dst = appendText(dst, name)
		dst = append(dst, ':')
		dst = v.AppendJSON(dst)
	}
	return append(dst, '}')
}

// AppendJSON appends the value in DynamoDB JSON.
func (v Value) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"`...)
	dst = append(dst, v.kind.String()...)
	dst = append(dst, `":`...)
	switch v.kind {
	case BOOL:
		if v.Bool() {
			dst = append(dst, "true"...)
		} else {
			dst = append(dst, "false"...)
		}
	case NULL:
		dst = append(dst, "true"...)
	case SS, NS, BS, L:
		dst = v.appendElems(dst)
	case M:
		dst = Item{data: v.data}.AppendJSON(dst)
	default:
		dst = v.appendScalar(dst)
	}
	return append(dst, '}')
}

func (v Value) appendElems(dst []byte) []byte {
	dst = append(dst, '[')
	sep := false
	for s := v.data; s != ""; sep = true {
		var e Value
		e, s = v.cut(s)
		if sep {
			dst = append(dst, ',')
		}
		if v.kind == L {
			dst = e.AppendJSON(dst)
		} else {
			dst = e.appendScalar(dst)
		}
	}
	return append(dst, ']')
}

// appendScalar appends an S, N or B without its type.
func (v Value) appendScalar(dst []byte) []byte {
	if v.kind != B {
		return appendText(dst, v.data)
	}
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, []byte(v.data))
	return append(dst, '"')
}

const hexDigits = "0123456789abcdef"

// appendText appends a JSON string.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, width := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && width == 1 {
				dst = append(dst, s[start:i]...)
				dst = utf8.AppendRune(dst, r)
				start = i + 1
			}
			i += width
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, c)
			start = i + 1
		}
		i++
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
}
