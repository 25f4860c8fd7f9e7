package dyn_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// Order has the rules and kinds of keys that Card does not.
type Order struct {
	_ struct{} `dyn:"entity=order,version=2"`
	_ struct{} `dyn:"pk,template=CUSTOMER#$<CustomerID>"`
	_ struct{} `dyn:"sk,template=ORDER#$<OrderID>"`
	_ struct{} `dyn:"pk,index=gsi1,name=open,template=OPEN#$<Region>,when=State:open|paid"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Priority:03>#$<Due>"`
	_ struct{} `dyn:"pk,index=gsi2,name=byZip,template=ZIP#$<Ship.Zip>,project=keys"`
	_ struct{} `dyn:"sk,index=gsi2,field=Total"`

	CustomerID string           `dynamodbav:"customerId"`
	OrderID    string           `dynamodbav:"orderId" dyn:"generate=ulid"`
	State      string           `dynamodbav:"state" dyn:"default=open,enum=open|paid|closed"`
	Region     string           `dynamodbav:"region,omitempty" dyn:"required"`
	Priority   int              `dynamodbav:"priority"`
	Due        time.Time        `dynamodbav:"due"`
	Total      *float64         `dynamodbav:"total"`
	Ship       *Address         `dynamodbav:"ship"`
	Lines      []Item           `dynamodbav:"lines"`
	Marks      map[string]int   `dynamodbav:"marks"`
	Codes      []int            `dynamodbav:"codes,numberset"`
	Source     string           `dynamodbav:"source,omitempty" dyn:"readonly"`
	Parts      map[string][]int `dynamodbav:"parts"`
	Revision   int              `dynamodbav:"revision" dyn:"lock"`
	CreatedAt  time.Time        `dynamodbav:"createdAt" dyn:"created"`
	UpdatedAt  time.Time        `dynamodbav:"updatedAt,unixtime" dyn:"updated"`
	ExpiresAt  time.Time        `dynamodbav:"expiresAt,unixtime,omitempty" dyn:"ttl"`
}

type Address struct {
	Zip    string `dynamodbav:"zip"`
	Street string `dynamodbav:"street"`
}

var orderF = dyn.Fields[Order]()

// Reading is a plain item of a table that exists: no entity row, attributes as
// keys, text and time formats.
type Reading struct {
	Device string    `dynamodbav:"pk" dyn:"pk"`
	At     int64     `dynamodbav:"sk" dyn:"sk"`
	Value  float64   `dynamodbav:"value"`
	Raw    []byte    `dynamodbav:"raw"`
	Seen   time.Time `dynamodbav:"seen,unixtime"`
	Note   *string   `dynamodbav:"note"`
}

var readingF = dyn.Fields[Reading]()

func ptr[T any](v T) *T { return &v }

