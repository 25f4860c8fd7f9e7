package conformance

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// allowance is a known difference from DynamoDB Local in which the engine is right.
type allowance struct {
	why   string // where the rule is written down
	adopt func(c comparison)
}

// comparison is what an allowance looks at. It makes theirs like ours in what may differ.
type comparison struct {
	in     any
	index  *indexSpec // that the request reads, nil for none
	ours   answer
	theirs *answer
	writes bool // whether the request does
}

var allowances = []allowance{
	{
		"Developer Guide, DynamoDB read and write operations: a read of what does not exist costs as much as that of the smallest item; here nothing",
		func(c comparison) {
			if c.readsNothing() {
				c.adoptCapacity()
			}
		},
	},
	{
		"Developer Guide, Scanning tables: a scan of pages reads what is in its first page, and the order of partitions is not defined",
		func(c comparison) {
			if all, ok := c.ours.Output.(listed); ok && all.Pages > 1 && (c.index != nil || operationName(c.in) == "Scan") {
				c.adoptCapacity()
			}
		},
	},
	{
		"Developer Guide, Local secondary indexes, Read capacity units: what the index does not hold is fetched, and costs a read of the whole item; here not for a filter",
		func(c comparison) {
			if c.index != nil && c.index.local && !c.index.all {
				c.adoptCapacity()
			}
		},
	},
	{
		"Developer Guide, Global secondary indexes, Read capacity units: reads cost by the size of the projected attributes; here by that of the whole item",
		func(c comparison) {
			if c.index != nil && !c.index.local && !c.index.all {
				c.adoptCapacity()
			}
		},
	},
	{
		"Developer Guide, DynamoDB read and write operations: the deletion of an item that does not exist costs one unit; here two in a batch",
		func(c comparison) {
			if b, ok := c.in.(*dynamodb.BatchWriteItemInput); ok && hasDelete(b) {
				c.adoptCapacity()
			}
		},
	},
	{
		"Developer Guide, Global secondary indexes, Write capacity units: an item that lacks an attribute of the key is not in the index; here it costs a write if it had another before",
		func(c comparison) {
			if c.writes && units(c.ours) < units(*c.theirs) {
				c.adoptCapacity()
			}
		},
	},
	{
		"API Reference, DeleteItem, ReturnConsumedCapacity: NONE, the default, gives no details; here a DeleteItem always does",
		func(c comparison) {
			if d, ok := c.in.(*dynamodb.DeleteItemInput); ok && (d.ReturnConsumedCapacity == "" || d.ReturnConsumedCapacity == "NONE") {
				c.adoptCapacity()
			}
		},
	},
	{
		"API Reference, TransactWriteItems, TransactionCanceledException: among the messages of the reason ValidationError are those of updates that do not fit the item",
		adoptCancellation,
	},
	{
		"API Reference, TransactWriteItems: no two actions can target the same item; that is a mistake of the request, not of an action",
		func(c comparison) {
			if c.theirs.Code == cancelled && c.ours.message == "Transaction request cannot include multiple operations on one item" {
				*c.theirs = c.ours
			}
		},
	},
	{
		"Developer Guide, Core components, Primary key: a key attribute is a scalar, inside which no condition can look; here a ConditionCheck can",
		func(c comparison) {
			if strings.HasPrefix(c.ours.message, "Key attributes must be scalars") && (c.theirs.Code == cancelled || c.theirs.Code == "") &&
				operationName(c.in) == "TransactWriteItems" {
				*c.theirs = c.ours
			}
		},
	},
	{
		"API Reference, TransactionCanceledException: CancellationReasons has an element for each of the request's items; here only one, or none",
		func(c comparison) {
			if c.theirs.Code == cancelled && len(c.theirs.Reasons) < len(c.ours.Reasons) {
				c.theirs.Reasons = c.ours.Reasons
			}
		},
	},
	{
		"API Reference, UpdateItem, ReturnValues: UPDATED_OLD and UPDATED_NEW return only the updated attributes; here the whole attribute in which one was",
		func(c comparison) {
			u, ok := c.in.(*dynamodb.UpdateItemInput)
			if ok && (u.ReturnValues == types.ReturnValueUpdatedOld || u.ReturnValues == types.ReturnValueUpdatedNew) &&
				strings.ContainsAny(*u.UpdateExpression, ".[") {
				c.theirs.Output = c.ours.Output
			}
		},
	},
	{
		"Developer Guide, Global secondary indexes, Attribute projections: a query or scan can only see the attributes that are projected; here the filter sees all",
		func(c comparison) {
			s, ok := c.in.(*dynamodb.ScanInput)
			if ok && s.FilterExpression != nil && c.index != nil && !c.index.local && !c.index.all && c.theirs.Code == c.ours.Code {
				c.theirs.Output = c.ours.Output
			}
		},
	},
	{
		"API Reference, Query, LastEvaluatedKey: one that is not empty does not mean that there is more; here there is none after the only item of a partition",
		func(c comparison) {
			x, ok := c.ours.Output.(listed)
			y, both := c.theirs.Output.(listed)
			if ok && both && x.Pages == y.Pages+1 {
				y.Pages++
				c.theirs.Output = y
			}
		},
	},
	{
		"Developer Guide, Error handling: an answer has one error; of two mistakes, one of them a table that does not exist, either may be told",
		func(c comparison) {
			codes := []string{c.theirs.Code, c.ours.Code}
			if slices.Contains(codes, "ResourceNotFoundException") && slices.Contains(codes, validation) {
				*c.theirs = c.ours
			}
		},
	},
	{
		"Developer Guide, Error handling: an answer has one error; of a key that does not fit its table and a mistake in another of the reads of a " +
			"transaction, either may be told; here what comes first",
		func(c comparison) {
			g, ok := c.in.(*dynamodb.TransactGetItemsInput)
			if ok && len(g.TransactItems) > 1 && c.theirs.Code == cancelled && c.ours.Code != "" && c.ours.Code != cancelled {
				*c.theirs = c.ours
			}
		},
	},
}

const (
	validation = "ValidationException"
	cancelled  = "TransactionCanceledException"
)

// adoptCancellation makes the refusal of a transaction a cancellation.
func adoptCancellation(c comparison) {
	if c.theirs.Code != validation || c.ours.Code != cancelled || !slices.Contains(notCancelled, c.theirs.message) {
		return
	}
	for _, r := range c.ours.Reasons {
		if r.([]any)[0] == "ValidationError" {
			*c.theirs = c.ours
		}
	}
}

// notCancelled are the messages with which DynamoDB Local refuses a transaction instead of cancelling it.
var notCancelled = []string{
	"The provided expression refers to an attribute that does not exist in the item",
	"An operand in the update expression has an incorrect data type",
	"The document path provided in the update expression is invalid for update",
	"The number of conditions on the keys is invalid",
	"One of the required keys was not given a value",
	"One or more parameter values were invalid: Size limit exceeded",
	"Invalid attribute value type",
	"Hash primary key values must be under 2048 bytes, and range primary key values must be under 1024 bytes",
	"DynamoDB only supports precision up to 38 digits",
	"Number overflow. Attempting to store a number with magnitude larger than supported range",
}

// forgive gives their answer with what is allowed to differ replaced by ours.
func (s *sequence) forgive(in any, ours, theirs answer) answer {
	c := comparison{in: in, index: s.indexOf(in), ours: ours, theirs: &theirs}
	switch operationName(in) {
	case "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem":
		c.writes = true
	}
	for _, a := range allowances {
		a.adopt(c)
	}
	return theirs
}
