package dyn_test

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// Adopt reads the items of a single-table design that was there before dyn and
// tells their entities by their keys.
func Example_adopt() {
	type Customer struct {
		_ struct{} `dyn:"entity=customer"`
		_ struct{} `dyn:"pk,template=CUSTOMER#$<ID>"`
		_ struct{} `dyn:"sk,template=PROFILE"`

		ID   string `dynamodbav:"id"`
		Name string `dynamodbav:"name"`
		Paid int    `dynamodbav:"paid"`
	}
	customerF := dyn.Fields[Customer]()
	var store struct{ Customers *dyn.Entity[Customer] }
	client := dynlocal.New().Client()
	svc, err := dyn.NewService(client, dyn.Table{Name: "shop", PK: "PK", SK: "SK", Adopt: true})
	check(err)
	check(dyn.Bind(svc, &store))
	check(svc.EnsureTable(ctx))

	s := func(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("shop"), Item: map[string]types.AttributeValue{
		"PK": s("CUSTOMER#7"), "SK": s("PROFILE"), "id": s("7"), "name": s("Eva"),
	}})
	check(err)

	c, err := store.Customers.Get(ctx, Customer{ID: "7"})
	check(err)
	fmt.Println(c.Name, c.Paid)
	c, err = store.Customers.Update(ctx, Customer{ID: "7"}, dyn.Add(&customerF.Paid, 12))
	check(err)
	fmt.Println(c.Name, c.Paid)
	// Output:
	// Eva 0
	// Eva 12
}
