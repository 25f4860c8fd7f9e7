package ddbjson

import (
	"encoding"
	"reflect"
	"slices"

	"github.com/dyntable/dyn/internal/codec"
)

// op is how a node reads and writes values without the help of package codec.
type op uint8

const (
	opTree    op = iota // not at all: values go through an AttributeValue
	opSkip              // there is no field
	opString            // S, and N as it is
	opNumber            // N, and S as it is
	opInt               // N
	opUint              // N
	opFloat             // N
	opBool              // BOOL
	opBytes             // B
	opTime              // S in RFC 3339, N in seconds
	opSeconds           // N in seconds, of quick alone
	opTexts             // set or list of plain strings
	opList              // any other list or set
	opMap               // M with strings as keys
	opStruct            // M
)

// node is the compiled form of a codec.
type node struct {
	c        *codec.Codec
	op       op
	quick    op           // op, if a common form of what the value is stored as is decoded without more ado, opTree if not
	tag      tag          // what the value is stored as
	open     string       // what such a value begins with
	first    literal      // open
	next     literal      // the same behind a comma
	kind     reflect.Kind // of numbers
	pointers int
	empty    emptiness
	elem     *node
	object   *object
	id       int  // of lists: place in Decoder.lengths and columns; of maps: in Decoder.keys
	byText   bool // of numbers: stored as S
	isSet    bool // of lists: stored as a set, of plain strings or numbers
	isTexts  bool // of lists: stored as one, of plain strings
	mapOf    op   // of maps: what type the values are exactly, string, int, float64 or, as opTree, any other
	viaTree  bool // encoded by way of an AttributeValue
}

// object is the compiled form of a plan.
type object struct {
	plan    *codec.Plan
	fields  int
	entries []entry // fields, then recorded attributes that are none
	table   table
	id      int // place in Decoder.learnt
}

// entry is an attribute that an object knows.
type entry struct {
	op    op // the node's quick
	put   op // the node's op, if object.appendFields writes what is there without more ado, opTree if not
	node  *node
	place place
	name  string
	head  literal // `,"name":` and what the value is expected to begin with
	start literal // the same without the comma
	value int     // place of the value in start
	bit   int     // entries that are decoded into one field have one bit
	extra int     // place in Decoder.extras, the last one if nobody asks for it
}

// builder compiles what belongs to one Codec.
type builder struct {
	c       *Codec
	objects map[*codec.Plan]*object
	nodes   map[*codec.Codec]*node
}

// object compiles p. One under construction is returned as it is: types may contain themselves. The root is compiled
// apart when it has extras, for it must not be confused with a part of itself.
func (b *builder) object(p *codec.Plan, extra []string) *object {
	if o, ok := b.objects[p]; ok && extra == nil {
		return o
	}
	o := &object{plan: p, fields: len(p.Fields), id: b.c.objects}
	b.c.objects++
	if extra == nil {
		b.objects[p] = o
	}
	o.entries = make([]entry, len(p.Fields), len(p.Fields)+len(extra))
	for i := range p.Fields {
		f := &p.Fields[i]
		o.entries[i] = newEntry(f.Name, b.node(f.Codec), newPlace(p.Type, f.Index), i, b.c.extras)
	}
	for k, name := range extra {
		o.record(name, k)
	}
	o.table = newTable(o.entries, o.fields)
	return o
}

func newEntry(name string, n *node, p place, bit, extra int) entry {
	head := string(appendKey(nil, name)) + n.open
	put := n.op
	if n.viaTree || n.empty != keep || n.pointers > 0 || len(head) > literalSize {
		put = opTree
	}
	return entry{
		op: n.quick, put: put, node: n, place: p, name: name, head: newLiteral(head), start: newLiteral(head[1:]), value: len(head) - 1 - len(n.open), bit: bit, extra: extra,
	}
}

