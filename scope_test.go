package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// Note is an entity whose table key does not hold the tenant.
type Note struct {
	_ struct{} `dyn:"entity=note"`
	_ struct{} `dyn:"pk,template=NOTE#$<NoteID>"`
	_ struct{} `dyn:"sk,template=NOTE"`
	_ struct{} `dyn:"pk,index=gsi1,name=byTenant,template=T#$<Tenant>"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Topic>#$<NoteID>"`
	_ struct{} `dyn:"pk,index=gsi2,name=byTopic,template=TOPIC#$<Topic>"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<NoteID>"`
	_ struct{} `dyn:"pk,index=gsi3,name=keys,template=KEYS#$<Topic>,project=keys"`
	_ struct{} `dyn:"sk,index=gsi3,template=$<NoteID>"`

	NoteID string `dynamodbav:"noteId"`
	Tenant string `dynamodbav:"tenant" dyn:"required"`
	Topic  string `dynamodbav:"topic"`
	Text   string `dynamodbav:"text"`
}

// Doc is an entity whose table key begins with the tenant.
type Doc struct {
	_ struct{} `dyn:"entity=doc"`
	_ struct{} `dyn:"pk,template=DOC#$<Tenant>"`
	_ struct{} `dyn:"sk,template=$<DocID>"`
	_ struct{} `dyn:"pk,index=inverted,name=byDoc"`
	_ struct{} `dyn:"sk,index=inverted"`

	Tenant string `dynamodbav:"tenant"`
	DocID  string `dynamodbav:"docId"`
	Text   string `dynamodbav:"text"`
}

var (
	noteF = dyn.Fields[Note]()
	docF  = dyn.Fields[Doc]()
)

// TestScopeNeverLeaks runs every operation of random tenants through scoped
// handles, with and without the tenant given, and checks that nothing of
// another tenant is ever seen, changed or removed.
func TestScopeNeverLeaks(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	all := entityOf[Note](t, svc)
	ensure(t, svc)
	r := rand.New(rand.NewPCG(5, 6))
	tenants := []string{"a", "b", "c"}
	twin := map[string]Note{}
	n := 3000
	if live() {
		n = 300
	}
	for step := range n {
		tenant := tenants[r.IntN(len(tenants))]
		mine := all.Scope(dyn.Eq(&noteF.Tenant, tenant))
		note := Note{NoteID: fmt.Sprint(r.IntN(12)), Topic: fmt.Sprint(r.IntN(3)), Text: fmt.Sprint(step)}
		have, taken := twin[note.NoteID]
		own := taken && have.Tenant == tenant
		fail := func(format string, args ...any) {
			t.Helper()
			t.Fatalf("step %d, tenant %s, item %+v: %s", step, tenant, have, fmt.Sprintf(format, args...))
		}
		switch r.IntN(9) {
		case 0:
			_, err := mine.Put(t.Context(), note)
			if (err == nil) != (own || !taken) {
				fail("put: %v", err)
			}
			if err == nil {
				note.Tenant = tenant
				twin[note.NoteID] = note
			} else if strings.Contains(err.Error(), have.Text+" ") {
				fail("the error shows the other's item: %v", err)
			}
		case 1:
			_, err := mine.Create(t.Context(), note)
			var ce *dyn.ConditionError
			if (err == nil) != !taken || err != nil && (!errors.As(err, &ce) || !own && (ce.Item != nil || ce.Old != nil)) {
				fail("create: %v", err)
			}
			if err == nil {
				note.Tenant = tenant
				twin[note.NoteID] = note
			}
		case 2:
			_, err := mine.Update(t.Context(), note, dyn.Set(&noteF.Text, note.Text))
			if (err == nil) != own || err != nil && !errors.Is(err, dyn.ErrNotFound) {
				fail("update: %v", err)
			}
			if own {
				have.Text = note.Text
				twin[note.NoteID] = have
			}
		case 3:
			_, err := mine.Upsert(t.Context(), note)
			if (err == nil) != (own || !taken) {
				fail("upsert: %v", err)
			}
			if err == nil {
				note.Tenant = tenant
				twin[note.NoteID] = note
			}
		case 4:
			err := mine.Delete(t.Context(), note)
			if (err == nil) != (own || !taken) {
				fail("delete: %v", err)
			}
			if own {
				delete(twin, note.NoteID)
			}
		case 5:
			got, err := mine.Get(t.Context(), note)
			if (err == nil) != own || err == nil && got != have {
				fail("get: %+v %v", got, err)
			}
		case 6:
			_, err := mine.Modify(t.Context(), note, func(n *Note) error { n.Text = note.Text; return nil })
			if (err == nil) != own {
				fail("modify: %v", err)
			}
			if own {
				have.Text = note.Text
				twin[note.NoteID] = have
			}
		case 7:
			if _, err := mine.Update(t.Context(), note, dyn.Set(&noteF.Tenant, "z")); err == nil {
				fail("the tenant changed")
			}
			if _, err := mine.Put(t.Context(), Note{NoteID: note.NoteID, Tenant: "z"}); err == nil {
				fail("put into another tenant")
			}
			if _, err := mine.Modify(t.Context(), note, func(n *Note) error { n.Tenant = "z"; return nil }); err == nil {
				fail("modified into another tenant")
			}
		default:
			checkScope(t, mine, tenant, note.Topic, twin)
		}
	}
}

