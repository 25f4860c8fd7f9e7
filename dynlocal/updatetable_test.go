package dynlocal

import (
	"math/rand/v2"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

func createIndex(name string, key ...string) []types.GlobalSecondaryIndexUpdate {
	return []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
		IndexName: &name, KeySchema: keyOf(key...), Projection: projectAll,
	}}}
}

func deleteIndex(name string) []types.GlobalSecondaryIndexUpdate {
	return []types.GlobalSecondaryIndexUpdate{{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: &name}}}
}

func TestCreatedIndexIsFilledAndFollows(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	r := rand.New(rand.NewPCG(10, 11))
	fill(t, c, r, 200)
	put(t, c, item{"pk": sv("odd"), "sk": sv("type"), "x": nv("1")})
	put(t, c, item{"pk": sv("odd"), "sk": sv("empty"), "x": sv("")})
	if _, err := c.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName: things, AttributeDefinitions: define("x", "S"), GlobalSecondaryIndexUpdates: createIndex("byX", "x", "n"),
	}); err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		var want []item
		for _, it := range scanAll(t, c, dynamodb.ScanInput{}) {
			if _, ok := it["x"].(*types.AttributeValueMemberS); ok && has(it, []string{"x", "n"}) {
				want = append(want, it)
			}
		}
		got := scanAll(t, c, dynamodb.ScanInput{IndexName: aws.String("byX"), Limit: aws.Int32(9)})
		if diff := cmp.Diff(sorted(want), sorted(got), sdkOptions); diff != "" || len(want) == 0 {
			t.Errorf("%s: %s", when, diff)
		}
	}
	check("filled")
	fill(t, c, r, 200)
	check("after writes")
}

func TestDeletedIndexIsGone(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	out, err := c.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{TableName: things, GlobalSecondaryIndexUpdates: deleteIndex("multi")})
	if err != nil {
		t.Fatal(err)
	}
	// The index was the last to use c.
	if diff := cmp.Diff(define("pk", "S", "sk", "S", "n", "N", "a", "S", "b", "S"), out.TableDescription.AttributeDefinitions, sdkOptions); diff != "" {
		t.Error(diff)
	}
	_, err = c.Scan(t.Context(), &dynamodb.ScanInput{TableName: things, IndexName: aws.String("multi")})
	if got, want := errorText(err), "ValidationException: The table does not have the specified index: multi"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	put(t, c, item{"pk": sv("p"), "sk": sv("s"), "c": nv("1")}) // c is no key any more
}

func TestUpdateTableRefusals(t *testing.T) {
	t.Parallel()
	checkRefusals(t, []refuse{
		{
			"nothing to change", &dynamodb.UpdateTableInput{TableName: things},
			"ValidationException: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
		},
		{
			"index exists", &dynamodb.UpdateTableInput{TableName: things, GlobalSecondaryIndexUpdates: createIndex("all", "a")},
			"ValidationException: Attempting to create an index which already exists",
		},
		{
			"undefined attribute", &dynamodb.UpdateTableInput{TableName: things, GlobalSecondaryIndexUpdates: createIndex("new", "zz")},
			"ValidationException: One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [zz], AttributeDefinitions: [pk, sk, n, a, b, c]",
		},
		{
			"no such index", &dynamodb.UpdateTableInput{TableName: things, GlobalSecondaryIndexUpdates: deleteIndex("nope")},
			"ResourceNotFoundException: Requested resource not found",
		},
		{
			"local index", &dynamodb.UpdateTableInput{TableName: things, GlobalSecondaryIndexUpdates: deleteIndex("local")},
			"ResourceNotFoundException: Requested resource not found",
		},
		{"two at once", &dynamodb.UpdateTableInput{
			TableName: things, GlobalSecondaryIndexUpdates: append(deleteIndex("all"), deleteIndex("some")...),
		}, "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"},
		{"throughput on demand", &dynamodb.UpdateTableInput{TableName: things, ProvisionedThroughput: &types.ProvisionedThroughput{
			ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1),
		}}, "ValidationException: One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		{"index without throughput", &dynamodb.UpdateTableInput{
			TableName: things, BillingMode: types.BillingModeProvisioned,
			ProvisionedThroughput: &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(1)},
		}, "ValidationException: One or more parameter values were invalid: ProvisionedThroughput must be specified for index: all"},
	})
}

