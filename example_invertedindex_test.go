package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// An inverted index has the table's keys the other way round: members of a
// group and groups of a member from one item.
func Example_invertedIndex() {
	type Membership struct {
		_ struct{} `dyn:"entity=membership"`
		_ struct{} `dyn:"pk,template=GROUP#$<Group>"`
		_ struct{} `dyn:"sk,template=USER#$<User>"`
		_ struct{} `dyn:"pk,index=inverted,name=byUser"`
		_ struct{} `dyn:"sk,index=inverted"`

		Group string `dynamodbav:"group"`
		User  string `dynamodbav:"user"`
	}
	membershipF := dyn.Fields[Membership]()
	var store struct {
		Memberships *dyn.Entity[Membership]
		ByUser      *dyn.Index[Membership] `dyn:"byUser"`
	}
	openTable(dyn.Table{
		Name:    "app",
		Indexes: map[string]dyn.IndexKeys{"inverted": {PK: "sk", SK: "pk"}},
	}, &store)
	for _, m := range []Membership{{Group: "go", User: "bo"}, {Group: "go", User: "eva"}, {Group: "aws", User: "bo"}} {
		_, err := store.Memberships.Put(ctx, m)
		check(err)
	}

	members, err := store.Memberships.Query(dyn.Eq(&membershipF.Group, "go")).Collect(ctx)
	check(err)
	for _, m := range members {
		fmt.Println(m.Group, "has", m.User)
	}
	groups, err := store.ByUser.Query(dyn.Eq(&membershipF.User, "bo")).Collect(ctx)
	check(err)
	for _, m := range groups {
		fmt.Println(m.User, "is in", m.Group)
	}
	// Output:
	// go has bo
	// go has eva
	// bo is in aws
	// bo is in go
}
