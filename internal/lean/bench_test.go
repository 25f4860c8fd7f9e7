package lean

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// instant answers every request at once, as cheaply as net/http allows.
type instant struct {
	header http.Header
	body   []byte
}

func (i *instant) RoundTrip(r *http.Request) (*http.Response, error) {
	_, err := io.Copy(io.Discard, r.Body)
	return &http.Response{
		StatusCode: 200, ProtoMajor: 1, ProtoMinor: 1, Header: i.header, Request: r,
		Body: io.NopCloser(bytes.NewReader(i.body)), ContentLength: int64(len(i.body)),
	}, err
}

const orderJSON = `{"Item":{"pk":{"S":"ORDER#1"},"sk":{"S":"META"},"total":{"N":"12.5"},"tags":{"SS":["a","b"]}}}`

func benchClient(reply string) *dynamodb.Client {
	resp, _ := answer(200, reply)(nil)
	return dynamodb.New(dynamodb.Options{
		Region:      "eu-central-1",
		Credentials: aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")),
		HTTPClient:  &http.Client{Transport: &instant{resp.Header, []byte(reply)}},
	})
}

// The cost of a call around the codec. The SDK's side has its own codec in it, without attributevalue; ours has none.

func BenchmarkGetItem(b *testing.B) {
	compare(b, Call{Op: "GetItem", Table: "app", Body: []byte(getBody), Decode: wellFormed}, orderJSON,
		func(ctx context.Context, client *dynamodb.Client) error {
			_, err := client.GetItem(ctx, getInput())
			return err
		})
}

func BenchmarkPutItem(b *testing.B) {
	in := &dynamodb.PutItemInput{TableName: aws.String("app"), Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "ORDER#1"}, "sk": &types.AttributeValueMemberS{Value: "META"},
		"total": &types.AttributeValueMemberN{Value: "12.5"}, "tags": &types.AttributeValueMemberSS{Value: []string{"a", "b"}},
	}}
	body := []byte(orderJSON[:len(orderJSON)-1] + `,"TableName":"app"}`)
	compare(b, Call{Op: "PutItem", Table: "app", Body: body, Decode: wellFormed}, "{}",
		func(ctx context.Context, client *dynamodb.Client) error {
			_, err := client.PutItem(ctx, in)
			return err
		})
}

func compare(b *testing.B, call Call, reply string, sdk func(context.Context, *dynamodb.Client) error) {
	ctx := context.Background()
	client := benchClient(reply)
	own := direct(b, client)
	for name, run := range map[string]func() error{
		"direct": func() error {
			_, err := own.Do(ctx, call)
			return err
		},
		"sdk": func() error { return sdk(ctx, client) },
		"transport": func() error { // what neither can save
			r, _ := http.NewRequest(http.MethodPost, "https://dynamodb.eu-central-1.amazonaws.com/", bytes.NewReader(call.Body))
			resp, err := client.Options().HTTPClient.Do(r)
			if err == nil {
				_, err = io.Copy(io.Discard, resp.Body)
			}
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	client := benchClient("{}")
	b.ReportAllocs()
	for b.Loop() {
		if c, why := New(client); c == nil {
			b.Fatal(why)
		}
	}
}
