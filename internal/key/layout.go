package key

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// defaultLayout renders a time without a format: all of it, in an order that sorts.
const defaultLayout = "2006-01-02T15:04:05.000000000Z"

// layout is a Go time layout of digits of fixed width, in UTC.
type layout struct {
	units []unit
	width int // in bytes
}

// unit is a stretch of a layout: fixed text, then the digits of a unit of time.
type unit struct {
	what   what
	text   string
	digits int
}

type what uint8

const (
	fixedText what = iota
	year
	month
	day
	yearDay
	hour
	minute
	second
	fraction // of a second
)

// layoutWords are the words of Go's layouts, each before its own beginnings. Without a unit or text they are refused:
// they have no fixed width, don't sort, or lose the century.
var layoutWords = []struct {
	word string
	unit unit
}{
	{"2006", unit{what: year, digits: 4}},
	{"01", unit{what: month, digits: 2}},
	{"02", unit{what: day, digits: 2}},
	{"002", unit{what: yearDay, digits: 3}},
	{"15", unit{what: hour, digits: 2}},
	{"04", unit{what: minute, digits: 2}},
	{"05", unit{what: second, digits: 2}},

	// Zones, which in UTC are always the same.
	{"Z070000", unit{text: "Z"}},
	{"Z07:00:00", unit{text: "Z"}},
	{"Z0700", unit{text: "Z"}},
	{"Z07:00", unit{text: "Z"}},
	{"Z07", unit{text: "Z"}},
	{"-070000", unit{text: "+000000"}},
	{"-07:00:00", unit{text: "+00:00:00"}},
	{"-0700", unit{text: "+0000"}},
	{"-07:00", unit{text: "+00:00"}},
	{"-07", unit{text: "+00"}},

	{"_2006", unit{text: "_"}}, // the text "_" and the year; see nextUnit
	{"__2", unit{}},
	{"_2", unit{}},
	{"03", unit{}},
	{"06", unit{}},
	{"1", unit{}},
	{"2", unit{}},
	{"3", unit{}},
	{"4", unit{}},
	{"5", unit{}},
	{"January", unit{}},
	{"Jan", unit{}},
	{"Monday", unit{}},
	{"Mon", unit{}},
	{"MST", unit{}},
	{"PM", unit{}},
	{"pm", unit{}},
}

// usualLayout is the default, which most keys have.
var usualLayout = sync.OnceValues(func() (*layout, error) { return readLayout(defaultLayout) })

// parseLayout reads a layout; "" is the default.
func parseLayout(format string) (*layout, error) {
	if format == "" {
		return usualLayout()
	}
	return readLayout(format)
}

func readLayout(format string) (*layout, error) {
	l := &layout{}
	for rest := format; rest != ""; {
		u, n, err := nextUnit(rest)
		if err != nil {
			return nil, err
		}
		if u.what != fixedText && l.has(u.what) {
			return nil, fmt.Errorf("layout %q has %q twice", format, rest[:n])
		}
		l.units = append(l.units, u)
		l.width += len(u.text) + u.digits
		rest = rest[n:]
	}
	switch {
	case l.timeUnits() == nil:
		return nil, fmt.Errorf("format %q has no unit of time; use a Go layout such as :2006-01-02", format)
	case l.has(yearDay) && (l.has(month) || l.has(day)):
		return nil, fmt.Errorf("layout %q has the day of the year and the month or its day; use one of them", format)
	}
	return l, nil
}

// nextUnit reads the unit that s begins with and returns it and its length in s.
func nextUnit(s string) (unit, int, error) {
	if n, ok := fractionDigits(s); ok {
		if n > 9 || s[1] == '9' {
			return unit{}, 0, fmt.Errorf("layout has %q; a fraction in a key is one to nine zeros, as in .000", s[:n+1])
		}
		return unit{what: fraction, text: s[:1], digits: n}, n + 1, nil
	}
	for _, w := range layoutWords {
		switch {
		case !strings.HasPrefix(s, w.word):
		case w.word == "_2006":
			return unit{text: "_"}, 1, nil
		case w.unit == unit{}:
			return unit{}, 0, fmt.Errorf("layout has %q; the units a key can hold are 2006 01 02 002 15 04 05 .000", w.word)
		default:
			return w.unit, len(w.word), nil
		}
	}
	_, n := utf8.DecodeRuneInString(s)
	return unit{text: s[:n]}, n, nil
}

