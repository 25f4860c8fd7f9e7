package dyn

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// packHeld has fields that hold its keys, and two patterns on one index.
type packHeld struct {
	_ struct{} `dyn:"entity=held,version=3"`

	PK    string `dynamodbav:"pk" dyn:"pk,template=H#$<ID>"`
	Text  string `dynamodbav:"text"`
	SK    string `dynamodbav:"sk" dyn:"sk,template=$<Day>#$<Num:06>"`
	One   string `dynamodbav:"gsi1pk" dyn:"pk,index=gsi1,name=byText,template=T#$<Text>,when=Kind:a|b"`
	Two   string `dynamodbav:"gsi1sk" dyn:"sk,index=gsi1,template=$<Num>"`
	ID    string `dynamodbav:"id"`
	Day   string `dynamodbav:"day"`
	Num   int    `dynamodbav:"num"`
	Kind  string `dynamodbav:"kind"`
	Later string `dynamodbav:"later,omitempty"`

	_ struct{} `dyn:"pk,index=gsi1,name=byLater,template=L#$<Later>,when=Kind:c"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Day>"`
}

// packRaw has attributes as keys, and no entity row.
type packRaw struct {
	Name  string  `dynamodbav:"name" dyn:"pk"`
	At    float64 `dynamodbav:"at" dyn:"sk"`
	Kind  string  `dynamodbav:"kind" dyn:"pk,index=gsi1,name=byKind"`
	Code  []byte  `dynamodbav:"code" dyn:"sk,index=gsi1"`
	Rank  *int    `dynamodbav:"rank" dyn:"sk,index=lsi1,local,name=byRank"`
	Other string  `dynamodbav:"other"`
}

// packRich has parts of all kinds.
type packRich struct {
	_ struct{} `dyn:"entity=rich"`
	_ struct{} `dyn:"pk,template=R#$<Name>#$<shard=3>"`
	_ struct{} `dyn:"sk,template=AT#$<At>#$<Flag>,escape"`
	_ struct{} `dyn:"pk,index=inverted,name=turned"`
	_ struct{} `dyn:"sk,index=inverted"`
	_ struct{} `dyn:"pk,index=gsi1,name=byZip,template=ZIP#$<Place.Zip:lower>,escape"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Since:2006-01-02>#$<Level>"`
	_ struct{} `dyn:"pk,index=gsi2,name=byNick,template=NICK#$<Nick>,when=Level"`
	_ struct{} `dyn:"sk,index=gsi2,template=$<Inner>#$<Seq:08>"`

	*PackInner
	Name   string      `dynamodbav:"n\"ame"`
	At     time.Time   `dynamodbav:"at"`
	Flag   bool        `dynamodbav:"flag"`
	Place  *packPlace  `dynamodbav:"place"`
	Since  time.Time   `dynamodbav:"since,unixtime"`
	Level  packLevel   `dynamodbav:"level"`
	Nick   *string     `dynamodbav:"nick"`
	Seq    uint32      `dynamodbav:"seq"`
	List   []string    `dynamodbav:"list"`
	Nested []packPlace `dynamodbav:"nested"`
}

type PackInner struct {
	Inner string `dynamodbav:"inner"`
}

type packPlace struct {
	Zip  string  `dynamodbav:"zip"`
	Size float64 `dynamodbav:"size"`
}

type packLevel uint8

func (l packLevel) MarshalText() ([]byte, error) {
	if l == 0 {
		return nil, fmt.Errorf("there is no level 0")
	}
	return fmt.Appendf(nil, "L%d", uint8(l)), nil
}

func (l *packLevel) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "L%d", (*uint8)(l))
	return err
}

var packTexts = []string{
	"", "a", "b", "c", "card-42", "a\"b", `back\slash`, "#", "x#y", "tab\tand\x01", "é", "\u2028", "bad\xff", "%41", "R#", "0123456789abcdef",
}

// fillPacked gives v something random, of which most can be stored.
func fillPacked(r *rand.Rand, v reflect.Value) {
	switch {
	case v.Type() == timeType:
		if r.IntN(8) > 0 {
			v.Set(reflect.ValueOf(time.Unix(r.Int64N(4e9), r.Int64N(1e9)).In(time.FixedZone("", 3600))))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fillPacked(r, v.Field(i))
			}
		}
	case v.Kind() == reflect.Pointer:
		if r.IntN(6) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fillPacked(r, v.Elem())
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		v.SetBytes([]byte(packTexts[r.IntN(len(packTexts))]))
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		for i := range v.Len() {
			fillPacked(r, v.Index(i))
		}
	case v.Kind() == reflect.String:
		v.SetString(packTexts[r.IntN(len(packTexts))])
	case v.CanInt():
		v.SetInt(r.Int64N(2000) - 20)
	case v.CanUint():
		v.SetUint(r.Uint64N(20))
	case v.CanFloat():
		v.SetFloat(float64(r.IntN(1000)) / 8)
	case v.Kind() == reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	}
}

