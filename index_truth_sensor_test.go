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

// Sensor has attributes as keys, keeps the table's keys in fields, and counts
// its versions.
type Sensor struct {
	_ struct{} `dyn:"entity=sensor"`
	_ struct{} `dyn:"pk,index=inverted,name=byKind"`
	_ struct{} `dyn:"sk,index=inverted"`
	_ struct{} `dyn:"sk,index=byZone,field=At"`
	_ struct{} `dyn:"pk,index=multi,field=Region,part=1"`
	_ struct{} `dyn:"pk,index=multi,field=Level,part=2"`
	_ struct{} `dyn:"sk,index=multi,field=At,part=1"`
	_ struct{} `dyn:"sk,index=multi,field=Note,part=2"`
	_ struct{} `dyn:"pk,index=owned,field=Owner"`
	_ struct{} `dyn:"sk,index=owned,template=S#$<Score:05>#$<Device>"`
	_ struct{} `dyn:"sk,index=byHash,field=Level"`
	_ struct{} `dyn:"sk,index=lsi1,local,name=byNote,field=Note"`

	PK     string    `dynamodbav:"pk" dyn:"pk,template=DEV#$<Device>"`
	SK     string    `dynamodbav:"sk" dyn:"sk,template=$<Kind>#$<Seq:04>"`
	Device string    `dynamodbav:"device"`
	Kind   string    `dynamodbav:"kind"`
	Seq    int       `dynamodbav:"seq"`
	Zone   string    `dynamodbav:"zone"   dyn:"pk,index=byZone"`
	At     time.Time `dynamodbav:"at,unixtime"`
	Region string    `dynamodbav:"region"`
	Level  *int      `dynamodbav:"level"`
	Note   string    `dynamodbav:"note,omitempty"`
	Owner  *string   `dynamodbav:"owner"`
	Score  int       `dynamodbav:"score"`
	Hash   []byte    `dynamodbav:"hash"   dyn:"pk,index=byHash"`
	Rev    int       `dynamodbav:"rev"    dyn:"lock"`
	Temp   int       `dynamodbav:"temp"`
}

var sensorF = dyn.Fields[Sensor]()

var (
	devices = []string{"x", "y#é"}
	kinds   = []string{"hot", "cold"}
	zones   = []string{"", "north", "south"}
	owners  = []string{"", "ann", "bob"}
	hashes  = []string{"", "\x00", "\xff\xfe"}
	notes   = []string{"", "n1", "n2"}
)

type sensors struct{}

func (sensors) random(r *rand.Rand) Sensor {
	x := Sensor{Device: pick(r, devices...), Kind: pick(r, kinds...), Seq: r.IntN(4), Rev: pick(r, 0, 0, 1, 2), Temp: r.IntN(3)}
	much := pick(r, 10, 50, 95)
	if chance(r, much) {
		x.Zone, x.At = pick(r, zones...), someTime(r).Truncate(time.Second)
	}
	if chance(r, much) {
		x.Region, x.Level = pick(r, zones...), aws.Int(r.IntN(3)-1)
	}
	if chance(r, much) {
		x.Note, x.Hash = pick(r, notes...), []byte(pick(r, hashes...))
	}
	if chance(r, much) {
		x.Owner, x.Score = aws.String(pick(r, owners...)), r.IntN(3)*100
	}
	return x
}

func (sensors) id(x Sensor) string { return fmt.Sprint(x.Device, "/", x.Kind, "/", x.Seq) }

func (sensors) complete(x Sensor, _ time.Time) Sensor {
	x.Rev++
	return x
}

func (sensors) demand(x Sensor) (string, int64) { return "rev", int64(x.Rev) }

// encode leaves out values that a key attribute can't have.
func (sensors) encode(x Sensor) doc {
	d := doc{
		"_entity": "S:sensor", "_version": "N:1", "device": sText(x.Device), "kind": sText(x.Kind), "seq": nText(int64(x.Seq)),
		"score": nText(int64(x.Score)), "rev": nText(int64(x.Rev)), "temp": nText(int64(x.Temp)),
	}
	for path, text := range map[string]string{"zone": x.Zone, "region": x.Region, "note": x.Note, "owner": aws.ToString(x.Owner)} {
		if text != "" {
			d[path] = sText(text)
		}
	}
	if !x.At.IsZero() {
		d["at"] = nTime(x.At)
	}
	if x.Level != nil {
		d["level"] = nText(int64(*x.Level))
	}
	if len(x.Hash) > 0 {
		d["hash"] = fmt.Sprintf("B:%x", x.Hash)
	}
	return d
}

