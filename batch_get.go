package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/ddbjson"
	"github.com/dyntable/dyn/internal/wire"
)

// BatchGetOption is an option of reads by many keys: [Consistent], [Capacity],
// [Missing], or a [BatchOption].
type BatchGetOption interface{ batchGet(*batchCall) }

type batchGetOption func(*batchCall)

func (o batchGetOption) batchGet(c *batchCall) { o(c) }

// Missing puts the keys that have no item into dst, as they were given.
func Missing[T any](dst *[]T) BatchGetOption {
	return batchGetOption(func(c *batchCall) { c.missing = dst })
}

// BatchGet reads the items with the keys, in requests of up to 100, and returns
// those that are there in the order of the keys; [Missing] tells of the others.
// A key given twice counts once. As in Get, an item of another entity or an
// expired one is not there.
//
// It goes on as [Service.BatchWrite] does. With a [*BatchError], which names
// the keys that could not be looked up or whose items could not be decoded, it
// returns what it has.
func (e *Entity[T]) BatchGet(ctx context.Context, keys []T, opts ...BatchGetOption) ([]T, error) {
	return batchGet[T](ctx, e.e.reader(), keys, opts)
}

// BatchGet is [Entity.BatchGet] of values of P.
func (v *Viewer[P, T]) BatchGet(ctx context.Context, keys []T, opts ...BatchGetOption) ([]P, error) {
	if v.err != nil {
		return nil, opError("view", v.err)
	}
	return batchGet[P](ctx, v.r, keys, opts)
}

// batchGet reads items by keys of type T as values of P.
func batchGet[P, T any](ctx context.Context, r reader, keys []T, opts []BatchGetOption) ([]P, error) {
	op := "batch get " + r.e.name
	g, missing, err := newGets[T](&r, op, opts)
	if err != nil {
		return nil, opError(op, err)
	}
	k := newUnits(len(keys))
	err = each("keys", len(keys), func(i int) error {
		k.list[i] = &k.units[i]
		return r.e.lookUp(k.list[i], &k.room, i, reflect.ValueOf(&keys[i]).Elem())
	})
	if err != nil {
		k.release()
		return nil, opError(op, err)
	}
	k.unite()
	b := g.start(ctx)
	err = b.run(ctx, k.list)
	items := make([]P, 0, k.found())
	for _, u := range k.list {
		switch {
		case u.value.IsValid():
			items = append(items, valueOf[P](u.value))
		case u.done && u.absent && missing != nil:
			*missing = append(*missing, keys[u.index])
		}
	}
	k.release()
	return items, err
}

// gets is a batch of reads of one entity.
type gets struct {
	r  *reader
	op string
	c  batchCall
}

// newGets applies options. The keys without an item go to missing, unless nil.
func newGets[T any](r *reader, op string, opts []BatchGetOption) (g *gets, missing *[]T, err error) {
	g = &gets{r: r, op: op}
	for _, o := range opts {
		o.batchGet(&g.c)
	}
	if g.c.missing != nil {
		var ok bool
		if missing, ok = g.c.missing.(*[]T); !ok {
			return nil, nil, fmt.Errorf("Missing takes a %T here, not a %T", missing, g.c.missing)
		}
		*missing = nil
	}
	if g.c.concurrent < 0 {
		err = errConcurrency
	}
	return g, missing, err
}

func (g *gets) start(ctx context.Context) *batch {
	b := g.r.readBatch(ctx, g.op, "keys", &g.c)
	b.settled = func(u *unit) error {
		v, err := g.r.accepted(ctx, g.r.e.getOp, u.found)
		u.found, u.value = record{}, v
		u.absent = err == nil && !v.IsValid()
		return err
	}
	return b
}

// accepted decodes an item that was found by key, and returns an invalid value
// for one that is not there, or not one of the entity.
func (r *reader) accepted(ctx context.Context, op string, item record) (reflect.Value, error) {
	if err := r.e.present(op, item); err != nil {
		if errors.Is(err, ErrNotFound) {
			err = nil
		}
		return reflect.Value{}, err
	}
	v, err := r.read(ctx, op, item)
	if err != nil {
		return reflect.Value{}, err
	}
	return v, nil
}

// readBatch returns a batch of reads. The units found get the items as stored.
func (r *reader) readBatch(ctx context.Context, op, label string, c *batchCall) *batch {
	s := r.e.svc
	table := s.tableName(ctx)
	b := newBatch(op, label, maxBatchGet, c)
	b.fold = true
	b.exchange = func(ctx context.Context, units []*unit) error { return r.readUnits(ctx, op, table, c, units) }
	return &b
}

