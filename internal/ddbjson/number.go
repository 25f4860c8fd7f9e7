package ddbjson

import (
	"math"
	"strconv"
)

// parseInt is strconv.ParseInt(string(b), 10, 64).
func parseInt(b []byte) (int64, bool) {
	digits := b
	if len(b) > 0 && b[0] == '-' {
		digits = b[1:]
	}
	n, ok := parseDigits(digits)
	if !ok {
		n, err := strconv.ParseInt(string(b), 10, 64)
		return n, err == nil
	}
	if len(digits) < len(b) {
		return -int64(n), true
	}
	return int64(n), true
}

// parseUint is strconv.ParseUint(string(b), 10, 64).
func parseUint(b []byte) (uint64, bool) {
	n, ok := parseDigits(b)
	if !ok {
		n, err := strconv.ParseUint(string(b), 10, 64)
		return n, err == nil
	}
	return n, true
}

// parseDigits parses up to 18 digits, which cannot overflow.
func parseDigits(b []byte) (n uint64, ok bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	for _, c := range b {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	return n, true
}

// parseFloat is strconv.ParseFloat(string(b), 64). A number of up to 15 digits is an integer that a float64 holds,
// divided by a power of ten that one holds too, so that one division gives the nearest float64.
func parseFloat(b []byte) (float64, bool) {
	digits := b
	if len(b) > 0 && b[0] == '-' {
		digits = b[1:]
	}
	n, scale, point := uint64(0), 0, false
	for i, c := range digits {
		switch {
		case c >= '0' && c <= '9':
			n = n*10 + uint64(c-'0')
			if point {
				scale++
			}
		case c == '.' && !point && i > 0 && i+1 < len(digits):
			point = true
		default:
			return slowFloat(b)
		}
	}
	if len(digits) == 0 || len(digits) > 16 || len(digits) == 16 && !point {
		return slowFloat(b)
	}
	f := float64(n) / tens[scale]
	if len(digits) < len(b) {
		f = -f
	}
	return f, true
}

func slowFloat(b []byte) (float64, bool) {
	f, err := strconv.ParseFloat(string(b), 64)
	return f, err == nil
}

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16}

// appendFloat is strconv.AppendFloat(dst, f, 'f', -1, bits). A number of up to 15 digits that turns into f is the
// shortest that does, and for numbers of few decimals it is found by multiplying.
func appendFloat(dst []byte, f float64, bits int) []byte {
	if bits == 64 && math.Abs(f) < 1e9 {
		scaled := f
		for decimals := range 6 {
			n := int64(scaled + math.Copysign(0.5, f))
			if float64(n)/tens[decimals] == f && (n != 0 || !math.Signbit(f)) {
				return appendDecimal(dst, n, decimals)
			}
			scaled = f * tens[decimals+1]
		}
	}
	return strconv.AppendFloat(dst, f, 'f', -1, bits)
}

// appendDecimal appends n / 10^decimals, where the last decimal is not zero.
func appendDecimal(dst []byte, n int64, decimals int) []byte {
	if n < 0 {
		dst, n = append(dst, '-'), -n
	}
	unit := int64(tens[decimals])
	dst = strconv.AppendInt(dst, n/unit, 10)
	if decimals == 0 {
		return dst
	}
	dst = append(dst, '.')
	rest := n % unit
	for unit /= 10; rest < unit && unit > 1; unit /= 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, rest, 10)
}
