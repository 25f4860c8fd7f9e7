package key

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

const cases = 10_000

// TestRoundTrip: what Append renders parses back to the same values, and renders the same again; other tuples of the
// template never give the same key.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	rendered, refused := 0, 0
	for rendered < cases {
		tm := randomTemplate(r)
		for range 10 {
			k, vals, ok := randomKey(r, tm)
			if !ok {
				refused++
				continue
			}
			rendered++
			checkRoundTrip(t, tm, k, vals)
			// Another tuple gives another key: vary one part and render again.
			if len(vals) == 0 {
				continue
			}
			i := r.IntN(len(vals))
			other := append([]Value(nil), vals...)
			other[i] = randomValue(r, tm, &tm.parts[i])
			k2, err := tm.Append(nil, other)
			p := &tm.parts[i]
			if err == nil && !p.Lossy && string(k2) == k && compareValues(stored(p, vals[i]), stored(p, other[i])) != 0 {
				t.Fatalf("%q: %v and %v both give %q", tm, vals, other, k)
			}
		}
	}
	if refused > rendered {
		t.Errorf("refused %d tuples, rendered only %d", refused, rendered)
	}
}

// TestNextText compares with Next.
func TestNextText(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	for compared, refused := 0, 0; compared < cases || refused < cases/10; {
		tm := randomTemplate(r)
		for i := range tm.parts {
			v := randomValue(r, tm, &tm.parts[i])
			if v.kind != Text {
				continue
			}
			want, wantErr := tm.Next([]byte("before"), i, &v)
			got, err := tm.NextText([]byte("before"), i, v.s)
			if errText(err) != errText(wantErr) || err == nil && string(got) != string(want) {
				t.Fatalf("%q, %q: %q, %v, want %q, %v", tm, v.s, got, err, want, wantErr)
			}
			if compared++; err != nil {
				refused++
			}
		}
	}
}

func checkRoundTrip(t *testing.T, tm *Template, k string, vals []Value) {
	t.Helper()
	if !utf8.ValidString(k) {
		t.Fatalf("%q: %v gives %q, which is not UTF-8", tm, vals, k)
	}
	got := make([]Value, len(vals))
	if err := tm.Parse(k, got); err != nil {
		t.Fatalf("%q: %v gives %q: %v", tm, vals, k, err)
	}
	again, err := tm.Append(nil, got)
	if err != nil || string(again) != k {
		t.Fatalf("%q: %q parses to %v, which renders %q, %v", tm, k, got, again, err)
	}
	for i := range vals {
		if p := &tm.parts[i]; !p.Lossy && compareValues(stored(p, vals[i]), got[i]) != 0 {
			t.Fatalf("%q: %v gives %q, which parses to %v", tm, vals, k, got)
		}
	}
}

// TestParseIsCanonical: a text that parses is what its values render to, and the automaton accepts exactly such texts.
func TestParseIsCanonical(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	fits, fitsNot := 0, 0
	for fits < cases {
		tm := randomTemplate(r)
		m := newMachine(tm)
		for range 20 {
			k, _, ok := randomKey(r, tm)
			if !ok {
				continue
			}
			if r.IntN(4) > 0 {
				k = mutate(r, k)
			}
			vals := make([]Value, len(tm.parts))
			err := tm.Parse(k, vals)
			if accepts := m.run(k); accepts != (err == nil) {
				t.Fatalf("%q (escape %q): automaton accepts %q: %v, but Parse: %v", tm, tm.escape, k, accepts, err)
			}
			if err != nil {
				fitsNot++
				continue
			}
			fits++
			again, err := tm.Append(nil, vals)
			if err != nil || string(again) != k {
				t.Fatalf("%q: %q parses to %v, which renders %q, %v", tm, k, vals, again, err)
			}
		}
	}
	if fitsNot < cases/2 {
		t.Errorf("only %d texts that don't fit", fitsNot)
	}
}

// run reports whether m accepts k.
func (m *machine) run(k string) bool {
	s := m.start()
	for _, r := range k {
		if s = m.step(s, r); s == dead {
			return false
		}
	}
	return m.accepts(s)
}

