package dynlocal

import (
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Capacity limits each table to so many units of read and write capacity a second, by the clock of the database. The
// units of one second may be saved up; a request is let in while any are left and may take more than there are, as
// with the service. Requests beyond that are throttled whole, batches too. Indexes count as part of their table.
func Capacity(read, write float64) Fault {
	return Fault{start: func(Fault) effect {
		l := &limiter{rates: map[bool]float64{false: read, true: write}, buckets: map[bucketID]*bucket{}}
		return effect{act: l.act}
	}}.On("GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems",
		"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
}

// limiter is a token bucket for each table and direction.
type limiter struct {
	mu      sync.Mutex
	rates   map[bool]float64 // of writes and reads
	buckets map[bucketID]*bucket
}

type bucketID struct {
	space spaceID
	table string
	write bool
}

type bucket struct {
	units float64 // negative after a request that took more than there were
	at    time.Time
}

func (l *limiter) act(c *call, next func() (any, error)) (any, error) {
	request := subjectOf(c.in)
	for _, table := range request.tables {
		if l.left(c, table) <= 0 {
			return nil, c.throttled(subject{tables: []string{table}}, "Table"+c.direction()+"ProvisionedThroughputExceeded")
		}
	}
	mode := meter(c)
	out, err := next()
	if err != nil {
		return nil, err
	}
	for _, used := range consumption(out) {
		l.take(c, tableName(aws.ToString(used.TableName)), aws.ToFloat64(used.CapacityUnits))
	}
	return reported(out, mode), nil
}

// left fills a table's bucket up to now and gives what is in it.
func (l *limiter) left(c *call, table string) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, now, rate := bucketID{c.space.id, table, c.writes()}, c.db.clock(), l.rates[c.writes()]
	b := l.buckets[id]
	if b == nil {
		b = &bucket{units: rate, at: now}
		l.buckets[id] = b
	}
	b.units = min(rate, b.units+rate*now.Sub(b.at).Seconds())
	b.at = now
	return b.units
}

func (l *limiter) take(c *call, table string, units float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buckets[bucketID{c.space.id, table, c.writes()}].units -= units
}

// meter makes the request ask for the capacity that it consumes, and gives what it asked for before. What it asks for
// wrongly stays for the engine to refuse.
func meter(c *call) types.ReturnConsumedCapacity {
	in := reflect.ValueOf(c.in).Elem()
	changed := reflect.New(in.Type())
	changed.Elem().Set(in)
	field := changed.Elem().FieldByName("ReturnConsumedCapacity")
	mode := field.Interface().(types.ReturnConsumedCapacity)
	if mode != "" && !slices.Contains(mode.Values(), mode) {
		return mode
	}
	field.Set(reflect.ValueOf(types.ReturnConsumedCapacityIndexes))
	c.in = changed.Interface()
	return mode
}

// consumption gives the capacity that an output reports.
func consumption(out any) []types.ConsumedCapacity {
	switch used := reflect.ValueOf(out).Elem().FieldByName("ConsumedCapacity").Interface().(type) {
	case []types.ConsumedCapacity:
		return used
	case *types.ConsumedCapacity:
		return []types.ConsumedCapacity{*used}
	}
	return nil
}

// reported reduces what an output reports to what was asked for.
func reported(out any, mode types.ReturnConsumedCapacity) any {
	field := reflect.ValueOf(out).Elem().FieldByName("ConsumedCapacity")
	switch mode {
	case types.ReturnConsumedCapacityIndexes:
	case types.ReturnConsumedCapacityTotal:
		switch used := field.Interface().(type) {
		case []types.ConsumedCapacity:
			for i := range used {
				used[i] = total(used[i])
			}
		case *types.ConsumedCapacity:
			*used = total(*used)
		}
	default:
		field.SetZero()
	}
	return out
}

func total(used types.ConsumedCapacity) types.ConsumedCapacity {
	used.Table, used.GlobalSecondaryIndexes, used.LocalSecondaryIndexes = nil, nil, nil
	return used
}
