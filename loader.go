package dyn

import (
	"context"
	"reflect"
	"sync"
	"time"
)

// loaderWindow is how long a Loader waits for more keys.
const loaderWindow = time.Millisecond

// Loader makes single reads cheap where many places each want an item, such as
// the resolvers of a GraphQL request: Gets that come within a millisecond go out
// as one BatchGetItem of up to 100 keys, and each item is read once in the
// Loader's life. Make one for each incoming request: it does not see what is
// written after it has read. It is safe for concurrent use.
type Loader[T any] struct {
	ctx  context.Context // its requests are those of many callers
	r    reader
	call call

	mu    sync.Mutex
	loads map[string]*load // by identity
	next  []*load          // waiting for company
	timer *time.Timer
}

// load is the read of one item.
type load struct {
	unit  *unit
	ready chan struct{}
	err   error
}

// Loader returns a Loader of the entity's items. Its requests are made under
// ctx, and end with it. One may still be under way when the Gets that wanted it
// have returned because of their contexts, and add to what [Capacity] names; to
// look at a sum at any time, give it a ctx of [SumCapacity].
func (e *Entity[T]) Loader(ctx context.Context, opts ...GetOption) *Loader[T] {
	l := &Loader[T]{ctx: ctx, r: e.e.reader(), loads: map[string]*load{}}
	for _, o := range opts {
		o.get(&l.call)
	}
	return l
}

// Get returns the item with the key, as [Entity.Get] does. The end of ctx ends
// only the wait. A failure other than [ErrNotFound] is not remembered.
func (l *Loader[T]) Get(ctx context.Context, key T) (T, error) {
	op := "get " + l.r.e.name
	u, err := l.r.e.lookUpOne(0, reflect.ValueOf(&key).Elem())
	if err != nil {
		return *new(T), opError(op, err)
	}
	ld := l.load(u)
	select {
	case <-ld.ready:
	case <-ctx.Done():
		return *new(T), opError(op, ctx.Err())
	}
	if ld.err != nil {
		return *new(T), opError(op, ld.err)
	}
	found := ld.unit.found
	found.again = true // each caller gets an item of its own
	if err := l.r.e.present(op, found); err != nil {
		return *new(T), err
	}
	v, err := l.r.read(ctx, op, found)
	if err != nil {
		return *new(T), err
	}
	return v.Interface().(T), nil
}

// load finds the read of an item, or adds it to the next request.
func (l *Loader[T]) load(u *unit) *load {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ld := l.loads[string(u.id)]; ld != nil {
		return ld
	}
	ld := &load{unit: u, ready: make(chan struct{})}
	l.loads[string(u.id)] = ld
	switch l.next = append(l.next, ld); len(l.next) {
	case 1:
		l.timer = time.AfterFunc(loaderWindow, func() { l.expire(ld) })
	case maxBatchGet:
		l.timer.Stop()
		go l.send(l.take())
	}
	return ld
}

// take returns what waits.
func (l *Loader[T]) take() []*load {
	loads := l.next
	l.next = nil
	return loads
}

// expire sends what waits since first came, unless that has been sent.
func (l *Loader[T]) expire(first *load) {
	l.mu.Lock()
	var loads []*load
	if len(l.next) > 0 && l.next[0] == first {
		loads = l.take()
	}
	l.mu.Unlock()
	l.send(loads)
}

// send reads items and tells those who wait for them.
func (l *Loader[T]) send(loads []*load) {
	units := make([]*unit, len(loads))
	for i, ld := range loads {
		units[i] = ld.unit
		ld.unit.index = i
	}
	b := l.r.readBatch(l.ctx, "load "+l.r.e.name, "keys", &batchCall{call: l.call, again: true})
	b.settled = func(u *unit) error { close(loads[u.index].ready); return nil }
	if b.run(l.ctx, units) == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range b.failed {
		ld := loads[f.Index]
		ld.err = f.Err
		delete(l.loads, string(ld.unit.id))
		close(ld.ready)
	}
}
