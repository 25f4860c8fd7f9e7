package dynlocal

import (
	"slices"
	"time"

	"github.com/tidwall/btree"
)

// Lag makes global indexes follow their tables only after a while: queries and scans of them see the state of d ago, by
// the clock of the database. What was written before the fault was injected is there at once.
func Lag(d time.Duration) Fault {
	return lagging(d, func(x *index) bool { return x != nil && !x.local }).On("Query", "Scan")
}

// StaleReads makes reads of tables and local indexes that do not ask for consistency see the state of d ago, by the
// clock of the database.
func StaleReads(d time.Duration) Fault {
	return lagging(d, func(x *index) bool { return x == nil || x.local }).On("GetItem", "BatchGetItem", "Query", "Scan")
}

// lagging makes the fault for the chosen trees of each table; nil stands for the table's own.
func lagging(d time.Duration, chosen func(*index) bool) Fault {
	return Fault{start: func(Fault) effect {
		h := &history{lag: d, chosen: chosen, versions: map[*tree][]version{}}
		return effect{watch: h.watch, act: func(c *call, next func() (any, error)) (any, error) {
			before := c.past
			c.past = func(t *tree) *btree.BTreeG[entry] {
				if old := h.at(t, c.db.clock()); old != nil || before == nil {
					return old
				}
				return before(t)
			}
			return next()
		}}
	}}
}

// history keeps what trees held before they were written to, for as long as reads may ask.
type history struct {
	lag      time.Duration
	chosen   func(*index) bool
	versions map[*tree][]version // guarded by the lock of the DB, as the trees are
}

// version is what a tree held until a moment.
type version struct {
	until time.Time
	rows  *btree.BTreeG[entry]
}

// watch keeps what the tables of a write hold before it.
func (h *history) watch(c *call, request subject) {
	if !c.writes() {
		return
	}
	now := c.db.clock()
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	for _, name := range request.tables {
		t := c.space.tables[name]
		if t == nil {
			continue
		}
		if h.chosen(nil) {
			h.keep(t.rows, now)
		}
		for _, x := range t.indexes {
			if h.chosen(x) {
				h.keep(x.rows, now)
			}
		}
	}
}

// keep remembers what the tree holds until now, and forgets what is older than any read.
func (h *history) keep(t *tree, now time.Time) {
	versions := slices.DeleteFunc(h.versions[t], func(v version) bool { return !v.until.After(now.Add(-h.lag)) })
	if n := len(versions); n == 0 || versions[n-1].until.Before(now) {
		versions = append(versions, version{now, t.snapshot()})
	}
	h.versions[t] = versions
}

// at gives what the tree held when the lag began, nil if that is what it holds now. The caller holds the lock.
func (h *history) at(t *tree, now time.Time) *btree.BTreeG[entry] {
	for _, v := range h.versions[t] {
		if v.until.After(now.Add(-h.lag)) {
			return v.rows
		}
	}
	return nil
}
