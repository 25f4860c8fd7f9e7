package dynlocal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
)

// testClock is a clock that only moves when told, and waits by moving.
type testClock struct{ now time.Time }

func newTestClock() *testClock { return &testClock{time.Unix(1767225600, 0)} }

func (c *testClock) advance(d time.Duration) { c.now = c.now.Add(d) }

func (c *testClock) options() []Option {
	return []Option{
		WithClock(func() time.Time { return c.now }),
		WithSleep(func(_ context.Context, d time.Duration) error { c.advance(d); return nil }),
	}
}

func noRetry(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }

// eachWayIn runs a test in process and over the wire, on a fresh database with the table of testTable.
func eachWayIn(t *testing.T, test func(*testing.T, *DB, *dynamodb.Client, *testClock)) {
	t.Helper()
	for way, client := range map[string]func(*DB, ...func(*dynamodb.Options)) *dynamodb.Client{
		"in process": (*DB).Client, "wire": (*DB).HTTPClient,
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			clock := newTestClock()
			db := New(clock.options()...)
			c := client(db, noRetry)
			if _, err := c.CreateTable(t.Context(), testTable()); err != nil {
				t.Fatal(err)
			}
			test(t, db, c, clock)
		})
	}
}

func thing(sk string) item { return item{"pk": sv("p"), "sk": sv(sk), "a": sv("x"), "n": nv("1")} }

func keyOfThing(sk string) item { return item{"pk": sv("p"), "sk": sv(sk)} }

func getThing(t *testing.T, c *dynamodb.Client, sk string, consistent bool) (item, error) {
	t.Helper()
	out, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("things"), Key: keyOfThing(sk), ConsistentRead: &consistent,
	})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/things"
	tests := map[string]struct {
		fault Fault
		want  string
		items []types.ThrottlingReason
	}{
		"default": {Throttle(), "ProvisionedThroughputExceededException", []types.ThrottlingReason{
			{Reason: aws.String("TableReadProvisionedThroughputExceeded"), Resource: aws.String(arn)},
		}},
		"account": {Throttle("TableReadAccountLimitExceeded"), "RequestLimitExceeded", []types.ThrottlingReason{
			{Reason: aws.String("TableReadAccountLimitExceeded"), Resource: aws.String(arn)},
		}},
		"on demand": {Throttle("TableReadMaxOnDemandThroughputExceeded"), "ThrottlingException", []types.ThrottlingReason{
			{Reason: aws.String("TableReadMaxOnDemandThroughputExceeded"), Resource: aws.String(arn)},
		}},
		"two": {
			Throttle("IndexReadKeyRangeThroughputExceeded", "TableReadKeyRangeThroughputExceeded"), "ProvisionedThroughputExceededException",
			[]types.ThrottlingReason{
				{Reason: aws.String("IndexReadKeyRangeThroughputExceeded"), Resource: aws.String(arn + "/index/all")},
				{Reason: aws.String("TableReadKeyRangeThroughputExceeded"), Resource: aws.String(arn)},
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, _ *testClock) {
				db.Fault(tt.fault)
				_, err := getThing(t, c, "s", false)
				code, reasons := throttling(err)
				if diff := cmp.Diff(tt.items, reasons, sdkOptions); diff != "" || code != tt.want {
					t.Error(code, diff)
				}
			})
		})
	}
}

func throttling(err error) (string, []types.ThrottlingReason) {
	var provisioned *types.ProvisionedThroughputExceededException
	var limit *types.RequestLimitExceeded
	var throttled *types.ThrottlingException
	switch {
	case errors.As(err, &provisioned):
		return provisioned.ErrorCode(), provisioned.ThrottlingReasons
	case errors.As(err, &limit):
		return limit.ErrorCode(), limit.ThrottlingReasons
	case errors.As(err, &throttled):
		return throttled.ErrorCode(), throttled.ThrottlingReasons
	}
	return fmt.Sprint(err), nil
}

