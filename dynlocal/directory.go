package dynlocal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/journal"
)

// The files of a directory.
const (
	logName      = "log"
	lockName     = "lock"
	newName      = "log.new"      // the log being written anew
	restoredName = "log.restored" // the same after [DB.Restore], which does not wait for the other
)

// syncEvery is how long a write may at most wait to survive the end of the machine.
const syncEvery = time.Second

// Open gives a database that is kept in a directory, which is made if it does not exist. Close it in the end.
//
// Each change is in the directory's log before it is answered, so the end of the process, however sudden, loses nothing
// that was acknowledged: tables, items, settings, streams and the tokens of transactions are there again, and of a
// transaction all or nothing. The end of the machine loses at most the last second, or nothing with [SyncWrites]. The
// log is written anew when it grows beyond what is in the tables. A directory belongs to one process at a time.
//
// If the log is damaged, the error is a *[DamageError], and the database has what stands before the damage and can be
// read, but not changed; nothing is written to the directory. See [Repair]. With all other errors there is no database.
func Open(dir string, opts ...Option) (*DB, error) {
	db := New(opts...)
	d, err := openDirectory(db, dir)
	var damage *DamageError
	if err != nil && !errors.As(err, &damage) {
		return nil, fmt.Errorf("dynlocal: open: %w", err)
	}
	db.dir = d
	if err != nil {
		return db, err
	}
	go d.maintain(db)
	return db, nil
}

// SyncWrites makes a database with a directory wait, before each answer to a write, until that would also survive the
// end of the machine. It takes some milliseconds, depending on the disk.
func SyncWrites() Option { return func(db *DB) { db.syncWrites = true } }

// DamageError says that the log of a directory is not as it was written.
type DamageError struct {
	Path   string // of the log
	Offset int64  // of the first record that is damaged, in bytes
	Reason string
}

// Error implements error.
func (e *DamageError) Error() string {
	return fmt.Sprintf("dynlocal: %s: damaged at byte %d: %s", e.Path, e.Offset, e.Reason)
}

// Repair removes from the log of a directory, if it is damaged, all from the damage on, so that it can be opened again.
// The damaged log is kept beside it, and its path is in the error returned, with the damage. A log that is not damaged
// is left as it is, and both are nil.
func Repair(dir string) (*DamageError, error) {
	lock, err := journal.Lock(filepath.Join(dir, lockName))
	if err != nil {
		return nil, fmt.Errorf("dynlocal: repair: %w", err)
	}
	defer func() { _ = lock.Close() }()
	path := filepath.Join(dir, logName)
	_, err = load(New(), path)
	var damage *DamageError
	if !errors.As(err, &damage) {
		return nil, err
	}
	kept, err := copyAside(path)
	if err == nil {
		err = os.Truncate(path, damage.Offset)
	}
	if err != nil {
		return damage, fmt.Errorf("dynlocal: repair: %w", err)
	}
	damage.Path = kept
	return damage, nil
}

// copyAside copies a file to one beside it, and gives its path.
func copyAside(path string) (string, error) {
	from, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = from.Close() }()
	to, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".damaged-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(to, from)
	return to.Name(), errors.Join(err, to.Sync(), to.Close())
}

// load makes the database what the log says, and gives the size of the log without an unfinished record.
func load(db *DB, path string) (int64, error) {
	p := &player{db: db}
	size, err := journal.Read(path, p.play)
	var damage *journal.Damage
	if errors.As(err, &damage) {
		err = &DamageError{path, damage.Offset, damage.Reason}
	}
	return size, err
}

// directory is where a database is kept. All but the channels is guarded by the lock of the DB.
type directory struct {
	path string
	lock io.Closer
	log  *journal.File
	err  error // why nothing can be changed any more
	next recorder
	sync bool // before each answer

	unsynced bool
	compact  int64 // size from which the log is written anew
	version  int   // counts how often it was
	wake     chan struct{}
	stop     chan struct{}
	stopped  chan struct{}
}

