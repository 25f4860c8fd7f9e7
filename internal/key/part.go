package key

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Part is one `$<Field:format>` of a template.
type Part struct {
	Field  string // as written: a Go field, dotted when nested
	Format string // what follows the first colon
	Offset int    // of the `$` in the template
	Kind   Kind

	// Lossy: the key does not hold the whole value (case folded, time units dropped). Equality on such a part finds
	// more than the value, and a primary key needs the field in full elsewhere.
	Lossy bool

	end     string   // the literal after the part
	last    bool     // nothing, not even a literal, follows
	width   int      // in bytes, when every value has the same; else 0
	fold    fold     // of text
	choices []string // the only texts a part of variable width may have, as rendered; nil: any
	max     uint64   // of integers
	layout  *layout  // of times
	seconds bool     // times are whole seconds

	verbatim bool // a text that keys hold as it is
}

// newPart makes a part of what the template and the field say.
func newPart(s Seg, resolve func(string) (FieldInfo, error)) (Part, error) {
	p := Part{Field: s.Field, Format: s.Format, Offset: s.Offset}
	info, err := resolve(s.Field)
	if err != nil {
		return p, err
	}
	p.Kind, p.seconds = info.Kind, info.Seconds
	if err := p.setFormat(s.Format); err != nil {
		return p, fmt.Errorf("%s: %w", s.Field, err)
	}
	p.max = largest(info.Kind, info.Bits, p.width)
	switch {
	case p.Kind == Bool:
		p.choices = []string{"false", "true"}
	case p.Kind == Text && len(info.Enum) > 0:
		for _, v := range info.Enum {
			p.choices = append(p.choices, string(p.fold.append(nil, v)))
		}
	}
	return p, nil
}

// setFormat reads the format, which each kind has its own of.
func (p *Part) setFormat(format string) (err error) {
	switch p.Kind {
	case Text:
		p.fold, err = parseFold(format)
		p.Lossy = p.fold != keepCase
	case Int, Uint:
		p.width, err = parsePadding(format)
	case Bool:
		if format != "" {
			err = fmt.Errorf("format %q: bools take none", format)
		}
	case Time:
		p.layout, err = parseLayout(format)
		if err == nil {
			p.width = p.layout.width
			p.Lossy = !p.layout.holds(p.tick())
		}
	}
	return err
}

// maxWidth is the widest zero padding: the digits of a DynamoDB number.
const maxWidth = 38

// parsePadding reads the format of an integer: nothing, or a zero and the width.
func parsePadding(format string) (int, error) {
	if format == "" {
		return 0, nil
	}
	digits, ok := strings.CutPrefix(format, "0")
	width, err := strconv.Atoi(digits)
	if !ok || err != nil || width < 1 || width > maxWidth || strconv.Itoa(width) != digits {
		return 0, fmt.Errorf("format %q is none of an integer; zero padding is a 0 and the width up to %d, as in :020", format, maxWidth)
	}
	return width, nil
}

// largest returns the greatest number that an integer of the given kind, bits (0: 64) and width (0: any) can be.
func largest(kind Kind, bits, width int) uint64 {
	if bits == 0 {
		bits = 64
	}
	if kind == Int {
		bits--
	}
	limit := uint64(math.MaxUint64) >> (64 - bits)
	if width == 0 || width > 19 { // 1e20 is more than a uint64
		return limit
	}
	power := uint64(1)
	for range width {
		power *= 10
	}
	return min(limit, power-1)
}

// tick is the smallest difference of two stored times.
func (p *Part) tick() time.Duration {
	if p.seconds {
		return time.Second
	}
	return time.Nanosecond
}
