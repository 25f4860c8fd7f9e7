package dyn_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// step is a clause and what it does to the twin of the item: to new, when old
// is what was there before.
type step struct {
	path   string
	clause dyn.Clause
	apply  func(old, new doc)
	refuse bool           // no update may have it
	fails  func(doc) bool // DynamoDB or dyn refuses it for such an item
}

func nowhere(doc) bool { return false }

// expectation is what an update says of the item, and whether that is so.
type expectation struct {
	clause dyn.Clause
	holds  func(doc) bool
}

func expect[V any](path string, p *V, v V, text string) expectation {
	return expectation{dyn.Expect(p, v), func(d doc) bool {
		return d[path] == text || d.absent(path) && (text == "" || blank(text))
	}}
}

// setStep sets path to v, which is stored as text; "" is nothing.
func setStep[V any](path string, p *V, v V, text string) step {
	return step{path: path, clause: dyn.Set(p, v), fails: nowhere, apply: func(_, d doc) {
		if text == "" {
			d.unset(path)
			return
		}
		d.set(path, text)
	}}
}

func onceStep[V any](path string, p *V, v V, text string) step {
	return step{
		path: path, clause: dyn.SetOnce(p, v), apply: func(_, d doc) { d.setOnce(path, text) },
		fails: func(old doc) bool { return blank(old[path]) },
	}
}

func unsetStep[V any](path string, p *V) step {
	return step{path: path, clause: dyn.Unset(p), fails: nowhere, apply: func(_, d doc) {
		d.set(path, "") // makes the maps on the way, as the update does
		d.unset(path)
	}}
}

func refusedStep(path string, c dyn.Clause) step {
	return step{path: path, clause: c, refuse: true, fails: nowhere, apply: func(doc, doc) {}}
}

// blank reports whether a stored value counts as absent all the same.
func blank(stored string) bool {
	return slices.Contains([]string{"S:", "B:", "S:0001-01-01T00:00:00.000000000Z", "N:-62135596800"}, stored)
}

// absent reports whether the item has no value at path that a key could hold.
func (d doc) absent(path string) bool { return d[path] == "" || blank(d[path]) }

// expectNumber is expect of a number that is read as 0 where there is none.
func expectNumber[N int | uint8](path string, p *N, n N) expectation {
	return expectation{dyn.Expect(p, n), func(d doc) bool {
		have, _ := d.number(path)
		return have == int64(n)
	}}
}

// naive says in its own words what dyn is to store for items of T.
type naive[T any] interface {
	random(r *rand.Rand) T
	id(T) string
	complete(item T, now time.Time) T            // as Put does
	encode(T) doc                                // but for keys
	keys(doc) doc                                // every key attribute
	upsert(d doc, given T, now time.Time)        // the item's part of an Upsert
	step(r *rand.Rand, now time.Time) step       // a clause
	expect(r *rand.Rand) expectation             // what an update may demand
	demand(T) (lock string, version int64)       // of an item with a lock
	change(r *rand.Rand, now time.Time, item *T) // by Modify
	stamp(d doc, now time.Time)                  // what every update does
}

// history is a random history of the items of one entity, beside their twins.
type history[T any] struct {
	t     *testing.T
	r     *rand.Rand
	c     *dynamodb.Client
	e     *dyn.Entity[T]
	model naive[T]
	now   *time.Time
	twins map[string]doc
	done  map[string]int
}

// run makes n random writes and checks the item after each.
func (h *history[T]) run(n int, checkpoint func()) {
	for i := range n {
		*h.now = h.now.Add(time.Duration(h.r.Int64N(1e10)))
		item := h.model.random(h.r)
		id := h.model.id(item)
		write := pick(h.r, h.put, h.put, h.create, h.update, h.update, h.update, h.upsert, h.upsert, h.modify, h.delete)
		what := write(id, item)
		h.check(id, item, what)
		if h.t.Failed() {
			return
		}
		if i%(n/10+1) == n/10 || i == n-1 {
			checkpoint()
		}
	}
}

