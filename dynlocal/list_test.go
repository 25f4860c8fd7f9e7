package dynlocal

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// fill writes n times, in every way there is, and gives the items that are left by their keys. Items are overwritten,
// changed and deleted, so that indexes have to follow.
func fill(t *testing.T, c *dynamodb.Client, r *rand.Rand, n int) map[string]item {
	t.Helper()
	model := map[string]item{}
	for range n {
		key := item{"pk": sv(fmt.Sprint("p", r.IntN(6))), "sk": sv(fmt.Sprint("s", r.IntN(40)))}
		id := text(key["pk"]) + text(key["sk"])
		it := maps.Clone(key)
		for _, name := range []string{"a", "b", "c", "x"} {
			if r.IntN(3) > 0 {
				it[name] = sv(fmt.Sprint(name, r.IntN(3)))
			}
		}
		if r.IntN(3) > 0 {
			it["n"] = nv(fmt.Sprint(r.IntN(9) - 4))
		}
		switch r.IntN(8) {
		case 0, 1:
			delete(model, id)
			mustDo(t)(c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: things, Key: key}))
			continue
		case 2, 3:
			it = updated(t, c, model[id], it)
		case 4:
			mustDo(t)(c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{*things: {{PutRequest: &types.PutRequest{Item: it}}}},
			}))
		case 5:
			mustDo(t)(c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
				TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: things, Item: it}}},
			}))
		default:
			put(t, c, it)
		}
		model[id] = it
	}
	return model
}

// updated changes the item to what is in want but for x, which is removed, and gives what it has to be then.
func updated(t *testing.T, c *dynamodb.Client, old, want item) item {
	t.Helper()
	result, values, sets := item{}, item{}, []string{}
	maps.Copy(result, old)
	maps.Copy(result, want)
	delete(result, "x")
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if name != "pk" && name != "sk" && name != "x" {
			values[":"+name] = want[name]
			sets = append(sets, name+" = :"+name)
		}
	}
	in := &dynamodb.UpdateItemInput{
		TableName: things, Key: item{"pk": want["pk"], "sk": want["sk"]}, UpdateExpression: aws.String("REMOVE x"),
	}
	if len(sets) > 0 {
		in.UpdateExpression = aws.String("REMOVE x SET " + strings.Join(sets, ", "))
		in.ExpressionAttributeValues = values
	}
	mustDo(t)(c.UpdateItem(t.Context(), in))
	return result
}

// mustDo fails the test if a call fails.
func mustDo(t *testing.T) func(out any, err error) {
	return func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

// scanAll gives all items of a table or index, page by page.
func scanAll(t *testing.T, c *dynamodb.Client, in dynamodb.ScanInput) []item {
	t.Helper()
	in.TableName = aws.String("things")
	var all []item
	for {
		out, err := c.Scan(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, out.Items...)
		if out.LastEvaluatedKey == nil {
			return all
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// sorted puts items in an order of their own, for comparisons of sets.
func sorted(items []item) []item {
	key := func(it item) string {
		return it["pk"].(*types.AttributeValueMemberS).Value + "/" + it["sk"].(*types.AttributeValueMemberS).Value
	}
	return slices.SortedFunc(slices.Values(items), func(a, b item) int {
		return cmpString(key(a), key(b))
	})
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestIndexesEqualRecomputation(t *testing.T) {
	t.Parallel()
	indexes := []struct {
		name string
		key  []string // attributes that an item must have to be in the index
		keep []string // nil for all
	}{
		{"local", []string{"n"}, []string{"pk", "sk", "n"}},
		{"all", []string{"a", "n"}, nil},
		{"some", []string{"b"}, []string{"pk", "sk", "b", "x"}},
		{"multi", []string{"a", "b", "n", "c"}, nil},
	}
	for seed := range uint64(8) {
		_, c := newTestTable(t)
		model := fill(t, c, rand.New(rand.NewPCG(seed, 1)), 300)
		for _, x := range indexes {
			var want []item
			for _, it := range model {
				if has(it, x.key) {
					want = append(want, keep(it, x.keep))
				}
			}
			got := scanAll(t, c, dynamodb.ScanInput{IndexName: aws.String(x.name), Limit: aws.Int32(7)})
			if diff := cmp.Diff(sorted(want), sorted(got), sdkOptions); diff != "" {
				t.Fatalf("seed %d, index %s: %s", seed, x.name, diff)
			}
		}
	}
}

func has(it item, names []string) bool {
	for _, n := range names {
		if it[n] == nil {
			return false
		}
	}
	return true
}

func keep(it item, names []string) item {
	if names == nil {
		return it
	}
	kept := item{}
	for _, n := range names {
		if it[n] != nil {
			kept[n] = it[n]
		}
	}
	return kept
}

func TestPagesConcatenateToTheWhole(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	fill(t, c, rand.New(rand.NewPCG(1, 2)), 400)
	for _, name := range []string{"", "local", "all", "some", "multi"} {
		in := dynamodb.ScanInput{}
		if name != "" {
			in.IndexName = aws.String(name)
		}
		whole := scanAll(t, c, in)
		for _, limit := range []int32{1, 2, 3, 10} {
			in.Limit = aws.Int32(limit)
			if diff := cmp.Diff(whole, scanAll(t, c, in), sdkOptions); diff != "" {
				t.Errorf("index %q, limit %d: %s", name, limit, diff)
			}
		}
	}
}

func TestSegmentsUniteToTheScan(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	fill(t, c, rand.New(rand.NewPCG(3, 4)), 400)
	whole := scanAll(t, c, dynamodb.ScanInput{})
	for _, total := range []int32{1, 2, 3, 7, 1000} {
		var united []item
		for segment := range total {
			in := dynamodb.ScanInput{Segment: aws.Int32(segment), TotalSegments: aws.Int32(total), Limit: aws.Int32(5)}
			united = append(united, scanAll(t, c, in)...)
		}
		if diff := cmp.Diff(whole, united, sdkOptions); diff != "" {
			t.Errorf("%d segments: %s", total, diff)
		}
	}
}

func TestExactLimitReturnsLastEvaluatedKey(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	for i := range 10 {
		put(t, c, item{"pk": sv("p"), "sk": sv(fmt.Sprint(i))})
	}
	out, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("things"), Limit: aws.Int32(10)})
	if err != nil {
		t.Fatal(err)
	}
	want := item{"pk": sv("p"), "sk": sv("9")}
	if diff := cmp.Diff(want, out.LastEvaluatedKey, sdkOptions); diff != "" {
		t.Error(diff)
	}
}
