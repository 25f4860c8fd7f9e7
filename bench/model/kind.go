package model

import (
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// Kind is what all contenders know of an entity: T is its type for dyn, R for
// the others.
type Kind[T, R any] struct {
	Attributes int // of R, without those that tell entities apart
	Entity     string
	SKPrefix   string // of all sort keys

	Item   func(i int) T // the i-th of many of one partition
	Row    func(*T) R    // with its keys
	Key    func(*R) (pk, sk string)
	Encode func(*R) Item
	Decode func(Item) (R, error)

	// What an update changes: one attribute is set and 1 is added to another.
	SetName  string
	SetValue any
	SetItem  func() types.AttributeValue
	AddName  string

	Partition func() dyn.Cond
	Changes   func() []dyn.Clause
}

// The kinds of entities.
var (
	Smalls = Kind[Small, SmallRow]{
		Attributes: 5, Entity: "small", SKPrefix: "ITEM#",
		Item: NewSmall, Row: smallRow, Encode: encodeSmall, Decode: decodeSmall,
		Key:     func(s *SmallRow) (string, string) { return s.PK, s.SK },
		SetName: "active", SetValue: false, SetItem: func() types.AttributeValue { return boolean(false) }, AddName: "count",
		Partition: func() dyn.Cond { return dyn.Eq(&smallF.Name, NewSmall(0).Name) },
		Changes:   func() []dyn.Clause { return []dyn.Clause{dyn.Set(&smallF.Active, false), dyn.Add(&smallF.Count, 1)} },
	}
	Orders = Kind[Order, OrderRow]{
		Attributes: 17, Entity: "order", SKPrefix: "ORDER#2026-03-04#",
		Item: NewOrder, Row: orderRow, Encode: encodeOrder, Decode: decodeOrder,
		Key:     func(o *OrderRow) (string, string) { return o.PK, o.SK },
		SetName: "status", SetValue: "paid", SetItem: func() types.AttributeValue { return text("paid") }, AddName: "items",
		Partition: func() dyn.Cond { return dyn.Eq(&orderF.Customer, "customer-42") },
		Changes:   func() []dyn.Clause { return []dyn.Clause{dyn.Set(&orderF.Status, "paid"), dyn.Add(&orderF.Items, 1)} },
	}
	Wides = Kind[Wide, WideRow]{
		Attributes: 60, Entity: "wide", SKPrefix: "WIDE#",
		Item: NewWide, Row: wideRow, Encode: encodeWide, Decode: decodeWide,
		Key:     func(w *WideRow) (string, string) { return w.PK, w.SK },
		SetName: "S03", SetValue: "changed", SetItem: func() types.AttributeValue { return text("changed") }, AddName: "N01",
		Partition: func() dyn.Cond { return dyn.Eq(&wideF.S01, "a group of items") },
		Changes:   func() []dyn.Clause { return []dyn.Clause{dyn.Set(&wideF.S03, "changed"), dyn.Add(&wideF.N01, 1)} },
	}
)

// Items returns the first n items.
func (k Kind[T, R]) Items(n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = k.Item(i)
	}
	return out
}

// Rows returns the first n items as the others have them.
func (k Kind[T, R]) Rows(n int) []R {
	out := make([]R, n)
	for i := range out {
		t := k.Item(i)
		out[i] = k.Row(&t)
	}
	return out
}

// Stored returns the first n items as the table has them.
func (k Kind[T, R]) Stored(n int) ([]Item, error) {
	out := make([]Item, n)
	for i, r := range k.Rows(n) {
		item, err := attributevalue.MarshalMap(r)
		if err != nil {
			return nil, err
		}
		item["_entity"], item["_version"] = text(k.Entity), whole(1)
		out[i] = item
	}
	return out, nil
}
