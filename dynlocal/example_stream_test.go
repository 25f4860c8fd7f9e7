package dynlocal_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// A reader of a stream sees each change at once.
func ExampleDB_StreamsClient() {
	ctx := context.Background()
	db, client := withCards()
	table, err := client.UpdateTable(ctx, &dynamodb.UpdateTableInput{
		TableName: aws.String("cards"),
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeKeysOnly,
		},
	})
	if err == nil {
		err = putCard(client, "2")
	}
	if err != nil {
		panic(err)
	}
	streams, arn := db.StreamsClient(), table.TableDescription.LatestStreamArn
	stream, err := streams.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: arn})
	if err != nil {
		panic(err)
	}
	begin, err := streams.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{
		StreamArn: arn, ShardId: stream.StreamDescription.Shards[0].ShardId,
		ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon,
	})
	if err != nil {
		panic(err)
	}
	out, err := streams.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: begin.ShardIterator})
	if err != nil {
		panic(err)
	}
	for _, r := range out.Records {
		fmt.Println(r.EventName, r.Dynamodb.Keys["id"].(*streamtypes.AttributeValueMemberS).Value)
	}
	// Output: INSERT 2
}

// An item past its time to live stays readable, as with the service, until the test wants it gone.
func ExampleDB_Expire() {
	ctx := context.Background()
	db, client := withCards()
	_, err := client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               aws.String("cards"),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("until"), Enabled: aws.Bool(true)},
	})
	if err != nil {
		panic(err)
	}
	minuteAgo := fmt.Sprint(time.Now().Unix() - 60)
	_, err = client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("cards"), Item: map[string]types.AttributeValue{
		"id": &types.AttributeValueMemberS{Value: "2"}, "until": &types.AttributeValueMemberN{Value: minuteAgo},
	}})
	if err != nil {
		panic(err)
	}
	for range 2 {
		out, err := client.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("cards")})
		if err != nil {
			panic(err)
		}
		fmt.Println(out.Count, "items")
		if _, err := db.Expire(); err != nil {
			panic(err)
		}
	}
	// Output:
	// 2 items
	// 1 items
}
