package dyn

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Scan describes all items of an entity, found by reading the whole table, in
// no particular order: every item in the table costs capacity. It is a value,
// like [Query].
type Scan[T any] struct{ q query }

// Scan describes a scan of the table for the items of the entity.
func (e *Entity[T]) Scan() Scan[T] {
	return Scan[T]{e.e.primary().scan()}
}

// Scan describes a scan of the index for the items of the entity.
func (ix *Index[T]) Scan() Scan[T] {
	return Scan[T]{ix.ix.scan()}
}

func (ix *index) scan() query {
	q := query{r: ix.e.reader(), ix: ix, scan: true}
	_, q.filters, q.err = ix.scoped(nil)
	return q
}

// Segments splits the scan into n parts that run concurrently. The order of the
// items changes from run to run; a cursor can't continue such a scan. The
// default is 1, DynamoDB takes up to 1,000,000.
func (s Scan[T]) Segments(n int) Scan[T] { s.q.segments = n; return s }

// Filter keeps only the items that meet the conditions. See [Query.Filter].
func (s Scan[T]) Filter(conds ...Cond) Scan[T] {
	s.q.filters = append(s.q.filters[:len(s.q.filters):len(s.q.filters)], conds...)
	return s
}

// Limit ends the scan after n items, counted after filters. 0 is no limit.
func (s Scan[T]) Limit(n int) Scan[T] { s.q.limit = n; return s }

// PageSize sets how many items DynamoDB reads for one page, before filters.
func (s Scan[T]) PageSize(n int) Scan[T] { s.q.pageSize = n; return s }

// MaxPages bounds the requests of the scan, over all segments. See [Query.MaxPages].
func (s Scan[T]) MaxPages(n int) Scan[T] { s.q.maxPages = n; return s }

// Consistent makes the reads strongly consistent, at twice the capacity.
func (s Scan[T]) Consistent() Scan[T] { s.q.consistent = true; return s }

// Capacity adds the capacity that the scan consumes to dst.
func (s Scan[T]) Capacity(dst *types.ConsumedCapacity) Scan[T] {
	s.q.call.capacity = &capacityTotal{dst: dst}
	return s
}

// After starts the scan after the items that c stands for.
func (s Scan[T]) After(c Cursor) Scan[T] { s.q.after = c; return s }

// All returns the items. See [Query.All].
func (s Scan[T]) All(ctx context.Context) iter.Seq2[T, error] { return all[T](ctx, s.q) }

// Page returns up to Limit items, or what one request gives. See [Query.Page].
func (s Scan[T]) Page(ctx context.Context) (Page[T], error) { return page[T](ctx, s.q) }

// Collect returns all the items, never nil without an error.
func (s Scan[T]) Collect(ctx context.Context) ([]T, error) { return collect[T](ctx, s.q) }

// Count returns how many items there are, without reading them over the network.
func (s Scan[T]) Count(ctx context.Context) (int, error) { return s.q.count(ctx) }

// Input returns the request for the first page.
func (s Scan[T]) Input() (*dynamodb.ScanInput, error) {
	run, err := s.q.start(context.Background())
	if err != nil {
		return nil, err
	}
	return run.scanInput(context.Background()), nil
}
