package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/expr"
)

// revision is an update in the making: what changes, and what is known of the
// rest of the item.
type revision struct {
	e       *entity
	w       *write
	changes []*change
	expects []*change // of Expect
	conds   []expr.Cond

	upsert   bool        // the item may not exist yet
	recalled []expr.Path // what From has a condition for
}

// update completes an Update.
func (r *request) update() error {
	e, c := r.w.e, &r.w.call
	changes := func(a *action) bool { return a.kind != actExpect }
	if len(c.patches) == 0 && !slices.ContainsFunc(c.actions, changes) {
		return errors.New("there is no clause that changes anything")
	}
	v := &revision{e: e, w: r.w}
	if err := v.compile(); err != nil {
		return err
	}
	var err error
	if r.key, err = e.key(r.w.item); err != nil {
		return err
	}
	given, err := e.version(r.w.item)
	if err != nil {
		return err
	}
	v.stamp()
	r.own = e.guards()[bit(false)][bit(true):][:1]
	if locked := e.locked(given, false); locked.Op != expr.None {
		r.conds = append(r.conds, locked)
	}
	return r.finish(v)
}

// finish adds the index keys and turns the changes into actions.
func (r *request) finish(v *revision) error {
	if err := v.disjoint(); err != nil {
		return err
	}
	keys, err := v.indexKeys()
	if err != nil {
		return err
	}
	r.actions = slices.Grow(r.actions, len(v.changes)+len(keys))
	for _, c := range v.changes {
		if c.noop {
			continue
		}
		r.actions = append(r.actions, &c.expr)
		if len(c.ref.path) > 1 {
			r.nested = append(r.nested, c.ref.path)
		}
	}
	r.actions = append(r.actions, keys...)
	r.conds = append(slices.Grow(r.conds, len(v.conds)+len(r.w.call.conds)), v.conds...)
	if n := storedSize(r.actions); n > maxItem {
		return fmt.Errorf("it stores %d bytes, DynamoDB takes %d in an item", n, maxItem)
	}
	return nil
}

// updateInput returns the input with what the expressions make of it. They
// share its memory.
func (r *request) updateInput(b *expr.Builder) *dynamodb.UpdateItemInput {
	x := &struct {
		in                dynamodb.UpdateItemInput
		update, condition string
	}{in: dynamodb.UpdateItemInput{TableName: r.table, Key: r.key, ReturnValues: types.ReturnValueAllNew}}
	update, condition := b.Update(r.actions), b.All(r.own, r.conds)
	written := b.Written()
	x.update, x.condition = update.In(written), condition.In(written)
	in := &x.in
	in.UpdateExpression, in.ConditionExpression = filled(&x.update), filled(&x.condition)
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = b.Names(), b.Values()
	return in
}

// storedSize is the size of what actions store whatever the item has.
func storedSize(actions []*expr.Action) (n int) {
	for _, a := range actions {
		if a.Verb == expr.Set && a.Form == expr.Plain && a.A.Value != nil {
			n += valueSize(a.A.Value)
		}
	}
	return n
}

// compile compiles the clauses of the update.
func (v *revision) compile() error {
	e, w := v.e, v.w
	actions := w.call.actions
	for _, p := range w.call.patches {
		more, err := e.m.patch(p)
		if err != nil {
			return err
		}
		actions = append(actions[:len(actions):len(actions)], more...)
	}
	for _, f := range w.call.from {
		if f.Type() != e.m.typ {
			return fmt.Errorf("From takes a %s, not a %s", e.m.typ, f.Type())
		}
	}
	var broken []error
	v.changes = make([]*change, 0, len(actions)+2)
	compiled := make([]change, len(actions))
	for i, a := range actions {
		c := &compiled[i]
		if err := c.compile(e.m, a); err != nil {
			return err
		}
		if a.kind == actExpect {
			if err := v.expect(c); err != nil {
				return err
			}
			continue
		}
		if err := e.allowed(c); err != nil {
			return fmt.Errorf("%s(%s): %w", actionNames[a.kind], c.ref.goRef, err)
		}
		if err := e.m.attrs[c.ref.attr].obeyed(c); err != nil {
			broken = append(broken, err)
		}
		v.conds = append(v.conds, e.m.attrs[c.ref.attr].copied(c)...)
		v.changes = append(v.changes, c)
	}
	if len(broken) > 0 {
		return &ValidationError{Errors: broken, op: w.op()}
	}
	return nil
}