func checkScope(t *testing.T, mine *dyn.Entity[Note], tenant, topic string, twin map[string]Note) {
	t.Helper()
	count := func(keep func(Note) bool) (n int) {
		for _, x := range twin {
			if x.Tenant == tenant && keep(x) {
				n++
			}
		}
		return n
	}
	every := count(func(Note) bool { return true })
	ofTopic := count(func(n Note) bool { return n.Topic == topic })
	for name, c := range map[string]struct {
		run  func(context.Context) ([]Note, error)
		want int
	}{
		"byTenant": {mine.Index("byTenant").Query().Collect, every},
		"topic":    {mine.Index("byTenant").Query(dyn.Eq(&noteF.Topic, topic)).Collect, ofTopic},
		"byTopic":  {mine.Index("byTopic").Query(dyn.Eq(&noteF.Topic, topic)).Collect, ofTopic},
		"find":     {mine.Find(dyn.Eq(&noteF.Topic, topic)).Collect, ofTopic},
		"scan":     {mine.Scan().Collect, every},
	} {
		got, err := c.run(t.Context())
		if err != nil || len(got) != c.want {
			t.Fatalf("%s of %s: %d items, want %d, %v", name, tenant, len(got), c.want, err)
		}
		for _, n := range got {
			if n.Tenant != tenant {
				t.Fatalf("%s shows %s an item of %s", name, tenant, n.Tenant)
			}
		}
	}
	if n, err := mine.Index("byTopic").Query(dyn.Eq(&noteF.Topic, topic)).Count(t.Context()); n != ofTopic || err != nil {
		t.Fatalf("count: %d %v, want %d", n, err, ofTopic)
	}
	if _, err := mine.Index("byTenant").Query(dyn.Eq(&noteF.Tenant, "z")).Collect(t.Context()); err == nil {
		t.Fatal("another tenant's partition is open")
	}
	type keysOnly struct {
		NoteID string `dynamodbav:"noteId"`
	}
	if _, err := dyn.Project[keysOnly](mine.Index("keys").Query(dyn.Eq(&noteF.Topic, topic))).Collect(t.Context()); err == nil {
		t.Fatal("an index without the tenant was read within a scope")
	}
}

// Badge belongs to a tenant that is a pointer, and has a site of bytes.
type Badge struct {
	_ struct{} `dyn:"entity=badge"`
	_ struct{} `dyn:"pk,template=BADGE#$<Tenant>"`
	_ struct{} `dyn:"sk,template=$<ID>"`

	Tenant *string `dynamodbav:"tenant"`
	ID     string  `dynamodbav:"id"`
	Site   []byte  `dynamodbav:"site"`
}

var badgeF = dyn.Fields[Badge]()

