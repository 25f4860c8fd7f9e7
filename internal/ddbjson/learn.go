package ddbjson

// memory is what a decoder has learnt of an object's attributes. They are numbered: the entries, then len(entries) for
// any that is not known, one more for what is before the first, and then those of unknown.
type memory struct {
	follower []uint16 // what came after each
	unknown  []string // `"name":` of attributes that are no entries
	columns  []column // by entry
}

const maxUnknown = 64

// learnt returns what d has learnt of o. It expects the attributes in the order of the fields, after unknown ones too.
func (d *Decoder) learn(o *object) *memory {
	if m := d.learnt[o.id]; m != nil {
		return m
	}
	n := len(o.entries)
	m := &memory{follower: make([]uint16, n+2), columns: make([]column, n)}
	for k := range n {
		m.follower[k] = uint16((k + 1) % n)
	}
	d.learnt[o.id] = m
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

// column is what a decoder has learnt of the texts of one attribute, or at one place in a list. Many are the same item after item: the partition
// key, the entity, a status. Such a text is met by one comparison, and all items share one string, which is not from
// the arena, for it stays.
type column struct {
	usual string // text that came twice in a row, "" for none; of what is skipped, the whole value
	last  span   // of another text, the last that was looked at
}

const maxUsual = 128

// isUsual tells whether the usual text is at data[i:], with a quote behind it.
func (c *column) isUsual(data []byte, i int) bool {
	return c.usual != "" && isAt(data, i, c.usual) && data[i+len(c.usual)] == '"'
}

// met takes notice of a text that is not the usual one, now and then.
func (c *column) met(d *Decoder, text span) {
	if d.learning {
		c.look(d, text)
	}
}

// look compares a text with the last one. That may have been in other data: then it is compared with something else,
// which does not matter, for all that counts is whether texts will come again.
func (c *column) look(d *Decoder, text span) {
	last := c.last
	if c.last = text; last.end > len(d.data) || text.end-text.start > maxUsual || text.start == text.end {
		return
	}
	if b := d.data[text.start:text.end]; string(b) == string(d.data[last.start:last.end]) {
		c.usual = d.names.text(b)
	}
}

// skip returns the place behind a value at i that is the usual one, or of a common form. It is bad for others.
func (c *column) skip(d *Decoder, i int) int {
	if c.usual != "" && isAt(d.data, i, c.usual) {
		return i + len(c.usual)
	}
	end := plainValue(d.data, i)
	if end != bad {
		c.met(d, span{i, end})
	}
	return end
}

// Texts are compared in the first two of so many items.
const learningPeriod = 8
