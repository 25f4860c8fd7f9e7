package dyn

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/expr"
)

// Index is one access pattern of an entity: the keys it has in the table or in
// one of its indexes. It is safe for concurrent use.
type Index[T any] struct{ ix *index }

func (*Index[T]) bind(s *Service, name string) (any, error) {
	e, err := NewEntity[T](s)
	if err != nil {
		return nil, err
	}
	for _, ix := range e.e.indexes {
		if ix.sch.Name == name {
			return &Index[T]{ix}, nil
		}
	}
	return nil, fmt.Errorf("dyn: bind: %s has no index %q; it has %s", e.e.name, name, e.e.patterns())
}

// patterns lists the names of the entity's access patterns.
func (e *entity) patterns() string {
	names := make([]string, len(e.indexes))
	for i, ix := range e.indexes {
		names[i] = ix.sch.Name
	}
	return strings.Join(names, ", ")
}

// Query describes a query of the index: equality on every part of the partition
// key, then conditions on the parts of the sort key from the left, the last of
// which may be a range. For conditions on other attributes there is
// [Query.Filter]. Mistakes are reported by the method that runs the query.
func (ix *Index[T]) Query(conds ...Cond) Query[T] {
	return Query[T]{ix.ix.newQuery(conds)}
}

// Query describes a query of the table itself. See [Index.Query].
func (e *Entity[T]) Query(conds ...Cond) Query[T] {
	return Query[T]{e.e.primary().newQuery(conds)}
}

// Find describes a query of the table or the index that can use the most of the
// conditions for its sort key, the table first among equals; the other
// conditions become a filter. An index that may lack items which match, because
// a part of its key may be absent, is not used. When nothing fits, the query's
// error says what each index lacks; it never scans.
func (e *Entity[T]) Find(conds ...Cond) Query[T] {
	return Query[T]{e.e.newFind(conds)}
}

// Query is a description of many items in one partition, read page by page. It
// is a value: its methods return changed copies, and one Query may be run any
// number of times, concurrently too.
type Query[T any] struct{ q *query }

// Filter keeps only the items that meet the conditions. DynamoDB applies it
// after reading: items left out cost capacity all the same. Key attributes of
// the index can't be filtered on.
func (q Query[T]) Filter(conds ...Cond) Query[T] { return Query[T]{q.q.filtering(conds)} }

// Limit ends the query after n items, counted after filters. 0 is no limit.
func (q Query[T]) Limit(n int) Query[T] { return Query[T]{q.q.withLimit(n)} }

// PageSize sets how many items DynamoDB reads for one page, before filters:
// its Limit parameter. 0, the default, leaves it to dyn: pages of up to 1 MB,
// less where Limit needs less.
func (q Query[T]) PageSize(n int) Query[T] { return Query[T]{q.q.withPageSize(n)} }

// MaxPages bounds the requests that one run of the query makes. When more would
// be needed, [Query.Page] returns what it has with a cursor; the other methods
// end with an error that says so.
func (q Query[T]) MaxPages(n int) Query[T] { return Query[T]{q.q.withMaxPages(n)} }

// Descending returns items in descending order of the sort key.
func (q Query[T]) Descending() Query[T] { return Query[T]{q.q.withDescending()} }

// Consistent makes the reads strongly consistent, at twice the capacity.
// Global secondary indexes do not support it.
func (q Query[T]) Consistent() Query[T] { return Query[T]{q.q.withConsistent()} }

// Prefetch makes [Query.All] ask for the next page while the current one is
// being used.
func (q Query[T]) Prefetch() Query[T] { return Query[T]{q.q.withPrefetch()} }

// Hydrate reads each item that the query finds in full from the table, for an
// index that does not hold all attributes. Items deleted meanwhile are left out.
func (q Query[T]) Hydrate() Query[T] { return Query[T]{q.q.withHydrate()} }

// Capacity adds the capacity that the query consumes to dst.
func (q Query[T]) Capacity(dst *types.ConsumedCapacity) Query[T] {
	return Query[T]{q.q.withCapacity(dst)}
}

// After starts the query after the items that c stands for. The empty Cursor is
// the start.
func (q Query[T]) After(c Cursor) Query[T] { return Query[T]{q.q.withAfter(c)} }

// Project makes a query of P, a struct with some of T's attributes: only those
// are read from the index and sent over the network.
func Project[P, T any](q Query[T]) Query[P] { return Query[P]{q.q.as(reflect.TypeFor[P]())} }

// Input returns the request for the first page. A query of a range that nothing
// lies in has none: that is an error here, and an empty result otherwise.
func (q Query[T]) Input() (*dynamodb.QueryInput, error) { return q.q.input() }

var errEmpty = errors.New("nothing can meet the key conditions, so no request is sent")

// Plan tells how a query runs.
type Plan struct {
	// Index is the access pattern used.
	Index string
	// KeyCondition and Filter are the expressions sent, with names and values
	// in place of placeholders.
	KeyCondition, Filter string
	// Client lists conditions that dyn tests itself after reading.
	Client []string
	// Empty is set when nothing can match and no request is sent.
	Empty bool
}

// Explain returns how the query runs.
func (q Query[T]) Explain() (Plan, error) {
	run, err := q.q.start(context.Background())
	if err != nil {
		return Plan{}, err
	}
	return run.explain(), nil
}

