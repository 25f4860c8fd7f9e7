package dynlocal

import (
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Fault describes what goes wrong with requests, and with which. It is a value: its methods give changed copies, and it
// does nothing until it is given to [DB.Fault].
//
// Without refinement a fault concerns every request that it can.
type Fault struct {
	start  func(Fault) effect // makes the state of one injection of the fault, fully refined
	ops    []string
	tables []string
	where  func(map[string]types.AttributeValue) bool
	skip   int
	times  int // 0 for always
}

// effect is what a fault does.
type effect struct {
	act interceptor
	// watch, if there is one, sees every request before the engine does, also those that the fault does not concern.
	watch func(*call, subject)
}

// On limits the fault to the named operations, such as "PutItem".
func (f Fault) On(operations ...string) Fault {
	f.ops = slices.Clone(operations)
	return f
}

// Table limits the fault to requests that name one of the tables.
func (f Fault) Table(names ...string) Fault {
	f.tables = slices.Clone(names)
	return f
}

// Where limits the fault to requests that name an item for which match reports true. What match is given is the item of
// a put, else the key.
//
// Of [Unprocessed] and [Conflict] it chooses the items instead.
func (f Fault) Where(match func(item map[string]types.AttributeValue) bool) Fault {
	f.where = match
	return f
}

// After lets n requests pass that the fault would concern.
func (f Fault) After(n int) Fault {
	f.skip = n
	return f
}

// Times ends the fault after n requests.
func (f Fault) Times(n int) Fault {
	f.times = n
	return f
}

// Fault makes requests fail as f describes, on every way into db, until it is removed. Of several faults the ones
// injected first come first, and a fault that answers itself keeps the rest from the request.
func (db *DB) Fault(f Fault) *Injection {
	in := &Injection{db: db, fault: f, effect: f.start(f)}
	db.faults.change(func(all []*Injection) []*Injection { return append(slices.Clone(all), in) })
	return in
}

// Injection is a fault in effect.
type Injection struct {
	db     *DB
	fault  Fault
	effect effect

	mu   sync.Mutex
	seen int // requests that the fault concerns
	hits int
}

// Hits gives the number of requests that met the fault so far.
func (in *Injection) Hits() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.hits
}

// Remove ends the fault.
func (in *Injection) Remove() {
	in.db.faults.change(func(all []*Injection) []*Injection {
		return slices.DeleteFunc(slices.Clone(all), func(x *Injection) bool { return x == in })
	})
}

// hit reports whether the request meets the fault, and counts it.
func (in *Injection) hit(c *call, request subject) bool {
	f := &in.fault
	if len(f.ops) > 0 && !slices.Contains(f.ops, c.op) || len(f.tables) > 0 && !request.names(f.tables) ||
		f.where != nil && !slices.ContainsFunc(request.items, f.where) {
		return false
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.seen++
	if in.seen <= f.skip || f.times > 0 && in.hits >= f.times {
		return false
	}
	in.hits++
	return true
}

// faults are the faults in effect, in the order injected.
type faults struct {
	mu  sync.RWMutex
	all []*Injection // never changed, only replaced
}

func (f *faults) change(to func([]*Injection) []*Injection) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = to(f.all)
}

func (f *faults) current() []*Injection {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.all
}

// around puts the faults that the request meets around its answer.
func (f *faults) around(c *call, answer func() (any, error)) func() (any, error) {
	all := f.current()
	if len(all) == 0 {
		return answer
	}
	request := subjectOf(c.in)
	engine := answer
	answer = func() (any, error) {
		for _, injected := range all {
			if watch := injected.effect.watch; watch != nil {
				watch(c, request)
			}
		}
		return engine()
	}
	for _, injected := range slices.Backward(all) {
		if !injected.hit(c, request) {
			continue
		}
		next := answer
		answer = func() (any, error) { return injected.effect.act(c, next) }
	}
	return answer
}
