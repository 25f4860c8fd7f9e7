package dynlocal

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// queryAll gives all items that a query selects, page by page.
func queryAll(t *testing.T, c *dynamodb.Client, in dynamodb.QueryInput) []item {
	t.Helper()
	all := []item{}
	for {
		out, err := c.Query(t.Context(), &in)
		if err != nil {
			t.Fatalf("%s: %v", *in.KeyConditionExpression, err)
		}
		all = append(all, out.Items...)
		if out.LastEvaluatedKey == nil {
			return all
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// text gives the text of an S or N.
func text(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	}
	return ""
}

// order compares two values of type S, or two of type N with small integers.
func order(a, b types.AttributeValue) int {
	if _, ok := a.(*types.AttributeValueMemberN); ok {
		x, _ := strconv.Atoi(text(a))
		y, _ := strconv.Atoi(text(b))
		return x - y
	}
	return strings.Compare(text(a), text(b))
}

// keyTest is a comparison of a sort key, as an expression and as a function.
type keyTest struct {
	expr string
	ok   func(v, lo, hi types.AttributeValue) bool
}

var keyTests = []keyTest{
	{"%s = :lo", func(v, lo, _ types.AttributeValue) bool { return order(v, lo) == 0 }},
	{"%s < :lo", func(v, lo, _ types.AttributeValue) bool { return order(v, lo) < 0 }},
	{"%s <= :lo", func(v, lo, _ types.AttributeValue) bool { return order(v, lo) <= 0 }},
	{"%s > :lo", func(v, lo, _ types.AttributeValue) bool { return order(v, lo) > 0 }},
	{"%s >= :lo", func(v, lo, _ types.AttributeValue) bool { return order(v, lo) >= 0 }},
	{"%s BETWEEN :lo AND :hi", func(v, lo, hi types.AttributeValue) bool { return order(v, lo) >= 0 && order(v, hi) <= 0 }},
	{"begins_with(%s, :lo)", func(v, lo, _ types.AttributeValue) bool { return strings.HasPrefix(text(v), text(lo)) }},
}

// querySource is a table or index as the random queries see it.
type querySource struct {
	index     string
	hash, rng []string
}

var querySources = []querySource{
	{"", []string{"pk"}, []string{"sk"}},
	{"local", []string{"pk"}, []string{"n"}},
	{"all", []string{"a"}, []string{"n"}},
	{"some", []string{"b"}, nil},
	{"multi", []string{"a", "b"}, []string{"n", "c"}},
}

// TestQueriesEqualFiltering compares random key conditions on the table and every index with a filter over all items.
func TestQueriesEqualFiltering(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 7))
		_, c := newTestTable(t)
		model := fill(t, c, r, 300)
		for range 400 {
			src := querySources[r.IntN(len(querySources))]
			in, want := randomQuery(r, src, model)
			got := queryAll(t, c, in)
			checkOrder(t, src, in, got)
			if diff := cmp.Diff(keysOf(want), keysOf(got)); diff != "" {
				t.Fatalf("seed %d, index %q, %s, %v: %s", seed, src.index, *in.KeyConditionExpression, in.ExpressionAttributeValues, diff)
			}
		}
	}
}

// randomQuery gives a query and the items that it has to find.
func randomQuery(r *rand.Rand, src querySource, model map[string]item) (dynamodb.QueryInput, []item) {
	in := dynamodb.QueryInput{
		TableName: things, ExpressionAttributeValues: item{},
		Limit: aws.Int32(1 + r.Int32N(9)), ScanIndexForward: aws.Bool(r.IntN(2) == 0),
	}
	if src.index != "" {
		in.IndexName = aws.String(src.index)
	}
	var terms []string
	var tests []func(item) bool
	equal := func(name string) {
		ref, v := ":"+name, randomValue(r, name)
		terms = append(terms, name+" = "+ref)
		in.ExpressionAttributeValues[ref] = v
		tests = append(tests, func(it item) bool { return order(it[name], v) == 0 })
	}
	for _, name := range src.hash {
		equal(name)
	}
	if n := len(src.rng); n > 0 && r.IntN(4) > 0 {
		last := r.IntN(n)
		for _, name := range src.rng[:last] {
			equal(name)
		}
		name := src.rng[last]
		k := randomKeyTest(r, name)
		lo, hi := randomValue(r, name), randomValue(r, name)
		if order(lo, hi) > 0 {
			lo, hi = hi, lo
		}
		in.ExpressionAttributeValues[":lo"] = lo
		if strings.Contains(k.expr, ":hi") {
			in.ExpressionAttributeValues[":hi"] = hi
		}
		terms = append(terms, fmt.Sprintf(k.expr, name))
		tests = append(tests, func(it item) bool { return k.ok(it[name], lo, hi) })
	}
	in.KeyConditionExpression = aws.String(strings.Join(terms, " AND "))
	return in, matching(model, append(slices.Clone(src.hash), src.rng...), tests)
}

// matching gives the items that have the attributes and pass all tests.
func matching(model map[string]item, attrs []string, tests []func(item) bool) []item {
	var found []item
	for _, it := range model {
		ok := has(it, attrs)
		for _, test := range tests {
			ok = ok && test(it)
		}
		if ok {
			found = append(found, it)
		}
	}
	return found
}

