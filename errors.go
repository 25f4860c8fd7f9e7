package dyn

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/schema"
)

var (
	// ErrNotFound is wrapped by the errors of operations that need an item
	// where there is none, or one of another entity, or an expired one.
	ErrNotFound = errors.New("not found")

	// ErrCursor is wrapped by the errors of a query that got a cursor which is
	// damaged, or was made by another query, or sealed with an unknown key.
	ErrCursor = errors.New("the cursor does not belong to this query")
)

// ConditionError says that a write was refused because the item is there but
// does not meet the conditions: those of the call, or one of dyn's own (Create
// needs that there is none, no write touches another entity's item).
// Errors.Is finds the service's own error in it.
type ConditionError struct {
	// Item is the item found, as stored.
	Item map[string]types.AttributeValue
	// Old is the item found, a value of the entity's type; nil when it is not
	// one of the entity or can't be decoded.
	Old any
	// Retried is set when the request was sent more than once, so that an
	// earlier attempt whose answer was lost may have succeeded and changed the
	// item that the last one found. [Idempotent] avoids the doubt.
	Retried bool

	op, why string
	err     error
}

// Error says what failed and why.
func (e *ConditionError) Error() string {
	s := "dyn: " + e.op + ": " + e.why
	if e.Retried {
		s += "; an earlier attempt of this call may have succeeded: its answer was lost (dyn.Idempotent avoids the doubt)"
	}
	return s
}

// Unwrap returns the SDK's error.
func (e *ConditionError) Unwrap() error { return e.err }

// VersionError says that an item was written by a newer version of its entity,
// which this program does not know how to read or replace.
type VersionError struct {
	Entity string // name of the entity
	Found  int    // the item's version
	Known  int    // the newest version this program knows

	op  string
	err error
}

// Error says what failed and why.
func (e *VersionError) Error() string {
	return fmt.Sprintf("dyn: %s: the item has version %d of %s, this program knows up to %d; deploy the newer program", e.op, e.Found, e.Entity, e.Known)
}

// Unwrap returns the SDK's error of a refused write, nil for a read.
func (e *VersionError) Unwrap() error { return e.err }

// SchemaError holds every mistake in the tags of one type, in field order.
type SchemaError struct {
	Type   string  // name of the Go type
	Errors []error // each with field, tag and offset
}

// Error says what failed and why.
func (e *SchemaError) Error() string {
	texts := make([]string, len(e.Errors))
	for i, err := range e.Errors {
		var own *schema.Error // says the type itself
		if texts[i] = err.Error(); !errors.As(err, &own) {
			texts[i] = e.Type + ": " + texts[i]
		}
	}
	if len(texts) == 1 {
		return "dyn: " + texts[0]
	}
	return fmt.Sprintf("dyn: %s has %d mistakes:\n\t%s", e.Type, len(texts), strings.Join(texts, "\n\t"))
}

// Unwrap returns the mistakes.
func (e *SchemaError) Unwrap() []error { return e.Errors }

// ValidationError holds every reason for which an item may not be written, or the
// reason why no key can hold a value that a read or write was given.
type ValidationError struct {
	Errors []error // each naming its field

	op string
}

// Error says what failed and why.
func (e *ValidationError) Error() string {
	return "dyn: " + e.op + ": " + lines(e.Errors)
}

// Unwrap returns the reasons.
func (e *ValidationError) Unwrap() []error { return e.Errors }

// BatchError says which items of a batch were not done. Together with Done they
// add up to what was given, or for a sequence to what was taken from it. It
// wraps every reason.
type BatchError struct {
	// Done is how many items were written, or looked up.
	Done int
	// Failed lists the others, in the order they were given.
	Failed []BatchFailure

	op, label string
	causes    []error
}

// BatchFailure is one item that a batch did not do.
type BatchFailure struct {
	Index  int    // its position in what was given
	Entity string // name of the entity
	Key    map[string]types.AttributeValue
	// Err is the reason. When it says that a request was cut short, such as by
	// the end of its context, the item may have been written all the same.
	Err error
}

// Error says what failed and why.
func (e *BatchError) Error() string {
	s := fmt.Sprintf("dyn: %s: %d items done, %d not", e.op, e.Done, len(e.Failed))
	if len(e.Failed) == 0 {
		return s + "; " + strings.TrimPrefix(lines(e.causes), "dyn: ")
	}
	f := &e.Failed[0]
	return fmt.Sprintf("%s; the first of these is %v", s, &atPosition{e.label, f.Index, f.Err})
}

// Unwrap returns the reasons, each once.
func (e *BatchError) Unwrap() []error { return e.causes }

// TransactionError says why a transaction was cancelled: nothing of it was
// done. It wraps the SDK's error and those of the operations, so that
// [errors.Is] finds [ErrNotFound] and [errors.As] a [*ConditionError] in it.
type TransactionError struct {
	// Reasons lists the operations that kept it from being done, in order.
	Reasons []TransactionReason

	op, label string
	err       error
}

// TransactionReason is why one operation cancelled its transaction.
type TransactionReason struct {
	Op     int    // its position among the operations
	Entity string // name of the entity
	Key    map[string]types.AttributeValue
	// Code is DynamoDB's, such as ConditionalCheckFailed or TransactionConflict.
	Code string
	// Old is the item that failed the condition, a value of the entity's type;
	// nil when there is none, or another entity's.
	Old any
	// Err is what the operation alone would have failed with.
	Err error
}

// Error says what failed and why.
func (e *TransactionError) Error() string {
	errs := make([]error, len(e.Reasons))
	for i := range e.Reasons {
		errs[i] = &atPosition{e.label, e.Reasons[i].Op, e.Reasons[i].Err}
	}
	return "dyn: " + e.op + ": " + lines(errs)
}

// Unwrap returns the SDK's error, then those of the operations.
func (e *TransactionError) Unwrap() []error {
	errs := []error{e.err}
	for i := range e.Reasons {
		errs = append(errs, e.Reasons[i].Err)
	}
	return errs
}

func lines(errs []error) string {
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "\n\t")
}

// opError puts the operation before err, once: "dyn: get card: …".
func opError(op string, err error) error {
	if err == nil {
		return nil
	}
	var k *keyError
	var v *ValidationError
	if errors.As(err, &k) && !errors.As(err, &v) {
		return &ValidationError{Errors: []error{err}, op: op}
	}
	return fmt.Errorf("dyn: %s: %w", op, err)
}

// keyError says that a value can't be in a key, which is nobody's mistake but
// that of who gave it.
type keyError struct{ error }

func keyErrorf(format string, args ...any) error { return &keyError{fmt.Errorf(format, args...)} }

// Unwrap returns the reason.
func (e *keyError) Unwrap() error { return e.error }
