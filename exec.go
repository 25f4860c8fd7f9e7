package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/expr"
)

// outcome is what a write that succeeded gives back.
type outcome struct {
	item reflect.Value // as stored, of the entity's type; invalid when unknown
	old  record        // what it replaced, when asked for
}

// do builds the write, sends it, and explains its failure.
func (w *write) do(ctx context.Context) (outcome, error) {
	r, err := w.build(ctx)
	if err != nil {
		return outcome{}, w.fail(err)
	}
	out, err := r.send(ctx)
	if err != nil {
		return outcome{}, err
	}
	r.room.release()
	return out, w.deliver(ctx, out)
}

// fail puts the operation before an error, unless it says so itself.
func (w *write) fail(err error) error { return named(w.op(), err) }

func named(op string, err error) error {
	var v *ValidationError
	var c *ConditionError
	var n *VersionError
	if errors.As(err, &v) || errors.As(err, &c) || errors.As(err, &n) {
		return err
	}
	return opError(op, err)
}

func (r *request) send(ctx context.Context) (outcome, error) {
	if r.w.call.idempotent || len(r.companions) > 0 {
		return r.sendOnce(ctx)
	}
	out, err := r.sendPlain(ctx)
	if len(r.nested) > 0 && isPathError(err) {
		out, err = r.withParents(ctx, err)
	}
	return out, err
}

// sendPlain sends the write as the operation it is.
func (r *request) sendPlain(ctx context.Context) (outcome, error) {
	s, info := r.w.e.svc, r.w.e.primary().about(r.w.op(), r.table)
	var raw rawItem
	var used *types.ConsumedCapacity
	var err error
	p := r.passage()
	switch in := r.input().(type) {
	case *dynamodb.PutItemInput:
		p.put(&in.Item, r.json)
		var out *dynamodb.PutItemOutput
		if out, err = s.putItem(ctx, info, in, p); err == nil {
			raw, used = out.Attributes, out.ConsumedCapacity
		}
	case *dynamodb.UpdateItemInput:
		var out *dynamodb.UpdateItemOutput
		if out, err = s.updateItem(ctx, info, in, p); err == nil {
			raw, used = out.Attributes, out.ConsumedCapacity
		}
	case *dynamodb.DeleteItemInput:
		var out *dynamodb.DeleteItemOutput
		if out, err = s.deleteItem(ctx, info, in, p); err == nil {
			raw, used = out.Attributes, out.ConsumedCapacity
		}
	default:
		return outcome{}, r.w.fail(errors.New("it is for transactions only"))
	}
	if err != nil {
		return outcome{}, r.failed(err, p.lost.count > 0)
	}
	r.w.call.consumed(used)
	return r.outcome(ctx, p.one(raw))
}

// passage returns the way for the write.
func (r *request) passage() *passage {
	p := &passage{counts: true}
	if r.fixed != nil {
		p.known = r.fixed.known
	}
	if s := r.w.e.svc; s.direct() && (r.w.call.old != nil || r.w.verb == verbUpdate || r.w.verb == verbUpsert) {
		reader := r.w.e.reader()
		p.sink = reader.intake(r.w.e.primary())
	}
	return p
}

// outcome turns what the service returned into the outcome of the write.
func (r *request) outcome(ctx context.Context, attributes record) (outcome, error) {
	switch r.w.verb {
	case verbUpdate, verbUpsert:
		item, err := r.w.e.read(ctx, r.w.op(), attributes)
		return outcome{item: item}, err
	}
	return outcome{item: r.stored, old: attributes}, nil
}

// deliver puts results where options asked for them.
func (w *write) deliver(ctx context.Context, out outcome) error {
	c := &w.call
	if c.stored != nil {
		reflect.ValueOf(c.stored).Elem().Set(out.item)
	}
	if c.old == nil {
		return nil
	}
	dst := reflect.ValueOf(c.old).Elem()
	dst.SetZero()
	if out.old.empty() {
		return nil
	}
	old, err := w.e.read(ctx, w.op(), out.old)
	if err == nil {
		dst.Set(old)
	}
	return err
}

// lostAnswers counts the attempts of a call after which the SDK tried again
// although the service may have done what was asked.
type lostAnswers struct{ count int }

func (l *lostAnswers) watch(o *dynamodb.Options) {
	switch r := o.Retryer.(type) {
	case nil:
	case aws.RetryerV2:
		o.Retryer = &countingRetryer{r, l}
	}
}

type countingRetryer struct {
	aws.RetryerV2
	lost *lostAnswers
}

func (c *countingRetryer) IsErrorRetryable(err error) bool {
	again := c.RetryerV2.IsErrorRetryable(err)
	if again {
		c.lost.note(err)
	}
	return again
}

