package lean

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	smithyauth "github.com/aws/smithy-go/auth"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"
)

type (
	ownResolver struct{ dynamodb.EndpointResolverV2 }
	ownAuth     struct{}
	ownSigner   struct{ dynamodb.HTTPSignerV4 }
	ownTracers  struct{ tracing.NopTracerProvider }
	ownMeters   struct{ metrics.NopMeterProvider }
)

func (ownAuth) ResolveAuthSchemes(context.Context, *dynamodb.AuthResolverParameters) ([]*smithyauth.Option, error) {
	return []*smithyauth.Option{{SchemeID: smithyauth.SchemeIDAnonymous}}, nil
}

func (ownResolver) ResolveEndpoint(context.Context, dynamodb.EndpointParameters) (smithyendpoints.Endpoint, error) {
	return smithyendpoints.Endpoint{}, nil
}

// interceptor is one of a kind that the SDK calls before it sends.
type interceptor struct{}

func (interceptor) BeforeTransmit(context.Context, *smithyhttp.InterceptorContext) error { return nil }

func TestUnusable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*dynamodb.Options)
		want   string
	}{
		{"middleware", func(o *dynamodb.Options) {
			o.APIOptions = append(o.APIOptions, func(*middleware.Stack) error { return nil })
		}, "option APIOptions is not the SDK's own"},
		{"interceptor", func(o *dynamodb.Options) { o.Interceptors.AddBeforeTransmit(interceptor{}) }, "option Interceptors is not the SDK's own"},
		{"endpoint resolver", func(o *dynamodb.Options) { o.EndpointResolverV2 = ownResolver{} }, "option EndpointResolverV2 is not the SDK's own"},
		{"old endpoint resolver", func(o *dynamodb.Options) {
			//lint:ignore SA1019 clients that still set it are what is tested
			o.EndpointResolver = dynamodb.EndpointResolverFromURL("http://localhost:8000")
		}, "option EndpointResolver is not the SDK's own"},
		{"endpoint discovery", func(o *dynamodb.Options) {
			o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryEnabled
		}, "option EndpointDiscovery is enabled"},
		{"logging", func(o *dynamodb.Options) { o.ClientLogMode = aws.LogRetries }, "option ClientLogMode is not the SDK's own"},
		{"tracer", func(o *dynamodb.Options) { o.TracerProvider = ownTracers{} }, "option TracerProvider is not the SDK's own"},
		{"meter", func(o *dynamodb.Options) { o.MeterProvider = ownMeters{} }, "option MeterProvider is not the SDK's own"},
		{"signer", func(o *dynamodb.Options) { o.HTTPSignerV4 = ownSigner{v4.NewSigner()} }, "option HTTPSignerV4 is not the SDK's own"},
		{"auth", func(o *dynamodb.Options) { o.AuthSchemeResolver = ownAuth{} }, "option AuthSchemeResolver is not the SDK's own"},
		{"auth schemes", func(o *dynamodb.Options) {
			o.AuthSchemes = []smithyhttp.AuthScheme{smithyhttp.NewAnonymousScheme()}
		}, "option AuthSchemes is not the SDK's own"},
		{"CBOR", func(o *dynamodb.Options) { o.Protocol = rpcv2.NewCBOR(schemas.DynamoDB_20120810) }, "option Protocol is not the SDK's own"},
		{"anonymous", func(o *dynamodb.Options) { o.Credentials = aws.AnonymousCredentials{} }, "there are no credentials: requests are sent without signature"},
		{"HTTP client", func(o *dynamodb.Options) { o.HTTPClient = nil }, "option HTTPClient is not set"},
		{"retryer", func(o *dynamodb.Options) { o.Retryer = nil }, "option Retryer is not set"},

		// What only shows in the requests.
		{"awsJson 1.1", func(o *dynamodb.Options) { o.Protocol = awsjson.New11(schemas.DynamoDB_20120810) }, "the SDK sends requests of another form: " +
			`X-Amz-Target "DynamoDB_20120810.GetItem", Content-Type "application/x-amz-json-1.1"`},
		{"signer without token", func(o *dynamodb.Options) {
			o.HTTPSignerV4 = v4.NewSigner(func(o *v4.SignerOptions) { o.DisableSessionToken = true })
		}, "the SDK sends requests of another form: Authorization"},
		{"no signature preferred", func(o *dynamodb.Options) { o.AuthSchemePreference = []string{"noAuth"} }, "the SDK sends requests of another form: "},
		{"invalid region", func(o *dynamodb.Options) { o.Region = "a b" }, "a trial request of the SDK failed: operation error DynamoDB: GetItem, " +
			"failed to bind endpoint params, invalid input region a b"},
		{"invalid account mode", func(o *dynamodb.Options) { o.AccountIDEndpointMode = "sometimes" }, "a trial request of the SDK failed: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, why := New(dynamodb.New(options(script(answer(200, "{}"))), tt.change))
			if c != nil || !strings.HasPrefix(why, tt.want) {
				t.Errorf("%v, %q\nwant %q", c, why, tt.want)
			}
		})
	}
	if c, why := New(nil); c != nil || why != "there is no client" {
		t.Errorf("%v, %q", c, why)
	}
}

