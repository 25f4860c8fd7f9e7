package dynlocal

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Chaos lets the given part of the requests, between 0 and 1, meet with something that the service may do at any time:
// throttling, internal errors, lost requests and answers, unprocessed items, conflicts, short and empty pages. All that
// a program has to survive is among it, and nothing else. The same seed and the same requests, one after another, give
// the same faults.
func Chaos(seed uint64, rate float64) Fault {
	return Fault{start: func(Fault) effect {
		var mu sync.Mutex
		random := rand.New(rand.NewPCG(seed, 0))
		return effect{act: func(c *call, next func() (any, error)) (any, error) {
			mu.Lock()
			var act interceptor
			if random.Float64() < rate {
				act = mishap(c, random)
			}
			mu.Unlock()
			if act == nil {
				return next()
			}
			return act(c, next)
		}}
	}}
}

// mishap chooses one of the faults that the operation may meet.
func mishap(c *call, random *rand.Rand) interceptor {
	choices := []Fault{
		Throttle(),
		Fail(&types.InternalServerError{Message: aws.String("Internal server error")}),
		Fail(errDropped),
		DropAnswer(),
		Latency(time.Millisecond),
	}
	switch c.op {
	case "BatchGetItem", "BatchWriteItem":
		choices = append(choices, Unprocessed(1), Unprocessed(1+random.IntN(10)))
	case "PutItem", "UpdateItem", "DeleteItem", "TransactGetItems", "TransactWriteItems":
		choices = append(choices, Conflict())
	case "Query", "Scan":
		choices = append(choices, EmptyPage(), PageSize(1), PageSize(1+random.IntN(10)))
	}
	f := choices[random.IntN(len(choices))]
	return f.start(f).act
}
