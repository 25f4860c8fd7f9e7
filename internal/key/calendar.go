package key

import "time"

// calendar accepts the texts of a time layout, dates that do not exist excepted.
type calendar struct {
	places  []place
	layout  *layout
	seconds bool
}

// place is one character of a layout: fixed, or digit number index of a unit.
type place struct {
	fixed rune
	unit  unit
	index int
}

// date is what a state of a calendar knows: how far it is, the number it is in, and what it needs of the date so far to
// tell whether it exists.
type date struct {
	at      int
	partial int // below 128
	leap    int // of the year: unknown, common or leap
	month   int // month and day are cleared once they are known to exist; February 29 waits for the year
	day     int
}

const (
	unknownYear = iota
	commonYear
	leapYear
)

func newCalendar(l *layout, seconds bool) *calendar {
	c := &calendar{layout: l, seconds: seconds}
	for _, u := range l.units {
		for _, r := range u.text {
			c.places = append(c.places, place{fixed: r})
		}
		for i := range u.digits {
			c.places = append(c.places, place{unit: u, index: i})
		}
	}
	return c
}

func (d date) pack() int {
	return (((d.at*128+d.partial)*3+d.leap)*13+d.month)*32 + d.day
}

func unpack(state int) date {
	d := date{day: state % 32}
	state /= 32
	d.month = state % 13
	state /= 13
	d.leap = state % 3
	state /= 3
	d.partial, d.at = state%128, state/128
	return d
}

func (c *calendar) step(state int, r rune) int {
	d := unpack(state)
	p := &c.places[d.at]
	d.at++
	switch {
	case p.unit.digits == 0 && r == p.fixed:
		return d.pack()
	case p.unit.digits == 0 || !isDigit(r):
		return -1
	}
	d.partial = 10*d.partial + int(r-'0')
	switch {
	case p.unit.what == fraction:
		if c.seconds && r != '0' {
			return -1
		}
		d.partial = 0
		return d.pack()
	case p.unit.what == year:
		// Leap years repeat every 400 years; of the first digits counts what 400 leaves of them.
		d.partial %= [...]int{2, 4, 40, 400}[p.index]
	}
	if p.index == p.unit.digits-1 && !c.complete(&d, p.unit.what) {
		return -1
	}
	return d.pack()
}

// complete takes the number that has been read as the unit w and reports whether the date may still exist.
func (c *calendar) complete(d *date, w what) bool {
	n := d.partial
	d.partial = 0
	low, high := 0, 59
	switch w {
	case year:
		high = 399
		d.leap = commonYear
		if n%4 == 0 && (n%100 != 0 || n == 0) {
			d.leap = leapYear
		}
	case month:
		low, high = 1, 12
		d.month = n
	case day:
		low, high = 1, 31
		d.day = n
	case yearDay:
		low, high = 1, 366
		if n == 366 {
			d.month, d.day = 2, 29
		}
	case hour:
		high = 23
	}
	return n >= low && n <= high && c.settle(d)
}

// settle checks the date as far as it is known and forgets what no longer matters.
func (c *calendar) settle(d *date) bool {
	l := c.layout
	hasDay := l.has(day) && l.has(month) || l.has(yearDay)
	switch {
	case !hasDay:
		d.leap, d.month, d.day = 0, 0, 0
	case d.month == 0 || d.day == 0:
	case d.month == 2 && d.day == 29 && l.has(year):
		if d.leap == commonYear {
			return false
		}
		if d.leap == leapYear {
			d.leap, d.month, d.day = 0, 0, 0
		}
	case d.day > time.Date(0, time.Month(d.month)+1, 0, 0, 0, 0, 0, time.UTC).Day():
		return false
	default:
		d.leap, d.month, d.day = 0, 0, 0
	}
	return true
}

func (c *calendar) accepts(state int) bool {
	d := unpack(state)
	return d.at == len(c.places)
}

func (c *calendar) special(set map[rune]bool) {
	addDigits(set)
	for _, p := range c.places {
		if p.unit.digits == 0 {
			set[p.fixed] = true
		}
	}
}
