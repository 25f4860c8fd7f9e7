package dynlocal

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// chooser chooses items: it is given the item of a put, else the key.
type chooser func(map[string]types.AttributeValue) bool

// or gives a chooser of what either chooses.
func (a chooser) or(b chooser) chooser {
	if a == nil {
		return b
	}
	return func(item map[string]types.AttributeValue) bool { return a(item) || b(item) }
}

func (a chooser) chooses(item value.Item) bool { return a != nil && a(item.SDK()) }

// first gives a chooser of the first n of what the fault's condition chooses, of all if n is not positive.
func (f Fault) first(n int) chooser {
	chosen := 0
	return func(item map[string]types.AttributeValue) bool {
		if f.where != nil && !f.where(item) || n > 0 && chosen == n {
			return false
		}
		chosen++
		return true
	}
}

// Unprocessed leaves n items of each batch read or written undone: they come back as unprocessed. If n is not positive
// it leaves all, or with [Fault.Where] all that it matches. A batch of which nothing would be done is throttled, as the
// service does.
func Unprocessed(n int) Fault {
	return Fault{start: func(f Fault) effect {
		return effect{act: func(c *call, next func() (any, error)) (any, error) {
			c.withhold = c.withhold.or(f.first(n))
			return next()
		}}
	}}.On("BatchGetItem", "BatchWriteItem")
}

// Conflict makes items look as if another transaction was writing them: a transaction that has one is cancelled with
// the reason TransactionConflict, and a single write is answered with a *[types.TransactionConflictException]. It
// concerns the first item of a request, or with [Fault.Where] all that it matches.
func Conflict() Fault {
	return Fault{start: func(f Fault) effect {
		n := 1
		if f.where != nil {
			n = 0
		}
		return effect{act: func(c *call, next func() (any, error)) (any, error) {
			c.contend = c.contend.or(f.first(n))
			return next()
		}}
	}}.On("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "TransactGetItems")
}

// conflict gives the error of a write or read of an item that another transaction is said to write, else nil.
func (c *call) conflict(item value.Item) error {
	if !c.contend.chooses(item) {
		return nil
	}
	return &types.TransactionConflictException{Message: aws.String("Transaction is ongoing for the item")}
}

// withholdWrites takes the writes out of a batch that are to stay undone. It fails if none is left.
func (c *call) withholdWrites(
	writes []batchWrite, changes []change, out *dynamodb.BatchWriteItemOutput,
) ([]batchWrite, []change, error) {
	if c.withhold == nil {
		return writes, changes, nil
	}
	var keptWrites []batchWrite
	var kept []change
	for i := range writes {
		w := &writes[i]
		if !c.withhold.chooses(w.item) {
			keptWrites, kept = append(keptWrites, *w), append(kept, changes[i])
			continue
		}
		out.UnprocessedItems[w.name] = append(out.UnprocessedItems[w.name], w.request())
	}
	if len(kept) == 0 {
		return nil, nil, c.throttled(subject{tables: []string{tableName(writes[0].name)}}, "TableWriteProvisionedThroughputExceeded")
	}
	return keptWrites, kept, nil
}

// request gives the write as the SDK's type.
func (w *batchWrite) request() types.WriteRequest {
	if w.kind == writePut {
		return types.WriteRequest{PutRequest: &types.PutRequest{Item: w.item.SDK()}}
	}
	return types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: w.item.SDK()}}
}

// withholdGets takes the reads out of a batch that are to stay undone. It fails if none is left.
func (c *call) withholdGets(tables []batchGet, places [][]string, out *dynamodb.BatchGetItemOutput) error {
	if c.withhold == nil {
		return nil
	}
	left := 0
	for i := range tables {
		b := &tables[i]
		var gets, undone []*get
		var kept []string
		for j, g := range b.gets {
			if c.withhold.chooses(g.key) {
				undone = append(undone, g)
			} else {
				gets, kept = append(gets, g), append(kept, places[i][j])
			}
		}
		b.leave(undone, out)
		b.gets, places[i] = gets, kept
		left += len(gets)
	}
	if left == 0 {
		return c.throttled(subject{tables: []string{tableName(tables[0].name)}}, "TableReadProvisionedThroughputExceeded")
	}
	return nil
}
