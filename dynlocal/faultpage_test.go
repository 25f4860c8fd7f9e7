package dynlocal

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// listPages reads all pages of a query or scan and gives the number of items of each and the ids of all.
func listPages(t *testing.T, c *dynamodb.Client, q *dynamodb.QueryInput, s *dynamodb.ScanInput) (sizes []int, ids []string) {
	t.Helper()
	for range 100 {
		var items []map[string]types.AttributeValue
		var last map[string]types.AttributeValue
		if q != nil {
			out, err := c.Query(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			items, last, q.ExclusiveStartKey = out.Items, out.LastEvaluatedKey, out.LastEvaluatedKey
		} else {
			out, err := c.Scan(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			items, last, s.ExclusiveStartKey = out.Items, out.LastEvaluatedKey, out.LastEvaluatedKey
		}
		sizes = append(sizes, len(items))
		for _, it := range items {
			ids = append(ids, text(it["id"]))
		}
		if last == nil {
			return sizes, ids
		}
	}
	t.Fatal("the listing does not end")
	return nil, nil
}

// keyedTable creates a table with keys of the types, an index by g, and three items.
func keyedTable(t *testing.T, c *dynamodb.Client, hash, rng string) {
	t.Helper()
	in := &dynamodb.CreateTableInput{
		TableName: aws.String("keyed"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: define("h", hash, "g", "S"), KeySchema: keyOf("h"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{IndexName: aws.String("byG"), KeySchema: keyOf("g"), Projection: projectAll}},
	}
	if rng != "" {
		in.AttributeDefinitions, in.KeySchema = define("h", hash, "g", "S", "r", rng), keyOf("h", "r")
	}
	if _, err := c.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		it := item{"h": keyValue(hash, 5), "g": sv("g"), "id": sv(fmt.Sprint(i))}
		if rng == "" {
			it["h"] = keyValue(hash, i)
		} else {
			it["r"] = keyValue(rng, i)
		}
		if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: in.TableName, Item: it}); err != nil {
			t.Fatal(err)
		}
	}
}

func keyValue(kind string, i int) types.AttributeValue {
	switch kind {
	case "N":
		return nv(fmt.Sprint(i))
	case "B":
		return &types.AttributeValueMemberB{Value: []byte{byte(i + 1)}}
	}
	return sv(string(rune('\uE000' + i)))
}

func TestForcedPages(t *testing.T) {
	t.Parallel()
	for _, key := range [][2]string{{"S", ""}, {"N", ""}, {"B", ""}, {"S", "S"}, {"S", "N"}, {"N", "B"}} {
		for _, back := range []bool{false, true} {
			t.Run(fmt.Sprint(key, back), func(t *testing.T) {
				t.Parallel()
				db := New()
				c := db.Client()
				keyedTable(t, c, key[0], key[1])
				listings := map[string]func() ([]int, []string){
					"scan": func() ([]int, []string) {
						return listPages(t, c, nil, &dynamodb.ScanInput{TableName: aws.String("keyed")})
					},
					"index": func() ([]int, []string) {
						return listPages(t, c, &dynamodb.QueryInput{
							TableName: aws.String("keyed"), IndexName: aws.String("byG"), ScanIndexForward: aws.Bool(!back),
							KeyConditionExpression: aws.String("g = :g"), ExpressionAttributeValues: item{":g": sv("g")},
						}, nil)
					},
				}
				if key[1] != "" {
					listings["query"] = func() ([]int, []string) {
						return listPages(t, c, &dynamodb.QueryInput{
							TableName: aws.String("keyed"), ScanIndexForward: aws.Bool(!back),
							KeyConditionExpression: aws.String("h = :h"), ExpressionAttributeValues: item{":h": keyValue(key[0], 5)},
						}, nil)
					}
				}
				for name, list := range listings {
					_, want := list()
					for _, tt := range []struct {
						faults []Fault
						sizes  []int
					}{
						{[]Fault{PageSize(1)}, []int{1, 1, 1, 0}},
						{[]Fault{PageSize(2)}, []int{2, 1}},
						{[]Fault{EmptyPage().Times(1)}, []int{0, 3}},
						{[]Fault{EmptyPage().Times(3)}, []int{0, 0, 0, 3}},
						{[]Fault{PageSize(2), EmptyPage().After(1).Times(2)}, []int{2, 0, 0, 1}},
					} {
						var injected []*Injection
						for _, f := range tt.faults {
							injected = append(injected, db.Fault(f))
						}
						sizes, got := list()
						for _, in := range injected {
							in.Remove()
						}
						if diff := cmp.Diff(want, got); diff != "" {
							t.Errorf("%s, pages of %d: %s", name, tt.sizes, diff)
						}
						if diff := cmp.Diff(tt.sizes, sizes); diff != "" {
							t.Errorf("%s: %s", name, diff)
						}
					}
				}
			})
		}
	}
}

func TestNoEmptyPageWithoutAKey(t *testing.T) {
	t.Parallel()
	db := New()
	c := db.Client()
	keyedTable(t, c, "S", "S")
	db.Fault(EmptyPage())
	sizes, _ := listPages(t, c, &dynamodb.QueryInput{
		TableName: aws.String("keyed"), KeyConditionExpression: aws.String("h = :h AND r = :r"),
		ExpressionAttributeValues: item{":h": keyValue("S", 5), ":r": keyValue("S", 1)},
	}, nil)
	if diff := cmp.Diff([]int{1}, sizes); diff != "" {
		t.Error(diff)
	}
}

