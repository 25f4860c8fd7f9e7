package dynlocal

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// BenchmarkGetItem claims that a read in process costs at most an eighth of the CPU of one over loopback.
func BenchmarkGetItem(b *testing.B) {
	db := New()
	c := db.Client()
	if _, err := c.CreateTable(b.Context(), testTable()); err != nil {
		b.Fatal(err)
	}
	in := &dynamodb.PutItemInput{TableName: aws.String("things"), Item: item{"pk": sv("p"), "sk": sv("s"), "x": nv("1")}}
	if _, err := c.PutItem(b.Context(), in); err != nil {
		b.Fatal(err)
	}
	get := &dynamodb.GetItemInput{TableName: in.TableName, Key: item{"pk": sv("p"), "sk": sv("s")}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.GetItem(b.Context(), get); err != nil {
			b.Fatal(err)
		}
	}
}
