package dyn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/ddbjson"
	"github.com/dyntable/dyn/internal/expr"
)

// verb is what a write does.
type verb uint8

const (
	verbPut verb = iota
	verbCreate
	verbUpdate
	verbUpsert
	verbDelete
	verbRemove
	verbCheck
)

var verbNames = [...]string{"put", "create", "update", "upsert", "delete", "remove", "check"}

// write is a described write of one item. Time, ids and tokens are settled;
// the rest follows from build.
type write struct {
	e     *entity
	verb  verb
	label string // how messages call it, when not by the verb
	call  call
	given reflect.Value // what the caller gave
	item  reflect.Value // the same, completed for verbs that store an item; addressable
	now   time.Time
	token string
	once  bool // it is built once, so that the item may become what is stored
}

// request is a write ready to send.
type request struct {
	w       *write
	shown   bool // it is to be looked at
	table   *string
	key     map[string]types.AttributeValue // see primaryKey
	item    map[string]types.AttributeValue // to put
	json    []byte                          // the same, instead
	room    *room                           // for it; nil when shown
	id      []byte                          // of an item to put, see identity; may be left out without room.wanted
	stored  reflect.Value                   // the item as put, of the entity's type
	actions []*expr.Action
	own     []expr.Cond // the guard of an update
	conds   []expr.Cond // all of which must hold
	fixed   *guard      // instead of conds
	nested  []expr.Path // what nested clauses change
	whole   int         // how many of the actions make a created item whole

	companions []companion // further writes, which make it a transaction
}

// op names the write in messages.
func (w *write) op() string { return cmp.Or(w.label, w.e.ops[w.verb]) }

// describe settles a write of item, a struct of the entity's type that is the
// write's own from now on.
func (e *entity) describe(v verb, item reflect.Value, c call) (*write, error) {
	if err := c.destinations(e.m.typ); err != nil {
		return nil, err
	}
	w := &write{e: e, verb: v, call: c, now: e.svc.clock(), given: item, item: e.taken(v, item)}
	return w, w.settle(w.item)
}

// taken returns what a write works on: the item given, or a copy where the write
// looks at what was given, too.
func (e *entity) taken(v verb, item reflect.Value) reflect.Value {
	switch {
	case v == verbUpdate && len(e.scope) == 0 && len(e.m.embedded) == 0:
		return item // of which it only reads the key
	case v == verbUpdate, v == verbUpsert:
		return e.m.copyOf(item)
	}
	e.m.own(item)
	return item
}

// settle gives item what follows when its write is described.
func (w *write) settle(item reflect.Value) error {
	e := w.e
	if err := e.fill(item); err != nil {
		return err
	}
	switch w.verb {
	case verbPut, verbCreate, verbUpsert:
		if err := e.complete(item, w.now); err != nil {
			return err
		}
	}
	if !w.call.idempotent {
		return nil
	}
	if w.call.old != nil {
		return errors.New("Old and Idempotent can't be combined: a transaction does not return items")
	}
	var err error
	w.token, err = e.svc.token()
	return err
}

// build makes the request. Unless w is for once it may be called again; nothing
// of w changes.
func (w *write) build(ctx context.Context) (*request, error) {
	r := new(struct {
		request
		room
	})
	r.request.room = &r.room
	return &r.request, r.request.build(ctx, w)
}

func (r *request) build(ctx context.Context, w *write) error {
	*r = request{w: w, shown: r.shown, table: w.e.svc.tableRef(ctx), room: r.room}
	if r.shown {
		r.table = aws.String(w.e.svc.tableName(ctx))
	}
	var err error
	switch w.verb {
	case verbPut, verbCreate:
		item := w.item
		if !w.once && !w.e.still {
			item = w.e.m.copyOf(item)
		}
		err = r.put(ctx, item)
	case verbUpdate:
		err = r.update()
	case verbUpsert:
		err = r.upsert(ctx)
	default:
		err = r.keyed()
	}
	if err != nil {
		return err
	}
	r.conds, err = w.e.m.appendConds(r.conds, w.call.conds)
	return err
}

// put completes a Put or Create of item, which becomes what is stored.
func (r *request) put(ctx context.Context, item reflect.Value) error {
	e := r.w.e
	given, err := r.store(ctx, item)
	if err != nil {
		return err
	}
	if r.w.verb == verbCreate {
		r.conds = append(r.conds, e.vacant(r.w.now))
		return nil
	}
	r.guard(true, true, e.locked(given, true))
	return nil
}

