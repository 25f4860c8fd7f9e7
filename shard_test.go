package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// Post is spread over the shards of a day's feed, and over those of its table
// partition.
type Post struct {
	_ struct{} `dyn:"entity=post"`
	_ struct{} `dyn:"pk,template=BLOG#$<Blog>#$<shard=3>"`
	_ struct{} `dyn:"sk,template=POST#$<PostID>"`
	_ struct{} `dyn:"pk,index=gsi1,name=feed,template=FEED#$<Day>#$<shard=4>,collection=feed"`
	_ struct{} `dyn:"sk,index=gsi1,template=P#$<Rank:03>"`
	_ struct{} `dyn:"pk,index=gsi2,name=byScore,template=SCORES#$<Day>#$<shard=2>,project=keys"`
	_ struct{} `dyn:"sk,index=gsi2,field=Score"`

	Blog   string `dynamodbav:"blog"`
	PostID string `dynamodbav:"postId"`
	Day    string `dynamodbav:"day"`
	Rank   int    `dynamodbav:"rank"`
	Score  int    `dynamodbav:"score"`
}

var postF = dyn.Fields[Post]()

func shardedPosts(t *testing.T) (*dyn.Service, *dyn.Entity[Post], []Post) {
	t.Helper()
	svc := newService(t)
	posts := entityOf[Post](t, svc)
	ensure(t, svc)
	r := rand.New(rand.NewPCG(7, 8))
	var all []Post
	for i := range 60 {
		p := Post{Blog: fmt.Sprint("b", i%2), PostID: fmt.Sprintf("p%02d", i), Day: fmt.Sprint("d", r.IntN(2)), Rank: r.IntN(9), Score: r.IntN(5)}
		all = append(all, p)
	}
	put(t, posts, all...)
	return svc, posts, all
}

