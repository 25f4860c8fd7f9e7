package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// Fields of structs inside are named by their addresses, elements of lists by
// At, of maps by Entry, and fields of elements by Sub. All of it is checked by
// the compiler.
func Example_nested() {
	type Address struct {
		City string `dynamodbav:"city"`
		Zip  string `dynamodbav:"zip"`
	}
	type Line struct {
		SKU string `dynamodbav:"sku"`
		Qty int    `dynamodbav:"qty"`
	}
	type Order struct {
		_ struct{} `dyn:"entity=order"`
		_ struct{} `dyn:"pk,template=ORDER#$<ID>"`
		_ struct{} `dyn:"sk,template=META"`

		ID      string         `dynamodbav:"id"`
		Ship    Address        `dynamodbav:"ship"`
		Lines   []Line         `dynamodbav:"lines"`
		Weights map[string]int `dynamodbav:"weights"`
	}
	orderF := dyn.Fields[Order]()
	var store struct{ Orders *dyn.Entity[Order] }
	open(&store)
	_, err := store.Orders.Put(ctx, Order{
		ID: "1", Ship: Address{City: "Oslo", Zip: "0150"},
		Lines: []Line{{"lamp", 1}, {"sofa", 1}},
	})
	check(err)

	qty := dyn.Sub(dyn.At(&orderF.Lines, 1), func(l *Line) *int { return &l.Qty })
	o, err := store.Orders.Update(ctx, Order{ID: "1"},
		dyn.Set(&orderF.Ship.City, "Bergen"),
		dyn.Add(qty, 2),
		dyn.Add(dyn.Entry(&orderF.Weights, "box"), 12), // the map is made when it is not there
		dyn.If(dyn.Eq(&orderF.Ship.City, "Oslo"), dyn.Eq(dyn.Size(&orderF.Lines), 2)))
	check(err)
	fmt.Println(o.Ship, o.Lines, o.Weights)
	o, err = store.Orders.Update(ctx, Order{ID: "1"}, dyn.Append(&orderF.Lines, Line{"rug", 1}))
	check(err)
	fmt.Println(o.Lines)
	// Output:
	// {Bergen 0150} [{lamp 1} {sofa 3}] map[box:12]
	// [{lamp 1} {sofa 3} {rug 1}]
}
