package dynlocal

import (
	"errors"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxListTables is the most names that one page of ListTables gives.
const maxListTables = 100

// accountNumber stands in every ARN, as accounts here are known by access key id only.
const accountNumber = "000000000000"

func (s *space) arn(resource string) string {
	return "arn:aws:dynamodb:" + s.id.region + ":" + accountNumber + ":" + resource
}

func (c *call) describeTable(in *dynamodb.DescribeTableInput) (*dynamodb.DescribeTableOutput, error) {
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	c.db.mu.RLock()
	defer c.db.mu.RUnlock()
	t, err := c.namedTable(in.TableName)
	if err != nil {
		return nil, err
	}
	return &dynamodb.DescribeTableOutput{Table: t.describe()}, nil
}

// namedTable is [call.table] for the operations whose error names the table.
func (c *call) namedTable(name *string) (*table, error) {
	t, err := c.table(name)
	if missing := (*types.ResourceNotFoundException)(nil); errors.As(err, &missing) {
		err = namedTableNotFound(tableName(*name))
	}
	return t, err
}

func (c *call) deleteTable(in *dynamodb.DeleteTableInput) (*dynamodb.DeleteTableOutput, error) {
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	t, err := c.namedTable(in.TableName)
	if err != nil {
		return nil, err
	}
	if t.settings.deletionProtection {
		return nil, invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	e := edit{space: c.space, at: c.db.clock(), dropped: t.name}
	if t.settings.stream != nil {
		e.closeStream(t)
	}
	if err := c.db.commit(&e); err != nil {
		return nil, err
	}
	d := t.describe()
	d.TableStatus = types.TableStatusDeleting
	return &dynamodb.DeleteTableOutput{TableDescription: d}, nil
}

func (c *call) listTables(in *dynamodb.ListTablesInput) (*dynamodb.ListTablesOutput, error) {
	var v violations
	v.name("exclusiveStartTableName", in.ExclusiveStartTableName, minName)
	minimum(&v, "limit", in.Limit, 1)
	maximum(&v, "limit", in.Limit, maxListTables)
	if err := v.err(); err != nil {
		return nil, err
	}
	c.db.mu.RLock()
	names := slices.Sorted(maps.Keys(c.space.tables))
	c.db.mu.RUnlock()
	if start := aws.ToString(in.ExclusiveStartTableName); start != "" {
		at, found := slices.BinarySearch(names, start)
		if found {
			at++
		}
		names = names[at:]
	}
	out := &dynamodb.ListTablesOutput{TableNames: names}
	limit := maxListTables
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if len(names) > limit {
		out.TableNames = names[:limit]
		out.LastEvaluatedTableName = aws.String(names[limit-1])
	}
	if out.TableNames == nil {
		out.TableNames = []string{}
	}
	return out, nil
}

// describe gives the table's description. Tables are active at once: nothing here takes time.
func (t *table) describe() *types.TableDescription {
	d := &types.TableDescription{
		TableName: aws.String(t.name), TableArn: aws.String(t.arn), TableId: aws.String(t.id),
		TableStatus: types.TableStatusActive, CreationDateTime: aws.Time(t.created),
		AttributeDefinitions: t.attributes, KeySchema: t.key.elements,
		ItemCount: aws.Int64(int64(t.rows.live.Len())), TableSizeBytes: aws.Int64(t.bytes),
		DeletionProtectionEnabled: aws.Bool(t.settings.deletionProtection),
		ProvisionedThroughput:     throughput(t.settings.throughput),
		OnDemandThroughput:        t.settings.onDemand,
		StreamSpecification:       t.settings.stream,
	}
	if t.streamARN != "" {
		d.LatestStreamArn, d.LatestStreamLabel = aws.String(t.streamARN), aws.String(streamLabel(t.streamARN))
	}
	if !t.settings.onDemandSince.IsZero() {
		d.BillingModeSummary = &types.BillingModeSummary{
			BillingMode: t.settings.billing, LastUpdateToPayPerRequestDateTime: aws.Time(t.settings.onDemandSince),
		}
	}
	if t.settings.kmsKey != "" {
		d.SSEDescription = &types.SSEDescription{
			Status: types.SSEStatusEnabled, SSEType: types.SSETypeKms, KMSMasterKeyArn: aws.String(t.settings.kmsKey),
		}
	}
	if t.settings.class != "" {
		d.TableClassSummary = &types.TableClassSummary{TableClass: t.settings.class}
	}
	for _, x := range t.indexes {
		if x.local {
			d.LocalSecondaryIndexes = append(d.LocalSecondaryIndexes, x.describeLocal(t))
		} else {
			d.GlobalSecondaryIndexes = append(d.GlobalSecondaryIndexes, x.describeGlobal(t))
		}
	}
	return clone(d)
}

func throughput(p types.ProvisionedThroughput) *types.ProvisionedThroughputDescription {
	return &types.ProvisionedThroughputDescription{
		NumberOfDecreasesToday: aws.Int64(0),
		ReadCapacityUnits:      aws.Int64(aws.ToInt64(p.ReadCapacityUnits)),
		WriteCapacityUnits:     aws.Int64(aws.ToInt64(p.WriteCapacityUnits)),
	}
}

func (x *index) describeLocal(t *table) types.LocalSecondaryIndexDescription {
	return types.LocalSecondaryIndexDescription{
		IndexName: aws.String(x.name), IndexArn: aws.String(t.arn + "/index/" + x.name),
		KeySchema: x.key.elements, Projection: &x.projection,
		ItemCount: aws.Int64(int64(x.rows.live.Len())), IndexSizeBytes: aws.Int64(x.bytes),
	}
}

func (x *index) describeGlobal(t *table) types.GlobalSecondaryIndexDescription {
	return types.GlobalSecondaryIndexDescription{
		IndexName: aws.String(x.name), IndexArn: aws.String(t.arn + "/index/" + x.name),
		IndexStatus: types.IndexStatusActive,
		KeySchema:   x.key.elements, Projection: &x.projection,
		ItemCount: aws.Int64(int64(x.rows.live.Len())), IndexSizeBytes: aws.Int64(x.bytes),
		ProvisionedThroughput: throughput(x.throughput), OnDemandThroughput: x.onDemand,
	}
}
