package key

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var ops = []Op{Eq, Lt, Le, Gt, Ge, Between, BeginsWith}

// satisfies is what op means for values.
func (op Op) satisfies(v, lo, hi Value) bool {
	switch op {
	case Eq:
		return compareValues(v, lo) == 0
	case Lt:
		return compareValues(v, lo) < 0
	case Le:
		return compareValues(v, lo) <= 0
	case Gt:
		return compareValues(v, lo) > 0
	case Ge:
		return compareValues(v, lo) >= 0
	case Between:
		return compareValues(v, lo) >= 0 && compareValues(v, hi) <= 0
	}
	return strings.HasPrefix(v.s, lo.s)
}

// selects reports whether the key condition that r stands for holds for k.
func (r Range) selects(k string) bool {
	switch {
	case r.Empty:
		return false
	case r.Prefix != "":
		return strings.HasPrefix(k, r.Prefix)
	}
	return k >= r.Lower && (r.Upper == "" || k <= r.Upper)
}

// TestRangeIsExact compares ranges with a filter over keys of the template, of other tuples, mutated ones and ones of
// other templates.
func TestRangeIsExact(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	counts := map[string]int{}
	for n := 0; n < cases; {
		tm := randomTemplate(r)
		for range 4 {
			if len(tm.parts) == 0 {
				break
			}
			c := rangeCase{tm: tm, part: r.IntN(len(tm.parts)), op: pick(r, ops)}
			if c.build(r) {
				c.check(t, counts)
				n++
			}
		}
	}
	t.Log(counts)
	for _, kind := range []string{"exact", "residual", "empty"} {
		for k := Text; k <= Time; k++ {
			name := kind + " " + k.String()
			if possible := k != Bool || kind == "exact"; possible && counts[name] == 0 && name != "residual integer" && name != "residual unsigned integer" {
				t.Errorf("no case of %s", name)
			}
		}
	}
}

// rangeCase is one condition and the keys to try it on.
type rangeCase struct {
	tm      *Template
	part    int
	op      Op
	leading []Value // as the stored values are
	lo, hi  Value
	keys    []string
	rng     Range
}

// build fills c, and reports false when the template can't range the part.
func (c *rangeCase) build(r *rand.Rand) bool {
	key, vals, ok := randomKey(r, c.tm)
	if !ok {
		return false
	}
	p := &c.tm.parts[c.part]
	c.leading = vals[:c.part]
	c.lo, c.hi = vals[c.part], randomValue(r, c.tm, p)
	if r.IntN(3) == 0 && c.op != Eq {
		c.lo = randomValue(r, c.tm, p)
	}
	if r.IntN(20) == 0 && p.Kind == Text {
		c.lo = TextValue("")
	}
	if p.Kind == Text && r.IntN(3) == 0 { // text as it is in a key, from the part on, perhaps beyond its end
		prefix, _ := c.tm.Prefix(nil, c.leading)
		c.lo = TextValue(key[len(prefix) : len(prefix)+r.IntN(len(key)-len(prefix)+1)])
	}
	var err error
	if c.rng, err = c.tm.Range(c.leading, c.op, c.lo, c.hi); err != nil {
		return false
	}
	c.addKeys(r)
	return true
}

func (c *rangeCase) addKeys(r *rand.Rand) {
	for range 12 {
		if _, vals, ok := randomKey(r, c.tm); ok {
			k, _ := c.tm.Append(nil, vals)
			c.keys = append(c.keys, string(k), mutate(r, string(k)))
			copy(vals, c.leading)
			vals[c.part] = near(r, pick(r, []Value{c.lo, c.hi, vals[c.part]}))
			if k, err := c.tm.Append(nil, vals); err == nil {
				c.keys = append(c.keys, string(k), mutate(r, string(k)))
			}
		}
		if k, _, ok := randomKey(r, randomTemplate(r)); ok {
			c.keys = append(c.keys, k)
		}
	}
	for _, k := range []string{c.rng.Prefix, c.rng.Lower, c.rng.Upper} {
		c.keys = append(c.keys, k, next(k), mutate(r, k))
	}
}

