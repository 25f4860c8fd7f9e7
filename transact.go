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
)

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

// sendOnce sends the write as a transaction of one operation with a token, so
// that it happens at most once however often it is sent.
func (r *request) sendOnce(ctx context.Context) (*outcome, error) {
	svc := r.w.e.svc
	in := &dynamodb.TransactWriteItemsInput{
		TransactItems:          []types.TransactWriteItem{r.transactItem()},
		ClientRequestToken:     aws.String(r.w.token),
		ReturnConsumedCapacity: r.w.call.capacityMode(),
	}
	out, err := svc.transactWrite(ctx, r.w.e.primary().about(r.w.op(), r.table), in)
	if err != nil {
		return nil, r.failedOnce(err)
	}
	for i := range out.ConsumedCapacity {
		r.w.call.consumed(&out.ConsumedCapacity[i])
	}
	if r.w.verb != verbUpdate && r.w.verb != verbUpsert {
		return &outcome{item: r.stored}, nil
	}
	item, err := r.w.e.get(ctx, r.w.op(), r.key, &call{consistent: true, capacity: r.w.call.capacity})
	return &outcome{item: item}, err
}

// failedOnce explains the error of a transaction of one operation.
func (r *request) failedOnce(err error) error {
	var t *types.TransactionCanceledException
	if !errors.As(err, &t) || len(t.CancellationReasons) != 1 {
		return r.w.fail(err)
	}
	reason := t.CancellationReasons[0]
	if aws.ToString(reason.Code) == "ConditionalCheckFailed" {
		return r.refused(reason.Item, err, false)
	}
	if len(r.nested) > 0 && isPathText(aws.ToString(reason.Message)) {
		return r.w.fail(fmt.Errorf("a clause reaches into a map that the item lacks; a transaction can't create it first: set the map, or leave Idempotent out: %w", err))
	}
	return r.w.fail(fmt.Errorf("%s: %w", aws.ToString(reason.Message), err))
}

// maxConflictRetries bounds how often dyn sends a transaction again that met
// another one. The waits add up to about 5 s on average.
const maxConflictRetries = 10

// transactWrite sends a transaction, again while it meets others. Its token
// stays the same, so that it can't happen twice.
func (s *Service) transactWrite(ctx context.Context, info OpInfo, in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
	for attempt := 0; ; attempt++ {
		out, err := s.transactWriteItems(ctx, info, in)
		if err == nil || attempt == maxConflictRetries || !onlyConflicts(err) {
			return out, err
		}
		if err := wait(ctx, attempt); err != nil {
			return nil, err
		}
	}
}

// onlyConflicts reports whether a transaction was cancelled for no other reason
// than that it met another one.
func onlyConflicts(err error) bool {
	var t *types.TransactionCanceledException
	if !errors.As(err, &t) {
		return false
	}
	conflicts := 0
	for _, r := range t.CancellationReasons {
		switch aws.ToString(r.Code) {
		case "TransactionConflict":
			conflicts++
		case "", "None":
		default:
			return false
		}
	}
	return conflicts > 0
}

// wait sleeps before attempt+1: a random time up to a bound that doubles from
// 25 ms to 1 s, or until the context ends.
func wait(ctx context.Context, attempt int) error {
	bound := min(25*time.Millisecond<<min(attempt, 10), time.Second)
	t := time.NewTimer(rand.N(bound))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
