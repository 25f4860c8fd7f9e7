package dynlocal

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dyntable/dyn/internal/randtest"
)

// FuzzHandler sends bodies to every operation: whatever they are, the answer is one of the service's, in time.
func FuzzHandler(f *testing.F) {
	names := slices.Sorted(maps.Keys(operations))
	for i := range names {
		for _, body := range sampleBodies {
			f.Add(uint8(i), []byte(body))
		}
	}
	h := fuzzedHandler(f)
	f.Fuzz(func(t *testing.T, op uint8, body []byte) {
		checkAnswer(t, h(), names[int(op)%len(names)], string(body))
	})
}

// fuzzedHandler gives what makes handlers of databases with a table and an item, all alike.
func fuzzedHandler(t testing.TB) func() http.Handler {
	t.Helper()
	db := New()
	c := db.ownCall()
	if _, err := c.createTable(testTable()); err != nil {
		t.Fatal(err)
	}
	if err := c.store("things", thing("s")); err != nil {
		t.Fatal(err)
	}
	state := db.Snapshot()
	return func() http.Handler {
		db.Restore(state)
		return db.Handler()
	}
}

// checkAnswer sends a body to an operation: whatever it is, the answer is one of the service's.
func checkAnswer(t *testing.T, h http.Handler, operation, body string) {
	t.Helper()
	status, answer := request(t, h, operation, body)
	if status != http.StatusOK && status != http.StatusBadRequest {
		t.Errorf("%s %s: status %d: %s", operation, body, status, answer)
	}
	if !utf8.ValidString(answer) || !json.Valid([]byte(answer)) {
		t.Errorf("%s %s: no JSON: %q", operation, body, answer)
	}
	if isError := strings.HasPrefix(answer, `{"__type":"com.amazon`); isError != (status == http.StatusBadRequest) {
		t.Errorf("%s %s: status %d with %s", operation, body, status, answer)
	}
	if !json.Valid([]byte(body)) && status == http.StatusOK {
		t.Errorf("%s %q is no JSON, but answered with %s", operation, body, answer)
	}
}

// TestRandomShapes puts values into requests where they do not belong.
func TestRandomShapes(t *testing.T) {
	t.Parallel()
	random := randtest.New(t)
	names := slices.Sorted(maps.Keys(operations))
	fresh := fuzzedHandler(t)
	h := fresh()
	for i := range 10_000 {
		if i%100 == 0 {
			h = fresh()
		}
		var body any
		if err := json.Unmarshal([]byte(sampleBodies[random.IntN(len(sampleBodies))]), &body); err != nil {
			continue // some samples are no JSON
		}
		for range 1 + random.IntN(3) {
			body = misshapen(body, random)
		}
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		checkAnswer(t, h, names[random.IntN(len(names))], string(text))
	}
}

// misshapen replaces a random part of a JSON value.
func misshapen(v any, random *rand.Rand) any {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 && random.IntN(5) > 0 {
			key := slices.Sorted(maps.Keys(v))[random.IntN(len(v))]
			v[key] = misshapen(v[key], random)
			return v
		}
	case []any:
		if len(v) > 0 && random.IntN(5) > 0 {
			i := random.IntN(len(v))
			v[i] = misshapen(v[i], random)
			return v
		}
	}
	var odd any
	_ = json.Unmarshal([]byte(oddValues[random.IntN(len(oddValues))]), &odd)
	return odd
}

var oddValues = []string{
	`null`, `true`, `0`, `-1`, `1.5`, `1e300`, `""`, `"x"`, `"things"`, `"all"`, `"#a"`, `":v"`, `"a.b[0]"`, `[]`, `[null]`, `{}`, `[[]]`, `{"S":"p"}`,
	`{"N":"1e400"}`, `{"SS":[]}`, `{"M":{"":{}}}`, `{"L":[{"NULL":false}]}`, `{"B":"AA"}`, `{"":""}`, `"` + strings.Repeat("a", 3000) + `"`,
}

// sampleBodies are requests to begin with.
var sampleBodies = []string{
	"", "{}", "null", "[]", `{"TableName":"things"}`, `{"TableName":5}`, `{"TableName":"things","Key":{"pk":{"S":"p"},"sk":{"S":"s"}}}`,
	`{"TableName":"things","Item":{"pk":{"S":"p"},"sk":{"S":"s"},"l":{"L":[{"M":{"a":{"NS":["1","2"]}}},{"B":"AA=="}]}}}`,
	`{"TableName":"things","Key":{"pk":{"S":"p"},"sk":{"S":"s"}},"UpdateExpression":"SET a.b[1] = if_not_exists(c, :v) ADD n :n","ExpressionAttributeValues":{":v":{"N":"1e5"},":n":{"N":"-1"}},"ReturnValues":"ALL_NEW"}`,
	`{"TableName":"things","IndexName":"all","KeyConditionExpression":"a = :a AND n BETWEEN :n AND :m","FilterExpression":"size(x) > :n OR NOT contains(y, :a)","ExpressionAttributeValues":{":a":{"S":"x"},":n":{"N":"1"},":m":{"N":"2"}},"Limit":1}`,
	`{"TableName":"things","Segment":1,"TotalSegments":3,"Select":"COUNT","ExclusiveStartKey":{"pk":{"S":"p"},"sk":{"S":"s"}}}`,
	`{"RequestItems":{"things":[{"PutRequest":{"Item":{"pk":{"S":"p"},"sk":{"S":"s"}}}},{"DeleteRequest":{"Key":{}}}]}}`,
	`{"RequestItems":{"things":{"Keys":[{"pk":{"S":"p"},"sk":{"S":"s"}}],"ProjectionExpression":"a, b[0]"}},"ReturnConsumedCapacity":"INDEXES"}`,
	`{"TransactItems":[{"Put":{"TableName":"things","Item":{"pk":{"S":"p"},"sk":{"S":"s"}}}},{"ConditionCheck":{"TableName":"things","Key":{"pk":{"S":"q"},"sk":{"S":"s"}},"ConditionExpression":"attribute_exists(pk)"}},null,{}]}`,
	`{"TableName":"new","KeySchema":[{"AttributeName":"a","KeyType":"HASH"},null],"AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{"IndexName":"x"}]}`,
	`{"TableName":"things","GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"xyz","KeySchema":[{"AttributeName":"q","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}},{"Delete":{}},{}],"AttributeDefinitions":[{}]}`,
	`{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/things","Tags":[{"Key":"a"},{}],"TagKeys":[null],"NextToken":"x"}`,
	`{"TableName":"things","TimeToLiveSpecification":{"Enabled":"yes","AttributeName":"ttl"}}`,
	`{"ShardIterator":"x","StreamArn":"y","ShardId":"z","ShardIteratorType":"LATEST","Limit":-1}`,
	strings.Repeat(`{"a":`, 2000), `{"Item":` + strings.Repeat(`{"M":{"a":`, 500),
}
