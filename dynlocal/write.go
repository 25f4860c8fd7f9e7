package dynlocal

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/expr"
	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// writeKind is what a write does to its item.
type writeKind uint8

const (
	writePut writeKind = iota
	writeUpdate
	writeDelete
	writeCheck // of a transaction: a condition alone
)

// write is one write with its expressions compiled: all that can be done before the table is known.
type write struct {
	kind      writeKind
	tableName *string
	item      value.Item // the item of a put, else the key
	condition *expr.Condition
	update    *expr.Update
	onFailure types.ReturnValuesOnConditionCheckFailure

	size int // of the item or key and of the expressions with their names and values, which a transaction has a limit for
}

// screen checks what the request alone shows to be wrong. A transaction is refused for it rather than cancelled.
func (w *write) screen(t *table) error {
	if err := t.notEmptyKeys(w.item); err != nil {
		return err
	}
	if err := t.notInsideKeys(w.nested()); err != nil {
		return err
	}
	if w.kind != writePut {
		return nil
	}
	if w.item.Size() > maxItemSize {
		return invalid("Item size has exceeded the maximum allowed size")
	}
	for _, x := range t.byName {
		if name, kind := x.emptyKey(w.item); kind != "" {
			return errEmptyIndexKey(x, name, kind)
		}
	}
	return nil
}

// locate checks the write against the table's schema and gives its item's place there.
func (w *write) locate(t *table) (string, error) {
	if w.kind == writePut {
		return t.checkedItem(w.item)
	}
	return t.checkedKey(w.item)
}

// plan evaluates the write against the item as it is now, and gives the change to commit.
func (w *write) plan(t *table, key string) (change, error) {
	ch := change{table: t, key: key, old: t.get(key)}
	ch.new = ch.old
	if w.condition != nil && !w.condition.Eval(ch.old) {
		return ch, w.failed(ch.old)
	}
	var err error
	switch w.kind {
	case writePut:
		ch.new = w.item
	case writeDelete:
		ch.new = value.Item{}
	case writeUpdate:
		ch.new, err = w.updated(t, ch.old)
	}
	return ch, err
}

func (w *write) failed(old value.Item) error {
	if w.onFailure == types.ReturnValuesOnConditionCheckFailureAllOld && !old.IsEmpty() {
		return conditionFailed(old.SDK())
	}
	return conditionFailed(nil)
}

// updated applies the update to the old item, or to the bare key if there is none.
func (w *write) updated(t *table, old value.Item) (value.Item, error) {
	item := old
	if item.IsEmpty() {
		item = w.item
	}
	if w.update == nil {
		return item, nil
	}
	for _, name := range w.update.TopNames() {
		if t.key.has(name) {
			return item, invalidf(invalidParameter+"Cannot update attribute %s. This attribute is part of the key", name)
		}
	}
	if err := t.notInsideKeys(w.update.NestedNames()); err != nil {
		return item, err
	}
	item, err := w.update.Apply(item)
	if err != nil {
		return item, valueError(err)
	}
	if item.Size() > maxItemSize {
		return item, invalid("Item size to update has exceeded the maximum allowed size")
	}
	for _, x := range t.byName {
		switch _, kind := x.emptyKey(item); kind {
		case "string":
			return item, errUpdateEmptyString
		case "binary":
			return item, errUpdateEmptyBinary
		}
	}
	return item, t.checkIndexKeys(item)
}

// An update that leaves an index key empty is refused with one of these, also where it is part of a transaction.
var (
	errUpdateEmptyString = errUpdateEmpty("string")
	errUpdateEmptyBinary = errUpdateEmpty("binary")
)

func errUpdateEmpty(kind string) error {
	return invalidf("One or more parameter values are not valid. The update expression attempted to update a secondary index "+
		"key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty %s value.", kind)
}