// TestScopeIsItsOwn changes what a handle was made of, and items that came from
// it: it stays with its tenant.
func TestScopeIsItsOwn(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	all := entityOf[Badge](t, svc)
	ensure(t, svc)
	put(t, all, Badge{Tenant: ptr("evil"), ID: "1", Site: []byte("mine")})
	tenant, site := "good", []byte("mine")
	handles := map[string]*dyn.Entity[Badge]{
		"value":   all.Scope(dyn.Eq(badgeF.Tenant, tenant), dyn.Eq(&badgeF.Site, site)),
		"pointer": all.Scope(dyn.Eq(&badgeF.Tenant, &tenant), dyn.Eq(&badgeF.Site, site)),
	}
	tenant = "evil"
	copy(site, "ours")
	for name, mine := range handles {
		for range 2 {
			b, err := mine.Put(t.Context(), Badge{ID: "1"})
			if err != nil || *b.Tenant != "good" || string(b.Site) != "mine" {
				t.Fatalf("%s: put %v, %v", name, b, err)
			}
			*b.Tenant = "evil"
			copy(b.Site, "ours")
		}
		if b, err := mine.Get(t.Context(), Badge{ID: "1"}); err != nil || *b.Tenant != "good" {
			t.Errorf("%s: get %v, %v", name, b, err)
		}
		if bs, err := mine.Query().Collect(t.Context()); err != nil || len(bs) != 1 || *bs[0].Tenant != "good" {
			t.Errorf("%s: query %v, %v", name, bs, err)
		}
	}
}

// Leaflet forgets its tenant when it is written.
type Leaflet struct {
	_ struct{} `dyn:"entity=leaflet"`
	_ struct{} `dyn:"pk,template=LEAFLET#$<ID>"`
	_ struct{} `dyn:"sk,template=LEAFLET"`

	ID     string `dynamodbav:"id"`
	Tenant string `dynamodbav:"tenant"`
}

func (l *Leaflet) BeforeWrite(context.Context) error { l.Tenant = ""; return nil }

// TestScopeAfterHook finds items in the scope in which they are written, whatever
// the type's hook does.
func TestScopeAfterHook(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	all := entityOf[Leaflet](t, svc)
	ensure(t, svc)
	mine := all.Scope(dyn.Eq(&dyn.Fields[Leaflet]().Tenant, "a"))
	for name, write := range map[string]func(context.Context, Leaflet) (Leaflet, error){
		"put":    func(ctx context.Context, l Leaflet) (Leaflet, error) { return mine.Put(ctx, l) },
		"create": func(ctx context.Context, l Leaflet) (Leaflet, error) { return mine.Create(ctx, l) },
		"upsert": func(ctx context.Context, l Leaflet) (Leaflet, error) { return mine.Upsert(ctx, l) },
	} {
		if got, err := write(t.Context(), Leaflet{ID: name}); err != nil || got.Tenant != "a" {
			t.Errorf("%s: %+v %v", name, got, err)
		}
		if _, err := mine.Get(t.Context(), Leaflet{ID: name}); err != nil {
			t.Errorf("%s: get: %v", name, err)
		}
	}
}

// Shipment has its tenant in an index alone, behind another part of its sort key.
type Shipment struct {
	_ struct{} `dyn:"entity=shipment"`
	_ struct{} `dyn:"pk,template=SHIP#$<ID>"`
	_ struct{} `dyn:"sk,template=SHIP"`
	_ struct{} `dyn:"pk,index=gsi1,name=byPort,field=Port"`
	_ struct{} `dyn:"sk,index=gsi1,part=1,field=Day"`
	_ struct{} `dyn:"sk,index=gsi1,part=2,field=Tenant"`

	ID     string `dynamodbav:"id"`
	Port   string `dynamodbav:"port"`
	Day    string `dynamodbav:"day"`
	Tenant string `dynamodbav:"tenant"`
}

var shipmentF = dyn.Fields[Shipment]()

// TestScopeCounts finds that a count is of the items that the same query gives,
// where neither the key conditions nor a filter can name the tenant.
func TestScopeCounts(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	all := entityOf[Shipment](t, svc)
	ensure(t, svc)
	for i := range 6 {
		put(t, all, Shipment{ID: fmt.Sprint(i), Port: "oslo", Day: fmt.Sprint(i / 2), Tenant: []string{"a", "b"}[i%2]})
	}
	byPort, oslo := all.Scope(dyn.Eq(&shipmentF.Tenant, "a")).Index("byPort"), dyn.Eq(&shipmentF.Port, "oslo")
	for name, c := range map[string]struct {
		q    dyn.Query[Shipment]
		want int
	}{
		"port":  {byPort.Query(oslo), 3},
		"range": {byPort.Query(oslo, dyn.Ge(&shipmentF.Day, "1")), 2},
		"day":   {byPort.Query(oslo, dyn.Eq(&shipmentF.Day, "1")), 1},
	} {
		items, err := c.q.Collect(t.Context())
		if err != nil || len(items) != c.want {
			t.Errorf("%s: %v %v, want %d", name, items, err, c.want)
		}
		if n, err := c.q.Count(t.Context()); n != c.want || err != nil {
			t.Errorf("%s: count %d %v, want %d", name, n, err, c.want)
		}
	}
}