// fractionDigits returns the number of digits of the fraction of a second that s begins with. As in package time it is
// a "." or "," and zeros or nines that no other digit follows.
func fractionDigits(s string) (int, bool) {
	if len(s) < 2 || (s[0] != '.' && s[0] != ',') || (s[1] != '0' && s[1] != '9') {
		return 0, false
	}
	n := 1 + len(s[1:]) - len(strings.TrimLeft(s[1:], s[1:2]))
	if n < len(s) && '0' <= s[n] && s[n] <= '9' {
		return 0, false
	}
	return n - 1, true
}

func (l *layout) has(w what) bool {
	for _, u := range l.units {
		if u.what == w {
			return true
		}
	}
	return false
}

// timeUnits returns what units there are, in order.
func (l *layout) timeUnits() []what {
	var list []what
	for _, u := range l.units {
		if u.what != fixedText {
			list = append(list, u.what)
		}
	}
	return list
}

// holds reports whether the layout holds all of a time whose smallest unit is tick.
func (l *layout) holds(tick time.Duration) bool {
	for _, w := range []what{year, hour, minute, second} {
		if !l.has(w) {
			return false
		}
	}
	if !l.has(yearDay) && !(l.has(month) && l.has(day)) {
		return false
	}
	if tick >= time.Second {
		return true
	}
	for _, u := range l.units {
		if u.what == fraction {
			return u.digits == 9
		}
	}
	return false
}

// after lists what unit may follow which when a layout sorts.
var after = map[what][]what{
	year:    {month, yearDay},
	month:   {day},
	day:     {hour},
	yearDay: {hour},
	hour:    {minute},
	minute:  {second},
	second:  {fraction},
}

// sorts reports whether texts order as times: units from the year down, none left out.
func (l *layout) sorts() bool {
	list := l.timeUnits()
	for i, w := range list {
		if i == 0 && w != year || i > 0 && !slices.Contains(after[list[i-1]], w) {
			return false
		}
	}
	return true
}

// append renders t, which is in UTC and whose year has four digits.
func (l *layout) append(dst []byte, t time.Time) []byte {
	var values [fraction + 1]int
	y, mon, d := t.Date()
	values[year], values[month], values[day], values[yearDay] = y, int(mon), d, t.YearDay()
	values[hour], values[minute], values[second] = t.Clock()
	for i := range l.units {
		u := &l.units[i]
		dst = append(dst, u.text...)
		n := values[u.what]
		if u.what == fraction {
			n = t.Nanosecond() / power10(9-u.digits)
		}
		dst = appendDigits(dst, n, u.digits)
	}
	return dst
}

// appendDigits appends the last digits of n.
func appendDigits(dst []byte, n, digits int) []byte {
	dst = append(dst, "000000000"[:digits]...)
	for i := len(dst) - 1; digits > 0; digits-- {
		dst[i] = '0' + byte(n%10)
		n /= 10
		i--
	}
	return dst
}

func power10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// parse is the inverse of append. Units that the layout lacks are those of the start of the year 0.
func (l *layout) parse(text string) (time.Time, bool) {
	values := [fraction + 1]int{month: 1, day: 1}
	rest := text
	for _, u := range l.units {
		var ok bool
		if rest, ok = strings.CutPrefix(rest, u.text); !ok || len(rest) < u.digits {
			return time.Time{}, false
		}
		n := 0
		for i := range u.digits {
			c := rest[i] - '0'
			if c > 9 {
				return time.Time{}, false
			}
			n = 10*n + int(c)
		}
		if u.what == fraction {
			n *= power10(9 - u.digits)
		}
		values[u.what] = n
		rest = rest[u.digits:]
	}
	if l.has(yearDay) {
		values[day] = values[yearDay]
	}
	t := time.Date(values[year], time.Month(values[month]), values[day],
		values[hour], values[minute], values[second], values[fraction], time.UTC)
	// Units out of their range have been carried over, which shows when rendered again.
	var buf [64]byte
	return t, rest == "" && string(l.append(buf[:0], t)) == text
}

// bucket numbers the texts of a layout that sorts, in order; a fraction of a second is not counted, as hundreds of years
// of them have no number.
func (l *layout) bucket(t time.Time) int64 {
	units := l.timeUnits()
	switch units[len(units)-1] {
	case year:
		return int64(t.Year())
	case month:
		return 12*int64(t.Year()) + int64(t.Month())
	case day, yearDay:
		return floorDiv(t.Unix(), 24*60*60)
	case hour:
		return floorDiv(t.Unix(), 60*60)
	case minute:
		return floorDiv(t.Unix(), 60)
	}
	return t.Unix()
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
