package lean

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// fixedHeaders are the values of headers that are the same in all requests of a client, as its SDK sends them.
type fixedHeaders struct {
	acceptEncoding, contentType, userAgent string
	target                                 string // without the operation
}

const (
	headerAcceptEncoding = "Accept-Encoding"
	headerAttempt        = "Amz-Sdk-Request"
	headerAuthorization  = "Authorization"
	headerContentType    = "Content-Type"
	headerDate           = "X-Amz-Date"
	headerInvocation     = "Amz-Sdk-Invocation-Id"
	headerTarget         = "X-Amz-Target"
	headerToken          = "X-Amz-Security-Token"
	headerTrace          = "X-Amzn-Trace-Id"
	headerUserAgent      = "User-Agent"
)

// dateFormat is that of X-Amz-Date.
const dateFormat = "20060102T150405Z"

// trip is a call on its way, through all of its attempts.
type trip struct {
	Call
	op         *operation
	invocation string // names the call in each of its requests
	trace      string // of AWS Lambda, to break loops of functions
}

func newTrip(call *Call, op *operation) trip {
	return trip{Call: *call, op: op, invocation: newUUID(), trace: lambdaTrace()}
}

// newUUID returns a random UUID. It has to be unique, not secret.
func newUUID() string {
	var u [16]byte
	for i := 0; i < len(u); i += 8 {
		n := rand.Uint64()
		for j := range 8 {
			u[i+j] = byte(n >> (8 * j))
		}
	}
	u[6] = u[6]&0x0f | 0x40 // version 4
	u[8] = u[8]&0x3f | 0x80
	var text [36]byte
	dst := hex.AppendEncode(text[:0], u[:4])
	for i, end := range []int{6, 8, 10, 16} {
		dst = hex.AppendEncode(append(dst, '-'), u[[]int{4, 6, 8, 10}[i]:end])
	}
	return string(dst)
}

// lambdaTrace returns what the SDK sends as X-Amzn-Trace-Id, which is nothing outside of AWS Lambda. It is asked
// for in every call because the runtime changes the variable with every invocation of a function.
func lambdaTrace() string {
	if _, ok := os.LookupEnv("_X_AMZN_TRACE_ID"); !ok {
		return ""
	}
	r := &smithyhttp.Request{Request: &http.Request{Header: http.Header{}}}
	end := middleware.BuildHandlerFunc(func(context.Context, middleware.BuildInput) (
		out middleware.BuildOutput, md middleware.Metadata, err error,
	) {
		return out, md, nil
	})
	m := new(awsmiddleware.RecursionDetection)
	_, _, _ = m.HandleBuild(context.Background(), middleware.BuildInput{Request: r}, end) // fails on other types only
	return r.Header.Get(headerTrace)
}

// firstAttempt is the value of Amz-Sdk-Request in the first attempt; the SDK's retry loop gives the others.
func firstAttempt(ctx context.Context, maxAttempts int, skew time.Duration) string {
	if maxAttempts == 3 && skew <= 0 { // the default
		return "attempt=1; max=3"
	}
	v := "attempt=1"
	if maxAttempts != 0 {
		v += "; max=" + strconv.Itoa(maxAttempts)
	}
	if deadline, ok := ctx.Deadline(); ok && !deadline.IsZero() && skew > 0 {
		v += "; ttl=" + deadline.Add(skew).Format(dateFormat)
	}
	return v
}

// parcel is the memory of one request, which its transport may use for longer than the call takes.
type parcel struct {
	url    url.URL
	body   bytes.Reader
	values [10]string
	used   int
}

func (p *parcel) set(h http.Header, name, value string) {
	p.values[p.used] = value
	p.used++
	h[name] = p.values[p.used-1 : p.used : p.used]
}

// request builds and signs a request.
func (c *Client) request(
	ctx context.Context, e *endpoint, t *trip, creds *aws.Credentials, at time.Time, attempt string,
) *http.Request {
	f := &c.headers
	date, target := at.UTC().Format(dateFormat), f.target+t.Op
	p := &parcel{url: e.url}
	p.body.Reset(t.Body)
	size := 8 // up to which maps are small
	if creds.SessionToken != "" || t.trace != "" {
		size = len(p.values)
	}
	h := make(http.Header, size)
	p.set(h, headerAcceptEncoding, f.acceptEncoding)
	p.set(h, headerContentType, f.contentType)
	p.set(h, headerUserAgent, f.userAgent)
	p.set(h, headerTarget, target)
	p.set(h, headerInvocation, t.invocation)
	p.set(h, headerAttempt, attempt)
	p.set(h, headerDate, date)
	if creds.SessionToken != "" {
		p.set(h, headerToken, creds.SessionToken)
	}
	if t.trace != "" {
		p.set(h, headerTrace, t.trace)
	}
	p.set(h, headerAuthorization, c.authorization(e, t, creds, attempt, date, target))

	r := e.template.WithContext(ctx)
	r.URL, r.Header = &p.url, h
	r.Body, r.ContentLength = io.NopCloser(&p.body), int64(len(t.Body)) // a body that net/http sends with the headers
	return r
}

// authorization signs what request sends, but for the headers that signatures leave out.
func (c *Client) authorization(e *endpoint, t *trip, creds *aws.Credentials, attempt, date, target string) string {
	var length [20]byte
	fields := []field{
		{"accept-encoding", c.headers.acceptEncoding},
		{"amz-sdk-invocation-id", t.invocation},
		{"amz-sdk-request", attempt},
		{"content-length", string(strconv.AppendInt(length[:0], int64(len(t.Body)), 10))},
		{"content-type", c.headers.contentType},
		{"host", e.host},
		{"x-amz-date", date},
		{"x-amz-security-token", creds.SessionToken},
		{"x-amz-target", target},
	}
	if creds.SessionToken == "" {
		fields = append(fields[:7], fields[8])
	}
	var room [1024]byte
	return c.signer.authorize(room[:0], creds, e.scope, e.path, date, fields, t.Body)
}