// record makes decoders record the attribute with this name.
func (o *object) record(name string, k int) {
	i := slices.IndexFunc(o.entries, func(e entry) bool { return e.name == name })
	switch j := o.plan.Match(name); {
	case i >= 0: // a field, or named twice: the last one counts
	case j >= 0: // stands for a field whose name differs in case
		f := &o.entries[j]
		i = len(o.entries)
		o.entries = append(o.entries, newEntry(name, f.node, f.place, j, k))
	default:
		i = len(o.entries)
		o.entries = append(o.entries, newEntry(name, skipNode, place{}, i, k))
	}
	o.entries[i].extra = k
}

var skipNode = &node{op: opSkip, quick: opSkip}

func (b *builder) node(c *codec.Codec) *node {
	if n, ok := b.nodes[c]; ok {
		return n
	}
	n := &node{c: c, pointers: c.Pointer, kind: c.Base.Kind(), tag: tags[c.Attr()], empty: emptinessOf(c)}
	b.nodes[c] = n
	n.op, n.byText = opOf(c), c.Tag.String && isNumber(c)
	if n.op == opTree {
		n.tag = tagNone
	}
	if n.tag != tagNone {
		n.open = opening[n.tag]
	}
	switch n.quick = n.op; {
	case n.byText:
		n.quick = opTree
	case n.op == opTime && n.tag == tagN:
		n.quick = opSeconds
	}
	n.first, n.next = newLiteral(n.open), newLiteral(","+n.open)
	b.contents(n) // last: it may lead back to n
	n.viaTree = n.op == opTree || n.op == opNumber || n.pointers > 1 || n.elem != nil && n.op != opMap && c.Kind != codec.List && !n.isSet
	return n
}

func isNumber(c *codec.Codec) bool {
	switch c.Kind {
	case codec.Int, codec.Uint, codec.Float, codec.Time, codec.UnixTime:
		return true
	}
	return false
}

// opOf chooses how values are read and written.
func opOf(c *codec.Codec) op {
	switch c.Kind {
	case codec.String:
		return opString
	case codec.Number:
		return opNumber
	case codec.Int:
		return opInt
	case codec.Uint:
		return opUint
	case codec.Float:
		return opFloat
	case codec.Bool:
		return opBool
	case codec.Time, codec.UnixTime:
		return opTime
	case codec.Struct:
		return opStruct
	case codec.Map:
		if plainKey(c.Base.Key()) {
			return opMap
		}
	case codec.Bytes:
		if c.Base.Kind() == reflect.Slice {
			return opBytes
		}
	case codec.List, codec.StringSet, codec.NumberSet, codec.BinarySet:
		if c.Base.Kind() != reflect.Slice {
			return opTree
		}
		if e := c.Elem(); e.Kind == codec.String && e.Pointer == 0 {
			return opTexts
		}
		return opList
	}
	return opTree
}

// contents compiles what values of n contain.
func (b *builder) contents(n *node) {
	switch n.op {
	case opStruct:
		n.object = b.object(n.c.Struct(), nil)
	case opMap:
		n.elem = b.node(n.c.Elem())
		n.id = b.c.maps
		b.c.maps++
		switch n.c.Base {
		case stringMap:
			n.mapOf = opString
		case intMap:
			n.mapOf = opInt
		case floatMap:
			n.mapOf = opFloat
		}
	case opTexts, opList:
		n.elem = b.node(n.c.Elem())
		n.id = b.c.lists
		b.c.lists++
		plain := n.elem.pointers == 0 && n.elem.empty == keep
		switch n.elem.op {
		case opString:
			n.isSet = n.op == opTexts && n.c.Kind == codec.StringSet && plain
			n.isTexts = n.op == opTexts && n.c.Kind == codec.List && plain
		case opInt, opUint, opFloat:
			n.isSet = n.c.Kind == codec.NumberSet && plain
		}
	}
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// plainKey tells whether keys of type t are the text of the attribute's name.
func plainKey(t reflect.Type) bool {
	return t.Kind() == reflect.String && t.NumMethod() == 0 && !reflect.PointerTo(t).Implements(textUnmarshaler)
}
