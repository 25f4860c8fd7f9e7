package key

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	errEmpty     = errors.New("is empty")
	errNotUTF8   = errors.New("is not valid UTF-8")
	errEncoding  = errors.New("is not encoded as escape does")
	errTime      = errors.New("is not a time in the part's format")
	errInteger   = errors.New("is not an integer in the part's format")
	errFold      = errors.New("has letters in the other case")
	errChoice    = errors.New("is not one of the values the part may have")
	errNoLiteral = errors.New("a literal is missing")
	errShort     = errors.New("the key is too short")
)

// Parse is the inverse of Append: it reads the key k into vals, one per part. A key that Append would not have
// rendered is an error. For a part that is Lossy the value is one that renders alike.
func (t *Template) Parse(k string, vals []Value) error {
	if len(vals) != len(t.parts) {
		return fmt.Errorf("template %q has %d parts, not %d", t.src, len(t.parts), len(vals))
	}
	if err := t.parse(k, vals); err != nil {
		return fmt.Errorf("key %q does not fit template %q: %w", k, t.src, err)
	}
	return nil
}

func (t *Template) parse(k string, vals []Value) error {
	rest, ok := strings.CutPrefix(k, t.lits[0])
	if !ok {
		return errNoLiteral
	}
	for i := range t.parts {
		p := &t.parts[i]
		text, after, err := t.cut(p, rest)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Field, err)
		}
		if vals[i], err = t.parsePart(p, text); err != nil {
			return fmt.Errorf("%s: %q %w", p.Field, text, err)
		}
		rest = after
	}
	if rest != "" {
		return fmt.Errorf("%q is left over", rest)
	}
	return nil
}

// cut splits s into the text of p at its start and what comes after the literal that ends p.
func (t *Template) cut(p *Part, s string) (text, after string, err error) {
	n := len(s)
	switch {
	case p.width > len(s):
		return "", "", errShort
	case p.width > 0:
		n = p.width
	case p.last:
	case t.escape != "":
		n = t.encodedEnd(s)
	default:
		n = strings.Index(s, p.end)
	}
	if n < 0 || !strings.HasPrefix(s[n:], p.end) {
		return "", "", errNoLiteral
	}
	return s[:n], s[n+len(p.end):], nil
}

// parsePart reads the text of one part.
func (t *Template) parsePart(p *Part, text string) (Value, error) {
	if t.escape != "" && p.width == 0 {
		var ok bool
		if text, ok = t.decode(text); !ok {
			return Value{}, errEncoding
		}
	}
	if p.choices != nil && !slices.Contains(p.choices, text) {
		return Value{}, errChoice
	}
	switch p.Kind {
	case Text:
		return p.parseText(text)
	case Int, Uint:
		return p.parseInteger(text)
	case Bool:
		return BoolValue(text == "true"), nil
	}
	v, ok := p.layout.parse(text)
	if !ok || p.seconds && v.Nanosecond() != 0 {
		return Value{}, errTime
	}
	return TimeValue(v), nil
}

func (p *Part) parseText(text string) (Value, error) {
	switch {
	case text == "":
		return Value{}, errEmpty
	case !utf8.ValidString(text):
		return Value{}, errNotUTF8
	case !p.fold.folded(text):
		return Value{}, errFold
	}
	return TextValue(text), nil
}

func (p *Part) parseInteger(text string) (Value, error) {
	digits, negative := text, false
	if p.Kind == Int && p.width == 0 {
		digits, negative = strings.CutPrefix(text, "-")
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	switch {
	case err != nil, n > p.max && !negative, negative && n-1 > p.max:
		return Value{}, errInteger
	case p.width == 0 && decimals(n) != len(digits):
		return Value{}, errInteger
	case p.Kind == Uint:
		return UintValue(n), nil
	case negative:
		n = -n
	}
	return IntValue(int64(n)), nil
}
