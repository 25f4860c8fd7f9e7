package codec

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Plan is the compiled form of a struct type. It is immutable and safe for concurrent use.
type Plan struct {
	Type   reflect.Type
	Fields []Field // in declaration order, those of embedded structs in the place of the struct

	names  map[string]int        // attribute name to place in Fields
	folded func() map[string]int // one more than the same, for names without regard to case; made when it is needed
	shapes uint64                // the shapes of all names
	size   size
}

// Field is one attribute of a struct.
type Field struct {
	Name  string // attribute name
	Go    string // Go name as from the plan's struct: a promoted field's own name, unless another field has it too
	Index []int  // reflect's index path, through embedded structs and pointers to them
	Tag   reflect.StructTag
	Type  reflect.Type
	Codec *Codec

	indirect bool // promoted through a pointer
}

// Compile returns the plan of struct type t. Plans are kept for the life of the program, except those with
// SortableTimes. All mistakes in t and the types it contains are reported, joined, in field order.
func Compile(t reflect.Type, o Options) (*Plan, error) {
	if t == nil || t.Kind() != reflect.Struct || isTime(t) {
		return nil, fmt.Errorf("%v is not a struct with attributes", t)
	}
	if marshals(t, true) || unmarshals(t) {
		return nil, fmt.Errorf("%v has a Marshaler or Unmarshaler, its own or an embedded field's, so its attributes are not "+
			"known; put it into a field of another struct, or name the embedded field", t)
	}
	var p *Plan
	err := build(o.Nulls, func(b *builder) { p = b.plan(t, true) })
	if err != nil {
		return nil, err
	}
	if len(o.SortableTimes) > 0 {
		return p.withSortable(o.SortableTimes)
	}
	return p, nil
}

// withSortable returns a copy of p that encodes the string times at paths in their sortable form.
func (p *Plan) withSortable(paths []string) (*Plan, error) {
	c := *p
	c.Fields = slices.Clone(p.Fields)
	var errs []error
	for _, path := range paths {
		if err := c.makeSortable(path); err != nil {
			errs = append(errs, err)
		}
	}
	return &c, errors.Join(errs...)
}

func (p *Plan) makeSortable(path string) error {
	f, rest := p.step(path)
	switch {
	case f == nil:
		return fmt.Errorf("no attribute has the Go path %q", path)
	case rest != "":
		if f.Codec.Struct() == nil {
			return fmt.Errorf("%s is no struct, so there is no %s.%s", f.Go, f.Go, rest)
		}
		plan, err := f.Codec.plan.withSortable([]string{rest})
		if err != nil {
			return at(f.Go, err)
		}
		f.Codec = f.Codec.with(func(c *Codec) encodeFunc { return c.structCodec(plan) })
	case f.Codec.Kind == Time:
		f.Codec = f.Codec.with(func(c *Codec) encodeFunc { c.Sortable = true; return encodeSortable })
	}
	return nil
}

// with returns a copy of c that encodes its base type by what content returns.
func (c *Codec) with(content func(*Codec) encodeFunc) *Codec {
	d := *c
	d.wrap(content(&d))
	return &d
}

// finish builds what follows from the fields.
func (p *Plan) finish() {
	fields := p.Fields
	p.folded = sync.OnceValue(func() map[string]int { return foldedNames(fields) })
	p.names = make(map[string]int, len(p.Fields))
	for i := range p.Fields {
		f := &p.Fields[i]
		p.names[f.Name] = i
		p.shapes |= shape(f.Name)
		if len(f.Index) > 1 {
			f.Go = goPath(p.Type, f.Index)
		}
		p.size = p.size.plus(f.Codec.size())
	}
}

// foldedNames maps names without regard to case to one more than the place of the first field that has them.
func foldedNames(fields []Field) map[string]int {
	m := make(map[string]int, len(fields))
	for i := range fields {
		if folded := fold(fields[i].Name); m[folded] == 0 {
			m[folded] = i + 1
		}
	}
	return m
}

// goPath returns the name by which Go code reaches a promoted field: its own, or that of the embedded structs with it
// where another field hides it.
func goPath(t reflect.Type, index []int) string {
	leaf := t.FieldByIndex(index).Name
	if sf, ok := t.FieldByName(leaf); ok && slices.Equal(sf.Index, index) {
		return leaf
	}
	var names []string
	for _, i := range index {
		sf := target(t).Field(i)
		names, t = append(names, sf.Name), sf.Type
	}
	return strings.Join(names, ".")
}

// ByName returns the field stored under an attribute name, nil if there is none.
func (p *Plan) ByName(name string) *Field {
	if i, ok := p.names[name]; ok {
		return &p.Fields[i]
	}
	return nil
}

// Match returns the place in Fields of the field that an attribute with this name is decoded into when it is the only
// such one: the field of exactly that name, else the first that differs only in case, else -1.
func (p *Plan) Match(name string) int {
	if i, ok := p.names[name]; ok {
		return i
	}
	i, _ := p.foldedIndex(name)
	return i
}

// ByGo returns the field with a Go path, which may lead through nested structs ("Address.Zip"), nil if there is none.
func (p *Plan) ByGo(path string) *Field {
	for {
		f, rest := p.step(path)
		if f == nil || rest == "" {
			return f
		}
		if p = f.Codec.Struct(); p == nil {
			return nil
		}
		path = rest
	}
}

// step returns the field that path begins with and the rest of the path.
func (p *Plan) step(path string) (f *Field, rest string) {
	for i := range p.Fields {
		f := &p.Fields[i]
		switch rest, ok := strings.CutPrefix(path, f.Go); {
		case ok && rest == "":
			return f, ""
		case ok && len(rest) > 1 && rest[0] == '.':
			return f, rest[1:]
		}
	}
	return nil, ""
}

// Value returns the field's value in struct v. ok is false when an embedded pointer on the way is nil.
func (f *Field) Value(v reflect.Value) (fv reflect.Value, ok bool) {
	for i, x := range f.Index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}, false
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v, true
}

// settable is Value that makes embedded structs on the way as needed.
func (f *Field) settable(v reflect.Value) reflect.Value {
	for i, x := range f.Index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

// Encode returns the field's attribute value in struct v; present is false when it is left out.
func (f *Field) Encode(v reflect.Value) (av types.AttributeValue, present bool, err error) {
	e := newEncoder()
	defer e.release()
	av, err = f.encode(e, v)
	return av, av != nil, err
}

func (f *Field) encode(e *encoder, v reflect.Value) (types.AttributeValue, error) {
	fv, ok := f.Value(v)
	if !ok {
		return nil, nil
	}
	av, err := f.Codec.encode(e, fv)
	if err != nil {
		return nil, at(f.Go, err)
	}
	return av, nil
}

// Decode sets the field in struct v, which must be settable, making embedded structs on the way as needed.
func (f *Field) Decode(av types.AttributeValue, v reflect.Value) error {
	if err := f.Codec.decode(av, f.settable(v)); err != nil {
		return at(f.Go, err)
	}
	return nil
}

// Absent is [Codec.Absent] of the field in struct v. It is also absent when an embedded pointer on the way is nil.
func (f *Field) Absent(v reflect.Value) bool {
	fv, ok := f.Value(v)
	return !ok || f.Codec.Absent(fv)
}

// Optional tells whether the field of some struct is [Field.Absent].
func (f *Field) Optional() bool { return f.indirect || f.Codec.Optional() }
