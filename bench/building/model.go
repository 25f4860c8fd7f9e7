package building

import (
	"time"

	"github.com/dyntable/dyn"
)

// Order is the item of 15 attributes.
type Order struct {
	_ struct{} `dyn:"entity=order"`
	_ struct{} `dyn:"pk,template=CUSTOMER#$<CustomerID>"`
	_ struct{} `dyn:"sk,template=ORDER#$<OrderID>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byDay,template=DAY#$<Day>"`
	_ struct{} `dyn:"sk,index=gsi1,template=ORDER#$<OrderID>"`

	CustomerID string            `dynamodbav:"customerId"`
	OrderID    string            `dynamodbav:"orderId"`
	Day        string            `dynamodbav:"day"`
	State      string            `dynamodbav:"state"`
	Total      int64             `dynamodbav:"total"`
	Weight     float64           `dynamodbav:"weight"`
	Paid       bool              `dynamodbav:"paid"`
	Coupon     *string           `dynamodbav:"coupon"`
	Tags       []string          `dynamodbav:"tags,stringset"`
	Codes      []int             `dynamodbav:"codes,numberset"`
	Lines      []Line            `dynamodbav:"lines"`
	Ship       Address           `dynamodbav:"ship"`
	Extra      map[string]string `dynamodbav:"extra"`
	Signature  []byte            `dynamodbav:"signature"`
	Placed     time.Time         `dynamodbav:"placed,unixtime"`
}

// Line is an element of a list.
type Line struct {
	SKU string `dynamodbav:"sku"`
	Qty int    `dynamodbav:"qty"`
}

// Address is a map.
type Address struct {
	Street string `dynamodbav:"street"`
	City   string `dynamodbav:"city"`
	Zip    string `dynamodbav:"zip"`
}

// Head is a projection of Order.
type Head struct {
	OrderID string `dynamodbav:"orderId"`
	State   string `dynamodbav:"state"`
	Total   int64  `dynamodbav:"total"`
}

var orderF = dyn.Fields[Order]()

func sample() Order {
	coupon := "SPRING"
	return Order{
		CustomerID: "c-1029", OrderID: "2026-03-04-000017", Day: "2026-03-04", State: "paid",
		Total: 129_900, Weight: 12.75, Paid: true, Coupon: &coupon,
		Tags: []string{"gift", "express"}, Codes: []int{4, 8, 15},
		Lines: []Line{{"lamp", 2}, {"sofa", 1}, {"rug", 3}},
		Ship:  Address{"Storgata 1", "Oslo", "0155"}, Extra: map[string]string{"note": "ring twice", "door": "B"},
		Signature: []byte("0123456789abcdef"), Placed: time.Unix(1_772_600_000, 0),
	}
}

// wide is a type of 20 attributes; each N makes another one that no cache has
// seen.
type wide[N any] struct {
	_ struct{} `dyn:"entity=wide,version=1"`
	_ struct{} `dyn:"pk,template=A#$<A>"`
	_ struct{} `dyn:"sk,template=B#$<B>#$<C>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byD,template=D#$<D>"`
	_ struct{} `dyn:"sk,index=gsi1,template=E#$<E:08>"`

	A string            `dynamodbav:"a"`
	B string            `dynamodbav:"b"`
	C time.Time         `dynamodbav:"c"`
	D string            `dynamodbav:"d" dyn:"required"`
	E int               `dynamodbav:"e"`
	F string            `dynamodbav:"f" dyn:"default=x,enum=x|y"`
	G int64             `dynamodbav:"g"`
	H float64           `dynamodbav:"h"`
	I bool              `dynamodbav:"i"`
	J *string           `dynamodbav:"j"`
	K []string          `dynamodbav:"k,stringset"`
	L []int             `dynamodbav:"l"`
	M map[string]string `dynamodbav:"m"`
	N []byte            `dynamodbav:"n"`
	O string            `dynamodbav:"o,omitempty"`
	P string            `dynamodbav:"p"`
	Q int               `dynamodbav:"q"`
	R uint              `dynamodbav:"r"`
	S time.Time         `dynamodbav:"s" dyn:"created"`
	T time.Time         `dynamodbav:"t" dyn:"updated"`
}
