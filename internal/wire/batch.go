package wire

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// batch writes the input of a batch for one table that has nothing but what s has, in the same order, without asking for
// every member of every item. It does nothing, and returns false, when in is anything else.
func (s *serializer) batch(in smithy.Serializable) bool {
	switch in := in.(type) {
	case *dynamodb.BatchWriteItemInput:
		return complete.batchWrite && s.batchWrite(in)
	case *dynamodb.BatchGetItemInput:
		return complete.batchGet && s.batchGet(in)
	}
	return false
}

func (s *serializer) batchWrite(in *dynamodb.BatchWriteItemInput) bool {
	if len(in.RequestItems) != 1 || in.ReturnItemCollectionMetrics != "" {
		return false
	}
	for table, writes := range in.RequestItems {
		if !s.hasWrites(writes) {
			return false
		}
		s.table(table)
		comma := byte('[')
		for i := range s.slots {
			before := `{"PutRequest":{"Item":`
			if writes[i].DeleteRequest != nil {
				before = `{"DeleteRequest":{"Key":`
			}
			s.buf = append(append(s.buf, comma), before...)
			s.buf = append(append(s.buf, s.slots[i].Item...), "}}"...)
			comma = ','
		}
		s.buf = append(s.buf, ']')
	}
	s.endBatch(in.ReturnConsumedCapacity)
	return true
}

func (s *serializer) batchGet(in *dynamodb.BatchGetItemInput) bool {
	if len(in.RequestItems) != 1 {
		return false
	}
	for table, ka := range in.RequestItems {
		if ka.AttributesToGet != nil || !s.hasKeys(ka.Keys) {
			return false
		}
		s.table(table)
		s.buf = append(s.buf, '{')
		s.flag(`"ConsistentRead":`, ka.ConsistentRead)
		s.names(ka.ExpressionAttributeNames)
		s.member(`"Keys":`)
		comma := byte('[')
		for i := range s.slots {
			s.buf = append(append(s.buf, comma), s.slots[i].Item...)
			comma = ','
		}
		s.buf = append(s.buf, ']')
		s.pointer(`"ProjectionExpression":`, ka.ProjectionExpression)
		s.buf = append(s.buf, '}')
	}
	s.endBatch(in.ReturnConsumedCapacity)
	return true
}

// table begins the request with the name of the table.
func (s *serializer) table(name string) {
	s.buf = append(s.buf, `{"RequestItems":{`...)
	s.buf = append(ddbjson.AppendText(s.buf, name), ':')
}

// endBatch ends the request behind what there is for the table.
func (s *serializer) endBatch(mode types.ReturnConsumedCapacity) {
	s.buf = append(s.buf, '}')
	s.comma = true
	s.text(`"ReturnConsumedCapacity":`, string(mode))
	s.buf = append(s.buf, '}')
	s.written = len(s.slots)
}

// hasWrites tells whether writes are puts and deletes of what s has, in the same order, and nothing else.
func (s *serializer) hasWrites(writes []types.WriteRequest) bool {
	if len(writes) != len(s.slots) || len(writes) == 0 {
		return false
	}
	for i := range writes {
		w, at := &writes[i], s.slots[i].At
		put := w.PutRequest != nil && &w.PutRequest.Item == at && w.DeleteRequest == nil
		if !put && (w.DeleteRequest == nil || &w.DeleteRequest.Key != at || w.PutRequest != nil) {
			return false
		}
	}
	return true
}

// hasKeys tells whether keys are those that s has, in the same order, and nothing else.
func (s *serializer) hasKeys(keys []map[string]types.AttributeValue) bool {
	if len(keys) != len(s.slots) || len(keys) == 0 {
		return false
	}
	for i := range keys {
		if &keys[i] != s.slots[i].At {
			return false
		}
	}
	return true
}