// store encodes item after the last stages of the write pipeline. It returns the
// version that was given.
func (r *request) store(ctx context.Context, item reflect.Value) (given int64, err error) {
	e := r.w.e
	if given, err = e.version(item); err != nil {
		return 0, err
	}
	if err := e.beforeWrite(ctx, r.w.op(), item); err != nil {
		return 0, err
	}
	if err := e.fill(item); err != nil { // what a hook may have changed
		return 0, err
	}
	if e.lock != nil {
		next := given + 1
		if r.w.verb == verbCreate {
			next = 1
		}
		if !setInt(fieldForWrite(item, e.lock.field), next) {
			return 0, fmt.Errorf("%s is %d, the last version that a %s holds", e.lock.Go, given, e.lock.field.Type)
		}
	}
	r.stored = item
	return given, r.encode(item)
}

// guard adds the guard of mine and the condition on the version.
func (r *request) guard(absent, newer bool, locked expr.Cond) {
	e := r.w.e
	if locked.Op == expr.None && len(r.w.call.conds) == 0 {
		r.fixed = e.fixed(bit(absent), bit(newer))
		return
	}
	r.conds = append(r.conds, e.mine(absent, newer), locked)
}

// condition returns the members of the input that are about the condition.
func (r *request) condition(b *expr.Builder) (*string, map[string]string, rawItem) {
	if g := r.fixed; g != nil {
		if r.shown || !r.w.e.svc.unseen() {
			return g.copy()
		}
		return g.text, g.names, g.values
	}
	all := b.All(r.conds)
	return text(all.In(b.Written())), b.Names(), b.Values()
}

// copy returns what a caller may change.
func (g *guard) copy() (*string, map[string]string, rawItem) {
	if g.text == nil {
		return nil, nil, nil
	}
	values := maps.Clone(g.values)
	for name, av := range values {
		values[name] = expr.Own(av)
	}
	return text(*g.text), maps.Clone(g.names), values
}

// keyed completes a write of which only the key is given.
func (r *request) keyed() error {
	e := r.w.e
	var err error
	if r.key, err = e.key(r.w.item); err != nil {
		return err
	}
	given, err := e.version(r.w.item)
	if err != nil {
		return err
	}
	r.guard(r.w.verb != verbRemove, false, e.locked(given, false))
	return nil
}

// mine is the guard that keeps a write from touching another entity's item, or
// with newer, one of a newer version. With absent it lets a missing item pass.
func (e *entity) mine(absent, newer bool) expr.Cond { return e.guards()[bit(absent)][bit(newer)] }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// setGuards sets what makes the guards, which are the same for all writes, and
// what tells items in queries.
func (e *entity) setGuards() {
	e.alone = new([2][2]atomic.Pointer[guard])
	e.guards = sync.OnceValue(func() *[2][2]expr.Cond {
		out := new([2][2]expr.Cond)
		for _, absent := range []bool{false, true} {
			for _, newer := range []bool{false, true} {
				out[bit(absent)][bit(newer)] = e.guardOf(absent, newer)
			}
		}
		return out
	})
	if !e.marked() {
		return
	}
	name := expr.Name(e.svc.table.EntityAttr)
	e.owned = expr.Constant(expr.Eq, name, &types.AttributeValueMemberS{Value: e.m.sch.Entity})
	if e.svc.table.Adopt {
		e.owned = expr.Any(expr.Test(expr.NotExists, name), e.owned)
	}
}

// guardOf makes one of the guards of mine.
func (e *entity) guardOf(absent, newer bool) expr.Cond {
	pk := e.primary().pk[0].path
	scope := e.guard()
	if !e.marked() {
		switch {
		case !absent:
			return expr.All(append([]expr.Cond{expr.Test(expr.Exists, pk)}, scope...)...)
		case len(scope) == 0:
			return expr.Cond{}
		}
		return expr.Any(expr.Test(expr.NotExists, pk), expr.All(scope...))
	}
	name, version, adopt := expr.Name(e.svc.table.EntityAttr), expr.Name(e.svc.table.VersionAttr), e.svc.table.Adopt
	own := expr.Constant(expr.Eq, name, &types.AttributeValueMemberS{Value: e.m.sch.Entity})
	if newer {
		known := expr.Constant(expr.Le, version, number(int64(e.m.sch.Version)))
		if adopt {
			known = expr.Any(expr.Test(expr.NotExists, version), known)
		}
		own = expr.All(own, known)
	}
	if adopt {
		own = expr.Any(expr.Test(expr.NotExists, name), own)
	}
	own = expr.All(append([]expr.Cond{own}, scope...)...)
	switch {
	case adopt && absent && len(scope) == 0:
		return own // which nothing meets as well
	case adopt && !absent:
		return expr.All(expr.Test(expr.Exists, pk), own)
	case absent:
		return expr.Any(expr.Test(expr.NotExists, pk), own)
	}
	return own
}