func TestScopeErrors(t *testing.T) {
	t.Parallel()
	notes := entityOf[Note](t, newService(t))
	for name, c := range map[string]struct {
		cond dyn.Cond
		want string
	}{
		"range": {dyn.Gt(&noteF.Tenant, "a"), "dyn: get note: scope: a scope is made of Eq conditions"},
		"empty": {dyn.Eq(&noteF.Tenant, ""), "dyn: get note: scope: Tenant is empty; a scope needs a value"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := notes.Scope(c.cond).Get(t.Context(), Note{NoteID: "1"})
			wantText(t, err, c.want)
		})
	}
}

// TestNamespaces lets two namespaces share a table and an inverted index.
func TestNamespaces(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	table := dyn.Table{Name: "app", Indexes: map[string]dyn.IndexKeys{"inverted": {PK: "sk", SK: "pk"}}}
	docs := map[string]*dyn.Entity[Doc]{}
	notes := map[string]*dyn.Entity[Note]{}
	for _, ns := range []string{"dev", "dev2", ""} {
		var opts []dyn.ServiceOption
		if ns != "" {
			opts = append(opts, dyn.WithNamespace(ns))
		}
		svc := serviceOn(t, client, table, opts...)
		docs[ns], notes[ns] = entityOf[Doc](t, svc), entityOf[Note](t, svc)
		ensure(t, svc)
		put(t, docs[ns], Doc{Tenant: "t", DocID: "1", Text: ns}, Doc{Tenant: "u", DocID: "1", Text: ns})
		put(t, notes[ns], Note{NoteID: "1", Tenant: "t", Topic: "x", Text: ns})
	}
	for _, ns := range []string{"dev", "dev2"} {
		got, err := docs[ns].Get(t.Context(), Doc{Tenant: "t", DocID: "1"})
		if err != nil || got.Text != ns {
			t.Errorf("%s: get: %+v %v", ns, got, err)
		}
		for name, run := range map[string]func(context.Context) ([]Doc, error){
			"inverted": docs[ns].Index("byDoc").Query(dyn.Eq(&docF.DocID, "1")).Collect,
			"scan":     docs[ns].Scan().Collect,
		} {
			list, err := run(t.Context())
			if err != nil || len(list) != 2 || list[0].Text != ns || list[1].Text != ns {
				t.Errorf("%s: %s: %+v %v", ns, name, list, err)
			}
		}
		one, err := docs[ns].Index("byDoc").Query(dyn.Eq(&docF.DocID, "1"), dyn.Eq(&docF.Tenant, "u")).Collect(t.Context())
		if err != nil || len(one) != 1 || one[0].Tenant != "u" {
			t.Errorf("%s: inverted with a sort key: %+v %v", ns, one, err)
		}
		list, err := notes[ns].Index("byTopic").Query(dyn.Eq(&noteF.Topic, "x")).Collect(t.Context())
		if err != nil || len(list) != 1 || list[0].Text != ns {
			t.Errorf("%s: index: %+v %v", ns, list, err)
		}
	}
}

// TestNamespaceNeedsRoom refuses a table whose partition key is an attribute.
func TestNamespaceNeedsRoom(t *testing.T) {
	t.Parallel()
	type raw struct {
		ID string `dynamodbav:"id" dyn:"pk"`
	}
	_, err := dyn.NewEntity[raw](newService(t, dyn.WithNamespace("dev")))
	wantText(t, err, "dyn: raw: field ID is itself the partition key of the table, which leaves no room for the namespace; use a template")
	for _, bad := range []string{"", "a/b"} {
		if _, err := dyn.NewService(newClient(t), dyn.Table{Name: "app"}, dyn.WithNamespace(bad)); err == nil {
			t.Errorf("the namespace %q passed", bad)
		}
	}
}

