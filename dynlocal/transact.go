package dynlocal

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// The service's limits on transactions.
const (
	maxTransactItems = 100
	maxTransactSize  = 4 << 20
	maxClientToken   = 36
)

func (c *call) transactWriteItems(in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
	writes, err := newTransactWrite(in)
	if err != nil {
		return nil, err
	}
	token, request := aws.ToString(in.ClientRequestToken), digest(in.TransactItems)
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	if done, err := c.space.tokens.find(token, request, c.db.clock()); err != nil {
		return nil, err
	} else if done != nil {
		return transactWriteOutput(in, writes, done.changes, true), nil
	}
	changes, err := c.planTransaction(writes)
	if err != nil {
		return nil, err
	}
	now := c.db.clock()
	e := edit{space: c.space, at: now, changes: changes}
	if token != "" {
		e.done = &doneTransaction{token, request, now.Add(tokenLifetime), changes}
	}
	if err := c.db.commit(&e); err != nil {
		return nil, err
	}
	return transactWriteOutput(in, writes, changes, false), nil
}

// transactWriteOutput gives the answer to a transaction. That of a replayed one costs reads.
func transactWriteOutput(
	in *dynamodb.TransactWriteItemsInput, writes []*write, changes []change, replayed bool,
) *dynamodb.TransactWriteItemsOutput {
	out := &dynamodb.TransactWriteItemsOutput{}
	name := func(i int) *string { return writes[i].tableName }
	cost := (*change).usage
	if replayed {
		cost = (*change).replayUsage
	}
	out.ConsumedCapacity = consumedByTable(in.ReturnConsumedCapacity, len(changes), func(i int) usage {
		return cost(&changes[i], name(i))
	}, 2)
	for i := range out.ConsumedCapacity {
		transactional(&out.ConsumedCapacity[i], !replayed)
	}
	for i := range changes {
		if m := changes[i].collectionMetrics(in.ReturnItemCollectionMetrics); m != nil {
			if out.ItemCollectionMetrics == nil {
				out.ItemCollectionMetrics = map[string][]types.ItemCollectionMetrics{}
			}
			out.ItemCollectionMetrics[*name(i)] = append(out.ItemCollectionMetrics[*name(i)], *m)
		}
	}
	return out
}

// planTransaction gives the changes of all writes, or why none may be done. The caller holds the lock.
func (c *call) planTransaction(writes []*write) ([]change, error) {
	reasons := newReasons(len(writes))
	places, err := c.placeWrites(writes, reasons)
	if err != nil {
		return nil, err
	}
	changes := make([]change, len(writes))
	for i, w := range writes {
		if places[i].table == nil {
			continue
		}
		err := c.conflict(w.item)
		if err == nil {
			changes[i], err = w.plan(places[i].table, places[i].key)
		}
		if errors.Is(err, errUpdateEmptyString) || errors.Is(err, errUpdateEmptyBinary) {
			return nil, err
		}
		reasons.set(i, err)
	}
	return changes, reasons.err()
}

// placeWrites finds the items of a transaction, which have to be different ones. An action whose key is wrong gets its
// reason and no place.
func (c *call) placeWrites(writes []*write, reasons *reasons) ([]place, error) {
	seen := map[place]bool{}
	places := make([]place, len(writes))
	for i, w := range writes {
		t, err := c.table(w.tableName)
		if err != nil {
			return nil, err
		}
		if err := w.screen(t); err != nil {
			return nil, err
		}
		if err := t.notInsideKeys(w.updatedInside(t)); err != nil {
			return nil, err
		}
		key, err := w.locate(t)
		if err != nil {
			reasons.set(i, err)
			continue
		}
		places[i] = place{t, key}
		if seen[places[i]] {
			return nil, invalid("Transaction request cannot include multiple operations on one item")
		}
		seen[places[i]] = true
	}
	return places, nil
}

// reasons says of each action of a transaction why it was not done.
type reasons struct {
	list   []types.CancellationReason
	failed bool
}

func newReasons(n int) *reasons {
	r := &reasons{list: make([]types.CancellationReason, n)}
	for i := range r.list {
		r.list[i].Code = aws.String("None")
	}
	return r
}

func (r *reasons) set(i int, err error) {
	if err == nil {
		return
	}
	r.failed = true
	reason := &r.list[i]
	var failed *types.ConditionalCheckFailedException
	var ae smithy.APIError
	switch {
	case errors.As(err, &failed):
		reason.Code, reason.Message, reason.Item = aws.String("ConditionalCheckFailed"), failed.Message, failed.Item
	case errors.As(err, &ae):
		reason.Code, reason.Message = aws.String(reasonCode(ae.ErrorCode())), aws.String(ae.ErrorMessage())
	}
}

// reasonCode gives the form that an error's code has as a reason.
func reasonCode(code string) string {
	switch code {
	case "ValidationException":
		return "ValidationError"
	case "ThrottlingException":
		return "ThrottlingError"
	}
	return strings.TrimSuffix(code, "Exception")
}

