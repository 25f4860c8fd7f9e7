package wire

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dyntable/dyn/dynlocal"
	"github.com/dyntable/dyn/internal/ddbjson"
)

var things = aws.String("things")

// table returns a client of a table in process, by way of HTTP.
func table(t *testing.T) *dynamodb.Client {
	t.Helper()
	c := dynlocal.New().HTTPClient()
	_, err := c.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: things, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}, {AttributeName: aws.String("sk"), AttributeType: types.ScalarAttributeTypeN},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func stored(sk string) item {
	return item{
		"pk": text("p"), "sk": number(sk), "s": text("é\n\"x\""), "b": &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"m":  &types.AttributeValueMemberM{Value: item{"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{number("1"), &types.AttributeValueMemberNULL{Value: true}}}}},
		"ss": &types.AttributeValueMemberSS{Value: []string{"a", "b"}}, "t": &types.AttributeValueMemberBOOL{Value: true},
	}
}

// TestTable writes and reads items on the direct way and on the SDK's.
func TestTable(t *testing.T) {
	t.Parallel()
	c := table(t)
	w := mustClient(t, c)
	place := func(call *Call, at *item, m item) {
		t.Helper()
		raw, err := ddbjson.AppendMap(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		call.Put(at, raw)
	}
	call := w.Call(nil)
	in := &dynamodb.PutItemInput{TableName: things}
	place(call, &in.Item, stored("1"))
	if _, err := c.PutItem(ctx, in, call.Option()); err != nil {
		t.Fatal(err)
	}
	call = w.Call(nil)
	requests := []types.WriteRequest{{PutRequest: &types.PutRequest{}}, {PutRequest: &types.PutRequest{}}}
	place(call, &requests[0].PutRequest.Item, stored("2"))
	place(call, &requests[1].PutRequest.Item, stored("3"))
	if _, err := c.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{*things: requests}}, call.Option()); err != nil {
		t.Fatal(err)
	}
	call = w.Call(nil)
	put := &types.Put{TableName: things}
	place(call, &put.Item, stored("4"))
	if _, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: put}}}, call.Option()); err != nil {
		t.Fatal(err)
	}
	want := []item{stored("1"), stored("2"), stored("3"), stored("4")}
	read(t, c, want)
}

// read reads the whole table in every way there is.
func read(t *testing.T, c *dynamodb.Client, want []item) {
	t.Helper()
	w := mustClient(t, c)
	var keys []item
	var gets []types.TransactGetItem
	for _, m := range want {
		k := item{"pk": m["pk"], "sk": m["sk"]}
		keys = append(keys, k)
		gets = append(gets, types.TransactGetItem{Get: &types.Get{TableName: things, Key: k}})
	}
	reads := map[string]doer{
		"Query": do((*dynamodb.Client).Query, &dynamodb.QueryInput{
			TableName: things, KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: item{":pk": text("p")},
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		}),
		"Scan":     do((*dynamodb.Client).Scan, &dynamodb.ScanInput{TableName: things}),
		"BatchGet": do((*dynamodb.Client).BatchGetItem, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{*things: {Keys: keys}}}),
		"TransactGet": do((*dynamodb.Client).TransactGetItems, &dynamodb.TransactGetItemsInput{
			TransactItems: gets, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		}),
	}
	sorted := cmpopts.SortSlices(func(a, b item) bool {
		return a["sk"].(*types.AttributeValueMemberN).Value < b["sk"].(*types.AttributeValueMemberN).Value
	})
	for op, read := range reads {
		sink := &parsed{}
		call := w.Call(sink)
		got, err := read(c, call.Option())
		if err != nil || !call.Direct() {
			t.Fatalf("%s: %v, direct %v", op, err, call.Direct())
		}
		if diff := cmp.Diff(want, sink.items, sorted, exportAll); diff != "" {
			t.Errorf("%s: -want +got\n%s", op, diff)
		}
		plain, err := read(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, itemsOf := range []string{"Items", "Responses"} {
			if f := reflect.ValueOf(plain).FieldByName(itemsOf); f.IsValid() {
				v := reflect.New(reflect.TypeOf(plain)).Elem()
				v.Set(reflect.ValueOf(plain))
				v.FieldByName(itemsOf).SetZero()
				plain = v.Interface()
			}
		}
		compare(t, got, plain)
	}
}