// near returns v or a value close to it.
func near(r *rand.Rand, v Value) Value {
	switch {
	case v.kind == Text && r.IntN(3) == 0:
		v.s += pick(r, textPieces)
	case v.kind == Text && len(v.s) > 1 && r.IntN(3) == 0:
		v.s = v.s[:len(v.s)-1]
	case v.kind == Int || v.kind == Uint:
		v.n += uint64(r.IntN(3) - 1)
	case v.kind == Time:
		v.t = v.t.Add(time.Duration(r.IntN(3)-1) * pick(r, []time.Duration{1, time.Second, time.Hour}))
	}
	return v
}

func (c *rangeCase) check(t *testing.T, counts map[string]int) {
	t.Helper()
	p := &c.tm.parts[c.part]
	prefix, err := c.tm.Prefix(nil, c.leading)
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := stored(p, c.lo), stored(p, c.hi)
	vals := make([]Value, len(c.tm.parts))
	for _, k := range c.keys {
		selected := c.rng.selects(k)
		inside := strings.HasPrefix(k, string(prefix))
		if selected && !inside && k != next(string(prefix)) {
			t.Fatalf("%s selects %q, which is outside prefix %q", c, k, prefix)
		}
		if c.tm.Parse(k, vals) != nil {
			continue
		}
		if selected && !inside {
			t.Fatalf("%s selects %q, a key of the template outside prefix %q", c, k, prefix)
		}
		for _, v := range c.candidates(vals[c.part]) {
			want := inside && c.op.satisfies(v, lo, hi)
			if want && !selected || !want && selected && !c.rng.Residual {
				t.Fatalf("%s selects %q with %v: %v, want %v", c, k, v, selected, want)
			}
		}
	}
	switch {
	case c.rng.Empty:
		counts["empty "+p.Kind.String()]++
	case c.rng.Residual:
		counts["residual "+p.Kind.String()]++
	default:
		counts["exact "+p.Kind.String()]++
	}
}

// candidates returns values that an item whose key holds v may have: v, and if the part is lossy those around the
// operands that render alike.
func (c *rangeCase) candidates(v Value) []Value {
	p := &c.tm.parts[c.part]
	list := []Value{v}
	if !p.Lossy {
		return list
	}
	want, _ := p.append(nil, &v)
	for _, at := range []Value{c.lo, c.hi} {
		for steps := -1; steps <= 1; steps++ {
			at := stored(p, at)
			at.t = at.t.Add(time.Duration(steps) * p.tick())
			if got, err := p.append(nil, &at); err == nil && string(got) == string(want) {
				list = append(list, at)
			}
		}
	}
	return list
}

func (c *rangeCase) String() string {
	return fmt.Sprintf("template %q: op %d of %v and %v after %v: %+v", c.tm, c.op, c.lo, c.hi, c.leading, c.rng)
}

