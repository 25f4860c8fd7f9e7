package dyn_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/internal/randtest"
)

// predicate is a condition, and the same in plain Go.
type predicate struct {
	what  string
	cond  dyn.Cond
	holds func(doc) bool
}

// compareStored orders stored values of one type; ok is false for others.
func compareStored(a, b string) (order int, ok bool) {
	if a == "" || b == "" || a[0] != b[0] {
		return 0, false
	}
	return comparePlaces(a, b), true
}

// ordering makes a random comparison of the attribute at path.
func ordering[V any](r *rand.Rand, path string, p *V, values func() (V, string)) predicate {
	v, text := values()
	w, text2 := values()
	make := func(op string, c dyn.Cond, holds func(int) bool) predicate {
		return predicate{path + op + text, c, func(d doc) bool {
			order, ok := compareStored(d[path], text)
			return ok && holds(order)
		}}
	}
	switch r.IntN(7) {
	case 0:
		return make(" < ", dyn.Lt(p, v), func(o int) bool { return o < 0 })
	case 1:
		return make(" <= ", dyn.Le(p, v), func(o int) bool { return o <= 0 })
	case 2:
		return make(" > ", dyn.Gt(p, v), func(o int) bool { return o > 0 })
	case 3:
		return make(" >= ", dyn.Ge(p, v), func(o int) bool { return o >= 0 })
	case 4:
		return predicate{path + " between " + text + " and " + text2, dyn.Between(p, v, w), func(d doc) bool {
			a, ok := compareStored(d[path], text)
			b, _ := compareStored(d[path], text2)
			return ok && a >= 0 && b <= 0
		}}
	}
	return equality(path, p, v, text)
}

// equality is true of an item without the attribute when text is "".
func equality[V any](path string, p *V, v V, text string) predicate {
	return predicate{path + " = " + text, dyn.Eq(p, v), func(d doc) bool { return d[path] == text }}
}

func either(a, b predicate) predicate {
	return predicate{"(" + a.what + " or " + b.what + ")", dyn.Or(a.cond, b.cond), func(d doc) bool { return a.holds(d) || b.holds(d) }}
}

func negated(a predicate) predicate {
	return predicate{"not " + a.what, dyn.Not(a.cond), func(d doc) bool { return !a.holds(d) }}
}

