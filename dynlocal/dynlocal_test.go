package dynlocal

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/document"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sdkOptions compares outputs of the SDK by what they say.
var sdkOptions = cmp.Options{
	cmpopts.IgnoreTypes(document.NoSerde{}, middleware.Metadata{}),
}

func sv(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func nv(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }

type item = map[string]types.AttributeValue

// keyOf makes a key schema of one HASH and at most one RANGE attribute.
func keyOf(names ...string) []types.KeySchemaElement {
	key := []types.KeySchemaElement{{AttributeName: aws.String(names[0]), KeyType: types.KeyTypeHash}}
	for _, n := range names[1:] {
		key = append(key, types.KeySchemaElement{AttributeName: aws.String(n), KeyType: types.KeyTypeRange})
	}
	return key
}

// define makes attribute definitions from pairs of name and type.
func define(pairs ...string) []types.AttributeDefinition {
	var defs []types.AttributeDefinition
	for i := 0; i < len(pairs); i += 2 {
		defs = append(defs, types.AttributeDefinition{
			AttributeName: aws.String(pairs[i]), AttributeType: types.ScalarAttributeType(pairs[i+1]),
		})
	}
	return defs
}

var projectAll = &types.Projection{ProjectionType: types.ProjectionTypeAll}

// testTable is a table with composite key, a local index by n, and global ones of every projection.
func testTable() *dynamodb.CreateTableInput {
	gsi := func(name string, p *types.Projection, key ...types.KeySchemaElement) types.GlobalSecondaryIndex {
		return types.GlobalSecondaryIndex{IndexName: aws.String(name), KeySchema: key, Projection: p}
	}
	hash := func(n string) types.KeySchemaElement { return keyOf(n)[0] }
	rng := func(n string) types.KeySchemaElement { return keyOf("", n)[1] }
	return &dynamodb.CreateTableInput{
		TableName:            aws.String("things"),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: define("pk", "S", "sk", "S", "n", "N", "a", "S", "b", "S", "c", "S"),
		KeySchema:            keyOf("pk", "sk"),
		LocalSecondaryIndexes: []types.LocalSecondaryIndex{{
			IndexName: aws.String("local"), KeySchema: keyOf("pk", "n"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			gsi("all", projectAll, hash("a"), rng("n")),
			gsi("some", &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"x"}}, hash("b")),
			gsi("multi", projectAll, hash("a"), hash("b"), rng("n"), rng("c")),
		},
	}
}

// newTestTable creates the table of testTable. With DYN_ENDPOINT set, the client is one of the engine there: the tests
// that only use the client then show what it answers.
func newTestTable(t *testing.T, opts ...Option) (*DB, *dynamodb.Client) {
	t.Helper()
	db := Start(t, opts...)
	client := db.Client()
	if endpoint := os.Getenv("DYN_ENDPOINT"); endpoint != "" {
		account := strings.ReplaceAll(db.uuid(), "-", "")
		client = dynamodb.New(dynamodb.Options{
			Region: defaultRegion, BaseEndpoint: aws.String(endpoint),
			Credentials: credentials.NewStaticCredentialsProvider(account, "x", ""),
		})
	}
	if _, err := client.CreateTable(t.Context(), testTable()); err != nil {
		t.Fatal(err)
	}
	return db, client
}

func put(t *testing.T, c *dynamodb.Client, it item) {
	t.Helper()
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("things"), Item: it}); err != nil {
		t.Fatal(err)
	}
}

// errorText gives code and text of an error of the service, "" for nil.
func errorText(err error) string {
	var ae smithy.APIError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &ae):
		return ae.ErrorCode() + ": " + ae.ErrorMessage()
	}
	return err.Error()
}

func typeName(v any) string { return fmt.Sprintf("%T", v) }
