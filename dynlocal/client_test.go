package dynlocal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
)

func TestPutGet(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	in := item{"pk": sv("p"), "sk": sv("s"), "x": nv("1.10")}
	put(t, c, in)
	got, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("things"), Key: item{"pk": sv("p"), "sk": sv("s")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := item{"pk": sv("p"), "sk": sv("s"), "x": nv("1.1")}
	if diff := cmp.Diff(want, got.Item, sdkOptions); diff != "" {
		t.Error(diff)
	}
}

func TestErrorsAreThoseOfTheWire(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	_, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("none"), Key: item{"pk": sv("p")}})
	var notFound *types.ResourceNotFoundException
	var response *awshttp.ResponseError
	if !errors.As(err, &notFound) || !errors.As(err, &response) {
		t.Fatalf("got %v", err)
	}
	if response.HTTPStatusCode() != http.StatusBadRequest || len(response.ServiceRequestID()) != 52 {
		t.Errorf("status %d, request id %q", response.HTTPStatusCode(), response.ServiceRequestID())
	}
}

func TestSDKRetries(t *testing.T) {
	t.Parallel()
	failures := map[string]error{
		"throttle":   &types.ProvisionedThroughputExceededException{},
		"internal":   &types.InternalServerError{},
		"connection": &smithyhttp.RequestSendError{Err: io.ErrUnexpectedEOF},
	}
	for name, failure := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, c := newTestTable(t)
			failed := db.Fault(Fail(failure).Times(2))
			put(t, c, item{"pk": sv("p"), "sk": sv("s")})
			if failed.Hits() != 2 {
				t.Errorf("%d failures, want 2", failed.Hits())
			}
		})
	}
}

func TestAccountsAndRegionsAreApart(t *testing.T) {
	t.Parallel()
	db, _ := newTestTable(t)
	clients := map[string]*dynamodb.Client{
		"same":    db.Client(),
		"region":  db.Client(func(o *dynamodb.Options) { o.Region = "eu-west-1" }),
		"account": db.Client(func(o *dynamodb.Options) { o.Credentials = credentials.NewStaticCredentialsProvider("other", "x", "") }),
	}
	want := map[string]int{"same": 1, "region": 0, "account": 0}
	got := map[string]int{}
	for name, c := range clients {
		out, err := c.ListTables(t.Context(), &dynamodb.ListTablesInput{})
		if err != nil {
			t.Fatal(err)
		}
		got[name] = len(out.TableNames)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMiddlewareOfTheCallerRuns(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	for name, place := range map[string]middleware.RelativePosition{"first": middleware.Before, "last": middleware.After} {
		var seen []string
		mine := func(
			ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
		) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, md, err := next.HandleDeserialize(ctx, in)
			if _, ok := out.Result.(*dynamodb.ListTablesOutput); ok {
				seen = append(seen, middleware.GetOperationName(ctx))
			}
			return out, md, err
		}
		_, err := c.ListTables(t.Context(), &dynamodb.ListTablesInput{}, func(o *dynamodb.Options) {
			o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
				return s.Deserialize.Add(middleware.DeserializeMiddlewareFunc("mine", mine), place)
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"ListTables"}, seen); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestOutputsAndInputsAreNotShared(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	blob := &types.AttributeValueMemberB{Value: []byte("abc")}
	in := item{"pk": sv("p"), "sk": sv("s"), "x": &types.AttributeValueMemberL{Value: []types.AttributeValue{blob}}}
	put(t, c, in)
	blob.Value[0] = 'X'
	get := func() item {
		out, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: aws.String("things"), Key: item{"pk": sv("p"), "sk": sv("s")},
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.Item
	}
	get()["x"].(*types.AttributeValueMemberL).Value[0].(*types.AttributeValueMemberB).Value[0] = 'Y'
	want := item{"pk": sv("p"), "sk": sv("s"), "x": &types.AttributeValueMemberL{
		Value: []types.AttributeValue{&types.AttributeValueMemberB{Value: []byte("abc")}},
	}}
	if diff := cmp.Diff(want, get(), sdkOptions); diff != "" {
		t.Error(diff)
	}
}
