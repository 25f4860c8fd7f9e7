package dynlocal

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Fail answers with err, and does nothing. An error of the service, such as a *[types.InternalServerError], reaches the
// client as such; any other stands for a broken connection.
func Fail(err error) Fault {
	return stateless(func(*call, func() (any, error)) (any, error) { return nil, err })
}

// DropAnswer does what is asked for, then breaks the connection instead of answering.
func DropAnswer() Fault {
	return stateless(func(_ *call, next func() (any, error)) (any, error) {
		if _, err := next(); err != nil {
			return nil, err
		}
		return nil, errDropped
	})
}

var errDropped = &smithyhttp.RequestSendError{Err: io.ErrUnexpectedEOF}

// Latency waits before answering. See [WithSleep].
func Latency(d time.Duration) Fault {
	return stateless(func(c *call, next func() (any, error)) (any, error) {
		if err := c.db.sleep(c.ctx, d); err != nil {
			return nil, err
		}
		return next()
	})
}

// WithSleep sets how [Latency] waits: by default on a timer, until the context ends. A test with a clock of its own
// advances that instead.
func WithSleep(sleep func(context.Context, time.Duration) error) Option {
	return func(db *DB) { db.sleep = sleep }
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &aws.RequestCanceledError{Err: ctx.Err()}
	}
}

// Throttle answers that the request exceeds a limit, and does nothing. A reason has the form of
// [types.ThrottlingReason], such as "IndexWriteKeyRangeThroughputExceeded", and decides which exception it is:
//
//   - …AccountLimitExceeded: a *[types.RequestLimitExceeded]
//   - …MaxOnDemandThroughputExceeded: a *[types.ThrottlingException]
//   - all others: a *[types.ProvisionedThroughputExceededException]
//
// Without reasons it is the table's provisioned throughput, for reading or writing, that the request exceeds. Reads of
// streams know no reasons: theirs is a LimitExceededException.
func Throttle(reasons ...string) Fault {
	return stateless(func(c *call, _ func() (any, error)) (any, error) {
		if len(reasons) == 0 {
			return nil, c.throttled(subjectOf(c.in), "Table"+c.direction()+"ProvisionedThroughputExceeded")
		}
		return nil, c.throttled(subjectOf(c.in), reasons...)
	})
}

func stateless(act interceptor) Fault {
	return Fault{start: func(Fault) effect { return effect{act: act} }}
}

// direction gives the operation's part in the names of throttling reasons.
func (c *call) direction() string {
	if c.writes() {
		return "Write"
	}
	return "Read"
}

// writes reports whether the operation may change items.
func (c *call) writes() bool {
	switch c.op {
	case "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems":
		return true
	}
	return false
}

func (c *call) throttled(s subject, reasons ...string) error {
	if streamOperations[c.op] {
		return &streamtypes.LimitExceededException{Message: aws.String("Rate of requests exceeds the allowed throughput.")}
	}
	var list []types.ThrottlingReason
	for _, r := range reasons {
		list = append(list, types.ThrottlingReason{Reason: aws.String(r), Resource: c.throttledResource(s, r)})
	}
	switch first := reasons[0]; {
	case strings.HasSuffix(first, "AccountLimitExceeded"):
		return &types.RequestLimitExceeded{ThrottlingReasons: list, Message: aws.String(
			"Throughput exceeds the current throughput limit for your account. Please contact AWS Support at " +
				"https://aws.amazon.com/support request a limit increase")}
	case strings.HasSuffix(first, "MaxOnDemandThroughputExceeded"):
		return &types.ThrottlingException{ThrottlingReasons: list, Message: aws.String(
			"Throughput exceeds the maximum OnDemandThroughput configured on table or index. Consider increasing the " +
				"maximum OnDemandThroughput with the UpdateTable API.")}
	}
	return &types.ProvisionedThroughputExceededException{ThrottlingReasons: list, Message: aws.String(
		"The level of configured provisioned throughput for the table was exceeded. " +
			"Consider increasing your provisioning level with the UpdateTable API.")}
}

// throttledResource gives the ARN of what is throttled, nil for a request that names no table.
func (c *call) throttledResource(s subject, reason string) *string {
	if len(s.tables) == 0 {
		return nil
	}
	arn := c.space.arn("table/" + s.tables[0])
	if strings.HasPrefix(reason, "Index") {
		arn += "/index/" + c.throttledIndex(s)
	}
	return &arn
}

// throttledIndex gives the name of the index read, or of the first one that a write goes to.
func (c *call) throttledIndex(s subject) string {
	if s.index != "" {
		return s.index
	}
	c.db.mu.RLock()
	defer c.db.mu.RUnlock()
	if t := c.space.tables[s.tables[0]]; t != nil {
		for _, x := range t.indexes {
			if !x.local {
				return x.name
			}
		}
	}
	return ""
}
