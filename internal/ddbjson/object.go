package ddbjson

// smallObject is the number of entries up to which decoding an object needs no memory to know what it has seen.
const smallObject = 256

// decode decodes the rest of a JSON object whose brace is before i into the struct at r. It returns the place behind
// the object.
func (o *object) decode(d *Decoder, i int, r ref) int {
	var few [smallObject / 64]uint64
	seen := few[:]
	if len(o.entries) > smallObject {
		seen = make([]uint64, len(o.entries)/64+1)
	}
	if d.depth++; d.depth > maxDepth {
		return bad
	}
	learnt := d.learnt[o.id]
	if learnt == nil {
		learnt = o.newMemory()
		d.learnt[o.id] = learnt
	}
	known := len(o.entries)
	at := known + 1 // before all
	i, more := first(d.data, i, '}')
	for more && i != bad {
		k := int(learnt.follower[at])
		switch {
		case k < known && isAt(d.data, i, o.entries[k].start):
			i = o.entries[k].decode(d, i, r)
		case k > known+1 && isAt(d.data, i, learnt.unknown[k-known-2]):
			i = skip(d.data, i+len(learnt.unknown[k-known-2]), d.depth)
		default:
			if k, i = o.search(d, i, r, learnt); i != bad {
				learnt.follower[at] = uint16(k)
			}
		}
		if i == bad {
			return bad
		}
		if at = k; k < known {
			word, bit := &seen[o.entries[k].bit>>6], uint64(1)<<(o.entries[k].bit&63)
			if *word&bit != 0 {
				return bad // which one counts is for the SDK to say
			}
			*word |= bit
		}
		i, more = next(d.data, i, '}')
	}
	d.depth--
	return i
}

// memory is what a decoder has learnt of an object's attributes. They are numbered: the entries, then len(entries) for
// any that is not known, one more for what is before the first, and then those of unknown.
type memory struct {
	follower []uint16 // what came after each
	unknown  []string // `"name":` of attributes that are no entries
}

const maxUnknown = 64

// newMemory expects the attributes in the order of the fields, after unknown ones too.
func (o *object) newMemory() *memory {
	n := len(o.entries)
	m := &memory{follower: make([]uint16, n+2)}
	for k := range n {
		m.follower[k] = uint16((k + 1) % n)
	}
	return m
}

// number returns the number of an attribute that is no entry, given as it is in the data with the colon.
func (m *memory) number(key []byte) int {
	before := len(m.follower) - len(m.unknown)
	for i, u := range m.unknown {
		if u == string(key) {
			return before + i
		}
	}
	if len(m.unknown) == maxUnknown {
		return before - 2
	}
	m.unknown = append(m.unknown, string(key))
	m.follower = append(m.follower, 0)
	return len(m.follower) - 1
}

// decode decodes an attribute whose name and value begin at i as expected. The plain forms of the commonest types are
// dealt with here, without the calls that nodes make of each other.
func (e *entry) decode(d *Decoder, i int, r ref) int {
	start := i + e.value
	i += len(e.start)
	end := bad
	switch e.op {
	case opString:
		if text, j := ending(d.data, i); j != bad {
			setString(e.place.make(r), d.arena.text(text))
			end = j
		}
	case opInt:
		if x, j := integer(d.data, i); j != bad && setInt(e.place.make(r), e.node.kind, x) {
			end = j
		}
	case opTime:
		if text, j := ending(d.data, i); j != bad && e.node.tag == tagS {
			if t, ok := parseUTC(text); ok {
				setTime(e.place.make(r), t)
				end = j
			}
		}
	case opBool:
		if b, j := word(d.data, i); j < len(d.data) && j != bad && d.data[j] == '}' {
			setBool(e.place.make(r), b)
			end = j + 1
		}
	case opSkip:
		end = skip(d.data, i, d.depth)
	}
	if end == bad {
		if e.op == opSkip {
			return bad
		}
		end = e.node.rest(d, i, e.place.make(r))
	}
	if e.extra >= 0 && end != bad {
		d.extras[e.extra] = span{start, end}
	}
	return end
}

// search decodes the attribute at i, which is not the one expected. It returns its number.
func (o *object) search(d *Decoder, i int, r ref, learnt *memory) (k, end int) {
	if i >= len(d.data) || d.data[i] != '"' {
		return 0, bad
	}
	from := i
	name, i := d.text(i + 1)
	if i == bad {
		return 0, bad
	}
	k = o.find(name)
	if i = token(d.data, i, ':'); i == bad {
		return 0, bad
	}
	if k == len(o.entries) {
		if i-from < maxName { // longer ones would take memory that stays
			k = learnt.number(d.data[from:i])
		}
		return k, skip(d.data, i, d.depth)
	}
	e := &o.entries[k]
	recorded := e.extra >= 0 && e.name == string(name)
	if e.op == opSkip {
		end = skip(d.data, i, d.depth)
	} else {
		end = e.node.value(d, i, e.place.make(r))
	}
	if recorded && end != bad {
		d.extras[e.extra] = span{i, end}
	}
	return k, end
}