// note takes the error of an attempt that is followed by another.
func (l *lostAnswers) note(err error) {
	if !throttled(err) {
		l.count++
	}
}

// failed explains the error of a write.
func (r *request) failed(err error, lost bool) error {
	var c *types.ConditionalCheckFailedException
	if !errors.As(err, &c) {
		return r.w.fail(err)
	}
	return r.refused(c.Item, err, lost)
}

// refused is the error of a write whose condition was false for item.
func (r *request) refused(item map[string]types.AttributeValue, err error, lost bool) error {
	e, op, found := r.w.e, r.w.op(), record{attrs: item}
	if len(item) > 0 && !e.inScope(found, e.primary()) {
		return e.outside(r)
	}
	if len(item) == 0 {
		return opError(op, &wrapped{ErrNotFound, err})
	}
	if v := e.newer(op, found); v != nil && r.w.verb != verbDelete && r.w.verb != verbRemove {
		v.err = err
		return v
	}
	ce := &ConditionError{Item: item, Retried: lost, op: op, err: err, why: "the item does not meet the condition"}
	switch owner := e.owner(found); {
	case e.marked() && owner != e.m.sch.Entity && !(owner == "" && e.svc.table.Adopt):
		ce.why = fmt.Sprintf("the item with this key belongs to entity %q", owner)
		if owner == "" {
			ce.why = fmt.Sprintf("the item with this key has no %s attribute", e.svc.table.EntityAttr)
		}
		return ce
	case r.w.verb == verbCreate:
		ce.why = "the item exists already"
	case e.marked() && !e.svc.table.Adopt && found.get(e.svc.table.VersionAttr) == nil:
		ce.why = fmt.Sprintf("the item with this key has no %s attribute", e.svc.table.VersionAttr)
	}
	if old, derr := e.decode(found); derr == nil {
		ce.Old = old.Interface()
	}
	return ce
}

// outside is the error of a write that met an item outside the handle's scope,
// of which nothing is shown.
func (e *entity) outside(r *request) error {
	if r.w.verb == verbPut || r.w.verb == verbCreate || r.w.verb == verbUpsert {
		return &ConditionError{op: r.w.op(), why: "the key is taken by an item outside the scope of this handle"}
	}
	return opError(r.w.op(), ErrNotFound)
}

// wrapped is a sentinel that still has the service's error in it.
type wrapped struct{ sentinel, cause error }

func (w *wrapped) Error() string   { return w.sentinel.Error() }
func (w *wrapped) Unwrap() []error { return []error{w.sentinel, w.cause} }

// owner returns the name of the entity that a stored item belongs to.
func (e *entity) owner(item record) string {
	return item.text(e.svc.table.EntityAttr)
}

// found returns the version of a stored item, 0 without one.
func (e *entity) found(item record) int {
	n, ok := item.number(e.svc.table.VersionAttr)
	if !ok {
		return 0
	}
	v, err := strconv.Atoi(n)
	if err != nil {
		return 0
	}
	return v
}

// newer returns an error when a stored item is of a newer version of e.
func (e *entity) newer(op string, item record) *VersionError {
	if item.ownOf(e) {
		return nil
	}
	if own, _ := item.compare(e.svc.table.EntityAttr, e.m.sch.Entity); !own || !e.marked() {
		return nil
	}
	found := e.found(item)
	if found <= e.m.sch.Version {
		return nil
	}
	return &VersionError{Entity: e.name, Found: found, Known: e.m.sch.Version, op: op}
}

// capacityTotal is where requests, some of them concurrent, add what they cost.
type capacityTotal struct {
	mu  sync.Mutex
	dst *types.ConsumedCapacity
}

// consumed adds what a request cost to the caller's total.
func (c *call) consumed(u *types.ConsumedCapacity) {
	c.capacity.add(u)
}

func (c *call) consumedAll(used []types.ConsumedCapacity) {
	for i := range used {
		c.consumed(&used[i])
	}
}

func (total *capacityTotal) addAll(used []types.ConsumedCapacity) {
	for i := range used {
		total.add(&used[i])
	}
}

func (total *capacityTotal) add(u *types.ConsumedCapacity) {
	if total == nil || u == nil {
		return
	}
	total.mu.Lock()
	defer total.mu.Unlock()
	t := total.dst
	t.TableName = u.TableName
	t.CapacityUnits = sum(t.CapacityUnits, u.CapacityUnits)
	t.ReadCapacityUnits = sum(t.ReadCapacityUnits, u.ReadCapacityUnits)
	t.WriteCapacityUnits = sum(t.WriteCapacityUnits, u.WriteCapacityUnits)
	t.Table = sumCapacity(t.Table, u.Table)
	t.GlobalSecondaryIndexes = sumIndexes(t.GlobalSecondaryIndexes, u.GlobalSecondaryIndexes)
	t.LocalSecondaryIndexes = sumIndexes(t.LocalSecondaryIndexes, u.LocalSecondaryIndexes)
}