// err gives the cancellation, nil if no action failed.
func (r *reasons) err() error {
	if !r.failed {
		return nil
	}
	codes := make([]string, len(r.list))
	for i, reason := range r.list {
		codes[i] = *reason.Code
	}
	return &types.TransactionCanceledException{
		Message: aws.String("Transaction cancelled, please refer cancellation reasons for specific reasons [" +
			strings.Join(codes, ", ") + "]"),
		CancellationReasons: r.list,
	}
}

func newTransactWrite(in *dynamodb.TransactWriteItemsInput) ([]*write, error) {
	var v violations
	if t := aws.ToString(in.ClientRequestToken); len(t) > maxClientToken {
		v.add(quoted(t), "clientRequestToken", fmt.Sprintf("Member must have length less than or equal to %d", maxClientToken))
	}
	v.transactItems(len(in.TransactItems), in.TransactItems != nil)
	v.returnConsumedCapacity(in.ReturnConsumedCapacity)
	v.returnItemCollectionMetrics(in.ReturnItemCollectionMetrics)
	if err := v.err(); err != nil {
		return nil, err
	}
	writes := make([]*write, len(in.TransactItems))
	size := 0
	for i, item := range in.TransactItems {
		var err error
		if writes[i], err = newTransactItem(i, item); err != nil {
			return nil, err
		}
		size += writes[i].size
	}
	return writes, checkTransactSize(size)
}

// checkTransactSize is for what is written by a transaction, or shown by one of reads.
func checkTransactSize(size int) error {
	if size > maxTransactSize {
		return invalid("Collection size of items in the transaction exceeded the limit: Member must have size less than or equal to 4MB")
	}
	return nil
}

func (v *violations) transactItems(n int, present bool) {
	if !v.required("transactItems", present) {
		return
	}
	if n == 0 {
		v.add("'[]'", "transactItems", "Member must have length greater than or equal to 1")
	}
	if n > maxTransactItems {
		v.add("'[...]'", "transactItems", fmt.Sprintf("Member must have length less than or equal to %d", maxTransactItems))
	}
}

func newTransactItem(i int, item types.TransactWriteItem) (*write, error) {
	n := 0
	for _, present := range []bool{item.ConditionCheck != nil, item.Put != nil, item.Delete != nil, item.Update != nil} {
		if present {
			n++
		}
	}
	if n != 1 {
		return nil, invalid("TransactItems can only contain one of Check, Put, Update or Delete")
	}
	member := fmt.Sprintf("transactItems.%d.member", i+1)
	switch {
	case item.Put != nil:
		p := item.Put
		return newAction(writePut, member+".put", p.TableName, "item", p.Item, writeExpressions{
			condition: p.ConditionExpression, names: p.ExpressionAttributeNames,
			values: p.ExpressionAttributeValues, onFailure: p.ReturnValuesOnConditionCheckFailure,
		})
	case item.Delete != nil:
		d := item.Delete
		return newAction(writeDelete, member+".delete", d.TableName, "key", d.Key, writeExpressions{
			condition: d.ConditionExpression, names: d.ExpressionAttributeNames,
			values: d.ExpressionAttributeValues, onFailure: d.ReturnValuesOnConditionCheckFailure,
		})
	case item.Update != nil:
		u := item.Update
		return newAction(writeUpdate, member+".update", u.TableName, "key", u.Key, writeExpressions{
			update: u.UpdateExpression, condition: u.ConditionExpression, names: u.ExpressionAttributeNames,
			values: u.ExpressionAttributeValues, onFailure: u.ReturnValuesOnConditionCheckFailure,
		})
	default:
		k := item.ConditionCheck
		return newAction(writeCheck, member+".conditionCheck", k.TableName, "key", k.Key, writeExpressions{
			condition: k.ConditionExpression, names: k.ExpressionAttributeNames,
			values: k.ExpressionAttributeValues, onFailure: k.ReturnValuesOnConditionCheckFailure,
		})
	}
}

func newAction(
	kind writeKind, member string, table *string, itemMember string, item map[string]types.AttributeValue, x writeExpressions,
) (*write, error) {
	var v violations
	v.required(member+".tableName", table != nil)
	v.name(member+".tableName", nameOnly(table), 1)
	v.required(member+"."+itemMember, item != nil)
	exprs := []param{{"ConditionExpression", x.condition != nil}}
	if kind == writeUpdate {
		v.required(member+".updateExpression", x.update != nil)
		exprs = append([]param{{"UpdateExpression", x.update != nil}}, exprs...)
	}
	if kind == writeCheck {
		v.required(member+".conditionExpression", x.condition != nil)
	}
	enum(&v, member+".returnValuesOnConditionCheckFailure", x.onFailure, "ALL_OLD", "NONE")
	if err := v.err(); err != nil {
		return nil, err
	}
	return compileWrite(kind, table, item, x, exprs)
}

// nameOnly gives the table's name where it is given by name or ARN, nil for nil.
func nameOnly(table *string) *string {
	if table == nil {
		return nil
	}
	return aws.String(tableName(*table))
}
