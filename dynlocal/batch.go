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

// The service's limits on batches.
const (
	maxBatchGet   = 100
	maxBatchWrite = 25
	maxBatchReply = 16 << 20
)

// batchGet is the compiled part of a BatchGetItem that concerns one table.
type batchGet struct {
	name       string
	keys       types.KeysAndAttributes
	gets       []*get
	consistent bool
}

func (c *call) batchGetItem(in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
	tables, err := newBatchGet(in)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.BatchGetItemOutput{
		Responses:       map[string][]map[string]types.AttributeValue{},
		UnprocessedKeys: map[string]types.KeysAndAttributes{},
	}
	c.db.mu.RLock()
	defer c.db.mu.RUnlock()
	places, err := c.placeGets(tables)
	if err != nil {
		return nil, err
	}
	if err := c.withholdGets(tables, places, out); err != nil {
		return nil, err
	}
	size := 0
	for i, b := range tables {
		u := c.answerGets(&b, places[i], out, &size)
		if cc := u.consumed(in.ReturnConsumedCapacity); cc != nil {
			out.ConsumedCapacity = append(out.ConsumedCapacity, *cc)
		}
	}
	return out, nil
}

func newBatchGet(in *dynamodb.BatchGetItemInput) ([]batchGet, error) {
	var v violations
	v.tableNames(in.RequestItems)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	if len(in.RequestItems) == 0 {
		v = violations{}
		v.addHidden("RequestItems", "Member must have length greater than or equal to 1")
		return nil, v.err()
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		n := len(in.RequestItems[name].Keys)
		total += n
		if n == 0 {
			v.addHidden("RequestItems."+name+".member.Keys", "Member must have length greater than or equal to 1")
		} else if n > maxBatchGet {
			v.addHidden("RequestItems."+name+".member.Keys", "Member must have length less than or equal to 100")
		}
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	if total > maxBatchGet {
		return nil, invalid("Too many items requested for the BatchGetItem call")
	}
	var tables []batchGet
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		b, err := newTableGet(name, in.RequestItems[name])
		if err != nil {
			return nil, err
		}
		tables = append(tables, b)
	}
	return tables, nil
}

func newTableGet(name string, ka types.KeysAndAttributes) (batchGet, error) {
	b := batchGet{name: name, keys: ka, consistent: aws.ToBool(ka.ConsistentRead)}
	exprs := []param{{"ProjectionExpression", ka.ProjectionExpression != nil}}
	if err := refuseLegacy(exprs, param{"AttributesToGet", ka.AttributesToGet != nil}); err != nil {
		return b, err
	}
	env, err := environment(ka.ExpressionAttributeNames, nil, exprs...)
	if err != nil {
		return b, err
	}
	p, err := projection(ka.ProjectionExpression, env)
	if err != nil {
		return b, err
	}
	for _, k := range ka.Keys {
		key, err := value.FromSDK(k)
		if err != nil {
			return b, valueError(err)
		}
		b.gets = append(b.gets, &get{key: key, projection: p})
	}
	return b, unused(env)
}

// placeGets checks all keys before the first is read.
func (c *call) placeGets(tables []batchGet) ([][]string, error) {
	places := make([][]string, len(tables))
	for i, b := range tables {
		t, err := c.table(&b.name)
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		for _, g := range b.gets {
			if err := t.notInsideKeys(g.nested()); err != nil {
				return nil, err
			}
			key, err := t.checkedKey(g.key)
			if err != nil {
				return nil, err
			}
			if seen[key] {
				return nil, invalid("Provided list of item keys contains duplicates")
			}
			seen[key] = true
			places[i] = append(places[i], key)
		}
	}
	return places, nil
}

// answerGets reads one table's items until the reply is full; what is left is unprocessed.
func (c *call) answerGets(b *batchGet, places []string, out *dynamodb.BatchGetItemOutput, size *int) usage {
	u := usage{name: b.name}
	t, _ := c.table(&b.name)
	items := []map[string]types.AttributeValue{}
	for i, g := range b.gets {
		item := c.stored(t, places[i], b.consistent)
		if *size += item.Size(); *size > maxBatchReply {
			b.leave(b.gets[i:], out)
			break
		}
		u.add(nil, readUnits(item.Size(), b.consistent))
		if shown := g.shown(item); shown != nil {
			items = append(items, shown)
		}
	}
	out.Responses[b.name] = items
	return u
}