func sum(a, b *float64) *float64 {
	if b == nil {
		return a
	}
	return aws.Float64(aws.ToFloat64(a) + *b)
}

func sumCapacity(a, b *types.Capacity) *types.Capacity {
	if b == nil {
		return a
	}
	if a == nil {
		a = &types.Capacity{}
	}
	return &types.Capacity{
		CapacityUnits:      sum(a.CapacityUnits, b.CapacityUnits),
		ReadCapacityUnits:  sum(a.ReadCapacityUnits, b.ReadCapacityUnits),
		WriteCapacityUnits: sum(a.WriteCapacityUnits, b.WriteCapacityUnits),
	}
}

func sumIndexes(a, b map[string]types.Capacity) map[string]types.Capacity {
	if len(b) == 0 {
		return a
	}
	out := make(map[string]types.Capacity, len(b))
	for name, c := range a {
		out[name] = c
	}
	for name, c := range b {
		have := out[name]
		out[name] = *sumCapacity(&have, &c)
	}
	return out
}

// isPathError reports whether an update failed because a map that a nested
// clause reaches into is absent.
func isPathError(err error) bool {
	return err != nil && isValidation(err, pathText)
}

// withParents sends an update again after giving the item the empty maps that
// its nested clauses reach into, shortest first, each only if it is absent and
// the update's own condition holds, which has to be true of the item with the
// maps, too.
func (r *request) withParents(ctx context.Context, first error) (outcome, error) {
	own, err := r.w.e.m.appendConds(nil, r.w.call.conds)
	if err != nil {
		return outcome{}, r.w.fail(err)
	}
	if path := r.upset(own); path != nil {
		return outcome{}, r.w.fail(fmt.Errorf("a map that a clause reaches into is absent, and to make it would change %s, which the condition tests; set the map as a whole: %w", path, errors.Unwrap(first)))
	}
	for depth := 1; ; depth++ {
		parents := r.parents(depth)
		if len(parents) == 0 {
			return outcome{}, first
		}
		p := *r
		p.actions = append(r.actions[:r.whole:r.whole], parents...)
		if _, err := p.sendPlain(ctx); err != nil {
			return outcome{}, err
		}
		out, err := r.sendPlain(ctx)
		if !isPathError(err) {
			return out, err
		}
		first = err
	}
}

// upset returns a path that conds test and that withParents would write before
// they are tested again, nil if there is none.
func (r *request) upset(conds []expr.Cond) expr.Path {
	for i := range conds {
		c := &conds[i]
		paths := []expr.Path{c.Path}
		for _, a := range c.Args {
			paths = append(paths, a.Path)
		}
		for _, path := range paths {
			makes := func(p expr.Path) bool { return len(path) < len(p) && path.Contains(p) && !hasList(p[:len(path)+1]) }
			sets := func(a *expr.Action) bool { return a.Path.Overlaps(path) }
			if len(path) > 0 && (slices.ContainsFunc(r.nested, makes) || slices.ContainsFunc(r.actions[:r.whole], sets)) {
				return path
			}
		}
		if path := r.upset(c.Subs); path != nil {
			return path
		}
	}
	return nil
}

// parents returns actions that give the item the maps at one depth, with those
// below them.
func (r *request) parents(depth int) []*expr.Action {
	var out []*expr.Action
	for i, p := range r.nested {
		if len(p) <= depth || hasList(p[:depth+1]) || r.sameParent(i, depth) {
			continue
		}
		a := expr.SetValue(p[:depth:depth], r.skeleton(p[:depth]))
		a.Form = expr.Once
		out = append(out, a)
	}
	return out
}

func hasList(p expr.Path) bool {
	for _, s := range p {
		if s.List {
			return true
		}
	}
	return false
}

// sameParent reports whether an earlier nested path has the parent of path i.
func (r *request) sameParent(i, depth int) bool {
	for _, q := range r.nested[:i] {
		if len(q) > depth && q[:depth].Equal(r.nested[i][:depth]) {
			return true
		}
	}
	return false
}

// skeleton is the map at parent with the empty maps that nested paths need.
func (r *request) skeleton(parent expr.Path) types.AttributeValue {
	m := map[string]types.AttributeValue{}
	for _, q := range r.nested {
		if len(q) > len(parent)+1 && parent.Contains(q) && !q[len(parent)].List && !q[len(parent)+1].List {
			m[q[len(parent)].Name] = r.skeleton(q[:len(parent)+1])
		}
	}
	return &types.AttributeValueMemberM{Value: m}
}

// pathText is what DynamoDB says of a document path without a parent.
const pathText = "document path provided in the update expression is invalid"

func isPathText(message string) bool { return strings.Contains(message, pathText) }
