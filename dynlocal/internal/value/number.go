package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// The limits of a number: significant digits, and the exponents of the first digit.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// Number returns a value of type N from its text, normalised; the error is a *[ValidationError].
func Number(text string) (Value, error) {
	if isSmallInt(text) {
		return Value{N, text}, nil
	}
	var buf [bufferSize]byte
	d, ok := parseDecimal(buf[:0], text)
	if !ok {
		return Value{}, errNotNumeric(text)
	}
	return d.number()
}

// Int returns a value of type N.
func Int(n int64) Value { return Value{N, strconv.FormatInt(n, 10)} }

func errNotNumeric(text string) error {
	const msg = "The parameter cannot be converted to a numeric value"
	if text == "" {
		return &ValidationError{Message: msg + ": ", Older: msg}
	}
	return &ValidationError{Message: msg + ": " + text}
}

// isSmallInt reports whether text is a normalised integer that fits an int64 with room for a sum.
func isSmallInt(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	if len(digits) == 0 || len(digits) > 18 || digits[0] == '0' && len(text) > 1 {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return true
}

// decimal is ±d.ddd × 10^exp, its digits without leading and trailing zeros; zero has no digits.
type decimal struct {
	neg    bool
	digits []byte
	exp    int
}

// bufferSize is room for the digits of all but unusually written numbers.
const bufferSize = 64

// parseDecimal reads digits with an optional sign, point and exponent. It keeps the digits in buf if they fit.
func parseDecimal(buf []byte, text string) (decimal, bool) {
	var d decimal
	s := text
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.neg, s = s[0] == '-', s[1:]
	}
	whole, fraction, exponent, ok := cutNumber(s)
	if !ok {
		return decimal{}, false
	}
	d.digits = append(append(buf, whole...), fraction...)
	d.exp = len(whole) - 1 + exponent
	if d.trim(); len(d.digits) == 0 {
		d.exp = exponent // zero has the range of all numbers, by the exponent that it is written with
	}
	return d, true
}

// cutNumber splits ddd.ddde±dd into its parts; at least one digit must precede the exponent.
func cutNumber(s string) (whole, fraction string, exponent int, ok bool) {
	whole, s = cutDigits(s)
	if strings.HasPrefix(s, ".") {
		fraction, s = cutDigits(s[1:])
	}
	if whole == "" && fraction == "" {
		return "", "", 0, false
	}
	if s == "" {
		return whole, fraction, 0, true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return "", "", 0, false
	}
	// Beyond 64 bits the service no longer takes the text for a number. Here 32 say enough: all of them are too large.
	e, err := strconv.ParseInt(s[1:], 10, 64)
	return whole, fraction, int(min(max(e, math.MinInt32), math.MaxInt32)), err == nil
}

func cutDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

// trim removes the zeros that do not count.
func (d *decimal) trim() {
	for len(d.digits) > 0 && d.digits[0] == '0' {
		d.digits = d.digits[1:]
		d.exp--
	}
	for n := len(d.digits); n > 0 && d.digits[n-1] == '0'; n-- {
		d.digits = d.digits[:n-1]
	}
	if len(d.digits) == 0 {
		*d = decimal{}
	}
}

// number returns d as a value, or the limit that it breaks.
func (d decimal) number() (Value, error) {
	switch {
	case d.exp > maxExponent:
		return Value{}, errOverflow
	case d.exp < minExponent:
		return Value{}, errUnderflow
	case len(d.digits) == 0:
		return Value{N, "0"}, nil
	case len(d.digits) > maxDigits:
		return Value{}, errPrecision
	}
	return Value{N, d.text()}, nil
}

// text prints d without an exponent.
func (d decimal) text() string {
	var b strings.Builder
	if d.neg {
		b.WriteByte('-')
	}
	whole := d.exp + 1 // digits before the point
	switch {
	case whole <= 0:
		b.WriteString("0.")
		b.WriteString(zeros[:-whole])
		b.Write(d.digits)
	case whole >= len(d.digits):
		b.Write(d.digits)
		b.WriteString(zeros[:whole-len(d.digits)])
	default:
		b.Write(d.digits[:whole])
		b.WriteByte('.')
		b.Write(d.digits[whole:])
	}
	return b.String()
}

var zeros = strings.Repeat("0", max(maxExponent, -minExponent)+1)

// compareNumbers orders two normalised texts. Having no superfluous zeros, whole parts compare by length, then as
// text, and fractions as text.
func compareNumbers(a, b string) int {
	if a == b {
		return 0
	}
	switch negA, negB := a[0] == '-', b[0] == '-'; {
	case negA && negB:
		return compareMagnitudes(b[1:], a[1:])
	case negA:
		return -1
	case negB:
		return 1
	}
	return compareMagnitudes(a, b)
}

func compareMagnitudes(a, b string) int {
	wholeA, fractionA, _ := strings.Cut(a, ".")
	wholeB, fractionB, _ := strings.Cut(b, ".")
	if len(wholeA) != len(wholeB) {
		return len(wholeA) - len(wholeB)
	}
	if c := strings.Compare(wholeA, wholeB); c != 0 {
		return c
	}
	return strings.Compare(fractionA, fractionB)
}

// numberSize counts two digits to the byte on each side of the point, a byte for the exponent and one for a sign.
func numberSize(text string) int {
	n := 1
	if text[0] == '-' {
		n, text = 2, text[1:]
	}
	whole, fraction, ok := strings.Cut(text, ".")
	if !ok {
		whole = strings.TrimRight(whole, "0")
	}
	if whole == "0" {
		whole, fraction = "", strings.TrimLeft(fraction, "0")
	}
	return n + (len(whole)+1)/2 + (len(fraction)+1)/2
}

// Add returns a+b of two numbers; the error is a *[ValidationError] when the sum breaks a limit of numbers.
func Add(a, b Value) (Value, error) { return sum(a.data, b.data, false) }

// Sub returns a-b of two numbers; errors are as for [Add].
func Sub(a, b Value) (Value, error) { return sum(a.data, b.data, true) }

func sum(a, b string, negate bool) (Value, error) {
	if isSmallInt(a) && isSmallInt(b) {
		x, _ := strconv.ParseInt(a, 10, 64)
		y, _ := strconv.ParseInt(b, 10, 64)
		if negate {
			y = -y
		}
		return Int(x + y), nil
	}
	x, _ := parseDecimal(nil, a)
	y, _ := parseDecimal(nil, b)
	if negate {
		y.neg = !y.neg
	}
	return addDecimals(x, y).number()
}

// addDecimals adds exactly: the exponents' range bounds the digits to a few hundred.
func addDecimals(x, y decimal) decimal {
	scale := min(x.scale(), y.scale())
	total := new(big.Int).Add(x.scaled(scale), y.scaled(scale))
	d := decimal{neg: total.Sign() < 0, digits: total.Abs(total).Append(nil, 10)}
	d.exp = scale + len(d.digits) - 1
	d.trim()
	return d
}

// scale returns the exponent of the last digit.
func (d decimal) scale() int {
	if len(d.digits) == 0 {
		return math.MaxInt32
	}
	return d.exp - len(d.digits) + 1
}

// scaled returns d × 10^-scale.
func (d decimal) scaled(scale int) *big.Int {
	n := new(big.Int)
	if len(d.digits) == 0 {
		return n
	}
	n.SetString(string(d.digits)+strings.Repeat("0", d.scale()-scale), 10)
	if d.neg {
		n.Neg(n)
	}
	return n
}
