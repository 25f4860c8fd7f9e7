package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/wire"
)

// FetchItem is what [Service.TransactGet] and [Service.BatchGet] take: a
// [Fetch], or a [GetOption].
type FetchItem interface{ fetchItem(*fetches) }

// fetches collects the reads and options of one call.
type fetches struct {
	call
	list []*fetch
}

// fetch is a read described but not done.
type fetch struct {
	e    *entity
	key  reflect.Value // of the entity's type
	dst  reflect.Value // **T
	unit *unit
	got  reflect.Value // T; invalid when there is none
}

func (f *fetch) fetchItem(fs *fetches) { fs.list = append(fs.list, f) }

// Fetch describes the read of the item with the key, as [Entity.Get] does it.
// It puts a pointer to the item into dst, nil when there is none.
func Fetch[T any](e *Entity[T], key T, dst **T) FetchItem {
	return &fetch{e: e.e, key: reflect.ValueOf(&key).Elem(), dst: reflect.ValueOf(dst)}
}

// op names the read in messages.
func (f *fetch) op() string { return "get " + f.e.name }

// collect settles what to read: each item once, also when it is asked for more
// than once.
func (s *Service) collect(items []FetchItem) (*fetches, []*unit, error) {
	fs := &fetches{}
	for _, it := range items {
		it.fetchItem(fs)
	}
	if len(fs.list) == 0 {
		return nil, nil, errors.New("there is nothing to fetch")
	}
	var units []*unit
	var errs []error
	byID := map[string]*unit{}
	for i, given := range fs.list {
		f := *given // a Fetch may be used again, also concurrently
		fs.list[i] = &f
		u, err := f.lookUp(i, s)
		if err != nil {
			if errs = append(errs, &atPosition{"fetches", i, opError(f.op(), err)}); len(errs) == maxMistakes {
				break
			}
			continue
		}
		if f.unit = byID[string(u.id)]; f.unit == nil {
			byID[string(u.id)], f.unit = u, u
			units = append(units, u)
		}
	}
	return fs, units, errors.Join(errs...)
}

func (f *fetch) lookUp(i int, s *Service) (*unit, error) {
	switch {
	case f.e.svc != s:
		return nil, errOtherService
	case f.dst.IsNil():
		return nil, errors.New("Fetch has no place for the item")
	}
	return f.e.lookUpOne(i, f.key)
}

// take decodes what was found for the fetch.
func (f *fetch) take(ctx context.Context) error {
	r := f.e.reader()
	v, err := r.accepted(ctx, f.op(), f.unit.found.of(f.e))
	f.unit.found.again = true // for another fetch of the item
	f.got = v
	return err
}

// deliver puts the item where it is wanted.
func (f *fetch) deliver() {
	if f.got.IsValid() {
		own := reflect.New(f.got.Type()) // f.got may be one of many
		own.Elem().Set(f.got)
		f.dst.Elem().Set(own)
		return
	}
	f.dst.Elem().SetZero()
}

// TransactGet reads up to 100 items as they are together at one moment, at
// twice the capacity of consistent reads. When other transactions are changing
// them it tries again, as [Service.Transact] does. The destinations are set only
// when all is well.
func (s *Service) TransactGet(ctx context.Context, items ...FetchItem) error {
	const op = "transact get"
	fs, units, err := s.collect(items)
	if err == nil && len(units) > maxTransactItems {
		err = fmt.Errorf("%d items; a transaction takes %d", len(units), maxTransactItems)
	}
	if err != nil {
		return opError(op, err)
	}
	table := s.tableName(ctx)
	in := &dynamodb.TransactGetItemsInput{ReturnConsumedCapacity: fs.capacityMode()}
	p := s.transactPassage(units, len(fs.list))
	for _, u := range units {
		get := &types.Get{TableName: aws.String(table), Key: u.body.raw}
		p.put(&get.Key, u.body.json)
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: get})
	}
	out, err := retryConflicts(ctx, func() (*dynamodb.TransactGetItemsOutput, error) {
		return s.transactGetItems(ctx, OpInfo{Name: op, Table: table}, in, p)
	})
	if err != nil {
		return cancelled(op, "fetches", getParts(units), err)
	}
	fs.consumedAll(out.ConsumedCapacity)
	if err := p.distribute(units, out.Responses); err != nil {
		return opError(op, err)
	}
	return opError(op, fs.deliver(ctx))
}

// transactPassage returns the way for a transaction of reads.
func (s *Service) transactPassage(units []*unit, fetches int) *passage {
	if !s.direct() {
		return &passage{}
	}
	in := &intake{most: len(units)}
	slabs := make([]*slab, len(units))
	for i, u := range units {
		if k := slices.IndexFunc(in.slabs, func(s *slab) bool { return s.r.e == u.e }); k >= 0 {
			slabs[i] = in.slabs[k]
			continue
		}
		r := u.e.reader()
		slabs[i] = r.slab(u.e.primary())
		slabs[i].whole = len(units) < fetches
		in.slabs = append(in.slabs, slabs[i])
	}
	in.pick = func(from wire.Source, _ []byte, _ int) *slab {
		if from.Index >= len(slabs) {
			return nil
		}
		return slabs[from.Index]
	}
	return &passage{sink: in}
}

// distribute gives units what was found for them, in their order.
func (p *passage) distribute(units []*unit, answers []types.ItemResponse) error {
	n := len(answers)
	if p.direct {
		n = p.call.Places()
	}
	if n != len(units) {
		return fmt.Errorf("%d answers for %d items", n, len(units))
	}
	if !p.direct {
		for i, u := range units {
			u.found = record{attrs: answers[i].Item}
		}
		return nil
	}
	for i, item := range p.sink.records {
		units[p.sink.places[i]].found = item
	}
	return nil
}

// getParts returns the actions of a transaction of reads.
func getParts(units []*unit) []transactPart {
	parts := make([]transactPart, len(units))
	for i, u := range units {
		parts[i] = transactPart{op: u.index, e: u.e, key: u.body.attrs(), refused: func(reason types.CancellationReason, err error) error {
			return reasonError("get "+u.e.name, reason, err)
		}}
	}
	return parts
}

// deliver decodes all items, then sets the destinations.
func (fs *fetches) deliver(ctx context.Context) error {
	for i, f := range fs.list {
		if err := f.take(ctx); err != nil {
			return &atPosition{"fetches", i, err}
		}
	}
	for _, f := range fs.list {
		f.deliver()
	}
	return nil
}

// BatchGet reads any number of items of any entities of the service, in
// requests of up to 100; an item that is asked for more than once is read once.
// It goes on as [Service.BatchWrite] does. With a [*BatchError] the destinations
// of what could be read are set, the others nil.
func (s *Service) BatchGet(ctx context.Context, items ...FetchItem) error {
	const op = "batch get"
	fs, units, err := s.collect(items)
	if err != nil {
		return opError(op, err)
	}
	r := fs.list[0].e.reader()
	b := r.readBatch(ctx, op, "fetches", &batchCall{call: fs.call, again: len(units) < len(fs.list)})
	byUnit := map[*unit][]*fetch{}
	for _, f := range fs.list {
		f.deliver()
		byUnit[f.unit] = append(byUnit[f.unit], f)
	}
	b.settled = func(u *unit) error {
		var errs []error
		for _, f := range byUnit[u] {
			if err := f.take(ctx); err != nil {
				errs = append(errs, err)
				continue
			}
			f.deliver()
		}
		u.found = record{}
		return errors.Join(errs...)
	}
	return b.run(ctx, units)
}
