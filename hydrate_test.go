package dyn

import (
	"testing"

	"github.com/dyntable/dyn/dynlocal"
)

type note struct {
	_ struct{} `dyn:"entity=note"`
	_ struct{} `dyn:"pk,template=NOTE#$<ID>"`
	_ struct{} `dyn:"sk,template=NOTE"`
	_ struct{} `dyn:"pk,index=gsi1,name=byTopic,template=TOPIC#$<Topic>,project=keys"`
	_ struct{} `dyn:"sk,index=gsi1,template=NOTE#$<ID>"`

	ID    string         `dynamodbav:"id"`
	Topic string         `dynamodbav:"topic"`
	Votes map[string]int `dynamodbav:"votes"`
}

type noteVotes struct {
	Votes map[string]int `dynamodbav:"votes"`
}

// notes returns an entity with two items, and its service, in every tier.
func notes(t *testing.T, each func(*testing.T, *Service, *Entity[note])) {
	t.Helper()
	client := dynlocal.Start(t).HTTPClient()
	for tier, opts := range [][]ServiceOption{nil, nil, {WithDirect()}} {
		var c Client = client
		if tier == 0 {
			c = struct{ Client }{client}
		}
		s, err := NewService(c, Table{Name: "app"}, opts...)
		if err != nil {
			t.Fatal(err)
		}
		e, err := NewEntity[note](s)
		if err == nil {
			err = s.EnsureTable(t.Context())
		}
		for _, id := range []string{"1", "2"} {
			if _, perr := e.Put(t.Context(), note{ID: id, Topic: "t", Votes: map[string]int{"up": 1}}); perr != nil {
				err = perr
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		each(t, s, e)
	}
}

var noteF = Fields[note]()

// TestHydrateProjection reads items in full and decodes them into a projection.
func TestHydrateProjection(t *testing.T) {
	t.Parallel()
	notes(t, func(t *testing.T, _ *Service, e *Entity[note]) {
		q := Project[noteVotes](e.Index("byTopic").Query(Eq(&noteF.Topic, "t")).Hydrate())
		list, err := q.Collect(t.Context())
		if err != nil || len(list) != 2 || list[0].Votes["up"] != 1 || list[1].Votes["up"] != 1 {
			t.Errorf("%+v %v", list, err)
		}
		page, err := q.Limit(1).Page(t.Context())
		if err != nil || len(page.Items) != 1 || page.Items[0].Votes["up"] != 1 || page.Next == "" {
			t.Errorf("%+v %v", page, err)
		}
	})
}

// TestHydrateTwice reads an item that two pages of the index had, because it
// moved between them. Each is a value of its own.
func TestHydrateTwice(t *testing.T) {
	t.Parallel()
	notes(t, func(t *testing.T, _ *Service, e *Entity[note]) {
		q := e.Index("byTopic").Query(Eq(&noteF.Topic, "t")).Hydrate()
		run, err := q.q.start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f, err := run.fetch(t.Context())
		if err != nil || len(f.items) != 2 {
			t.Fatal(f, err)
		}
		raw, err := q.q.hydrated(t.Context(), []record{f.items[0], f.items[1], f.items[0]})
		if err != nil {
			t.Fatal(err)
		}
		list, err := decodeAll(t.Context(), q.q, []note{}, raw)
		if err != nil || len(list) != 3 || list[0].ID != "1" || list[1].ID != "2" || list[2].ID != "1" {
			t.Fatalf("%+v %v", list, err)
		}
		list[0].Votes["up"] = 9
		if list[2].Votes["up"] != 1 {
			t.Error("the two share a map")
		}
	})
}

// TestFetchByTwoHandles reads one item by handles that ask for different
// attributes: each finds it.
func TestFetchByTwoHandles(t *testing.T) {
	t.Parallel()
	notes(t, func(t *testing.T, s *Service, e *Entity[note]) {
		mine := e.Scope(Eq(&noteF.Topic, "t"))
		for name, get := range map[string]func(...FetchItem) error{
			"transact": func(fs ...FetchItem) error { return s.TransactGet(t.Context(), fs...) },
			"batch":    func(fs ...FetchItem) error { return s.BatchGet(t.Context(), fs...) },
		} {
			var a, b, c *note
			err := get(Fetch(e, note{ID: "1"}, &a), Fetch(mine, note{ID: "1"}, &b), Fetch(e.Scope(Eq(&noteF.Topic, "x")), note{ID: "1"}, &c))
			if err != nil || a == nil || b == nil || c != nil || b.Votes["up"] != 1 {
				t.Errorf("%s: %v %v %v %v", name, a, b, c, err)
			}
		}
	})
}
