package codec

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Equal tells whether a and b are the same to DynamoDB: numbers are compared by value, sets without order.
func Equal(a, b types.AttributeValue) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case *types.AttributeValueMemberNULL:
		_, ok := b.(*types.AttributeValueMemberNULL)
		return ok
	case *types.AttributeValueMemberS:
		b, ok := b.(*types.AttributeValueMemberS)
		return ok && a.Value == b.Value
	case *types.AttributeValueMemberN:
		b, ok := b.(*types.AttributeValueMemberN)
		return ok && canonical(a.Value) == canonical(b.Value)
	case *types.AttributeValueMemberB:
		b, ok := b.(*types.AttributeValueMemberB)
		return ok && bytes.Equal(a.Value, b.Value)
	case *types.AttributeValueMemberBOOL:
		b, ok := b.(*types.AttributeValueMemberBOOL)
		return ok && a.Value == b.Value
	case *types.AttributeValueMemberL:
		b, ok := b.(*types.AttributeValueMemberL)
		return ok && slices.EqualFunc(a.Value, b.Value, Equal)
	case *types.AttributeValueMemberM:
		b, ok := b.(*types.AttributeValueMemberM)
		return ok && maps.EqualFunc(a.Value, b.Value, Equal)
	default:
		return equalSets(a, b)
	}
}

func equalSets(a, b types.AttributeValue) bool {
	switch a := a.(type) {
	case *types.AttributeValueMemberSS:
		b, ok := b.(*types.AttributeValueMemberSS)
		return ok && sameMembers(a.Value, b.Value, strings.Clone)
	case *types.AttributeValueMemberNS:
		b, ok := b.(*types.AttributeValueMemberNS)
		return ok && sameMembers(a.Value, b.Value, canonical)
	case *types.AttributeValueMemberBS:
		b, ok := b.(*types.AttributeValueMemberBS)
		return ok && sameMembers(a.Value, b.Value, func(b []byte) string { return string(b) })
	default:
		return false
	}
}

func sameMembers[T any](a, b []T, key func(T) string) bool {
	if len(a) != len(b) {
		return false
	}
	return slices.Equal(sortedKeys(a, key), sortedKeys(b, key))
}

func sortedKeys[T any](set []T, key func(T) string) []string {
	keys := make([]string, len(set))
	for i := range set {
		keys[i] = key(set[i])
	}
	slices.Sort(keys)
	return keys
}

// canonical returns the one text of all those that mean the same number, n itself when it is none.
func canonical(n string) string {
	d, ok := parseDecimal(n)
	if !ok {
		return n
	}
	return d.String()
}
