package dyn_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"
)

// The tests here are named after what ElectroDB 3.9.3, or a Go library, gets
// wrong, and show that dyn does not.

// Pair has two text parts in one key, with the separators ElectroDB writes.
type Pair struct {
	_ struct{} `dyn:"entity=pair"`
	_ struct{} `dyn:"pk,template=$$pairs#a_$<A>#b_$<B>"`
	_ struct{} `dyn:"sk,template=$$pair_1"`
	_ struct{} `dyn:"pk,index=gsi1,name=byGroup,template=G#$<Group>,collection=group"`
	_ struct{} `dyn:"sk,index=gsi1,template=b_$<B>#n_$<N:04>"`

	A     string `dynamodbav:"a"`
	B     string `dynamodbav:"b"`
	Group string `dynamodbav:"group"`
	N     int    `dynamodbav:"n"`
	Other string `dynamodbav:"other"`
}

var pairF = dyn.Fields[Pair]()

func pairs(t *testing.T) *dyn.Entity[Pair] {
	t.Helper()
	svc := newService(t)
	e := entityOf[Pair](t, svc)
	ensure(t, svc)
	return e
}

func TestElectroDB_PatchOrDoesNotCreate(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	_, err := e.Update(t.Context(), Pair{A: "a", B: "b"}, dyn.Set(&pairF.Other, "x"),
		dyn.If(dyn.Or(dyn.Eq(&pairF.Other, "y"), dyn.NotExists(&pairF.Other))))
	if !errors.Is(err, dyn.ErrNotFound) {
		t.Errorf("update of a missing item: %v", err)
	}
	if n, err := e.Scan().Count(t.Context()); n != 0 || err != nil {
		t.Errorf("%d ghost items, %v", n, err)
	}
}

func TestElectroDB_SeparatorInValueDoesNotShareAKey(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	_, one := e.Put(t.Context(), Pair{A: "x#b_y", B: "z"})
	_, two := e.Put(t.Context(), Pair{A: "x", B: "y#b_z"})
	if one == nil || !strings.Contains(one.Error(), "A") || !strings.Contains(one.Error(), `"#b_"`) {
		t.Errorf("a value with the separator: %v", one)
	}
	if two != nil {
		t.Errorf("the last value may hold anything: %v", two)
	}
}

func TestElectroDB_CaseIsKept(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	put(t, e, Pair{A: "Ab", B: "1", Other: "upper"}, Pair{A: "ab", B: "1", Other: "lower"})
	for a, want := range map[string]string{"Ab": "upper", "ab": "lower"} {
		if got, err := e.Get(t.Context(), Pair{A: a, B: "1"}); err != nil || got.Other != want {
			t.Errorf("%s: %+v %v", a, got, err)
		}
	}
}

func TestElectroDB_EqualityEndsAtTheSeparator(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	e := entityOf[Pair](t, svc)
	ensure(t, svc)
	put(t, e, Pair{A: "1", B: "2", Group: "g"}, Pair{A: "2", B: "25", Group: "g"})
	got, err := e.Index("byGroup").Query(dyn.Eq(&pairF.Group, "g"), dyn.Eq(&pairF.B, "2")).Collect(t.Context())
	if err != nil || len(got) != 1 || got[0].B != "2" {
		t.Errorf("query: %+v %v", got, err)
	}
	type group struct{ Pairs []Pair }
	c, err := dyn.NewCollection[group](svc, "group")
	if err != nil {
		t.Fatal(err)
	}
	g, err := c.Query(dyn.Eq(&pairF.Group, "g"), dyn.Eq(&pairF.B, "2")).Collect(t.Context())
	if err != nil || len(g.Pairs) != 1 || g.Pairs[0].B != "2" {
		t.Errorf("collection: %+v %v", g, err)
	}
}

