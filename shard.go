package dyn

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"github.com/dyntable/dyn/internal/expr"
	"github.com/dyntable/dyn/internal/key"
)

// A part `$<shard=8>` of a partition key spreads the items that would share one
// partition over 8. Its number follows from the fields of the table's key, so
// that whoever knows the key knows the shard; a query that does not asks all
// shards and merges what they give in the order of the sort key.

// shardOf returns the shard of an item.
func (p *part) shardOf(item reflect.Value) (key.Value, bool, error) {
	var vals []key.Value
	for _, f := range p.e.keyParts() {
		v, ok, err := f.get(item)
		if !ok || err != nil {
			return key.Value{}, false, err
		}
		vals = append(vals, v)
	}
	return p.shardFrom(vals), true, nil
}

// keyParts lists the fields of the table's key.
func (e *entity) keyParts() []*part {
	var out []*part
	for _, k := range e.primary().keys() {
		for _, p := range k.parts {
			if p.shard == 0 {
				out = append(out, p)
			}
		}
	}
	return out
}

// shardFrom returns the shard of the item with the given key fields. Stored
// keys depend on it: it must never change.
func (p *part) shardFrom(vals []key.Value) key.Value {
	h := fnv.New32a()
	var n [8]byte
	for _, v := range vals {
		switch v.Kind() {
		case key.Text:
			h.Write([]byte(v.Text()))
		case key.Bool:
			n[7] = 0
			if v.Bool() {
				n[7] = 1
			}
			h.Write(n[7:])
		case key.Time:
			binary.BigEndian.PutUint64(n[:], uint64(v.Time().UnixNano()))
			h.Write(n[:])
		case key.Int:
			binary.BigEndian.PutUint64(n[:], uint64(v.Int()))
			h.Write(n[:])
		default:
			binary.BigEndian.PutUint64(n[:], v.Uint())
			h.Write(n[:])
		}
		h.Write([]byte{0})
	}
	return key.UintValue(uint64(h.Sum32() % uint32(p.shard)))
}

// shardBy returns the shard that key conditions decide, ok being false when
// they leave a field of the table's key open.
func (p *part) shardBy(terms []term) (v key.Value, ok bool, err error) {
	var vals []key.Value
	for _, f := range p.e.keyParts() {
		t := find(terms, f, true)
		if t == nil {
			return v, false, nil
		}
		val, err := t.value(f, 0)
		if err != nil {
			return v, false, err
		}
		vals = append(vals, val)
	}
	return p.shardFrom(vals), true, nil
}

// fan is a partition key of which conditions leave the shard open.
type fan struct {
	k    *keyAttr
	vals []key.Value // of the parts; the shard's is replaced
	part int         // which part is the shard
	n    int         // how many shards there are
}

// at returns the plan for one shard.
func (p *keyPlan) at(shard int) (keyPlan, error) {
	out := *p
	vals := slices.Clone(p.fan.vals)
	vals[p.fan.part] = key.UintValue(uint64(shard))
	b, err := p.fan.k.appendVals(nil, vals)
	out.pk, out.more = equality{k: p.fan.k, text: string(b)}, nil
	out.fan = nil
	return out, err
}

// shardRun is the query of one shard.
type shardRun struct {
	*run
	index int
	ready []record
	skip  func(record) bool // items that an earlier page had
	over  bool
}

// merger joins the shards of a query in key order.
type merger struct {
	q      *query
	shards []*shardRun
	pages  int
}

// maxConcurrentShards bounds the requests of one query under way at a time.
const maxConcurrentShards = 32

// merge starts the query of every shard, after the query's cursor.
func (q *query) merge(ctx context.Context) (*merger, error) {
	m := &merger{q: q}
	var at rawItem
	var err error
	if q.after != "" {
		if at, err = q.open(ctx, q.after); err != nil {
			return nil, opError(q.op(), err)
		}
	}
	last := -1
	for i := range q.plan.fan.n {
		one := *q
		one.after, one.maxPages = "", 0
		if one.plan, err = q.plan.at(i); err != nil {
			return nil, opError(q.op(), err)
		}
		if s, ok := at[q.plan.fan.k.name].(*types.AttributeValueMemberS); ok && s.Value == one.plan.pk.text {
			last = i
		}
		m.shards = append(m.shards, &shardRun{run: &run{q: &one}, index: i})
	}
	if at != nil && last < 0 {
		return nil, opError(q.op(), ErrCursor)
	}
	for _, s := range m.shards {
		if at != nil {
			s.resume(at, last)
		}
		r, err := s.q.start(ctx)
		if err != nil {
			return nil, err
		}
		if at != nil && s.index == last {
			r.from = at
		}
		s.run = r
	}
	return m, nil
}

// resume moves a shard past the item at which the last page, ending in shard
// last, stopped.
func (s *shardRun) resume(at rawItem, last int) {
	q := s.q
	before := s.index < last // the shard's items equal in order came before
	if q.descending {
		before = s.index > last
	}
	switch {
	case s.index == last:
		return
	case len(q.ix.sk) == 0:
		s.over = before
		return
	}
	s.skip = func(item record) bool {
		c := q.order(item, record{attrs: at})
		return c < 0 || c == 0 && before
	}
	q.plan.past(q.ix, at, q.descending)
	s.over = q.plan.empty
}

