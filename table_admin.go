package dyn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// CreateTableInput returns the request that creates the table as the entities
// registered so far need it, with on-demand billing. It does no I/O; change it
// as you like before sending it.
func (s *Service) CreateTableInput() (*dynamodb.CreateTableInput, error) {
	indexes, err := s.physical()
	if err != nil {
		return nil, opError("create table "+s.table.Name, err)
	}
	in := &dynamodb.CreateTableInput{TableName: aws.String(s.table.Name), BillingMode: types.BillingModePayPerRequest}
	for _, ix := range indexes {
		for _, k := range ix.keys {
			in.AttributeDefinitions = define(in.AttributeDefinitions, k)
		}
		switch {
		case ix.name == "":
			in.KeySchema = ix.schema()
		case ix.local:
			in.LocalSecondaryIndexes = append(in.LocalSecondaryIndexes, types.LocalSecondaryIndex{
				IndexName: aws.String(ix.name), KeySchema: ix.schema(), Projection: ix.projection(),
			})
		default:
			in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
				IndexName: aws.String(ix.name), KeySchema: ix.schema(), Projection: ix.projection(),
			})
		}
	}
	return in, nil
}

// physicalIndex is the table, or an index of it, as all entities together need it.
type physicalIndex struct {
	name   string
	local  bool
	keys   []*keyAttr
	hashes int // how many of keys are partition keys
	all    bool
	attrs  []string // projected besides keys
	users  []*index // the entities' views of it
}

// physical lists the table and its indexes, sorted by name.
func (s *Service) physical() ([]*physicalIndex, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.entities) == 0 {
		return nil, errors.New("no entity is registered; call NewEntity or Bind first")
	}
	var out []*physicalIndex
	for _, e := range s.entities {
		for _, ix := range e.indexes {
			i := slices.IndexFunc(out, func(p *physicalIndex) bool { return p.name == ix.name })
			if i < 0 {
				i = len(out)
				out = append(out, &physicalIndex{name: ix.name, local: ix.sch.Local, keys: ix.keys(), hashes: len(ix.pk)})
			}
			out[i].add(ix)
		}
	}
	slices.SortStableFunc(out, func(a, b *physicalIndex) int { return cmp.Compare(a.name, b.name) })
	return out, nil
}

// add widens the projection to what ix needs.
func (p *physicalIndex) add(ix *index) {
	p.users = append(p.users, ix)
	p.all = p.all || ix.sch.Project.All
	for _, n := range ix.included() {
		if !slices.Contains(p.attrs, n) {
			p.attrs = append(p.attrs, n)
		}
	}
}

// included lists what the index holds besides keys when its row names fields:
// those, and what tells whose an item is and whether it has expired.
func (ix *index) included() []string {
	var names []string
	for _, f := range ix.sch.Project.Fields {
		names = append(names, ix.e.m.chain(f)[0].Name)
	}
	if len(names) > 0 && ix.e.marked() {
		names = append(names, ix.e.svc.table.EntityAttr, ix.e.svc.table.VersionAttr)
	}
	if len(names) > 0 && ix.e.ttl != nil {
		names = append(names, ix.e.ttl.Name)
	}
	return names
}

func (p *physicalIndex) schema() []types.KeySchemaElement {
	out := make([]types.KeySchemaElement, len(p.keys))
	for i, k := range p.keys {
		out[i] = types.KeySchemaElement{AttributeName: aws.String(k.name), KeyType: types.KeyTypeRange}
		if i < p.hashes {
			out[i].KeyType = types.KeyTypeHash
		}
	}
	return out
}

func (p *physicalIndex) projection() *types.Projection {
	switch {
	case p.all:
		return &types.Projection{ProjectionType: types.ProjectionTypeAll}
	case len(p.attrs) == 0:
		return &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}
	}
	return &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: slices.Sorted(slices.Values(p.attrs))}
}

func define(defs []types.AttributeDefinition, k *keyAttr) []types.AttributeDefinition {
	for _, d := range defs {
		if aws.ToString(d.AttributeName) == k.name {
			return defs
		}
	}
	return append(defs, types.AttributeDefinition{AttributeName: aws.String(k.name), AttributeType: types.ScalarAttributeType(k.typ)})
}

// EnsureTable creates the table if it is missing, waits until it and its
// indexes are active, and turns on expiry when an entity has a `ttl` attribute.
// It leaves a table that exists as it is: [Service.CheckTable] compares it.
// Nothing else in dyn creates or changes tables.
func (s *Service) EnsureTable(ctx context.Context) error {
	in, err := s.CreateTableInput()
	if err != nil {
		return err
	}
	in.TableName = aws.String(s.tableName(ctx))
	op := "ensure table " + *in.TableName
	if err := s.createMissing(ctx, in); err != nil {
		return opError(op, err)
	}
	if err := s.awaitActive(ctx, in.TableName); err != nil {
		return opError(op, err)
	}
	return opError(op, s.ensureTTL(ctx, in.TableName))
}

// createMissing creates the table if there is none. It looks first, so that a
// program without the right to create tables can run where they exist.
func (s *Service) createMissing(ctx context.Context, in *dynamodb.CreateTableInput) error {
	var missing *types.ResourceNotFoundException
	_, err := s.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: in.TableName}, s.clientOptions...)
	if !errors.As(err, &missing) {
		return err
	}
	var exists *types.ResourceInUseException // another program was faster
	if _, err = s.client.CreateTable(ctx, in, s.clientOptions...); errors.As(err, &exists) {
		return nil
	}
	return err
}

// awaitActive polls the table until it and all its indexes are active.
func (s *Service) awaitActive(ctx context.Context, table *string) error {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		out, err := s.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: table}, s.clientOptions...)
		var missing *types.ResourceNotFoundException // not visible yet
		switch {
		case err != nil && !errors.As(err, &missing):
			return err
		case err == nil && active(out.Table):
			return nil
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return fmt.Errorf("waiting for the table to become active: %w", ctx.Err())
		}
	}
}

func active(t *types.TableDescription) bool {
	if t.TableStatus != types.TableStatusActive {
		return false
	}
	for _, ix := range t.GlobalSecondaryIndexes {
		if ix.IndexStatus != types.IndexStatusActive {
			return false
		}
	}
	return true
}

// ttlAttr returns the attribute that tells when items expire, "" for none.
func (s *Service) ttlAttr() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, e := range s.entities {
		if e.ttl != nil {
			return e.ttl.Name // the others' is the same
		}
	}
	return ""
}

func (s *Service) ensureTTL(ctx context.Context, table *string) error {
	want := s.ttlAttr()
	if want == "" {
		return nil
	}
	live, err := s.liveTTL(ctx, table)
	if err != nil || live != "" {
		return err
	}
	_, err = s.client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               table,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(want), Enabled: aws.Bool(true)},
	}, s.clientOptions...)
	return err
}

// liveTTL returns the attribute by which items of the table expire, "" for none.
func (s *Service) liveTTL(ctx context.Context, table *string) (string, error) {
	out, err := s.client.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: table}, s.clientOptions...)
	if err != nil || out.TimeToLiveDescription == nil {
		return "", err
	}
	d := out.TimeToLiveDescription
	if d.TimeToLiveStatus != types.TimeToLiveStatusEnabled && d.TimeToLiveStatus != types.TimeToLiveStatusEnabling {
		return "", nil
	}
	return aws.ToString(d.AttributeName), nil
}