// expect adds the condition of an Expect.
func (v *revision) expect(c *change) error {
	v.expects = append(v.expects, c)
	cond, err := holds(c.ref.path, c.ref.codec, c.ref.wrapped(c.val))
	v.conds = append(v.conds, cond)
	return err
}

// holds is the condition that the attribute, read as the type of c, has the
// value: it is stored as the value is or, for what reading an item without the
// attribute gives too, it is absent.
func holds(p expr.Path, c *codec.Codec, val reflect.Value) (expr.Cond, error) {
	av, err := c.Encode(val)
	switch {
	case err != nil:
		return expr.Cond{}, err
	case c.Absent(val):
		return absentCond(p, c, av), nil
	case val.IsZero():
		return expr.Any(expr.Test(expr.NotExists, p), expr.Compare(expr.Eq, p, av)), nil
	}
	return expr.Compare(expr.Eq, p, av), nil
}

// absentCond is true when the attribute counts as absent: it is, or is stored
// as one of the values that do, such as av.
func absentCond(p expr.Path, c *codec.Codec, av types.AttributeValue) expr.Cond {
	forms := append([]types.AttributeValue{av}, blanks(c)...)
	conds := []expr.Cond{expr.Test(expr.NotExists, p)}
	for i, form := range forms {
		same := func(have types.AttributeValue) bool { return have != nil && codec.Equal(have, form) }
		if form != nil && !slices.ContainsFunc(forms[:i], same) {
			conds = append(conds, expr.Compare(expr.Eq, p, form))
		}
	}
	return expr.Any(conds...)
}

// blanks returns the values that are stored and count as absent all the same.
func blanks(c *codec.Codec) []types.AttributeValue {
	switch c.Kind {
	case codec.String:
		return []types.AttributeValue{&types.AttributeValueMemberS{}}
	case codec.Bytes:
		return []types.AttributeValue{&types.AttributeValueMemberB{Value: []byte{}}}
	case codec.Time, codec.UnixTime:
		zero := reflect.New(c.Base)
		for range c.Pointer {
			to := reflect.New(zero.Type())
			to.Elem().Set(zero)
			zero = to
		}
		if av, err := c.Encode(zero.Elem()); err == nil {
			return []types.AttributeValue{av}
		}
	}
	return nil
}

// allowed refuses changes of what no clause may change.
func (e *entity) allowed(c *change) error {
	a := &e.m.attrs[c.ref.attr]
	for _, b := range e.scope {
		if b.attr == a {
			return errors.New("the scope of this handle fixes it")
		}
	}
	for _, k := range e.primary().keys() {
		for _, p := range k.parts {
			if p.path.Overlaps(c.ref.path) {
				return errors.New("it is part of the primary key, which an update can't change; delete the item and create another")
			}
		}
	}
	switch {
	case a.Holds:
		return errors.New("the field holds a rendered key; change the fields of its template")
	case a.Rules.Lock:
		return errors.New("dyn counts the version itself; give the one you demand in the key")
	}
	return e.rawKey(c)
}

// obeyed checks a change against the rules of its attribute.
func (a *attr) obeyed(c *change) error {
	whole := len(c.ref.path) == 1
	switch {
	case a.Rules.ReadOnly && c.kind != actSetOnce:
		return fmt.Errorf("%s is readonly; only SetOnce may set it", a.Go)
	case a.Rules.Required && whole && (c.removes() || c.blank()):
		return fmt.Errorf("%s is required and can't be removed or emptied", a.Go)
	case (a.Rules.Created || a.Rules.Updated) && whole && (c.removes() || c.blank()):
		return fmt.Errorf("dyn keeps %s; it can't be removed or emptied", a.Go)
	case whole && (c.kind == actSet || c.kind == actSetOnce) && !c.removes() && !c.blank():
		return a.allowed(c.val)
	}
	return nil
}

// copied returns what a Copy demands of its source, whose value only DynamoDB
// knows, for the rules of its attribute to be obeyed.
func (a *attr) copied(c *change) (demands []expr.Cond) {
	if c.kind != actCopy || len(c.ref.path) > 1 {
		return nil
	}
	src, must := c.expr.A.Path, a.Rules.Required || a.Rules.Created || a.Rules.Updated
	var none types.AttributeValue
	if zero := reflect.Zero(c.ref.codec.Type); c.ref.codec.Absent(zero) {
		none, _ = c.ref.codec.Encode(zero) // nil does: absentCond has the rest
	}
	absent := absentCond(src, c.ref.codec, none)
	if must {
		demands = append(demands, expr.Cond{Op: expr.Not, Subs: []expr.Cond{absent}})
	}
	if len(a.Rules.Enum) == 0 {
		return demands
	}
	one := oneOf(src, a.Rules.Enum)
	if !must {
		one = expr.Any(one, absent)
	}
	return append(demands, one)
}

