package lean

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/body"
)

// attempt is the outcome of one.
type attempt struct {
	number   int
	response *http.Response // nil if none was sent for
	err      error          // as the SDK has it
	refused  error          // Decode's, about an answer that is well-formed
	skew     time.Duration  // of the service's clock to ours
	dated    bool           // skew is known
}

// attempt sends a request and reads the answer.
func (c *Client) attempt(
	ctx context.Context, p *parcel, t *trip, number int, skew time.Duration, header string,
) attempt {
	a := attempt{number: number}
	creds, err := c.credentials.Retrieve(ctx)
	if err != nil {
		a.err = fmt.Errorf("get identity: %w", fmt.Errorf("get credentials: %w", err))
		return a
	}
	e, err := c.endpoints.resolve(ctx, creds.AccountID, t)
	if err != nil {
		a.err = err
		return a
	}
	sent := time.Now()
	r := c.request(ctx, p, e, t, &creds, sent.Add(skew), header)
	if e.invalid != nil {
		a.err = e.invalid
		return a
	}
	a.response, err = c.http.Do(r)
	if !c.ignoreSkew && a.response != nil {
		a.skew, a.dated = c.dates.skew(a.response.Header, sent, time.Now())
	}
	if a.err = c.receive(ctx, t, &a, err); a.err != nil {
		a.err = &awshttp.ResponseError{
			ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: a.response}, Err: a.err},
			RequestID:     a.requestID(),
		}
	}
	return a
}

// receive reads what came of sending, and closes it.
func (c *Client) receive(ctx context.Context, t *trip, a *attempt, sendErr error) error {
	if a.response == nil {
		a.response = &http.Response{Header: http.Header{}}
	}
	resp := a.response
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	defer func() { _ = resp.Body.Close() }() // all there was to read has been read
	if sendErr != nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		if ctx.Err() != nil {
			return &smithy.CanceledError{Err: ctx.Err()}
		}
		return &smithyhttp.RequestSendError{Err: sendErr}
	}
	b, readErr := body.Read(resp.Body, resp.ContentLength)
	defer b.Free()
	raw := b.Bytes()
	if !c.ignoreCRC {
		if err := b.Check(resp.Header); err != nil {
			return &smithy.DeserializationError{Err: err}
		}
	}
	if c.gzip && readErr == nil && resp.Header.Get("Content-Encoding") == "gzip" {
		resp.Header.Del("Content-Length") // as the SDK does: it is not that of the body any more
		resp.ContentLength = -1
		raw, readErr = gunzip(raw)
	}
	return c.interpret(ctx, t, a, raw, readErr)
}

// interpret turns the body of an answer into what Decode makes of it, or into the service's error.
func (c *Client) interpret(ctx context.Context, t *trip, a *attempt, body []byte, readErr error) error {
	if a.response.StatusCode/100 != 2 || readErr != nil {
		return c.viaProtocol(ctx, t, a, body, readErr)
	}
	if len(body) == 0 {
		body = []byte("{}") // the SDK takes nothing for an output without members
	}
	err := t.Decode(body)
	if err == nil {
		return nil
	}
	if malformed := c.viaProtocol(ctx, t, a, body, nil); malformed != nil {
		return malformed
	}
	a.refused = err
	return nil
}

// viaProtocol has the SDK read the answer, and returns the error that it finds.
func (c *Client) viaProtocol(ctx context.Context, t *trip, a *attempt, body []byte, readErr error) (err error) {
	defer malformed(&err)
	if readErr == nil {
		readErr = io.EOF
	}
	resp := *a.response
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failedRead{readErr}))
	return c.protocol.DeserializeResponse(
		ctx, t.route.schema, dynamodb.TypeRegistry, &smithyhttp.Response{Response: &resp}, t.route.output(),
	)
}

// Read has the SDK read an answer, or the part of it that a Decode leaves, into the output of an operation.
func (c *Client) Read(op string, answer []byte, out smithy.Deserializable) (err error) {
	defer malformed(&err)
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(answer))}
	return c.protocol.DeserializeResponse(
		context.Background(), operations[op].schema, dynamodb.TypeRegistry, &smithyhttp.Response{Response: resp}, out,
	)
}

// malformed makes an error of a panic: the SDK's reader of JSON does that on some malformed bodies.
func malformed(err *error) {
	if p := recover(); p != nil {
		*err = &smithy.DeserializationError{Err: fmt.Errorf("malformed response body: %v", p)}
	}
}

// failedRead is the end of a body that could not be read to its end.
type failedRead struct{ err error }

func (r failedRead) Read([]byte) (int, error) { return 0, r.err }

func (a *attempt) requestID() string {
	if a.response == nil {
		return ""
	}
	if id := first(a.response.Header, "X-Amzn-Requestid"); id != "" {
		return id
	}
	return a.response.Header.Get("X-Amz-RequestId")
}

// first is h.Get for a name in canonical form, which it saves to check.
func first(h http.Header, name string) string {
	if v := h[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func gunzip(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("failed to decompress gzip response, %w", err)
	}
	return io.ReadAll(r)
}