func TestGoldenPut(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock(), dyn.WithRandom(zeros{}))
	cards, orders := entityOf[Card](t, svc), entityOf[Order](t, svc)
	card := Card{CardID: "1", UserID: "u1"}
	full := Card{
		CardID: "1", UserID: "u1", Status: Published, Likes: 3, Tags: []string{"a", "b"}, Nick: ptr("bo"),
		Author: Author{Name: "Ann", City: "Oslo"}, Items: []Item{{"pen", 2}}, Scores: map[string]int{"x": 1, "y": 2},
		CreatedAt: day.Add(-time.Hour),
	}
	order := Order{CustomerID: "c", Region: "eu", Due: day}
	var used types.ConsumedCapacity
	var old Card
	golden(t, svc, c, "put.txt", []request{
		write("put", dyn.Put(cards, card)),
		write("put of every attribute", dyn.Put(cards, full)),
		write("put replaces", dyn.Put(cards, card), dyn.Put(cards, full)),
		write("put if", dyn.Put(cards, card, dyn.If(dyn.Lt(&cardF.Likes, 5), dyn.Eq(&cardF.Status, Draft))), dyn.Put(cards, full)),
		write("put if or: never weakens the guard", dyn.Put(cards, card, dyn.If(dyn.Or(dyn.Exists(&cardF.CardID), dyn.NotExists(&cardF.CardID)))), dyn.Put(cards, full)),
		write("put asks for the old item and the capacity", dyn.Put(cards, card, dyn.Old(&old), dyn.Capacity(&used)), dyn.Put(cards, full)),
		write("put idempotent and stored: the same request", dyn.Put(cards, card, dyn.Idempotent(), dyn.Stored(&old))),
		write("put generates, stamps, locks, leaves keys out", dyn.Put(orders, order)),
		write("put of lock version 1", dyn.Put(orders, with(order, func(o *Order) { o.OrderID, o.Revision = "7", 1 })),
			dyn.Put(orders, with(order, func(o *Order) { o.OrderID = "7" }))),
		write("put of lock version 1 onto version 2", dyn.Put(orders, with(order, func(o *Order) { o.OrderID, o.Revision = "7", 1 })),
			dyn.Put(orders, with(order, func(o *Order) { o.OrderID = "7" })),
			dyn.Put(orders, with(order, func(o *Order) { o.OrderID, o.Revision = "7", 1 }))),
		write("put with every key", dyn.Put(orders, with(order, func(o *Order) {
			o.OrderID, o.Total, o.Ship, o.Codes = "7", ptr(9.5), &Address{Zip: "0150"}, []int{2, 1}
		}))),
		write("put where when does not hold keeps the raw key", dyn.Put(orders, with(order, func(o *Order) {
			o.OrderID, o.Total, o.State = "7", ptr(9.5), "closed"
		}))),
		write("create", dyn.Create(cards, card)),
		write("create onto an item", dyn.Create(cards, card), dyn.Put(cards, full)),
		write("create if", dyn.Create(cards, card, dyn.If(dyn.NotExists(&cardF.Nick)), dyn.Capacity(&used))),
		write("create of an entity with ttl and lock", dyn.Create(orders, with(order, func(o *Order) { o.OrderID, o.ExpiresAt = "7", day.Add(time.Hour) }))),
		write("create onto an expired item", dyn.Create(orders, with(order, func(o *Order) { o.OrderID = "7" })),
			dyn.Put(orders, with(order, func(o *Order) { o.OrderID, o.ExpiresAt = "7", day.Add(-time.Hour) }))),
		write("put without the key", dyn.Put(cards, Card{UserID: "u1"})),
		write("put without what is required", dyn.Put(cards, Card{CardID: "1", Status: "gone"})),
		write("put of a template value that ends it", dyn.Put(orders, with(order, func(o *Order) { o.OrderID, o.Priority = "7", 1000 }))),
	})
}

// with returns v as change leaves it.
func with[T any](v T, change func(*T)) T {
	change(&v)
	return v
}

func TestGoldenPlain(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock())
	readings := entityOf[Reading](t, svc)
	r := Reading{Device: "d1", At: 5, Value: 1.5}
	golden(t, svc, c, "plain.txt", []request{
		write("put", dyn.Put(readings, r)),
		write("put of every attribute", dyn.Put(readings, Reading{"d1", -5, 1e21, []byte{0, 255}, day, ptr("")})),
		write("create", dyn.Create(readings, r)),
		write("update", dyn.Update(readings, r, dyn.Set(&readingF.Value, 2), dyn.Set(&readingF.Raw, []byte("x")), dyn.Set(readingF.Note, "n")), dyn.Put(readings, r)),
		write("update without an item", dyn.Update(readings, r, dyn.Set(&readingF.Value, 2))),
		write("upsert", dyn.Upsert(readings, r, dyn.Add(&readingF.Value, 2))),
		write("upsert of a sort key that is zero", dyn.Upsert(readings, Reading{Device: "d"})),
		write("delete", dyn.Delete(readings, r), dyn.Put(readings, r)),
		write("remove", dyn.Remove(readings, r)),
		write("check", dyn.Check(readings, r, dyn.Exists(&readingF.Device)), dyn.Put(readings, r)),
		read("query", readings.Query(dyn.Eq(&readingF.Device, "d1"), dyn.Ge(&readingF.At, 5)), dyn.Put(readings, r)),
		read("scan", readings.Scan(), dyn.Put(readings, r)),
		write("part of the key", dyn.Update(readings, r, dyn.Set(&readingF.At, 2))),
		write("no partition key", dyn.Delete(readings, Reading{At: 1})),
	})
}

