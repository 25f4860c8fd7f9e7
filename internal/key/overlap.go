package key

import (
	"maps"
	"slices"
	"strings"
)

// Overlap reports whether some key fits both templates, and the shortest such key. Two entities can write the same item
// only when both their pk and their sk templates overlap. A raw string key is as the template `$<Field>`.
func Overlap(a, b *Template) (example string, ok bool) {
	if la, lb := a.lits[0], b.lits[0]; !strings.HasPrefix(la, lb) && !strings.HasPrefix(lb, la) {
		return "", false // the usual case, without a search
	}
	ma, mb := newMachine(a), newMachine(b)
	alphabet := sharedAlphabet(ma, mb)
	type pair struct{ a, b state }
	type step struct {
		pair
		from int // index into steps of the step before
		r    rune
	}
	start := pair{ma.start(), mb.start()}
	steps := []step{{pair: start, from: -1}}
	seen := map[pair]bool{start: true}
	for i := 0; i < len(steps); i++ { // breadth first, so that the first key found is a shortest one
		at := steps[i]
		if ma.accepts(at.a) && mb.accepts(at.b) {
			var key []rune
			for ; at.from >= 0; at = steps[at.from] {
				key = append(key, at.r)
			}
			slices.Reverse(key)
			return string(key), true
		}
		for _, r := range alphabet {
			to := pair{a: ma.step(at.a, r)}
			if to.a == dead {
				continue
			}
			if to.b = mb.step(at.b, r); to.b != dead && !seen[to] {
				seen[to] = true
				steps = append(steps, step{to, i, r})
			}
		}
	}
	return "", false
}

// sharedAlphabet returns the characters that either machine tells apart, after one small letter, one capital and one
// character without case that stand for all others.
func sharedAlphabet(a, b *machine) []rune {
	special := map[rune]bool{}
	a.special(special)
	b.special(special)
	pick := func(from rune, ok func(rune) bool) rune {
		for special[from] || !ok(from) {
			from++
		}
		return from
	}
	alphabet := []rune{
		pick('a', func(r rune) bool { return lowerCase.rune(r) == r && upperCase.rune(r) != r }),
		pick('A', func(r rune) bool { return lowerCase.rune(r) != r && upperCase.rune(r) == r }),
		pick('0', func(r rune) bool { return lowerCase.rune(r) == r && upperCase.rune(r) == r }),
	}
	return append(alphabet, slices.Sorted(maps.Keys(special))...)
}

// machine is a deterministic automaton that accepts the keys of a template, character by character.
type machine struct {
	lits    [][]rune
	classes []class // one per part
	fixed   []bool  // per part: its class accepts only texts of one length
	escape  string
}

// state is where a machine is: inside literal i (at is how much of it has been read), or inside part i.
type state struct {
	inPart bool
	i      int
	at     int // of literal i; in part i: how much of the literal after it may have been read
	class  int // state of the part's class, for what comes before that
}

var dead = state{i: -1}

func newMachine(t *Template) *machine {
	m := &machine{escape: t.escape}
	for _, l := range t.lits {
		m.lits = append(m.lits, []rune(l))
	}
	for i := range t.parts {
		p := &t.parts[i]
		c := p.class()
		if t.escape != "" && p.width == 0 {
			c = newEncoded(c, t.escape)
		}
		m.classes = append(m.classes, c)
		m.fixed = append(m.fixed, p.width > 0)
	}
	return m
}

// special collects the characters that m tells apart from others.
func (m *machine) special(set map[rune]bool) {
	for _, l := range m.lits {
		for _, r := range l {
			set[r] = true
		}
	}
	for _, c := range m.classes {
		c.special(set)
	}
}

func (m *machine) start() state { return m.literal(0, 0) }

// literal returns the state in which at characters of literal i have been read: inside the part after it once they are
// all.
func (m *machine) literal(i, at int) state {
	if at == len(m.lits[i]) && i < len(m.classes) {
		return state{inPart: true, i: i}
	}
	return state{i: i, at: at}
}

// accepts reports whether what has been read is a key.
func (m *machine) accepts(s state) bool {
	if !s.inPart {
		return s.i == len(m.lits)-1 && s.at == len(m.lits[s.i])
	}
	return s.i == len(m.classes)-1 && !m.fixed[s.i] && len(m.lits[s.i+1]) == 0 && m.classes[s.i].accepts(s.class)
}

func (m *machine) step(s state, r rune) state {
	switch {
	case !s.inPart && s.at < len(m.lits[s.i]) && m.lits[s.i][s.at] == r:
		return m.literal(s.i, s.at+1)
	case !s.inPart:
		return dead
	case m.fixed[s.i]:
		return m.stepFixed(s, r)
	case m.escape != "":
		return m.stepEncoded(s, r)
	}
	return m.stepFree(s, r)
}

func (m *machine) stepFixed(s state, r rune) state {
	c := m.classes[s.i]
	s.class = c.step(s.class, r)
	switch {
	case s.class < 0:
		return dead
	case c.accepts(s.class):
		return m.literal(s.i+1, 0)
	}
	return s
}

// stepEncoded reads encoded text, which ends at the first character that it would have encoded.
func (m *machine) stepEncoded(s state, r rune) state {
	c, end := m.classes[s.i], m.lits[s.i+1]
	if len(end) > 0 && end[0] == r && c.accepts(s.class) {
		return m.literal(s.i+1, 1)
	}
	s.class = c.step(s.class, r)
	if s.class < 0 {
		return dead
	}
	return s
}

// stepFree reads text that ends at the first occurrence of the literal after it. As long as it is open whether that has
// begun, its characters are kept from the class; s.at is their number.
func (m *machine) stepFree(s state, r rune) state {
	c, end := m.classes[s.i], m.lits[s.i+1]
	at := continued(end, s.at, r)
	for j := range s.at + 1 - at { // of end[:s.at] and r, the characters that turn out to be none of the end
		text := r
		if j < s.at {
			text = end[j]
		}
		if s.class = c.step(s.class, text); s.class < 0 {
			return dead
		}
	}
	s.at = at
	switch {
	case len(end) == 0 || at < len(end):
		return s
	case !c.accepts(s.class):
		return dead
	}
	return m.literal(s.i+1, at)
}

// continued returns how much of end there is at the end of end[:at] and r.
func continued(end []rune, at int, r rune) int {
	for n := min(at+1, len(end)); n > 0; n-- {
		if end[n-1] == r && slices.Equal(end[at+1-n:at], end[:n-1]) {
			return n
		}
	}
	return 0
}