func randomKeyTest(r *rand.Rand, name string) keyTest {
	if name == "n" { // begins_with does not go with numbers
		return keyTests[r.IntN(len(keyTests)-1)]
	}
	return keyTests[r.IntN(len(keyTests))]
}

// randomValue gives a value as fill stores them in the attribute.
func randomValue(r *rand.Rand, name string) types.AttributeValue {
	switch name {
	case "n":
		return nv(fmt.Sprint(r.IntN(11) - 5))
	case "pk":
		return sv(fmt.Sprint("p", r.IntN(6)))
	case "sk":
		return sv(fmt.Sprint("s", r.IntN(40)))
	}
	return sv(fmt.Sprint(name, r.IntN(3)))
}

func keysOf(items []item) []string {
	var keys []string
	for _, it := range sorted(items) {
		keys = append(keys, text(it["pk"])+"/"+text(it["sk"]))
	}
	return keys
}

// checkOrder checks that the items come in the order of the sort key attributes.
func checkOrder(t *testing.T, src querySource, in dynamodb.QueryInput, items []item) {
	t.Helper()
	compare := func(a, b item) int {
		for _, name := range src.rng {
			if c := order(a[name], b[name]); c != 0 {
				return c
			}
		}
		return 0
	}
	if !*in.ScanIndexForward {
		items = slices.Clone(items)
		slices.Reverse(items)
	}
	if !slices.IsSortedFunc(items, compare) {
		t.Errorf("index %q, %s: not in order: %v", src.index, *in.KeyConditionExpression, keysOf(items))
	}
}

func TestQueryFilterCountsAfterLimit(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	for i := range 10 {
		put(t, c, item{"pk": sv("p"), "sk": sv(fmt.Sprint(i)), "x": nv(fmt.Sprint(i % 2))})
	}
	in := &dynamodb.QueryInput{
		TableName: things, KeyConditionExpression: aws.String("pk = :p"), FilterExpression: aws.String("x = :x"),
		ExpressionAttributeValues: item{":p": sv("p"), ":x": nv("1")}, Limit: aws.Int32(5), Select: types.SelectCount,
	}
	got, err := c.Query(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	want := &dynamodb.QueryOutput{Count: 2, ScannedCount: 5, LastEvaluatedKey: key("p", "4")}
	if diff := cmp.Diff(want, got, sdkOptions); diff != "" {
		t.Error(diff)
	}
}

func TestPageEndsAtOneMegabyte(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	for i := range 20 {
		put(t, c, item{"pk": sv("p"), "sk": sv(fmt.Sprintf("%02d", i)), "x": sv(strings.Repeat("x", 100_000))})
	}
	in := &dynamodb.QueryInput{
		TableName: things, KeyConditionExpression: aws.String("pk = :p"), FilterExpression: aws.String("attribute_not_exists(x)"),
		ExpressionAttributeValues: item{":p": sv("p")}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	}
	got, err := c.Query(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	want := &dynamodb.QueryOutput{
		Items: []item{}, ScannedCount: 11, LastEvaluatedKey: key("p", "10"),
		ConsumedCapacity: &types.ConsumedCapacity{TableName: things, CapacityUnits: aws.Float64(134.5)},
	}
	if diff := cmp.Diff(want, got, sdkOptions); diff != "" {
		t.Error(diff)
	}
}

func TestLastEvaluatedKeyOfIndexes(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	whole := item{"pk": sv("p"), "sk": sv("s"), "a": sv("a"), "b": sv("b"), "c": sv("c"), "n": nv("1"), "x": sv("x")}
	put(t, c, whole)
	for _, src := range querySources {
		in := &dynamodb.ScanInput{TableName: things, Limit: aws.Int32(1)}
		if src.index != "" {
			in.IndexName = aws.String(src.index)
		}
		got, err := c.Scan(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		want := keep(whole, slices.Concat([]string{"pk", "sk"}, src.hash, src.rng))
		if diff := cmp.Diff(want, got.LastEvaluatedKey, sdkOptions); diff != "" {
			t.Errorf("index %q: %s", src.index, diff)
		}
	}
}

func TestLocalIndexReachesBack(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	whole := item{"pk": sv("p"), "sk": sv("s"), "n": nv("1"), "x": sv("x"), "y": sv("y")}
	put(t, c, whole)
	for _, tt := range []struct {
		name string
		in   dynamodb.QueryInput
		want item
		cost float64
	}{
		{"projected", dynamodb.QueryInput{}, keep(whole, []string{"pk", "sk", "n"}), 0.5},
		{"all", dynamodb.QueryInput{Select: types.SelectAllAttributes}, whole, 1},
		{"projection", dynamodb.QueryInput{ProjectionExpression: aws.String("x")}, item{"x": sv("x")}, 1},
	} {
		in := tt.in
		in.TableName, in.IndexName = things, aws.String("local")
		in.KeyConditionExpression, in.ExpressionAttributeValues = aws.String("pk = :p"), item{":p": sv("p")}
		in.ReturnConsumedCapacity = types.ReturnConsumedCapacityTotal
		got, err := c.Query(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		want := &dynamodb.QueryOutput{
			Items: []item{tt.want}, Count: 1, ScannedCount: 1,
			ConsumedCapacity: &types.ConsumedCapacity{TableName: things, CapacityUnits: aws.Float64(tt.cost)},
		}
		if diff := cmp.Diff(want, got, sdkOptions); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
