package main

import (
	"context"
	"fmt"
	"time"

	"github.com/dyntable/dyn"
)

// query finds the cards of a user by the index.
func (t *tour) query(ctx context.Context) error {
	since := t.now.Add(time.Hour)
	if err := t.more(ctx); err != nil {
		return err
	}
	t.heading("Queries")
	mine := dyn.Eq(&cardF.UserID, "u1")
	recent := t.store.ByUser.Query(mine, dyn.Ge(&cardF.CreatedAt, since))
	for c, err := range recent.Filter(dyn.Eq(&cardF.Status, Published)).Descending().All(ctx) {
		if err != nil {
			return err
		}
		t.card("published:", c)
	}
	n, err := recent.Count(ctx)
	if err != nil {
		return err
	}
	t.printf("  %-12s %d since %s", "count:", n, since.Format("15:04"))
	first, err := t.store.ByUser.Query(mine).First(ctx)
	if err != nil {
		return err
	}
	t.card("first:", first)
	plan, err := recent.Explain()
	if err != nil {
		return err
	}
	t.printf("  %-12s %s: %s", "explain:", plan.Index, plan.KeyCondition)
	wrong := t.store.ByUser.Query(mine, dyn.Ge(&cardF.Likes, 5))
	_, err = wrong.Collect(ctx)
	t.printf("  %-12s %v", "mistake:", err)
	return nil
}

// more makes cards, one an hour.
func (t *tour) more(ctx context.Context) error {
	for i := range 6 {
		t.now = t.now.Add(time.Hour)
		c := Card{CardID: fmt.Sprint("c", i+1), UserID: "u1", Likes: i}
		if i%2 == 0 {
			c.Status = Published
		}
		if _, err := t.store.Cards.Create(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// pages reads page after page, each from the cursor that the one before gave.
func (t *tour) pages(ctx context.Context) error {
	t.heading("Pages")
	q := t.store.ByUser.Query(dyn.Eq(&cardF.UserID, "u1")).Limit(3)
	var cursor dyn.Cursor
	for {
		page, err := q.After(cursor).Page(ctx)
		if err != nil {
			return err
		}
		var ids []string
		for _, c := range page.Items {
			ids = append(ids, c.CardID)
		}
		t.printf("  %-12s %v", "page:", ids)
		if page.Next == "" {
			return nil
		}
		cursor = page.Next
	}
}
