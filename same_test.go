package dyn_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/dyntable/dyn"
)

// TestSameInput describes each operation a thousand times over: the same input
// gives the same request, byte for byte.
func TestSameInput(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, nil, dyn.Table{Name: "app"}, fixedClock(), dyn.WithRandom(zeros{}))
	cards, orders, kinds := entityOf[Card](t, svc), entityOf[Order](t, svc), entityOf[Kinds](t, svc)
	workplace, err := dyn.NewCollection[Workplace](workplaces(t), "workplace")
	if err != nil {
		t.Fatal(err)
	}
	card := Card{
		CardID: "1", UserID: "u1", Tags: []string{"c", "a", "b"}, Nick: ptr("bo"), Items: []Item{{"pen", 2}},
		Scores: map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5},
	}
	order := Order{CustomerID: "c", Region: "eu", State: "open", Priority: 2, Due: day, Ship: &Address{Zip: "0150"}, Marks: card.Scores, Codes: []int{3, 1, 2}}
	old := with(order, func(o *Order) { o.OrderID = "7" })
	cond := dyn.And(dyn.Or(dyn.Eq(&cardF.Likes, 1), dyn.In(&cardF.Status, Draft, Published)), dyn.Eq(&cardF.Scores, card.Scores),
		dyn.Expr(expression.Name("a.b").Equal(expression.Value(1)).And(expression.Name("c").AttributeExists())))
	operations := map[string]func() (any, error){
		"put":    dyn.Put(cards, card, dyn.If(cond)).Input,
		"put id": func() (any, error) { return dyn.Put(orders, order).Input() },
		"create": func() (any, error) { return dyn.Create(cards, card, dyn.If(cond)).Input() },
		"update": func() (any, error) {
			return dyn.Update(cards, card, dyn.Set(&cardF.Scores, card.Scores), dyn.Set(&cardF.UserID, "u2"), dyn.AddTo(&cardF.Tags, "z", "y"), dyn.Add(&cardF.Likes, 1),
				dyn.Set(dyn.Sub(dyn.At(&cardF.Items, 0), func(i *Item) *int { return &i.Qty }), 3), dyn.If(cond)).Input()
		},
		"update from": func() (any, error) {
			return dyn.Update(orders, old, dyn.Set(&orderF.Priority, 3), dyn.Set(&orderF.Ship.Zip, "1"), dyn.From(old)).Input()
		},
		"set from": func() (any, error) {
			return dyn.Update(cards, card, dyn.SetFrom(CardPatch{Scores: card.Scores, Tags: card.Tags, Likes: ptr(1)})).Input()
		},
		"upsert": func() (any, error) {
			return dyn.Upsert(orders, order, dyn.Append(&orderF.Lines, Item{"pen", 1})).Input()
		},
		"delete": func() (any, error) { return dyn.Delete(cards, card, dyn.If(cond)).Input() },
		"remove": func() (any, error) { return dyn.Remove(cards, card, dyn.If(cond)).Input() },
		"check":  func() (any, error) { return dyn.Check(cards, card, cond).Input() },
		"query": func() (any, error) {
			return cards.Index("byUser").Query(dyn.Eq(&cardF.UserID, "u"), dyn.Gt(&cardF.CreatedAt, day)).Filter(dyn.Eq(&cardF.Likes, 1), dyn.Has(&cardF.Tags, "a")).Input()
		},
		"project": func() (any, error) {
			return dyn.Project[CardTitle](cards.Index("byUser").Query(dyn.Eq(&cardF.UserID, "u"))).Input()
		},
		"find": func() (any, error) { return cards.Find(dyn.Eq(&cardF.Likes, 1), dyn.Eq(&cardF.UserID, "u")).Input() },
		"scan": func() (any, error) { return cards.Scan().Filter(cond).Input() },
		"every clause": func() (any, error) {
			return dyn.Update(cards, card, dyn.SetOnce(cardF.Nick, "x"), dyn.Unset(&cardF.Author.Name), dyn.Subtract(&cardF.Likes, 2),
				dyn.Prepend(&cardF.Items, Item{"a", 1}), dyn.DeleteFrom(&cardF.Tags, "c", "b", "a"), dyn.Copy(&cardF.Author.City, &cardF.UserID),
				dyn.AddField(dyn.Entry(&cardF.Scores, "a"), dyn.Entry(&cardF.Scores, "b")), dyn.SubtractField(dyn.Entry(&cardF.Scores, "c"), &cardF.Likes),
				dyn.Expect(&cardF.Status, Draft)).Input()
		},
		"every condition": func() (any, error) {
			f := kindsF
			return dyn.Check(kinds, Kinds{ID: "1"},
				dyn.Ne(&f.N, 1), dyn.Lt(&f.F, 1), dyn.Le(&f.S, "a"), dyn.Ge(&f.U, day), dyn.Between(&f.N, 1, 2), dyn.BeginsWith(&f.S, "a"), dyn.Contains(&f.S, "b"),
				dyn.Exists(&f.P), dyn.NotExists(&f.None), dyn.TypeIs(&f.Any, "S"), dyn.Eq(dyn.Size(&f.S), 1), dyn.Ne(dyn.Size(&f.SS), 1), dyn.Lt(dyn.Size(&f.L), 1), dyn.Le(dyn.Size(&f.M), 1),
				dyn.Gt(dyn.Size(&f.B), 1), dyn.Ge(dyn.Size(&f.NS), 1), dyn.EqField(&f.S, &f.Inner.S), dyn.NeField(&f.S, f.P), dyn.LtField(&f.S, &f.Inner.S), dyn.LeField(&f.S, &f.Inner.S),
				dyn.Not(dyn.Eq(&f.SS, []string{"c", "a", "b"})), dyn.Has(&f.NS, 3), dyn.In(&f.M, map[string]int{"a": 1, "b": 2, "c": 3})).Input()
		},
		"query options": func() (any, error) {
			return cards.Query(dyn.Eq(&cardF.CardID, "1")).Descending().Consistent().PageSize(3).Limit(2).Input()
		},
		"hydrate":          func() (any, error) { return cards.Index("byUser").Query(dyn.Eq(&cardF.UserID, "u")).Hydrate().Input() },
		"segments":         func() (any, error) { return cards.Scan().Segments(3).PageSize(9).Input() },
		"scan of an index": func() (any, error) { return cards.Index("byUser").Scan().Input() },
		"collection": func() (any, error) {
			return workplace.Query(dyn.Eq(&officeF.OfficeID, "o")).Filter(dyn.Eq(&employeeF.Team, "dev"), dyn.Eq(&officeF.City, "Oslo")).Input()
		},
		"table": func() (any, error) { return svc.CreateTableInput() },
	}
	for name, describe := range operations {
		first := exactly(t, describe)
		for range 1000 {
			if again := exactly(t, describe); again != first {
				t.Fatalf("%s: once\n%s\nand once\n%s", name, first, again)
			}
		}
	}
}

