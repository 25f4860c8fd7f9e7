package dynlocal

import (
	"bytes"
	"os"
	"sync"

	"github.com/dyntable/dyn/dynlocal/internal/wire"
)

// TB is what [Start] needs of a test: every [testing.TB] is one.
type TB interface {
	Helper()
	Failed() bool
	Cleanup(func())
	Logf(format string, args ...any)
}

// logVariable is the environment variable that asks for what [LogRequests] does.
const logVariable = "DYNLOCAL_LOG"

// The bounds of what is kept of a test's requests.
const (
	maxLogged    = 1000 // requests
	maxLoggedLen = 4 << 10
)

// Start gives an empty database for a test. Tests with databases of their own may run in parallel.
//
// With [LogRequests], or the environment variable DYNLOCAL_LOG set to anything, a test that fails logs the requests
// that it made.
func Start(t TB, opts ...Option) *DB {
	t.Helper()
	db := New(opts...)
	if !db.logRequests && os.Getenv(logVariable) == "" {
		return db
	}
	db.log = &requestLog{}
	t.Cleanup(func() {
		if t.Failed() {
			db.log.print(t)
		}
	})
	return db
}

// LogRequests makes a test that fails log the last thousand requests that it made; see [Start].
func LogRequests() Option { return func(db *DB) { db.logRequests = true } }

// requestLog keeps the last requests and their answers.
type requestLog struct {
	mu      sync.Mutex
	lines   []string
	dropped int
}

// add keeps a request with its answer.
func (l *requestLog) add(op string, in, out any, err error) {
	line := append([]byte(op+" "), shown(in)...)
	line = append(line, " -> "...)
	if err != nil {
		line = append(line, err.Error()...)
	} else {
		line = append(line, shown(out)...)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) == maxLogged {
		l.lines = l.lines[1:]
		l.dropped++
	}
	l.lines = append(l.lines, string(line))
}

// shown gives an input or output as it is on the wire, cut to a size that can be read.
func shown(v any) []byte {
	members, ok := v.(wire.Members)
	if !ok {
		return nil
	}
	text := wire.Append(nil, members)
	if len(text) > maxLoggedLen {
		text = append(bytes.ToValidUTF8(text[:maxLoggedLen], nil), "…"...)
	}
	return text
}

func (l *requestLog) print(t TB) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	t.Logf("dynlocal: %d requests, the last %d:", l.dropped+len(l.lines), len(l.lines))
	for _, line := range l.lines {
		t.Logf("dynlocal: %s", line)
	}
}