// TestMiddleware sees every request, can refuse it, and sums what it costs.
func TestMiddleware(t *testing.T) {
	t.Parallel()
	var seen []string
	refuse := false
	svc := newService(t, dyn.WithMiddleware(func(ctx context.Context, op *dyn.OpInfo, next func(context.Context) error) error {
		if refuse {
			return errors.New("refused")
		}
		err := next(ctx)
		seen = append(seen, fmt.Sprintf("%s %s %s %v", op.API, op.Name, op.Table, len(op.Consumed)))
		return err
	}))
	notes := entityOf[Note](t, svc)
	ensure(t, svc)
	ctx, total := dyn.SumCapacity(t.Context())
	put(t, notes, Note{NoteID: "1", Tenant: "t", Topic: "x"})
	if _, err := notes.Get(ctx, Note{NoteID: "1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := notes.Index("byTopic").Query(dyn.Eq(&noteF.Topic, "x")).Collect(ctx); err != nil {
		t.Fatal(err)
	}
	want := []string{"PutItem put note app 0", "GetItem get note app 1", "Query query note.byTopic app 1"}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("seen %q, want %q", seen, want)
	}
	if c := total(); c.CapacityUnits == nil || *c.CapacityUnits != 1 {
		t.Errorf("capacity %+v", c.CapacityUnits)
	}
	refuse = true
	if _, err := notes.Get(ctx, Note{NoteID: "1"}); err == nil || err.Error() != "dyn: get note: refused" {
		t.Errorf("a refusal: %v", err)
	}
}

// TestMiddlewareThatHidesErrors finds that nothing counts as done that has failed.
func TestMiddlewareThatHidesErrors(t *testing.T) {
	t.Parallel()
	client := wired(t) // without a table
	hide := dyn.WithMiddleware(func(ctx context.Context, _ *dyn.OpInfo, next func(context.Context) error) error {
		_ = next(ctx)
		return nil
	})
	for tier, svc := range tiers(t, client, hide) {
		notes := entityOf[Note](t, svc)
		n := Note{NoteID: "1", Tenant: "t", Topic: "x"}
		for name, do := range map[string]func() error{
			"get":       func() error { _, err := notes.Get(t.Context(), n); return err },
			"put":       func() error { _, err := notes.Put(t.Context(), n); return err },
			"batch put": func() error { _, err := notes.BatchPut(t.Context(), []Note{n}); return err },
			"batch get": func() error { _, err := notes.BatchGet(t.Context(), []Note{n}); return err },
			"query": func() error {
				_, err := notes.Index("byTopic").Query(dyn.Eq(&noteF.Topic, "x")).Collect(t.Context())
				return err
			},
			"transact": func() error { return svc.Transact(t.Context(), dyn.Put(notes, n)) },
		} {
			var missing *types.ResourceNotFoundException
			if err := do(); !errors.As(err, &missing) || !strings.Contains(err.Error(), "a middleware returned without an error, but next failed") {
				t.Errorf("tier %d: %s: %v", tier, name, err)
			}
		}
	}
}

// TestTableByContext sends operations to the table that the context names.
func TestTableByContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	client := newClient(t)
	svc := serviceOn(t, client, dyn.Table{Name: "app"}, dyn.WithTable(func(ctx context.Context) string {
		s, _ := ctx.Value(key{}).(string)
		return s
	}))
	notes := entityOf[Note](t, svc)
	other := serviceOn(t, client, dyn.Table{Name: "other"})
	entityOf[Note](t, other)
	ensure(t, svc)
	ensure(t, other)
	there := context.WithValue(t.Context(), key{}, "other")
	if _, err := notes.Put(there, Note{NoteID: "1", Tenant: "t"}); err != nil {
		t.Fatal(err)
	}
	if _, err := notes.Get(t.Context(), Note{NoteID: "1"}); !errors.Is(err, dyn.ErrNotFound) {
		t.Errorf("found in the wrong table: %v", err)
	}
	if _, err := notes.Get(there, Note{NoteID: "1"}); err != nil {
		t.Error(err)
	}
}
