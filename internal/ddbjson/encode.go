package ddbjson

import (
	"cmp"
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/codec"
)

// Attr is an attribute that an item has besides those of its fields, or in the place of one. Without Value and JSON it is
// one that the item shall not have.
type Attr struct {
	Name  string
	Value types.AttributeValue
	JSON  []byte // the value, {"S":"…"}, when Value is nil
}

// Append appends the item that struct v is stored as, with the attributes of with, to dst. v must be addressable. The
// error is that of [codec.Plan.Encode]. Programs write items by a [Writer]: this is what it is compared with, and what is
// compared with package codec, errors included.
func (c *Codec) Append(dst []byte, v reflect.Value, with ...Attr) ([]byte, error) {
	e := newEncoder()
	defer e.release()
	start := len(dst)
	var without set // fields
	for i := range with {
		if k, ok := c.root.field(with[i].Name); ok {
			without.add(k)
		}
	}
	out, ok := c.root.appendFields(e, dst, refOf(v), &without)
	if !ok {
		return e.appendTree(dst, c.plan, v, with)
	}
	for i := range with {
		var err error
		if out, err = e.appendAttr(out, &with[i]); err != nil {
			return dst, err
		}
	}
	return e.enclose(out, start, len(e.marks)), nil
}

func (e *encoder) appendAttr(dst []byte, a *Attr) ([]byte, error) {
	switch {
	case a.Value != nil:
		return e.appendValue(appendKey(dst, a.Name), a.Value)
	case a.JSON != nil:
		return append(appendKey(dst, a.Name), a.JSON...), nil
	default:
		return dst, nil
	}
}

// appendTree is Append by way of AttributeValues.
func (e *encoder) appendTree(dst []byte, p *codec.Plan, v reflect.Value, with []Attr) ([]byte, error) {
	m, err := p.Encode(v)
	if err != nil {
		return dst, err
	}
	for _, a := range with {
		if a.Value == nil && a.JSON != nil {
			a.Value, _, _ = ParseValue(a.JSON, 0)
		}
		delete(m, a.Name)
		if a.Value != nil {
			m[a.Name] = a.Value
		}
	}
	return e.appendMap(dst, m)
}

