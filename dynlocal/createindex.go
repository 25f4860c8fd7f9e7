package dynlocal

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func (v *violations) index(member string, name *string, key []types.KeySchemaElement, p *types.Projection) {
	if v.required(member+".indexName", name != nil) {
		v.name(member+".indexName", name, minName)
	}
	v.keySchema(member+".keySchema", key, 2*maxKeyAttributes)
	if !v.required(member+".projection", p != nil) {
		return
	}
	enum(v, member+".projection.projectionType", p.ProjectionType, "ALL", "INCLUDE", "KEYS_ONLY")
	if p.NonKeyAttributes != nil && len(p.NonKeyAttributes) == 0 {
		v.add("'[]'", member+".projection.nonKeyAttributes", "Member must have length greater than or equal to 1")
	}
	if len(p.NonKeyAttributes) > maxProjectedPerIndex {
		v.add(fmt.Sprintf("'%v'", p.NonKeyAttributes), member+".projection.nonKeyAttributes",
			fmt.Sprintf("Member must have length less than or equal to %d", maxProjectedPerIndex))
	}
}

func (v *violations) keySchema(member string, key []types.KeySchemaElement, most int) {
	if !v.required(member, key != nil) {
		return
	}
	if len(key) == 0 {
		v.add("'[]'", member, "Member must have length greater than or equal to 1")
	}
	if len(key) > most {
		v.add(quoted(showKeySchema(key)), member, fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
	for i, e := range key {
		at := fmt.Sprintf("%s.%d.member", member, i+1)
		v.required(at+".attributeName", e.AttributeName != nil)
		v.required(at+".keyType", e.KeyType != "")
		enum(v, at+".keyType", e.KeyType, "HASH", "RANGE")
	}
}

// showKeySchema writes a key schema as the service's messages do.
func showKeySchema(key []types.KeySchemaElement) string {
	s := "["
	for i, e := range key {
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("KeySchemaElement(attributeName=%s, keyType=%s)", aws.ToString(e.AttributeName), e.KeyType)
	}
	return s + "]"
}

func checkLocalIndexes(in *dynamodb.CreateTableInput) error {
	if in.LocalSecondaryIndexes == nil {
		return nil
	}
	if len(in.LocalSecondaryIndexes) == 0 {
		return invalid(invalidParameter + "List of LocalSecondaryIndexes is empty")
	}
	if len(in.KeySchema) < 2 {
		return invalid(invalidParameter + "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
	}
	if len(in.LocalSecondaryIndexes) > maxLocalIndexes {
		return invalid(invalidParameter + "Number of LocalSecondaryIndexes exceeds per-table limit of 5")
	}
	names := map[string]bool{}
	for _, x := range in.LocalSecondaryIndexes {
		if len(x.KeySchema) > 2 {
			return invalidf(invalidParameter+"Too many KeySchema elements for local secondary index: %s", *x.IndexName)
		}
		if err := checkIndex(*x.IndexName, x.KeySchema, x.Projection, in.AttributeDefinitions, names); err != nil {
			return err
		}
		if *x.KeySchema[0].AttributeName != *in.KeySchema[0].AttributeName {
			return invalidf(invalidParameter+"Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. "+
				"index hash key: %s, table hash key: %s", *x.IndexName, *x.KeySchema[0].AttributeName, *in.KeySchema[0].AttributeName)
		}
		if len(x.KeySchema) < 2 {
			return invalidf(invalidParameter+"Index KeySchema does not have a range key for index: %s", *x.IndexName)
		}
	}
	return nil
}

func checkGlobalIndexes(in *dynamodb.CreateTableInput) error {
	if in.GlobalSecondaryIndexes == nil {
		return nil
	}
	if len(in.GlobalSecondaryIndexes) == 0 {
		return invalid(invalidParameter + "List of GlobalSecondaryIndexes is empty")
	}
	if len(in.GlobalSecondaryIndexes) > maxGlobalIndexes {
		return invalidf(invalidParameter+"GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobalIndexes)
	}
	names := map[string]bool{}
	for _, x := range in.LocalSecondaryIndexes {
		names[*x.IndexName] = true
	}
	for _, x := range in.GlobalSecondaryIndexes {
		if err := checkIndex(*x.IndexName, x.KeySchema, x.Projection, in.AttributeDefinitions, names); err != nil {
			return err
		}
	}
	return nil
}

func checkIndex(
	name string, key []types.KeySchemaElement, p *types.Projection, defs []types.AttributeDefinition, names map[string]bool,
) error {
	if err := defined(key, defs); err != nil {
		return err
	}
	if err := checkIndexKey(key); err != nil {
		return err
	}
	if names[name] {
		return invalidf(invalidParameter+"Duplicate index name: %s", name)
	}
	names[name] = true
	return checkProjection(p)
}

// checkIndexKey checks that hash attributes come first and that none of either type is named twice or too many.
func checkIndexKey(key []types.KeySchemaElement) error {
	hash, rng := 0, 0
	seen := map[string]bool{}
	for _, e := range key {
		if seen[*e.AttributeName] {
			return invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
		}
		seen[*e.AttributeName] = true
		switch {
		case e.KeyType == types.KeyTypeRange:
			rng++
		case rng > 0:
			return invalid("Invalid KeySchema: HASH key elements must precede RANGE key elements")
		default:
			hash++
		}
	}
	if hash == 0 {
		return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
	}
	if hash > maxKeyAttributes || rng > maxKeyAttributes {
		return invalidf("Invalid KeySchema: at most %d HASH and %d RANGE key elements are allowed", maxKeyAttributes, maxKeyAttributes)
	}
	return nil
}

func checkProjection(p *types.Projection) error {
	switch {
	case p.ProjectionType == "":
		return invalid(invalidParameter + "Unknown ProjectionType: null")
	case p.ProjectionType != types.ProjectionTypeInclude && p.NonKeyAttributes != nil:
		return invalidf(invalidParameter+"ProjectionType is %s, but NonKeyAttributes is specified", p.ProjectionType)
	case p.ProjectionType == types.ProjectionTypeInclude && p.NonKeyAttributes == nil:
		return invalid(invalidParameter + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	}
	return nil
}
