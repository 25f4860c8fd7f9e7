package dynlocal

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
)

// subject is what a request is about, as far as faults may choose by it.
type subject struct {
	tables []string
	index  string
	items  []map[string]types.AttributeValue // items of puts, keys of all else
}

func (s *subject) names(tables []string) bool {
	return slices.ContainsFunc(s.tables, func(t string) bool { return slices.Contains(tables, t) })
}

func (s *subject) add(table *string, items ...map[string]types.AttributeValue) {
	if name := tableName(aws.ToString(table)); name != "" && !slices.Contains(s.tables, name) {
		s.tables = append(s.tables, name)
	}
	s.items = append(s.items, items...)
}

// subjectOf reads the input of any operation.
func subjectOf(in any) subject {
	var s subject
	switch in := in.(type) {
	case *dynamodb.GetItemInput:
		s.add(in.TableName, in.Key)
	case *dynamodb.PutItemInput:
		s.add(in.TableName, in.Item)
	case *dynamodb.UpdateItemInput:
		s.add(in.TableName, in.Key)
	case *dynamodb.DeleteItemInput:
		s.add(in.TableName, in.Key)
	case *dynamodb.QueryInput:
		s.add(in.TableName)
		s.index = aws.ToString(in.IndexName)
	case *dynamodb.ScanInput:
		s.add(in.TableName)
		s.index = aws.ToString(in.IndexName)
	case *dynamodb.BatchGetItemInput:
		for name, keys := range in.RequestItems {
			s.add(&name, keys.Keys...)
		}
	case *dynamodb.BatchWriteItemInput:
		for name, requests := range in.RequestItems {
			s.addWrites(&name, requests)
		}
	case *dynamodb.TransactGetItemsInput:
		for _, t := range in.TransactItems {
			if t.Get != nil {
				s.add(t.Get.TableName, t.Get.Key)
			}
		}
	case *dynamodb.TransactWriteItemsInput:
		for _, t := range in.TransactItems {
			s.addAction(t)
		}
	default:
		s.add(tableOf(in))
	}
	return s
}

func (s *subject) addWrites(table *string, requests []types.WriteRequest) {
	for _, r := range requests {
		if r.PutRequest != nil {
			s.add(table, r.PutRequest.Item)
		}
		if r.DeleteRequest != nil {
			s.add(table, r.DeleteRequest.Key)
		}
	}
}

func (s *subject) addAction(t types.TransactWriteItem) {
	switch {
	case t.Put != nil:
		s.add(t.Put.TableName, t.Put.Item)
	case t.Update != nil:
		s.add(t.Update.TableName, t.Update.Key)
	case t.Delete != nil:
		s.add(t.Delete.TableName, t.Delete.Key)
	case t.ConditionCheck != nil:
		s.add(t.ConditionCheck.TableName, t.ConditionCheck.Key)
	}
}

// tableOf gives the table that an operation on tables names, nil if it names none.
func tableOf(in any) *string {
	switch in := in.(type) {
	case *dynamodb.CreateTableInput:
		return in.TableName
	case *dynamodb.UpdateTableInput:
		return in.TableName
	case *dynamodb.DeleteTableInput:
		return in.TableName
	case *dynamodb.DescribeTableInput:
		return in.TableName
	case *dynamodb.UpdateTimeToLiveInput:
		return in.TableName
	case *dynamodb.DescribeTimeToLiveInput:
		return in.TableName
	case *dynamodb.TagResourceInput:
		return in.ResourceArn
	case *dynamodb.UntagResourceInput:
		return in.ResourceArn
	case *dynamodb.ListTagsOfResourceInput:
		return in.ResourceArn
	case *dynamodbstreams.ListStreamsInput:
		return in.TableName
	case *dynamodbstreams.DescribeStreamInput:
		return in.StreamArn
	case *dynamodbstreams.GetShardIteratorInput:
		return in.StreamArn
	case *dynamodbstreams.GetRecordsInput:
		return in.ShardIterator // begins with the ARN
	}
	return nil
}
