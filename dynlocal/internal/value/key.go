package value

import "strings"

// The end of text in a key, and what a zero byte inside text is followed by. Text that goes on sorts after text that
// ends.
const (
	keyEnd    = "\x00\x01"
	keyEscape = "\x00\xff"
)

// AppendKey appends an encoding of v, an S, N or B, whose byte order is the order of [Compare]. It marks its own end:
// appending several values gives a tuple's order.
func AppendKey(dst []byte, v Value) []byte {
	if v.kind == N {
		return appendNumberKey(dst, v.data)
	}
	return append(AppendKeyPrefix(dst, v), keyEnd...)
}

// AppendKeyPrefix appends the bytes that AppendKey's encoding of every S or B that begins with v begins with, and of no
// other.
func AppendKeyPrefix(dst []byte, v Value) []byte {
	s := v.data
	for {
		i := strings.IndexByte(s, 0)
		if i < 0 {
			return append(dst, s...)
		}
		dst = append(append(dst, s[:i]...), keyEscape...)
		s = s[i+1:]
	}
}

// The first byte of a number's key.
const (
	negativeKey = 1 + iota
	zeroKey
	positiveKey
)

// appendNumberKey writes sign, exponent, and two digits to the byte, from 1 so that 0 ends them; the bytes after the
// sign are inverted for a negative number.
func appendNumberKey(dst []byte, text string) []byte {
	if text == "0" {
		return append(dst, zeroKey)
	}
	var buf [bufferSize]byte
	d, _ := parseDecimal(buf[:0], text)
	var invert byte
	sign := byte(positiveKey)
	if d.neg {
		sign, invert = negativeKey, 0xff
	}
	dst = append(dst, sign, byte(d.exp-minExponent)^invert)
	for i := 0; i < len(d.digits); i += 2 {
		pair := (d.digits[i] - '0') * 10
		if i+1 < len(d.digits) {
			pair += d.digits[i+1] - '0'
		}
		dst = append(dst, (pair+1)^invert)
	}
	return append(dst, invert)
}
