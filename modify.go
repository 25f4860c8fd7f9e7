package dyn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/expr"
)

// maxModify is how often Modify tries before it gives up on an item that others
// change all the time.
const maxModify = 10

// Modify reads the item with the key, lets change alter it, and writes the
// attributes that differ, on the condition that nobody has changed the item
// meanwhile: its `lock` version, or without one all its attributes, are as they
// were read. If somebody has, it starts again with the new item, up to 10
// times; change must do the same every time. It returns the item as written.
// When the answer to a write is lost and the item has changed after it, Modify
// can't tell whose change that was: it fails with a [*ConditionError] that has
// Retried set. With [Idempotent] there is no such doubt.
//
// The error of change is returned as it is and nothing is written; so it is
// when change alters the primary key. When nothing differs nothing is sent.
// Without an item the error is [ErrNotFound].
func (e *Entity[T]) Modify(ctx context.Context, key T, change func(*T) error, opts ...WriteOption) (T, error) {
	out, err := e.e.modify(ctx, reflect.ValueOf(&key).Elem(), func(item reflect.Value) error {
		return change(item.Addr().Interface().(*T))
	}, opts)
	if err != nil {
		return key, err
	}
	return out.Interface().(T), nil
}

func (e *entity) modify(ctx context.Context, item reflect.Value, change func(reflect.Value) error, opts []WriteOption) (reflect.Value, error) {
	var c call
	for _, o := range opts {
		o.clause(&c)
	}
	op := "modify " + e.name
	k, err := e.key(item)
	if err != nil {
		return item, opError(op, err)
	}
	for attempt := 0; ; attempt++ {
		old, err := e.rawGet(ctx, op, k, &c)
		if err != nil {
			return item, err
		}
		out, err := e.tryModify(ctx, op, old, change, c)
		var conflict *ConditionError
		if !errors.As(err, &conflict) || attempt+1 == maxModify || !outrun(conflict, old) {
			return out, err
		}
		if err := waitUpTo(ctx, attempt, time.Second); err != nil {
			return item, opError(op, err)
		}
	}
}

// outrun reports whether a Modify was refused because somebody else changed the
// item after it was read, so that it may be tried again. An item that is as it
// was fails the caller's conditions. After a lost answer it may be our own
// change that we met: doing it again could do it twice.
func outrun(conflict *ConditionError, old rawItem) bool {
	return conflict.Old != nil && !conflict.Retried && !maps.EqualFunc(conflict.Item, old, codec.Equal)
}

// tryModify changes and writes the item that was read as old.
func (e *entity) tryModify(ctx context.Context, op string, old rawItem, change func(reflect.Value) error, c call) (reflect.Value, error) {
	item, err := e.read(ctx, op, record{attrs: old, again: true}) // what changes in place must differ from old
	if err != nil {
		return item, err
	}
	if err := change(item); err != nil {
		return item, err
	}
	w := &write{e: e, verb: verbUpdate, label: op, call: c, given: item, item: item, now: e.svc.clock()}
	if c.idempotent {
		if w.token, err = e.svc.token(); err != nil {
			return item, opError(op, err)
		}
	}
	r, err := w.difference(ctx, op, old)
	if err != nil || r == nil {
		return item, named(op, err)
	}
	out, err := r.send(ctx)
	if err != nil {
		return item, err
	}
	return out.item, nil
}

// rawGet reads an item consistently, as stored.
func (e *entity) rawGet(ctx context.Context, op string, k rawItem, c *call) (rawItem, error) {
	r := e.reader()
	in := r.getInput(ctx, k, &call{consistent: true, capacity: c.capacity})
	out, err := e.svc.getItem(ctx, e.primary().about(op, in.TableName), in, &passage{})
	if err != nil {
		return nil, opError(op, err)
	}
	c.consumed(out.ConsumedCapacity)
	return out.Item, e.present(op, record{attrs: out.Item})
}