func (sensors) keys(d doc) doc {
	seq, _ := d.number("seq")
	k := doc{"pk": sText("DEV#" + d.text("device")), "sk": sText(fmt.Sprintf("%s#%04d", d.text("kind"), seq))}
	if score, ok := d.number("score"); ok {
		k["ownedsk"] = sText(fmt.Sprintf("S#%05d#%s", score, d.text("device")))
	}
	return k
}

func (m sensors) upsert(d doc, given Sensor, _ time.Time) {
	enc, v := m.encode(given), reflect.ValueOf(given)
	for i := range v.NumField() {
		attr, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("dynamodbav"), ",")
		text, stored := enc[attr]
		switch {
		case attr == "rev":
		case !stored && !v.Field(i).IsZero():
			d.unset(attr) // what is given and empty is taken away
		case !stored:
		case v.Field(i).IsZero():
			d.setOnce(attr, text)
		default:
			d[attr] = text
		}
	}
	rev, _ := d.number("rev")
	d["_entity"], d["_version"], d["rev"] = "S:sensor", "N:1", nText(rev+1)
}

func (sensors) stamp(d doc, _ time.Time) {
	rev, _ := d.number("rev")
	d["rev"] = nText(rev + 1)
}

func (sensors) step(r *rand.Rand, _ time.Time) step {
	f := sensorF
	zone, note, owner, hash := pick(r, zones...), pick(r, notes...), pick(r, owners...), pick(r, hashes...)
	at, n := someTime(r).Truncate(time.Second), r.IntN(3)
	// An empty value of a key attribute is no value.
	key := func(text string) string { return strings.TrimSuffix(sText(text), "S:") }
	return pick(r,
		setStep("zone", &f.Zone, zone, key(zone)),
		onceKey("zone", &f.Zone, zone, key(zone)),
		unsetStep("zone", &f.Zone),
		setStep("at", &f.At, at, nTime(at)),
		setStep("at", &f.At, time.Time{}, ""),
		unsetStep("at", &f.At),
		setStep("region", &f.Region, zone, key(zone)),
		step{
			path: "region", clause: dyn.Copy(&f.Region, &f.Zone),
			fails: func(old doc) bool { return old["zone"] == "" }, apply: func(old, d doc) { d["region"] = old["zone"] },
		},
		setStep("level", f.Level, n, nText(int64(n))),
		addStep("level", f.Level, n),
		onceKey("level", f.Level, n, nText(int64(n))),
		unsetStep("level", &f.Level),
		setStep("note", &f.Note, note, key(note)),
		unsetStep("note", &f.Note),
		setStep("owner", f.Owner, owner, key(owner)),
		setStep("owner", &f.Owner, nil, ""),
		setStep("score", &f.Score, n*100, nText(int64(n)*100)),
		refusedStep("score", dyn.Set(&f.Score, 100_000)),
		refusedStep("score", dyn.Set(&f.Score, -1)),
		refusedStep("score", dyn.Subtract(&f.Score, 1)),
		setStep("hash", &f.Hash, []byte(hash), strings.TrimSuffix(fmt.Sprintf("B:%x", hash), "B:")),
		setStep("hash", &f.Hash, nil, ""),
		addStep("temp", &f.Temp, n+1),
		setStep("temp", &f.Temp, n, nText(int64(n))),
		refusedStep("rev", dyn.Set(&f.Rev, 1)),
		refusedStep("kind", dyn.Unset(&f.Kind)),
		refusedStep("zone", dyn.Set(&f.Zone, strings.Repeat("z", 2049))),
		refusedStep("pk", dyn.Set(&f.PK, "DEV#z")),
	)
}

// onceKey is onceStep for an attribute that is never stored blank.
func onceKey[V any](path string, p *V, v V, text string) step {
	s := onceStep(path, p, v, text)
	s.fails = nowhere
	s.apply = func(_, d doc) {
		if text != "" {
			d.setOnce(path, text)
		}
	}
	return s
}

