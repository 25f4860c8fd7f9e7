package dynlocal

import (
	"crypto/sha256"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// tokenLifetime is how long the service knows a transaction by its token.
const tokenLifetime = 10 * time.Minute

// doneTransaction is a transaction that is answered again, not done again, when its token comes back.
type doneTransaction struct {
	token   string
	request [sha256.Size]byte // digest of what must be the same then
	expires time.Time
	changes []change
}

// tokens are the transactions of the last ten minutes. The SDK sends a token with each, so there may be many.
type tokens struct {
	done  map[string]*doneTransaction
	queue []*doneTransaction // in order of expiry
}

// find gives the transaction done with the token, nil if there is none, and forgets those that have expired.
func (t *tokens) find(token string, request [sha256.Size]byte, now time.Time) (*doneTransaction, error) {
	for len(t.queue) > 0 && !now.Before(t.queue[0].expires) {
		delete(t.done, t.queue[0].token)
		t.queue = t.queue[1:]
	}
	d := t.done[token]
	if d != nil && d.request != request {
		return nil, &types.IdempotentParameterMismatchException{
			Message: aws.String("Request parameters differ from those of an earlier request with the same client token"),
		}
	}
	return d, nil
}

// add remembers a transaction.
func (t *tokens) add(d *doneTransaction) {
	if t.done == nil {
		t.done = map[string]*doneTransaction{}
	}
	t.done[d.token] = d
	t.queue = append(t.queue, d)
}
