package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/ddbjson"
	"github.com/dyntable/dyn/internal/expr"
	"github.com/dyntable/dyn/internal/wire"
)

// query plans the conditions for each member and joins what they select.
func (c *collection) query(conds []Cond) query {
	first := c.members[0]
	q := query{r: &first.e.whole, ix: first.ix, name: c.name}
	for _, m := range c.members {
		one := *m
		one.q = query{r: &m.e.whole, ix: m.ix}
		if q.err = one.plan(c, conds); q.err != nil {
			return q
		}
		q.members = append(q.members, &one)
	}
	q.plan = joined(q.members)
	return q
}

// plan makes the member's own key plan of conditions on any member's pointers.
func (m *member) plan(c *collection, conds []Cond) error {
	var own []Cond
	for _, x := range conds {
		t, err := c.translate(x, m)
		if err != nil {
			return err
		}
		own = append(own, t...)
	}
	if m.ix.query(&m.q, own); m.q.err != nil {
		return m.q.err
	}
	var err error
	m.local, err = m.q.localTests()
	return err
}

// translate turns a condition on a key part of any member into one on the part
// of m at the same place.
func (c *collection) translate(x Cond, m *member) ([]Cond, error) {
	var err error
	for _, o := range c.members {
		terms, rest, terr := o.e.m.terms(nil, []Cond{x})
		if terr != nil {
			err = errors.Join(err, terr)
			continue
		}
		if o.e == m.e || len(rest) > 0 {
			return []Cond{x}, nil
		}
		out := make([]Cond, len(terms))
		for i := range terms {
			if out[i], err = terms[i].move(o, m); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return nil, err
}

// move returns the term, which is on a key part of member from, as a condition
// on the part of member to at the same place.
func (t *term) move(from, to *member) (Cond, error) {
	for i, k := range from.ix.keys() {
		for j, p := range k.parts {
			if !p.path.Equal(t.ref.path) {
				continue
			}
			other := to.ix.keys()[i]
			if err := k.corresponds(other, j+1); k.tmpl != nil && err != nil {
				return Cond{}, fmt.Errorf("%s.%s is no part of the sort key that all entities of the collection share: %w; use Filter", from.e.m.typ.Name(), p.goRef, err)
			}
			c := Cond{op: t.cond.op, ptr: other.parts[j].ptr}
			for n := range t.cond.count() {
				c.add(other.parts[j].adopt(t.cond.value(n)))
			}
			return c, nil
		}
	}
	return Cond{}, fmt.Errorf("%s.%s is not part of the key; use Filter", from.e.m.typ.Name(), t.ref.goRef)
}

// adopt returns a pointer to v, a value of another entity's part, as one of the
// part's type.
func (p *part) adopt(v reflect.Value) any {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return reflect.New(p.codec.Type).Interface()
		}
		v = v.Elem()
	}
	if v.Type() != p.codec.Base && v.CanConvert(p.codec.Base) {
		v = v.Convert(p.codec.Base)
	}
	for range p.codec.Pointer + 1 {
		if !v.CanAddr() {
			own := reflect.New(v.Type()).Elem()
			own.Set(v)
			v = own
		}
		v = v.Addr()
	}
	return v.Interface()
}

// joined is the plan of one query that selects what every member's plan does.
func joined(members []*member) keyPlan {
	out := members[0].q.plan
	for _, m := range members[1:] {
		p := &m.q.plan
		out.empty = out.empty && p.empty
		if out.fan == nil {
			out.fan = p.fan
		}
		out.rng = out.rng.Hull(p.rng)
	}
	return out
}

