// Package lean sends DynamoDB requests without the SDK's middleware stack.
//
// The stack costs more than the work it does: some thirty middlewares, a copy of the client's options in many of them,
// and three copies of the request. This package does the same work in line, with the public parts of the SDK: the
// client's HTTP client, credentials, endpoint resolver and retryer, and the SDK's protocol for errors. What is sent
// and what comes back is what the SDK would send and give back; [New] compares the two before it agrees to a client.
package lean

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/plain"
	"github.com/dyntable/dyn/internal/sigv4"
)

// Client sends requests in place of a [dynamodb.Client]. It is safe for concurrent use.
type Client struct {
	http        dynamodb.HTTPClient
	credentials aws.CredentialsProvider
	retryer     aws.RetryerV2
	protocol    smithyhttp.ClientProtocol
	endpoints   resolver
	signer      sigv4.Signer

	ignoreSkew, ignoreCRC, gzip bool

	skew    atomic.Int64 // of the service's clock, in nanoseconds, as the last answer had it
	headers fixedHeaders
	routes  map[string]*route // by operation
	dates   dates
}

// Call is one request.
type Call struct {
	// Op is the operation's name in the API: GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan, BatchGetItem,
	// BatchWriteItem, TransactGetItems or TransactWriteItems.
	Op string
	// Table is the table's name or ARN, of which an ARN may change the endpoint. Of an operation on several tables it
	// is any of them.
	Table string
	// Body is the request in DynamoDB JSON. Whether it can be used again is in the Metadata.
	Body []byte
	// Decode reads the answer, which is never empty and of which neither results nor errors may keep a part. When it
	// fails the SDK reads the same answer: if that fails too, the SDK's error counts, and there may be another attempt
	// that Decode is called for. Otherwise Do returns Decode's error as it is.
	Decode func(answer []byte) error
	// Retryable, if set, is called with the error of every attempt that is worth another one.
	Retryable func(error)
}

// Metadata is what is known of an answered call beside the answer.
type Metadata struct {
	RequestID string // the service's, of the last attempt
	Attempts  int
	Free      bool // nobody holds on to the body of the call any more
}

// Do sends the call and decodes the answer. Its errors are those that the SDK's client has for the same call, and one
// of its own for an answer that was damaged on its way, which is tried again.
func (c *Client) Do(ctx context.Context, call Call) (Metadata, error) {
	r := c.routes[call.Op]
	if r == nil {
		return Metadata{}, fmt.Errorf("operation %s cannot be sent directly", call.Op)
	}
	p := new(parcel)
	t := newTrip(&call, r, &p.sending)
	p.context = callContext{Context: ctx, route: r}
	a, err := c.send(&p.context, p, &t)
	md := Metadata{RequestID: a.requestID(), Attempts: a.number, Free: t.sending.Free()}
	if err != nil {
		return md, &smithy.OperationError{ServiceID: dynamodb.ServiceID, OperationName: call.Op, Err: err}
	}
	return md, a.refused
}

// send makes the first attempt, and leaves the others to the SDK's retry loop.
func (c *Client) send(ctx context.Context, p *parcel, t *trip) (attempt, error) {
	select {
	case <-ctx.Done():
		return attempt{}, ctx.Err()
	default:
	}
	release, err := c.retryer.GetAttemptToken(ctx)
	if err != nil {
		return attempt{}, fmt.Errorf("failed to get retry Send token, %w", err)
	}
	skew := time.Duration(c.skew.Load())
	a := c.attempt(ctx, p, t, 1, skew, firstAttempt(ctx, c.retryer.MaxAttempts(), skew))
	if a.err != nil {
		return c.retry(ctx, *t, a, skew, release)
	}
	_ = release(nil) // the SDK takes no notice of its error either once the call has succeeded
	c.learn(&a)
	return a, nil
}

// learn keeps what the answer says of the service's clock.
func (c *Client) learn(a *attempt) {
	if a.dated {
		c.skew.Store(int64(a.skew))
	}
}

// callContext is a caller's context with the values that the SDK gives to a call. The SDK adds them one by one;
// here they are made once per operation.
type callContext struct {
	context.Context
	route *route // whose context has the values
}

func (c *callContext) Value(key any) any {
	if v := c.route.context.Value(key); v != nil {
		return v
	}
	return c.Context.Value(key)
}

// callValues returns a context with what HTTP clients, credential providers and loggers may look for.
func callValues(op, region string, logger logging.Logger) context.Context {
	ctx := middleware.WithServiceID(context.Background(), dynamodb.ServiceID)
	ctx = middleware.WithOperationName(ctx, op)
	ctx = awsmiddleware.SetServiceID(ctx, dynamodb.ServiceID)
	ctx = awsmiddleware.SetRegion(ctx, region)
	ctx = awsmiddleware.SetOperationName(ctx, op)
	return middleware.SetLogger(ctx, logger)
}

// newClient puts the parts of a client together that need no comparing.
func newClient(o *dynamodb.Options) *Client {
	r, ok := o.Retryer.(aws.RetryerV2)
	if !ok {
		r = retry.AddWithErrorCodes(o.Retryer).(aws.RetryerV2) // which adds the newer methods and nothing else
	}
	return &Client{
		http:        plain.Of(o.HTTPClient),
		credentials: o.Credentials,
		retryer:     r,
		protocol:    o.Protocol,
		ignoreSkew:  o.DisableClockSkewCorrection,
		ignoreCRC:   o.DisableValidateResponseChecksum,
		gzip:        o.EnableAcceptEncodingGzip,
		routes:      make(map[string]*route, len(operations)),
	}
}
