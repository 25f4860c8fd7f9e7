package dyn

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// packer writes the items of an entity as JSON: the attributes of fields, then
// those that givens makes.
type packer struct {
	fields *ddbjson.Writer // of the fields that givens has nothing for
	table  []given         // the keys of the table
	index  []given         // those of the indexes that are not the table's
	marks  []byte          // entity and version
	holds  bool            // a field holds a key of the table
	usual  atomic.Int64    // the size of an item, of the last few
}

// given is an attribute that is a key, of one index or several.
type given struct {
	head string // the attribute's name as JSON, and what a text begins with
	of   []keyIn
}

// keyIn is a key of an index, nil for the table.
type keyIn struct {
	*keyAttr
	ix    *index
	plain string // the head of a plain key and what is before its first part, else ""
}

const (
	textHead = `{"S":"`
	textEnd  = `"}`
)

func (e *entity) newPacker() *packer {
	p := &packer{}
	var names []string
	add := func(list []given, k keyIn) []given {
		head := string(append(ddbjson.AppendText([]byte{','}, k.name), ":"+textHead...))
		if k.isPlain() {
			k.plain = head + k.prefix + k.tmpl.Literal(0)
		}
		i := slices.Index(names, k.name)
		if i < 0 {
			names = append(names, k.name)
			return append(list, given{head, []keyIn{k}})
		}
		if i -= len(p.table); i >= 0 {
			list[i].of = append(list[i].of, k)
		}
		return list
	}
	for _, k := range e.primary().keys() {
		p.table = add(p.table, keyIn{keyAttr: k})
		p.holds = p.holds || k.holder != nil
	}
	for _, ix := range e.indexes[1:] {
		for _, k := range ix.keys() {
			p.index = add(p.index, keyIn{keyAttr: k, ix: ix})
		}
	}
	if e.marked() {
		for _, a := range e.marks {
			names = append(names, a.Name)
			p.marks = append(ddbjson.AppendText(append(p.marks, ','), a.Name), ':')
			p.marks, _ = ddbjson.AppendValue(p.marks, a.Value) // a text and a number
		}
	}
	p.fields = e.codec(e.m.plan, &e.primary().told).Writer(names...)
	return p
}

// isPlain reports whether all parts of the key are fields that are strings, and
// its literals are the same in JSON.
func (k *keyAttr) isPlain() bool {
	if k.tmpl == nil || slices.ContainsFunc(k.parts, func(p *part) bool { return p.plain < 0 }) {
		return false
	}
	for i := range len(k.parts) + 1 {
		if !ddbjson.IsPlain(k.prefix + k.tmpl.Literal(i)) {
			return false
		}
	}
	return true
}

// holds reports whether fields hold keys.
func (e *entity) holds() bool {
	return slices.ContainsFunc(e.indexes, func(ix *index) bool {
		return slices.ContainsFunc(ix.keys(), func(k *keyAttr) bool { return k.holder != nil })
	})
}

// pack is encode to JSON, in the memory of m; id is the identity of the item, if
// m wants it. It sets the fields that hold keys. When ok is false, as for large
// items, encode has to go by way of attribute values, and says what is wrong if
// anything is.
func (p *packer) pack(m *room, item reflect.Value) (json, id []byte, ok bool) {
	usual := p.usual.Load()
	dst := m.begin(int(usual))
	start := len(dst)
	if dst, ok = p.fields.Append(dst, item); !ok {
		return nil, nil, false
	}
	var buf [128]byte
	dst, key, ok := p.appendTableKey(dst, buf[:0], item)
	if !ok {
		return nil, nil, false
	}
	if p.holds {
		p.holdTableKey(item, m.text(key))
	}
	for i := range p.index {
		if dst, ok = p.index[i].append(dst, item); !ok {
			return nil, nil, false
		}
	}
	dst = append(append(dst, p.marks...), '}')
	dst[start] = '{'
	end := len(dst)
	if end-start > maxItem { // as JSON it has more bytes than as DynamoDB counts them
		return nil, nil, false
	}
	if m.wanted {
		dst = append(dst, key...)
	}
	if n := int64(len(dst) - start); n > usual || n < usual/2 {
		p.usual.Store(n + n/16)
	}
	json, id = m.end(dst, end-start)
	return json, id, true
}

