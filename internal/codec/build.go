package codec

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	marshalerType   = reflect.TypeFor[attributevalue.Marshaler]()
	unmarshalerType = reflect.TypeFor[attributevalue.Unmarshaler]()
	unixTimeType    = reflect.TypeFor[attributevalue.UnixTime]()
)

// form is all that a codec depends on.
type form struct {
	typ   reflect.Type
	tag   Tag
	nulls bool // Options.Nulls
	// addressable is false for map elements and the contents of interfaces, whose Marshaler counts only if it has a
	// value receiver.
	addressable bool
	// plain leaves the type's own Marshaler and Unmarshaler aside.
	plain bool
}

// registry holds the finished codecs of the program. It grows with the program's types, never with its data.
var registry = struct {
	building sync.Mutex // held while a type is compiled, so that each is compiled once
	sync.RWMutex
	codecs map[form]*Codec
	plans  map[form]*Plan
}{codecs: map[form]*Codec{}, plans: map[form]*Plan{}}

// builder compiles one type and those it contains. What is new goes to the registry once all of it is good.
type builder struct {
	nulls  bool
	codecs map[form]*Codec
	plans  map[form]*Plan
	path   []string // Go names down to the field at hand
	errs   []error
}

// build runs f on a builder and publishes what it made.
func build(nulls bool, f func(*builder)) error {
	registry.building.Lock()
	defer registry.building.Unlock()
	b := &builder{nulls: nulls, codecs: map[form]*Codec{}, plans: map[form]*Plan{}}
	f(b)
	if len(b.errs) > 0 {
		return errors.Join(b.errs...)
	}
	registry.Lock()
	defer registry.Unlock()
	maps.Copy(registry.codecs, b.codecs)
	maps.Copy(registry.plans, b.plans)
	return nil
}

// codecOf returns the codec of a form, which may be found out only when a value is met.
func codecOf(k form) (c *Codec, err error) {
	registry.RLock()
	c, ok := registry.codecs[k]
	registry.RUnlock()
	if ok {
		return c, nil
	}
	err = build(k.nulls, func(b *builder) { c = b.codec(k) })
	return c, err
}

func (b *builder) fail(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	if len(b.path) > 0 {
		err = &pathError{strings.Join(b.path, "."), err}
	}
	b.errs = append(b.errs, err)
}

// plan returns the plan of struct type t. A plan under construction is returned as it is: types may contain themselves.
func (b *builder) plan(t reflect.Type, addressable bool) *Plan {
	k := form{typ: t, nulls: b.nulls, addressable: addressable}
	if p, ok := b.plans[k]; ok {
		return p
	}
	registry.RLock()
	p, ok := registry.plans[k]
	registry.RUnlock()
	if ok {
		return p
	}
	p = &Plan{Type: t}
	b.plans[k] = p
	found, err := attributes(t)
	if err != nil {
		b.fail("%w", err)
	}
	p.Fields = make([]Field, len(found))
	for i := range found {
		b.path = append(b.path, found[i].field.Name)
		p.Fields[i] = b.field(t, &found[i], addressable)
		b.path = b.path[:len(b.path)-1]
	}
	p.finish()
	return p
}

func (b *builder) field(t reflect.Type, c *candidate, addressable bool) Field {
	sf := &c.field
	if c.hidden != "" {
		b.fail("promoted from embedded pointer %s, which nothing outside its package can set; embed it by value", c.hidden)
	}
	if !sf.IsExported() && !readable(sf.Type) {
		b.fail("embedded %s is not exported, so it cannot be stored; tag it `dynamodbav:\"-\"` or give the field a name", sf.Type)
	}
	if c.tag.OmitEmpty && c.tag.NullEmpty || c.tag.OmitEmptyElem && c.tag.NullEmptyElem {
		b.fail("omitempty and nullempty exclude each other")
	}
	c.tag.Nulls = b.nulls
	indirect := false
	for _, i := range c.index[:len(c.index)-1] {
		indirect = indirect || t.Field(i).Type.Kind() == reflect.Pointer
		t = target(t.Field(i).Type)
	}
	return Field{
		Name: c.name, Go: sf.Name, Index: c.index, Tag: sf.Tag, Type: sf.Type, indirect: indirect,
		Codec: b.codec(form{typ: sf.Type, tag: c.tag, addressable: addressable || indirect}),
	}
}

