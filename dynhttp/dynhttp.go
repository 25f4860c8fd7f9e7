// Package dynhttp answers HTTP requests with what the errors of package dyn mean.
package dynhttp

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// answer is how to answer an error.
type answer struct {
	status  int
	message string // "" for what the error itself says
	again   bool   // the same request may succeed in a moment
}

var (
	internal    = answer{http.StatusInternalServerError, "internal error", false}
	badRequest  = answer{http.StatusBadRequest, "", false}
	missing     = answer{http.StatusNotFound, "not found", false}
	different   = answer{http.StatusConflict, "what is stored does not allow this", false}
	busy        = answer{http.StatusConflict, "another request is changing the same; try again", true}
	tooMany     = answer{http.StatusTooManyRequests, "too many requests; try again", true}
	unavailable = answer{http.StatusServiceUnavailable, "not available; try again", true}
)

// Error answers a request that failed with err, with the status that [Status] gives and a message as plain text. The
// message names no item, table or account: it says what is wrong with what the caller has given, which is the texts of a
// [dyn.ValidationError] (those of Validate methods among them), and else no more than the status. Where the same request
// may succeed a little later there is a Retry-After of one second.
//
// The error itself belongs in a log. As after [http.Error], the caller writes nothing more.
func Error(w http.ResponseWriter, err error) {
	a := answerTo(err)
	if a.again {
		w.Header().Set("Retry-After", "1")
	}
	message := a.message
	if message == "" {
		message = told(err)
	}
	http.Error(w, message, a.status)
}

// Status returns the HTTP status that err stands for:
//
//   - 400: a [dyn.ValidationError] or [dyn.ErrCursor]
//   - 404: [dyn.ErrNotFound]
//   - 409: a [dyn.ConditionError], or items that other transactions are busy with
//   - 429: DynamoDB throttles
//   - 503: DynamoDB can't be reached or fails, the context has ended, or the item is of a newer version
//     ([dyn.VersionError]), which another instance may know
//   - 500: anything else, a mistake of the program among it
//
// Of a batch or a transaction, the first of these that is among the reasons counts, but 409 before 404. Without an error
// it is 200.
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return answerTo(err).status
}

func answerTo(err error) answer {
	var (
		invalid   *dyn.ValidationError
		condition *dyn.ConditionError
		version   *dyn.VersionError
		conflict  *types.TransactionConflictException
		progress  *types.TransactionInProgressException
	)
	switch {
	case errors.As(err, &invalid), errors.Is(err, dyn.ErrCursor):
		return badRequest
	case errors.As(err, &condition):
		return different
	case errors.Is(err, dyn.ErrNotFound):
		return missing
	case errors.As(err, &conflict), errors.As(err, &progress), cancelledBy(err, "TransactionConflict"):
		return busy
	case isThrottle(err), cancelledBy(err, "ThrottlingError", "ProvisionedThroughputExceeded"):
		return tooMany
	case errors.As(err, &version), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), isPassing(err):
		return unavailable
	}
	return internal
}

// cancelledBy tells whether a transaction was cancelled for a reason with one of the codes.
func cancelledBy(err error, codes ...string) bool {
	var e *dyn.TransactionError
	if !errors.As(err, &e) {
		return false
	}
	for _, r := range e.Reasons {
		for _, code := range codes {
			if r.Code == code {
				return true
			}
		}
	}
	return false
}

func isThrottle(err error) bool {
	return retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) == aws.TrueTernary
}

// isPassing tells whether the SDK would have tried again: connections that break, and statuses from 500 on.
func isPassing(err error) bool {
	return retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

// told is what err says about what the caller has given.
func told(err error) string {
	var invalid *dyn.ValidationError
	if !errors.As(err, &invalid) {
		return dyn.ErrCursor.Error()
	}
	texts := make([]string, len(invalid.Errors))
	for i, reason := range invalid.Errors {
		texts[i] = reason.Error()
	}
	return strings.Join(texts, "\n")
}