func TestFaultsChooseRequests(t *testing.T) {
	t.Parallel()
	boom := &types.InternalServerError{Message: aws.String("boom")}
	isB := func(it map[string]types.AttributeValue) bool { return cmp.Equal(it["sk"], sv("b"), sdkOptions) }
	tests := map[string]struct {
		fault Fault
		want  string // of put a, get a, put b, get b, list tables, in this order: x for an error
	}{
		"all":             {Fail(boom), "xxxxx"},
		"operation":       {Fail(boom).On("PutItem", "ListTables"), "x.x.x"},
		"table":           {Fail(boom).Table("things"), "xxxx."},
		"other table":     {Fail(boom).Table("others"), "....."},
		"items":           {Fail(boom).Where(isB), "..xx."},
		"twice":           {Fail(boom).Times(2), "xx..."},
		"after":           {Fail(boom).After(1), ".xxxx"},
		"one after":       {Fail(boom).After(1).Times(1), ".x..."},
		"counted by rule": {Fail(boom).On("PutItem").After(1), "..x.."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, _ *testClock) {
				in := db.Fault(tt.fault)
				got := ""
				note := func(err error) {
					if err != nil {
						got += "x"
					} else {
						got += "."
					}
				}
				for _, sk := range []string{"a", "b"} {
					_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("things"), Item: thing(sk)})
					note(err)
					_, err = getThing(t, c, sk, true)
					note(err)
				}
				_, err := c.ListTables(t.Context(), &dynamodb.ListTablesInput{})
				note(err)
				hits := 0
				for _, r := range tt.want {
					if r == 'x' {
						hits++
					}
				}
				if got != tt.want || in.Hits() != hits {
					t.Errorf("%s with %d hits, want %s", got, in.Hits(), tt.want)
				}
				in.Remove()
				if _, err := getThing(t, c, "a", true); err != nil {
					t.Error("after removal:", err)
				}
			})
		})
	}
}

func TestDropAnswer(t *testing.T) {
	t.Parallel()
	eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, _ *testClock) {
		db.Fault(DropAnswer().On("PutItem"))
		_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("things"), Item: thing("s")})
		if sent := (*smithyhttp.RequestSendError)(nil); !errors.As(err, &sent) {
			t.Errorf("got %v, want a broken connection", err)
		}
		if it, err := getThing(t, c, "s", true); err != nil || len(it) == 0 {
			t.Error("the write was not done", err)
		}
		_, err = c.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: aws.String("things"), Item: thing("s"), ConditionExpression: aws.String("attribute_not_exists(pk)"),
		})
		if failed := (*types.ConditionalCheckFailedException)(nil); !errors.As(err, &failed) {
			t.Errorf("got %v, want the engine's error", err)
		}
	})
}

func TestLatency(t *testing.T) {
	t.Parallel()
	eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, clock *testClock) {
		db.Fault(Latency(time.Minute))
		before := clock.now
		if _, err := getThing(t, c, "s", true); err != nil {
			t.Fatal(err)
		}
		if waited := clock.now.Sub(before); waited != time.Minute {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestLatencyHeedsContext(t *testing.T) {
	t.Parallel()
	db := New()
	db.Fault(Latency(time.Hour))
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := db.Client().ListTables(ctx, &dynamodb.ListTablesInput{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestUnprocessed(t *testing.T) {
	t.Parallel()
	isB := func(it map[string]types.AttributeValue) bool { return cmp.Equal(it["sk"], sv("b"), sdkOptions) }
	tests := map[string]struct {
		fault Fault
		want  []string // sort keys undone
	}{
		"first":        {Unprocessed(1), []string{"a"}},
		"first two":    {Unprocessed(2), []string{"a", "b"}},
		"matching":     {Unprocessed(0).Where(isB), []string{"b"}},
		"one matching": {Unprocessed(1).Where(isB), []string{"b"}},
		"all":          {Unprocessed(0), nil},
		"too many":     {Unprocessed(3), nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, _ *testClock) {
				db.Fault(tt.fault)
				undone, err := batchWriteThings(t, c, "a", "b", "c")
				if got := throttledCode(err); (got != "") != (tt.want == nil) {
					t.Errorf("write: %v", err)
				}
				if diff := cmp.Diff(tt.want, undone); diff != "" {
					t.Error("write:", diff)
				}
				undone, err = batchGetThings(t, c, "a", "b", "c")
				if got := throttledCode(err); (got != "") != (tt.want == nil) {
					t.Errorf("get: %v", err)
				}
				if diff := cmp.Diff(tt.want, undone); diff != "" {
					t.Error("get:", diff)
				}
				for _, sk := range []string{"a", "b", "c"} {
					it, err := getThing(t, c, sk, true)
					if done := len(it) > 0; err != nil || done == (tt.want == nil || slices.Contains(tt.want, sk)) {
						t.Errorf("%s written: %t, %v", sk, done, err)
					}
				}
			})
		})
	}
}

func throttledCode(err error) string {
	if e := (*types.ProvisionedThroughputExceededException)(nil); errors.As(err, &e) {
		return e.ErrorCode()
	}
	return ""
}

// batchWriteThings puts things, and gives the sort keys of what stayed undone.
func batchWriteThings(t *testing.T, c *dynamodb.Client, sks ...string) ([]string, error) {
	t.Helper()
	var requests []types.WriteRequest
	for _, sk := range sks {
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: thing(sk)}})
	}
	out, err := c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"things": requests}})
	if err != nil {
		return nil, err
	}
	var undone []string
	for _, r := range out.UnprocessedItems["things"] {
		undone = append(undone, text(r.PutRequest.Item["sk"]))
	}
	return undone, nil
}

