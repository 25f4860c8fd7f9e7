package dyn_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// The nested collections of ElectroDB's documentation: the contributions of a
// user are issues and pull requests, and among them are assignments.
type (
	Issue struct {
		_ struct{} `dyn:"entity=issue"`
		_ struct{} `dyn:"pk,template=ISSUE#$<IssueID>"`
		_ struct{} `dyn:"sk,template=ISSUE"`
		_ struct{} `dyn:"pk,index=gsi1,name=byUser,template=USER#$<User>,collection=contributions/assignments"`
		_ struct{} `dyn:"sk,index=gsi1,template=$<Created:2006-01-02T15:04:05>#I#$<IssueID>"`

		IssueID string    `dynamodbav:"issueId"`
		User    string    `dynamodbav:"user"`
		Created time.Time `dynamodbav:"created,unixtime"`
	}
	Review struct {
		_ struct{} `dyn:"entity=review"`
		_ struct{} `dyn:"pk,template=REVIEW#$<ReviewID>"`
		_ struct{} `dyn:"sk,template=REVIEW"`
		_ struct{} `dyn:"pk,index=gsi1,name=byUser,template=USER#$<Reviewer>,collection=contributions/assignments"`
		_ struct{} `dyn:"sk,index=gsi1,template=$<At:2006-01-02T15:04:05>#R#$<ReviewID>"`

		ReviewID string    `dynamodbav:"reviewId"`
		Reviewer string    `dynamodbav:"reviewer"`
		At       time.Time `dynamodbav:"at,unixtime"`
	}
	Profile struct {
		_ struct{} `dyn:"entity=profile"`
		_ struct{} `dyn:"pk,template=PROFILE#$<User>"`
		_ struct{} `dyn:"sk,template=PROFILE"`
		_ struct{} `dyn:"pk,index=gsi1,name=byUser,template=USER#$<User>,collection=contributions"`
		_ struct{} `dyn:"sk,index=gsi1,template=$<Joined:2006-01-02T15:04:05>#P"`

		User   string    `dynamodbav:"user"`
		Joined time.Time `dynamodbav:"joined,unixtime"`
	}
	Contributions struct {
		Profile Profile
		Issues  []Issue
		Reviews []Review
	}
	UserAssignments struct {
		Issues  []Issue
		Reviews []Review
	}
)

var (
	issueF  = dyn.Fields[Issue]()
	reviewF = dyn.Fields[Review]()
)

type contributionStore struct {
	Issues      *dyn.Entity[Issue]
	Reviews     *dyn.Entity[Review]
	Profiles    *dyn.Entity[Profile]
	All         *dyn.Collection[Contributions]   `dyn:"contributions"`
	Assignments *dyn.Collection[UserAssignments] `dyn:"assignments"`
}

func contributionApp(t *testing.T) contributionStore {
	t.Helper()
	svc := newService(t)
	var s contributionStore
	if err := dyn.Bind(svc, &s); err != nil {
		t.Fatal(err)
	}
	ensure(t, svc)
	put(t, s.Profiles, Profile{User: "u", Joined: day.Add(-time.Hour)})
	for i := range 6 {
		put(t, s.Issues, Issue{IssueID: fmt.Sprint("i", i), User: "u", Created: day.Add(time.Duration(2*i) * time.Hour)})
		put(t, s.Reviews, Review{ReviewID: fmt.Sprint("r", i), Reviewer: "u", At: day.Add(time.Duration(2*i+1) * time.Hour)})
	}
	put(t, s.Issues, Issue{IssueID: "x", User: "u2", Created: day})
	return s
}

// TestCollectionNested finds more by the outer collection than by the inner.
func TestCollectionNested(t *testing.T) {
	t.Parallel()
	s := contributionApp(t)
	outer, err := s.All.Query(dyn.Eq(&issueF.User, "u")).Collect(t.Context())
	if err != nil || outer.Profile.User != "u" || len(outer.Issues) != 6 || len(outer.Reviews) != 6 {
		t.Errorf("outer: %+v %v", outer, err)
	}
	inner, err := s.Assignments.Query(dyn.Eq(&reviewF.Reviewer, "u")).Collect(t.Context())
	if err != nil || len(inner.Issues) != 6 || len(inner.Reviews) != 6 {
		t.Errorf("inner: %+v %v", inner, err)
	}
	if n, err := s.All.Query(dyn.Eq(&issueF.User, "u")).Limit(5).Count(t.Context()); n != 5 || err != nil {
		t.Errorf("count within a limit: %d %v", n, err)
	}
}

// TestCollectionOrder interleaves the entities in key order, and ranges over
// the sort-key part they share.
func TestCollectionOrder(t *testing.T) {
	t.Parallel()
	s := contributionApp(t)
	q := s.Assignments.Query(dyn.Eq(&reviewF.Reviewer, "u"), dyn.Between(&issueF.Created, day.Add(2*time.Hour), day.Add(5*time.Hour)))
	order := func(q dyn.CollectionQuery[UserAssignments]) (out []string) {
		for item, err := range q.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			switch item := item.(type) {
			case Issue:
				out = append(out, item.IssueID)
			case Review:
				out = append(out, item.ReviewID)
			default:
				t.Fatalf("a %T", item)
			}
		}
		return out
	}
	if diff := cmp.Diff([]string{"i1", "r1", "i2", "r2"}, order(q)); diff != "" {
		t.Errorf("ascending (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"r2", "i2"}, order(q.Descending().Limit(2))); diff != "" {
		t.Errorf("descending (-want +got):\n%s", diff)
	}
	for range q.All(t.Context()) {
		break // leaving early is no error
	}
}

