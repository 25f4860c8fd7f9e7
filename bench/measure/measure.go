// Package measure compares what pieces of work cost.
package measure

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

// Work is something to measure.
type Work struct {
	Name string
	Do   func() error
}

// Effort is how thoroughly to measure.
type Effort struct {
	Rounds int                  // each has a turn of every work
	Turn   time.Duration        // of repeating one work, at least
	Clock  func() time.Duration // ProcessorTime when nil
}

var started = time.Now()

// Elapsed is a clock for what one goroutine does: what others do meanwhile, as the
// collector on another processor, counts only where it keeps that one waiting.
func Elapsed() time.Duration { return time.Since(started) }

// Result is what one work costs each time.
type Result struct {
	Name string
	// Time is the median of the turns, by the clock of the Effort. That is usually
	// the processor time of this process, the garbage collector's included: what
	// other programs take of the machine is not.
	Time time.Duration
	// Faster is how many times less time it takes than the first work: the
	// median of what the rounds give.
	Faster        float64
	Allocs, Bytes float64
}

// Race measures works in turns, one after the other in each round, so that
// what else the machine does hits all of them.
func Race(works []Work, e Effort) ([]Result, error) {
	if e.Clock == nil {
		e.Clock = ProcessorTime
	}
	repeats := make([]int, len(works))
	for i, w := range works {
		n, err := e.calibrate(w)
		if err != nil {
			return nil, err
		}
		repeats[i] = n
	}
	turns := make([][]float64, len(works))
	for round := range e.Rounds {
		for k := range works {
			i := (k + round) % len(works)
			t, err := e.take(works[i], repeats[i])
			if err != nil {
				return nil, err
			}
			turns[i] = append(turns[i], t)
		}
	}
	out := make([]Result, len(works))
	for i, w := range works {
		out[i] = Result{Name: w.Name, Faster: medianRatio(turns[0], turns[i])}
		var err error
		if out[i].Allocs, out[i].Bytes, err = Allocations(w); err != nil {
			return nil, err
		}
	}
	for i := range out {
		out[i].Time = time.Duration(Median(turns[i]))
	}
	return out, nil
}

// calibrate does work until it is warm and tells how often a turn repeats it.
// It goes by the best of some tries, as the machine may be busy with one.
func (e *Effort) calibrate(w Work) (int, error) {
	least := math.Inf(1)
	for n := 1; ; n *= 2 {
		for range 3 {
			t, err := e.take(w, n)
			if err != nil {
				return 0, err
			}
			least = min(least, t)
		}
		if least*float64(n) >= float64(e.Turn)/2 {
			return max(1, int(float64(e.Turn)/least)), nil
		}
	}
}

// take does work n times, on a clean heap, and tells how long each took. It is
// done once before, as the collector has emptied the pools.
func (e *Effort) take(w Work, n int) (float64, error) {
	runtime.GC()
	if err := w.Do(); err != nil {
		return 0, fmt.Errorf("%s: %w", w.Name, err)
	}
	start := e.Clock()
	for range n {
		if err := w.Do(); err != nil {
			return 0, fmt.Errorf("%s: %w", w.Name, err)
		}
	}
	return float64(e.Clock()-start) / float64(n), nil
}

// Allocations counts what warm work allocates each time, in objects and bytes:
// on one processor and without the garbage collector, which would empty pools.
func Allocations(w Work) (allocs, bytes float64, err error) {
	const times = 10
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var before, after runtime.MemStats
	for i := range 2 * times {
		if i == times {
			runtime.ReadMemStats(&before)
		}
		if err := w.Do(); err != nil {
			return 0, 0, fmt.Errorf("%s: %w", w.Name, err)
		}
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / times, float64(after.TotalAlloc-before.TotalAlloc) / times, nil
}

// medianRatio returns the median of base's turns divided by their counterparts.
func medianRatio(base, turns []float64) float64 {
	ratios := make([]float64, len(turns))
	for i, t := range turns {
		ratios[i] = base[i] / t
	}
	return Median(ratios)
}

// Median returns the middle of values, which it sorts.
func Median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}