// TestPack finds that an item written at once is what the way by attribute
// values makes of it, byte for byte, with the same identity and the same keys in
// its fields, and that both refuse the same.
func TestPack(t *testing.T) {
	t.Parallel()
	table := Table{Name: "app", Indexes: map[string]IndexKeys{"inverted": {PK: "sk", SK: "pk"}}}
	t.Run("held", func(t *testing.T) { testPack[packHeld](t, table) })
	t.Run("raw", func(t *testing.T) {
		testPack[packRaw](t, Table{Name: "app", PK: "name", SK: "at", Indexes: map[string]IndexKeys{"gsi1": {PK: "kind", SK: "code"}, "lsi1": {SK: "rank"}}})
	})
	t.Run("rich", func(t *testing.T) { testPack[packRich](t, table) })
	t.Run("claimed", func(t *testing.T) { testPack[claimed](t, table) })
	t.Run("namespace", func(t *testing.T) { testPack[packRich](t, table, WithNamespace(`"stage"`)) })
}

func testPack[T any](t *testing.T, table Table, opts ...ServiceOption) {
	e := offline[T](t, table, opts...).e
	r, packed := rand.New(rand.NewPCG(1, 2)), 0
	m := &room{wanted: true, left: 3}
	var kept, wanted []any // items
	var ids, wantIDs [][]byte
	const items = 3000
	for i := range items {
		slow := reflect.New(e.m.typ).Elem()
		fillPacked(r, slow)
		fast := e.m.copyOf(slow)
		given, err := e.givens(nil, slow)
		var want []byte
		if err == nil {
			want, err = e.codec(e.m.plan, &e.primary().told).Append(nil, slow, given...)
		}
		got, id, ok := e.packer().pack(m, fast)
		if ok != (err == nil) {
			t.Fatalf("%+v: packed %t, error %v", slow, ok, err)
		}
		if !ok {
			continue
		}
		packed++
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Fatalf("%+v (-want +got):\n%s", slow, diff)
		}
		if !reflect.DeepEqual(slow.Interface(), fast.Interface()) {
			t.Fatalf("item\n%+v, want\n%+v", fast, slow)
		}
		kept, wanted = append(kept, fast.Interface()), append(wanted, slow.Interface())
		ids, wantIDs = append(ids, id), append(wantIDs, e.identityOf(given))
		if i%100 == 0 {
			if !reflect.DeepEqual(ids, wantIDs) {
				t.Fatalf("identities %q, want %q", ids, wantIDs)
			}
			m.release()
			m.wanted, m.left, ids, wantIDs = true, 100, nil, nil
		}
	}
	t.Logf("%d of %d items", packed, items)
	if packed < items/4 {
		t.Errorf("only %d of %d items were packed", packed, items)
	}
	if !reflect.DeepEqual(kept, wanted) {
		t.Error("items changed after the block was used again")
	}
}

// TestPackKey finds that a key written at once, of an item that is given or was
// read, is what the way by attribute values makes of it, with the same identity,
// and that both refuse the same.
func TestPackKey(t *testing.T) {
	t.Parallel()
	table := Table{Name: "app", Indexes: map[string]IndexKeys{"inverted": {PK: "sk", SK: "pk"}}}
	t.Run("held", func(t *testing.T) { testPackKey[packHeld](t, table) })
	t.Run("raw", func(t *testing.T) {
		testPackKey[packRaw](t, Table{Name: "app", PK: "name", SK: "at", Indexes: map[string]IndexKeys{"gsi1": {PK: "kind", SK: "code"}, "lsi1": {SK: "rank"}}})
	})
	t.Run("coded", func(t *testing.T) { testPackKey[packCoded](t, Table{Name: "app", PK: "level", SK: "code"}) })
	t.Run("namespace", func(t *testing.T) { testPackKey[packRich](t, table, WithNamespace(`"stage"`)) })
}

