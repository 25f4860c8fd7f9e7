package wire

import (
	"context"
	"net/http"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/body"
	"github.com/dyntable/dyn/internal/plain"
	"github.com/dyntable/dyn/internal/sigv4"
)

// transport is two middlewares of the SDK's stack in a call that nobody else looks at: the one that hashes the body, and
// the end, where the request is sent. They do what the SDK's do, but have the body from the call instead of the request,
// which saves the SDK's copies of that, and net/http may send the body together with the headers.
type transport struct {
	call    *Call
	client  plain.Doer
	hash    middleware.FinalizeMiddleware // the SDK's, nil where it stays
	sum     string                        // of the body
	sending body.Sending
}

// watched tells whether somebody wants to know of every request.
func watched(o *dynamodb.Options) bool {
	_, noMeter := o.MeterProvider.(metrics.NopMeterProvider)
	_, noTracer := o.TracerProvider.(*tracing.NopTracerProvider)
	return !noMeter || !noTracer || o.ClientLogMode.IsRequest() || o.ClientLogMode.IsRequestWithBody()
}

// add puts t into the stack. If the SDK hashes bodies in another way, it goes on doing so.
func (t *transport) add(s *middleware.Stack) error {
	if sdk, err := s.Finalize.Swap(t.ID(), t); err == nil {
		t.hash = sdk
	}
	return s.Deserialize.Add(t, middleware.After)
}

// ID implements [middleware.FinalizeMiddleware].
func (*transport) ID() string { return "ComputePayloadHash" }

// HandleFinalize implements [middleware.FinalizeMiddleware]. It is [v4.ComputePayloadSHA256].
func (t *transport) HandleFinalize(
	ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
) (middleware.FinalizeOutput, middleware.Metadata, error) {
	if t.call.body == nil || v4.GetPayloadHash(ctx) != "" {
		return t.hash.HandleFinalize(ctx, in, next)
	}
	if t.sum == "" {
		sum := sigv4.Hash(t.call.body.buf)
		t.sum = string(sum[:])
	}
	return next.HandleFinalize(v4.SetPayloadHash(ctx, t.sum), in)
}

// HandleDeserialize implements [middleware.DeserializeMiddleware]. It is [smithyhttp.ClientHandler], which comes next.
func (t *transport) HandleDeserialize(
	ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
) (out middleware.DeserializeOutput, md middleware.Metadata, err error) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok || t.call.body == nil {
		return next.HandleDeserialize(ctx, in)
	}
	if err := smithyhttp.ValidateEndpointHost(req.Host); err != nil { // which the signature sets
		return out, md, err
	}
	r := req.WithContext(ctx)
	r.Body = t.sending.Next(t.call.body.buf, nil)
	resp, err := t.client.Do(r)
	if resp == nil {
		resp = &http.Response{Header: http.Header{}, Body: http.NoBody}
	}
	switch {
	case err != nil && ctx.Err() != nil:
		err = &smithy.CanceledError{Err: ctx.Err()}
	case err != nil:
		err = &smithyhttp.RequestSendError{Err: err}
	}
	out.RawResponse = &smithyhttp.Response{Response: resp}
	return out, md, err
}
