package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// attr is a key attribute: its name and type.
type attr struct{ name, kind string }

// tableSpec is a random table as the generator sees it.
type tableSpec struct {
	name    string
	key     []attr // the HASH attribute and perhaps a RANGE attribute
	attrs   []attr // of which indexes are made
	indexes []indexSpec
	create  *dynamodb.CreateTableInput
}

// indexSpec is an index of a random table.
type indexSpec struct {
	name      string
	local     bool
	hash, rng []attr
	include   []string // the projected attributes beside the keys; nil with all set for all
	all       bool
}

// generator makes random tables and operations.
type generator struct {
	*rand.Rand
	tables []*tableSpec
	made   []any // operations so far

	tokened *dynamodb.TransactWriteItemsInput // the last one with a token

	faulty bool // whether the operation has a mistake: of two it is not defined which is told
}

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

// chance is true once in n times.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

// mistake is true once in n times, but only once in an operation.
func (g *generator) mistake(n int) bool {
	if g.faulty || !g.chance(n) {
		return false
	}
	g.faulty = true
	return true
}

// indexAttrs are the attributes that indexes may have in their keys; the types change from table to table.
var indexAttrs = []string{"g1", "g2", "g3", "g4"}

// table makes a random table.
func (g *generator) table(name string) *tableSpec {
	t := &tableSpec{name: name, key: []attr{{"pk", g.keyKind()}}}
	if !g.chance(4) {
		t.key = append(t.key, attr{"sk", g.keyKind()})
	}
	for _, n := range indexAttrs {
		t.attrs = append(t.attrs, attr{n, g.keyKind()})
	}
	if len(t.key) == 2 {
		for i := range g.IntN(3) {
			x := g.index(fmt.Sprint("lsi", i), t.key[:1], []attr{pick(g, t.attrs...)})
			x.local = true
			t.indexes = append(t.indexes, x)
		}
	}
	for i := range g.IntN(4) {
		t.indexes = append(t.indexes, g.global(t, fmt.Sprint("gsi", i)))
	}
	t.create = t.input()
	return t
}

// global makes a random global index, half of them with a key of several attributes.
func (g *generator) global(t *tableSpec, name string) indexSpec {
	// Keys of the table serve in an index as well as any other attribute.
	own := slices.Concat(t.attrs, t.key)
	g.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
	hash, rng := 1, g.IntN(2)
	if g.chance(2) {
		hash = 1 + g.IntN(3)
		rng = g.IntN(min(4, len(own)-hash+1))
	}
	return g.index(name, own[:hash], own[hash:hash+rng])
}

func (g *generator) keyKind() string { return pick(g, "S", "S", "N", "B") }

func (g *generator) index(name string, hash, rng []attr) indexSpec {
	x := indexSpec{name: name, hash: hash, rng: rng, all: true}
	if g.chance(2) {
		x.all = false
		for _, n := range []string{"s", "n", "l", "m"} {
			if g.chance(3) {
				x.include = append(x.include, n)
			}
		}
	}
	return x
}

// input gives the request that creates the table.
func (t *tableSpec) input() *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName: aws.String(t.name), BillingMode: types.BillingModePayPerRequest,
		KeySchema: elements(t.key[:1], t.key[1:]),
	}
	for _, x := range t.indexes {
		key, p := elements(x.hash, x.rng), x.projection()
		if x.local {
			in.LocalSecondaryIndexes = append(in.LocalSecondaryIndexes, types.LocalSecondaryIndex{
				IndexName: aws.String(x.name), KeySchema: key, Projection: p,
			})
			continue
		}
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(x.name), KeySchema: key, Projection: p,
		})
	}
	in.AttributeDefinitions = t.definitions()
	return in
}

// definitions gives the attributes of all keys.
func (t *tableSpec) definitions() []types.AttributeDefinition {
	used := slices.Clone(t.key)
	for _, x := range t.indexes {
		used = slices.Concat(used, x.hash, x.rng)
	}
	var defs []types.AttributeDefinition
	seen := map[string]bool{}
	for _, a := range used {
		if !seen[a.name] {
			seen[a.name] = true
			defs = append(defs, types.AttributeDefinition{
				AttributeName: aws.String(a.name), AttributeType: types.ScalarAttributeType(a.kind),
			})
		}
	}
	return defs
}

func (x *indexSpec) projection() *types.Projection {
	switch {
	case x.all:
		return &types.Projection{ProjectionType: types.ProjectionTypeAll}
	case x.include == nil:
		return &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}
	}
	return &types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: x.include}
}

func elements(hash, rng []attr) []types.KeySchemaElement {
	var key []types.KeySchemaElement
	for _, a := range hash {
		key = append(key, types.KeySchemaElement{AttributeName: aws.String(a.name), KeyType: types.KeyTypeHash})
	}
	for _, a := range rng {
		key = append(key, types.KeySchemaElement{AttributeName: aws.String(a.name), KeyType: types.KeyTypeRange})
	}
	return key
}

// kinds gives the types of all attributes that are part of some key.
func (t *tableSpec) kinds() map[string]string {
	kinds := map[string]string{}
	for _, d := range t.definitions() {
		kinds[*d.AttributeName] = string(d.AttributeType)
	}
	return kinds
}
