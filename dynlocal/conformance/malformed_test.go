package conformance

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/dyntable/dyn/dynlocal"
)

const (
	accepted      = "200"
	serialization = "SerializationException"
	crash         = "InternalFailure"
)

// malformed are bodies that no SDK sends, with the codes of the answers: the service's, and DynamoDB Local's where it
// fails on malformed JSON and on members of another type, or takes numbers for texts.
var malformed = []struct{ operation, body, code, local string }{
	{"GetItem", ``, serialization, crash},
	{"GetItem", `{`, serialization, crash},
	{"GetItem", `}`, serialization, crash},
	{"GetItem", `null`, validation, crash},
	{"GetItem", `[]`, serialization, crash},
	{"GetItem", `"x"`, serialization, crash},
	{"GetItem", `5`, serialization, crash},
	{"GetItem", `{}x`, serialization, validation},
	{"GetItem", `{"TableName"`, serialization, crash},
	{"GetItem", `{"TableName":}`, serialization, crash},
	{"GetItem", `{"TableName":"things",}`, serialization, crash},
	{"GetItem", `{'TableName':'things'}`, serialization, crash},
	{"GetItem", `{"TableName":tru}`, serialization, crash},
	{"GetItem", "{\"TableName\":\"a\nb\"}", serialization, crash},
	{"GetItem", `{"TableName":"\x"}`, serialization, crash},
	{"GetItem", `{"TableName":"\ud800"}`, validation, validation},
	{"GetItem", "\ufeff{}", serialization, validation},
	{"GetItem", `{"TableName":5,"Key":{"pk":{"S":"a"}}}`, serialization, validation},
	{"GetItem", `{"TableName":"things","Key":[]}`, serialization, crash},
	{"GetItem", `{"TableName":"things","Key":{"pk":"a"}}`, serialization, crash},
	{"GetItem", `{"TableName":"things","Key":{"pk":{"S":5}}}`, serialization, accepted},
	{"GetItem", `{"TableName":"things","Key":{"pk":{"X":"a"}}}`, validation, validation},
	{"GetItem", `{"TableName":"things","Key":{"pk":{}}}`, validation, validation},
	{"GetItem", `{"TableName":"things","Key":{"pk":{"S":"a","N":"1"}}}`, validation, validation},
	{"GetItem", `{"TableName":"things","Key":{"pk":null}}`, validation, validation},
	{"GetItem", `{"TableName":"things","Key":{"pk":{"S":null}}}`, validation, validation},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"N":5}}}`, serialization, accepted},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"B":"%"}}}`, serialization, crash},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"BOOL":"yes"}}}`, accepted, crash},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"NULL":"x"}}}`, serialization, crash},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"L":{}}}}`, serialization, crash},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"M":[]}}}`, serialization, crash},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"SS":"x"}}}`, serialization, crash},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"NS":[1]}}}`, serialization, accepted},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"L":[null]}}}`, validation, validation},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"v":{"SS":[null]}}}`, serialization, validation},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"},"pk":{"S":"b"}}}`, accepted, accepted},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"}},"Unknown":1}`, accepted, accepted},
	{"PutItem", `{"TableName":"things","Item":{"pk":{"S":"a"}},"ConditionExpression":5}`, serialization, validation},
	{"Query", `{"TableName":"things","Limit":"1"}`, serialization, validation},
	{"Query", `{"TableName":"things","Limit":1.5,"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}`, accepted, accepted},
	{"Query", `{"TableName":"things","Limit":99999999999}`, validation, crash},
	{"Query", `{"TableName":"things","ScanIndexForward":1}`, serialization, validation},
	{"Scan", `{"TableName":"things","Segment":"x"}`, serialization, crash},
	{"BatchGetItem", `{"RequestItems":[]}`, serialization, crash},
	{"BatchWriteItem", `{"RequestItems":{"things":{}}}`, serialization, crash},
	{"TransactWriteItems", `{"TransactItems":{}}`, serialization, crash},
	{"TransactWriteItems", `{"TransactItems":[null]}`, validation, crash},
	{"CreateTable", `{"TableName":"new","KeySchema":"pk"}`, serialization, crash},
	{"ListTables", `{"Limit":true}`, serialization, crash},
	{"Nothing", `{}`, "UnknownOperationException", "UnknownOperationException"},
}

// TestMalformed sends bodies over HTTP, to DYN_ENDPOINT too.
func TestMalformed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(dynlocal.New().Handler())
	t.Cleanup(server.Close)
	sendMalformed(t, server.URL, false)
	if url := os.Getenv("DYN_ENDPOINT"); url != "" {
		t.Run("endpoint", func(t *testing.T) { sendMalformed(t, url, true) })
	}
}

func sendMalformed(t *testing.T, url string, local bool) {
	t.Helper()
	account := newAccount()
	create := `{"TableName":"things","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],` +
		`"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}`
	if code := post(t, url, account, "CreateTable", create); code != accepted {
		t.Fatal(code)
	}
	for _, m := range malformed {
		want := m.code
		if local {
			want = m.local
		}
		if got := post(t, url, account, m.operation, m.body); got != want {
			t.Errorf("%s %s: %s, want %s", m.operation, m.body, got, want)
		}
	}
}

// post sends a body and gives the code of the answer.
func post(t *testing.T, url, account, operation, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	r.Header.Set("X-Amz-Date", "20260101T000000Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+account+
		"/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=abc")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode == http.StatusOK {
		return accepted
	}
	var e struct {
		Type string `json:"__type"`
	}
	if err := json.Unmarshal(bytes.TrimSpace(answer), &e); err != nil {
		t.Fatalf("%s %s: %s", operation, body, answer)
	}
	return e.Type[strings.LastIndex(e.Type, "#")+1:]
}
