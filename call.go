package dyn

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// OpInfo describes a request that dyn is about to send, for [WithMiddleware].
type OpInfo struct {
	// Name is the operation in the program's terms, as errors have it:
	// "query card.byUser".
	Name string
	// API is the DynamoDB operation: "Query".
	API string
	// Entity and Index name what it works on; they are empty for batches and
	// transactions, which may have many.
	Entity, Index string
	// Table is the name of the table.
	Table string
	// Input is the SDK's input, such as a *dynamodb.QueryInput. It holds the
	// program's data.
	Input any
	// Consumed is what the request cost, set when it has been sent. It is nil
	// unless the capacity was asked for, by [Capacity], [SumCapacity] or [WithRate].
	Consumed []types.ConsumedCapacity
}

// Middleware is called around every request of a Service. It must call next
// once, or return an error; what the program gets is the error it returns.
type Middleware func(ctx context.Context, op *OpInfo, next func(context.Context) error) error

// WithMiddleware adds middleware around every request, outermost first. Paging,
// guards, retries of batches and the like are dyn's own and go on around it.
func WithMiddleware(ms ...Middleware) ServiceOption {
	return func(s *Service) error { s.middleware = append(s.middleware, ms...); return nil }
}

// WithClientOptions passes options to every call of the client, after dyn's own.
func WithClientOptions(fns ...func(*dynamodb.Options)) ServiceOption {
	return func(s *Service) error { s.clientOptions = append(s.clientOptions, fns...); return nil }
}

// WithTable takes the name of the table from the context of each operation,
// such as one for each tenant. Where name returns "", it is that of the [Table].
func WithTable(name func(context.Context) string) ServiceOption {
	return func(s *Service) error { s.tableOf = name; return nil }
}

// tableName returns the name of the table that operations under ctx use.
func (s *Service) tableName(ctx context.Context) string {
	if s.tableOf != nil {
		if name := s.tableOf(ctx); name != "" {
			return name
		}
	}
	return s.table.Name
}

// tableRef is tableName for an input.
func (s *Service) tableRef(ctx context.Context) *string {
	if s.tableOf == nil && s.unseen() {
		return &s.table.Name
	}
	name := s.tableName(ctx)
	return &name
}

// SumCapacity returns a context under which every request of dyn adds what it
// consumes to the total that the function returns: the cost of all the work
// done for one incoming request, say. It is safe for concurrent use.
func SumCapacity(ctx context.Context) (context.Context, func() types.ConsumedCapacity) {
	t := &capacityTotal{dst: &types.ConsumedCapacity{}}
	return context.WithValue(ctx, capacityKey{}, t), func() types.ConsumedCapacity {
		t.mu.Lock()
		defer t.mu.Unlock()
		return *t.dst
	}
}

type capacityKey struct{}

// metered turns on the report of consumed capacity when the context sums it.
func metered(ctx context.Context, mode *types.ReturnConsumedCapacity) *capacityTotal {
	t, _ := ctx.Value(capacityKey{}).(*capacityTotal)
	if t != nil && *mode == "" {
		*mode = types.ReturnConsumedCapacityTotal
	}
	return t
}

// method is the one of a [Client] that sends requests of a kind.
type method[I, O any] func(Client, context.Context, *I, ...func(*dynamodb.Options)) (*O, error)

// send passes one request through the middleware to the client. Every request
// for items goes through here.
func send[I, O any](
	ctx context.Context, s *Service, info OpInfo, in *I,
	mode *types.ReturnConsumedCapacity, do method[I, O], consumed func(*O) []types.ConsumedCapacity, p *passage,
) (*O, error) {
	if len(s.middleware) > 0 || s.rate.bucket(info.API) != nil {
		return sendThrough(ctx, s, info, in, mode, do, consumed, p)
	}
	total := metered(ctx, mode)
	out, err := travel(ctx, s, info.API, info.Table, in, p, do)
	if err != nil {
		return out, noTable(info.Table, err)
	}
	if total != nil {
		total.addAll(consumed(out))
	}
	return out, nil
}

// sendThrough is send for a service with middleware or a limit of its rate.
func sendThrough[I, O any](
	ctx context.Context, s *Service, info OpInfo, in *I,
	mode *types.ReturnConsumedCapacity, do method[I, O], consumed func(*O) []types.ConsumedCapacity, p *passage,
) (*O, error) {
	total := metered(ctx, mode)
	var out *O
	var failed error
	next := func(ctx context.Context) (err error) {
		if out, err = travel(ctx, s, info.API, info.Table, in, p, do); err != nil {
			out, failed = nil, noTable(info.Table, err) // an output would say that it has been done
			return failed
		}
		info.Consumed = consumed(out)
		total.addAll(info.Consumed)
		return nil
	}
	if b := s.rate.bucket(info.API); b != nil {
		next = b.limit(&info, mode, next)
	}
	info.Input = in
	for i := len(s.middleware) - 1; i >= 0; i-- {
		m, inner := s.middleware[i], next
		next = func(ctx context.Context) error { return m(ctx, &info, inner) }
	}
	err := next(ctx)
	switch {
	case err != nil || out != nil:
		return out, err
	case failed != nil:
		return nil, fmt.Errorf("a middleware returned without an error, but next failed: %w", failed)
	}
	return nil, errNotSent
}