// memberFilter is the filter of a collection: for each member its entity and
// the conditions that concern it.
func (q *query) memberFilter() (expr.Cond, error) {
	own := make([][]Cond, len(q.members))
	for _, c := range q.filters {
		if c.op == expr.Raw { // it names no entity's attributes, so it concerns all
			for i := range own {
				own[i] = append(own[i], c)
			}
			continue
		}
		i, err := q.filtered(c)
		if err != nil {
			return expr.Cond{}, err
		}
		own[i] = append(own[i], c)
	}
	out := make([]expr.Cond, len(q.members))
	for i, m := range q.members {
		one := m.q
		one.filters = own[i]
		all, err := one.filter(nil)
		if err != nil {
			return expr.Cond{}, err
		}
		out[i] = expr.All(all...)
	}
	if q.unknown != nil {
		out = append(out, q.foreign())
	}
	return expr.Any(out...), nil
}

// foreign is true for items of none of the members.
func (q *query) foreign() expr.Cond {
	name := expr.Name(q.ix.e.svc.table.EntityAttr)
	c := expr.Cond{Op: expr.In, Path: name}
	for _, m := range q.members {
		c.Args = append(c.Args, expr.Operand{Value: &types.AttributeValueMemberS{Value: m.e.m.sch.Entity}})
	}
	return expr.Cond{Op: expr.Not, Subs: []expr.Cond{c}}
}

// filtered returns which member a filter concerns.
func (q *query) filtered(c Cond) (int, error) {
	var why []error
	for i, m := range q.members {
		_, err := m.e.m.cond(&c)
		if err == nil {
			return i, nil
		}
		why = append(why, err)
	}
	return 0, fmt.Errorf("a filter uses the pointers of one entity of the collection: %w", errors.Join(why...))
}

// findMember returns the member with the version of the item, else with the
// next newer one, nil for an item of none. The item is often guess's.
func (q *query) findMember(item record, guess *member) *member {
	t := &q.ix.e.svc.table
	if guess != nil && guess.alone {
		if item.ownOf(guess.e) {
			return guess
		}
		if own, _ := item.compare(t.EntityAttr, guess.e.m.sch.Entity); own {
			return guess
		}
	}
	bare := !q.ix.projects(t.EntityAttr)
	var best *member
	for _, m := range q.members {
		if m.e.owns(item, bare) && (best == nil || m.e.nearer(best.e, item)) {
			best = m
		}
	}
	return best
}

// memberIntake returns a place for items of all the members. See run.keyless.
func (q *query) memberIntake(keyless bool) *intake {
	in := &intake{slabs: make([]*slab, len(q.members))}
	for i, m := range q.members {
		s := m.q.r.slab(m.ix)
		s.member, s.keyless = m, keyless && m.e.ttl == nil && len(m.e.scope) == 0 && len(m.local) == 0
		if p := &m.q.plan; s.keyless && p.sk != nil {
			s.sk, s.rng = slices.Index(s.told.names, p.sk.name), &p.rng
		}
		in.slabs[i] = s
	}
	f := ddbjson.NewFinder(q.ix.e.svc.table.EntityAttr)
	in.reset = f.Reset
	in.pick = func(_ wire.Source, body []byte, at int) *slab {
		if in.guessed = in.alike >= inARow; in.guessed {
			in.alike = 0 // unless it was right
			return in.last
		}
		return in.of(f.Guess(body, at))
	}
	in.check = func(item record) *slab {
		m := q.findMember(item, item.member)
		if m == nil {
			return nil
		}
		switch s := in.slabs[m.place]; {
		case s != in.last:
			in.last, in.alike, in.guessed = s, 0, false
		case in.guessed:
			in.alike = inARow
		default:
			in.alike++
		}
		return in.last
	}
	return in
}

// inARow is after how many items of one entity another is expected without a
// look at the item. A wrong guess costs as much as an item.
const inARow = 8

// nearer reports whether an item of the entity that both read is better read
// as e's version than as o's.
func (e *entity) nearer(o *entity, item record) bool {
	found := e.found(item)
	a, b := e.m.sch.Version, o.m.sch.Version
	if a >= found && b >= found {
		return a < b
	}
	return a > b
}

