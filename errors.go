package dyn

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
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

func (e *VersionError) Error() string {
	return fmt.Sprintf("dyn: %s: the item has version %d of %s, this program knows up to %d; deploy the newer program", e.op, e.Found, e.Entity, e.Known)
}

// Unwrap returns the SDK's error of a refused write, nil for a read.
func (e *VersionError) Unwrap() error { return e.err }

// SchemaError holds every mistake in the tags of one type, in field order.
type SchemaError struct {
	Type   string  // Go type
	Errors []error // each with field, tag and offset
}

func (e *SchemaError) Error() string {
	return "dyn: " + e.Type + ": " + lines(e.Errors)
}

// Unwrap returns the mistakes.
func (e *SchemaError) Unwrap() []error { return e.Errors }

// ValidationError holds every reason for which an item may not be written.
type ValidationError struct {
	Errors []error // each naming its field

	op string
}

func (e *ValidationError) Error() string {
	return "dyn: " + e.op + ": " + lines(e.Errors)
}

// Unwrap returns the reasons.
func (e *ValidationError) Unwrap() []error { return e.Errors }

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
	return fmt.Errorf("dyn: %s: %w", op, err)
}
