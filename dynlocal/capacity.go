package dynlocal

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// The sizes that one capacity unit covers.
const (
	readUnit  = 4 << 10
	writeUnit = 1 << 10
)

// readUnits gives the cost of reading so many bytes: at least one unit's, and half of it when stale data will do.
func readUnits(size int, consistent bool) float64 {
	units := float64(max(1, (size+readUnit-1)/readUnit))
	if consistent {
		return units
	}
	return units / 2
}

// writeUnits gives the cost of writing an item of so many bytes.
func writeUnits(size int) float64 { return float64(max(1, (size+writeUnit-1)/writeUnit)) }

// usage is the capacity that a request consumed of one table.
type usage struct {
	name    string // the table's, as the request gave it
	table   float64
	indexes map[*index]float64
}

// add counts units of the table, or of an index of it.
func (u *usage) add(x *index, units float64) {
	if x == nil {
		u.table += units
		return
	}
	if u.indexes == nil {
		u.indexes = map[*index]float64{}
	}
	u.indexes[x] += units
}

// merge adds another request's usage of the same table, times a factor.
func (u *usage) merge(other usage, factor float64) {
	u.table += other.table * factor
	for x, units := range other.indexes {
		u.add(x, units*factor)
	}
}

// consumed gives the usage as the mode asks for it, nil for NONE.
func (u *usage) consumed(mode types.ReturnConsumedCapacity) *types.ConsumedCapacity {
	if mode != types.ReturnConsumedCapacityTotal && mode != types.ReturnConsumedCapacityIndexes {
		return nil
	}
	total := u.table
	for _, units := range u.indexes {
		total += units
	}
	cc := &types.ConsumedCapacity{TableName: aws.String(u.name), CapacityUnits: aws.Float64(total)}
	if mode == types.ReturnConsumedCapacityTotal {
		return cc
	}
	cc.Table = &types.Capacity{CapacityUnits: aws.Float64(u.table)}
	for x, units := range u.indexes {
		group := &cc.GlobalSecondaryIndexes
		if x.local {
			group = &cc.LocalSecondaryIndexes
		}
		if *group == nil {
			*group = map[string]types.Capacity{}
		}
		(*group)[x.name] = types.Capacity{CapacityUnits: aws.Float64(units)}
	}
	return cc
}

// consumedByTable sums n usages, times a factor, by the table's name in the request, in order of first use.
func consumedByTable(
	mode types.ReturnConsumedCapacity, n int, usageOf func(int) usage, factor float64,
) []types.ConsumedCapacity {
	if mode == "" || mode == types.ReturnConsumedCapacityNone {
		return nil
	}
	var sums []*usage
	byName := map[string]*usage{}
	for i := range n {
		one := usageOf(i)
		sum := byName[one.name]
		if sum == nil {
			sum = &usage{name: one.name}
			byName[one.name] = sum
			sums = append(sums, sum)
		}
		sum.merge(one, factor)
	}
	consumed := make([]types.ConsumedCapacity, len(sums))
	for i, sum := range sums {
		consumed[i] = *sum.consumed(mode)
	}
	return consumed
}

// transactional adds the members that only transactions report: the units by direction.
func transactional(cc *types.ConsumedCapacity, write bool) *types.ConsumedCapacity {
	if cc == nil {
		return nil
	}
	set := func(total *float64, r, w **float64) {
		if write {
			*w = aws.Float64(*total)
		} else {
			*r = aws.Float64(*total)
		}
	}
	set(cc.CapacityUnits, &cc.ReadCapacityUnits, &cc.WriteCapacityUnits)
	if cc.Table != nil {
		set(cc.Table.CapacityUnits, &cc.Table.ReadCapacityUnits, &cc.Table.WriteCapacityUnits)
	}
	for _, group := range []map[string]types.Capacity{cc.GlobalSecondaryIndexes, cc.LocalSecondaryIndexes} {
		for name, c := range group {
			set(c.CapacityUnits, &c.ReadCapacityUnits, &c.WriteCapacityUnits)
			group[name] = c
		}
	}
	return cc
}

// usage gives what the change cost.
func (ch *change) usage(name *string) usage {
	u := usage{name: aws.ToString(name)}
	u.add(nil, writeUnits(max(ch.old.Size(), ch.new.Size())))
	for _, x := range ch.table.indexes {
		if units := x.writeCost(ch); units > 0 {
			u.add(x, units)
		}
	}
	return u
}

// replayUsage gives what it costs to find that the change has been made before: reading the item.
func (ch *change) replayUsage(name *string) usage {
	return usage{name: aws.ToString(name), table: readUnits(ch.new.Size(), true)}
}

// capacity gives the change's cost for the answer to a single write.
func (ch *change) capacity(name *string, mode types.ReturnConsumedCapacity) *types.ConsumedCapacity {
	if mode == "" || mode == types.ReturnConsumedCapacityNone {
		return nil
	}
	u := ch.usage(name)
	return u.consumed(mode)
}

// writeCost gives what the change cost in the index: nothing when the projected item stays the same, a deletion and an
// insertion when it moves, else one write.
func (x *index) writeCost(ch *change) float64 {
	before, had := x.keyOf(ch.old, ch.key)
	after, has := x.keyOf(ch.new, ch.key)
	var old, now value.Item
	if had {
		old = x.project(ch.old)
	}
	if has {
		now = x.project(ch.new)
	}
	switch {
	case old == now:
		return 0
	case had && has && before != after:
		return writeUnits(old.Size()) + writeUnits(now.Size())
	}
	return writeUnits(max(old.Size(), now.Size()))
}

// collectionMetrics gives the size of the item's collection, which only tables with local indexes have.
// The service estimates in whole gigabytes; collections here stay below the first.
func (ch *change) collectionMetrics(mode types.ReturnItemCollectionMetrics) *types.ItemCollectionMetrics {
	if mode != types.ReturnItemCollectionMetricsSize || !ch.table.hasLocalIndex() {
		return nil
	}
	item := ch.new
	if item.IsEmpty() {
		item = ch.old
	}
	if item.IsEmpty() {
		return nil
	}
	return &types.ItemCollectionMetrics{
		ItemCollectionKey:   item.Keep(ch.table.key.hash[0].Name).SDK(),
		SizeEstimateRangeGB: []float64{0, 1},
	}
}

func (t *table) hasLocalIndex() bool { return len(t.indexes) > 0 && t.indexes[0].local }
