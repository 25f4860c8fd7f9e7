package dyn_test

import (
	"context"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// faults sits in the SDK's client and makes the trouble that DynamoDB makes on
// a bad day. Each number is a chance: of an item to come back unprocessed, of an
// attempt to be throttled, of an answer to be lost after the work is done, of a
// transaction to meet another.
type faults struct {
	unprocessed, throttled, lost, conflict float64

	mu       sync.Mutex
	random   *rand.Rand
	attempts int // what would have gone over the network
	written  int // items, by requests that were answered
}

func newFaults() *faults {
	return &faults{unprocessed: 0.3, throttled: 0.01, lost: 0.01, random: rand.New(rand.NewPCG(1, 2))}
}

func (f *faults) install(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
		if err := s.Initialize.Add(middleware.InitializeMiddlewareFunc("faults.Partial", f.partial), middleware.After); err != nil {
			return err
		}
		return s.Deserialize.Add(middleware.DeserializeMiddlewareFunc("faults.Attempt", f.attempt), middleware.Before)
	})
}

func (f *faults) happens(chance float64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.random.Float64() < chance
}

// attempt is one attempt of the SDK's.
func (f *faults) attempt(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (out middleware.DeserializeOutput, md middleware.Metadata, err error) {
	f.mu.Lock()
	f.attempts++
	f.mu.Unlock()
	if f.happens(f.throttled) {
		return out, md, &types.ProvisionedThroughputExceededException{Message: aws.String("slow down")}
	}
	out, md, err = next.HandleDeserialize(ctx, in)
	if err == nil && f.happens(f.lost) {
		return out, md, &smithyhttp.RequestSendError{Err: io.ErrUnexpectedEOF}
	}
	return out, md, err
}

// partial is one call of the SDK.
func (f *faults) partial(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, md middleware.Metadata, err error) {
	switch req := in.Parameters.(type) {
	case *dynamodb.BatchWriteItemInput:
		return f.partialWrite(ctx, req, next)
	case *dynamodb.BatchGetItemInput:
		return f.partialGet(ctx, req, next)
	case *dynamodb.TransactWriteItemsInput:
		if f.happens(f.conflict) {
			return out, md, conflict(len(req.TransactItems))
		}
	}
	return next.HandleInitialize(ctx, in)
}

// conflict cancels a transaction of n items because of the last.
func conflict(n int) error {
	e := &types.TransactionCanceledException{Message: aws.String("Transaction cancelled")}
	for range n - 1 {
		e.CancellationReasons = append(e.CancellationReasons, types.CancellationReason{Code: aws.String("None")})
	}
	e.CancellationReasons = append(e.CancellationReasons, types.CancellationReason{
		Code: aws.String("TransactionConflict"), Message: aws.String("Transaction is ongoing for the item"),
	})
	return e
}

func (f *faults) partialWrite(ctx context.Context, req *dynamodb.BatchWriteItemInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, md middleware.Metadata, err error) {
	in := *req
	in.RequestItems = map[string][]types.WriteRequest{}
	left := map[string][]types.WriteRequest{}
	n := 0
	for table, writes := range req.RequestItems {
		for _, w := range writes {
			if f.happens(f.unprocessed) {
				left[table] = append(left[table], w)
				continue
			}
			in.RequestItems[table] = append(in.RequestItems[table], w)
			n++
		}
	}
	if n == 0 {
		out.Result = &dynamodb.BatchWriteItemOutput{UnprocessedItems: left}
		return out, md, nil
	}
	out, md, err = next.HandleInitialize(ctx, middleware.InitializeInput{Parameters: &in})
	if err == nil {
		out.Result.(*dynamodb.BatchWriteItemOutput).UnprocessedItems = left
		f.mu.Lock()
		f.written += n
		f.mu.Unlock()
	}
	return out, md, err
}

func (f *faults) partialGet(ctx context.Context, req *dynamodb.BatchGetItemInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, md middleware.Metadata, err error) {
	in := *req
	in.RequestItems = map[string]types.KeysAndAttributes{}
	left := map[string]types.KeysAndAttributes{}
	for table, ka := range req.RequestItems {
		do, undone := ka, ka
		do.Keys, undone.Keys = nil, nil
		for _, k := range ka.Keys {
			if f.happens(f.unprocessed) {
				undone.Keys = append(undone.Keys, k)
			} else {
				do.Keys = append(do.Keys, k)
			}
		}
		if len(undone.Keys) > 0 {
			left[table] = undone
		}
		if len(do.Keys) > 0 {
			in.RequestItems[table] = do
		}
	}
	if len(in.RequestItems) == 0 {
		out.Result = &dynamodb.BatchGetItemOutput{UnprocessedKeys: left}
		return out, md, nil
	}
	out, md, err = next.HandleInitialize(ctx, middleware.InitializeInput{Parameters: &in})
	if err == nil {
		out.Result.(*dynamodb.BatchGetItemOutput).UnprocessedKeys = left
	}
	return out, md, err
}

// stub is a client of which a test answers some calls itself.
type stub struct {
	dyn.Client
	write       func(context.Context, *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error)
	get         func(context.Context, *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error)
	transact    func(context.Context, *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error)
	transactGet func(context.Context, *dynamodb.TransactGetItemsInput) (*dynamodb.TransactGetItemsOutput, error)
}

func (s *stub) BatchWriteItem(ctx context.Context, in *dynamodb.BatchWriteItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchWriteItemOutput, error) {
	if s.write == nil {
		return s.Client.BatchWriteItem(ctx, in, opts...)
	}
	return s.write(ctx, in)
}

func (s *stub) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, opts ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	if s.get == nil {
		return s.Client.BatchGetItem(ctx, in, opts...)
	}
	return s.get(ctx, in)
}

func (s *stub) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	if s.transact == nil {
		return s.Client.TransactWriteItems(ctx, in, opts...)
	}
	return s.transact(ctx, in)
}

func (s *stub) TransactGetItems(ctx context.Context, in *dynamodb.TransactGetItemsInput, opts ...func(*dynamodb.Options)) (*dynamodb.TransactGetItemsOutput, error) {
	if s.transactGet == nil {
		return s.Client.TransactGetItems(ctx, in, opts...)
	}
	return s.transactGet(ctx, in)
}

// newLocal returns a client of an empty database in process.
func newLocal(t testing.TB) *dynamodb.Client { return localClient(dynlocal.Start(t)) }
