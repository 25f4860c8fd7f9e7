package dyn_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/internal/randtest"
)

// play has indexes in which many items have one key.
type play struct {
	_ struct{} `dyn:"entity=play"`
	_ struct{} `dyn:"pk,index=gsi1,name=byPlayer,template=PLAYER#$<Player>"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Score:03>"`
	_ struct{} `dyn:"pk,index=gsi2,name=keys,template=PLAYER#$<Player>,project=keys"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<Tag>#$<Score:03>"`
	_ struct{} `dyn:"sk,index=raw,field=Score"`
	_ struct{} `dyn:"sk,index=lsi1,local,name=byScore,field=Score"`
	_ struct{} `dyn:"pk,index=multi,field=Player,part=1"`
	_ struct{} `dyn:"pk,index=multi,field=Tag,part=2"`
	_ struct{} `dyn:"sk,index=multi,field=Score,part=1"`
	_ struct{} `dyn:"sk,index=multi,field=Seq,part=2"`

	PK     string `dynamodbav:"pk"     dyn:"pk,template=GAME#$<Game>"`
	SK     string `dynamodbav:"sk"     dyn:"sk,template=PLAY#$<Seq:04>"`
	Game   string `dynamodbav:"game"`
	Seq    int    `dynamodbav:"seq"`
	Player string `dynamodbav:"player" dyn:"pk,index=raw"`
	Score  int    `dynamodbav:"score"`
	Tag    string `dynamodbav:"tag"`
	Even   bool   `dynamodbav:"even"`
}

// playKey is what every index holds of a play.
type playKey struct {
	PK string `dynamodbav:"pk"`
	SK string `dynamodbav:"sk"`
}

// playNote shares the partitions of plays.
type playNote struct {
	_ struct{} `dyn:"entity=playNote"`
	_ struct{} `dyn:"pk,template=GAME#$<Game>"`
	_ struct{} `dyn:"sk,template=PLAX#$<ID>"`
	_ struct{} `dyn:"pk,index=gsi1,template=PLAYER#$<Player>"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<ID>"`
	_ struct{} `dyn:"pk,index=gsi2,template=PLAYER#$<Player>,project=keys"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<ID>"`

	Game   string `dynamodbav:"game"`
	ID     string `dynamodbav:"id"`
	Player string `dynamodbav:"player"`
}

var playF = dyn.Fields[play]()

