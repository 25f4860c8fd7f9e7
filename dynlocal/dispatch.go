package dynlocal

import (
	"context"
	"fmt"

	"github.com/tidwall/btree"
)

// call is one request on its way through the engine.
type call struct {
	ctx   context.Context
	db    *DB
	space *space
	op    string
	in    any // not to be changed, but faults may put another in its place

	// What faults want of the engine; see there.
	withhold, contend chooser
	pages             pageFault
	past              func(*tree) *btree.BTreeG[entry]
}

// operation is an entry of the dispatch table: how to make the operation's input and how to answer it.
type operation struct {
	newInput func() any
	handle   func(*call, any) (any, error)
}

// op adapts a typed handler to the dispatch table.
func op[I, O any](fn func(*call, *I) (*O, error)) operation {
	return operation{
		newInput: func() any { return new(I) },
		handle: func(c *call, in any) (any, error) {
			out, err := fn(c, in.(*I))
			if err != nil {
				return nil, wordedFor(c.op, err)
			}
			return out, nil
		},
	}
}

// operations maps the service's names of operations to their handlers.
var operations = map[string]operation{
	"BatchGetItem":       op((*call).batchGetItem),
	"BatchWriteItem":     op((*call).batchWriteItem),
	"CreateTable":        op((*call).createTable),
	"DeleteItem":         op((*call).deleteItem),
	"DeleteTable":        op((*call).deleteTable),
	"DescribeEndpoints":  op((*call).describeEndpoints),
	"DescribeLimits":     op((*call).describeLimits),
	"DescribeStream":     op((*call).describeStream),
	"DescribeTable":      op((*call).describeTable),
	"DescribeTimeToLive": op((*call).describeTimeToLive),
	"GetItem":            op((*call).getItem),
	"GetRecords":         op((*call).getRecords),
	"GetShardIterator":   op((*call).getShardIterator),
	"ListStreams":        op((*call).listStreams),
	"ListTables":         op((*call).listTables),
	"ListTagsOfResource": op((*call).listTagsOfResource),
	"PutItem":            op((*call).putItem),
	"Query":              op((*call).query),
	"Scan":               op((*call).scan),
	"TagResource":        op((*call).tagResource),
	"TransactGetItems":   op((*call).transactGetItems),
	"TransactWriteItems": op((*call).transactWriteItems),
	"UntagResource":      op((*call).untagResource),
	"UpdateItem":         op((*call).updateItem),
	"UpdateTable":        op((*call).updateTable),
	"UpdateTimeToLive":   op((*call).updateTimeToLive),
}

// interceptor stands between a request and its answer. It may answer itself, call next for the engine's answer, once,
// and give another in its place: an error that is no [smithy.APIError] stands for a broken connection.
type interceptor func(c *call, next func() (any, error)) (any, error)

// do answers one request. Every way in comes through here, and nothing else calls the handlers.
// The input is not kept, and the output shares nothing with the tables.
func (db *DB) do(ctx context.Context, id spaceID, name string, in any) (any, error) {
	o, ok := operations[name]
	if !ok {
		return nil, unknownOperation(name)
	}
	c := &call{ctx: ctx, db: db, space: db.space(id), op: name, in: in}
	answer := db.faults.around(c, func() (any, error) { return o.handle(c, c.in) })
	out, err := answer()
	if db.log != nil {
		db.log.add(name, in, out, err)
	}
	return out, err
}

func unknownOperation(name string) error {
	return apiError("UnknownOperationException", fmt.Sprintf("The operation %s is not supported", name))
}
