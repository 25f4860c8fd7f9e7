package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// Entity reads and writes the items of T in the table of a [Service]. Items go
// in and come out as values: the caller's item is never changed, and is
// returned as given when there is an error. An Entity is safe for concurrent
// use.
//
// Where a method takes a key, it is a T of which only the fields that the
// table's key is made of need to be set. Every error wraps one of those in this
// package, or the SDK's.
type Entity[T any] struct{ e *entity }

// NewEntity registers T with the service and returns its handle. All mistakes
// in the tags of T, and every conflict with entities registered before, are
// reported in one [*SchemaError]. [Bind] does it for all types of a program.
func NewEntity[T any](s *Service) (*Entity[T], error) {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct {
		return nil, &SchemaError{Type: typeName(t), Errors: []error{errors.New("an entity is a struct")}}
	}
	e, err := s.register(modelOf(t))
	if err != nil {
		return nil, err
	}
	return &Entity[T]{e}, nil
}

func (*Entity[T]) bind(s *Service, _ string) (any, error) { return NewEntity[T](s) }

// Get returns the item with the key, [ErrNotFound] when there is none or it
// belongs to another entity, a [*VersionError] when it is too new.
func (e *Entity[T]) Get(ctx context.Context, key T, opts ...GetOption) (T, error) {
	k, err := encodedKey(e.e, key)
	v, err := e.e.whole.getOne(ctx, e.e.getOp, k, err, opts)
	if err != nil {
		return *new(T), err
	}
	return valueOf[T](v), nil
}

// encoded is an item or a key as a request has it.
type encoded struct {
	raw  rawItem
	json []byte // instead, where it can go on the wire as it is
}

// attrs returns it as attributes.
func (x *encoded) attrs() rawItem {
	if x.json == nil {
		return x.raw
	}
	raw, _, _ := ddbjson.ParseMap(x.json, 0)
	return raw
}

// encodedKey returns the primary key of item, of which it makes no lasting copy
// where the key is made anew.
func encodedKey[T any](e *entity, item T) (k encoded, err error) {
	p, ok := e.m.spare.Get().(*T)
	if !ok {
		p = new(T)
	}
	*p = item
	v, err := e.filled(reflect.ValueOf(p).Elem())
	if err == nil && e.svc.writesDirect() {
		k.json = e.keyJSON(v)
	}
	if err == nil && k.json == nil {
		k.raw, err = e.filledKey(v)
	}
	if e.rendered || k.json != nil {
		*p = *new(T) // hold on to nothing
		e.m.spare.Put(p)
	}
	return k, err
}

// getOne reads the item with key k, unless err says why there is none.
func (r *reader) getOne(ctx context.Context, op string, k encoded, err error, opts []GetOption) (reflect.Value, error) {
	if err != nil {
		return reflect.Value{}, opError(op, err)
	}
	c := &plainCall
	if len(opts) > 0 {
		c = new(call)
		for _, o := range opts {
			o.get(c)
		}
	}
	in, p := r.getInput(ctx, k.raw, c), r.passage()
	p.put(&in.Key, k.json)
	return r.getBy(ctx, op, in, p, c)
}

