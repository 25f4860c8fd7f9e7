package dyn

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// The service's limits on one transaction.
const (
	maxTransactItems = 100
	maxTransactBytes = 4 << 20
	maxToken         = 36
)

// TransactItem is what [Service.Transact] takes: an [Op], [Token] or [Capacity].
type TransactItem interface{ transactItem(*transaction) }

// transaction collects what Transact was given.
type transaction struct {
	call
	ops    []Op
	tokens []string
}

type transactOption func(*transaction)

func (o transactOption) transactItem(t *transaction) { o(t) }

func (o Op) transactItem(t *transaction) { t.ops = append(t.ops, o) }

// Token makes a transaction happen once for all calls with the token within ten
// minutes, also those of another process: what comes after the first succeeds
// without doing anything. It has 1 to 36 characters. The operations must be the
// same each time, down to timestamps and generated ids, or DynamoDB refuses
// them; describe them once. Without it, a transaction has a random token, which
// makes the retries of one call safe.
func Token(token string) TransactItem {
	return transactOption(func(t *transaction) { t.tokens = append(t.tokens, token) })
}

// Transact does all of the operations or none. Up to 100 operations on as many
// different items are possible, of any entities of the service, with up to 4 MB;
// it costs twice the capacity of the operations alone. All of them are built
// and checked before anything is sent: an error then names the operation by its
// position, "ops[2]".
//
// When DynamoDB cancels it, the error is a [*TransactionError] with the reasons.
// A transaction that only met others on its items, or a busy table, is sent
// again, up to 10 times, after random times that grow to a second. It has an
// idempotency token, so that it happens once even when an answer is lost.
//
// Items are not returned, so [Old] does not fit an operation here; [Stored] gets
// what Put and Create have written. An update that reaches into a map which the
// item lacks fails, where [Entity.Update] would create the map first.
func (s *Service) Transact(ctx context.Context, items ...TransactItem) error {
	const op = "transact"
	var t transaction
	for _, it := range items {
		it.transactItem(&t)
	}
	requests, own := make([]*request, len(t.ops)), make([]request, len(t.ops))
	m := &room{wanted: true, left: len(t.ops)}
	err := each("ops", len(t.ops), func(i int) error {
		requests[i], own[i].room = &own[i], m
		return t.ops[i].request(ctx, s, &own[i], (*request).transactable)
	})
	if err != nil {
		return opError(op, err)
	}
	parts := transactParts(requests)
	if err := t.check(requests, parts); err != nil {
		return opError(op, err)
	}
	token, err := t.token(s)
	if err != nil {
		return opError(op, err)
	}
	in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: &token, ReturnConsumedCapacity: t.capacityMode()}
	out, err := s.transactWrite(ctx, OpInfo{Name: op, Table: s.tableName(ctx)}, in, parts)
	if err != nil {
		return cancelled(op, "ops", parts, err)
	}
	m.release()
	t.consumedAll(out.ConsumedCapacity)
	for _, r := range requests {
		if r.w.call.stored != nil {
			err = errors.Join(err, r.w.deliver(ctx, outcome{item: r.stored}))
		}
	}
	return err
}

// transactable refuses options that do not fit an operation of a transaction.
func (r *request) transactable() error {
	if r.w.call.old != nil || r.w.call.capacity != nil {
		return errors.New("Old and Capacity do not fit an operation of a transaction; a transaction returns no items, and takes Capacity itself")
	}
	return nil
}

// companion is a write that belongs to an operation and is done in the same
// transaction, such as the claim of a unique value.
type companion struct {
	item types.TransactWriteItem
	key  rawItem
	// refused returns the operation's error when the condition of item fails.
	refused func(found rawItem, err error) error
}

// transactPart is one action of a transaction.
type transactPart struct {
	op      int // the operation it belongs to
	e       *entity
	r       *request // of a write
	id      string   // of the item, see identity
	key     rawItem  // nil for that of the request
	size    int
	item    types.TransactWriteItem                     // of a write
	json    []byte                                      // of item.Put, instead of its Item
	refused func(types.CancellationReason, error) error // nil for that of the request
}

// itemKey returns the key of the item.
func (p *transactPart) itemKey() rawItem {
	if p.key == nil {
		return p.r.primaryKey()
	}
	return p.key
}

// reason returns the error of the operation that the part cancelled.
func (p *transactPart) reason(reason types.CancellationReason, err error) error {
	if p.refused == nil {
		return p.r.cancelled(reason, err)
	}
	return p.refused(reason, err)
}

