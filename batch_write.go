package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The batches take their operations and options by these interfaces.
type (
	// BatchItem is what [Service.BatchWrite] takes: an [Op] made by [Put] or
	// [Delete], or a [BatchOption].
	BatchItem interface{ batchItem(*batchCall) }
	// BatchOption is an option of every batch.
	BatchOption interface {
		BatchItem
		BatchGetOption
	}
)

// batchCall collects the operations and options of one batch.
type batchCall struct {
	call
	ops        []Op
	progress   func(int)
	concurrent int
	missing    any  // *[]T
	again      bool // an item that is read may be decoded more than once
}

type batchOption func(*batchCall)

func (o batchOption) batchItem(c *batchCall) { o(c) }
func (o batchOption) batchGet(c *batchCall)  { o(c) }

func (o Op) batchItem(c *batchCall) { c.ops = append(c.ops, o) }

// Progress calls fn, as requests come back, with the number of items that are
// done so far. The calls never overlap.
func Progress(fn func(done int)) BatchOption {
	return batchOption(func(c *batchCall) { c.progress = fn })
}

// Concurrency sets how many requests of a batch are under way at a time. The
// default is 8; for more, give the SDK an HTTP client that keeps as many
// connections open, as the example Speed does. 0 is the default.
func Concurrency(requests int) BatchOption {
	return batchOption(func(c *batchCall) { c.concurrent = requests })
}

// BatchWrite does any number of [Put] and [Delete] operations, of any entities
// of the service, in requests of up to 25. It is no transaction: some may be
// done when others fail.
//
// What DynamoDB leaves unprocessed is sent again, after a random time that
// doubles up to 20 s while nothing gets done, together with what is still
// waiting; so are requests that it throttles. That goes on until the context
// ends, or for about seven minutes without any progress. Then, and after any
// other error, a [*BatchError] names what was not done.
//
// Before anything is sent, every operation is built and checked; an error of
// another type means that nothing was done. Two operations on one item are an
// error, as are conditions, options that need an answer ([Old], [Idempotent],
// [Capacity]), and entities with a `lock` attribute, except to delete without a
// version: DynamoDB's batches know no conditions. For that reason a batch also
// lacks the guard of single writes: a put replaces, and a delete removes,
// whatever item has the key.
func (s *Service) BatchWrite(ctx context.Context, items ...BatchItem) error {
	var c batchCall
	for _, it := range items {
		it.batchItem(&c)
	}
	const op = "batch write"
	if len(c.ops) == 0 {
		return opError(op, errNoOps)
	}
	_, err := s.batchWrite(ctx, op, "ops", c)
	return err
}

// BatchPut stores items in requests of up to 25 and returns them as stored, or
// as given where that failed. See [Service.BatchWrite].
func (e *Entity[T]) BatchPut(ctx context.Context, items []T, opts ...BatchOption) ([]T, error) {
	c := batchCall{ops: make([]Op, len(items))}
	for _, o := range opts {
		o.batchItem(&c)
	}
	e.e.putAll(c.ops, reflect.ValueOf(items))
	units, err := e.e.svc.batchWrite(ctx, "batch put "+e.e.name, "items", c)
	out := make([]T, len(items))
	copy(out, items)
	for i, u := range units {
		if u.done {
			out[i] = valueOf[T](u.put.stored)
		}
	}
	return out, err
}

// putAll describes the Puts of items, each to be built once.
func (e *entity) putAll(ops []Op, items reflect.Value) {
	writes := make([]write, len(ops))
	for i := range ops {
		w := &writes[i]
		if err := w.describe(e, verbPut, items.Index(i), call{}); err != nil {
			ops[i].err = opError(e.ops[verbPut], err)
			continue
		}
		w.once = true
		ops[i].w = w
	}
}

// BatchDelete removes the items with the keys in requests of up to 25, whether
// they are there or not. See [Service.BatchWrite].
func (e *Entity[T]) BatchDelete(ctx context.Context, keys []T, opts ...BatchOption) error {
	c := batchCall{ops: make([]Op, len(keys))}
	for _, o := range opts {
		o.batchItem(&c)
	}
	for i := range keys {
		c.ops[i] = e.e.op(verbDelete, reflect.ValueOf(&keys[i]).Elem(), call{})
	}
	_, err := e.e.svc.batchWrite(ctx, "batch delete "+e.e.name, "keys", c)
	return err
}

// batchWrite builds and does all operations of c. It returns their units unless
// one was refused.
func (s *Service) batchWrite(ctx context.Context, op, label string, c batchCall) ([]*unit, error) {
	requests, err := s.requests(ctx, c.ops, label, (*request).batchable)
	if err != nil {
		return nil, opError(op, err)
	}
	units, room := make([]*unit, len(requests)), make([]unit, len(requests))
	seen := make(map[string]int, len(requests))
	for i, r := range requests {
		u := &room[i]
		*u = r.unit(i)
		if first, ok := seen[u.id]; ok {
			return nil, opError(op, fmt.Errorf("%w; a batch takes each item once", twins(requests, label, first, i)))
		}
		seen[u.id], units[i] = i, u
	}
	b, err := s.writeBatch(ctx, op, label, &c)
	if err != nil {
		return nil, err
	}
	return units, b.run(ctx, units)
}

var errNoOps = errors.New("there is no operation")

// maxMistakes bounds how many mistakes of a list one error names.
const maxMistakes = 10

