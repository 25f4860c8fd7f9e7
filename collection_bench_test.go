package dyn_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/internal/ddbjson"
)

// Shape is what the four entities of the benchmark have in common.
type Shape struct {
	Box   string   `dynamodbav:"box"`
	ID    string   `dynamodbav:"id"`
	Name  string   `dynamodbav:"name"`
	Size  int      `dynamodbav:"size"`
	Price float64  `dynamodbav:"price"`
	Tags  []string `dynamodbav:"tags,stringset"`
	Note  string   `dynamodbav:"note"`
	Owner string   `dynamodbav:"owner"`
}

type (
	shapeA struct {
		_ struct{} `dyn:"entity=a"`
		_ struct{} `dyn:"pk,template=BOX#$<Box>,collection=box"`
		_ struct{} `dyn:"sk,template=A#$<ID>"`
		Shape
	}
	shapeB struct {
		_ struct{} `dyn:"entity=b"`
		_ struct{} `dyn:"pk,template=BOX#$<Box>,collection=box"`
		_ struct{} `dyn:"sk,template=B#$<ID>"`
		Shape
	}
	shapeC struct {
		_ struct{} `dyn:"entity=c"`
		_ struct{} `dyn:"pk,template=BOX#$<Box>,collection=box"`
		_ struct{} `dyn:"sk,template=C#$<ID>"`
		Shape
	}
	shapeD struct {
		_ struct{} `dyn:"entity=d"`
		_ struct{} `dyn:"pk,template=BOX#$<Box>,collection=box"`
		_ struct{} `dyn:"sk,template=D#$<ID>"`
		Shape
	}
	shapes struct {
		A []shapeA
		B []shapeB
		C []shapeC
		D []shapeD
	}
)

// canned is a client that answers every Query with the same items.
type canned struct {
	dyn.Client
	items []map[string]types.AttributeValue
}

func (c canned) Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return &dynamodb.QueryOutput{Items: append([]map[string]types.AttributeValue(nil), c.items...), Count: int32(len(c.items))}, nil
}

// taped answers every request with the same body.
type taped []byte

func (body taped) RoundTrip(r *http.Request) (*http.Response, error) {
	h := http.Header{"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Crc32": {strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)}}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}, nil
}

// playing returns a client that finds items by every Query, on the wire.
func playing(b *testing.B, items []map[string]types.AttributeValue) *dynamodb.Client {
	body := fmt.Appendf(nil, `{"Count":%d,"Items":[`, len(items))
	for i, item := range items {
		if i > 0 {
			body = append(body, ',')
		}
		var err error
		if body, err = ddbjson.AppendMap(body, item); err != nil {
			b.Fatal(err)
		}
	}
	body = fmt.Appendf(body, `],"ScannedCount":%d}`, len(items))
	return dynamodb.New(dynamodb.Options{
		Region: "eu-central-1", HTTPClient: &http.Client{Transport: taped(body)},
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", ""),
	})
}

// BenchmarkCollection1000 reads 1,000 items of four types by one collection,
// beside 1,000 of one type by a query, in each tier. The claim: at most 1.15
// times the cost.
func BenchmarkCollection1000(b *testing.B) {
	item := func(entity string, i int) map[string]types.AttributeValue {
		s := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
		n := func(v string) types.AttributeValue { return &types.AttributeValueMemberN{Value: v} }
		return map[string]types.AttributeValue{
			"pk": s("BOX#b"), "sk": s(fmt.Sprintf("%s#%04d", map[string]string{"a": "A", "b": "B", "c": "C", "d": "D"}[entity], i)),
			"_entity": s(entity), "_version": n("1"), "box": s("b"), "id": s(fmt.Sprintf("%04d", i)), "name": s("a name"),
			"size": n("42"), "price": n("9.5"), "tags": &types.AttributeValueMemberSS{Value: []string{"x", "y"}}, "note": s("some text"), "owner": s("u1"),
		}
	}
	var one, four []map[string]types.AttributeValue
	for i := range 1000 {
		one = append(one, item("a", i))
		four = append(four, maps.Clone(item(string("abcd"[i/250]), i)))
	}
	f := dyn.Fields[shapeA]()
	for tier, clients := range [][2]dyn.Client{
		{canned{items: one}, canned{items: four}},
		{playing(b, one), playing(b, four)},
		{playing(b, one), playing(b, four)},
	} {
		service := func(b *testing.B, client dyn.Client) *dyn.Service {
			var opts []dyn.ServiceOption
			if tier == 2 {
				opts = append(opts, dyn.WithDirect())
			}
			svc, err := dyn.NewService(client, dyn.Table{Name: "app"}, opts...)
			if err != nil {
				b.Fatal(err)
			}
			if got, why := svc.Explain(); got != tier {
				b.Fatal(got, why)
			}
			return svc
		}
		b.Run(fmt.Sprintf("tier %d/one type", tier), func(b *testing.B) {
			q := entityOf[shapeA](b, service(b, clients[0])).Query(dyn.Eq(&f.Box, "b"))
			b.ReportAllocs()
			for b.Loop() {
				if list, err := q.Collect(b.Context()); err != nil || len(list) != 1000 {
					b.Fatal(len(list), err)
				}
			}
		})
		b.Run(fmt.Sprintf("tier %d/four types", tier), func(b *testing.B) {
			c, err := dyn.NewCollection[shapes](service(b, clients[1]), "box")
			if err != nil {
				b.Fatal(err)
			}
			q := c.Query(dyn.Eq(&f.Box, "b"))
			b.ReportAllocs()
			for b.Loop() {
				if all, err := q.Collect(b.Context()); err != nil || len(all.A) != 250 || len(all.D) != 250 {
					b.Fatal(len(all.A), err)
				}
			}
		})
	}
}
