package ddbjson

import (
	"encoding/json"
	"math/bits"
	"unicode/utf8"
)

// Strings share blocks of memory, from an arena. A string keeps its block alive, so blocks are small, and a string that
// would take much of one gets its own memory.
const (
	blockSize = 4096
	longText  = 512
)

// quoted returns the string whose content is at i, and the place behind its quote. The place is bad when there is an
// escape. The text is copied while its end is looked for, and something behind it too: the block's rest is unused.
func (a *arena) quoted(data []byte, i int) (s string, end int) {
	for n, most := 0, min(len(data)-i, len(a.block)-a.used, longText)-8; n <= most; n += 8 {
		w := load(data, i+n)
		store(a.block, a.used+n, w)
		m := special(w)
		if m == 0 {
			continue
		}
		if n += bits.TrailingZeros64(m) >> 3; data[i+n] != '"' {
			return "", bad
		}
		return a.take(n), i + n + 1
	}
	end = plainEnd(data, i)
	if end == len(data) || data[end] != '"' {
		return "", bad
	}
	return a.text(data[i:end]), end + 1
}

// names holds strings that come again and again, such as the keys of maps. They are not from the arena, for they stay.
type names [64]string

const maxName = 32

// text returns b as a string, the same one as before if b is what it was when last at its place.
func (n *names) text(b []byte) string {
	if len(b) == 0 || len(b) > maxName {
		return string(b)
	}
	place := &n[(uint(len(b))*31+uint(b[0])*7+uint(b[len(b)-1]))%uint(len(n))]
	if *place != string(b) {
		*place = string(b)
	}
	return *place
}

// text returns the string whose content is at i, and the place behind its quote. It is good until the next call.
func (d *Decoder) text(i int) (text []byte, end int) {
	end = plainEnd(d.data, i)
	if end < len(d.data) && d.data[end] == '"' {
		return d.data[i:end], end + 1
	}
	if end = skipText(d.data, i); end == bad {
		return nil, bad
	}
	d.unescaped = unescape(d.unescaped[:0], d.data[i:end-1])
	return d.unescaped, end
}

// unescape appends to dst what the content of a JSON string means. It has been checked by [skipText].
func unescape(dst, s []byte) []byte {
	start := len(dst)
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			end := plainEnd(s, i)
			dst, i = append(dst, s[i:end]...), end
			continue
		}
		if s[i+1] != 'u' {
			dst, i = append(dst, escapes[s[i+1]]), i+2
			continue
		}
		r, _ := hex4(s, i+2)
		if r >= 0xd800 && r < 0xe000 {
			return byPackageJSON(dst[:start], s)
		}
		dst, i = utf8.AppendRune(dst, r), i+6
	}
	if !utf8.Valid(dst[start:]) {
		return byPackageJSON(dst[:start], s)
	}
	return dst
}

var escapes = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// byPackageJSON is unescape where surrogates or invalid UTF-8 are to be dealt with as in the SDK, which has its code
// from encoding/json.
func byPackageJSON(dst, s []byte) []byte {
	quoted := append(append([]byte{'"'}, s...), '"')
	var text string
	_ = json.Unmarshal(quoted, &text) // cannot fail after skipText
	return append(dst, text...)
}

// hex4 returns the number that the four hexadecimal digits at i stand for.
func hex4(s []byte, i int) (r rune, ok bool) {
	if len(s)-i < 4 {
		return 0, false
	}
	for _, c := range s[i : i+4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
