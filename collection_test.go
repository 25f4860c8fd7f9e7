package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
	"github.com/dyntable/dyn/internal/randtest"
)

// The employee application of ElectroDB's documentation: employees, their
// tasks and their offices share partitions by employee and by office.
type (
	Employee struct {
		_ struct{} `dyn:"entity=employee"`
		_ struct{} `dyn:"pk,template=EMPLOYEE#$<EmployeeID>"`
		_ struct{} `dyn:"sk,template=EMPLOYEE"`
		_ struct{} `dyn:"pk,index=gsi1,name=byOffice,template=OFFICE#$<OfficeID>,collection=workplace"`
		_ struct{} `dyn:"sk,index=gsi1,template=EMPLOYEE#$<Team>#$<EmployeeID>"`
		_ struct{} `dyn:"pk,index=gsi2,name=assigned,template=EMPLOYEE#$<EmployeeID>,collection=assignments"`
		_ struct{} `dyn:"sk,index=gsi2,template=$<Team>#E"`

		EmployeeID string `dynamodbav:"employeeId"`
		OfficeID   string `dynamodbav:"officeId"`
		Team       string `dynamodbav:"team"`
	}
	Task struct {
		_ struct{} `dyn:"entity=task"`
		_ struct{} `dyn:"pk,template=TASK#$<TaskID>"`
		_ struct{} `dyn:"sk,template=TASK"`
		_ struct{} `dyn:"pk,index=gsi2,name=assigned,template=EMPLOYEE#$<Assignee>,collection=assignments"`
		_ struct{} `dyn:"sk,index=gsi2,template=$<Project>#T#$<Points:04>#$<TaskID>"`

		TaskID   string  `dynamodbav:"taskId"`
		Assignee *string `dynamodbav:"assignee"`
		Project  string  `dynamodbav:"project"`
		Points   int     `dynamodbav:"points"`
	}
	Office struct {
		_ struct{} `dyn:"entity=office"`
		_ struct{} `dyn:"pk,template=OFFICE#$<OfficeID>"`
		_ struct{} `dyn:"sk,template=OFFICE"`
		_ struct{} `dyn:"pk,index=gsi1,name=office,template=OFFICE#$<OfficeID>,collection=workplace"`
		_ struct{} `dyn:"sk,index=gsi1,template=A#OFFICE"`

		OfficeID string `dynamodbav:"officeId"`
		City     string `dynamodbav:"city"`
	}
	Workplace struct {
		Office    Office
		Employees []Employee
	}
	Assignments struct {
		Employee *Employee
		Tasks    []Task
	}
)

var (
	employeeF = dyn.Fields[Employee]()
	taskF     = dyn.Fields[Task]()
	officeF   = dyn.Fields[Office]()
)

type employeeStore struct {
	Employees   *dyn.Entity[Employee]
	Tasks       *dyn.Entity[Task]
	Offices     *dyn.Entity[Office]
	Workplace   *dyn.Collection[Workplace]   `dyn:"workplace"`
	Assignments *dyn.Collection[Assignments] `dyn:"assignments"`
}

func employeeApp(t *testing.T) (*dyn.Service, *employeeStore) {
	t.Helper()
	svc := newService(t)
	var s employeeStore
	if err := dyn.Bind(svc, &s); err != nil {
		t.Fatal(err)
	}
	ensure(t, svc)
	put(t, s.Offices, Office{OfficeID: "o1", City: "Oslo"}, Office{OfficeID: "o2", City: "Rome"})
	put(t, s.Employees,
		Employee{EmployeeID: "e1", OfficeID: "o1", Team: "dev"}, Employee{EmployeeID: "e10", OfficeID: "o1", Team: "dev"},
		Employee{EmployeeID: "e2", OfficeID: "o1", Team: "ops"}, Employee{EmployeeID: "e3", OfficeID: "o2", Team: "dev"})
	e1, e10 := "e1", "e10"
	put(t, s.Tasks,
		Task{TaskID: "t1", Assignee: &e1, Project: "dev", Points: 3}, Task{TaskID: "t2", Assignee: &e1, Project: "zoo", Points: 5},
		Task{TaskID: "t3", Assignee: &e10, Project: "dev", Points: 8}, Task{TaskID: "t4", Project: "dev", Points: 1})
	return svc, &s
}

