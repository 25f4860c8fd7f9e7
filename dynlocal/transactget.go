package dynlocal

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

func (c *call) transactGetItems(in *dynamodb.TransactGetItemsInput) (*dynamodb.TransactGetItemsOutput, error) {
	gets, err := newTransactGet(in)
	if err != nil {
		return nil, err
	}
	c.db.mu.RLock()
	defer c.db.mu.RUnlock()
	items, err := c.transactRead(gets)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.TransactGetItemsOutput{Responses: make([]types.ItemResponse, len(gets))}
	size := 0
	for i, g := range gets {
		size += g.projected(items[i]).Size()
	}
	if err := checkTransactSize(size); err != nil {
		return nil, err
	}
	for i, g := range gets {
		out.Responses[i].Item = g.shown(items[i])
	}
	out.ConsumedCapacity = consumedByTable(in.ReturnConsumedCapacity, len(gets), func(i int) usage {
		return usage{name: *gets[i].tableName, table: readUnits(items[i].Size(), true)}
	}, 2)
	for i := range out.ConsumedCapacity {
		transactional(&out.ConsumedCapacity[i], false)
	}
	return out, nil
}

func newTransactGet(in *dynamodb.TransactGetItemsInput) ([]*get, error) {
	var v violations
	v.transactItems(len(in.TransactItems), in.TransactItems != nil)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	for i, item := range in.TransactItems {
		member := fmt.Sprintf("transactItems.%d.member.get", i+1)
		if v.required(member, item.Get != nil) {
			v.required(member+".tableName", item.Get.TableName != nil)
			v.name(member+".tableName", nameOnly(item.Get.TableName), 1)
			v.required(member+".key", item.Get.Key != nil)
		}
	}
	if err := v.err(); err != nil {
		return nil, err
	}
	gets := make([]*get, len(in.TransactItems))
	for i, item := range in.TransactItems {
		var err error
		g := item.Get
		if gets[i], err = compileGet(g.TableName, g.Key, g.ProjectionExpression, g.ExpressionAttributeNames); err != nil {
			return nil, err
		}
	}
	return gets, nil
}

// transactRead reads all items at one moment. The caller holds the lock.
func (c *call) transactRead(gets []*get) ([]value.Item, error) {
	seen := map[place]bool{}
	items := make([]value.Item, len(gets))
	reasons := newReasons(len(gets))
	for i, g := range gets {
		t, err := c.table(g.tableName)
		if err != nil {
			return nil, err
		}
		if err := t.notInsideKeys(g.nested()); err != nil {
			return nil, err
		}
		if err := t.notEmptyKeys(g.key); err != nil {
			return nil, err
		}
		key, err := t.checkedKey(g.key)
		if err != nil {
			reasons.set(i, err)
			continue
		}
		if seen[place{t, key}] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		}
		seen[place{t, key}] = true
		reasons.set(i, c.conflict(g.key))
		items[i] = t.get(key)
	}
	return items, reasons.err()
}
