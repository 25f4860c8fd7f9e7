package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// operation gives the input of a random operation.
func (g *generator) operation() any {
	t := pick(g, g.tables...)
	g.faulty = false
	if len(g.made) > 0 && g.chance(50) { // a second time, perhaps with its token
		return pick(g, g.made[max(0, len(g.made)-20):]...)
	}
	in := g.newOperation(t)
	if _, isTable := in.(*dynamodb.UpdateTableInput); !isTable {
		g.made = append(g.made, in)
	}
	return in
}

func (g *generator) newOperation(t *tableSpec) any {
	switch n := g.IntN(100); {
	case n < 22:
		return g.put(t)
	case n < 47:
		return g.update(t)
	case n < 53:
		return g.delete(t)
	case n < 58:
		return g.get(t)
	case n < 78:
		return g.query(t)
	case n < 86:
		return g.scan(t)
	case n < 90:
		return g.batchWrite()
	case n < 93:
		return g.batchGet()
	case n < 98:
		return g.transactWrite()
	case g.chance(5): // which takes DynamoDB Local a second
		return g.updateTable(t)
	}
	return g.transactGet()
}

func (g *generator) tableName(t *tableSpec) *string {
	if g.mistake(300) {
		return aws.String("nowhere")
	}
	return aws.String(t.name)
}

func (g *generator) capacity() types.ReturnConsumedCapacity {
	return pick(g, "", "", types.ReturnConsumedCapacityTotal, types.ReturnConsumedCapacityIndexes, types.ReturnConsumedCapacityNone)
}

func (g *generator) onFailure() types.ReturnValuesOnConditionCheckFailure {
	return pick(g, "", types.ReturnValuesOnConditionCheckFailureAllOld, types.ReturnValuesOnConditionCheckFailureNone)
}

// returnValues gives mostly one of the values that the operation takes.
func (g *generator) returnValues(valid ...types.ReturnValue) types.ReturnValue {
	if g.mistake(100) {
		return pick(g, types.ReturnValue("ALL_NEW"), "UPDATED_OLD", "UPDATED_NEW", "BAD")
	}
	return pick(g, valid...)
}

func (g *generator) put(t *tableSpec) any {
	x := g.expressions(t)
	in := &dynamodb.PutItemInput{
		TableName: g.tableName(t), Item: g.item(t), ConditionExpression: x.optionalCondition(4),
		ReturnValues: g.returnValues("", "NONE", "ALL_OLD"), ReturnConsumedCapacity: g.capacity(),
		ReturnValuesOnConditionCheckFailure: g.onFailure(),
	}
	x.spoil()
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = x.names, x.values
	return in
}

func (g *generator) delete(t *tableSpec) any {
	x := g.expressions(t)
	in := &dynamodb.DeleteItemInput{
		TableName: g.tableName(t), Key: g.key(t), ConditionExpression: x.optionalCondition(3),
		ReturnValues: g.returnValues("", "NONE", "ALL_OLD"), ReturnConsumedCapacity: g.capacity(),
		ReturnValuesOnConditionCheckFailure: g.onFailure(),
	}
	x.spoil()
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = x.names, x.values
	return in
}

func (g *generator) update(t *tableSpec) any {
	x := g.expressions(t)
	in := &dynamodb.UpdateItemInput{
		TableName: g.tableName(t), Key: g.key(t), ConditionExpression: x.optionalCondition(4),
		ReturnValues:           g.returnValues("", "NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"),
		ReturnConsumedCapacity: g.capacity(), ReturnValuesOnConditionCheckFailure: g.onFailure(),
	}
	if !g.chance(30) {
		in.UpdateExpression = aws.String(x.update())
	}
	x.spoil()
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = x.names, x.values
	return in
}

func (g *generator) get(t *tableSpec) any {
	x := g.expressions(t)
	in := &dynamodb.GetItemInput{
		TableName: g.tableName(t), Key: g.key(t), ReturnConsumedCapacity: g.capacity(), ConsistentRead: g.maybe(),
	}
	if g.chance(2) {
		in.ProjectionExpression = aws.String(x.projection())
	}
	x.spoil()
	in.ExpressionAttributeNames = x.names
	return in
}

func (g *generator) maybe() *bool { return pick(g, nil, aws.Bool(true), aws.Bool(false)) }

// source chooses the table or one of its indexes.
func (g *generator) source(t *tableSpec) indexSpec {
	if len(t.indexes) == 0 || g.chance(3) {
		return indexSpec{hash: t.key[:1], rng: t.key[1:], all: true}
	}
	return pick(g, t.indexes...)
}

