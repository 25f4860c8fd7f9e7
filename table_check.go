package dyn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// CheckTable compares the table in DynamoDB with what the registered entities
// need: keys and their types, indexes and what they hold, and the attribute by
// which items expire. Its error lists every difference; nil means that the
// table serves the program. Indexes that no entity uses, attributes held
// beyond need, billing and the like are no differences. It changes nothing.
func (s *Service) CheckTable(ctx context.Context) error {
	table := aws.String(s.tableName(ctx))
	op := "check table " + *table
	want, err := s.physical()
	if err != nil {
		return opError(op, err)
	}
	out, err := s.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: table}, s.clientOptions...)
	var missing *types.ResourceNotFoundException
	switch {
	case errors.As(err, &missing):
		return opError(op, fmt.Errorf("the table does not exist; EnsureTable creates it: %w", err))
	case err != nil:
		return opError(op, err)
	}
	diffs := differences(want, out.Table)
	expiry, err := s.expiryDifference(ctx, table)
	if err != nil {
		return opError(op, err)
	}
	if diffs = append(diffs, expiry...); len(diffs) > 0 {
		return opError(op, errors.New(strings.Join(diffs, "\n\t")))
	}
	return nil
}

// liveIndex is what DynamoDB has for a physicalIndex.
type liveIndex struct {
	local   bool
	keys    []types.KeySchemaElement
	holds   *types.Projection // nil for the table itself
	backlog types.IndexStatus // why it can't be queried; "" when it can
}

// liveIndexes returns the table itself, as "", and its indexes.
func liveIndexes(t *types.TableDescription) map[string]liveIndex {
	live := map[string]liveIndex{"": {keys: t.KeySchema}}
	for _, ix := range t.GlobalSecondaryIndexes {
		l := liveIndex{keys: ix.KeySchema, holds: ix.Projection}
		if ix.IndexStatus != types.IndexStatusActive && ix.IndexStatus != types.IndexStatusUpdating {
			l.backlog = ix.IndexStatus
		}
		live[aws.ToString(ix.IndexName)] = l
	}
	for _, ix := range t.LocalSecondaryIndexes {
		live[aws.ToString(ix.IndexName)] = liveIndex{local: true, keys: ix.KeySchema, holds: ix.Projection}
	}
	return live
}

// differences lists where table t does not have what is wanted.
func differences(want []*physicalIndex, t *types.TableDescription) []string {
	var out []string
	if t.TableStatus != types.TableStatusActive && t.TableStatus != types.TableStatusUpdating {
		out = append(out, fmt.Sprintf("the table is %s", t.TableStatus))
	}
	live := liveIndexes(t)
	for _, ix := range want {
		l, ok := live[ix.name]
		switch {
		case !ok && ix.local:
			out = append(out, fmt.Sprintf("index %q is missing; a local index can't be added to a table that exists", ix.name))
		case !ok:
			out = append(out, fmt.Sprintf("index %q is missing", ix.name))
		default:
			out = append(out, ix.differences(l, t)...)
		}
	}
	return out
}

func (p *physicalIndex) differences(l liveIndex, t *types.TableDescription) []string {
	var out []string
	differs := func(format string, args ...any) {
		out = append(out, p.users[0].describe()+" "+fmt.Sprintf(format, args...))
	}
	if l.backlog != "" {
		differs("is %s", l.backlog)
	}
	if l.local != p.local {
		kind := map[bool]string{true: "local", false: "global"}
		differs("is %s; the model needs a %s one", kind[l.local], kind[p.local])
	}
	typeOf := map[string]string{}
	for _, k := range p.keys {
		typeOf[k.name] = k.typ
	}
	if need, have := keyText(p.schema(), typeOf), keyText(l.keys, definitions(t)); need != have {
		differs("has the key %s; the model needs %s", have, need)
	}
	if lacks := p.lacks(l, t); len(lacks) > 0 {
		differs("does not hold %s", strings.Join(lacks, ", "))
	}
	return out
}

// definitions returns the types of the table's key attributes.
func definitions(t *types.TableDescription) map[string]string {
	out := map[string]string{}
	for _, d := range t.AttributeDefinitions {
		out[aws.ToString(d.AttributeName)] = string(d.AttributeType)
	}
	return out
}

// keyText writes a key as "pk (HASH, S) and sk (RANGE, S)", partition keys
// first.
func keyText(keys []types.KeySchemaElement, typeOf map[string]string) string {
	var parts []string
	for _, role := range []types.KeyType{types.KeyTypeHash, types.KeyTypeRange} {
		for _, k := range keys {
			if name := aws.ToString(k.AttributeName); k.KeyType == role {
				parts = append(parts, fmt.Sprintf("%s (%s, %s)", name, role, typeOf[name]))
			}
		}
	}
	return strings.Join(parts, " and ")
}

// lacks lists the attributes that queries read from an index and it does not
// hold.
func (p *physicalIndex) lacks(l liveIndex, t *types.TableDescription) []string {
	if l.holds == nil || l.holds.ProjectionType == types.ProjectionTypeAll {
		return nil
	}
	need := map[string]bool{}
	for _, ix := range p.users {
		ix.reads(need)
	}
	for _, name := range l.holds.NonKeyAttributes {
		delete(need, name)
	}
	for _, k := range slices.Concat(l.keys, t.KeySchema) { // every index holds both
		delete(need, aws.ToString(k.AttributeName))
	}
	return slices.Sorted(maps.Keys(need))
}

// reads adds the attributes that queries of ix expect in it.
func (ix *index) reads(need map[string]bool) {
	names := []string{}
	for _, a := range ix.e.m.attrs {
		names = append(names, a.Name)
	}
	if ix.e.marked() {
		names = append(names, ix.e.svc.table.EntityAttr, ix.e.svc.table.VersionAttr)
	}
	for _, name := range names {
		if ix.projects(name) {
			need[name] = true
		}
	}
}

// expiryDifference tells when the table does not remove what the model lets
// expire.
func (s *Service) expiryDifference(ctx context.Context, table *string) ([]string, error) {
	want := s.ttlAttr()
	if want == "" {
		return nil, nil
	}
	live, err := s.liveTTL(ctx, table)
	switch {
	case err != nil:
		return nil, err
	case live == "":
		return []string{fmt.Sprintf("time to live is off; the model's items expire by %s", want)}, nil
	case live != want:
		return []string{fmt.Sprintf("items expire by %s; the model's by %s", live, want)}, nil
	}
	return nil, nil
}
