package key

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Op is a condition on a part.
type Op uint8

// The conditions a key can select.
const (
	Eq Op = iota
	Lt
	Le
	Gt
	Ge
	Between
	BeginsWith
)

// Range is a set of keys that one key condition selects:
//
//	Empty                              nothing can match; send nothing
//	Prefix != ""                       begins_with(k, Prefix)
//	Lower == "" && Upper == ""         every key of the partition; no condition
//	Lower == Upper                     k = Lower
//	Upper == ""                        k >= Lower
//	Lower == ""                        k <= Upper
//	otherwise                          k BETWEEN Lower AND Upper
type Range struct {
	Prefix       string
	Lower, Upper string

	Empty bool
	// Residual: among the keys selected are some whose value does not satisfy the condition; test it after the read.
	Residual bool
}

// Range returns the keys whose leading parts equal leading and whose next part satisfies op. Ops take one operand, lo,
// and Between also hi. The error says why a part can't be ranged.
//
// It never selects too little. What it selects besides is inside the prefix of the leading parts, or is the one text
// just past it, which is no key of this template. Residual tells whether some of these are keys of the template; those
// of other templates are for the caller to tell apart, and so is equality on leading parts that are Lossy.
func (t *Template) Range(leading []Value, op Op, lo, hi Value) (Range, error) {
	i := len(leading)
	if i >= len(t.parts) {
		return Range{}, fmt.Errorf("template %q has no part left for a range", t.src)
	}
	p := &t.parts[i]
	if op == Eq {
		return t.equal(leading, lo)
	}
	if err := t.Ordered(i); err != nil {
		return Range{}, err
	}
	if op != Between {
		hi = lo
	}
	if lo.kind != p.Kind || hi.kind != p.Kind {
		return Range{}, fmt.Errorf("%s needs values of kind %s", p.Field, p.Kind)
	}
	prefix := t.lits[0]
	if i > 0 {
		var room [128]byte
		b, err := t.Prefix(room[:0], leading)
		if err != nil {
			return Range{}, err
		}
		prefix = string(b)
	}
	s := span{part: p, prefix: prefix, more: !p.last && (p.end != "" || i < len(t.parts)-1)}
	switch {
	case p.Kind != Text && op == BeginsWith:
		return Range{}, fmt.Errorf("%s is no text, which alone can begin with something", p.Field)
	case p.Kind != Text:
		return s.ofFixed(op, lo, hi), nil
	case !utf8.ValidString(lo.s) || op == Between && !utf8.ValidString(hi.s):
		return Range{}, fmt.Errorf("%s %w", p.Field, errNotUTF8)
	}
	return s.ofText(op, lo.s, hi.s), nil
}

// equal returns the keys whose leading parts and next part have the given values.
func (t *Template) equal(leading []Value, v Value) (Range, error) {
	vals := append(slices.Clip(leading), v)
	key, err := t.Prefix(nil, vals)
	if err != nil {
		return Range{}, err
	}
	r := Range{Residual: t.parts[len(leading)].Lossy}
	if len(vals) == len(t.parts) {
		r.Lower, r.Upper = string(key), string(key)
	} else {
		r.Prefix = string(key)
	}
	return r, nil
}

// Ordered returns nil when keys sort as the values of the part do, else an error that says why not.
func (t *Template) Ordered(part int) error {
	p := &t.parts[part]
	why := ""
	switch {
	case p.Kind == Bool:
		why = "bools have no order"
	case p.width > 0 && p.Kind == Time && !p.layout.sorts():
		why = fmt.Sprintf("layout %q does not go from the year to smaller units, so its texts do not sort as times", p.Format)
	case p.width > 0:
	case p.Kind != Text:
		why = fmt.Sprintf("integers without padding do not sort as numbers; use $<%s:020>", p.Field)
	case p.fold != keepCase:
		why = "folded text does not sort as the text itself"
	case t.escape != "":
		why = "encoded text does not sort as the text itself (escape is on the row)"
	default:
		return nil
	}
	if why == "" {
		return nil
	}
	return fmt.Errorf("%s can't be ranged: %s", p.Field, why)
}

// span builds the range of one part behind a prefix.
type span struct {
	part   *Part
	prefix string
	more   bool // something follows the part
}

// between is the range from lower, which begins with the prefix, to upper, where "" is the end of the prefix.
func (s *span) between(lower, upper string, residual bool) Range {
	end := next(s.prefix)
	if upper == "" {
		upper = end
	}
	if lower == s.prefix && upper == end {
		return Range{Prefix: s.prefix, Residual: residual}
	}
	return Range{Lower: lower, Upper: upper, Residual: residual}
}

// next returns the least text after all that begin with s, or "" when there is none: s with its last character raised.
// Bytes can't be raised, as that would not give valid UTF-8.
func next(s string) string {
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
		switch r {
		case utf8.MaxRune:
			continue
		case 0xD7FF: // surrogates are no characters
			r = 0xDFFF
		}
		return s + string(r+1)
	}
	return ""
}

// ofText ranges text: the last part of a template, whose values sort as they are, or one that a literal ends. There a
// value is compared together with that literal, whose place among the characters decides what comes first.
func (s *span) ofText(op Op, lo, hi string) Range {
	switch {
	case op == BeginsWith:
		return s.beginsWith(lo)
	case op == Between && lo > hi:
		return Range{Empty: true}
	case op == Gt && !s.more:
		return s.between(s.prefix+lo+"\x00", "", false) // the text that comes next after lo
	case op == Ge || op == Gt:
		lower, residual := s.atLeast(lo)
		return s.between(lower, "", residual || op == Gt)
	case hi == "":
		return Range{Empty: true} // no value is empty
	case op == Between:
		lower, residual := s.atLeast(lo)
		return s.between(lower, s.atMost(hi), residual || s.more)
	}
	return s.between(s.prefix, s.atMost(hi), s.more || op == Lt)
}

// atLeast returns the lower bound of the values from b, and whether keys of lesser values are above it: those of
// b's own beginnings, when what ends them sorts after the rest of b.
func (s *span) atLeast(b string) (lower string, residual bool) {
	for j := range b {
		if j > 0 && s.more && compareEnd(s.part.end, b[j:]) >= 0 {
			residual = true
		}
	}
	return s.prefix + b, residual
}

// compareEnd compares the texts that begin with end to rest: 0 when it depends on how they go on.
func compareEnd(end, rest string) int {
	if strings.HasPrefix(rest, end) {
		return 0
	}
	return strings.Compare(end, rest)
}

// atMost returns the upper bound of the values up to b: the end of b's own keys or, if that is greater, the end of the
// keys of one of its beginnings, as "b!#" sorts before "b#".
func (s *span) atMost(b string) string {
	if !s.more {
		return s.prefix + b
	}
	upper := next(s.prefix + b + s.part.end)
	for j := range b {
		if j == 0 || b[j] > s.part.end[0] {
			continue // what begins with b[:j] and its end sorts before b
		}
		if end := next(s.prefix + b[:j] + s.part.end); end == "" || upper != "" && end > upper {
			upper = end
		}
	}
	return upper
}

// beginsWith returns the keys of the values that begin with b.
func (s *span) beginsWith(b string) Range {
	r := Range{Prefix: s.prefix + b}
	if !s.more {
		return r
	}
	for j := range b {
		switch {
		case strings.HasPrefix(b[j:], s.part.end):
			return Range{Empty: true} // no value holds what ends it
		case j > 0 && strings.HasPrefix(s.part.end, b[j:]):
			r.Residual = true // the value b[:j] and what ends it begin with b too
		}
	}
	return r
}
