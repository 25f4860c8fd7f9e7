package wire

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// batch writes what a batch of nothing but puts of the items in s, in their order, for one table makes of s, without
// asking for every member of every put. It does nothing, and returns false, when in is anything else.
func (s *serializer) batch(in smithy.Serializable) bool {
	b, ok := in.(*dynamodb.BatchWriteItemInput)
	if !ok || !known.batch || len(b.RequestItems) != 1 || b.ReturnItemCollectionMetrics != "" {
		return false
	}
	const before, after = `{"PutRequest":{"Item":`, `}}`
	for table, writes := range b.RequestItems {
		if !s.holds(writes) {
			return false
		}
		s.buf = append(s.buf, `{"RequestItems":{`...)
		s.buf = append(ddbjson.AppendText(s.buf, table), ':')
		comma := byte('[')
		for i := range s.slots {
			s.buf = append(append(s.buf, comma), before...)
			s.buf = append(append(s.buf, s.slots[i].Item...), after...)
			comma = ','
		}
	}
	s.buf = append(s.buf, `]}`...)
	if mode := b.ReturnConsumedCapacity; mode != "" {
		s.buf = ddbjson.AppendText(append(s.buf, `,"ReturnConsumedCapacity":`...), string(mode))
	}
	s.buf = append(s.buf, '}')
	s.written = len(s.slots)
	return true
}

// holds tells whether writes are puts of the items of s, in their order, and nothing else.
func (s *serializer) holds(writes []types.WriteRequest) bool {
	if len(writes) != len(s.slots) || len(writes) == 0 {
		return false
	}
	for i := range writes {
		if w := &writes[i]; w.PutRequest == nil || &w.PutRequest.Item != s.slots[i].At || w.DeleteRequest != nil {
			return false
		}
	}
	return true
}