// requests builds operations, each once, and checks that they fit.
func (s *Service) requests(ctx context.Context, ops []Op, label string, fits func(*request) error) ([]*request, error) {
	requests, room := make([]*request, len(ops)), make([]request, len(ops))
	var errs []error
	for i, o := range ops {
		requests[i] = &room[i]
		if err := o.request(ctx, s, &room[i], fits); err != nil {
			errs = append(errs, &atPosition{label, i, err})
		}
		if len(errs) == maxMistakes {
			break
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return requests, nil
}

// twins says that requests i and j are on the same item.
func twins(requests []*request, label string, i, j int) error {
	return fmt.Errorf("%s[%d]: %s and %[1]s[%[4]d]: %[5]s are on the same item", label, i, requests[i].w.op(), j, requests[j].w.op())
}

// request builds the operation for a batch or transaction of s, as r.
func (o Op) request(ctx context.Context, s *Service, r *request, fits func(*request) error) error {
	switch {
	case o.w == nil && o.err == nil:
		return errNoOp
	case o.err != nil:
		return o.err
	case o.w.e.svc != s:
		return o.w.fail(errOtherService)
	}
	err := r.build(ctx, o.w)
	if err == nil {
		err = fits(r)
	}
	if err != nil {
		return o.w.fail(err)
	}
	return nil
}

var errOtherService = errors.New("the entity belongs to another service")

// batchable refuses what the requests of a batch can't say.
func (r *request) batchable() error {
	w := r.w
	switch {
	case w.verb != verbPut && w.verb != verbDelete:
		return errors.New("a batch takes Put and Delete only; use Transact, or the entity's method")
	case len(w.call.conds) > 0 || len(r.companions) > 0:
		return errors.New("a batch has no conditions; use Transact, or the entity's method")
	case len(w.e.guard()) > 0:
		return errors.New("the key does not hold what the handle's scope fixes, so it needs a condition, which a batch has not; use Transact, or the entity's method")
	case w.call.idempotent || w.call.capacity != nil || w.call.old != nil:
		return errors.New("Old, Idempotent and Capacity do not fit an operation of a batch")
	}
	if given, err := w.e.version(w.given); w.e.lock != nil && (w.verb == verbPut || err != nil || given != 0) {
		return fmt.Errorf("%s needs a condition, which a batch has not; use Transact, or the entity's method", w.e.lock.Go)
	}
	return nil
}

// unit returns the write as a unit of a batch.
func (r *request) unit(i int) unit {
	e := r.w.e
	if r.w.verb == verbDelete {
		u := e.keyUnit(i, r.key)
		u.put = r
		return *u
	}
	u := unit{index: i, e: e, id: e.identityOf(&r.primary), put: r}
	if u.size = unitEnvelope + len(r.json); r.json == nil {
		u.size = unitEnvelope + wireSize(r.item)
	}
	return u
}

// writeRequest returns the unit as the service takes it. An item as JSON is left to p.
func (u *unit) writeRequest(p *passage) types.WriteRequest {
	if u.put == nil || u.put.w.verb == verbDelete {
		return types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: u.key}}
	}
	put := &types.PutRequest{Item: u.put.item}
	p.put(&put.Item, u.put.json)
	return types.WriteRequest{PutRequest: put}
}

// writeBatch returns a batch of writes.
func (s *Service) writeBatch(ctx context.Context, op, label string, c *batchCall) (*batch, error) {
	if c.concurrent < 0 {
		return nil, opError(op, errConcurrency)
	}
	table := s.tableName(ctx)
	b := &batch{op: op, label: label, limit: maxBatchWrite, concurrent: c.concurrent, progress: c.progress}
	b.exchange = func(ctx context.Context, units []*unit) error { return s.writeUnits(ctx, op, table, &c.call, units) }
	b.settled = func(u *unit) error {
		if u.put == nil || u.put.w.call.stored == nil {
			return nil
		}
		return u.put.deliver(ctx, &outcome{item: u.put.stored})
	}
	return b.start(), nil
}

var errConcurrency = errors.New("Concurrency takes a positive number, or 0 for the default")

// writeUnits sends one request.
func (s *Service) writeUnits(ctx context.Context, op, table string, c *call, units []*unit) error {
	p := &passage{items: make([]cargo, 0, len(units))}
	writes := make([]types.WriteRequest, len(units))
	for i, u := range units {
		writes[i] = u.writeRequest(p)
	}
	out, err := s.batchWriteItem(ctx, OpInfo{Name: op, Table: table}, &dynamodb.BatchWriteItemInput{
		RequestItems:           map[string][]types.WriteRequest{table: writes},
		ReturnConsumedCapacity: c.capacityMode(),
	}, p)
	if err != nil {
		return err
	}
	c.consumedAll(out.ConsumedCapacity)
	var left []rawItem
	for _, requests := range out.UnprocessedItems {
		for _, w := range requests {
			left = append(left, writtenItem(w))
		}
	}
	leftOver(units, left)
	return nil
}

// writtenItem returns the item or key of a write.
func writtenItem(w types.WriteRequest) rawItem {
	switch {
	case w.PutRequest != nil:
		return w.PutRequest.Item
	case w.DeleteRequest != nil:
		return w.DeleteRequest.Key
	}
	return nil
}

// leftOver marks as done the units that are not among the items which the
// service says are left. If it names others, which it should not, none is done:
// to repeat a write or a read of a batch does no harm, to lose one does.
func leftOver(units []*unit, items []rawItem) {
	left := make(map[string]bool, len(items))
	for _, item := range items {
		left[units[0].e.identity(record{attrs: item})] = true
	}
	known := 0
	for _, u := range units {
		if left[u.id] {
			known++
		}
	}
	for _, u := range units {
		u.done = u.done || known == len(left) && !left[u.id]
	}
}
