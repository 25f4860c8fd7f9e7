package key

import (
	"strconv"
	"strings"
)

// class is a deterministic automaton that accepts the texts of one part. States are numbers from 0, the start, which is
// never accepting; a negative one is dead. The class of a part of fixed width is left as soon as it accepts.
type class interface {
	step(state int, r rune) int
	accepts(state int) bool
	special(set map[rune]bool) // adds the characters that it tells apart, letter case aside
}

// class returns the automaton of the part's texts before they are encoded.
func (p *Part) class() class {
	switch {
	case p.choices != nil:
		return newChoices(p.choices)
	case p.Kind == Text:
		return anyText{p.fold}
	case p.Kind == Time:
		return newCalendar(p.layout, p.seconds)
	case p.width > 0:
		return padded{padTo(p.max, p.width)}
	}
	c := integer{positive: strconv.FormatUint(p.max, 10)}
	if p.Kind == Int {
		c.negative = strconv.FormatUint(p.max+1, 10)
	}
	return c
}

// anyText accepts text that is not empty and in the right case.
type anyText struct{ fold fold }

func (c anyText) step(_ int, r rune) int {
	if c.fold.rune(r) != r {
		return -1
	}
	return 1
}

func (anyText) accepts(state int) bool  { return state == 1 }
func (anyText) special(_ map[rune]bool) {}

// choices accepts a list of texts; a state is a node of their tree.
type choices []choice

type choice struct {
	next map[rune]int
	end  bool
}

func newChoices(texts []string) choices {
	c := choices{{next: map[rune]int{}}}
	for _, t := range texts {
		at := 0
		for _, r := range t {
			to, ok := c[at].next[r]
			if !ok {
				to = len(c)
				c[at].next[r] = to
				c = append(c, choice{next: map[rune]int{}})
			}
			at = to
		}
		c[at].end = true
	}
	return c
}

func (c choices) step(state int, r rune) int {
	if to, ok := c[state].next[r]; ok {
		return to
	}
	return -1
}

func (c choices) accepts(state int) bool { return c[state].end }

func (c choices) special(set map[rune]bool) {
	for _, n := range c {
		for r := range n.next {
			set[r] = true
		}
	}
}

// comparison of the digits read with as many of a limit.
const (
	equal = iota
	less
	greater
)

func compareDigit(so int, digit rune, limit byte) int {
	switch {
	case so != equal || digit == rune(limit):
		return so
	case digit < rune(limit):
		return less
	}
	return greater
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func addDigits(set map[rune]bool) {
	for r := '0'; r <= '9'; r++ {
		set[r] = true
	}
}

// padded accepts as many digits as its limit has, up to it. A state is the number of digits read, and how they compare.
type padded struct{ limit string }

func padTo(n uint64, width int) string {
	s := strconv.FormatUint(n, 10)
	return strings.Repeat("0", max(0, width-len(s))) + s
}

func (c padded) step(state int, r rune) int {
	n, so := state/3, state%3
	if !isDigit(r) || n == len(c.limit) {
		return -1
	}
	return 3*(n+1) + compareDigit(so, r, c.limit[n])
}

func (c padded) accepts(state int) bool {
	return state/3 == len(c.limit) && state%3 != greater
}

func (padded) special(set map[rune]bool) { addDigits(set) }

// integer accepts decimals without leading zeros, up to positive and, unless it is empty, down to minus negative. A state
// is whether there was a sign, the number of digits, and how they compare.
type integer struct{ positive, negative string }

const (
	afterZero  = 1 // the only number that begins with 0; not 3*n+comparison for any n
	signedBase = 3 * 32
)

func (c integer) step(state int, r rune) int {
	base, limit := 0, c.positive
	if state >= signedBase {
		base, limit = signedBase, c.negative
	}
	n, so := (state-base)/3, (state-base)%3
	switch {
	case state == 0 && r == '-' && c.negative != "":
		return signedBase
	case state == afterZero || !isDigit(r) || n == len(limit):
		return -1
	case state == 0 && r == '0':
		return afterZero
	case n == 0 && r == '0':
		return -1
	}
	return base + 3*(n+1) + compareDigit(so, r, limit[n])
}

func (c integer) accepts(state int) bool {
	limit := c.positive
	if state >= signedBase {
		state -= signedBase
		limit = c.negative
	} else if state == afterZero {
		return true
	}
	n, so := state/3, state%3
	return n > 0 && (n < len(limit) || so != greater)
}

func (c integer) special(set map[rune]bool) {
	addDigits(set)
	set['-'] = true
}

// encoded accepts what encoding the texts of a class gives. A state is one of the class and, inside a %XX, a node of the
// tree of codes.
type encoded struct {
	class
	escape string
	codes  choices
	chars  map[int]rune // by node: the character whose code ends there
}

func newEncoded(c class, escape string) encoded {
	e := encoded{class: c, escape: escape, chars: map[int]rune{}}
	var codes []string
	for _, r := range escape {
		codes = append(codes, string(appendCode(nil, string(r))))
	}
	e.codes = newChoices(codes)
	i := 0
	for _, r := range escape {
		node := 0
		for _, c := range codes[i] {
			node = e.codes.step(node, c)
		}
		e.chars[node] = r
		i++
	}
	return e
}

func (e encoded) step(state int, r rune) int {
	inner, node := state/len(e.codes), state%len(e.codes)
	switch {
	case node == 0 && r != '%' && strings.ContainsRune(e.escape, r):
		return -1
	case node == 0 && r != '%':
		inner = e.class.step(inner, r)
	default:
		if node = e.codes.step(node, r); node < 0 {
			return -1
		}
		if char, ok := e.chars[node]; ok {
			inner, node = e.class.step(inner, char), 0
		}
	}
	if inner < 0 {
		return -1
	}
	return inner*len(e.codes) + node
}

func (e encoded) accepts(state int) bool {
	return state%len(e.codes) == 0 && e.class.accepts(state/len(e.codes))
}

func (e encoded) special(set map[rune]bool) {
	e.class.special(set)
	e.codes.special(set)
}