func put[T any](t *testing.T, e *dyn.Entity[T], items ...T) {
	t.Helper()
	for _, item := range items {
		if _, err := e.Put(t.Context(), item); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCollectionEmployees(t *testing.T) {
	t.Parallel()
	_, s := employeeApp(t)
	w, err := s.Workplace.Query(dyn.Eq(&officeF.OfficeID, "o1")).Collect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := Workplace{
		Office: Office{OfficeID: "o1", City: "Oslo"},
		Employees: []Employee{
			{EmployeeID: "e1", OfficeID: "o1", Team: "dev"}, {EmployeeID: "e10", OfficeID: "o1", Team: "dev"}, {EmployeeID: "e2", OfficeID: "o1", Team: "ops"},
		},
	}
	if diff := cmp.Diff(want, w); diff != "" {
		t.Errorf("workplace (-want +got):\n%s", diff)
	}
	// The other entity's pointer means the same part.
	if again, err := s.Workplace.Query(dyn.Eq(&employeeF.OfficeID, "o1")).Collect(t.Context()); err != nil || !cmp.Equal(want, again) {
		t.Errorf("by the employee's pointer: %v %v", again, err)
	}
	if _, err := s.Workplace.Query(dyn.Eq(&officeF.OfficeID, "none")).Collect(t.Context()); !errors.Is(err, dyn.ErrNotFound) {
		t.Errorf("a T without an item: %v", err)
	}
}

// TestCollectionClustered queries by a sort-key part that the entities share,
// with a pointer part on one side.
func TestCollectionClustered(t *testing.T) {
	t.Parallel()
	_, s := employeeApp(t)
	e1 := "e1"
	for name, conds := range map[string][]dyn.Cond{
		"task pointers":     {dyn.Eq(taskF.Assignee, "e1"), dyn.Eq(&taskF.Project, "dev")},
		"task pointer":      {dyn.Eq(&taskF.Assignee, &e1), dyn.Eq(&taskF.Project, "dev")},
		"employee pointers": {dyn.Eq(&employeeF.EmployeeID, "e1"), dyn.Eq(&employeeF.Team, "dev")},
	} {
		a, err := s.Assignments.Query(conds...).Collect(t.Context())
		want := Assignments{
			Employee: &Employee{EmployeeID: "e1", OfficeID: "o1", Team: "dev"},
			Tasks:    []Task{{TaskID: "t1", Assignee: &e1, Project: "dev", Points: 3}},
		}
		if diff := cmp.Diff(want, a); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	a, err := s.Assignments.Query(dyn.Eq(taskF.Assignee, "e1"), dyn.Gt(&taskF.Project, "dev")).Collect(t.Context())
	if err != nil || a.Employee != nil || len(a.Tasks) != 1 || a.Tasks[0].TaskID != "t2" {
		t.Errorf("a range on the shared part: %+v %v", a, err)
	}
	_, err = s.Assignments.Query(dyn.Eq(taskF.Assignee, "e1"), dyn.Eq(&taskF.Project, "dev"), dyn.Ge(&taskF.Points, 3)).Collect(t.Context())
	wantText(t, err, `dyn: query collection assignments: Task.Points is no part of the sort key that all entities of the collection share: "$<Project>#T#$<Points:04>#$<TaskID>" and "$<Team>#E"; use Filter`)
}

func wantText(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("error\n\t%v, want\n\t%s", err, want)
	}
}

// TestCollectionFilter filters one entity and leaves the others alone.
func TestCollectionFilter(t *testing.T) {
	t.Parallel()
	_, s := employeeApp(t)
	q := s.Workplace.Query(dyn.Eq(&officeF.OfficeID, "o1")).Filter(dyn.Eq(&employeeF.EmployeeID, "e10"))
	w, err := q.Collect(t.Context())
	if err != nil || w.Office.City != "Oslo" || len(w.Employees) != 1 || w.Employees[0].EmployeeID != "e10" {
		t.Errorf("filtered: %+v %v", w, err)
	}
	if n, err := q.Count(t.Context()); n != 2 || err != nil {
		t.Errorf("count: %d %v", n, err)
	}
	_, err = q.Filter(dyn.And(dyn.Eq(&employeeF.EmployeeID, "e10"), dyn.Eq(&officeF.City, "Oslo"))).Collect(t.Context())
	if err == nil {
		t.Error("a filter on two entities at once passed")
	}
}

// TestCollectionUnknown reports items of other entities where asked to.
func TestCollectionUnknown(t *testing.T) {
	t.Parallel()
	svc, s := employeeApp(t)
	type onlyOffice struct{ Office Office }
	c, err := dyn.NewCollection[onlyOffice](svc, "workplace")
	if err != nil {
		t.Fatal(err)
	}
	put(t, s.Offices, Office{OfficeID: "o1", City: "Oslo"})
	q := c.Query(dyn.Eq(&officeF.OfficeID, "o1"), dyn.Eq(&officeF.OfficeID, "o1"))
	if _, err := q.Collect(t.Context()); err == nil {
		t.Error("two conditions on one part passed")
	}
	q = c.Query(dyn.Eq(&officeF.OfficeID, "o1"))
	if o, err := q.Collect(t.Context()); err != nil || o.Office.City != "Oslo" {
		t.Errorf("unknown items left out: %+v %v", o, err)
	}
	w, err := dyn.NewCollection[Workplace](svc, "workplace")
	if err != nil {
		t.Fatal(err)
	}
	type stranger struct {
		_ struct{} `dyn:"entity=stranger"`
		_ struct{} `dyn:"pk,template=STRANGER#$<ID>"`
		_ struct{} `dyn:"sk,template=STRANGER"`
		_ struct{} `dyn:"pk,index=gsi1,template=OFFICE#$<OfficeID>"`
		_ struct{} `dyn:"sk,index=gsi1,template=B#$<ID>"`

		ID       string
		OfficeID string
	}
	put(t, entityOf[stranger](t, svc), stranger{ID: "s", OfficeID: "o1"})
	var seen []string
	_, err = w.Query(dyn.Eq(&officeF.OfficeID, "o1")).OnUnknown(func(owner string, item map[string]types.AttributeValue) error {
		seen = append(seen, owner)
		return nil
	}).Collect(t.Context())
	if err != nil || !slices.Equal(seen, []string{"stranger"}) {
		t.Errorf("unknown items: %v %v", seen, err)
	}
	fail := errors.New("no strangers")
	_, err = w.Query(dyn.Eq(&officeF.OfficeID, "o1")).OnUnknown(func(string, map[string]types.AttributeValue) error { return fail }).Collect(t.Context())
	if !errors.Is(err, fail) {
		t.Errorf("an error of OnUnknown: %v", err)
	}
}

// TestCollectionPages holds pages of every size, in both directions, against
// the whole.
func TestCollectionPages(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	var s employeeStore
	if err := dyn.Bind(svc, &s); err != nil {
		t.Fatal(err)
	}
	ensure(t, svc)
	r := rand.New(rand.NewPCG(3, 4))
	put(t, s.Offices, Office{OfficeID: "o1", City: "Oslo"})
	for i := range 23 {
		put(t, s.Employees, Employee{EmployeeID: fmt.Sprint("e", i), OfficeID: "o1", Team: fmt.Sprint(r.IntN(3))})
	}
	q := s.Workplace.Query(dyn.Eq(&officeF.OfficeID, "o1"))
	for _, q := range []dyn.CollectionQuery[Workplace]{q, q.Descending(), q.PageSize(3)} {
		var whole []any
		for item, err := range q.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			whole = append(whole, item)
		}
		if len(whole) != 24 {
			t.Fatalf("%d items", len(whole))
		}
		for n := 1; n <= 25; n++ {
			var got []any
			one := q.Limit(n)
			for {
				p, err := one.Page(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				part := asItems(p.Items)
				if len(part) > n {
					t.Fatalf("%d items in a page of %d", len(part), n)
				}
				got = append(got, part...)
				if p.Next == "" {
					break
				}
				one = one.After(p.Next)
			}
			less := func(a, b any) int { return cmpText(fmt.Sprint(a), fmt.Sprint(b)) }
			w := slices.Clone(whole)
			slices.SortFunc(w, less)
			slices.SortFunc(got, less)
			if diff := cmp.Diff(w, got); diff != "" {
				t.Fatalf("pages of %d (-want +got):\n%s", n, diff)
			}
		}
	}
}

func asItems(w Workplace) []any {
	var out []any
	if w.Office.OfficeID != "" {
		out = append(out, w.Office)
	}
	for _, e := range w.Employees {
		out = append(out, e)
	}
	return out
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

type (
	// Verse refuses to be read when it is torn.
	Verse struct {
		_ struct{} `dyn:"entity=verse"`
		_ struct{} `dyn:"pk,template=SONG#$<Song>,collection=song"`
		_ struct{} `dyn:"sk,template=$<Number:02>#VERSE"`

		Song   string `dynamodbav:"song"`
		Number int    `dynamodbav:"number"`
		Torn   bool   `dynamodbav:"torn"`
	}
	// Chord is beside a verse.
	Chord struct {
		_ struct{} `dyn:"entity=chord"`
		_ struct{} `dyn:"pk,template=SONG#$<Song>,collection=song"`
		_ struct{} `dyn:"sk,template=$<Number:02>#CHORD"`

		Song   string `dynamodbav:"song"`
		Number int    `dynamodbav:"number"`
	}
	song struct {
		Verses []Verse
		Chords []Chord
	}
)

var (
	verseF = dyn.Fields[Verse]()

	errTorn = errors.New("the verse is torn")
)

func (v *Verse) AfterRead(context.Context) error {
	if v.Torn {
		return errTorn
	}
	return nil
}

// openSongs returns the handles of a table of songs.
func openSongs(t *testing.T) (*dyn.Entity[Verse], *dyn.Entity[Chord], *dyn.Collection[song]) {
	t.Helper()
	svc := serviceOn(t, localClient(dynlocal.Start(t)), dyn.Table{Name: "app"})
	verses, chords := entityOf[Verse](t, svc), entityOf[Chord](t, svc)
	songs, err := dyn.NewCollection[song](svc, "song")
	if err != nil {
		t.Fatal(err)
	}
	if err := svc.EnsureTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	return verses, chords, songs
}

// What a collection holds when a hook refuses an item, in any of its pages, are
// the items before it.
func TestCollectionUpToAnError(t *testing.T) {
	verses, chords, songs := openSongs(t)
	for i := range 10 {
		if _, err := verses.Put(t.Context(), Verse{Song: "s", Number: i, Torn: i == 6}); err != nil {
			t.Fatal(err)
		}
		if _, err := chords.Put(t.Context(), Chord{Song: "s", Number: i}); err != nil {
			t.Fatal(err)
		}
	}
	for _, size := range []int{0, 1, 2, 3, 7, 19} {
		q := songs.Query(dyn.Eq(&verseF.Song, "s"))
		if size > 0 {
			q = q.PageSize(size)
		}
		got, err := q.Collect(t.Context())
		if !errors.Is(err, errTorn) {
			t.Errorf("pages of %d: %v", size, err)
		}
		if len(got.Verses) != 6 || len(got.Chords) != 7 || got.Verses[5].Number != 5 || got.Chords[6].Number != 6 {
			t.Errorf("pages of %d: %d verses, %d chords: %v", size, len(got.Verses), len(got.Chords), got)
		}
	}
}

// Items come in runs of one entity, of all lengths, and each is read as what it is.
func TestCollectionRuns(t *testing.T) {
	verses, chords, songs := openSongs(t)
	r := randtest.New(t)
	var want song
	for i := 0; i < 90; {
		chord := chance(r, 50)
		for range 1 + r.IntN(25) {
			if chord {
				want.Chords = append(want.Chords, Chord{Song: "s", Number: i})
			} else {
				want.Verses = append(want.Verses, Verse{Song: "s", Number: i})
			}
			if i++; i == 90 {
				break
			}
		}
	}
	if _, err := verses.BatchPut(t.Context(), want.Verses); err != nil {
		t.Fatal(err)
	}
	if _, err := chords.BatchPut(t.Context(), want.Chords); err != nil {
		t.Fatal(err)
	}
	q := songs.Query(dyn.Eq(&verseF.Song, "s"))
	got, err := q.Collect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	next := 0
	for item, err := range q.PageSize(40).All(t.Context()) {
		number := -1
		switch item := item.(type) {
		case Verse:
			number = item.Number
		case Chord:
			number = item.Number
		}
		if err != nil || number != next {
			t.Fatalf("%v, %v; want number %d", item, err, next)
		}
		next++
	}
	if next != 90 {
		t.Errorf("%d items", next)
	}
}
