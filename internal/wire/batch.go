package wire

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// batch writes the body of a batch of nothing but puts of the call's items, in their order, for one table: what its
// serializer writes, without asking for every member of every put. ok is false when there is anything else.
func (c *Call) batch(in *dynamodb.BatchWriteItemInput) (body []byte, ok bool) {
	if len(in.RequestItems) != 1 || in.ReturnItemCollectionMetrics != "" {
		return nil, false
	}
	const before, after = `{"PutRequest":{"Item":`, `}}`
	for table, writes := range in.RequestItems {
		if !c.holds(writes) {
			return nil, false
		}
		body = append(newSerializer(c.slots).buf, `{"RequestItems":{`...)
		body = append(ddbjson.AppendText(body, table), ':')
		comma := byte('[')
		for i := range c.slots {
			body = append(append(body, comma), before...)
			body = append(append(body, c.slots[i].item...), after...)
			comma = ','
		}
	}
	body = append(body, `]}`...)
	if mode := in.ReturnConsumedCapacity; mode != "" {
		body = ddbjson.AppendText(append(body, `,"ReturnConsumedCapacity":`...), string(mode))
	}
	return append(body, '}'), true
}

// holds tells whether writes are puts of the items of c, in their order, and nothing else.
func (c *Call) holds(writes []types.WriteRequest) bool {
	if len(writes) != len(c.slots) || len(writes) == 0 {
		return false
	}
	for i := range writes {
		if w := &writes[i]; w.PutRequest == nil || &w.PutRequest.Item != c.slots[i].at || w.DeleteRequest != nil {
			return false
		}
	}
	return true
}
