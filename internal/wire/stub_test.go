package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"hash/crc32"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/body"
	"github.com/dyntable/dyn/internal/ddbjson"
)

const checksumHeader = body.ChecksumHeader

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func number(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

// Call returns a call without items in its input.
func (w *Client) Call(sink Sink) *Call {
	c := new(Call)
	w.Begin(c, sink, nil, nil)
	return c
}

// Put adds an item as [Client.Begin] takes them.
func (c *Call) Put(at *map[string]types.AttributeValue, item []byte) {
	*at = placeholder(len(c.slots))
	c.slots = append(c.slots, Slot{at, item})
}

// roundTripper answers requests in process.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// newClient returns a client of f.
func newClient(f roundTripper, opts ...func(*dynamodb.Options)) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), HTTPClient: &http.Client{Transport: f},
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = time.Microsecond }),
	}, opts...)
}

// answer is a response with a checksum.
func answer(status int, body string) *http.Response {
	h := http.Header{"Content-Type": {"application/x-amz-json-1.0"}}
	h.Set(checksumHeader, strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10))
	return &http.Response{
		Status: strconv.Itoa(status) + " status", StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h,
		Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)),
	}
}

// always answers every request so, and counts them.
func always(status int, body string, count *atomic.Int32) roundTripper {
	return func(*http.Request) (*http.Response, error) {
		if count != nil {
			count.Add(1)
		}
		return answer(status, body), nil
	}
}

// parsed is a sink that parses items.
type parsed struct {
	begun []int
	ended int
	items []item
	from  []Source
	// refuse is the number of the item that it does not take, from 1.
	refuse int
}

func (m *parsed) Begin(n int) { m.begun, m.items, m.from = append(m.begun, n), nil, nil }

func (m *parsed) Item(from Source, body []byte, at int) (int, bool) {
	one, end, ok := ddbjson.ParseMap(body, at)
	m.items, m.from = append(m.items, one), append(m.from, from)
	return end, ok && m.refuse != len(m.items)
}

func (m *parsed) End([]byte) { m.ended++ }

// mustClient is NewClient of a client that is good.
func mustClient(tb testing.TB, c *dynamodb.Client) *Client {
	tb.Helper()
	w, why := NewClient(c)
	if w == nil {
		tb.Fatal(why)
	}
	return w
}

var ctx = context.Background()

func getInput() *dynamodb.GetItemInput {
	return &dynamodb.GetItemInput{TableName: aws.String("t"), Key: item{"pk": text("a")}}
}

func queryInput() *dynamodb.QueryInput {
	return &dynamodb.QueryInput{TableName: aws.String("t"), KeyConditionExpression: aws.String("pk = :pk")}
}

func putInput() *dynamodb.PutItemInput {
	return &dynamodb.PutItemInput{TableName: aws.String("t")}
}

// sameJSON compares two texts as JSON.
func sameJSON(tb testing.TB, got, want []byte) {
	tb.Helper()
	var g, w any
	if err := json.Unmarshal(got, &g); err != nil {
		tb.Fatalf("%v in %s", err, got)
	}
	if err := json.Unmarshal(want, &w); err != nil {
		tb.Fatalf("%v in %s", err, want)
	}
	if !reflect.DeepEqual(g, w) {
		tb.Errorf("got  %s\nwant %s", got, want)
	}
}
