package dyn_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// Parts has an index for each kind of key part, of that part alone.
type Parts struct {
	_ struct{} `dyn:"entity=parts"`
	_ struct{} `dyn:"pk,template=P#$<ID>"`
	_ struct{} `dyn:"sk,template=P"`
	_ struct{} `dyn:"pk,index=ix1,template=S#$<String>"`
	_ struct{} `dyn:"pk,index=ix2,template=SP#$<StringP>"`
	_ struct{} `dyn:"pk,index=ix3,template=I#$<Int>"`
	_ struct{} `dyn:"pk,index=ix4,template=IP#$<IntP>"`
	_ struct{} `dyn:"pk,index=ix5,template=IO#$<IntO>"`
	_ struct{} `dyn:"pk,index=ix6,template=B#$<Bool>"`
	_ struct{} `dyn:"pk,index=ix7,template=T#$<Time>"`
	_ struct{} `dyn:"pk,index=ix8,template=TP#$<TimeP>"`
	_ struct{} `dyn:"pk,index=ix9,template=U#$<Unix>"`
	_ struct{} `dyn:"pk,index=ix10,template=N#$<Struct.Name>"`
	_ struct{} `dyn:"pk,index=ix11,template=NP#$<StructP.Name>"`
	_ struct{} `dyn:"pk,index=ix12,field=RawS"`
	_ struct{} `dyn:"pk,index=ix13,field=RawN"`
	_ struct{} `dyn:"pk,index=ix14,field=RawB"`
	_ struct{} `dyn:"pk,index=ix15,field=RawP"`

	ID      string     `dynamodbav:"id"`
	String  string     `dynamodbav:"string"`
	StringP *string    `dynamodbav:"stringP"`
	Int     int        `dynamodbav:"int"`
	IntP    *int       `dynamodbav:"intP"`
	IntO    int        `dynamodbav:"intO,omitempty"`
	Bool    bool       `dynamodbav:"bool"`
	Time    time.Time  `dynamodbav:"time"`
	TimeP   *time.Time `dynamodbav:"timeP"`
	Unix    time.Time  `dynamodbav:"unix,unixtime"`
	Struct  Author     `dynamodbav:"struct"`
	StructP *Author    `dynamodbav:"structP"`
	RawS    string     `dynamodbav:"rawS"`
	RawN    int        `dynamodbav:"rawN"`
	RawB    []byte     `dynamodbav:"rawB"`
	RawP    *int       `dynamodbav:"rawP"`
}

var partsF = dyn.Fields[Parts]()

// partCase is one value of one part, the attribute that is the key made of it,
// and the clause that sets it.
type partCase struct {
	zeroCase
	key string
}

func partsOf[V any](p *V, field, key string, vs ...V) []partCase {
	var cases []partCase
	for _, z := range valuesOf(p, field, vs...) {
		cases = append(cases, partCase{z, key})
	}
	return cases
}

func partCases() []partCase {
	var all []partCase
	for _, cases := range [][]partCase{
		partsOf(&partsF.String, "String", "ix1pk", "", "x"),
		partsOf(&partsF.StringP, "StringP", "ix2pk", nil, ptr(""), ptr("x")),
		partsOf(&partsF.Int, "Int", "ix3pk", 0, 3),
		partsOf(&partsF.IntP, "IntP", "ix4pk", nil, ptr(0), ptr(3)),
		partsOf(&partsF.IntO, "IntO", "ix5pk", 0, 3),
		partsOf(&partsF.Bool, "Bool", "ix6pk", false, true),
		partsOf(&partsF.Time, "Time", "ix7pk", time.Time{}, day),
		partsOf(&partsF.TimeP, "TimeP", "ix8pk", nil, &time.Time{}, ptr(day)),
		partsOf(&partsF.Unix, "Unix", "ix9pk", time.Time{}, day),
		partsOf(&partsF.Struct, "Struct", "ix10pk", Author{}, Author{City: "c"}, Author{Name: "x"}),
		partsOf(&partsF.StructP, "StructP", "ix11pk", nil, &Author{}, &Author{Name: "x"}),
		partsOf(&partsF.RawS, "RawS", "rawS", "", "x"),
		partsOf(&partsF.RawN, "RawN", "rawN", 0, 3),
		partsOf(&partsF.RawB, "RawB", "rawB", nil, []byte{}, []byte("x")),
		partsOf(&partsF.RawP, "RawP", "rawP", nil, ptr(0), ptr(3)),
	} {
		all = append(all, cases...)
	}
	return all
}

