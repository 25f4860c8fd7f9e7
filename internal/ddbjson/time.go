package ddbjson

import (
	"encoding/binary"
	"math"
	"math/bits"
	"time"
)

// parseTime is time.Parse(time.RFC3339, string(b)).
func parseTime(b []byte) (time.Time, bool) {
	if t, end := utc(b, 0); end == len(b) {
		return t, true
	}
	t, err := time.Parse(time.RFC3339, string(b))
	return t, err == nil
}

// utc reads a time in the common form, 2006-01-02T15:04:05[.999999999]Z, and returns the place behind it.
func utc(data []byte, i int) (t time.Time, end int) {
	if len(data)-i < lookahead {
		var room [2 * lookahead]byte
		copy(room[:], data[i:])
		if t, end = utc(room[:], 0); end != bad {
			end += i
		}
		return t, end
	}
	date, dateOK := datePairs.read(load(data, i))
	rest, restOK := dayPairs.read(load(data, i+8))
	clock, clockOK := clockPairs.read(load(data, i+11))
	if !dateOK || !restOK || !clockOK {
		return t, bad
	}
	year, month, day := uint(date&0xff)*100+uint(date>>16&0xff), uint(date>>40&0xff), uint(rest&0xff)
	hour, minute, second := uint(clock&0xff), uint(clock>>24&0xff), uint(clock>>48&0xff)
	if month-1 > 11 || day-1 > 30 || day > 28 && !inMonth(year, month, day) || hour > 23 || minute > 59 || second > 59 {
		return t, bad
	}
	end = i + len("2006-01-02T15:04:05")
	nanos := uint64(0)
	if data[end] == '.' {
		w := load(data, end+1) ^ '0'*ones
		n := digitCount(w)
		nanos = eightDigits(w << (64 - 8*n))
		if ninth := data[end+9] - '0'; n == 8 && ninth < 10 {
			n, nanos = 9, nanos*10+uint64(ninth)
		}
		if n == 0 {
			return t, bad
		}
		nanos *= powers[9-n]
		end += 1 + n
	}
	if data[end] != 'Z' {
		return t, bad
	}
	seconds := daysSince1970(year, month, day)*86400 + int64(hour*3600+minute*60+second)
	return time.Unix(seconds, int64(nanos)).UTC(), end + 1
}

// pairs is a form of eight bytes, of pairs of digits and of what is between them.
type pairs struct {
	form uint64
	over uint64 // by byte, what makes any difference to the form overflow to the byte's high bit
}

var (
	datePairs  = newPairs("0000-00-")
	dayPairs   = newPairs("00T00:00")
	clockPairs = newPairs("00:00:00")
)

// newPairs returns the form of a text in which 0 stands for any digit.
func newPairs(text string) pairs {
	var over [8]byte
	for i := range over {
		if over[i] = 0x80 - 1; text[i] == '0' {
			over[i] = 0x80 - 10
		}
	}
	return pairs{binary.LittleEndian.Uint64([]byte(text)), binary.LittleEndian.Uint64(over[:])}
}

// read returns the numbers that the pairs in w stand for, each in the byte of its first digit.
func (p *pairs) read(w uint64) (numbers uint64, ok bool) {
	w ^= p.form
	return w*10 + w>>8, ((w+p.over)|w)&highs == 0
}

func inMonth(year, month, day uint) bool {
	switch month {
	case 2:
		leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
		return day <= 28 || day == 29 && leap
	case 4, 6, 9, 11:
		return day <= 30
	default:
		return day <= 31
	}
}

// daysSince1970 counts days in the Gregorian calendar. Years begin in March here, so that the leap day is the last.
func daysSince1970(year, month, day uint) int64 {
	year += 400 // for January of year 0 not to be in a negative one
	if month <= 2 {
		year--
	}
	return int64(year*365+year/4-year/100+year/400+monthDays[month]+day) - (719468 + 1 + 146097)
}

// monthDays is how many days are before each month in a year that begins in March.
var monthDays = [13]uint{3: 0, 4: 31, 5: 61, 6: 92, 7: 122, 8: 153, 9: 184, 10: 214, 11: 245, 12: 275, 1: 306, 2: 337}

// hasFourDigits tells whether t's year is one of those that RFC 3339 has, 0 to 9999.
func hasFourDigits(t time.Time) bool {
	if t.Location() == time.UTC {
		return t.Unix() >= year0 && t.Unix() < year10000
	}
	y := t.Year()
	return y >= 0 && y <= 9999
}

// When years begin, in seconds since 1970.
const (
	year0     = -62167219200
	year10000 = 253402300800
)

// appendRFC3339 is t.AppendFormat(dst, time.RFC3339Nano) for years 0 to 9999.
func appendRFC3339(dst []byte, t time.Time) []byte {
	if t.Location() != time.UTC {
		return t.AppendFormat(dst, time.RFC3339Nano)
	}
	dst = room(dst, lookahead)
	seconds := uint64(t.Unix() - year0)
	days, second := seconds/86400, seconds%86400
	year, month, day := civil(days)
	b, at := dst[:cap(dst)], len(dst)
	store(b, at, twoDigits[year/100]|twoDigits[year%100]<<16|'-'<<32|twoDigits[month]<<40|'-'<<56)
	store(b, at+8, twoDigits[day]|'T'<<16|twoDigits[second/3600]<<24|':'<<40|twoDigits[second/60%60]<<48)
	store(b, at+16, ':'|twoDigits[second%60]<<8|'.'<<24)
	at += len("2006-01-02T15:04:05")
	if nanos := uint64(t.Nanosecond()); nanos > 0 {
		w, ninth := digitsOf(nanos/10), byte(nanos%10)
		store(b, at+1, w|'0'*ones)
		b[at+9] = '0' + ninth
		if at += 10; ninth == 0 {
			at -= 1 + bits.LeadingZeros64(w)/8
		}
	}
	b[at] = 'Z'
	return b[:at+1]
}

// civil is the inverse of daysSince1970, for days since the first of January of year 0. It is the algorithm of Neri and
// Schneider (Euclidean affine functions and their application to calendar algorithms, 2022).
func civil(days uint64) (year, month, day uint64) {
	days += 146097 - 60 // since March of year -400
	century, rest := (4*days+3)/146097, (4*days+3)%146097/4
	product := 2939745 * (4*rest + 3)
	dayOfYear := product & math.MaxUint32 / 2939745 / 4
	year = century*100 + product>>32 - 400
	scaled := 2141*dayOfYear + 197913
	month, day = scaled>>16, scaled&math.MaxUint16/2141+1
	if dayOfYear >= 306 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// twoDigits are the digits of numbers, the first in the lowest byte.
var twoDigits = func() (t [100]uint64) {
	for n := range t {
		t[n] = uint64('0'+n/10) | uint64('0'+n%10)<<8
	}
	return t
}()
