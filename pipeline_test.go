package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// Piped records what happens to it on its way in and out.
type Piped struct {
	_ struct{} `dyn:"entity=piped"`
	_ struct{} `dyn:"pk,template=P#$<Key>"`
	_ struct{} `dyn:"sk,template=P"`
	_ struct{} `dyn:"pk,index=gsi1,template=T#$<Title>"`

	Key    string    `dynamodbav:"key"`
	ID     string    `dynamodbav:"id" dyn:"generate=ulid"`
	Title  string    `dynamodbav:"title" dyn:"default=untitled"`
	Kind   string    `dynamodbav:"kind" dyn:"required,enum=good|bad"`
	Secret string    `dynamodbav:"secret"`
	Made   time.Time `dynamodbav:"made" dyn:"created"`
	Log    *[]string `dynamodbav:"-"`
}

var pipedF = dyn.Fields[Piped]()

func (p *Piped) log(stage string) {
	if p.Log != nil {
		*p.Log = append(*p.Log, fmt.Sprintf("%s: id %d, title %q, kind %q, secret %q, made %v", stage, len(p.ID), p.Title, p.Kind, p.Secret, !p.Made.IsZero()))
	}
}

// BeforeWrite fills in what is required and hides the secret.
func (p *Piped) BeforeWrite(ctx context.Context) error {
	p.log("before write")
	if err, ok := ctx.Value(hookError{}).(error); ok {
		return err
	}
	if p.Kind == "" {
		p.Kind = "good"
	}
	p.Title = strings.ToUpper(p.Title)
	if p.Secret != "" {
		p.Secret = "sealed " + p.Secret
	}
	return nil
}

func (p *Piped) AfterRead(ctx context.Context) error {
	if err, ok := ctx.Value(hookError{}).(error); ok {
		return err
	}
	p.Secret = strings.TrimPrefix(p.Secret, "sealed ")
	return nil
}

func (p *Piped) Validate() error {
	p.log("validate")
	if p.Title == "WRONG" {
		return errors.New("the title is wrong")
	}
	return nil
}

type hookError struct{}

// TestPipelineOrder holds the documented order of what happens to an item on
// its way into the table.
func TestPipelineOrder(t *testing.T) {
	t.Parallel()
	validator := dyn.WithValidator(func(item any) error {
		p := item.(*Piped)
		p.log("validator")
		if p.Secret == "sealed bad" {
			return errors.New("the secret is bad")
		}
		return nil
	})
	svc := newService(t, fixedClock(), dyn.WithRandom(zeros{}), validator)
	piped := entityOf[Piped](t, svc)
	ensure(t, svc)
	wantLog := []string{
		`before write: id 26, title "untitled", kind "", secret "s", made true`,
		`validate: id 26, title "UNTITLED", kind "good", secret "sealed s", made true`,
		`validator: id 26, title "UNTITLED", kind "good", secret "sealed s", made true`,
	}
	for name, write := range map[string]func(Piped) (Piped, error){
		"put":    func(p Piped) (Piped, error) { return piped.Put(t.Context(), p) },
		"create": func(p Piped) (Piped, error) { return piped.Create(t.Context(), p) },
		"upsert": func(p Piped) (Piped, error) { return piped.Upsert(t.Context(), p) },
	} {
		log := []string{}
		given := Piped{Key: name, Secret: "s", Log: &log}
		same := given
		if _, err := write(given); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(wantLog, log); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if given != same {
			t.Errorf("%s changes the caller's item to %+v", name, given)
		}
		// Keys come after the hook, and reading undoes what it did.
		got, err := piped.Index("gsi1").Query(dyn.Eq(&pipedF.Title, "UNTITLED")).Filter(dyn.Eq(&pipedF.Secret, "sealed s")).Collect(t.Context())
		want := []Piped{{Key: name, ID: "01KJVKTDCJ0000000000000000", Title: "UNTITLED", Kind: "good", Secret: "s", Made: day}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s, read: %v (-want +got):\n%s", name, err, diff)
		}
		if err := piped.Delete(t.Context(), given); err != nil {
			t.Fatal(err)
		}
	}
}

