package ddbjson

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestPlainEnd(t *testing.T) {
	t.Parallel()
	for length := range 20 {
		for at := range length {
			for c := range 256 {
				data := []byte(strings.Repeat("é~\x7f", 10))[:length]
				data[at] = byte(c)
				want := len(data)
				if c < ' ' || c == '"' || c == '\\' {
					want = at
				}
				if got := plainEnd(data, 0); got != want {
					t.Fatalf("plainEnd(%q) = %d, want %d", data, got, want)
				}
			}
		}
	}
}

func TestSkip(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		`{"S":""}`: true, `{"S":"a"}`: true, ` {"S":"a"}`: true, `{ "S" : "a" }`: true, `{"S":"a\n\u00e9"}`: true, `{"S":"\ud800"}`: true,
		`{"N":"1"}`: true, `{"N":"abc"}`: true, // the SDK does not look into it
		`{"B":""}`: true, `{"B":"YWI="}`: true, `{"B":"YWI"}`: false, `{"B":"\u0059WI="}`: false,
		`{"BOOL":true}`: true, `{"BOOL": false}`: true, `{"NULL":true}`: true, `{"NULL":false}`: true,
		`{"BOOL":1}`: false, `{"BOOL":"true"}`: false, `{"BOOL":tru}`: false,
		`{"SS":[]}`: true, `{"SS":["a","b"]}`: true, `{"NS":[ "1" , "2" ]}`: true, `{"BS":["YQ=="]}`: true,
		`{"SS":["a",]}`: false, `{"SS":[,"a"]}`: false, `{"SS":["a" "b"]}`: false, `{"SS":[1]}`: false, `{"BS":["a"]}`: false, `{"SS":["a"}`: false,
		`{"L":[]}`: true, `{"L":[{"S":"a"},{"L":[{"NULL":true}]}]}`: true, `{"L":["a"]}`: false, `{"L":[null]}`: false, `{"L":[{"S":"a"}`: false,
		`{"M":{}}`: true, `{"M":{"a":{"S":"b"},"c":{"M":{}}}}`: true, `{"M":{"a" : {"S":"b"}}}`: true,
		`{"M":{"a":{"S":"b"},}}`: false, `{"M":{"a"}}`: false, `{"M":{a:{"S":"b"}}}`: false, `{"M":{"a":{"S":"b"}}`: false,
		`{}`: false, `{"X":"a"}`: false, `{"S":1}`: false, `{"S":null}`: false, `{"S":"a","N":"1"}`: false, `{"S":"a"`: false, `{"S":"a`: false,
		`{"S":"\x"}`: false, `{"S":"\u12"}`: false, `{"S":"\u12g4"}`: false, `{"S":"\`: false, "{\"S\":\"a\tb\"}": false,
		`null`: false, `"a"`: false, ``: false, `{`: false, `{"`: false, `{"S`: false, `{"S"`: false, `{"S":`: false,
		strings.Repeat(`{"L":[`, 90) + strings.Repeat(`]}`, 90): true, strings.Repeat(`{"L":[`, 200) + strings.Repeat(`]}`, 200): false,
		strings.Repeat(`{"M":{"a":`, 200) + `{"M":{}}` + strings.Repeat(`}}`, 200): false,
		strings.Repeat(`[`, 100_000): false, strings.Repeat(`{"L":[`, 100_000): false,
	}
	for text, want := range tests {
		end := skip([]byte(text), 0, 0)
		if got := end != bad; got != want || want && end != len(text) {
			t.Errorf("skip(%.80q) = %d of %d, want %v", text, end, len(text), want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	tests := []string{
		`""`, `"plain"`, `"a long text without anything in it"`, `"\"\\\/\b\f\n\r\t"`, `"\u0041\u00e9\u20ac"`, `"\ud83d\ude00"`, `"😀\n"`,
		`"\ud800"`, `"\udc00\ud800x"`, `"\ud83dx"`, "\"\xff\\n\"", "\"\\u0000\\u001f\"", `"{\"json\":\"in json\"}"`,
	}
	for _, text := range tests {
		var want string
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		d := Decoder{data: []byte(text)}
		got, end := d.text(1)
		if string(got) != want || end != len(text) {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

func TestAppendText(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "plain text", `"`, `\`, "\n", "\r", "\t", "\x00", "\x1f", "\x7f", "é", "\u2028", "😀", "\xff", "\xc3", "<&>", "12345678"}
	for range 20_000 {
		var s string
		for range r.IntN(6) {
			s += pieces[r.IntN(len(pieces))]
		}
		out := AppendText(nil, s)
		var got string
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatalf("%q: %v", out, err)
		}
		if want := strings.Map(func(r rune) rune { return r }, s); got != want {
			t.Fatalf("%q became %q", s, got)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	texts := []string{
		"", "0", "-0", "1", "-1", "+1", "007", "1.5", "-1.5", ".5", "5.", "1e3", "1E-7", "-", ".", "1.2.3", "0x10", "1_000", "NaN", "Inf", "-inf",
		"999999999999999", "9999999999999999", "999999999999999999", "1000000000000000000", "9223372036854775807", "9223372036854775808",
		"-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "12345678901234567890123456789012345678",
		"0.1", "0.30000000000000004", "123456.789", "0.000001", "1e400", "99999999999999.9", "9.99999999999999", "179769313486231570000", "1 ", " 1",
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		texts = append(texts, strconv.FormatFloat(float64(r.Int64N(1e12))/math.Pow10(r.IntN(12)), 'f', -1, 64))
	}
	for _, s := range texts {
		wantInt, err := strconv.ParseInt(s, 10, 64)
		if got, ok := parseInt([]byte(s)); ok != (err == nil) || ok && got != wantInt {
			t.Errorf("parseInt(%q) = %d, %v, want %d, %v", s, got, ok, wantInt, err)
		}
		data := []byte(s + `"}`)
		if got, end := integer(data, 0); end != bad && (err != nil || got != wantInt || end != len(data)) {
			t.Errorf("integer(%q) = %d, %d, want %d, %v", s, got, end, wantInt, err)
		}
		wantUint, err := strconv.ParseUint(s, 10, 64)
		if got, ok := parseUint([]byte(s)); ok != (err == nil) || ok && got != wantUint {
			t.Errorf("parseUint(%q) = %d, %v, want %d, %v", s, got, ok, wantUint, err)
		}
		want, err := strconv.ParseFloat(s, 64)
		got, ok := parseFloat([]byte(s))
		if ok != (err == nil) || ok && math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("parseFloat(%q) = %v, %v, want %v, %v", s, got, ok, want, err)
		}
	}
}

func TestAppendFloat(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	values := []float64{0, math.Copysign(0, -1), 1, -1, 0.1, -0.1, 0.3, 1e9, 1e-9, 123456789.12345, 0.00001, 0.000001, 1e21, 1e-300, math.MaxFloat64, 2.5, 100}
	for range 50_000 {
		f := float64(r.Int64N(1e10)-5e9) / math.Pow10(r.IntN(10))
		values = append(values, f, math.Nextafter(f, 0), math.Nextafter(f, 1e300), r.NormFloat64())
	}
	for _, f := range values {
		if got, want := string(appendFloat(nil, f, 64)), strconv.FormatFloat(f, 'f', -1, 64); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
		f = float64(float32(f))
		if got, want := string(appendFloat(nil, f, 32)), strconv.FormatFloat(f, 'f', -1, 32); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	texts := []string{
		"", "Z", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.1Z",
		"2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.1234567890Z", "2026-01-02T03:04:05,5Z", "2026-01-02T03:04:05+02:00",
		"2026-01-02T03:04:05.5-07:30", "2026-01-02t03:04:05Z", "2026-01-02T03:04:05z", "2026-00-02T03:04:05Z", "2026-13-02T03:04:05Z",
		"2026-01-00T03:04:05Z", "2026-01-32T03:04:05Z", "2026-02-29T03:04:05Z", "2024-02-29T03:04:05Z", "1900-02-29T03:04:05Z", "2000-02-29T03:04:05Z",
		"2026-04-31T03:04:05Z", "2026-04-30T24:04:05Z", "2026-04-30T23:60:05Z", "2026-04-30T23:59:60Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59.999999999Z", "20a6-01-02T03:04:05Z", "2026-a1-02T03:04:05Z", "2026-01-02T3:04:05Z", "-026-01-02T03:04:05Z", "2026-01-02T03:04:05.-1Z",
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		at := time.Unix(r.Int64N(3e11)-6e10, r.Int64N(1e9)/int64(math.Pow10(r.IntN(10)))*int64(math.Pow10(r.IntN(3)))).UTC()
		texts = append(texts, at.Format(time.RFC3339Nano))
	}
	for day := time.Date(0, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() < 10_000; day = day.AddDate(0, 0, 13) {
		texts = append(texts, day.Format(time.RFC3339))
	}
	for _, s := range texts {
		want, err := time.Parse(time.RFC3339, s)
		if out := string(appendRFC3339(nil, want)); out != want.Format(time.RFC3339Nano) {
			t.Errorf("%v became %s", want, out)
		}
		got, ok := parseTime([]byte(s))
		if ok != (err == nil) || ok && !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %v, %v, want %v, %v", s, got, ok, want, err)
		}
	}
}
