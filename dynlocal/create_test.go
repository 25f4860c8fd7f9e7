package dynlocal

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// plain gives a valid request for a table, changed by the function.
func plain(change func(*dynamodb.CreateTableInput)) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName: aws.String("plain"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: define("pk", "S", "sk", "S"), KeySchema: keyOf("pk", "sk"),
	}
	change(in)
	return in
}

func withGlobal(change func(*types.GlobalSecondaryIndex)) *dynamodb.CreateTableInput {
	return plain(func(in *dynamodb.CreateTableInput) {
		in.AttributeDefinitions = define("pk", "S", "sk", "S", "g", "S")
		x := types.GlobalSecondaryIndex{IndexName: aws.String("gsi"), KeySchema: keyOf("g"), Projection: projectAll}
		change(&x)
		in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{x}
	})
}

func withLocal(change func(*types.LocalSecondaryIndex)) *dynamodb.CreateTableInput {
	return plain(func(in *dynamodb.CreateTableInput) {
		in.AttributeDefinitions = define("pk", "S", "sk", "S", "l", "S")
		x := types.LocalSecondaryIndex{IndexName: aws.String("lsi"), KeySchema: keyOf("pk", "l"), Projection: projectAll}
		change(&x)
		in.LocalSecondaryIndexes = []types.LocalSecondaryIndex{x}
	})
}

func TestCreateTableRefusals(t *testing.T) {
	t.Parallel()
	const parameter = "ValidationException: One or more parameter values were invalid: "
	checkRefusals(t, []refuse{
		{
			"no name", plain(func(in *dynamodb.CreateTableInput) { in.TableName = nil }),
			"ValidationException: The parameter 'TableName' is required but was not present in the request",
		},
		{
			"short name", plain(func(in *dynamodb.CreateTableInput) { in.TableName = aws.String("ab") }),
			"ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
		},
		{
			"table exists", plain(func(in *dynamodb.CreateTableInput) { in.TableName = things }),
			"ResourceInUseException: Table already exists: things",
		},
		{
			"unknown billing mode", plain(func(in *dynamodb.CreateTableInput) { in.BillingMode = "FREE" }),
			"ValidationException: 1 validation error detected: Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
		},
		{
			"no throughput", plain(func(in *dynamodb.CreateTableInput) { in.BillingMode = "" }),
			parameter + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
		},
		{"throughput on demand", plain(func(in *dynamodb.CreateTableInput) {
			in.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1)}
		}), parameter + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		{
			"three key elements", plain(func(in *dynamodb.CreateTableInput) { in.KeySchema = keyOf("pk", "sk", "x") }),
			"ValidationException: 1 validation error detected: Value '[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=sk, keyType=RANGE), " +
				"KeySchemaElement(attributeName=x, keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2",
		},
		{
			"undefined key attribute", plain(func(in *dynamodb.CreateTableInput) { in.KeySchema = keyOf("pk", "x") }),
			parameter + "Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, x], AttributeDefinitions: [pk, sk]",
		},
		{
			"more keys than definitions", plain(func(in *dynamodb.CreateTableInput) { in.AttributeDefinitions = define("pk", "S") }),
			"ValidationException: Invalid KeySchema: Some index key attribute have no definition",
		},
		{
			"same attribute twice", plain(func(in *dynamodb.CreateTableInput) { in.KeySchema = keyOf("pk", "pk") }),
			"ValidationException: Both the Hash Key and the Range Key element in the KeySchema have the same name",
		},
		{
			"range first", plain(func(in *dynamodb.CreateTableInput) { in.KeySchema[0].KeyType = types.KeyTypeRange }),
			"ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
		},
		{
			"two hash keys", plain(func(in *dynamodb.CreateTableInput) { in.KeySchema[1].KeyType = types.KeyTypeHash }),
			"ValidationException: Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
		},
		{
			"unused definition", plain(func(in *dynamodb.CreateTableInput) { in.KeySchema = keyOf("pk") }),
			parameter + "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
		},
		{
			"unused definition beside indexes", withGlobal(func(x *types.GlobalSecondaryIndex) { x.KeySchema = keyOf("sk") }),
			parameter + "Some AttributeDefinitions are not used. AttributeDefinitions: [pk, sk, g], keys used: [pk, sk]",
		},
		{"stream without view type", plain(func(in *dynamodb.CreateTableInput) {
			in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true)}
		}), parameter + "Table is being created with stream enabled, but StreamViewType is not specified"},
		{
			"no global indexes", plain(func(in *dynamodb.CreateTableInput) { in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{} }),
			parameter + "List of GlobalSecondaryIndexes is empty",
		},
		{
			"no projection type", withGlobal(func(x *types.GlobalSecondaryIndex) { x.Projection = &types.Projection{} }),
			parameter + "Unknown ProjectionType: null",
		},
		{"attributes of a whole projection", withGlobal(func(x *types.GlobalSecondaryIndex) {
			x.Projection = &types.Projection{ProjectionType: types.ProjectionTypeAll, NonKeyAttributes: []string{"x"}}
		}), parameter + "ProjectionType is ALL, but NonKeyAttributes is specified"},
		{"no attributes to include", withGlobal(func(x *types.GlobalSecondaryIndex) {
			x.Projection = &types.Projection{ProjectionType: types.ProjectionTypeInclude}
		}), parameter + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"},
		{"hash after range", withGlobal(func(x *types.GlobalSecondaryIndex) {
			x.KeySchema = append(keyOf("g", "sk"), keyOf("pk")...)
		}), "ValidationException: Invalid KeySchema: HASH key elements must precede RANGE key elements"},
		{
			"local index by another partition", withLocal(func(x *types.LocalSecondaryIndex) { x.KeySchema = keyOf("l", "sk") }),
			parameter + "Index KeySchema does not have the same leading hash key as table KeySchema for index: lsi. index hash key: l, table hash key: pk",
		},
		{
			"local index without range", withLocal(func(x *types.LocalSecondaryIndex) { x.KeySchema = keyOf("pk") }),
			parameter + "Index KeySchema does not have a range key for index: lsi",
		},
	})
}

