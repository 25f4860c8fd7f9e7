package dyn_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/internal/randtest"
)

// Ticket has templates of every kind of part in its indexes.
type Ticket struct {
	_ struct{} `dyn:"entity=ticket"`
	_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
	_ struct{} `dyn:"sk,template=TICKET#$<Num:06>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byAssignee,template=ASSIGNEE#$<Assignee>"`
	_ struct{} `dyn:"sk,index=gsi1,template=T#$<Prio:03>#$<Num:06>"`
	_ struct{} `dyn:"pk,index=gsi2,name=open,template=OPEN#$<Tenant>,when=Status:open|waiting"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<Due:2006-01-02>#$<Title>"`
	_ struct{} `dyn:"pk,index=gsi2,name=done,template=DONE#$<Tenant>,when=Status:done"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<ClosedAt>"`
	_ struct{} `dyn:"pk,index=gsi3,name=byCity,template=CITY#$<Addr.City>"`
	_ struct{} `dyn:"sk,index=gsi3,template=ZIP#$<Geo.Region>#$<Title:lower>,escape"`
	_ struct{} `dyn:"pk,index=gsi4,name=watched,template=SEEN#$<Tenant>,when=Watched"`
	_ struct{} `dyn:"sk,index=gsi4,template=$<FirstSeen>"`
	_ struct{} `dyn:"pk,index=gsi5,name=fresh,template=FRESH#$<Tenant>"`
	_ struct{} `dyn:"sk,index=gsi5,template=$<UpdatedAt>#$<Num:06>"`
	_ struct{} `dyn:"sk,index=gsi6,template=$<Tenant>#$<Num:06>"`
	_ struct{} `dyn:"pk,index=gsi7,name=hot,template=HOT#$<Tenant>,when=Status:waiting"`
	_ struct{} `dyn:"sk,index=gsi7,field=Rank"`
	_ struct{} `dyn:"pk,index=gsi8,name=made,template=MADE#$<Tenant>"`
	_ struct{} `dyn:"sk,index=gsi8,template=$<CreatedAt>#$<Num:06>"`
	_ struct{} `dyn:"pk,index=gsi9,name=second,template=TWO#$<Tenant>,when=Stage:two"`
	_ struct{} `dyn:"sk,index=gsi9,template=$<CreatedAt>"`
	_ struct{} `dyn:"sk,index=lsi1,local,name=byStage,template=STAGE#$<Stage>,when=Status:open"`

	Tenant    string         `dynamodbav:"tenant"`
	Num       int            `dynamodbav:"num"`
	Prio      uint8          `dynamodbav:"prio"`
	Assignee  *string        `dynamodbav:"assignee"`
	Title     string         `dynamodbav:"title"`
	Status    string         `dynamodbav:"status" dyn:"default=open,enum=open|waiting|done|dropped"`
	Stage     string         `dynamodbav:"stage,omitempty"`
	Due       *time.Time     `dynamodbav:"due"`
	ClosedAt  time.Time      `dynamodbav:"closedAt"`
	Addr      TicketAddress  `dynamodbav:"addr"`
	Geo       *TicketGeo     `dynamodbav:"geo"`
	Watched   *bool          `dynamodbav:"watched"`
	FirstSeen *time.Time     `dynamodbav:"firstSeen,unixtime"`
	Channel   string         `dynamodbav:"channel" dyn:"default=web"`
	ChanKey   string         `dynamodbav:"gsi6pk"  dyn:"pk,index=gsi6,name=byChannel,template=CHAN#$<Channel>"`
	Rank      *int64         `dynamodbav:"rank"`
	Likes     int            `dynamodbav:"likes"`
	Tags      []string       `dynamodbav:"tags,stringset"`
	Log       []string       `dynamodbav:"log"`
	Scores    map[string]int `dynamodbav:"scores"`
	Memo      string         `dynamodbav:"memo,omitempty"`
	Origin    string         `dynamodbav:"origin,omitempty" dyn:"readonly"`
	CreatedAt time.Time      `dynamodbav:"createdAt" dyn:"created"`
	UpdatedAt time.Time      `dynamodbav:"updatedAt" dyn:"updated"`
}

type TicketAddress struct {
	City string `dynamodbav:"city"`
	Zip  string `dynamodbav:"zip"`
}

