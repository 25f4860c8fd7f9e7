package dynlocal

import (
	"bytes"
	"compress/gzip"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const testAuth = "AWS4-HMAC-SHA256 Credential=dynlocal/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=abc"

// exchange sends a request to a handler and gives status and body of its response, and the response.
func exchange(t *testing.T, h http.Handler, method, target, body string, header ...string) (int, string, *http.Response) {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	resp := w.Result()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(got), resp
}

// request sends a signed request to the service.
func request(t *testing.T, h http.Handler, operation, body string) (int, string) {
	t.Helper()
	status, got, _ := exchange(t, h, "POST", "/", body, "Content-Type", "application/x-amz-json-1.0",
		"X-Amz-Target", serviceOf(operation)+"."+operation, "Authorization", testAuth, "X-Amz-Date", "20260101T000000Z")
	return status, got
}

func TestHandlerRefusals(t *testing.T) {
	t.Parallel()
	const (
		serialization = `{"__type":"com.amazon.coral.service#SerializationException"}`
		unknown       = `{"__type":"com.amazon.coral.service#UnknownOperationException"}`
		missing       = `{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}`
		notFound      = "<UnknownOperationException/>\n"
		listTables    = "DynamoDB_20120810.ListTables"
	)
	incomplete := func(message string) string {
		return `{"__type":"com.amazon.coral.service#IncompleteSignatureException","message":"` + message + `"}`
	}
	tests := map[string]struct {
		method, target, body string
		header               []string
		status               int
		want                 string
	}{
		"GET":                   {method: "GET", status: 200, want: "healthy: dynamodb.us-east-1.amazonaws.com "},
		"HEAD":                  {method: "HEAD", status: 200, want: "healthy: dynamodb.us-east-1.amazonaws.com "},
		"PUT":                   {method: "PUT", status: 404, want: notFound},
		"OPTIONS":               {method: "OPTIONS", status: 404, want: notFound},
		"preflight":             {method: "OPTIONS", header: []string{"Origin", "x"}, status: 200},
		"no content type":       {body: "hi", status: 404, want: notFound},
		"other content type":    {body: "hi", header: []string{"Content-Type", "application/x-amz-json-1.1"}, status: 404, want: notFound},
		"too large":             {body: strings.Repeat("a", maxRequestSize+1), status: 413},
		"as large as may be":    {body: strings.Repeat("a", maxRequestSize), status: 404, want: notFound},
		"no gzip":               {body: "hi", header: []string{"Content-Encoding", "gzip"}, status: 400},
		"no JSON":               {body: "hi", header: []string{"Content-Type", "application/json"}, status: 400, want: serialization},
		"no JSON, parameter":    {body: "hi", header: []string{"Content-Type", " application/json ; x"}, status: 400, want: serialization},
		"no target":             {status: 400, want: unknown},
		"no target, JSON":       {body: "{}", header: []string{"Content-Type", "application/x-amz-json-1.0"}, status: 400, want: unknown},
		"unknown operation":     {header: []string{"X-Amz-Target", "DynamoDB_20120810.ListTable"}, status: 400, want: unknown},
		"unknown service":       {header: []string{"X-Amz-Target", "DynamoDB_20111205.ListTables"}, status: 400, want: unknown},
		"stream operation":      {header: []string{"X-Amz-Target", "DynamoDB_20120810.ListStreams"}, status: 400, want: unknown},
		"no authorization":      {header: []string{"X-Amz-Target", listTables}, status: 400, want: missing},
		"other authorization":   {header: []string{"X-Amz-Target", listTables, "Authorization", "Bearer x"}, status: 400, want: missing},
		"query, no algorithm":   {target: "/?X-Amz-Credential=a&X-Amz-Signature=b", header: []string{"X-Amz-Target", listTables}, status: 400, want: missing},
		"empty authorization":   {header: []string{"X-Amz-Target", listTables, "Authorization", "AWS4-"}, status: 400, want: incomplete("Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-")},
		"no signed headers":     {header: []string{"X-Amz-Target", listTables, "Authorization", "AWS4- Signature=b,Credential=a", "Date", "a"}, status: 400, want: incomplete("Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4- Signature=b,Credential=a")},
		"short credential":      {header: []string{"X-Amz-Target", listTables, "Authorization", "AWS4- Signature=b, SignedHeaders=h, Credential=a/b/c/d", "Date", "a"}, status: 400, want: incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'")},
		"query and header":      {target: "/?X-Amz-Algorithm", header: []string{"X-Amz-Target", listTables, "Authorization", "X"}, status: 400, want: `{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."}`},
		"query, incomplete":     {target: "/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d", header: []string{"X-Amz-Target", listTables}, status: 400, want: incomplete("AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.")},
		"empty body":            {header: []string{"X-Amz-Target", listTables, "Authorization", testAuth, "Date", "a"}, status: 400, want: serialization},
		"signed by query":       {target: "/?X-Amz-Algorithm=a&X-Amz-Credential=a/b/c/d/e&X-Amz-Signature=c&X-Amz-Date=d&X-Amz-SignedHeaders=e", body: "{}", header: []string{"X-Amz-Target", listTables, "Content-Type", "application/json"}, status: 200, want: `{"TableNames":[]}`},
		"malformed comes first": {body: "{", header: []string{"X-Amz-Target", "x", "Content-Type", "application/json"}, status: 400, want: serialization},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			method, target := tt.method, tt.target
			if method == "" {
				method = "POST"
			}
			if target == "" {
				target = "/"
			}
			status, got, _ := exchange(t, New().Handler(), method, target, tt.body, tt.header...)
			if status != tt.status || got != tt.want {
				t.Errorf("status %d, %s\nwant %d, %s", status, got, tt.status, tt.want)
			}
		})
	}
}

