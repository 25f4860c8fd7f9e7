package dyn

import (
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/expr"
	"github.com/dyntable/dyn/internal/key"
	"github.com/dyntable/dyn/internal/schema"
)

// model is everything that follows from a type alone. It is compiled once and
// never changes.
type model struct {
	typ   reflect.Type
	plan  *codec.Plan
	sch   *schema.Schema
	attrs []attr // parallel to plan.Fields
	proto *prototype
	errs  []error // why it can't be an entity

	spare    sync.Pool // *T, for the keys of reads
	embedded [][]int   // the embedded pointers that lead to attributes, outer ones first
	settled  []*attr   // those that are given a value when an operation is described
	ruled    []*attr   // those that must be present, or one of a few values
	hooked   bool      // it has a BeforeWrite or Validate
	listens  bool      // it has an AfterRead
}

// attr is an attribute with what the model needs to apply its rules.
type attr struct {
	*schema.Attr
	field *codec.Field
	deflt reflect.Value // the default, of the field's type; invalid for none
}

var models sync.Map // reflect.Type → *model

func modelOf(t reflect.Type) *model {
	if m, ok := models.Load(t); ok {
		return m.(*model)
	}
	m, _ := models.LoadOrStore(t, newModel(t))
	return m.(*model)
}

func newModel(t reflect.Type) *model {
	m := &model{typ: t}
	plan, err := codec.Compile(t, codec.Options{})
	if err != nil {
		plan = &codec.Plan{Type: t}
	}
	m.plan = plan
	m.embedded = embeddedPointers(plan)
	src := m.source()
	src.Broken = err != nil
	var errs []*schema.Error
	m.sch, errs = schema.Compile(src)
	errs = append(errs, codecErrors(src, err)...)
	if err == nil && (m.sch.Nulls || len(m.sch.SortableTimes) > 0) {
		m.plan, _ = codec.Compile(t, codec.Options{Nulls: m.sch.Nulls, SortableTimes: m.sch.SortableTimes})
	}
	m.attrs = make([]attr, len(m.sch.Attrs))
	for i := range m.attrs {
		m.attrs[i] = attr{Attr: &m.sch.Attrs[i], field: &m.plan.Fields[i]}
		if err := m.attrs[i].parseDefault(); err != nil {
			at := src.At(m.attrs[i].Go, err)
			at.Tag, at.Offset = m.attrs[i].Field.Tag, m.attrs[i].Rules.Option("default").At(0)
			errs = append(errs, at)
		}
	}
	m.sortOut()
	m.proto = newPrototype(m.plan, m.sch.SortableTimes)
	for _, x := range m.proto.errs {
		errs = append(errs, src.At(x.field, x.err))
	}
	slices.SortStableFunc(errs, schema.Compare)
	for _, err := range errs {
		m.errs = append(m.errs, err)
	}
	return m
}

// sortOut finds what the writes of an item have to look at.
func (m *model) sortOut() {
	for i := range m.attrs {
		a := &m.attrs[i]
		if r := a.Rules; r.HasDefault || r.Generate != "" || r.Created || r.Updated {
			m.settled = append(m.settled, a)
		}
		if a.Rules.Required || len(a.Rules.Enum) > 0 {
			m.ruled = append(m.ruled, a)
		}
	}
	p := reflect.PointerTo(m.typ)
	m.listens = p.Implements(reflect.TypeFor[afterReader]())
	m.hooked = p.Implements(reflect.TypeFor[beforeWriter]()) || p.Implements(reflect.TypeFor[validator]())
}

// name is the type's name in messages.
func (m *model) name() string { return typeName(m.typ) }

func typeName(t reflect.Type) string { return cmp.Or(t.Name(), t.String()) }