type TicketGeo struct {
	Region string `dynamodbav:"region"`
	Level  int    `dynamodbav:"level"`
}

var ticketF = dyn.Fields[Ticket]()

// ticketNote shares every partition of tickets.
type ticketNote struct {
	_ struct{} `dyn:"entity=ticketNote"`
	_ struct{} `dyn:"pk,template=TENANT#$<Tenant>"`
	_ struct{} `dyn:"sk,template=NOTE#$<ID>"`
	_ struct{} `dyn:"pk,index=gsi2,template=OPEN#$<Tenant>"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<ID>"`
	_ struct{} `dyn:"pk,index=gsi5,template=FRESH#$<Tenant>"`
	_ struct{} `dyn:"sk,index=gsi5,template=$<ID>"`

	Tenant string `dynamodbav:"tenant"`
	ID     string `dynamodbav:"id"`
}

var (
	tenants   = []string{"a", "b%", "ZIP"}
	assignees = []string{"ann", "bo#b", "", "T#é"}
	cities    = []string{"", "Oslo", "Bern", "ZI#P"}
	titles    = []string{"", "Fix", "fix", "A#b%", "ÉTÉ #Z"}
	regions   = []string{"", "north", "ZIP#"}
	channels  = []string{"", "web", "mail"}
	stages    = []string{"", "one", "two"}
	statuses  = []string{"", "open", "waiting", "done", "dropped"}
)

type tickets struct{}

func (tickets) random(r *rand.Rand) Ticket {
	t := Ticket{
		Tenant: pick(r, tenants...), Num: r.IntN(8), Status: pick(r, statuses...), Title: pick(r, titles...),
		Channel: pick(r, channels...), Stage: pick(r, stages...),
	}
	much := pick(r, 10, 50, 95)
	if chance(r, much) {
		t.Prio, t.Likes = uint8(r.IntN(4)*80), r.IntN(3)
	}
	if chance(r, much) {
		t.Assignee = aws.String(pick(r, assignees...))
	}
	if chance(r, much) {
		t.Due, t.ClosedAt = aws.Time(someTime(r)), someTime(r)
	}
	if chance(r, much) {
		t.Addr = TicketAddress{City: pick(r, cities...), Zip: "1"}
	}
	if chance(r, much) {
		t.Geo = &TicketGeo{Region: pick(r, regions...)}
	}
	if chance(r, much) {
		t.Watched, t.Rank = aws.Bool(chance(r, 50)), aws.Int64(int64(r.IntN(300)-100))
	}
	if chance(r, much) {
		t.FirstSeen = aws.Time(someTime(r).Truncate(time.Second))
	}
	if chance(r, 30) {
		t.Tags, t.Log, t.Scores, t.Origin = []string{"x"}, []string{"made"}, map[string]int{"k": 1}, "form"
	}
	if chance(r, 20) {
		t.CreatedAt = someTime(r)
	}
	return t
}

// someTime is one of a few times, some with a fraction, in UTC.
func someTime(r *rand.Rand) time.Time {
	return day.AddDate(0, 0, r.IntN(3)).Add(time.Duration(r.IntN(3)) * 500 * time.Millisecond)
}

func (tickets) id(t Ticket) string { return fmt.Sprint(t.Tenant, "/", t.Num) }

func (tickets) complete(t Ticket, now time.Time) Ticket {
	if t.Status == "" {
		t.Status = "open"
	}
	if t.Channel == "" {
		t.Channel = "web"
	}
	if t.CreatedAt.IsZero() {
		t.CreatedAt = now
	}
	t.UpdatedAt = now
	return t
}

const sortable = "2006-01-02T15:04:05.000000000Z"

func sText(s string) string    { return "S:" + s }
func sTime(t time.Time) string { return "S:" + t.UTC().Format(sortable) }
func nText(n int64) string     { return fmt.Sprint("N:", n) }
func nTime(t time.Time) string { return nText(t.Unix()) }

