package dyn_test

import (
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"
)

// How items travel depends on the client; what they are does not.
func Example_speed() {
	cfg := aws.Config{Region: "eu-north-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
	cfg.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = 64 })
	client := dynamodb.NewFromConfig(cfg)

	svc, err := dyn.NewService(client, dyn.Table{Name: "app"})
	tier, why := svc.Explain()
	check(err)
	fmt.Println(tier, why)

	svc, err = dyn.NewService(client, dyn.Table{Name: "app"}, dyn.WithDirect())
	check(err)
	tier, _ = svc.Explain()
	fmt.Println(tier)

	svc, err = dyn.NewService(struct{ dyn.Client }{client}, dyn.Table{Name: "app"})
	check(err)
	tier, _ = svc.Explain()
	fmt.Println(tier)
	// Output:
	// 1 WithDirect was not asked for
	// 2
	// 0
}