// putPlays stores n plays in two games of two players, and notes between them.
func putPlays(t *testing.T, r *rand.Rand, plays *dyn.Entity[play], notes *dyn.Entity[playNote], n int) {
	t.Helper()
	for i := range n {
		p := play{Game: pick(r, "go", "chess"), Seq: i, Player: pick(r, "ann", "bob"), Score: r.IntN(3), Tag: pick(r, "x", "y"), Even: i%2 == 0}
		if _, err := plays.Put(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if i%3 > 0 {
			continue
		}
		note := playNote{Game: p.Game, ID: fmt.Sprintf("00%d#%04d", r.IntN(3), i), Player: p.Player}
		if _, err := notes.Put(t.Context(), note); err != nil {
			t.Fatal(err)
		}
	}
}

// pager is a query of any type, as the tests need it.
type pager struct {
	what    string
	collect func() ([]string, error)
	count   func() (int, error)
	first   func() (string, error) // "" for none
	all     func(limit int) ([]string, error)
	pages   func(limit, size int) ([]string, error)
	page    func(limit, size int, after dyn.Cursor) ([]string, dyn.Cursor, error)
}

// pagerOf makes a pager of a query that may run on one of several services in
// turn.
func pagerOf[T any](ctx context.Context, what string, id func(T) string, queries ...dyn.Query[T]) *pager {
	q, turn := queries[0], 0
	ids := func(items []T) []string {
		out := []string{}
		for _, item := range items {
			out = append(out, id(item))
		}
		return out
	}
	return &pager{
		what:    what,
		collect: func() ([]string, error) { items, err := q.Collect(ctx); return ids(items), err },
		count:   func() (int, error) { return q.Count(ctx) },
		first: func() (string, error) {
			item, err := q.First(ctx)
			if errors.Is(err, dyn.ErrNotFound) {
				return "", nil
			}
			return id(item), err
		},
		all: func(limit int) ([]string, error) {
			items, err := q.Limit(limit).Prefetch().Collect(ctx)
			return ids(items), err
		},
		pages: func(limit, size int) ([]string, error) {
			got := []string{}
			for p, err := range q.Limit(limit).PageSize(size).Pages(ctx) {
				if err != nil {
					return got, err
				}
				got = append(got, ids(p.Items)...)
			}
			return got, nil
		},
		page: func(limit, size int, after dyn.Cursor) ([]string, dyn.Cursor, error) {
			turn++
			p, err := queries[turn%len(queries)].Limit(limit).PageSize(size).After(after).Page(ctx)
			return ids(p.Items), p.Next, err
		},
	}
}

func scanPager(ctx context.Context, what string, scans ...dyn.Scan[play]) *pager {
	s, turn := scans[0], 0
	return &pager{
		what:    what,
		collect: func() ([]string, error) { items, err := s.Collect(ctx); return playIDs(items), err },
		count:   func() (int, error) { return s.Count(ctx) },
		all: func(limit int) ([]string, error) {
			items, err := s.Limit(limit).Collect(ctx)
			return playIDs(items), err
		},
		page: func(limit, size int, after dyn.Cursor) ([]string, dyn.Cursor, error) {
			turn++
			p, err := scans[turn%len(scans)].Limit(limit).PageSize(size).After(after).Page(ctx)
			return playIDs(p.Items), p.Next, err
		},
	}
}

func playID(p play) string   { return p.SK }
func keyID(p playKey) string { return p.SK }
func playIDs(ps []play) []string {
	ids := []string{}
	for _, p := range ps {
		ids = append(ids, p.SK)
	}
	return ids
}

// randomPager returns a query of some kind, on the first of the entities, whose
// pages are read by all of them in turn.
func randomPager(ctx context.Context, r *rand.Rand, es []*dyn.Entity[play]) *pager {
	f := playF
	player, game, tag := pick(r, "ann", "bob"), pick(r, "go", "chess"), pick(r, "x", "y")
	score, descending := r.IntN(3), chance(r, 50)
	filter := pick(r, nil, nil, []dyn.Cond{dyn.Eq(&f.Even, true)}, []dyn.Cond{dyn.Eq(&f.Seq, 7)})
	kind := pick(r, "table", "byPlayer", "byPlayer from", "keys", "hydrate", "raw", "byScore", "multi", "project", "scan", "scan byPlayer")
	what := fmt.Sprintf("%s %s %s %s %d, descending %v, filters %d", kind, player, game, tag, score, descending, len(filter))
	query := func(index string, conds ...dyn.Cond) []dyn.Query[play] {
		var out []dyn.Query[play]
		for _, e := range es {
			q := e.Index(index).Query(conds...)
			if index != "keys" && (index != "multi" || len(filter) == 0 || !slices.ContainsFunc(filter, onSeq)) {
				q = q.Filter(filter...)
			}
			if descending {
				q = q.Descending()
			}
			out = append(out, q)
		}
		return out
	}
	each := func(qs []dyn.Query[play], change func(dyn.Query[play]) dyn.Query[play]) []dyn.Query[play] {
		for i := range qs {
			qs[i] = change(qs[i])
		}
		return qs
	}
	keys := func(qs []dyn.Query[play]) *pager {
		var out []dyn.Query[playKey]
		for _, q := range qs {
			out = append(out, dyn.Project[playKey](q))
		}
		return pagerOf(ctx, what, keyID, out...)
	}
	byPlayer := dyn.Eq(&f.Player, player)
	switch kind {
	case "table":
		return pagerOf(ctx, what, playID, query("primary", dyn.Eq(&f.Game, game))...)
	case "byPlayer":
		return pagerOf(ctx, what, playID, query("byPlayer", byPlayer)...)
	case "byPlayer from":
		return pagerOf(ctx, what, playID, query("byPlayer", byPlayer, dyn.Ge(&f.Score, score))...)
	case "keys":
		return keys(query("keys", byPlayer, dyn.Le(&f.Tag, tag)))
	case "hydrate":
		return pagerOf(ctx, what, playID, each(query("keys", byPlayer, dyn.Eq(&f.Tag, tag)), dyn.Query[play].Hydrate)...)
	case "raw":
		return pagerOf(ctx, what, playID, query("raw", byPlayer, dyn.Le(&f.Score, score))...)
	case "byScore":
		return pagerOf(ctx, what, playID, query("byScore", dyn.Eq(&f.Game, game))...)
	case "multi":
		return pagerOf(ctx, what, playID, query("multi", byPlayer, dyn.Eq(&f.Tag, tag))...)
	case "project":
		return keys(query("byPlayer", byPlayer))
	}
	var scans []dyn.Scan[play]
	for _, e := range es {
		s := e.Scan()
		if kind == "scan byPlayer" {
			s = e.Index("byPlayer").Scan()
		}
		scans = append(scans, s.Filter(filter...))
	}
	return scanPager(ctx, what, scans...)
}

// onSeq reports whether a condition is about a key of index multi, which a
// filter can't test.
func onSeq(c dyn.Cond) bool { return fmt.Sprint(c) != fmt.Sprint(dyn.Eq(&playF.Even, true)) }

// check reads p in pages of one size and compares them with the whole.
func (p *pager) check(t *testing.T, r *rand.Rand) (requests int) {
	t.Helper()
	whole, err := p.collect()
	if err != nil {
		t.Fatalf("%s: %v", p.what, err)
	}
	if n, err := p.count(); err != nil || n != len(whole) {
		t.Fatalf("%s: count %d, %v, want %d", p.what, n, err, len(whole))
	}
	limit, size := pick(r, 0, 1, 2, 3, len(whole), len(whole)+1), pick(r, 0, 0, 1, 2, 3, 5)
	same := func(how string, want, got []string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s, %s: %v", p.what, how, err)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("%s, %s, limit %d, page size %d (-whole +pages):\n%s", p.what, how, limit, size, diff)
		}
	}
	got, next := []string{}, dyn.Cursor("")
	for {
		items, at, err := p.page(limit, size, next)
		if err != nil {
			t.Fatalf("%s, page %d: %v", p.what, requests, err)
		}
		requests++
		if limit > 0 && (len(items) > limit || len(items) < limit && at != "") {
			t.Fatalf("%s, page %d: %d items, limit %d, next %q", p.what, requests, len(items), limit, at)
		}
		got = append(got, items...)
		if next = at; next == "" {
			break
		}
	}
	same("pages", whole, got, nil)
	upTo := whole
	if limit > 0 && limit < len(whole) {
		upTo = whole[:limit]
	}
	got, err = p.all(limit)
	same("all", upTo, got, err)
	if p.pages != nil {
		got, err = p.pages(limit, size)
		same("range over pages", upTo, got, err)
	}
	if p.first != nil {
		first, err := p.first()
		same("first", append(whole, "")[:1], []string{first}, err)
	}
	return requests
}

