package dyn_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dyntable/dyn"
)

// scribble changes all that v holds.
func scribble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			scribble(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scribble(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			scribble(v.Index(i))
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			scribble(v.MapIndex(k))
		}
		v.Clear()
	case reflect.String:
		if v.CanSet() {
			v.SetString("scribbled")
		}
	case reflect.Uint8:
		if v.CanSet() {
			v.SetUint(v.Uint() ^ 1)
		}
	case reflect.Bool:
		if v.CanSet() {
			v.SetBool(!v.Bool())
		}
	}
}

// Logged has the time at which it was written in its key.
type Logged struct {
	_ struct{} `dyn:"entity=logged"`
	_ struct{} `dyn:"pk,template=U#$<User>"`
	_ struct{} `dyn:"sk,template=E#$<At>"`

	User   string    `dynamodbav:"user"`
	Tenant string    `dynamodbav:"tenant"`
	Data   []byte    `dynamodbav:"data"`
	At     time.Time `dynamodbav:"at" dyn:"created"`
}

var loggedF = dyn.Fields[Logged]()

// TestInputsShareNothing changes all that the input of one description holds: no
// other, and no handle, may notice.
func TestInputsShareNothing(t *testing.T) {
	t.Parallel()
	opts := []dyn.ServiceOption{fixedClock(), dyn.WithRandom(zeros{})}
	t.Run("without a client", func(t *testing.T) { shareNothing(t, serviceOn(t, nil, dyn.Table{Name: "app"}, opts...)) })
	t.Run("with one", func(t *testing.T) { shareNothing(t, newService(t, opts...)) })
}

func shareNothing(t *testing.T, svc *dyn.Service) {
	plain := entityOf[Card](t, svc)
	logged := entityOf[Logged](t, svc)
	scoped := plain.Scope(dyn.Eq(&cardF.UserID, "u1"))
	mine := logged.Scope(dyn.Eq(&loggedF.Tenant, "t"))
	cond := dyn.And(dyn.Eq(&cardF.Likes, 3), dyn.Expr(expression.Name("a.b").Equal(expression.Value([]any{1, "x", map[string]any{"a": []byte("b")}}))))
	card := Card{CardID: "1", UserID: "u1", Tags: []string{"a"}, Nick: ptr("n"), Items: []Item{{"a", 1}}, Scores: map[string]int{"x": 1}}
	l := Logged{User: "u", At: day, Data: []byte("data"), Tenant: "t"}
	cases := map[string]func() (any, error){}
	for n, e := range map[string]*dyn.Entity[Card]{"plain": plain, "scoped": scoped} {
		q := e.Query(dyn.Eq(&cardF.CardID, "1")).Filter(dyn.Gt(&cardF.Likes, 3))
		qi := e.Index("byUser").Query(dyn.Eq(&cardF.UserID, "u1"), dyn.Gt(&cardF.CreatedAt, day))
		put, cput := dyn.Put(e, card), dyn.Put(e, card, dyn.If(cond))
		create, del, rem := dyn.Create(e, card), dyn.Delete(e, card), dyn.Remove(e, card, dyn.If(cond))
		up := dyn.Update(e, Card{CardID: "1"}, dyn.Set(&cardF.Likes, 3), dyn.Append(&cardF.Items, Item{Name: "x"}), dyn.If(cond))
		ups := dyn.Upsert(e, Card{CardID: "1", UserID: "u1"}, dyn.Set(&cardF.Likes, 3))
		chk := dyn.Check(e, card, cond)
		cases[n+" query"] = func() (any, error) { return q.Input() }
		cases[n+" index query"] = func() (any, error) { return qi.Input() }
		cases[n+" index scan"] = func() (any, error) { return e.Index("byUser").Scan().Input() }
		cases[n+" put"] = put.Input
		cases[n+" cput"] = cput.Input
		cases[n+" create"] = create.Input
		cases[n+" delete"] = del.Input
		cases[n+" remove"] = rem.Input
		cases[n+" update"] = up.Input
		cases[n+" upsert"] = ups.Input
		cases[n+" check"] = chk.Input
	}
	p, d, u := dyn.Put(mine, l), dyn.Delete(mine, l), dyn.Update(mine, l, dyn.Set(&loggedF.Data, []byte("x")))
	mq := mine.Query(dyn.Eq(&loggedF.User, "u"))
	cases["mine put"], cases["mine delete"], cases["mine update"] = p.Input, d.Input, u.Input
	cases["mine query"] = func() (any, error) { return mq.Input() }
	first := map[string]string{}
	for n, c := range cases {
		first[n] = exactly(t, c)
	}
	for n, c := range cases {
		in, err := c()
		if err != nil {
			t.Fatal(err)
		}
		scribble(reflect.ValueOf(in))
		for m, c := range cases {
			if again := exactly(t, c); again != first[m] {
				t.Errorf("scribbling over %s changes %s:\n%s\n%s", n, m, first[m], again)
				first[m] = again
			}
		}
	}
}