func postIDs(ps []Post) string {
	ids := make([]string, len(ps))
	for i, p := range ps {
		ids[i] = p.PostID
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func keep(ps []Post, ok func(Post) bool) []Post {
	return slices.DeleteFunc(slices.Clone(ps), func(p Post) bool { return !ok(p) })
}

func TestShardedQueries(t *testing.T) {
	t.Parallel()
	_, posts, all := shardedPosts(t)
	feed, score := posts.Index("feed"), posts.Index("byScore")
	for name, c := range map[string]struct {
		q    dyn.Query[Post]
		want func(Post) bool
	}{
		"table":          {posts.Query(dyn.Eq(&postF.Blog, "b1")), func(p Post) bool { return p.Blog == "b1" }},
		"table, one":     {posts.Query(dyn.Eq(&postF.Blog, "b1"), dyn.Eq(&postF.PostID, "p07")), func(p Post) bool { return p.PostID == "p07" }},
		"table, range":   {posts.Query(dyn.Eq(&postF.Blog, "b0"), dyn.Gt(&postF.PostID, "p20")), func(p Post) bool { return p.Blog == "b0" && p.PostID > "p20" }},
		"index":          {feed.Query(dyn.Eq(&postF.Day, "d1")), func(p Post) bool { return p.Day == "d1" }},
		"index, equal":   {feed.Query(dyn.Eq(&postF.Day, "d1"), dyn.Eq(&postF.Rank, 3)), func(p Post) bool { return p.Day == "d1" && p.Rank == 3 }},
		"index, between": {feed.Query(dyn.Eq(&postF.Day, "d1"), dyn.Between(&postF.Rank, 2, 5)), func(p Post) bool { return p.Day == "d1" && p.Rank >= 2 && p.Rank <= 5 }},
		"filter":         {feed.Query(dyn.Eq(&postF.Day, "d0")).Filter(dyn.Eq(&postF.Blog, "b0")), func(p Post) bool { return p.Day == "d0" && p.Blog == "b0" }},
		"raw":            {score.Query(dyn.Eq(&postF.Day, "d0")).Hydrate(), func(p Post) bool { return p.Day == "d0" }},
		"raw, range":     {score.Query(dyn.Eq(&postF.Day, "d0"), dyn.Lt(&postF.Score, 3)).Hydrate(), func(p Post) bool { return p.Day == "d0" && p.Score < 3 }},
	} {
		want := keep(all, c.want)
		for _, q := range []dyn.Query[Post]{c.q, c.q.Descending(), c.q.PageSize(2)} {
			got, err := q.Collect(t.Context())
			if err != nil || postIDs(got) != postIDs(want) {
				t.Errorf("%s: %v\n\t%s, want\n\t%s", name, err, postIDs(got), postIDs(want))
			}
			if n, err := q.Count(t.Context()); n != len(want) || err != nil {
				t.Errorf("%s: count %d %v", name, n, err)
			}
			for _, limit := range []int{1, 2, 3, 5, 7, 100} {
				if diff := cmp.Diff(got, turn(t, q.Limit(limit), limit)); diff != "" {
					t.Fatalf("%s: pages of %d (-whole +pages):\n%s", name, limit, diff)
				}
			}
		}
	}
}

// turn reads a query page by page.
func turn(t *testing.T, q dyn.Query[Post], limit int) []Post {
	t.Helper()
	out := []Post{}
	for range 200 {
		p, err := q.Page(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Items) > limit {
			t.Fatalf("%d items in a page of %d", len(p.Items), limit)
		}
		out = append(out, p.Items...)
		if p.Next == "" {
			return out
		}
		q = q.After(p.Next)
	}
	t.Fatal("the pages do not end")
	return nil
}

// TestShardedOrder merges the shards in the order of the sort key.
func TestShardedOrder(t *testing.T) {
	t.Parallel()
	_, posts, _ := shardedPosts(t)
	q := posts.Index("feed").Query(dyn.Eq(&postF.Day, "d1"))
	up, err := q.Collect(t.Context())
	if err != nil || !slices.IsSortedFunc(up, func(a, b Post) int { return a.Rank - b.Rank }) {
		t.Errorf("ascending: %v %v", up, err)
	}
	down, err := q.Descending().Collect(t.Context())
	if err != nil || !slices.IsSortedFunc(down, func(a, b Post) int { return b.Rank - a.Rank }) {
		t.Errorf("descending: %v %v", down, err)
	}
	first, err := q.First(t.Context())
	if err != nil || first != up[0] {
		t.Errorf("first: %v %v, want %v", first, err, up[0])
	}
}

// TestShardedItems works on single items, whose shard follows from their key.
func TestShardedItems(t *testing.T) {
	t.Parallel()
	_, posts, all := shardedPosts(t)
	for _, p := range all[:20] {
		got, err := posts.Get(t.Context(), Post{Blog: p.Blog, PostID: p.PostID})
		if err != nil || got != p {
			t.Fatalf("get: %+v %v, want %+v", got, err, p)
		}
	}
	p := all[0]
	moved, err := posts.Update(t.Context(), Post{Blog: p.Blog, PostID: p.PostID}, dyn.Set(&postF.Day, "d9"))
	if err != nil || moved.Day != "d9" {
		t.Fatal(moved, err)
	}
	list, err := posts.Index("feed").Query(dyn.Eq(&postF.Day, "d9")).Collect(t.Context())
	if err != nil || len(list) != 1 || list[0].PostID != p.PostID {
		t.Errorf("after the move: %v %v", list, err)
	}
	_, err = posts.Get(t.Context(), Post{Blog: "b0"})
	wantText(t, err, "dyn: get post: key field PostID is empty")
}

// TestShardedCursor refuses the cursors of other queries, and context errors.
func TestShardedCursor(t *testing.T) {
	t.Parallel()
	_, posts, _ := shardedPosts(t)
	q := posts.Index("feed").Query(dyn.Eq(&postF.Day, "d1")).Limit(3)
	p, err := q.Page(t.Context())
	if err != nil || p.Next == "" {
		t.Fatal(p, err)
	}
	for name, other := range map[string]dyn.Query[Post]{
		"direction":  q.Descending(),
		"conditions": posts.Index("feed").Query(dyn.Eq(&postF.Day, "d0")).Limit(3),
		"index":      posts.Query(dyn.Eq(&postF.Blog, "b0")),
	} {
		if _, err := other.After(p.Next).Page(t.Context()); !errors.Is(err, dyn.ErrCursor) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.Collect(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := posts.Index("feed").Query(dyn.Eq(&postF.Day, "d1")).PageSize(1).MaxPages(5).Collect(t.Context()); err == nil {
		t.Error("MaxPages let all pages pass")
	}
}

// TestShardTags refuses shards where they can't be.
func TestShardTags(t *testing.T) {
	t.Parallel()
	type bad struct {
		_ struct{} `dyn:"pk,template=A#$<ID>#$<shard=1>"`
		_ struct{} `dyn:"sk,template=B#$<shard=4>"`
		_ struct{} `dyn:"pk,index=gsi1,template=C#$<shard=2>#$<shard=2>"`

		ID string
	}
	_, err := dyn.NewEntity[bad](newService(t))
	for _, want := range []string{
		"shard=1: the number of shards is between 2 and 1000", "a shard is part of a partition key", "a key has one shard",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\n\tlacks %q", err, want)
		}
	}
}

// TestShardedHydrate limits the items that are there, of which an index that lags has more.
func TestShardedHydrate(t *testing.T) {
	t.Parallel()
	db := dynlocal.Start(t)
	svc := serviceOn(t, localClient(db), dyn.Table{Name: "app"})
	posts := entityOf[Post](t, svc)
	ensure(t, svc)
	all := make([]Post, 20)
	for i := range all {
		all[i] = Post{Blog: "b", PostID: fmt.Sprintf("p%02d", i), Day: "d", Score: i}
	}
	put(t, posts, all...)
	db.Fault(dynlocal.Lag(time.Hour))
	if err := posts.BatchDelete(t.Context(), all[2:6]); err != nil {
		t.Fatal(err)
	}
	got, err := posts.Index("byScore").Query(dyn.Eq(&postF.Day, "d")).Hydrate().Limit(5).Collect(t.Context())
	if diff := cmp.Diff(slices.Concat(all[:2], all[6:9]), got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
