package dynlocal

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// maxExpiredAge is how long ago the time of an item may be: the service takes an older one for a mistake.
const maxExpiredAge = 5 * 365 * 24 * time.Hour

// expireAtOnce is how many items are deleted before others get their turn.
const expireAtOnce = 100

// Expire deletes the items whose time to live has passed, in all tables that have it enabled, and gives their number.
// Streams show them as deleted by the service.
//
// Nothing else deletes them: the service takes up to days to do so, and until then shows such items to every read, which
// is what programs have to cope with. A test calls Expire when it wants them gone. The time to live is a Number with the
// seconds since 1970; items without it, with one of another type, or with one more than five years past stay.
func (db *DB) Expire() (int, error) {
	total := 0
	for _, s := range db.allSpaces() {
		for _, name := range s.tableNames(db) {
			n, err := db.expireTable(s, name)
			total += n
			if err != nil {
				return total, fmt.Errorf("dynlocal: expire %s: %w", name, err)
			}
		}
	}
	return total, nil
}

// allSpaces gives the spaces in the order of their ids.
func (db *DB) allSpaces() []*space {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return slices.SortedFunc(maps.Values(db.spaces), func(a, b *space) int { return a.id.compare(b.id) })
}

func (s *space) tableNames(db *DB) []string {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return slices.Sorted(maps.Keys(s.tables))
}

// expireTable deletes the expired items of a table. It looks for them without keeping others waiting.
func (db *DB) expireTable(s *space, name string) (int, error) {
	db.mu.Lock()
	t := s.tables[name]
	if t == nil || t.ttl == "" {
		db.mu.Unlock()
		return 0, nil
	}
	rows, attr, now := t.rows.snapshot(), t.ttl, db.clock()
	db.mu.Unlock()
	var keys []string
	rows.Scan(func(e entry) bool {
		if expired(e.item, attr, now) {
			keys = append(keys, e.key)
		}
		return true
	})
	total := 0
	for some := range slices.Chunk(keys, expireAtOnce) {
		n, err := db.expireItems(s, name, some, now)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// expireItems deletes those of the items that are still there and still expired.
func (db *DB) expireItems(s *space, name string, keys []string, now time.Time) (int, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	t := s.tables[name]
	if t == nil {
		return 0, nil
	}
	e := &edit{space: s, at: now, expiry: true}
	for _, key := range keys {
		if old := t.get(key); expired(old, t.ttl, now) {
			e.changes = append(e.changes, change{table: t, key: key, old: old})
		}
	}
	return len(e.changes), db.commit(e)
}

// expired reports whether the time in the attribute has passed.
func expired(item value.Item, attr string, now time.Time) bool {
	v := item.Get(attr)
	if v.Kind() != value.N {
		return false
	}
	at, err := strconv.ParseFloat(v.Text(), 64)
	return err == nil && at < float64(now.Unix()) && at >= float64(now.Add(-maxExpiredAge).Unix())
}
