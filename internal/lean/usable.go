package lean

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/dyntable/dyn/internal/body"
	"github.com/dyntable/dyn/internal/sigv4"
)

// New returns a client that sends what the given one would send, or the reason why there is none: an option that
// changes what the SDK does in a way which is not known here.
func New(client *dynamodb.Client) (*Client, string) {
	if client == nil {
		return nil, "there is no client"
	}
	o := client.Options()
	if why := unusual(&o); why != "" {
		return nil, why
	}
	p, err := probe(client, &o)
	if err != nil {
		return nil, "a trial request of the SDK failed: " + err.Error()
	}
	c := newClient(&o)
	if err := c.adopt(p, &o); err != nil {
		return nil, "the SDK sends requests of another form: " + err.Error()
	}
	return c, ""
}

// understood are the options that may have any value.
var understood = map[string]bool{
	"AccountIDEndpointMode": true, "AppID": true, "AuthSchemePreference": true, "BaseEndpoint": true, "Credentials": true,
	"DefaultsMode": true, "DisableClockSkewCorrection": true, "DisableValidateResponseChecksum": true,
	"EnableAcceptEncodingGzip": true, "EndpointDiscovery": true, "EndpointOptions": true, "HTTPClient": true,
	"IdempotencyTokenProvider": true, "Logger": true, "Region": true, "RetryMaxAttempts": true, "RetryMode": true,
	"Retryer": true, "RuntimeEnvironment": true,
}

// plainOptions are those of a client with nothing special.
var plainOptions = sync.OnceValue(func() *dynamodb.Options {
	o := dynamodb.New(dynamodb.Options{}).Options()
	return &o
})

// unusual names an option that stands in the way. Options that later versions of the SDK add do so unless they have
// their default.
func unusual(o *dynamodb.Options) string {
	switch {
	case o.Credentials == nil:
		return "there are no credentials: requests are sent without signature"
	case o.HTTPClient == nil:
		return "option HTTPClient is not set"
	case o.Retryer == nil:
		return "option Retryer is not set"
	case o.EndpointDiscovery.EnableEndpointDiscovery == aws.EndpointDiscoveryEnabled:
		return "option EndpointDiscovery is enabled"
	}
	have, plain := reflect.ValueOf(o).Elem(), reflect.ValueOf(plainOptions()).Elem()
	for i := range have.NumField() {
		f := have.Type().Field(i)
		if f.IsExported() && !understood[f.Name] && !alike(have.Field(i), plain.Field(i)) {
			return "option " + f.Name + " is not the SDK's own"
		}
	}
	return ""
}

// alike reports whether two options are of the same make: interfaces that hold the same type, lists and structs that
// hold the same types, equal values otherwise.
func alike(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Interface:
		return a.IsNil() == b.IsNil() && (a.IsNil() || a.Elem().Type() == b.Elem().Type())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !alike(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !alike(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Func, reflect.Map:
		return a.IsNil() && b.IsNil()
	}
	return a.Equal(b)
}

// trial is a request that the SDK made without sending it.
type trial struct {
	params  dynamodb.EndpointParameters
	request *http.Request
	body    []byte
}

// trialCredentials sign trial requests. They use all that credentials can have, and name the sources of the true
// ones, as the user agent does.
type trialCredentials struct{ sources []aws.CredentialSource }

var trialKeys = aws.Credentials{
	AccessKeyID: "AKID", SecretAccessKey: "secret", SessionToken: " token  with spaces", AccountID: "123456789012",
}

func (trialCredentials) Retrieve(context.Context) (aws.Credentials, error) { return trialKeys, nil }

func (c trialCredentials) ProviderSources() []aws.CredentialSource { return c.sources }

// trialURL has a path for which it matters how signers escape it.
var trialURL = url.URL{Scheme: "https", Host: "trial.invalid:443", Path: "/a b"}

// ResolveEndpoint implements dynamodb.EndpointResolverV2.
func (t *trial) ResolveEndpoint(_ context.Context, p dynamodb.EndpointParameters) (smithyendpoints.Endpoint, error) {
	t.params = p
	return smithyendpoints.Endpoint{URI: trialURL}, nil
}

// Do implements dynamodb.HTTPClient.
func (t *trial) Do(r *http.Request) (*http.Response, error) {
	var err error
	if t.body, err = io.ReadAll(r.Body); err != nil {
		return nil, err
	}
	t.request = r
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody}, nil
}