// codecErrors says of each field why it can't be stored.
func codecErrors(src *schema.Source, err error) []*schema.Error {
	if err == nil {
		return nil
	}
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	out := make([]*schema.Error, len(errs))
	for i, err := range errs {
		out[i] = src.At("", err)
		if what := errors.Unwrap(err); what != nil {
			if path, ok := strings.CutSuffix(err.Error(), ": "+what.Error()); ok {
				out[i] = src.At(path, what)
			}
		}
	}
	return out
}

func embeddedPointers(plan *codec.Plan) [][]int {
	var out [][]int
	for i := range plan.Fields {
		t := plan.Type
		for n, x := range plan.Fields[i].Index[:len(plan.Fields[i].Index)-1] {
			t = t.Field(x).Type
			if t.Kind() != reflect.Pointer {
				continue
			}
			t = t.Elem()
			index := plan.Fields[i].Index[:n+1]
			if !slices.ContainsFunc(out, func(have []int) bool { return slices.Equal(have, index) }) {
				out = append(out, index)
			}
		}
	}
	return out
}

// copyOf returns a settable copy of item, which shares no attribute's field
// with it.
func (m *model) copyOf(item reflect.Value) reflect.Value {
	v := reflect.New(m.typ).Elem()
	v.Set(item)
	m.own(v)
	return v
}

// own makes v, a copy of an item, share no attribute's field with it.
func (m *model) own(v reflect.Value) {
	for _, index := range m.embedded {
		if p, err := v.FieldByIndexErr(index); err == nil && !p.IsNil() {
			own := reflect.New(p.Type().Elem())
			own.Elem().Set(p.Elem())
			p.Set(own)
		}
	}
}

// source describes the type to package schema.
func (m *model) source() *schema.Source {
	n := len(m.plan.Fields)
	s := &schema.Source{Type: m.name(), Lookup: m.lookup, Fields: make([]schema.Field, 0, n+8)}
	next := 0 // attributes are mostly in the order of the fields
	stored := func(index []int) *codec.Field {
		for i := range n {
			if f := &m.plan.Fields[(next+i)%n]; slices.Equal(f.Index, index) {
				next += i + 1
				return f
			}
		}
		return nil
	}
	var room [8]int
	declared([]reflect.Type{m.typ}, room[:0], func(sf reflect.StructField, index []int) bool {
		text, tagged := sf.Tag.Lookup("dyn")
		f := stored(index)
		switch {
		case f != nil:
			s.Fields = append(s.Fields, describe(f))
			return false
		case tagged && !sf.Anonymous, len(m.plan.Fields) == 0 && sf.IsExported():
			s.Fields = append(s.Fields, schema.Field{Go: sf.Name, Tag: text})
		}
		return sf.Anonymous
	})
	return s
}

// declared calls visit for each field of a struct in declaration order, and
// goes into an embedded struct when visit says so. The struct is the last of
// the types that lead to it.
func declared(path []reflect.Type, index []int, visit func(reflect.StructField, []int) bool) {
	t := path[len(path)-1]
	for i := range t.NumField() {
		sf := t.Field(i)
		at := append(index, i) // which visit does not keep
		if !visit(sf, at) {
			continue
		}
		inner := sf.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && !slices.Contains(path, inner) {
			declared(append(path[:len(path):len(path)], inner), at, visit)
		}
	}
}

// lookup finds a field by its Go path.
func (m *model) lookup(path string) *schema.Field {
	chain := m.chain(path)
	if chain != nil {
		f := describe(chain[len(chain)-1])
		f.Go = path
		return &f
	}
	if sf, ok := m.typ.FieldByName(path); ok && !sf.Anonymous {
		return &schema.Field{Go: path} // declared, but not stored
	}
	return nil
}

// chain returns the fields from T down to the one that path names.
func (m *model) chain(path string) []*codec.Field {
	chain := make([]*codec.Field, 0, 1+strings.Count(path, "."))
	plan := m.plan
	for name := range strings.SplitSeq(path, ".") {
		if plan == nil {
			return nil
		}
		f := plan.ByGo(name)
		if f == nil {
			return nil
		}
		chain = append(chain, f)
		plan = f.Codec.Struct()
	}
	return chain
}

