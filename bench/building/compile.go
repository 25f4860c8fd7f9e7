package building

import (
	"runtime"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/dyntable/dyn"

	"github.com/dyntable/dyn/bench/measure"
)

// First is what the first use of a type costs.
type First struct {
	Time   time.Duration // median
	Allocs float64       // mean
}

// FirstUse measures NewEntity of 20 attributes, and the first MarshalMap of the
// same type, which does much less: it has no keys, rules or expressions to
// prepare.
func FirstUse() (ours, theirs First, err error) {
	entities, marshals := compiles()
	if ours, err = once(entities); err != nil {
		return ours, theirs, err
	}
	theirs, err = once(marshals)
	return ours, theirs, err
}

// once does each piece of work once.
func once(work []func() error) (First, error) {
	runtime.GC()
	var before, after runtime.MemStats
	times := make([]time.Duration, len(work))
	runtime.ReadMemStats(&before)
	for i, w := range work {
		start := measure.ProcessorTime()
		if err := w(); err != nil {
			return First{}, err
		}
		times[i] = measure.ProcessorTime() - start
	}
	runtime.ReadMemStats(&after)
	slices.Sort(times)
	return First{times[len(times)/2], float64(after.Mallocs-before.Mallocs) / float64(len(work))}, nil
}

func entity[N any]() error {
	svc, err := dyn.NewService(nil, dyn.Table{Name: "app"})
	if err != nil {
		return err
	}
	_, err = dyn.NewEntity[wide[N]](svc)
	return err
}

func marshal[N any]() error {
	_, err := attributevalue.MarshalMap(wide[N]{})
	return err
}

// compiles returns the work of NewEntity, and of the first MarshalMap, on types
// that neither has seen.
func compiles() (entities, marshals []func() error) {
	pair := func(e, m func() error) { entities, marshals = append(entities, e), append(marshals, m) }
	eight[[1]int](pair)
	eight[[2]int](pair)
	eight[[3]int](pair)
	eight[[4]int](pair)
	eight[[5]int](pair)
	eight[[6]int](pair)
	eight[[7]int](pair)
	eight[[8]int](pair)
	return entities, marshals
}

// eight pairs the work for eight types.
func eight[N any](pair func(e, m func() error)) {
	pair(entity[[1]N], marshal[[1]N])
	pair(entity[[2]N], marshal[[2]N])
	pair(entity[[3]N], marshal[[3]N])
	pair(entity[[4]N], marshal[[4]N])
	pair(entity[[5]N], marshal[[5]N])
	pair(entity[[6]N], marshal[[6]N])
	pair(entity[[7]N], marshal[[7]N])
	pair(entity[[8]N], marshal[[8]N])
}
