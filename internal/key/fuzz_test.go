package key

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// FuzzTemplate compiles any text as a template. What compiles renders and parses back, is accepted by its own automaton,
// and of two different values of one part none gives the key of the other.
func FuzzTemplate(f *testing.F) {
	for _, src := range []string{
		"META", "A#$<Name>", "$<Name>##$<Other:lower>#", "$<Int:03>$<Uint:020>#$<Int>", "$<At:2006-01>#$<At>", "$<Status>-$<Flag>", "é$<Name>%$<Unix:15>",
	} {
		f.Add(src, "a#b", "%23", int64(-1), false)
		f.Add(src, "É", "#", int64(1<<40), true)
	}
	f.Fuzz(func(t *testing.T, src, one, two string, n int64, escape bool) {
		tm, errs := Compile(src, resolve, Options{Escape: escape})
		if (tm == nil) != (len(errs) > 0) {
			t.Fatalf("template %v, errors %v", tm, errs)
		}
		if tm == nil {
			return
		}
		key, vals := fuzzKey(tm, one, two, n)
		if vals == nil {
			return
		}
		checkRoundTrip(t, tm, key, vals)
		if !newMachine(tm).run(key) {
			t.Fatalf("%q: the automaton refuses %q", tm, key)
		}
		other, otherVals := fuzzKey(tm, two, one, -n)
		if otherVals == nil || other != key {
			return
		}
		for i := range vals {
			p := &tm.parts[i]
			if !p.Lossy && compareValues(stored(p, vals[i]), stored(p, otherVals[i])) != 0 {
				t.Fatalf("%q: %v and %v both give %q", tm, vals, otherVals, key)
			}
		}
	})
}

// fuzzKey renders tm from texts and numbers; vals is nil when they are refused.
func fuzzKey(tm *Template, one, two string, n int64) (key string, vals []Value) {
	vals = make([]Value, len(tm.parts))
	for i := range tm.parts {
		switch tm.parts[i].Kind {
		case Text:
			vals[i] = TextValue(one)
			if i%2 == 1 {
				vals[i] = TextValue(two)
			}
		case Int:
			vals[i] = IntValue(n >> i)
		case Uint:
			vals[i] = UintValue(uint64(n) >> i)
		case Bool:
			vals[i] = BoolValue(n < 0)
		case Time:
			vals[i] = TimeValue(time.Unix(n>>20, n&(1<<20-1)))
		}
	}
	dst, err := tm.Append(nil, vals)
	if err != nil {
		return "", nil
	}
	return string(dst), vals
}

// FuzzParse parses any text by a random template: no panic, and what parses renders the same again.
func FuzzParse(f *testing.F) {
	f.Add(uint64(1), "A#b#c")
	f.Add(uint64(2), "2024-02-29%23")
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		tm := randomTemplate(rand.New(rand.NewPCG(seed, 0)))
		for _, k := range []string{text, tm.lits[0] + text, tm.lits[0] + strings.Join(tm.lits[1:], text)} {
			vals := make([]Value, len(tm.parts))
			if tm.Parse(k, vals) != nil {
				continue
			}
			if again, err := tm.Append(nil, vals); err != nil || string(again) != k {
				t.Fatalf("%q: %q parses to %v, which renders %q, %v", tm, k, vals, again, err)
			}
		}
	})
}
