package dynlocal

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
)

// steps call every operation with every kind of value, in success and in failure.
func steps() []func(context.Context, *dynamodb.Client) (any, error) {
	name := aws.String("things")
	key := item{"pk": sv("p"), "sk": sv("s")}
	full := item{
		"pk": sv("p"), "sk": sv("s"), "a": sv("ä\"\\\n\x01"), "n": nv("-1.50"), "b": sv("x"), "blob": &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"yes": &types.AttributeValueMemberBOOL{Value: true}, "null": &types.AttributeValueMemberNULL{Value: true},
		"ss": &types.AttributeValueMemberSS{Value: []string{"b", "a"}}, "ns": &types.AttributeValueMemberNS{Value: []string{"10", "9"}},
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {2}}}, "emptyblob": &types.AttributeValueMemberB{Value: []byte{}},
		"list": &types.AttributeValueMemberL{Value: []types.AttributeValue{sv(""), &types.AttributeValueMemberM{Value: item{"k": nv("1e2")}}}},
		"map":  &types.AttributeValueMemberM{Value: item{"x": &types.AttributeValueMemberL{Value: []types.AttributeValue{}}}},
	}
	return []func(context.Context, *dynamodb.Client) (any, error){
		func(ctx context.Context, c *dynamodb.Client) (any, error) { return c.CreateTable(ctx, testTable()) },
		func(ctx context.Context, c *dynamodb.Client) (any, error) { return c.CreateTable(ctx, testTable()) },
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.PutItem(ctx, &dynamodb.PutItemInput{TableName: name, Item: full, ReturnConsumedCapacity: "INDEXES", ReturnItemCollectionMetrics: "SIZE"})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.PutItem(ctx, &dynamodb.PutItemInput{
				TableName: name, Item: full, ConditionExpression: aws.String("attribute_not_exists(pk)"), ReturnValuesOnConditionCheckFailure: "ALL_OLD",
			})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.GetItem(ctx, &dynamodb.GetItemInput{TableName: name, Key: key, ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: "TOTAL"})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.UpdateItem(ctx, &dynamodb.UpdateItemInput{
				TableName: name, Key: key, UpdateExpression: aws.String("SET #l[5] = :v REMOVE yes"), ReturnValues: "ALL_NEW",
				ExpressionAttributeNames: map[string]string{"#l": "list"}, ExpressionAttributeValues: item{":v": nv("5")},
			})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.Query(ctx, &dynamodb.QueryInput{
				TableName: name, IndexName: aws.String("all"), KeyConditionExpression: aws.String("a = :a"), Limit: aws.Int32(1),
				ExpressionAttributeValues: item{":a": full["a"]}, ScanIndexForward: aws.Bool(false), ReturnConsumedCapacity: "INDEXES",
			})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.Scan(ctx, &dynamodb.ScanInput{TableName: name, Segment: aws.Int32(0), TotalSegments: aws.Int32(1), Select: "COUNT"})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"things": {Keys: []map[string]types.AttributeValue{key}}}})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
				"things": {{PutRequest: &types.PutRequest{Item: item{"pk": sv("p"), "sk": sv("t")}}}, {DeleteRequest: &types.DeleteRequest{Key: key}}},
			}})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: name, Key: key}}}})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: name, Item: full}},
				{ConditionCheck: &types.ConditionCheck{
					TableName: name, Key: item{"pk": sv("p"), "sk": sv("t")}, ConditionExpression: aws.String("attribute_not_exists(pk)"),
					ReturnValuesOnConditionCheckFailure: "ALL_OLD",
				}},
			}})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: name, Key: item{"pk": sv("p"), "sk": sv("t")}, ReturnValues: "ALL_OLD"})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.UpdateTable(ctx, &dynamodb.UpdateTableInput{TableName: name, DeletionProtectionEnabled: aws.Bool(false)})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: name, TimeToLiveSpecification: &types.TimeToLiveSpecification{
				AttributeName: aws.String("ttl"), Enabled: aws.Bool(true),
			}})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: name})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			arn := aws.String("arn:aws:dynamodb:us-east-1:000000000000:table/things")
			if _, err := c.TagResource(ctx, &dynamodb.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}}); err != nil {
				return nil, err
			}
			return c.ListTagsOfResource(ctx, &dynamodb.ListTagsOfResourceInput{ResourceArn: arn})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.DescribeLimits(ctx, &dynamodb.DescribeLimitsInput{})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.DescribeEndpoints(ctx, &dynamodb.DescribeEndpointsInput{})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: name})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.ListTables(ctx, &dynamodb.ListTablesInput{})
		},
		func(ctx context.Context, c *dynamodb.Client) (any, error) {
			return c.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: name})
		},
	}
}

// TestWaysInAgree does the same with databases alike, in process, over the wire and over a socket.
func TestWaysInAgree(t *testing.T) {
	t.Parallel()
	clock := WithClock(func() time.Time { return time.Unix(1767225600, 0).UTC() })
	inProcess := New(clock, WithRandom(zeros{}))
	wire := New(clock, WithRandom(zeros{}))
	served := New(clock, WithRandom(zeros{}))
	srv := httptest.NewServer(served.Handler())
	defer srv.Close()
	clients := map[string]*dynamodb.Client{
		"wire":   wire.HTTPClient(),
		"socket": New().HTTPClient(func(o *dynamodb.Options) { o.BaseEndpoint, o.HTTPClient = &srv.URL, srv.Client() }),
	}
	want := inProcess.Client()
	for i, step := range steps() {
		wantOut, wantErr := step(t.Context(), want)
		for way, c := range clients {
			out, err := step(t.Context(), c)
			if diff := cmp.Diff(wantOut, out, sdkOptions); diff != "" {
				t.Errorf("step %d, %s: %s", i, way, diff)
			}
			if diff := cmp.Diff(serviceError(wantErr), serviceError(err), sdkOptions); diff != "" {
				t.Errorf("step %d, %s: %s", i, way, diff)
			}
		}
	}
}

// serviceError gives what an SDK's error was made of by the service.
func serviceError(err error) error {
	var e *awshttp.ResponseError
	if !errors.As(err, &e) {
		return err
	}
	e.RequestID = ""
	return e.Err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestBrokenConnection(t *testing.T) {
	t.Parallel()
	db := New()
	db.Fault(Fail(http.ErrServerClosed))
	srv := httptest.NewServer(db.Handler())
	defer srv.Close()
	for way, c := range map[string]*dynamodb.Client{
		"wire":   db.HTTPClient(),
		"socket": db.HTTPClient(func(o *dynamodb.Options) { o.BaseEndpoint, o.HTTPClient = &srv.URL, srv.Client() }),
	} {
		_, err := c.ListTables(t.Context(), &dynamodb.ListTablesInput{}, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
		if sent := (*smithyhttp.RequestSendError)(nil); !errors.As(err, &sent) {
			t.Errorf("%s: %v, want an error of sending", way, err)
		}
	}
}

func TestHTTPClientHeedsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New().HTTPClient().ListTables(ctx, &dynamodb.ListTablesInput{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
