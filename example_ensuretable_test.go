package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// The model is the table's definition: for a request to change and send, to
// create what is missing, or to check what somebody else has created.
func Example_ensureTable() {
	type Order struct {
		_ struct{} `dyn:"entity=order"`
		_ struct{} `dyn:"pk,template=CUSTOMER#$<Customer>"`
		_ struct{} `dyn:"sk,template=ORDER#$<Number>"`
		_ struct{} `dyn:"pk,index=gsi1,name=byState,template=STATE#$<State>"`
		_ struct{} `dyn:"sk,index=gsi1,template=ORDER#$<Number>"`

		Customer string `dynamodbav:"customer"`
		Number   string `dynamodbav:"number"`
		State    string `dynamodbav:"state"`
	}
	var store struct{ Orders *dyn.Entity[Order] }
	client := dynlocal.New().Client()
	svc, err := dyn.NewService(client, dyn.Table{Name: "shop"})
	check(err)
	check(dyn.Bind(svc, &store))

	in, err := svc.CreateTableInput()
	check(err)
	in.GlobalSecondaryIndexes = nil // somebody forgets the index
	in.AttributeDefinitions = in.AttributeDefinitions[:2]
	_, err = client.CreateTable(ctx, in)
	check(err)
	fmt.Println(svc.CheckTable(ctx))

	svc, err = dyn.NewService(client, dyn.Table{Name: "shop2"})
	check(err)
	check(dyn.Bind(svc, &store))
	check(svc.EnsureTable(ctx))
	fmt.Println(svc.CheckTable(ctx))
	// Output:
	// dyn: check table shop: index "gsi1" is missing
	// <nil>
}