func describe(f *codec.Field) schema.Field {
	c := f.Codec
	base := c.Base
	part, err := partInfo(c)
	return schema.Field{
		Go: f.Go, Tag: f.Tag.Get("dyn"), Name: f.Name, Type: c.Attr(), Optional: c.Optional(),
		Text:    base.Kind() == reflect.String && c.Attr() == "S",
		Integer: c.Kind == codec.Int || c.Kind == codec.Uint,
		Time:    c.Kind == codec.Time || c.Kind == codec.UnixTime,
		Plain:   f.Type == reflect.TypeFor[string](),
		Part:    part, PartErr: err,
	}
}

var (
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// partInfo says how a value appears in a key.
func partInfo(c *codec.Codec) (key.FieldInfo, error) {
	switch c.Kind {
	case codec.Time:
		return key.FieldInfo{Kind: key.Time}, nil
	case codec.UnixTime:
		return key.FieldInfo{Kind: key.Time, Seconds: true}, nil
	}
	if c.Base.Implements(textMarshaler) && reflect.PointerTo(c.Base).Implements(textUnmarshaler) && c.Kind != codec.Struct {
		return key.FieldInfo{Kind: key.Text}, nil
	}
	switch c.Kind {
	case codec.String:
		return key.FieldInfo{Kind: key.Text}, nil
	case codec.Int:
		return key.FieldInfo{Kind: key.Int, Bits: c.Base.Bits()}, nil
	case codec.Uint:
		return key.FieldInfo{Kind: key.Uint, Bits: c.Base.Bits()}, nil
	case codec.Bool:
		return key.FieldInfo{Kind: key.Bool}, nil
	}
	return key.FieldInfo{}, noPart{c.Type}
}

// noPart is the error of a type that no key can hold. Most structs have such
// fields, and no key names them: the text is written when somebody asks.
type noPart struct{ t reflect.Type }

func (e noPart) Error() string {
	return fmt.Sprintf("a %s can't be part of a key: parts are strings, integers, bools, times, and types with MarshalText and UnmarshalText", e.t)
}

// part is a field that keys depend on.
type part struct {
	goRef string
	attr  int
	path  expr.Path
	chain []*codec.Field // from T down to the field
	codec *codec.Codec
	text  bool // it goes through MarshalText
	plain int  // place in T of a field that is a string, else -1
	ptr   any  // the prototype's pointer to the field

	shard  int     // how many shards, for a part that is no field
	e      *entity // whose key decides the shard
	values []string
}

func (e *entity) part(p schema.Part) *part {
	if p.Shard > 0 {
		return &part{goRef: p.Go, attr: -1, path: expr.Name("\x00" + p.Go), plain: -1, shard: p.Shard, e: e}
	}
	return e.m.part(p)
}

func (m *model) part(p schema.Part) *part {
	chain := m.chain(p.Go)
	out := &part{goRef: p.Go, attr: p.Attr, chain: chain, codec: chain[len(chain)-1].Codec}
	proto := reflect.ValueOf(m.proto.ptr).Elem()
	for _, f := range chain {
		out.path = append(out.path, expr.Step{Name: f.Name})
		for proto.Kind() == reflect.Pointer {
			proto = proto.Elem()
		}
		if proto.IsValid() {
			proto = fieldForWrite(proto, f)
		}
	}
	if proto.IsValid() {
		out.ptr = proto.Addr().Interface()
	}
	k := out.codec.Kind
	out.text = k != codec.Time && k != codec.UnixTime && k != codec.Struct && out.codec.Base.Implements(textMarshaler)
	out.plain = -1
	if k == codec.String && !out.text && out.codec.Pointer == 0 && len(chain) == 1 && len(chain[0].Index) == 1 {
		out.plain = chain[0].Index[0]
	}
	return out
}

// get returns the part's value in item, a struct; ok is false when it is absent.
func (p *part) get(item reflect.Value) (v key.Value, ok bool, err error) {
	if p.plain >= 0 {
		s := item.Field(p.plain).String()
		return key.TextValue(s), s != "", nil
	}
	if p.shard > 0 {
		return p.shardOf(item)
	}
	fv, ok := p.field(item)
	if !ok {
		return key.Value{}, false, nil
	}
	v, err = p.value(fv)
	return v, err == nil, err
}

// field returns the part's field in item; ok is false when it is absent.
func (p *part) field(item reflect.Value) (reflect.Value, bool) {
	if p.shard > 0 {
		_, ok, err := p.shardOf(item)
		return item, ok && err == nil
	}
	return p.below(item, 0)
}

// below returns the part's field in v, which is the value of the first n
// fields of its chain.
func (p *part) below(v reflect.Value, n int) (reflect.Value, bool) {
	for _, f := range p.chain[n:] {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		var ok bool
		if v, ok = f.Value(v); !ok || f.Codec.Tag.OmitEmpty && f.Codec.Absent(v) {
			return v, false
		}
	}
	return v, !p.codec.Absent(v)
}

// value returns what a key renders for v, a present value of the field's type
// behind any number of pointers.
func (p *part) value(v reflect.Value) (key.Value, error) {
	if p.shard > 0 { // v is the item
		shard, _, err := p.shardOf(v)
		return shard, err
	}
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if p.text {
		b, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil {
			return key.Value{}, fmt.Errorf("%s: %w", p.goRef, err)
		}
		return key.TextValue(string(b)), nil
	}
	switch p.codec.Kind {
	case codec.Int:
		return key.IntValue(v.Int()), nil
	case codec.Uint:
		return key.UintValue(v.Uint()), nil
	case codec.Bool:
		return key.BoolValue(v.Bool()), nil
	case codec.Float: // of an attribute that is itself a key
		return key.TextValue(strconv.FormatFloat(v.Float(), 'g', -1, 64)), nil
	case codec.Bytes:
		return key.TextValue(string(v.Bytes())), nil
	case codec.Time:
		return key.TimeValue(asTime(v).UTC()), nil
	case codec.UnixTime:
		return key.TimeValue(asTime(v).Truncate(time.Second).UTC()), nil
	}
	return key.TextValue(v.String()), nil
}

var noFields = mustPlan(reflect.TypeFor[struct{}]())

// mustPlan compiles a type that is known to be right.
func mustPlan(t reflect.Type) *codec.Plan {
	p, err := codec.Compile(t, codec.Options{})
	if err != nil {
		panic(err)
	}
	return p
}

var timeType = reflect.TypeFor[time.Time]()

func asTime(v reflect.Value) time.Time {
	if v.Type() != timeType {
		v = v.Convert(timeType)
	}
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}

// parseDefault turns the text of a default into a value of the field's type.
func (a *attr) parseDefault() error {
	if !a.Rules.HasDefault {
		return nil
	}
	a.deflt = reflect.New(a.field.Type).Elem()
	return setText(a.deflt, a.Rules.Default)
}

// setText sets v from its text form.
func setText(v reflect.Value, text string) error {
	for v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	var err error
	switch {
	case v.Kind() == reflect.String:
		v.SetString(text)
	case v.Kind() == reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		v.SetBool(b)
	case v.CanInt():
		var n int64
		n, err = strconv.ParseInt(text, 10, v.Type().Bits())
		v.SetInt(n)
	case v.CanUint():
		var n uint64
		n, err = strconv.ParseUint(text, 10, v.Type().Bits())
		v.SetUint(n)
	case v.CanFloat():
		var f float64
		f, err = strconv.ParseFloat(text, v.Type().Bits())
		v.SetFloat(f)
	default:
		return errors.New("a default needs a field of one value: a string, number, bool, time or text")
	}
	if err != nil {
		return fmt.Errorf("%q is no %s", text, v.Type())
	}
	return nil
}
