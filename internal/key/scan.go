package key

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Seg is one segment of a template's text: a literal, or a part when Field is not empty.
type Seg struct {
	Literal string
	Field   string
	Format  string // what follows the first colon
	Offset  int    // byte offset into the template
}

// Error is one mistake in a template.
type Error struct {
	Offset int // byte offset into the template
	Err    error
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the cause, which for an unknown field is the error of the resolve function.
func (e *Error) Unwrap() error { return e.Err }

// Scan splits a template into segments; it checks syntax only. A `$` that no `<` follows is literal text, and so is a
// `>` outside a part; `$<` itself can't be. A part ends at the first `>`.
func Scan(src string) ([]Seg, []*Error) {
	var segs []Seg
	var errs []*Error
	if src == "" {
		return nil, []*Error{{0, errors.New("template is empty")}}
	}
	if !utf8.ValidString(src) {
		return nil, []*Error{{0, errors.New("template is not valid UTF-8")}}
	}
	for i := 0; i < len(src); {
		at := strings.Index(src[i:], "$<")
		if at < 0 {
			return append(segs, Seg{Literal: src[i:], Offset: i}), errs
		}
		if at > 0 {
			segs = append(segs, Seg{Literal: src[i : i+at], Offset: i})
			i += at
		}
		n := strings.IndexByte(src[i:], '>')
		if n < 0 {
			return segs, append(errs, &Error{i, errors.New(`"$<" is not closed by ">"`)})
		}
		seg, err := scanPart(src[i:i+n+1], i)
		if err != nil {
			errs = append(errs, err)
		} else {
			segs = append(segs, seg)
		}
		i += n + 1
	}
	return segs, errs
}

// scanPart reads one `$<Field:format>`.
func scanPart(text string, offset int) (Seg, *Error) {
	field, format, hasFormat := strings.Cut(text[2:len(text)-1], ":")
	switch {
	case field == "":
		return Seg{}, &Error{offset, fmt.Errorf("%q names no field", text)}
	case strings.Contains(field, "$<"):
		return Seg{}, &Error{offset, errors.New(`"$<" is not closed by ">"`)}
	case hasFormat && format == "":
		return Seg{}, &Error{offset, fmt.Errorf("%q has an empty format; leave out the colon", text)}
	}
	return Seg{Field: field, Format: format, Offset: offset}, nil
}
