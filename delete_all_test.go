package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

func TestDeleteAll(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		f := newFaults()
		svc := serviceOn(t, newClient(t, f.install), dyn.Table{Name: "app"}, fixedClock())
		cards, memos := entityOf[Card](t, svc), entityOf[Memo](t, svc)
		ensure(t, svc)
		var list []Card
		for i := range 300 {
			list = append(list, Card{CardID: fmt.Sprint(i), UserID: fmt.Sprint("u", i%2), Likes: i % 10})
		}
		if _, err := cards.BatchPut(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		put(t, memos, memo(1))

		byUser := cards.Index("byUser").Query(dyn.Eq(&cardF.UserID, "u0"))
		var used types.ConsumedCapacity
		n, err := byUser.Filter(dyn.Lt(&cardF.Likes, 4)).PageSize(40).Capacity(&used).DeleteAll(t.Context())
		if n != 60 || err != nil || *used.CapacityUnits < 60 {
			t.Errorf("filtered: %d deleted: %v, %v units", n, err, *used.CapacityUnits)
		}
		if n, err = byUser.Limit(10).DeleteAll(t.Context()); n != 10 || err != nil {
			t.Errorf("limited: %d deleted: %v", n, err)
		}
		if n, err = byUser.DeleteAll(t.Context()); n != 80 || err != nil {
			t.Errorf("the rest: %d deleted: %v", n, err)
		}
		if n, err = byUser.DeleteAll(t.Context()); n != 0 || err != nil {
			t.Errorf("nothing: %d deleted: %v", n, err)
		}
		if n, err = cards.Scan().Segments(3).DeleteAll(t.Context()); n != 150 || err != nil {
			t.Errorf("scan: %d deleted: %v", n, err)
		}
		if ok, err := memos.Exists(t.Context(), memo(1)); !ok || err != nil {
			t.Errorf("the other entity's item: %v, %v", ok, err)
		}
	})
}

// TestDeleteAllResumes goes on where a context ended.
func TestDeleteAllResumes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &stub{Client: newLocal(t)}
		svc := serviceOn(t, client, dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		ensure(t, svc)
		if _, err := memos.BatchPut(t.Context(), memoList(0, 1000)); err != nil {
			t.Fatal(err)
		}
		client.write = func(ctx context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
			select {
			case <-time.After(time.Second):
				return client.Client.BatchWriteItem(context.WithoutCancel(ctx), in)
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		first, err := memos.Scan().DeleteAll(ctx)
		var be *dyn.BatchError
		if first != 2*8*25 || !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &be) || be.Done != first {
			t.Errorf("%d deleted: %v", first, err)
		}
		rest, err := memos.Scan().DeleteAll(t.Context())
		if first+rest != 1000 || err != nil {
			t.Errorf("%d and %d deleted: %v", first, rest, err)
		}
	})
}

// TestDeleteAllNewer stops at an item that this program must not judge.
func TestDeleteAllNewer(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	svc := serviceOn(t, client, dyn.Table{Name: "app"})
	memos := entityOf[Memo](t, svc)
	ensure(t, svc)
	put(t, entityOf[MemoNext](t, serviceOn(t, client, dyn.Table{Name: "app"})), MemoNext{ID: "n1"})
	var ve *dyn.VersionError
	if n, err := memos.Scan().DeleteAll(t.Context()); n != 0 || !errors.As(err, &ve) {
		t.Errorf("%d deleted: %v", n, err)
	}
	if n, err := memos.Query(dyn.Eq(&memoF.N, 1)).DeleteAll(t.Context()); n != 0 || err == nil {
		t.Errorf("a wrong query: %d deleted: %v", n, err)
	}
	if n, err := memos.Scan().DeleteAll(t.Context(), dyn.Concurrency(-1)); n != 0 || err == nil || err.Error() != "dyn: delete all memo: Concurrency takes a positive number, or 0 for the default" {
		t.Errorf("a wrong option: %d deleted: %v", n, err)
	}
}

// TestDeleteAllShards deletes what a query of several partitions finds.
func TestDeleteAllShards(t *testing.T) {
	t.Parallel()
	_, posts, all := shardedPosts(t)
	today := 0
	for _, p := range all {
		if p.Day == "d1" {
			today++
		}
	}
	n, err := posts.Index("feed").Query(dyn.Eq(&postF.Day, "d1")).DeleteAll(t.Context())
	if n != today || n == 0 || err != nil {
		t.Errorf("%d of %d deleted: %v", n, today, err)
	}
	left, err := posts.Scan().Count(t.Context())
	if left != len(all)-today || err != nil {
		t.Errorf("%d left of %d: %v", left, len(all), err)
	}
}
