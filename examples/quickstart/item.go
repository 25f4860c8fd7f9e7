package main

import (
	"context"
	"errors"
	"time"

	"github.com/dyntable/dyn"
)

// write puts, gets and creates.
func (t *tour) write(ctx context.Context) error {
	cards := t.store.Cards
	t.heading("One item")
	c, err := cards.Put(ctx, Card{CardID: "42", UserID: "u1", Tags: []string{"go", "aws"}})
	if err != nil {
		return err
	}
	t.card("put:", c) // with its default and timestamps
	c, err = cards.Get(ctx, Card{CardID: "42"})
	if err != nil {
		return err
	}
	t.card("get:", c)
	ok, err := cards.Exists(ctx, Card{CardID: "43"})
	if err != nil {
		return err
	}
	t.printf("  %-12s %v", "exists 43:", ok)
	_, err = cards.Get(ctx, Card{CardID: "43"})
	t.printf("  %-12s %v (%t)", "get 43:", err, errors.Is(err, dyn.ErrNotFound))

	_, err = cards.Create(ctx, Card{CardID: "42", UserID: "u2"})
	var conflict *dyn.ConditionError
	if !errors.As(err, &conflict) {
		return err
	}
	t.printf("  %-12s %v; it is %s's", "create 42:", err, conflict.Old.(Card).UserID)
	_, err = cards.Put(ctx, Card{CardID: "44", Status: "lost"})
	t.printf("  %-12s %v", "put 44:", err)
	return nil
}

// change updates on a condition, and modifies.
func (t *tour) change(ctx context.Context) error {
	cards, key := t.store.Cards, Card{CardID: "42"}
	t.heading("Changes")
	t.now = t.now.Add(time.Minute)
	publish := []dyn.Clause{
		dyn.Set(&cardF.Status, Published),
		dyn.Add(&cardF.Likes, 1),
		dyn.AddTo(&cardF.Tags, "dynamodb"),
		dyn.If(dyn.Eq(&cardF.Status, Draft)),
	}
	c, err := cards.Update(ctx, key, publish...)
	if err != nil {
		return err
	}
	t.card("update:", c)
	_, err = cards.Update(ctx, key, publish...)
	var refused *dyn.ConditionError
	if !errors.As(err, &refused) {
		return err
	}
	t.printf("  %-12s %v", "again:", err)
	_, err = cards.Update(ctx, Card{CardID: "43"}, dyn.Add(&cardF.Likes, 1))
	t.printf("  %-12s %v", "update 43:", err)

	c, err = cards.Modify(ctx, key, func(c *Card) error {
		c.Likes *= 10
		return nil
	})
	if err != nil {
		return err
	}
	t.card("modify:", c)
	return nil
}

// count creates or merges.
func (t *tour) count(ctx context.Context) error {
	t.heading("Counting")
	for range 3 {
		s, err := t.store.Stats.Upsert(ctx, Stats{UserID: "u1", Month: t.now.Format("2006-01")}, dyn.Add(&statsF.Total, 1))
		if err != nil {
			return err
		}
		t.printf("  %-12s %s has %d in %s", "upsert:", s.UserID, s.Total, s.Month)
	}
	return nil
}

// remove deletes.
func (t *tour) remove(ctx context.Context) error {
	cards, key := t.store.Cards, Card{CardID: "42"}
	t.heading("The end")
	if err := cards.Delete(ctx, key); err != nil {
		return err
	}
	t.printf("  %-12s done", "delete:")
	t.printf("  %-12s %v", "remove:", cards.Remove(ctx, key))
	return nil
}