// apply does one write on its own.
func (c *call) apply(w *write) (change, error) {
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	t, err := c.table(w.tableName)
	if err != nil {
		return change{}, err
	}
	if err := w.screen(t); err != nil {
		return change{}, err
	}
	key, err := w.locate(t)
	if err != nil {
		return change{}, err
	}
	if err := c.conflict(w.item); err != nil {
		return change{}, err
	}
	ch, err := w.plan(t, key)
	if err != nil {
		return ch, err
	}
	return ch, c.db.commit(&edit{space: c.space, at: c.db.clock(), changes: []change{ch}})
}

func (c *call) putItem(in *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error) {
	w, err := newPut(in)
	if err != nil {
		return nil, asMember(err)
	}
	ch, err := c.apply(w)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.PutItemOutput{
		ConsumedCapacity:      ch.capacity(in.TableName, in.ReturnConsumedCapacity),
		ItemCollectionMetrics: ch.collectionMetrics(in.ReturnItemCollectionMetrics),
	}
	if in.ReturnValues == types.ReturnValueAllOld {
		out.Attributes = attributes(ch.old)
	}
	return out, nil
}

func newPut(in *dynamodb.PutItemInput) (*write, error) {
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	var v violations
	v.item("item", in.Item)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnValues(in.ReturnValues)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure)
	if err := v.err(); err != nil {
		return nil, err
	}
	if in.ReturnValues != "" && in.ReturnValues != types.ReturnValueNone && in.ReturnValues != types.ReturnValueAllOld {
		return nil, invalid("ReturnValues can only be ALL_OLD or NONE")
	}
	exprs := []param{{"ConditionExpression", in.ConditionExpression != nil}}
	if err := refuseLegacy(exprs, param{"Expected", in.Expected != nil},
		param{"ConditionalOperator", in.ConditionalOperator != ""}); err != nil {
		return nil, err
	}
	return compileWrite(writePut, in.TableName, in.Item, writeExpressions{
		condition: in.ConditionExpression, names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
		onFailure: in.ReturnValuesOnConditionCheckFailure,
	}, exprs)
}

// writeExpressions are the parameters of a write that are expressions or belong to them.
type writeExpressions struct {
	update, condition *string
	names             map[string]string
	values            map[string]types.AttributeValue
	onFailure         types.ReturnValuesOnConditionCheckFailure
}

// compileWrite converts the item or key and compiles the expressions.
func compileWrite(
	kind writeKind, table *string, item map[string]types.AttributeValue, x writeExpressions, exprs []param,
) (*write, error) {
	w := &write{kind: kind, tableName: table, onFailure: x.onFailure}
	var err error
	if w.item, err = value.FromSDK(item); err != nil {
		return nil, valueError(err)
	}
	env, err := environment(x.names, x.values, exprs...)
	if err != nil {
		return nil, err
	}
	if x.update != nil {
		if w.update, err = expr.ParseUpdate(*x.update, env); err != nil {
			return nil, valueError(err)
		}
	}
	if w.condition, err = condition(expr.ConditionExpression, x.condition, env); err != nil {
		return nil, err
	}
	w.size = w.item.Size() + len(aws.ToString(x.update)) + len(aws.ToString(x.condition)) + env.UsedSize()
	return w, unused(env)
}

func (c *call) deleteItem(in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
	w, err := newDelete(in)
	if err != nil {
		return nil, asMember(err)
	}
	ch, err := c.apply(w)
	if err != nil {
		return nil, err
	}
	out := &dynamodb.DeleteItemOutput{
		ConsumedCapacity:      ch.capacity(in.TableName, in.ReturnConsumedCapacity),
		ItemCollectionMetrics: ch.collectionMetrics(in.ReturnItemCollectionMetrics),
	}
	if in.ReturnValues == types.ReturnValueAllOld {
		out.Attributes = attributes(ch.old)
	}
	return out, nil
}

