package tag

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const maxVersion = math.MaxInt32

// number reads a decimal between low and high into dst.
func (p *parser) number(o Option, dst *int, low, high int) {
	n, err := strconv.Atoi(o.Value)
	if err != nil || n < low || n > high || strconv.Itoa(n) != o.Value {
		if high == maxVersion {
			p.fail(o.At(0), "%q is a whole number from %d", o.Word, low)
			return
		}
		p.fail(o.At(0), "%q is a number from %d to %d", o.Word, low, high)
		return
	}
	*dst = n
}

// oneOf reports whether the value is among choices, and if not, an error.
func (p *parser) oneOf(o Option, choices ...string) bool {
	if slices.Contains(choices, o.Value) {
		return true
	}
	p.fail(o.At(0), "%q is not a value of %q; it is %s", o.Value, o.Word, strings.Join(choices, " or "))
	return false
}

func (p *parser) choose(o Option, dst *string, choices ...string) {
	if p.oneOf(o, choices...) {
		*dst = o.Value
	}
}

// items splits the value at sep into different items, none empty.
func (p *parser) items(o Option, sep string) []string { return p.itemsFrom(o, 0, sep) }

// itemsFrom is items for what begins at byte from of the value.
func (p *parser) itemsFrom(o Option, from int, sep string) []string {
	list := strings.Split(o.Value[from:], sep)
	for i, item := range list {
		switch {
		case item == "":
			p.fail(o.At(from), "%q has an empty item; items are separated by %q", o.Word, sep)
		case slices.Contains(list[:i], item):
			p.fail(o.At(from), "%q has %q twice", o.Word, item)
		}
		from += len(item) + len(sep)
	}
	return list
}

// paths reads Go fields joined by "+"; the list may be empty, but is not nil.
func (p *parser) paths(o Option) []string {
	if o.Value == "" {
		return []string{}
	}
	list := p.items(o, "+")
	from := 0
	for _, item := range list {
		if item != "" {
			p.path(o, from, item)
		}
		from += len(item) + 1
	}
	return list
}

// path checks that text, at byte from of the value, is a Go field, dotted when nested.
func (p *parser) path(o Option, from int, text string) string {
	for _, name := range strings.Split(text, ".") {
		if !isIdentifier(name) {
			p.fail(o.At(from), "%q is not the name of a Go field", text)
			break
		}
	}
	return text
}

func isIdentifier(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}

func (p *parser) project(o Option) *Project {
	switch o.Value {
	case "keys":
		return &Project{Keys: true}
	case "all":
		return &Project{All: true}
	}
	return &Project{Fields: p.paths(o)}
}

func (p *parser) when(o Option) *When {
	field, _, ok := strings.Cut(o.Value, ":")
	w := &When{Field: p.path(o, 0, field)}
	if ok {
		w.Values = p.itemsFrom(o, len(field)+1, "|")
	}
	return w
}
