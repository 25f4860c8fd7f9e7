package dyn_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// Event is written so often that the events of a day would overload one
// partition: `$<shard=8>` spreads them over 8.
type Event struct {
	_ struct{} `dyn:"entity=event"`
	_ struct{} `dyn:"pk,template=EVENT#$<EventID>"`
	_ struct{} `dyn:"sk,template=EVENT"`
	_ struct{} `dyn:"pk,index=gsi1,name=byDay,template=DAY#$<Day>#$<shard=8>"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Seq:06>"`

	EventID string `dynamodbav:"eventId"`
	Day     string `dynamodbav:"day"`
	Seq     int    `dynamodbav:"seq"`
}

var eventF = dyn.Fields[Event]()

// A query asks all shards at once and merges them in key order.
func Example_sharding() {
	ctx := context.Background()
	svc, err := dyn.NewService(dynlocal.New().Client(), dyn.Table{Name: "app"})
	if err != nil {
		log.Fatal(err)
	}
	events, err := dyn.NewEntity[Event](svc)
	if err != nil {
		log.Fatal(err)
	}
	if err := svc.EnsureTable(ctx); err != nil {
		log.Fatal(err)
	}
	for i, id := range []string{"c", "a", "d", "b"} {
		if _, err := events.Put(ctx, Event{EventID: id, Day: "2026-03-04", Seq: i}); err != nil {
			log.Fatal(err)
		}
	}
	for e, err := range events.Index("byDay").Query(dyn.Eq(&eventF.Day, "2026-03-04")).All(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Seq, e.EventID)
	}
	// Output:
	// 0 c
	// 1 a
	// 2 d
	// 3 b
}
