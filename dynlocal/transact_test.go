package dynlocal

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
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

// TestTransfersKeepTheSum moves money to and fro, of which there is not always enough: a transaction that fails leaves
// nothing, and none is seen half done.
func TestTransfersKeepTheSum(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	const accounts, each = 4, 10
	for i := range accounts {
		put(t, c, item{"pk": sv(fmt.Sprint("account", i)), "sk": sv("s"), "n": nv(fmt.Sprint(each))})
	}
	var moved, refused atomic.Int64
	var wg sync.WaitGroup
	for g := range 32 {
		wg.Go(func() {
			for i := range 20 {
				from, amount := (g+i)%accounts, 1+(g*7+i)%9
				err := transfer(t, c, from, (from+1+g%(accounts-1))%accounts, amount)
				var cancelled *types.TransactionCanceledException
				switch {
				case err == nil:
					moved.Add(1)
				case errors.As(err, &cancelled):
					refused.Add(1)
				default:
					t.Error(err)
				}
				if sum := sumOf(t, c, accounts); sum != accounts*each {
					t.Errorf("the sum is %d, want %d", sum, accounts*each)
				}
			}
		})
	}
	wg.Wait()
	if moved.Load() == 0 || refused.Load() == 0 {
		t.Errorf("%d moved, %d refused: want some of both", moved.Load(), refused.Load())
	}
}

func transfer(t *testing.T, c *dynamodb.Client, from, to, amount int) error {
	change := func(account int, update, condition string) types.TransactWriteItem {
		return types.TransactWriteItem{Update: &types.Update{
			TableName: things, Key: key(fmt.Sprint("account", account), "s"), UpdateExpression: &update, ConditionExpression: &condition,
			ExpressionAttributeValues: item{":v": nv(fmt.Sprint(amount))},
		}}
	}
	_, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		change(to, "SET n = n + :v", "attribute_exists(pk)"), change(from, "SET n = n - :v", "n >= :v"),
	}})
	return err
}

func sumOf(t *testing.T, c *dynamodb.Client, accounts int) int {
	in := &dynamodb.TransactGetItemsInput{}
	for i := range accounts {
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{
			Get: &types.Get{TableName: things, Key: key(fmt.Sprint("account", i), "s")},
		})
	}
	out, err := c.TransactGetItems(t.Context(), in)
	if err != nil {
		t.Error(err)
		return 0
	}
	sum := 0
	for _, r := range out.Responses {
		n, _ := strconv.Atoi(text(r.Item["n"]))
		sum += n
	}
	return sum
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
