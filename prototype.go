package dyn

import (
	"errors"
	"reflect"
	"slices"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/expr"
)

// prototype is the value whose addresses name a type's attributes. It is built
// once with its model and only read afterwards.
type prototype struct {
	ptr  any              // *T
	refs map[uintptr]*ref // by address; those of other types at it follow
	errs []protoError

	sortable []string // the string times of fixed width, by Go path
}

// protoError says why a field has no address that names it.
type protoError struct {
	field string
	err   error
}

func newPrototype(plan *codec.Plan, sortable []string) *prototype {
	v := reflect.New(plan.Type)
	p := &prototype{ptr: v.Interface(), refs: make(map[uintptr]*ref, len(plan.Fields)+8), sortable: sortable}
	p.structure(v.Elem(), plan, &ref{attr: -1}, []reflect.Type{plan.Type})
	return p
}

// structure registers the fields of struct v, which base leads to. The types
// on the way are in path: a pointer to one of them is not followed.
func (p *prototype) structure(v reflect.Value, plan *codec.Plan, base *ref, path []reflect.Type) {
	n := len(plan.Fields)
	refs, steps := make([]ref, n), make([]expr.Step, 0, n*(len(base.path)+1))
	for i := range plan.Fields {
		f := &plan.Fields[i]
		fv, ok := p.reach(v, f)
		if !ok {
			continue
		}
		start := len(steps)
		steps = append(append(steps, base.path...), expr.Step{Name: f.Name})
		r := &refs[i]
		*r = ref{attr: base.attr, path: steps[start:len(steps):len(steps)], goRef: join(base.goRef, f.Go), codec: f.Codec}
		if r.attr < 0 {
			r.attr = i
		}
		r.sortable = slices.Contains(p.sortable, r.goRef)
		if f.Type.Size() == 0 {
			p.fail(r.goRef, "an attribute of a type without size has no address of its own; leave it out with `dynamodbav:\"-\"`")
			continue
		}
		p.value(fv, r, path)
	}
}

func (p *prototype) fail(field, what string) {
	p.errs = append(p.errs, protoError{field, errors.New(what)})
}

// reach returns field f of struct v, making the embedded structs on the way.
func (p *prototype) reach(v reflect.Value, f *codec.Field) (reflect.Value, bool) {
	for n, i := range f.Index {
		if n > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !v.CanSet() {
					p.fail(f.Go, "a pointer to an unexported struct can't be embedded; embed the struct, or export its type")
					return v, false
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, true
}

// value registers v, what it points to, and the fields within.
func (p *prototype) value(v reflect.Value, r *ref, path []reflect.Type) {
	at := v.Addr()
	r.ptr, r.next = at.Interface(), p.refs[at.Pointer()]
	p.refs[at.Pointer()] = r
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		if slices.Contains(path, t.Elem()) {
			return
		}
		v.Set(reflect.New(t.Elem()))
		to := *r
		to.wrap++
		p.value(v.Elem(), &to, path)
		return
	}
	if sub := r.codec.Struct(); sub != nil && t.Kind() == reflect.Struct {
		p.structure(v, sub, r, append(path[:len(path):len(path)], t))
	}
}

// find returns what pointer x into the prototype names, nil for another. What is
// at an address does not move: the prototype lives as long as the program.
func (p *prototype) find(x any) *ref {
	v := reflect.ValueOf(x)
	if v.Kind() != reflect.Pointer {
		return nil
	}
	for r := p.refs[v.Pointer()]; r != nil; r = r.next {
		if r.ptr == x {
			return r
		}
	}
	return nil
}

func join(base, field string) string {
	if base == "" {
		return field
	}
	return base + "." + field
}