func (x *indexSpec) nameOrNil(g *generator) *string {
	switch {
	case g.mistake(300):
		return aws.String("nowhere")
	case x.name == "":
		return nil
	}
	return aws.String(x.name)
}

func (g *generator) limit() *int32 {
	if g.chance(3) {
		return aws.Int32(1 + g.Int32N(7))
	}
	return nil
}

// selection gives Select and perhaps a projection.
func (g *generator) selection(x *expressions, src indexSpec) (types.Select, *string) {
	if g.chance(4) {
		return pick(g, types.Select(""), "SPECIFIC_ATTRIBUTES"), aws.String(x.projection())
	}
	switch {
	case g.mistake(100):
		return pick(g, types.Select("ALL_PROJECTED_ATTRIBUTES"), "SPECIFIC_ATTRIBUTES", "ALL_ATTRIBUTES"), nil
	case src.name != "":
		return pick(g, "", "", types.SelectCount, types.SelectAllProjectedAttributes), nil
	}
	return pick(g, "", "", types.SelectCount, types.SelectAllAttributes), nil
}

func (g *generator) query(t *tableSpec) any {
	x, src := g.expressions(t), g.source(t)
	in := &dynamodb.QueryInput{
		TableName: g.tableName(t), IndexName: src.nameOrNil(g), Limit: g.limit(), ScanIndexForward: g.maybe(),
		ReturnConsumedCapacity: g.capacity(), KeyConditionExpression: aws.String(x.keyCondition(src)),
	}
	if src.name == "" || src.local || g.mistake(100) {
		in.ConsistentRead = g.maybe()
	}
	in.Select, in.ProjectionExpression = g.selection(x, src)
	in.FilterExpression = x.optionalCondition(4)
	if g.chance(8) {
		in.ExclusiveStartKey = g.startKey(t, src, x.hashValues)
	}
	x.spoil()
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = x.names, x.values
	return in
}

// startKey gives a place inside what a query reads, where an item may be or not; now and then it is no such place.
func (g *generator) startKey(t *tableSpec, src indexSpec, hashValues item) item {
	start := item{}
	for _, a := range slices.Concat(t.key, src.hash, src.rng) {
		start[a.name] = g.keyValue(a.kind)
	}
	if !g.mistake(20) {
		maps.Copy(start, hashValues)
	}
	return g.maybeWrongKey(start)
}

// keyCondition writes a key condition for a table or an index.
func (x *expressions) keyCondition(src indexSpec) string {
	var terms []string
	for _, a := range src.hash {
		if !x.mistake(150) {
			v := x.keyValue(a.kind)
			x.hashValues[a.name] = v
			terms = append(terms, x.name(a.name)+" = "+x.ref(v))
		}
	}
	use := x.IntN(len(src.rng) + 1)
	for i, a := range src.rng[:use] {
		if i < use-1 && !x.mistake(50) {
			terms = append(terms, x.name(a.name)+" = "+x.ref(x.keyValue(a.kind)))
		} else {
			terms = append(terms, x.keyComparison(a))
		}
	}
	if x.mistake(150) {
		terms = append(terms, x.comparison())
	}
	x.Shuffle(len(terms), func(i, j int) { terms[i], terms[j] = terms[j], terms[i] })
	return strings.Join(terms, " AND ")
}

func (x *expressions) keyComparison(a attr) string {
	name, v := x.name(a.name), x.keyValue(a.kind)
	if x.mistake(100) {
		v = x.anyValue()
	}
	switch {
	case x.chance(4):
		low, high := v, x.keyValue(a.kind)
		if !inOrder(low, high) && !x.mistake(20) {
			low, high = high, low
		}
		return fmt.Sprintf("%s BETWEEN %s AND %s", name, x.ref(low), x.ref(high))
	case x.chance(4) && a.kind != "N":
		return "begins_with(" + name + ", " + x.ref(v) + ")"
	}
	return name + pick(x.generator, " = ", " < ", " <= ", " > ", " >= ") + x.ref(v)
}

