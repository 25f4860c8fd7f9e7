package dyn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
)

// The service's limits on one request.
const (
	maxBatchGet   = 100
	maxBatchWrite = 25
	maxBatchBytes = 16_000_000 // it says 16 MB of some kind
)

const (
	// defaultConcurrency is how many requests of a batch are under way at a
	// time. The SDK's HTTP client keeps ten connections open.
	defaultConcurrency = 8
	// maxBackOff bounds the wait between two requests of a batch, as the SDK
	// bounds its own.
	maxBackOff = 20 * time.Second
	// maxStalls is how many requests in a row may get nothing done of a unit
	// because the table is busy: about seven minutes.
	maxStalls = 50
	// maxFaults is the same for requests that fail on the way, each of which the
	// SDK has tried three times.
	maxFaults = 3
)

// unit is one item of a batch: a key to read, or a write.
type unit struct {
	index int     // in what the caller gave
	e     *entity // whose item it is
	id    []byte  // of the item, see identity
	body  encoded // the item to put, else its key
	w     *write  // nil to read, or to delete by key alone
	size  int     // bytes in a request

	sent   bool          // in a request, at least once
	done   bool          // by a request
	over   bool          // done or given up, and told of
	absent bool          // a read found nothing, or nothing of the entity
	stalls int           // requests in a row that had it and got nothing done
	faults int           // of these, those that failed on the way
	same   []*unit       // further reads of the item, which have the same outcome
	found  record        // what a read gave
	value  reflect.Value // the same decoded, invalid when it is not one of the entity; or what a put stored, for who asked
}

// batch brings units to the service in requests of limited size, several at a
// time, until all are done. Its fields belong to the goroutine that adds units;
// a unit in a request belongs to that request's.
type batch struct {
	op         string
	label      string // what the caller calls the units: "ops", "keys", …
	limit      int    // units of a request
	concurrent int
	// fold makes one read of those units that have the same item. Writes of one
	// item wait for each other.
	fold bool
	// exchange sends a request and marks the units that it got done.
	exchange func(context.Context, []*unit) error
	// settled, if any, is told of each unit that is done. Its error makes the
	// unit one that failed.
	settled  func(*unit) error
	progress func(int)

	queue   []*unit          // what waits, left-overs of earlier requests first
	bytes   int              // the size of the queue
	live    map[string]*unit // what is not over; nil where no two units have the same item
	closed  bool             // no more units come
	flying  int              // requests under way
	replies chan reply       // of those, from when there is one
	done    int
	failed  []BatchFailure
	causes  []error
	stopped error // why nothing more is sent
}

// reply is a request that came back, with the reason when what it did not get
// done is to be given up.
type reply struct {
	units []*unit
	err   error
}

func newBatch(op, label string, limit int, c *batchCall) batch {
	return batch{op: op, label: label, limit: limit, concurrent: cmp.Or(c.concurrent, defaultConcurrency), progress: c.progress}
}

// run does all units, of which no two have the same item, and returns what kept
// it from that.
func (b *batch) run(ctx context.Context, units []*unit) error {
	for len(units) > 0 && b.takes(ctx) {
		n := min(b.limit, len(units))
		b.closed = n == len(units)
		if b.queue == nil {
			b.queue = units[:0:n] // where push finds them in place
		}
		b.push(ctx, units[:n]...)
		units = units[n:]
	}
	for _, u := range units {
		b.fail(u, b.stopped)
	}
	return b.finish(ctx)
}

// add takes a unit, which may have the item of another; false says that the batch
// has stopped and does not take it.
func (b *batch) add(ctx context.Context, u *unit) bool {
	if !b.takes(ctx) {
		return false
	}
	if first := b.live[string(u.id)]; first != nil && b.fold {
		first.same = append(first.same, u)
		return true
	}
	for b.live[string(u.id)] != nil && b.step(ctx) {
	}
	if b.stopped != nil {
		return false
	}
	if b.live == nil {
		b.live = make(map[string]*unit, b.limit)
	}
	b.live[string(u.id)] = u
	if b.queue == nil {
		b.queue = make([]*unit, 0, b.limit)
	}
	b.push(ctx, u)
	return true
}

// takes reports whether the batch takes more units.
func (b *batch) takes(ctx context.Context) bool {
	b.collect()
	if err := ctx.Err(); err != nil && b.stopped == nil {
		b.stop(err)
	}
	return b.stopped == nil
}

// push adds units to the queue, and sends requests that are full.
func (b *batch) push(ctx context.Context, units ...*unit) {
	for _, u := range units {
		b.bytes += u.size
	}
	b.queue = append(b.queue, units...)
	for b.full() {
		b.step(ctx)
	}
}

// finish sends what is left, waits for the last request, and returns a
// *BatchError unless all was done.
func (b *batch) finish(ctx context.Context) error {
	b.closed = true
	for b.step(ctx) {
	}
	if b.stopped == nil && len(b.failed) == 0 {
		return nil
	}
	slices.SortFunc(b.failed, func(x, y BatchFailure) int { return cmp.Compare(x.Index, y.Index) })
	return &BatchError{Done: b.done, Failed: b.failed, op: b.op, label: b.label, causes: b.causes}
}

// step starts a request that is worth it, or else waits for one to come back.
// It returns false when there is nothing to do.
func (b *batch) step(ctx context.Context) bool {
	if b.flying < b.concurrent && (b.full() || b.ready()) {
		b.launch(ctx)
		return true
	}
	if b.flying == 0 {
		return false
	}
	b.settle(<-b.replies)
	return true
}

