package ddbjson

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestDigits(t *testing.T) {
	t.Parallel()
	check := func(x uint64) {
		w := digitsOf(x)
		var text [8]byte
		store(text[:], 0, w|'0'*ones)
		if n, err := strconv.ParseUint(string(text[:]), 10, 64); err != nil || n != x {
			t.Fatalf("the digits of %d are %q", x, text)
		}
		if got := eightDigits(w); got != x {
			t.Fatalf("%q is %d", text, got)
		}
	}
	for x := range uint64(10_000) { // of each half
		check(x)
		check(x * 10_000)
		check(x*10_000 + 9999)
	}
	for x := uint64(0); x < 1e8; x += 997 {
		check(x)
	}
}

func TestAppendInt(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	values := []int64{0, 9, 10, 99, 100, 99_999_999, 100_000_000, maxWritten, maxWritten + 1, math.MaxInt64, math.MinInt64, math.MinInt64 + 1}
	for range 100_000 {
		values = append(values, r.Int64()>>r.IntN(64))
	}
	for x := int64(1); x < 1e18; x *= 10 {
		values = append(values, x, x-1, x+1)
	}
	for _, x := range values {
		for _, x := range []int64{x, -x} {
			want := strconv.FormatInt(x, 10)
			if got := string(appendInt([]byte{'x'}, x)); got != "x"+want {
				t.Fatalf("%d became %s", x, got)
			}
			got, end := integer([]byte(want+`"}`), 0)
			if len(strings.TrimLeft(want, "-")) < 16 && end != len(want)+2 || end != bad && got != x {
				t.Fatalf("%s is %d, %d", want, got, end)
			}
		}
	}
}

// TestDecimal compares the quick way to read a number with the package strconv, also far from the end of the data.
func TestDecimal(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{"0", "-0", "0.0", "-0.5", "1.", ".5", "-", "", "1.5.2", "1e5", "12345678.1234567", "123456789.5", "1.12345678", "00.50", "0.1234567", "--1", "- 1", "1 "}
	for range 100_000 {
		texts = append(texts, strconv.FormatFloat(r.NormFloat64()*math.Pow10(r.IntN(8)), 'f', r.IntN(8), 64))
	}
	quick := 0
	for _, s := range texts {
		want, err := strconv.ParseFloat(s, 64)
		for _, behind := range []string{"", strings.Repeat(" ", 100), strings.Repeat("9", 100)} {
			got, end := decimal([]byte("9"+s+`"}`+behind), 1)
			if end == bad {
				continue
			}
			quick++
			if err != nil || math.Float64bits(got) != math.Float64bits(want) || end != 1+len(s)+2 {
				t.Fatalf("%q is %v, %d, want %v, %v", s, got, end, want, err)
			}
		}
	}
	if quick < len(texts) {
		t.Errorf("only %d of %d were read", quick, 3*len(texts))
	}
}

// TestEveryDay writes and reads every day of all years that there are.
func TestEveryDay(t *testing.T) {
	t.Parallel()
	day := time.Date(0, 1, 1, 23, 59, 58, 0, time.UTC)
	for n := uint64(0); day.Year() < 10_000; n++ {
		year, month, date := day.Date()
		y, m, d := civil(n)
		if y != uint64(year) || m != uint64(month) || d != uint64(date) {
			t.Fatalf("day %d is %d-%d-%d, want %v", n, y, m, d, day)
		}
		if got := daysSince1970(uint(year), uint(month), uint(date)); got*86400 != day.Unix()-86398 {
			t.Fatalf("%v is day %d", day, got)
		}
		day = day.AddDate(0, 0, 1)
	}
}

func TestAppendTime(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 200_000 {
		nanos := r.Int64N(1e9)
		if unit := int64(math.Pow10(n % 10)); n%20 < 10 {
			nanos = nanos / unit * unit
		} else {
			nanos %= unit
		}
		at := time.Unix(year0+r.Int64N(year10000-year0), nanos).UTC()
		text := appendRFC3339(nil, at)
		if string(text) != at.Format(time.RFC3339Nano) {
			t.Fatalf("%v became %s", at, text)
		}
		if got, end := utc(append(text, `"},"next":{"S":"2026-01-02T03:04:05"}`...), 0); end != len(text) || got != at {
			t.Fatalf("%s is %v, %d", text, got, end)
		}
	}
	for _, seconds := range []int64{year0 - 1, year0, year10000 - 1, year10000} {
		at := time.Unix(seconds, 0)
		for _, at := range []time.Time{at.UTC(), at.In(time.FixedZone("", 3600)), at.In(time.FixedZone("", -3600))} {
			if want := at.Year() >= 0 && at.Year() <= 9999; hasFourDigits(at) != want {
				t.Errorf("%v has four digits: %v", at, !want)
			}
		}
	}
}

// TestMapOrder: the members of maps are in the order of their bytes.
func TestMapOrder(t *testing.T) {
	t.Parallel()
	type item struct {
		Texts  map[string]string
		Ints   map[string]int
		Floats map[string]float64
		Other  map[string]bool
	}
	c := compile[item](t)
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "b", "!", " ", "é", "z", "_", "\"", "\n", "#", "abcdefgh", "\xff"}
	for n := range 20_000 {
		v := item{map[string]string{}, map[string]int{}, map[string]float64{}, map[string]bool{}}
		for range r.IntN(6) * (1 + n%100/99*10) {
			name := "x"
			for range r.IntN(4) {
				name += pieces[r.IntN(len(pieces)-3+min(n%3, 1)*3)]
			}
			if strings.Contains(name, "\xff") && len(v.Ints) > 0 {
				continue // two such names may be written alike
			}
			v.Texts[name], v.Ints[name], v.Floats[name], v.Other[name] = name, r.IntN(100), 1.5, true
		}
		out, err := c.Append(nil, reflect.ValueOf(&v).Elem())
		if err != nil {
			t.Fatal(err)
		}
		for k := range 4 {
			d := Decoder{data: out}
			if members := d.members(t, k); !slices.IsSorted(members) {
				t.Fatalf("%q is not in order, of %s", members, out)
			}
		}
	}
}

// members returns the members of attribute k as they are in the data.
func (d *Decoder) members(t *testing.T, k int) (all []string) {
	end := Members(d.data, 0, func(_ []byte, at int) int {
		if k--; k == -1 {
			for i, more := first(d.data, at+len(`{"M":{`), '}'); more; {
				from := i
				_, i = d.key(i)
				i = skip(d.data, i, 0)
				all = append(all, string(d.data[from:i]))
				i, more = next(d.data, i, '}')
			}
		}
		return skip(d.data, at, 0)
	})
	if end != len(d.data) {
		t.Fatalf("%s ends at %d", d.data, end)
	}
	return all
}
