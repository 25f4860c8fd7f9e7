package dyn_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/dyntable/dyn"
)

// TestTogether runs queries, which are values, on many goroutines at once.
func TestTogether(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	var s Wall
	if err := dyn.Bind(svc, &s); err != nil {
		t.Fatal(err)
	}
	ensure(t, svc)
	for n := range 6 {
		if _, err := s.Cards.Put(t.Context(), Card{CardID: fmt.Sprint("c", n), UserID: "u"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Reactions.Put(t.Context(), Reaction{CardID: fmt.Sprint("c", n), UserID: "u", At: day}); err != nil {
			t.Fatal(err)
		}
	}
	user := dyn.Eq(&cardF.UserID, "u")
	cards, all := s.ByUser.Query(user).PageSize(2), s.Activity.Query(user).PageSize(5)
	titles := dyn.Project[cardTitle](s.ByUser.Query(user))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			list, err := cards.Collect(t.Context())
			a, errA := all.Collect(t.Context())
			n, errN := all.Count(t.Context())
			p, errP := titles.Page(t.Context())
			if err != nil || errA != nil || errN != nil || errP != nil || len(list) != 6 || len(a.Cards)+len(a.Reactions) != 12 || n != 12 || len(p.Items) != 6 {
				t.Errorf("%d cards %v, %d and %d of a collection %v, counted %d %v, %d titles %v",
					len(list), err, len(a.Cards), len(a.Reactions), errA, n, errN, len(p.Items), errP)
			}
		})
	}
	wg.Wait()
}
