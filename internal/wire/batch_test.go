package wire

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestBatch compares the body of a batch of puts and deletes with what its serializer writes, and finds that all else is
// left to that.
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
			item := []byte{'{', byte('a' + i), '}'}
			if i%3 == 2 {
				list[i].DeleteRequest = &types.DeleteRequest{}
				c.Put(&list[i].DeleteRequest.Key, item)
				continue
			}
			list[i].PutRequest = &types.PutRequest{}
			c.Put(&list[i].PutRequest.Item, item)
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
		"another delete": func(in *dynamodb.BatchWriteItemInput) {
			in.RequestItems[table][2] = types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: newPlaceholder(0)}}
		},
		"a put and a delete": func(in *dynamodb.BatchWriteItemInput) {
			in.RequestItems[table][2].PutRequest = &types.PutRequest{}
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

// TestBatchGet is TestBatch for reads.
func TestBatchGet(t *testing.T) {
	t.Parallel()
	if n, k := reflect.TypeFor[dynamodb.BatchGetItemInput]().NumField(), reflect.TypeFor[types.KeysAndAttributes]().NumField(); n != 3 || k != 6 {
		t.Errorf("the input has %d and %d fields; are there new members?", n, k)
	}
	const table = "a \"table\""
	reads := func(n int, ka types.KeysAndAttributes) (*Call, *dynamodb.BatchGetItemInput) {
		c := new(Call)
		ka.Keys = make([]map[string]types.AttributeValue, n)
		for i := range ka.Keys {
			c.Put(&ka.Keys[i], fmt.Appendf(nil, `{"k":{"N":"%d"}}`, i))
		}
		return c, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: ka}}
	}
	for _, n := range []int{1, 2, 100} {
		for _, ka := range []types.KeysAndAttributes{
			{},
			{ConsistentRead: aws.Bool(true)},
			{ConsistentRead: aws.Bool(false), ProjectionExpression: aws.String("a, \"b\"")},
			{ExpressionAttributeNames: map[string]string{"#a": "\u2028"}, ProjectionExpression: aws.String("#a")},
		} {
			for _, mode := range []types.ReturnConsumedCapacity{"", "TOTAL"} {
				c, in := reads(n, ka)
				in.ReturnConsumedCapacity = mode
				want, got := newSerializer(c.slots), newSerializer(c.slots)
				in.Serialize(want)
				if !got.batch(in) || string(got.buf) != string(want.buf) || got.written != want.written || got.written != n {
					t.Errorf("%d, %q: %d items\n%s\nwant %d\n%s", n, mode, got.written, got.buf, want.written, want.buf)
				}
			}
		}
	}
	for name, change := range map[string]func(*types.KeysAndAttributes){
		"another key": func(ka *types.KeysAndAttributes) { ka.Keys = slices.Clone(ka.Keys) },
		"one more":    func(ka *types.KeysAndAttributes) { ka.Keys = append(ka.Keys, nil) },
		"none":        func(ka *types.KeysAndAttributes) { ka.Keys = nil },
		"another order": func(ka *types.KeysAndAttributes) {
			ka.Keys = []map[string]types.AttributeValue{ka.Keys[1], ka.Keys[0], ka.Keys[2]}
		},
		"another member": func(ka *types.KeysAndAttributes) { ka.AttributesToGet = []string{"a"} },
	} {
		c, in := reads(3, types.KeysAndAttributes{})
		ka := in.RequestItems[table]
		change(&ka)
		in.RequestItems[table] = ka
		if s := newSerializer(c.slots); s.batch(in) || len(s.buf) > 0 {
			t.Errorf("%s: %s", name, s.buf)
		}
	}
	c, in := reads(3, types.KeysAndAttributes{})
	in.RequestItems["b"] = types.KeysAndAttributes{}
	if s := newSerializer(c.slots); s.batch(in) || len(s.buf) > 0 {
		t.Errorf("another table: %s", s.buf)
	}
}
