package lean

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/body"
	"github.com/dyntable/dyn/internal/sigv4"
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

// route is what all requests of a client for one operation have in common.
type route struct {
	*operation
	context context.Context // what the SDK puts in a call's context
	target  string
	header  http.Header // those that are the same for all
	session http.Header // the same, of a map with room for a session token
}

func newRoute(op *operation, name string, values context.Context, f *fixedHeaders) *route {
	r := &route{operation: op, context: values, target: f.target + name}
	r.header, r.session = make(http.Header, 8), make(http.Header, 10) // maps of up to 8 are small
	for name, value := range map[string]string{
		headerAcceptEncoding: f.acceptEncoding, headerContentType: f.contentType, headerUserAgent: f.userAgent,
		headerTarget: r.target, headerAttempt: usualAttempt,
	} {
		shared := []string{value} // which has no room to append to
		r.header[name], r.session[name] = shared, shared
	}
	return r
}

// trip is a call on its way, through all of its attempts.
type trip struct {
	Call
	route      *route
	invocation string // names the call in each of its requests
	trace      string // of AWS Lambda, to break loops of functions
	sending    *body.Sending
}

func newTrip(call *Call, route *route, s *body.Sending) trip {
	var room [36]byte
	return trip{Call: *call, route: route, invocation: string(appendUUID(room[:0])), trace: lambdaTrace(), sending: s}
}

// appendUUID appends a random UUID. It has to be unique, not secret.
func appendUUID(dst []byte) []byte {
	var u [16]byte
	binary.LittleEndian.PutUint64(u[:], rand.Uint64())
	binary.LittleEndian.PutUint64(u[8:], rand.Uint64())
	u[6] = u[6]&0x0f | 0x40 // version 4
	u[8] = u[8]&0x3f | 0x80
	dst = hex.AppendEncode(dst, u[:4])
	dst = hex.AppendEncode(append(dst, '-'), u[4:6])
	dst = hex.AppendEncode(append(dst, '-'), u[6:8])
	dst = hex.AppendEncode(append(dst, '-'), u[8:10])
	return hex.AppendEncode(append(dst, '-'), u[10:])
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

// usualAttempt is the value of Amz-Sdk-Request in the first attempt of a client with the default retryer.
const usualAttempt = "attempt=1; max=3"

// firstAttempt is the value of Amz-Sdk-Request in the first attempt; the SDK's retry loop gives the others.
func firstAttempt(ctx context.Context, maxAttempts int, skew time.Duration) string {
	if maxAttempts == 3 && skew <= 0 {
		return usualAttempt
	}
	v := "attempt=1"
	if maxAttempts != 0 {
		v += "; max=" + strconv.Itoa(maxAttempts)
	}
	if deadline, ok := ctx.Deadline(); ok && !deadline.IsZero() && skew > 0 {
		v += "; ttl=" + deadline.Add(skew).Format(sigv4.DateFormat)
	}
	return v
}

// parcel is the memory of one request. Its transport, and whoever else sees the request, may keep it for longer than
// the call takes: it is never used again.
type parcel struct {
	context callContext
	request http.Request
	url     url.URL
	small   strings.Reader
	values  [3]string    // of the headers that are other ones in every request
	sending body.Sending // of the call, in the parcel of its first attempt
}

// set sets a header to one of the values.
func (p *parcel) set(h http.Header, i int, name, value string) {
	p.values[i] = value
	h[name] = p.values[i : i+1 : i+1]
}

// request builds and signs a request in p.
func (c *Client) request(
	ctx context.Context, p *parcel, e *endpoint, t *trip, creds *aws.Credentials, at time.Time, attempt string,
) *http.Request {
	same := t.route.header
	if creds.SessionToken != "" || t.trace != "" {
		same = t.route.session
	}
	h := maps.Clone(same)
	if creds.SessionToken != "" {
		h[headerToken] = []string{creds.SessionToken}
	}
	date := c.signer.Date(at)
	p.set(h, 0, headerInvocation, t.invocation)
	p.set(h, 1, headerDate, date)
	if attempt != usualAttempt {
		h[headerAttempt] = []string{attempt}
	}
	if t.trace != "" {
		h[headerTrace] = []string{t.trace}
	}
	p.set(h, 2, headerAuthorization, c.authorization(e, t, creds, attempt, date))

	p.request = *e.template.WithContext(ctx)
	p.url = e.url
	p.request.URL, p.request.Header = &p.url, h
	p.request.Body = t.sending.Next(t.Body, &p.small)
	p.request.ContentLength = int64(len(t.Body))
	return &p.request
}

// authorization signs what request sends, but for the headers that signatures leave out.
func (c *Client) authorization(e *endpoint, t *trip, creds *aws.Credentials, attempt, date string) string {
	var length [20]byte
	fields := [9]sigv4.Field{
		{Name: "accept-encoding", Value: c.headers.acceptEncoding},
		{Name: "amz-sdk-invocation-id", Value: t.invocation},
		{Name: "amz-sdk-request", Value: attempt},
		{Name: "content-length", Value: string(strconv.AppendInt(length[:0], int64(len(t.Body)), 10))},
		{Name: "content-type", Value: c.headers.contentType},
		{Name: "host", Value: e.host},
		{Name: "x-amz-date", Value: date},
		{Name: "x-amz-security-token", Value: creds.SessionToken},
		{Name: "x-amz-target", Value: t.route.target},
	}
	signed := fields[:]
	if creds.SessionToken == "" {
		fields[7] = fields[8]
		signed = fields[:8]
	}
	return c.signer.Authorization(creds, e.scope, e.path, date, signed, sigv4.Hash(t.Body))
}
