package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"
)

// TestBadMany gives each call on many items what it can't do. Each is an error that
// names the operation by position and entity, before anything is sent: the client
// has no methods, so a request would panic.
func TestBadMany(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, &stub{}, dyn.Table{Name: "app"})
	memos, cards := entityOf[Memo](t, svc), entityOf[Card](t, svc)
	other := entityOf[Memo](t, serviceOn(t, &stub{}, dyn.Table{Name: "app"}))
	var m *Memo
	var c *Card
	a, none, foreign := Memo{ID: "a"}, Memo{}, dyn.Put(other, Memo{ID: "b"})
	put, get := dyn.Put(memos, a), dyn.Fetch(memos, a, &m)
	failed := dyn.Update(cards, Card{CardID: "1"}, dyn.Set(&cardF.Status, "gone"))
	var ops []dyn.TransactItem
	var fetches []dyn.FetchItem
	for i := range 101 {
		ops, fetches = append(ops, dyn.Put(memos, memo(i))), append(fetches, dyn.Fetch(memos, memo(i), &m))
	}
	var noItems []dyn.BatchItem
	long := Memo{ID: "l", Text: strings.Repeat("x", 410_000)}
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"transact nothing", svc.Transact(t.Context()), "dyn: transact: there is no operation"},
		{"batch write nothing", svc.BatchWrite(t.Context(), noItems...), "dyn: batch write: there is no operation"},
		{"transact get nothing", svc.TransactGet(t.Context()), "dyn: transact get: there is nothing to fetch"},
		{"batch get nothing", svc.BatchGet(t.Context()), "dyn: batch get: there is nothing to fetch"},

		{"transact another service's", svc.Transact(t.Context(), put, foreign), "dyn: transact: ops[1]: put memo: the entity belongs to another service"},
		{"batch write another service's", svc.BatchWrite(t.Context(), put, foreign), "dyn: batch write: ops[1]: put memo: the entity belongs to another service"},
		{"transact get another service's", svc.TransactGet(t.Context(), get, dyn.Fetch(other, a, &m)), "dyn: transact get: fetches[1]: get memo: the entity belongs to another service"},
		{"batch get another service's", svc.BatchGet(t.Context(), get, dyn.Fetch(other, a, &m)), "dyn: batch get: fetches[1]: get memo: the entity belongs to another service"},

		{"transact too many", svc.Transact(t.Context(), ops...), "dyn: transact: 101 items; a transaction takes 100"},
		{"transact get too many", svc.TransactGet(t.Context(), fetches...), "dyn: transact get: 101 items; a transaction takes 100"},

		{"transact twice", svc.Transact(t.Context(), dyn.Put(cards, Card{CardID: "1", UserID: "u"}), put, dyn.Delete(memos, a)), "dyn: transact: ops[1]: put memo and ops[2]: delete memo are on the same item; a transaction takes one operation on each"},
		{"batch write twice", svc.BatchWrite(t.Context(), dyn.Put(cards, Card{CardID: "1", UserID: "u"}), put, dyn.Delete(memos, a)), "dyn: batch write: ops[1]: put memo and ops[2]: delete memo are on the same item; a batch takes each item once"},
		{"batch put twice", second(memos.BatchPut(t.Context(), []Memo{{ID: "b"}, a, a})), "dyn: batch put memo: items[1]: put memo and items[2]: put memo are on the same item; a batch takes each item once"},
		{"batch delete twice", memos.BatchDelete(t.Context(), []Memo{{ID: "b"}, a, a}), "dyn: batch delete memo: keys[1]: delete memo and keys[2]: delete memo are on the same item; a batch takes each item once"},

		{"transact failed", svc.Transact(t.Context(), put, failed), `dyn: transact: ops[1]: update card: Status is "gone"; it must be one of draft, published`},
		{"transact without a key", svc.Transact(t.Context(), put, dyn.Delete(memos, none)), "dyn: transact: ops[1]: delete memo: key field ID is empty"},
		{"transact oversize", svc.Transact(t.Context(), put, dyn.Put(memos, long)), "dyn: transact: ops[1]: put memo: the item has 410044 bytes, DynamoDB takes 409600"},
		{"batch write failed", svc.BatchWrite(t.Context(), put, dyn.Put(cards, Card{CardID: "1"})), "dyn: batch write: ops[1]: put card: UserID is required"},
		{"batch write without a key", svc.BatchWrite(t.Context(), put, dyn.Delete(memos, none)), "dyn: batch write: ops[1]: delete memo: key field ID is empty"},
		{"batch write oversize", svc.BatchWrite(t.Context(), put, dyn.Put(memos, long)), "dyn: batch write: ops[1]: put memo: the item has 410044 bytes, DynamoDB takes 409600"},
		{"batch put failed", second(cards.BatchPut(t.Context(), []Card{{CardID: "1", UserID: "u"}, {CardID: "2"}})), "dyn: batch put card: items[1]: put card: UserID is required"},
		{"batch delete without a key", memos.BatchDelete(t.Context(), []Memo{a, none}), "dyn: batch delete memo: keys[1]: delete memo: key field ID is empty"},
		{"batch get without a key", second(memos.BatchGet(t.Context(), []Memo{a, none})), "dyn: batch get memo: keys[1]: key field ID is empty"},
		{"view without a key", second(dyn.View[MemoText](memos).BatchGet(t.Context(), []Memo{a, none})), "dyn: batch get memo: keys[1]: key field ID is empty"},
		{"transact get without a key", svc.TransactGet(t.Context(), get, dyn.Fetch(cards, Card{}, &c)), "dyn: transact get: fetches[1]: get card: key field CardID is empty"},
		{"batch get of several without a key", svc.BatchGet(t.Context(), get, dyn.Fetch(cards, Card{}, &c)), "dyn: batch get: fetches[1]: get card: key field CardID is empty"},
		{"transact without operations", svc.Transact(t.Context(), put, dyn.Op{}), "dyn: transact: ops[1]: an Op is made by Put, Create, Update, Upsert, Delete, Remove or Check"},
		{"transact get without a place", svc.TransactGet(t.Context(), get, dyn.Fetch(cards, Card{CardID: "1"}, nil)), "dyn: transact get: fetches[1]: get card: Fetch has no place for the item"},
	}
	for _, tt := range tests {
		if tt.err == nil || tt.err.Error() != tt.want {
			t.Errorf("%s: error\n%v\nwant\n%s", tt.name, tt.err, tt.want)
		}
	}
}

