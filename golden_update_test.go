package dyn_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// CardPatch is what a PATCH request of a Card may hold.
type CardPatch struct {
	Status *Status        `dynamodbav:"status"`
	Likes  *int           `dynamodbav:"likes"`
	Tags   []string       `dynamodbav:"tags,stringset"`
	Nick   *string        `dynamodbav:"nick"`
	Scores map[string]int `dynamodbav:"scores"`
}

func TestGoldenUpdate(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock(), dyn.WithRandom(zeros{}))
	cards, orders := entityOf[Card](t, svc), entityOf[Order](t, svc)
	key := Card{CardID: "1"}
	bare := dyn.Put(cards, Card{CardID: "1", UserID: "u1"})
	full := dyn.Put(cards, Card{
		CardID: "1", UserID: "u1", Likes: 3, Tags: []string{"a", "b"}, Nick: ptr("bo"),
		Author: Author{Name: "Ann", City: "Oslo"}, Items: []Item{{"pen", 2}, {"ink", 1}, {"cap", 5}}, Scores: map[string]int{"x": 1, "y": 2},
	})
	order := Order{CustomerID: "c", OrderID: "7"}
	opened := with(order, func(o *Order) {
		o.State, o.Region, o.Priority, o.Due, o.Ship, o.Total = "open", "eu", 2, day, &Address{Zip: "0150"}, ptr(9.5)
		o.Lines, o.Marks, o.Codes, o.Parts = []Item{{"pen", 2}}, map[string]int{"a.b": 1}, []int{1, 2}, map[string][]int{"p": {1, 2}}
	})
	placed := dyn.Put(orders, opened)
	var used types.ConsumedCapacity
	golden(t, svc, c, "update.txt", []request{
		write("set", dyn.Update(cards, key, dyn.Set(&cardF.Status, Published)), bare),
		write("set each kind", dyn.Update(cards, key, dyn.Set(&cardF.Likes, -1), dyn.Set(&cardF.Tags, []string{"z"}), dyn.Set(cardF.Nick, "x"),
			dyn.Set(&cardF.Author, Author{Name: "B"}), dyn.Set(&cardF.Items, []Item{{"p", 1}}), dyn.Set(&cardF.Scores, map[string]int{"k": 1})), full),
		write("set a pointer", dyn.Update(cards, key, dyn.Set(&cardF.Nick, ptr("x"))), full),
		write("set nil removes", dyn.Update(cards, key, dyn.Set(&cardF.Nick, nil), dyn.Set(&cardF.Tags, nil), dyn.Set(&cardF.Items, nil), dyn.Set(&cardF.Scores, nil)), full),
		write("set empty", dyn.Update(cards, key, dyn.Set(cardF.Nick, ""), dyn.Set(&cardF.Tags, []string{}), dyn.Set(&cardF.Items, []Item{}), dyn.Set(&cardF.Scores, map[string]int{})), full),
		write("set nested", dyn.Update(cards, key, dyn.Set(&cardF.Author.City, "Rome"), dyn.Set(dyn.At(&cardF.Items, 1), Item{"nib", 9}), dyn.Set(dyn.Entry(&cardF.Scores, "x"), 7)), full),
		write("set within an element", dyn.Update(cards, key, dyn.Set(dyn.Sub(dyn.At(&cardF.Items, 2), func(i *Item) *int { return &i.Qty }), 6)), full),
		write("set past the end of a list", dyn.Update(cards, key, dyn.Set(dyn.At(&cardF.Items, 9), Item{"nib", 9})), full),
		write("set an entry with odd characters", dyn.Update(orders, order, dyn.Set(dyn.Entry(&orderF.Marks, "a.b"), 2), dyn.Set(dyn.Entry(&orderF.Marks, "#0 :0"), 3)), placed),
		write("set a time of unix seconds", dyn.Update(orders, order, dyn.Set(&orderF.ExpiresAt, day.Add(time.Hour))), placed),
		write("set once", dyn.Update(cards, key, dyn.SetOnce(&cardF.Likes, 9), dyn.SetOnce(cardF.Nick, "x")), bare),
		write("set once nil does nothing", dyn.Update(cards, key, dyn.SetOnce(&cardF.Nick, nil)), bare),
		write("set once readonly", dyn.Update(orders, order, dyn.SetOnce(&orderF.Source, "web")), placed),
		write("set from", dyn.Update(cards, key, dyn.SetFrom(CardPatch{Status: ptr(Published), Likes: ptr(0), Nick: ptr(""), Tags: []string{"n"}})), full),
		write("set from with empty ones", dyn.Update(cards, key, dyn.SetFrom(CardPatch{Tags: []string{}, Scores: map[string]int{}})), full),
		write("set from a pointer", dyn.Update(cards, key, dyn.SetFrom(&CardPatch{Likes: ptr(4)})), full),
		write("set from nothing", dyn.Update(cards, key, dyn.SetFrom(CardPatch{})), full),
		write("unset", dyn.Update(cards, key, dyn.Unset(&cardF.Nick), dyn.Unset(&cardF.Tags), dyn.Unset(&cardF.Author.City), dyn.Unset(dyn.At(&cardF.Items, 0)), dyn.Unset(dyn.Entry(&cardF.Scores, "x"))), full),
		write("unset what is not there", dyn.Update(cards, key, dyn.Unset(&cardF.Nick)), bare),
		write("add and subtract", dyn.Update(cards, key, dyn.Add(&cardF.Likes, 2), dyn.Subtract(dyn.Entry(&cardF.Scores, "y"), 5)), full),
		write("add to nothing", dyn.Update(orders, order, dyn.Add(orderF.Total, 0.25), dyn.Subtract(dyn.Entry(&orderF.Marks, "new"), 1)), dyn.Put(orders, with(opened, func(o *Order) { o.Total = nil }))),
		write("add and subtract zero", dyn.Update(cards, key, dyn.Add(&cardF.Likes, 0), dyn.Subtract(dyn.Entry(&cardF.Scores, "y"), 0)), full),
		write("subtract a negative number", dyn.Update(cards, key, dyn.Subtract(&cardF.Likes, -2)), full),
		write("append and prepend", dyn.Update(cards, key, dyn.Append(&cardF.Items, Item{"end", 1}, Item{"last", 1})), full),
		write("prepend", dyn.Update(cards, key, dyn.Prepend(&cardF.Items, Item{"start", 1})), full),
		write("append to nothing", dyn.Update(cards, key, dyn.Append(&cardF.Items, Item{"end", 1})), bare),
		write("prepend to nothing", dyn.Update(cards, key, dyn.Prepend(&cardF.Items, Item{"start", 1})), bare),
		write("append in an entry", dyn.Update(orders, order, dyn.Append(dyn.Entry(&orderF.Parts, "p"), 3), dyn.Prepend(dyn.Entry(&orderF.Parts, "q"), 4)), placed),
		write("append nothing", dyn.Update(cards, key, dyn.Append(&cardF.Items)), full),
		write("add to a set", dyn.Update(cards, key, dyn.AddTo(&cardF.Tags, "b", "c")), full),
		write("add to a set of numbers", dyn.Update(orders, order, dyn.AddTo(&orderF.Codes, 3)), placed),
		write("add to no set", dyn.Update(cards, key, dyn.AddTo(&cardF.Tags, "c")), bare),
		write("add nothing to a set", dyn.Update(cards, key, dyn.AddTo(&cardF.Tags)), full),
		write("delete from a set", dyn.Update(cards, key, dyn.DeleteFrom(&cardF.Tags, "b", "zz")), full),
		write("delete all from a set", dyn.Update(cards, key, dyn.DeleteFrom(&cardF.Tags, "a", "b")), full),
		write("delete from no set", dyn.Update(cards, key, dyn.DeleteFrom(&cardF.Tags, "b")), bare),
		write("copy", dyn.Update(cards, key, dyn.Copy(cardF.Nick, &cardF.Author.City)), full),
		write("add a field", dyn.Update(cards, key, dyn.AddField(&cardF.Likes, dyn.Entry(&cardF.Scores, "y"))), full),
		write("subtract a field", dyn.Update(cards, key, dyn.SubtractField(dyn.Entry(&cardF.Scores, "z"), &cardF.Likes)), full),
		write("every section", dyn.Update(cards, key, dyn.DeleteFrom(&cardF.Tags, "a"), dyn.Unset(&cardF.Nick), dyn.Add(&cardF.Likes, 1), dyn.Set(&cardF.Author.City, "Rome"), dyn.Append(&cardF.Items, Item{"end", 1})), full),
		write("if and capacity", dyn.Update(cards, key, dyn.Add(&cardF.Likes, 1), dyn.If(dyn.Eq(&cardF.Status, Draft), dyn.Lt(&cardF.Likes, 3)), dyn.If(dyn.Exists(&cardF.Nick)), dyn.Capacity(&used), dyn.Idempotent()), full),
		write("if or is in parentheses", dyn.Update(cards, key, dyn.Add(&cardF.Likes, 1), dyn.If(dyn.Or(dyn.Eq(&cardF.Likes, 0), dyn.Eq(&cardF.Likes, 3)))), full),
		write("if with the aws expression package", dyn.Update(cards, key, dyn.Add(&cardF.Likes, 1), dyn.If(dyn.Expr(expression.Name("likes").LessThan(expression.Value(9)).Or(expression.Name("nick").AttributeNotExists())), dyn.Exists(&cardF.UserID))), full),
		write("without an item", dyn.Update(cards, key, dyn.Add(&cardF.Likes, 1))),
		write("lock version", dyn.Update(orders, with(order, func(o *Order) { o.Revision = 1 }), dyn.Add(orderF.Total, 1)), placed),
		write("expect", dyn.Update(orders, order, dyn.Set(&orderF.Region, "us"), dyn.Expect(&orderF.State, "open")), placed),
		write("expect alone", dyn.Update(orders, order, dyn.Expect(&orderF.State, "open")), placed),
		write("option alone", dyn.Update(orders, order, dyn.If(dyn.Exists(&orderF.State)), dyn.From(opened)), placed),
		write("no clause", dyn.Update(orders, order), placed),
	})
}

