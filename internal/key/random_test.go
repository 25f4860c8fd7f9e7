package key

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// fields are the fields that random templates are made of, with the formats each can have.
var fields = []struct {
	name    string
	info    FieldInfo
	formats []string
}{
	{"Name", FieldInfo{Kind: Text}, []string{"", "", "", "lower", "upper"}},
	{"Other", FieldInfo{Kind: Text}, []string{""}},
	{"Status", FieldInfo{Kind: Text, Enum: []string{"a", "ab", "B#", "é0"}}, []string{"", "lower", "upper"}},
	{"Int", FieldInfo{Kind: Int}, []string{"", "04", "019", "020", "038"}},
	{"Int8", FieldInfo{Kind: Int, Bits: 8}, []string{"", "02", "03", "05"}},
	{"Uint", FieldInfo{Kind: Uint}, []string{"", "04", "020", "021"}},
	{"Uint8", FieldInfo{Kind: Uint, Bits: 8}, []string{"", "01", "03"}},
	{"Flag", FieldInfo{Kind: Bool}, []string{""}},
	{"At", FieldInfo{Kind: Time}, layouts},
	{"Unix", FieldInfo{Kind: Time, Seconds: true}, layouts},
}

var layouts = []string{
	"", "2006", "2006-01", "2006-01-02", "2006-01-02T15", "2006-01-02T15:04", "2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05.000", "20060102150405.000000000", "2006-002", "002 2006", "01-02", "02.01.2006", "2006-02",
	"15:04:05", "2006年01", "05,00", "2006-01-02T15:04:05.000000000-0700", "02 2006 01", "01", "01_2006", "15.04", "2006 15:04:05",
}

func resolve(field string) (FieldInfo, error) {
	for _, f := range fields {
		if f.name == field {
			return f.info, nil
		}
	}
	return FieldInfo{}, errors.New(`no field "` + field + `"`)
}

func mustCompile(tb testing.TB, src string, o Options) *Template {
	tb.Helper()
	t, errs := Compile(src, resolve, o)
	if len(errs) > 0 {
		tb.Fatalf("Compile(%q): %v", src, errs)
	}
	return t
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

var literals = []string{
	"#", "#", "#", "##", "a", "ab", "aba", "A#", "-", "0", "1", "é", "%", "2", "20", "true", "!", "\U0010FFFF", "z\uD7FF", "\x00",
}

// randomTemplate returns a template that compiles.
func randomTemplate(r *rand.Rand) *Template {
	for {
		var b strings.Builder
		if r.IntN(4) > 0 {
			b.WriteString(pick(r, literals))
		}
		for range r.IntN(4) {
			f := fields[r.IntN(len(fields))]
			if r.IntN(3) == 0 {
				f = fields[0]
			}
			b.WriteString("$<" + f.name)
			if format := pick(r, f.formats); format != "" {
				b.WriteString(":" + format)
			}
			b.WriteString(">")
			if r.IntN(5) > 0 {
				b.WriteString(pick(r, literals))
			}
		}
		if t, errs := Compile(b.String(), resolve, Options{Escape: r.IntN(4) == 0}); len(errs) == 0 {
			return t
		}
	}
}

var textPieces = []string{
	"a", "b", "ab", "A", "#", "!", "0", "1", "%", "%23", "é", "İ", "ǅ", "ſ", "\U0010FFFF", "\x00", "\uD7FF", "\uE000", "-", "z", "\"", "$", "true",
}

var integers = []int64{0, 1, -1, 7, 9, 10, 11, 12, 20, 99, 100, 127, 128, -128, -129, 9999, 10000, 1 << 62, -1 << 63, 1<<63 - 1}

var instants = []time.Time{
	{},
	time.Unix(0, 0), time.Unix(-1, 999999999), time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), time.Date(2023, 12, 31, 23, 59, 59, 999999999, time.UTC),
	time.Date(2024, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600)), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
	time.Date(2023, 3, 1, 10, 0, 0, 500, time.UTC), time.Date(2024, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Date(-1, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
}

// randomValue returns a value for p, hostile ones included: with pieces of t's literals, out of range, not in the enum.
func randomValue(r *rand.Rand, t *Template, p *Part) Value {
	switch p.Kind {
	case Text:
		if p.choices != nil && r.IntN(8) > 0 {
			info, _ := resolve(p.Field)
			return TextValue(pick(r, info.Enum))
		}
		pieces := append(slices.Clone(textPieces), t.lits...)
		var b strings.Builder
		for range 1 + r.IntN(3) {
			b.WriteString(pick(r, pieces))
		}
		return TextValue(b.String())
	case Bool:
		return BoolValue(r.IntN(2) == 0)
	case Time:
		at := pick(r, instants)
		switch r.IntN(6) {
		case 0:
			at = at.Add(time.Duration(r.IntN(3)-1) * time.Nanosecond)
		case 1:
			at = at.Add(time.Duration(r.IntN(3)-1) * time.Second)
		case 2:
			at = at.AddDate(0, r.IntN(3)-1, r.IntN(3)-1)
		}
		return TimeValue(at)
	case Uint:
		return UintValue(uint64(randomInteger(r)))
	}
	return IntValue(randomInteger(r))
}

func randomInteger(r *rand.Rand) int64 {
	if r.IntN(4) == 0 {
		return int64(r.IntN(300))
	}
	return pick(r, integers) + int64(r.IntN(3)-1)
}

// randomKey returns a key of t and the values it is of, or ok false when t refused those tried.
func randomKey(r *rand.Rand, t *Template) (k string, vals []Value, ok bool) {
	for range 20 {
		vals = make([]Value, len(t.parts))
		for i := range vals {
			vals[i] = randomValue(r, t, &t.parts[i])
		}
		if dst, err := t.Append(nil, vals); err == nil {
			return string(dst), vals, true
		}
	}
	return "", nil, false
}

// mutate changes a character or two of k.
func mutate(r *rand.Rand, k string) string {
	chars := []rune(k)
	for range 1 + r.IntN(2) {
		i := r.IntN(len(chars) + 1)
		c := []rune(pick(r, textPieces))
		if r.IntN(4) == 0 {
			c = []rune{rune('0' + r.IntN(10))}
		}
		switch {
		case r.IntN(3) == 0 || i == len(chars):
			chars = slices.Insert(chars, i, c...)
		case r.IntN(2) == 0:
			chars = slices.Delete(chars, i, i+1)
		default:
			chars[i] = c[0]
		}
	}
	return string(chars)
}

// stored returns what a part keeps of v: the value a key of v parses to, if it is not lossy.
func stored(p *Part, v Value) Value {
	if p.Kind == Time {
		return TimeValue(p.time(&v))
	}
	return v
}

// compareValues orders values of one kind.
func compareValues(a, b Value) int {
	switch a.kind {
	case Text:
		return strings.Compare(a.s, b.s)
	case Time:
		return a.t.Compare(b.t)
	case Int:
		return compareOrdered(a.Int(), b.Int())
	}
	return compareOrdered(a.n, b.n)
}

func compareOrdered[T int64 | uint64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