// readable tells whether reflection may work on an embedded unexported field of type t: on the exported fields of a
// struct, but not on the field as a whole.
func readable(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !isTime(t) && !marshals(t, true) && !unmarshals(t)
}

func (b *builder) codec(k form) *Codec {
	k.nulls = b.nulls
	if c, ok := b.codecs[k]; ok {
		return c
	}
	registry.RLock()
	c, ok := registry.codecs[k]
	registry.RUnlock()
	if ok {
		return c
	}
	c = &Codec{Type: k.typ, Base: k.typ, Tag: k.tag}
	b.codecs[k] = c
	for c.Base.Kind() == reflect.Pointer {
		c.Base = c.Base.Elem()
		if c.Pointer++; c.Pointer > maxPointers {
			b.fail("type %s is a pointer without end", k.typ)
			break
		}
	}
	k.addressable = k.addressable || c.Pointer > 0
	content := b.content(c, k)
	c.wrap(content)
	return c
}

const maxPointers = 8

// content fills in what depends on c's base type and returns the function that encodes it.
func (b *builder) content(c *Codec, k form) encodeFunc {
	k.typ = c.Base
	if !k.plain && (marshals(c.Base, k.addressable || c.Pointer > 0) || c.unmarshals()) {
		return b.custom(c, k)
	}
	switch c.Base.Kind() {
	case reflect.Struct:
		if isTime(c.Base) {
			return c.timeCodec()
		}
		return c.structCodec(b.plan(c.Base, k.addressable))
	case reflect.Map:
		return b.mapCodec(c)
	case reflect.Slice, reflect.Array:
		return b.sliceCodec(c, k)
	case reflect.Interface:
		return b.interfaceCodec(c, k)
	default:
		return c.scalarCodec()
	}
}

// elem returns the codec of elements of type t, kept in a slice or array that is addressable or in a map.
func (b *builder) elem(c *Codec, t reflect.Type, addressable bool) *Codec {
	return b.codec(form{typ: t, tag: c.Tag.elem(), addressable: addressable})
}

// marshals tells whether attributevalue finds a Marshaler on values of type t, addressable ones or others.
func marshals(t reflect.Type, addressable bool) bool {
	if t.Kind() == reflect.Interface {
		return false
	}
	if addressable && t.Name() != "" {
		t = reflect.PointerTo(t)
	}
	return t.NumMethod() > 0 && t.Implements(marshalerType)
}

func unmarshals(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.NumMethod() > 0 && p.Implements(unmarshalerType)
}

// unmarshals tells whether decoding goes through an Unmarshaler. A type without a name has one only by embedding, and
// attributevalue sees it only behind a pointer.
func (c *Codec) unmarshals() bool {
	return (c.Pointer > 0 || c.Base.Name() != "") && unmarshals(c.Base)
}

// wrap builds the encoder of c from that of its base type. attributevalue looks through one pointer without asking
// whether what it points to is empty, through the next one as at a new value, and so on in turn.
func (c *Codec) wrap(content encodeFunc) {
	c.base = content
	c.bare = c.Pointer == 0 && !c.Tag.OmitEmpty && !c.Tag.NullEmpty && !c.Tag.String
	whole := c.orEmpty(c.Base, content)
	t := c.Base
	for range c.Pointer {
		inner, innerWhole := content, whole
		t = reflect.PointerTo(t)
		whole = c.orEmpty(t, func(e *encoder, v reflect.Value) (types.AttributeValue, error) {
			return inner(e, v.Elem())
		})
		content = c.behind(t, innerWhole)
	}
	c.content, c.encode = content, whole
}
