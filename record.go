package dyn

import (
	"bytes"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/ddbjson"
	"github.com/dyntable/dyn/internal/expr"
	"github.com/dyntable/dyn/internal/key"
	"github.com/dyntable/dyn/internal/wire"
)

// record is an item as a read gave it: its attributes, or where it was decoded
// to as it came off the wire.
type record struct {
	attrs  rawItem
	slab   *slab
	member *member // of a collection, whose item it is, once that is known
	at     int32
	again  bool // the decoded value, or what attrs hold, is somebody else's
	own    bool // it has the entity and version of the slab's entity
	inside bool // it lies in the slab's range
}

// get returns an attribute that says whose the item is or where it lies: the
// entity and version, the time to live, those of a scope, and the keys of the
// table and of the index that was read. It is nil for one that is absent.
func (r record) get(name string) types.AttributeValue {
	if r.slab == nil {
		return r.attrs[name]
	}
	raw := r.told(name)
	if raw == nil {
		return nil
	}
	av, _, _ := ddbjson.ParseValue(raw, 0)
	return av
}

// number returns the text of a number among the attributes that get returns.
func (r record) number(name string) (string, bool) {
	if r.slab == nil {
		n, ok := r.attrs[name].(*types.AttributeValueMemberN)
		if !ok {
			return "", false
		}
		return n.Value, true
	}
	text, ok := ddbjson.Number(r.told(name))
	return string(text), ok
}