func TestGoldenIndexKeys(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock(), dyn.WithRandom(zeros{}))
	cards, orders := entityOf[Card](t, svc), entityOf[Order](t, svc)
	key := Card{CardID: "1"}
	card := dyn.Put(cards, Card{CardID: "1", UserID: "u1"})
	order := Order{CustomerID: "c", OrderID: "7"}
	open := with(order, func(o *Order) {
		o.State, o.Region, o.Priority, o.Due, o.Ship, o.Total = "open", "eu", 2, day, &Address{Zip: "0150"}, ptr(9.5)
	})
	placed := dyn.Put(orders, open)
	plain := with(order, func(o *Order) { o.State, o.Region = "open", "eu" })
	golden(t, svc, c, "indexkeys.txt", []request{
		write("set the only part", dyn.Update(cards, key, dyn.Set(&cardF.UserID, "u2")), card),
		write("set one of two parts, the other in the key", dyn.Update(cards, key, dyn.Set(&cardF.CreatedAt, day.Add(time.Hour))), card),
		write("set once one of two parts, the other in the key", dyn.Update(cards, key, dyn.SetOnce(&cardF.CreatedAt, day.Add(time.Hour))), card),
		write("unset the part", dyn.Update(cards, key, dyn.Unset(&cardF.CreatedAt)), card),
		write("set the part empty", dyn.Update(cards, key, dyn.Set(&cardF.CreatedAt, time.Time{})), card),
		write("unset a required part", dyn.Update(cards, key, dyn.Unset(&cardF.UserID)), card),
		write("set one of two parts", dyn.Update(orders, order, dyn.Set(&orderF.Priority, 3)), placed),
		write("set both parts", dyn.Update(orders, order, dyn.Set(&orderF.Priority, 3), dyn.Set(&orderF.Due, day), dyn.Set(&orderF.State, "paid")), placed),
		write("set a part, expect the other", dyn.Update(orders, order, dyn.Set(&orderF.Priority, 3), dyn.Expect(&orderF.Due, day), dyn.Expect(&orderF.State, "open")), placed),
		write("set a part, expect the other to be absent", dyn.Update(orders, order, dyn.Set(&orderF.Priority, 3), dyn.Expect(&orderF.Due, time.Time{}), dyn.Expect(&orderF.State, "open")), placed),
		write("set a part, from the old item", dyn.Update(orders, order, dyn.Set(&orderF.Priority, 3), dyn.From(open)), placed),
		write("expect wins over from", dyn.Update(orders, order, dyn.Set(&orderF.Priority, 3), dyn.Expect(&orderF.Due, day), dyn.From(with(open, func(o *Order) { o.Due = day.Add(1) }))), placed),
		write("from an item without the part", dyn.Update(orders, order, dyn.Set(&orderF.Priority, 3), dyn.From(plain)), dyn.Put(orders, plain)),
		write("from with a zero number that the item lacks", dyn.Update(orders, order, dyn.Set(&orderF.Due, day), dyn.From(plain)),
			dyn.Put(orders, plain), dyn.Update(orders, order, dyn.Unset(&orderF.Priority))),
		write("leave the condition of when", dyn.Update(orders, order, dyn.Set(&orderF.State, "closed")), placed),
		write("enter the condition of when", dyn.Update(orders, order, dyn.Set(&orderF.State, "paid")), placed),
		write("enter the condition of when, from", dyn.Update(orders, order, dyn.Set(&orderF.State, "paid"), dyn.From(with(open, func(o *Order) { o.State = "closed" }))),
			dyn.Put(orders, with(open, func(o *Order) { o.State = "closed" }))),
		write("a nested part", dyn.Update(orders, order, dyn.Set(&orderF.Ship.Zip, "5003")), placed),
		write("what a nested part is in", dyn.Update(orders, order, dyn.Set(&orderF.Ship, &Address{Zip: "5003", Street: "Bryggen"})), placed),
		write("remove what a nested part is in", dyn.Update(orders, order, dyn.Unset(&orderF.Ship)), placed),
		write("beside a nested part", dyn.Update(orders, order, dyn.Set(&orderF.Ship.Street, "Bryggen")), placed),
		write("a raw key", dyn.Update(orders, order, dyn.Add(orderF.Total, 1)), placed),
		write("a raw key set to nil", dyn.Update(orders, order, dyn.Set(&orderF.Total, nil)), placed),
		write("add to a part", dyn.Update(orders, order, dyn.Add(&orderF.Priority, 1)), placed),
		write("copy into a part", dyn.Update(orders, order, dyn.Copy(&orderF.Region, &orderF.State)), placed),
		write("a part too wide", dyn.Update(orders, order, dyn.Set(&orderF.Priority, 1000), dyn.From(open)), placed),
	})
}

