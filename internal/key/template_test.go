package key

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestScan(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src  string
		segs []Seg
		errs []string
	}{
		{src: "META", segs: []Seg{{Literal: "META"}}},
		{src: "$<ID>", segs: []Seg{{Field: "ID"}}},
		{src: "A#$<ID>", segs: []Seg{{Literal: "A#"}, {Field: "ID", Offset: 2}}},
		{src: "$<A.B>$<At:2006-01-02T15:04>#", segs: []Seg{
			{Field: "A.B"},
			{Field: "At", Format: "2006-01-02T15:04", Offset: 6},
			{Literal: "#", Offset: 28},
		}},
		{src: "$$x>$ <", segs: []Seg{{Literal: "$$x>$ <"}}},
		{src: "$$<A>", segs: []Seg{{Literal: "$"}, {Field: "A", Offset: 1}}},
		{src: "", errs: []string{"0: template is empty"}},
		{src: "\xff", errs: []string{"0: template is not valid UTF-8"}},
		{src: "A#$<", segs: []Seg{{Literal: "A#"}}, errs: []string{`2: "$<" is not closed by ">"`}},
		{src: "$<A#$<B>", errs: []string{`0: "$<" is not closed by ">"`}},
		{src: "$<>#$<:lower>#$<B:>#$<C", segs: []Seg{{Literal: "#", Offset: 3}, {Literal: "#", Offset: 13}, {Literal: "#", Offset: 19}}, errs: []string{
			`0: "$<>" names no field`,
			`4: "$<:lower>" names no field`,
			`14: "$<B:>" has an empty format; leave out the colon`,
			`20: "$<" is not closed by ">"`,
		}},
	}
	for _, tt := range tests {
		segs, errs := Scan(tt.src)
		if d := cmp.Diff(tt.segs, segs); d != "" {
			t.Errorf("Scan(%q): %s", tt.src, d)
		}
		if d := cmp.Diff(tt.errs, texts(errs)); d != "" {
			t.Errorf("Scan(%q) errors: %s", tt.src, d)
		}
	}
}

func texts(errs []*Error) []string {
	var list []string
	for _, e := range errs {
		list = append(list, fmt.Sprintf("%d: %v", e.Offset, e))
	}
	return list
}

func TestCompileErrors(t *testing.T) {
	t.Parallel()
	const units = "the units a key can hold are 2006 01 02 002 15 04 05 .000"
	tests := []struct {
		src    string
		escape bool
		want   []string
	}{
		{src: "A#$<Nme>#$<Int:5>", want: []string{
			`2: no field "Nme"`,
			`9: Int: format "5" is none of an integer; zero padding is a 0 and the width up to 38, as in :020`,
		}},
		{src: "$<Int:00>", want: []string{`0: Int: format "00" is none of an integer; zero padding is a 0 and the width up to 38, as in :020`}},
		{src: "$<Uint:0>", want: []string{`0: Uint: format "0" is none of an integer; zero padding is a 0 and the width up to 38, as in :020`}},
		{src: "$<Uint:039>", want: []string{`0: Uint: format "039" is none of an integer; zero padding is a 0 and the width up to 38, as in :020`}},
		{src: "$<Name:Lower>", want: []string{`0: Name: format "Lower" is none of text; use :lower or :upper`}},
		{src: "$<Flag:x>", want: []string{`0: Flag: format "x": bools take none`}},
		{src: "$<At:lower>", want: []string{`0: At: format "lower" has no unit of time; use a Go layout such as :2006-01-02`}},
		{src: "$<At:Jan 2006>", want: []string{`0: At: layout has "Jan"; ` + units}},
		{src: "$<At:2006-1-2>", want: []string{`0: At: layout has "1"; ` + units}},
		{src: "$<At:2006-01-_2>", want: []string{`0: At: layout has "_2"; ` + units}},
		{src: "$<At:05.999>", want: []string{`0: At: layout has ".999"; a fraction in a key is one to nine zeros, as in .000`}},
		{src: "$<At:05.0000000000>", want: []string{`0: At: layout has ".0000000000"; a fraction in a key is one to nine zeros, as in .000`}},
		{src: "$<At:2006-2006>", want: []string{`0: At: layout "2006-2006" has "2006" twice`}},
		{src: "$<At:002-01>", want: []string{`0: At: layout "002-01" has the day of the year and the month or its day; use one of them`}},
		{src: "$<Name>$<Other>", want: []string{"0: Name has no fixed width and no literal after it; put a separator between it and the next part"}},
		{src: "$<Int>$<Other>", want: []string{"0: Int has no fixed width and no literal after it; put a separator between it and the next part"}},
		{src: "$<Status>#", want: []string{`0: Status may be "B#", which "#" can't end; use another separator, or add escape to the row`}},
		{src: "$<Flag>e", want: []string{`0: Flag may be "false", which "e" can't end; use another separator, or add escape to the row`}},
		{src: "$<Name>50%", escape: true, want: []string{`9: literal contains "%", which escape needs for itself`}},
	}
	for _, tt := range tests {
		tm, errs := Compile(tt.src, resolve, Options{Escape: tt.escape})
		if d := cmp.Diff(tt.want, texts(errs)); d != "" || tm != nil {
			t.Errorf("Compile(%q) = %v: %s", tt.src, tm, d)
		}
	}
}

