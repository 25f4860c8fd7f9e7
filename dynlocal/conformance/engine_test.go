// Package conformance compares the engine with other implementations of DynamoDB.
//
// DYN_ENDPOINT names the one to compare with, usually Amazon's DynamoDB Local; without it only what needs no other
// engine is run. DYN_THIRD may name a third, whose answers are shown beside a difference.
package conformance

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn/dynlocal"
)

// engine makes clients of one implementation, each of a database of its own.
type engine struct {
	name   string
	client func() *dynamodb.Client
	exact  bool // whether messages, and all that an engine is free in, are those of inProcess
}

// The ways into the engine that is tested.
var (
	inProcess = engine{name: "dynlocal", client: func() *dynamodb.Client { return dynlocal.New().Client(once) }}
	overHTTP  = engine{name: "dynlocal over HTTP", exact: true, client: func() *dynamodb.Client { return dynlocal.New().HTTPClient(once) }}
)

// once has no call tried again.
func once(o *dynamodb.Options) { o.RetryMaxAttempts = 1 }

// endpoint gives the engine at the address in an environment variable, and false if it is not set.
func endpoint(name, variable string) (engine, bool) {
	url := os.Getenv(variable)
	if url == "" {
		return engine{}, false
	}
	return engine{name: name, client: func() *dynamodb.Client {
		return dynamodb.New(dynamodb.Options{
			Region: "us-east-1", BaseEndpoint: aws.String(url), RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(newAccount(), "x", ""),
		})
	}}, true
}

// newAccount gives a random access key id: DynamoDB Local keeps the tables of each apart.
func newAccount() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func requireEndpoint(t *testing.T) engine {
	t.Helper()
	e, ok := endpoint("endpoint", "DYN_ENDPOINT")
	if !ok {
		t.Skip("DYN_ENDPOINT is not set")
	}
	return e
}
