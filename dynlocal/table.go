package dynlocal

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/tidwall/btree"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// table is a table and its items. Everything in it is guarded by the lock of the [DB].
type table struct {
	name, arn, id string
	created       time.Time
	kinds         map[string]value.Kind
	attributes    []types.AttributeDefinition
	key           keySchema
	indexes       []*index // in the order created, local ones first
	byName        []*index // the same, in the order in which the service checks an item's index keys
	rows          *tree
	bytes         int64 // sum of the items' sizes

	settings  settings
	ttl       string // the attribute of the time to live, "" when disabled
	streamARN string // of the latest stream, which may be disabled; "" if there never was one
}

// settings are the properties of a table that do not concern its items.
type settings struct {
	billing            types.BillingMode
	throughput         types.ProvisionedThroughput
	onDemand           *types.OnDemandThroughput
	stream             *types.StreamSpecification // nil when disabled
	class              types.TableClass
	deletionProtection bool
	kmsKey             string    // "" when the service's own key encrypts the table
	onDemandSince      time.Time // zero for a table that was never on demand
	tags               []types.Tag
}

// index is a secondary index. It holds whole items, shared with the table; the projection is applied when reading.
type index struct {
	name       string
	local      bool
	key        keySchema
	projection types.Projection
	keep       []string // names of the projected attributes, nil for all
	throughput types.ProvisionedThroughput
	onDemand   *types.OnDemandThroughput
	rows       *tree
	bytes      int64 // sum of the projected items' sizes
}

// projects reports whether reads of the index give the attribute.
func (x *index) projects(name string) bool {
	if x.keep == nil {
		return true
	}
	for _, k := range x.keep {
		if k == name {
			return true
		}
	}
	return false
}

// project gives the part of an item that the index holds in the service.
func (x *index) project(item value.Item) value.Item {
	if x == nil || x.keep == nil {
		return item
	}
	return item.Keep(x.keep...)
}

// index gives the named index, nil if the table has none of the name.
func (t *table) index(name string) *index {
	for _, x := range t.indexes {
		if x.name == name {
			return x
		}
	}
	return nil
}

// addIndex adds an index, which has to be filled already.
func (t *table) addIndex(x *index) {
	t.indexes = append(t.indexes, x)
	t.byName = slices.SortedFunc(slices.Values(t.indexes), func(a, b *index) int { return strings.Compare(a.name, b.name) })
}

// get gives the item with the key, the empty item if there is none.
func (t *table) get(key string) value.Item {
	e, _ := t.rows.live.Get(entry{key: key})
	return e.item
}

// place is where an item is or would be.
type place struct {
	table *table
	key   string
}

// change is one item's change from old to new; an empty item is no item.
type change struct {
	table    *table
	key      string
	old, new value.Item
}

// commit stores the change in the table and its indexes.
func (ch *change) commit() {
	t := ch.table
	if ch.old == ch.new {
		return
	}
	t.rows.replace(ch.key, ch.new)
	t.bytes += int64(ch.new.Size() - ch.old.Size())
	for _, x := range t.indexes {
		x.replace(ch)
	}
}

// replace makes the index follow a change of the table.
func (x *index) replace(ch *change) {
	before, had := x.keyOf(ch.old, ch.key)
	after, has := x.keyOf(ch.new, ch.key)
	if had {
		x.bytes -= int64(x.project(ch.old).Size())
	}
	if had && (!has || before != after) {
		x.rows.replace(before, value.Item{})
	}
	if has {
		x.bytes += int64(x.project(ch.new).Size())
		x.rows.replace(after, ch.new)
	}
}

// keyOf gives the item's key in the index: the index key attributes, then the table's key, which tells apart items
// that agree in these. It reports false if the index does not hold the item.
func (x *index) keyOf(item value.Item, tableKey string) (string, bool) {
	if item.IsEmpty() {
		return "", false
	}
	key, ok := x.key.appendKey(make([]byte, 0, 2*len(tableKey)+32), item)
	if !ok {
		return "", false
	}
	return string(append(key, tableKey...)), true
}

// entry is an item under its key in a tree.
type entry struct {
	key  string
	item value.Item
}

// tree is an ordered set of entries from which snapshots are taken in constant time.
type tree struct {
	live *btree.BTreeG[entry]
	// snap is a copy of live as it is now, nil if nobody asked since the last write.
	snap atomic.Pointer[btree.BTreeG[entry]]
}

func newTree() *tree {
	less := func(a, b entry) bool { return a.key < b.key }
	return &tree{live: btree.NewBTreeGOptions(less, btree.Options{NoLocks: true, Degree: 16})}
}

// replace stores the item under the key, or removes the entry if the item is empty.
func (t *tree) replace(key string, item value.Item) {
	t.snap.Store(nil)
	if item.IsEmpty() {
		t.live.Delete(entry{key: key})
	} else {
		t.live.Set(entry{key, item})
	}
}

// snapshot gives an unchanging copy. The caller holds the lock exclusively.
func (t *tree) snapshot() *btree.BTreeG[entry] {
	s := t.snap.Load()
	if s == nil {
		s = t.live.Copy()
		t.snap.Store(s)
	}
	return s
}
