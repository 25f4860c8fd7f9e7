package dynlocal

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

func (c *call) updateTable(in *dynamodb.UpdateTableInput) (*dynamodb.UpdateTableOutput, error) {
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	if err := checkUpdate(in); err != nil {
		return nil, err
	}
	in = clone(in)
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	t, err := c.namedTable(in.TableName)
	if err != nil {
		return nil, err
	}
	// The change is made to a copy, which takes the table's place if all of it is possible.
	next := t.copy()
	if err := c.updateSettings(next, in); err != nil {
		return nil, err
	}
	if err := next.updateIndexes(in); err != nil {
		return nil, err
	}
	if err := next.checkIndexThroughput(); err != nil {
		return nil, err
	}
	e := edit{space: c.space, at: c.db.clock(), table: next}
	switch was, is := t.settings.stream != nil, next.settings.stream != nil; {
	case is && !was:
		e.openStream(next)
	case was && !is:
		e.closeStream(next)
	}
	if err := c.db.commit(&e); err != nil {
		return nil, err
	}
	d := next.describe()
	d.TableStatus = types.TableStatusUpdating
	return &dynamodb.UpdateTableOutput{TableDescription: d}, nil
}

func checkUpdate(in *dynamodb.UpdateTableInput) error {
	var v violations
	v.definitions(in.AttributeDefinitions)
	enum(&v, "billingMode", in.BillingMode, "PROVISIONED", "PAY_PER_REQUEST")
	enum(&v, "tableClass", in.TableClass, "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	v.throughput("provisionedThroughput", in.ProvisionedThroughput)
	for i, u := range in.GlobalSecondaryIndexUpdates {
		v.indexUpdate(fmt.Sprintf("globalSecondaryIndexUpdates.%d.member", i+1), u)
	}
	if err := v.err(); err != nil {
		return err
	}
	switch {
	case in.BillingMode == "" && in.ProvisionedThroughput == nil && in.StreamSpecification == nil &&
		len(in.GlobalSecondaryIndexUpdates) == 0 && in.SSESpecification == nil && in.DeletionProtectionEnabled == nil &&
		in.TableClass == "" && in.OnDemandThroughput == nil:
		return invalid("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates " +
			"or SSESpecification or ReplicaUpdates is required")
	case in.BillingMode == types.BillingModePayPerRequest && in.ProvisionedThroughput != nil:
		return invalid(invalidParameter + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	}
	return checkStream(in.StreamSpecification)
}

func (v *violations) indexUpdate(member string, u types.GlobalSecondaryIndexUpdate) {
	switch {
	case u.Create != nil:
		v.index(member+".create", u.Create.IndexName, u.Create.KeySchema, u.Create.Projection)
		v.throughput(member+".create.provisionedThroughput", u.Create.ProvisionedThroughput)
	case u.Update != nil:
		v.required(member+".update.indexName", u.Update.IndexName != nil)
		v.throughput(member+".update.provisionedThroughput", u.Update.ProvisionedThroughput)
	case u.Delete != nil:
		v.required(member+".delete.indexName", u.Delete.IndexName != nil)
	}
}

// updateSettings changes what does not concern the indexes.
func (c *call) updateSettings(t *table, in *dynamodb.UpdateTableInput) error {
	s := &t.settings
	if err := c.updateBilling(s, in); err != nil {
		return err
	}
	if in.OnDemandThroughput != nil {
		s.onDemand = in.OnDemandThroughput
	}
	if in.DeletionProtectionEnabled != nil {
		s.deletionProtection = *in.DeletionProtectionEnabled
	}
	if in.TableClass != "" {
		s.class = in.TableClass
	}
	if in.SSESpecification != nil {
		s.kmsKey = c.kmsKey(in.SSESpecification)
	}
	return s.updateStream(t.name, in.StreamSpecification)
}

func (s *settings) updateStream(table string, spec *types.StreamSpecification) error {
	switch {
	case spec == nil:
	case aws.ToBool(spec.StreamEnabled) && s.stream != nil:
		return invalidf("Table already has an enabled stream: TableName: %s", table)
	case aws.ToBool(spec.StreamEnabled):
		s.stream = spec
	case s.stream == nil:
		return invalidf("Table does not have an enabled stream to disable: TableName: %s", table)
	default:
		s.stream = nil
	}
	return nil
}

func (c *call) updateBilling(s *settings, in *dynamodb.UpdateTableInput) error {
	if in.BillingMode == types.BillingModePayPerRequest {
		if s.billing != types.BillingModePayPerRequest {
			s.onDemandSince = c.db.clock()
		}
		s.billing, s.throughput = types.BillingModePayPerRequest, types.ProvisionedThroughput{}
		return nil
	}
	wasOnDemand := s.billing == types.BillingModePayPerRequest
	p := in.ProvisionedThroughput
	switch {
	case in.BillingMode == types.BillingModeProvisioned && wasOnDemand && p == nil:
		return invalid(invalidParameter + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	case in.BillingMode == "" && wasOnDemand && p != nil:
		return invalid(invalidParameter + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	case p == nil:
		return nil
	case !wasOnDemand && sameThroughput(s.throughput, *p):
		return invalidf("The provisioned throughput for the table will not change. The requested value equals the current value. "+
			"Current ReadCapacityUnits provisioned for the table: %[1]d. Requested ReadCapacityUnits: %[1]d. "+
			"Current WriteCapacityUnits provisioned for the table: %[2]d. Requested WriteCapacityUnits: %[2]d. "+
			"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
			*p.ReadCapacityUnits, *p.WriteCapacityUnits)
	}
	s.billing, s.throughput = types.BillingModeProvisioned, *p
	return nil
}

func sameThroughput(a, b types.ProvisionedThroughput) bool {
	return aws.ToInt64(a.ReadCapacityUnits) == aws.ToInt64(b.ReadCapacityUnits) &&
		aws.ToInt64(a.WriteCapacityUnits) == aws.ToInt64(b.WriteCapacityUnits)
}

// updateIndexes creates, changes and deletes global indexes.
func (t *table) updateIndexes(in *dynamodb.UpdateTableInput) error {
	if err := t.addDefinitions(in.AttributeDefinitions); err != nil {
		return err
	}
	changed := 0
	for _, u := range in.GlobalSecondaryIndexUpdates {
		if u.Update == nil {
			changed++
		}
	}
	if changed > 1 {
		return &types.LimitExceededException{Message: aws.String("Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")}
	}
	for _, u := range in.GlobalSecondaryIndexUpdates {
		if err := t.updateIndex(u); err != nil {
			return err
		}
	}
	t.dropDefinitions()
	return nil
}

func (t *table) updateIndex(u types.GlobalSecondaryIndexUpdate) error {
	switch {
	case u.Create != nil:
		return t.createIndex(u.Create)
	case u.Delete != nil:
		x := t.index(*u.Delete.IndexName)
		if x == nil || x.local {
			return tableNotFound()
		}
		t.removeIndex(x)
	case u.Update != nil:
		x := t.index(*u.Update.IndexName)
		if x == nil || x.local {
			return tableNotFound()
		}
		if u.Update.ProvisionedThroughput != nil {
			x.throughput = *u.Update.ProvisionedThroughput
		}
		if u.Update.OnDemandThroughput != nil {
			x.onDemand = u.Update.OnDemandThroughput
		}
	default:
		return invalid(invalidParameter + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null")
	}
	return nil
}

// createIndex adds a global index and fills it. Items whose key attributes do not fit it stay out, as in the service.
func (t *table) createIndex(in *types.CreateGlobalSecondaryIndexAction) error {
	if t.index(*in.IndexName) != nil {
		return invalid("Attempting to create an index which already exists")
	}
	if err := checkIndex(*in.IndexName, in.KeySchema, in.Projection, t.attributes, map[string]bool{}); err != nil {
		return err
	}
	globals := 0
	for _, x := range t.indexes {
		if !x.local {
			globals++
		}
	}
	if globals >= maxGlobalIndexes {
		return invalidf(invalidParameter+"GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobalIndexes)
	}
	x := newGlobalIndex(t, &types.GlobalSecondaryIndex{
		IndexName: in.IndexName, KeySchema: in.KeySchema, Projection: in.Projection,
		ProvisionedThroughput: in.ProvisionedThroughput, OnDemandThroughput: in.OnDemandThroughput,
	})
	x.fill(t)
	t.addIndex(x)
	return nil
}

// fill gives a new index the items of the table.
func (x *index) fill(t *table) {
	t.rows.live.Scan(func(e entry) bool {
		x.replace(&change{table: t, key: e.key, new: e.item})
		return true
	})
}

func (t *table) removeIndex(x *index) {
	indexes := t.indexes
	t.indexes, t.byName = nil, nil
	for _, y := range indexes {
		if y != x {
			t.addIndex(y)
		}
	}
}

// addDefinitions adds the attributes of new indexes. Those known already may be repeated.
func (t *table) addDefinitions(defs []types.AttributeDefinition) error {
	kinds := maps.Clone(t.kinds)
	attributes := slices.Clone(t.attributes)
	for name, kind := range attributeKinds(defs) {
		if known, ok := kinds[name]; ok && known != kind {
			return invalidf(invalidParameter+"Attribute %s is defined as %s already", name, known)
		}
	}
	for _, d := range defs {
		if _, ok := kinds[*d.AttributeName]; !ok {
			attributes = append(attributes, d)
		}
	}
	maps.Copy(kinds, attributeKinds(defs))
	t.kinds, t.attributes = kinds, attributes
	return nil
}

// dropDefinitions removes the attributes that no key uses any more.
func (t *table) dropDefinitions() {
	used := func(name string) bool {
		return t.key.has(name) || slices.ContainsFunc(t.indexes, func(x *index) bool { return x.key.has(name) })
	}
	t.attributes = slices.DeleteFunc(t.attributes, func(d types.AttributeDefinition) bool { return !used(*d.AttributeName) })
	maps.DeleteFunc(t.kinds, func(name string, _ value.Kind) bool { return !used(name) })
}

// checkIndexThroughput checks that indexes have a throughput exactly when it is provisioned.
func (t *table) checkIndexThroughput() error {
	for _, x := range t.indexes {
		switch {
		case x.local:
		case t.settings.billing == types.BillingModePayPerRequest:
			x.throughput = types.ProvisionedThroughput{}
		case x.throughput.ReadCapacityUnits == nil:
			return invalidf(invalidParameter+"ProvisionedThroughput must be specified for index: %s", x.name)
		}
	}
	return nil
}
