package dynlocal

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

func putBoth(v string) []types.TransactWriteItem {
	both := make([]types.TransactWriteItem, 2)
	for i := range both {
		both[i].Put = &types.Put{TableName: things, Item: item{"pk": sv(fmt.Sprint("p", i)), "sk": sv("s"), "x": sv(v), "a": sv(v), "n": nv("1")}}
	}
	return both
}

func TestTransactionsAreAllOrNothing(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	if _, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: putBoth("start")}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 32 {
		wg.Go(func() {
			for i := range 20 {
				in := &dynamodb.TransactWriteItemsInput{TransactItems: putBoth(fmt.Sprint(g, i))}
				if _, err := c.TransactWriteItems(t.Context(), in); err != nil {
					t.Error(err)
				}
				readBoth(t, c)
			}
		})
	}
	wg.Wait()
}

// readBoth checks that the two items which are only ever written together agree.
func readBoth(t *testing.T, c *dynamodb.Client) {
	get := func(pk string) types.TransactGetItem {
		return types.TransactGetItem{Get: &types.Get{TableName: things, Key: key(pk, "s")}}
	}
	out, err := c.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{
		TransactItems: []types.TransactGetItem{get("p0"), get("p1")},
	})
	if err != nil {
		t.Error(err)
		return
	}
	if diff := cmp.Diff(out.Responses[0].Item["x"], out.Responses[1].Item["x"], sdkOptions); diff != "" {
		t.Error(diff)
	}
	scan, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: things, IndexName: aws.String("all")})
	if err != nil {
		t.Error(err)
		return
	}
	if len(scan.Items) != 2 || !cmp.Equal(scan.Items[0]["x"], scan.Items[1]["x"], sdkOptions) {
		t.Errorf("index shows %v", scan.Items)
	}
}

func TestTransactionReasons(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	items := append(putBoth("x"), types.TransactWriteItem{Put: &types.Put{TableName: things, Item: item{"pk": nv("1"), "sk": sv("s")}}})
	_, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: items})
	var canceled *types.TransactionCanceledException
	if !errors.As(err, &canceled) {
		t.Fatalf("got %v", err)
	}
	want := &types.TransactionCanceledException{
		Message: aws.String("Transaction cancelled, please refer cancellation reasons for specific reasons [None, None, ValidationError]"),
		CancellationReasons: []types.CancellationReason{
			{Code: aws.String("None")},
			{Code: aws.String("None")},
			{Code: aws.String("ValidationError"), Message: aws.String("One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N")},
		},
	}
	if diff := cmp.Diff(want, canceled, sdkOptions); diff != "" {
		t.Error(diff)
	}
	if all := scanAll(t, c, dynamodb.ScanInput{}); len(all) != 0 {
		t.Errorf("stored %v", all)
	}
}

func TestIdempotencyTokens(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	_, c := newTestTable(t, WithClock(func() time.Time { return now }))
	reads := 0.0
	send := func(v string) error {
		out, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
			TransactItems: putBoth(v), ClientRequestToken: aws.String("token"),
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		})
		if err == nil {
			reads = aws.ToFloat64(out.ConsumedCapacity[0].ReadCapacityUnits)
		}
		return err
	}
	value := func() string {
		out, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: things, Key: key("p0", "s")})
		if err != nil {
			t.Fatal(err)
		}
		return out.Item["x"].(*types.AttributeValueMemberS).Value
	}
	if err := send("first"); err != nil {
		t.Fatal(err)
	}
	put(t, c, item{"pk": sv("p0"), "sk": sv("s"), "x": sv("later")})
	now = now.Add(9 * time.Minute)
	if err := send("first"); err != nil || value() != "later" || reads != 4 {
		t.Errorf("replay: %v, x is %q, %v read units; want the item untouched and 4 units", err, value(), reads)
	}
	var mismatch *types.IdempotentParameterMismatchException
	if err := send("second"); !errors.As(err, &mismatch) {
		t.Errorf("got %v, want a mismatch", err)
	}
	now = now.Add(2 * time.Minute)
	if err := send("second"); err != nil || value() != "second" {
		t.Errorf("after the window: %v, x is %q", err, value())
	}
}