// acceptMembers returns the items of a page that belong to the collection.
func (q *query) acceptMembers(items []record) ([]record, error) {
	out, op := items[:0], q.op()
	var last *member
	for i := range items {
		if items[i].inside && len(out) == i { // there is nothing left to ask about it
			out = items[:i+1]
			continue
		}
		item := items[i]
		if item.member == nil {
			item.member = q.findMember(item, last)
		}
		m := item.member
		last = m
		if m == nil {
			if q.unknown != nil {
				if err := q.unknown(q.ix.e.owner(item), item.attrs); err != nil { // which it has, fitting no slab
					return nil, opError(op, err)
				}
			}
			continue
		}
		if v := m.e.newer(op, item); v != nil {
			return nil, v
		}
		if !m.e.expired(item) && (item.inside || m.selects(item)) && passes(m.local, item) {
			out = append(out, item)
		}
	}
	return out, nil
}

// selects reports whether the member's own plan, which may be narrower than
// the collection's, selects the item.
func (m *member) selects(item record) bool {
	p := &m.q.plan
	if p.sk == nil {
		return !p.empty
	}
	return item.within(p.sk.name, p.rng)
}

// sortInto appends items, in key order, to the fields of out, a value of R. In
// found it notes, by member, the items of fields that are no slices.
func (q *query) sortInto(ctx context.Context, raw []record, out reflect.Value, found []bool) error {
	shares := q.shares(raw, out)
	for i := range raw {
		item := &raw[i]
		m, share := item.member, &shares[item.member.place]
		if share.taken && !m.e.m.listens {
			share.next++
			continue
		}
		dst := out.Field(m.field)
		switch {
		case m.slice:
			dst = share.items.Index(share.next)
		case found[m.place]:
			q.cut(shares)
			return opError(q.op(), fmt.Errorf("there is more than one %s; make the field a slice", m.e.name))
		case m.ptr:
			dst.Set(reflect.New(m.e.m.typ))
			dst = dst.Elem()
		}
		var err error
		if !share.taken {
			err = m.q.r.into(*item, dst)
		}
		if err == nil {
			err = afterRead(ctx, dst.Addr().Interface())
		}
		if err != nil {
			if !m.slice {
				out.Field(m.field).SetZero()
			}
			q.cut(shares)
			return opError(q.op(), err)
		}
		found[m.place] = true
		share.next++
	}
	return nil
}

// cut ends the slices before the items that have not been read.
func (q *query) cut(shares []share) {
	for i, m := range q.members {
		if m.slice {
			shares[i].items.SetLen(shares[i].next)
		}
	}
}

// share is what one member has of a response.
type share struct {
	slab  *slab // that of all its items, if any
	count int
	items reflect.Value // the slice for them
	next  int           // the place of the next in it
	taken bool          // it is that of the slab
}

// shares makes room for the items in the slices of out. One that is empty takes
// over the slab with all the member's items, if there is one.
func (q *query) shares(raw []record, out reflect.Value) []share {
	shares := make([]share, len(q.members))
	for i := range raw {
		r := &raw[i]
		s := &shares[r.member.place]
		if s.count == 0 {
			s.slab = r.slab
		}
		if r.slab != s.slab || int(r.at) != s.count || r.again {
			s.slab = nil
		}
		s.count++
	}
	for i, m := range q.members {
		s, f := &shares[i], out.Field(m.field)
		switch {
		case !m.slice:
			continue
		case f.Len() == 0 && s.slab != nil && s.slab.items.Len() == s.count:
			f.Set(s.slab.items)
			s.taken = true
		case f.IsNil():
			f.Set(reflect.MakeSlice(f.Type(), s.count, s.count))
		default:
			s.next = f.Len()
			f.Grow(s.count)
			f.SetLen(s.next + s.count)
		}
		s.items = f
	}
	return shares
}

// exactly returns ErrNotFound for an entity of which there must be one item.
func (q *query) exactly(found []bool) error {
	var missing []string
	for _, m := range q.members {
		if !m.slice && !m.ptr && !found[m.place] {
			missing = append(missing, m.e.name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return opError(q.op(), fmt.Errorf("%w: %s", ErrNotFound, strings.Join(missing, ", ")))
}
