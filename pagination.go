package dyn

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Page is some of a query's items and where to go on.
type Page[T any] struct {
	Items []T    `json:"items"`          // never nil
	Next  Cursor `json:"next,omitempty"` // "" at the end
}

// All returns the items in order, page after page as they are used. An error
// comes once, last, with a zero item.
func (q Query[T]) All(ctx context.Context) iter.Seq2[T, error] { return all[T](ctx, q.q) }

// Pages returns the items page by page, as DynamoDB gives them; some may be
// empty. An error comes once, last, with an empty page.
func (q Query[T]) Pages(ctx context.Context) iter.Seq2[Page[T], error] { return pages[T](ctx, q.q) }

// Page returns up to Limit items, or without Limit what one request gives,
// which may be nothing although there is more. Its Next continues the query.
func (q Query[T]) Page(ctx context.Context) (Page[T], error) { return page[T](ctx, q.q) }

// Collect returns all the items, never nil without an error. With an error it
// returns those read before.
func (q Query[T]) Collect(ctx context.Context) ([]T, error) { return collect[T](ctx, q.q) }

// Count returns how many items there are, without reading them over the
// network. They cost capacity all the same.
func (q Query[T]) Count(ctx context.Context) (int, error) { return q.q.count(ctx) }

// First returns the first item, [ErrNotFound] when there is none.
func (q Query[T]) First(ctx context.Context) (T, error) {
	for item, err := range q.Limit(1).All(ctx) {
		return item, err
	}
	return *new(T), opError(q.q.op(), ErrNotFound)
}

// decodeAll turns raw items into values of T, which it appends to items. With an
// error it returns those before.
func decodeAll[T any](ctx context.Context, q *query, items []T, raw []record) ([]T, error) {
	n := len(items)
	if all, ok := wholeSlab(raw); ok && n == 0 {
		items = all.Interface().([]T)
	} else {
		items = slices.Grow(items, len(raw))[:n+len(raw)]
		for i := range raw {
			if err := q.r.into(raw[i], reflect.ValueOf(&items[n+i]).Elem()); err != nil {
				return items[:n+i], opError(q.op(), err)
			}
		}
	}
	for i := range raw {
		if err := afterRead(ctx, &items[n+i]); err != nil {
			return items[:n+i], opError(q.op(), err)
		}
	}
	return items, nil
}

// into decodes an item into dst.
func (r *reader) into(item record, dst reflect.Value) error {
	if item.slab == nil {
		return r.plan.Decode(item.given(), dst)
	}
	v, err := item.value()
	dst.Set(v)
	return err
}

// next makes one request and returns its items that belong to the query, in
// full when the query is hydrated.
func (r *run) next(ctx context.Context) ([]record, error) {
	f, err := r.fetch(ctx)
	if err != nil {
		return nil, err
	}
	raw, err := r.accept(f.items)
	if err != nil || !r.q.hydrate || len(raw) == 0 {
		return raw, err
	}
	raw, err = r.q.hydrated(ctx, raw)
	if err != nil {
		return nil, named(r.q.op(), err)
	}
	return raw, nil
}

// more reports whether another request is to be made; an error says that
// MaxPages forbids it.
func (r *run) more() (bool, error) {
	switch {
	case r.pages > 0 && len(r.from) == 0:
		return false, nil
	case r.q.maxPages > 0 && r.pages >= r.q.maxPages:
		return false, opError(r.q.op(), errMaxPages)
	}
	return true, nil
}

// errStop is returned by a yield that wants no more items.
var errStop = errors.New("stop")

// raws yields the raw items of each request, up to the query's limit.
func (r *run) raws(ctx context.Context, yield func([]record) error) error {
	left := r.q.limit
	for {
		ok, err := r.more()
		if !ok {
			return err
		}
		raw, err := r.next(ctx)
		if err != nil {
			return err
		}
		if r.q.limit > 0 && len(raw) >= left {
			return yield(raw[:left])
		}
		left -= len(raw)
		if err := yield(raw); err != nil {
			return err
		}
	}
}

