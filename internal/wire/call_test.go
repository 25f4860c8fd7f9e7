package wire

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// doer is one operation, with the output as any.
type doer func(c *dynamodb.Client, opts ...func(*dynamodb.Options)) (any, error)

func do[I, O any](call func(*dynamodb.Client, context.Context, *I, ...func(*dynamodb.Options)) (*O, error), in *I) doer {
	return func(c *dynamodb.Client, opts ...func(*dynamodb.Options)) (any, error) {
		out, err := call(c, ctx, in, opts...)
		if out == nil {
			return nil, err
		}
		return *out, err
	}
}

var (
	key  = item{"pk": text("a")}
	name = aws.String("t")

	get        = do((*dynamodb.Client).GetItem, getInput())
	put        = do((*dynamodb.Client).PutItem, &dynamodb.PutItemInput{TableName: name, Item: key})
	update     = do((*dynamodb.Client).UpdateItem, &dynamodb.UpdateItemInput{TableName: name, Key: key})
	remove     = do((*dynamodb.Client).DeleteItem, &dynamodb.DeleteItemInput{TableName: name, Key: key})
	query      = do((*dynamodb.Client).Query, queryInput())
	scan       = do((*dynamodb.Client).Scan, &dynamodb.ScanInput{TableName: name})
	batchGet   = do((*dynamodb.Client).BatchGetItem, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"t": {Keys: []item{key}}}})
	batchWrite = do((*dynamodb.Client).BatchWriteItem, &dynamodb.BatchWriteItemInput{
		RequestItems: map[string][]types.WriteRequest{"t": {{PutRequest: &types.PutRequest{Item: key}}}},
	})
	transactGet = do((*dynamodb.Client).TransactGetItems, &dynamodb.TransactGetItemsInput{
		TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: name, Key: key}}},
	})
	transactWrite = do((*dynamodb.Client).TransactWriteItems, &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: name, Item: key}}},
	})
)

