package misuse

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

type Card struct{ Likes int }

type Other struct{ Likes int }

var (
	cardF  = dyn.Fields[Card]()
	cards  *dyn.Entity[Card]
	others *dyn.Entity[Other]
	ctx    context.Context
	key    Card
	other  Other
	used   types.ConsumedCapacity
	cond   = dyn.Eq(&cardF.Likes, 1)
)

// What compiles, so that the errors below have no other reason.
func fits() {
	_, _ = cards.Get(ctx, key, dyn.Consistent(), dyn.Capacity(&used))
	_, _ = cards.Put(ctx, key, dyn.If(cond), dyn.Old(&key), dyn.Stored(&key), dyn.Idempotent(), dyn.Capacity(&used))
	_, _ = cards.Create(ctx, key, dyn.If(cond), dyn.Stored(&key), dyn.Idempotent(), dyn.Capacity(&used))
	_, _ = cards.Update(ctx, key, dyn.Add(&cardF.Likes, 1), dyn.If(cond), dyn.Idempotent(), dyn.Capacity(&used))
	_, _ = cards.Upsert(ctx, key, dyn.Add(&cardF.Likes, 1), dyn.If(cond), dyn.Idempotent(), dyn.Capacity(&used))
	_, _ = cards.Modify(ctx, key, func(*Card) error { return nil }, dyn.If(cond), dyn.Idempotent(), dyn.Capacity(&used))
	_ = cards.Delete(ctx, key, dyn.If(cond), dyn.Old(&key), dyn.Idempotent(), dyn.Capacity(&used))
	_ = cards.Remove(ctx, key, dyn.If(cond), dyn.Old(&key), dyn.Idempotent(), dyn.Capacity(&used))
	_ = dyn.Check(cards, key, cond)
}

func get() {
	_, _ = cards.Get(ctx, key, dyn.If(cond))             // ERROR "does not implement|missing method get"
	_, _ = cards.Get(ctx, key, dyn.Idempotent())         // ERROR "does not implement|missing method get"
	_, _ = cards.Get(ctx, key, dyn.Old(&key))            // ERROR "does not implement|missing method get"
	_, _ = cards.Get(ctx, key, dyn.Set(&cardF.Likes, 1)) // ERROR "does not implement|missing method get"
	_, _ = cards.Get(ctx, key, cond)                     // ERROR "does not implement|missing method get"
	_, _ = cards.Get(ctx, other)                         // ERROR "cannot use other"
	_, _ = cards.Get(key)                                // ERROR "not enough arguments"
	_, _ = cards.Exists(ctx, key, dyn.If(cond))          // ERROR "does not implement|missing method get"
	_, _ = cards.Get(ctx, "42")                          // ERROR "cannot use"
}

func put() {
	_, _ = cards.Put(ctx, key, dyn.Consistent())         // ERROR "does not implement|missing method put"
	_, _ = cards.Put(ctx, key, dyn.Set(&cardF.Likes, 1)) // ERROR "does not implement|missing method put"
	_, _ = cards.Put(ctx, key, dyn.From(key))            // ERROR "does not implement|missing method put"
	_, _ = cards.Put(ctx, key, cond)                     // ERROR "does not implement|missing method put"
	_, _ = cards.Put(ctx, &key)                          // ERROR "cannot use &key"
	_, _ = cards.Put(ctx, other)                         // ERROR "cannot use other"
	_ = dyn.Put(cards, other)                            // ERROR "does not match"
	_ = dyn.Put(cards, key, dyn.Consistent())            // ERROR "does not implement|missing method put"
}

func create() {
	_, _ = cards.Create(ctx, key, dyn.Old(&key))            // ERROR "does not implement|missing method create"
	_, _ = cards.Create(ctx, key, dyn.Consistent())         // ERROR "does not implement|missing method create"
	_, _ = cards.Create(ctx, key, dyn.Add(&cardF.Likes, 1)) // ERROR "does not implement|missing method create"
	_ = dyn.Create(others, key)                             // ERROR "does not match"
}

func update() {
	_, _ = cards.Update(ctx, key, dyn.Old(&key))                                              // ERROR "does not implement|missing method clause"
	_, _ = cards.Update(ctx, key, dyn.Stored(&key))                                           // ERROR "does not implement|missing method clause"
	_, _ = cards.Update(ctx, key, dyn.Consistent())                                           // ERROR "does not implement|missing method clause"
	_, _ = cards.Update(ctx, key, cond)                                                       // ERROR "does not implement|missing method clause"
	_, _ = cards.Update(ctx, key, "SET likes = 1")                                            // ERROR "does not implement|missing method clause"
	_, _ = cards.Upsert(ctx, key, dyn.Old(&key))                                              // ERROR "does not implement|missing method clause"
	_, _ = cards.Upsert(ctx, key, dyn.Stored(&key))                                           // ERROR "does not implement|missing method clause"
	_ = dyn.Update(cards, other, dyn.Add(&cardF.Likes, 1))                                    // ERROR "does not match"
	_, _ = cards.Modify(ctx, key, func(Card) error { return nil })                            // ERROR "cannot use .func"
	_, _ = cards.Modify(ctx, key, func(*Card) error { return nil }, dyn.Set(&cardF.Likes, 1)) // ERROR "does not implement|missing method"
	_, _ = cards.Modify(ctx, key, func(*Card) error { return nil }, dyn.Old(&key))            // ERROR "does not implement|missing method"
}

func remove() {
	_ = cards.Delete(ctx, key, dyn.Stored(&key))        // ERROR "does not implement|missing method del"
	_ = cards.Delete(ctx, key, dyn.Consistent())        // ERROR "does not implement|missing method del"
	_ = cards.Delete(ctx, key, dyn.Unset(&cardF.Likes)) // ERROR "does not implement|missing method del"
	_ = cards.Remove(ctx, key, cond)                    // ERROR "does not implement|missing method del"
	_ = dyn.Check(cards, key, dyn.If(cond))             // ERROR "cannot use dyn.If"
}

func query(q dyn.Query[Card]) {
	_ = cards.Query(dyn.If(cond))  // ERROR "cannot use dyn.If"
	_ = q.Filter(dyn.Consistent()) // ERROR "cannot use dyn.Consistent"
	_ = q.Limit("10")              // ERROR "cannot use"
	_ = q.Segments(2)              // ERROR "q.Segments undefined"
	_ = cards.Scan().Descending()  // ERROR "Descending undefined"
	_ = cards.Scan().Hydrate()     // ERROR "Hydrate undefined"
	var wrong dyn.Query[Other] = q // ERROR "cannot use q"
	_ = wrong
	_, _ = q.Collect()        // ERROR "not enough arguments"
	_ = dyn.Fields[Card]{}    // ERROR "is not a type"
	_ = dyn.PutOption(mine{}) // ERROR "unexported method put|does not implement"
}

type mine struct{}

func (mine) put() {}
