package wire

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/body"
	"github.com/dyntable/dyn/internal/plain"
)

// transport is the end of the SDK's stack in a call of a client without middleware of others, without tracing and
// metrics. It does what the SDK's does, without its copy of every request, and with a body that net/http can send
// together with the headers.
type transport struct {
	call     *Call
	client   plain.Doer // nil when the SDK's is used
	attempts int
	large    *body.Payload // of the first attempt, unless it is small
}

// traced tells whether somebody wants to know of every request.
func traced(o *dynamodb.Options) bool {
	_, noMeter := o.MeterProvider.(metrics.NopMeterProvider)
	_, noTracer := o.TracerProvider.(*tracing.NopTracerProvider)
	return !noMeter || !noTracer
}

func (t *transport) add(s *middleware.Stack) error { return s.Deserialize.Add(t, middleware.After) }

// ID implements [middleware.DeserializeMiddleware].
func (*transport) ID() string { return "dyn:Transport" }

// HandleDeserialize implements [middleware.DeserializeMiddleware]. It is [smithyhttp.ClientHandler], which comes next.
func (t *transport) HandleDeserialize(
	ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
) (out middleware.DeserializeOutput, md middleware.Metadata, err error) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok || t.call.sent == nil || req.GetStream() != io.Reader(t.call.sent) {
		return next.HandleDeserialize(ctx, in)
	}
	if err := smithyhttp.ValidateEndpointHost(req.Host); err != nil {
		return out, md, err
	}
	r := req.WithContext(ctx)
	r.Body = t.body(t.call.body.buf)
	resp, err := t.client.Do(r)
	if resp == nil {
		resp = &http.Response{Header: http.Header{}, Body: http.NoBody}
	}
	if err != nil {
		err = &smithyhttp.RequestSendError{Err: err}
	}
	if err != nil && ctx.Err() != nil {
		err = &smithy.CanceledError{Err: ctx.Err()}
	}
	out.RawResponse = &smithyhttp.Response{Response: resp}
	return out, md, err
}

// body returns the body of one more attempt: what an earlier one may still read is its own.
func (t *transport) body(raw []byte) io.ReadCloser {
	t.attempts++
	if len(raw) <= body.Small {
		return io.NopCloser(strings.NewReader(string(raw)))
	}
	p := body.NewPayload(raw)
	if t.attempts == 1 {
		t.large = p
	}
	return p
}

// free tells whether nobody looks at the memory of the body any more, and sees to it that nobody will.
func (c *Call) free() bool {
	switch t := &c.http; {
	case t.attempts == 0:
		return c.sent.Free() // it was sent itself
	case t.large != nil && (t.attempts > 1 || !t.large.Free()):
		return false
	}
	_, err := c.sent.Seek(0, io.SeekEnd)
	return err == nil && c.sent.Free()
}
