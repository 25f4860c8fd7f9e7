package dyn

import (
	"context"
	"iter"
	"reflect"
)

// BatchWriteSeq is [Service.BatchWrite] of operations that are taken from a
// sequence as requests can be sent, so that any number of them, one by one or
// read from a file, needs memory for a few hundred only. Requests are sent when
// they are full or the sequence ends. Operations on one item are done in their
// order. The first that can't be built, or sent, ends it: what came before is
// done, and the [*BatchError] has it with what else failed; the sequence is left
// where it was.
//
//	puts := func(yield func(dyn.Op) bool) {
//		for card := range all {
//			if !yield(dyn.Put(cards, card)) {
//				return
//			}
//		}
//	}
//	err := svc.BatchWriteSeq(ctx, puts)
func (s *Service) BatchWriteSeq(ctx context.Context, ops iter.Seq[Op], opts ...BatchOption) error {
	const op = "batch write"
	var c batchCall
	for _, o := range opts {
		o.batchItem(&c)
	}
	b := new(batch)
	if err := s.writeBatch(ctx, b, op, "ops", &c); err != nil {
		return err
	}
	i, r := 0, request{room: &room{wanted: true}}
	for o := range ops {
		if err := o.request(ctx, s, &r, (*request).batchable); err != nil {
			b.refuse(i, o.entity(), err)
			break
		}
		u := new(unit)
		r.unit(u, i)
		u.keep(r.room)
		if !b.add(ctx, u) {
			b.fail(u, b.stopped)
			break
		}
		i++
	}
	r.room.release()
	return b.finish(ctx)
}

// entity returns the entity of an operation, nil where that is unknown.
func (o Op) entity() *entity {
	if o.w == nil {
		return nil
	}
	return o.w.e
}

// refuse records that what was given at index i can't be sent.
func (b *batch) refuse(i int, e *entity, err error) {
	f := BatchFailure{Index: i, Err: err}
	if e != nil {
		f.Entity = e.name
	}
	b.causes = append(b.causes, err)
	b.failed = append(b.failed, f)
}

// BatchGetSeq is [Entity.BatchGet] of keys that are taken from a sequence as the
// items are used: any number of them needs memory for a few requests only. It
// yields the items found in the order of the keys, also one that comes again,
// and an error once, last. The first key that is incomplete ends it.
func (e *Entity[T]) BatchGetSeq(ctx context.Context, keys iter.Seq[T], opts ...BatchGetOption) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		r, op := e.e.reader(), "batch get "+e.e.name
		g, missing, err := newGets[T](&r, op, opts)
		if err != nil {
			yield(*new(T), opError(op, err))
			return
		}
		g.c.again = true
		ctx, cancel := context.WithCancel(ctx)
		s := &getStream[T]{g: g, b: g.start(ctx), missing: missing, yield: yield}
		defer s.b.await() // after the cancel
		defer cancel()
		if !s.take(ctx, keys) {
			return
		}
		err = s.b.finish(ctx)
		if s.flush() && err != nil {
			yield(*new(T), err)
		}
	}
}

// await waits until no request is under way.
func (b *batch) await() {
	for ; b.flying > 0; b.flying-- {
		<-b.replies
	}
}

// getStream reads by keys from a sequence.
type getStream[T any] struct {
	g       *gets
	b       *batch
	missing *[]T
	yield   func(T, error) bool
	window  []wanted[T] // what is not yielded yet, in order
}

type wanted[T any] struct {
	key T
	u   *unit
}

// take reads items by the keys; false says that the caller has had enough.
func (s *getStream[T]) take(ctx context.Context, keys iter.Seq[T]) bool {
	most := 2 * s.b.concurrent * s.b.limit
	i := 0
	for key := range keys {
		u, err := s.g.r.e.lookUpOne(i, reflect.ValueOf(&key).Elem())
		if err != nil {
			s.b.refuse(i, s.g.r.e, opError(s.g.op, err))
			return true
		}
		if !s.b.add(ctx, u) {
			s.b.fail(u, s.b.stopped)
			return true
		}
		s.window = append(s.window, wanted[T]{key, u})
		for len(s.window) >= most && !s.window[0].u.over {
			s.b.step(ctx)
		}
		if !s.flush() {
			return false
		}
		i++
	}
	return true
}

// flush yields what is over, up to the first key that is not.
func (s *getStream[T]) flush() bool {
	n := 0
	for ; n < len(s.window) && s.window[n].u.over; n++ {
		w := s.window[n]
		v := w.u.value
		w.u.value = reflect.Value{}
		switch {
		case v.IsValid():
			if !s.yield(valueOf[T](v), nil) {
				return false
			}
		case w.u.absent && s.missing != nil:
			*s.missing = append(*s.missing, w.key)
		}
	}
	s.window = append(s.window[:0], s.window[n:]...)
	return true
}
