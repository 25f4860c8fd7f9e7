package dyn_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// Draught has a version, readonly and index key attributes.
type Draught struct {
	_ struct{} `dyn:"entity=draught"`
	_ struct{} `dyn:"pk,template=DRAUGHT#$<ID>"`
	_ struct{} `dyn:"sk,template=DRAUGHT"`
	_ struct{} `dyn:"pk,index=gsi1,name=byOwner,template=OWNER#$<Owner>"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Title>#$<Rank>"`

	ID      string   `dynamodbav:"id"`
	Owner   string   `dynamodbav:"owner"`
	Title   string   `dynamodbav:"title"`
	Rank    int      `dynamodbav:"rank"`
	Tags    []string `dynamodbav:"tags,stringset"`
	Origin  string   `dynamodbav:"origin" dyn:"readonly"`
	Version int      `dynamodbav:"version" dyn:"lock"`
}

var draughtF = dyn.Fields[Draught]()

// TestLock demands the version given, everywhere, and counts.
func TestLock(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	draughts := entityOf[Draught](t, svc)
	ensure(t, svc)
	draught := func(version int) Draught { return Draught{ID: "1", Version: version} }
	steps := []struct {
		name  string
		write func() (Draught, error)
		want  int // the version afterwards; 0 when it is refused
	}{
		{"update of nothing", func() (Draught, error) {
			return draughts.Update(t.Context(), draught(1), dyn.AddTo(&draughtF.Tags, "1"))
		}, 0},
		{"put of a version that is not there", func() (Draught, error) { return draughts.Put(t.Context(), draught(3)) }, 0},
		{"create ignores the version", func() (Draught, error) { return draughts.Create(t.Context(), draught(7)) }, 1},
		{"put without a version", func() (Draught, error) { return draughts.Put(t.Context(), draught(0)) }, 0},
		{"put", func() (Draught, error) { return draughts.Put(t.Context(), draught(1)) }, 2},
		{"put again", func() (Draught, error) { return draughts.Put(t.Context(), draught(1)) }, 0},
		{"update", func() (Draught, error) {
			return draughts.Update(t.Context(), draught(2), dyn.AddTo(&draughtF.Tags, "1"))
		}, 3},
		{"update of an old version", func() (Draught, error) {
			return draughts.Update(t.Context(), draught(2), dyn.AddTo(&draughtF.Tags, "2"))
		}, 0},
		{"update of any version", func() (Draught, error) {
			return draughts.Update(t.Context(), draught(0), dyn.AddTo(&draughtF.Tags, "3"))
		}, 4},
		{"upsert", func() (Draught, error) { return draughts.Upsert(t.Context(), draught(4)) }, 5},
		{"upsert of an old version", func() (Draught, error) { return draughts.Upsert(t.Context(), draught(4)) }, 0},
		{"upsert of any version", func() (Draught, error) { return draughts.Upsert(t.Context(), draught(0)) }, 6},
		{"modify", func() (Draught, error) {
			return draughts.Modify(t.Context(), draught(0), func(d *Draught) error { d.Rank++; return nil })
		}, 7},
		{"delete of an old version", func() (Draught, error) { return Draught{}, draughts.Delete(t.Context(), draught(6)) }, 0},
		{"remove of an old version", func() (Draught, error) { return Draught{}, draughts.Remove(t.Context(), draught(6)) }, 0},
		{"create onto it", func() (Draught, error) { return draughts.Create(t.Context(), draught(0)) }, 0},
	}
	stored := 0
	for _, tt := range steps {
		got, err := tt.write()
		var refused *dyn.ConditionError
		switch {
		case tt.want == 0 && !errors.As(err, &refused) && !errors.Is(err, dyn.ErrNotFound):
			t.Errorf("%s is not refused: %+v, %v", tt.name, got, err)
		case tt.want > 0 && (err != nil || got.Version != tt.want):
			t.Errorf("%s: version %d, want %d: %v", tt.name, got.Version, tt.want, err)
		}
		stored = max(stored, tt.want)
		if found, err := draughts.Get(t.Context(), draught(0)); found.Version != stored || err != nil && stored > 0 {
			t.Errorf("%s: version %d is stored, want %d: %v", tt.name, found.Version, stored, err)
		}
	}
	if err := draughts.Delete(t.Context(), draught(7)); err != nil {
		t.Error(err)
	}
}

