package dynlocal

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// refuse is one request and the service's refusal of it.
type refuse struct {
	name string
	in   any
	want string
}

// checkRefusals sends each request to the engine: the SDK's own checks would keep some from it.
func checkRefusals(t *testing.T, tests []refuse) {
	t.Helper()
	db, _ := newTestTable(t)
	id := spaceID{defaultAccount, defaultRegion}
	for _, tt := range tests {
		_, err := db.do(t.Context(), id, operationOf(tt.in), tt.in)
		if got := errorText(err); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// operationOf gives the name of the operation whose input is given.
func operationOf(in any) string {
	for name, o := range operations {
		if typeName(o.newInput()) == typeName(in) {
			return name
		}
	}
	return ""
}

func key(pk, sk string) item { return item{"pk": sv(pk), "sk": sv(sk)} }

var things = aws.String("things")

func TestKeyRefusals(t *testing.T) {
	t.Parallel()
	const mismatch = "ValidationException: The provided key element does not match the schema"
	long := strings.Repeat("x", 2049)
	checkRefusals(t, []refuse{
		{"lacking key attribute", &dynamodb.GetItemInput{TableName: things, Key: item{"pk": sv("p")}}, mismatch},
		{"extra attribute", &dynamodb.GetItemInput{TableName: things, Key: item{"pk": sv("p"), "sk": sv("s"), "x": sv("x")}}, mismatch},
		{"other type", &dynamodb.GetItemInput{TableName: things, Key: item{"pk": sv("p"), "sk": nv("1")}}, mismatch},
		{"other attribute", &dynamodb.DeleteItemInput{TableName: things, Key: item{"pk": sv("p"), "x": sv("1")}}, mismatch},
		{
			"empty key value", &dynamodb.GetItemInput{TableName: things, Key: key("p", "")},
			"ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: sk",
		},
		{
			"long partition key", &dynamodb.GetItemInput{TableName: things, Key: key(long, "s")},
			"ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
		},
		{
			"long sort key", &dynamodb.GetItemInput{TableName: things, Key: key("p", long)},
			"ValidationException: One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
		},
		{
			"put without key", &dynamodb.PutItemInput{TableName: things, Item: item{"pk": sv("p")}},
			"ValidationException: One or more parameter values were invalid: Missing the key sk in the item",
		},
		{
			"put with key of another type", &dynamodb.PutItemInput{TableName: things, Item: item{"pk": nv("1"), "sk": sv("s")}},
			"ValidationException: One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
		},
		{
			"index key of another type", &dynamodb.PutItemInput{TableName: things, Item: item{"pk": sv("p"), "sk": sv("s"), "a": nv("1")}},
			"ValidationException: One or more parameter values were invalid: Type mismatch for Index Key a Expected: S Actual: N IndexName: all",
		},
		{
			"empty index key", &dynamodb.PutItemInput{TableName: things, Item: item{"pk": sv("p"), "sk": sv("s"), "b": sv("")}},
			"ValidationException: One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
				"The AttributeValue for a key attribute cannot contain an empty string value. IndexName: multi, IndexKey: b",
		},
		{
			"item too large", &dynamodb.PutItemInput{TableName: things, Item: item{"pk": sv("p"), "sk": sv("s"), "x": sv(strings.Repeat("x", 400<<10))}},
			"ValidationException: Item size has exceeded the maximum allowed size",
		},
		{"batch put with key of another type", &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
			"things": {{PutRequest: &types.PutRequest{Item: item{"pk": nv("1"), "sk": sv("s")}}}},
		}}, mismatch},
	})
}

