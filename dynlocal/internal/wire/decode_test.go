package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/document"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var sdkOptions = cmpopts.IgnoreTypes(document.NoSerde{}, middleware.Metadata{})

func TestDecode(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		into any
		want any
	}{
		"every kind of value": {
			`{"TableName":"t","Item":{"s":{"S":"\u00e4"},"n":{"N":"1"},"b":{"B":"AP8="},"t":{"BOOL":true},"z":{"NULL":true},` +
				`"ss":{"SS":["a"]},"ns":{"NS":["1"]},"bs":{"BS":["AA=="]},"l":{"L":[{"S":"x"},{"L":[]}]},"m":{"M":{"k":{"N":"2"}}}}}`,
			&dynamodb.PutItemInput{},
			&dynamodb.PutItemInput{TableName: aws.String("t"), Item: map[string]types.AttributeValue{
				"s": &types.AttributeValueMemberS{Value: "ä"}, "n": &types.AttributeValueMemberN{Value: "1"},
				"b": &types.AttributeValueMemberB{Value: []byte{0, 255}}, "t": &types.AttributeValueMemberBOOL{Value: true},
				"z":  &types.AttributeValueMemberNULL{Value: true},
				"ss": &types.AttributeValueMemberSS{Value: []string{"a"}}, "ns": &types.AttributeValueMemberNS{Value: []string{"1"}},
				"bs": &types.AttributeValueMemberBS{Value: [][]byte{{0}}},
				"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{
					&types.AttributeValueMemberS{Value: "x"}, &types.AttributeValueMemberL{Value: []types.AttributeValue{}},
				}},
				"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"k": &types.AttributeValueMemberN{Value: "2"}}},
			}},
		},
		"no type and several": {
			`{"Key":{"none":{},"null":null,"unknown":{"X":1},"two":{"S":"a","N":"1"},"one":{"S":"a","N":null}}}`,
			&dynamodb.GetItemInput{},
			&dynamodb.GetItemInput{Key: map[string]types.AttributeValue{
				"none": nil, "null": nil, "unknown": nil, "two": &types.UnknownUnionMember{}, "one": &types.AttributeValueMemberS{Value: "a"},
			}},
		},
		"scalars": {
			`{"TableName":"t","Limit":5.7,"ConsistentRead":"TRUE","ScanIndexForward":false,"Select":"COUNT","IndexName":null,"Unknown":[{"x":1}]}`,
			&dynamodb.QueryInput{},
			&dynamodb.QueryInput{
				TableName: aws.String("t"), Limit: aws.Int32(5), ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false), Select: types.SelectCount,
			},
		},
		"numbers out of range": {
			`{"Limit":99999999999,"Segment":-99999999999}`, &dynamodb.ScanInput{},
			&dynamodb.ScanInput{Limit: aws.Int32(1<<31 - 1), Segment: aws.Int32(-1 << 31)},
		},
		"lists and maps of structures": {
			`{"RequestItems":{"t":[{"PutRequest":{"Item":{}}},null,{}],"u":[]}}`, &dynamodb.BatchWriteItemInput{},
			&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
				"t": {{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{}}}, {}, {}}, "u": {},
			}},
		},
		"times": {
			`{"TimeRangeLowerBound":1577836800.5}`, &dynamodb.ListBackupsInput{},
			&dynamodb.ListBackupsInput{TimeRangeLowerBound: aws.Time(time.UnixMilli(1577836800500))},
		},
		"the last of two members": {`{"TableName":"a","TableName":"b"}`, &dynamodb.DescribeTableInput{}, &dynamodb.DescribeTableInput{TableName: aws.String("b")}},
		"null":                    {`null`, &dynamodb.ListTablesInput{}, &dynamodb.ListTablesInput{}},
	}
	for name, tt := range tests {
		if err := Decode([]byte(tt.body), tt.into); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(tt.want, tt.into, sdkOptions); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	const (
		field     = "Unexpected field type"
		value     = "Unexpected value type in payload"
		structure = "Start of structure or map found where not expected"
		class     = "com.amazonaws.dynamodb.v20120810."
		cast      = "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')"
	)
	tests := []struct {
		in         any
		body, want string
	}{
		{&dynamodb.GetItemInput{}, `[]`, "Unrecognized collection type class " + class + "GetItemInput"},
		{&dynamodb.GetItemInput{}, `5`, field},
		{&dynamodb.GetItemInput{}, `{"TableName":5}`, "NUMBER_VALUE cannot be converted to String"},
		{&dynamodb.GetItemInput{}, `{"TableName":[]}`, "Unrecognized collection type class java.lang.String"},
		{&dynamodb.GetItemInput{}, `{"Key":"x"}`, field},
		{&dynamodb.GetItemInput{}, `{"Key":[]}`, "Unrecognized collection type java.util.Map<java.lang.String, " + class + "AttributeValue>"},
		{&dynamodb.GetItemInput{}, `{"Key":{"a":5}}`, value},
		{&dynamodb.GetItemInput{}, `{"Key":{"a":[]}}`, "Unrecognized collection type class " + class + "AttributeValue"},
		{&dynamodb.GetItemInput{}, `{"Key":{"a":{"S":5}}}`, "NUMBER_VALUE cannot be converted to String"},
		{&dynamodb.GetItemInput{}, `{"ConsistentRead":"x"}`, "Unexpected token received from parser"},
		{&dynamodb.GetItemInput{}, `{"AttributesToGet":"x"}`, field},
		{&dynamodb.GetItemInput{}, `{"AttributesToGet":{}}`, structure},
		{&dynamodb.GetItemInput{}, `{"ExpressionAttributeNames":[]}`, "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>"},
		{&dynamodb.QueryInput{}, `{"Limit":"5"}`, "STRING_VALUE cannot be converted to Integer"},
		{&dynamodb.QueryInput{}, `{"Limit":{}}`, structure},
		{&dynamodb.CreateTableInput{}, `{"ProvisionedThroughput":"a"}`, field},
		{&dynamodb.CreateTableInput{}, `{"ProvisionedThroughput":[]}`, "Unrecognized collection type class " + class + "ProvisionedThroughput"},
		{&dynamodb.CreateTableInput{}, `{"ProvisionedThroughput":{"ReadCapacityUnits":"5"}}`, "STRING_VALUE cannot be converted to Long"},
		{&dynamodb.CreateTableInput{}, `{"KeySchema":["a"]}`, value},
		{&dynamodb.BatchWriteItemInput{}, `{"RequestItems":[]}`, "Unrecognized collection type java.util.Map<java.lang.String, java.util.List<" + class + "WriteRequest>>"},
		{&dynamodb.BatchWriteItemInput{}, `{"RequestItems":{"a":"x"}}`, cast},
		{&dynamodb.BatchWriteItemInput{}, `{"RequestItems":{"a":{}}}`, structure},
		{&dynamodb.BatchGetItemInput{}, `{"RequestItems":{"a":{"Keys":["x"]}}}`, cast},
		{&dynamodb.BatchGetItemInput{}, `{"RequestItems":{"a":5}}`, value},
		{&dynamodb.ListBackupsInput{}, `{"TimeRangeLowerBound":"2020"}`, "STRING_VALUE cannot be converted to Date"},
		{&dynamodb.ScanInput{}, `{"Limit":"5","IndexName":5}`, "STRING_VALUE cannot be converted to Integer"},
		{&dynamodb.ListTablesInput{}, ``, ""},
		{&dynamodb.ListTablesInput{}, `{"Limit":1}}`, ""},
		{&dynamodb.ListTablesInput{}, `{"Limit":-}`, ""},
		{&dynamodb.PutItemInput{}, `{"Item":{"a":` + strings.Repeat(`{"L":[`, maxDepth+1), ""},
	}
	for _, tt := range tests {
		err := Decode([]byte(tt.body), tt.in)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%T %.80s: %v\nwant %s", tt.in, tt.body, err, tt.want)
		}
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		out  Members
		want string
	}{
		"empty":     {&dynamodb.GetItemOutput{}, `{}`},
		"no items":  {&dynamodb.ScanOutput{Items: []map[string]types.AttributeValue{}}, `{"Items":[],"Count":0,"ScannedCount":0}`},
		"none pass": {&dynamodb.QueryOutput{ScannedCount: 2}, `{"ScannedCount":2,"Count":0}`},
		"values": {
			&dynamodb.GetItemOutput{Item: map[string]types.AttributeValue{"a": &types.AttributeValueMemberL{Value: []types.AttributeValue{
				&types.AttributeValueMemberS{Value: "ä\"\\\n\r\t\x01\xff\u2028"}, &types.AttributeValueMemberB{Value: []byte{}},
				&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"": &types.AttributeValueMemberNULL{Value: true}}},
				&types.AttributeValueMemberBS{Value: [][]byte{{0}}}, &types.AttributeValueMemberNS{Value: []string{"1", "2"}},
				&types.AttributeValueMemberBOOL{},
			}}}},
			`{"Item":{"a":{"L":[{"S":"ä\"\\\n\r\t\u0001` + "\uFFFD\u2028" + `"},{"B":""},{"M":{"":{"NULL":true}}},{"BS":["AA=="]},{"NS":["1","2"]},{"BOOL":false}]}}}`,
		},
		"numbers and times": {
			&dynamodb.DescribeTableOutput{Table: &types.TableDescription{
				ItemCount: aws.Int64(5), CreationDateTime: aws.Time(time.UnixMilli(1577836800500)),
				ProvisionedThroughput: &types.ProvisionedThroughputDescription{ReadCapacityUnits: aws.Int64(0)},
			}},
			`{"Table":{"CreationDateTime":1577836800.5,"ItemCount":5,"ProvisionedThroughput":{"ReadCapacityUnits":0}}}`,
		},
		"fractions": {
			&dynamodb.PutItemOutput{ConsumedCapacity: &types.ConsumedCapacity{CapacityUnits: aws.Float64(1), ReadCapacityUnits: aws.Float64(0.5)}},
			`{"ConsumedCapacity":{"CapacityUnits":1.0,"ReadCapacityUnits":0.5}}`,
		},
	}
	for name, tt := range tests {
		got := Append(nil, tt.out)
		if diff := cmp.Diff(tt.want, string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if !json.Valid(got) {
			t.Errorf("%s: no JSON: %s", name, got)
		}
	}
}

func TestAppendError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		members Members
		want    string
	}{
		{nil, `{"__type":"x#E"}`},
		{Message{"Message", "a \"b\""}, `{"__type":"x#E","Message":"a \"b\""}`},
		{&types.ResourceNotFoundException{Message: aws.String("gone")}, `{"__type":"x#E","message":"gone"}`},
		{
			&types.TransactionCanceledException{Message: aws.String("m"), CancellationReasons: []types.CancellationReason{{Code: aws.String("None")}}},
			`{"__type":"x#E","CancellationReasons":[{"Code":"None"}],"Message":"m"}`,
		},
	}
	for _, tt := range tests {
		if got := string(AppendError(nil, "x#E", tt.members)); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}