// TestValidation collects every failure, and writes nothing.
func TestValidation(t *testing.T) {
	t.Parallel()
	count := &requests{}
	svc := serviceOn(t, newClient(t, count.install), dyn.Table{Name: "app"}, fixedClock(), dyn.WithValidator(func(item any) error {
		if p := item.(*Piped); p.Kind == "ugly" {
			return errors.New("the validator agrees")
		}
		return nil
	}))
	piped := entityOf[Piped](t, svc)
	ensure(t, svc)
	if _, err := piped.Put(t.Context(), Piped{Key: "1"}); err != nil {
		t.Fatal(err)
	}
	bad := Piped{Key: "1", Title: "wrong", Kind: "ugly"}
	const all = "Kind is \"ugly\"; it must be one of good, bad\n\tthe title is wrong\n\tthe validator agrees"
	tests := []struct {
		name  string
		write func() (Piped, error)
		want  string
	}{
		{"put", func() (Piped, error) { return piped.Put(t.Context(), bad) }, "dyn: put piped: " + all},
		{"create", func() (Piped, error) { return piped.Create(t.Context(), bad) }, "dyn: create piped: " + all},
		{"upsert", func() (Piped, error) { return piped.Upsert(t.Context(), bad) }, "dyn: upsert piped: " + all},
		{"modify", func() (Piped, error) {
			return piped.Modify(t.Context(), bad, func(p *Piped) error { p.Title, p.Kind = "wrong", "ugly"; return nil })
		}, "dyn: modify piped: " + all},
		{"update", func() (Piped, error) {
			return piped.Update(t.Context(), bad, dyn.Set(&pipedF.Kind, "ugly"), dyn.Set(&pipedF.Title, "x"))
		}, `dyn: update piped: Kind is "ugly"; it must be one of good, bad`},
		{"update that empties what is required", func() (Piped, error) {
			return piped.Update(t.Context(), bad, dyn.Unset(&pipedF.Kind), dyn.Set(&pipedF.Title, "x"))
		}, "dyn: update piped: Kind is required and can't be removed or emptied"},
	}
	for _, tt := range tests {
		sent := count.writes()
		got, err := tt.write()
		var invalid *dyn.ValidationError
		if !errors.As(err, &invalid) || err.Error() != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(bad, got); diff != "" {
			t.Errorf("%s returns something else than it was given:\n%s", tt.name, diff)
		}
		if n := count.writes() - sent; n != 0 {
			t.Errorf("%s sends %d writes", tt.name, n)
		}
	}
}

// TestHookErrors says which hook failed, and keeps its error.
func TestHookErrors(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	piped := entityOf[Piped](t, svc)
	ensure(t, svc)
	if _, err := piped.Put(t.Context(), Piped{Key: "1"}); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	ctx := context.WithValue(t.Context(), hookError{}, boom)
	key := Piped{Key: "1"}
	tests := []struct {
		name string
		do   func() error
		want string
	}{
		{"put", func() error { _, err := piped.Put(ctx, key); return err }, "dyn: put piped: BeforeWrite: boom"},
		{"create", func() error { _, err := piped.Create(ctx, key); return err }, "dyn: create piped: BeforeWrite: boom"},
		{"upsert", func() error { _, err := piped.Upsert(ctx, key); return err }, "dyn: upsert piped: BeforeWrite: boom"},
		{"update", func() error { _, err := piped.Update(ctx, key, dyn.Set(&pipedF.Secret, "x")); return err }, "dyn: update piped: AfterRead: boom"},
		{"modify", func() error { _, err := piped.Modify(ctx, key, func(*Piped) error { return nil }); return err }, "dyn: modify piped: AfterRead: boom"},
		{"get", func() error { _, err := piped.Get(ctx, key); return err }, "dyn: get piped: AfterRead: boom"},
		{"query", func() error { _, err := piped.Query(dyn.Eq(&pipedF.Key, "1")).Collect(ctx); return err }, "dyn: query piped: AfterRead: boom"},
		{"scan", func() error { _, err := piped.Scan().Collect(ctx); return err }, "dyn: scan piped: AfterRead: boom"},
		{"exists needs no hook", func() error { _, err := piped.Exists(ctx, key); return err }, ""},
	}
	for _, tt := range tests {
		err := tt.do()
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		if !errors.Is(err, boom) || err.Error() != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// requests counts those that a client sends.
type requests struct{ gets, others int }

func (r *requests) install(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, r.count) }

func (r *requests) writes() int { return r.others }

// Base is embedded behind a pointer.
type Base struct {
	ID        string    `dynamodbav:"id" dyn:"generate=uuid7"`
	Status    Status    `dynamodbav:"status" dyn:"default=draft"`
	UpdatedAt time.Time `dynamodbav:"updatedAt" dyn:"updated"`
	Revision  *int      `dynamodbav:"revision" dyn:"lock"`
	PK        string    `dynamodbav:"pk" dyn:"pk,template=B#$<Name>"`
}

// Based has all that dyn sets in what it shares with other values.
type Based struct {
	*Base
	_ struct{} `dyn:"entity=based"`
	_ struct{} `dyn:"sk,template=B"`

	Name  string     `dynamodbav:"name"`
	Made  *time.Time `dynamodbav:"made" dyn:"created"`
	Level *int       `dynamodbav:"level" dyn:"default=3"`
}

// TestCallersItem holds that nothing of the caller's item is changed, not even
// behind its pointers, and that it comes back as given when there is an error.
func TestCallersItem(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock(), dyn.WithRandom(zeros{}))
	based := entityOf[Based](t, svc)
	ensure(t, svc)
	one := 1
	given := func() Based { return Based{Base: &Base{Revision: ptr(1)}, Name: "n", Made: &time.Time{}} }
	stored := Based{
		Base: &Base{ID: "019cb73d-3592-7000-8000-000000000000", Status: Draft, UpdatedAt: day, Revision: &one, PK: "B#n"},
		Name: "n", Made: ptr(day), Level: ptr(3),
	}
	atRevision := func(n int) Based {
		b := *stored.Base
		b.Revision = &n
		return with(stored, func(s *Based) { s.Base = &b })
	}
	steps := []struct {
		name  string
		write func(Based) (Based, error)
		want  Based
	}{
		{"create", func(b Based) (Based, error) { return based.Create(t.Context(), b) }, stored},
		{"put", func(b Based) (Based, error) { return based.Put(t.Context(), b) }, atRevision(2)},
	}
	for _, tt := range steps {
		item, same := given(), given()
		base, rev, made := item.Base, item.Revision, item.Made
		got, err := tt.write(item)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
		}
		if diff := cmp.Diff(same, item); diff != "" || item.Base != base || item.Revision != rev || item.Made != made {
			t.Errorf("%s changes the caller's item:\n%s", tt.name, diff)
		}
	}
	for name, write := range map[string]func(Based) (Based, error){
		"create": func(b Based) (Based, error) { return based.Create(t.Context(), b) },
		"put":    func(b Based) (Based, error) { return based.Put(t.Context(), b) },
		"upsert": func(b Based) (Based, error) { return based.Upsert(t.Context(), b) },
		"update": func(b Based) (Based, error) {
			f := dyn.Fields[Based]()
			return based.Update(t.Context(), b, dyn.Set(&f.Status, Published))
		},
		"modify": func(b Based) (Based, error) {
			return based.Modify(t.Context(), b, func(b *Based) error { b.Status = Published; return nil }, dyn.If(dyn.Eq(dyn.Fields[Based]().Level, 99)))
		},
	} {
		item := given()
		base := item.Base
		got, err := write(item)
		var refused *dyn.ConditionError
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(given(), item); diff != "" {
			t.Errorf("%s changes the caller's item:\n%s", name, diff)
		}
		if diff := cmp.Diff(given(), got); diff != "" || got.Base != base {
			t.Errorf("%s returns something else than it was given:\n%s", name, diff)
		}
	}
}