// collect takes the requests that have come back already.
func (b *batch) collect() {
	for {
		select {
		case r := <-b.replies:
			b.settle(r)
		default:
			return
		}
	}
}

// ready reports whether a request that is not full should go: when nothing else
// happens, and at the end, but there what was left over waits for the company of
// what other requests leave.
func (b *batch) ready() bool {
	return len(b.queue) > 0 && (b.flying == 0 || b.closed && slices.ContainsFunc(b.queue, func(u *unit) bool { return !u.sent }))
}

// full reports whether the queue fills a request.
func (b *batch) full() bool {
	return len(b.queue) >= b.limit || b.bytes > maxBatchBytes && len(b.queue) > 1
}

// fitting returns how many units from the front of the queue fit in a request.
func (b *batch) fitting() int {
	size := 0
	for i, u := range b.queue {
		if size += u.size; i == b.limit || size > maxBatchBytes && i > 0 {
			return i
		}
	}
	return len(b.queue)
}

func (b *batch) launch(ctx context.Context) {
	n := b.fitting()
	units := b.queue[:n:n]
	if b.queue = b.queue[n:]; len(b.queue) == 0 {
		b.queue = nil
	}
	for _, u := range units {
		u.sent = true
		b.bytes -= u.size
	}
	if b.closed && b.flying == 0 && len(b.queue) == 0 { // there is nothing else to do meanwhile
		r := b.roundTrip(ctx, units)
		b.flying++ // not before: a panic leaves nothing under way
		b.settle(r)
		return
	}
	if b.replies == nil {
		b.replies = make(chan reply, b.concurrent)
	}
	b.flying++
	go func() { b.replies <- b.roundTrip(ctx, units) }()
}

// roundTrip sends a request. When it leaves units undone, it waits before it
// gives them back to be sent again.
func (b *batch) roundTrip(ctx context.Context, units []*unit) reply {
	r := reply{units: units}
	err := b.exchange(ctx, units)
	if err != nil && (ctx.Err() != nil || !throttled(err) && !faulty(err)) {
		r.err = err
		return r
	}
	if !slices.ContainsFunc(units, func(u *unit) bool { return !u.done }) {
		return r
	}
	attempt := 0
	left := slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return u.done })
	for _, u := range left {
		if len(left) < len(units) {
			u.stalls, u.faults = 0, 0
		} else {
			u.stalls++
		}
		if err != nil && !throttled(err) {
			u.faults++
		}
		if u.stalls > maxStalls || u.faults >= maxFaults {
			r.err = cmp.Or(err, errStalled)
			return r
		}
		attempt = max(attempt, u.stalls)
	}
	r.err = waitUpTo(ctx, attempt, maxBackOff)
	return r
}

var errStalled = errors.New("the service left it unprocessed, in one request after another")

// settle takes note of a request that came back.
func (b *batch) settle(r reply) {
	b.flying--
	before := b.done
	var left []*unit
	for _, u := range r.units {
		if !u.done {
			left = append(left, u)
			b.bytes += u.size
			continue
		}
		b.complete(u)
	}
	if r.err != nil {
		b.stop(r.err)
		for _, u := range left {
			b.fail(u, r.err)
		}
	} else {
		b.queue = append(left, b.queue...)
	}
	if b.stopped != nil {
		b.drop()
	}
	if b.progress != nil && b.done > before {
		b.progress(b.done)
	}
}

// complete settles a unit that is done, and those that share its outcome.
func (b *batch) complete(u *unit) {
	delete(b.live, string(u.id))
	for _, x := range u.same {
		x.found, x.done = u.found, true
		x.found.again = true
		b.tell(x)
	}
	b.tell(u)
}

// tell tells of a unit that is done.
func (b *batch) tell(u *unit) {
	u.over = true
	if b.settled != nil {
		if err := b.settled(u); err != nil {
			b.causes = append(b.causes, err)
			b.failed = append(b.failed, u.failure(err))
			return
		}
	}
	b.done++
}

// stop gives up what is not under way.
func (b *batch) stop(err error) {
	b.causes = append(b.causes, err)
	if b.stopped == nil {
		b.stopped = fmt.Errorf("not done: %w", err)
	}
	b.drop()
}

// drop gives up what waits.
func (b *batch) drop() {
	for _, u := range b.queue {
		b.fail(u, b.stopped)
	}
	b.queue, b.bytes = nil, 0
}

// fail gives up a unit, and those that share its outcome.
func (b *batch) fail(u *unit, err error) {
	delete(b.live, string(u.id))
	for _, x := range append(u.same, u) {
		x.over = true
		b.failed = append(b.failed, x.failure(err))
	}
}

func (u *unit) failure(err error) BatchFailure {
	key := u.body.attrs()
	if u.puts() {
		key = u.e.keyOf(record{attrs: key})
	}
	return BatchFailure{Index: u.index, Entity: u.e.name, Key: key, Err: err}
}

// throttled reports whether the service refused a request because of its rate.
func throttled(err error) bool {
	return retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) == aws.TrueTernary
}

// faulty reports whether a request failed on the way or in the service, so that
// sending it again may help.
func faulty(err error) bool {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorFault() == smithy.FaultServer {
		return true
	}
	return retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary
}

// atPosition puts the position of what is wrong before an error.
type atPosition struct {
	label string
	index int
	err   error
}

func (e *atPosition) Error() string {
	return fmt.Sprintf("%s[%d]: %s", e.label, e.index, strings.TrimPrefix(e.err.Error(), "dyn: "))
}

func (e *atPosition) Unwrap() error { return e.err }
