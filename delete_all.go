package dyn

import (
	"context"
)

// DeleteAll deletes the items that the query selects, in batches while it reads
// their keys, and returns how many. It costs what the query costs, and a write
// for each item. Deletes have no conditions: an item that is changed after it
// was found is deleted too.
//
// It goes on as [Service.BatchWrite] does. After an error, or with Limit, call
// it again for the rest: what was deleted is not found any more.
func (q Query[T]) DeleteAll(ctx context.Context, opts ...BatchOption) (int, error) {
	return q.q.deleteAll(ctx, opts)
}

// DeleteAll deletes the items of the entity that the scan selects, and returns
// how many. See [Query.DeleteAll].
func (s Scan[T]) DeleteAll(ctx context.Context, opts ...BatchOption) (int, error) {
	return s.q.deleteAll(ctx, opts)
}

func (q query) deleteAll(ctx context.Context, opts []BatchOption) (int, error) {
	c := batchCall{call: call{capacity: q.capacity}}
	for _, o := range opts {
		o.batchItem(&c)
	}
	e := q.ix.e
	keys := e.keysReader()
	q.r, q.hydrate = &keys, false
	b := new(batch)
	if err := e.svc.writeBatch(ctx, b, "delete all "+q.ix.label(), "items", &c); err != nil {
		return 0, err
	}
	n, m := 0, new(room)
	err := q.each(ctx, func(items []record) error {
		for _, item := range items {
			u := new(unit)
			e.storedUnit(u, m, n, item)
			u.keep(m)
			if !b.add(ctx, u) {
				b.fail(u, b.stopped)
				return errStop
			}
			n++
		}
		return nil
	})
	m.release()
	if undone := b.finish(ctx); undone != nil {
		err = undone
	}
	return b.done, err
}