// openDirectory locks the directory and loads what is in it.
func openDirectory(db *DB, dir string) (*directory, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	lock, err := journal.Lock(filepath.Join(dir, lockName))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	d := &directory{
		path: dir, lock: lock, sync: db.syncWrites,
		wake: make(chan struct{}, 1), stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	if err := d.load(db, filepath.Join(dir, logName)); err != nil {
		d.err = err
		close(d.stopped) // there is nothing to maintain
		if damage := (*DamageError)(nil); !errors.As(err, &damage) {
			_ = lock.Close()
		}
		return d, err
	}
	return d, nil
}

func (d *directory) load(db *DB, path string) error {
	size, err := load(db, path)
	if err != nil {
		return err
	}
	// What was being written when the process was killed is of no use.
	dir := filepath.Dir(path)
	if err := errors.Join(os.RemoveAll(filepath.Join(dir, newName)), os.RemoveAll(filepath.Join(dir, restoredName))); err != nil {
		return err
	}
	if d.log, err = journal.Open(path, size); err != nil {
		return err
	}
	d.plan(db.sizeOfState())
	return nil
}

// write logs an edit. The caller holds the lock.
func (d *directory) write(e *edit) error {
	if d.err != nil {
		return notWritten(d.err)
	}
	if err := d.next.edit(e); err != nil {
		return notWritten(err)
	}
	if d.next.empty(e.space.id, e.at) {
		return nil
	}
	if err := d.log.Append(d.next.buf); err != nil {
		return notWritten(err)
	}
	d.unsynced = true
	if d.sync {
		if err := d.synced(d.log.Sync()); err != nil {
			return notWritten(err)
		}
	}
	if cap(d.next.buf) > maxKeptRecord {
		d.next.buf = nil
	}
	if d.log.Size() > d.compact {
		d.wakeUp()
	}
	return nil
}

// maxKeptRecord is the size up to which the memory of a record is kept for the next.
const maxKeptRecord = 1 << 20

// synced notes that the log was synced. After a failure nobody knows what is on the disk. The caller holds the lock.
func (d *directory) synced(err error) error {
	if err != nil {
		d.err = err
	}
	d.unsynced = false
	return err
}

func (d *directory) wakeUp() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func notWritten(err error) error {
	return &types.InternalServerError{Message: aws.String("dynlocal: log: " + err.Error())}
}

var errClosed = errors.New("the database is closed")

// Close ends a database with a directory: it can no longer be changed, and the directory can be opened again. Of a
// database in memory only it does nothing.
func (db *DB) Close() error {
	db.mu.Lock()
	d := db.dir
	if d == nil || errors.Is(d.err, errClosed) {
		db.mu.Unlock()
		return nil
	}
	failed := d.err
	d.err = errClosed
	db.mu.Unlock()
	close(d.stop)
	<-d.stopped
	if d.log == nil {
		return d.lock.Close()
	}
	err := errors.Join(d.log.Sync(), d.log.Close(), d.lock.Close())
	if failed != nil {
		return fmt.Errorf("dynlocal: close: %w", failed)
	}
	return err
}

// maintain syncs the log and writes it anew, until the database is closed.
func (d *directory) maintain(db *DB) {
	defer close(d.stopped)
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	for {
		select {
		case <-d.stop:
			return
		case <-tick.C:
			d.syncLog(db)
		case <-d.wake:
			db.rewrite()
		}
	}
}

// syncLog syncs what was written since the last time.
func (d *directory) syncLog(db *DB) {
	db.mu.Lock()
	log, unsynced := d.log, d.unsynced && d.err == nil
	d.unsynced = false
	db.mu.Unlock()
	if !unsynced {
		return
	}
	err := log.Sync()
	db.mu.Lock()
	defer db.mu.Unlock()
	if err != nil && log == d.log {
		d.err = err
	}
}
