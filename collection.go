package dyn

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Collection reads the items of several entities that share a partition of one
// index, with one query. R is a struct with a field for each entity wanted: []T
// for any number of items, *T for at most one, T for exactly one. Fields of
// other types are left alone.
//
// The entities name the collection on their pk rows (collection=activity, or
// collection=outer/inner for one inside another: a query of outer finds the
// items of both). Their pk templates have the same text and formats, so that
// the parts correspond by position and any entity's pointers may name them.
type Collection[R any] struct{ c *collection }

// collection is what follows from R.
type collection struct {
	name    string
	members []*member
}

// member is one entity of a collection.
type member struct {
	e     *entity
	ix    *index
	place int  // among the members
	field int  // of R
	slice bool // []T
	ptr   bool // *T
	alone bool // no other member is of an entity of this name
	q     query
	local []*localTest
}

// NewCollection finds the entities of R, registering those that are not yet,
// and checks that they share the collection.
func NewCollection[R any](s *Service, name string) (*Collection[R], error) {
	c, err := s.collection(reflect.TypeFor[R](), name)
	if err != nil {
		return nil, fmt.Errorf("dyn: collection %s: %w", name, err)
	}
	return &Collection[R]{c}, nil
}

func (*Collection[R]) bind(s *Service, name string) (any, error) { return NewCollection[R](s, name) }

func (s *Service) collection(t reflect.Type, name string) (*collection, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%s is not a struct", t)
	}
	c := &collection{name: name}
	var errs []error
	for i := range t.NumField() {
		m, err := s.member(t.Field(i), i, name)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s.%s: %w", t.Name(), t.Field(i).Name, err))
		case m != nil:
			c.members = append(c.members, m)
		}
	}
	if len(errs) == 0 && len(c.members) == 0 {
		errs = append(errs, fmt.Errorf("%s has no field of an entity's type", t))
	}
	if len(errs) == 0 {
		errs = c.check()
	}
	for i, m := range c.members {
		m.place = i
		m.alone = !slices.ContainsFunc(c.members, func(o *member) bool { return o != m && o.e.m.sch.Entity == m.e.m.sch.Entity })
	}
	return c, errors.Join(errs...)
}

// member returns the member that a field of R stands for, nil for none.
func (s *Service) member(f reflect.StructField, i int, name string) (*member, error) {
	m := &member{field: i}
	t := f.Type
	switch t.Kind() {
	case reflect.Slice:
		m.slice, t = true, t.Elem()
	case reflect.Pointer:
		m.ptr, t = true, t.Elem()
	}
	if t.Kind() != reflect.Struct || !f.IsExported() || !declaresKeys(t) {
		return nil, nil
	}
	e, err := s.register(modelOf(t))
	if err != nil {
		return nil, err
	}
	if !e.marked() {
		return nil, fmt.Errorf("%s has no entity row, so its items can't be told from others", t)
	}
	m.e = e
	for _, ix := range e.indexes {
		if slices.Contains(ix.sch.Collection, name) {
			m.ix = ix
			return m, nil
		}
	}
	return nil, fmt.Errorf("no pk row of %s has collection=%s", t, name)
}

// declaresKeys reports whether t has a blank field with a dyn tag.
func declaresKeys(t reflect.Type) bool {
	for i := range t.NumField() {
		if f := t.Field(i); f.Name == "_" && f.Tag.Get("dyn") != "" {
			return true
		}
	}
	return false
}

// check refuses members that can't be found by one query.
func (c *collection) check() []error {
	var errs []error
	first := c.members[0]
	for i, m := range c.members[1:] {
		if m.ix.name != first.ix.name {
			errs = append(errs, fmt.Errorf("%s is on %s, %s on %s", first.e.name, first.ix.describe(), m.e.name, m.ix.describe()))
			continue
		}
		for j, k := range m.ix.pk {
			if err := k.same(first.ix.pk[j]); err != nil {
				errs = append(errs, fmt.Errorf("the partition keys of %s and %s differ: %w", first.e.m.typ, m.e.m.typ, err))
			}
		}
		for _, o := range c.members[:i+1] {
			if o.e == m.e {
				errs = append(errs, fmt.Errorf("%s occurs twice", m.e.m.typ))
			}
		}
	}
	return errs
}

// same returns nil when the two keys are written alike from end to end.
func (k *keyAttr) same(o *keyAttr) error {
	if err := k.corresponds(o, len(k.parts)); err != nil {
		return err
	}
	if k.tmpl != nil && (len(k.parts) != len(o.parts) || k.tmpl.Literal(len(k.parts)) != o.tmpl.Literal(len(k.parts))) {
		return fmt.Errorf("%q and %q", k.tmpl, o.tmpl)
	}
	return nil
}

// corresponds returns nil when the first n parts of the two keys, and the text
// up to them, are written alike.
func (k *keyAttr) corresponds(o *keyAttr, n int) error {
	switch {
	case (k.tmpl == nil) != (o.tmpl == nil):
		return errors.New("one is a template, the other an attribute")
	case k.tmpl == nil:
		return nil // the same attribute, as registration has checked
	}
	for i := range n {
		if i >= len(o.parts) || !k.samePart(o, i) {
			return fmt.Errorf("%q and %q", k.tmpl, o.tmpl)
		}
	}
	return nil
}