// transactParts returns the actions of the operations, those of one together.
func transactParts(requests []*request) []transactPart {
	parts := make([]transactPart, 0, len(requests))
	for i, r := range requests {
		p := transactPart{op: i, e: r.w.e, r: r, id: string(r.id), item: r.transactItem(), json: r.json}
		switch {
		case r.json != nil:
			p.size = len(r.json)
		case r.item != nil:
			p.size = itemSize(r.item)
		default:
			p.id, p.key, p.size = r.w.e.identity(record{attrs: r.key}), r.key, itemSize(r.key)
		}
		parts = append(parts, p)
		for _, c := range r.companions {
			parts = append(parts, transactPart{
				op: i, e: r.w.e, id: r.w.e.identity(record{attrs: c.key}), key: c.key, size: itemSize(c.key), item: c.item,
				refused: func(reason types.CancellationReason, err error) error {
					if aws.ToString(reason.Code) == conditionFailed {
						return c.refused(reason.Item, err)
					}
					return r.cancelled(reason, err)
				},
			})
		}
	}
	return parts
}

// check refuses what DynamoDB would, with the positions that it does not tell.
func (t *transaction) check(requests []*request, parts []transactPart) error {
	switch {
	case len(parts) == 0:
		return errNoOps
	case len(parts) > maxTransactItems:
		return fmt.Errorf("%d items; a transaction takes %d", len(parts), maxTransactItems)
	}
	size := 0
	seen := make(map[string]int, len(parts))
	for i := range parts {
		p := &parts[i]
		if first, ok := seen[p.id]; ok {
			return fmt.Errorf("%w; a transaction takes one operation on each", twins(requests[first].w, requests[p.op].w, "ops", first, p.op))
		}
		seen[p.id] = p.op
		size += p.size
	}
	if size > maxTransactBytes {
		size = 0
		for i := range parts {
			size += parts[i].exactSize()
		}
	}
	if size > maxTransactBytes {
		return fmt.Errorf("the items have %d bytes, a transaction takes %d", size, maxTransactBytes)
	}
	return nil
}

// exactSize returns the size as DynamoDB counts it, of which an item as JSON has more.
func (p *transactPart) exactSize() int {
	if p.json == nil {
		return p.size
	}
	m, _, _ := ddbjson.ParseMap(p.json, 0)
	return itemSize(m)
}

// token returns the transaction's token.
func (t *transaction) token(s *Service) (string, error) {
	switch {
	case len(t.tokens) == 0:
		return s.token()
	case len(t.tokens) > 1:
		return "", errors.New("a transaction takes one Token")
	}
	token := t.tokens[0]
	if token == "" || len(token) > maxToken {
		return "", fmt.Errorf("a token has 1 to %d characters, not %d", maxToken, len(token))
	}
	return token, nil
}

// transactItem returns the request as a part of a transaction.
func (r *request) transactItem() types.TransactWriteItem {
	switch in := r.input().(type) {
	case *dynamodb.PutItemInput:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: in.TableName, Item: in.Item, ConditionExpression: in.ConditionExpression,
			ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
		}}
	case *dynamodb.UpdateItemInput:
		return types.TransactWriteItem{Update: &types.Update{
			TableName: in.TableName, Key: in.Key, UpdateExpression: in.UpdateExpression, ConditionExpression: in.ConditionExpression,
			ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
		}}
	case *dynamodb.DeleteItemInput:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: in.TableName, Key: in.Key, ConditionExpression: in.ConditionExpression,
			ExpressionAttributeNames: in.ExpressionAttributeNames, ExpressionAttributeValues: in.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: in.ReturnValuesOnConditionCheckFailure,
		}}
	case *types.ConditionCheck:
		return types.TransactWriteItem{ConditionCheck: in}
	}
	return types.TransactWriteItem{}
}

// sendOnce sends the write as a transaction of its own with a token, so that it
// happens at most once however often it is sent.
func (r *request) sendOnce(ctx context.Context) (outcome, error) {
	svc, token := r.w.e.svc, r.w.token
	if token == "" {
		var err error
		if token, err = svc.token(); err != nil {
			return outcome{}, r.w.fail(err)
		}
	}
	in := &dynamodb.TransactWriteItemsInput{ClientRequestToken: &token, ReturnConsumedCapacity: r.w.call.capacityMode()}
	parts := transactParts([]*request{r})
	out, err := svc.transactWrite(ctx, r.w.e.primary().about(r.w.op(), r.table), in, parts)
	if err != nil {
		var t *TransactionError
		if err = cancelled(r.w.op(), "ops", parts, err); errors.As(err, &t) {
			return outcome{}, t.Reasons[0].Err
		}
		return outcome{}, err
	}
	r.w.call.consumedAll(out.ConsumedCapacity)
	if r.w.verb != verbUpdate && r.w.verb != verbUpsert {
		return outcome{item: r.stored}, nil
	}
	item, err := r.w.e.get(ctx, r.w.op(), r.key, &call{consistent: true, capacity: r.w.call.capacity})
	return outcome{item: item}, err
}

