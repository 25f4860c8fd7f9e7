package wire

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestBatch compares the body of a batch of puts with what its serializer writes, and finds that all else is left to that.
func TestBatch(t *testing.T) {
	t.Parallel()
	if n := reflect.TypeFor[dynamodb.BatchWriteItemInput]().NumField(); n != 4 {
		t.Errorf("the input has %d fields; are there new members?", n)
	}
	const table = "a \"table\""
	puts := func(n int) (*Call, *dynamodb.BatchWriteItemInput) {
		c, in := new(Call), &dynamodb.BatchWriteItemInput{}
		list := make([]types.WriteRequest, n)
		for i := range list {
			list[i].PutRequest = &types.PutRequest{}
			c.Put(&list[i].PutRequest.Item, []byte{'{', byte('a' + i), '}'})
		}
		in.RequestItems = map[string][]types.WriteRequest{table: list}
		return c, in
	}
	for _, n := range []int{1, 2, 25} {
		for _, mode := range []types.ReturnConsumedCapacity{"", "TOTAL", "INDEXES"} {
			c, in := puts(n)
			in.ReturnConsumedCapacity = mode
			want, got := newSerializer(c.slots), newSerializer(c.slots)
			in.Serialize(want)
			if !got.batch(in) || string(got.buf) != string(want.buf) || got.written != want.written {
				t.Errorf("%d, %q: %d items\n%s\nwant %d\n%s", n, mode, got.written, got.buf, want.written, want.buf)
			}
		}
	}
	for name, change := range map[string]func(*dynamodb.BatchWriteItemInput){
		"a delete": func(in *dynamodb.BatchWriteItemInput) {
			in.RequestItems[table][1] = types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: newPlaceholder(0)}}
		},
		"both": func(in *dynamodb.BatchWriteItemInput) {
			in.RequestItems[table][1].DeleteRequest = &types.DeleteRequest{}
		},
		"another put": func(in *dynamodb.BatchWriteItemInput) { in.RequestItems[table][1].PutRequest = &types.PutRequest{} },
		"one more": func(in *dynamodb.BatchWriteItemInput) {
			in.RequestItems[table] = append(in.RequestItems[table], types.WriteRequest{})
		},
		"another order":  func(in *dynamodb.BatchWriteItemInput) { l := in.RequestItems[table]; l[0], l[1] = l[1], l[0] },
		"another table":  func(in *dynamodb.BatchWriteItemInput) { in.RequestItems["b"] = nil },
		"another member": func(in *dynamodb.BatchWriteItemInput) { in.ReturnItemCollectionMetrics = "SIZE" },
	} {
		c, in := puts(3)
		change(in)
		if s := newSerializer(c.slots); s.batch(in) || len(s.buf) > 0 {
			t.Errorf("%s: %s", name, s.buf)
		}
	}
}
