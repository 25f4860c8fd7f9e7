package dyn

import (
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/dyntable/dyn/internal/codec"
)

// subset checks that every attribute of plan, which belongs to another struct,
// is one of m's, of the same type or, with pointers, behind a pointer.
func (m *model) subset(plan *codec.Plan, pointers bool) error {
	var errs []error
	for i := range plan.Fields {
		f := &plan.Fields[i]
		own := m.plan.ByName(f.Name)
		switch {
		case own == nil:
			errs = append(errs, fmt.Errorf("%s.%s: %s has no attribute %q", plan.Type.Name(), f.Go, m.typ.Name(), f.Name))
		case own.Type != f.Type && !(pointers && f.Type.Kind() == reflect.Pointer && f.Type.Elem() == own.Type):
			errs = append(errs, fmt.Errorf("%s.%s is a %s, %s.%s a %s; they must be the same", plan.Type.Name(), f.Go, f.Type, m.typ.Name(), own.Go, own.Type))
		case own.Codec.Attr() != f.Codec.Attr():
			errs = append(errs, fmt.Errorf("%s.%s is stored as %s, %s.%s as %s; give them the same dynamodbav options", plan.Type.Name(), f.Go, f.Codec.Attr(), m.typ.Name(), own.Go, own.Codec.Attr()))
		}
	}
	return errors.Join(errs...)
}

// patchPlan is how a struct of SetFrom maps to the attributes of an entity.
type patchPlan struct {
	fields []*codec.Field
	ptrs   []any // the prototype's pointers, one for each field
	err    error
}

type patchKey struct{ entity, patch reflect.Type }

var patchPlans sync.Map // patchKey → *patchPlan

func (m *model) patchPlan(t reflect.Type) *patchPlan {
	k := patchKey{m.typ, t}
	if p, ok := patchPlans.Load(k); ok {
		return p.(*patchPlan)
	}
	p, _ := patchPlans.LoadOrStore(k, m.newPatchPlan(t))
	return p.(*patchPlan)
}

func (m *model) newPatchPlan(t reflect.Type) *patchPlan {
	if t.Kind() != reflect.Struct {
		return &patchPlan{err: fmt.Errorf("SetFrom takes a struct, not a %s", t)}
	}
	plan, err := codec.Compile(t, codec.Options{})
	if err == nil {
		err = m.subset(plan, true)
	}
	if err != nil {
		return &patchPlan{err: fmt.Errorf("SetFrom: %w", err)}
	}
	p := &patchPlan{}
	proto := reflect.ValueOf(m.proto.ptr).Elem()
	var errs []error
	for i := range plan.Fields {
		f := &plan.Fields[i]
		switch f.Type.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		default:
			errs = append(errs, fmt.Errorf("SetFrom: %s.%s is a %s, which can't say that it was not given; make it a pointer", t.Name(), f.Go, f.Type))
		}
		p.fields = append(p.fields, f)
		p.ptrs = append(p.ptrs, fieldForWrite(proto, m.plan.ByName(f.Name)).Addr().Interface())
	}
	p.err = errors.Join(errs...)
	return p
}

// patch returns the actions of a SetFrom.
func (m *model) patch(v reflect.Value) ([]*action, error) {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	p := m.patchPlan(v.Type())
	if p.err != nil {
		return nil, p.err
	}
	var out []*action
	for i, f := range p.fields {
		fv, ok := f.Value(v)
		if !ok || fv.IsNil() {
			continue
		}
		if fv.Type() != reflect.TypeOf(p.ptrs[i]).Elem() {
			fv = fv.Elem()
		}
		out = append(out, &action{kind: actSet, ptr: p.ptrs[i], val: fv})
	}
	return out, nil
}