func TestParameterRefusals(t *testing.T) {
	t.Parallel()
	write := func(n int) map[string][]types.WriteRequest {
		requests := make([]types.WriteRequest, n)
		for i := range requests {
			requests[i].DeleteRequest = &types.DeleteRequest{Key: key("p", "s")}
		}
		return map[string][]types.WriteRequest{"things": requests}
	}
	long := strings.Repeat("a", 256)
	checkRefusals(t, []refuse{
		{
			"no table name", &dynamodb.GetItemInput{Key: key("p", "s")},
			"ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
		},
		{
			"empty table name", &dynamodb.PutItemInput{TableName: aws.String(""), ReturnValues: "INVALID"},
			"ValidationException: 1 validation error detected: Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		{
			"long table name", &dynamodb.PutItemInput{TableName: &long},
			"ValidationException: 1 validation error detected: Value '" + long + "' at 'tableName' failed to satisfy constraint: Member must have length less than or equal to 255",
		},
		{
			"bad table name", &dynamodb.QueryInput{TableName: aws.String("bad table!@#")},
			"ValidationException: 1 validation error detected: Value 'bad table!@#' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
		},
		{
			"unknown table", &dynamodb.GetItemInput{TableName: aws.String("none"), Key: key("p", "s")},
			"ResourceNotFoundException: Requested resource not found",
		},
		{
			"unknown table described", &dynamodb.DescribeTableInput{TableName: aws.String("none")},
			"ResourceNotFoundException: Requested resource not found: Table: none not found",
		},
		{
			"several at once", &dynamodb.DeleteItemInput{TableName: things, Key: key("p", "s"), ReturnValues: "A", ReturnConsumedCapacity: "B"},
			"ValidationException: 2 validation errors detected: Value 'B' at 'returnConsumedCapacity' failed to satisfy constraint: " +
				"Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'A' at 'returnValues' failed to satisfy constraint: " +
				"Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
		},
		{
			"ReturnValues of a put", &dynamodb.PutItemInput{TableName: things, Item: key("p", "s"), ReturnValues: "ALL_NEW"},
			"ValidationException: 1 validation error detected: ReturnValues can only be ALL_OLD or NONE",
		},
		{
			"limit 0", &dynamodb.ScanInput{TableName: things, Limit: aws.Int32(0)},
			"ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
		},
		{
			"segment only", &dynamodb.ScanInput{TableName: things, Segment: aws.Int32(0)},
			"ValidationException: The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
		},
		{
			"segment beyond", &dynamodb.ScanInput{TableName: things, Segment: aws.Int32(5), TotalSegments: aws.Int32(5)},
			"ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5",
		},
		{
			"no such index", &dynamodb.ScanInput{TableName: things, IndexName: aws.String("nope")},
			"ValidationException: The table does not have the specified index: nope",
		},
		{
			"consistent read of a global index", &dynamodb.ScanInput{TableName: things, IndexName: aws.String("all"), ConsistentRead: aws.Bool(true)},
			"ValidationException: Consistent reads are not supported on global secondary indexes",
		},
		{
			"all attributes of a partial index", &dynamodb.ScanInput{TableName: things, IndexName: aws.String("some"), Select: types.SelectAllAttributes},
			"ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index some because its projection type is not ALL",
		},
		{
			"query without condition", &dynamodb.QueryInput{TableName: things},
			"ValidationException: Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
		},
		{
			"values without expression", &dynamodb.PutItemInput{TableName: things, Item: key("p", "s"), ExpressionAttributeValues: item{":v": sv("v")}},
			"ValidationException: 1 validation error detected: ExpressionAttributeValues can only be specified when using expressions",
		},
		{"mixed parameters", &dynamodb.PutItemInput{
			TableName: things, Item: key("p", "s"), ConditionExpression: aws.String("a = b"),
			Expected: map[string]types.ExpectedAttributeValue{},
		}, "ValidationException: 1 validation error detected: Can not use both expression and non-expression parameters in the same request: " +
			"Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}"},
		{
			"empty batch", &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{}},
			"ValidationException: The requestItems parameter is required for BatchWriteItem",
		},
		{
			"batch with duplicates", &dynamodb.BatchWriteItemInput{RequestItems: write(2)},
			"ValidationException: Provided list of item keys contains duplicates",
		},
		{
			"batch too long", &dynamodb.BatchWriteItemInput{RequestItems: write(26)},
			"ValidationException: 1 validation error detected: Value '{things=[WriteRequest(putRequest=null, deleteRequest=DeleteRequest(key={pk={\"S\":\"p\"}, sk={\"S\":\"s\"}})), ...]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: " +
				"[Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
		},
		{
			"empty transaction", &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{}},
			"ValidationException: 1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
	})
}

func TestUnknownOperation(t *testing.T) {
	t.Parallel()
	db := Start(t)
	_, err := db.do(context.Background(), spaceID{}, "ExecuteStatement", &dynamodb.ExecuteStatementInput{})
	if got, want := errorText(err), "UnknownOperationException: The operation ExecuteStatement is not supported"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