// count notes what came of a write.
func (h *history[T]) count(verb string, err error) string {
	what := verb
	var refused *dyn.ConditionError
	switch {
	case err == nil:
	case errors.Is(err, dyn.ErrNotFound):
		what += " of nothing"
	case errors.As(err, &refused):
		what += " refused"
	case strings.Contains(err.Error(), "also needs"):
		what += " without parts"
	default:
		what += " in error"
	}
	h.done[what]++
	return fmt.Sprintf("%s (%v)", what, err)
}

// demanded reports whether the stored item has the version that a write
// demands: a Put one or none, others one if any is given.
func (h *history[T]) demanded(id string, item T, put bool) bool {
	lock, version := h.model.demand(item)
	if lock == "" || version == 0 && !put {
		return true
	}
	stored, _ := h.twins[id].number(lock)
	return stored == version
}

func (h *history[T]) put(id string, item T) string {
	got, err := h.e.Put(h.t.Context(), item)
	what := h.count("put", err)
	if ok := h.demanded(id, item, true); !ok && err != nil {
		return what
	} else if !ok || err != nil {
		h.t.Errorf("%s of %+v", what, item)
		return what
	}
	h.twins[id] = h.model.encode(h.model.complete(item, *h.now))
	h.returned(got, what)
	return what
}

func (h *history[T]) create(id string, item T) string {
	got, err := h.e.Create(h.t.Context(), item)
	what := h.count("create", err)
	var exists *dyn.ConditionError
	switch _, was := h.twins[id]; {
	case was && errors.As(err, &exists):
	case was || err != nil:
		h.t.Errorf("%s: the item was there: %v", what, was)
	default:
		h.twins[id] = h.model.encode(h.model.complete(item, *h.now))
		if lock, _ := h.model.demand(item); lock != "" {
			h.twins[id][lock] = "N:1"
		}
		h.returned(got, what)
	}
	return what
}

func (h *history[T]) delete(id string, item T) string {
	err := h.e.Remove(h.t.Context(), item)
	what := h.count("remove", err)
	_, was := h.twins[id]
	var refused *dyn.ConditionError
	switch ok := h.demanded(id, item, false); {
	case was && ok && err == nil:
		delete(h.twins, id)
	case was && !ok && errors.As(err, &refused):
	case !was && errors.Is(err, dyn.ErrNotFound):
	default:
		h.t.Errorf("%s: the item was there: %v, with the version: %v", what, was, ok)
	}
	return what
}

// steps returns some clauses on different attributes.
func (h *history[T]) steps(n int) []step {
	var out []step
	for range n {
		s := h.model.step(h.r, *h.now)
		if !slices.ContainsFunc(out, s.contends) {
			out = append(out, s)
		}
	}
	return out
}

// contends reports whether two steps can't be in one update. A nested clause
// may make the maps it needs in a request of its own, which a copy of nothing
// would leave behind.
func (s step) contends(o step) bool {
	copies := s.path == "memo" && strings.Contains(o.path, ".") || o.path == "memo" && strings.Contains(s.path, ".")
	return copies || o.path == s.path || within(o.path, s.path) || within(s.path, o.path)
}

func within(outer, inner string) bool { return strings.HasPrefix(inner, outer+".") }

func clauses(steps []step) []dyn.Clause {
	var out []dyn.Clause
	for _, s := range steps {
		out = append(out, s.clause)
	}
	return out
}

func (h *history[T]) update(id string, item T) string {
	steps := h.steps(1 + h.r.IntN(3))
	cs := clauses(steps)
	old, was := h.twins[id]
	fresh, stale, wrong := false, false, !h.demanded(id, item, false)
	switch h.r.IntN(6) {
	case 0:
		old, err := h.e.Get(h.t.Context(), item)
		if fresh = err == nil; fresh {
			cs = append(cs, dyn.From(old))
		}
	case 1: // what is said of the item is likely wrong
		stale = true
		cs = append(cs, dyn.From(h.model.complete(item, *h.now)))
	case 2, 3:
		for range 1 + h.r.IntN(2) {
			x := h.model.expect(h.r)
			cs = append(cs, x.clause)
			wrong = wrong || !x.holds(old)
		}
	}
	got, err := h.e.Update(h.t.Context(), item, cs...)
	what := h.count("update", err)
	if wrong && err == nil {
		h.t.Errorf("%s, but what it demands is not so", what)
	}
	if h.refused(what, err, steps, old, was, fresh, stale || wrong) {
		return what
	}
	h.twins[id] = h.applied(old, steps)
	h.returned(got, what)
	return what
}