func TestElectroDB_GtExcludesTheBound(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	for n := range 5 {
		put(t, e, Pair{A: fmt.Sprint(n), B: "b", Group: "g", N: n})
	}
	got, err := e.Index("byGroup").Query(dyn.Eq(&pairF.Group, "g"), dyn.Eq(&pairF.B, "b"), dyn.Gt(&pairF.N, 2)).Collect(t.Context())
	if err != nil || len(got) != 2 || got[0].N != 3 || got[1].N != 4 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestElectroDB_AddOnAKeyPartIsRefused(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	put(t, e, Pair{A: "1", B: "b", Group: "g", N: 1})
	if _, err := e.Update(t.Context(), Pair{A: "1", B: "b"}, dyn.Add(&pairF.N, 1)); err == nil {
		t.Fatal("an Add that leaves the index key wrong was sent")
	}
	got, err := e.Update(t.Context(), Pair{A: "1", B: "b"}, dyn.Set(&pairF.N, 2))
	if err != nil || got.N != 2 {
		t.Fatal(got, err)
	}
	list, err := e.Index("byGroup").Query(dyn.Eq(&pairF.Group, "g"), dyn.Eq(&pairF.B, "b"), dyn.Eq(&pairF.N, 2)).Collect(t.Context())
	if err != nil || len(list) != 1 {
		t.Errorf("by the new key: %v %v", list, err)
	}
}

func TestElectroDB_UpsertKeepsIndexKeys(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	put(t, e, Pair{A: "1", B: "b", Group: "g", N: 7})
	got, err := e.Upsert(t.Context(), Pair{A: "1", B: "b", Other: "x"})
	if err != nil || got.Group != "g" || got.N != 7 {
		t.Fatal(got, err)
	}
	list, err := e.Index("byGroup").Query(dyn.Eq(&pairF.Group, "g"), dyn.Eq(&pairF.B, "b"), dyn.Eq(&pairF.N, 7)).Collect(t.Context())
	if err != nil || len(list) != 1 || list[0].Other != "x" {
		t.Errorf("after the upsert: %v %v", list, err)
	}
}

func TestElectroDB_UnknownAttributesAreRefused(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	put(t, e, Pair{A: "1", B: "b"})
	type patch struct {
		Othre *string `dynamodbav:"othre"`
	}
	x := "x"
	_, err := e.Update(t.Context(), Pair{A: "1", B: "b"}, dyn.SetFrom(patch{&x}))
	if err == nil || !strings.Contains(err.Error(), `no attribute "othre"`) {
		t.Errorf("a patch with an unknown attribute: %v", err)
	}
}

func TestElectroDB_FindNeverScans(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	_, err := e.Find(dyn.Eq(&pairF.Other, "x")).Collect(t.Context())
	if err == nil || !strings.Contains(err.Error(), "no index fits") || !strings.Contains(err.Error(), "byGroup: partition key needs Eq on Group") {
		t.Errorf("find without an index: %v", err)
	}
}

func TestElectroDB_CursorsBelongToTheirQuery(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	for n := range 3 {
		put(t, e, Pair{A: fmt.Sprint(n), B: "b", Group: "g", N: n}, Pair{A: fmt.Sprint(n), B: "c", Group: "h", N: n})
	}
	p, err := e.Index("byGroup").Query(dyn.Eq(&pairF.Group, "g")).Limit(1).Page(t.Context())
	if err != nil || p.Next == "" {
		t.Fatal(p, err)
	}
	other := e.Index("byGroup").Query(dyn.Eq(&pairF.Group, "h"))
	if _, err := other.After(p.Next).Page(t.Context()); !errors.Is(err, dyn.ErrCursor) {
		t.Errorf("another partition's cursor: %v", err)
	}
}

func TestOthers_CreateHasACondition(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	put(t, e, Pair{A: "1", B: "b", Other: "first"})
	var ce *dyn.ConditionError
	if _, err := e.Create(t.Context(), Pair{A: "1", B: "b", Other: "second"}); !errors.As(err, &ce) {
		t.Errorf("created over an item: %v", err)
	}
}

func TestOthers_AllPagesAreRead(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	for n := range 7 {
		put(t, e, Pair{A: fmt.Sprint(n), B: "b", Group: "g", N: n})
	}
	got, err := e.Index("byGroup").Query(dyn.Eq(&pairF.Group, "g")).PageSize(2).Collect(t.Context())
	if err != nil || len(got) != 7 {
		t.Errorf("%d items, %v", len(got), err)
	}
}

func TestOthers_LimitCountsAfterTheFilter(t *testing.T) {
	t.Parallel()
	e := pairs(t)
	for n := range 9 {
		put(t, e, Pair{A: fmt.Sprint(n), B: "b", Group: "g", N: n, Other: fmt.Sprint(n % 3)})
	}
	got, err := e.Index("byGroup").Query(dyn.Eq(&pairF.Group, "g")).Filter(dyn.Eq(&pairF.Other, "2")).Limit(2).Collect(t.Context())
	if err != nil || len(got) != 2 || got[0].N != 2 || got[1].N != 5 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestOthers_SetOfATimeWorks(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	cards := entityOf[Card](t, svc)
	ensure(t, svc)
	put(t, cards, Card{CardID: "1", UserID: "u"})
	when := day.Add(time.Hour)
	got, err := cards.Update(t.Context(), Card{CardID: "1"}, dyn.Set(&cardF.CreatedAt, when))
	if err != nil || !got.CreatedAt.Equal(when) {
		t.Errorf("%v %v", got.CreatedAt, err)
	}
}

// TestOthers_CreatedAtIsKeptUnlessAsked: only a tag makes dyn write a time.
func TestOthers_CreatedAtIsKeptUnlessAsked(t *testing.T) {
	t.Parallel()
	type plain struct {
		_ struct{} `dyn:"pk,template=P#$<ID>"`
		_ struct{} `dyn:"sk,template=P"`

		ID        string
		CreatedAt time.Time
	}
	svc := newService(t)
	e := entityOf[plain](t, svc)
	ensure(t, svc)
	got, err := e.Put(t.Context(), plain{ID: "1"})
	if err != nil || !got.CreatedAt.IsZero() {
		t.Errorf("%v %v", got.CreatedAt, err)
	}
	old := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	if got, err = e.Put(t.Context(), plain{ID: "1", CreatedAt: old}); err != nil || !got.CreatedAt.Equal(old) {
		t.Errorf("%v %v", got.CreatedAt, err)
	}
}

func TestOthers_RequestTextIsStable(t *testing.T) {
	t.Parallel()
	e := entityOf[Pair](t, newService(t))
	first := ""
	for range 100 {
		in, err := dyn.Update(e, Pair{A: "1", B: "b"}, dyn.Set(&pairF.Group, "g"), dyn.Set(&pairF.N, 1), dyn.Unset(&pairF.Other)).Input()
		if err != nil {
			t.Fatal(err)
		}
		u := in.(*dynamodb.UpdateItemInput)
		text := fmt.Sprint(*u.UpdateExpression, *u.ConditionExpression, u.ExpressionAttributeNames)
		if first == "" {
			first = text
		}
		if text != first {
			t.Fatalf("%s, then %s", first, text)
		}
	}
}
