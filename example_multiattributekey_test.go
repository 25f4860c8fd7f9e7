package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// A global index may have up to four attributes for each of its keys, as they
// are, without a template: numbers sort as numbers.
func Example_multiAttributeKey() {
	type Match struct {
		_ struct{} `dyn:"entity=match"`
		_ struct{} `dyn:"pk,template=MATCH#$<ID>"`
		_ struct{} `dyn:"sk,template=META"`
		_ struct{} `dyn:"pk,index=byCup,field=Cup,part=1"`
		_ struct{} `dyn:"pk,index=byCup,field=Region,part=2"`
		_ struct{} `dyn:"sk,index=byCup,field=Round,part=1"`
		_ struct{} `dyn:"sk,index=byCup,field=Table,part=2"`

		ID     string `dynamodbav:"id"`
		Cup    string `dynamodbav:"cup"`
		Region string `dynamodbav:"region"`
		Round  int    `dynamodbav:"round"`
		Table  int    `dynamodbav:"table"`
	}
	matchF := dyn.Fields[Match]()
	var store struct {
		Matches *dyn.Entity[Match]
		ByCup   *dyn.Index[Match] `dyn:"byCup"`
	}
	open(&store)
	for i, round := range []int{10, 9, 9, 8} {
		_, err := store.Matches.Put(ctx, Match{ID: fmt.Sprint("m", i), Cup: "spring", Region: "north", Round: round, Table: 5 - i})
		check(err)
	}
	late := store.ByCup.Query(dyn.Eq(&matchF.Cup, "spring"), dyn.Eq(&matchF.Region, "north"), dyn.Ge(&matchF.Round, 9))
	for m, err := range late.All(ctx) {
		check(err)
		fmt.Println("round", m.Round, "table", m.Table, m.ID)
	}
	// Output:
	// round 9 table 3 m2
	// round 9 table 4 m1
	// round 10 table 5 m0
}
