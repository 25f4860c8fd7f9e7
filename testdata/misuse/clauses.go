// Package misuse holds what the compiler must refuse.
package misuse

import (
	"context"
	"time"

	"github.com/dyntable/dyn"
)

type Status string

const Draft Status = "draft"

type Item struct{ Qty int }

type Card struct {
	CardID string
	Status Status
	Likes  int
	Small  int8
	Price  float64
	Done   bool
	Nick   *string
	Tags   []string
	Items  []Item
	Scores map[string]int
	Blob   []byte
	Author struct{ City string }
	Since  time.Time
	Any    any
}

type Other struct{ Likes int }

var (
	cardF  = dyn.Fields[Card]()
	otherF = dyn.Fields[Other]()
	cards  *dyn.Entity[Card]
	ctx    context.Context
	key    Card
	n      int64
	text   string
)

// What compiles, so that the errors below have no other reason.
var _ = []dyn.Clause{
	dyn.Set(&cardF.Status, "draft"), dyn.Set(&cardF.Status, Draft), dyn.Set(cardF.Nick, "x"), dyn.Set(&cardF.Nick, nil), dyn.Set(&cardF.Any, any(1)),
	dyn.Add(&cardF.Likes, 1), dyn.Add(&cardF.Small, 1), dyn.Add(&cardF.Price, 0.5), dyn.Append(&cardF.Items, Item{}), dyn.AddTo(&cardF.Tags, "x"),
	dyn.Set(dyn.At(&cardF.Items, 0), Item{}), dyn.Add(dyn.Entry(&cardF.Scores, "k"), 1), dyn.Set(&cardF.Author.City, "x"),
	dyn.Copy(cardF.Nick, &cardF.CardID), dyn.SetOnce(&cardF.Since, time.Time{}), dyn.If(dyn.Eq(&cardF.Likes, 1)), dyn.SetFrom(struct{}{}), dyn.From(key),
}

var _ = []dyn.Clause{
	dyn.Set(&cardF.Likes, "x"),                   // ERROR "does not match|cannot use|untyped string"
	dyn.Set(&cardF.Likes, n),                     // ERROR "type int64 of n does not match inferred type int"
	dyn.Set(&cardF.Likes, 1.5),                   // ERROR "truncated|constant"
	dyn.Set(&cardF.Likes, nil),                   // ERROR "nil"
	dyn.Set(&cardF.Small, 300),                   // ERROR "overflows|cannot use"
	dyn.Set(&cardF.Status, text),                 // ERROR "cannot use text|does not match"
	dyn.Set(&cardF.Nick, "x"),                    // ERROR "does not match|cannot use"
	dyn.Set(cardF.Likes, 1),                      // ERROR "does not match [*]V"
	dyn.Set("likes", 1),                          // ERROR "cannot use|does not match"
	dyn.Set(&cardF.Like, 1),                      // ERROR "cardF.Like undefined"
	dyn.Set(&cardF.Author.Town, "x"),             // ERROR "cardF.Author.Town undefined"
	dyn.Set(&cardF.Tags, "x"),                    // ERROR "does not match|cannot use"
	dyn.Set(&cardF.Since, "2026-01-01"),          // ERROR "does not match|cannot use"
	dyn.Set(&cardF.Done, 1),                      // ERROR "does not match|cannot use"
	dyn.Set(&cardF.Likes),                        // ERROR "not enough arguments"
	dyn.SetOnce(&cardF.Likes, "x"),               // ERROR "does not match|cannot use|untyped string"
	dyn.Expect(&cardF.Likes, true),               // ERROR "does not match|cannot use"
	dyn.Add(&cardF.CardID, "x"),                  // ERROR "string does not satisfy dyn.Number"
	dyn.Add(&cardF.Status, "x"),                  // ERROR "Status does not satisfy dyn.Number"
	dyn.Add(&cardF.Done, true),                   // ERROR "bool does not satisfy dyn.Number"
	dyn.Add(&cardF.Nick, nil),                    // ERROR "does not satisfy dyn.Number"
	dyn.Add(&cardF.Since, time.Time{}),           // ERROR "time.Time does not satisfy dyn.Number"
	dyn.Add(&cardF.Tags, "x"),                    // ERROR "does not match|cannot use|does not satisfy"
	dyn.Add(&cardF.Likes, 0.5),                   // ERROR "truncated|constant"
	dyn.Add(&cardF.Any, 1),                       // ERROR "does not satisfy dyn.Number"
	dyn.Subtract(&cardF.CardID, "x"),             // ERROR "string does not satisfy dyn.Number"
	dyn.AddField(&cardF.Likes, &cardF.Small),     // ERROR "does not match"
	dyn.SubtractField(&cardF.CardID, cardF.Nick), // ERROR "string does not satisfy dyn.Number"
	dyn.Copy(&cardF.Likes, &cardF.CardID),        // ERROR "does not match"
	dyn.Append(&cardF.Scores, 1),                 // ERROR "does not satisfy|does not match"
	dyn.Append(&cardF.CardID, "x"),               // ERROR "does not satisfy|does not match"
	dyn.Append(&cardF.Items, 1),                  // ERROR "does not match|cannot use"
	dyn.Append(&cardF.Author, "x"),               // ERROR "does not satisfy|does not match"
	dyn.Prepend(&cardF.Likes, 1),                 // ERROR "does not satisfy|does not match"
	dyn.AddTo(&cardF.Tags, 1),                    // ERROR "does not match|cannot use|untyped"
	dyn.AddTo(&cardF.Scores, "x"),                // ERROR "does not satisfy|does not match"
	dyn.DeleteFrom(&cardF.CardID, "x"),           // ERROR "does not satisfy|does not match"
	dyn.Unset(cardF.Likes),                       // ERROR "does not match [*]V"
	dyn.Set(dyn.Entry(&cardF.Tags, "k"), "x"),    // ERROR "does not satisfy|does not match"
	dyn.Set(dyn.Entry(&cardF.Scores, 1), 1),      // ERROR "does not match|cannot use|untyped"
	dyn.Set(dyn.Entry(&cardF.Scores, "k"), "x"),  // ERROR "does not match|cannot use|untyped"
	dyn.Set(dyn.At(&cardF.Scores, 0), 1),         // ERROR "does not satisfy|does not match"
	dyn.Set(dyn.At(&cardF.Items, "0"), Item{}),   // ERROR "cannot use"
	dyn.Set(dyn.At(&cardF.Items, 0).Qty, 1),      // ERROR "does not match [*]V"
	dyn.Set(dyn.Sub(dyn.At(&cardF.Items, 0), func(i *Other) *int { return &i.Likes }), 1), // ERROR "does not match"
}