// packCoded has keys that are no text.
type packCoded struct {
	_ struct{} `dyn:"entity=coded"`

	Level float64 `dynamodbav:"level" dyn:"pk"`
	Code  []byte  `dynamodbav:"code" dyn:"sk"`
}

func testPackKey[T any](t *testing.T, table Table, opts ...ServiceOption) {
	e := offline[T](t, table, opts...).e
	r, packed := rand.New(rand.NewPCG(5, 6)), 0
	m := &room{left: 7}
	for range 2000 {
		item := reflect.New(e.m.typ).Elem()
		fillPacked(r, item)
		k, err := e.key(item)
		json, id, ok := e.packer().packKey(m, item)
		if ok != (err == nil) {
			t.Fatalf("%+v: packed %t, error %v", item, ok, err)
		}
		if alone := e.keyJSON(item); string(alone) != string(json) {
			t.Fatalf("%+v: alone %s, else %s", item, alone, json)
		}
		if !ok {
			continue
		}
		packed++
		want := []byte{'{'}
		for _, a := range e.primary().keys() {
			want = append(ddbjson.AppendText(want, a.name), ':')
			if want, err = ddbjson.AppendValue(want, k[a.name]); err != nil {
				t.Fatal(err)
			}
			want = append(want, ',')
		}
		want[len(want)-1] = '}'
		u := new(unit)
		e.keyUnit(u, 0, k)
		if string(json) != string(want) || string(id) != string(u.id) || len(json) > u.size {
			t.Fatalf("%+v: %s, identity %q; want %s, %q", item, json, id, want, u.id)
		}
		json, id, ok = e.packer().packStored(m, record{attrs: k})
		if !ok || string(json) != string(want) || string(id) != string(u.id) {
			t.Fatalf("%v: %t, %s, identity %q; want %s, %q", k, ok, json, id, want, u.id)
		}
		if _, _, ok := e.packer().packStored(m, record{attrs: rawItem{}}); ok {
			t.Fatal("an item without a key has one")
		}
	}
	if packed < 500 {
		t.Errorf("only %d keys were packed", packed)
	}
}

// TestPackKeeps finds that the items in a room stay what they are while others are
// written, also when one is larger than a block.
func TestPackKeeps(t *testing.T) {
	t.Parallel()
	e := offline[claimed](t, Table{Name: "app"})
	for _, sizes := range [][]int{{10, 20, 30}, {10, 5000, 10, 40_000, 10}, {30_000, 30_000, 1, 60_000, 1, 100_000, 1}} {
		m := &room{wanted: true, left: len(sizes)}
		var items [][]byte
		var want []string
		for round := range 3 {
			for i, n := range sizes {
				item := claimed{ID: fmt.Sprint(round, i), Email: string(make([]rune, n))}
				json, _, ok := e.e.packer().pack(m, reflect.ValueOf(&item).Elem())
				if large := n > maxItem/len(`\u0000`); ok == large || e.e.packer().usual.Load() > maxItem*9/8 {
					t.Fatalf("%d characters: packed %t; items are expected to have %d bytes", n, ok, e.e.packer().usual.Load())
				} else if large {
					continue
				}
				items, want = append(items, json), append(want, string(json))
			}
		}
		for i := range items {
			if string(items[i]) != want[i] {
				t.Errorf("item %d of %v has changed", i, sizes)
			}
		}
		m.release()
	}
}

// TestPackScope finds that a handle of Scope writes items as the entity does,
// without compiling that anew.
func TestPackScope(t *testing.T) {
	t.Parallel()
	e := offline[claimed](t, Table{Name: "app"})
	scoped := e.Scope(Eq(&Fields[claimed]().Email, "a@b"))
	if err := scoped.e.scopeErr; err != nil || scoped.e.packer() != e.e.packer() || scoped.e.still {
		t.Errorf("the handle has its own packer, or its items are thought to stay as they are; error %v", err)
	}
}

// TestTwins compares with a map.
func TestTwins(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		units := make([]*unit, r.IntN(120))
		seen := map[string]int{}
		var want [2]int
		found := false
		for i := range units {
			id := fmt.Sprint(r.IntN(900))
			units[i] = &unit{id: []byte(id)}
			if first, ok := seen[id]; ok && !found {
				want, found = [2]int{first, i}, true
			}
			if !found {
				seen[id] = i
			}
		}
		if i, j, ok := twinsOf(units); ok != found || [2]int{i, j} != want {
			t.Fatalf("%d and %d, %t; want %v, %t", i, j, ok, want, found)
		}
	}
}
