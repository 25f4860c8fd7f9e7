package lean

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
)

// failed is what can be seen of a call that failed.
type failed struct {
	Text      string
	Chain     []string
	Attempts  []string // Amz-Sdk-Request of each
	Status    int
	RequestID string
}

func observe(err error, requests []seen) failed {
	out := failed{Chain: chain(err)}
	if err != nil {
		out.Text = err.Error()
	}
	for _, r := range requests {
		out.Attempts = append(out.Attempts, r.request.Header.Get(headerAttempt))
	}
	var re *awshttp.ResponseError
	if errors.As(err, &re) {
		out.Status, out.RequestID = re.HTTPStatusCode(), re.ServiceRequestID()
	}
	return out
}

type reply = func(*http.Request) (*http.Response, error)

// TestFailures has the SDK and us meet the same script.
func TestFailures(t *testing.T) {
	t.Parallel()
	ok, throttled := answer(200, orderJSON), failure(400, "ProvisionedThroughputExceededException", "slow down")
	reset := &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	tests := []struct {
		name     string
		script   []reply
		change   func(*dynamodb.Options)
		attempts int
		text     string // of the error, in part; "" for none
	}{
		{name: "none", script: []reply{ok}, attempts: 1},
		{name: "validation", script: []reply{failure(400, "ValidationException", "no key")}, attempts: 1, text: "ValidationException: no key"},
		{name: "unknown code", script: []reply{failure(400, "NewException", "what")}, attempts: 1, text: "api error NewException: what"},
		{name: "code in a header", script: []reply{answer(400, `{"message":"m"}`, "X-Amzn-Errortype", "Odd:x")}, attempts: 1, text: "api error Odd: m"},
		{name: "no request id", script: []reply{failure(400, "ValidationException", "m", "X-Amzn-Requestid", "")}, attempts: 1, text: "RequestID: ,"},
		{name: "other request id", script: []reply{failure(400, "ValidationException", "m", "X-Amzn-Requestid", "", "X-Amz-RequestId", "R2")}, attempts: 1, text: "R2"},
		{name: "error without body", script: []reply{answer(400, "")}, attempts: 1, text: "UnknownError"},
		{name: "error of a proxy", script: []reply{answer(403, "<html>")}, attempts: 1, text: "deserialization failed"},
		{name: "condition", script: []reply{answer(400, conditionJSON)}, attempts: 1, text: "ConditionalCheckFailedException: no"},
		{name: "redirect", script: []reply{answer(301, "")}, attempts: 1, text: "StatusCode: 301"},
		{name: "status 0", script: []reply{broken(nil)}, attempts: 1, text: "StatusCode: 0"},
		{name: "once 500", script: []reply{failure(500, "InternalServerError", "oops"), ok}, attempts: 2},
		{name: "twice 503", script: []reply{answer(503, ""), answer(503, ""), ok}, attempts: 3},
		{name: "always 500", script: []reply{failure(500, "InternalServerError", "oops")}, attempts: 3, text: "exceeded maximum number of attempts, 3"},
		{name: "throttled once", script: []reply{throttled, ok}, attempts: 2},
		{name: "always throttled", script: []reply{throttled}, attempts: 3, text: "exceeded maximum number of attempts, 3"},
		{
			name: "more attempts", script: []reply{throttled}, attempts: 5, text: "maximum number of attempts, 5",
			change: func(o *dynamodb.Options) { o.RetryMaxAttempts = 5 },
		},
		{
			name: "no attempts", script: []reply{throttled}, attempts: 1, text: "ProvisionedThroughputExceeded",
			change: func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} },
		},
		{
			name: "no tokens", script: []reply{throttled}, attempts: 2, text: "failed to get rate limit token",
			change: func(o *dynamodb.Options) {
				o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
					o.RateLimiter = ratelimit.NewTokenRateLimit(7)
					o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
				})
			},
		},
		{
			name: "no attempt token", script: []reply{ok}, text: "failed to get retry Send token, none left",
			change: func(o *dynamodb.Options) { o.Retryer = noTokens{retry.NewStandard()} },
		},
		{
			name: "no delay", script: []reply{throttled}, attempts: 1, text: "no delay",
			change: func(o *dynamodb.Options) {
				o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
					o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, errors.New("no delay") })
				})
			},
		},
		{name: "connection reset", script: []reply{broken(reset), ok}, attempts: 2},
		{name: "connection always reset", script: []reply{broken(reset)}, attempts: 3, text: "request send failed"},
		{name: "reset inside the body", script: []reply{cut(200, orderJSON[:20], reset), ok}, attempts: 2},
		{name: "truncated", script: []reply{cut(200, orderJSON[:20], io.ErrUnexpectedEOF)}, attempts: 1, text: "deserialization failed, unexpected EOF"},
		{name: "truncated error", script: []reply{cut(400, `{"__ty`, io.ErrUnexpectedEOF)}, attempts: 1, text: "failed to copy error response body"},
		{name: "malformed", script: []reply{answer(200, `{"Item":`)}, attempts: 1, text: "deserialization failed"},
		{name: "of another kind", script: []reply{answer(200, `{"Item":[]}`)}, attempts: 1, text: "deserialization failed"},
		{name: "HTML", script: []reply{answer(200, `<html></html>`)}, attempts: 1, text: "deserialization failed"},
		{name: "empty", script: []reply{answer(200, "")}, attempts: 1},
		{name: "checksum that is none", script: []reply{answer(200, orderJSON, "X-Amz-Crc32", "x")}, attempts: 1, text: "unable to parse checksum header"},
		{name: "error's checksum that is none", script: []reply{answer(400, "{}", "X-Amz-Crc32", "x")}, attempts: 1, text: "unable to parse checksum header"},
		{name: "bad date", script: []reply{answer(200, orderJSON, "Date", "yesterday")}, attempts: 1},
		{
			name: "response and error", attempts: 3, text: "StatusCode: 502, RequestID: REQ1, request send failed, both",
			script: []reply{func(r *http.Request) (*http.Response, error) {
				resp, _ := answer(502, "")(r)
				return resp, errors.New("both")
			}, answer(502, ""), func(r *http.Request) (*http.Response, error) {
				resp, _ := answer(502, "")(r)
				return resp, errors.New("both")
			}},
		},
		{
			name: "no credentials", text: "get identity: get credentials: none today",
			change: func(o *dynamodb.Options) {
				o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
					return aws.Credentials{}, errors.New("none today")
				})
			},
		},
		{
			name: "no account", text: "invalid accountID set: accountID is required but not set",
			change: func(o *dynamodb.Options) { o.AccountIDEndpointMode = aws.AccountIDEndpointModeRequired },
		},
		{
			name: "no region", text: "failed to resolve service endpoint, endpoint rule error",
			change: func(o *dynamodb.Options) { o.Region = "" },
		},
		{
			name: "invalid host", text: "invalid endpoint host",
			change: func(o *dynamodb.Options) { o.BaseEndpoint = aws.String("https://a_b:443") },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			run := func(call func(*dynamodb.Client) error) failed {
				s := script(tt.script...)
				o := options(s)
				if tt.change != nil {
					tt.change(&o)
				}
				err := call(dynamodb.New(o))
				return observe(err, s.seen)
			}
			want := run(func(client *dynamodb.Client) error {
				_, err := client.GetItem(context.Background(), getInput())
				return err
			})
			got := run(func(client *dynamodb.Client) error {
				_, err := get(context.Background(), direct(t, client))
				return err
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("sdk and direct differ:\n%s", diff)
			}
			if len(got.Attempts) != tt.attempts {
				t.Errorf("%d attempts, want %d", len(got.Attempts), tt.attempts)
			}
			if !strings.Contains(got.Text, tt.text) || (tt.text == "") != (got.Text == "") {
				t.Errorf("error %q, want %q in it", got.Text, tt.text)
			}
		})
	}
}