var (
	_ = dyn.Eq(&cardF.Likes, "x")                // ERROR "does not match|cannot use|untyped string"
	_ = dyn.Eq(&cardF.Status, text)              // ERROR "cannot use text|does not match"
	_ = dyn.Eq(&cardF.Lkes, 1)                   // ERROR "cardF.Lkes undefined"
	_ = dyn.Eq(&otherF.Status, 1)                // ERROR "otherF.Status undefined"
	_ = dyn.Between(&cardF.Likes, 1)             // ERROR "not enough arguments"
	_ = dyn.Between(&cardF.Likes, 1, "x")        // ERROR "mismatched types|does not match|cannot use|untyped"
	_ = dyn.In(&cardF.Likes, []int{1})           // ERROR "does not match|cannot use"
	_ = dyn.BeginsWith(&cardF.Likes, 1)          // ERROR "does not satisfy"
	_ = dyn.BeginsWith(&cardF.Tags, nil)         // ERROR "does not satisfy"
	_ = dyn.Contains(&cardF.Tags, "x")           // ERROR "does not satisfy|does not match"
	_ = dyn.Contains(&cardF.Blob, nil)           // ERROR "does not satisfy"
	_ = dyn.Has(&cardF.CardID, "x")              // ERROR "does not satisfy|does not match"
	_ = dyn.Has(&cardF.Scores, 1)                // ERROR "does not satisfy|does not match"
	_ = dyn.Has(&cardF.Tags, 1)                  // ERROR "does not match|cannot use|untyped"
	_ = dyn.Eq(dyn.Size(&cardF.Tags), "1")       // ERROR "cannot use"
	_ = dyn.EqField(&cardF.Likes, &cardF.CardID) // ERROR "does not match"
	_ = dyn.TypeIs(&cardF.Any, 1)                // ERROR "cannot use"
	_ = dyn.And(true)                            // ERROR "cannot use"
	_ = dyn.Not()                                // ERROR "not enough arguments"
)