// appendTableKey appends the key of the table to dst, and its identity to id.
func (p *packer) appendTableKey(dst, id []byte, item reflect.Value) (_, _ []byte, ok bool) {
	for i := range p.table {
		g := &p.table[i]
		k, n := g.of[0].keyAttr, len(id)
		id = append(id, 0, 0)
		if k.tmpl == nil {
			av, ok, err := k.renderRaw(item)
			if !ok || err != nil {
				return dst, id, false
			}
			id = appendKeyBytes(id, av)
			if dst, err = ddbjson.AppendValue(append(dst, g.name()...), av); err != nil {
				return dst, id, false
			}
		} else {
			from := len(dst) + len(g.head)
			with, plain, ok, err := g.of[0].appendText(dst, g.head, item)
			if !ok || err != nil {
				return dst, id, false
			}
			id = append(append(id, 'S'), with[from:]...)
			dst = endText(with, from, plain)
		}
		id = k.delimit(id, n)
	}
	return dst, id, true
}

// packKey writes the primary key of item as JSON, in the memory of m, and its
// identity. When ok is false there may be something wrong with it, which
// [entity.key] finds out.
func (p *packer) packKey(m *room, item reflect.Value) (json, id []byte, ok bool) {
	var buf [128]byte
	dst := m.begin(len(buf))
	start := len(dst)
	dst, key, ok := p.appendKey(dst, buf[:0], item)
	if !ok {
		return nil, nil, false
	}
	json, id = m.end(append(dst, key...), len(dst)-start)
	return json, id, true
}

// appendKey appends the primary key to dst, and its identity to id.
func (p *packer) appendKey(dst, id []byte, item reflect.Value) (_, _ []byte, ok bool) {
	start := len(dst)
	if dst, id, ok = p.appendTableKey(dst, id, item); ok {
		dst = append(dst, '}')
		dst[start] = '{'
	}
	return dst, id, ok
}

// packStored is packKey of an item as a read gave it.
func (p *packer) packStored(m *room, item record) (json, id []byte, ok bool) {
	var buf [128]byte
	dst, key := m.begin(len(buf)), buf[:0]
	start := len(dst)
	for i := range p.table {
		g, n := &p.table[i], len(key)
		k := g.of[0].keyAttr
		key = item.appendKey(append(key, 0, 0), k.name)
		switch value := key[n+2:]; {
		case len(value) == 0:
			return nil, nil, false
		case value[0] == 'S':
			from := len(dst) + len(g.head)
			dst = append(append(dst, g.head...), value[1:]...)
			dst = append(ddbjson.Quote(dst, from), textEnd...)
		default:
			var err error
			if dst, err = ddbjson.AppendValue(append(dst, g.name()...), item.get(k.name)); err != nil {
				return nil, nil, false
			}
		}
		key = k.delimit(key, n)
	}
	dst = append(dst, '}')
	dst[start] = '{'
	json, id = m.end(append(dst, key...), len(dst)-start)
	return json, id, true
}

// holdTableKey puts the keys into the fields that hold them. Each is the text of
// a template, as the identity has it.
func (p *packer) holdTableKey(item reflect.Value, id string) {
	for i := range p.table {
		n := 2 + int(id[0])<<8 + int(id[1])
		if k := p.table[i].of[0]; k.holder != nil {
			k.hold(item, id[3:n])
		}
		id = id[n:]
	}
}

func (g *given) name() string { return g.head[:len(g.head)-len(textHead)] }

// append appends the attribute as the first of its keys makes it that item has.
func (g *given) append(dst []byte, item reflect.Value) (_ []byte, ok bool) {
	for i := range g.of {
		k := &g.of[i]
		switch {
		case k.tmpl == nil:
			av, present, err := k.renderRaw(item)
			if err != nil {
				return dst, false
			}
			if present {
				dst, err = ddbjson.AppendValue(append(dst, g.name()...), av)
				return dst, err == nil
			}
		case k.ix.active(item):
			from := len(dst) + len(g.head)
			with, plain, present, err := k.appendText(dst, g.head, item)
			if err != nil {
				return dst, false
			}
			if present {
				if k.holder != nil {
					k.hold(item, string(with[from:]))
				}
				return endText(with, from, plain), true
			}
			k.hold(item, "")
		default:
			k.hold(item, "")
		}
	}
	return dst, true
}

