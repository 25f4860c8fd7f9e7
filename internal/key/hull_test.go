package key

import (
	"math/rand/v2"
	"testing"
)

// TestHull holds the operations on ranges against the keys they select.
func TestHull(t *testing.T) {
	t.Parallel()
	texts := []string{"", "a", "a#", "a#1", "a#2", "b", "b\U0010FFFF", "é", "z"}
	pick := func(r *rand.Rand) Range {
		switch a, b := texts[r.IntN(len(texts))], texts[r.IntN(len(texts))]; r.IntN(4) {
		case 0:
			return Range{Empty: true}
		case 1:
			return Range{Prefix: a}
		case 2:
			return Range{Lower: a}
		default:
			return Range{Lower: min(a, b), Upper: max(a, b)}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		a, b, k := pick(r), pick(r), texts[1+r.IntN(len(texts)-1)]+texts[r.IntN(len(texts))]
		if (Contains(a, k) || Contains(b, k)) && !Contains(a.Hull(b), k) {
			t.Fatalf("%+v and %+v: the hull %+v lacks %q", a, b, a.Hull(b), k)
		}
		from := texts[1+r.IntN(len(texts)-1)]
		if Contains(a, k) && k >= from && !Contains(a.After(from, false), k) {
			t.Fatalf("%+v after %q = %+v lacks %q", a, from, a.After(from, false), k)
		}
		if Contains(a, k) && k <= from && !Contains(a.After(from, true), k) {
			t.Fatalf("%+v before %q = %+v lacks %q", a, from, a.After(from, true), k)
		}
		if Contains(a.After(from, false), k) && k < from || Contains(a.After(from, true), k) && k > from {
			t.Fatalf("%+v from %q goes too far at %q", a, from, k)
		}
		if w := a.Within("ns/"); Contains(a, k) != Contains(w, "ns/"+k) && Contains(a, k) {
			t.Fatalf("%+v within ns/ = %+v lacks %q", a, w, k)
		} else if Contains(w, k) && !w.Empty && k < "ns/" {
			t.Fatalf("%+v within ns/ = %+v has %q", a, w, k)
		}
	}
}

// TestHullIsLeast keeps the hull of equal or nested ranges as narrow as it can be.
func TestHullIsLeast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, want Range }{
		{Range{Prefix: "a#"}, Range{Prefix: "a#"}, Range{Prefix: "a#"}},
		{Range{Prefix: "a#"}, Range{Prefix: "a#1"}, Range{Prefix: "a#"}},
		{Range{Prefix: "a#"}, Range{Prefix: "b#"}, Range{Lower: "a#", Upper: "b$"}},
		{Range{Lower: "a", Upper: "b"}, Range{Empty: true}, Range{Lower: "a", Upper: "b"}},
		{Range{Lower: "a", Upper: "b"}, Range{Lower: "aa"}, Range{Lower: "a"}},
		{Range{}, Range{Prefix: "a"}, Range{}},
	} {
		if got := c.a.Hull(c.b); got != c.want {
			t.Errorf("hull of %+v and %+v = %+v, want %+v", c.a, c.b, got, c.want)
		}
		if got := c.b.Hull(c.a); got != c.want {
			t.Errorf("hull of %+v and %+v = %+v, want %+v", c.b, c.a, got, c.want)
		}
	}
}