func TestRange(t *testing.T) {
	t.Parallel()
	day := TimeValue(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))
	noon := TimeValue(time.Date(2024, 3, 1, 12, 0, 0, 0, time.UTC))
	name := []Value{TextValue("n")}
	tests := []struct {
		src     string
		leading []Value
		op      Op
		lo, hi  Value
		want    Range
	}{
		// The last part sorts as it is.
		{"A#$<Name>", nil, Ge, TextValue("b"), Value{}, Range{Lower: "A#b", Upper: "A$"}},
		{"A#$<Name>", nil, Ge, TextValue(""), Value{}, Range{Prefix: "A#"}},
		{"A#$<Name>", nil, Gt, TextValue("b"), Value{}, Range{Lower: "A#b\x00", Upper: "A$"}},
		{"A#$<Name>", nil, Le, TextValue("b"), Value{}, Range{Lower: "A#", Upper: "A#b"}},
		{"A#$<Name>", nil, Lt, TextValue("b"), Value{}, Range{Lower: "A#", Upper: "A#b", Residual: true}},
		{"A#$<Name>", nil, Lt, TextValue(""), Value{}, Range{Empty: true}},
		{"A#$<Name>", nil, Between, TextValue("b"), TextValue("d"), Range{Lower: "A#b", Upper: "A#d"}},
		{"A#$<Name>", nil, Between, TextValue("d"), TextValue("b"), Range{Empty: true}},
		{"A#$<Name>", nil, BeginsWith, TextValue("b#"), Value{}, Range{Prefix: "A#b#"}},
		{"A#$<Name>", nil, Eq, TextValue("b"), Value{}, Range{Lower: "A#b", Upper: "A#b"}},

		// With no prefix there is an end but to one side.
		{"$<Name>", nil, Ge, TextValue("b"), Value{}, Range{Lower: "b"}},
		{"$<Name>", nil, Le, TextValue("b"), Value{}, Range{Upper: "b"}},
		{"$<Name>", nil, Ge, TextValue(""), Value{}, Range{}},

		// Where a literal follows, values are compared together with it.
		{"A#$<Name>#$<Int>", nil, Eq, TextValue("b"), Value{}, Range{Prefix: "A#b#"}},
		{"A#$<Name>#$<Int>", nil, Ge, TextValue("bc"), Value{}, Range{Lower: "A#bc", Upper: "A$"}},
		{"A#$<Name>#$<Int>", nil, Ge, TextValue("b!"), Value{}, Range{Lower: "A#b!", Upper: "A$", Residual: true}},   // has "b#"
		{"A#$<Name>#$<Int>", nil, Ge, TextValue("b#c"), Value{}, Range{Lower: "A#b#c", Upper: "A$", Residual: true}}, // has "b#d"
		{"A#$<Name>#$<Int>", nil, Gt, TextValue("bc"), Value{}, Range{Lower: "A#bc", Upper: "A$", Residual: true}},
		{"A#$<Name>#$<Int>", nil, Le, TextValue("bc"), Value{}, Range{Lower: "A#", Upper: "A#bc$", Residual: true}},
		{"A#$<Name>#$<Int>", nil, Le, TextValue("b!"), Value{}, Range{Lower: "A#", Upper: "A#b$", Residual: true}}, // for "b#"
		{"A#$<Name>#$<Int>", nil, Le, TextValue("b!!"), Value{}, Range{Lower: "A#", Upper: "A#b$", Residual: true}},
		{"A#$<Name>##$<Int>", nil, Le, TextValue("b#"), Value{}, Range{Lower: "A#", Upper: "A#b#$", Residual: true}}, // for "b##9"
		{"A#$<Name>#$<Int>", nil, BeginsWith, TextValue("b"), Value{}, Range{Prefix: "A#b"}},
		{"A#$<Name>#$<Int>", nil, BeginsWith, TextValue("b#"), Value{}, Range{Empty: true}},
		{"A#$<Name>##$<Int>", nil, BeginsWith, TextValue("b#"), Value{}, Range{Prefix: "A#b#", Residual: true}}, // has "b##"
		{"$<Name>\U0010FFFF$<Int>", nil, Le, TextValue("b\uD7FF"), Value{}, Range{Upper: "c", Residual: true}},  // for "b\U0010FFFF"
		{"$<Name>\U0010FFFF", nil, Le, TextValue("\uD7FF"), Value{}, Range{Upper: "\uE000", Residual: true}},
		{"\U0010FFFF$<Name>", nil, Ge, TextValue("b"), Value{}, Range{Lower: "\U0010FFFFb"}},

		// Padded integers have neighbours.
		{"$<Name>#$<Int:03>#", name, Ge, IntValue(7), Value{}, Range{Lower: "n#007", Upper: "n$"}},
		{"$<Name>#$<Int:03>#", name, Gt, IntValue(7), Value{}, Range{Lower: "n#008", Upper: "n$"}},
		{"$<Name>#$<Int:03>#", name, Le, IntValue(7), Value{}, Range{Lower: "n#", Upper: "n#007$"}},
		{"$<Name>#$<Int:03>", name, Lt, IntValue(7), Value{}, Range{Lower: "n#", Upper: "n#006"}},
		{"$<Name>#$<Int:03>", name, Between, IntValue(-7), IntValue(7), Range{Lower: "n#", Upper: "n#007"}},
		{"$<Name>#$<Int:03>", name, Between, IntValue(-7), IntValue(1e6), Range{Prefix: "n#"}},
		{"$<Name>#$<Int:03>", name, Between, IntValue(8), IntValue(7), Range{Empty: true}},
		{"$<Name>#$<Int:03>", name, Gt, IntValue(999), Value{}, Range{Empty: true}},
		{"$<Name>#$<Int:03>", name, Lt, IntValue(0), Value{}, Range{Empty: true}},
		{"$<Name>#$<Int:03>", name, Gt, IntValue(-1), Value{}, Range{Lower: "n#000", Upper: "n$"}},
		{"$<Uint:020>$<Name>", nil, Le, UintValue(1<<64 - 1), Value{}, Range{Upper: "18446744073709551616", Residual: false}},
		{"$<Uint:020>", nil, Gt, UintValue(1<<64 - 1), Value{}, Range{Empty: true}},

		// Times too; coarse ones put many into one text.
		{"$<At>", nil, Gt, day, Value{}, Range{Lower: "2024-03-01T00:00:00.000000001Z"}},
		{"$<Unix>", nil, Lt, day, Value{}, Range{Upper: "2024-02-29T23:59:59.000000000Z"}},
		{"T#$<At:2006-01-02>#", nil, Ge, day, Value{}, Range{Lower: "T#2024-03-01", Upper: "T$"}},
		{"T#$<At:2006-01-02>#", nil, Ge, noon, Value{}, Range{Lower: "T#2024-03-01", Upper: "T$", Residual: true}},
		{"T#$<At:2006-01-02>#", nil, Lt, day, Value{}, Range{Lower: "T#", Upper: "T#2024-02-29$"}},
		{"T#$<At:2006-01-02>#", nil, Lt, noon, Value{}, Range{Lower: "T#", Upper: "T#2024-03-01$", Residual: true}},
		{"T#$<At:2006-01>#$<At>", nil, Eq, day, Value{}, Range{Prefix: "T#2024-03#", Residual: true}},
		{"T#$<At:2006>", nil, Le, TimeValue(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), Value{}, Range{Prefix: "T#"}},
		{"T#$<At:2006>", nil, Le, TimeValue(time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)), Value{}, Range{Empty: true}},
		{"$<Name:lower>", nil, Eq, TextValue("Ab"), Value{}, Range{Lower: "ab", Upper: "ab", Residual: true}},
	}
	for _, tt := range tests {
		got, err := mustCompile(t, tt.src, Options{}).Range(tt.leading, tt.op, tt.lo, tt.hi)
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%q, op %d of %v, %v: %v %s", tt.src, tt.op, tt.lo, tt.hi, err, d)
		}
	}
}

func TestRangeErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src    string
		escape bool
		op     Op
		lo     Value
		want   string
	}{
		{"$<Int>", false, Ge, IntValue(1), "Int can't be ranged: integers without padding do not sort as numbers; use $<Int:020>"},
		{"$<Flag>", false, Ge, BoolValue(true), "Flag can't be ranged: bools have no order"},
		{"$<Name:lower>", false, Ge, TextValue("a"), "Name can't be ranged: folded text does not sort as the text itself"},
		{"$<Name>#", true, Ge, TextValue("a"), "Name can't be ranged: encoded text does not sort as the text itself (escape is on the row)"},
		{"$<At:02.01.2006>", false, Ge, TimeValue(noon), `At can't be ranged: layout "02.01.2006" does not go from the year to smaller units, so its texts do not sort as times`},
		{"$<At:2006-01 15>", false, Ge, TimeValue(noon), `At can't be ranged: layout "2006-01 15" does not go from the year to smaller units, so its texts do not sort as times`},
		{"$<At:15:04>", false, Ge, TimeValue(noon), `At can't be ranged: layout "15:04" does not go from the year to smaller units, so its texts do not sort as times`},
		{"$<Int:03>", false, Ge, TextValue("x"), "Int needs values of kind integer"},
		{"$<Int:03>", false, BeginsWith, IntValue(1), "Int is no text, which alone can begin with something"},
		{"$<Name>#$<Int>", false, Ge, TextValue("a\xff"), "Name is not valid UTF-8"},
		{"$<Name>#$<Int>", false, Eq, TextValue("a#"), `Name contains "#", which ends it in the template; change the value, or add escape to the row`},
		{"META", false, Ge, TextValue("a"), `template "META" has no part left for a range`},
	}
	for _, tt := range tests {
		got, err := mustCompile(t, tt.src, Options{Escape: tt.escape}).Range(nil, tt.op, tt.lo, tt.lo)
		if errText(err) != tt.want || got != (Range{}) {
			t.Errorf("%q, op %d of %v: %+v, %v, want %s", tt.src, tt.op, tt.lo, got, err, tt.want)
		}
	}
	_, err := mustCompile(t, "$<Name>#$<Other>", Options{}).Range([]Value{TextValue("")}, Ge, TextValue("a"), Value{})
	if errText(err) != "Name is empty" {
		t.Errorf("leading part: %v", err)
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	at := func(s string) Value {
		v, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return TimeValue(v)
	}
	tests := []struct {
		format, lo, hi string
		want           int64
	}{
		{"2006", "2023-12-31T00:00:00Z", "2024-01-01T00:00:00Z", 2},
		{"2006-01", "2023-12-31T00:00:00Z", "2024-01-01T00:00:00Z", 2},
		{"2006-01", "2024-01-31T00:00:00Z", "2024-01-01T00:00:00Z", 0},
		{"2006-01", "2024-01-01T00:00:00Z", "2024-01-31T23:00:00Z", 1},
		{"2006-01", "2024-01-01T00:00:00+01:00", "2024-01-31T00:00:00Z", 2},
		{"2006-01-02", "2024-02-28T00:00:00Z", "2024-03-01T00:00:00Z", 3},
		{"2006-002", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z", 2},
		{"2006-01-02T15", "1969-12-31T23:59:59Z", "1970-01-01T01:00:00Z", 3},
		{"2006-01-02T15:04", "1970-01-01T00:00:59Z", "1970-01-01T00:01:00Z", 2},
		{"2006-01-02T15:04:05", "1970-01-01T00:00:59Z", "1970-01-01T00:01:00Z", 2},
		{"2006-01-02T15:04:05.0", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.9Z", 2},
		{"2006-01-02T15:04:05.0", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.09Z", 1},
	}
	for _, tt := range tests {
		tm := mustCompile(t, "$<At:"+tt.format+">", Options{})
		if got, err := tm.Spans(0, at(tt.lo), at(tt.hi)); got != tt.want || err != nil {
			t.Errorf("%s from %s to %s spans %d, %v, want %d", tt.format, tt.lo, tt.hi, got, err, tt.want)
		}
	}
	last := TimeValue(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))
	if _, err := mustCompile(t, "$<At:2006>", Options{}).Spans(0, last, last); errText(err) != "At is outside the years 0 to 9999, which a key holds" {
		t.Error(err)
	}
	if _, err := mustCompile(t, "$<At:15>", Options{}).Spans(0, last, last); errText(err) != "At is not a time whose layout goes from the year to smaller units" {
		t.Error(err)
	}
}
