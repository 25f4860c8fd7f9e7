package dynlocal

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// units are the capacity units of one answer: of the table and of the indexes by name.
type units map[string]float64

// unitsOf gives the units of an answer to ReturnConsumedCapacity INDEXES.
func unitsOf(cc *types.ConsumedCapacity) units {
	u := units{"total": *cc.CapacityUnits, "table": *cc.Table.CapacityUnits}
	for name, c := range cc.GlobalSecondaryIndexes {
		u[name] = *c.CapacityUnits
	}
	for name, c := range cc.LocalSecondaryIndexes {
		u[name] = *c.CapacityUnits
	}
	return u
}

// TestWriteCapacity follows one item through changes; an index costs only what changes in it.
func TestWriteCapacity(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	steps := []struct {
		name, update string
		values       item
		want         units
	}{
		{"new item in no index", "SET y = :v", item{":v": sv("y")}, units{"total": 1, "table": 1}},
		{"enters two indexes", "SET a = :v, n = :n", item{":v": sv("a"), ":n": nv("1")}, units{"total": 3, "table": 1, "all": 1, "local": 1}},
		{"not projected by the local one", "SET y = :v", item{":v": sv("z")}, units{"total": 2, "table": 1, "all": 1}},
		{"moves in both", "SET n = :n", item{":n": nv("2")}, units{"total": 5, "table": 1, "all": 2, "local": 2}},
		{"leaves both", "REMOVE n", nil, units{"total": 3, "table": 1, "all": 1, "local": 1}},
		{"changes nothing", "SET y = :v", item{":v": sv("z")}, units{"total": 1, "table": 1}},
		{"grows", "SET y = :v", item{":v": sv(strings.Repeat("x", 3000))}, units{"total": 3, "table": 3}},
		{"shrinks", "REMOVE y", nil, units{"total": 3, "table": 3}},
		{"enters a partial index", "SET b = :v, y = :y", item{":v": sv("b"), ":y": sv(strings.Repeat("x", 3000))}, units{"total": 4, "table": 3, "some": 1}},
	}
	for _, s := range steps {
		got, err := c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: things, Key: key("p", "s"), UpdateExpression: aws.String(s.update), ExpressionAttributeValues: s.values,
			ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.want, unitsOf(got.ConsumedCapacity)); diff != "" {
			t.Errorf("%s: %s", s.name, diff)
		}
	}
}

func TestReadCapacity(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	put(t, c, item{"pk": sv("p"), "sk": sv("s"), "x": sv(strings.Repeat("x", 9000))})
	for _, tt := range []struct {
		name       string
		sk         string
		consistent bool
		want       float64
	}{
		{"9 KB", "s", false, 1.5},
		{"9 KB, consistent", "s", true, 3},
		{"nothing", "none", false, 0.5},
		{"nothing, consistent", "none", true, 1},
	} {
		got, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: things, Key: key("p", tt.sk), ConsistentRead: aws.Bool(tt.consistent),
			ProjectionExpression: aws.String("pk"), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		})
		if err != nil {
			t.Fatal(err)
		}
		want := &types.ConsumedCapacity{TableName: things, CapacityUnits: aws.Float64(tt.want)}
		if diff := cmp.Diff(want, got.ConsumedCapacity, sdkOptions); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestTransactionsCostDouble(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	in := &dynamodb.TransactWriteItemsInput{TransactItems: putBoth("a"), ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes}
	wrote, err := c.TransactWriteItems(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	write := func(n float64) types.Capacity {
		return types.Capacity{CapacityUnits: aws.Float64(n), WriteCapacityUnits: aws.Float64(n)}
	}
	table := write(4)
	wantWrote := []types.ConsumedCapacity{{
		TableName: things, CapacityUnits: aws.Float64(12), WriteCapacityUnits: aws.Float64(12), Table: &table,
		GlobalSecondaryIndexes: map[string]types.Capacity{"all": write(4)},
		LocalSecondaryIndexes:  map[string]types.Capacity{"local": write(4)},
	}}
	if diff := cmp.Diff(wantWrote, wrote.ConsumedCapacity, sdkOptions); diff != "" {
		t.Error(diff)
	}
	read, err := c.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{
		TransactItems:          []types.TransactGetItem{{Get: &types.Get{TableName: things, Key: key("p0", "s")}}},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		t.Fatal(err)
	}
	wantRead := []types.ConsumedCapacity{{TableName: things, CapacityUnits: aws.Float64(2), ReadCapacityUnits: aws.Float64(2)}}
	if diff := cmp.Diff(wantRead, read.ConsumedCapacity, sdkOptions); diff != "" {
		t.Error(diff)
	}
}

func TestItemCollectionMetrics(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	got, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: things, Item: key("p", "s"), ReturnItemCollectionMetrics: types.ReturnItemCollectionMetricsSize,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &types.ItemCollectionMetrics{ItemCollectionKey: item{"pk": sv("p")}, SizeEstimateRangeGB: []float64{0, 1}}
	if diff := cmp.Diff(want, got.ItemCollectionMetrics, sdkOptions); diff != "" {
		t.Error(diff)
	}
}
