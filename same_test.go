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
	cards, orders := entityOf[Card](t, svc), entityOf[Order](t, svc)
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
		"find":  func() (any, error) { return cards.Find(dyn.Eq(&cardF.Likes, 1), dyn.Eq(&cardF.UserID, "u")).Input() },
		"scan":  func() (any, error) { return cards.Scan().Filter(cond).Input() },
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
