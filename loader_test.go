package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn"
)

// counted is a client that records the keys of each BatchGetItem.
func counted(c dyn.Client) (*stub, func() []int) {
	s := &stub{Client: c}
	var mu sync.Mutex
	var sizes []int
	s.get = func(ctx context.Context, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
		mu.Lock()
		sizes = append(sizes, len(in.RequestItems["app"].Keys))
		mu.Unlock()
		return c.BatchGetItem(ctx, in)
	}
	return s, func() []int {
		mu.Lock()
		defer mu.Unlock()
		return slices.Sorted(slices.Values(sizes))
	}
}

func TestLoader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, sizes := counted(newLocal(t))
		svc := serviceOn(t, client, dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		ensure(t, svc)
		if _, err := memos.BatchPut(t.Context(), memoList(0, 200)); err != nil {
			t.Fatal(err)
		}
		var used types.ConsumedCapacity
		loader := memos.Loader(t.Context(), dyn.Consistent(), dyn.Capacity(&used))
		started := time.Now()
		var wg sync.WaitGroup
		for i := range 3 * 210 {
			wg.Go(func() {
				m, err := loader.Get(t.Context(), Memo{ID: fmt.Sprint("n", i%210)})
				if i%210 >= 200 {
					if !errors.Is(err, dyn.ErrNotFound) || err.Error() != "dyn: get memo: not found" {
						t.Errorf("get of %d: %v", i, err)
					}
				} else if m != memo(i%210) || err != nil {
					t.Errorf("get of %d: %v, %v", i, m, err)
				}
			})
		}
		wg.Wait()
		if got := sizes(); !slices.Equal(got, []int{10, 100, 100}) {
			t.Errorf("requests of %v keys", got)
		}
		if d := time.Since(started); d != time.Millisecond {
			t.Errorf("it took %v", d)
		}
		if used.CapacityUnits == nil || *used.CapacityUnits < 200 {
			t.Errorf("capacity %v", used.CapacityUnits)
		}
		if m, err := loader.Get(t.Context(), Memo{ID: "n7"}); m != memo(7) || err != nil || len(sizes()) != 3 {
			t.Errorf("again: %v, %v, requests of %v keys", m, err, sizes())
		}
	})
}

// TestLoaderFailure tells all who wait, and forgets the failure.
func TestLoaderFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		denied := &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"}
		calls := 0
		svc := serviceOn(t, &stub{get: func(_ context.Context, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
			if calls++; calls == 1 {
				return nil, denied
			}
			return &dynamodb.BatchGetItemOutput{}, nil
		}}, dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		loader := memos.Loader(t.Context())
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if _, err := loader.Get(t.Context(), memo(1)); !errors.Is(err, denied) || !strings.HasPrefix(err.Error(), "dyn: get memo: ") {
					t.Errorf("error %v", err)
				}
			})
		}
		wg.Wait()
		if _, err := loader.Get(t.Context(), memo(1)); !errors.Is(err, dyn.ErrNotFound) || calls != 2 {
			t.Errorf("%d calls, error %v", calls, err)
		}
		if _, err := loader.Get(t.Context(), Memo{}); err == nil || err.Error() != "dyn: get memo: key field ID is empty" {
			t.Errorf("error %v", err)
		}
	})
}

// TestLoaderContexts ends one caller's wait, then all requests.
func TestLoaderContexts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		svc := serviceOn(t, &stub{get: func(ctx context.Context, _ *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}, dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		all, end := context.WithTimeout(t.Context(), time.Minute)
		defer end()
		loader := memos.Loader(all)
		mine, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		started := time.Now()
		if _, err := loader.Get(mine, memo(1)); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != time.Second {
			t.Errorf("after %v: %v", time.Since(started), err)
		}
		if _, err := loader.Get(t.Context(), memo(1)); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != time.Minute {
			t.Errorf("after %v: %v", time.Since(started), err)
		}
	})
}

// TestLoaderOwnItems gives each caller an item of its own.
func TestLoaderOwnItems(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	cards := entityOf[Card](t, svc)
	ensure(t, svc)
	put(t, cards, Card{CardID: "1", UserID: "u", Items: []Item{{Name: "a"}}, Scores: map[string]int{"x": 1}})
	loader := cards.Loader(t.Context())
	a, err := loader.Get(t.Context(), Card{CardID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	a.Items[0].Name, a.Scores["x"] = "changed", 9
	if b, err := loader.Get(t.Context(), Card{CardID: "1"}); err != nil || b.Items[0].Name != "a" || b.Scores["x"] != 1 {
		t.Errorf("%v, %v: %v", b.Items, b.Scores, err)
	}
}
