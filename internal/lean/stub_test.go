package lean

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// getBody is what the SDK sends for getInput.
const getBody = `{"Key":{"pk":{"S":"USER#1"}},"TableName":"app"}`

func getInput() *dynamodb.GetItemInput {
	return &dynamodb.GetItemInput{
		TableName: aws.String("app"), Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "USER#1"}},
	}
}

// seen is a request that the stub got.
type seen struct {
	request *http.Request
	body    string
}

// stub is an HTTP client that gives the answers of a script. The last one is given again and again.
type stub struct {
	script []func(*http.Request) (*http.Response, error)

	mu   sync.Mutex
	seen []seen
}

func (s *stub) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	n := len(s.seen)
	s.seen = append(s.seen, seen{r, string(body)})
	s.mu.Unlock()
	return s.script[min(n, len(s.script)-1)](r)
}

func script(steps ...func(*http.Request) (*http.Response, error)) *stub { return &stub{script: steps} }

// answer gives a response with a checksum, a request id, and headers in pairs.
func answer(status int, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{
			"X-Amzn-Requestid": {"REQ1"},
			"X-Amz-Crc32":      {strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10)},
			"Date":             {time.Now().UTC().Format(http.TimeFormat)},
		}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{
			StatusCode: status, Header: h, Body: io.NopCloser(bytes.NewBufferString(body)), ContentLength: int64(len(body)),
		}, nil
	}
}

func failure(status int, code, message string, headers ...string) func(*http.Request) (*http.Response, error) {
	body := fmt.Sprintf(`{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":%q}`, code, message)
	return answer(status, body, headers...)
}

func broken(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// cut gives a body that ends in an error.
func cut(status int, body string, err error) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp, _ := answer(status, body)(r)
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewBufferString(body), failedRead{err}))
		resp.ContentLength += 10
		return resp, nil
	}
}

// options are those of a client whose retries do not wait.
func options(s *stub, change ...func(*dynamodb.Options)) dynamodb.Options {
	o := dynamodb.Options{
		Region:      "eu-central-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "token"),
		HTTPClient:  s,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
	}
	for _, fn := range change {
		fn(&o)
	}
	return o
}

func direct(t testing.TB, client *dynamodb.Client) *Client {
	t.Helper()
	c, why := New(client)
	if c == nil {
		t.Fatalf("no direct client: %s", why)
	}
	return c
}

// get is GetItem without an interest in the answer.
func get(ctx context.Context, c *Client) (Metadata, error) {
	return c.Do(ctx, Call{Op: "GetItem", Table: "app", Body: []byte(getBody), Decode: wellFormed})
}

// wellFormed is a decoder that takes answers of GetItem with an item of strings.
func wellFormed(answer []byte) error {
	if !bytes.HasPrefix(answer, []byte(`{"Item":{`)) && string(answer) != "{}" {
		return errors.New("not for this decoder")
	}
	return nil
}

// chain lists the types of an error and of those inside of it.
func chain(err error) []string {
	var out []string
	for err != nil {
		out = append(out, fmt.Sprintf("%T", err))
		err = errors.Unwrap(err)
	}
	return out
}
