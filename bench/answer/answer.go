// Package answer has what answers the requests that are measured: a stub in
// process, a server of TLS in a process of its own, and dynlocal.
package answer

import (
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn/internal/ddbjson"

	"github.com/dyntable/dyn/bench/model"
	"github.com/dyntable/dyn/bench/rival"
)

// Script gives the body to answer each kind of request with, by the name of
// the operation of the service.
type Script map[string][]byte

const describe = `{"Table":{"TableName":"app","TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},` +
	`{"AttributeName":"sk","KeyType":"RANGE"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}]}}`

// NewScript returns the answers to an operation of a workload.
func NewScript(w rival.Workload, op rival.Op) (Script, error) {
	stored := w.Stored
	n := op.Items
	switch {
	case op == rival.Collection:
		stored, n = model.StoredAccount, op.Items/4
	case op.Write:
		n = 1
	}
	items, err := stored(n)
	if err != nil {
		return nil, err
	}
	return script(items)
}

func script(items []model.Item) (Script, error) {
	var list [][]byte
	for _, item := range items {
		b, err := ddbjson.AppendMap(nil, item)
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	var all []byte
	for i, b := range list {
		if i > 0 {
			all = append(all, ',')
		}
		all = append(all, b...)
	}
	page := fmt.Appendf(nil, `{"Count":%d,"Items":[%s],"ScannedCount":%[1]d}`, len(list), all)
	return Script{
		"GetItem":        fmt.Appendf(nil, `{"Item":%s}`, list[0]),
		"PutItem":        []byte(`{}`),
		"UpdateItem":     fmt.Appendf(nil, `{"Attributes":%s}`, list[0]),
		"BatchWriteItem": []byte(`{"UnprocessedItems":{}}`),
		"BatchGetItem":   fmt.Appendf(nil, `{"Responses":{%q:[%s]},"UnprocessedKeys":{}}`, model.Table, all),
		"Query":          page,
		"Scan":           page,
		"DescribeTable":  []byte(describe),
	}, nil
}

// headers returns those of a response with body. The names are as net/http
// has them.
func headers(body []byte) http.Header {
	return http.Header{
		"Content-Type":     {"application/x-amz-json-1.0"},
		"Content-Length":   {strconv.Itoa(len(body))},
		"Date":             {"Wed, 04 Mar 2026 05:06:07 GMT"},
		"Server":           {"Server"},
		"X-Amz-Crc32":      {strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)},
		"X-Amzn-Requestid": {"K3QKVGO5F8VJ6C0JD2F8KBFGPFVV4KQNSO5AEMVJF66Q9ASUAAJG"},
	}
}

// operation returns the operation that a request names.
func operation(h http.Header) string {
	_, name, _ := strings.Cut(h.Get("X-Amz-Target"), ".")
	return name
}

// newClient returns a client whose requests go to rt.
func newClient(rt http.RoundTripper, endpoint *string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region:       "eu-central-1",
		BaseEndpoint: endpoint,
		Credentials:  aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")),
		HTTPClient:   &http.Client{Transport: rt},
	})
}