func (z partCase) item() Parts {
	item := Parts{ID: "1"}
	reflect.ValueOf(&item).Elem().FieldByName(z.field).Set(z.value)
	return item
}

// TestZeroIndexParts holds for every kind of key part what a value that might
// be taken for nothing makes of the index key.
func TestZeroIndexParts(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock())
	parts := entityOf[Parts](t, svc)
	ensure(t, svc)
	full := dyn.Put(parts, Parts{
		ID: "1", String: "o", StringP: ptr("o"), Int: 9, IntP: ptr(9), IntO: 9, Bool: true, Time: day.Add(9), TimeP: ptr(day.Add(9)), Unix: day.Add(9 * time.Second),
		Struct: Author{Name: "o"}, StructP: &Author{Name: "o"}, RawS: "o", RawN: 9, RawB: []byte("o"), RawP: ptr(9),
	})
	var b strings.Builder
	row := func(cells ...string) { renderRow(&b, 40, cells) }
	row("", "Put, Create", "Upsert creates", "Upsert merges", "Set")
	for _, z := range partCases() {
		after := func(op dyn.Op, given ...dyn.Op) string {
			deleteItem(t, c, "P#1", "P")
			for _, op := range append(given, op) {
				setUp(t, c, op)
			}
			return storedIn(t, c, "P#1", "P", z.key)
		}
		put := after(dyn.Put(parts, z.item()))
		if create := after(dyn.Create(parts, z.item())); create != put {
			t.Errorf("%s: Create stores %s, Put %s", z.name(), create, put)
		}
		row(z.name(), put, after(dyn.Upsert(parts, z.item())), after(dyn.Upsert(parts, z.item()), full), after(dyn.Update(parts, Parts{ID: "1"}, z.set), full))
	}
	compareFile(t, "zero_parts.txt", b.String())
}

// Keyed has one part of a kind in the table's key.
type Keyed[V any] struct {
	_ struct{} `dyn:"entity=keyed"`
	_ struct{} `dyn:"pk,template=K#$<V>"`
	_ struct{} `dyn:"sk,template=K"`

	V V `dynamodbav:"v"`
}

// keyed returns the primary key that Put and Delete give an item, and the error.
func keyed[V any](t *testing.T, v V) string {
	t.Helper()
	svc := serviceOn(t, nil, dyn.Table{Name: "app"}, fixedClock())
	e := entityOf[Keyed[V]](t, svc)
	in, err := dyn.Put(e, Keyed[V]{V: v}).Input()
	_, derr := dyn.Delete(e, Keyed[V]{V: v}).Input()
	if err != nil {
		if want := strings.Replace(err.Error(), "put", "delete", 1); derr == nil || derr.Error() != want {
			t.Errorf("Put says %v, Delete %v", err, derr)
		}
		return err.Error()
	}
	if derr != nil {
		t.Error(derr)
	}
	return renderValue(itemOf(t, in)["pk"])
}

