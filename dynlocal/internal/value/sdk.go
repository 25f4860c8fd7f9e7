package value

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxDepth is how many lists and maps may lie inside each other below an item, which is a level of its own.
const maxDepth = 31

// FromSDK validates and converts an item; errors are *[ValidationError].
func FromSDK(m map[string]types.AttributeValue) (Item, error) {
	it, err := itemFromSDK(m, 0)
	if err != nil {
		err = firstError(m)
	}
	return it, err
}

// firstError decides which of an item's errors is told: the first in the order of names, but an empty name inside a
// value only if there is no other.
func firstError(m map[string]types.AttributeValue) error {
	if _, ok := m[""]; ok {
		return errEmptyName
	}
	var first error
	for _, name := range slices.Sorted(maps.Keys(m)) {
		_, err := fromSDK(m[name], 0)
		if err != nil && err != errEmptyName {
			return err
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// ValueFromSDK validates and converts one value; errors are *[ValidationError].
func ValueFromSDK(av types.AttributeValue) (Value, error) { return fromSDK(av, 0) }

func itemFromSDK(m map[string]types.AttributeValue, depth int) (Item, error) {
	attrs := make([]Attr, 0, len(m))
	for name, av := range m {
		if name == "" {
			return Item{}, errEmptyName
		}
		v, err := fromSDK(av, depth)
		if err != nil {
			return Item{}, err
		}
		attrs = append(attrs, Attr{name, v})
	}
	return NewItem(attrs), nil
}

// fromSDK converts a value that lies in depth lists and maps.
func fromSDK(av types.AttributeValue, depth int) (Value, error) {
	switch av := av.(type) {
	case *types.AttributeValueMemberS:
		return String(av.Value), nil
	case *types.AttributeValueMemberN:
		return Number(av.Value)
	case *types.AttributeValueMemberB:
		return Binary(av.Value), nil
	case *types.AttributeValueMemberBOOL:
		return Bool(av.Value), nil
	case *types.AttributeValueMemberNULL:
		if !av.Value {
			return Value{}, errNull
		}
		return Null(), nil
	case *types.AttributeValueMemberSS:
		return StringSet(av.Value)
	case *types.AttributeValueMemberNS:
		return NumberSet(av.Value)
	case *types.AttributeValueMemberBS:
		return BinarySet(av.Value)
	case *types.AttributeValueMemberL:
		return listFromSDK(av.Value, depth+1)
	case *types.AttributeValueMemberM:
		if depth >= maxDepth {
			return Value{}, errNesting
		}
		it, err := itemFromSDK(av.Value, depth+1)
		return Map(it), err
	case *types.UnknownUnionMember:
		return Value{}, errManyTypes // so the decoder of requests marks a value of several types
	}
	return Value{}, errEmptyValue
}

func listFromSDK(elems []types.AttributeValue, depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, errNesting
	}
	values := make([]Value, len(elems))
	for i, av := range elems {
		v, err := fromSDK(av, depth)
		if err != nil {
			return Value{}, err
		}
		values[i] = v
	}
	return List(values...), nil
}

// SDK returns the item as the SDK represents it.
func (it Item) SDK() map[string]types.AttributeValue {
	m := make(map[string]types.AttributeValue, it.Len())
	for name, v := range it.All() {
		m[name] = v.SDK()
	}
	return m
}

// SDK returns the value as the SDK represents it, nil for the zero Value.
func (v Value) SDK() types.AttributeValue {
	switch v.kind {
	case S:
		return &types.AttributeValueMemberS{Value: v.data}
	case N:
		return &types.AttributeValueMemberN{Value: v.data}
	case B:
		return &types.AttributeValueMemberB{Value: []byte(v.data)}
	case BOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Bool()}
	case NULL:
		return &types.AttributeValueMemberNULL{Value: true}
	case SS:
		return &types.AttributeValueMemberSS{Value: v.texts()}
	case NS:
		return &types.AttributeValueMemberNS{Value: v.texts()}
	case BS:
		out := make([][]byte, 0, v.Len())
		for e := range v.Elems() {
			out = append(out, []byte(e.data))
		}
		return &types.AttributeValueMemberBS{Value: out}
	case L:
		out := make([]types.AttributeValue, 0, v.Len())
		for e := range v.Elems() {
			out = append(out, e.SDK())
		}
		return &types.AttributeValueMemberL{Value: out}
	case M:
		return &types.AttributeValueMemberM{Value: Item{data: v.data}.SDK()}
	}
	return nil
}

// texts returns the elements of an SS or NS.
func (v Value) texts() []string {
	out := make([]string, 0, v.Len())
	for e := range v.Elems() {
		out = append(out, e.data)
	}
	return out
}
