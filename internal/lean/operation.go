package lean

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go"
)

// operation is what the SDK's protocol needs to read an answer of one.
type operation struct {
	schema *smithy.OperationSchema
	output func() smithy.Deserializable
	tables bool // it is about a list of tables
}

// operations are those that can be sent, by name.
var operations = map[string]*operation{
	"GetItem":    one[dynamodb.GetItemOutput](schemas.GetItem, schemas.GetItemInput, schemas.GetItemOutput),
	"PutItem":    one[dynamodb.PutItemOutput](schemas.PutItem, schemas.PutItemInput, schemas.PutItemOutput),
	"UpdateItem": one[dynamodb.UpdateItemOutput](schemas.UpdateItem, schemas.UpdateItemInput, schemas.UpdateItemOutput),
	"DeleteItem": one[dynamodb.DeleteItemOutput](schemas.DeleteItem, schemas.DeleteItemInput, schemas.DeleteItemOutput),
	"Query":      one[dynamodb.QueryOutput](schemas.Query, schemas.QueryInput, schemas.QueryOutput),
	"Scan":       one[dynamodb.ScanOutput](schemas.Scan, schemas.ScanInput, schemas.ScanOutput),
	"BatchGetItem": several[dynamodb.BatchGetItemOutput](
		schemas.BatchGetItem, schemas.BatchGetItemInput, schemas.BatchGetItemOutput,
	),
	"BatchWriteItem": several[dynamodb.BatchWriteItemOutput](
		schemas.BatchWriteItem, schemas.BatchWriteItemInput, schemas.BatchWriteItemOutput,
	),
	"TransactGetItems": several[dynamodb.TransactGetItemsOutput](
		schemas.TransactGetItems, schemas.TransactGetItemsInput, schemas.TransactGetItemsOutput,
	),
	"TransactWriteItems": several[dynamodb.TransactWriteItemsOutput](
		schemas.TransactWriteItems, schemas.TransactWriteItemsInput, schemas.TransactWriteItemsOutput,
	),
}

// output is a pointer to an operation's output.
type output[T any] interface {
	*T
	smithy.Deserializable
}

// one describes an operation on one table.
func one[T any, P output[T]](op, in, out *smithy.Schema) *operation {
	return &operation{
		schema: smithy.NewOperationSchema(op, in, out),
		output: func() smithy.Deserializable { return P(new(T)) },
	}
}

// several describes an operation on any number of tables.
func several[T any, P output[T]](op, in, out *smithy.Schema) *operation {
	o := one[T, P](op, in, out)
	o.tables = true
	return o
}