// ticketPredicate is about an attribute of a ticket, or with "" about any.
func ticketPredicate(r *rand.Rand, attr string) predicate {
	f := ticketF
	optional := func(text string) string { return strings.TrimSuffix(sText(text), "S:") }
	instant := func() (time.Time, string) {
		at := pick(r, someTime(r), someTime(r), someTime(r), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC))
		return at, sTime(at)
	}
	second := func() (time.Time, string) { at := someTime(r).Truncate(time.Second); return at, nTime(at) }
	tenant, who, city, region := pick(r, tenants...), pick(r, assignees...), pick(r, cities...), pick(r, regions...)
	title, status, stage, channel := pick(r, titles...), pick(r, statuses[1:]...), pick(r, stages...), pick(r, "web", "mail", "fax", "")
	yes := chance(r, 50)
	pool := []struct {
		attr string
		make func() predicate
	}{
		{"tenant", func() predicate { return equality("tenant", &f.Tenant, tenant, sText(tenant)) }},
		{"num", func() predicate {
			return ordering(r, "num", &f.Num, func() (int, string) { n := r.IntN(8); return n, nText(int64(n)) })
		}},
		{"assignee", func() predicate { return equality("assignee", f.Assignee, who, sText(who)) }},
		{"assignee", func() predicate { return equality("assignee", &f.Assignee, nil, "") }},
		{"city", func() predicate { return equality("addr.city", &f.Addr.City, city, sText(city)) }},
		{"region", func() predicate { return equality("geo.region", &f.Geo.Region, region, sText(region)) }},
		{"title", func() predicate {
			return ordering(r, "title", &f.Title, func() (string, string) { s := pick(r, titles...); return s, sText(s) })
		}},
		{"title", func() predicate { return equality("title", &f.Title, title, sText(title)) }},
		{"status", func() predicate { return equality("status", &f.Status, status, sText(status)) }},
		{"", func() predicate {
			return predicate{"status in open|" + status, dyn.In(&f.Status, "open", status), func(d doc) bool {
				return d["status"] == "S:open" || d["status"] == sText(status)
			}}
		}},
		{"stage", func() predicate { return equality("stage", &f.Stage, stage, optional(stage)) }},
		{"channel", func() predicate { return equality("channel", &f.Channel, channel, sText(channel)) }},
		{"prio", func() predicate {
			return ordering(r, "prio", &f.Prio, func() (uint8, string) { n := r.IntN(5) * 60; return uint8(n), nText(int64(n)) })
		}},
		{"due", func() predicate { return ordering(r, "due", f.Due, instant) }},
		{"closedAt", func() predicate { return ordering(r, "closedAt", &f.ClosedAt, instant) }},
		{"createdAt", func() predicate { return ordering(r, "createdAt", &f.CreatedAt, instant) }},
		{"updatedAt", func() predicate { return ordering(r, "updatedAt", &f.UpdatedAt, instant) }},
		{"watched", func() predicate { return equality("watched", f.Watched, yes, fmt.Sprint("BOOL:", yes)) }},
		{"watched", func() predicate { return equality("watched", &f.Watched, nil, "") }},
		{"firstSeen", func() predicate { return ordering(r, "firstSeen", f.FirstSeen, second) }},
		{"rank", func() predicate {
			return ordering(r, "rank", f.Rank, func() (int64, string) { n := int64(r.IntN(200) - 100); return n, nText(n) })
		}},
		{"", func() predicate {
			return predicate{"title exists", dyn.Exists(&f.Title), func(d doc) bool { return d["title"] != "" }}
		}},
		{"", func() predicate {
			return predicate{"due is absent", dyn.NotExists(&f.Due), func(d doc) bool { return d["due"] == "" }}
		}},
		{"", func() predicate { return either(ticketPredicate(r, ""), ticketPredicate(r, "")) }},
		{"", func() predicate { return negated(ticketPredicate(r, "")) }},
	}
	for {
		if p := pick(r, pool...); attr == "" || p.attr == attr {
			return p.make()
		}
	}
}

