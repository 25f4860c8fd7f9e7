package dyn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/expr"
)

type rawItem = map[string]types.AttributeValue

// run is a query on its way: requests of the same text, page after page.
type run struct {
	q *query
	reading
	pages   int  // requests made
	keyless bool // keys of items are needed for nothing
}

// reading is what a request has besides the options of its query. It has no
// pointer to the query, so that a query that is only looked at needs no memory
// of its own.
type reading struct {
	keys   string // KeyConditionExpression
	filter string
	fields string // ProjectionExpression
	names  map[string]string
	values rawItem
	local  []*localTest
	from   rawItem // ExclusiveStartKey
	limit  *int32
	seg    int // of a parallel scan
}

// start checks the query and writes its expressions.
func (q *query) start(ctx context.Context) (*run, error) {
	r := &run{q: q}
	return r, r.start(ctx)
}

func (r *run) start(ctx context.Context) error {
	return r.reading.start(ctx, r.q, !r.q.ix.e.svc.unseen())
}

// start makes x what the first request of q has. With own, who sees the request
// may change what it holds.
func (x *reading) start(ctx context.Context, q *query, own bool) error {
	err := q.err
	if err == nil {
		err = x.build(q, own)
	}
	if err == nil && q.after != "" {
		x.from, err = q.open(ctx, q.after)
	}
	if err != nil {
		return opError(q.op(), err)
	}
	return nil
}

func (x *reading) build(q *query, own bool) error {
	if err := q.check(); err != nil {
		return err
	}
	b := new(expr.Builder)
	var err error
	var keys, fields expr.Text
	if !q.scan {
		var room [4]expr.Cond
		keys = b.All(q.plan.conds(room[:0], own))
		if x.local, err = q.localTests(); err != nil {
			return err
		}
	}
	filter, err := q.writeFilter(b)
	if err != nil {
		return err
	}
	if q.r.part && !q.hydrate && !q.counts {
		fields = b.Projection(q.projected())
	}
	written := b.Written()
	x.keys, x.filter, x.fields = keys.In(written), filter.In(written), fields.In(written)
	x.names, x.values = b.Names(), b.Values()
	x.limit = q.pageLimit(0)
	return nil
}

// check refuses options that contradict each other or the index.
func (q *query) check() error {
	switch {
	case q.limit < 0 || q.pageSize < 0 || q.maxPages < 0 || q.segments < 0:
		return errors.New("a limit is positive, or 0 for none")
	case q.consistent && q.ix.name != "" && !q.ix.sch.Local:
		return errors.New("a global secondary index has no consistent reads")
	case q.segments > maxSegments:
		return fmt.Errorf("%d segments; DynamoDB takes up to %d", q.segments, maxSegments)
	case q.segments > 1 && q.after != "":
		return errors.New("a parallel scan can't continue from a cursor")
	}
	return q.covered()
}

const maxSegments = 1_000_000