const conditionJSON = `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no",` +
	`"Item":{"pk":{"S":"USER#1"},"n":{"N":"7"}}}`

// noTokens never lets a call start.
type noTokens struct{ aws.RetryerV2 }

func (noTokens) GetAttemptToken(context.Context) (func(error) error, error) {
	return nil, errors.New("none left")
}

func TestConditionItem(t *testing.T) {
	t.Parallel()
	c := direct(t, dynamodb.New(options(script(answer(400, conditionJSON)))))
	_, err := get(context.Background(), c)
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	want := map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "USER#1"}, "n": &types.AttributeValueMemberN{Value: "7"},
	}
	if diff := cmp.Diff(want, failed.Item, cmp.AllowUnexported(types.AttributeValueMemberS{}, types.AttributeValueMemberN{})); diff != "" {
		t.Error(diff)
	}
}

// TestChecksum has what the SDK does not notice.
func TestChecksum(t *testing.T) {
	t.Parallel()
	damaged := answer(200, orderJSON, "X-Amz-Crc32", "1")
	tests := []struct {
		name     string
		script   []reply
		ignore   bool
		attempts int
		text     string
	}{
		{name: "once", script: []reply{damaged, answer(200, orderJSON)}, attempts: 2},
		{name: "always", script: []reply{damaged}, attempts: 3, text: "response did not match expected checksum, 1, "},
		{name: "of an error", script: []reply{failure(400, "ValidationException", "m", "X-Amz-Crc32", "1")}, attempts: 3, text: "did not match"},
		{name: "ignored", script: []reply{damaged}, ignore: true, attempts: 1},
		{name: "absent", script: []reply{answer(200, orderJSON, "X-Amz-Crc32", "")}, attempts: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := options(script(tt.script...))
			o.DisableValidateResponseChecksum = tt.ignore
			md, err := get(context.Background(), direct(t, dynamodb.New(o)))
			if md.Attempts != tt.attempts || md.RequestID != "REQ1" {
				t.Errorf("metadata %+v", md)
			}
			if (err != nil) != (tt.text != "") || (err != nil && !strings.Contains(err.Error(), tt.text)) {
				t.Errorf("error %v, want %q in it", err, tt.text)
			}
			var oe *smithy.OperationError
			if err != nil && !errors.As(err, &oe) {
				t.Errorf("%T is not that of an operation", err)
			}
		})
	}
}

