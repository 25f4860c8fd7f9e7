package dynlocal

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/tidwall/btree"

	"github.com/dyntable/dyn/dynlocal/internal/expr"
	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// maxPageSize is how many bytes of items a query or scan reads before it ends its page.
const maxPageSize = 1 << 20

// listing is what query and scan have in common, compiled.
type listing struct {
	tableName, indexName *string
	limit                int32 // 0 for none
	startKey             value.Item
	hasStart             bool
	isQuery, backward    bool
	consistent           bool
	mode                 types.Select // "" where the request leaves it open
	filter               *expr.Condition
	projection           *expr.Projection
	capacity             types.ReturnConsumedCapacity
}

// page is one page of a listing.
type page struct {
	items   []map[string]types.AttributeValue
	count   int32
	scanned int32
	last    map[string]types.AttributeValue
	usage   usage
}

// source is what a listing reads: the table or an index of it, as it was at one moment.
type source struct {
	table *table
	index *index // nil for the table itself
	rows  *btree.BTreeG[entry]
}

func (c *call) query(in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
	l, cond, err := newQuery(in)
	if err != nil {
		return nil, err
	}
	p, err := c.list(l, func(s source) (bounds, error) { return s.matching(cond, l) })
	if err != nil {
		return nil, err
	}
	return &dynamodb.QueryOutput{
		Items: p.items, Count: p.count, ScannedCount: p.scanned, LastEvaluatedKey: p.last,
		ConsumedCapacity: p.usage.consumed(in.ReturnConsumedCapacity),
	}, nil
}

func (c *call) scan(in *dynamodb.ScanInput) (*dynamodb.ScanOutput, error) {
	l, err := newScan(in)
	if err != nil {
		return nil, err
	}
	p, err := c.list(l, func(source) (bounds, error) { return scanBounds(in), nil })
	if err != nil {
		return nil, err
	}
	return &dynamodb.ScanOutput{
		Items: p.items, Count: p.count, ScannedCount: p.scanned, LastEvaluatedKey: p.last,
		ConsumedCapacity: p.usage.consumed(in.ReturnConsumedCapacity),
	}, nil
}

// bounds is what a listing selects by key.
type bounds struct {
	keyRange
	whole   keyRange // the query's partition or the scan's segment, in which the start key has to lie
	outside string   // the text of the refusal if it does not
}

func scanBounds(in *dynamodb.ScanInput) bounds {
	if in.TotalSegments == nil {
		return bounds{}
	}
	r := segmentRange(*in.Segment, *in.TotalSegments)
	return bounds{r, r, "Exclusive start key must lie within the segment"}
}

// list reads one page of what the bounds select.
func (c *call) list(l *listing, within func(source) (bounds, error)) (*page, error) {
	s, err := c.source(l)
	if err != nil {
		return nil, err
	}
	if l.consistent && s.index != nil && !s.index.local {
		return nil, invalid("Consistent reads are not supported on global secondary indexes")
	}
	b, err := within(s)
	if err != nil {
		return nil, err
	}
	if err := s.table.notInsideKeys(l.nested()); err != nil {
		return nil, err
	}
	if err := l.checkProjection(s); err != nil {
		return nil, err
	}
	r, err := s.after(l, b)
	if err != nil {
		return nil, err
	}
	l.limit = c.pages.limited(l.limit)
	if c.pages.empty {
		if p := l.emptyPage(s, b, r); p != nil {
			return p, nil
		}
	}
	return l.read(s, r), nil
}

