// Package model has the types that are measured, their samples, and codecs
// for them written by hand.
package model

import (
	"fmt"
	"time"

	"github.com/dyntable/dyn"
)

// Table is the name of the table of all types.
const Table = "app"

// Small has 5 attributes.
type Small struct {
	_ struct{} `dyn:"entity=small"`
	_ struct{} `dyn:"pk,template=NAME#$<Name>"`
	_ struct{} `dyn:"sk,template=ITEM#$<ID>"`

	ID      string    `dynamodbav:"id"`
	Name    string    `dynamodbav:"name"`
	Count   int       `dynamodbav:"count"`
	Active  bool      `dynamodbav:"active"`
	Created time.Time `dynamodbav:"created"`
}

// Order has 17 attributes of most kinds, 766 bytes of JSON.
type Order struct {
	_ struct{} `dyn:"entity=order"`

	PK       string         `dynamodbav:"pk" dyn:"pk,template=CUSTOMER#$<Customer>"`
	SK       string         `dynamodbav:"sk" dyn:"sk,template=ORDER#2026-03-04#$<OrderID>"`
	OrderID  string         `dynamodbav:"order_id"`
	Customer string         `dynamodbav:"customer"`
	Email    string         `dynamodbav:"email"`
	Status   Status         `dynamodbav:"status"`
	Total    float64        `dynamodbav:"total"`
	Items    int            `dynamodbav:"items"`
	Version  int64          `dynamodbav:"version"`
	Paid     bool           `dynamodbav:"paid"`
	Created  time.Time      `dynamodbav:"created_at"`
	Updated  time.Time      `dynamodbav:"updated_at"`
	Expires  time.Time      `dynamodbav:"expires,unixtime"`
	Tags     []string       `dynamodbav:"tags,stringset"`
	Address  Address        `dynamodbav:"address"`
	Scores   map[string]int `dynamodbav:"scores"`
	Note     *string        `dynamodbav:"note"`
}

// Status is a part of Order.
type Status string

// Address is a part of Order.
type Address struct {
	Street string  `dynamodbav:"street" dynamo:"street"`
	City   string  `dynamodbav:"city" dynamo:"city"`
	Zip    string  `dynamodbav:"zip" dynamo:"zip"`
	Lat    float64 `dynamodbav:"lat" dynamo:"lat"`
}

// Wide has 60 attributes.
type Wide struct {
	_ struct{} `dyn:"entity=wide"`
	_ struct{} `dyn:"pk,template=GROUP#$<S01>"`
	_ struct{} `dyn:"sk,template=WIDE#$<S02>"`

	S01, S02, S03, S04, S05, S06, S07, S08, S09, S10, S11, S12, S13, S14, S15, S16, S17, S18, S19, S20 string
	N01, N02, N03, N04, N05, N06, N07, N08, N09, N10, N11, N12, N13, N14, N15                          int
	F01, F02, F03, F04, F05, F06, F07, F08, F09, F10                                                   float64
	B01, B02, B03, B04, B05                                                                            bool
	T01, T02, T03, T04, T05                                                                            time.Time
	L01, L02, L03, L04, L05                                                                            []string
}

var (
	smallF = dyn.Fields[Small]()
	orderF = dyn.Fields[Order]()
	wideF  = dyn.Fields[Wide]()
)

func day(i int) time.Time { return time.Date(2026, 3, 1+i%28, 5, 6, 7, 890_000_000, time.UTC) }

// NewSmall returns the i-th of many items of one partition.
func NewSmall(i int) Small {
	return Small{ID: fmt.Sprintf("id-%06d", i), Name: "a name of some length", Count: i, Active: true, Created: day(i)}
}

// NewOrder returns the i-th of many items of one partition, without keys.
func NewOrder(i int) Order {
	note := "leave it at the door, please, and do not ring: the dog is afraid of bells"
	return Order{
		OrderID: fmt.Sprintf("%08d", i), Customer: "customer-42", Email: "someone.with.a.name@mail.example.com", Status: "shipped",
		Total: 129.95 + float64(i), Items: 3, Version: int64(i), Paid: i%2 == 0,
		Created: day(i), Updated: day(i + 1), Expires: day(i).Truncate(time.Second),
		Tags: []string{"gift", "new", "priority", "returning customer"}, Address: Address{"Karl Johans gate 1", "Oslo", "0154", 59.9127},
		Scores: map[string]int{"risk": 12, "value": 90}, Note: &note,
	}
}

// NewWide returns the i-th of many items of one partition.
func NewWide(i int) Wide {
	w := Wide{S01: "a group of items", S02: fmt.Sprintf("item %06d", i)}
	text := []*string{
		&w.S03, &w.S04, &w.S05, &w.S06, &w.S07, &w.S08, &w.S09, &w.S10, &w.S11, &w.S12, &w.S13, &w.S14, &w.S15, &w.S16, &w.S17, &w.S18, &w.S19, &w.S20,
	}
	for k, p := range text {
		*p = fmt.Sprintf("text %d of item %d", k, i)
	}
	for k, p := range []*int{&w.N01, &w.N02, &w.N03, &w.N04, &w.N05, &w.N06, &w.N07, &w.N08, &w.N09, &w.N10, &w.N11, &w.N12, &w.N13, &w.N14, &w.N15} {
		*p = i * k
	}
	for k, p := range []*float64{&w.F01, &w.F02, &w.F03, &w.F04, &w.F05, &w.F06, &w.F07, &w.F08, &w.F09, &w.F10} {
		*p = float64(k) + 0.25
	}
	for _, p := range []*bool{&w.B01, &w.B02, &w.B03, &w.B04, &w.B05} {
		*p = true
	}
	for _, p := range []*time.Time{&w.T01, &w.T02, &w.T03, &w.T04, &w.T05} {
		*p = day(i)
	}
	for _, p := range []*[]string{&w.L01, &w.L02, &w.L03, &w.L04, &w.L05} {
		*p = []string{"one", "two"}
	}
	return w
}