// difference returns the request that turns old into w's item, nil when they
// are the same.
func (w *write) difference(ctx context.Context, op string, old rawItem) (*request, error) {
	e := w.e
	before, err := e.version(w.item)
	if err != nil {
		return nil, err
	}
	for i := range e.m.attrs {
		if a := &e.m.attrs[i]; a.Rules.Updated {
			// Set below; equal timestamps alone are no difference.
			_ = e.restore(w.item, a.field, old)
		}
	}
	if err := e.beforeWrite(ctx, op, w.item); err != nil {
		return nil, err
	}
	if err := e.fill(w.item); err != nil {
		return nil, err
	}
	item, err := e.encode(w.item)
	if err != nil {
		return nil, err
	}
	r := &request{w: w, table: e.svc.tableRef(ctx), key: e.keyOf(record{attrs: item})}
	if !maps.EqualFunc(r.key, e.keyOf(record{attrs: old}), codec.Equal) {
		return nil, errors.New("the primary key is changed; delete the item and create another")
	}
	r.actions = e.diff(old, item)
	if len(r.actions) == 0 {
		return nil, nil
	}
	for i := range e.m.attrs {
		if a := &e.m.attrs[i]; a.Rules.Updated { // keys may be made of it
			setTime(fieldForWrite(w.item, a.field), a.field.Codec, w.now)
		}
	}
	if item, err = e.encode(w.item); err != nil {
		return nil, err
	}
	r.actions = e.diff(old, item)
	if err := w.frozen(old, r.actions); err != nil {
		return nil, err
	}
	r.actions = append(r.actions, w.stamps(before)...)
	r.conds = append(r.conds, e.mine(false, true), e.unchanged(old))
	r.conds, err = e.m.appendConds(r.conds, w.call.conds)
	return r, err
}

// restore gives a field the value that it has in a stored item.
func (e *entity) restore(item reflect.Value, f *codec.Field, old rawItem) error {
	fv := fieldForWrite(item, f)
	av, ok := old[f.Name]
	if !ok {
		fv.SetZero()
		return nil
	}
	return f.Codec.Decode(av, fv)
}

// diff returns what turns the attributes of old that e knows into those of
// item, in the order of the attributes' names.
func (e *entity) diff(old, item rawItem) []*expr.Action {
	var out []*expr.Action
	for _, name := range e.knownNames() {
		was, had := old[name]
		is, has := item[name]
		switch {
		case has && (!had || !codec.Equal(was, is)):
			out = append(out, expr.SetValue(expr.Name(name), is))
		case had && !has:
			out = append(out, &expr.Action{Verb: expr.Remove, Path: expr.Name(name)})
		}
	}
	return out
}

// knownNames lists the attributes that e writes, but for those of the primary
// key and those that dyn keeps itself.
func (e *entity) knownNames() []string {
	names := map[string]bool{}
	for i := range e.m.attrs {
		if a := &e.m.attrs[i]; !a.Rules.Updated && !a.Rules.Lock {
			names[a.Name] = true
		}
	}
	maps.Copy(names, e.keyed)
	for _, k := range e.primary().keys() {
		delete(names, k.name)
	}
	return slices.Sorted(maps.Keys(names))
}

// frozen refuses to change a readonly attribute that has a value, and to take
// away when the item was created.
func (w *write) frozen(old rawItem, actions []*expr.Action) error {
	for i := range w.e.m.attrs {
		a := &w.e.m.attrs[i]
		_, had := old[a.Name]
		for _, x := range actions {
			switch fv, ok := a.field.Value(w.item); {
			case x.Path[0].Name != a.Name || !had:
			case a.Rules.ReadOnly:
				return fmt.Errorf("%s is readonly", a.Go)
			case a.Rules.Created && (!ok || a.field.Codec.Absent(fv)):
				return fmt.Errorf("dyn keeps %s; it can't be removed or emptied", a.Go)
			}
		}
	}
	return nil
}

// stamps returns the actions that update the timestamp and count the version.
func (w *write) stamps(before int64) []*expr.Action {
	v := &revision{e: w.e, w: w}
	v.stamp()
	var out []*expr.Action
	for _, c := range v.changes {
		out = append(out, &c.expr)
	}
	return out
}

// unchanged is the condition that an item is as it was read.
func (e *entity) unchanged(old rawItem) expr.Cond {
	if e.lock != nil {
		p := expr.Name(e.lock.Name)
		if v, ok := old[e.lock.Name]; ok {
			return expr.Compare(expr.Eq, p, v)
		}
		return expr.Test(expr.NotExists, p)
	}
	var out []expr.Cond
	for i := range e.m.attrs {
		name := e.m.attrs[i].Name
		if v, ok := old[name]; ok {
			out = append(out, expr.Compare(expr.Eq, expr.Name(name), v))
		} else {
			out = append(out, expr.Test(expr.NotExists, expr.Name(name)))
		}
	}
	return expr.All(out...)
}
