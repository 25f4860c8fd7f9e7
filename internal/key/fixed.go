package key

import (
	"fmt"
	"math"
	"time"
)

// bound is an end of a range of a part of fixed width: a value, or beyond all that the part can hold.
type bound struct {
	v      Value
	beyond int // -1: less than all, 1: more than all
}

// ofFixed ranges padded integers and times. Their texts have the same width, so the literal after them does not matter,
// and their values have neighbours, so that every range has inclusive ends.
func (s *span) ofFixed(op Op, lo, hi Value) Range {
	p := s.part
	from, to := bound{beyond: -1}, bound{beyond: 1}
	switch op {
	case Lt:
		to = p.bound(hi, -1)
	case Le:
		to = p.bound(hi, 0)
	case Gt:
		from = p.bound(lo, 1)
	case Ge:
		from = p.bound(lo, 0)
	case Between:
		from, to = p.bound(lo, 0), p.bound(hi, 0)
	}
	if from.beyond > 0 || to.beyond < 0 || from.beyond == 0 && to.beyond == 0 && p.less(to.v, from.v) {
		return Range{Empty: true}
	}
	lower, upper, residual := s.prefix, "", false
	if from.beyond == 0 {
		lower += p.text(from.v)
		residual = p.sameText(from, p.bound(from.v, -1))
	}
	if to.beyond == 0 {
		upper = s.prefix + p.text(to.v)
		residual = residual || p.sameText(to, p.bound(to.v, 1))
	}
	if s.more && upper != "" {
		upper = next(upper + p.end)
	}
	return s.between(lower, upper, residual)
}

// bound returns v moved by steps of the part's smallest difference.
func (p *Part) bound(v Value, steps int) bound {
	switch p.Kind {
	case Time:
		t := p.time(&v).Add(time.Duration(steps) * p.tick())
		switch y := t.Year(); {
		case y < 0:
			return bound{beyond: -1}
		case y > 9999:
			return bound{beyond: 1}
		}
		return bound{v: TimeValue(t)}
	case Int:
		if v.Int() < 0 && (v.Int() < -1 || steps < 1) {
			return bound{beyond: -1}
		}
	}
	n := v.n + uint64(steps)
	switch {
	case steps < 0 && v.n == 0:
		return bound{beyond: -1}
	case n > p.max, steps > 0 && v.n == math.MaxUint64 && v.kind == Uint:
		return bound{beyond: 1}
	}
	v.n = n
	return bound{v: v}
}

func (p *Part) less(a, b Value) bool {
	if p.Kind == Time {
		return a.t.Before(b.t)
	}
	return a.n < b.n
}

// text renders a value that bound found to fit.
func (p *Part) text(v Value) string {
	var buf [64]byte
	dst, _ := p.append(buf[:0], &v)
	return string(dst)
}

// sameText reports whether two neighbours have one text, so that the key can't tell them apart.
func (p *Part) sameText(a, b bound) bool {
	return p.Lossy && b.beyond == 0 && p.text(a.v) == p.text(b.v)
}

// Spans returns how many texts a coarse time has from lo to hi: the number of partitions when the pk holds it. Where the
// layout has a fraction of a second it is no more than an estimate from below, but 1 always means one text.
func (t *Template) Spans(part int, lo, hi Value) (int64, error) {
	p := &t.parts[part]
	if p.Kind != Time || !p.layout.sorts() {
		return 0, fmt.Errorf("%s is not a time whose layout goes from the year to smaller units", p.Field)
	}
	from, to := p.bound(lo, 0), p.bound(hi, 0)
	switch {
	case from.beyond != 0 || to.beyond != 0:
		return 0, fmt.Errorf("%s is outside the years 0 to 9999, which a key holds", p.Field)
	case p.less(to.v, from.v):
		return 0, nil
	case p.text(from.v) == p.text(to.v):
		return 1, nil
	}
	return max(2, p.layout.bucket(to.v.t)-p.layout.bucket(from.v.t)+1), nil
}
