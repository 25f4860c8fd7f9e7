package dyn_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// The mall directory of ElectroDB's documentation: stores by mall and building, units
// of a mall, and leases by their end. Its guide to collections adds the malls
// themselves, in the partitions of their units.
type (
	MallStore struct {
		_ struct{} `dyn:"entity=mallStore"`
		_ struct{} `dyn:"pk,template=CITY#$<CityID>#MALL#$<MallID>"`
		_ struct{} `dyn:"sk,template=BUILDING#$<BuildingID>#STORE#$<StoreID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=units,template=MALL#$<MallID>,collection=directory"`
		_ struct{} `dyn:"sk,index=gsi1,template=$<BuildingID>#$<UnitID>"`
		_ struct{} `dyn:"pk,index=gsi2,name=leases,template=STORE#$<StoreID>"`
		_ struct{} `dyn:"sk,index=gsi2,template=$<LeaseEnd:2006-01-02>"`

		CityID     string    `dynamodbav:"cityId"`
		MallID     string    `dynamodbav:"mallId"`
		StoreID    string    `dynamodbav:"storeId"`
		BuildingID string    `dynamodbav:"buildingId" dyn:"required"`
		UnitID     string    `dynamodbav:"unitId" dyn:"required"`
		Category   string    `dynamodbav:"category" dyn:"required,enum=spite store|food/coffee|food/meal|clothing"`
		LeaseEnd   time.Time `dynamodbav:"leaseEndDate"`
		Rent       *float64  `dynamodbav:"rent"`
		Discount   string    `dynamodbav:"discount" dyn:"default=0.00"`
		Tenants    []string  `dynamodbav:"tenants,stringset"`
		Warnings   int       `dynamodbav:"warnings"`
	}
	Mall struct {
		_ struct{} `dyn:"entity=mall"`
		_ struct{} `dyn:"pk,template=CITY#$<City>"`
		_ struct{} `dyn:"sk,template=MALL#$<MallID>"`
		_ struct{} `dyn:"pk,index=gsi1,name=mall,template=MALL#$<MallID>,collection=directory"`
		_ struct{} `dyn:"sk,index=gsi1,template=$<Entrance>#"`

		City     string `dynamodbav:"city"`
		MallID   string `dynamodbav:"mallId"`
		Entrance string `dynamodbav:"entrance"` // the building
	}
	Directory struct {
		Mall   *Mall
		Stores []MallStore
	}
	mallStore struct {
		Stores    *dyn.Entity[MallStore]
		Malls     *dyn.Entity[Mall]
		Units     *dyn.Index[MallStore]      `dyn:"units"`
		Leases    *dyn.Index[MallStore]      `dyn:"leases"`
		Directory *dyn.Collection[Directory] `dyn:"directory"`
	}
)

var (
	mallStoreF = dyn.Fields[MallStore]()
	mallF      = dyn.Fields[Mall]()
)

func lease(year, month int) time.Time {
	return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
}

func mallApp(t *testing.T) mallStore {
	t.Helper()
	svc := newService(t)
	var s mallStore
	if err := dyn.Bind(svc, &s); err != nil {
		t.Fatal(err)
	}
	ensure(t, svc)
	put(t, s.Malls, Mall{City: "Atlanta", MallID: "EastPointe", Entrance: "A"}, Mall{City: "Atlanta", MallID: "East", Entrance: "B"})
	store := func(mall, building, unit, id, category string, end time.Time) MallStore {
		return MallStore{CityID: "Atlanta", MallID: mall, BuildingID: building, UnitID: unit, StoreID: id, Category: category, LeaseEnd: end}
	}
	put(t, s.Stores,
		store("EastPointe", "A", "A1", "LatteLarrys", "food/coffee", lease(2027, 3)), store("EastPointe", "A", "A2", "MochaJoes", "spite store", lease(2026, 9)),
		store("EastPointe", "A", "B7", "BagelBob", "food/meal", lease(2026, 12)), store("EastPointe", "AB", "A1", "Threads", "clothing", lease(2026, 6)),
		store("East", "A", "A1", "MochaJoes2", "food/coffee", lease(2026, 9)),
	)
	return s
}

func storeIDs(stores []MallStore) []string {
	ids := []string{}
	for _, s := range stores {
		ids = append(ids, s.StoreID)
	}
	return ids
}

