package dynlocal

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"strings"
	"sync"
	"time"
)

// DB is a set of DynamoDB tables in memory. It is safe for concurrent use.
//
// As in the service, each pair of account and region has tables of its own. The access key id of a request's
// credentials stands for the account.
type DB struct {
	clock  func() time.Time
	random io.Reader
	sleep  func(context.Context, time.Duration) error

	// mu guards everything below and all that hangs from it. Reads of one item take it shared, writes exclusively;
	// queries and scans only take it to fetch a snapshot.
	mu     sync.RWMutex
	spaces map[spaceID]*space
	seeds  []seed

	faults faults

	dir        *directory // nil for a database that lives in memory only
	syncWrites bool

	logRequests bool
	log         *requestLog // nil unless requests are logged
}

// Option configures a [DB].
type Option func(*DB)

// WithClock sets the source of time: creation dates, idempotency windows, time to live, the age of
// stream records. Default: [time.Now].
func WithClock(now func() time.Time) Option { return func(db *DB) { db.clock = now } }

// WithRandom sets the source of randomness: table and request ids. Default: [crypto/rand.Reader].
func WithRandom(r io.Reader) Option { return func(db *DB) { db.random = &lockedReader{r: r} } }

// New gives an empty database.
func New(opts ...Option) *DB {
	db := &DB{clock: time.Now, random: rand.Reader, sleep: sleep, spaces: map[spaceID]*space{}}
	for _, o := range opts {
		o(db)
	}
	return db
}

// spaceID tells apart the databases of accounts and regions.
type spaceID struct{ account, region string }

func (id spaceID) compare(other spaceID) int {
	return cmp.Or(strings.Compare(id.account, other.account), strings.Compare(id.region, other.region))
}

// space holds the tables of one account in one region.
type space struct {
	id      spaceID
	tables  map[string]*table
	streams map[string]*stream // by ARN
	tokens  tokens
	seeded  sync.Once
}

func newSpace(id spaceID) *space {
	return &space{id: id, tables: map[string]*table{}, streams: map[string]*stream{}}
}

// space gives the space with the id, creating it. It takes the lock itself.
func (db *DB) space(id spaceID) *space {
	db.mu.RLock()
	s := db.spaces[id]
	db.mu.RUnlock()
	if s == nil {
		s = db.newSpace(id)
	}
	s.seeded.Do(func() { db.sow(s) })
	return s
}

func (db *DB) newSpace(id spaceID) *space {
	db.mu.Lock()
	defer db.mu.Unlock()
	s := db.spaces[id]
	if s == nil {
		s = newSpace(id)
		db.spaces[id] = s
	}
	return s
}

// uuid gives a random UUID, version 4.
func (db *DB) uuid() string {
	var b [16]byte
	// A failing source of randomness yields zeros: ids only have to differ, and crypto/rand never fails.
	_, _ = io.ReadFull(db.random, b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	var dst [36]byte
	for i, at := 0, 0; i < len(b); i++ {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst[at] = '-'
			at++
		}
		hex.Encode(dst[at:], b[i:i+1])
		at += 2
	}
	return string(dst[:])
}

// requestID gives an id in the service's form: 52 upper-case letters and digits.
func (db *DB) requestID() string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	var b [52]byte
	_, _ = io.ReadFull(db.random, b[:])
	for i := range b {
		b[i] = digits[int(b[i])%len(digits)]
	}
	return string(b[:])
}

// lockedReader makes a user's source of randomness safe for concurrent use.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}