// query is what Query and Scan have in common: a description of many items.
type query struct {
	r          *reader
	ix         *index
	name       string    // of the collection
	plan       keyPlan   // none for a scan
	members    []*member // of a collection; nil for a query of one entity
	unknown    func(entity string, item rawItem) error
	filters    []Cond
	after      Cursor
	limit      int
	pageSize   int
	maxPages   int
	segments   int
	scan       bool
	descending bool
	consistent bool
	prefetch   bool
	hydrate    bool
	counts     bool // only the number of items is wanted
	capacity   *capacityTotal
	err        error
}

// query makes q the query of ix with the given key conditions.
func (ix *index) query(q *query, conds []Cond) {
	*q = query{r: &ix.e.whole, ix: ix}
	var room [4]term
	terms, rest, err := ix.e.m.terms(room[:0], conds)
	if err == nil && len(rest) > 0 {
		err = errors.New("a key condition is Eq, Lt, Le, Gt, Ge, Between or BeginsWith on a part of the key; use Filter for the others")
	}
	if err == nil {
		q.plan.ix = ix
		terms, q.filters, err = q.plan.within(terms)
	}
	if err == nil {
		err = q.plan.unused(terms)
	}
	q.err = err
}

// within is fill within the scope of the entity's handle, which also gives the
// filters that the scope needs. It returns the terms given, marked.
func (p *keyPlan) within(terms []term) ([]term, []Cond, error) {
	more, filters, err := p.ix.scoped(terms)
	if err != nil {
		return terms, nil, err
	}
	n := len(terms)
	terms = append(terms, more...)
	return terms[:n], filters, p.fill(terms)
}

// op names the query in messages.
func (q *query) op() string {
	switch {
	case q.name != "":
		return "query collection " + q.name
	case q.scan:
		return "scan " + q.ix.label()
	}
	return q.ix.queryOp
}

// find plans the conditions on every index and takes the best.
func (e *entity) find(conds []Cond) query {
	best := query{r: &e.whole, ix: e.primary()}
	var lacks []string
	for _, ix := range e.indexes {
		q, err := ix.tryFind(conds)
		switch {
		case err != nil:
			lacks = append(lacks, fmt.Sprintf("%s: %v", ix.sch.Name, err))
		case best.plan.ix == nil || q.plan.parts > best.plan.parts:
			best = q
		}
	}
	if best.plan.ix == nil {
		best.err = fmt.Errorf("no index fits:\n\t%s", strings.Join(lacks, "\n\t"))
	}
	return best
}

func (ix *index) tryFind(conds []Cond) (query, error) {
	q := query{r: &ix.e.whole, ix: ix}
	terms, rest, err := ix.e.m.terms(nil, conds)
	if err != nil {
		return q, err
	}
	var scope []Cond
	q.plan.ix, q.plan.loose = ix, true
	if terms, scope, err = q.plan.within(terms); err != nil {
		return q, err
	}
	rest = append(rest, scope...)
	if err := ix.complete(conds, terms); err != nil {
		return q, err
	}
	for i := range terms {
		t := &terms[i]
		if !t.used || t.lossy {
			rest = append(rest, t.cond)
		}
	}
	q.filters = rest
	if err := q.covered(); err != nil {
		return q, err
	}
	_, err = q.filter(nil)
	return q, err
}

// complete returns an error when the index may lack an item that meets the
// conditions.
func (ix *index) complete(conds []Cond, terms []term) error {
	parts := slices.Clone(ix.keys())
	for _, k := range parts {
		for _, p := range k.parts {
			present := func(t term) bool { return t.ref.path.Equal(p.path) && t.demands(p) }
			if !ix.e.always(p) && !slices.ContainsFunc(terms, present) {
				return fmt.Errorf("it lacks items without %s", p.goRef)
			}
		}
	}
	if ix.when == nil {
		return nil
	}
	t := find(terms, ix.when, true)
	if t == nil || !t.demands(ix.when) || !ix.when.holds(t.ref.wrapped(t.cond.value(0))) {
		return fmt.Errorf("it holds only items of some %s; add Eq on it", ix.when.goRef)
	}
	return nil
}

// demands reports whether only items that have the part can meet the term: a
// blank attribute is less than others, but counts as absent.
func (t *term) demands(p *part) bool {
	first, err := t.encode(0)
	if err != nil || first == nil {
		return false
	}
	for _, b := range blanks(p.codec) {
		switch t.cond.op {
		case expr.Lt, expr.Le:
			return false
		case expr.Gt:
			if less(first, b) {
				return false
			}
		case expr.Ge, expr.Between:
			if !less(b, first) {
				return false
			}
		}
	}
	return true
}

// always reports whether every item of e has the part. A number, too, may be
// taken away by Unset.
func (e *entity) always(p *part) bool {
	if p.shard > 0 {
		return true
	}
	for _, k := range e.primary().keys() {
		for _, own := range k.parts {
			if own.path.Equal(p.path) {
				return true
			}
		}
	}
	if len(p.chain) > 1 {
		return false
	}
	a := e.m.attrs[p.attr]
	return a.Rules.Required || a.Rules.Created || a.Rules.Updated
}
