package dyn

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxBatchGet is how many items DynamoDB takes in one BatchGetItem.
const maxBatchGet = 100

// hydrate reads the items of an index page in full from the table, in order.
// Items that are gone meanwhile, or belong to another entity now, are left out.
func (e *entity) hydrate(ctx context.Context, items []rawItem, c *call) ([]rawItem, error) {
	found := make(map[string]rawItem, len(items))
	for start := 0; start < len(items); start += maxBatchGet {
		chunk := items[start:min(start+maxBatchGet, len(items))]
		keys := make([]rawItem, len(chunk))
		for i, item := range chunk {
			keys[i] = e.keyOf(item)
		}
		if err := e.batchGet(ctx, keys, c, func(item rawItem) { found[e.identity(item)] = item }); err != nil {
			return nil, err
		}
	}
	out := items[:0]
	for _, item := range items {
		if full, ok := found[e.identity(item)]; ok && e.owns(full, false) && !e.expired(full) {
			out = append(out, full)
		}
	}
	return out, nil
}

// identity is the primary key of an item as one string.
func (e *entity) identity(item rawItem) string {
	var b []byte
	for _, k := range e.primary().keys() {
		v := keyBytes(item[k.name])
		b = append(b, byte(len(v)>>8), byte(len(v)))
		b = append(b, v...)
	}
	return string(b)
}

// batchGet reads up to 100 items, asking again for what DynamoDB leaves
// unprocessed until the context ends.
func (e *entity) batchGet(ctx context.Context, keys []rawItem, c *call, found func(rawItem)) error {
	table := e.svc.tableName(ctx)
	for attempt := 0; len(keys) > 0; {
		out, err := e.svc.batchGetItem(ctx, OpInfo{Name: "batch get", Table: table}, &dynamodb.BatchGetItemInput{
			RequestItems:           map[string]types.KeysAndAttributes{table: {Keys: keys}},
			ReturnConsumedCapacity: c.capacityMode(),
		})
		if err != nil {
			return err
		}
		for i := range out.ConsumedCapacity {
			c.consumed(&out.ConsumedCapacity[i])
		}
		for _, item := range out.Responses[table] {
			found(item)
		}
		left := out.UnprocessedKeys[table].Keys
		if attempt++; len(left) < len(keys) {
			attempt = 0
		}
		if keys = left; len(keys) > 0 {
			if err := wait(ctx, attempt); err != nil {
				return err
			}
		}
	}
	return nil
}
