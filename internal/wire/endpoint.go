package wire

import (
	"context"
	"reflect"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// resolver remembers what the SDK's own endpoint resolver said. That depends on nothing but its parameters, and takes a
// twentieth of a call.
type resolver struct {
	mu    sync.RWMutex
	known map[endpointKey]smithyendpoints.Endpoint
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
	r.mu.RLock()
	e, ok := r.known[k]
	r.mu.RUnlock()
	if ok {
		return e, nil
	}
	e, err := sdkResolver.ResolveEndpoint(ctx, p)
	if err != nil {
		return e, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || len(r.known) >= maxEndpoints {
		r.known = map[endpointKey]smithyendpoints.Endpoint{}
	}
	r.known[k] = e
	return e, nil
}