// text is number for a string, empty for none.
func (r record) text(name string) string {
	if s, ok := r.get(name).(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// compare reports whether text would return want, or nothing.
func (r record) compare(name, want string) (same, blank bool) {
	if r.slab == nil {
		text := r.text(name)
		return text == want, text == ""
	}
	text, _ := ddbjson.Text(r.told(name))
	return string(text) == want, len(text) == 0
}

// within reports whether a key attribute, which is a string, lies in a range.
func (r record) within(name string, rng key.Range) bool {
	if r.slab == nil {
		s, ok := r.attrs[name].(*types.AttributeValueMemberS)
		return ok && key.Contains(rng, s.Value)
	}
	text, ok := ddbjson.Text(r.told(name))
	return ok && key.Contains(rng, text)
}

// appendKey appends a key attribute as keyBytes writes it.
func (r record) appendKey(b []byte, name string) []byte {
	if r.slab != nil {
		if text, ok := ddbjson.Text(r.told(name)); ok {
			return append(append(b, 'S'), text...)
		}
	}
	return appendKeyBytes(b, r.get(name))
}

// given returns the attributes for a value to be decoded from. It may keep parts
// of them: a type that decodes itself need not copy what it is given.
func (r record) given() rawItem {
	if !r.again || r.attrs == nil {
		return r.attrs
	}
	return expr.Own(&types.AttributeValueMemberM{Value: r.attrs}).(*types.AttributeValueMemberM).Value
}

// empty reports whether there is no item.
func (r record) empty() bool { return r.slab == nil && len(r.attrs) == 0 }

// records returns items that came as attribute values.
func records(items []rawItem) []record {
	out := make([]record, len(items))
	for i, item := range items {
		out[i] = record{attrs: item}
	}
	return out
}

// slab is where the items of a response are decoded to.
type slab struct {
	r      *reader
	member *member // of a collection, whose items these are
	told   *told   // the attributes that are kept as they came
	codec  *ddbjson.Codec
	dec    *ddbjson.Decoder
	items  reflect.Value // []T of the reader's type; longer than count until the end
	count  int
	kept   []byte
	spans  []span // of the told attributes of each item, and of itself with whole
	base   int    // the first item that has spans: those before it are usual, in a keyless slab
	whole  bool   // items are kept as they came
	// keyless says that nobody asks for the keys of items that have the entity and version of the slab's.
	keyless bool
	sk      int        // of a keyless slab, which of the told attributes has to lie in rng
	rng     *key.Range // nil for no such
	room    int        // for how many items to make when there is one
}

// span is a part of slab.kept, or usual.
type span struct{ from, to int32 }

// usual stands for what the attribute is in most items, nothing if they differ.
var usual = span{-1, -1}

func (r *reader) slab(ix *index) *slab {
	return &slab{r: r, told: &ix.told, codec: r.e.codec(r.plan, &ix.told), items: reflect.New(reflect.SliceOf(r.typ)).Elem()}
}

// begin expects about n items.
func (p *slab) begin(n int) {
	p.items.SetZero()
	p.kept, p.spans = p.kept[:0], p.spans[:0]
	p.count, p.room = 0, n
}

func (p *slab) end() {
	p.items.SetLen(p.count)
	if p.dec != nil {
		p.dec.Release()
		p.dec = nil
	}
}

// read decodes the item at body[at:] and returns the place behind it.
func (p *slab) read(body []byte, at int) (rec record, end int, ok bool) {
	if p.dec == nil {
		p.dec = p.codec.Decoder()
	}
	n := p.count
	if n == p.items.Len() {
		p.grow()
	}
	p.count++
	if end, ok = p.dec.Decode(body, at, p.items.Index(n)); !ok {
		p.drop(n)
		return record{}, at, false
	}
	rec = record{slab: p, at: int32(n), member: p.member, own: p.told.owner}
	if p.keyless && rec.own && len(p.spans) == 0 && p.isUsual() {
		if rec.inside = p.isInside(); rec.inside || p.rng == nil {
			return rec, end, true
		}
	}
	rec.own = p.remember(n) && rec.own
	if p.whole {
		p.keep(body[at:end])
	}
	if n == 0 && !p.keyless { // the others are much the same
		p.kept = slices.Grow(p.kept, len(p.kept)*(p.items.Len()-1))
	}
	return rec, end, true
}

// isUsual reports whether what is the same in most items is so in the one that was decoded.
func (p *slab) isUsual() bool {
	for k, want := range p.told.usual {
		if want != nil && !bytes.Equal(p.dec.Extra(k), want) {
			return false
		}
	}
	return true
}

// isInside reports whether the item that was decoded lies in the range, if there is one.
func (p *slab) isInside() bool {
	if p.rng == nil {
		return false
	}
	text, ok := ddbjson.Text(p.dec.Extra(p.sk))
	return ok && key.Contains(*p.rng, text)
}

// remember keeps what is told of item n, which was decoded, and reports what isUsual does.
func (p *slab) remember(n int) bool {
	same := true
	if len(p.spans) == 0 {
		p.base = n
	}
	for k, want := range p.told.usual {
		if raw := p.dec.Extra(k); want != nil && bytes.Equal(raw, want) {
			p.spans = append(p.spans, usual)
		} else {
			same = same && want == nil
			p.keep(raw)
		}
	}
	return same
}

// grow makes room for the items that are expected, then for as many as there are.
func (p *slab) grow() {
	n := max(p.count, 1)
	if p.count == 0 {
		n = max(p.room, 1)
	}
	p.items.Grow(n)
	p.items.SetLen(p.items.Cap())
	if !p.keyless {
		p.spans = slices.Grow(p.spans, n*p.width())
	}
}

func (p *slab) keep(raw []byte) {
	from := int32(len(p.kept))
	p.kept = append(p.kept, raw...)
	p.spans = append(p.spans, span{from, int32(len(p.kept))})
}

// drop forgets the items from n on.
func (p *slab) drop(n int) {
	p.items.Index(n).SetZero()
	p.count = n
	p.spans = p.spans[:min(max(n-p.base, 0)*p.width(), len(p.spans))]
}

// width returns how many spans an item has.
func (p *slab) width() int {
	if p.whole {
		return len(p.told.names) + 1
	}
	return len(p.told.names)
}

// told returns an attribute of an item in a slab as it came, nil for one that
// is absent.
func (r *record) told(name string) []byte {
	k := slices.Index(r.slab.told.names, name)
	if k < 0 {
		return nil
	}
	return r.slab.span(int(r.at), k)
}

func (p *slab) span(n, k int) []byte {
	if len(p.spans) == 0 || n < p.base {
		return p.told.usual[k]
	}
	switch s := p.spans[(n-p.base)*p.width()+k]; {
	case s == usual:
		return p.told.usual[k]
	case s.to > s.from:
		return p.kept[s.from:s.to:s.to]
	}
	return nil
}

// ownOf reports whether the item is known to be one of e, in e's version.
func (r *record) ownOf(e *entity) bool { return r.own && r.slab.r.e.m == e.m }

// value returns an item in a slab.
func (r record) value() (reflect.Value, error) {
	p := r.slab
	if !r.again {
		return p.items.Index(int(r.at)), nil
	}
	v := reflect.New(p.r.typ).Elem()
	raw := p.span(int(r.at), len(p.told.names))
	dec := p.codec.Decoder()
	defer dec.Release()
	if _, ok := dec.Decode(raw, 0, v); ok {
		return v, nil
	}
	m, _, _ := ddbjson.ParseMap(raw, 0)
	return v, p.r.plan.Decode(m, v)
}

// of returns the record for a handle of e. Another one's, of an item that was
// kept as it came, turns into attribute values: it may lack what e asks for.
func (r record) of(e *entity) record {
	if r.slab == nil || r.slab.r.e == e {
		return r
	}
	m, _, _ := ddbjson.ParseMap(r.slab.span(int(r.at), len(r.slab.told.names)), 0)
	return record{attrs: m}
}

// wholeSlab returns the items of a slab when the records are all of them, in order.
func wholeSlab(raw []record) (items reflect.Value, ok bool) {
	if len(raw) == 0 || raw[0].slab == nil || len(raw) != raw[0].slab.items.Len() {
		return items, false
	}
	for i := range raw {
		if r := &raw[i]; r.slab != raw[0].slab || int(r.at) != i || r.again {
			return items, false
		}
	}
	return raw[0].slab.items, true
}

// intake takes the items of one request off the wire.
type intake struct {
	slabs []*slab
	// pick tells the slab for the item at body[at:], if there is more than one;
	// nil for none.
	pick func(from wire.Source, body []byte, at int) *slab
	// check tells the slab of an item that has been decoded.
	check   func(record) *slab
	reset   func() // before a response
	most    int    // items of a response that does not say how many it has
	table   string // whose items are taken of a response that names tables, "" for all
	records []record
	places  []int // of the records in their lists, with pick

	// Of a collection:
	last    *slab // that of the item before
	alike   int   // how many items before it were in the same
	guessed bool  // the item is taken for one more of them
}

// Begin implements [wire.Sink].
func (in *intake) Begin(n int) {
	n = max(n, in.most)
	for _, p := range in.slabs {
		p.begin(n/len(in.slabs) + n%len(in.slabs))
	}
	if in.reset != nil {
		in.reset()
	}
	in.records = slices.Grow(in.records[:0], n)
	in.places = in.places[:0]
	in.last, in.alike = nil, 0
}

// Item implements [wire.Sink].
func (in *intake) Item(from wire.Source, body []byte, at int) (end int, ok bool) {
	if in.table != "" && !sameTable(from.Table, in.table) {
		end = ddbjson.SkipValue(body, at)
		return end, end != ddbjson.Bad
	}
	rec, end, ok := in.read(from, body, at)
	if ok {
		in.records = append(in.records, rec)
		if in.pick != nil {
			in.places = append(in.places, from.Index)
		}
	}
	return end, ok
}

// read decodes an item to its slab. One that has none, or does not fit, is kept
// as attribute values, for errors to be about them.
func (in *intake) read(from wire.Source, body []byte, at int) (rec record, end int, ok bool) {
	p := in.slabs[0]
	if in.pick != nil {
		p = in.pick(from, body, at)
	}
	for range 2 {
		if p == nil {
			break
		}
		rec, end, ok := p.read(body, at)
		if !ok {
			break
		}
		want := p
		if in.check != nil {
			want = in.check(rec)
		}
		if want == p {
			return rec, end, true
		}
		p.drop(int(rec.at))
		p = want
	}
	m, end, ok := ddbjson.ParseMap(body, at)
	return record{attrs: m}, end, ok
}

// End implements [wire.Sink].
func (in *intake) End([]byte) {
	for _, p := range in.slabs {
		p.end()
	}
}

// intake returns a place for items read from ix.
func (r *reader) intake(ix *index) *intake { return &intake{slabs: []*slab{r.slab(ix)}} }

// of returns the first slab for items of the named entity, else the first.
func (in *intake) of(entity []byte) *slab {
	for _, s := range in.slabs {
		if s.r.e.m.sch.Entity == string(entity) {
			return s
		}
	}
	return in.slabs[0]
}
