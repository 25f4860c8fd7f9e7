package dyn

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/expr"
)

// Scope returns a handle that works within one part of the entity's items, such
// as those of a tenant: conds are Eq conditions on attributes of the item. It
// supplies these attributes wherever they are left out of an item, key or
// query, and refuses other values. What it can't refuse beforehand it guards:
// reads treat an item outside the scope as not there, writes do not touch it.
//
//	mine := cards.Scope(dyn.Eq(&cardF.TenantID, tenant))
//
// Mistakes in conds are reported by the handle's operations.
func (e *Entity[T]) Scope(conds ...Cond) *Entity[T] { return &Entity[T]{e.e.within(conds)} }

// bound is an attribute that a scope fixes. Nobody else has its value, or what
// that points to: who gets an item may change it.
type bound struct {
	attr  *attr
	field reflect.Value // the value, of the field's type
	plain bool          // it leads to no other memory
	av    types.AttributeValue
	cond  Cond // Eq on the attribute
	inKey bool // the primary key holds it, so that other values have other keys
}

// within returns e limited to the items that meet conds, besides its own scope.
func (e *entity) within(conds []Cond) *entity {
	out := *e
	out.scope = append(e.scope[:len(e.scope):len(e.scope)], make([]bound, 0, len(conds))...)
	for _, c := range conds {
		b, err := e.bound(c)
		if err != nil {
			out.scopeErr = errors.Join(out.scopeErr, fmt.Errorf("scope: %w", err))
			continue
		}
		out.scope = append(out.scope, b)
	}
	out.indexes = make([]*index, len(e.indexes))
	for i, ix := range e.indexes {
		one := *ix
		one.e = &out
		out.indexes[i] = &one
	}
	out.settle()
	return &out
}

func (e *entity) bound(c Cond) (bound, error) {
	if c.err() != nil {
		return bound{}, c.err()
	}
	if c.op != expr.Eq || c.elem || c.other() != nil {
		return bound{}, errors.New("a scope is made of Eq conditions")
	}
	r, err := e.m.ref(c.ptr)
	if err != nil {
		return bound{}, err
	}
	if len(r.path) > 1 {
		return bound{}, fmt.Errorf("%s is no attribute of its own", r.goRef)
	}
	b := bound{attr: &e.m.attrs[r.attr], field: r.wrapped(c.value(0)), cond: c}
	if r.codec.Absent(b.field) {
		return b, fmt.Errorf("%s is empty; a scope needs a value", r.goRef)
	}
	if b.av, err = r.encode(c.value(0)); err != nil {
		return b, err
	}
	b.settle()
	for _, k := range e.primary().keys() {
		for i, p := range k.parts {
			b.inKey = b.inKey || p.path.Equal(r.path) && (k.tmpl == nil || !k.tmpl.Parts()[i].Lossy)
		}
	}
	return b, nil
}

// settle gives b a value of its own.
func (b *bound) settle() {
	switch b.field.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Struct, reflect.Array, reflect.Interface:
		b.field = b.copy()
	default:
		b.plain = true
	}
	if b.cond.plain {
		return
	}
	own, typ := b.field, reflect.TypeOf(b.cond.val).Elem()
	for own.Type() != typ && own.Kind() == reflect.Pointer {
		own = own.Elem()
	}
	if own.Type() == typ {
		p := reflect.New(typ)
		p.Elem().Set(own)
		b.cond.val = p.Interface()
	}
}

// copy returns the value in memory that nobody else has, or what there is when
// it does not come out of its attribute again as it went in.
func (b *bound) copy() reflect.Value {
	if b.plain {
		return b.field
	}
	v := reflect.New(b.field.Type()).Elem()
	if err := b.attr.field.Codec.Decode(b.av, v); err != nil {
		return b.field
	}
	if av, err := b.attr.field.Codec.Encode(v); err != nil || !codec.Equal(av, b.av) {
		return b.field
	}
	return v
}

// fill gives item, which is settable, the attributes of the scope, and refuses
// it when it has others.
func (e *entity) fill(item reflect.Value) error {
	if e.scopeErr != nil {
		return e.scopeErr
	}
	for _, b := range e.scope {
		fv := fieldForWrite(item, b.attr.field)
		if fv.IsZero() {
			fv.Set(b.copy())
			continue
		}
		av, err := b.attr.field.Codec.Encode(fv)
		if err != nil {
			return err
		}
		if !codec.Equal(av, b.av) {
			return fmt.Errorf("%s has a value outside the scope of this handle", b.attr.Go)
		}
	}
	return nil
}

// guard is the condition that a stored item lies in the scope, as far as its
// key does not say so.
func (e *entity) guard() []expr.Cond {
	var out []expr.Cond
	for _, b := range e.scope {
		if !b.inKey {
			out = append(out, expr.Constant(expr.Eq, expr.Name(b.attr.Name), b.av))
		}
	}
	return out
}

// inScope reports whether an item, read from ix, lies in the scope. Where the
// index does not hold an attribute of the scope, the key conditions saw to it.
func (e *entity) inScope(item record, ix *index) bool {
	for _, b := range e.scope {
		if ix.projects(b.attr.Name) && !codec.Equal(item.get(b.attr.Name), b.av) {
			return false
		}
	}
	return true
}

// scoped adds the conditions of the scope to those of a query: to the key
// conditions where the index has the attribute in its key, else to the filter.
func (ix *index) scoped(terms []term) (more []term, filters []Cond, err error) {
	if ix.e.scopeErr != nil {
		return nil, nil, ix.e.scopeErr
	}
	for n := range ix.e.scope {
		b := &ix.e.scope[n]
		path := expr.Name(b.attr.Name)
		given := false
		for i := range terms {
			t := &terms[i]
			if t.cond.op == expr.Eq && t.ref.path.Equal(path) {
				given = true
				if av, err := t.encode(0); err != nil || !codec.Equal(av, b.av) {
					return nil, nil, fmt.Errorf("%s has a value outside the scope of this handle", b.attr.Go)
				}
			}
		}
		r, err := ix.e.m.ref(b.cond.ptr)
		if err != nil {
			return nil, nil, err
		}
		if !given {
			more = append(more, term{cond: b.cond, ref: r, optional: true})
		}
		isKey := slices.ContainsFunc(ix.keys(), func(k *keyAttr) bool { return k.name == b.attr.Name })
		switch {
		case isKey:
		case ix.projects(b.attr.Name):
			filters = append(filters, b.cond)
		case !ix.pins(path):
			return nil, nil, fmt.Errorf("%s does not hold %s, so the scope can't be kept", ix.describe(), b.attr.Go)
		}
	}
	return more, filters, nil
}

// pins reports whether the partition key holds the attribute in full.
func (ix *index) pins(path expr.Path) bool {
	for _, k := range ix.pk {
		for i, p := range k.parts {
			if p.path.Equal(path) && (k.tmpl == nil || !k.tmpl.Parts()[i].Lossy) {
				return true
			}
		}
	}
	return false
}

// WithNamespace puts name and a slash before every partition key, so that
// stages or tests may share a table and never meet. Queries of the service's
// entities find only items of its namespace. A partition key of the table that
// is itself an attribute has no room for it, which registration reports.
func WithNamespace(name string) ServiceOption {
	return func(s *Service) error {
		if name == "" || strings.Contains(name, "/") || !utf8.ValidString(name) {
			return fmt.Errorf("the namespace %q needs some text without a slash", name)
		}
		s.namespace = name + "/"
		return nil
	}
}
