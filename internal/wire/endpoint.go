package wire

import (
	"context"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// resolver remembers what the SDK's own endpoint resolver said. That depends on nothing but its parameters, and takes a
// twentieth of a call.
type resolver struct {
	last  atomic.Pointer[resolved]
	mu    sync.Mutex
	known map[endpointKey]*resolved
}

// resolved is an endpoint with what it was resolved for.
type resolved struct {
	key      endpointKey
	endpoint smithyendpoints.Endpoint
}

// endpointKey is [dynamodb.EndpointParameters] as something to compare.
type endpointKey struct {
	region, endpoint, account, mode, resource, resources string
	dualStack, fips, search                              bool
}

// maxEndpoints bounds what is remembered: resources may be of any number of tables.
const maxEndpoints = 256

var (
	sdkResolver  = dynamodb.NewDefaultEndpointResolverV2()
	resolverType = reflect.TypeOf(sdkResolver)
)

// ResolveEndpoint implements [dynamodb.EndpointResolverV2].
func (r *resolver) ResolveEndpoint(ctx context.Context, p dynamodb.EndpointParameters) (smithyendpoints.Endpoint, error) {
	k := endpointKey{
		region: aws.ToString(p.Region), endpoint: aws.ToString(p.Endpoint),
		account: aws.ToString(p.AccountId), mode: aws.ToString(p.AccountIdEndpointMode),
		resource: aws.ToString(p.ResourceArn), resources: strings.Join(p.ResourceArnList, "\n"),
		dualStack: aws.ToBool(p.UseDualStack), fips: aws.ToBool(p.UseFIPS), search: aws.ToBool(p.IsSearchOperation),
	}
	e := r.last.Load()
	if e == nil || e.key != k {
		var err error
		if e, err = r.resolve(ctx, k, p); err != nil {
			return smithyendpoints.Endpoint{}, err
		}
		r.last.Store(e)
	}
	return e.endpoint, nil
}

func (r *resolver) resolve(ctx context.Context, k endpointKey, p dynamodb.EndpointParameters) (*resolved, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.known[k]; e != nil {
		return e, nil
	}
	e, err := sdkResolver.ResolveEndpoint(ctx, p)
	if err != nil {
		return nil, err
	}
	if r.known == nil || len(r.known) >= maxEndpoints {
		r.known = map[endpointKey]*resolved{}
	}
	r.known[k] = &resolved{k, e}
	return r.known[k], nil
}
