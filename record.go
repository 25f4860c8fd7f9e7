package dyn

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// record is an item as a read gave it.
type record struct {
	attrs rawItem
}

// get returns an attribute that says whose the item is or where it lies: the
// entity and version, the time to live, those of a scope, and the keys of the
// table and of the index that was read. It is nil for one that is absent.
func (r record) get(name string) types.AttributeValue { return r.attrs[name] }

// empty reports whether there is no item.
func (r record) empty() bool { return len(r.attrs) == 0 }

// records returns items that came as attribute values.
func records(items []rawItem) []record {
	out := make([]record, len(items))
	for i, item := range items {
		out[i] = record{attrs: item}
	}
	return out
}
