package ddbjson

import (
	"errors"
	"maps"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/codec/codectest"
	"github.com/dyntable/dyn/internal/randtest"
)

const (
	randomTypes   = 700
	valuesPerType = 80
	itemsPerValue = 5
)

var extras = []string{"_entity", "pk", "zip", "Name", "F0", "f1"}

// forRandom calls f for values of codectest.Sink and of many random types.
func forRandom(t *testing.T, f func(t *testing.T, g *codectest.Gen, c *Codec, v reflect.Value)) {
	t.Helper()
	n, first := uint64(randomTypes), randtest.Seed(t)
	if testing.Short() || raceEnabled {
		n, first = n/20, 0 // too few for what is expected of any
	}
	for i := range n {
		if forSeed(t, first+i, f); t.Failed() {
			t.Fatalf("seed %d, the %d. type", first+i, i)
		}
	}
}

// forSeed calls f for values of one type.
func forSeed(t *testing.T, seed uint64, f func(t *testing.T, g *codectest.Gen, c *Codec, v reflect.Value)) {
	g := codectest.New(seed)
	g.Full = g.IntN(2) == 0
	typ := reflect.TypeFor[codectest.Sink]()
	if seed%4 != 0 {
		typ = g.Struct(3)
	}
	p, err := codec.Compile(typ, codec.Options{Nulls: g.Full})
	if err != nil {
		t.Fatalf("%v: %v", typ, err)
	}
	c := Compile(p, extras...)
	for range valuesPerType {
		v := reflect.New(typ).Elem()
		g.Fill(v, 5)
		if f(t, g, c, v); t.Failed() {
			t.Fatal(typ)
		}
	}
}

// tally counts items.
type tally struct{ all, decoded, refused int }

// TestDiffDecode compares with the SDK's protocol and package codec on random items.
func TestDiffDecode(t *testing.T) {
	t.Parallel()
	var n tally
	forRandom(t, diffItems(&n))
	t.Logf("%d items, %d decoded, %d refused without need", n.all, n.decoded, n.refused)
	if n.decoded < n.all/3 || n.refused > n.all/20 {
		t.Errorf("of %d items only %d were decoded and %d refused without need", n.all, n.decoded, n.refused)
	}
}

func diffItems(n *tally) func(t *testing.T, g *codectest.Gen, c *Codec, v reflect.Value) {
	return func(t *testing.T, g *codectest.Gen, c *Codec, v reflect.Value) {
		m, err := c.Plan().Encode(v)
		if err != nil {
			return
		}
		d := c.Decoder()
		defer d.Release()
		for i := range itemsPerValue {
			w := newWriter(g.Rand)
			if i > 2 {
				g.MutateMap(m)
			}
			if name := extras[i]; m[name] == nil {
				m[name] = g.Attribute(1)
			}
			item := w.item(m)
			if w.odd && w.IntN(4) == 0 {
				item = w.damage(item)
			}
			n.all++
			if diffDecode(t, c, d, item) {
				n.decoded++
			} else if !w.odd && c.readable(item) {
				n.refused++
			}
		}
	}
}

// readable tells whether the SDK and package codec read an item.
func (c *Codec) readable(item string) bool {
	m, err := sdkItem([]byte(item))
	return err == nil && c.Plan().Decode(m, reflect.New(c.Plan().Type).Elem()) == nil
}

// diffDecode compares on one item; it returns whether it was decoded.
func diffDecode(t *testing.T, c *Codec, d *Decoder, item string) bool {
	t.Helper()
	const before = `{"S":"x"},`
	data := []byte(before + item)
	got := reflect.New(c.Plan().Type)
	end, ok := d.Decode(data, len(before), got.Elem())
	if !ok {
		return false
	}
	if end > len(data) || end < len(before) {
		t.Errorf("the end is %d of %d", end, len(data))
		return false
	}
	m, err := sdkItem(data[len(before):end])
	if errors.Is(err, errPanic) {
		return false
	}
	if err != nil {
		t.Errorf("decoded %s\nSDK: %v", item, err)
		return false
	}
	want := reflect.New(c.Plan().Type)
	if err := c.Plan().Decode(m, want.Elem()); err != nil {
		t.Errorf("decoded %s\ncodec: %v", item, err)
		return false
	}
	if !reflect.DeepEqual(want.Interface(), got.Interface()) {
		t.Errorf("got  %+v\nwant %+v\nof %s", got.Elem(), want.Elem(), item)
	}
	checkExtras(t, d, m, item)
	return true
}

func checkExtras(t *testing.T, d *Decoder, m map[string]types.AttributeValue, item string) {
	t.Helper()
	for k, name := range extras {
		raw := d.Extra(k)
		want, ok := m[name]
		if !ok {
			if raw != nil {
				t.Errorf("extra %s is %s, but not in %s", name, raw, item)
			}
			continue
		}
		got, end, ok := ParseValue(raw, 0)
		if !ok || end != len(raw) || !reflect.DeepEqual(got, want) {
			t.Errorf("extra %s is %s in %s", name, raw, item)
		}
	}
}