func (k *keyAttr) samePart(o *keyAttr, i int) bool {
	a, b := k.tmpl.Parts()[i], o.tmpl.Parts()[i]
	if k.parts[i].shard > 0 || o.parts[i].shard > 0 {
		return k.parts[i].shard == o.parts[i].shard && k.tmpl.Literal(i) == o.tmpl.Literal(i)
	}
	return k.tmpl.Literal(i) == o.tmpl.Literal(i) && a.Kind == b.Kind && a.Format == b.Format &&
		k.parts[i].text == o.parts[i].text && k.parts[i].codec.Kind == o.parts[i].codec.Kind
}

// Query describes a query of the collection: equality on every part of the
// partition key, then conditions on the sort-key parts that all its entities
// share. The pointers may be those of any of its entities.
func (c *Collection[R]) Query(conds ...Cond) CollectionQuery[R] {
	return CollectionQuery[R]{c.c.newQuery(conds)}
}

// CollectionQuery is a [Query] of several entities. It is a value: its methods
// return changed copies.
type CollectionQuery[R any] struct{ q *query }

// Filter keeps only the items that meet the conditions, each of which concerns
// the entity whose pointers it uses and leaves the others alone.
func (q CollectionQuery[R]) Filter(conds ...Cond) CollectionQuery[R] {
	return CollectionQuery[R]{q.q.filtering(conds)}
}

// OnUnknown calls report with every item of the partition range that belongs to
// none of the entities of R, such as one that a newer program writes; owner is
// "" for an item without entity attribute. An error ends the query. Without
// OnUnknown such items are left out by DynamoDB.
func (q CollectionQuery[R]) OnUnknown(report func(owner string, item map[string]types.AttributeValue) error) CollectionQuery[R] {
	return CollectionQuery[R]{q.q.reporting(report)}
}

// Limit ends the query after n items of all entities together. See [Query.Limit].
func (q CollectionQuery[R]) Limit(n int) CollectionQuery[R] {
	return CollectionQuery[R]{q.q.withLimit(n)}
}

// PageSize sets how many items DynamoDB reads for one page. See [Query.PageSize].
func (q CollectionQuery[R]) PageSize(n int) CollectionQuery[R] {
	return CollectionQuery[R]{q.q.withPageSize(n)}
}

// MaxPages bounds the requests of one run. See [Query.MaxPages].
func (q CollectionQuery[R]) MaxPages(n int) CollectionQuery[R] {
	return CollectionQuery[R]{q.q.withMaxPages(n)}
}

// Descending returns items in descending order of the sort key.
func (q CollectionQuery[R]) Descending() CollectionQuery[R] {
	return CollectionQuery[R]{q.q.withDescending()}
}

// Consistent makes the reads strongly consistent. See [Query.Consistent].
func (q CollectionQuery[R]) Consistent() CollectionQuery[R] {
	return CollectionQuery[R]{q.q.withConsistent()}
}

// Capacity adds the capacity that the query consumes to dst.
func (q CollectionQuery[R]) Capacity(dst *types.ConsumedCapacity) CollectionQuery[R] {
	return CollectionQuery[R]{q.q.withCapacity(dst)}
}

// After starts the query after the items that c stands for.
func (q CollectionQuery[R]) After(c Cursor) CollectionQuery[R] {
	return CollectionQuery[R]{q.q.withAfter(c)}
}

// Input returns the request for the first page.
func (q CollectionQuery[R]) Input() (*dynamodb.QueryInput, error) { return q.q.input() }

// Collect returns all the items, sorted into the fields of R. More than one item
// for a *T or T is an error, and so is none for a T: [ErrNotFound].
func (q CollectionQuery[R]) Collect(ctx context.Context) (R, error) {
	var x struct { // in one piece of memory
		out  R
		room [8]bool
	}
	found := slices.Grow(x.room[:0], len(q.q.members))[:len(q.q.members)]
	err := q.q.each(ctx, func(raw []record) error {
		return q.q.sortInto(ctx, raw, reflect.ValueOf(&x.out).Elem(), found)
	})
	if err == nil {
		err = q.q.exactly(found)
	}
	return x.out, err
}

// CollectionPage is some of a collection's items and where to go on.
type CollectionPage[R any] struct {
	Items R      `json:"items"`
	Next  Cursor `json:"next,omitempty"` // "" at the end
}

// Page returns up to Limit items of all entities together. See [Query.Page]. A
// page may lack the item of a T or *T.
func (q CollectionQuery[R]) Page(ctx context.Context) (CollectionPage[R], error) {
	var p CollectionPage[R]
	raw, next, err := q.q.page(ctx, q.q.limit == 0)
	if err == nil {
		p.Next = next
		err = q.q.sortInto(ctx, raw, reflect.ValueOf(&p.Items).Elem(), make([]bool, len(q.q.members)))
	}
	return p, err
}

// All returns the items in key order, each a value of its entity's type. An
// error comes once, last.
//
//	for item, err := range q.All(ctx) {
//		switch item := item.(type) {
//		case Card: …
//		case Reaction: …
//		}
//	}
func (q CollectionQuery[R]) All(ctx context.Context) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		err := q.q.each(ctx, func(raw []record) error {
			for _, item := range raw {
				v, err := item.member.q.r.read(ctx, q.q.op(), item)
				if err != nil {
					return err
				}
				if !yield(v.Interface(), nil) {
					return errStop
				}
			}
			return nil
		})
		if err != nil {
			yield(nil, err)
		}
	}
}

// Count returns how many items of all entities together there are.
func (q CollectionQuery[R]) Count(ctx context.Context) (int, error) { return q.q.count(ctx) }