// Brief has a version of few bits.
type Brief struct {
	_ struct{} `dyn:"entity=brief"`
	_ struct{} `dyn:"pk,template=BRIEF#$<ID>"`
	_ struct{} `dyn:"sk,template=BRIEF"`

	ID      string `dynamodbav:"id"`
	Version *int8  `dynamodbav:"version" dyn:"lock"`
}

// TestLockEnds refuses a version that would be stored as another.
func TestLockEnds(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	briefs := entityOf[Brief](t, svc)
	ensure(t, svc)
	b := Brief{ID: "1"}
	var err error
	for range 127 {
		if b, err = briefs.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	_, err = briefs.Put(t.Context(), b)
	wantText(t, err, "dyn: put brief: Version is 127, the last version that a *int8 holds")
	if got, err := briefs.Get(t.Context(), b); err != nil || *got.Version != 127 || *b.Version != 127 {
		t.Errorf("%d is stored, %d was given: %v", *got.Version, *b.Version, err)
	}
}

func TestModify(t *testing.T) {
	t.Parallel()
	count := &requests{}
	svc := serviceOn(t, newClient(t, count.install), dyn.Table{Name: "app"}, fixedClock())
	draughts := entityOf[Draught](t, svc)
	ensure(t, svc)
	first, err := draughts.Create(t.Context(), Draught{ID: "1", Owner: "o", Title: "t", Tags: []string{"a"}, Origin: "web"})
	if err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	tests := []struct {
		name   string
		key    Draught
		change func(*Draught) error
		opts   []dyn.WriteOption
		want   Draught // as returned
		err    string  // and why
		writes int
	}{
		{
			"sends what differs, and rebuilds keys",
			Draught{ID: "1"},
			func(d *Draught) error { d.Title, d.Tags, d.Rank = "u", nil, 2; return nil }, nil,
			Draught{ID: "1", Owner: "o", Title: "u", Rank: 2, Origin: "web", Version: 2},
			"", 1,
		},
		{
			"removes keys",
			Draught{ID: "1"},
			func(d *Draught) error { d.Owner = ""; return nil }, nil,
			Draught{ID: "1", Title: "u", Rank: 2, Origin: "web", Version: 3},
			"", 1,
		},
		{"sends nothing when nothing differs", Draught{ID: "1"}, func(*Draught) error { return nil }, nil, Draught{ID: "1", Title: "u", Rank: 2, Origin: "web", Version: 3}, "", 0},
		{"leaves the version to dyn", Draught{ID: "1"}, func(d *Draught) error { d.Version = 9; d.Rank = 3; return nil }, nil, Draught{ID: "1", Title: "u", Rank: 3, Origin: "web", Version: 4}, "", 1},
		{"ends with the error of the change", Draught{ID: "1", Rank: 8}, func(*Draught) error { return boom }, nil, Draught{ID: "1", Rank: 8}, "boom", 0},
		{"refuses another key", Draught{ID: "1"}, func(d *Draught) error { d.ID = "2"; return nil }, nil, Draught{ID: "1"}, "dyn: modify draught: the primary key is changed; delete the item and create another", 0},
		{"refuses a readonly attribute", Draught{ID: "1"}, func(d *Draught) error { d.Origin = "app"; return nil }, nil, Draught{ID: "1"}, "dyn: modify draught: Origin is readonly", 0},
		{"of nothing", Draught{ID: "2"}, func(*Draught) error { return nil }, nil, Draught{ID: "2"}, "dyn: modify draught: not found", 0},
		{"without a key", Draught{}, func(*Draught) error { return nil }, nil, Draught{}, "dyn: modify draught: key field ID is empty", 0},
		{
			"on a condition",
			Draught{ID: "1"},
			func(d *Draught) error { d.Rank = 5; return nil },
			[]dyn.WriteOption{dyn.If(dyn.Eq(&draughtF.Rank, 99))},
			Draught{ID: "1"},
			"dyn: modify draught: the item does not meet the condition", 1,
		},
	}
	if first.Version != 1 {
		t.Fatalf("created as %+v", first)
	}
	for _, tt := range tests {
		sent := count.writes()
		got, err := draughts.Modify(t.Context(), tt.key, tt.change, tt.opts...)
		if text := fmt.Sprint(err); tt.err == "" && err != nil || !strings.HasPrefix(text, tt.err) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if n := count.writes() - sent; n != tt.writes {
			t.Errorf("%s sends %d writes, want %d", tt.name, n, tt.writes)
		}
	}
	if n, err := draughts.Index("byOwner").Query(dyn.Eq(&draughtF.Owner, "o")).Count(t.Context()); n != 0 || err != nil {
		t.Errorf("the index still has %d items: %v", n, err)
	}
}

// TestModifyTogether adds up from many goroutines, with a version and without.
func TestModifyTogether(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	draughts, cards := entityOf[Draught](t, svc), entityOf[Card](t, svc)
	ensure(t, svc)
	if _, err := draughts.Create(t.Context(), Draught{ID: "1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := cards.Create(t.Context(), Card{CardID: "1", UserID: "u"}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 3 {
				if _, err := draughts.Modify(t.Context(), Draught{ID: "1"}, func(d *Draught) error { d.Rank++; return nil }); err != nil {
					t.Error(err)
				}
				if _, err := cards.Modify(t.Context(), Card{CardID: "1"}, func(c *Card) error { c.Likes++; return nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	draught, err := draughts.Get(t.Context(), Draught{ID: "1"}, dyn.Consistent())
	if draught.Rank != 12 || draught.Version != 13 || err != nil {
		t.Errorf("the document is %+v: %v", draught, err)
	}
	card, err := cards.Get(t.Context(), Card{CardID: "1"}, dyn.Consistent())
	if card.Likes != 12 || err != nil {
		t.Errorf("the card is %+v: %v", card, err)
	}
}

// TestBind makes all handles at once, and reports all mistakes at once.
func TestBind(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, nil, dyn.Table{Name: "app"})
	var store struct {
		Cards  *dyn.Entity[Card]
		ByUser *dyn.Index[Card] `dyn:"byUser"`
		Table  *dyn.Index[Card] `dyn:"primary"`
		Name   string
		other  int
	}
	store.Name, store.other = "kept", 1
	if err := dyn.Bind(svc, &store); err != nil || store.Cards == nil || store.ByUser == nil || store.Table == nil || store.Name != "kept" || store.other != 1 {
		t.Errorf("bound %+v: %v", store, err)
	}
	type badStore struct {
		Bad    *dyn.Entity[BadEnum]
		Index  *dyn.Index[BadEnum] `dyn:"primary"`
		Nope   *dyn.Index[Card]    `dyn:"byUsr"`
		cards  *dyn.Entity[Card]
		NoRows *dyn.Entity[NoRows]
		Again  *dyn.Index[BadEnum] `dyn:"other"`
	}
	var bad badStore
	_ = bad.cards
	const want = `dyn: BadEnum has 3 mistakes:
	BadEnum.A: tag ` + "`dyn:\"default=c,enum=a|b\"`" + ` at 8: default "c" is not one of a|b
	BadEnum.B: tag ` + "`dyn:\"created,updated\"`" + ` at 8: "created" and "updated" both give the field its value
	BadEnum.C: tag ` + "`dyn:\"generate=ulid,default=x\"`" + ` at 14: "generate" and "default" both give the field its value
dyn: bind: card has no index "byUsr"; it has primary, byUser
dyn: bind: dyn_test.badStore.cards is unexported and can't be set
dyn: NoRows: there is no pk row for the table; declare one such as: _ struct{} ` + "`dyn:\"pk,template=CARD#$<CardID>\"`"
	err := dyn.Bind(svc, &bad)
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var schema *dyn.SchemaError
	if !errors.As(err, &schema) || schema.Type != "BadEnum" || len(schema.Errors) != 3 {
		t.Errorf("the first mistake is %+v", schema)
	}
	for _, store := range []any{nil, store, new(int), (*struct{})(nil)} {
		if err := dyn.Bind(svc, store); err == nil || !strings.HasPrefix(err.Error(), "dyn: bind: ") {
			t.Errorf("a %T is bound: %v", store, err)
		}
	}
}
