package codec

import (
	"strconv"
	"strings"
)

// decimal is a number as DynamoDB knows them, ± 0.digits × 10^exp. Zero has no digits, no sign and no exponent.
type decimal struct {
	negative bool
	digits   string // without zeros at either end
	exp      int
}

// parseDecimal parses a number in the forms that DynamoDB takes: 12, -1.50, .5, 1e-3.
func parseDecimal(s string) (d decimal, ok bool) {
	rest := s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		d.negative = rest[0] == '-'
		rest = rest[1:]
	}
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		exp, err := strconv.Atoi(rest[i+1:])
		if err != nil {
			return decimal{}, false
		}
		rest, d.exp = rest[:i], exp
	}
	whole, fraction, _ := strings.Cut(rest, ".")
	if whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return decimal{}, false
	}
	d.exp += len(whole)
	d.digits = strings.TrimLeft(whole+fraction, "0")
	d.exp -= len(whole) + len(fraction) - len(d.digits)
	if d.digits = strings.TrimRight(d.digits, "0"); d.digits == "" {
		return decimal{}, true
	}
	return d, true
}

func (d decimal) String() string {
	if d == (decimal{}) {
		return "0"
	}
	sign := ""
	if d.negative {
		sign = "-"
	}
	return sign + "." + d.digits + "e" + strconv.Itoa(d.exp)
}