// Exists reports whether Get would find an item, reading its identifying
// attributes only. It costs as much capacity as a Get.
func (e *Entity[T]) Exists(ctx context.Context, key T, opts ...GetOption) (bool, error) {
	op := "exists " + e.e.name
	r := e.e.keysReader()
	k, err := encodedKey(e.e, key)
	_, err = r.getOne(ctx, op, k, err, opts)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Put stores item, replacing what was there, and returns it as stored: with
// defaults, ids, timestamps and version. It fails with a [*ConditionError] when
// the item that is there belongs to another entity or has another version than
// the item's `lock` attribute says, with a [*VersionError] when it is newer.
func (e *Entity[T]) Put(ctx context.Context, item T, opts ...PutOption) (T, error) {
	return e.write(ctx, verbPut, item, callOf(opts, PutOption.put))
}

// Create stores item if there is none with its key, else fails with a
// [*ConditionError]. An item past its time to live counts as none.
func (e *Entity[T]) Create(ctx context.Context, item T, opts ...CreateOption) (T, error) {
	return e.write(ctx, verbCreate, item, callOf(opts, CreateOption.create))
}

// Update changes attributes of the item with the key and returns the whole
// item as it is afterwards. It never creates: without an item it fails with
// [ErrNotFound]. Index keys made of changed attributes are rebuilt; where that
// needs attributes the update does not set, give them with [Expect] or [From].
//
// A clause on an element of a map that the item lacks is sent again after the
// empty map has been created.
func (e *Entity[T]) Update(ctx context.Context, key T, clauses ...Clause) (T, error) {
	return e.write(ctx, verbUpdate, key, clauseCall(clauses))
}

// Upsert updates the item, or creates it: every attribute of item that is not
// zero is set, then the clauses apply, which win over the item. Defaults,
// generated ids, created timestamps and readonly attributes are set only where
// absent, and so are numbers, bools and structs that are zero, which makes a
// created item what [Entity.Create] would make it. To store a zero, use [Set].
func (e *Entity[T]) Upsert(ctx context.Context, item T, clauses ...Clause) (T, error) {
	return e.write(ctx, verbUpsert, item, clauseCall(clauses))
}

func clauseCall(clauses []Clause) call {
	var c call
	c.take(clauses)
	return c
}

func (c *call) take(clauses []Clause) {
	c.actions = make([]*action, 0, len(clauses))
	for _, o := range clauses {
		o.clause(c)
	}
}

// Delete removes the item with the key, if there is one. It leaves another
// entity's item alone and fails with a [*ConditionError].
func (e *Entity[T]) Delete(ctx context.Context, key T, opts ...DeleteOption) error {
	return e.remove(ctx, verbDelete, key, opts)
}

// Remove is Delete that fails with [ErrNotFound] when there is no item.
func (e *Entity[T]) Remove(ctx context.Context, key T, opts ...DeleteOption) error {
	return e.remove(ctx, verbRemove, key, opts)
}

func (e *Entity[T]) remove(ctx context.Context, v verb, key T, opts []DeleteOption) error {
	_, err := e.e.write(ctx, v, reflect.ValueOf(&key).Elem(), callOf(opts, DeleteOption.del))
	return err
}

func (e *Entity[T]) write(ctx context.Context, v verb, item T, c call) (T, error) {
	own := item // which becomes what is stored
	out, err := e.e.write(ctx, v, reflect.ValueOf(&own).Elem(), c)
	if err != nil {
		return item, err
	}
	return valueOf[T](out.item), nil
}

// valueOf returns an addressable value as what it is.
func valueOf[T any](v reflect.Value) T { return *v.Addr().Interface().(*T) }

// write does a write of item, which it may change.
func (e *entity) write(ctx context.Context, v verb, item reflect.Value, c call) (outcome, error) {
	w, err := e.describe(v, item, c)
	if err != nil {
		return outcome{}, opError(e.ops[v], err)
	}
	w.once = true
	return w.do(ctx)
}

// Index returns the access pattern with a name, to query it. It panics if
// there is none: the name is part of the program.
func (e *Entity[T]) Index(name string) *Index[T] {
	for _, ix := range e.e.indexes {
		if ix.sch.Name == name {
			return &Index[T]{ix}
		}
	}
	panic(fmt.Sprintf("dyn: %s has no index %q; it has %s", e.e.name, name, e.e.patterns()))
}

// View reads items of an entity as values of P, a struct with some of the
// entity's attributes. Only those are sent over the network; the capacity used
// is that of the whole item. A P with other attributes is an error of the first
// read.
func View[P, T any](e *Entity[T]) *Viewer[P, T] {
	r, err := e.e.projection(reflect.TypeFor[P]())
	if err == nil {
		r.fields, r.names = r.project()
	}
	return &Viewer[P, T]{r, err}
}

// Viewer reads items of T as values of P. See [View].
type Viewer[P, T any] struct {
	r   reader
	err error
}

// Get is [Entity.Get] of a P.
func (v *Viewer[P, T]) Get(ctx context.Context, key T, opts ...GetOption) (P, error) {
	if v.err != nil {
		return *new(P), opError("view", v.err)
	}
	k, err := encodedKey(v.r.e, key)
	p, err := v.r.getOne(ctx, v.r.e.getOp, k, err, opts)
	if err != nil {
		return *new(P), err
	}
	return valueOf[P](p), nil
}