// TestPagesAreTheWhole reads random queries in pages of every size, in both
// directions, and compares them with the whole, with plain cursors, sealed
// ones, and while their key is being changed.
func TestPagesAreTheWhole(t *testing.T) {
	t.Parallel()
	r, c := randtest.New(t), newClient(t)
	k1, k2 := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	plain := serviceOn(t, c, dyn.Table{Name: "app"})
	plays, notes := entityOf[play](t, plain), entityOf[playNote](t, plain)
	ensure(t, plain)
	putPlays(t, r, plays, notes, 24)
	sealed := entityOf[play](t, serviceOn(t, c, dyn.Table{Name: "app"}, dyn.WithCursorKeys(k1)))
	both := entityOf[play](t, serviceOn(t, c, dyn.Table{Name: "app"}, dyn.WithCursorKeys(k1, k2)))
	changed := entityOf[play](t, serviceOn(t, c, dyn.Table{Name: "app"}, dyn.WithCursorKeys(k2, k1)))
	requests, n := 0, cases(10_000)
	for range n {
		es := pick(r, []*dyn.Entity[play]{plays}, []*dyn.Entity[play]{sealed}, []*dyn.Entity[play]{both, changed})
		requests += randomPager(t.Context(), r, es).check(t, r)
	}
	if requests < 2*n {
		t.Errorf("%d traversals had only %d pages", n, requests)
	}
}

// counter counts what queries and scans read.
type counter struct {
	*dynamodb.Client
	mu                sync.Mutex
	requests, scanned int
}