func TestGoldenUpsert(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock(), dyn.WithRandom(zeros{}))
	cards, orders := entityOf[Card](t, svc), entityOf[Order](t, svc)
	card := Card{CardID: "1", UserID: "u1"}
	put := dyn.Put(cards, Card{
		CardID: "1", UserID: "u0", Status: Published, Likes: 3, Nick: ptr("bo"), Author: Author{Name: "Ann"}, CreatedAt: day.Add(-time.Hour),
	})
	order := Order{CustomerID: "c", OrderID: "7", Region: "eu", State: "closed"}
	golden(t, svc, c, "upsert.txt", []request{
		write("creates", dyn.Upsert(cards, card)),
		write("merges", dyn.Upsert(cards, card), put),
		write("with every attribute", dyn.Upsert(cards, Card{
			CardID: "1", UserID: "u1", Status: Draft, Likes: 1, Tags: []string{"a"}, Nick: ptr(""), Author: Author{City: "Oslo"},
			Items: []Item{{"pen", 1}}, Scores: map[string]int{}, CreatedAt: day,
		}), put),
		write("with clauses", dyn.Upsert(cards, card, dyn.Add(&cardF.Likes, 1), dyn.AddTo(&cardF.Tags, "a"), dyn.Append(&cardF.Items, Item{"pen", 1}), dyn.SetOnce(cardF.Nick, "x")), put),
		write("a clause wins over the item", dyn.Upsert(cards, with(card, func(c *Card) { c.Likes = 9 }), dyn.Add(&cardF.Likes, 1)), put),
		write("a clause gives what is required", dyn.Upsert(cards, Card{CardID: "1"}, dyn.Set(&cardF.UserID, "u2"))),
		write("a clause sets zero", dyn.Upsert(cards, card, dyn.Set(&cardF.Likes, 0), dyn.Set(&cardF.Nick, nil)), put),
		write("set from", dyn.Upsert(cards, card, dyn.SetFrom(CardPatch{Likes: ptr(5)}))),
		write("if", dyn.Upsert(cards, card, dyn.If(dyn.Or(dyn.NotExists(&cardF.CardID), dyn.Lt(&cardF.Likes, 2)))), put),
		write("a nested clause", dyn.Upsert(cards, card, dyn.Set(&cardF.Author.City, "Oslo")), put),
		write("a nested clause in what the item gives", dyn.Upsert(cards, with(card, func(c *Card) { c.Author.Name = "Eve" }), dyn.Set(&cardF.Author.City, "Oslo")), put),
		write("generates, locks, defaults", dyn.Upsert(orders, Order{CustomerID: "c", Region: "eu", State: "closed", Source: "web"})),
		write("lock version", dyn.Upsert(orders, with(order, func(o *Order) { o.Revision = 1 })), dyn.Put(orders, order)),
		write("a default that decides an index", dyn.Upsert(orders, Order{CustomerID: "c", OrderID: "7", Region: "eu"})),
		write("a zero number that is part of an index", dyn.Upsert(orders, with(order, func(o *Order) { o.State, o.Due = "open", day })),
			dyn.Put(orders, with(order, func(o *Order) { o.State, o.Due = "open", day }))),
		write("the same number in a clause", dyn.Upsert(orders, with(order, func(o *Order) { o.State, o.Due = "open", day }), dyn.Set(&orderF.Priority, 0)),
			dyn.Put(orders, with(order, func(o *Order) { o.State, o.Due, o.Priority = "open", day, 4 }))),
		write("readonly is set once", dyn.Upsert(orders, with(order, func(o *Order) { o.Source = "app" })), dyn.Put(orders, with(order, func(o *Order) { o.Source = "web" }))),
		write("without what is required", dyn.Upsert(cards, Card{CardID: "1"})),
		write("without what an enum allows", dyn.Upsert(cards, with(card, func(c *Card) { c.Status = "gone" }))),
		write("without the key", dyn.Upsert(cards, Card{UserID: "u1"})),
	})
}