func TestCompileErrorUnwraps(t *testing.T) {
	t.Parallel()
	unknown := errors.New("unknown")
	_, errs := Compile("A#$<X>", func(string) (FieldInfo, error) { return FieldInfo{}, unknown }, Options{})
	if len(errs) != 1 || errs[0].Offset != 2 || !errors.Is(errs[0], unknown) {
		t.Errorf("errors %v", errs)
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	type values struct {
		Kind Kind
		Name string
		Text string
		Int  int64
		Uint uint64
		Bool bool
		Time time.Time
	}
	minus2 := int64(-2)
	tests := []struct {
		v    Value
		want values
	}{
		{TextValue("a"), values{Kind: Text, Name: "text", Text: "a"}},
		{IntValue(-2), values{Kind: Int, Name: "integer", Int: -2, Uint: uint64(minus2), Bool: true}},
		{UintValue(3), values{Kind: Uint, Name: "unsigned integer", Int: 3, Uint: 3, Bool: true}},
		{BoolValue(true), values{Kind: Bool, Name: "bool", Int: 1, Uint: 1, Bool: true}},
		{BoolValue(false), values{Kind: Bool, Name: "bool"}},
		{TimeValue(noon), values{Kind: Time, Name: "time", Time: noon}},
	}
	for _, tt := range tests {
		v := tt.v
		got := values{v.Kind(), v.Kind().String(), v.Text(), v.Int(), v.Uint(), v.Bool(), v.Time()}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Error(d)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	type part struct {
		Literal, Field, Format string
		Offset                 int
		Kind                   Kind
		Lossy                  bool
	}
	tm := mustCompile(t, "A#$<Name:lower>#$<Int:04>$<At:2006-01>#$<At>#$<Unix:20060102150405>#$<Flag>!", Options{})
	want := []part{
		{"A#", "Name", "lower", 2, Text, true},
		{"#", "Int", "04", 16, Int, false},
		{"", "At", "2006-01", 25, Time, true},
		{"#", "At", "", 39, Time, false},
		{"#", "Unix", "20060102150405", 45, Time, false},
		{"#", "Flag", "", 68, Bool, false},
	}
	var got []part
	for i, p := range tm.Parts() {
		got = append(got, part{tm.Literal(i), p.Field, p.Format, p.Offset, p.Kind, p.Lossy})
	}
	if d := cmp.Diff(want, got); d != "" || tm.Literal(6) != "!" || tm.String() != tm.src {
		t.Errorf("last literal %q: %s", tm.Literal(6), d)
	}
}

var noon = time.Date(2024, 2, 29, 12, 30, 15, 7e6, time.FixedZone("", 3600))

func TestAppend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src  string
		vals []Value
		want string // or
		err  string
	}{
		{src: "META", want: "META"},
		{src: "A#$<Name>", vals: []Value{TextValue("x#y")}, want: "A#x#y"},
		{src: "$<Name:lower>#$<Name:upper>#$<Name>", vals: []Value{TextValue("aÉ"), TextValue("aé"), TextValue("aÉ")}, want: "aé#AÉ#aÉ"},
		{src: "$<Int>#$<Uint>", vals: []Value{IntValue(-1 << 63), UintValue(1<<64 - 1)}, want: "-9223372036854775808#18446744073709551615"},
		{src: "$<Int:020>$<Uint:03>", vals: []Value{IntValue(42), UintValue(0)}, want: "00000000000000000042000"},
		{src: "$<Flag>", vals: []Value{BoolValue(true)}, want: "true"},
		{src: "$<At>", vals: []Value{TimeValue(noon)}, want: "2024-02-29T11:30:15.007000000Z"},
		{src: "$<Unix>", vals: []Value{TimeValue(noon)}, want: "2024-02-29T11:30:15.000000000Z"},
		{src: "$<Unix>", vals: []Value{TimeValue(time.Unix(-1, 5e8))}, want: "1969-12-31T23:59:59.000000000Z"},
		{src: "$<At:2006-01>$<At:.000>", vals: []Value{TimeValue(noon), TimeValue(noon)}, want: "2024-02.007"},
		{src: "$<Status>", vals: []Value{TextValue("B#")}, want: "B#"},

		{src: "$<Name>", vals: nil, err: `template "$<Name>" has 1 parts, not 0`},
		{src: "$<Name>", vals: []Value{IntValue(1)}, err: "Name needs a value of kind text, not integer"},
		{src: "$<Name>", vals: []Value{TextValue("")}, err: "Name is empty"},
		{src: "$<Name>", vals: []Value{TextValue("a\xff")}, err: "Name is not valid UTF-8"},
		{src: "$<Name>#$<Other>", vals: []Value{TextValue("x#y"), TextValue("z")}, err: `Name contains "#", which ends it in the template; change the value, or add escape to the row`},
		{src: "$<Name>##", vals: []Value{TextValue("x#")}, err: `Name runs into "##", which ends it in the template; change the value, or add escape to the row`},
		{src: "$<Name:lower>x", vals: []Value{TextValue("X")}, err: `Name contains "x", which ends it in the template; change the value, or add escape to the row`},
		{src: "$<Status:lower>", vals: []Value{TextValue("c")}, err: `Status "c" is not one of a|ab|b#|é0`},
		{src: "$<Int:02>", vals: []Value{IntValue(-1)}, err: "Int is -1; zero padding is for numbers from 0"},
		{src: "$<Int:02>", vals: []Value{IntValue(100)}, err: "Int is 100, wider than its 2 digits"},
		{src: "$<Int8:05>", vals: []Value{IntValue(128)}, err: "Int8 is 128, which its field can't hold"},
		{src: "$<Int8>", vals: []Value{IntValue(-129)}, err: "Int8 is -129, which its field can't hold"},
		{src: "$<At:15>", vals: []Value{TimeValue(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))}, err: "At is in the year 10000; a key holds the years 0 to 9999"},
		{src: "$<At>", vals: []Value{TimeValue(time.Date(0, 1, 1, 0, 0, 0, 0, time.FixedZone("", 1)))}, err: "At is in the year -1; a key holds the years 0 to 9999"},
	}
	for _, tt := range tests {
		got, err := mustCompile(t, tt.src, Options{}).Append([]byte("> "), tt.vals)
		if string(got) != "> "+tt.want || errText(err) != tt.err {
			t.Errorf("%q of %v = %q, %v, want %q, %s", tt.src, tt.vals, got, err, tt.want, tt.err)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestEscape(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src, value, want string
	}{
		{"U#$<Name>#é$<Other>", "x", "U#x#éo"},
		{"U#$<Name>#é$<Other>", "x#y", "U#x%23y#éo"},
		{"U#$<Name>#é$<Other>", "100%", "U#100%25#éo"},
		{"U#$<Name>#é$<Other>", "Uéè", "U#%55%C3%A9è#éo"},
		{"2$<Name>2$<Other>", "2#3", "2%32#32o"},
		{"$<Name>-$<Other>", "#", "#-o"},
	}
	for _, tt := range tests {
		tm := mustCompile(t, tt.src, Options{Escape: true})
		got, err := tm.Append(nil, []Value{TextValue(tt.value), TextValue("o")})
		if err != nil || string(got) != tt.want {
			t.Errorf("%q of %q = %q, %v, want %q", tt.src, tt.value, got, err, tt.want)
		}
	}
	number, err := mustCompile(t, "$<Int>-$<Int:02>-", Options{Escape: true}).Append(nil, []Value{IntValue(-5), IntValue(5)})
	if err != nil || string(number) != "%2D5-05-" {
		t.Errorf("escaped number: %q, %v", number, err)
	}
}

func TestPrefix(t *testing.T) {
	t.Parallel()
	tm := mustCompile(t, "A#$<Name>##$<Int:03>$<Other>#", Options{})
	vals := []Value{TextValue("n"), IntValue(7), TextValue("o")}
	for n, want := range []string{"A#", "A#n##", "A#n##007", "A#n##007o#"} {
		if got, err := tm.Prefix(nil, vals[:n]); err != nil || string(got) != want {
			t.Errorf("prefix of %d parts = %q, %v, want %q", n, got, err, want)
		}
	}
	const want = `template "A#$<Name>##$<Int:03>$<Other>#" has 3 parts, not 4`
	if _, err := tm.Prefix(nil, append(vals, vals[0])); errText(err) != want {
		t.Errorf("prefix of 4 parts: %v, want %s", err, want)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 2, 29, 11, 0, 0, 0, time.UTC)
	tests := []struct {
		src, key string
		escape   bool
		want     []Value
		err      string // after the key and template
	}{
		{src: "META", key: "META", want: []Value{}},
		{src: "A#$<Name>#$<Other>", key: "A#x#y#z", want: []Value{TextValue("x"), TextValue("y#z")}},
		{src: "$<Int>#$<Int:03>$<Flag>", key: "-12#012true", want: []Value{IntValue(-12), IntValue(12), BoolValue(true)}},
		{src: "$<At:2006-01-02T15>#", key: "2024-02-29T11#", want: []Value{TimeValue(at)}},
		{src: "$<Name>#", key: "a%23#", escape: true, want: []Value{TextValue("a#")}},

		{src: "META", key: "META2", err: `"2" is left over`},
		{src: "A#$<Name>", key: "B#x", err: "a literal is missing"},
		{src: "A#$<Name>", key: "A#", err: `Name: "" is empty`},
		{src: "$<Name>", key: "\xff", err: `Name: "\xff" is not valid UTF-8`},
		{src: "$<Name>#", key: "x", err: "Name: a literal is missing"},
		{src: "$<Name:upper>", key: "x", err: `Name: "x" has letters in the other case`},
		{src: "$<Status>", key: "x", err: `Status: "x" is not one of the values the part may have`},
		{src: "$<Flag>", key: "True", err: `Flag: "True" is not one of the values the part may have`},
		{src: "$<Int>", key: "-0", err: `Int: "-0" is not an integer in the part's format`},
		{src: "$<Int>", key: "01", err: `Int: "01" is not an integer in the part's format`},
		{src: "$<Int:03>", key: "12", err: "Int: the key is too short"},
		{src: "$<Int:03>", key: "-12", err: `Int: "-12" is not an integer in the part's format`},
		{src: "$<Int8:03>", key: "128", err: `Int8: "128" is not an integer in the part's format`},
		{src: "$<At:2006-01-02>", key: "2023-02-29", err: `At: "2023-02-29" is not a time in the part's format`},
		{src: "$<Unix:05.0>", key: "05.1", err: `Unix: "05.1" is not a time in the part's format`},
		{src: "$<Name>#", key: "a%2#", escape: true, err: `Name: a literal is missing`},
		{src: "$<Name>", key: "a%2", escape: true, err: `Name: "a%2" is not encoded as escape does`},
		{src: "$<Name>#", key: "a%2b#", escape: true, err: `Name: "a%2b" is not encoded as escape does`},
		{src: "$<Name>#", key: "%41#", escape: true, err: `Name: "%41" is not encoded as escape does`},
		{src: "$<Name>é", key: "%C3é", escape: true, err: `Name: "%C3" is not encoded as escape does`},
	}
	for _, tt := range tests {
		tm := mustCompile(t, tt.src, Options{Escape: tt.escape})
		got := make([]Value, len(tm.parts))
		err := tm.Parse(tt.key, got)
		if tt.err != "" {
			tt.err = fmt.Sprintf("key %q does not fit template %q: %s", tt.key, tt.src, tt.err)
		} else if d := cmp.Diff(tt.want, got, cmp.AllowUnexported(Value{})); d != "" {
			t.Errorf("%q in %q: %s", tt.key, tt.src, d)
		}
		if errText(err) != tt.err {
			t.Errorf("%q in %q: %v, want %s", tt.key, tt.src, err, tt.err)
		}
	}
	if err := mustCompile(t, "$<Name>", Options{}).Parse("x", nil); errText(err) != `template "$<Name>" has 1 parts, not 0` {
		t.Error(err)
	}
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	tests := []struct{ a, b, want string }{
		{"USER#$<Name>", "CARD#$<Name>", ""},
		{"USER#$<Name>", "USER#$<Other>", "USER#a"},
		{"USER#$<Name>#CARD#$<Other>", "USER#$<Name>", "USER#a#CARD#a"},
		{"USER#$<Name>#CARD#$<Other>", "USER#$<Name>#", ""},
		{"USER#$<Name>", "USER#", ""},
		{"META", "META", "META"},
		{"$<Int:05>", "$<Int:04>", ""},
		{"$<Int8>", "200", ""},
		{"$<Int8>", "-128", "-128"},
		{"$<Name:lower>#A", "$<Name:upper>#$<Other>", "0#A"},
		{"$<Name:lower>", "$<Name:upper>", "0"},
		{"$<Status>", "$<Flag>", ""},
		{"$<Status>", "$<Name>", "a"},
		{"$<At:2006-01-02>", "2023-02-29", ""},
		{"$<At:2006-01-02>", "2024-02-29", "2024-02-29"},
		{"$<At:2006-01>-$<Name>", "$<At>", "0000-01-01T00:00:00.000000000Z"},
		{"$<Unix:05.0>", "59.1", ""},
	}
	for _, tt := range tests {
		got, ok := Overlap(mustCompile(t, tt.a, Options{}), mustCompile(t, tt.b, Options{}))
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Overlap(%q, %q) = %q, %v, want %q", tt.a, tt.b, got, ok, tt.want)
		}
	}
	escaped := mustCompile(t, "$<Name>#", Options{Escape: true})
	if got, ok := Overlap(escaped, mustCompile(t, "a%24$<Other>", Options{})); ok {
		t.Errorf("what escape never writes overlaps: %q", got)
	}
	if got, _ := Overlap(escaped, mustCompile(t, "a%23$<Other>", Options{})); !strings.HasPrefix(got, "a%23") {
		t.Errorf("escaped text overlaps at %q", got)
	}
}
