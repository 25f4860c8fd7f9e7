package key

import "strings"

// Contains reports whether the range selects key k.
func Contains[K string | []byte](r Range, k K) bool {
	switch {
	case r.Empty:
		return false
	case r.Prefix != "":
		return len(k) >= len(r.Prefix) && string(k[:len(r.Prefix)]) == r.Prefix
	}
	return string(k) >= r.Lower && (r.Upper == "" || string(k) <= r.Upper)
}

// Hull returns the least range that selects whatever r or o does.
func (r Range) Hull(o Range) Range {
	switch {
	case r.Empty || r == o:
		return o
	case o.Empty:
		return r
	case r.Prefix != "" && strings.HasPrefix(o.Prefix, r.Prefix):
		return r
	case o.Prefix != "" && strings.HasPrefix(r.Prefix, o.Prefix):
		return o
	}
	rl, ru := r.bounds()
	ol, ou := o.bounds()
	h := Range{Lower: min(rl, ol), Upper: max(ru, ou)}
	if ru == "" || ou == "" {
		h.Upper = ""
	}
	return h
}

// bounds returns the range's least and greatest keys, "" for none. The upper
// one of a prefix is the least key past it.
func (r Range) bounds() (lower, upper string) {
	if r.Prefix != "" {
		return r.Prefix, next(r.Prefix)
	}
	return r.Lower, r.Upper
}

// After returns a range that selects the keys of r from k on, in descending
// order those up to k.
func (r Range) After(k string, descending bool) Range {
	lower, upper := r.bounds()
	if descending {
		upper = k
	} else {
		lower = k
	}
	if r.Empty || lower != "" && upper != "" && lower > upper {
		return Range{Empty: true}
	}
	return Range{Lower: lower, Upper: upper}
}

// Within returns the range with prefix before every key.
func (r Range) Within(prefix string) Range {
	if prefix == "" || r.Empty {
		return r
	}
	lower, upper := r.bounds()
	if r.Prefix != "" || lower == "" && upper == "" {
		return Range{Prefix: prefix + r.Prefix, Residual: r.Residual}
	}
	out := Range{Lower: prefix + lower, Upper: prefix + upper, Residual: r.Residual}
	if upper == "" {
		out.Upper = next(prefix)
	}
	return out
}