func (c *counter) add(scanned int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	c.scanned += int(scanned)
}

// taken returns the numbers of requests and items read since the last call.
func (c *counter) taken() (requests, scanned int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	requests, scanned = c.requests, c.scanned
	c.requests, c.scanned = 0, 0
	return requests, scanned
}

func (c *counter) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := c.Client.Query(ctx, in, opts...)
	if err == nil {
		c.add(out.ScannedCount)
	}
	return out, err
}

func (c *counter) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	out, err := c.Client.Scan(ctx, in, opts...)
	if err == nil {
		c.add(out.ScannedCount)
	}
	return out, err
}

// newCounter returns a table of 500 plays in one game and 100 in one each.
func newCounter(t *testing.T, opts ...dyn.ServiceOption) (*counter, *dyn.Entity[play]) {
	t.Helper()
	c := &counter{Client: newClient(t)}
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, opts...)
	e := entityOf[play](t, svc)
	ensure(t, svc)
	for i := range 600 {
		p := play{Game: "go", Seq: i, Player: "ann", Score: i % 10, Tag: "x"}
		if i >= 500 {
			p.Game = fmt.Sprint("game", i)
		}
		if _, err := e.Put(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	return c, e
}

// TestReadsNoMoreThanNeeded counts what limits, filters and early exits cost.
func TestReadsNoMoreThanNeeded(t *testing.T) {
	t.Parallel()
	c, e := newCounter(t)
	ctx, f := t.Context(), playF
	q := e.Query(dyn.Eq(&f.Game, "go"))
	tenth := q.Filter(dyn.Eq(&f.Score, 9)) // every tenth item
	stop := func(q dyn.Query[play], n int) func() error {
		return func() error {
			for _, err := range q.All(ctx) {
				if n--; err != nil || n == 0 {
					return err
				}
			}
			return errors.New("it ended by itself")
		}
	}
	for _, x := range []struct {
		name              string
		run               func() error
		requests, scanned int // at most
	}{
		{"limit", func() error { _, err := q.Limit(7).Collect(ctx); return err }, 1, 7},
		{"page", func() error { _, err := q.Limit(7).Page(ctx); return err }, 1, 7},
		{"first", func() error { _, err := q.First(ctx); return err }, 1, 1},
		{"limit of a page size", func() error { _, err := q.Limit(7).PageSize(3).Collect(ctx); return err }, 3, 9},
		{"filtered limit", func() error { _, err := tenth.Limit(10).Collect(ctx); return err }, 5, 200},
		{"filtered page", func() error { _, err := tenth.Limit(10).Page(ctx); return err }, 5, 200},
		{"filtered first", func() error { _, err := tenth.First(ctx); return err }, 5, 20},
		{"count with limit", func() error { _, err := q.Limit(5).Count(ctx); return err }, 1, 5},
		{"break", stop(q.PageSize(10), 15), 2, 20},
		{"break while prefetching", stop(q.PageSize(10).Prefetch(), 15), 4, 40},
		{"max pages", func() error { _, err := q.PageSize(10).MaxPages(3).Page(ctx); return err }, 1, 10},
		{"max pages of a limit", func() error { _, err := tenth.PageSize(10).Limit(9).MaxPages(3).Page(ctx); return err }, 3, 30},
		{"crossed range", func() error {
			_, err := e.Query(dyn.Eq(&f.Game, "go"), dyn.Between(&f.Seq, 2, 1)).Collect(ctx)
			return err
		}, 0, 0},
		{"crossed range, counted", func() error {
			_, err := e.Query(dyn.Eq(&f.Game, "go"), dyn.Between(&f.Seq, 2, 1)).Count(ctx)
			return err
		}, 0, 0},
		{"crossed range, page", func() error {
			_, err := e.Query(dyn.Eq(&f.Game, "go"), dyn.Between(&f.Seq, 2, 1)).Page(ctx)
			return err
		}, 0, 0},
		{"scan limit", func() error { _, err := e.Scan().Limit(7).Collect(ctx); return err }, 1, 7},
		{"segments with limit", func() error { _, err := e.Scan().Segments(1000).Limit(1).PageSize(1).Collect(ctx); return err }, 400, 400},
		{"break out of segments", func() error {
			for _, err := range e.Scan().Segments(1000).PageSize(1).All(ctx) {
				return err
			}
			return errors.New("it ended by itself")
		}, 400, 400},
	} {
		c.taken()
		err := x.run()
		requests, scanned := c.taken()
		if err != nil || requests > x.requests || scanned > x.scanned {
			t.Errorf("%s: %d requests read %d items, %v, want %d and %d at most", x.name, requests, scanned, err, x.requests, x.scanned)
		}
	}
}

// TestMaxPages ends with an error where the end is not reached.
func TestMaxPages(t *testing.T) {
	t.Parallel()
	_, e := newCounter(t)
	ctx := t.Context()
	q := e.Query(dyn.Eq(&playF.Game, "go")).PageSize(100)
	const want = "dyn: query play: MaxPages is reached before the end; raise it, or use Page and its cursor"
	items, err := q.MaxPages(4).Collect(ctx)
	if len(items) != 400 || err == nil || err.Error() != want {
		t.Errorf("collect: %d items, %v", len(items), err)
	}
	if _, err := q.MaxPages(4).Count(ctx); err == nil || err.Error() != want {
		t.Errorf("count: %v", err)
	}
	n, pages := 0, 0
	for p, perr := range q.MaxPages(4).Pages(ctx) {
		if err = perr; err == nil {
			pages++
		}
		n += len(p.Items)
	}
	if n != 400 || pages != 4 || err == nil || err.Error() != want {
		t.Errorf("pages: %d items in %d pages, %v", n, pages, err)
	}
	if items, err := q.MaxPages(6).Collect(ctx); len(items) != 500 || err != nil {
		t.Errorf("collect within the limit: %d items, %v", len(items), err)
	}
	_, err = e.Scan().Segments(4).PageSize(10).MaxPages(5).Collect(ctx)
	if want := "dyn: scan play: MaxPages is reached before the end; raise it, or use Page and its cursor"; err == nil || err.Error() != want {
		t.Errorf("segments: %v", err)
	}
}

// TestSegmentsAreTheScan unites the segments of parallel scans.
func TestSegmentsAreTheScan(t *testing.T) {
	t.Parallel()
	r, svc := randtest.New(t), newService(t)
	e, notes := entityOf[play](t, svc), entityOf[playNote](t, svc)
	ensure(t, svc)
	putPlays(t, r, e, notes, 100)
	want, err := e.Scan().Collect(t.Context())
	if err != nil || len(want) != 100 {
		t.Fatalf("%d items, %v", len(want), err)
	}
	for _, n := range []int{2, 3, 7, 100} {
		s := e.Scan().Segments(n).PageSize(5)
		got, err := s.Collect(t.Context())
		ids, wantIDs := playIDs(got), playIDs(want)
		slices.Sort(ids)
		slices.Sort(wantIDs)
		if diff := gocmp.Diff(wantIDs, ids); diff != "" || err != nil {
			t.Errorf("%d segments: %v (-scan +segments):\n%s", n, err, diff)
		}
		if got, err := s.Count(t.Context()); got != 100 || err != nil {
			t.Errorf("%d segments: count %d, %v", n, got, err)
		}
		if got, err := s.Limit(11).Collect(t.Context()); len(got) != 11 || err != nil {
			t.Errorf("%d segments: limit 11 gives %d items, %v", n, len(got), err)
		}
		seen := 0
		for _, err := range s.All(t.Context()) {
			if seen++; err != nil || seen == 13 {
				break
			}
		}
		if seen != 13 {
			t.Errorf("%d segments: broke out after %d items", n, seen)
		}
		if _, err := s.Page(t.Context()); err == nil {
			t.Errorf("%d segments have a page", n)
		}
	}
}

// TestNoneUnderWay ends reads early that have several requests at a time: when they return, none is under way.
func TestNoneUnderWay(t *testing.T) {
	t.Parallel()
	var sent, underWay atomic.Int64
	_, e := newCounter(t, dyn.WithMiddleware(func(ctx context.Context, op *dyn.OpInfo, next func(context.Context) error) error {
		if underWay.Add(1); op.API == "Scan" && sent.Add(1) > 1 || op.Name == "query play" && sent.Add(1) > 1 {
			<-ctx.Done()
			time.Sleep(10 * time.Millisecond) // as one whose answer has come already
		}
		defer underWay.Add(-1)
		return next(ctx)
	}))
	s, q := e.Scan().Segments(4).PageSize(1), e.Query(dyn.Eq(&playF.Game, "go")).PageSize(10).Prefetch()
	for name, run := range map[string]func() error{
		"limit": func() error { _, err := s.Limit(1).Collect(t.Context()); return err },
		"break": func() error { _, err := first(s.All(t.Context())); return err },
		"ahead": func() error { _, err := first(q.All(t.Context())); return err },
	} {
		sent.Store(0)
		if err := run(); err != nil || underWay.Load() > 0 {
			t.Errorf("%s: %d requests are under way, %v", name, underWay.Load(), err)
		}
	}
}

func first[T any](items iter.Seq2[T, error]) (T, error) {
	for item, err := range items {
		return item, err
	}
	return *new(T), nil
}

// TestCancelled runs everything that reads with a context that is over.
func TestCancelled(t *testing.T) {
	t.Parallel()
	_, e := newCounter(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	q, key := e.Query(dyn.Eq(&playF.Game, "go")).PageSize(10), play{Game: "go", Seq: 1}
	keys := dyn.Project[playKey](e.Index("keys").Query(dyn.Eq(&playF.Player, "ann")))
	n := 0
	for _, err := range q.All(ctx) { // over in the middle of a page
		if n++; n == 15 {
			cancel()
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("all: %v", err)
		}
	}
	if n > 21 { // the page that had been read, and the error
		t.Errorf("%d items after the context was cancelled", n-15)
	}
	for name, run := range map[string]func() error{
		"get":      func() error { _, err := e.Get(ctx, key); return err },
		"exists":   func() error { _, err := e.Exists(ctx, key); return err },
		"put":      func() error { _, err := e.Put(ctx, key); return err },
		"create":   func() error { _, err := e.Create(ctx, key); return err },
		"update":   func() error { _, err := e.Update(ctx, key, dyn.Set(&playF.Even, true)); return err },
		"upsert":   func() error { _, err := e.Upsert(ctx, key); return err },
		"modify":   func() error { _, err := e.Modify(ctx, key, func(*play) error { return nil }); return err },
		"delete":   func() error { return e.Delete(ctx, key) },
		"remove":   func() error { return e.Remove(ctx, key) },
		"once":     func() error { _, err := e.Put(ctx, key, dyn.Idempotent()); return err },
		"collect":  func() error { _, err := q.Collect(ctx); return err },
		"page":     func() error { _, err := q.Page(ctx); return err },
		"first":    func() error { _, err := q.First(ctx); return err },
		"count":    func() error { _, err := q.Count(ctx); return err },
		"prefetch": func() error { _, err := q.Prefetch().Collect(ctx); return err },
		"project":  func() error { _, err := keys.Collect(ctx); return err },
		"hydrate": func() error {
			_, err := e.Index("keys").Query(dyn.Eq(&playF.Player, "ann")).Hydrate().Page(ctx)
			return err
		},
		"scan":     func() error { _, err := e.Scan().Collect(ctx); return err },
		"segments": func() error { _, err := e.Scan().Segments(8).Collect(ctx); return err },
	} {
		if err := run(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCancelledBetweenPages ends a context while pages that have been read wait for their turn: who does not get all of
// the items gets an error.
func TestCancelledBetweenPages(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		_, e := newCounter(t)
		for name, tt := range map[string]struct {
			items func(context.Context) iter.Seq2[play, error]
			all   int
		}{
			"scan play":  {e.Scan().Segments(4).All, 600},
			"query play": {e.Query(dyn.Eq(&playF.Game, "go")).PageSize(250).Prefetch().All, 500},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			n := 0
			var last error
			for _, err := range tt.items(ctx) {
				if last = err; err == nil {
					n++
				}
				if n == 1 {
					time.Sleep(time.Second) // in which all requests are answered
				}
				cancel()
			}
			if n < tt.all && (!errors.Is(last, context.Canceled) || !strings.HasPrefix(last.Error(), "dyn: "+name+": ")) {
				t.Errorf("%s: %d of %d items, %v", name, n, tt.all, last)
			}
		}
	})
}