func (tickets) encode(t Ticket) doc {
	d := doc{
		"_entity": "S:ticket", "_version": "N:1", "tenant": sText(t.Tenant), "num": nText(int64(t.Num)), "prio": nText(int64(t.Prio)),
		"title": sText(t.Title), "status": sText(t.Status), "closedAt": sTime(t.ClosedAt), "addr": "M", "addr.city": sText(t.Addr.City),
		"addr.zip": sText(t.Addr.Zip), "channel": sText(t.Channel), "likes": nText(int64(t.Likes)),
		"createdAt": sTime(t.CreatedAt), "updatedAt": sTime(t.UpdatedAt),
	}
	for path, text := range map[string]string{"stage": t.Stage, "memo": t.Memo, "origin": t.Origin} {
		if text != "" {
			d[path] = sText(text)
		}
	}
	if t.Assignee != nil {
		d["assignee"] = sText(*t.Assignee)
	}
	if t.Due != nil {
		d["due"] = sTime(*t.Due)
	}
	if t.Geo != nil {
		d["geo"], d["geo.region"], d["geo.level"] = "M", sText(t.Geo.Region), nText(int64(t.Geo.Level))
	}
	if t.Watched != nil {
		d["watched"] = fmt.Sprint("BOOL:", *t.Watched)
	}
	if t.FirstSeen != nil {
		d["firstSeen"] = nTime(*t.FirstSeen)
	}
	if t.Rank != nil {
		d["rank"] = nText(*t.Rank)
	}
	if len(t.Tags) > 0 {
		d["tags"] = "SS:" + strings.Join(slices.Sorted(slices.Values(t.Tags)), ",")
	}
	if t.Log != nil {
		d["log"] = "L:S:" + strings.Join(t.Log, ",S:")
	}
	if t.Scores != nil {
		d["scores"] = "M"
		for k, n := range t.Scores {
			d["scores."+k] = nText(int64(n))
		}
	}
	return d
}

var escaped = strings.NewReplacer("%", "%25", "#", "%23", "Z", "%5A", "I", "%49", "P", "%50")

func (tickets) keys(d doc) doc {
	num, _ := d.number("num")
	tenant, status := d.text("tenant"), d.text("status")
	k := doc{"pk": sText("TENANT#" + tenant), "sk": sText(fmt.Sprintf("TICKET#%06d", num))}
	if !d.absent("assignee") {
		k["gsi1pk"] = sText("ASSIGNEE#" + d.text("assignee"))
	}
	if prio, ok := d.number("prio"); ok {
		k["gsi1sk"] = sText(fmt.Sprintf("T#%03d#%06d", prio, num))
	}
	switch status {
	case "open", "waiting":
		k["gsi2pk"] = sText("OPEN#" + tenant)
		if !d.absent("due") && !d.absent("title") {
			k["gsi2sk"] = sText(d.text("due")[:len("2006-01-02")] + "#" + d.text("title"))
		}
	case "done":
		k["gsi2pk"] = sText("DONE#" + tenant)
		if !d.absent("closedAt") {
			k["gsi2sk"] = sText(d.text("closedAt"))
		}
	}
	if !d.absent("addr.city") {
		k["gsi3pk"] = sText("CITY#" + d.text("addr.city"))
	}
	if !d.absent("geo.region") && !d.absent("title") {
		k["gsi3sk"] = sText("ZIP#" + escaped.Replace(d.text("geo.region")) + "#" + escaped.Replace(strings.ToLower(d.text("title"))))
	}
	if !d.absent("watched") {
		k["gsi4pk"] = sText("SEEN#" + tenant)
		if sec, ok := d.number("firstSeen"); ok && !d.absent("firstSeen") {
			k["gsi4sk"] = sTime(time.Unix(sec, 0))
		}
	}
	k["gsi5pk"] = sText("FRESH#" + tenant)
	k["gsi5sk"] = sText(fmt.Sprintf("%s#%06d", d.text("updatedAt"), num))
	if !d.absent("channel") {
		k["gsi6pk"] = sText("CHAN#" + d.text("channel"))
	}
	k["gsi6sk"] = sText(fmt.Sprintf("%s#%06d", tenant, num))
	k["gsi8pk"] = sText("MADE#" + tenant)
	if !d.absent("createdAt") {
		k["gsi8sk"] = sText(fmt.Sprintf("%s#%06d", d.text("createdAt"), num))
	}
	if d.text("stage") == "two" {
		k["gsi9pk"] = sText("TWO#" + tenant)
		if !d.absent("createdAt") {
			k["gsi9sk"] = sText(d.text("createdAt"))
		}
	}
	if status == "waiting" {
		k["gsi7pk"] = sText("HOT#" + tenant)
	}
	if status == "open" && !d.absent("stage") {
		k["lsi1sk"] = sText("STAGE#" + d.text("stage"))
	}
	return k
}