// responses are what a service may answer; want are the items, and the output is what the SDK makes of the rest.
var responses = map[string]struct {
	do    doer
	body  string
	items []item
	from  []Source
	begun []int
	rest  string
}{
	"GetItem":         {get, `{"Item":{"a":{"S":"x"}}}`, []item{{"a": text("x")}}, []Source{{}}, []int{1}, `{}`},
	"GetItem without": {get, `{}`, nil, nil, []int{0}, `{}`},
	"GetItem with capacity": {
		get, `{"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"t"},"Item":{"a":{"S":"x"}}}`,
		[]item{{"a": text("x")}},
		[]Source{{}},
		[]int{1},
		`{"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"t"}}`,
	},
	"PutItem":    {put, `{"Attributes":{"a":{"S":"x"}}}`, []item{{"a": text("x")}}, []Source{{}}, []int{1}, `{}`},
	"UpdateItem": {update, `{"Attributes":{"a":{"N":"1"}}}`, []item{{"a": number("1")}}, []Source{{}}, []int{1}, `{}`},
	"DeleteItem": {
		remove, `{"Attributes":{"a":{"N":"1"}},"ItemCollectionMetrics":{"SizeEstimateRangeGB":[0.0,1.0]}}`,
		[]item{{"a": number("1")}},
		[]Source{{}},
		[]int{1},
		`{"ItemCollectionMetrics":{"SizeEstimateRangeGB":[0.0,1.0]}}`,
	},
	"Query": {
		query, `{"Count":2,"Items":[{"a":{"S":"x"}},{"a":{"S":"y"}}],"LastEvaluatedKey":{"pk":{"S":"k"}},"ScannedCount":3}`,
		[]item{{"a": text("x")}, {"a": text("y")}},
		[]Source{{}, {Index: 1}},
		[]int{2},
		`{"Count":2,"LastEvaluatedKey":{"pk":{"S":"k"}},"ScannedCount":3}`,
	},
	"Query in another order": {
		query, `{"Items":[{"a":{"S":"x"}}],"New":[{"a":"]}"},1.5e3,null,true],"ScannedCount":1,"ConsumedCapacity":{"TableName":"t"},"Count":1}`,
		[]item{{"a": text("x")}},
		[]Source{{}},
		[]int{0},
		`{"ScannedCount":1,"ConsumedCapacity":{"TableName":"t"},"Count":1}`,
	},
	"Query with white space": {
		query, " { \"Count\" : 1 , \"Items\" : [ { \"a\" : { \"S\" : \"x\" } } ] , \"ScannedCount\" : 1 } ",
		[]item{{"a": text("x")}},
		[]Source{{}},
		[]int{1},
		`{"ScannedCount":1,"Count":1}`,
	},
	"Query without items": {query, `{"Count":0,"Items":[],"ScannedCount":0}`, nil, nil, []int{0}, `{}`},
	"Scan of a count":     {scan, `{"Count":7,"ScannedCount":8}`, nil, nil, []int{0}, `{"Count":7,"ScannedCount":8}`},
	"Scan": {
		scan, `{"Count":1,"Items":[{}],"ScannedCount":1}`, []item{{}}, []Source{{}}, []int{1}, `{"Count":1,"ScannedCount":1}`,
	},
	"BatchGetItem": {
		batchGet, `{"Responses":{"t":[{"a":{"S":"x"}},{"a":{"S":"y"}}],"u":[],"v":[{"b":{"S":"z"}}]},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"a"}}]}}}`,
		[]item{{"a": text("x")}, {"a": text("y")}, {"b": text("z")}},
		[]Source{{"t", 0}, {"t", 1}, {"v", 0}},
		[]int{0},
		`{"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"a"}}]}}}`,
	},
	"BatchGetItem of all": {
		batchGet, `{"Responses":{"t":[{"a":{"S":"x"}}]},"UnprocessedKeys":{}}`,
		[]item{{"a": text("x")}},
		[]Source{{"t", 0}},
		[]int{0},
		`{"UnprocessedKeys":{}}`,
	},
	"BatchGetItem in another order": {
		batchGet, `{"UnprocessedKeys":{} ,"ConsumedCapacity":[{"TableName":"t"}],"Responses":{"t":[{"a":{"S":"x"}}]}}`,
		[]item{{"a": text("x")}},
		[]Source{{"t", 0}},
		[]int{0},
		`{"UnprocessedKeys":{},"ConsumedCapacity":[{"TableName":"t"}]}`,
	},
	"BatchGetItem with members twice": {
		batchGet, `{"UnprocessedKeys":{},"Responses":{},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"a"}}]}}}`,
		nil, nil,
		[]int{0},
		`{"UnprocessedKeys":{},"UnprocessedKeys":{"t":{"Keys":[{"pk":{"S":"a"}}]}}}`,
	},
	"BatchGetItem of null": {batchGet, `{"Responses":{},"UnprocessedKeys":null}`, nil, nil, []int{0}, `{"UnprocessedKeys":null}`},
	"TransactGetItems": {
		transactGet, `{"Responses":[{"Item":{"a":{"S":"x"}}},{},{"Item":{"a":{"S":"y"}}}],"ConsumedCapacity":[{"TableName":"t"}]}`,
		[]item{{"a": text("x")}, {"a": text("y")}},
		[]Source{{}, {Index: 2}},
		[]int{0},
		`{"ConsumedCapacity":[{"TableName":"t"}]}`,
	},
}

func TestResponses(t *testing.T) {
	t.Parallel()
	for name, tt := range responses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(always(200, tt.body, nil))
			sink := &parsed{}
			call := mustClient(t, c).Call(sink)
			out, err := tt.do(c, call.Option())
			if err != nil {
				t.Fatal(err)
			}
			if !call.Direct() || sink.ended != 1 || !reflect.DeepEqual(sink.begun, tt.begun) {
				t.Errorf("direct %v, begun with %v, ended %d times", call.Direct(), sink.begun, sink.ended)
			}
			if !reflect.DeepEqual(sink.items, tt.items) || !reflect.DeepEqual(sink.from, tt.from) {
				t.Errorf("items %s from %v", cmp.Diff(tt.items, sink.items, exportAll), sink.from)
			}
			rest, err := tt.do(newClient(always(200, tt.rest, nil)))
			if err != nil {
				t.Fatal(err)
			}
			compare(t, out, rest)
		})
	}
}

var exportAll = cmp.Exporter(func(reflect.Type) bool { return true })

