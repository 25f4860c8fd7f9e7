package dynlocal

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// The service's limits on tables and indexes.
const (
	maxKeyAttributes     = 4 // of each type, in a global index
	maxGlobalIndexes     = 20
	maxLocalIndexes      = 5
	maxProjectedPerIndex = 20
	maxProjectedPerTable = 100
)

func (c *call) createTable(in *dynamodb.CreateTableInput) (*dynamodb.CreateTableOutput, error) {
	t, err := c.newTable(in)
	if err != nil {
		return nil, err
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	if c.space.tables[t.name] != nil {
		return nil, &types.ResourceInUseException{Message: aws.String("Table already exists: " + t.name)}
	}
	e := edit{space: c.space, at: t.created, table: t}
	if t.settings.stream != nil {
		e.openStream(t)
	}
	if err := c.db.commit(&e); err != nil {
		return nil, err
	}
	return &dynamodb.CreateTableOutput{TableDescription: t.describe()}, nil
}

// newTable checks the request and builds the table that it describes.
func (c *call) newTable(in *dynamodb.CreateTableInput) (*table, error) {
	if err := checkCreate(in); err != nil {
		return nil, err
	}
	in = clone(in)
	kinds := attributeKinds(in.AttributeDefinitions)
	name := tableName(*in.TableName)
	t := &table{
		name: name, arn: c.space.arn("table/" + name), id: c.db.uuid(), created: c.db.clock(),
		kinds: kinds, attributes: in.AttributeDefinitions,
		key: newKeySchema(in.KeySchema, kinds), rows: newTree(),
		settings: c.newSettings(in),
	}
	for i := range in.LocalSecondaryIndexes {
		x := &in.LocalSecondaryIndexes[i]
		t.addIndex(newIndex(t, *x.IndexName, true, x.KeySchema, x.Projection))
	}
	for i := range in.GlobalSecondaryIndexes {
		t.addIndex(newGlobalIndex(t, &in.GlobalSecondaryIndexes[i]))
	}
	return t, nil
}

func (c *call) newSettings(in *dynamodb.CreateTableInput) settings {
	s := settings{
		billing: in.BillingMode, onDemand: in.OnDemandThroughput, class: in.TableClass,
		deletionProtection: aws.ToBool(in.DeletionProtectionEnabled), kmsKey: c.kmsKey(in.SSESpecification), tags: in.Tags,
	}
	if in.BillingMode == types.BillingModePayPerRequest {
		s.onDemandSince = c.db.clock()
	}
	if in.StreamSpecification != nil && aws.ToBool(in.StreamSpecification.StreamEnabled) {
		s.stream = in.StreamSpecification
	}
	if in.ProvisionedThroughput != nil {
		s.throughput = *in.ProvisionedThroughput
	}
	return s
}

// kmsKey gives the ARN of the key that encrypts the table, "" when the service's own does.
func (c *call) kmsKey(spec *types.SSESpecification) string {
	switch {
	case spec == nil || !aws.ToBool(spec.Enabled):
		return ""
	case strings.HasPrefix(aws.ToString(spec.KMSMasterKeyId), "arn:"):
		return *spec.KMSMasterKeyId
	case spec.KMSMasterKeyId != nil:
		return "arn:aws:kms:" + c.space.id.region + ":" + accountNumber + ":key/" + *spec.KMSMasterKeyId
	}
	return "arn:aws:kms:" + c.space.id.region + ":" + accountNumber + ":key/" + c.db.uuid()
}

func newGlobalIndex(t *table, in *types.GlobalSecondaryIndex) *index {
	x := newIndex(t, *in.IndexName, false, in.KeySchema, in.Projection)
	if in.ProvisionedThroughput != nil {
		x.throughput = *in.ProvisionedThroughput
	}
	x.onDemand = in.OnDemandThroughput
	return x
}

func newIndex(t *table, name string, local bool, key []types.KeySchemaElement, p *types.Projection) *index {
	x := &index{name: name, local: local, key: newKeySchema(key, t.kinds), projection: *p, rows: newTree()}
	if p.ProjectionType != types.ProjectionTypeAll {
		x.keep = slices.Concat(t.key.names(), x.key.names(), p.NonKeyAttributes)
		slices.Sort(x.keep)
		x.keep = slices.Compact(x.keep)
	}
	return x
}

func attributeKinds(defs []types.AttributeDefinition) map[string]value.Kind {
	kinds := map[string]value.Kind{}
	for _, d := range defs {
		kinds[aws.ToString(d.AttributeName)], _ = value.ParseKind(string(d.AttributeType))
	}
	return kinds
}

func checkCreate(in *dynamodb.CreateTableInput) error {
	if in.TableName == nil {
		return invalid("The parameter 'TableName' is required but was not present in the request")
	}
	if err := createViolations(in); err != nil {
		return err
	}
	if err := checkBilling(in); err != nil {
		return err
	}
	if err := checkTableKey(in); err != nil {
		return err
	}
	if err := checkLocalIndexes(in); err != nil {
		return err
	}
	if err := checkGlobalIndexes(in); err != nil {
		return err
	}
	if err := checkDefinitions(in); err != nil {
		return err
	}
	return checkStream(in.StreamSpecification)
}

func checkStream(s *types.StreamSpecification) error {
	switch {
	case s == nil:
		return nil
	case !aws.ToBool(s.StreamEnabled) && s.StreamViewType != "":
		return invalid(invalidParameter + "Table is being created with stream disabled, but StreamViewType is specified")
	case aws.ToBool(s.StreamEnabled) && s.StreamViewType == "":
		return invalid(invalidParameter + "Table is being created with stream enabled, but StreamViewType is not specified")
	}
	return nil
}

func createViolations(in *dynamodb.CreateTableInput) error {
	var v violations
	name := tableName(*in.TableName)
	v.name("tableName", &name, minName)
	if err := v.err(); err != nil {
		return err
	}
	v.required("attributeDefinitions", in.AttributeDefinitions != nil)
	v.definitions(in.AttributeDefinitions)
	v.keySchema("keySchema", in.KeySchema, 2)
	enum(&v, "billingMode", in.BillingMode, "PROVISIONED", "PAY_PER_REQUEST")
	v.throughput("provisionedThroughput", in.ProvisionedThroughput)
	for i := range in.GlobalSecondaryIndexes {
		x := &in.GlobalSecondaryIndexes[i]
		member := fmt.Sprintf("globalSecondaryIndexes.%d.member", i+1)
		v.index(member, x.IndexName, x.KeySchema, x.Projection)
		v.throughput(member+".provisionedThroughput", x.ProvisionedThroughput)
	}
	for i := range in.LocalSecondaryIndexes {
		x := &in.LocalSecondaryIndexes[i]
		v.index(fmt.Sprintf("localSecondaryIndexes.%d.member", i+1), x.IndexName, x.KeySchema, x.Projection)
	}
	if in.StreamSpecification != nil {
		enum(&v, "streamSpecification.streamViewType", in.StreamSpecification.StreamViewType,
			"NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
	}
	enum(&v, "tableClass", in.TableClass, "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	v.tags(in.Tags)
	return v.err()
}

func (v *violations) throughput(member string, p *types.ProvisionedThroughput) {
	if p == nil {
		return
	}
	v.required(member+".readCapacityUnits", p.ReadCapacityUnits != nil)
	v.required(member+".writeCapacityUnits", p.WriteCapacityUnits != nil)
	minimum(v, member+".readCapacityUnits", p.ReadCapacityUnits, 1)
	minimum(v, member+".writeCapacityUnits", p.WriteCapacityUnits, 1)
}

func (v *violations) definitions(defs []types.AttributeDefinition) {
	for i, d := range defs {
		member := fmt.Sprintf("attributeDefinitions.%d.member", i+1)
		v.required(member+".attributeName", d.AttributeName != nil)
		v.required(member+".attributeType", d.AttributeType != "")
		enum(v, member+".attributeType", d.AttributeType, "B", "N", "S")
	}
}

func (v *violations) tags(tags []types.Tag) {
	for i, t := range tags {
		member := fmt.Sprintf("tags.%d.member", i+1)
		v.required(member+".key", t.Key != nil)
		v.required(member+".value", t.Value != nil)
	}
}

// checkBilling checks that throughput is given exactly when it is provisioned.
func checkBilling(in *dynamodb.CreateTableInput) error {
	if in.BillingMode == types.BillingModePayPerRequest {
		if in.ProvisionedThroughput != nil {
			return invalid(invalidParameter + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
		}
		for _, x := range in.GlobalSecondaryIndexes {
			if x.ProvisionedThroughput != nil {
				return invalidf(invalidParameter+"ProvisionedThroughput should not be specified for index: %s when BillingMode is PAY_PER_REQUEST", *x.IndexName)
			}
		}
		return nil
	}
	if in.ProvisionedThroughput == nil {
		return invalid(invalidParameter + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	}
	for _, x := range in.GlobalSecondaryIndexes {
		if x.ProvisionedThroughput == nil {
			return invalidf(invalidParameter+"ProvisionedThroughput must be specified for index: %s", *x.IndexName)
		}
	}
	return nil
}

func checkTableKey(in *dynamodb.CreateTableInput) error {
	seen := map[string]bool{}
	for _, d := range in.AttributeDefinitions {
		if seen[*d.AttributeName] {
			return invalid(invalidParameter + "Cannot have two attributes with the same name")
		}
		seen[*d.AttributeName] = true
	}
	if len(in.KeySchema) > len(in.AttributeDefinitions) {
		return invalid("Invalid KeySchema: Some index key attribute have no definition")
	}
	if err := defined(in.KeySchema, in.AttributeDefinitions); err != nil {
		return err
	}
	return checkKeyPair(in.KeySchema)
}

// checkKeyPair checks the key of a table, or of a local index: a HASH attribute and at most one RANGE attribute.
func checkKeyPair(key []types.KeySchemaElement) error {
	switch {
	case len(key) == 2 && *key[0].AttributeName == *key[1].AttributeName:
		return invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
	case key[0].KeyType != types.KeyTypeHash:
		return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
	case len(key) == 2 && key[1].KeyType != types.KeyTypeRange:
		return invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
	}
	return nil
}

// defined checks that the attributes of a key are among the definitions.
func defined(key []types.KeySchemaElement, defs []types.AttributeDefinition) error {
	kinds := attributeKinds(defs)
	for _, e := range key {
		if kinds[*e.AttributeName] == value.None {
			return invalidf(invalidParameter+"Some index key attributes are not defined in AttributeDefinitions. "+
				"Keys: [%s], AttributeDefinitions: [%s]", strings.Join(keyNames(key), ", "), strings.Join(definedNames(defs), ", "))
		}
	}
	return nil
}

func keyNames(key []types.KeySchemaElement) []string {
	names := make([]string, len(key))
	for i, e := range key {
		names[i] = *e.AttributeName
	}
	return names
}

func definedNames(defs []types.AttributeDefinition) []string {
	names := make([]string, len(defs))
	for i, d := range defs {
		names[i] = *d.AttributeName
	}
	return names
}

// checkDefinitions checks that every defined attribute is used by some key.
func checkDefinitions(in *dynamodb.CreateTableInput) error {
	used := map[string]bool{}
	mark := func(key []types.KeySchemaElement) {
		for _, e := range key {
			used[*e.AttributeName] = true
		}
	}
	mark(in.KeySchema)
	projected := 0
	for _, x := range in.LocalSecondaryIndexes {
		mark(x.KeySchema)
		projected += len(x.Projection.NonKeyAttributes)
	}
	for _, x := range in.GlobalSecondaryIndexes {
		mark(x.KeySchema)
		projected += len(x.Projection.NonKeyAttributes)
	}
	if len(used) < len(in.AttributeDefinitions) {
		return unusedDefinitions(in, used)
	}
	if projected > maxProjectedPerTable {
		return invalidf(invalidParameter+"The sum of NonKeyAttributes of all indexes exceeds the per-table limit of %d", maxProjectedPerTable)
	}
	return nil
}

func unusedDefinitions(in *dynamodb.CreateTableInput, used map[string]bool) error {
	if in.LocalSecondaryIndexes == nil && in.GlobalSecondaryIndexes == nil {
		return invalid(invalidParameter + "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return invalidf(invalidParameter+"Some AttributeDefinitions are not used. AttributeDefinitions: [%s], keys used: [%s]",
		strings.Join(definedNames(in.AttributeDefinitions), ", "), strings.Join(slices.Sorted(maps.Keys(used)), ", "))
}