// vacant is the condition of Create: no item, or one of the entity that has
// expired and only waits for DynamoDB to remove it.
func (e *entity) vacant(now time.Time) expr.Cond {
	none := expr.Test(expr.NotExists, e.primary().pk[0].path)
	if e.ttl == nil || now.Unix() < 1 {
		return none
	}
	expired := expr.Cond{ // not 0: that is an item without an end
		Op: expr.Between, Path: expr.Name(e.ttl.Name),
		Args: []expr.Operand{{Value: number(1)}, {Value: number(now.Unix())}},
	}
	return expr.Any(none, expr.All(e.mine(false, true), expired))
}

// version returns the lock version that item carries, 0 for none.
func (e *entity) version(item reflect.Value) (int64, error) {
	if e.lock == nil {
		return 0, nil
	}
	v, ok := e.lock.field.Value(item)
	if !ok {
		return 0, nil
	}
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return 0, nil
		}
		v = v.Elem()
	}
	n := int64(0)
	if v.CanInt() {
		n = v.Int()
	} else {
		n = int64(v.Uint())
	}
	if n < 0 {
		return 0, fmt.Errorf("%s is %d; a version is positive, or 0 for none", e.lock.Go, n)
	}
	return n, nil
}

// locked demands the version given; with fresh, 0 demands that there is none.
func (e *entity) locked(given int64, fresh bool) expr.Cond {
	switch {
	case e.lock == nil || given == 0 && !fresh:
		return expr.Cond{}
	case given == 0:
		return expr.Test(expr.NotExists, expr.Name(e.lock.Name))
	}
	return expr.Compare(expr.Eq, expr.Name(e.lock.Name), number(given))
}

// setInt reports whether v holds n, which it sets it to then.
func setInt(v reflect.Value, n int64) bool {
	for v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem())) // the caller's number stays as it is
		v = v.Elem()
	}
	switch {
	case n < 0, v.CanInt() && v.OverflowInt(n), v.CanUint() && v.OverflowUint(uint64(n)):
		return false
	case v.CanInt():
		v.SetInt(n)
	default:
		v.SetUint(uint64(n))
	}
	return true
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// primaryKey returns the primary key of the item, as it has been encoded.
func (r *request) primaryKey() rawItem {
	if r.key == nil {
		item := r.item
		if r.json != nil {
			item, _, _ = ddbjson.ParseMap(r.json, 0)
		}
		r.key = r.w.e.keyOf(record{attrs: item})
	}
	return r.key
}

// encode sets the item to put: as JSON where it can go on the wire as it is.
func (r *request) encode(item reflect.Value) error {
	e := r.w.e
	if e.svc.writesDirect() && !r.shown {
		if json, id, ok := e.packer().pack(r.room, item); ok {
			r.json, r.id = json, id
			return nil
		}
	}
	var room [12]ddbjson.Attr
	given, err := e.givens(room[:0], item)
	if err != nil {
		return err
	}
	if !r.shown && r.room.wanted {
		r.id = e.identityOf(given)
	}
	r.item, err = e.encodeWith(item, given)
	return err
}

// encode returns item, which is settable, as it is stored: attributes, keys,
// entity and version.
func (e *entity) encode(item reflect.Value) (map[string]types.AttributeValue, error) {
	given, err := e.givens(nil, item)
	if err != nil {
		return nil, err
	}
	return e.encodeWith(item, given)
}

func (e *entity) encodeWith(item reflect.Value, given []ddbjson.Attr) (rawItem, error) {
	m, err := e.m.plan.Encode(item)
	if err != nil {
		return nil, err
	}
	for _, a := range given {
		if a.Value == nil {
			delete(m, a.Name)
		} else {
			m[a.Name] = a.Value
		}
	}
	if n := itemSize(m); n > maxItem {
		return nil, fmt.Errorf("the item has %d bytes, DynamoDB takes %d", n, maxItem)
	}
	return m, nil
}