// source finds what the listing reads and takes a snapshot of it, so that reading holds no lock.
func (c *call) source(l *listing) (source, error) {
	c.db.mu.RLock()
	s, err := c.lookup(l)
	var rows *tree
	if err == nil {
		rows = s.tree()
		if s.rows = c.older(rows, l.consistent); s.rows == nil {
			s.rows = rows.snap.Load()
		}
	}
	c.db.mu.RUnlock()
	if err != nil || s.rows != nil {
		return s, err
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	s.rows = rows.snapshot()
	return s, nil
}

func (c *call) lookup(l *listing) (source, error) {
	t, err := c.table(l.tableName)
	if err != nil || l.indexName == nil {
		return source{table: t}, err
	}
	x := t.index(*l.indexName)
	if x == nil {
		return source{}, invalidf("The table does not have the specified index: %s", *l.indexName)
	}
	return source{table: t, index: x}, nil
}

func (s *source) tree() *tree {
	if s.index != nil {
		return s.index.rows
	}
	return s.table.rows
}

func (s *source) key() *keySchema {
	if s.index != nil {
		return &s.index.key
	}
	return &s.table.key
}

// read walks the range until the page is full.
func (l *listing) read(s source, r keyRange) *page {
	p := &page{usage: usage{name: aws.ToString(l.tableName)}}
	wantItems := l.mode != types.SelectCount
	if wantItems {
		p.items = []map[string]types.AttributeValue{}
	}
	size, fetched := 0, 0.0
	s.walk(r, l.backward, func(item value.Item) bool {
		held := s.index.project(item)
		size += held.Size()
		p.scanned++
		known, shown := held, held // to the filter, to the caller
		if s.fetches(l) {
			known = item
			fetched += readUnits(item.Size(), l.consistent)
		}
		if l.projection != nil || l.mode == types.SelectAllAttributes {
			shown = known
		}
		if l.filter == nil || l.filter.Eval(known) {
			p.count++
			if wantItems {
				p.items = append(p.items, l.shown(shown))
			}
		}
		if p.scanned == l.limit || size >= maxPageSize {
			p.last = s.lastKey(item)
			return false
		}
		return true
	})
	p.usage.add(s.index, readUnits(size, l.consistent))
	if fetched > 0 {
		// Every item that the local index does not hold in full is read from the table besides.
		p.usage.add(nil, fetched)
	}
	return p
}

// shown gives what the listing returns of an item that it selected.
func (l *listing) shown(item value.Item) map[string]types.AttributeValue {
	if l.projection != nil {
		item = l.projection.Apply(item)
	}
	return item.SDK()
}

// walk yields the items in the range, in key order or backward, until yield says false.
func (s *source) walk(r keyRange, backward bool, yield func(value.Item) bool) {
	if !backward {
		s.rows.Ascend(entry{key: r.lo}, func(e entry) bool { return (r.hi == "" || e.key < r.hi) && yield(e.item) })
		return
	}
	down := func(e entry) bool { return e.key == r.hi || e.key >= r.lo && yield(e.item) }
	if r.hi == "" {
		s.rows.Reverse(down)
		return
	}
	s.rows.Descend(entry{key: r.hi}, down)
}

// lastKey gives the key that continues after the item.
func (s *source) lastKey(item value.Item) map[string]types.AttributeValue {
	return item.Keep(s.keyNames()...).SDK()
}

// keyNames gives the attributes of the keys that continue a listing: the table's key and, of an index, its key too.
func (s *source) keyNames() []string {
	names := s.table.key.names()
	if s.index != nil {
		names = append(names, s.index.key.names()...)
	}
	return names
}

// matching gives the bounds of the query's key condition.
func (s *source) matching(cond *expr.KeyCondition, l *listing) (bounds, error) {
	key := s.key()
	if err := s.checkTerms(cond.Terms); err != nil {
		return bounds{}, err
	}
	hash, terms, err := cond.Match(key.hash, key.rng)
	if err != nil {
		return bounds{}, valueError(err)
	}
	if err := checkTermSizes(terms); err != nil {
		return bounds{}, err
	}
	if l.filter != nil {
		if err := s.checkFilter(l); err != nil {
			return bounds{}, err
		}
	}
	return bounds{
		keyRange: rangeOf(hash, terms),
		whole:    prefixRange(appendPartition(nil, hash)),
		outside:  "The provided starting key is outside query boundaries based on provided conditions",
	}, nil
}

// checkTerms refuses empty values for key attributes, before it is known whether the condition fits the key.
func (s *source) checkTerms(terms []expr.KeyTerm) error {
	for _, t := range terms {
		if !s.key().has(t.Name) {
			continue
		}
		if err := s.notEmpty(t.Name, t.Value); err != nil {
			return err
		}
		if err := s.notEmpty(t.Name, t.High); err != nil {
			return err
		}
	}
	return nil
}

func checkTermSizes(terms []expr.KeyTerm) error {
	size := 0
	for _, t := range terms {
		size += max(t.Value.Size(), t.High.Size())
	}
	if size > maxSortSize {
		return errSortSize
	}
	return nil
}

// notEmpty refuses an empty value for a key attribute of what the listing reads.
func (s *source) notEmpty(name string, v value.Value) error {
	switch kind := emptyKind(v); {
	case kind == "":
		return nil
	case s.index != nil:
		return errEmptyIndexKey(s.index, name, kind)
	}
	return notEmptyKey(name, v)
}

// checkFilter checks that a query's filter names no key attribute, and only what the index holds.
func (s *source) checkFilter(l *listing) error {
	names := l.filter.TopNames()
	for _, name := range names {
		if s.key().has(name) {
			return invalidf("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", name)
		}
	}
	if missing := s.index.missing(names); len(missing) > 0 {
		return invalidf(invalidParameter+"Secondary index %s does not project one or more filter attributes: [%s]",
			s.index.name, strings.Join(missing, ", "))
	}
	return nil
}

// after narrows the bounds to what follows the ExclusiveStartKey.
func (s *source) after(l *listing, b bounds) (keyRange, error) {
	r := b.keyRange
	if !l.hasStart {
		return r, nil
	}
	at, err := s.startKey(l)
	switch {
	case err != nil:
		return r, err
	case !b.whole.has(at):
		return r, invalid(b.outside)
	case !r.has(at):
		return r, invalid("The provided starting key does not match the range key predicate")
	}
	if l.backward {
		r.hi = at
	} else {
		r.lo = at + "\x00"
	}
	return r, nil
}

// startKey checks an ExclusiveStartKey and gives its place in the tree.
func (s *source) startKey(l *listing) (string, error) {
	key := l.startKey
	want := map[string]value.Kind{}
	for _, name := range s.table.key.names() {
		want[name] = s.table.key.kind(name)
	}
	if s.index != nil {
		for _, name := range s.index.key.names() {
			want[name] = s.index.key.kind(name)
		}
	}
	if key.Len() != len(want) {
		return "", s.invalidStart(l)
	}
	for name, kind := range want {
		if key.Get(name).Kind() != kind {
			return "", s.invalidStart(l)
		}
		if err := s.notEmpty(name, key.Get(name)); err != nil {
			return "", invalid("The provided starting key is invalid: " + err.(*smithy.GenericAPIError).Message)
		}
	}
	return s.position(key), nil
}

// position gives the place in the tree of a key with all the attributes that continue a listing.
func (s *source) position(key value.Item) string {
	place, _ := s.table.key.appendKey(nil, key)
	if s.index == nil {
		return string(place)
	}
	at, _ := s.index.keyOf(key, string(place))
	return at
}

// invalidStart refuses a start key that is no key. Only scans of tables are told why.
func (s *source) invalidStart(l *listing) error {
	if l.isQuery || s.index != nil {
		return invalid("The provided starting key is invalid")
	}
	return invalid("The provided starting key is invalid: The provided key element does not match the schema")
}

// fetches reports whether the listing has to read the table for attributes that the local index does not hold.
func (s *source) fetches(l *listing) bool {
	return s.index != nil && s.index.local && s.index.keep != nil && l.needsMore(s.index)
}

// needsMore reports whether the listing returns or filters by attributes that the index lacks.
func (l *listing) needsMore(x *index) bool {
	return l.mode == types.SelectAllAttributes ||
		l.projection != nil && len(x.missing(l.projection.TopNames())) > 0 ||
		l.filter != nil && len(x.missing(l.filter.TopNames())) > 0
}

// missing gives those of the names that the index does not hold; the table itself holds all.
func (x *index) missing(names []string) []string {
	if x == nil {
		return nil
	}
	var missing []string
	for _, name := range names {
		if !x.projects(name) {
			missing = append(missing, name)
		}
	}
	return missing
}

// checkProjection refuses to return what a global index does not hold.
func (l *listing) checkProjection(s source) error {
	x := s.index
	if x == nil || x.local || x.keep == nil {
		return nil
	}
	if l.mode == types.SelectAllAttributes {
		return invalidf(invalidParameter+"Select type ALL_ATTRIBUTES is not supported for global secondary index %s "+
			"because its projection type is not ALL", x.name)
	}
	if l.projection == nil {
		return nil
	}
	if missing := x.missing(l.projection.TopNames()); len(missing) > 0 {
		return invalidf(invalidParameter+"Global secondary index %s does not project [%s]", x.name, strings.Join(missing, ", "))
	}
	return nil
}
