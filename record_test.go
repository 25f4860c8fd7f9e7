package dyn_test

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"
)

// recorder keeps the requests that dyn sends for items. Without a client it
// answers them with nothing.
type recorder struct {
	dyn.Client
	mu   sync.Mutex
	sent []any // SDK inputs
}

// taken returns what was sent since it was called last.
func (r *recorder) taken() []any {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := r.sent
	r.sent = nil
	return sent
}

func recorded[I, O any](r *recorder, in *I, send func(dyn.Client) (*O, error)) (*O, error) {
	r.mu.Lock()
	r.sent = append(r.sent, in)
	r.mu.Unlock()
	if r.Client == nil {
		return new(O), nil
	}
	return send(r.Client)
}

func (r *recorder) GetItem(ctx context.Context, in *dynamodb.GetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.GetItemOutput, error) { return c.GetItem(ctx, in, opts...) })
}

func (r *recorder) PutItem(ctx context.Context, in *dynamodb.PutItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.PutItemOutput, error) { return c.PutItem(ctx, in, opts...) })
}

func (r *recorder) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.UpdateItemOutput, error) { return c.UpdateItem(ctx, in, opts...) })
}

func (r *recorder) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.DeleteItemOutput, error) { return c.DeleteItem(ctx, in, opts...) })
}

func (r *recorder) Query(ctx context.Context, in *dynamodb.QueryInput, opts ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.QueryOutput, error) { return c.Query(ctx, in, opts...) })
}

func (r *recorder) Scan(ctx context.Context, in *dynamodb.ScanInput, opts ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.ScanOutput, error) { return c.Scan(ctx, in, opts...) })
}

func (r *recorder) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.BatchGetItemOutput, error) { return c.BatchGetItem(ctx, in, opts...) })
}

func (r *recorder) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.BatchWriteItemOutput, error) { return c.BatchWriteItem(ctx, in, opts...) })
}

func (r *recorder) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.TransactGetItemsOutput, error) {
		return c.TransactGetItems(ctx, in, opts...)
	})
}

func (r *recorder) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return recorded(r, in, func(c dyn.Client) (*dynamodb.TransactWriteItemsOutput, error) {
		return c.TransactWriteItems(ctx, in, opts...)
	})
}