func TestUpdateTableSettings(t *testing.T) {
	t.Parallel()
	c := Start(t).Client()
	in := plain(func(in *dynamodb.CreateTableInput) {
		in.BillingMode = ""
		in.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(5), WriteCapacityUnits: aws.Int64(5)}
	})
	if _, err := c.CreateTable(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	same := &dynamodb.UpdateTableInput{TableName: in.TableName, ProvisionedThroughput: in.ProvisionedThroughput}
	if _, err := c.UpdateTable(t.Context(), same); err == nil {
		t.Error("unchanged throughput was accepted")
	}
	if _, err := c.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName: in.TableName, BillingMode: types.BillingModePayPerRequest, DeletionProtectionEnabled: aws.Bool(true),
		TableClass: types.TableClassStandardInfrequentAccess, SSESpecification: &types.SSESpecification{
			Enabled: aws.Bool(true), KMSMasterKeyId: aws.String("key-1"),
		},
	}); err != nil {
		t.Fatal(err)
	}
	got, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: in.TableName})
	if err != nil {
		t.Fatal(err)
	}
	want := *got.Table
	want.DeletionProtectionEnabled = aws.Bool(true)
	want.BillingModeSummary = &types.BillingModeSummary{
		BillingMode: types.BillingModePayPerRequest, LastUpdateToPayPerRequestDateTime: got.Table.BillingModeSummary.LastUpdateToPayPerRequestDateTime,
	}
	want.TableClassSummary = &types.TableClassSummary{TableClass: types.TableClassStandardInfrequentAccess}
	want.SSEDescription = &types.SSEDescription{
		Status: types.SSEStatusEnabled, SSEType: types.SSETypeKms, KMSMasterKeyArn: aws.String("arn:aws:kms:us-east-1:000000000000:key/key-1"),
	}
	want.ProvisionedThroughput = &types.ProvisionedThroughputDescription{
		NumberOfDecreasesToday: aws.Int64(0), ReadCapacityUnits: aws.Int64(0), WriteCapacityUnits: aws.Int64(0),
	}
	if diff := cmp.Diff(&want, got.Table, sdkOptions); diff != "" {
		t.Error(diff)
	}
	_, err = c.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: in.TableName})
	const protected = "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
	if got := errorText(err); got != protected {
		t.Errorf("got %s", got)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	arn := aws.String("arn:aws:dynamodb:us-east-1:000000000000:table/things")
	tag := func(k, v string) types.Tag { return types.Tag{Key: &k, Value: &v} }
	list := func() []types.Tag {
		out, err := c.ListTagsOfResource(t.Context(), &dynamodb.ListTagsOfResourceInput{ResourceArn: arn})
		if err != nil {
			t.Fatal(err)
		}
		return out.Tags
	}
	for _, tags := range [][]types.Tag{{tag("a", "1"), tag("b", "2")}, {tag("a", "3")}} {
		if _, err := c.TagResource(t.Context(), &dynamodb.TagResourceInput{ResourceArn: arn, Tags: tags}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]types.Tag{tag("b", "2"), tag("a", "3")}, list(), sdkOptions); diff != "" {
		t.Error(diff)
	}
	if _, err := c.UntagResource(t.Context(), &dynamodb.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"b"}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]types.Tag{tag("a", "3")}, list(), sdkOptions); diff != "" {
		t.Error(diff)
	}
	_, err := c.TagResource(t.Context(), &dynamodb.TagResourceInput{ResourceArn: aws.String("no"), Tags: list()})
	if got, want := errorText(err), "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input no"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