func TestLag(t *testing.T) {
	t.Parallel()
	eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, clock *testClock) {
		count := func(index *string, consistent bool) int {
			t.Helper()
			out, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("things"), IndexName: index, ConsistentRead: &consistent})
			if err != nil {
				t.Fatal(err)
			}
			return int(out.Count)
		}
		put(t, c, thing("before"))
		lag, stale := db.Fault(Lag(3*time.Second)), db.Fault(StaleReads(2*time.Second))
		put(t, c, thing("a"))
		clock.advance(time.Second)
		put(t, c, thing("b"))
		type counts struct{ Table, Consistent, Local, Global int }
		got := map[int]counts{}
		for s := 1; s <= 4; s++ {
			got[s] = counts{count(nil, false), count(nil, true), count(aws.String("local"), false), count(aws.String("all"), false)}
			clock.advance(time.Second)
		}
		want := map[int]counts{1: {1, 3, 1, 1}, 2: {2, 3, 2, 1}, 3: {3, 3, 3, 2}, 4: {3, 3, 3, 3}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if stale.Hits() != 12+4 || lag.Hits() != 16 {
			t.Errorf("%d and %d hits", stale.Hits(), lag.Hits())
		}
	})
}

func TestStaleGet(t *testing.T) {
	t.Parallel()
	eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, clock *testClock) {
		db.Fault(StaleReads(time.Second))
		put(t, c, thing("s"))
		for _, tt := range []struct {
			consistent, want bool
		}{{true, true}, {false, false}} {
			it, err := getThing(t, c, "s", tt.consistent)
			if found := len(it) > 0; err != nil || found != tt.want {
				t.Errorf("consistent %t: found %t, %v", tt.consistent, found, err)
			}
		}
		clock.advance(time.Second)
		if it, err := getThing(t, c, "s", false); err != nil || len(it) == 0 {
			t.Error("not found after the lag", err)
		}
	})
}

func TestCapacity(t *testing.T) {
	t.Parallel()
	eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, clock *testClock) {
		write := func() bool {
			_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("things"), Item: item{"pk": sv("p"), "sk": sv("s")}})
			if code := throttledCode(err); err != nil && code == "" {
				t.Fatal(err)
			}
			return err == nil
		}
		db.Fault(Capacity(100, 2))
		var got []bool
		for range 3 {
			got = append(got, write())
		}
		clock.advance(500 * time.Millisecond)
		got = append(got, write(), write())
		clock.advance(time.Hour)
		got = append(got, write(), write(), write())
		want := []bool{true, true, false, true, false, true, true, false}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if _, err := getThing(t, c, "s", true); err != nil {
			t.Error("reads have units of their own:", err)
		}
	})
}

func TestCapacityReportsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	eachWayIn(t, func(t *testing.T, db *DB, c *dynamodb.Client, _ *testClock) {
		ask := func() []any {
			var all []any
			for _, mode := range []types.ReturnConsumedCapacity{"", "NONE", "TOTAL", "INDEXES", "WRONG"} {
				out, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("things"), Item: thing("s"), ReturnConsumedCapacity: mode})
				all = append(all, out, errorText(err))
				batch, err := c.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{ReturnConsumedCapacity: mode, RequestItems: map[string]types.KeysAndAttributes{
					"things": {Keys: []map[string]types.AttributeValue{keyOfThing("s")}},
				}})
				all = append(all, batch, errorText(err))
			}
			return all
		}
		put(t, c, thing("s"))
		want := ask()
		db.Fault(Capacity(1000, 1000))
		if diff := cmp.Diff(want, ask(), sdkOptions); diff != "" {
			t.Error(diff)
		}
	})
}

func TestChaosIsSurvivable(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		db := New()
		c := db.Client(func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
		if _, err := c.CreateTable(t.Context(), testTable()); err != nil {
			t.Fatal(err)
		}
		chaos := db.Fault(Chaos(seed, 0.3))
		var want []string
		for i := range 100 {
			it := item{"pk": sv("p"), "sk": sv(fmt.Sprintf("%03d", i)), "id": sv(fmt.Sprint(i))}
			want = append(want, fmt.Sprint(i))
			insist(t, func() error {
				_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("things"), Item: it})
				return err
			})
		}
		var got []string
		var start item
		for more := true; more; {
			insist(t, func() error {
				out, err := c.Query(t.Context(), &dynamodb.QueryInput{
					TableName: aws.String("things"), KeyConditionExpression: aws.String("pk = :p"), Limit: aws.Int32(7),
					ExpressionAttributeValues: item{":p": sv("p")}, ExclusiveStartKey: start,
				})
				if err != nil {
					return err
				}
				for _, it := range out.Items {
					got = append(got, text(it["id"]))
				}
				start, more = out.LastEvaluatedKey, out.LastEvaluatedKey != nil
				return nil
			})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seed %d: %s", seed, diff)
		}
		if chaos.Hits() < 100 {
			t.Errorf("seed %d: only %d requests seen", seed, chaos.Hits())
		}
	}
}

// insist repeats what fails, as every error of chaos is one that passes.
func insist(t *testing.T, do func() error) {
	t.Helper()
	var err error
	for range 30 {
		if err = do(); err == nil {
			return
		}
	}
	t.Fatal(err)
}

func TestChaosIsDeterministic(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) []string {
		db := New(newTestClock().options()...)
		c := db.Client(noRetry)
		if _, err := c.CreateTable(t.Context(), testTable()); err != nil {
			t.Fatal(err)
		}
		db.Fault(Chaos(seed, 0.5))
		var log []string
		for i := range 200 {
			_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("things"), Item: thing(fmt.Sprint(i % 5))})
			log = append(log, errorText(err))
		}
		return log
	}
	if diff := cmp.Diff(run(7), run(7)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(run(7), run(8)) {
		t.Error("seeds make no difference")
	}
}
