package dyn

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Rate limits what a Service consumes, in capacity units a second. Zero is no
// limit.
type Rate struct {
	// Reads is for reads and queries, in read units.
	Reads float64
	// Writes is for everything that writes, in write units.
	Writes float64
	// Scans is for scans, in read units, so that they leave some to the reads.
	Scans float64
}

// WithRate makes the requests of a Service wait, until their context ends, so
// that they consume no more than a rate, as the program's share of a table's
// capacity. What a request costs is known when it has been answered: it takes
// what others of its kind cost lately, and the difference later, so that the
// rate holds over some seconds. A Service that was idle may consume what the
// rate allows for one second at once.
func WithRate(r Rate) ServiceOption {
	return func(s *Service) error {
		if r.Reads < 0 || r.Writes < 0 || r.Scans < 0 {
			return errors.New("a rate is positive, or 0 for no limit")
		}
		s.rate = &limiter{reads: newBucket(r.Reads), writes: newBucket(r.Writes), scans: newBucket(r.Scans)}
		return nil
	}
}

// limiter has a bucket for each kind of request, nil for no limit.
type limiter struct{ reads, writes, scans *bucket }

// bucket returns the one that a request takes from.
func (l *limiter) bucket(api string) *bucket {
	switch {
	case l == nil:
		return nil
	case api == "Scan":
		return l.scans
	case api == "Query" || api == "GetItem" || api == "BatchGetItem" || api == "TransactGetItems":
		return l.reads
	}
	return l.writes
}

// bucket holds capacity units that come in at a rate. It may owe some.
type bucket struct {
	rate float64

	mu    sync.Mutex
	units float64
	at    time.Time          // when units was right
	costs map[string]float64 // of a request, lately, by operation
}

func newBucket(rate float64) *bucket {
	if rate == 0 {
		return nil
	}
	return &bucket{rate: rate, units: rate, at: time.Now(), costs: map[string]float64{}}
}

// limit returns send as a request that waits for its units first.
func (b *bucket) limit(info *OpInfo, mode *types.ReturnConsumedCapacity, send func(context.Context) error) func(context.Context) error {
	if *mode == "" {
		*mode = types.ReturnConsumedCapacityTotal
	}
	return func(ctx context.Context) error {
		taken, err := b.take(ctx, info.API)
		if err != nil {
			return err
		}
		if err := send(ctx); err != nil {
			return err
		}
		b.settle(info.API, taken, info.Consumed)
		return nil
	}
}

// take waits for the units that a request may cost, and returns how many.
func (b *bucket) take(ctx context.Context, api string) (float64, error) {
	cost, delay := b.reserve(api)
	if delay <= 0 {
		return cost, nil
	}
	t := time.NewTimer(delay)
	defer t.Stop()
	select {
	case <-t.C:
		return cost, nil
	case <-ctx.Done():
		b.add(cost)
		return 0, ctx.Err()
	}
}

// reserve takes units, and returns how long it takes until they are there.
func (b *bucket) reserve(api string) (cost float64, delay time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.units = min(b.rate, b.units+b.rate*now.Sub(b.at).Seconds())
	b.at = now
	cost, ok := b.costs[api]
	if !ok {
		cost = 1
	}
	b.units -= cost
	return cost, time.Duration(-b.units / b.rate * float64(time.Second))
}

func (b *bucket) add(units float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.units += units
}

// settle corrects for a request that took a cost and consumed something else.
func (b *bucket) settle(api string, taken float64, used []types.ConsumedCapacity) {
	var units float64
	for i := range used {
		if u := used[i].CapacityUnits; u != nil {
			units += *u
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.units += taken - units
	if known, ok := b.costs[api]; ok {
		units = known + (units-known)/4
	}
	b.costs[api] = units
}