// readUnits sends one request.
func (r *reader) readUnits(ctx context.Context, op, table string, c *batchCall, units []*unit) error {
	byID := newUnitTable(units, make([]int32, 2*maxBatchGet))
	ka := types.KeysAndAttributes{Keys: make([]rawItem, len(units))}
	p := r.batchPassage(units, &byID, table, c.again)
	p.items = make([]cargo, 0, len(units))
	for i, u := range units {
		byID.add(i)
		ka.Keys[i] = u.body.raw
		p.put(&ka.Keys[i], u.body.json)
	}
	if c.consistent {
		ka.ConsistentRead = aws.Bool(true)
	}
	if r.part {
		ka.ProjectionExpression, ka.ExpressionAttributeNames = r.projected()
	}
	out, err := r.e.svc.batchGetItem(ctx, OpInfo{Name: op, Table: table}, &dynamodb.BatchGetItemInput{
		RequestItems:           map[string]types.KeysAndAttributes{table: ka},
		ReturnConsumedCapacity: c.capacityMode(),
	}, p)
	if err != nil {
		return err
	}
	c.consumedAll(out.ConsumedCapacity)
	var room [128]byte
	for _, item := range p.list(itemsOf(table, out.Responses)) {
		if u := byID.find(r.e.appendIdentity(room[:0], item)); u != nil {
			u.found, u.done = item, true
		}
	}
	var left []rawItem
	for _, ka := range out.UnprocessedKeys {
		left = append(left, ka.Keys...)
	}
	leftOver(units, left)
	return nil
}

// itemsOf returns the items of a table, which an answer may name otherwise than
// the request did, and not those of another that has the same keys.
func itemsOf(table string, responses map[string][]rawItem) (items []rawItem) {
	for name, list := range responses {
		if sameTable(name, table) {
			items = append(items, list...)
		}
	}
	return items
}

// sameTable reports whether two names, each of which may be an ARN, are those of one table.
func sameTable(a, b string) bool { return a == b || tableInARN(a) == tableInARN(b) }

func tableInARN(name string) string {
	if _, own, ok := strings.Cut(name, ":table/"); ok {
		return own
	}
	return name
}

// batchPassage returns the way for a request for units, of the reader's entity
// or, for whole items, of any.
func (r *reader) batchPassage(units []*unit, byID *unitTable, table string, again bool) *passage {
	if !r.e.svc.direct() {
		return &passage{}
	}
	in := &intake{most: len(units), table: table}
	of := func(e *entity) *slab {
		if i := slices.IndexFunc(in.slabs, func(s *slab) bool { return s.r.e == e }); i >= 0 {
			return in.slabs[i]
		}
		return nil
	}
	for _, u := range units {
		if of(u.e) != nil {
			continue
		}
		own := r
		if u.e != r.e {
			whole := u.e.reader()
			own = &whole
		}
		s := own.slab(u.e.primary())
		s.whole = again
		in.slabs = append(in.slabs, s)
	}
	if len(in.slabs) > 1 {
		f := ddbjson.NewFinder(r.e.svc.table.EntityAttr)
		var room [128]byte
		in.reset = f.Reset
		in.pick = func(_ wire.Source, body []byte, at int) *slab { return in.of(f.Guess(body, at)) }
		in.check = func(item record) *slab {
			if u := byID.find(r.e.appendIdentity(room[:0], item)); u != nil {
				return of(u.e)
			}
			return nil
		}
	}
	return &passage{sink: in}
}

// hydrated reads the items of an index page in full from the table, in order.
// Items that are gone meanwhile, or belong to another entity now, are left out.
func (q *query) hydrated(ctx context.Context, items []record) ([]record, error) {
	e, r := q.ix.e, *q.r
	r.part = false // items are read in full, also for a projection
	k := newUnits(len(items))
	for i, item := range items {
		k.list[i] = &k.units[i]
		e.storedUnit(k.list[i], &k.room, i, item)
	}
	// An item that moved in the index may be there twice.
	b := r.readBatch(ctx, "hydrate "+e.name, "items", &batchCall{call: call{capacity: q.capacity}, again: true})
	for _, u := range k.list {
		if !b.add(ctx, u) {
			break
		}
	}
	if b.finish(ctx); b.stopped != nil {
		return nil, b.causes[0]
	}
	out := items[:0]
	for _, u := range k.list {
		full := u.found
		if v := e.newer("hydrate "+e.name, full); v != nil {
			return nil, v
		}
		if !full.empty() && e.owns(full, false) && e.inScope(full, e.primary()) && !e.expired(full) {
			out = append(out, full)
		}
	}
	k.release()
	return out, nil
}
