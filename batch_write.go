package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

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
	return s.batchWrite(ctx, op, "ops", &c)
}

// BatchPut stores items in requests of up to 25 and returns them as stored, or
// as given where that failed. See [Service.BatchWrite].
func (e *Entity[T]) BatchPut(ctx context.Context, items []T, opts ...BatchOption) ([]T, error) {
	var c batchCall
	for _, o := range opts {
		o.batchItem(&c)
	}
	out := make([]T, len(items))
	copy(out, items)
	err := e.e.batchPut(ctx, reflect.ValueOf(out), &c, func(i int) { out[i] = items[i] })
	return out, err
}

// batchPut stores items, a slice of the entity's type, and makes them what is
// stored. It calls restore with the places of those that are not.
func (e *entity) batchPut(ctx context.Context, items reflect.Value, c *batchCall, restore func(int)) error {
	op := "batch put " + e.name
	k := newUnits(items.Len())
	k.puts = write{e: e, verb: verbPut}
	r := request{w: &k.puts, table: e.svc.tableRef(ctx), room: &k.room}
	shown := e.m.hooked || e.svc.validate != nil                                       // who is shown an item may keep it
	asGiven := e.still && len(e.m.settled)+len(e.m.ruled) == 0 && r.batchable() == nil // nothing sets or checks an attribute
	err := k.write(ctx, e.svc, op, "items", c, func(i int, u *unit) error {
		if len(e.m.settled) > 0 {
			r.w.now = e.svc.clock()
		}
		item := items.Index(i)
		if shown {
			item = e.m.copyOf(item)
			u.value = item
		}
		r.json, r.item = nil, nil
		if asGiven {
			if err := r.encode(item); err != nil {
				return r.w.fail(err)
			}
		} else if err := r.putOnly(ctx, item); err != nil {
			return err
		}
		r.unit(u, i)
		return nil
	})
	for i := range k.units {
		switch {
		case !k.units[i].done:
			restore(i)
		case shown:
			items.Index(i).Set(k.units[i].value)
		}
	}
	k.release()
	return err
}

// putOnly builds the put of item, a copy of what was given, for a batch: from its
// description on, and without conditions.
func (r *request) putOnly(ctx context.Context, item reflect.Value) error {
	e := r.w.e
	e.m.own(item)
	if err := r.w.settle(item); err != nil {
		return opError(r.w.op(), err)
	}
	_, err := r.store(ctx, item)
	if err == nil {
		err = r.batchable()
	}
	if err != nil {
		return r.w.fail(err)
	}
	return nil
}

// BatchDelete removes the items with the keys in requests of up to 25, whether
// they are there or not. See [Service.BatchWrite].
func (e *Entity[T]) BatchDelete(ctx context.Context, keys []T, opts ...BatchOption) error {
	c := batchCall{ops: make([]Op, len(keys))}
	for _, o := range opts {
		o.batchItem(&c)
	}
	own := slices.Clone(keys)
	for i := range own {
		c.ops[i] = e.e.op(verbDelete, reflect.ValueOf(&own[i]).Elem(), call{})
	}
	return e.e.svc.batchWrite(ctx, "batch delete "+e.e.name, "keys", &c)
}

// batchWrite builds and does all operations of c.
func (s *Service) batchWrite(ctx context.Context, op, label string, c *batchCall) error {
	k := newUnits(len(c.ops))
	r := request{room: &k.room}
	err := k.write(ctx, s, op, label, c, func(i int, u *unit) error {
		if err := c.ops[i].request(ctx, s, &r, (*request).batchable); err != nil {
			return err
		}
		r.unit(u, i)
		return nil
	})
	k.release()
	return err
}

var errNoOps = errors.New("there is no operation")

// write builds the writes, and does them if nothing is wrong with any.
func (k *unitRoom) write(ctx context.Context, s *Service, op, label string, c *batchCall, build func(int, *unit) error) error {
	err := each(label, len(k.units), func(i int) error {
		k.list[i] = &k.units[i]
		return build(i, k.list[i])
	})
	if err != nil {
		return opError(op, err)
	}
	if i, j, ok := twinsOf(k.list); ok {
		return opError(op, fmt.Errorf("%w; a batch takes each item once", twins(k.units[i].w, k.units[j].w, label, i, j)))
	}
	if err := s.writeBatch(ctx, &k.batch, op, label, c); err != nil {
		return err
	}
	return k.batch.run(ctx, k.list)
}

// twinsOf returns the places of the first unit that has the item of one before
// it, and of that one.
func twinsOf(units []*unit) (i, j int, ok bool) {
	var room [4 * maxBatchWrite]int32
	t := newUnitTable(units, room[:])
	for j := range units {
		if i, ok := t.add(j); ok {
			return i, j, true
		}
	}
	return 0, 0, false
}