// probe has the SDK's client make a request that goes nowhere, and touches none of the caller's components.
func probe(client *dynamodb.Client, o *dynamodb.Options) (*trial, error) {
	t := new(trial)
	in := &dynamodb.GetItemInput{
		TableName: aws.String("trial"), Key: map[string]types.AttributeValue{"k": &types.AttributeValueMemberS{Value: "v"}},
	}
	_, err := client.GetItem(context.Background(), in, func(po *dynamodb.Options) {
		po.HTTPClient, po.EndpointResolverV2, po.Retryer = t, t, trialRetryer(o.Retryer)
		var c trialCredentials
		if s, ok := o.Credentials.(aws.CredentialProviderSource); ok {
			c.sources = s.ProviderSources()
		}
		po.Credentials = c
		po.APIOptions = append(po.APIOptions, awsmiddleware.AddSDKAgentKeyValue(awsmiddleware.FrameworkMetadata, "dyn", "direct"))
	})
	if err == nil && t.request == nil {
		err = errors.New("no request was made")
	}
	return t, err
}

// trialRetryer returns a retryer for which the user agent says the same.
func trialRetryer(r aws.Retryer) aws.Retryer {
	switch r.(type) {
	case *retry.Standard:
		return retry.NewStandard()
	case *retry.AdaptiveMode:
		return retry.NewAdaptiveMode()
	}
	return aws.NopRetryer{}
}

// adopt takes over what the trial shows, and makes sure that the same request would have been made here.
func (c *Client) adopt(p *trial, o *dynamodb.Options) error {
	h := p.request.Header
	target, ok := strings.CutSuffix(h.Get(headerTarget), "GetItem")
	if !ok || h.Get(headerContentType) != "application/x-amz-json-1.0" {
		return fmt.Errorf("%s %q, %s %q", headerTarget, h.Get(headerTarget), headerContentType, h.Get(headerContentType))
	}
	c.headers = fixedHeaders{
		acceptEncoding: h.Get(headerAcceptEncoding), contentType: h.Get(headerContentType),
		userAgent: h.Get(headerUserAgent), target: target,
	}
	c.endpoints.sdk, c.endpoints.params = o.EndpointResolverV2, p.params
	c.endpoints.params.ResourceArn, c.endpoints.params.AccountId = nil, nil
	c.endpoints.account, c.endpoints.plain = o.AccountIDEndpointMode, o.EndpointOptions.DisableHTTPS
	c.endpoints.scope = sigv4.Scope{Region: o.Region, Service: "dynamodb"}
	for name, op := range operations {
		c.routes[name] = newRoute(op, name, callValues(name, o.Region, o.Logger), &c.headers)
	}
	return c.compare(p)
}

// compare builds the trial request again.
func (c *Client) compare(p *trial) error {
	h := p.request.Header
	at, err := time.Parse(sigv4.DateFormat, h.Get(headerDate))
	if err != nil {
		return err
	}
	e := c.endpoints.endpoint(&smithyendpoints.Endpoint{URI: trialURL})
	t := trip{
		Call:       Call{Op: "GetItem", Body: p.body},
		route:      c.routes["GetItem"],
		invocation: h.Get(headerInvocation),
		trace:      h.Get(headerTrace),
		sending:    new(body.Sending),
	}
	mine := c.request(context.Background(), new(parcel), e, &t, &trialKeys, at, h.Get(headerAttempt))
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if !slices.Equal(mine.Header[name], h[name]) {
			return fmt.Errorf("%s %q", name, h[name])
		}
	}
	if len(mine.Header) != len(h) || *mine.URL != *p.request.URL || mine.Host != p.request.Host ||
		mine.Method != p.request.Method || !bytes.Equal(t.Body, p.body) {
		return fmt.Errorf("%s %s with %d headers", p.request.Method, p.request.URL, len(h))
	}
	return nil
}