// refused reports whether an update was refused, and checks that it had to be.
func (h *history[T]) refused(what string, err error, steps []step, old doc, was, fresh, stale bool) bool {
	must := slices.ContainsFunc(steps, func(s step) bool { return s.refuse || was && s.fails(old) && s.needed() })
	may := stale || slices.ContainsFunc(steps, func(s step) bool { return was && s.fails(old) })
	var cond *dyn.ConditionError
	switch {
	case err == nil && (must || !was):
		h.t.Errorf("%s: must %v, was %v", what, must, was)
	case err == nil:
		return false
	case must || !was || may:
	case errors.As(err, &cond):
		h.t.Errorf("%s: no condition was given that fails", what)
	case strings.Contains(err.Error(), "also needs") && fresh:
		h.t.Errorf("%s: From told everything", what)
	case !strings.Contains(err.Error(), "also needs"):
		h.t.Errorf("%s", what)
	}
	return true
}

// needed tells a step that always fails for such an item from one that may.
func (s step) needed() bool { return s.path == "memo" }

func (h *history[T]) applied(old doc, steps []step) doc {
	d := maps.Clone(old)
	for _, s := range steps {
		s.apply(old, d)
	}
	h.model.stamp(d, *h.now)
	return d
}

func (h *history[T]) upsert(id string, item T) string {
	steps := h.steps(h.r.IntN(3))
	got, err := h.e.Upsert(h.t.Context(), item, clauses(steps)...)
	what := h.count("upsert", err)
	old, was := h.twins[id]
	if !was {
		old = doc{}
	}
	if err != nil && strings.Contains(err.Error(), "which the item gives too") {
		return what
	}
	if err != nil {
		h.refused(what, err, steps, old, true, false, !was || old.hasBlank() || !h.demanded(id, item, false))
		return what
	}
	if !h.demanded(id, item, false) {
		h.t.Errorf("%s of another version", what)
	}
	d := maps.Clone(old)
	h.model.upsert(d, item, *h.now)
	for _, s := range steps { // a clause wins over the item
		attr, _, _ := strings.Cut(s.path, ".")
		d.unset(attr)
		for p, v := range old {
			if p == attr || within(attr, p) {
				d[p] = v
			}
		}
	}
	for _, s := range steps {
		s.apply(old, d)
	}
	h.twins[id] = d
	h.returned(got, what)
	return what
}

func (d doc) hasBlank() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(d)), blank)
}

func (h *history[T]) modify(id string, item T) string {
	var after T
	got, err := h.e.Modify(h.t.Context(), item, func(x *T) error {
		h.model.change(h.r, *h.now, x)
		after = *x
		return nil
	})
	what := h.count("modify", err)
	old, was := h.twins[id]
	if was != (err == nil) || !was && !errors.Is(err, dyn.ErrNotFound) {
		h.t.Errorf("%s: the item was there: %v", what, was)
	}
	if err != nil {
		return what
	}
	next := h.model.encode(after)
	before, unstamped := maps.Clone(old), maps.Clone(next)
	h.model.stamp(before, *h.now)
	h.model.stamp(unstamped, *h.now)
	if !maps.Equal(before, unstamped) {
		h.model.stamp(next, *h.now)
		h.twins[id] = next
	}
	h.returned(got, what)
	return what
}

// returned checks that a verb returned the item that Get finds.
func (h *history[T]) returned(got T, what string) {
	h.t.Helper()
	found, err := h.e.Get(h.t.Context(), got)
	if err != nil {
		h.t.Errorf("%s, then get: %v", what, err)
		return
	}
	if diff := gocmp.Diff(h.model.encode(found), h.model.encode(got)); diff != "" {
		h.t.Errorf("%s (-get +returned):\n%s", what, diff)
	}
}