// appendText appends the head and text of a key with a template, ok being false
// when a part of it is absent. plain says that the text is the same in JSON.
func (k *keyIn) appendText(dst []byte, head string, item reflect.Value) (_ []byte, plain, ok bool, err error) {
	if k.plain != "" {
		if with, ok := k.appendPlain(dst, len(head), item); ok {
			return with, true, true, nil
		}
	}
	dst, ok, err = k.keyAttr.appendText(append(dst, head...), item)
	return dst, false, ok, err
}

// appendPlain is appendText for a text that is the same in JSON, of a plain key.
func (k *keyIn) appendPlain(dst []byte, head int, item reflect.Value) (_ []byte, ok bool) {
	start := len(dst) + head
	dst = append(dst, k.plain...)
	for i, p := range k.parts {
		n := len(dst)
		if dst, ok = ddbjson.AppendPlain(dst, item.Field(p.plain).String()); !ok || !k.tmpl.Verbatim(i, dst[n:]) {
			return dst, false
		}
		dst = append(dst, k.tmpl.Literal(i+1)...)
	}
	return dst, len(dst)-start <= k.limit
}

// endText ends a key whose text begins at from.
func endText(dst []byte, from int, plain bool) []byte {
	if !plain {
		dst = ddbjson.Quote(dst, from)
	}
	return append(dst, textEnd...)
}

// room is memory for the items of one operation, written one after the other.
// The zero room has none yet.
type room struct {
	wanted bool     // the identities of items are needed
	left   int      // how many items are to come, at least
	block  []byte   // what is being written to
	full   [][]byte // blocks before it
	texts  strings.Builder
}

const (
	smallBlock = 4 << 10
	largeBlock = 32 << 10
	textBlock  = 4 << 10
)

// smallBlocks and largeBlocks are blocks that nobody uses, pointers to arrays of
// these sizes.
var smallBlocks, largeBlocks sync.Pool

// newBlock returns an empty block for n bytes.
func newBlock(n int) []byte {
	switch {
	case n <= smallBlock:
		if b, ok := smallBlocks.Get().(*[smallBlock]byte); ok {
			return b[:0]
		}
		return make([]byte, 0, smallBlock)
	case n <= largeBlock:
		if b, ok := largeBlocks.Get().(*[largeBlock]byte); ok {
			return b[:0]
		}
		return make([]byte, 0, largeBlock)
	}
	return make([]byte, 0, n)
}

// begin returns a block with room for an item of n bytes, to write it at the end.
func (m *room) begin(n int) []byte {
	if m.block == nil || cap(m.block)-len(m.block) < n {
		if m.block != nil {
			m.full = append(m.full, m.block)
		}
		m.block = newBlock(max(n, min(n*m.left, largeBlock)))
	}
	m.left--
	return m.block
}

// end returns what was written to the block: an item of n bytes, and its identity
// if there is more.
func (m *room) end(block []byte, n int) (json, id []byte) {
	n += len(m.block)
	json, id = block[len(m.block):n:n], block[n:len(block):len(block)]
	m.block = block
	return json, id
}

// text returns b as a string, in a block of many.
func (m *room) text(b []byte) string {
	if m.texts.Cap()-m.texts.Len() < len(b) {
		m.texts = strings.Builder{}
		m.texts.Grow(max(len(b), min(len(b)*(m.left+1), textBlock)))
	}
	start := m.texts.Len()
	m.texts.Write(b)
	return m.texts.String()[start:]
}

// take returns an item, the only one, and its identity in memory of their own.
func (m *room) take(json, id []byte) (_, _ []byte) {
	m.block = m.block[:0]
	both := append(append(make([]byte, 0, len(json)+len(id)), json...), id...)
	return both[:len(json):len(json)], both[len(json):]
}

// release ends the use of the items.
func (m *room) release() {
	for _, b := range m.full {
		recycle(b)
	}
	recycle(m.block)
	clear(m.full)
	*m = room{full: m.full[:0]}
}

func recycle(b []byte) {
	switch cap(b) {
	case smallBlock:
		smallBlocks.Put((*[smallBlock]byte)(b[:smallBlock]))
	case largeBlock:
		largeBlocks.Put((*[largeBlock]byte)(b[:largeBlock]))
	}
}