// compare compares outputs but for their metadata.
func compare(t *testing.T, got, want any) {
	t.Helper()
	g, w := reflect.New(reflect.TypeOf(got)).Elem(), reflect.New(reflect.TypeOf(want)).Elem()
	g.Set(reflect.ValueOf(got))
	w.Set(reflect.ValueOf(want))
	g.FieldByName("ResultMetadata").SetZero()
	w.FieldByName("ResultMetadata").SetZero()
	if !reflect.DeepEqual(g.Interface(), w.Interface()) {
		t.Errorf("-want +got\n%s", cmp.Diff(w.Interface(), g.Interface(), exportAll))
	}
}

// TestRefused: what a sink does not take, and what is odd, the SDK reads.
func TestRefused(t *testing.T) {
	t.Parallel()
	bodies := map[string]struct {
		do   doer
		body string
	}{
		"refused":            {query, `{"Count":2,"Items":[{"a":{"S":"x"}},{"a":{"S":"y"}}],"ScannedCount":2}`},
		"items null":         {query, `{"Items":null}`},
		"items twice":        {query, `{"Items":[],"Items":[]}`},
		"last key twice":     {query, `{"LastEvaluatedKey":{"a":{"S":"x"}},"LastEvaluatedKey":{"b":{"S":"x"}}}`},
		"item null":          {query, `{"Items":[null]}`},
		"attribute null":     {query, `{"Items":[{"a":null}]}`},
		"empty union":        {query, `{"Items":[{"a":{}}]}`},
		"escaped name":       {query, `{"\u0049tems":[{"a":{"S":"x"}}]}`},
		"text behind":        {query, `{"Items":[]} x`},
		"count is text":      {query, `{"Count":"1","Items":[]}`},
		"count is odd":       {query, `{"Count":01,"Items":[]}`},
		"count is too large": {query, `{"Count":3000000000,"Items":[]}`},
		"array":              {query, `[]`},
		"cut off":            {query, `{"Items":[{"a":{"S":"x"}}`},
		"empty":              {query, ``},
		"new member":         {transactGet, `{"Responses":[{"Item":{"a":{"S":"x"}},"New":1}]}`},
		"item null in get":   {get, `{"Item":null}`},
		"items for an item":  {get, `{"Item":[]}`},
		"writes":             {batchWrite, `{"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"a":{"S":"x"}}}}]}}`},
		"transactions":       {transactWrite, `{"ConsumedCapacity":[{"TableName":"t"}]}`},
	}
	for name, tt := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(always(200, tt.body, nil))
			call := mustClient(t, c).Call(&parsed{refuse: 2})
			want, wantErr := tt.do(c)
			got, err := tt.do(c, call.Option())
			if call.Direct() {
				t.Error("the sink is said to have the items")
			}
			if (err == nil) != (wantErr == nil) {
				t.Fatalf("error %v, SDK's %v", err, wantErr)
			}
			if err == nil {
				compare(t, got, want)
			}
		})
	}
}

// TestRestOfResponse: errors in what is left for the SDK are its own.
func TestRestOfResponse(t *testing.T) {
	t.Parallel()
	c := newClient(always(200, `{"Item":{"a":{"S":"x"}},"ConsumedCapacity":[]}`, nil))
	call := mustClient(t, c).Call(&parsed{})
	_, err := get(c, call.Option())
	_, want := get(c)
	if err == nil || want == nil || err.Error() != want.Error() || call.Direct() {
		t.Errorf("error %v, SDK's %v, direct %v", err, want, call.Direct())
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	c := newClient(func(*http.Request) (*http.Response, error) {
		r := answer(200, `{"Item":{"a":{"S":"x"}}}`)
		r.Header.Set("X-Amzn-Requestid", "id-1")
		return r, nil
	})
	out, err := c.GetItem(ctx, getInput(), mustClient(t, c).Call(&parsed{}).Option())
	if err != nil {
		t.Fatal(err)
	}
	if id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata); id != "id-1" {
		t.Errorf("request id %q", id)
	}
	if raw := awsmiddleware.GetRawResponse(out.ResultMetadata); raw == nil {
		t.Error("no raw response")
	}
}

const placedItem = `{"pk":{"S":"a"},"n":{"N":"1"},"l":{"L":[{"M":{"x":{"NULL":true}}}]},"b":{"B":"YQ=="}}`