// past narrows a plan to what comes at or after an item in order, where one
// key condition can say so.
func (p *keyPlan) past(ix *index, at rawItem, descending bool) {
	k := ix.sk[0]
	switch v := at[k.name].(type) {
	case *types.AttributeValueMemberS:
		if p.sk != nil {
			p.rng = p.rng.After(v.Value, descending)
			p.empty = p.empty || p.rng.Empty
			return
		}
	case nil:
		return
	}
	if len(ix.sk) > 1 || len(p.sorts) > 0 || p.sk != nil {
		return // the items are skipped as they come
	}
	op := expr.Ge
	if descending {
		op = expr.Le
	}
	p.sorts = []expr.Cond{expr.Compare(op, k.path, at[k.name])}
}

// order compares two items by the sort key, in the direction of the query.
func (q *query) order(a, b record) int {
	for _, k := range q.ix.sk {
		x, y := a.get(k.name), b.get(k.name)
		switch {
		case less(x, y) != q.descending && (less(x, y) || less(y, x)):
			return -1
		case less(x, y) || less(y, x):
			return 1
		}
	}
	return 0
}

// fill asks every shard that has nothing ready, until each has or is over.
func (m *merger) fill(ctx context.Context) error {
	for {
		var hungry []*shardRun
		for _, s := range m.shards {
			if len(s.ready) == 0 && !s.over {
				hungry = append(hungry, s)
			}
		}
		if len(hungry) == 0 {
			return nil
		}
		if m.pages += len(hungry); m.q.maxPages > 0 && m.pages > m.q.maxPages {
			return opError(m.q.op(), errMaxPages)
		}
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(maxConcurrentShards)
		for _, s := range hungry {
			g.Go(func() error { return s.feed(ctx) })
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
}

// feed makes one request of the shard.
func (s *shardRun) feed(ctx context.Context) error {
	f, err := s.fetch(ctx)
	if err != nil {
		return err
	}
	raw, err := s.accept(f.items)
	if err != nil {
		return err
	}
	for _, item := range raw {
		if s.skip == nil || !s.skip(item) {
			s.ready = append(s.ready, item)
		}
	}
	s.over = len(s.from) == 0
	return nil
}

// take returns up to n items in order, 0 for as many as are certain.
func (m *merger) take(ctx context.Context, n int) ([]record, error) {
	if err := m.fill(ctx); err != nil {
		return nil, err
	}
	var out []record
	for n == 0 || len(out) < n {
		s := m.first()
		if s == nil {
			break
		}
		out = append(out, s.ready[0])
		s.ready = s.ready[1:]
		if len(s.ready) == 0 && !s.over {
			break // its next item may be the next of all
		}
	}
	return out, nil
}

// first returns the shard whose next item is the next of all, nil at the end.
func (m *merger) first() *shardRun {
	var best *shardRun
	for _, s := range m.shards {
		if len(s.ready) == 0 {
			continue
		}
		if best == nil {
			best = s
			continue
		}
		if c := m.q.order(s.ready[0], best.ready[0]); c < 0 || c == 0 && m.q.descending {
			best = s
		}
	}
	return best
}

// ended reports whether there is nothing more.
func (m *merger) ended() bool {
	for _, s := range m.shards {
		if len(s.ready) > 0 || !s.over {
			return false
		}
	}
	return true
}

// fanOut is [query.each] over all shards.
func (q *query) fanOut(ctx context.Context, yield func([]record) error) error {
	m, err := q.merge(ctx)
	if err != nil {
		return err
	}
	for given := 0; !m.ended(); {
		left := 0
		if q.limit > 0 {
			if left = q.limit - given; left == 0 {
				return nil
			}
		}
		raw, err := m.take(ctx, left)
		if err != nil {
			return err
		}
		if q.hydrate {
			if raw, err = q.hydrated(ctx, raw); err != nil {
				return named(q.op(), err)
			}
		}
		given += len(raw)
		if err := yield(raw); err != nil {
			return err
		}
	}
	return nil
}

// fanPage is [query.page] over all shards.
func (q *query) fanPage(ctx context.Context, single bool) ([]record, Cursor, error) {
	m, err := q.merge(ctx)
	if err != nil {
		return nil, "", err
	}
	items := []record{}
	for !m.ended() && (q.limit == 0 || len(items) < q.limit) {
		left := 0
		if q.limit > 0 {
			left = q.limit - len(items)
		}
		raw, err := m.take(ctx, left)
		if errors.Is(err, errMaxPages) && len(items) > 0 {
			break
		}
		if err != nil {
			return nil, "", err
		}
		if items = append(items, raw...); single && len(items) > 0 {
			break
		}
	}
	var at rawItem
	if len(items) > 0 && !m.ended() {
		at = q.position(items[len(items)-1])
	}
	return q.finish(ctx, items, at)
}