// workplaces returns a service with the entities of a workplace.
func workplaces(t *testing.T) *dyn.Service {
	t.Helper()
	svc := serviceOn(t, nil, dyn.Table{Name: "app"}, fixedClock())
	entityOf[Employee](t, svc)
	entityOf[Office](t, svc)
	return svc
}

func exactly(t *testing.T, describe func() (any, error)) string {
	t.Helper()
	in, err := describe()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	writeExactly(&b, reflect.ValueOf(in))
	return b.String()
}

// writeExactly writes all that v holds. Maps alone have no order of their own.
func writeExactly(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		fmt.Fprintf(b, "%s:", v.Elem().Type())
		writeExactly(b, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				b.WriteString(" " + f.Name + "=")
				writeExactly(b, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			b.WriteString(",")
			writeExactly(b, v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			fmt.Fprintf(b, "%q:", k.String())
			writeExactly(b, v.MapIndex(k))
		}
	default:
		fmt.Fprint(b, v.Interface())
	}
}

// TestDescribedOnce holds that what depends on time and chance is settled when
// an operation is described, not each time it is sent.
func TestDescribedOnce(t *testing.T) {
	t.Parallel()
	now := day
	seed := byte(0)
	clock := dyn.WithClock(func() time.Time { now = now.Add(time.Second); return now })
	svc := serviceOn(t, nil, dyn.Table{Name: "app"}, clock, dyn.WithRandom(readFunc(func(p []byte) (int, error) {
		seed++
		for i := range p {
			p[i] = seed
		}
		return len(p), nil
	})))
	cards, orders := entityOf[Card](t, svc), entityOf[Order](t, svc)
	for name, describe := range map[string]func() dyn.Op{
		"put":        func() dyn.Op { return dyn.Put(orders, Order{CustomerID: "c", Region: "eu"}) },
		"create":     func() dyn.Op { return dyn.Create(orders, Order{CustomerID: "c", Region: "eu"}) },
		"upsert":     func() dyn.Op { return dyn.Upsert(orders, Order{CustomerID: "c", Region: "eu", State: "closed"}) },
		"update":     func() dyn.Op { return dyn.Update(cards, Card{CardID: "1"}, dyn.Add(&cardF.Likes, 1)) },
		"idempotent": func() dyn.Op { return dyn.Put(cards, Card{CardID: "1", UserID: "u"}, dyn.Idempotent()) },
	} {
		op := describe()
		first := exactly(t, op.Input)
		if again := exactly(t, op.Input); again != first {
			t.Errorf("%s: the request changes:\n%s\n%s", name, first, again)
		}
		if other := exactly(t, describe().Input); other == first {
			t.Errorf("%s: described again, the request is the same:\n%s", name, other)
		}
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