// TestOthers_ThirtyPutsAreTwoRequests: DynamoDB takes 25 in a batch.
func TestOthers_ThirtyPutsAreTwoRequests(t *testing.T) {
	t.Parallel()
	rec := &recorder{Client: newClient(t)}
	svc := serviceOn(t, rec, dyn.Table{Name: "app"})
	memos := entityOf[Memo](t, svc)
	ensure(t, svc)
	if _, err := memos.BatchPut(t.Context(), memoList(0, 30)); err != nil {
		t.Fatal(err)
	}
	if sent := rec.taken(); len(sent) != 2 {
		t.Errorf("%d requests", len(sent))
	}
	if n, err := memos.Scan().Count(t.Context()); n != 30 || err != nil {
		t.Errorf("%d items: %v", n, err)
	}
}

// TestOthers_UnprocessedItemsAreNoSuccess: what a batch leaves is sent again, and is
// in the error when that must end.
func TestOthers_UnprocessedItemsAreNoSuccess(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	client := &stub{write: func(_ context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
		if calls++; calls == 3 {
			cancel()
		}
		return &dynamodb.BatchWriteItemOutput{UnprocessedItems: in.RequestItems}, nil
	}}
	memos := entityOf[Memo](t, serviceOn(t, client, dyn.Table{Name: "app"}))
	_, err := memos.BatchPut(ctx, memoList(0, 5))
	var be *dyn.BatchError
	if !errors.As(err, &be) || be.Done != 0 || len(be.Failed) != 5 || calls != 3 {
		t.Errorf("%d calls, error %v", calls, fmt.Sprint(err))
	}
}