// blank reports whether a Set or SetOnce stores a value that counts as absent.
func (c *change) blank() bool {
	return (c.kind == actSet || c.kind == actSetOnce) && c.ref.codec.Absent(c.ref.wrapped(c.val))
}

// rawKey keeps an attribute that is itself an index key within what DynamoDB
// takes: an empty one is removed.
func (e *entity) rawKey(c *change) error {
	for _, ix := range e.indexes {
		for _, k := range ix.keys() {
			if k.tmpl != nil || k.name != e.m.attrs[c.ref.attr].Name || len(c.ref.path) > 1 {
				continue
			}
			if c.blank() {
				c.expr.Verb, c.noop = expr.Remove, c.kind == actSetOnce
				return nil
			}
			if err := k.takes(c.expr.A.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// stamp adds what dyn itself changes with every update.
func (v *revision) stamp() {
	for i := range v.e.m.attrs {
		a := &v.e.m.attrs[i]
		switch {
		case a.Rules.Updated && v.changeOf(expr.Name(a.Name)) == nil:
			fv := reflect.New(a.field.Type).Elem()
			setTime(fv, a.field.Codec, v.w.now)
			v.set(i, fv)
		case a.Rules.Lock:
			c := v.own(i, actAdd)
			c.expr.Verb, c.expr.A = expr.Add, expr.Operand{Value: number(1)}
		}
	}
}

// own adds a change of attribute i that no clause asked for.
func (v *revision) own(i int, kind actionKind) *change {
	f := v.e.m.attrs[i].field
	c := &change{
		action: &action{kind: kind},
		ref:    &ref{attr: i, path: expr.Name(f.Name), goRef: f.Go, codec: f.Codec},
	}
	c.expr.Path = c.ref.path
	v.changes = append(v.changes, c)
	return c
}

// set adds the change of attribute i to a value. It reports false when dyn
// stores the value by leaving the attribute out.
func (v *revision) set(i int, fv reflect.Value) (*change, error) {
	av, err := v.e.m.attrs[i].field.Codec.Encode(fv)
	if err != nil || av == nil {
		return nil, err
	}
	c := v.own(i, actSet)
	c.val, c.expr.A = fv, expr.Operand{Value: av}
	return c, nil
}

// changeOf returns the change whose path overlaps p, if any.
func (v *revision) changeOf(p expr.Path) *change {
	for _, c := range v.changes {
		if c.ref.path.Overlaps(p) {
			return c
		}
	}
	return nil
}

// disjoint refuses two changes of one attribute.
func (v *revision) disjoint() error {
	for i, a := range v.changes {
		for _, b := range v.changes[:i] {
			if a.ref.path.Overlaps(b.ref.path) {
				return fmt.Errorf("two clauses change the same attribute: %s(%s) and %s(%s)", actionNames[b.kind], b.ref.goRef, actionNames[a.kind], a.ref.goRef)
			}
		}
	}
	return nil
}

// upsert completes an Upsert.
func (r *request) upsert(ctx context.Context) error {
	e := r.w.e
	item := e.m.copyOf(r.w.item)
	given, err := e.version(item)
	if err != nil {
		return err
	}
	v := &revision{e: e, w: r.w, upsert: true}
	if err := v.compile(); err != nil {
		return err
	}
	if err := e.beforeUpsert(ctx, r.w.op(), item, v); err != nil {
		return err
	}
	if err := e.fill(item); err != nil { // what a hook may have changed
		return err
	}
	if r.key, err = e.key(item); err != nil {
		return err
	}
	user := len(v.changes)
	if err := v.fill(item); err != nil {
		return err
	}
	// What makes a created item whole comes first.
	v.changes = append(v.changes[user:len(v.changes):len(v.changes)], v.changes[:user]...)
	r.whole = len(v.changes) - user
	if e.lock != nil {
		v.stampLock()
	}
	r.conds = append(r.conds, e.mine(true, true), e.locked(given, false))
	if e.marked() {
		r.actions = append(r.actions,
			expr.SetValue(expr.Name(e.svc.table.EntityAttr), &types.AttributeValueMemberS{Value: e.m.sch.Entity}),
			expr.SetValue(expr.Name(e.svc.table.VersionAttr), number(int64(e.m.sch.Version))))
		r.whole += 2
	}
	return r.finish(v)
}

func (v *revision) stampLock() {
	i := v.e.m.attrIndex(v.e.lock)
	c := v.own(i, actAdd)
	c.expr.Verb, c.expr.A = expr.Add, expr.Operand{Value: number(1)}
}

func (m *model) attrIndex(a *attr) int {
	for i := range m.attrs {
		if &m.attrs[i] == a {
			return i
		}
	}
	return -1
}

// beforeUpsert runs the write pipeline on the item of an Upsert, with what the
// clauses set in it. What the hook makes of the rest is stored; what a clause
// sets is stored as the clause says.
func (e *entity) beforeUpsert(ctx context.Context, op string, item reflect.Value, v *revision) error {
	whole := e.m.copyOf(item)
	for _, c := range v.changes {
		if len(c.ref.path) == 1 && c.val.IsValid() && !c.removes() && !c.noop {
			fieldForWrite(whole, e.m.attrs[c.ref.attr].field).Set(c.ref.wrapped(c.val))
		}
	}
	if err := e.beforeWrite(ctx, op, whole); err != nil {
		return err
	}
	for i := range e.m.attrs {
		f := e.m.attrs[i].field
		if v.changeOf(expr.Name(f.Name)) != nil {
			continue
		}
		if fv, ok := f.Value(whole); ok {
			fieldForWrite(item, f).Set(fv)
		}
	}
	return nil
}

// fill adds the item's attributes to an Upsert, each unless a clause changes
// it. Those that are zero are not given: they only complete an item that lacks
// them, as a Create would.
func (v *revision) fill(item reflect.Value) error {
	e := v.e
	for i := range e.m.attrs {
		a := &e.m.attrs[i]
		fv, ok := a.field.Value(item)
		if !ok || a.Holds || a.Rules.Lock || e.primaryRaw(a) {
			continue
		}
		zero := fv.IsZero() && !e.inPrimary(a)
		if c := v.changeOf(expr.Name(a.Name)); c != nil {
			if len(c.ref.path) > 1 && !zero {
				return fmt.Errorf("%s(%s) changes a part of %s, which the item gives too; leave one of them out", actionNames[c.kind], c.ref.goRef, a.Go)
			}
			continue
		}
		if err := v.give(i, fv, zero); err != nil {
			return err
		}
	}
	return nil
}

// give adds what the item of an Upsert says of attribute i.
func (v *revision) give(i int, fv reflect.Value, zero bool) error {
	a := &v.e.m.attrs[i]
	var c *change
	switch absent := a.field.Codec.Absent(fv); {
	case absent && zero:
		return nil
	case absent && v.e.indexRaw(a): // no key is empty
	default:
		var err error
		if c, err = v.set(i, fv); err != nil {
			return err
		}
	}
	switch once := zero || v.once(a); {
	case c == nil && !once: // given, but stored by leaving it out
		c = v.own(i, actSet)
		c.val, c.expr.Verb = fv, expr.Remove
	case c != nil && once:
		c.kind, c.expr.Form, c.zero = actSetOnce, expr.Once, zero
	}
	return nil
}

// once reports whether an Upsert leaves the attribute of an existing item alone.
func (v *revision) once(a *attr) bool {
	return a.Rules.Created || a.Rules.ReadOnly || v.w.completed(a)
}

// completed reports whether dyn, not the caller, gave the attribute its value.
func (w *write) completed(a *attr) bool {
	if !a.Rules.HasDefault && a.Rules.Generate == "" {
		return false
	}
	fv, ok := a.field.Value(w.given)
	return !ok || a.field.Codec.Absent(fv)
}

// inPrimary reports whether the table's key is made of the attribute.
func (e *entity) inPrimary(a *attr) bool {
	for _, k := range e.primary().keys() {
		for _, p := range k.parts {
			if p.path[0].Name == a.Name {
				return true
			}
		}
	}
	return false
}

// primaryRaw reports whether the attribute is itself the table's key.
func (e *entity) primaryRaw(a *attr) bool { return rawIn(e.primary(), a) }

// indexRaw reports whether the attribute is itself the key of an index.
func (e *entity) indexRaw(a *attr) bool {
	for _, ix := range e.indexes[1:] {
		if rawIn(ix, a) {
			return true
		}
	}
	return false
}

func rawIn(ix *index, a *attr) bool {
	for _, k := range ix.keys() {
		if k.tmpl == nil && k.name == a.Name {
			return true
		}
	}
	return false
}
