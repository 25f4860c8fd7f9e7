package conformance

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// readsNothing reports whether the request is a read that found less than it looked for.
func (c comparison) readsNothing() bool {
	if all, ok := c.ours.Output.(listed); ok {
		return all.Scanned == 0
	}
	out, _ := c.ours.Output.(map[string]any)
	switch in := c.in.(type) {
	case *dynamodb.GetItemInput:
		return out["Item"] == nil
	case *dynamodb.BatchGetItemInput:
		want, got := 0, 0
		for _, ka := range in.RequestItems {
			want += len(ka.Keys)
		}
		found, _ := out["Responses"].(map[string]any)
		for _, items := range found {
			got += len(items.([]any))
		}
		return got < want
	}
	return false
}

// adoptCapacity makes their capacity ours.
func (c comparison) adoptCapacity() {
	switch x := c.ours.Output.(type) {
	case listed:
		if y, ok := c.theirs.Output.(listed); ok {
			y.Capacity = x.Capacity
			c.theirs.Output = y
		}
	case map[string]any:
		if y, ok := c.theirs.Output.(map[string]any); ok {
			delete(y, "ConsumedCapacity")
			if cc, ok := x["ConsumedCapacity"]; ok {
				y["ConsumedCapacity"] = cc
			}
		}
	}
}

func hasDelete(b *dynamodb.BatchWriteItemInput) bool {
	for _, requests := range b.RequestItems {
		for _, r := range requests {
			if r.DeleteRequest != nil {
				return true
			}
		}
	}
	return false
}

// units gives the capacity that a write consumed, 0 if the answer does not say.
func units(a answer) float64 {
	out, _ := a.Output.(map[string]any)
	list, ok := out["ConsumedCapacity"].([]any)
	if !ok {
		list = []any{out["ConsumedCapacity"]}
	}
	sum := 0.0
	for _, cc := range list {
		m, _ := cc.(map[string]any)
		n, _ := m["CapacityUnits"].(float64)
		sum += n
	}
	return sum
}
