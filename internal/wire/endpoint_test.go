package wire

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// TestEndpoints: the second answer is the first, and both are the SDK's.
func TestEndpoints(t *testing.T) {
	t.Parallel()
	if n := reflect.TypeFor[dynamodb.EndpointParameters]().NumField(); n != 9 {
		t.Errorf("EndpointParameters has %d fields; endpointKey has to have them all", n)
	}
	var r resolver
	var all []dynamodb.EndpointParameters
	for _, region := range []string{"us-east-1", "cn-north-1", "", "no region!"} {
		for _, account := range []string{"", "123456789012"} {
			for flags := range 8 {
				p := dynamodb.EndpointParameters{
					Region: aws.String(region), UseDualStack: aws.Bool(flags&1 > 0), UseFIPS: aws.Bool(flags&2 > 0), AccountIdEndpointMode: aws.String("preferred"),
				}
				if account != "" {
					p.AccountId = aws.String(account)
				}
				if flags&4 > 0 {
					p.ResourceArn = aws.String("arn:aws:dynamodb:us-east-1:999999999999:table/t")
					p.ResourceArnList = []string{*p.ResourceArn}
				}
				all = append(all, p)
			}
		}
	}
	all = append(all, dynamodb.EndpointParameters{Endpoint: aws.String("http://localhost:8000"), UseFIPS: aws.Bool(false), UseDualStack: aws.Bool(false)})
	for range 2 {
		for _, p := range all {
			got, err := r.ResolveEndpoint(ctx, p)
			want, wantErr := sdkResolver.ResolveEndpoint(ctx, p)
			if fmt.Sprint(err) != fmt.Sprint(wantErr) || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v: got %v, %v, want %v, %v", p, got, err, want, wantErr)
			}
		}
	}
	for i := range 3 * maxEndpoints {
		p := all[0]
		p.ResourceArn = aws.String(fmt.Sprint("table", i))
		if _, err := r.ResolveEndpoint(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(r.known); n > maxEndpoints {
		t.Errorf("%d endpoints are known", n)
	}
}
