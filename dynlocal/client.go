package dynlocal

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// defaultRegion and defaultAccount are those of a client that sets neither region nor credentials.
const (
	defaultRegion  = "us-east-1"
	defaultAccount = "dynlocal"
)

// maxBackoff is how long a client waits at most before it tries again, unless its options say otherwise: the SDK's 20
// seconds would only slow down tests, as nothing recovers here by waiting.
const maxBackoff = 5 * time.Millisecond

// Client gives a DynamoDB client whose calls are answered by db in process.
//
// It is the SDK's own client with the transport cut off: inputs are validated, throttled calls are retried, errors
// are typed and middleware is run as usual, but nothing is signed, encoded or sent. The options may set anything a
// client of AWS could; region and access key id choose the set of tables. Retries wait milliseconds only.
func (db *DB) Client(opts ...func(*dynamodb.Options)) *dynamodb.Client {
	// The cut is made last, so that it sees the credentials and middleware which the caller's options set.
	return dynamodb.New(baseOptions(), append(opts[:len(opts):len(opts)], func(o *dynamodb.Options) {
		t := &transport{db: db, credentials: o.Credentials}
		o.APIOptions = append(o.APIOptions[:len(o.APIOptions):len(o.APIOptions)], t.install)
	})...)
}

// baseOptions are those that callers' options start from.
func baseOptions() dynamodb.Options {
	return dynamodb.Options{
		Region:      defaultRegion,
		Credentials: credentials.NewStaticCredentialsProvider(defaultAccount, "secret", ""),
		Retryer:     retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = maxBackoff }),
	}
}

// transport answers requests inside the SDK's middleware stack.
type transport struct {
	db          *DB
	credentials aws.CredentialsProvider
}

// skipped are the middlewares whose work is only needed by a real request, by step.
var skipped = struct{ serialize, build, finalize, deserialize []string }{
	serialize: []string{"ResolveEndpoint", "OperationSerializer"},
	build:     []string{"UserAgent", "RecursionDetection"},
	finalize: []string{
		"DisableAcceptEncodingGzip", "AcceptEncodingGzip", "ResolveAuthScheme", "GetIdentity", "ResolveEndpointV2",
		"disableHTTPS", "DiscoverEndpoint", "ComputePayloadHash", "setLegacyContextSigningOptions", "Signing",
	},
	deserialize: []string{
		"AddRawResponseToMetadata", "ResponseErrorWrapper", "RequestIDRetriever", "OperationDeserializer",
		"RecordResponseTiming", "DynamoDB:ResponseChecksumValidation", "RequestResponseLogger",
	},
}

// install makes the transport take over when the stack is run. By then it is complete: middleware of the caller was
// placed next to what is removed, and none comes to stand behind the transport, where nothing passes.
func (t *transport) install(s *middleware.Stack) error {
	takeOver := func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (out middleware.InitializeOutput, md middleware.Metadata, err error) {
		if err := t.replaceNetwork(s); err != nil {
			return out, md, err
		}
		return next.HandleInitialize(ctx, in)
	}
	return s.Initialize.Add(middleware.InitializeMiddlewareFunc("dynlocal.TakeOver", takeOver), middleware.Before)
}

// replaceNetwork takes what only a real request needs out of the stack and puts the engine at its end.
func (t *transport) replaceNetwork(s *middleware.Stack) error {
	remove(s.Serialize.Remove, skipped.serialize)
	remove(s.Build.Remove, skipped.build)
	remove(s.Finalize.Remove, skipped.finalize)
	remove(s.Deserialize.Remove, skipped.deserialize)
	if err := s.Serialize.Add(keepInput, middleware.After); err != nil {
		return err
	}
	return s.Deserialize.Add(t, middleware.After)
}

// remove ignores names that the stack does not have: which ones it has depends on operation and version of the SDK.
func remove[M any](from func(string) (M, error), ids []string) {
	for _, id := range ids {
		_, _ = from(id)
	}
}

type inputKey struct{}

// keepInput hands the input, as the Initialize middlewares left it, down to the transport.
var keepInput = middleware.SerializeMiddlewareFunc("dynlocal.Input", func(
	ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler,
) (middleware.SerializeOutput, middleware.Metadata, error) {
	return next.HandleSerialize(middleware.WithStackValue(ctx, inputKey{}, in.Parameters), in)
})

// ID implements [middleware.DeserializeMiddleware].
func (*transport) ID() string { return "dynlocal.Transport" }

// HandleDeserialize answers the request. It is the innermost handler, inside the retry loop.
func (t *transport) HandleDeserialize(
	ctx context.Context, _ middleware.DeserializeInput, _ middleware.DeserializeHandler,
) (out middleware.DeserializeOutput, md middleware.Metadata, err error) {
	if err := ctx.Err(); err != nil {
		return out, md, &aws.RequestCanceledError{Err: err}
	}
	id, err := t.spaceID(ctx)
	if err != nil {
		return out, md, err
	}
	requestID := t.db.requestID()
	awsmiddleware.SetRequestIDMetadata(&md, requestID)
	out.RawResponse = okResponse
	out.Result, err = t.db.do(ctx, id, middleware.GetOperationName(ctx), middleware.GetStackValue(ctx, inputKey{}))
	if err != nil {
		err = responseError(err, requestID)
	}
	return out, md, err
}

// okResponse stands for the HTTP response of every success: middlewares may look at it.
var okResponse = &smithyhttp.Response{Response: &http.Response{
	StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{}, Body: http.NoBody,
}}

func (t *transport) spaceID(ctx context.Context) (spaceID, error) {
	id := spaceID{account: defaultAccount, region: awsmiddleware.GetRegion(ctx)}
	if t.credentials == nil {
		return id, nil
	}
	creds, err := t.credentials.Retrieve(ctx)
	if err != nil {
		return id, err
	}
	if creds.AccessKeyID != "" {
		id.account = creds.AccessKeyID
	}
	return id, nil
}