// check compares the stored item with its twin, keys and all.
func (h *history[T]) check(id string, item T, what string) {
	h.t.Helper()
	keys := h.model.keys(h.model.encode(item))
	out, err := h.c.GetItem(h.t.Context(), &dynamodb.GetItemInput{TableName: aws.String("app"), Key: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: keys.text("pk")}, "sk": &types.AttributeValueMemberS{Value: keys.text("sk")},
	}})
	if err != nil {
		h.t.Fatal(err)
	}
	if diff := gocmp.Diff(h.whole(h.twins[id]), flatten(out.Item)); diff != "" {
		h.t.Errorf("after %s of %+v (-twin +stored):\n%s", what, item, diff)
	}
}

// whole is a twin with the keys that follow from it.
func (h *history[T]) whole(twin doc) doc {
	d := maps.Clone(twin)
	if len(twin) > 0 {
		maps.Copy(d, h.model.keys(twin))
	}
	if d == nil {
		d = doc{}
	}
	return d
}

// checkTable compares all the items of the entity with the twins.
func (h *history[T]) checkTable(name string) {
	h.t.Helper()
	got, want := map[string]doc{}, map[string]doc{}
	for _, item := range scanTable(h.t, h.c, "app", "") {
		if d := flatten(item); d.text("_entity") == name {
			got[d.text("pk")+" "+d.text("sk")] = d
		}
	}
	for _, twin := range h.twins {
		d := h.whole(twin)
		want[d.text("pk")+" "+d.text("sk")] = d
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		h.t.Errorf("table (-twins +stored):\n%s", diff)
	}
}

// checkIndex compares what queries of one partition of an index find with the
// twins that belong there, in the order of their sort keys.
func (h *history[T]) checkIndex(label string, q dyn.Query[T], in func(doc) bool, sk ...string) {
	h.t.Helper()
	var want []string
	for _, twin := range h.twins {
		if d := h.whole(twin); in(d) {
			want = append(want, place(d, sk))
		}
	}
	slices.SortFunc(want, comparePlaces)
	for _, descending := range []bool{false, true} {
		if descending {
			q = q.Descending()
			slices.Reverse(want)
		}
		items, err := q.Collect(h.t.Context())
		if err != nil {
			h.t.Fatalf("%s: %v", label, err)
		}
		var got []string
		for _, item := range items {
			d := h.whole(h.twins[h.model.id(item)])
			got = append(got, place(d, sk))
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			h.t.Errorf("%s, descending %v (-twins +query):\n%s", label, descending, diff)
		}
	}
	name, _, _ := strings.Cut(label, " ")
	h.done["items of "+name] += len(want)
}

// place is where an item stands in an index: its sort key. Items with equal
// keys may come in any order.
func place(d doc, sk []string) string {
	var parts []string
	for _, name := range sk {
		parts = append(parts, d[name])
	}
	return strings.Join(parts, "\x00")
}

// comparePlaces orders sort keys as DynamoDB does.
func comparePlaces(a, b string) int {
	as, bs := strings.Split(a, "\x00"), strings.Split(b, "\x00")
	for i := range as {
		x, y := doc{"": as[i]}, doc{"": bs[i]}
		if m, ok := x.number(""); ok {
			n, _ := y.number("")
			if c := cmp.Compare(m, n); c != 0 {
				return c
			}
			continue
		}
		if c := cmp.Compare(as[i], bs[i]); c != 0 {
			return c
		}
	}
	return 0
}

// enough fails the test if one of the things that ought to happen was rare.
func (h *history[T]) enough(n int, whats ...string) {
	h.t.Helper()
	for _, what := range whats {
		if h.done[what] < n {
			h.t.Errorf("%s happened only %d times: %v", what, h.done[what], h.done)
		}
	}
	h.t.Logf("%v", h.done)
}