func TestHandlerHeaders(t *testing.T) {
	t.Parallel()
	_, body, resp := exchange(t, New().Handler(), "POST", "/", "hi", "Content-Type", "application/x-amz-json-1.0", "Origin", "here")
	id := resp.Header.Get("X-Amzn-RequestId")
	if len(id) != 52 {
		t.Errorf("request id %q", id)
	}
	resp.Header.Del("X-Amzn-RequestId")
	want := http.Header{
		"Access-Control-Allow-Origin": {"*"},
		"Content-Length":              {strconv.Itoa(len(body))},
		"Content-Type":                {"application/x-amz-json-1.0"},
		"X-Amz-Crc32":                 {"3948637019"},
	}
	if diff := cmp.Diff(want, resp.Header); diff != "" {
		t.Errorf("%s%s", body, diff)
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	_, _, resp := exchange(t, New().Handler(), "OPTIONS", "/", "", "Origin", "here",
		"Access-Control-Request-Headers", "a, b", "Access-Control-Request-Method", "POST")
	resp.Header.Del("X-Amzn-RequestId")
	want := http.Header{
		"Access-Control-Allow-Headers": {"a, b"}, "Access-Control-Allow-Methods": {"POST"},
		"Access-Control-Allow-Origin": {"*"}, "Access-Control-Max-Age": {"172800"},
		"Content-Length": {"0"}, "X-Amz-Crc32": {"0"},
	}
	if diff := cmp.Diff(want, resp.Header); diff != "" {
		t.Error(diff)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	h := New().Handler()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(`{"TableName":"things","AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"}],` +
		`"KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}`))
	_ = w.Close()
	status, got, _ := exchange(t, h, "POST", "/", packed.String(), "Content-Type", "application/json", "Content-Encoding", "gzip",
		"Authorization", testAuth, "X-Amz-Date", "x", "X-Amz-Target", "DynamoDB_20120810.CreateTable")
	if status != 200 {
		t.Fatal(got)
	}
	long := strings.Repeat("x", 5000)
	if status, got := request(t, h, "PutItem", `{"TableName":"things","Item":{"a":{"S":"k"},"b":{"S":"`+long+`"}}}`); status != 200 {
		t.Fatal(got)
	}
	_, body, resp := exchange(t, h, "POST", "/", `{"TableName":"things","ProjectionExpression":"b"}`, "Content-Type", "application/json",
		"Authorization", testAuth, "X-Amz-Date", "x", "X-Amz-Target", "DynamoDB_20120810.Scan", "Accept-Encoding", "gzip, deflate")
	if sum := strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10); resp.Header.Get("X-Amz-Crc32") != sum {
		t.Errorf("checksum %s, want %s: that of the bytes sent", resp.Header.Get("X-Amz-Crc32"), sum)
	}
	r, err := gzip.NewReader(strings.NewReader(body))
	if err != nil || resp.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal(err, resp.Header)
	}
	plain, err := io.ReadAll(r)
	if want := `{"Count":1,"Items":[{"b":{"S":"` + long + `"}}],"ScannedCount":1}`; err != nil || string(plain) != want {
		t.Error(err, cmp.Diff(want, string(plain)))
	}
}
