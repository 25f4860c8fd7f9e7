package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// Generated ids sort by the time at which they were made. Put and Create give
// back the item with its id.
func Example_generate() {
	type Event struct {
		_ struct{} `dyn:"entity=event"`
		_ struct{} `dyn:"pk,template=STREAM#$<Stream>"`
		_ struct{} `dyn:"sk,template=EVENT#$<ID>"`

		Stream string `dynamodbav:"stream"`
		ID     string `dynamodbav:"id"    dyn:"generate=ulid"`
		Trace  string `dynamodbav:"trace" dyn:"generate=uuid7"`
	}
	var store struct{ Events *dyn.Entity[Event] }
	open(&store, fixedRandom()) // an example prints the same every time
	e, err := store.Events.Create(ctx, Event{Stream: "s"})
	check(err)
	fmt.Println(e.ID)
	fmt.Println(e.Trace)
	// Output:
	// 01KJWBG7G0BVPNXVAYXNFETQQD
	// 019cb8b8-1e00-7eed-9eed-5eed5eed5eed
}
