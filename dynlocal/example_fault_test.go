package dynlocal_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal"
)

// withCards gives a database with a table of cards and one item.
func withCards(opts ...dynlocal.Option) (*dynlocal.DB, *dynamodb.Client) {
	db := dynlocal.New(opts...)
	client := db.Client()
	_, err := client.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName:            aws.String("cards"),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err == nil {
		err = putCard(client, "1")
	}
	if err != nil {
		panic(err)
	}
	return db, client
}

func putCard(client *dynamodb.Client, id string) error {
	_, err := client.PutItem(context.Background(), &dynamodb.PutItemInput{
		TableName: aws.String("cards"), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}},
	})
	return err
}

// The SDK retries what passes, so a program only sees throttling that lasts.
func ExampleDB_Fault() {
	db, client := withCards()
	throttled := db.Fault(dynlocal.Throttle().On("PutItem").Times(2))
	fmt.Println(putCard(client, "2"), "after", throttled.Hits(), "failures")

	lasting := db.Fault(dynlocal.Throttle("TableWriteAccountLimitExceeded").Table("cards"))
	var limit *types.RequestLimitExceeded
	fmt.Println(errors.As(putCard(client, "3"), &limit), *limit.ThrottlingReasons[0].Reason)

	lasting.Remove()
	fmt.Println(putCard(client, "3"))
	// Output:
	// <nil> after 2 failures
	// true TableWriteAccountLimitExceeded
	// <nil>
}

// A put that succeeds while its answer is lost is repeated by the SDK, and then fails its own condition.
func ExampleDropAnswer() {
	db, client := withCards()
	db.Fault(dynlocal.DropAnswer().On("PutItem").Times(1))
	_, err := client.PutItem(context.Background(), &dynamodb.PutItemInput{
		TableName:           aws.String("cards"),
		Item:                map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "2"}},
		ConditionExpression: aws.String("attribute_not_exists(id)"),
	})
	var failed *types.ConditionalCheckFailedException
	fmt.Println(errors.As(err, &failed))
	// Output: true
}

// A page may be empty and not the last.
func ExampleEmptyPage() {
	db, client := withCards()
	db.Fault(dynlocal.EmptyPage().Times(1))
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: aws.String("cards")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			panic(err)
		}
		fmt.Println(page.Count, "items")
	}
	// Output:
	// 0 items
	// 1 items
}

// With a clock of its own a test decides when capacity comes back.
func ExampleCapacity() {
	now := time.Unix(0, 0)
	db, client := withCards(dynlocal.WithClock(func() time.Time { return now }))
	db.Fault(dynlocal.Capacity(1, 1))
	fmt.Println(putCard(client, "2") == nil, putCard(client, "3") == nil)
	now = now.Add(time.Second)
	fmt.Println(putCard(client, "3") == nil)
	// Output:
	// true false
	// true
}
