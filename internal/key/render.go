package key

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Append renders the key of vals, one per part, at the end of dst. It refuses what would not parse back. With room in
// dst it does not allocate, except to encode.
func (t *Template) Append(dst []byte, vals []Value) ([]byte, error) {
	if len(vals) != len(t.parts) {
		return dst, fmt.Errorf("template %q has %d parts, not %d", t.src, len(t.parts), len(vals))
	}
	return t.Prefix(dst, vals)
}

// Prefix renders the leading parts given and the literal that follows them, so that equality on them ends at a
// separator. With a value for each part it is the whole key; it is empty when a template begins with a part and none is
// given.
func (t *Template) Prefix(dst []byte, vals []Value) ([]byte, error) {
	if len(vals) > len(t.parts) {
		return dst, fmt.Errorf("template %q has %d parts, not %d", t.src, len(t.parts), len(vals))
	}
	start := len(dst)
	dst = t.Begin(dst)
	for i := range vals {
		var err error
		if dst, err = t.Next(dst, i, &vals[i]); err != nil {
			return dst[:start], err
		}
	}
	return dst, nil
}

// Begin appends what comes before the first part. It and Next, called for each part in order, are Append in steps.
func (t *Template) Begin(dst []byte) []byte { return append(dst, t.lits[0]...) }

// Next appends part i and the literal that follows it.
func (t *Template) Next(dst []byte, i int, v *Value) ([]byte, error) {
	dst, err := t.appendPart(dst, &t.parts[i], v)
	if err != nil {
		return dst, fmt.Errorf("%s %w", t.parts[i].Field, err)
	}
	return append(dst, t.lits[i+1]...), nil
}

// NextText is Next for a text.
func (t *Template) NextText(dst []byte, i int, text string) ([]byte, error) {
	if with := append(dst, text...); utf8.ValidString(text) && t.Verbatim(i, with[len(dst):]) {
		return append(with, t.lits[i+1]...), nil
	}
	v := TextValue(text)
	return t.Next(dst, i, &v)
}

// Verbatim reports whether a text, which is valid UTF-8, is what keys hold for it in part i.
func (t *Template) Verbatim(i int, text []byte) bool {
	p := &t.parts[i]
	return p.verbatim && len(text) > 0 && (p.last || !clashes(text, p.end))
}

// appendPart renders one value, encoded where the row says so, and checks that it can be parsed back. Its errors go on
// after the field's name.
func (t *Template) appendPart(dst []byte, p *Part, v *Value) ([]byte, error) {
	start := len(dst)
	dst, err := p.append(dst, v)
	if err != nil || p.width > 0 {
		return dst, err
	}
	if p.choices != nil && !contains(p.choices, dst[start:]) {
		return dst, fmt.Errorf("%q is not one of %s", string(dst[start:]), strings.Join(p.choices, "|"))
	}
	if t.escape != "" {
		return t.encode(dst, start), nil
	}
	if !p.last && clashes(dst[start:], p.end) {
		return dst, p.clash(string(dst[start:]))
	}
	return dst, nil
}

// clash is the error for a text that can't be told from what ends it.
func (p *Part) clash(text string) error {
	how := "contains"
	if !strings.Contains(text, p.end) {
		how = "runs into"
	}
	return fmt.Errorf("%s %q, which ends it in the template; change the value, or add escape to the row", how, p.end)
}

// append renders one value by its kind and format.
func (p *Part) append(dst []byte, v *Value) ([]byte, error) {
	if v.kind != p.Kind {
		return dst, fmt.Errorf("needs a value of kind %s, not %s", p.Kind, v.kind)
	}
	switch p.Kind {
	case Text:
		return p.appendText(dst, v.s)
	case Int, Uint:
		return p.appendInteger(dst, v)
	case Bool:
		return strconv.AppendBool(dst, v.Bool()), nil
	}
	t := p.time(v)
	if y := t.Year(); y < 0 || y > 9999 {
		return dst, fmt.Errorf("is in the year %d; a key holds the years 0 to 9999", y)
	}
	return p.layout.append(dst, t), nil
}

func (p *Part) appendText(dst []byte, s string) ([]byte, error) {
	if s == "" {
		return dst, errEmpty
	}
	if !utf8.ValidString(s) {
		return dst, errNotUTF8
	}
	return p.fold.append(dst, s), nil
}

func (p *Part) appendInteger(dst []byte, v *Value) ([]byte, error) {
	n, negative := v.n, v.kind == Int && int64(v.n) < 0
	if negative {
		n = -n
	}
	if negative && p.width > 0 {
		return dst, fmt.Errorf("is %d; zero padding is for numbers from 0", int64(v.n))
	}
	switch {
	case negative && n-1 > p.max, !negative && n > p.max:
		return dst, p.tooLarge(v)
	case p.width == 0 && v.kind == Int:
		return strconv.AppendInt(dst, int64(v.n), 10), nil
	case p.width == 0:
		return strconv.AppendUint(dst, n, 10), nil
	}
	for range p.width - decimals(n) {
		dst = append(dst, '0')
	}
	return strconv.AppendUint(dst, n, 10), nil
}

func (p *Part) tooLarge(v *Value) error {
	text := strconv.FormatUint(v.n, 10)
	if v.kind == Int {
		text = strconv.FormatInt(int64(v.n), 10)
	}
	if p.width > 0 && len(text) > p.width {
		return fmt.Errorf("is %s, wider than its %d digits", text, p.width)
	}
	return fmt.Errorf("is %s, which its field can't hold", text)
}

// decimals returns the number of decimal digits of n.
func decimals(n uint64) int {
	d := 1
	for ; n > 9; n /= 10 {
		d++
	}
	return d
}

// time returns the time that storing v and reading it back gives, in UTC.
func (p *Part) time(v *Value) time.Time {
	if p.seconds {
		return time.Unix(v.t.Unix(), 0).UTC()
	}
	return v.t.UTC()
}

func contains(list []string, s []byte) bool {
	for _, x := range list {
		if x == string(s) {
			return true
		}
	}
	return false
}
