package dynlocal

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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

// BenchmarkQuery100 claims that a query of 100 items costs at most a fifth of the CPU of one over loopback, and the same
// in tables of 20,000 and 1,000,000 items.
func BenchmarkQuery100(b *testing.B) {
	for _, n := range []int{20_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			c := loaded(b, n)
			in := &dynamodb.QueryInput{
				TableName: things, KeyConditionExpression: aws.String("pk = :p"),
				ExpressionAttributeValues: item{":p": sv("p77")},
			}
			b.ReportAllocs()
			for b.Loop() {
				out, err := c.Query(b.Context(), in)
				if err != nil || out.Count != 100 {
					b.Fatal(err, out)
				}
			}
		})
	}
}

// loaded gives a client of a table with n items of about 230 bytes, 100 to a partition, and reports what they take.
func loaded(b *testing.B, n int) *dynamodb.Client {
	b.Helper()
	c := New().Client()
	table := testTable()
	table.GlobalSecondaryIndexes = table.GlobalSecondaryIndexes[:1]
	table.LocalSecondaryIndexes = nil
	table.AttributeDefinitions = define("pk", "S", "sk", "S", "n", "N", "a", "S")
	if _, err := c.CreateTable(b.Context(), table); err != nil {
		b.Fatal(err)
	}
	before, start := heap(), time.Now()
	for i := 0; i < n; i += 25 {
		requests := make([]types.WriteRequest, 25)
		for k := range requests {
			requests[k].PutRequest = &types.PutRequest{Item: benchItem(i + k)}
		}
		in := &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"things": requests}}
		if _, err := c.BatchWriteItem(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
	out, err := c.DescribeTable(b.Context(), &dynamodb.DescribeTableInput{TableName: things})
	if err != nil {
		b.Fatal(err)
	}
	raw := *out.Table.TableSizeBytes
	b.Logf("%d items loaded in %v; %.2f bytes of memory to one of items", n, time.Since(start), float64(heap()-before)/float64(raw))
	return c
}

func benchItem(i int) item {
	return item{
		"pk": sv(fmt.Sprint("p", i/100)), "sk": sv(fmt.Sprint("s", i%100)), "a": sv(fmt.Sprint("user", i%5000)),
		"n": nv(fmt.Sprint(i)), "text": sv(strings.Repeat("x", 180)),
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