func newDelete(in *dynamodb.DeleteItemInput) (*write, error) {
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	var v violations
	v.item("key", in.Key)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnValues(in.ReturnValues)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure)
	if err := v.err(); err != nil {
		return nil, err
	}
	if in.ReturnValues != "" && in.ReturnValues != types.ReturnValueNone && in.ReturnValues != types.ReturnValueAllOld {
		return nil, invalid("ReturnValues can only be ALL_OLD or NONE")
	}
	exprs := []param{{"ConditionExpression", in.ConditionExpression != nil}}
	if err := refuseLegacy(exprs, param{"Expected", in.Expected != nil},
		param{"ConditionalOperator", in.ConditionalOperator != ""}); err != nil {
		return nil, err
	}
	return compileWrite(writeDelete, in.TableName, in.Key, writeExpressions{
		condition: in.ConditionExpression, names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
		onFailure: in.ReturnValuesOnConditionCheckFailure,
	}, exprs)
}

func (c *call) updateItem(in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
	w, err := newUpdate(in)
	if err != nil {
		return nil, asMember(err)
	}
	ch, err := c.apply(w)
	if err != nil {
		return nil, err
	}
	return &dynamodb.UpdateItemOutput{
		Attributes:            attributes(w.returned(in.ReturnValues, &ch)),
		ConsumedCapacity:      ch.capacity(in.TableName, in.ReturnConsumedCapacity),
		ItemCollectionMetrics: ch.collectionMetrics(in.ReturnItemCollectionMetrics),
	}, nil
}

func newUpdate(in *dynamodb.UpdateItemInput) (*write, error) {
	if in.Key == nil {
		return nil, updateWithoutKey(in)
	}
	if err := checkTable(in.TableName); err != nil {
		return nil, err
	}
	var v violations
	v.returnValues(in.ReturnValues)
	if err := v.err(); err != nil {
		return nil, err // alone: of an update the service reports no others with it
	}
	v.item("key", in.Key)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	v.returnOnFailure(in.ReturnValuesOnConditionCheckFailure)
	if err := v.err(); err != nil {
		return nil, err
	}
	exprs := []param{
		{"UpdateExpression", in.UpdateExpression != nil},
		{"ConditionExpression", in.ConditionExpression != nil},
	}
	if err := refuseLegacy(exprs, param{"AttributeUpdates", in.AttributeUpdates != nil},
		param{"Expected", in.Expected != nil}, param{"ConditionalOperator", in.ConditionalOperator != ""}); err != nil {
		return nil, err
	}
	return compileWrite(writeUpdate, in.TableName, in.Key, writeExpressions{
		update: in.UpdateExpression, condition: in.ConditionExpression,
		names: in.ExpressionAttributeNames, values: in.ExpressionAttributeValues,
		onFailure: in.ReturnValuesOnConditionCheckFailure,
	}, exprs)
}

// updateWithoutKey refuses an update that has no key, for which the service reports all members together after all.
func updateWithoutKey(in *dynamodb.UpdateItemInput) error {
	var v violations
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.required("tableName", in.TableName != nil)
	v.name("tableName", nameOnly(in.TableName), 1)
	v.returnValues(in.ReturnValues)
	v.required("key", false)
	return v.err()
}

// returned gives what ReturnValues asks for of an update.
func (w *write) returned(mode types.ReturnValue, ch *change) value.Item {
	switch mode {
	case types.ReturnValueAllOld:
		return ch.old
	case types.ReturnValueAllNew:
		return ch.new
	case types.ReturnValueUpdatedOld:
		return w.touched(ch.old)
	case types.ReturnValueUpdatedNew:
		return w.touched(ch.new)
	}
	return value.Item{}
}

func (w *write) touched(item value.Item) value.Item {
	if w.update == nil || item.IsEmpty() {
		return value.Item{}
	}
	return w.update.Touched(item)
}

// attributes gives an item for an output: nil when it is empty, as the SDK decodes an absent member.
func attributes(item value.Item) map[string]types.AttributeValue {
	if item.IsEmpty() {
		return nil
	}
	return item.SDK()
}