// covered refuses to read items in part as if they were whole.
func (q *query) covered() error {
	for _, m := range q.members {
		if err := m.q.covered(); err != nil {
			return err
		}
	}
	if q.hydrate || q.members != nil || q.ix.full() {
		return nil
	}
	var missing []string
	for i := range q.r.plan.Fields {
		if name := q.r.plan.Fields[i].Name; !q.ix.projects(name) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%s does not hold %s; use Hydrate, or Project to a struct without them", q.ix.describe(), strings.Join(missing, ", "))
}

// full reports whether the index holds every attribute.
func (ix *index) full() bool { return ix.sch.Project.All || ix.name == "" }

// projects reports whether the index holds a top-level attribute.
func (ix *index) projects(name string) bool {
	if ix.full() {
		return true
	}
	for _, keys := range [...][]*keyAttr{ix.keys(), ix.e.primary().keys()} {
		for _, k := range keys {
			if k.name == name {
				return true
			}
		}
	}
	return slices.Contains(ix.included(), name)
}

// writeFilter writes the whole filter.
func (q *query) writeFilter(b *expr.Builder) (expr.Text, error) {
	if q.members != nil {
		c, err := q.memberFilter()
		return b.Cond(c), err
	}
	var room [4]expr.Cond
	all, err := q.filter(room[:0])
	return b.All(all), err
}

// filter appends the conditions of the filter to out: the user's, what keys
// could not decide, and the entity's own.
func (q *query) filter(out []expr.Cond) ([]expr.Cond, error) {
	out, err := q.ix.e.m.appendConds(q.own(out), q.filters)
	if err != nil {
		return nil, err
	}
	if !q.ix.open {
		for _, c := range q.filters {
			if err := q.filterable(c); err != nil {
				return nil, err
			}
		}
	}
	more, err := q.residual()
	return append(out, more...), err
}

// residual returns what keys could not decide, as far as the index holds the
// attributes.
func (q *query) residual() ([]expr.Cond, error) {
	var out []expr.Cond
	for i := range q.plan.residual {
		c := &q.plan.residual[i]
		r, err := q.ix.e.m.ref(c.ptr)
		if err != nil {
			return nil, err
		}
		if !q.ix.projects(r.path[0].Name) {
			continue // tested after the read
		}
		x, err := q.ix.e.m.cond(c)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// own adds to out the filter that keeps other entities' items, expired ones, and those
// of another pair of the same index out.
func (q *query) own(out []expr.Cond) []expr.Cond {
	e, t := q.ix.e, &q.ix.e.svc.table
	if e.marked() && q.ix.projects(t.EntityAttr) {
		out = append(out, e.owned)
	}
	// Other namespaces are kept out by the key conditions, or else by this.
	if pk := e.primary().pk[0]; pk.prefix != "" && (q.scan || !q.keyAttr(pk.name) && q.ix.pk[0].prefix == "") {
		out = append(out, expr.CompareText(expr.BeginsWith, pk.path, pk.prefix))
	}
	if e.ttl != nil && q.ix.projects(e.ttl.Name) && !q.keyAttr(e.ttl.Name) {
		p := expr.Name(e.ttl.Name)
		out = append(out, expr.Any(expr.Test(expr.NotExists, p), expr.Compare(expr.Gt, p, number(e.svc.clock().Unix())), expr.Compare(expr.Le, p, number(0))))
	}
	if w := q.ix.when; q.ix.twin && w != nil && len(w.values) > 0 && q.ix.projects(w.path[0].Name) {
		out = append(out, oneOf(w.path, w.values))
	}
	return out
}

// keyAttr reports whether an attribute is a key of what is queried, which a
// filter can't name.
func (q *query) keyAttr(name string) bool {
	return !q.scan && slices.ContainsFunc(q.ix.keys(), func(k *keyAttr) bool { return k.name == name })
}

// filterable refuses filters on attributes that the index lacks or has as keys.
func (q *query) filterable(c Cond) error {
	for _, s := range c.subs() {
		if err := q.filterable(s); err != nil {
			return err
		}
	}
	for _, p := range []any{c.ptr, c.other()} {
		if p == nil {
			continue
		}
		r, err := q.ix.e.m.operand(p)
		if err != nil {
			return err
		}
		name := r.path[0].Name
		switch {
		case q.keyAttr(name):
			return fmt.Errorf("%s is a key of %s, which a filter can't test; make it a key condition", r.goRef, q.ix.describe())
		case !q.ix.projects(name):
			return fmt.Errorf("%s does not hold %s, so a filter can't test it", q.ix.describe(), r.goRef)
		}
	}
	return nil
}

// projected lists what a projection reads: its attributes, and what dyn needs
// to tell whose the item is and to continue after it.
func (q *query) projected() []expr.Path {
	return q.r.paths(q.ix)
}

func (r *reader) paths(ix *index) []expr.Path {
	var names []string
	for i := range r.plan.Fields {
		names = append(names, r.plan.Fields[i].Name)
	}
	names = append(names, ix.told.names...)
	var out []expr.Path
	seen := map[string]bool{}
	for _, n := range names {
		if !seen[n] {
			seen[n] = true
			out = append(out, expr.Name(n))
		}
	}
	return out
}

// projected returns the projection of a read of single items.
func (r *reader) projected() (*string, map[string]string) {
	if r.fields == nil {
		return r.project()
	}
	return r.fields, maps.Clone(r.names)
}

// project writes the projection of a read of single items.
func (r *reader) project() (*string, map[string]string) {
	b := new(expr.Builder)
	fields := b.Projection(r.paths(r.e.primary()))
	return text(fields.In(b.Written())), b.Names()
}

// input is the request for the first page, for it to be looked at.
func (q *query) input() (*dynamodb.QueryInput, error) {
	var x reading
	if err := x.start(context.Background(), q, true); err != nil {
		return nil, err
	}
	if q.plan.empty {
		return nil, opError(q.op(), errEmpty)
	}
	return q.queryInput(context.Background(), &x), nil
}

// queryInput is the request for the page after x.from.
func (q *query) queryInput(ctx context.Context, x *reading) *dynamodb.QueryInput {
	own := &struct { // the texts share the input's memory
		in                         dynamodb.QueryInput
		table, index, keys, filter string
	}{table: q.ix.e.svc.tableName(ctx), index: q.ix.name, keys: x.keys, filter: x.filter}
	in := &own.in
	in.TableName, in.IndexName = &own.table, filled(&own.index)
	in.KeyConditionExpression, in.FilterExpression, in.ProjectionExpression = filled(&own.keys), filled(&own.filter), text(x.fields)
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = x.names, x.values
	in.ExclusiveStartKey, in.Limit, in.ReturnConsumedCapacity = x.from, x.limit, q.capacity.mode()
	if q.descending {
		in.ScanIndexForward = aws.Bool(false)
	}
	if q.consistent {
		in.ConsistentRead = aws.Bool(true)
	}
	if q.counts {
		in.Select = types.SelectCount
	}
	return in
}

func (q *query) scanInput(ctx context.Context, x *reading) *dynamodb.ScanInput {
	in := &dynamodb.ScanInput{
		TableName: aws.String(q.ix.e.svc.tableName(ctx)), IndexName: text(q.ix.name),
		FilterExpression: text(x.filter), ProjectionExpression: text(x.fields),
		ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values,
		ExclusiveStartKey: x.from, Limit: x.limit, ReturnConsumedCapacity: q.capacity.mode(),
	}
	if q.consistent {
		in.ConsistentRead = aws.Bool(true)
	}
	if q.segments > 1 {
		in.Segment, in.TotalSegments = aws.Int32(int32(x.seg)), aws.Int32(int32(q.segments))
	}
	if q.counts {
		in.Select = types.SelectCount
	}
	return in
}

// pageLimit asks for no more items than are wanted. When a filter leaves most
// of a page out, the pages that follow are larger, up to what 1 MB holds.
func (q *query) pageLimit(pages int) *int32 {
	n := q.pageSize
	if n == 0 && q.limit > 0 {
		n = q.limit << min(pages, 20)
		if pages > 10 || n > 10_000 || n <= 0 {
			return nil
		}
	}
	if n == 0 {
		return nil
	}
	return aws.Int32(int32(min(n, 1<<31-1)))
}

// fetched is what one request gave.
type fetched struct {
	items []record
	count int
	next  rawItem // LastEvaluatedKey
}

// errMaxPages ends a run that MaxPages cuts short.
var errMaxPages = errors.New("MaxPages is reached before the end; raise it, or use Page and its cursor")

// fetch makes the next request and moves the run past it.
func (r *run) fetch(ctx context.Context) (*fetched, error) {
	if r.q.plan.empty {
		r.pages++
		return &fetched{}, nil
	}
	var f *fetched
	var err error
	if r.q.scan {
		f, err = r.fetchScan(ctx)
	} else {
		f, err = r.fetchQuery(ctx)
	}
	if err != nil {
		return nil, opError(r.q.op(), err)
	}
	r.pages++
	r.from, r.limit = f.next, r.q.pageLimit(r.pages)
	return f, nil
}

func (r *run) fetchQuery(ctx context.Context) (*fetched, error) {
	in, p := r.q.queryInput(ctx, &r.reading), r.passage()
	out, err := r.q.ix.e.svc.query(ctx, r.q.ix.about(r.q.op(), in.TableName), in, p)
	if err != nil {
		return nil, err
	}
	r.q.capacity.add(out.ConsumedCapacity)
	return &fetched{p.list(out.Items), int(out.Count), out.LastEvaluatedKey}, nil
}

func (r *run) fetchScan(ctx context.Context) (*fetched, error) {
	in, p := r.q.scanInput(ctx, &r.reading), r.passage()
	out, err := r.q.ix.e.svc.scan(ctx, r.q.ix.about(r.q.op(), in.TableName), in, p)
	if err != nil {
		return nil, err
	}
	r.q.capacity.add(out.ConsumedCapacity)
	return &fetched{p.list(out.Items), int(out.Count), out.LastEvaluatedKey}, nil
}

// passage returns the way for the next request of the run.
func (r *run) passage() *passage {
	q := r.q
	switch {
	case !q.ix.e.svc.direct():
		return nil
	case q.counts:
		return &passage{}
	case q.members != nil:
		return &passage{sink: q.memberIntake(r.keyless)}
	case q.hydrate: // the index tells which items there are
		keys := q.ix.e.keysReader()
		return &passage{sink: keys.intake(q.ix)}
	}
	in := q.r.intake(q.ix)
	in.slabs[0].keyless = r.keyless
	return &passage{sink: in}
}

// onlyValues says that nobody will ask for the keys of the items: they go into values of the entity's type, in the
// order in which they come. Tests and cursors may need them all the same.
func (r *run) onlyValues() {
	q := r.q
	one := q.members == nil // each member of a collection has its own tests
	r.keyless = q.limit == 0 && !(one && (q.r.part || len(r.local) > 0 || q.ix.e.ttl != nil || len(q.ix.e.scope) > 0))
}

// accept returns the items of a page that belong to the query.
func (r *run) accept(items []record) ([]record, error) {
	if r.q.members != nil {
		return r.q.acceptMembers(items)
	}
	e := r.q.ix.e
	bare, op := !r.q.ix.projects(e.svc.table.EntityAttr), r.q.op()
	all := e.ttl == nil && len(e.scope) == 0 && len(r.local) == 0 // that are of the entity and its version
	out := items[:0]
	for i := range items {
		if all && len(out) == i && items[i].ownOf(e) {
			out = items[:i+1]
			continue
		}
		item := items[i]
		if !e.owns(item, bare) || !e.inScope(item, r.q.ix) || e.expired(item) {
			continue
		}
		if v := e.newer(op, item); v != nil {
			return nil, v
		}
		if passes(r.local, item) {
			out = append(out, item)
		}
	}
	return out, nil
}

// explain returns the run's expressions with names and values in place.
func (r *run) explain() Plan {
	p := Plan{Index: r.q.ix.sch.Name, KeyCondition: r.readable(r.keys), Filter: r.readable(r.filter), Empty: r.q.plan.empty}
	for _, t := range r.local {
		p.Client = append(p.Client, t.String())
	}
	return p
}

func (r *run) readable(s string) string {
	if s == "" {
		return ""
	}
	var pairs []string
	for _, k := range slices.Backward(slices.SortedFunc(maps.Keys(r.names), byLength)) {
		pairs = append(pairs, k, r.names[k])
	}
	for _, k := range slices.Backward(slices.SortedFunc(maps.Keys(r.values), byLength)) {
		pairs = append(pairs, k, readableValue(r.values[k]))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

func byLength(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func readableValue(av types.AttributeValue) string {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return fmt.Sprintf("%q", v.Value)
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return fmt.Sprintf("0x%x", v.Value)
	case *types.AttributeValueMemberBOOL:
		return fmt.Sprint(v.Value)
	}
	return fmt.Sprintf("(%d bytes)", valueSize(av))
}
