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
	"GetItem": {
		schema: smithy.NewOperationSchema(schemas.GetItem, schemas.GetItemInput, schemas.GetItemOutput),
		output: func() smithy.Deserializable { return new(dynamodb.GetItemOutput) },
	},
	"PutItem": {
		schema: smithy.NewOperationSchema(schemas.PutItem, schemas.PutItemInput, schemas.PutItemOutput),
		output: func() smithy.Deserializable { return new(dynamodb.PutItemOutput) },
	},
	"UpdateItem": {
		schema: smithy.NewOperationSchema(schemas.UpdateItem, schemas.UpdateItemInput, schemas.UpdateItemOutput),
		output: func() smithy.Deserializable { return new(dynamodb.UpdateItemOutput) },
	},
	"DeleteItem": {
		schema: smithy.NewOperationSchema(schemas.DeleteItem, schemas.DeleteItemInput, schemas.DeleteItemOutput),
		output: func() smithy.Deserializable { return new(dynamodb.DeleteItemOutput) },
	},
	"Query": {
		schema: smithy.NewOperationSchema(schemas.Query, schemas.QueryInput, schemas.QueryOutput),
		output: func() smithy.Deserializable { return new(dynamodb.QueryOutput) },
	},
	"Scan": {
		schema: smithy.NewOperationSchema(schemas.Scan, schemas.ScanInput, schemas.ScanOutput),
		output: func() smithy.Deserializable { return new(dynamodb.ScanOutput) },
	},
	"BatchGetItem": {
		schema: smithy.NewOperationSchema(schemas.BatchGetItem, schemas.BatchGetItemInput, schemas.BatchGetItemOutput),
		output: func() smithy.Deserializable { return new(dynamodb.BatchGetItemOutput) },
		tables: true,
	},
	"BatchWriteItem": {
		schema: smithy.NewOperationSchema(schemas.BatchWriteItem, schemas.BatchWriteItemInput, schemas.BatchWriteItemOutput),
		output: func() smithy.Deserializable { return new(dynamodb.BatchWriteItemOutput) },
		tables: true,
	},
	"TransactGetItems": {
		schema: smithy.NewOperationSchema(schemas.TransactGetItems, schemas.TransactGetItemsInput, schemas.TransactGetItemsOutput),
		output: func() smithy.Deserializable { return new(dynamodb.TransactGetItemsOutput) },
		tables: true,
	},
	"TransactWriteItems": {
		schema: smithy.NewOperationSchema(
			schemas.TransactWriteItems, schemas.TransactWriteItemsInput, schemas.TransactWriteItemsOutput,
		),
		output: func() smithy.Deserializable { return new(dynamodb.TransactWriteItemsOutput) },
		tables: true,
	},
}