// TestOverlapIsExact: an example parses under both templates; without one no key of either parses under the other.
func TestOverlapIsExact(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	overlaps, disjoint, keys := 0, 0, 0
	for range cases {
		a, b := randomTemplate(r), randomTemplate(r)
		if r.IntN(2) == 0 { // templates that begin alike are more interesting
			b = related(r, a)
		}
		example, ok := Overlap(a, b)
		if back, ok2 := Overlap(b, a); ok2 != ok || utf8.RuneCountInString(back) != utf8.RuneCountInString(example) {
			t.Fatalf("Overlap(%q, %q) = %q, %v; the other way round %q, %v", a, b, example, ok, back, ok2)
		}
		if ok {
			overlaps++
			for _, tm := range []*Template{a, b} {
				if err := tm.Parse(example, make([]Value, len(tm.parts))); err != nil {
					t.Fatalf("Overlap(%q, %q) = %q: %v", a, b, example, err)
				}
			}
			continue
		}
		disjoint++
		for range 5 {
			k, _, rendered := randomKey(r, a)
			if rendered && b.Parse(k, make([]Value, len(b.parts))) == nil {
				t.Fatalf("Overlap(%q, %q) says no, but %q fits both", a, b, k)
			}
			keys++
		}
	}
	if min(overlaps, disjoint) < cases/20 {
		t.Errorf("%d overlap, %d do not, %d keys", overlaps, disjoint, keys)
	}
}

// related returns a template like a, with a part or literal exchanged.
func related(r *rand.Rand, a *Template) *Template {
	for range 20 {
		segs, _ := Scan(a.src)
		i := r.IntN(len(segs))
		var b strings.Builder
		for j, s := range segs {
			switch {
			case i == j && r.IntN(2) == 0:
				f := fields[r.IntN(len(fields))]
				b.WriteString("$<" + f.name + ">")
			case i == j:
				b.WriteString(pick(r, literals))
			case s.Field == "":
				b.WriteString(s.Literal)
			case s.Format == "":
				b.WriteString("$<" + s.Field + ">")
			default:
				b.WriteString("$<" + s.Field + ":" + s.Format + ">")
			}
		}
		if t, errs := Compile(b.String(), resolve, Options{Escape: a.escape != ""}); len(errs) == 0 {
			return t
		}
	}
	return randomTemplate(r)
}

// TestFoldIsStable: folding a folded character changes nothing, in any version of Unicode that Go has.
func TestFoldIsStable(t *testing.T) {
	t.Parallel()
	for _, f := range []fold{lowerCase, upperCase} {
		for r := rune(0); r <= unicode.MaxRune; r++ {
			if once := f.rune(r); f.rune(once) != once {
				t.Errorf("fold %d: %U gives %U, which gives %U", f, r, once, f.rune(once))
			}
		}
	}
}

// TestLayoutAsTime: layouts render and parse as package time does.
func TestLayoutAsTime(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	for _, format := range layouts {
		l, err := parseLayout(format)
		if err != nil {
			t.Fatal(err)
		}
		if format == "" {
			format = defaultLayout
		}
		for range cases / len(layouts) {
			at := time.Unix(r.Int64N(10000*365*24*60*60)-62167219200, r.Int64N(1e9)).UTC()
			if r.IntN(4) == 0 {
				at = pick(r, instants[:len(instants)-2]).UTC()
			}
			got, want := string(l.append(nil, at)), at.Format(format)
			if got != want {
				t.Fatalf("%v in layout %q: %q, want %q", at, format, got, want)
			}
			parsed, ok := l.parse(got)
			if again, err := time.Parse(format, got); err != nil || !ok || !parsed.Equal(again) {
				t.Fatalf("%q in layout %q: %v, %v, want %v, %v", got, format, parsed, ok, again, err)
			}
		}
	}
}

// TestCalendarAsParse: the automaton of a layout accepts the texts that parse, on the edges of units.
func TestCalendarAsParse(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 6))
	edges := map[what][]int{
		year: {0, 4, 100, 400, 1900, 1999, 2000, 2023, 2024, 2100, 9999}, month: {0, 1, 2, 4, 11, 12, 13}, day: {0, 1, 28, 29, 30, 31, 32},
		yearDay: {0, 1, 99, 365, 366, 367, 999}, hour: {0, 23, 24}, minute: {0, 59, 60}, second: {0, 59, 60}, fraction: {0, 1, 999999999},
	}
	for _, format := range layouts {
		l, err := parseLayout(format)
		if err != nil {
			t.Fatal(err)
		}
		c := newCalendar(l, false)
		exist := 0
		for range 2000 {
			var text []byte
			for _, u := range l.units {
				text = append(text, u.text...)
				if u.digits > 0 {
					text = appendDigits(text, pick(r, edges[u.what]), u.digits)
				}
			}
			state := 0
			for _, char := range string(text) {
				if state = c.step(state, char); state < 0 {
					break
				}
			}
			accepted := state >= 0 && c.accepts(state)
			_, parsed := l.parse(string(text))
			if accepted != parsed {
				t.Fatalf("%q in layout %q: accepted %v, parses %v", text, format, accepted, parsed)
			}
			if parsed {
				exist++
			}
		}
		if exist == 0 || exist == 2000 && format != "2006" {
			t.Errorf("layout %q: %d of 2000 exist", format, exist)
		}
	}
}