// noTable tells what to do about a table that is not there.
func noTable(name string, err error) error {
	var missing *types.ResourceNotFoundException
	if errors.As(err, &missing) {
		return fmt.Errorf("there is no table %q; EnsureTable creates it: %w", name, err)
	}
	return err
}

var errNotSent = errors.New("a middleware returned without an error, but did not call next")

// about describes a request on one entity.
func (ix *index) about(op string, table *string) OpInfo {
	return OpInfo{Name: op, Entity: ix.e.name, Index: ix.name, Table: aws.ToString(table)}
}

func one(c *types.ConsumedCapacity) []types.ConsumedCapacity {
	if c == nil {
		return nil
	}
	return []types.ConsumedCapacity{*c}
}

func (s *Service) getItem(ctx context.Context, info OpInfo, in *dynamodb.GetItemInput, p *passage) (*dynamodb.GetItemOutput, error) {
	info.API = "GetItem"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.GetItem,
		func(o *dynamodb.GetItemOutput) []types.ConsumedCapacity { return one(o.ConsumedCapacity) }, p)
}

func (s *Service) putItem(ctx context.Context, info OpInfo, in *dynamodb.PutItemInput, p *passage) (*dynamodb.PutItemOutput, error) {
	info.API = "PutItem"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.PutItem,
		func(o *dynamodb.PutItemOutput) []types.ConsumedCapacity { return one(o.ConsumedCapacity) }, p)
}

func (s *Service) updateItem(ctx context.Context, info OpInfo, in *dynamodb.UpdateItemInput, p *passage) (*dynamodb.UpdateItemOutput, error) {
	info.API = "UpdateItem"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.UpdateItem,
		func(o *dynamodb.UpdateItemOutput) []types.ConsumedCapacity { return one(o.ConsumedCapacity) }, p)
}

func (s *Service) deleteItem(ctx context.Context, info OpInfo, in *dynamodb.DeleteItemInput, p *passage) (*dynamodb.DeleteItemOutput, error) {
	info.API = "DeleteItem"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.DeleteItem,
		func(o *dynamodb.DeleteItemOutput) []types.ConsumedCapacity { return one(o.ConsumedCapacity) }, p)
}

func (s *Service) query(ctx context.Context, info OpInfo, in *dynamodb.QueryInput, p *passage) (*dynamodb.QueryOutput, error) {
	info.API = "Query"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.Query,
		func(o *dynamodb.QueryOutput) []types.ConsumedCapacity { return one(o.ConsumedCapacity) }, p)
}

func (s *Service) scan(ctx context.Context, info OpInfo, in *dynamodb.ScanInput, p *passage) (*dynamodb.ScanOutput, error) {
	info.API = "Scan"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.Scan,
		func(o *dynamodb.ScanOutput) []types.ConsumedCapacity { return one(o.ConsumedCapacity) }, p)
}

func (s *Service) batchGetItem(ctx context.Context, info OpInfo, in *dynamodb.BatchGetItemInput, p *passage) (*dynamodb.BatchGetItemOutput, error) {
	info.API = "BatchGetItem"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.BatchGetItem,
		func(o *dynamodb.BatchGetItemOutput) []types.ConsumedCapacity { return o.ConsumedCapacity }, p)
}

func (s *Service) batchWriteItem(ctx context.Context, info OpInfo, in *dynamodb.BatchWriteItemInput, p *passage) (*dynamodb.BatchWriteItemOutput, error) {
	info.API = "BatchWriteItem"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.BatchWriteItem,
		func(o *dynamodb.BatchWriteItemOutput) []types.ConsumedCapacity { return o.ConsumedCapacity }, p)
}

func (s *Service) transactGetItems(ctx context.Context, info OpInfo, in *dynamodb.TransactGetItemsInput, p *passage) (*dynamodb.TransactGetItemsOutput, error) {
	info.API = "TransactGetItems"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.TransactGetItems,
		func(o *dynamodb.TransactGetItemsOutput) []types.ConsumedCapacity { return o.ConsumedCapacity }, p)
}

func (s *Service) transactWriteItems(ctx context.Context, info OpInfo, in *dynamodb.TransactWriteItemsInput, p *passage) (*dynamodb.TransactWriteItemsOutput, error) {
	info.API = "TransactWriteItems"
	return send(ctx, s, info, in, &in.ReturnConsumedCapacity, Client.TransactWriteItems,
		func(o *dynamodb.TransactWriteItemsOutput) []types.ConsumedCapacity { return o.ConsumedCapacity }, p)
}
