// Package wire makes the SDK read and write items with the codecs of internal/ddbjson.
//
// The SDK's protocol, which serialises requests and deserialises responses, is an option of every call. A [Call] wraps
// it: items of a response go to a [Sink] instead of maps of AttributeValues, and in a request items that are JSON
// already take the place of placeholders. Everything else is as with the SDK alone: endpoints, credentials, signatures, retries,
// errors, metadata, tracing, and every member of inputs and outputs that is no item. A request of the usual form is signed
// here, and one that nobody else looks at is sent from here, with the same outcome; see signer and transport.
//
// What this package does not know makes it step aside, for a client or for a single call: another protocol,
// interceptors, middleware that is not known to leave items alone. Inputs then hold real maps, and outputs too.
package wire

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

// Client tells which calls of one client can go the direct way. It is safe for concurrent use.
type Client struct {
	sdk       *dynamodb.Client
	own       sync.Map // by operation, the set of the ids of the SDK's own middleware
	templates sync.Map // by operation, *template
	endpoints resolver

	auth, fastAuth []smithyhttp.AuthScheme // the client's, and what goes in its place; nil for nothing
}

// NewClient looks at client, which is a *dynamodb.Client or anything in its place. It returns nil and the reason when
// no call of it can go the direct way. It does no I/O.
func NewClient(client any) (*Client, string) {
	c, ok := client.(*dynamodb.Client)
	if !ok || c == nil {
		return nil, fmt.Sprintf("the client is a %T, not a *dynamodb.Client", client)
	}
	o := c.Options()
	if why := unusual(&o); why != "" {
		return nil, why
	}
	w := &Client{sdk: c, auth: o.AuthSchemes, fastAuth: fastSchemes(&o)}
	if len(o.APIOptions) == 0 {
		return w, ""
	}
	for _, name := range slices.Sorted(maps.Keys(operations)) {
		if id := w.foreign(name, operations[name].ids(c, false)); id != "" {
			return nil, fmt.Sprintf("middleware %q of %s may read or change items", id, name)
		}
	}
	return w, ""
}

// plainOptions are those of a client with nothing special.
var plainOptions = sync.OnceValue(func() *dynamodb.Options {
	o := dynamodb.New(dynamodb.Options{}).Options()
	return &o
})

// unusual returns why options keep a call from going the direct way, "" if they don't.
func unusual(o *dynamodb.Options) string {
	p, ok := o.Protocol.(*awsjson.Protocol)
	switch {
	case o.Protocol == nil:
		return "the client has no protocol"
	case !ok:
		return fmt.Sprintf("the client's protocol is a %T (%s)", o.Protocol, o.Protocol.ID())
	case p.ID().Name != "awsJson1_0":
		return fmt.Sprintf("the client's protocol is %s", p.ID())
	case intercepted(o):
		return "the client has interceptors"
	}
	return ""
}

func intercepted(o *dynamodb.Options) bool {
	r := &o.Interceptors
	return len(r.BeforeExecution)+len(r.BeforeSerialization)+len(r.AfterSerialization)+len(r.BeforeRetryLoop)+
		len(r.BeforeAttempt)+len(r.BeforeSigning)+len(r.AfterSigning)+len(r.BeforeTransmit)+len(r.AfterTransmit)+
		len(r.BeforeDeserialization)+len(r.AfterDeserialization)+len(r.AfterAttempt)+len(r.AfterExecution) > 0
}

// foreign returns the id of the first middleware that is neither the SDK's own nor known to leave items alone.
func (w *Client) foreign(operation string, ids []string) string {
	own := w.ownIDs(operation)
	for _, id := range ids {
		if !own[id] && !harmless[id] {
			return id
		}
	}
	return ""
}

// ownIDs returns the ids of the middleware that the client has for an operation without the options of anybody else.
func (w *Client) ownIDs(operation string) map[string]bool {
	if own, ok := w.own.Load(operation); ok {
		return own.(map[string]bool)
	}
	own := make(map[string]bool)
	if probe, ok := operations[operation]; ok {
		for _, id := range probe.ids(w.sdk, true) {
			own[id] = true
		}
	}
	w.own.Store(operation, own)
	return own
}

// harmless are the ids of middleware that neither changes items nor reads them: that of the SDK which options of one
// call may add, and that of tracing libraries.
var harmless = map[string]bool{
	"AcceptEncodingGzip": true, "DecompressGzip": true, "DisableAcceptEncodingGzip": true,
	"DynamoDB:ResponseChecksumValidation": true,
	// go.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-sdk-go-v2/otelaws
	"OTelInitializeMiddlewareBefore": true, "OTelInitializeMiddlewareAfter": true,
	"OTelFinalizeMiddleware": true, "OTelDeserializeMiddleware": true,
	// github.com/aws/aws-xray-sdk-go/v2/instrumentation/awsv2
	"XRayInitializeMiddlewareBefore": true, "XRayInitializeMiddlewareAfter": true, "XRayDeserializeMiddleware": true,
	// github.com/DataDog/dd-trace-go/contrib/aws/aws-sdk-go-v2
	"InitTraceMiddleware": true, "StartTraceMiddleware": true, "DeserializeTraceMiddleware": true,
}

// stackIDs lists all middleware of a call.
func stackIDs(s *middleware.Stack) []string {
	return slices.Concat(s.Initialize.List(), s.Serialize.List(), s.Build.List(), s.Finalize.List(), s.Deserialize.List())
}

// probe starts a call of one operation.
type probe func(*dynamodb.Client, func(*dynamodb.Options)) error

var (
	errProbe     = errors.New("only a probe")
	errNoRequest = errors.New("the SDK's request is of an unknown type")
)

// ids returns the middleware of calls, only the SDK's own if so asked. Nothing is sent: the call ends when its stack is
// complete.
func (p probe) ids(c *dynamodb.Client, own bool) (ids []string) {
	err := p(c, func(o *dynamodb.Options) {
		o.APIOptions = slices.Clone(o.APIOptions)
		if own {
			o.APIOptions = nil
		}
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
			ids = stackIDs(s)
			return errProbe
		})
	})
	if !errors.Is(err, errProbe) {
		return []string{fmt.Sprint(err)} // the middleware of the client cannot even be added
	}
	return ids
}

// operations are those that [Call] knows.
var operations = map[string]probe{
	"GetItem":            probing((*dynamodb.Client).GetItem),
	"PutItem":            probing((*dynamodb.Client).PutItem),
	"UpdateItem":         probing((*dynamodb.Client).UpdateItem),
	"DeleteItem":         probing((*dynamodb.Client).DeleteItem),
	"Query":              probing((*dynamodb.Client).Query),
	"Scan":               probing((*dynamodb.Client).Scan),
	"BatchGetItem":       probing((*dynamodb.Client).BatchGetItem),
	"BatchWriteItem":     probing((*dynamodb.Client).BatchWriteItem),
	"TransactGetItems":   probing((*dynamodb.Client).TransactGetItems),
	"TransactWriteItems": probing((*dynamodb.Client).TransactWriteItems),
}

func probing[I, O any](call func(*dynamodb.Client, context.Context, *I, ...func(*dynamodb.Options)) (*O, error)) probe {
	return func(c *dynamodb.Client, option func(*dynamodb.Options)) error {
		_, err := call(c, context.Background(), new(I), option)
		return err
	}
}
