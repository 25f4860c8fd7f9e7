package ddbjson

import "bytes"

// Text returns the text of a value of type S, such as one that [Decoder.Extra] returned. ok is false when it is of
// another type. The text may be part of raw.
func Text(raw []byte) (text []byte, ok bool) { return textOf(raw, tagS) }

// Number is [Text] for type N.
func Number(raw []byte) (text []byte, ok bool) { return textOf(raw, tagN) }

func textOf(raw []byte, want tag) ([]byte, bool) {
	t, i := open(raw, 0)
	if t != want || i == bad {
		return nil, false
	}
	if end := plainEnd(raw, i); end < len(raw) && raw[end] == '"' {
		return raw[i:end], true
	}
	end := skipText(raw, i)
	if end == bad {
		return nil, false
	}
	return unescape(nil, raw[i:end-1]), true
}

// Finder guesses what one attribute of an item is before the item is decoded, so that items of several types can each
// be decoded into their own. It looks for the attribute's name as it is commonly written, and does not see where the
// item ends or maps in it begin: what it says must be compared with what the [Decoder] has recorded.
type Finder struct {
	start []byte // of the attribute, up to its text
	found int    // last place where it was, len(data) if there is none from there on
}

// NewFinder returns a finder for the attribute with this name, which is of type S.
func NewFinder(name string) *Finder {
	return &Finder{start: append(appendKey(nil, name), opening[tagS]...)[1:], found: -1}
}

// Reset must be called before data that is not the same as in the last call of Guess.
func (f *Finder) Reset() { f.found = -1 }

// Guess returns the text that the attribute seems to have in the item at data[at:], nil for none. All items together
// cost one pass over data.
func (f *Finder) Guess(data []byte, at int) []byte {
	if f.found < at {
		f.found = len(data)
		if i := bytes.Index(data[at:], f.start); i >= 0 {
			f.found = at + i
		}
	}
	if f.found == len(data) {
		return nil
	}
	from := f.found + len(f.start)
	return data[from:plainEnd(data, from)]
}