// whole are the attributes that a created item has even when they are zero.
var whole = []string{"prio", "likes", "addr"}

func (m tickets) upsert(d doc, given Ticket, now time.Time) {
	full := m.complete(given, now)
	enc := m.encode(full)
	v := reflect.ValueOf(full)
	once := []string{"createdAt", "origin"}
	if given.Status == "" {
		once = append(once, "status")
	}
	if given.Channel == "" {
		once = append(once, "channel")
	}
	for i := range v.NumField() {
		attr, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("dynamodbav"), ",")
		zero := attr != "num" && v.Field(i).IsZero()
		_, has := d[attr]
		switch {
		case attr == "", zero && !slices.Contains(whole, attr), has && (zero || slices.Contains(once, attr)):
			continue
		}
		d.unset(attr)
		for p, text := range enc {
			if p == attr || within(attr, p) {
				d[p] = text
			}
		}
	}
	d["_entity"], d["_version"] = "S:ticket", "N:1"
}

func (tickets) demand(Ticket) (string, int64) { return "", 0 }

func (tickets) expect(r *rand.Rand) expectation {
	f := ticketF
	text, at, n := pick(r, titles...), someTime(r), r.IntN(4)
	city, region, status := pick(r, cities...), pick(r, regions...), pick(r, statuses[1:]...)
	seen := at.Truncate(time.Second)
	return pick(r,
		expect("title", &f.Title, text, sText(text)),
		expect("title", &f.Title, text, sText(text)),
		expectNumber("prio", &f.Prio, uint8(n*80)),
		expect("status", &f.Status, status, sText(status)),
		expect("status", &f.Status, status, sText(status)),
		expect("due", f.Due, at, sTime(at)),
		expect("due", &f.Due, nil, ""),
		expect("closedAt", &f.ClosedAt, at, sTime(at)),
		expect("closedAt", &f.ClosedAt, time.Time{}, sTime(time.Time{})),
		expect("addr.city", &f.Addr.City, city, sText(city)),
		expect("geo.region", &f.Geo.Region, region, sText(region)),
		expect("watched", f.Watched, n > 1, fmt.Sprint("BOOL:", n > 1)),
		expect("watched", &f.Watched, nil, ""),
		expect("firstSeen", f.FirstSeen, seen, nTime(seen)),
		expect("firstSeen", &f.FirstSeen, nil, ""),
	)
}

func (tickets) stamp(d doc, now time.Time) { d["updatedAt"] = sTime(now) }

