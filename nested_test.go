package dyn_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// TestMapsUnderConditions writes entries of maps that are not there, under conditions: the maps are made, but for those
// that the condition would not be true of any more, where nothing is written.
func TestMapsUnderConditions(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	svc := serviceOn(t, client, dyn.Table{Name: "app"}, fixedClock())
	cards := entityOf[Card](t, svc)
	ensure(t, svc)
	entry := func(name string) *int { return dyn.Entry(&cardF.Scores, name) }
	add := dyn.Add(entry("x"), 1)
	for name, tt := range map[string]struct {
		cond dyn.Cond
		made bool // by an update
		new  bool // by an upsert that makes the item, too
	}{
		"the entry":            {dyn.NotExists(entry("x")), true, true},
		"another entry":        {dyn.Or(dyn.NotExists(entry("y")), dyn.Exists(entry("y"))), true, true},
		"another attribute":    {dyn.NotExists(&cardF.Tags), true, true},
		"a map":                {dyn.NotExists(&cardF.Scores), false, false},
		"a map inside":         {dyn.Not(dyn.Or(dyn.Exists(&cardF.Tags), dyn.Exists(&cardF.Scores))), false, false},
		"a size":               {dyn.Not(dyn.Ge(dyn.Size(&cardF.Scores), 0)), false, false},
		"what the upsert sets": {dyn.Ne(&cardF.UserID, "v"), true, false},
	} {
		for verb, write := range map[string]struct {
			do   func(Card) (Card, error)
			made bool
		}{
			"update": {func(c Card) (Card, error) { return cards.Update(t.Context(), c, add, dyn.If(tt.cond)) }, tt.made},
			"upsert": {func(c Card) (Card, error) { return cards.Upsert(t.Context(), c, add, dyn.If(tt.cond)) }, tt.new},
		} {
			card := Card{CardID: "1", UserID: "u"}
			deleteItem(t, client, "CARD#1", "META")
			if verb == "update" {
				put(t, cards, card)
			}
			before := rawGet(t, client, "CARD#1", "META")
			got, err := write.do(card)
			if write.made {
				if err != nil || got.Scores["x"] != 1 {
					t.Errorf("%s: %s: %v, %v", verb, name, got.Scores, err)
				}
				continue
			}
			if err == nil || !strings.Contains(err.Error(), "set the map as a whole: ") {
				t.Errorf("%s: %s: error %v", verb, name, err)
			}
			if diff := cmp.Diff(show(before), show(rawGet(t, client, "CARD#1", "META"))); diff != "" {
				t.Errorf("%s: %s (-before +after):\n%s", verb, name, diff)
			}
		}
	}
}