// TestUsable has options that change nothing we do not know.
func TestUsable(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*dynamodb.Options){
		"none":         func(*dynamodb.Options) {},
		"logger":       func(o *dynamodb.Options) { o.Logger = logging.NewStandardLogger(t.Output()) },
		"no discovery": func(o *dynamodb.Options) { o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled },
		"modes": func(o *dynamodb.Options) {
			o.DefaultsMode, o.RetryMode = aws.DefaultsModeInRegion, aws.RetryModeAdaptive
		},
		"SDK's HTTP": func(o *dynamodb.Options) { o.HTTPClient = nil },
	} {
		s := script(answer(200, "{}"))
		o := options(s)
		change(&o)
		if c, why := New(dynamodb.New(o)); c == nil {
			t.Errorf("%s: %s", name, why)
		}
		if len(s.seen) > 0 {
			t.Errorf("%s: a trial request was sent", name)
		}
	}
	cfg := aws.Config{Region: "eu-central-1", Credentials: options(nil).Credentials, HTTPClient: http.DefaultClient}
	if c, why := New(dynamodb.NewFromConfig(cfg)); c == nil {
		t.Error("config: " + why)
	}
}

// TestTrial has nothing of the caller's take part in the trial request.
func TestTrial(t *testing.T) {
	t.Parallel()
	o := options(nil)
	o.Retryer = struct{ aws.RetryerV2 }{}
	o.Credentials = struct{ aws.CredentialsProvider }{}
	direct(t, dynamodb.New(o)) // which panics if it uses one of them
}

// TestAlike has the kinds of options that the SDK may add.
func TestAlike(t *testing.T) {
	t.Parallel()
	f, m, p := func() {}, map[string]int{"a": 1}, new(int)
	tests := []struct {
		name string
		a, b any
		want bool
	}{
		{"equal", struct{ N int }{1}, struct{ N int }{1}, true},
		{"number", struct{ N int }{1}, struct{ N int }{2}, false},
		{"no function", struct{ F func() }{}, struct{ F func() }{}, true},
		{"function", struct{ F func() }{f}, struct{ F func() }{}, false},
		{"same function", struct{ F func() }{f}, struct{ F func() }{f}, false},
		{"map", struct{ M map[string]int }{m}, struct{ M map[string]int }{}, false},
		{"no map", struct{ M map[string]int }{}, struct{ M map[string]int }{}, true},
		{"pointer", struct{ P *int }{p}, struct{ P *int }{}, false},
		{"list", []string{"a"}, []string{"b"}, false},
		{"longer list", []string{"a"}, []string{"a", "b"}, false},
		{"interface of one type", []any{1}, []any{2}, true},
		{"interface of another type", []any{1}, []any{"1"}, false},
		{"no interface", []any{nil}, []any{1}, false},
	}
	for _, tt := range tests {
		if got := alike(reflect.ValueOf(tt.a), reflect.ValueOf(tt.b)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