func (tickets) step(r *rand.Rand, now time.Time) step {
	f := ticketF
	text, at, n := pick(r, titles...), someTime(r), r.IntN(4)
	who, city, region := pick(r, assignees...), pick(r, cities...), pick(r, regions...)
	status, stage := pick(r, statuses[1:]...), pick(r, stages...)
	seen := at.Truncate(time.Second)
	return pick(r,
		setStep("prio", &f.Prio, uint8(n*80), nText(int64(n)*80)),
		refusedStep("prio", dyn.Add(&f.Prio, 1)),
		unsetStep("prio", &f.Prio),
		refusedStep("prio", dyn.Copy(&f.Prio, &f.Prio)),
		setStep("assignee", f.Assignee, who, sText(who)),
		setStep("assignee", &f.Assignee, nil, ""),
		onceStep("assignee", f.Assignee, "once", "S:once"),
		unsetStep("assignee", &f.Assignee),
		setStep("title", &f.Title, text, sText(text)),
		onceStep("title", &f.Title, "Once", "S:Once"),
		unsetStep("title", &f.Title),
		refusedStep("title", dyn.Copy(&f.Title, &f.Memo)),
		setStep("status", &f.Status, status, sText(status)),
		setStep("status", &f.Status, status, sText(status)),
		onceStep("status", &f.Status, status, sText(status)),
		refusedStep("status", dyn.Set(&f.Status, "lost")),
		unsetStep("status", &f.Status),
		setStep("due", f.Due, at, sTime(at)),
		setStep("due", &f.Due, nil, ""),
		onceStep("due", f.Due, at, sTime(at)),
		setStep("closedAt", &f.ClosedAt, at, sTime(at)),
		setStep("closedAt", &f.ClosedAt, time.Time{}, sTime(time.Time{})),
		unsetStep("closedAt", &f.ClosedAt),
		onceStep("closedAt", &f.ClosedAt, at, sTime(at)),
		addressStep(TicketAddress{City: city, Zip: "2"}),
		setStep("addr.city", &f.Addr.City, city, sText(city)),
		setStep("addr.zip", &f.Addr.Zip, "3", "S:3"),
		unsetStep("addr.city", &f.Addr.City),
		unsetStep("addr", &f.Addr),
		onceStep("addr.city", &f.Addr.City, "Lima", "S:Lima"),
		geoStep(&TicketGeo{Region: region}),
		setStep("geo", &f.Geo, nil, ""),
		setStep("geo.region", &f.Geo.Region, region, sText(region)),
		unsetStep("geo.region", &f.Geo.Region),
		unsetStep("geo", &f.Geo),
		setStep("watched", f.Watched, n > 1, fmt.Sprint("BOOL:", n > 1)),
		unsetStep("watched", &f.Watched),
		onceStep("watched", f.Watched, true, "BOOL:true"),
		setStep("firstSeen", f.FirstSeen, seen, nTime(seen)),
		onceStep("firstSeen", f.FirstSeen, seen, nTime(seen)),
		setStep("firstSeen", f.FirstSeen, time.Time{}, nTime(time.Time{})),
		unsetStep("firstSeen", &f.FirstSeen),
		setStep("channel", &f.Channel, "fax", "S:fax"),
		onceStep("channel", &f.Channel, "fax", "S:fax"),
		unsetStep("channel", &f.Channel),
		setStep("stage", &f.Stage, stage, strings.TrimSuffix(sText(stage), "S:")),
		unsetStep("stage", &f.Stage),
		setStep("rank", f.Rank, int64(n), nText(int64(n))),
		addStep("rank", f.Rank, 3),
		unsetStep("rank", &f.Rank),
		addStep("likes", &f.Likes, n),
		unsetStep("likes", &f.Likes),
		setStep("scores.k", dyn.Entry(&f.Scores, "k"), n, nText(int64(n))),
		step{path: "tags", clause: dyn.AddTo(&f.Tags, "y"), fails: nowhere, apply: func(_, d doc) {
			members := strings.Split(d.text("tags")+",y", ",")
			slices.Sort(members)
			d["tags"] = "SS:" + strings.TrimPrefix(strings.Join(slices.Compact(members), ","), ",")
		}},
		step{path: "log", clause: dyn.Append(&f.Log, "more"), fails: nowhere, apply: func(_, d doc) {
			if d["log"] == "" {
				d["log"] = "L:S:more"
				return
			}
			d["log"] += ",S:more"
		}},
		step{
			path: "memo", clause: dyn.Copy(&f.Memo, &f.Title),
			fails: func(old doc) bool { return old["title"] == "" }, apply: func(old, d doc) { d["memo"] = old["title"] },
		},
		refusedStep("origin", dyn.Set(&f.Origin, "mail")),
		onceStep("origin", &f.Origin, "mail", "S:mail"),
		refusedStep("gsi6pk", dyn.Set(&f.ChanKey, "CHAN#x")),
		refusedStep("tenant", dyn.Set(&f.Tenant, "a")),
		refusedStep("createdAt", dyn.Unset(&f.CreatedAt)),
		setStep("createdAt", &f.CreatedAt, at, sTime(at)),
	)
}

func addStep[N int | int64](path string, p *N, n N) step {
	return step{path: path, clause: dyn.Add(p, n), fails: nowhere, apply: func(_, d doc) {
		have, _ := d.number(path)
		d[path] = nText(have + int64(n))
	}}
}

func addressStep(a TicketAddress) step {
	return step{path: "addr", clause: dyn.Set(&ticketF.Addr, a), fails: nowhere, apply: func(_, d doc) {
		d.unset("addr")
		d["addr"], d["addr.city"], d["addr.zip"] = "M", sText(a.City), sText(a.Zip)
	}}
}

func geoStep(g *TicketGeo) step {
	return step{path: "geo", clause: dyn.Set(&ticketF.Geo, g), fails: nowhere, apply: func(_, d doc) {
		d.unset("geo")
		d["geo"], d["geo.region"], d["geo.level"] = "M", sText(g.Region), nText(int64(g.Level))
	}}
}