// ticketPredicates are likely to suit an index.
func ticketPredicates(r *rand.Rand) (out []predicate) {
	attrs := pick(r,
		[]string{"tenant", "num"}, []string{"assignee", "prio"}, []string{"tenant", "status", "due", "title"}, []string{"tenant", "status", "closedAt"},
		[]string{"city", "region", "title"}, []string{"tenant", "watched", "firstSeen"}, []string{"tenant", "updatedAt"}, []string{"channel", "num"},
		[]string{"tenant", "status", "rank"}, []string{"tenant", "createdAt"}, []string{"tenant", "stage", "createdAt"}, []string{"tenant", "status", "stage"},
	)
	for _, attr := range attrs {
		if chance(r, 90) {
			out = append(out, ticketPredicate(r, attr))
		}
	}
	for range r.IntN(3) {
		out = append(out, ticketPredicate(r, ""))
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// TestFindIsAFilter compares Find with a filter over all items, for random
// conditions on items of which many lack parts of index keys.
func TestFindIsAFilter(t *testing.T) {
	t.Parallel()
	now, r := day, randtest.New(t)
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, dyn.WithClock(func() time.Time { return now }))
	e := entityOf[Ticket](t, svc)
	ensure(t, svc)
	h := &history[Ticket]{t: t, r: r, c: c, e: e, model: tickets{}, now: &now, twins: map[string]doc{}, done: map[string]int{}}
	used, found, n := map[string]int{}, 0, cases(10_000)
	for i := range n {
		if i%100 == 0 {
			h.run(50, func() {})
			unsetPriorities(h)
		}
		var conds []dyn.Cond
		var whats []string
		var holds []func(doc) bool
		for _, p := range ticketPredicates(r) {
			conds, whats, holds = append(conds, p.cond), append(whats, p.what), append(holds, p.holds)
		}
		if chance(r, 20) {
			conds = []dyn.Cond{dyn.And(conds...)}
		}
		what := strings.Join(whats, " and ")
		q := e.Find(conds...)
		got, err := q.Collect(t.Context())
		if err != nil {
			used["none"]++
			checkLacks(t, e, what, err)
			continue
		}
		plan, err := q.Explain()
		if err != nil {
			t.Fatal(err)
		}
		used[plan.Index]++
		want, ids := []string{}, []string{}
		for id, d := range h.twins {
			if !slices.ContainsFunc(holds, func(holds func(doc) bool) bool { return !holds(d) }) {
				want = append(want, id)
			}
		}
		for _, item := range got {
			ids = append(ids, h.model.id(item))
		}
		slices.Sort(want)
		slices.Sort(ids)
		if diff := gocmp.Diff(want, ids); diff != "" {
			t.Fatalf("%s, by %s (-filter +find):\n%s", what, plan.Index, diff)
		}
		found += len(want)
	}
	t.Logf("found %d items by %v", found, used)
	if n < 10_000 {
		return
	}
	for _, name := range []string{"none", "primary", "open", "done", "byAssignee", "byCity", "byChannel", "made", "fresh", "byStage", "hot", "watched"} {
		if used[name] < 10 {
			t.Errorf("%s was used %d times", name, used[name])
		}
	}
}

// unsetPriorities takes the priority from some tickets: even a number may be
// absent.
func unsetPriorities(h *history[Ticket]) {
	for _, twin := range h.twins {
		num, _ := twin.number("num")
		if !chance(h.r, 20) {
			continue
		}
		if _, err := h.e.Update(h.t.Context(), Ticket{Tenant: twin.text("tenant"), Num: int(num)}, dyn.Unset(&ticketF.Prio)); err != nil {
			h.t.Fatal(err)
		}
		twin.unset("prio")
		h.model.stamp(twin, *h.now)
	}
}

// checkLacks checks that the error of a Find says of each index what it lacks.
func checkLacks(t *testing.T, e *dyn.Entity[Ticket], what string, err error) {
	t.Helper()
	lines := strings.Split(err.Error(), "\n\t")
	if lines[0] != "dyn: query ticket: no index fits:" || strings.Contains(what, "tenant = S") && !strings.Contains(what, "(") && !strings.Contains(what, "not ") {
		t.Fatalf("%s: %v", what, err)
	}
	for i, name := range []string{"primary", "byAssignee", "open", "done", "byCity", "watched", "fresh", "byChannel", "hot", "made", "second", "byStage"} {
		if len(lines) != 13 || !strings.HasPrefix(lines[i+1], name+": ") || strings.TrimPrefix(lines[i+1], name+": ") == "" {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

func TestFindErrors(t *testing.T) {
	t.Parallel()
	cards := entityOf[Card](t, newService(t))
	for _, c := range []struct {
		conds []dyn.Cond
		want  string
	}{
		{nil, "dyn: query card: no index fits:\n\tprimary: partition key needs Eq on CardID\n\tbyUser: partition key needs Eq on UserID"},
		{
			[]dyn.Cond{dyn.Ge(&cardF.CardID, "1"), dyn.Eq(&cardF.Status, Draft)},
			"dyn: query card: no index fits:\n\tprimary: partition key needs Eq on CardID\n\tbyUser: partition key needs Eq on UserID",
		},
		{
			[]dyn.Cond{dyn.Or(dyn.Eq(&cardF.CardID, "1"), dyn.Eq(&cardF.CardID, "2"))},
			"dyn: query card: no index fits:\n\tprimary: partition key needs Eq on CardID\n\tbyUser: partition key needs Eq on UserID",
		},
	} {
		_, err := cards.Find(c.conds...).Collect(t.Context())
		if err == nil || err.Error() != c.want {
			t.Errorf("%v\nwant %s", err, c.want)
		}
	}
}
