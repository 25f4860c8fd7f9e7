package dyn

import (
	"errors"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The generic types hold a pointer to a query that never changes: their methods
// are compiled anew for every type of item, and stay small that way. Here is
// what they do: each returns a changed copy.

func (q *query) filtering(conds []Cond) *query {
	c := *q
	c.filters = append(q.filters[:len(q.filters):len(q.filters)], conds...)
	return &c
}

func (q *query) withLimit(n int) *query     { c := *q; c.limit = n; return &c }
func (q *query) withPageSize(n int) *query  { c := *q; c.pageSize = n; return &c }
func (q *query) withMaxPages(n int) *query  { c := *q; c.maxPages = n; return &c }
func (q *query) withSegments(n int) *query  { c := *q; c.segments = n; return &c }
func (q *query) withAfter(at Cursor) *query { c := *q; c.after = at; return &c }
func (q *query) withDescending() *query     { c := *q; c.descending = true; return &c }
func (q *query) withConsistent() *query     { c := *q; c.consistent = true; return &c }
func (q *query) withPrefetch() *query       { c := *q; c.prefetch = true; return &c }
func (q *query) withHydrate() *query        { c := *q; c.hydrate = true; return &c }

func (q *query) withCapacity(dst *types.ConsumedCapacity) *query {
	c := *q
	c.capacity = &capacityTotal{dst: dst}
	return &c
}

func (q *query) reporting(report func(string, map[string]types.AttributeValue) error) *query {
	c := *q
	c.unknown = report
	return &c
}

// as reads items as values of t, which has some of the entity's attributes.
func (q *query) as(t reflect.Type) *query {
	c := *q
	r, err := q.r.e.projection(t)
	if err != nil {
		c.err = errors.Join(q.err, err)
		return &c
	}
	c.r = &r
	return &c
}

func (ix *index) newQuery(conds []Cond) *query     { q := new(query); ix.query(q, conds); return q }
func (ix *index) newScan() *query                  { q := ix.scan(); return &q }
func (e *entity) newFind(conds []Cond) *query      { q := e.find(conds); return &q }
func (c *collection) newQuery(conds []Cond) *query { q := c.query(conds); return &q }
