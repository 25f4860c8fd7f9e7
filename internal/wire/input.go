package wire

import (
	"bytes"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// Requests for one item, and queries, are small: that the SDK's inputs write themselves member by member through an
// interface is a good part of what they cost. Their usual members are written here, in the SDK's order; an input with
// any other one, or of an SDK that has given it more of them, writes itself.

// write writes an input to a buffer that is empty.
func (s *serializer) write(in smithy.Serializable) {
	if s.batch(in) || s.plain(in) {
		return
	}
	s.buf, s.comma, s.written = s.buf[:0], false, 0
	in.Serialize(s)
}

// plain writes an input that has the usual members only.
func (s *serializer) plain(in smithy.Serializable) (ok bool) {
	s.buf = append(s.buf, '{')
	switch in := in.(type) {
	case *dynamodb.GetItemInput:
		ok = complete.get && s.get(in)
	case *dynamodb.PutItemInput:
		ok = complete.put && s.put(in)
	case *dynamodb.UpdateItemInput:
		ok = complete.update && s.update(in)
	case *dynamodb.DeleteItemInput:
		ok = complete.delete && s.delete(in)
	case *dynamodb.QueryInput:
		ok = complete.query && s.query(in)
	}
	s.buf = append(s.buf, '}')
	return ok
}

// complete tells of which inputs all members are known here.
var complete = struct{ get, put, update, delete, query, batchWrite, batchGet bool }{
	get: has[dynamodb.GetItemInput](
		"AttributesToGet", "ConsistentRead", "ExpressionAttributeNames", "Key", "ProjectionExpression", "ReturnConsumedCapacity", "TableName",
	),
	put: has[dynamodb.PutItemInput](
		"ConditionExpression", "ConditionalOperator", "Expected", "ExpressionAttributeNames", "ExpressionAttributeValues", "Item",
		"ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "ReturnValues", "ReturnValuesOnConditionCheckFailure", "TableName",
	),
	update: has[dynamodb.UpdateItemInput](
		"AttributeUpdates", "ConditionExpression", "ConditionalOperator", "Expected", "ExpressionAttributeNames",
		"ExpressionAttributeValues", "Key", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "ReturnValues",
		"ReturnValuesOnConditionCheckFailure", "TableName", "UpdateExpression",
	),
	delete: has[dynamodb.DeleteItemInput](
		"ConditionExpression", "ConditionalOperator", "Expected", "ExpressionAttributeNames", "ExpressionAttributeValues", "Key",
		"ReturnConsumedCapacity", "ReturnItemCollectionMetrics", "ReturnValues", "ReturnValuesOnConditionCheckFailure", "TableName",
	),
	query: has[dynamodb.QueryInput](
		"AttributesToGet", "ConditionalOperator", "ConsistentRead", "ExclusiveStartKey", "ExpressionAttributeNames",
		"ExpressionAttributeValues", "FilterExpression", "IndexName", "KeyConditionExpression", "KeyConditions", "Limit",
		"ProjectionExpression", "QueryFilter", "ReturnConsumedCapacity", "ScanIndexForward", "Select", "TableName",
	),
	batchWrite: has[dynamodb.BatchWriteItemInput]("RequestItems", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics") &&
		has[types.WriteRequest]("DeleteRequest", "PutRequest") && has[types.PutRequest]("Item") && has[types.DeleteRequest]("Key"),
	batchGet: has[dynamodb.BatchGetItemInput]("RequestItems", "ReturnConsumedCapacity") && has[types.KeysAndAttributes](
		"AttributesToGet", "ConsistentRead", "ExpressionAttributeNames", "Keys", "ProjectionExpression",
	),
}

// has reports whether these are all the members of T.
func has[T any](names ...string) bool {
	t := reflect.TypeFor[T]()
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && !slices.Contains(names, f.Name) {
			return false
		}
	}
	return true
}

func (s *serializer) get(in *dynamodb.GetItemInput) bool {
	if in.AttributesToGet != nil {
		return false
	}
	s.flag(`"ConsistentRead":`, in.ConsistentRead)
	s.names(in.ExpressionAttributeNames)
	ok := s.placed(`"Key":`, in.Key)
	s.pointer(`"ProjectionExpression":`, in.ProjectionExpression)
	s.text(`"ReturnConsumedCapacity":`, string(in.ReturnConsumedCapacity))
	s.pointer(`"TableName":`, in.TableName)
	return ok
}

func (s *serializer) put(in *dynamodb.PutItemInput) bool {
	if in.ConditionalOperator != "" || in.Expected != nil {
		return false
	}
	ok := s.condition(in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues) &&
		s.placed(`"Item":`, in.Item)
	s.returns(
		in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics, in.ReturnValues, in.ReturnValuesOnConditionCheckFailure,
	)
	s.pointer(`"TableName":`, in.TableName)
	return ok
}

func (s *serializer) update(in *dynamodb.UpdateItemInput) bool {
	if in.AttributeUpdates != nil || in.ConditionalOperator != "" || in.Expected != nil {
		return false
	}
	s.pointer(`"ConditionExpression":`, in.ConditionExpression)
	s.names(in.ExpressionAttributeNames)
	ok := s.attributes(`"ExpressionAttributeValues":`, in.ExpressionAttributeValues) && s.placed(`"Key":`, in.Key)
	s.returns(
		in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics, in.ReturnValues, in.ReturnValuesOnConditionCheckFailure,
	)
	s.pointer(`"TableName":`, in.TableName)
	s.pointer(`"UpdateExpression":`, in.UpdateExpression)
	return ok
}

func (s *serializer) delete(in *dynamodb.DeleteItemInput) bool {
	if in.ConditionalOperator != "" || in.Expected != nil {
		return false
	}
	ok := s.condition(in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues) &&
		s.placed(`"Key":`, in.Key)
	s.returns(
		in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics, in.ReturnValues, in.ReturnValuesOnConditionCheckFailure,
	)
	s.pointer(`"TableName":`, in.TableName)
	return ok
}

func (s *serializer) query(in *dynamodb.QueryInput) bool {
	if in.AttributesToGet != nil || in.ConditionalOperator != "" || in.KeyConditions != nil || in.QueryFilter != nil {
		return false
	}
	s.flag(`"ConsistentRead":`, in.ConsistentRead)
	ok := s.attributes(`"ExclusiveStartKey":`, in.ExclusiveStartKey)
	s.names(in.ExpressionAttributeNames)
	ok = ok && s.attributes(`"ExpressionAttributeValues":`, in.ExpressionAttributeValues)
	s.pointer(`"FilterExpression":`, in.FilterExpression)
	s.pointer(`"IndexName":`, in.IndexName)
	s.pointer(`"KeyConditionExpression":`, in.KeyConditionExpression)
	if in.Limit != nil {
		s.member(`"Limit":`)
		s.buf = strconv.AppendInt(s.buf, int64(*in.Limit), 10)
	}
	s.pointer(`"ProjectionExpression":`, in.ProjectionExpression)
	s.text(`"ReturnConsumedCapacity":`, string(in.ReturnConsumedCapacity))
	s.flag(`"ScanIndexForward":`, in.ScanIndexForward)
	s.text(`"Select":`, string(in.Select))
	s.pointer(`"TableName":`, in.TableName)
	return ok
}

// Known is the condition of many inputs, written once.
type Known struct {
	text *string
	json []byte
}

// Condition writes the members of an input that are about its condition, for all calls whose input has the same: the
// text at the same place. It is nil if there is no condition, or if only the SDK can write it.
func Condition(text *string, names map[string]string, values map[string]types.AttributeValue) *Known {
	s := newSerializer(nil)
	defer s.free()
	if text == nil || !s.condition(text, names, values) {
		return nil
	}
	return &Known{text, bytes.Clone(s.buf)}
}

// condition writes the members that are about the condition of a write.
func (s *serializer) condition(text *string, names map[string]string, values map[string]types.AttributeValue) bool {
	if k := s.known; k != nil && k.text == text {
		s.member("")
		s.buf = append(s.buf, k.json...)
		return true
	}
	s.pointer(`"ConditionExpression":`, text)
	s.names(names)
	return s.attributes(`"ExpressionAttributeValues":`, values)
}

// returns writes what writes are to return.
func (s *serializer) returns(
	capacity types.ReturnConsumedCapacity, metrics types.ReturnItemCollectionMetrics, values types.ReturnValue,
	failed types.ReturnValuesOnConditionCheckFailure,
) {
	s.text(`"ReturnConsumedCapacity":`, string(capacity))
	s.text(`"ReturnItemCollectionMetrics":`, string(metrics))
	s.text(`"ReturnValues":`, string(values))
	s.text(`"ReturnValuesOnConditionCheckFailure":`, string(failed))
}

// member begins one more member of the input.
func (s *serializer) member(key string) {
	if s.comma {
		s.buf = append(s.buf, ',')
	}
	s.comma = true
	s.buf = append(s.buf, key...)
}

func (s *serializer) pointer(key string, v *string) {
	if v != nil {
		s.member(key)
		s.buf = ddbjson.AppendText(s.buf, *v)
	}
}

func (s *serializer) text(key, v string) {
	if v != "" {
		s.member(key)
		s.buf = ddbjson.AppendText(s.buf, v)
	}
}

func (s *serializer) flag(key string, v *bool) {
	if v != nil {
		s.member(key)
		s.buf = strconv.AppendBool(s.buf, *v)
	}
}

// names writes the names of an expression.
func (s *serializer) names(m map[string]string) {
	if m == nil {
		return
	}
	s.member(`"ExpressionAttributeNames":`)
	between := byte('{')
	for k, v := range m {
		s.buf = append(ddbjson.AppendText(append(s.buf, between), k), ':')
		s.buf = ddbjson.AppendText(s.buf, v)
		between = ','
	}
	s.enclose(between)
}

// placed writes an item or a key, or what stands for it.
func (s *serializer) placed(key string, m map[string]types.AttributeValue) bool {
	if len(s.slots) == 0 || len(m) != 1 {
		return s.attributes(key, m)
	}
	for k := range m {
		if index, ok := strings.CutPrefix(k, mark); ok {
			s.member(key)
			return s.fill(index)
		}
	}
	return s.attributes(key, m)
}

// attributes writes a map of attribute values.
func (s *serializer) attributes(key string, m map[string]types.AttributeValue) bool {
	if m == nil {
		return true
	}
	s.member(key)
	between := byte('{')
	for k, v := range m {
		s.buf = append(ddbjson.AppendText(append(s.buf, between), k), ':')
		var err error
		if s.buf, err = ddbjson.AppendValue(s.buf, v); err != nil {
			return false
		}
		between = ','
	}
	s.enclose(between)
	return true
}

// enclose ends an object, which was not begun yet if nothing is in it.
func (s *serializer) enclose(between byte) {
	if between == '{' {
		s.buf = append(s.buf, '{')
	}
	s.buf = append(s.buf, '}')
}

// fill writes the item of a placeholder.
func (s *serializer) fill(index string) bool {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(s.slots) {
		return false
	}
	s.written++
	s.buf = append(s.buf, s.slots[i].Item...)
	return true
}