// TestInputRunsHooksOnACopy asks for the same request three times.
func TestInputRunsHooksOnACopy(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, nil, dyn.Table{Name: "app"}, fixedClock(), dyn.WithRandom(zeros{}))
	piped, based := entityOf[Piped](t, svc), entityOf[Based](t, svc)
	item, base := Piped{Key: "1", Secret: "s"}, Based{Base: &Base{Revision: ptr(4)}, Name: "n"}
	for name, tt := range map[string]struct {
		op   dyn.Op
		want string
	}{
		"put":             {dyn.Put(piped, item), "Value=sealed s\""},
		"create":          {dyn.Create(piped, item), "Value=sealed s\""},
		"upsert":          {dyn.Upsert(piped, item), "Value=sealed s\""},
		"put embedded":    {dyn.Put(based, base), "Value=5"},
		"upsert embedded": {dyn.Upsert(based, base), "Value=4"},
	} {
		first := exactly(t, tt.op.Input)
		if !strings.Contains(first, tt.want) {
			t.Errorf("%s: no %q in the request %s", name, tt.want, first)
		}
		for range 2 {
			if again := exactly(t, tt.op.Input); again != first {
				t.Errorf("%s: the request changes:\n%s\n%s", name, first, again)
			}
		}
	}
}

func (r *requests) count(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("count", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		switch in.Parameters.(type) {
		case *dynamodb.GetItemInput:
			r.gets++
		default:
			r.others++
		}
		return next.HandleInitialize(ctx, in)
	}), middleware.Before)
}

// TestUpsertHook applies what the hook makes of the item, but not to what a
// clause says.
func TestUpsertHook(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	piped := entityOf[Piped](t, svc)
	ensure(t, svc)
	if _, err := piped.Upsert(t.Context(), Piped{Key: "1", Secret: "s"}, dyn.Set(&pipedF.Title, "as it is"), dyn.SetOnce(&pipedF.ID, "7")); err != nil {
		t.Fatal(err)
	}
	found, err := piped.Query(dyn.Eq(&pipedF.Key, "1")).Filter(dyn.Eq(&pipedF.Secret, "sealed s")).First(t.Context())
	want := Piped{Key: "1", ID: "7", Title: "as it is", Kind: "good", Secret: "s", Made: day}
	if diff := cmp.Diff(want, found); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
