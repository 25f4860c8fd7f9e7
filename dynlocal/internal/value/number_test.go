package value

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
)

const propertyCases = 10_000

const (
	overflow  = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	underflow = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
	precision = "Attempting to store more than 38 significant digits in a Number"
	noNumber  = "The parameter cannot be converted to a numeric value"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want, err string }{
		{in: "0", want: "0"},
		{in: "-0", want: "0"},
		{in: "0.000", want: "0"},
		{in: "0e125", want: "0"},
		{in: "0.000e-130", want: "0"},
		{in: "7", want: "7"},
		{in: "007", want: "7"},
		{in: "+5", want: "5"},
		{in: "-5", want: "-5"},
		{in: "1.10", want: "1.1"},
		{in: "1.", want: "1"},
		{in: ".5", want: "0.5"},
		{in: "-.50", want: "-0.5"},
		{in: "1e3", want: "1000"},
		{in: "1E+3", want: "1000"},
		{in: "1200e-2", want: "12"},
		{in: "123e-10", want: "0.0000000123"},
		{in: "100", want: "100"},
		{in: "100.001", want: "100.001"},
		{in: "999999999999999999", want: "999999999999999999"},
		{in: "9999999999999999999", want: "9999999999999999999"},
		{in: strings.Repeat("9", 38), want: strings.Repeat("9", 38)},
		{in: strings.Repeat("1", 38) + "0", want: strings.Repeat("1", 38) + "0"},
		{in: "0." + strings.Repeat("1", 38), want: "0." + strings.Repeat("1", 38)},
		{in: "1e125", want: "1" + strings.Repeat("0", 125)},
		{in: "-9.99e125", want: "-999" + strings.Repeat("0", 123)},
		{in: "1e-130", want: "0." + strings.Repeat("0", 129) + "1"},
		{in: "0.1e126", want: "1" + strings.Repeat("0", 125)},
		{in: "1e126", err: overflow},
		{in: "-10e125", err: overflow},
		{in: "1" + strings.Repeat("0", 200), err: overflow},
		{in: "1e2147483647", err: overflow},
		{in: "1e-131", err: underflow},
		{in: "0." + strings.Repeat("0", 300) + "1", err: underflow},
		{in: "1e-2147483647", err: underflow},
		{in: strings.Repeat("1", 39), err: precision},
		{in: "1" + strings.Repeat("0", 37) + ".1", err: precision},
		{in: "", err: noNumber + ": "},
		{in: " 5", err: noNumber + ":  5"},
		{in: "5 ", err: noNumber + ": 5 "},
		{in: "a", err: noNumber + ": a"},
		{in: ".", err: noNumber + ": ."},
		{in: "-", err: noNumber + ": -"},
		{in: "--5", err: noNumber + ": --5"},
		{in: "1e", err: noNumber + ": 1e"},
		{in: "1e5.5", err: noNumber + ": 1e5.5"},
		{in: "e5", err: noNumber + ": e5"},
		{in: "1.2.3", err: noNumber + ": 1.2.3"},
		{in: "0x10", err: noNumber + ": 0x10"},
		{in: "1_0", err: noNumber + ": 1_0"},
		{in: "1e1_0", err: noNumber + ": 1e1_0"},
		{in: "NaN", err: noNumber + ": NaN"},
		{in: "Infinity", err: noNumber + ": Infinity"},
		{in: "1E999999999999", err: overflow},
		{in: "1E-999999999999", err: underflow},
		{in: "0e126", err: overflow},
		{in: "-0e-131", err: underflow},
		{in: "1E99999999999999999999", err: noNumber + ": 1E99999999999999999999"},
	}
	for _, tt := range tests {
		v, err := Number(tt.in)
		if got := errText(err); v.Text() != tt.want || got != tt.err {
			t.Errorf("Number(%q) = %q, %q; want %q, %q", tt.in, v.Text(), got, tt.want, tt.err)
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func mustNumber(t *testing.T, text string) Value {
	t.Helper()
	v, err := Number(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAdd(t *testing.T) {
	t.Parallel()
	nines := strings.Repeat("9", 38)
	tests := []struct{ a, b, sum, sumErr, difference, differenceErr string }{
		{a: "1", b: "2", sum: "3", difference: "-1"},
		{a: "5", b: "1.50", sum: "6.5", difference: "3.5"},
		{a: "5", b: "5", sum: "10", difference: "0"},
		{a: "-0.1", b: "0.1", sum: "0", difference: "-0.2"},
		{a: "0", b: "1e125", sum: "1" + strings.Repeat("0", 125), difference: "-1" + strings.Repeat("0", 125)},
		{a: "999999999999999999", b: "999999999999999999", sum: "1999999999999999998", difference: "0"},
		{a: nines, b: "1", sum: "1" + strings.Repeat("0", 38), difference: nines[1:] + "8"},
		{a: nines, b: "0.1", sumErr: precision, differenceErr: precision},
		{a: "1e125", b: "1", sumErr: precision, differenceErr: precision},
		{a: "1e125", b: "9.5e125", sumErr: overflow, difference: "-85" + strings.Repeat("0", 124)},
		{a: "1.5e-129", b: "1e-129", sum: "0." + strings.Repeat("0", 128) + "25", difference: "0." + strings.Repeat("0", 129) + "5"},
		{a: "1.5e-130", b: "1e-130", sum: "0." + strings.Repeat("0", 129) + "25", differenceErr: underflow},
		{a: "1e-130", b: "2e-130", sum: "0." + strings.Repeat("0", 129) + "3", difference: "-0." + strings.Repeat("0", 129) + "1"},
	}
	for _, tt := range tests {
		a, b := mustNumber(t, tt.a), mustNumber(t, tt.b)
		if v, err := Add(a, b); v.Text() != tt.sum || errText(err) != tt.sumErr {
			t.Errorf("%s + %s = %q, %v; want %q, %q", tt.a, tt.b, v.Text(), err, tt.sum, tt.sumErr)
		}
		if v, err := Sub(a, b); v.Text() != tt.difference || errText(err) != tt.differenceErr {
			t.Errorf("%s - %s = %q, %v; want %q, %q", tt.a, tt.b, v.Text(), err, tt.difference, tt.differenceErr)
		}
	}
}

func TestNumberSize(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want int
	}{
		{"0", 1},
		{"1", 2},
		{"10", 2},
		{"12", 2},
		{"123", 3},
		{"-123", 4},
		{"1000", 2},
		{"10203", 4},
		{"1.5", 3},
		{"100.001", 5},
		{"0.5", 2},
		{"0.001", 2},
		{"-0.0123", 4},
		{"1e125", 2},
		{"1e-130", 2},
		{strings.Repeat("9", 38), 20},
	}
	for _, tt := range tests {
		if got := mustNumber(t, tt.in).Size(); got != tt.want {
			t.Errorf("size of %s = %d, want %d", tt.in, got, tt.want)
		}
	}
}

// randomNumber returns text of a number within the limits, written in some unusual way.
func randomNumber(r *rand.Rand) string {
	switch r.IntN(6) {
	case 0:
		return strconv.Itoa(r.IntN(200) - 100)
	case 1:
		return strconv.FormatInt(r.Int64()-r.Int64(), 10)
	}
	var b strings.Builder
	b.WriteString([]string{"", "", "-", "+"}[r.IntN(4)])
	b.WriteString(strings.Repeat("0", r.IntN(3)))
	digits := 1 + r.IntN(38)
	point := r.IntN(digits + 1)
	for i := range digits {
		if i == point {
			b.WriteByte('.')
		}
		b.WriteByte("00123456789"[r.IntN(11)])
	}
	if r.IntN(2) == 0 {
		b.WriteString([]string{"e", "E+", "e-"}[r.IntN(3)] + strconv.Itoa(r.IntN(85)))
	}
	return b.String()
}

func toAPD(t *testing.T, text string) *apd.Decimal {
	t.Helper()
	d, _, err := apd.NewFromString(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestNumberLikeDecimal compares everything about numbers with a decimal library.
func TestNumberLikeDecimal(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	ctx := apd.BaseContext.WithPrecision(1000)
	for range propertyCases {
		x, y := randomNumber(r), randomNumber(r)
		if r.IntN(10) == 0 {
			y = x + "e0"
			if strings.ContainsAny(x, "eE") {
				y = x
			}
		}
		a, b := mustNumber(t, x), mustNumber(t, y)
		dx, dy := toAPD(t, x), toAPD(t, y)
		checkText(t, a, dx)
		want := dx.Cmp(dy)
		if got, ok := Compare(a, b); sign(got) != want || !ok {
			t.Fatalf("Compare(%s, %s) = %d, want %d", x, y, got, want)
		}
		if got := bytes.Compare(AppendKey(nil, a), AppendKey(nil, b)); got != want {
			t.Fatalf("keys of %s and %s compare as %d, want %d", x, y, got, want)
		}
		if (a == b) != (want == 0) {
			t.Fatalf("%s == %s is %t", x, y, a == b)
		}
		var sum, difference apd.Decimal
		if _, err := ctx.Add(&sum, dx, dy); err != nil {
			t.Fatal(err)
		}
		if _, err := ctx.Sub(&difference, dx, dy); err != nil {
			t.Fatal(err)
		}
		v, err := Add(a, b)
		checkResult(t, x+" + "+y, v, err, &sum)
		v, err = Sub(a, b)
		checkResult(t, x+" - "+y, v, err, &difference)
	}
}

func sign(n int) int { return min(1, max(-1, n)) }

// checkText wants v to be d without superfluous zeros and without exponent.
func checkText(t *testing.T, v Value, d *apd.Decimal) {
	t.Helper()
	var reduced apd.Decimal
	reduced.Reduce(d)
	want := reduced.Text('f')
	if d.IsZero() {
		want = "0"
	}
	if v.Text() != want {
		t.Fatalf("%s became %q, want %q", d, v.Text(), want)
	}
	if again := mustNumber(t, v.Text()); again != v {
		t.Fatalf("%q became %q when read again", v.Text(), again.Text())
	}
}

func checkResult(t *testing.T, what string, v Value, err error, want *apd.Decimal) {
	t.Helper()
	var d apd.Decimal
	d.Reduce(want)
	if first := int(d.NumDigits()) - 1 + int(d.Exponent); d.IsZero() || d.NumDigits() <= 38 && -130 <= first && first <= 125 {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		checkText(t, v, want)
	} else if err == nil {
		t.Fatalf("%s = %s, want an error", what, v.Text())
	}
}