func TestZeroPrimaryParts(t *testing.T) {
	t.Parallel()
	const empty = "dyn: put keyed: key field V is empty"
	tests := []struct{ name, got, want string }{
		{"string empty", keyed(t, ""), empty},
		{"string", keyed(t, "x"), `"K#x"`},
		{"pointer to string nil", keyed[*string](t, nil), empty},
		{"pointer to string empty", keyed(t, ptr("")), empty},
		{"pointer to string", keyed(t, ptr("x")), `"K#x"`},
		{"int zero", keyed(t, 0), `"K#0"`},
		{"pointer to int nil", keyed[*int](t, nil), empty},
		{"pointer to int zero", keyed(t, ptr(0)), `"K#0"`},
		{"uint8", keyed(t, uint8(200)), `"K#200"`},
		{"bool false", keyed(t, false), `"K#false"`},
		{"pointer to bool nil", keyed[*bool](t, nil), empty},
		{"time zero", keyed(t, time.Time{}), empty},
		{"time", keyed(t, day), `"K#2026-03-04T05:06:07.890000000Z"`},
		{"time elsewhere", keyed(t, day.In(time.FixedZone("", 3600))), `"K#2026-03-04T05:06:07.890000000Z"`},
		{"pointer to time nil", keyed[*time.Time](t, nil), empty},
		{"pointer to time zero", keyed(t, &time.Time{}), empty},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

// Ruled has an attribute of a kind that is required.
type Ruled[V any] struct {
	_ struct{} `dyn:"entity=ruled"`
	_ struct{} `dyn:"pk,template=K#$<ID>"`
	_ struct{} `dyn:"sk,template=K"`

	ID string `dynamodbav:"id"`
	V  V      `dynamodbav:"v" dyn:"required"`
}

// required reports which of the ways of writing v take it.
func required[V any](t *testing.T, v V) string {
	t.Helper()
	svc := serviceOn(t, nil, dyn.Table{Name: "app"}, fixedClock())
	e := entityOf[Ruled[V]](t, svc)
	f := dyn.Fields[Ruled[V]]()
	item := Ruled[V]{ID: "1", V: v}
	var taken []string
	for _, w := range []struct {
		name string
		op   dyn.Op
	}{
		{"put", dyn.Put(e, item)},
		{"create", dyn.Create(e, item)},
		{"upsert", dyn.Upsert(e, item)},
		{"upsert set", dyn.Upsert(e, Ruled[V]{ID: "1"}, dyn.Set(&f.V, v))},
		{"set", dyn.Update(e, Ruled[V]{ID: "1"}, dyn.Set(&f.V, v))},
		{"set once", dyn.Update(e, Ruled[V]{ID: "1"}, dyn.SetOnce(&f.V, v))},
		{"unset", dyn.Update(e, Ruled[V]{ID: "1"}, dyn.Unset(&f.V))},
	} {
		_, err := w.op.Input()
		if err == nil {
			taken = append(taken, w.name)
		} else if !strings.Contains(err.Error(), "V is required") {
			t.Errorf("%s: %v", w.name, err)
		}
	}
	return strings.Join(taken, ", ")
}

func TestZeroRequired(t *testing.T) {
	t.Parallel()
	const all = "put, create, upsert, upsert set, set, set once"
	tests := []struct{ name, got, want string }{
		{"string empty", required(t, ""), ""},
		{"string", required(t, "x"), all},
		{"pointer to string nil", required[*string](t, nil), ""},
		{"pointer to string empty", required(t, ptr("")), ""},
		{"pointer to string", required(t, ptr("x")), all},
		{"pointer to int nil", required[*int](t, nil), ""},
		{"pointer to int zero", required(t, ptr(0)), all},
		{"pointer to bool false", required(t, ptr(false)), all},
		{"bytes empty", required(t, []byte{}), ""},
		{"bytes", required(t, []byte("x")), all},
		{"list nil", required[[]string](t, nil), ""},
		{"list empty", required(t, []string{}), all},
		{"map nil", required[map[string]int](t, nil), ""},
		{"map empty", required(t, map[string]int{}), all},
		{"pointer to struct nil", required[*Author](t, nil), ""},
		{"pointer to struct", required(t, &Author{}), all},
		{"time zero", required(t, time.Time{}), ""},
		{"time", required(t, day), all},
		{"pointer to time zero", required(t, &time.Time{}), ""},
		{"custom that stores nothing", required(t, Roman(0)), ""},
		{"custom", required(t, Roman(1)), all},
		{"any nil", required[any](t, nil), ""},
		{"any", required[any](t, 0), all},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: taken by %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

// Copied has rules, and an attribute of the same type without them for each.
type Copied struct {
	_ struct{} `dyn:"entity=copied"`
	_ struct{} `dyn:"pk,template=K#$<ID>"`
	_ struct{} `dyn:"sk,template=K"`

	ID     string    `dynamodbav:"id"`
	Name   string    `dynamodbav:"name" dyn:"required"`
	Nick   string    `dynamodbav:"nick"`
	Status Status    `dynamodbav:"status" dyn:"enum=draft|published"`
	Wish   Status    `dynamodbav:"wish"`
	Made   time.Time `dynamodbav:"made,unixtime" dyn:"created"`
	Seen   time.Time `dynamodbav:"seen,unixtime"`
}

// TestZeroCopies finds that a copy stores nothing that the rules of the attribute
// refuse of a Set.
func TestZeroCopies(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	e, f := entityOf[Copied](t, svc), dyn.Fields[Copied]()
	ensure(t, svc)
	whole := Copied{ID: "1", Name: "n", Nick: "m", Status: "draft", Wish: "published", Made: day.Truncate(time.Second), Seen: day.Add(time.Hour).Truncate(time.Second)}
	for name, tt := range map[string]struct {
		change func(*Copied)
		clause dyn.Clause
		want   func(*Copied) // nil where the copy is refused
	}{
		"a name":           {func(*Copied) {}, dyn.Copy(&f.Name, &f.Nick), func(c *Copied) { c.Name = "m" }},
		"no name":          {func(c *Copied) { c.Nick = "" }, dyn.Copy(&f.Name, &f.Nick), nil},
		"to what may lack": {func(c *Copied) { c.Nick = "" }, dyn.Copy(&f.Nick, &f.Name), func(c *Copied) { c.Nick = "n" }},
		"a status":         {func(*Copied) {}, dyn.Copy(&f.Status, &f.Wish), func(c *Copied) { c.Status = "published" }},
		"no status":        {func(c *Copied) { c.Wish = "" }, dyn.Copy(&f.Status, &f.Wish), func(c *Copied) { c.Status = "" }},
		"another status":   {func(c *Copied) { c.Wish = "gone" }, dyn.Copy(&f.Status, &f.Wish), nil},
		"a time":           {func(*Copied) {}, dyn.Copy(&f.Made, &f.Seen), func(c *Copied) { c.Made = c.Seen }},
		"no time":          {func(c *Copied) { c.Seen = time.Time{} }, dyn.Copy(&f.Made, &f.Seen), nil},
	} {
		want := whole
		tt.change(&want)
		put(t, e, want)
		if tt.want != nil {
			tt.want(&want)
		}
		_, err := e.Update(t.Context(), Copied{ID: "1"}, tt.clause)
		var refused *dyn.ConditionError
		if tt.want == nil && !errors.As(err, &refused) || tt.want != nil && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got, err := e.Get(t.Context(), Copied{ID: "1"})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

// Defaults has a default of every kind that takes one.
type Defaults struct {
	_ struct{} `dyn:"entity=defaults"`
	_ struct{} `dyn:"pk,template=K#$<ID>"`
	_ struct{} `dyn:"sk,template=K"`

	ID      string        `dynamodbav:"id"`
	String  string        `dynamodbav:"string" dyn:"default='a,b'"`
	StringP *string       `dynamodbav:"stringP" dyn:"default=x"`
	Status  Status        `dynamodbav:"status" dyn:"default=draft"`
	IntP    *int          `dynamodbav:"intP" dyn:"default=-5"`
	IntO    int8          `dynamodbav:"intO,omitempty" dyn:"default=5"`
	UintP   *uint         `dynamodbav:"uintP" dyn:"default=7"`
	FloatP  *float64      `dynamodbav:"floatP" dyn:"default=0.5"`
	BoolP   *bool         `dynamodbav:"boolP" dyn:"default=true"`
	BoolO   bool          `dynamodbav:"boolO,omitempty" dyn:"default=true"`
	Time    time.Time     `dynamodbav:"time" dyn:"default=2026-01-02T03:04:05Z"`
	Unix    *time.Time    `dynamodbav:"unix,unixtime" dyn:"default=2026-01-02T03:04:05Z"`
	Wait    time.Duration `dynamodbav:"wait,omitempty" dyn:"default=60"`
	Twice   **int         `dynamodbav:"twice" dyn:"default=2"`
}

func TestZeroDefaults(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock())
	e := entityOf[Defaults](t, svc)
	ensure(t, svc)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	filled := Defaults{
		ID: "1", String: "a,b", StringP: ptr("x"), Status: Draft, IntP: ptr(-5), IntO: 5, UintP: ptr(uint(7)), FloatP: ptr(0.5),
		BoolP: ptr(true), BoolO: true, Time: at, Unix: &at, Wait: 60, Twice: ptr(ptr(2)),
	}
	zeros := Defaults{ID: "1", StringP: ptr("y"), IntP: ptr(0), UintP: ptr(uint(0)), FloatP: ptr(0.0), BoolP: ptr(false), Twice: ptr(ptr(0))}
	kept := filled // a pointer to zero is given, but not a pointer to an empty string
	kept.StringP, kept.IntP, kept.UintP, kept.FloatP, kept.BoolP, kept.Twice = ptr("y"), ptr(0), ptr(uint(0)), ptr(0.0), ptr(false), ptr(ptr(0))
	noInts := with(filled, func(d *Defaults) { d.IntP, d.BoolP = nil, nil })
	tests := []struct {
		name  string
		given Defaults
		old   *Defaults
		write func(Defaults) (Defaults, error)
		want  Defaults
	}{
		{"put", Defaults{ID: "1"}, nil, func(d Defaults) (Defaults, error) { return e.Put(t.Context(), d) }, filled},
		{"create", Defaults{ID: "1"}, nil, func(d Defaults) (Defaults, error) { return e.Create(t.Context(), d) }, filled},
		{"upsert", Defaults{ID: "1"}, nil, func(d Defaults) (Defaults, error) { return e.Upsert(t.Context(), d) }, filled},
		{"put of zeros", zeros, nil, func(d Defaults) (Defaults, error) { return e.Put(t.Context(), d) }, kept},
		{"put of an empty string", Defaults{ID: "1", StringP: ptr("")}, nil, func(d Defaults) (Defaults, error) { return e.Put(t.Context(), d) }, filled},
		{"upsert of zeros", zeros, nil, func(d Defaults) (Defaults, error) { return e.Upsert(t.Context(), d) }, kept},
		{"upsert onto an item keeps what it has", Defaults{ID: "1"}, &zeros, func(d Defaults) (Defaults, error) { return e.Upsert(t.Context(), d) }, kept},
		{"update gives no defaults", Defaults{ID: "1"}, &filled, func(d Defaults) (Defaults, error) {
			f := dyn.Fields[Defaults]()
			return e.Update(t.Context(), d, dyn.Unset(&f.IntP), dyn.Set(&f.BoolP, nil))
		}, noInts},
		{"modify gives no defaults", Defaults{ID: "1"}, &filled, func(d Defaults) (Defaults, error) {
			return e.Modify(t.Context(), d, func(d *Defaults) error { d.IntP, d.BoolP = nil, nil; return nil })
		}, noInts},
	}
	for _, tt := range tests {
		deleteItem(t, c, "K#1", "K")
		if tt.old != nil {
			if _, err := e.Put(t.Context(), *tt.old); err != nil {
				t.Fatal(err)
			}
		}
		got, err := tt.write(tt.given)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		read, err := e.Get(t.Context(), Defaults{ID: "1"})
		if diff := cmp.Diff(tt.want, read); diff != "" || err != nil {
			t.Errorf("%s, read: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
}
