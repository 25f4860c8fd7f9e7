// Package ddbjson turns items from the JSON of DynamoDB's protocol into structs and back, without maps of
// AttributeValues between them.
//
// It is the wire form of the plans of internal/codec. What it decodes is what [codec.Plan.Decode] makes of the item as
// the SDK reads it, and what it encodes means what [codec.Plan.Encode] returns. It may refuse to decode anything: the
// caller then goes the long way, which also words the error if there is one. It refuses what is no valid item, values that do
// not fit their fields, and rare things on which the SDK's answer depends on chance, such as two names for one field.
//
// Decoding is one pass over the bytes. Attributes come in the same order item after item, so a [Decoder] remembers
// which one followed which and compares the text at hand with `"name":{"S":"` at once; when that fails it looks the
// name up. Strings are copied into small blocks, so that none keeps the body of a response alive, and items share those
// that come again and again. Texts, names and numbers are read and written eight bytes at a time.
package ddbjson

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/dyntable/dyn/internal/codec"
)

// Codec reads and writes the items of one struct type. It is immutable and safe for concurrent use.
type Codec struct {
	plan     *codec.Plan
	root     *object
	extras   int // number of recorded attributes
	objects  int
	lists    int
	maps     int
	decoders sync.Pool
}

// Compile returns the wire form of p. Decoders record where in an item the attributes named in extra are, whether or
// not they are fields.
func Compile(p *codec.Plan, extra ...string) *Codec {
	c := &Codec{plan: p, extras: len(extra)}
	b := builder{c: c, objects: make(map[*codec.Plan]*object), nodes: make(map[*codec.Codec]*node, len(p.Fields))}
	c.root = b.object(p, extra)
	c.decoders.New = func() any { return c.newDecoder() }
	return c
}

// Plan returns what c was compiled from.
func (c *Codec) Plan() *codec.Plan { return c.plan }

// Decoder decodes items one after the other. It is not safe for concurrent use.
type Decoder struct {
	c         *Codec
	data      []byte
	arena     arena
	names     names
	unescaped []byte
	room      []string              // for strings that lists and pointers lead to
	learnt    []*memory             // by object
	lengths   []int                 // by list: how many elements the last one had
	columns   []*[maxColumns]column // by list of strings
	keys      [][]string            // by map: those of the last one, but for long ones
	extras    []span                // and one more, for attributes that nobody asks for
	depth     int
	count     uint     // of items
	learning  bool     // what texts come again
	elem      struct { // of a map
		text  string
		int   int
		float float64
	}
}

// span is where in the data a value is. An end of 0 means nowhere.
type span struct{ start, end int }

// Decoder returns a decoder, which is the caller's until its Release.
func (c *Codec) Decoder() *Decoder { return c.decoders.Get().(*Decoder) }

func (c *Codec) newDecoder() *Decoder {
	return &Decoder{
		c: c, extras: make([]span, c.extras+1), learnt: make([]*memory, c.objects), lengths: make([]int, c.lists),
		columns: make([]*[maxColumns]column, c.lists), keys: make([][]string, c.maps),
	}
}

const maxScratch = 1 << 16

// Release ends the use of d, and of what [Decoder.Extra] returned.
func (d *Decoder) Release() {
	d.data, d.count = nil, 0
	if cap(d.unescaped) > maxScratch {
		d.unescaped = nil
	}
	d.c.decoders.Put(d)
}

// Decode decodes the item that begins at data[at] into v, a settable struct of the plan's type that is zero. It returns
// the place behind the item. When ok is false the item was refused, and v is worth nothing.
func (d *Decoder) Decode(data []byte, at int, v reflect.Value) (end int, ok bool) {
	if v.Type() != d.c.plan.Type {
		panic(fmt.Sprintf("ddbjson: %s is not of type %s", v.Type(), d.c.plan.Type))
	}
	d.data, d.depth = data, 0
	d.learning = d.count%learningPeriod < 2
	d.count++
	clear(d.extras)
	if at = space(data, at); at >= len(data) || data[at] != '{' {
		return at, false
	}
	end = d.c.root.decode(d, at+1, refOf(v))
	return end, end != bad
}

// Extra returns the k-th of the recorded attributes as it is in the item last decoded, {"S":"…"}, and nil if the item
// does not have it. It is part of the data decoded.
func (d *Decoder) Extra(k int) []byte {
	s := d.extras[k]
	if s.end == 0 {
		return nil
	}
	return d.data[s.start:s.end:s.end]
}
