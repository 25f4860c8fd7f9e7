package wire

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// BenchmarkDecode shows what it costs to read a request, beside what encoding/json takes for the same text untyped.
func BenchmarkDecode(b *testing.B) {
	body := []byte(`{"TableName":"things","ReturnValues":"ALL_OLD","Item":{"pk":{"S":"USER#123"},"sk":{"S":"ORDER#456"}`)
	for i := range 10 {
		body = fmt.Appendf(body, `,"attr%d":{"S":"some text of usual length"},"n%d":{"N":"12345"}`, i, i)
	}
	body = append(body, `,"list":{"L":[{"S":"a"},{"M":{"k":{"BOOL":true}}}]}}}`...)
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if err := Decode(body, &dynamodb.PutItemInput{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			var v any
			if err := json.Unmarshal(body, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkAppend shows what it costs to write a page of items.
func BenchmarkAppend(b *testing.B) {
	out := &dynamodb.QueryOutput{Count: 100, ScannedCount: 100}
	for i := range 100 {
		out.Items = append(out.Items, map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "USER#123"}, "sk": &types.AttributeValueMemberS{Value: fmt.Sprint(i)},
			"text": &types.AttributeValueMemberS{Value: "some text of usual length"}, "n": &types.AttributeValueMemberN{Value: "12345"},
		})
	}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = Append(buf[:0], out)
	}
	b.SetBytes(int64(len(buf)))
}