// TestCollectionMall asks what the documentation asks of the directory.
func TestCollectionMall(t *testing.T) {
	t.Parallel()
	s := mallApp(t)
	f := mallStoreF
	here := []dyn.Cond{dyn.Eq(&f.CityID, "Atlanta"), dyn.Eq(&f.MallID, "EastPointe")}
	unit := dyn.Eq(&f.MallID, "EastPointe")
	queries := []struct {
		name string
		q    dyn.Query[MallStore]
		want []string
	}{
		{"stores of a mall", s.Stores.Query(here...), []string{"BagelBob", "LatteLarrys", "MochaJoes", "Threads"}},
		{"stores of a building", s.Stores.Query(append(here, dyn.Eq(&f.BuildingID, "A"))...), []string{"BagelBob", "LatteLarrys", "MochaJoes"}},
		{"units of a building", s.Units.Query(unit, dyn.Eq(&f.BuildingID, "A")), []string{"LatteLarrys", "MochaJoes", "BagelBob"}},
		{"units that begin with", s.Units.Query(unit, dyn.Eq(&f.BuildingID, "A"), dyn.BeginsWith(&f.UnitID, "A")), []string{"LatteLarrys", "MochaJoes"}},
		{"units between", s.Units.Query(unit, dyn.Eq(&f.BuildingID, "A"), dyn.Between(&f.UnitID, "A2", "B8")), []string{"MochaJoes", "BagelBob"}},
		{"without a category", s.Units.Query(unit).Filter(dyn.Ne(&f.Category, "spite store")), []string{"LatteLarrys", "BagelBob", "Threads"}},
		{"leases that end in time", s.Leases.Query(dyn.Eq(&f.StoreID, "MochaJoes"), dyn.Le(&f.LeaseEnd, lease(2026, 9))), []string{"MochaJoes"}},
		{"leases that end before", s.Leases.Query(dyn.Eq(&f.StoreID, "MochaJoes"), dyn.Lt(&f.LeaseEnd, lease(2026, 9))), []string{}},
		{"found by what is known", s.Stores.Find(unit, dyn.Eq(&f.BuildingID, "A"), dyn.Eq(&f.Category, "food/meal")), []string{"BagelBob"}},
	}
	for _, tt := range queries {
		got, err := tt.q.Collect(t.Context())
		if diff := cmp.Diff(tt.want, storeIDs(got)); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
	d, err := s.Directory.Query(unit).Collect(t.Context())
	if err != nil || d.Mall == nil || d.Mall.Entrance != "A" || len(d.Stores) != 4 {
		t.Errorf("the directory: %+v %v", d, err)
	}
	d, err = s.Directory.Query(dyn.Eq(&mallF.MallID, "EastPointe"), dyn.Eq(&f.BuildingID, "AB")).Collect(t.Context())
	if diff := cmp.Diff([]string{"Threads"}, storeIDs(d.Stores)); diff != "" || err != nil || d.Mall != nil {
		t.Errorf("the directory of another building: %+v %v\n%s", d.Mall, err, diff)
	}
}

// TestCollectionMallLeases renews leases and moves stores, as the documentation does with
// conditions: what is found by the old keys is gone from there.
func TestCollectionMallLeases(t *testing.T) {
	t.Parallel()
	s := mallApp(t)
	f := mallStoreF
	key := MallStore{CityID: "Atlanta", MallID: "EastPointe", BuildingID: "A", StoreID: "LatteLarrys"}
	got, err := s.Stores.Update(t.Context(), key, dyn.Set(&f.LeaseEnd, lease(2028, 3)), dyn.Set(&f.UnitID, "C3"), dyn.Set(&f.Rent, ptr(4500.5)),
		dyn.Add(&f.Warnings, 1), dyn.AddTo(&f.Tenants, "larry"), dyn.If(dyn.Eq(&f.Category, "food/coffee"), dyn.Ge(&f.LeaseEnd, lease(2027, 1))))
	if err != nil || got.Discount != "0.00" || got.Warnings != 1 || fmt.Sprint(got.Tenants, *got.Rent) != "[larry] 4500.5" {
		t.Fatalf("%+v %v", got, err)
	}
	for want, q := range map[string]dyn.Query[MallStore]{
		"[]":                               s.Leases.Query(dyn.Eq(&f.StoreID, "LatteLarrys"), dyn.Lt(&f.LeaseEnd, lease(2028, 1))),
		"[LatteLarrys]":                    s.Leases.Query(dyn.Eq(&f.StoreID, "LatteLarrys"), dyn.Ge(&f.LeaseEnd, lease(2028, 1))),
		"[MochaJoes BagelBob LatteLarrys]": s.Units.Query(dyn.Eq(&f.MallID, "EastPointe"), dyn.Eq(&f.BuildingID, "A")),
	} {
		list, err := q.Collect(t.Context())
		if fmt.Sprint(storeIDs(list)) != want || err != nil {
			t.Errorf("%v, want %s: %v", storeIDs(list), want, err)
		}
	}
}

// Reaction is what users leave on cards. It shares a collection with them.
type Reaction struct {
	_ struct{} `dyn:"entity=reaction"`
	_ struct{} `dyn:"pk,template=CARD#$<CardID>"`
	_ struct{} `dyn:"sk,template=REACTION#$<UserID>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byUser,template=USER#$<UserID>,collection=activity"`
	_ struct{} `dyn:"sk,index=gsi1,template=REACTION#$<At>#$<CardID>"`

	CardID string    `dynamodbav:"cardId"`
	UserID string    `dynamodbav:"userId"`
	Kind   string    `dynamodbav:"kind"`
	At     time.Time `dynamodbav:"at" dyn:"created"`
}

// Person owns the activity.
type Person struct {
	_ struct{} `dyn:"entity=person"`
	_ struct{} `dyn:"pk,template=USER#$<UserID>"`
	_ struct{} `dyn:"sk,template=PERSON"`
	_ struct{} `dyn:"pk,index=gsi1,name=byUser,template=USER#$<UserID>,collection=activity"`
	_ struct{} `dyn:"sk,index=gsi1,template=A#PERSON"`

	UserID string `dynamodbav:"userId"`
	Name   string `dynamodbav:"name"`
}

// Activity is what a user does.
type Activity struct {
	Cards     []Card
	Reactions []Reaction
	Owner     *Person
}

// TestCollectionActivity reads what a user does with one query, in the order of
// its keys and without what others do.
func TestCollectionActivity(t *testing.T) {
	t.Parallel()
	now := day
	svc := newService(t, dyn.WithClock(func() time.Time { return now }))
	var s struct {
		Cards     *dyn.Entity[Card]
		Reactions *dyn.Entity[Reaction]
		People    *dyn.Entity[Person]
		Activity  *dyn.Collection[Activity] `dyn:"activity"`
	}
	if err := dyn.Bind(svc, &s); err != nil {
		t.Fatal(err)
	}
	ensure(t, svc)
	for i, user := range []string{"u1", "u10", "u1", "u1"} {
		now = day.Add(time.Duration(i) * time.Hour)
		put(t, s.Cards, Card{CardID: fmt.Sprint("c", i), UserID: user})
		put(t, s.Reactions, Reaction{CardID: "c0", UserID: user, Kind: fmt.Sprint("k", i)})
	}
	put(t, s.People, Person{UserID: "u1", Name: "Ann"})
	mine := s.Activity.Query(dyn.Eq(&cardF.UserID, "u1"))
	a, err := mine.Collect(t.Context())
	var cards []string
	for _, c := range a.Cards {
		cards = append(cards, c.CardID)
	}
	wantReactions := []Reaction{{CardID: "c0", UserID: "u1", Kind: "k3", At: day.Add(3 * time.Hour)}} // one for each user and card
	if fmt.Sprint(cards) != "[c0 c2 c3]" || a.Owner == nil || a.Owner.Name != "Ann" || err != nil {
		t.Errorf("cards %v, owner %v: %v", cards, a.Owner, err)
	}
	if diff := cmp.Diff(wantReactions, a.Reactions); diff != "" {
		t.Errorf("reactions (-want +got):\n%s", diff)
	}
	order := ""
	for item, err := range mine.Descending().All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		switch item := item.(type) {
		case Card:
			order += " " + item.CardID
		case Reaction:
			order += " " + item.Kind
		case Person:
			order += " " + item.Name
		default:
			t.Errorf("a %T", item)
		}
	}
	if order != " k3 c3 c2 c0 Ann" {
		t.Errorf("in order:%s", order)
	}
	if a, err := s.Activity.Query(dyn.Eq(&cardF.UserID, "nobody")).Collect(t.Context()); err != nil || a.Owner != nil || len(a.Cards)+len(a.Reactions) > 0 {
		t.Errorf("nobody's: %+v %v", a, err)
	}
}