// each runs a query, one request after another, or a scan's segments
// concurrently. yield is never called concurrently; its error ends the run and
// is returned, but for errStop.
func (q *query) each(ctx context.Context, yield func([]record) error) error {
	if q.sharded() {
		if err := q.fanOut(ctx, yield); !errors.Is(err, errStop) {
			return err
		}
		return nil
	}
	r, err := q.start(ctx)
	if err != nil {
		return err
	}
	r.onlyValues()
	switch {
	case q.segments > 1:
		err = r.parallel(ctx, yield)
	case q.prefetch:
		err = r.ahead(ctx, yield)
	default:
		err = r.raws(ctx, yield)
	}
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// ahead is raws that asks for a page while the one before is being used.
func (r *run) ahead(ctx context.Context, yield func([]record) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ready := make(chan []record)
	var g errgroup.Group
	g.Go(func() error {
		defer close(ready)
		return r.raws(ctx, func(raw []record) error {
			select {
			case ready <- raw:
				return nil
			case <-ctx.Done():
				return opError(r.q.op(), ctx.Err())
			}
		})
	})
	for raw := range ready {
		if err := yield(raw); err != nil {
			cancel()
			_ = g.Wait() // the caller has stopped; what the last request said does not matter
			return err
		}
	}
	return g.Wait()
}

// parallel runs the segments of a scan, and yields what they find on the
// goroutine of the caller.
func (r *run) parallel(ctx context.Context, yield func([]record) error) error {
	ctx, cancel := context.WithCancel(ctx)
	found, failed := make(chan []record), make(chan error, 1)
	go func() {
		failed <- r.segments(ctx, found)
		close(found)
	}()
	defer func() {
		cancel()
		for range found { // until no request is under way, which would add to the capacity
		}
	}()
	left := r.q.limit
	for raw := range found {
		full := r.q.limit > 0 && len(raw) >= left
		if full {
			raw = raw[:left]
		}
		left -= len(raw)
		if err := yield(raw); err != nil || full {
			return err
		}
	}
	return <-failed
}

// maxConcurrentSegments bounds the requests of one scan that are under way at
// a time; more segments than that wait for a place.
const maxConcurrentSegments = 64

// segments sends what all segments find, until the context ends.
func (r *run) segments(ctx context.Context, found chan<- []record) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(min(r.q.segments, maxConcurrentSegments))
	var pages atomic.Int64
	for seg := range r.q.segments {
		g.Go(func() error {
			one := *r
			one.seg, one.limit = seg, r.q.pageLimit(0)
			return one.segment(ctx, &pages, found)
		})
	}
	return g.Wait()
}

// segment sends what one segment finds. It counts pages with all the others.
func (r *run) segment(ctx context.Context, pages *atomic.Int64, found chan<- []record) error {
	for r.pages == 0 || len(r.from) > 0 {
		if ctx.Err() != nil {
			return opError(r.q.op(), ctx.Err())
		}
		if n := pages.Add(1); r.q.maxPages > 0 && n > int64(r.q.maxPages) {
			return opError(r.q.op(), errMaxPages)
		}
		raw, err := r.next(ctx)
		if err != nil {
			return err
		}
		select {
		case found <- raw:
		case <-ctx.Done():
			return opError(r.q.op(), ctx.Err()) // without these the scan is not whole
		}
	}
	return nil
}

func all[T any](ctx context.Context, q *query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		err := q.each(ctx, func(raw []record) error {
			for _, item := range raw {
				t := new(T)
				err := q.r.into(item, reflect.ValueOf(t).Elem())
				if err == nil {
					err = afterRead(ctx, t)
				}
				if err != nil {
					return opError(q.op(), err)
				}
				if !yield(*t, nil) {
					return errStop
				}
			}
			return nil
		})
		if err != nil {
			yield(*new(T), err)
		}
	}
}

func pages[T any](ctx context.Context, whole *query) iter.Seq2[Page[T], error] {
	return func(yield func(Page[T], error) bool) {
		q := *whole
		left := q.limit
		for {
			one := q
			one.limit = left
			p, err := pageOf[T](ctx, &one, true)
			if err != nil {
				yield(Page[T]{Items: []T{}}, err)
				return
			}
			if !yield(p, nil) || p.Next == "" {
				return
			}
			q.after = p.Next
			if q.limit > 0 {
				if left -= len(p.Items); left <= 0 {
					return
				}
			}
			if q.maxPages == 1 {
				yield(Page[T]{Items: []T{}}, opError(q.op(), errMaxPages))
				return
			}
			q.maxPages = max(q.maxPages-1, 0)
		}
	}
}