// TestCollectionVersions reads two versions of an entity into their own types,
// and refuses a newer one than it knows.
func TestCollectionVersions(t *testing.T) {
	t.Parallel()
	type v1 struct {
		_    struct{} `dyn:"entity=thing,version=1"`
		_    struct{} `dyn:"pk,template=T#$<Box>,collection=box"`
		_    struct{} `dyn:"sk,template=$<ID>"`
		Box  string   `dynamodbav:"box"`
		ID   string   `dynamodbav:"id"`
		Name string   `dynamodbav:"name"`
	}
	type v2 struct {
		_     struct{} `dyn:"entity=thing,version=2"`
		_     struct{} `dyn:"pk,template=T#$<Box>,collection=box"`
		_     struct{} `dyn:"sk,template=$<ID>"`
		Box   string   `dynamodbav:"box"`
		ID    string   `dynamodbav:"id"`
		Title string   `dynamodbav:"title"`
	}
	type both struct {
		Old []v1
		New []v2
	}
	type oldOnly struct{ Old []v1 }
	svc := newService(t)
	a, b := entityOf[v1](t, svc), entityOf[v2](t, svc)
	ensure(t, svc)
	put(t, a, v1{Box: "b", ID: "1", Name: "one"})
	put(t, b, v2{Box: "b", ID: "2", Title: "two"})
	f := dyn.Fields[v1]()
	c, err := dyn.NewCollection[both](svc, "box")
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Query(dyn.Eq(&f.Box, "b")).Collect(t.Context())
	want := both{Old: []v1{{Box: "b", ID: "1", Name: "one"}}, New: []v2{{Box: "b", ID: "2", Title: "two"}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	o, err := dyn.NewCollection[oldOnly](svc, "box")
	if err != nil {
		t.Fatal(err)
	}
	var ve *dyn.VersionError
	if _, err := o.Query(dyn.Eq(&f.Box, "b")).Collect(t.Context()); !errors.As(err, &ve) || ve.Found != 2 || ve.Known != 1 {
		t.Errorf("a newer version: %v", err)
	}
}

// Year is of entities whose items may be all zeros.
type (
	Total struct {
		_    struct{} `dyn:"entity=total"`
		_    struct{} `dyn:"pk,template=YEAR#$<Year>,collection=year"`
		_    struct{} `dyn:"sk,template=TOTAL#$<Kind>"`
		Year int      `dynamodbav:"year"`
		Kind int      `dynamodbav:"kind"`
		Sum  int      `dynamodbav:"sum"`
	}
	Booking struct {
		_    struct{} `dyn:"entity=booking"`
		_    struct{} `dyn:"pk,template=YEAR#$<Year>,collection=year"`
		_    struct{} `dyn:"sk,template=BOOKING#$<N>"`
		Year int      `dynamodbav:"year"`
		N    int      `dynamodbav:"n"`
	}
	Year struct {
		Total    Total
		Bookings []Booking
	}
)

// TestCollectionOfZeros finds that an item without a value other than zero is
// there all the same.
func TestCollectionOfZeros(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	totals, bookings := entityOf[Total](t, svc), entityOf[Booking](t, svc)
	years, err := dyn.NewCollection[Year](svc, "year")
	if err != nil {
		t.Fatal(err)
	}
	ensure(t, svc)
	put(t, bookings, Booking{}, Booking{N: 1})
	q := years.Query(dyn.Eq(&dyn.Fields[Total]().Year, 0)).PageSize(1)
	_, err = q.Collect(t.Context())
	wantText(t, err, "dyn: query collection year: not found: total")

	put(t, totals, Total{})
	got, err := q.Collect(t.Context())
	want := Year{Bookings: []Booking{{}, {N: 1}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
	put(t, totals, Total{Kind: 1})
	_, err = q.Collect(t.Context())
	wantText(t, err, "dyn: query collection year: there is more than one total; make the field a slice")
}

// TestCollectionErrors refuses collections that no query could read.
func TestCollectionErrors(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	type none struct{ N int }
	type other struct{ Notes []Note }
	type apart struct {
		Employees []Employee
		Issues    []Issue
	}
	type twice struct {
		A []Issue
		B *Issue
	}
	_, err := dyn.NewCollection[none](svc, "x")
	wantText(t, err, "dyn: collection x: dyn_test.none has no field of an entity's type")
	_, err = dyn.NewCollection[other](svc, "x")
	wantText(t, err, "dyn: collection x: other.Notes: no pk row of dyn_test.Note has collection=x")
	_, err = dyn.NewCollection[twice](svc, "contributions")
	wantText(t, err, "dyn: collection contributions: dyn_test.Issue occurs twice")
	if _, err = dyn.NewCollection[apart](svc, "workplace"); err == nil {
		t.Error("an entity outside the collection passed")
	}
}