func placedMap(t *testing.T) item {
	t.Helper()
	m, _, ok := ddbjson.ParseMap([]byte(placedItem), 0)
	if !ok {
		t.Fatal("not an item")
	}
	return m
}

var (
	values = item{
		":v": text("é\n\"\\\u2028"), ":l": &types.AttributeValueMemberL{Value: []types.AttributeValue{number("1"), &types.AttributeValueMemberBOOL{}}},
		":m": &types.AttributeValueMemberM{Value: item{"a": &types.AttributeValueMemberNULL{Value: true}, "b": &types.AttributeValueMemberSS{Value: []string{"x"}}}},
	}
	names     = map[string]string{"#a": "a", "#b": "b"}
	condition = aws.String("#a = :v")
)

// write returns a request with every member that may stand next to an item or key; f sets the items.
func write(op string, f func(*item)) doer {
	switch op {
	case "PutItem":
		in := &dynamodb.PutItemInput{
			TableName: name, ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
			ConditionalOperator: types.ConditionalOperatorAnd, ReturnValues: types.ReturnValueAllOld,
			ReturnConsumedCapacity:              types.ReturnConsumedCapacityTotal,
			ReturnItemCollectionMetrics:         types.ReturnItemCollectionMetricsSize,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			Expected: map[string]types.ExpectedAttributeValue{
				"x": {Exists: aws.Bool(true), Value: &types.AttributeValueMemberBS{Value: [][]byte{{1}, {2}}}},
			},
		}
		f(&in.Item)
		return do((*dynamodb.Client).PutItem, in)
	case "GetItem":
		in := &dynamodb.GetItemInput{
			TableName: name, ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String("#a, #b"), ExpressionAttributeNames: names,
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		}
		f(&in.Key)
		return do((*dynamodb.Client).GetItem, in)
	case "BatchGetItem":
		ka := types.KeysAndAttributes{
			Keys: make([]item, 100), ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String("#a, #b"), ExpressionAttributeNames: names,
		}
		for i := range ka.Keys {
			f(&ka.Keys[i])
		}
		return do((*dynamodb.Client).BatchGetItem, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{"t": ka}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		})
	case "BatchGetItem of more":
		ka := types.KeysAndAttributes{Keys: make([]item, 3)}
		f(&ka.Keys[0])
		ka.Keys[1] = key
		f(&ka.Keys[2])
		return do((*dynamodb.Client).BatchGetItem, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{"t": ka, "u": {Keys: []item{key}}},
		})
	case "TransactGetItems":
		in := &dynamodb.TransactGetItemsInput{ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal}
		for range 3 {
			g := &types.Get{TableName: name, ProjectionExpression: aws.String("#a, #b"), ExpressionAttributeNames: names}
			f(&g.Key)
			in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: g})
		}
		return do((*dynamodb.Client).TransactGetItems, in)
	case "BatchWriteItem of deletes":
		requests := make([]types.WriteRequest, 25)
		for i := range requests {
			requests[i].DeleteRequest = &types.DeleteRequest{}
			f(&requests[i].DeleteRequest.Key)
		}
		return do((*dynamodb.Client).BatchWriteItem, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"t": requests}})
	case "BatchWriteItem":
		var requests []types.WriteRequest
		for range 3 {
			r := &types.PutRequest{}
			f(&r.Item)
			requests = append(requests, types.WriteRequest{PutRequest: r}, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}})
		}
		return do((*dynamodb.Client).BatchWriteItem, &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{"t": requests}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		})
	}
	in := &dynamodb.TransactWriteItemsInput{
		ClientRequestToken: aws.String("token"), ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
		TransactItems: []types.TransactWriteItem{
			{Update: &types.Update{TableName: name, Key: key, UpdateExpression: aws.String("SET a = :v"), ExpressionAttributeValues: values}},
			{ConditionCheck: &types.ConditionCheck{TableName: name, Key: key, ConditionExpression: condition}},
			{Delete: &types.Delete{TableName: name, Key: key}},
		},
	}
	for range len(placeholders) + 2 {
		p := &types.Put{TableName: name, ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values}
		f(&p.Item)
		in.TransactItems = append(in.TransactItems, types.TransactWriteItem{Put: p})
	}
	return do((*dynamodb.Client).TransactWriteItems, in)
}