func page[T any](ctx context.Context, q *query) (Page[T], error) {
	return pageOf[T](ctx, q, q.limit == 0)
}

// pageOf collects a page: of one request, or of as many as fill the limit.
func pageOf[T any](ctx context.Context, q *query, single bool) (Page[T], error) {
	p := Page[T]{Items: []T{}}
	raw, next, err := q.page(ctx, single)
	if err != nil {
		return p, err
	}
	items, err := decodeAll(ctx, q, []T{}, raw)
	if err != nil {
		return p, err
	}
	p.Items, p.Next = items, next
	return p, nil
}

func collect[T any](ctx context.Context, q *query) ([]T, error) {
	items := []T{}
	err := q.each(ctx, func(raw []record) (err error) {
		items, err = decodeAll(ctx, q, items, raw)
		return err
	})
	return items, err
}

var errSegmentPage = errors.New("a parallel scan has no pages to continue; use All, Collect or one segment")

// page returns the raw items of one page and the cursor after them.
func (q *query) page(ctx context.Context, single bool) ([]record, Cursor, error) {
	if q.segments > 1 {
		return nil, "", opError(q.op(), errSegmentPage)
	}
	if q.sharded() {
		return q.fanPage(ctx, single)
	}
	r, err := q.start(ctx)
	if err != nil {
		return nil, "", err
	}
	r.onlyValues()
	items := []record{}
	for {
		f, err := r.fetch(ctx)
		if err != nil {
			return nil, "", err
		}
		raw, err := r.accept(f.items)
		if err != nil {
			return nil, "", err
		}
		at := r.from
		if left := q.limit - len(items); q.limit > 0 && len(raw) >= left {
			if len(raw) > left || len(at) > 0 {
				at = q.position(raw[left-1])
			}
			raw = raw[:left]
		}
		if len(items) == 0 {
			items = raw
		} else {
			items = append(items, raw...)
		}
		full := q.limit > 0 && len(items) == q.limit
		if single || full || len(at) == 0 || q.maxPages > 0 && r.pages >= q.maxPages {
			return q.finish(ctx, items, at)
		}
	}
}

func (q *query) finish(ctx context.Context, items []record, at rawItem) ([]record, Cursor, error) {
	if q.hydrate {
		var err error
		if items, err = q.hydrated(ctx, items); err != nil {
			return nil, "", named(q.op(), err)
		}
	}
	next, err := q.seal(ctx, at)
	return items, next, opError(q.op(), err)
}

// count adds up what the pages hold.
func (q *query) count(ctx context.Context) (int, error) {
	counted := *q
	counted.counts = true
	r, err := counted.start(ctx)
	if err != nil {
		return 0, err
	}
	if q.sharded() || len(r.local) > 0 || q.members != nil || q.segments > 1 || !q.toldByFilter() {
		return q.countItems(ctx)
	}
	n := 0
	for {
		ok, err := r.more()
		if !ok {
			return n, err
		}
		f, err := r.fetch(ctx)
		if err != nil {
			return n, err
		}
		if n += f.count; q.limit > 0 && n >= q.limit {
			return q.limit, nil
		}
	}
}

// toldByFilter reports whether the request tells all items that are not the
// entity's, lie outside the scope, or have expired.
func (q *query) toldByFilter() bool {
	e, t := q.ix.e, &q.ix.e.svc.table
	if e.marked() && (t.Adopt || !q.ix.projects(t.EntityAttr)) {
		return false
	}
	for i := range e.scope {
		if name := e.scope[i].attr.Name; q.keyAttr(name) && !q.plan.settles(name) {
			return false // no filter can name it
		}
	}
	return e.ttl == nil || q.ix.projects(e.ttl.Name) && !q.keyAttr(e.ttl.Name)
}

// countItems counts what only dyn can tell to belong to the query.
func (q *query) countItems(ctx context.Context) (int, error) {
	n := 0
	err := q.each(ctx, func(raw []record) error {
		n += len(raw)
		return nil
	})
	return n, err
}