// leave adds reads to those that the reply says are unprocessed.
func (b *batchGet) leave(gets []*get, out *dynamodb.BatchGetItemOutput) {
	if len(gets) == 0 {
		return
	}
	rest := b.keys
	rest.Keys = append(out.UnprocessedKeys[b.name].Keys, cloneKeys(gets)...)
	out.UnprocessedKeys[b.name] = rest
}

func cloneKeys(gets []*get) []map[string]types.AttributeValue {
	keys := make([]map[string]types.AttributeValue, len(gets))
	for i, g := range gets {
		keys[i] = g.key.SDK()
	}
	return keys
}

// batchWrite is one write of a batch.
type batchWrite struct {
	write
	name string
}

func (c *call) batchWriteItem(in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
	writes, err := newBatchWrite(in)
	if err != nil {
		return nil, err
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	changes, err := c.planBatch(writes)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{}}
	if writes, changes, err = c.withholdWrites(writes, changes, out); err != nil {
		return nil, err
	}
	if err := c.db.commit(&edit{space: c.space, at: c.db.clock(), changes: changes}); err != nil {
		return nil, err
	}
	for i := range changes {
		if m := changes[i].collectionMetrics(in.ReturnItemCollectionMetrics); m != nil {
			if out.ItemCollectionMetrics == nil {
				out.ItemCollectionMetrics = map[string][]types.ItemCollectionMetrics{}
			}
			out.ItemCollectionMetrics[writes[i].name] = append(out.ItemCollectionMetrics[writes[i].name], *m)
		}
	}
	out.ConsumedCapacity = consumedByTable(in.ReturnConsumedCapacity, len(changes), func(i int) usage {
		return changes[i].usage(&writes[i].name)
	}, 1)
	return out, nil
}

func newBatchWrite(in *dynamodb.BatchWriteItemInput) ([]batchWrite, error) {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	if len(in.RequestItems) == 0 {
		return nil, invalid("The requestItems parameter is required for BatchWriteItem")
	}
	total := 0
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		n := len(in.RequestItems[name])
		total += n
		if n == 0 || n > maxBatchWrite {
			v.add(shownRequests(name, in.RequestItems[name]), "requestItems", fmt.Sprintf("Map value must satisfy constraint: "+
				"[Member must have length less than or equal to %d, Member must have length greater than or equal to 1]", maxBatchWrite))
		}
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	if total > maxBatchWrite {
		return nil, invalid("Too many items requested for the BatchWriteItem call")
	}
	if err := checkRequestNames(in.RequestItems); err != nil {
		return nil, err
	}
	return compileBatchWrite(in.RequestItems)
}

func compileBatchWrite(requests map[string][]types.WriteRequest) ([]batchWrite, error) {
	var writes []batchWrite
	for _, name := range slices.Sorted(maps.Keys(requests)) {
		for _, r := range requests[name] {
			w := batchWrite{name: name}
			var err error
			switch {
			case r.PutRequest != nil && r.DeleteRequest != nil:
				return nil, invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
			case r.PutRequest != nil:
				w.kind = writePut
				w.item, err = value.FromSDK(r.PutRequest.Item)
			case r.DeleteRequest != nil:
				w.kind = writeDelete
				w.item, err = value.FromSDK(r.DeleteRequest.Key)
			default:
				return nil, invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
			}
			if err != nil {
				return nil, valueError(err)
			}
			writes = append(writes, w)
		}
	}
	return writes, nil
}

// locateAny is [write.locate] with the answer that batches give to a put whose key is wrong.
func (w *batchWrite) locateAny(t *table) (string, error) {
	if w.kind == writePut {
		if _, err := t.checkedKey(w.item.Keep(t.key.names()...)); err != nil {
			return "", err
		}
	}
	return w.locate(t)
}

// planBatch checks all writes before the first is done. The caller holds the lock.
func (c *call) planBatch(writes []batchWrite) ([]change, error) {
	seen := map[place]bool{}
	changes := make([]change, 0, len(writes))
	for i := range writes {
		w := &writes[i]
		t, err := c.table(&w.name)
		if err != nil {
			return nil, err
		}
		if err := w.screen(t); err != nil {
			return nil, err
		}
		key, err := w.locateAny(t)
		if err != nil {
			return nil, err
		}
		if seen[place{t, key}] {
			return nil, invalid("Provided list of item keys contains duplicates")
		}
		seen[place{t, key}] = true
		ch, err := w.plan(t, key)
		if err != nil {
			return nil, err
		}
		changes = append(changes, ch)
	}
	return changes, nil
}
