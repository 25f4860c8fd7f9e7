package lean

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// retry goes on after a first attempt that failed. It runs the SDK's own retry loop, whose first attempt is the one
// that has been made, so that delays, tokens, limits and errors are the SDK's whatever its version does.
func (c *Client) retry(
	ctx context.Context, t trip, a attempt, skew time.Duration, release func(error) error,
) (attempt, error) {
	replay := &replayContext{Context: ctx, pending: true}
	var clock atomic.Int64
	clock.Store(int64(skew))
	loop := retry.NewAttemptMiddleware(
		&replayRetryer{RetryerV2: c.retryer, release: release, retryable: t.Retryable},
		func(request any) any { return request },
		func(o *retry.Attempt) { o.ClientSkew, o.DisableClockSkewCorrection = &clock, c.ignoreSkew },
	)
	next := middleware.FinalizeHandlerFunc(func(ctx context.Context, in middleware.FinalizeInput) (
		out middleware.FinalizeOutput, md middleware.Metadata, err error,
	) {
		if replay.pending {
			replay.pending = false
		} else {
			header := in.Request.(*smithyhttp.Request).Header.Get(headerAttempt)
			a = c.attempt(ctx, new(parcel), &t, a.number+1, a.skew, header)
		}
		return out, c.observed(ctx, &a), a.err
	})
	header := &smithyhttp.Request{Request: &http.Request{Header: http.Header{}}}
	_, _, err := loop.HandleFinalize(replay, middleware.FinalizeInput{Request: header}, next)
	c.learn(&a)
	return a, err
}

// observed returns the metadata in which the retry loop looks for the skew of the clocks.
func (c *Client) observed(ctx context.Context, a *attempt) (md middleware.Metadata) {
	if a.response == nil {
		return md
	}
	answer := middleware.DeserializeHandlerFunc(func(context.Context, middleware.DeserializeInput) (
		out middleware.DeserializeOutput, md middleware.Metadata, err error,
	) {
		out.RawResponse = &smithyhttp.Response{Response: a.response}
		return out, md, nil
	})
	timing := awsmiddleware.RecordResponseTiming{DisableClockSkewCorrection: c.ignoreSkew}
	_, md, _ = timing.HandleDeserialize(ctx, middleware.DeserializeInput{}, answer)
	return md
}

// replayRetryer has the token of the attempt that has been made.
type replayRetryer struct {
	aws.RetryerV2
	release   func(error) error
	retryable func(error)
}

func (r *replayRetryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if release := r.release; release != nil {
		r.release = nil
		return release, nil
	}
	return r.RetryerV2.GetAttemptToken(ctx)
}

func (r *replayRetryer) IsErrorRetryable(err error) bool {
	again := r.RetryerV2.IsErrorRetryable(err)
	if again && r.retryable != nil {
		r.retryable(err)
	}
	return again
}

// replayContext is not done before the attempt that has been made is accounted for: the loop would not begin with a
// context that was canceled in the meantime.
type replayContext struct {
	context.Context
	pending bool
}

func (c *replayContext) Done() <-chan struct{} {
	if c.pending {
		return nil
	}
	return c.Context.Done()
}

func (c *replayContext) Err() error {
	if c.pending {
		return nil
	}
	return c.Context.Err()
}
