package dyn_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

func TestPutGet(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	cards := entityOf[Card](t, svc)
	ensure(t, svc)
	put, err := cards.Put(t.Context(), Card{CardID: "42", UserID: "u1", Tags: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	want := Card{CardID: "42", UserID: "u1", Status: Draft, Tags: []string{"a"}, CreatedAt: day, UpdatedAt: day}
	if diff := cmp.Diff(want, put); diff != "" {
		t.Errorf("put (-want +got):\n%s", diff)
	}
	got, err := cards.Get(t.Context(), Card{CardID: "42"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("get (-want +got):\n%s", diff)
	}
	if _, err := cards.Get(t.Context(), Card{CardID: "43"}); !errors.Is(err, dyn.ErrNotFound) {
		t.Errorf("get of a missing item: %v", err)
	}
}
