package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// An update that changes a part of an index key needs the key's other parts. It
// takes them from the primary key, from its own clauses, or from what the
// caller knows of the item, on the condition that it still holds.
func Example_expect() {
	type Ticket struct {
		_ struct{} `dyn:"entity=ticket"`
		_ struct{} `dyn:"pk,template=TICKET#$<ID>"`
		_ struct{} `dyn:"sk,template=META"`
		_ struct{} `dyn:"pk,index=gsi1,name=byQueue,template=QUEUE#$<Team>#$<State>"`
		_ struct{} `dyn:"sk,index=gsi1,template=TICKET#$<ID>"`

		ID    string `dynamodbav:"id"`
		Team  string `dynamodbav:"team"`
		State string `dynamodbav:"state"`
	}
	ticketF := dyn.Fields[Ticket]()
	var store struct {
		Tickets *dyn.Entity[Ticket]
		ByQueue *dyn.Index[Ticket] `dyn:"byQueue"`
	}
	open(&store)
	ticket, err := store.Tickets.Create(ctx, Ticket{ID: "7", Team: "billing", State: "open"})
	check(err)
	key := Ticket{ID: "7"}

	_, err = store.Tickets.Update(ctx, key, dyn.Set(&ticketF.State, "taken"))
	fmt.Println(err)

	_, err = store.Tickets.Update(ctx, key, dyn.Set(&ticketF.State, "taken"), dyn.Expect(&ticketF.Team, "billing"))
	check(err)
	taken, err := store.ByQueue.Query(dyn.Eq(&ticketF.Team, "billing"), dyn.Eq(&ticketF.State, "taken")).First(ctx)
	check(err)
	fmt.Println(taken.ID, taken.State)

	// With an item at hand, From says all of it.
	done, err := store.Tickets.Update(ctx, key, dyn.Set(&ticketF.State, "done"), dyn.From(ticket))
	check(err)
	fmt.Println(done.ID, done.State)
	// Output:
	// dyn: update ticket: index "gsi1" also needs Team; set it, or give its value with dyn.Expect or dyn.From
	// 7 taken
	// 7 done
}
