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
	Rounds int           // each has a turn of every work
	Turn   time.Duration // of repeating one work, at least
}

// Result is what one work costs each time. Times are medians of the turns.
type Result struct {
	Name   string
	Wall   time.Duration
	CPU    time.Duration // of this process, the garbage collector's included
	Allocs float64
	Bytes  float64

	// Faster and Thriftier tell how many times less time and processor time it
	// takes than the first work: the medians of what each round gives.
	Faster, Thriftier float64
}

// turn is what a turn gives, each time.
type turn struct{ wall, cpu float64 }

// Race measures works in turns, one after the other in each round, so that
// what else the machine does hits all of them.
func Race(works []Work, e Effort) ([]Result, error) {
	repeats := make([]int, len(works))
	for i, w := range works {
		n, err := calibrate(w, e.Turn)
		if err != nil {
			return nil, err
		}
		repeats[i] = n
	}
	turns := make([][]turn, len(works))
	for round := range e.Rounds {
		for k := range works {
			i := (k + round) % len(works)
			t, err := take(works[i], repeats[i])
			if err != nil {
				return nil, err
			}
			turns[i] = append(turns[i], t)
		}
	}
	out := make([]Result, len(works))
	for i, w := range works {
		wall, cpu := func(t turn) float64 { return t.wall }, func(t turn) float64 { return t.cpu }
		out[i] = Result{
			Name: w.Name,
			Wall: time.Duration(medianOf(turns[i], wall)), CPU: time.Duration(medianOf(turns[i], cpu)),
			Faster: medianRatio(turns[0], turns[i], wall), Thriftier: medianRatio(turns[0], turns[i], cpu),
		}
		var err error
		if out[i].Allocs, out[i].Bytes, err = Allocations(w); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// calibrate does work until it is warm and tells how often a turn repeats it.
// It goes by the best of some tries, as the machine may be busy with one.
func calibrate(w Work, length time.Duration) (int, error) {
	least := math.Inf(1)
	for n := 1; ; n *= 2 {
		for range 3 {
			t, err := take(w, n)
			if err != nil {
				return 0, err
			}
			least = min(least, t.wall)
		}
		if least*float64(n) >= float64(length)/2 {
			return max(1, int(float64(length)/least)), nil
		}
	}
}

// take does work n times, on a clean heap. It is done once before, as the
// collector has emptied the pools.
func take(w Work, n int) (turn, error) {
	runtime.GC()
	if err := w.Do(); err != nil {
		return turn{}, fmt.Errorf("%s: %w", w.Name, err)
	}
	start, cpu := time.Now(), processorTime()
	for range n {
		if err := w.Do(); err != nil {
			return turn{}, fmt.Errorf("%s: %w", w.Name, err)
		}
	}
	wall, cpu := time.Since(start), processorTime()-cpu
	return turn{float64(wall) / float64(n), float64(cpu) / float64(n)}, nil
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

func medianOf(turns []turn, of func(turn) float64) float64 {
	values := make([]float64, len(turns))
	for i, t := range turns {
		values[i] = of(t)
	}
	return Median(values)
}

func medianRatio(base, turns []turn, of func(turn) float64) float64 {
	ratios := make([]float64, len(turns))
	for i, t := range turns {
		ratios[i] = of(base[i]) / of(t)
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
