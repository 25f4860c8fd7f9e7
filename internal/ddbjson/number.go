package ddbjson

import (
	"math"
	"math/bits"
	"strconv"
)

// lookahead is how many bytes numbers and times are read in, several digits at once. What reads them near the end of
// the data reads a copy with zeros behind it.
const lookahead = 40

// integer returns the number at i, of up to 15 digits with or without a minus, and the place behind the quote and the
// brace that follow. The place is bad when it is of another form.
func integer(data []byte, i int) (x int64, end int) {
	if len(data)-i < lookahead {
		var room [2 * lookahead]byte
		copy(room[:], data[i:])
		if x, end = integer(room[:], 0); end != bad {
			end += i
		}
		return x, end
	}
	minus := data[i] == '-'
	if minus {
		i++
	}
	w := load(data, i) ^ '0'*ones
	n := digitCount(w)
	u := eightDigits(w << (64 - 8*n)) // with zeros before them
	if n == 8 {
		w = load(data, i+8) ^ '0'*ones
		k := digitCount(w)
		u = u*powers[k] + eightDigits(w<<(64-8*k))
		n += k
	}
	if n == 0 || n == 16 || !isEnding(data, i+n) {
		return 0, bad
	}
	if x = int64(u); minus {
		x = -x
	}
	return x, i + n + len(`"}`)
}

// shortInteger returns the number whose digits are at i, and how many they are. If they are none or eight, there may be
// more. There must be eight bytes.
func shortInteger(data []byte, i int) (x int64, n int) {
	w := load(data, i) ^ '0'*ones
	n = digitCount(w)
	return int64(eightDigits(w << (64 - 8*n))), n // with zeros before them
}

// decimal is like integer, for up to 8 digits with up to 7 decimals. So many digits are an integer that a float64
// holds, divided by a power of ten that one holds too, so that one division gives the nearest float64.
func decimal(data []byte, i int) (x float64, end int) {
	if len(data)-i < lookahead {
		var room [2 * lookahead]byte
		copy(room[:], data[i:])
		if x, end = decimal(room[:], 0); end != bad {
			end += i
		}
		return x, end
	}
	minus := data[i] == '-'
	if minus {
		i++
	}
	w := load(data, i) ^ '0'*ones
	n := digitCount(w)
	u := eightDigits(w << (64 - 8*n)) // with zeros before them
	end = i + n
	scale := 0
	if data[end] == '.' {
		w = load(data, end+1) ^ '0'*ones
		if scale = digitCount(w); scale == 0 || scale == 8 {
			return 0, bad
		}
		u = u*powers[scale] + eightDigits(w<<(64-8*scale))
		end += 1 + scale
	}
	if n == 0 || !isEnding(data, end) {
		return 0, bad
	}
	if x = float64(int64(u)) / tens[scale]; minus {
		x = -x
	}
	return x, end + len(`"}`)
}

// digitCount returns how many of the bytes of w, from the lowest on, are less than 10.
func digitCount(w uint64) int {
	return bits.TrailingZeros64(((w+(0x80-10)*ones)|w)&highs) >> 3
}

// eightDigits returns the number whose digits are the bytes of w, the lowest first: of pairs, then all at once.
func eightDigits(w uint64) uint64 {
	const pairs = 0x000000ff000000ff
	w = w*10 + w>>8
	return ((w&pairs)*(1000000<<32+100) + (w>>16&pairs)*(10000<<32+1)) >> 32
}

var powers = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

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

// appendInt is strconv.AppendInt(dst, x, 10).
func appendInt(dst []byte, x int64) []byte {
	if x < -maxWritten || x > maxWritten {
		return strconv.AppendInt(dst, x, 10)
	}
	dst = room(dst, numberRoom)
	if x < 0 {
		dst, x = append(dst, '-'), -x
	}
	return dst[:writeNumber(dst[:cap(dst)], len(dst), uint64(x))]
}

const (
	numberRoom = 32                    // is enough for a number to be written eight digits at a time
	maxWritten = 9_999_999_999_999_999 // has sixteen digits
)

// writeNumber writes x, which is not above maxWritten, at b[at:] and returns the place behind it.
func writeNumber(b []byte, at int, x uint64) int {
	if x >= 1e8 {
		at = writeNumber(b, at, x/1e8)
		store(b, at, digitsOf(x%1e8)|'0'*ones)
		return at + 8
	}
	switch {
	case x < 10:
		b[at] = '0' + byte(x)
		return at + 1
	case x < 100:
		store(b, at, twoDigits[x])
		return at + 2
	}
	w := digitsOf(x)
	zeros := bits.TrailingZeros64(w) &^ 7
	store(b, at, (w|'0'*ones)>>zeros)
	return at + 8 - zeros/8
}

// digitsOf is the inverse of eightDigits: all digits at once, from halves to pairs to single ones.
func digitsOf(x uint64) uint64 {
	x = x/10000 | x%10000<<32
	hundreds := x * 10486 >> 20 & 0x0000007f0000007f
	x = hundreds | (x-hundreds*100)<<16
	tens := x * 103 >> 10 & 0x000f000f000f000f
	return tens | (x-tens*10)<<8
}

// appendFloat is strconv.AppendFloat(dst, f, 'f', -1, bits). A number of up to 15 digits that turns into f is the
// shortest that does, but for zeros at its end, and for numbers of few decimals it is found by multiplying.
func appendFloat(dst []byte, f float64, bits int) []byte {
	x := math.Abs(f)
	if bits != 64 || x >= 1e9 || x == 0 && math.Signbit(f) {
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	var whole, decimals uint64 // eight decimals
	if n := int64(x); float64(n) == x {
		whole = uint64(n)
	} else if n := int64(x*1e2 + 0.5); float64(n)/1e2 == x {
		whole, decimals = uint64(n)/1e2, uint64(n)%1e2*1e6
	} else if n := int64(x*1e6 + 0.5); float64(n)/1e6 == x {
		whole, decimals = uint64(n)/1e6, uint64(n)%1e6*1e2
	} else {
		return strconv.AppendFloat(dst, f, 'f', -1, bits)
	}
	dst = room(dst, numberRoom)
	if f < 0 {
		dst = append(dst, '-')
	}
	b := dst[:cap(dst)]
	return b[:writeDecimals(b, writeNumber(b, len(dst), whole), decimals)]
}

// writeDecimals writes the point and eight decimals at b[at:], but for zeros at their end, and returns the place
// behind them.
func writeDecimals(b []byte, at int, decimals uint64) int {
	if decimals == 0 {
		return at
	}
	w := digitsOf(decimals)
	b[at] = '.'
	store(b, at+1, w|'0'*ones)
	return at + 1 + 8 - bits.LeadingZeros64(w)/8
}