// TestDiffExpected compares on attributes that come as expected but for what is in them, far from the end of the data.
func TestDiffExpected(t *testing.T) {
	t.Parallel()
	texts := []string{
		``, `a`, `"`, `\n`, `\`, `\u00e9`, "\x1f", `a long text that is longer than most`, `0`, `-`, `-0`, `--1`, `+1`, `1`, `12`, `-128`, `128`, `255`, `65536`,
		`1234567`, `12345678`, `123456789`, `1234567890123456`, `99999999999999999999`, `1.5`, `.5`, `5.`, `1.2.3`, `1e3`, `1 `, ` 1`, `a1`,
		`12345678.5`, `1.12345678`, `2026-01-02T03:04:05Z`, `2026-01-02T03:04:05.6Z`, `2026-01-02T03:04:05.123456789Z`, `2026-01-02T03:04:05.1234567891Z`,
		`2026-01-02T03:04:05.Z`, `2026-02-30T03:04:05Z`, `2026-01-02T03:04:05+01:00`, `2026-01-02T03:04:05`, `true`, `YWI=`,
	}
	ends := []string{`"}`, `" }`, `"} `, `"`, `}`, `"},"S":{"S":"b"}`, `""}`, `"}}`}
	c := compile[kinds](t, extras...)
	d := c.Decoder()
	defer d.Release()
	decoded := 0
	try := func(name, value string) {
		const more = `,"Any":{"S":"something that makes the item so long that nothing is near the end of the data"}}`
		for range 2 {
			if diffDecode(t, c, d, `{"`+name+`":`+value+more) {
				decoded++
			}
		}
	}
	for i := range c.root.entries[:c.root.fields] {
		e := &c.root.entries[i]
		for _, text := range texts {
			for _, end := range ends {
				try(e.name, e.node.open+text+end)
			}
			try(e.name, e.node.open+`"`+text+`"]}`)
			try(e.name, e.node.open+text+`]}`)
			try(e.name, e.node.open+`{"S":"`+text+`"},{"N":"`+text+`"}]}`)
			try(e.name, e.node.open+`"a":{"N":"`+text+`"},"`+text+`":{"S":"`+text+`"}}}`)
		}
		for _, word := range []string{`true`, `false`, `null`, `tru`, `truee`, `1`} {
			try(e.name, e.node.open+word+`}`)
			try(e.name, e.node.open+word+` }`)
		}
	}
	if decoded < 500 {
		t.Errorf("only %d were decoded", decoded)
	}
}

// TestDiffEncode compares with package codec, by way of the SDK's protocol.
func TestDiffEncode(t *testing.T) {
	t.Parallel()
	encoded := 0
	forRandom(t, diffValue(&encoded))
	if encoded < randomTypes*valuesPerType/50 {
		t.Errorf("only %d values were encoded", encoded)
	}
}

func diffValue(encoded *int) func(t *testing.T, g *codectest.Gen, c *Codec, v reflect.Value) {
	return func(t *testing.T, g *codectest.Gen, c *Codec, v reflect.Value) {
		if diffEncode(t, g, c, v) {
			*encoded++
		}
	}
}

// diffEncode compares one value; it returns whether it was encoded.
func diffEncode(t *testing.T, g *codectest.Gen, c *Codec, v reflect.Value) bool {
	t.Helper()
	var with []Attr
	for _, name := range extras[:g.IntN(3)] {
		a := Attr{Name: name, Value: g.Attribute(1)}
		json, err := AppendValue(nil, a.Value)
		switch {
		case err != nil:
			a.Value = nil // it had a list with nil in it
		case g.IntN(2) == 0:
			a.Value, a.JSON = nil, json
		}
		with = append(with, a)
	}
	want, wantErr := c.Plan().Encode(v)
	out, err := c.Append([]byte("before"), v, with...)
	if (err == nil) != (wantErr == nil) { // of several errors in maps, any may come first
		t.Errorf("error %v, codec %v", err, wantErr)
	}
	if err != nil {
		return false
	}
	for _, a := range with {
		if a.JSON != nil {
			a.Value, _, _ = ParseValue(a.JSON, 0)
		}
		delete(want, a.Name)
		if a.Value != nil {
			want[a.Name] = a.Value
		}
	}
	got, err := sdkItem(out[len("before"):])
	if err != nil {
		t.Errorf("%v of %s", err, out)
		return false
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("-want +got:\n%s\n%s", cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true })), out)
	}
	again, err := c.Append(nil, v, with...)
	if err != nil || string(again) != string(out[len("before"):]) {
		t.Errorf("not the same the second time:\n%s\n%s", out, again)
	}
	return true
}

// TestDiffTree compares maps of AttributeValues, both ways.
func TestDiffTree(t *testing.T) {
	t.Parallel()
	g := codectest.New(1)
	accepted := 0
	for range 20_000 {
		m := map[string]types.AttributeValue{}
		for len(m) < 3 {
			m[string(rune('a'+len(m)))] = g.Attribute(3)
		}
		w := newWriter(g.Rand)
		item := w.item(m)
		want, wantErr := sdkItem([]byte(item))
		got, end, ok := ParseMap([]byte(item), 0)
		if ok && (wantErr != nil || end != len(item) || !reflect.DeepEqual(got, want)) {
			t.Fatalf("got %v, want %v, %v\nof %s", got, want, wantErr, item)
		}
		if !ok || !utf8.ValidString(item) {
			continue
		}
		accepted++
		out, err := AppendMap(nil, got)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := sdkItem(out); err != nil || !maps.EqualFunc(again, want, func(a, b types.AttributeValue) bool {
			return reflect.DeepEqual(a, b)
		}) {
			t.Fatalf("%v: %s\nof %s", err, out, item)
		}
	}
	if accepted < 10_000 {
		t.Errorf("only %d accepted", accepted)
	}
}