// conditionFailed is the code of the reason that says so.
const conditionFailed = "ConditionalCheckFailed"

// cancelled explains the error of a transaction.
func cancelled(op, label string, parts []transactPart, err error) error {
	var t *types.TransactionCanceledException
	if !errors.As(err, &t) || len(t.CancellationReasons) != len(parts) {
		return opError(op, err)
	}
	te := &TransactionError{op: op, label: label, err: err}
	for i, reason := range t.CancellationReasons {
		p := &parts[i]
		code := aws.ToString(reason.Code)
		if code == "" || code == "None" {
			continue
		}
		r := TransactionReason{Op: p.op, Entity: p.e.name, Key: p.itemKey(), Code: code, Err: p.reason(reason, err)}
		var ce *ConditionError
		if errors.As(r.Err, &ce) {
			r.Old = ce.Old
		}
		te.Reasons = append(te.Reasons, r)
	}
	if len(te.Reasons) == 0 {
		return opError(op, err)
	}
	return te
}

// cancelled is the error of a write that cancelled its transaction.
func (r *request) cancelled(reason types.CancellationReason, err error) error {
	switch {
	case aws.ToString(reason.Code) == conditionFailed:
		return r.refused(reason.Item, err, false)
	case len(r.nested) > 0 && isPathText(aws.ToString(reason.Message)):
		return r.w.fail(&wrapped{errNoParent, err})
	}
	return reasonError(r.w.op(), reason, err)
}

var errNoParent = errors.New("a clause reaches into a map that the item lacks; a transaction can't create it first: set the map, or update the item by itself, without Idempotent")

// reasonError is the error of a reason that the service says all about.
func reasonError(op string, reason types.CancellationReason, err error) error {
	text := aws.ToString(reason.Code)
	if m := aws.ToString(reason.Message); m != "" {
		text = m + " (" + text + ")"
	}
	return opError(op, &wrapped{errors.New(text), err})
}

// maxConflictRetries bounds how often dyn sends a transaction again that met
// another one. The waits add up to about 3 s on average.
const maxConflictRetries = 10

// transactWrite sends a transaction, again while it meets others. Its token
// stays the same, so that it can't happen twice.
func (s *Service) transactWrite(
	ctx context.Context, info OpInfo, in *dynamodb.TransactWriteItemsInput, parts []transactPart,
) (*dynamodb.TransactWriteItemsOutput, error) {
	p := &passage{}
	in.TransactItems = make([]types.TransactWriteItem, len(parts))
	for i := range parts {
		in.TransactItems[i] = parts[i].item
		if put := parts[i].item.Put; put != nil {
			p.put(&put.Item, parts[i].json)
		}
	}
	return retryConflicts(ctx, func() (*dynamodb.TransactWriteItemsOutput, error) { return s.transactWriteItems(ctx, info, in, p) })
}

// retryConflicts calls send until something else than a conflict comes of it.
// When the context ends meanwhile, the error wraps that and the conflict.
func retryConflicts[O any](ctx context.Context, send func() (O, error)) (O, error) {
	for attempt := 0; ; attempt++ {
		out, err := send()
		if err == nil || attempt == maxConflictRetries || !passing(err) {
			return out, err
		}
		if ended := waitUpTo(ctx, attempt, time.Second); ended != nil {
			return out, fmt.Errorf("%w while waiting to try again after: %w", ended, err)
		}
	}
}

// passing reports whether a transaction was cancelled for no other reasons than
// that it met another request on its items, or a busy table. The SDK does not
// look for that.
func passing(err error) bool {
	var busy *types.TransactionInProgressException
	if errors.As(err, &busy) {
		return true
	}
	var t *types.TransactionCanceledException
	if !errors.As(err, &t) {
		return false
	}
	n := 0
	for _, r := range t.CancellationReasons {
		switch aws.ToString(r.Code) {
		case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
			n++
		case "", "None":
		default:
			return false
		}
	}
	return n > 0
}

// waitUpTo sleeps before attempt+1: a random time up to a bound that doubles
// from 25 ms to the most, or until the context ends.
func waitUpTo(ctx context.Context, attempt int, most time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := time.NewTimer(rand.N(min(25*time.Millisecond<<min(attempt, 20), most)))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
