package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// Find picks the index for the conditions. It never scans: when no index fits,
// its error says what each one lacks.
func Example_find() {
	type Store struct {
		_ struct{} `dyn:"entity=store"`
		_ struct{} `dyn:"pk,template=STORE#$<ID>"`
		_ struct{} `dyn:"sk,template=META"`
		_ struct{} `dyn:"pk,index=gsi1,name=byCity,template=CITY#$<City>"`
		_ struct{} `dyn:"sk,index=gsi1,template=MALL#$<Mall>#$<ID>"`

		ID   string `dynamodbav:"id"`
		City string `dynamodbav:"city" dyn:"required"`
		Mall string `dynamodbav:"mall" dyn:"required"`
		Rent int    `dynamodbav:"rent"`
	}
	storeF := dyn.Fields[Store]()
	var handles struct{ Stores *dyn.Entity[Store] }
	open(&handles)

	q := handles.Stores.Find(dyn.Eq(&storeF.City, "Oslo"), dyn.Eq(&storeF.Mall, "east"), dyn.Lt(&storeF.Rent, 900))
	plan, err := q.Explain()
	check(err)
	fmt.Println(plan.Index)
	fmt.Println(plan.KeyCondition)
	fmt.Println(plan.Filter)

	_, err = handles.Stores.Find(dyn.Eq(&storeF.Mall, "east")).Collect(ctx)
	fmt.Println(err)
	// Output:
	// byCity
	// gsi1pk = "CITY#Oslo" AND begins_with(gsi1sk, "MALL#east#")
	// _entity = "store" AND rent < 900
	// dyn: query store: no index fits:
	// 	primary: partition key needs Eq on ID
	// 	byCity: partition key needs Eq on City
}