func (sensors) expect(r *rand.Rand) expectation {
	f := sensorF
	zone, at, n := pick(r, zones...), someTime(r).Truncate(time.Second), r.IntN(3)
	return pick(r,
		expect("zone", &f.Zone, zone, strings.TrimSuffix(sText(zone), "S:")),
		expect("at", &f.At, at, nTime(at)),
		expect("at", &f.At, time.Time{}, ""),
		expect("level", f.Level, n, nText(int64(n))),
		expectNumber("temp", &f.Temp, n),
		expectNumber("score", &f.Score, n*100),
	)
}

func (m sensors) change(r *rand.Rand, _ time.Time, x *Sensor) {
	other := m.random(r)
	for range r.IntN(3) {
		switch r.IntN(5) {
		case 0:
			x.Zone, x.At = other.Zone, other.At
		case 1:
			x.Region, x.Level = other.Region, other.Level
		case 2:
			x.Note, x.Hash = other.Note, other.Hash
		case 3:
			x.Owner, x.Score = other.Owner, other.Score
		default:
			x.Temp++
		}
	}
}

// TestRawKeysStayTrue is TestIndexKeysStayTrue for attributes as keys, keys of
// several attributes, an inverted index, and a lock.
func TestRawKeysStayTrue(t *testing.T) {
	t.Parallel()
	now := day
	c := newClient(t)
	table := dyn.Table{Name: "app", Indexes: map[string]dyn.IndexKeys{"inverted": {PK: "sk", SK: "pk"}}}
	svc := serviceOn(t, c, table, dyn.WithClock(func() time.Time { return now }))
	e := entityOf[Sensor](t, svc)
	ensure(t, svc)
	h := &history[Sensor]{t: t, r: randtest.New(t), c: c, e: e, model: sensors{}, now: &now, twins: map[string]doc{}, done: map[string]int{}}
	n := cases(10_000)
	h.run(n, func() { checkSensors(h) })
	if n >= 10_000 && !t.Failed() {
		h.enough(100, "put", "put refused", "create", "create refused", "update", "update refused", "upsert", "upsert refused",
			"modify", "modify of nothing", "remove", "remove refused", "remove of nothing")
		h.enough(3, "items of byKind", "items of byZone", "items of multi", "items of owned", "items of byHash", "items of byNote")
	}
}

func checkSensors(h *history[Sensor]) {
	f := sensorF
	h.checkTable("sensor")
	index := func(name string, has doc, sk []string, eq ...dyn.Cond) {
		h.checkIndex(name+" "+fmt.Sprint(has), h.e.Index(name).Query(eq...), func(d doc) bool {
			for path, text := range has {
				if d[path] != text {
					return false
				}
			}
			return !slices.ContainsFunc(sk, func(path string) bool { return d[path] == "" })
		}, sk...)
	}
	for _, kind := range kinds {
		for seq := range 4 {
			index("byKind", doc{"sk": fmt.Sprintf("S:%s#%04d", kind, seq)}, []string{"pk"}, dyn.Eq(&f.Kind, kind), dyn.Eq(&f.Seq, seq))
		}
	}
	for _, zone := range zones[1:] {
		index("byZone", doc{"zone": sText(zone)}, []string{"at"}, dyn.Eq(&f.Zone, zone))
		for level := -1; level < 3; level++ {
			index("multi", doc{"region": sText(zone), "level": nText(int64(level))}, []string{"at", "note"},
				dyn.Eq(&f.Region, zone), dyn.Eq(f.Level, level))
		}
	}
	for _, owner := range owners[1:] {
		index("owned", doc{"owner": sText(owner)}, []string{"ownedsk"}, dyn.Eq(f.Owner, owner))
	}
	for _, hash := range hashes[1:] {
		index("byHash", doc{"hash": fmt.Sprintf("B:%x", hash)}, []string{"level"}, dyn.Eq(&f.Hash, []byte(hash)))
	}
	for _, device := range devices {
		index("byNote", doc{"pk": "S:DEV#" + device}, []string{"note"}, dyn.Eq(&f.Device, device))
		index("primary", doc{"pk": "S:DEV#" + device}, []string{"sk"}, dyn.Eq(&f.Device, device))
	}
}
