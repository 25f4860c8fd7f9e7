package ddbjson

import "time"

// parseTime is time.Parse(time.RFC3339, string(b)).
func parseTime(b []byte) (time.Time, bool) {
	if t, ok := parseUTC(b); ok {
		return t, true
	}
	t, err := time.Parse(time.RFC3339, string(b))
	return t, err == nil
}

// parseUTC parses the common form, 2006-01-02T15:04:05[.999999999]Z.
func parseUTC(b []byte) (time.Time, bool) {
	const whole = len("2006-01-02T15:04:05")
	if len(b) <= whole || len(b) > whole+len(".999999999Z") || b[len(b)-1] != 'Z' ||
		b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return time.Time{}, false
	}
	century, year := two(b, 0), two(b, 2)
	month, day := two(b, 5), two(b, 8)
	hour, minute, second := two(b, 11), two(b, 14), two(b, 17)
	if century|year >= noNumber || month-1 > 11 || day-1 > 30 || day > 28 && !inMonth(century*100+year, month, day) ||
		hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	nanos, ok := fraction(b[whole : len(b)-1])
	if !ok {
		return time.Time{}, false
	}
	days := daysSince1970(int64(century*100+year), int64(month), int64(day))
	seconds := days*86400 + int64(hour*3600+minute*60+second)
	return time.Unix(seconds, nanos).UTC(), true
}

const noNumber = 1 << 16

// two returns the number that the two digits at i stand for, noNumber if they are none.
func two(b []byte, i int) uint {
	hi, lo := uint(b[i]-'0'), uint(b[i+1]-'0')
	if hi > 9 || lo > 9 {
		return noNumber
	}
	return hi*10 + lo
}

// fraction returns the nanoseconds that .9 to .999999999 stand for, 0 for nothing.
func fraction(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, true
	}
	n, ok := parseDigits(b[1:])
	if b[0] != '.' || !ok {
		return 0, false
	}
	for range 10 - len(b) {
		n *= 10
	}
	return int64(n), true
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
func daysSince1970(year, month, day int64) int64 {
	if month <= 2 {
		year, month = year-1, month+12
	}
	era := year / 400
	if year < 0 {
		era = -1 // only year -1, from January of year 0
	}
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return era*146097 + dayOfEra - 719468
}

// appendRFC3339 is t.AppendFormat(dst, time.RFC3339Nano) for years 0 to 9999.
func appendRFC3339(dst []byte, t time.Time) []byte {
	if t.Location() != time.UTC {
		return t.AppendFormat(dst, time.RFC3339Nano)
	}
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = append(dst,
		digit(year/1000), digit(year/100), digit(year/10), digit(year), '-', digit(int(month)/10), digit(int(month)), '-', digit(day/10), digit(day), 'T',
		digit(hour/10), digit(hour), ':', digit(minute/10), digit(minute), ':', digit(second/10), digit(second),
	)
	if nanos := t.Nanosecond(); nanos > 0 {
		dst = append(dst, '.')
		for unit := 100_000_000; nanos > 0; unit /= 10 {
			dst = append(dst, digit(nanos/unit))
			nanos %= unit
		}
	}
	return append(dst, 'Z')
}

// digit returns the last digit of n.
func digit(n int) byte { return byte('0' + n%10) }