func (g *generator) scan(t *tableSpec) any {
	x, src := g.expressions(t), g.source(t)
	in := &dynamodb.ScanInput{
		TableName: g.tableName(t), IndexName: src.nameOrNil(g), Limit: g.limit(), ReturnConsumedCapacity: g.capacity(),
		FilterExpression: x.optionalCondition(2),
	}
	if src.name == "" || src.local {
		in.ConsistentRead = g.maybe()
	}
	in.Select, in.ProjectionExpression = g.selection(x, src)
	x.spoil()
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = x.names, x.values
	if g.chance(4) {
		in.TotalSegments, in.Segment = aws.Int32(1+g.Int32N(4)), aws.Int32(0)
	}
	return in
}

func (g *generator) batchWrite() any {
	in := &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{}, ReturnConsumedCapacity: g.capacity()}
	for range 1 + g.IntN(6) {
		t := pick(g, g.tables...)
		var r types.WriteRequest
		if g.chance(3) {
			r.DeleteRequest = &types.DeleteRequest{Key: g.key(t)}
		} else {
			r.PutRequest = &types.PutRequest{Item: g.item(t)}
		}
		name := *g.tableName(t)
		in.RequestItems[name] = append(in.RequestItems[name], r)
	}
	return in
}

func (g *generator) batchGet() any {
	in := &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{}, ReturnConsumedCapacity: g.capacity()}
	for _, t := range g.tables {
		x := g.expressions(t)
		ka := types.KeysAndAttributes{ConsistentRead: g.maybe()}
		for range 1 + g.IntN(3) {
			ka.Keys = append(ka.Keys, g.key(t))
		}
		if g.chance(3) {
			ka.ProjectionExpression = aws.String(x.projection())
		}
		ka.ExpressionAttributeNames = x.names
		in.RequestItems[*g.tableName(t)] = ka
		if g.chance(2) {
			break
		}
	}
	return in
}

func (g *generator) transactWrite() any {
	if g.tokened != nil && g.chance(8) {
		return g.tokened // which does it again only if it was not done
	}
	in := &dynamodb.TransactWriteItemsInput{}
	if g.chance(3) {
		g.tokened = in
		in.ClientRequestToken = aws.String(pick(g, "one", "two", "three", fmt.Sprint("token", len(g.made))))
	}
	for range 1 + g.IntN(4) {
		in.TransactItems = append(in.TransactItems, g.action(pick(g, g.tables...)))
	}
	return in
}

func (g *generator) action(t *tableSpec) types.TransactWriteItem {
	x, name, onFailure := g.expressions(t), g.tableName(t), g.onFailure()
	switch g.IntN(6) {
	case 0:
		cond := aws.String(x.condition(1))
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: name, Key: g.key(t), ConditionExpression: cond,
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values, ReturnValuesOnConditionCheckFailure: onFailure,
		}}
	case 1:
		cond := x.optionalCondition(4)
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: name, Key: g.key(t), ConditionExpression: cond,
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values, ReturnValuesOnConditionCheckFailure: onFailure,
		}}
	case 2, 3:
		cond, update := x.optionalCondition(6), aws.String(x.update())
		return types.TransactWriteItem{Update: &types.Update{
			TableName: name, Key: g.key(t), ConditionExpression: cond, UpdateExpression: update,
			ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values, ReturnValuesOnConditionCheckFailure: onFailure,
		}}
	}
	cond := x.optionalCondition(6)
	return types.TransactWriteItem{Put: &types.Put{
		TableName: name, Item: g.item(t), ConditionExpression: cond,
		ExpressionAttributeNames: x.names, ExpressionAttributeValues: x.values, ReturnValuesOnConditionCheckFailure: onFailure,
	}}
}

func (g *generator) transactGet() any {
	in := &dynamodb.TransactGetItemsInput{}
	for range 1 + g.IntN(3) {
		t := pick(g, g.tables...)
		x := g.expressions(t)
		get := &types.Get{TableName: g.tableName(t), Key: g.key(t)}
		if g.chance(3) {
			get.ProjectionExpression = aws.String(x.projection())
		}
		get.ExpressionAttributeNames = x.names
		in.TransactItems = append(in.TransactItems, types.TransactGetItem{Get: get})
	}
	return in
}

// updateTable creates an index. None is deleted: of some deletions DynamoDB Local never gets ready.
func (g *generator) updateTable(t *tableSpec) any {
	x := g.global(t, fmt.Sprint("late", len(t.indexes)))
	t.indexes = append(t.indexes, x)
	return &dynamodb.UpdateTableInput{
		TableName: aws.String(t.name), AttributeDefinitions: t.definitions(),
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
			IndexName: aws.String(x.name), KeySchema: elements(x.hash, x.rng), Projection: x.projection(),
		}}},
	}
}
