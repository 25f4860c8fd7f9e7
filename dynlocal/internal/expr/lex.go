package expr

import (
	"strings"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEOF     tokenKind = iota
	tokenWord              // an attribute or function name
	tokenKeyword           // AND, SET, …: reserved in every kind of expression
	tokenName              // #name
	tokenValue             // :value
	tokenNumber
	tokenSymbol // punctuation; also characters that no expression has
)

type token struct {
	kind       tokenKind
	start, end int
}

// keywords are told from names by their upper case.
var keywords = [...]string{"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"}

// lex splits src into tokens, the last one being tokenEOF.
func lex(src string) []token {
	tokens := make([]token, 0, len(src)/3+2)
	for pos := skipSpace(src, 0); pos < len(src); {
		t := next(src, pos)
		tokens = append(tokens, t)
		pos = skipSpace(src, t.end)
	}
	return append(tokens, token{tokenEOF, len(src), len(src)})
}

func skipSpace(src string, pos int) int {
	for pos < len(src) && strings.IndexByte(" \t\r\n", src[pos]) >= 0 {
		pos++
	}
	return pos
}

func next(src string, pos int) token {
	switch c := src[pos]; {
	case isLetter(c):
		end := wordEnd(src, pos)
		if isKeyword(src[pos:end]) {
			return token{tokenKeyword, pos, end}
		}
		return token{tokenWord, pos, end}
	case c == '#' || c == ':':
		if end := wordEnd(src, pos+1); end > pos+1 {
			if c == '#' {
				return token{tokenName, pos, end}
			}
			return token{tokenValue, pos, end}
		}
	case c == '0':
		return token{tokenNumber, pos, pos + 1}
	case '1' <= c && c <= '9':
		end := pos + 1
		for end < len(src) && '0' <= src[end] && src[end] <= '9' {
			end++
		}
		return token{tokenNumber, pos, end}
	}
	if s := src[pos:]; strings.HasPrefix(s, "<>") || strings.HasPrefix(s, "<=") || strings.HasPrefix(s, ">=") {
		return token{tokenSymbol, pos, pos + 2}
	}
	_, width := utf8.DecodeRuneInString(src[pos:])
	return token{tokenSymbol, pos, pos + width}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isWordRune(r rune) bool {
	return r == '_' || '0' <= r && r <= '9' || r < utf8.RuneSelf && isLetter(byte(r))
}

func wordEnd(src string, pos int) int {
	for pos < len(src) && isWordRune(rune(src[pos])) {
		pos++
	}
	return pos
}

func isKeyword(word string) bool {
	for _, k := range keywords {
		if strings.EqualFold(k, word) {
			return true
		}
	}
	return false
}