func batchGetThings(t *testing.T, c *dynamodb.Client, sks ...string) ([]string, error) {
	t.Helper()
	var keys []map[string]types.AttributeValue
	for _, sk := range sks {
		keys = append(keys, keyOfThing(sk))
	}
	out, err := c.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		"things": {Keys: keys, ProjectionExpression: aws.String("pk")},
	}})
	if err != nil {
		return nil, err
	}
	var undone []string
	for _, k := range out.UnprocessedKeys["things"].Keys {
		undone = append(undone, text(k["sk"]))
	}
	if len(undone) > 0 && aws.ToString(out.UnprocessedKeys["things"].ProjectionExpression) != "pk" {
		t.Error("the rest of a batch lost its projection")
	}
	return undone, nil
}

func TestConflict(t *testing.T) {
	t.Parallel()
	eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, _ *testClock) {
		name := aws.String("things")
		put := func(sk string) types.TransactWriteItem {
			return types.TransactWriteItem{Put: &types.Put{TableName: name, Item: thing(sk)}}
		}
		db.Fault(Conflict().Where(func(it map[string]types.AttributeValue) bool { return text(it["sk"]) == "b" }))
		_, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{put("a"), put("b")}})
		var cancelled *types.TransactionCanceledException
		if !errors.As(err, &cancelled) {
			t.Fatal(err)
		}
		want := []types.CancellationReason{
			{Code: aws.String("None")},
			{Code: aws.String("TransactionConflict"), Message: aws.String("Transaction is ongoing for the item")},
		}
		if diff := cmp.Diff(want, cancelled.CancellationReasons, sdkOptions); diff != "" {
			t.Error(diff)
		}
		_, err = c.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{
			{Get: &types.Get{TableName: name, Key: keyOfThing("a")}}, {Get: &types.Get{TableName: name, Key: keyOfThing("b")}},
		}})
		if !errors.As(err, &cancelled) || len(cancelled.CancellationReasons) != 2 || *cancelled.CancellationReasons[1].Code != "TransactionConflict" {
			t.Error(err)
		}
		for _, sk := range []string{"a", "b"} {
			_, err = c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: name, Item: thing(sk)})
			if conflict := (*types.TransactionConflictException)(nil); errors.As(err, &conflict) != (sk == "b") {
				t.Errorf("put %s: %v", sk, err)
			}
		}
		if it, _ := getThing(t, c, "b", true); len(it) > 0 {
			t.Error("an item in conflict was written")
		}
	})
}

func TestConflictOfFirstItem(t *testing.T) {
	t.Parallel()
	eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, _ *testClock) {
		db.Fault(Conflict())
		_, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: aws.String("things"), Item: thing("a")}},
			{Delete: &types.Delete{TableName: aws.String("things"), Key: keyOfThing("b")}},
		}})
		want := "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None]"
		if got := errorText(err); got != want {
			t.Errorf("got %s", got)
		}
	})
}