// encoder is what one call works with.
type encoder struct {
	depth   int
	marks   []int // where the members of maps begin
	members [][]byte
	sorted  []byte
	texts   []member[string] // of maps
	ints    []member[int]
	floats  []member[float64]
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

func newEncoder() *encoder { return encoders.Get().(*encoder) }

func (e *encoder) release() {
	if cap(e.sorted) > maxScratch || cap(e.members) > maxScratch {
		e.sorted, e.members = nil, nil
	}
	if cap(e.texts)+cap(e.ints)+cap(e.floats) > maxScratch {
		e.texts, e.ints, e.floats = nil, nil, nil
	}
	e.depth, e.marks = 0, e.marks[:0]
	encoders.Put(e)
}

// maxNesting is how deep package codec lets values be nested.
const maxNesting = 64

// appendFields appends the attributes of the struct at r but those of without, each with a comma before it. ok is
// false when package codec has to say what is wrong.
func (o *object) appendFields(e *encoder, dst []byte, r ref, without *set) (_ []byte, ok bool) {
	if e.depth++; e.depth > maxNesting {
		return dst, false
	}
	for i := range o.entries[:o.fields] {
		f := &o.entries[i]
		p, ok := f.place.find(r)
		if !ok || without.has(i) {
			continue
		}
		if f.put == opTree {
			if dst, ok = f.node.append(e, dst, &f.head, p); !ok {
				return dst, false
			}
			continue
		}
		dst = room(dst, literalSize)
		writeLiteral(dst[:cap(dst)], len(dst), &f.head)
		dst = dst[:len(dst)+len(f.head.text)]
		switch f.put {
		case opString:
			dst = append(appendContent(dst, getString(p)), `"}`...)
		case opInt:
			dst = append(appendInt(dst, getInt(p, f.node.kind)), `"}`...)
		case opBool:
			dst = appendWord(dst, getBool(p))
		case opTime:
			if dst, ok = f.node.appendTime(dst, getTime(p)); !ok {
				return dst, false
			}
		default:
			if dst, ok = f.node.appendRest(e, dst, &f.head, p); !ok {
				return dst, false
			}
		}
	}
	e.depth--
	return dst, true
}

// emptiness is what becomes of a value that attributevalue calls zero.
type emptiness uint8

const (
	keep emptiness = iota
	leaveOut
	makeNull
)

func emptinessOf(c *codec.Codec) emptiness {
	nillable := c.Pointer > 0
	switch c.Base.Kind() {
	case reflect.Slice, reflect.Map:
		nillable = true
	case reflect.Struct, reflect.Array, reflect.Interface:
		if c.Pointer == 0 {
			return keep // has no zero, or is encoded by package codec
		}
	}
	switch {
	case !nillable && !c.Tag.OmitEmpty && !c.Tag.NullEmpty:
		return keep
	case (c.Tag.NullEmpty || c.Tag.Nulls && nillable) && !c.Tag.OmitEmpty:
		return makeNull
	default:
		return leaveOut
	}
}

// isEmpty tells whether the value at r is one that n.empty is about.
func (n *node) isEmpty(r ref) bool {
	if n.pointers > 0 {
		return isNil(r)
	}
	switch n.op {
	case opString:
		return getString(r) == ""
	case opInt:
		return getInt(r, n.kind) == 0
	case opUint:
		return getUint(r, n.kind) == 0
	case opFloat:
		return getFloat(r, n.kind) == 0
	case opBool:
		return !getBool(r)
	default:
		return isNil(r)
	}
}

// append appends the value at r, or nothing when it is left out. head is what comes before it, n.open included.
func (n *node) append(e *encoder, dst []byte, head *literal, r ref) (_ []byte, ok bool) {
	if n.viaTree {
		return n.appendTree(e, dst, head, r)
	}
	if n.empty != keep && n.isEmpty(r) {
		return n.appendEmpty(dst, head)
	}
	if n.pointers == 1 {
		r, _ = deref(r)
	}
	return n.appendRest(e, appendLiteral(dst, head), head, r)
}

// appendRest is append behind head, for a value that is neither empty nor a pointer.
func (n *node) appendRest(e *encoder, dst []byte, head *literal, r ref) (_ []byte, ok bool) {
	switch n.op {
	case opString:
		return append(appendContent(dst, getString(r)), `"}`...), true
	case opInt:
		return append(appendInt(dst, getInt(r, n.kind)), `"}`...), true
	case opUint:
		return append(strconv.AppendUint(dst, getUint(r, n.kind), 10), `"}`...), true
	case opFloat:
		f := getFloat(r, n.kind)
		if !n.byText && (math.IsNaN(f) || math.IsInf(f, 0)) {
			return dst, false
		}
		return append(appendFloat(dst, f, n.bits()), `"}`...), true
	case opBool:
		return appendWord(dst, getBool(r)), true
	case opBytes:
		return append(base64.StdEncoding.AppendEncode(dst, getBytes(r)), `"}`...), true
	case opTime:
		return n.appendTime(dst, getTime(r))
	case opStruct:
		from := len(dst) - 1 // the brace is in n.open
		if dst, ok = n.object.appendFields(e, dst[:from], r, new(set)); !ok {
			return dst, false
		}
		return append(e.enclose(dst, from, len(e.marks)), '}'), true
	case opMap:
		return n.appendMap(e, dst[:len(dst)-1], r)
	default:
		return n.appendList(e, dst[:len(dst)-len(head.text)], head, r)
	}
}

// key returns what of head comes before n.open.
func (n *node) key(head *literal) string { return head.text[:len(head.text)-len(n.open)] }

func (n *node) appendEmpty(dst []byte, head *literal) ([]byte, bool) {
	if n.empty == leaveOut {
		return dst, true
	}
	return append(append(dst, n.key(head)...), `{"NULL":true}`...), true
}

// appendTree is append by way of an AttributeValue.
func (n *node) appendTree(e *encoder, dst []byte, head *literal, r ref) ([]byte, bool) {
	av, err := n.c.Encode(valueOf(r, n.c.Type))
	if err != nil {
		return dst, false
	}
	if av == nil {
		return dst, true
	}
	dst, err = e.appendValue(append(dst, n.key(head)...), av)
	return dst, err == nil
}

func (n *node) bits() int {
	if n.kind == reflect.Float32 {
		return 32
	}
	return 64
}

// sortableTime has a fixed width.
const sortableTime = "2006-01-02T15:04:05.000000000Z"

func (n *node) appendTime(dst []byte, t time.Time) ([]byte, bool) {
	switch {
	case n.c.Kind == codec.UnixTime:
		return append(appendInt(dst, t.Unix()), `"}`...), true
	case n.c.Sortable:
		t = t.UTC()
		y := t.Year()
		return append(t.AppendFormat(dst, sortableTime), `"}`...), y >= 0 && y <= 9999
	case !hasFourDigits(t):
		return dst, false
	default:
		return append(appendRFC3339(dst, t), `"}`...), true
	}
}

// appendList appends the slice at r as a list or a set.
func (n *node) appendList(e *encoder, dst []byte, head *literal, r ref) ([]byte, bool) {
	if n.isSet {
		return n.appendSet(e, dst, head, r)
	}
	if e.depth++; e.depth > maxNesting {
		return dst, false
	}
	dst = append(append(dst, n.key(head)...), `{"L":`...)
	start, ok := len(dst), true
	if n.isTexts {
		for _, s := range getTexts(r) {
			dst = append(appendContent(appendLiteral(dst, &n.elem.next), s), `"}`...)
		}
	} else if dst, ok = n.appendElements(e, dst, r); !ok {
		return dst, false
	}
	e.depth--
	if len(dst) == start {
		return append(dst, `[]}`...), true
	}
	dst[start] = '['
	return append(dst, `]}`...), true
}

// appendElements appends the elements of a list, each with a comma before it.
func (n *node) appendElements(e *encoder, dst []byte, r ref) (_ []byte, ok bool) {
	for i := range length(r, n.c.Base) {
		if dst, ok = n.elem.append(e, dst, &n.elem.next, element(r, n.c.Base, i)); !ok {
			return dst, false
		}
	}
	return dst, true
}

// appendSet appends a set of strings or numbers.
func (n *node) appendSet(e *encoder, dst []byte, head *literal, r ref) ([]byte, bool) {
	size := length(r, n.c.Base)
	if size == 0 {
		if n.c.Tag.Element {
			return append(append(dst, n.key(head)...), `{"NULL":true}`...), true
		}
		return dst, true
	}
	dst = appendLiteral(dst, head)
	if n.op == opTexts {
		for _, s := range getTexts(r) {
			dst = append(appendContent(append(dst, '"'), s), `",`...)
		}
		return append(dst[:len(dst)-1], `]}`...), true
	}
	for i := range size {
		if i > 0 {
			dst = append(dst, ',')
		}
		from, ok := len(dst), false
		if dst, ok = n.elem.append(e, dst, &n.elem.first, element(r, n.c.Base, i)); !ok {
			return dst, false
		}
		const before, after = `{"N":`, `}` // a member of a set has neither
		dst = append(dst[:from], dst[from+len(before):len(dst)-len(after)]...)
	}
	return append(dst, `]}`...), true
}

// appendMap appends the map at r behind its key and opening.
func (n *node) appendMap(e *encoder, dst []byte, r ref) (_ []byte, ok bool) {
	if e.depth++; e.depth > maxNesting {
		return dst, false
	}
	start, base := len(dst), len(e.marks)
	switch n.mapOf {
	case opString:
		dst, ok = appendMembers(e, dst, n.elem, *as[map[string]string](r), &e.texts)
	case opInt:
		dst, ok = appendMembers(e, dst, n.elem, *as[map[string]int](r), &e.ints)
	case opFloat:
		dst, ok = appendMembers(e, dst, n.elem, *as[map[string]float64](r), &e.floats)
	default:
		dst, ok = n.appendAny(e, dst, r)
	}
	if !ok {
		return dst, false
	}
	e.depth--
	return append(e.enclose(dst, start, base), '}'), true
}

// member is one of a map.
type member[T any] struct {
	name  string
	value T
}

// appendMembers appends the members of m, in order if no name needs escapes: then what is written need not be moved.
func appendMembers[T any](e *encoder, dst []byte, elem *node, m map[string]T, room *[]member[T]) (_ []byte, ok bool) {
	all, plain := (*room)[:0], true
	for name, x := range m {
		plain = plain && IsPlain(name)
		all = append(all, member[T]{name, x})
	}
	*room = all
	if plain {
		sortMembers(all)
	}
	base := len(e.marks)
	ok = true
	for i := 0; ok && i < len(all); i++ {
		dst, ok = appendMember(e, dst, elem, all[i].name, refTo(&all[i].value))
	}
	if plain {
		e.marks = e.marks[:base]
	}
	clear(all) // of what it refers to
	return dst, ok
}

func sortMembers[T any](all []member[T]) {
	if len(all) > 16 {
		slices.SortFunc(all, func(a, b member[T]) int { return compareNames(a.name, b.name) })
		return
	}
	for i := range all { // few are sooner sorted by hand
		for k := i; k > 0 && compareNames(all[k].name, all[k-1].name) < 0; k-- {
			all[k], all[k-1] = all[k-1], all[k]
		}
	}
}

// compareNames compares names as they are written, with a quote behind them.
func compareNames(a, b string) int {
	n := min(len(a), len(b))
	if c := strings.Compare(a[:n], b[:n]); c != 0 || len(a) == len(b) {
		return c
	}
	if len(a) < len(b) {
		return cmp.Compare('"', b[n])
	}
	return cmp.Compare(a[n], '"')
}

// appendMember appends one member of a map, unless it is left out.
func appendMember(e *encoder, dst []byte, elem *node, name string, r ref) ([]byte, bool) {
	if name == "" {
		return dst, false
	}
	from := len(dst)
	dst = appendKey(dst, name)
	keyed := len(dst)
	dst, ok := elem.append(e, dst, &elem.first, r)
	if len(dst) == keyed {
		return dst[:from], ok
	}
	e.marks = append(e.marks, from)
	return dst, ok
}

// appendAny appends the members of a map of any type with strings as keys.
func (n *node) appendAny(e *encoder, dst []byte, r ref) ([]byte, bool) {
	elem := reflect.New(n.c.Base.Elem()).Elem()
	to := refOf(elem)
	for iter := valueOf(r, n.c.Base).MapRange(); iter.Next(); {
		elem.SetIterValue(iter)
		var ok bool
		if dst, ok = appendMember(e, dst, n.elem, iter.Key().String(), to); !ok {
			return dst, false
		}
	}
	return dst, true
}