// TestDecode has decoders that fail.
func TestDecode(t *testing.T) {
	t.Parallel()
	mine := errors.New("attribute n is no number")
	tests := []struct {
		name   string
		answer string
		want   string
	}{
		{"well-formed", orderJSON, "attribute n is no number"},
		{"malformed", `{"Item":{"a":{"S":1}}}`, "operation error DynamoDB: GetItem, https response error StatusCode: 200, RequestID: REQ1, " +
			"deserialization failed, expected string, got 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := direct(t, dynamodb.New(options(script(answer(200, tt.answer)))))
			calls := 0
			md, err := c.Do(context.Background(), Call{Op: "GetItem", Body: []byte(getBody), Decode: func([]byte) error {
				calls++
				return mine
			}})
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v\nwant  %s", err, tt.want)
			}
			if calls != 1 || md.Attempts != 1 {
				t.Errorf("%d calls, %+v", calls, md)
			}
		})
	}
}

// panicking is a protocol that cannot stand some bodies.
type panicking struct{ smithyhttp.ClientProtocol }

func (panicking) DeserializeResponse(
	context.Context, *smithy.OperationSchema, *smithy.TypeRegistry, *smithyhttp.Response, smithy.Deserializable,
) error {
	panic("slice bounds out of range")
}

func TestPanic(t *testing.T) {
	t.Parallel()
	c := direct(t, dynamodb.New(options(script(answer(400, "{}")))))
	c.protocol = panicking{c.protocol}
	_, err := get(context.Background(), c)
	const want = "operation error DynamoDB: GetItem, https response error StatusCode: 400, RequestID: REQ1, " +
		"deserialization failed, malformed response body: slice bounds out of range"
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
}

// TestRetryable has the caller hear of attempts that are repeated.
func TestRetryable(t *testing.T) {
	t.Parallel()
	s := script(answer(503, ""), failure(400, "ThrottlingException", "slow"), answer(200, orderJSON))
	c := direct(t, dynamodb.New(options(s)))
	var heard []string
	md, err := c.Do(context.Background(), Call{
		Op: "GetItem", Body: []byte(getBody), Decode: wellFormed,
		Retryable: func(err error) {
			var api smithy.APIError
			if errors.As(err, &api) {
				heard = append(heard, api.ErrorCode())
			}
		},
	})
	if err != nil || md != (Metadata{RequestID: "REQ1", Attempts: 3, Free: true}) {
		t.Errorf("%+v, %v", md, err)
	}
	if diff := cmp.Diff([]string{"UnknownError", "ThrottlingException"}, heard); diff != "" {
		t.Error(diff)
	}
	if a, b := s.seen[0], s.seen[2]; a.request.Header.Get(headerInvocation) != b.request.Header.Get(headerInvocation) || a.body != b.body {
		t.Error("attempts of one call differ")
	}
}

// TestTokens has the quota of retries end up as with the SDK.
func TestTokens(t *testing.T) {
	t.Parallel()
	left := func(call func(*dynamodb.Client) error) uint {
		limit := ratelimit.NewTokenRateLimit(100)
		s := script(answer(503, ""), answer(200, orderJSON), answer(200, orderJSON), answer(503, ""))
		o := options(s)
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.RateLimiter = limit
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
		client := dynamodb.New(o)
		for range 3 {
			_ = call(client)
		}
		return limit.Remaining()
	}
	want := left(func(client *dynamodb.Client) error {
		_, err := client.GetItem(context.Background(), getInput())
		return err
	})
	var c *Client
	got := left(func(client *dynamodb.Client) error {
		if c == nil {
			c = direct(t, client)
		}
		_, err := get(context.Background(), c)
		return err
	})
	if got != want || got == 100 {
		t.Errorf("%d tokens are left, %d with the SDK", got, want)
	}
}
