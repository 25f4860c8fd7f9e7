package dynlocal

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// streamItem gives an item in the types of the streams' SDK, which has its own.
func streamItem(it value.Item) map[string]types.AttributeValue {
	m := make(map[string]types.AttributeValue, it.Len())
	for name, v := range it.All() {
		m[name] = streamValue(v)
	}
	return m
}

func streamValue(v value.Value) types.AttributeValue {
	switch v.Kind() {
	case value.S:
		return &types.AttributeValueMemberS{Value: v.Text()}
	case value.N:
		return &types.AttributeValueMemberN{Value: v.Text()}
	case value.B:
		return &types.AttributeValueMemberB{Value: []byte(v.Text())}
	case value.BOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Bool()}
	case value.NULL:
		return &types.AttributeValueMemberNULL{Value: true}
	case value.SS:
		return &types.AttributeValueMemberSS{Value: elements(v, value.Value.Text)}
	case value.NS:
		return &types.AttributeValueMemberNS{Value: elements(v, value.Value.Text)}
	case value.BS:
		return &types.AttributeValueMemberBS{Value: elements(v, func(e value.Value) []byte { return []byte(e.Text()) })}
	case value.L:
		return &types.AttributeValueMemberL{Value: elements(v, streamValue)}
	}
	return &types.AttributeValueMemberM{Value: streamItem(v.Item())}
}

// elements converts the elements of a list or set.
func elements[T any](v value.Value, convert func(value.Value) T) []T {
	out := make([]T, 0, v.Len())
	for e := range v.Elems() {
		out = append(out, convert(e))
	}
	return out
}