// maxMistakes bounds how many mistakes of a list one error names.
const maxMistakes = 10

// each calls do for each of n places, and returns the first errors with these.
func each(label string, n int, do func(i int) error) error {
	var errs []error
	for i := 0; i < n && len(errs) < maxMistakes; i++ {
		if err := do(i); err != nil {
			errs = append(errs, &atPosition{label, i, err})
		}
	}
	return errors.Join(errs...)
}

// twins says that writes a and b, at i and j, are on the same item.
func twins(a, b *write, label string, i, j int) error {
	return fmt.Errorf("%s[%d]: %s and %[1]s[%[4]d]: %[5]s are on the same item", label, i, a.op(), j, b.op())
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
	if w.e.lock == nil {
		return nil
	}
	if w.verb != verbPut {
		if given, err := w.e.version(w.given); err == nil && given == 0 {
			return nil
		}
	}
	return fmt.Errorf("%s needs a condition, which a batch has not; use Transact, or the entity's method", w.e.lock.Go)
}

// unit makes u the write as a unit of a batch, in the memory of the request.
func (r *request) unit(u *unit, i int) {
	w := r.w
	u.w = w
	if w.verb == verbDelete {
		w.e.storedUnit(u, r.room, i, record{attrs: r.key})
		return
	}
	u.is(i, w.e, r.id, encoded{r.item, r.json})
	if w.call.stored != nil {
		u.value = r.stored
	}
}

// puts reports whether the unit is a put, not a delete or a read.
func (u *unit) puts() bool { return u.w != nil && u.w.verb != verbDelete }

// writeBatch makes b a batch of writes.
func (s *Service) writeBatch(ctx context.Context, b *batch, op, label string, c *batchCall) error {
	if c.concurrent < 0 {
		return opError(op, errConcurrency)
	}
	table := s.tableName(ctx)
	*b = newBatch(op, label, maxBatchWrite, c)
	b.settled = written
	b.exchange = func(ctx context.Context, units []*unit) error { return s.writeUnits(ctx, op, table, &c.call, units) }
	return nil
}

// written delivers what a put stored to who asked for it.
func written(u *unit) error {
	if u.w != nil && u.w.call.stored != nil {
		reflect.ValueOf(u.w.call.stored).Elem().Set(u.value)
	}
	return nil
}

var errConcurrency = errors.New("Concurrency takes a positive number, or 0 for the default")

// writeUnits sends one request.
func (s *Service) writeUnits(ctx context.Context, op, table string, c *call, units []*unit) error {
	m := newWriteMemory()
	p, writes := &m.passage, m.writes[:len(units)]
	p.items = m.items[:0]
	for i, u := range units {
		if !u.puts() {
			writes[i].DeleteRequest = &m.deletes[i]
			m.deletes[i].Key = u.body.raw
			p.put(&m.deletes[i].Key, u.body.json)
			continue
		}
		writes[i].PutRequest = &m.puts[i]
		m.puts[i].Item = u.body.raw
		p.put(&m.puts[i].Item, u.body.json)
	}
	m.tables[table] = writes
	m.in = dynamodb.BatchWriteItemInput{RequestItems: m.tables, ReturnConsumedCapacity: c.capacityMode()}
	out, err := s.batchWriteItem(ctx, OpInfo{Name: op, Table: table}, &m.in, p)
	if err != nil {
		return err
	}
	if s.unseen() {
		m.release()
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

// writeMemory is the memory of a request with writes. It is used again where
// nobody else saw the request, and it succeeded.
type writeMemory struct {
	passage passage
	in      dynamodb.BatchWriteItemInput
	tables  map[string][]types.WriteRequest
	items   [maxBatchWrite]cargo
	writes  [maxBatchWrite]types.WriteRequest
	puts    [maxBatchWrite]types.PutRequest
	deletes [maxBatchWrite]types.DeleteRequest
}

var writeMemories sync.Pool

func newWriteMemory() *writeMemory {
	if m, ok := writeMemories.Get().(*writeMemory); ok {
		return m
	}
	return &writeMemory{tables: make(map[string][]types.WriteRequest, 1)}
}

func (m *writeMemory) release() {
	clear(m.tables)
	*m = writeMemory{tables: m.tables}
	writeMemories.Put(m)
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
	if len(items) == 0 {
		for _, u := range units {
			u.done = true
		}
		return
	}
	left := make(map[string]bool, len(items))
	for _, item := range items {
		left[units[0].e.identity(record{attrs: item})] = true
	}
	known := 0
	for _, u := range units {
		if left[string(u.id)] {
			known++
		}
	}
	for _, u := range units {
		u.done = u.done || known == len(left) && !left[string(u.id)]
	}
}
