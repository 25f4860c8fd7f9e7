package dynlocal

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/tidwall/btree"

	"github.com/dyntable/dyn/dynlocal/internal/journal"
)

// The log is written anew when it has become so much larger than what it describes.
const (
	growthFactor = 2
	minRewritten = 4 << 20 // bytes
)

// What a state is written in.
const (
	recordSize = 256 << 10 // of items, about
	maxTail    = 64 << 10  // of what is copied while nobody can write
	maxRounds  = 8
)

// plan decides when the log is written anew, given the size of what it describes.
func (d *directory) plan(size int64) {
	d.compact = max(minRewritten, growthFactor*size)
	if d.log.Size() > d.compact {
		d.wakeUp()
	}
}

// sizeOfState gives about how large the log would be if it was written anew.
func (db *DB) sizeOfState() int64 {
	var n int64
	for _, s := range db.spaces {
		for _, t := range s.tables {
			n += t.bytes
		}
		for _, st := range s.streams {
			st.records.Scan(func(r streamRecord) bool {
				n += int64(r.old.Size() + r.new.Size())
				return true
			})
		}
	}
	return n
}

// rewrite replaces the log by one that has only what is there now. Writes go on meanwhile.
func (db *DB) rewrite() {
	d := db.dir
	db.mu.Lock()
	log, version, from := d.log, d.version, d.log.Size()
	if d.err != nil || from <= d.compact {
		db.mu.Unlock()
		return
	}
	all := db.capture()
	d.compact = from + minRewritten // if it fails, the next try
	db.mu.Unlock()
	next, err := d.writeState(newName, all)
	if err != nil {
		return
	}
	size := next.Size()
	for range maxRounds {
		db.mu.Lock()
		end := log.Size()
		db.mu.Unlock()
		if end-from <= maxTail {
			break
		}
		if err := next.CopyRecords(log, from, end); err != nil {
			_ = next.Remove()
			return
		}
		from = end
	}
	_ = next.Sync() // so that there is less to do with the lock held, where it is done again and checked
	db.mu.Lock()
	defer db.mu.Unlock()
	if d.version != version || d.err != nil || next.CopyRecords(log, from, log.Size()) != nil {
		_ = next.Remove()
		return
	}
	if d.replace(next) == nil {
		d.plan(size)
	}
}

// replace puts another log in the place of the present one. The caller holds the lock.
func (d *directory) replace(next *journal.File) error {
	d.version++
	log, err := next.Replace(d.log)
	if log == nil {
		d.err = err
		return err
	}
	d.log = log
	return err
}

// restored makes the log say what the database has become. The caller holds the lock.
func (d *directory) restored(db *DB) {
	d.version++ // a log that is being written anew is of the time before
	if d.err != nil {
		return
	}
	next, err := d.writeState(restoredName, db.capture())
	if err == nil {
		err = d.replace(next)
	}
	if err != nil {
		d.err = err
		return
	}
	d.plan(d.log.Size())
}

// captured is what a space has at one moment.
type captured struct {
	id      spaceID
	tables  []capturedTable
	streams []*stream
	done    []*doneTransaction
}

type capturedTable struct {
	definition *tableDefinition
	rows       *btree.BTreeG[entry]
}

// capture takes the state. The caller holds the lock.
func (db *DB) capture() []captured {
	now := db.clock()
	var all []captured
	for _, s := range db.spaces { // in any order: they don't know of each other
		c := captured{id: s.id}
		for _, name := range slices.Sorted(maps.Keys(s.tables)) {
			t := s.tables[name]
			c.tables = append(c.tables, capturedTable{t.definition(), t.rows.snapshot()})
		}
		for _, st := range s.currentStreams(now) {
			c.streams = append(c.streams, st.copy())
		}
		for _, done := range s.tokens.queue {
			if now.Before(done.expires) {
				c.done = append(c.done, done)
			}
		}
		all = append(all, c)
	}
	return all
}

var errStopped = errors.New("stopped")

// writeState writes a new log.
func (d *directory) writeState(name string, all []captured) (*journal.File, error) {
	// A file that is left over from a failure is overwritten.
	next, err := journal.Open(filepath.Join(d.path, name), 0)
	if err != nil {
		return nil, err
	}
	w := &stateWriter{to: next, stop: d.stop}
	for i := range all {
		w.space(&all[i])
	}
	if w.err != nil {
		_ = next.Remove()
	}
	return next, w.err
}

// stateWriter writes records of a state. Its first error ends it.
type stateWriter struct {
	to   *journal.File
	stop chan struct{}
	id   spaceID
	r    recorder
	err  error
}

func (w *stateWriter) begin() { w.r.begin(w.id, time.Unix(0, 0)) }

// end writes the record.
func (w *stateWriter) end() {
	select {
	case <-w.stop:
		w.err = errStopped
	default:
	}
	if w.err == nil {
		w.err = w.to.Append(w.r.buf)
	}
}

// room begins another record if the present one is large.
func (w *stateWriter) room() {
	if len(w.r.buf) >= recordSize {
		w.end()
		w.begin()
	}
}

// json writes a record with a definition.
func (w *stateWriter) json(kind byte, definition any) {
	w.begin()
	if err := w.r.json(kind, definition); err != nil && w.err == nil {
		w.err = err
	}
	w.end()
}

func (w *stateWriter) space(c *captured) {
	w.id = c.id
	for _, st := range c.streams {
		w.json(entryStream, st.definition())
		w.begin()
		st.records.Scan(func(r streamRecord) bool {
			w.r.logged(st.arn, &r)
			w.room()
			return w.err == nil
		})
		w.end()
	}
	for _, t := range c.tables {
		w.json(entryTable, t.definition)
		w.begin()
		t.rows.Scan(func(e entry) bool {
			w.r.texts(entryLoaded, t.definition.Name, e.item.Packed())
			w.room()
			return w.err == nil
		})
		w.end()
	}
	for _, d := range c.done {
		w.begin()
		w.r.token(d)
		for i := range d.changes {
			ch := &d.changes[i]
			w.r.texts(entryDone, ch.table.name, ch.old.Packed(), ch.new.Packed())
		}
		w.end()
	}
}
