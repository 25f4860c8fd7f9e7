package dynlocal_test

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal"
)

// What was acknowledged is there when the directory is opened again.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "tables")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for n := range 2 {
		if err := addCard(dir, fmt.Sprint(n)); err != nil {
			panic(err)
		}
	}
	// Output:
	// 1 items
	// 2 items
}

// addCard puts a card into a table in a directory.
func addCard(dir, id string) error {
	db, err := dynlocal.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	client, table := db.Client(), aws.String("cards")
	_, _ = client.CreateTable(context.Background(), &dynamodb.CreateTableInput{ // fails if the table is there
		TableName: table, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err := putCard(client, id); err != nil {
		return err
	}
	out, err := client.Scan(context.Background(), &dynamodb.ScanInput{TableName: table})
	if err == nil {
		fmt.Println(out.Count, "items")
	}
	return err
}
