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
type Scan[T any] struct{ q *query }

// Scan describes a scan of the table for the items of the entity.
func (e *Entity[T]) Scan() Scan[T] {
	return Scan[T]{e.e.primary().newScan()}
}

// Scan describes a scan of the index for the items of the entity.
func (ix *Index[T]) Scan() Scan[T] {
	return Scan[T]{ix.ix.newScan()}
}

func (ix *index) scan() query {
	q := query{r: &ix.e.whole, ix: ix, scan: true}
	_, q.filters, q.err = ix.scoped(nil)
	return q
}

// Segments splits the scan into n parts that run concurrently. The order of the
// items changes from run to run; a cursor can't continue such a scan. The
// default is 1, DynamoDB takes up to 1,000,000.
func (s Scan[T]) Segments(n int) Scan[T] { return Scan[T]{s.q.withSegments(n)} }

// Filter keeps only the items that meet the conditions. See [Query.Filter].
func (s Scan[T]) Filter(conds ...Cond) Scan[T] { return Scan[T]{s.q.filtering(conds)} }

// Limit ends the scan after n items, counted after filters. 0 is no limit.
func (s Scan[T]) Limit(n int) Scan[T] { return Scan[T]{s.q.withLimit(n)} }

// PageSize sets how many items DynamoDB reads for one page, before filters.
func (s Scan[T]) PageSize(n int) Scan[T] { return Scan[T]{s.q.withPageSize(n)} }

// MaxPages bounds the requests of the scan, over all segments. See [Query.MaxPages].
func (s Scan[T]) MaxPages(n int) Scan[T] { return Scan[T]{s.q.withMaxPages(n)} }

// Consistent makes the reads strongly consistent, at twice the capacity.
func (s Scan[T]) Consistent() Scan[T] { return Scan[T]{s.q.withConsistent()} }

// Capacity adds the capacity that the scan consumes to dst.
func (s Scan[T]) Capacity(dst *types.ConsumedCapacity) Scan[T] {
	return Scan[T]{s.q.withCapacity(dst)}
}

// After starts the scan after the items that c stands for.
func (s Scan[T]) After(c Cursor) Scan[T] { return Scan[T]{s.q.withAfter(c)} }

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
	var x reading
	if err := x.start(context.Background(), s.q, true); err != nil {
		return nil, err
	}
	return s.q.scanInput(context.Background(), &x), nil
}
