// Package key compiles key templates such as `USER#$<UserID>#$<Seq:020>` and does everything that follows from them:
// rendering a key, parsing one back, the prefix or range of a query, and whether two templates can give the same key.
//
// A template maps tuples of values to keys one to one. A value of variable width ends at the first occurrence of the
// literal that follows it, so a value in which that literal would occur earlier is refused, or encoded when the row
// says `escape`; padded integers and times have a fixed width and need no such care.
package key

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Template is a compiled key template: literals and parts in turn. It is safe for concurrent use.
type Template struct {
	src   string
	parts []Part
	lits  []string // len(parts)+1: the literal before each part, and the one at the end

	// escape is the set of characters that values must encode; empty unless the row says `escape`.
	escape string
}

// FieldInfo is what a template needs to know of a field.
type FieldInfo struct {
	Kind    Kind
	Bits    int      // of an integer; 0 means 64
	Enum    []string // the only values of a Text field; empty: any
	Seconds bool     // a time stored as whole seconds (`unixtime`)
}

// Options of a template's row.
type Options struct {
	Escape bool // encode in values the characters that literals use, instead of refusing such values
}

// Compile reads a template. resolve is asked once per part for the field; its error is reported as it is. All mistakes
// are returned, and the template is nil when there are any.
func Compile(src string, resolve func(field string) (FieldInfo, error), o Options) (*Template, []*Error) {
	segs, errs := Scan(src)
	t := &Template{src: src, lits: []string{""}}
	for _, s := range segs {
		if s.Field == "" {
			t.lits[len(t.lits)-1] = s.Literal
			if i := strings.IndexByte(s.Literal, '%'); i >= 0 && o.Escape {
				errs = append(errs, &Error{s.Offset + i, errors.New(`literal contains "%", which escape needs for itself`)})
			}
			continue
		}
		p, err := newPart(s, resolve)
		if err != nil {
			errs = append(errs, &Error{s.Offset, err})
		}
		t.parts = append(t.parts, p)
		t.lits = append(t.lits, "")
	}
	if o.Escape {
		t.escape = distinct(strings.Join(t.lits, "")) + "%"
	}
	if len(errs) == 0 {
		errs = t.link()
	}
	if len(errs) > 0 {
		slices.SortStableFunc(errs, func(a, b *Error) int { return a.Offset - b.Offset })
		return nil, errs
	}
	return t, nil
}

// link tells each part what follows it, and checks that it can end there.
func (t *Template) link() []*Error {
	var errs []*Error
	for i := range t.parts {
		p := &t.parts[i]
		p.end = t.lits[i+1]
		p.last = i == len(t.parts)-1 && p.end == ""
		p.verbatim = p.Kind == Text && p.fold == keepCase && p.choices == nil && t.escape == ""
		if err := t.checkEnd(p); err != nil {
			errs = append(errs, &Error{p.Offset, err})
		}
	}
	return errs
}

// checkEnd checks that values of p, where the model lists them, can be told from what follows.
func (t *Template) checkEnd(p *Part) error {
	if p.width > 0 || p.last {
		return nil
	}
	if p.end == "" {
		return fmt.Errorf("%s has no fixed width and no literal after it; put a separator between it and the next part", p.Field)
	}
	if t.escape != "" {
		return nil
	}
	for _, c := range p.choices {
		if clashes([]byte(c), p.end) {
			return fmt.Errorf("%s may be %q, which %q can't end; use another separator, or add escape to the row", p.Field, c, p.end)
		}
	}
	return nil
}

// distinct returns the characters of s, each once.
func distinct(s string) string {
	var b strings.Builder
	for i, r := range s {
		if !strings.ContainsRune(s[:i], r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// String returns the template's text.
func (t *Template) String() string { return t.src }

// Parts returns the template's parts in order. The caller must not change them.
func (t *Template) Parts() []Part { return t.parts }

// Literal returns the literal before part i, or for i == len(t.Parts()) the one at the end. It may be empty.
func (t *Template) Literal(i int) string { return t.lits[i] }