// givens appends the attributes of a stored item that dyn makes: the keys, first
// those of the table, each with a value exactly when all its parts are present,
// then entity and version. It sets the fields that hold keys.
func (e *entity) givens(out []ddbjson.Attr, item reflect.Value) ([]ddbjson.Attr, error) {
	out, err := e.appendKey(out, item)
	if err != nil {
		return nil, err
	}
	for i, k := range e.primary().keys() {
		k.hold(item, textOf(out[i].Value))
	}
	for _, ix := range e.indexes[1:] {
		active := ix.active(item)
		for _, k := range ix.keys() {
			i := slices.IndexFunc(out, func(a ddbjson.Attr) bool { return a.Name == k.name })
			if i >= 0 && out[i].Value != nil {
				continue
			}
			var av types.AttributeValue
			if active || k.tmpl == nil { // an attribute is stored whatever it is a key of
				var ok bool
				if av, ok, err = k.render(item); err != nil {
					return nil, fmt.Errorf("%s: %w", ix.describe(), err)
				}
				if !ok {
					av = nil
				}
			}
			if i < 0 {
				out = append(out, ddbjson.Attr{Name: k.name, Value: av})
			} else {
				out[i].Value = av
			}
			k.hold(item, textOf(av))
		}
	}
	if e.marked() {
		for _, a := range e.marks {
			out = append(out, ddbjson.Attr{Name: a.Name, Value: expr.Own(a.Value)})
		}
	}
	return out, nil
}

// hold puts the key, "" for none, into the field that holds it, if any.
func (k *keyAttr) hold(item reflect.Value, text string) {
	if k.holder != nil {
		fieldForWrite(item, k.holder).SetString(text)
	}
}

// textOf returns the text of a key, "" for none.
func textOf(av types.AttributeValue) string {
	if s, ok := av.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// keyOf returns the primary key of an encoded item.
func (e *entity) keyOf(item record) map[string]types.AttributeValue {
	out := make(map[string]types.AttributeValue, 2)
	for _, k := range e.primary().keys() {
		if av := item.get(k.name); av != nil {
			out[k.name] = av
		}
	}
	return out
}

// input returns the SDK's input of the request: *dynamodb.PutItemInput,
// UpdateItemInput or DeleteItemInput, or *types.ConditionCheck.
func (r *request) input() any {
	b := new(expr.Builder)
	table := r.table
	failed := types.ReturnValuesOnConditionCheckFailureAllOld
	switch r.w.verb {
	case verbPut, verbCreate:
		in := &dynamodb.PutItemInput{TableName: table, Item: r.item, ReturnValuesOnConditionCheckFailure: failed}
		in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = r.condition(b)
		if r.w.call.old != nil {
			in.ReturnValues = types.ReturnValueAllOld
		}
		in.ReturnConsumedCapacity = r.w.call.capacityMode()
		return in
	case verbUpdate, verbUpsert:
		in := r.updateInput(b)
		in.ReturnValuesOnConditionCheckFailure, in.ReturnConsumedCapacity = failed, r.w.call.capacityMode()
		return in
	case verbCheck:
		in := &types.ConditionCheck{TableName: table, Key: r.key, ReturnValuesOnConditionCheckFailure: failed}
		in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = r.condition(b)
		return in
	}
	in := &dynamodb.DeleteItemInput{TableName: table, Key: r.key, ReturnValuesOnConditionCheckFailure: failed}
	in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = r.condition(b)
	if r.w.call.old != nil {
		in.ReturnValues = types.ReturnValueAllOld
	}
	in.ReturnConsumedCapacity = r.w.call.capacityMode()
	return in
}

// text returns nil for an empty expression.
func text(s string) *string {
	if s == "" {
		return nil
	}
	own := s // on the heap only here
	return &own
}

// filled is text of a string that stays where it is.
func filled(s *string) *string {
	if *s == "" {
		return nil
	}
	return s
}

func (c *call) capacityMode() types.ReturnConsumedCapacity { return c.capacity.mode() }

// mode asks the service for the report that total adds up.
func (total *capacityTotal) mode() types.ReturnConsumedCapacity {
	if total == nil {
		return ""
	}
	return types.ReturnConsumedCapacityIndexes
}
