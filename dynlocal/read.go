package dynlocal

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/tidwall/btree"

	"github.com/dyntable/dyn/dynlocal/internal/expr"
	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// table gives the table with the name or ARN. The caller holds the lock.
func (c *call) table(name *string) (*table, error) {
	bare := tableName(aws.ToString(name))
	if t := c.space.tables[bare]; t != nil {
		return t, nil
	}
	if strings.HasPrefix(bare, "arn:") || strings.Contains(bare, "/") { // no table's ARN
		return nil, errTableARN(name)
	}
	return nil, tableNotFound()
}

// tableName gives the name in what may be the ARN of a table or of its stream.
func tableName(s string) string {
	if rest, ok := strings.CutPrefix(s, "arn:"); ok {
		if _, name, ok := strings.Cut(rest, ":table/"); ok {
			name, _, _ = strings.Cut(name, streamMark)
			return name
		}
	}
	return s
}

func errTableARN(arn *string) error {
	return invalid("Invalid TableArn: Invalid ResourceArn provided as input " + aws.ToString(arn))
}

// get is one read by key with its projection compiled.
type get struct {
	tableName  *string
	key        value.Item
	projection *expr.Projection
	consistent bool
}

// stored gives the item with the key, the empty one if there is none. The caller holds the lock.
func (c *call) stored(t *table, key string, consistent bool) value.Item {
	if old := c.older(t.rows, consistent); old != nil {
		e, _ := old.Get(entry{key: key})
		return e.item
	}
	return t.get(key)
}

// older gives what a read sees of a tree that lags behind, nil if that is the tree itself. The caller holds the lock.
func (c *call) older(t *tree, consistent bool) *btree.BTreeG[entry] {
	if c.past == nil || consistent {
		return nil
	}
	return c.past(t)
}

// shown gives the part of the item that was asked for. An item of which nothing was asked for is still there: nil is
// only the answer for no item.
func (g *get) shown(item value.Item) map[string]types.AttributeValue {
	if item.IsEmpty() {
		return nil
	}
	return g.projected(item).SDK()
}

func (g *get) projected(item value.Item) value.Item {
	if g.projection == nil {
		return item
	}
	return g.projection.Apply(item)
}

func (c *call) getItem(in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
	g, err := newGet(in)
	if err != nil {
		return nil, err
	}
	item, err := c.read(g)
	if err != nil {
		return nil, err
	}
	u := usage{name: aws.ToString(in.TableName), table: readUnits(item.Size(), aws.ToBool(in.ConsistentRead))}
	return &dynamodb.GetItemOutput{Item: g.shown(item), ConsumedCapacity: u.consumed(in.ReturnConsumedCapacity)}, nil
}

func (c *call) read(g *get) (value.Item, error) {
	c.db.mu.RLock()
	defer c.db.mu.RUnlock()
	t, err := c.table(g.tableName)
	if err != nil {
		return value.Item{}, err
	}
	if err := t.notInsideKeys(g.nested()); err != nil {
		return value.Item{}, err
	}
	key, err := t.checkedKey(g.key)
	if err != nil {
		return value.Item{}, err
	}
	return c.stored(t, key, g.consistent), nil
}

func newGet(in *dynamodb.GetItemInput) (*get, error) {
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	var v violations
	v.item("key", in.Key)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	if err := v.err(); err != nil {
		return nil, err
	}
	exprs := []param{{"ProjectionExpression", in.ProjectionExpression != nil}}
	if err := refuseLegacy(exprs, param{"AttributesToGet", in.AttributesToGet != nil}); err != nil {
		return nil, err
	}
	g, err := compileGet(in.TableName, in.Key, in.ProjectionExpression, in.ExpressionAttributeNames)
	if err != nil {
		return nil, err
	}
	g.consistent = aws.ToBool(in.ConsistentRead)
	return g, nil
}

func compileGet(table *string, key map[string]types.AttributeValue, src *string, names map[string]string) (*get, error) {
	g := &get{tableName: table}
	var err error
	if g.key, err = value.FromSDK(key); err != nil {
		return nil, valueError(err)
	}
	env, err := environment(names, nil, param{"ProjectionExpression", src != nil})
	if err != nil {
		return nil, err
	}
	if g.projection, err = projection(src, env); err != nil {
		return nil, err
	}
	return g, unused(env)
}