func TestGoldenAdopt(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app", PK: "PK", SK: "SK", EntityAttr: "__t", VersionAttr: "__v", Adopt: true, Indexes: map[string]dyn.IndexKeys{"gsi1": {PK: "g p", SK: "g.s"}}}, fixedClock())
	cards := entityOf[Card](t, svc)
	card := Card{CardID: "1", UserID: "u1"}
	golden(t, svc, c, "adopt.txt", []request{
		write("put", dyn.Put(cards, card)),
		write("create", dyn.Create(cards, card)),
		write("update", dyn.Update(cards, card, dyn.Set(&cardF.UserID, "u2"), dyn.From(card)), dyn.Put(cards, card)),
		write("upsert", dyn.Upsert(cards, card)),
		write("delete", dyn.Delete(cards, card), dyn.Put(cards, card)),
		write("remove", dyn.Remove(cards, card), dyn.Put(cards, card)),
		write("check", dyn.Check(cards, card, dyn.Eq(&cardF.Likes, 0)), dyn.Put(cards, card)),
		read("query", cards.Query(dyn.Eq(&cardF.CardID, "1")), dyn.Put(cards, card)),
		read("query of an index", cards.Index("byUser").Query(dyn.Eq(&cardF.UserID, "u1")), dyn.Put(cards, card)),
		read("scan", cards.Scan(), dyn.Put(cards, card)),
	})
}

func TestGoldenDelete(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock(), dyn.WithRandom(zeros{}))
	cards, orders := entityOf[Card](t, svc), entityOf[Order](t, svc)
	card := Card{CardID: "1", UserID: "u1"}
	order := Order{CustomerID: "c", OrderID: "7", Region: "eu"}
	var used types.ConsumedCapacity
	var old Card
	golden(t, svc, c, "delete.txt", []request{
		write("delete", dyn.Delete(cards, card), dyn.Put(cards, card)),
		write("delete of nothing", dyn.Delete(cards, card)),
		write("delete if", dyn.Delete(cards, card, dyn.If(dyn.Eq(&cardF.Likes, 1))), dyn.Put(cards, card)),
		write("delete asks for the old item and the capacity", dyn.Delete(cards, Card{CardID: "1"}, dyn.Old(&old), dyn.Capacity(&used)), dyn.Put(cards, card)),
		write("delete of a lock version", dyn.Delete(orders, with(order, func(o *Order) { o.Revision = 1 })), dyn.Put(orders, order)),
		write("delete of any lock version", dyn.Delete(orders, order), dyn.Put(orders, order)),
		write("delete of the wrong lock version", dyn.Delete(orders, with(order, func(o *Order) { o.Revision = 2 })), dyn.Put(orders, order)),
		write("remove", dyn.Remove(cards, card), dyn.Put(cards, card)),
		write("remove of nothing", dyn.Remove(cards, card)),
		write("remove if", dyn.Remove(cards, card, dyn.If(dyn.Eq(&cardF.Status, Draft)), dyn.Idempotent()), dyn.Put(cards, card)),
		write("check", dyn.Check(cards, card, dyn.Eq(&cardF.Status, Draft), dyn.Lt(&cardF.Likes, 3)), dyn.Put(cards, card)),
		write("check fails", dyn.Check(cards, card, dyn.Eq(&cardF.Status, Published)), dyn.Put(cards, card)),
		write("check passes without an item", dyn.Check(cards, card, dyn.NotExists(&cardF.CardID))),
		write("check of a lock version", dyn.Check(orders, with(order, func(o *Order) { o.Revision = 1 }), dyn.Exists(&orderF.OrderID)), dyn.Put(orders, order)),
		write("check of nothing", dyn.Check(cards, card)),
		write("no key", dyn.Delete(orders, Order{})),
		write("a negative version", dyn.Delete(orders, with(order, func(o *Order) { o.Revision = -1 }))),
	})
}