// recorded is a request as it went out.
type recorded struct {
	header http.Header
	method string
	url    string
	body   []byte
}

func recorder(into *recorded) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		h := r.Header.Clone()
		for _, varies := range []string{"Authorization", "X-Amz-Date", "Amz-Sdk-Invocation-Id", "X-Amz-Content-Sha256"} {
			h.Del(varies)
		}
		*into = recorded{h, r.Method, r.URL.String(), b}
		return answer(200, `{}`), nil
	}
}

// TestRequests: what is sent is what the SDK sends for real maps.
func TestRequests(t *testing.T) {
	t.Parallel()
	m := placedMap(t)
	for _, op := range []string{
		"GetItem", "PutItem", "BatchGetItem", "BatchGetItem of more", "TransactGetItems", "BatchWriteItem", "BatchWriteItem of deletes",
		"TransactWriteItems",
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			var got, want recorded
			plain := write(op, func(at *item) { *at = m })
			if _, err := plain(newClient(recorder(&want))); err != nil {
				t.Fatal(err)
			}
			c := newClient(recorder(&got))
			call := mustClient(t, c).Call(nil)
			direct := write(op, func(at *item) { call.Put(at, []byte(placedItem)) })
			if _, err := direct(c, call.Option()); err != nil {
				t.Fatal(err)
			}
			sameJSON(t, got.body, want.body)
			got.header.Del("Content-Length")
			want.header.Del("Content-Length")
			if got.method != want.method || got.url != want.url || !reflect.DeepEqual(got.header, want.header) {
				t.Errorf("got %s %s %v\nwant %s %s %v", got.method, got.url, got.header, want.method, want.url, want.header)
			}
		})
	}
}

func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	c := newClient(always(200, responses["Query"].body, nil))
	w := mustClient(t, c)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				sink := &parsed{}
				call := w.Call(sink)
				if _, err := query(c, call.Option()); err != nil || !call.Direct() || !reflect.DeepEqual(sink.items, responses["Query"].items) {
					t.Errorf("%v, %v, %v", err, call.Direct(), sink.items)
				}
			}
		})
	}
	wg.Wait()
}

// TestErrors: errors of the service are the SDK's, with the items in them.
func TestErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"condition": `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","Message":"The conditional request failed","Item":{"a":{"S":"x"}}}`,
		"canceled": `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"m",` +
			`"CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":{"a":{"S":"x"}}},{"Code":"None"}]}`,
		"missing":   `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"}`,
		"unknown":   `{"__type":"x#New","message":"new"}`,
		"malformed": `{"__type":`,
		"empty":     ``,
	}
	for name, body := range tests {
		c := newClient(always(400, body, nil))
		call := mustClient(t, c).Call(&parsed{})
		_, err := put(c, call.Option())
		_, want := put(c)
		if err == nil || call.Direct() {
			t.Fatalf("%s: %v, %v", name, err, call.Direct())
		}
		if err.Error() != want.Error() {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
		var failed, wantFailed *types.ConditionalCheckFailedException
		if errors.As(err, &failed) != errors.As(want, &wantFailed) || failed != nil && !reflect.DeepEqual(failed.Item, wantFailed.Item) {
			t.Errorf("%s: got %v, want %v", name, failed, wantFailed)
		}
	}
}

// TestRetries: a sink hears of every response.
func TestRetries(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	c := newClient(func(*http.Request) (*http.Response, error) {
		switch n.Add(1) {
		case 1:
			return answer(500, `{"__type":"InternalServerError"}`), nil
		case 2:
			r := answer(200, `{"Count":1,"Items":[{"a":{"S":"damaged"}}],"ScannedCount":1}`)
			r.Header.Set(checksumHeader, "1")
			return r, nil
		}
		return answer(200, `{"Count":1,"Items":[{"a":{"S":"x"}}],"ScannedCount":1}`), nil
	})
	sink := &parsed{}
	call := mustClient(t, c).Call(sink)
	out, err := c.Query(ctx, queryInput(), call.Option())
	if err != nil || n.Load() != 3 || !call.Direct() || out.Count != 1 || !reflect.DeepEqual(sink.items, []item{{"a": text("x")}}) {
		t.Errorf("%v after %d tries, direct %v: %v", err, n.Load(), call.Direct(), sink.items)
	}
}
