package lean

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyauth "github.com/aws/smithy-go/auth"
	"github.com/aws/smithy-go/encoding/httpbinding"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/sigv4"
)

// resolver finds out where to send requests. It remembers what the SDK's resolver, whose answer depends on nothing
// but its parameters, has said.
type resolver struct {
	sdk     dynamodb.EndpointResolverV2
	params  dynamodb.EndpointParameters // those that are the same for all requests
	account aws.AccountIDEndpointMode
	scope   sigv4.Scope // for signing, unless the endpoint says otherwise
	plain   bool        // HTTPS is switched off

	known atomic.Pointer[map[place]*endpoint]
}

// place is what the endpoint depends on, beside the client's options.
type place struct {
	account string // of the credentials
	arn     string // of the table
	tables  bool
}

// maxPlaces bounds what is remembered. Few clients ever see a second place.
const maxPlaces = 64

// endpoint is where requests go.
type endpoint struct {
	template *http.Request
	url      url.URL
	scope    sigv4.Scope
	host     string // as it is signed
	path     string // as it is signed
	invalid  error  // if the host cannot be one
}

// resolve returns the endpoint for a call with credentials of an account.
func (r *resolver) resolve(ctx context.Context, account string, t *trip) (*endpoint, error) {
	p := place{tables: t.route.tables}
	if r.account != aws.AccountIDEndpointModeDisabled {
		p.account = account
	}
	if r.account == aws.AccountIDEndpointModeRequired && account == "" {
		return nil, fmt.Errorf("invalid accountID set: %w", errors.New("accountID is required but not set"))
	}
	if strings.HasPrefix(t.Table, "arn:") { // the rules look at no other names
		p.arn = t.Table
	}
	if known := r.known.Load(); known != nil {
		if e := (*known)[p]; e != nil {
			return e, nil
		}
	}
	return r.ask(ctx, p)
}

func (r *resolver) ask(ctx context.Context, p place) (*endpoint, error) {
	params := r.params
	if p.account != "" {
		params.AccountId = &p.account
	}
	switch {
	case p.arn == "":
	case p.tables:
		params.ResourceArnList = []string{p.arn}
	default:
		params.ResourceArn = &p.arn
	}
	found, err := r.sdk.ResolveEndpoint(ctx, params)
	if err != nil {
		return nil, fmt.Errorf("failed to resolve service endpoint, %w", err)
	}
	e := r.endpoint(&found)
	next := map[place]*endpoint{p: e}
	if known := r.known.Load(); known != nil && len(*known) < maxPlaces {
		maps.Copy(next, *known)
	}
	r.known.Store(&next) // if two store at once, one endpoint is asked for again
	return e, nil
}

// endpoint prepares what all requests to an endpoint have in common.
func (r *resolver) endpoint(found *smithyendpoints.Endpoint) *endpoint {
	e := &endpoint{scope: r.scope, url: url.URL{
		Scheme:  found.URI.Scheme,
		Host:    found.URI.Host,
		Path:    smithyhttp.JoinPath(found.URI.Path, "/"),
		RawPath: smithyhttp.JoinPath(found.URI.RawPath, ""),
	}}
	if r.plain {
		e.url.Scheme = "http"
	}
	options, _ := smithyauth.GetAuthOptions(&found.Properties)
	for _, o := range options {
		if name, ok := smithyhttp.GetSigV4SigningName(&o.SignerProperties); ok {
			e.scope.Service = name
		}
		if region, ok := smithyhttp.GetSigV4SigningRegion(&o.SignerProperties); ok {
			e.scope.Region = region
		}
	}
	e.template = &http.Request{Method: http.MethodPost, Host: withoutDefaultPort(&e.url)}
	e.host = e.template.Host
	if e.host == "" {
		e.host = e.url.Host
	}
	e.path = httpbinding.EscapePath(e.url.EscapedPath(), false)
	e.invalid = smithyhttp.ValidateEndpointHost(e.template.Host)
	return e
}

// withoutDefaultPort returns the host of a URL that has a port it need not have, and nothing for others: so the SDK
// signs and sends the Host header.
func withoutDefaultPort(u *url.URL) string {
	port := u.Port()
	if (u.Scheme == "https" && port == "443") || (u.Scheme == "http" && port == "80") {
		return u.Hostname()
	}
	return ""
}
