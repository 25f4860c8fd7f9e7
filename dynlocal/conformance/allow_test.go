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
}

var allowances = []allowance{
	{"capacity", adoptCapacity},
	{
		"TransactionCanceledException: among the messages of the reason ValidationError are those of updates that do not fit the item",
		adoptCancellation,
	},
	{
		"TransactWriteItems: no two actions can target the same item; that is a mistake of the request, not of an action",
		func(c comparison) {
			if c.theirs.Code == cancelled && c.ours.message == "Transaction request cannot include multiple operations on one item" {
				*c.theirs = c.ours
			}
		},
	},
	{
		"Expressions: a key attribute is a scalar, inside which no condition can look; here a ConditionCheck can",
		func(c comparison) {
			if strings.HasPrefix(c.ours.message, "Key attributes must be scalars") && (c.theirs.Code == cancelled || c.theirs.Code == "") &&
				operationName(c.in) == "TransactWriteItems" {
				*c.theirs = c.ours
			}
		},
	},
	{
		"TransactGetItems: TransactionCanceledException has CancellationReasons",
		func(c comparison) {
			if c.theirs.Code == cancelled && c.theirs.Reasons == nil {
				c.theirs.Reasons = c.ours.Reasons
			}
		},
	},
	{
		"UpdateItem, ReturnValues: UPDATED_OLD and UPDATED_NEW return only the updated attributes; here the whole attribute in which one was",
		func(c comparison) {
			u, ok := c.in.(*dynamodb.UpdateItemInput)
			if ok && (u.ReturnValues == types.ReturnValueUpdatedOld || u.ReturnValues == types.ReturnValueUpdatedNew) &&
				strings.ContainsAny(*u.UpdateExpression, ".[") {
				c.theirs.Output = c.ours.Output
			}
		},
	},
	{
		"Global secondary indexes: a query or scan can only see the attributes that are projected; here the filter sees all",
		func(c comparison) {
			s, ok := c.in.(*dynamodb.ScanInput)
			if ok && s.FilterExpression != nil && c.index != nil && !c.index.local && !c.index.all && c.theirs.Code == c.ours.Code {
				c.theirs.Output = c.ours.Output
			}
		},
	},
	{
		"Query, LastEvaluatedKey: one that is not empty does not mean that there is more; here there is none after the only item of a partition",
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
		"a request with two mistakes, one of them a table that does not exist: either may be told",
		func(c comparison) {
			if c.theirs.Code == "ResourceNotFoundException" && c.ours.Code == validation {
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
	"DynamoDB only supports precision up to 38 digits",
	"Number overflow. Attempting to store a number with magnitude larger than supported range",
}

func adoptCapacity(c comparison) {
	switch x := c.ours.Output.(type) {
	case listed:
		if y, ok := c.theirs.Output.(listed); ok {
			y.Capacity = x.Capacity
			c.theirs.Output = y
		}
	case map[string]any:
		if y, ok := c.theirs.Output.(map[string]any); ok {
			delete(x, "ConsumedCapacity")
			delete(y, "ConsumedCapacity")
		}
	}
}

// forgive gives their answer with what is allowed to differ replaced by ours.
func (s *sequence) forgive(in any, ours, theirs answer) answer {
	c := comparison{in, s.indexOf(in), ours, &theirs}
	for _, a := range allowances {
		a.adopt(c)
	}
	return theirs
}