func (m tickets) change(r *rand.Rand, now time.Time, t *Ticket) {
	other := m.random(r)
	for range r.IntN(3) {
		switch r.IntN(8) {
		case 0:
			t.Prio, t.Assignee = other.Prio, other.Assignee
		case 1:
			t.Title, t.Due = other.Title, other.Due
		case 2:
			t.Status = cmpOr(other.Status, "dropped")
		case 3:
			t.ClosedAt, t.Addr = other.ClosedAt, other.Addr
		case 4:
			t.Geo, t.Watched = other.Geo, other.Watched
		case 5:
			t.FirstSeen, t.Channel = other.FirstSeen, other.Channel
		case 6:
			t.Rank, t.Stage = other.Rank, other.Stage
		default:
			t.Likes++
		}
	}
}

func cmpOr(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// TestIndexKeysStayTrue makes 10,000 random writes to tickets, next to items of
// another entity, and compares every item, key and index with what follows
// from the writes.
func TestIndexKeysStayTrue(t *testing.T) {
	t.Parallel()
	now := day
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, dyn.WithClock(func() time.Time { return now }))
	e, notes := entityOf[Ticket](t, svc), entityOf[ticketNote](t, svc)
	ensure(t, svc)
	for _, tenant := range tenants {
		for i := range 9 {
			if _, err := notes.Put(t.Context(), ticketNote{Tenant: tenant, ID: fmt.Sprintf("2026-03-0%d#", i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	h := &history[Ticket]{t: t, r: randtest.New(t), c: c, e: e, model: tickets{}, now: &now, twins: map[string]doc{}, done: map[string]int{}}
	h.run(cases(10_000), func() { checkTickets(h) })
	if n := cases(10_000); n >= 10_000 && !t.Failed() {
		h.enough(100, "put", "create", "create refused", "update", "update refused", "update without parts", "upsert", "upsert without parts",
			"modify", "modify of nothing", "remove", "remove of nothing")
		h.enough(3, "items of byAssignee", "items of open", "items of done", "items of byCity", "items of watched", "items of fresh",
			"items of byChannel", "items of hot", "items of byStage", "items of primary")
	}
}

func checkTickets(h *history[Ticket]) {
	f := ticketF
	h.checkTable("ticket")
	index := func(name, pk, sk string, text string, eq dyn.Cond) {
		prefix := map[string]string{"open": "OPEN#", "done": "DONE#"}[name]
		h.checkIndex(name+" "+text, h.e.Index(name).Query(eq), func(d doc) bool {
			return d[pk] == text && d[sk] != "" && strings.HasPrefix(d.text(pk), prefix)
		}, sk)
	}
	for _, tenant := range tenants {
		is := dyn.Eq(&f.Tenant, tenant)
		index("primary", "pk", "sk", "S:TENANT#"+tenant, is)
		index("open", "gsi2pk", "gsi2sk", "S:OPEN#"+tenant, is)
		index("done", "gsi2pk", "gsi2sk", "S:DONE#"+tenant, is)
		index("watched", "gsi4pk", "gsi4sk", "S:SEEN#"+tenant, is)
		index("fresh", "gsi5pk", "gsi5sk", "S:FRESH#"+tenant, is)
		index("made", "gsi8pk", "gsi8sk", "S:MADE#"+tenant, is)
		index("second", "gsi9pk", "gsi9sk", "S:TWO#"+tenant, is)
		index("hot", "gsi7pk", "rank", "S:HOT#"+tenant, is)
		index("byStage", "pk", "lsi1sk", "S:TENANT#"+tenant, is)
	}
	for _, who := range append(assignees, "once") {
		if who != "" {
			index("byAssignee", "gsi1pk", "gsi1sk", "S:ASSIGNEE#"+who, dyn.Eq(f.Assignee, who))
		}
	}
	for _, city := range append(cities, "Lima") {
		if city != "" {
			index("byCity", "gsi3pk", "gsi3sk", "S:CITY#"+city, dyn.Eq(&f.Addr.City, city))
		}
	}
	for _, channel := range []string{"web", "mail", "fax"} {
		index("byChannel", "gsi6pk", "gsi6sk", "S:CHAN#"+channel, dyn.Eq(&f.Channel, channel))
	}
}