// TestConditionsAreTheirOwn changes a slice of conditions after it has been used.
func TestConditionsAreTheirOwn(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, nil, dyn.Table{Name: "app"}, fixedClock())
	e := entityOf[Card](t, svc)
	conds := []dyn.Cond{dyn.Eq(&cardF.Likes, 1), dyn.Eq(&cardF.Status, Draft)}
	or, and := dyn.Or(conds...), dyn.And(conds...)
	ops := []dyn.Op{dyn.Check(e, Card{CardID: "1"}, conds...), dyn.Delete(e, Card{CardID: "1"}, dyn.If(conds...)), dyn.Delete(e, Card{CardID: "1"}, dyn.If(or, and))}
	q := e.Query(dyn.Eq(&cardF.CardID, "1")).Filter(conds...)
	var want []string
	get := func() (out []string) {
		for _, o := range ops {
			out = append(out, exactly(t, o.Input))
		}
		return append(out, exactly(t, func() (any, error) { return q.Input() }))
	}
	want = get()
	conds[0] = dyn.Eq(&cardF.Likes, 2)
	for i, g := range get() {
		if g != want[i] {
			t.Errorf("%d:\n%s\n%s", i, want[i], g)
		}
	}
}

// TestDescriptionsAreShared uses the same clauses, conditions, operations and
// queries, and a handle of Scope, on many goroutines at a time.
func TestDescriptionsAreShared(t *testing.T) {
	t.Parallel()
	client := wired(t)
	for i, svc := range tiers(t, client, fixedClock()) {
		cards, crates := entityOf[Card](t, svc), entityOf[Crate](t, svc)
		if i == 0 {
			ensure(t, svc)
		}
		scoped := cards.Scope(dyn.Eq(&cardF.UserID, "u1"))
		cond := dyn.Or(dyn.Eq(&cardF.UserID, "u1"), dyn.In(&cardF.Likes, 1, 2, 3))
		if _, err := cards.Put(t.Context(), Card{CardID: "1", UserID: "u1"}); err != nil {
			t.Fatal(err)
		}
		if _, err := cards.Put(t.Context(), Card{CardID: "2", UserID: "u2"}); err != nil {
			t.Fatal(err)
		}
		clauses := []dyn.Clause{dyn.Add(&cardF.Likes, 1), dyn.Set(&cardF.Tags, []string{"a"}), dyn.Set(cardF.Nick, "nick"), dyn.If(cond)}
		q := cards.Index("byUser").Query(dyn.Eq(&cardF.UserID, "u1"))
		ops := []dyn.TransactItem{dyn.Put(cards, Card{CardID: "t", UserID: "u1"}), dyn.Update(cards, Card{CardID: "1"}, clauses...), dyn.Put(crates, crate(0, 1, "x"))}
		bops := []dyn.BatchItem{dyn.Put(cards, Card{CardID: "b", UserID: "u1"}), dyn.Put(crates, crate(0, 2, "x")), dyn.Delete(cards, Card{CardID: "q"})}
		var wg sync.WaitGroup
		for g := range 6 {
			wg.Go(func() {
				for n := range 10 {
					if c, err := cards.Update(t.Context(), Card{CardID: "1"}, clauses...); err != nil || c.CardID != "1" {
						t.Error(err)
					}
					if _, err := scoped.Update(t.Context(), Card{CardID: "2"}, clauses...); !errors.Is(err, dyn.ErrNotFound) {
						t.Error(err)
					}
					if _, err := scoped.Put(t.Context(), Card{CardID: "2"}); err == nil {
						t.Error("put over another's")
					}
					if _, err := scoped.Get(t.Context(), Card{CardID: "2"}); !errors.Is(err, dyn.ErrNotFound) {
						t.Error(err)
					}
					if err := svc.Transact(t.Context(), ops...); err != nil && !strings.Contains(err.Error(), "Conflict") {
						t.Error(err)
					}
					if err := svc.BatchWrite(t.Context(), bops...); err != nil {
						t.Error(err)
					}
					a, b := q.Filter(dyn.Eq(&cardF.Status, Draft)).Limit(1), q.Filter(dyn.Eq(&cardF.Likes, -1)).Descending()
					if l, err := a.Collect(t.Context()); err != nil || len(l) != 1 || l[0].UserID != "u1" {
						t.Error(l, err)
					}
					if l, err := b.Collect(t.Context()); err != nil || len(l) != 0 {
						t.Error(l, err)
					}
					id := fmt.Sprint(g, ".", n)
					var st Card
					c, err := cards.Put(t.Context(), Card{CardID: id, UserID: "u3", Nick: ptr(id)}, dyn.Stored(&st))
					if err != nil || c.CardID != id || *st.Nick != id {
						t.Error(err)
					}
					got, err := cards.Get(t.Context(), Card{CardID: id})
					if err != nil || *got.Nick != id {
						t.Error(got, err)
					}
					_, err = cards.Create(t.Context(), Card{CardID: id, UserID: "u3"})
					var ce *dyn.ConditionError
					if !errors.As(err, &ce) || ce.Old.(Card).CardID != id {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
}
