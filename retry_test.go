package dyn_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// lossy returns an entity whose database loses the answer to the first request
// of an operation, after doing what it asks.
func lossy(t *testing.T, operation string) *dyn.Entity[Card] {
	t.Helper()
	db := dynlocal.Start(t)
	svc := serviceOn(t, localClient(db), dyn.Table{Name: "app"}, fixedClock())
	cards := entityOf[Card](t, svc)
	ensure(t, svc)
	put(t, cards, Card{CardID: "old", UserID: "u", Likes: 1})
	db.Fault(dynlocal.DropAnswer().On(operation).Times(1))
	return cards
}

// TestLostAnswerOfCreate meets the item that its own first attempt created.
func TestLostAnswerOfCreate(t *testing.T) {
	t.Parallel()
	cards := lossy(t, "PutItem")
	_, err := cards.Create(t.Context(), Card{CardID: "1", UserID: "u"})
	var ce *dyn.ConditionError
	if !errors.As(err, &ce) || !ce.Retried {
		t.Fatalf("a create whose answer was lost: %v", err)
	}
	if old, ok := ce.Old.(Card); !ok || old.CardID != "1" || ce.Item["cardId"] == nil {
		t.Errorf("the item found: %+v", ce.Old)
	}
	if !strings.Contains(err.Error(), "an earlier attempt of this call may have succeeded") {
		t.Errorf("the text does not say what may have happened: %v", err)
	}
	var ccf *types.ConditionalCheckFailedException
	if !errors.As(err, &ccf) {
		t.Errorf("the SDK's error is not in it: %v", err)
	}
	if _, err := cards.Create(t.Context(), Card{CardID: "1", UserID: "u"}); !errors.As(err, &ce) || ce.Retried {
		t.Errorf("a create that lost no answer: %v", err)
	}
}

// TestLostAnswerOfIdempotent does the same without doubt.
func TestLostAnswerOfIdempotent(t *testing.T) {
	t.Parallel()
	cards := lossy(t, "TransactWriteItems")
	got, err := cards.Create(t.Context(), Card{CardID: "1", UserID: "u"}, dyn.Idempotent())
	if err != nil || got.CardID != "1" {
		t.Errorf("create: %+v %v", got, err)
	}
	_, err = cards.Create(t.Context(), Card{CardID: "1", UserID: "u"}, dyn.Idempotent())
	var ce *dyn.ConditionError
	if !errors.As(err, &ce) || ce.Retried {
		t.Errorf("a create that really lost: %v", err)
	}

	cards = lossy(t, "TransactWriteItems")
	got, err = cards.Update(t.Context(), Card{CardID: "old"}, dyn.Add(&cardF.Likes, 5), dyn.Idempotent())
	if err != nil || got.Likes != 6 {
		t.Errorf("an Add is applied once: %d %v", got.Likes, err)
	}
}

// TestLostAnswerOfAdd shows the doubt that Idempotent takes away.
func TestLostAnswerOfAdd(t *testing.T) {
	t.Parallel()
	cards := lossy(t, "UpdateItem")
	got, err := cards.Update(t.Context(), Card{CardID: "old"}, dyn.Add(&cardF.Likes, 5))
	if err != nil || got.Likes != 11 {
		t.Errorf("without Idempotent the SDK's retry adds again: %d %v", got.Likes, err)
	}
}

// TestLostAnswerOfConditions marks updates and deletes whose own first attempt
// may be what made their condition false.
func TestLostAnswerOfConditions(t *testing.T) {
	t.Parallel()
	cards := lossy(t, "UpdateItem")
	_, err := cards.Update(t.Context(), Card{CardID: "old"}, dyn.Set(&cardF.Likes, 2), dyn.If(dyn.Eq(&cardF.Likes, 1)))
	var ce *dyn.ConditionError
	if !errors.As(err, &ce) || !ce.Retried {
		t.Errorf("update: %v", err)
	}

	cards = lossy(t, "UpdateItem")
	n := 0
	_, err = cards.Modify(t.Context(), Card{CardID: "old"}, func(c *Card) error { n++; c.Likes++; return nil })
	if !errors.As(err, &ce) || !ce.Retried || n != 1 {
		t.Errorf("modify: %v after %d calls", err, n)
	}
	got, err := cards.Get(t.Context(), Card{CardID: "old"})
	if err != nil || got.Likes != 2 {
		t.Errorf("modify applied %+v %v", got.Likes, err)
	}

	cards = lossy(t, "DeleteItem")
	if err := cards.Remove(t.Context(), Card{CardID: "old"}); !errors.Is(err, dyn.ErrNotFound) {
		t.Errorf("remove: %v", err)
	}
	cards = lossy(t, "DeleteItem")
	if err := cards.Delete(t.Context(), Card{CardID: "old"}); err != nil {
		t.Errorf("delete: %v", err)
	}
}

// TestThrottleIsNoDoubt: a throttled attempt has done nothing.
func TestThrottleIsNoDoubt(t *testing.T) {
	t.Parallel()
	db := dynlocal.Start(t)
	svc := serviceOn(t, localClient(db), dyn.Table{Name: "app"})
	cards := entityOf[Card](t, svc)
	ensure(t, svc)
	put(t, cards, Card{CardID: "1", UserID: "u"})
	db.Fault(dynlocal.Throttle().On("PutItem").Times(1))
	_, err := cards.Create(t.Context(), Card{CardID: "1", UserID: "u"})
	var ce *dyn.ConditionError
	if !errors.As(err, &ce) || ce.Retried {
		t.Errorf("after a throttle: %v", err)
	}
}
