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

func benchClient() *dynamodb.Client {
	resp, _ := answer(200, orderJSON)(nil)
	return dynamodb.New(dynamodb.Options{
		Region:      "eu-central-1",
		Credentials: aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")),
		HTTPClient:  &http.Client{Transport: &instant{resp.Header, []byte(orderJSON)}},
	})
}

// BenchmarkGetItem is the cost of a call without marshaling and decoding: the SDK's own are part of it.
func BenchmarkGetItem(b *testing.B) {
	ctx := context.Background()
	b.Run("direct", func(b *testing.B) {
		c := direct(b, benchClient())
		call := Call{Op: "GetItem", Table: "app", Body: []byte(getBody), Decode: wellFormed}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Do(ctx, call); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("sdk", func(b *testing.B) {
		client := benchClient()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := client.GetItem(ctx, getInput()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("transport", func(b *testing.B) {
		client := benchClient().Options().HTTPClient
		b.ReportAllocs()
		for b.Loop() {
			r, _ := http.NewRequest(http.MethodPost, "https://dynamodb.eu-central-1.amazonaws.com/", bytes.NewReader([]byte(getBody)))
			resp, err := client.Do(r)
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	client := benchClient()
	b.ReportAllocs()
	for b.Loop() {
		if c, why := New(client); c == nil {
			b.Fatal(why)
		}
	}
}