func TestDescribeTable(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := Start(t, WithClock(func() time.Time { return now })).Client()
	in := withGlobal(func(*types.GlobalSecondaryIndex) {})
	if _, err := c.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: in.TableName, Item: item{"pk": sv("p"), "sk": sv("s"), "g": sv("g")},
	}); err != nil {
		t.Fatal(err)
	}
	arn := "arn:aws:dynamodb:us-east-1:000000000000:table/plain"
	got, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(arn)})
	if err != nil {
		t.Fatal(err)
	}
	none := &types.ProvisionedThroughputDescription{
		NumberOfDecreasesToday: aws.Int64(0), ReadCapacityUnits: aws.Int64(0), WriteCapacityUnits: aws.Int64(0),
	}
	want := &types.TableDescription{
		TableName: in.TableName, TableArn: &arn, TableId: got.Table.TableId, TableStatus: types.TableStatusActive,
		CreationDateTime: &now, AttributeDefinitions: in.AttributeDefinitions, KeySchema: in.KeySchema,
		BillingModeSummary:        &types.BillingModeSummary{BillingMode: types.BillingModePayPerRequest, LastUpdateToPayPerRequestDateTime: &now},
		DeletionProtectionEnabled: aws.Bool(false), ProvisionedThroughput: none,
		ItemCount: aws.Int64(1), TableSizeBytes: aws.Int64(8),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndexDescription{{
			IndexName: aws.String("gsi"), IndexArn: aws.String(arn + "/index/gsi"), IndexStatus: types.IndexStatusActive,
			KeySchema: keyOf("g"), Projection: projectAll, ProvisionedThroughput: none,
			ItemCount: aws.Int64(1), IndexSizeBytes: aws.Int64(8),
		}},
	}
	if diff := cmp.Diff(want, got.Table, sdkOptions); diff != "" {
		t.Error(diff)
	}
}

func TestTableKeepsItsDefinition(t *testing.T) {
	t.Parallel()
	c := Start(t).Client()
	in := withGlobal(func(*types.GlobalSecondaryIndex) {})
	created, err := c.CreateTable(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	*in.KeySchema[0].AttributeName, *in.GlobalSecondaryIndexes[0].KeySchema[0].AttributeName = "changed", "changed"
	*created.TableDescription.AttributeDefinitions[0].AttributeName = "changed"
	got, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: in.TableName})
	if err != nil {
		t.Fatal(err)
	}
	want := define("pk", "S", "sk", "S", "g", "S")
	if diff := cmp.Diff(want, got.Table.AttributeDefinitions, sdkOptions); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(keyOf("pk", "sk"), got.Table.KeySchema, sdkOptions); diff != "" {
		t.Error(diff)
	}
}

func TestListTablesPages(t *testing.T) {
	t.Parallel()
	c := Start(t).Client()
	for _, name := range []string{"ccc", "aaa", "bbb"} {
		if _, err := c.CreateTable(t.Context(), plain(func(in *dynamodb.CreateTableInput) { in.TableName = &name })); err != nil {
			t.Fatal(err)
		}
	}
	first, err := c.ListTables(t.Context(), &dynamodb.ListTablesInput{Limit: aws.Int32(2)})
	if err != nil {
		t.Fatal(err)
	}
	want := &dynamodb.ListTablesOutput{TableNames: []string{"aaa", "bbb"}, LastEvaluatedTableName: aws.String("bbb")}
	if diff := cmp.Diff(want, first, sdkOptions); diff != "" {
		t.Error(diff)
	}
	rest, err := c.ListTables(t.Context(), &dynamodb.ListTablesInput{ExclusiveStartTableName: first.LastEvaluatedTableName})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&dynamodb.ListTablesOutput{TableNames: []string{"ccc"}}, rest, sdkOptions); diff != "" {
		t.Error(diff)
	}
}

func TestTimeToLive(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	set := func(enabled bool, name string) string {
		_, err := c.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
			TableName:               things,
			TimeToLiveSpecification: &types.TimeToLiveSpecification{Enabled: &enabled, AttributeName: &name},
		})
		return errorText(err)
	}
	got := []string{set(true, "ttl"), set(true, "ttl"), set(true, "other"), set(false, "ttl"), set(false, "ttl"), set(true, "other")}
	want := []string{
		"", "ValidationException: TimeToLive is already enabled",
		"ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is ttl",
		"", "ValidationException: TimeToLive is already disabled", "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	d, err := c.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: things})
	if err != nil {
		t.Fatal(err)
	}
	wantD := &types.TimeToLiveDescription{TimeToLiveStatus: types.TimeToLiveStatusEnabled, AttributeName: aws.String("other")}
	if diff := cmp.Diff(wantD, d.TimeToLiveDescription, sdkOptions); diff != "" {
		t.Error(diff)
	}
}
