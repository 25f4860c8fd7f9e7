package ddbjson

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/codec/codectest"
)

func compile[T any](tb testing.TB, extra ...string) *Codec {
	tb.Helper()
	p, err := codec.Compile(reflect.TypeFor[T](), codec.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return Compile(p, extra...)
}

// decodeOne decodes an item; ok is false when it was refused.
func decodeOne[T any](c *Codec, item string) (v T, ok bool) {
	d := c.Decoder()
	defer d.Release()
	_, ok = d.Decode([]byte(item), 0, reflect.ValueOf(&v).Elem())
	return v, ok
}

type kinds struct {
	S     string
	I8    int8
	U16   uint16
	F32   float32
	F     float64
	Text  int `dynamodbav:",string"`
	B     bool
	Bytes []byte
	Array [2]byte
	At    time.Time
	Unix  time.Time `dynamodbav:",unixtime"`
	SS    []string  `dynamodbav:",stringset"`
	NS    []int     `dynamodbav:",numberset"`
	L     []string
	Ints  map[string]int
	Texts map[string]string
	Keys  map[int]bool
	Any   any
	PS    *string
	PP    **int
	Sub   struct{ A, B string }
	Subs  []struct{ A int }
}

func TestDecodeKinds(t *testing.T) {
	t.Parallel()
	text, seven := "text", 7
	seventh := &seven
	at := time.Date(2026, 1, 2, 3, 4, 5, 600_000_000, time.UTC)
	tests := map[string]struct {
		item string
		want kinds
		ok   bool
	}{
		"nothing":            {`{}`, kinds{}, true},
		"string":             {`{"S":{"S":"text"}}`, kinds{S: "text"}, true},
		"number as string":   {`{"S":{"N":"12"}}`, kinds{S: "12"}, true},
		"escapes":            {`{"S":{"S":"a\"b\u00e9"}}`, kinds{S: `a"bé`}, true},
		"null":               {`{"S":{"NULL":true},"PS":{"NULL":true},"L":{"NULL":true}}`, kinds{}, true},
		"int":                {`{"I8":{"N":"-128"}}`, kinds{I8: -128}, true},
		"too large":          {`{"I8":{"N":"128"}}`, kinds{}, false},
		"uint":               {`{"U16":{"N":"65535"}}`, kinds{U16: 65535}, true},
		"negative":           {`{"U16":{"N":"-1"}}`, kinds{}, false},
		"fraction":           {`{"I8":{"N":"1.5"}}`, kinds{}, false},
		"string for number":  {`{"I8":{"S":"1"}}`, kinds{}, false},
		"float":              {`{"F":{"N":"1.25e3"},"F32":{"N":"0.5"}}`, kinds{F: 1250, F32: .5}, true},
		"float32 range":      {`{"F32":{"N":"1e39"}}`, kinds{}, false},
		"number in a string": {`{"Text":{"S":"12"}}`, kinds{Text: 12}, true},
		"number all the same": {
			`{"Text":{"N":"12"}}`, kinds{Text: 12}, true,
		},
		"bool":             {`{"B":{"BOOL":true}}`, kinds{B: true}, true},
		"bytes":            {`{"Bytes":{"B":"YWI="},"Array":{"B":"YWI="}}`, kinds{Bytes: []byte("ab"), Array: [2]byte{'a', 'b'}}, true},
		"no bytes":         {`{"Bytes":{"B":""}}`, kinds{Bytes: []byte{}}, true},
		"bytes from a set": {`{"Bytes":{"NS":["1","2"]}}`, kinds{Bytes: []byte{1, 2}}, true},
		"bad base64":       {`{"Bytes":{"B":"?"}}`, kinds{}, false},
		"time":             {`{"At":{"S":"2026-01-02T03:04:05.6Z"}}`, kinds{At: at}, true},
		"time in seconds":  {`{"At":{"N":"60"},"Unix":{"N":"60"}}`, kinds{At: time.Unix(60, 0), Unix: time.Unix(60, 0)}, true},
		"unix time as text": {
			`{"Unix":{"S":"2026-01-02T03:04:05.6Z"}}`, kinds{Unix: at}, true,
		},
		"sets":            {`{"SS":{"SS":["a","b"]},"NS":{"NS":["1","2"]}}`, kinds{SS: []string{"a", "b"}, NS: []int{1, 2}}, true},
		"sets as lists":   {`{"SS":{"L":[{"S":"a"},{"N":"1"}]},"NS":{"L":[{"N":"1"}]}}`, kinds{SS: []string{"a", "1"}, NS: []int{1}}, true},
		"list":            {`{"L":{"L":[{"S":"a"},{"NULL":true},{"S":"b"}]}}`, kinds{L: []string{"a", "", "b"}}, true},
		"list as set":     {`{"L":{"SS":["a"]}}`, kinds{L: []string{"a"}}, true},
		"list of numbers": {`{"L":{"NS":["1","2"]}}`, kinds{L: []string{"1", "2"}}, true},
		"empty lists":     {`{"L":{"L":[]},"Subs":{"L":[]},"SS":{"SS":[]}}`, kinds{L: []string{}, SS: []string{}, Subs: []struct{ A int }{}}, true},
		"maps": {
			`{"Ints":{"M":{"a":{"N":"1"},"b":{"N":"2"}}},"Texts":{"M":{"a\n":{"S":"x"}}},"Keys":{"M":{"1":{"BOOL":true}}}}`,
			kinds{Ints: map[string]int{"a": 1, "b": 2}, Texts: map[string]string{"a\n": "x"}, Keys: map[int]bool{1: true}},
			true,
		},
		"empty map":       {`{"Ints":{"M":{}}}`, kinds{Ints: map[string]int{}}, true},
		"bad element":     {`{"Ints":{"M":{"a":{"S":"x"}}}}`, kinds{}, false},
		"any":             {`{"Any":{"L":[{"N":"1"},{"M":{"a":{"SS":["x"]}}}]}}`, kinds{Any: []any{1.0, map[string]any{"a": []string{"x"}}}}, true},
		"pointers":        {`{"PS":{"S":"text"},"PP":{"N":"7"}}`, kinds{PS: &text, PP: &seventh}, true},
		"struct":          {`{"Sub":{"M":{"b":{"S":"2"},"A":{"S":"1"},"c":{"S":"3"}}}}`, kinds{Sub: struct{ A, B string }{"1", "2"}}, true},
		"structs":         {`{"Subs":{"L":[{"M":{"A":{"N":"1"}}},{"M":{}}]}}`, kinds{Subs: []struct{ A int }{{1}, {0}}}, true},
		"another case":    {`{"subs":{"L":[]},"s":{"S":"x"}}`, kinds{S: "x", Subs: []struct{ A int }{}}, true},
		"unicode case":    {`{"` + "\u017f" + `":{"S":"x"}}`, kinds{S: "x"}, true},
		"unknown":         {`{"new":{"M":{"S":{"S":"x"}}},"S":{"S":"y"},"other":{"L":[]}}`, kinds{S: "y"}, true},
		"twice":           {`{"S":{"S":"x"},"S":{"S":"y"}}`, kinds{}, false},
		"in two cases":    {`{"S":{"S":"x"},"s":{"S":"y"}}`, kinds{}, false},
		"white space":     {" { \"S\" : {\t\"S\" : \"x\" } ,\n\"B\":{\"BOOL\" : true }, \"L\":{\"L\":[ {\"S\":\"a\"} ,{\"S\":\"b\"} ] } } ", kinds{S: "x", B: true, L: []string{"a", "b"}}, true},
		"escaped name":    {`{"\u0053":{"S":"x"}}`, kinds{S: "x"}, true},
		"null value":      {`{"S":null}`, kinds{}, false},
		"empty union":     {`{"S":{}}`, kinds{}, false},
		"two types":       {`{"S":{"S":"a","N":"1"}}`, kinds{}, false},
		"bad unknown":     {`{"new":{"S":1}}`, kinds{}, false},
		"cut off":         {`{"S":{"S":"x"}`, kinds{}, false},
		"comma at end":    {`{"S":{"S":"x"},}`, kinds{}, false},
		"no item":         {`[]`, kinds{}, false},
		"nothing at all":  {``, kinds{}, false},
		"control in text": {"{\"S\":{\"S\":\"a\tb\"}}", kinds{}, false},
	}
	c := compile[kinds](t)
	for name, tt := range tests {
		got, ok := decodeOne[kinds](c, tt.item)
		if ok != tt.ok {
			t.Errorf("%s: decoded %v, want %v", name, ok, tt.ok)
		}
		if ok && !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: -want +got\n%s", name, cmp.Diff(tt.want, got))
		}
	}
}

// TestOrders decodes items whose attributes are in one order, then in another, then in any.
func TestOrders(t *testing.T) {
	t.Parallel()
	p := newPage(t, 3, codectest.NewOrder)
	d := p.c.Decoder()
	defer d.Release()
	m, _, ok := ParseMap(p.data, p.start[1])
	if !ok {
		t.Fatal("refused")
	}
	m["unknown"] = &types.AttributeValueMemberN{Value: "1"}
	m["_entity"] = &types.AttributeValueMemberS{Value: "order"}
	w := &writer{Rand: rand.New(rand.NewPCG(1, 2))}
	var one string
	for i := range 200 {
		if i%100 < 10 {
			one = w.item(m)
		}
		item := one
		if i > 100 {
			item = w.item(m)
		}
		var got codectest.Order
		if _, ok := d.Decode([]byte(item), 0, reflect.ValueOf(&got).Elem()); !ok {
			t.Fatal("refused")
		}
		if want := codectest.NewOrder(1); !reflect.DeepEqual(got, want) {
			t.Fatalf("-want +got\n%s", cmp.Diff(want, got))
		}
		if entity, ok := Text(d.Extra(0)); !ok || string(entity) != "order" {
			t.Fatalf("the entity is %q", d.Extra(0))
		}
	}
}

// TestIndependence: what was decoded shares no memory with the data.
func TestIndependence(t *testing.T) {
	t.Parallel()
	const item = `{"S":{"S":"text"},"SS":{"SS":["a","b"]},"Bytes":{"B":"YWI="},"Texts":{"M":{"key":{"S":"value"}}},"Any":{"M":{"k":{"S":"v"}}},"PS":{"S":"p"}}`
	c := compile[kinds](t)
	d := c.Decoder()
	data := []byte(item)
	var got kinds
	if _, ok := d.Decode(data, 0, reflect.ValueOf(&got).Elem()); !ok {
		t.Fatal("refused")
	}
	clear(data)
	for range 100 {
		var other kinds
		other.SS = append(other.SS, "x")
		d.Decode([]byte(strings.ReplaceAll(item, "e", "x")), 0, reflect.ValueOf(&other).Elem())
		other.SS = append(other.SS, "y")
	}
	d.Release()
	got.SS = append(got.SS, "c")
	p := "p"
	want := kinds{
		S: "text", SS: []string{"a", "b", "c"}, Bytes: []byte("ab"), Texts: map[string]string{"key": "value"}, Any: map[string]any{"k": "v"}, PS: &p,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("-want +got\n%s", cmp.Diff(want, got))
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	p := newPage(t, 20, codectest.NewOrder)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				p.decode(t)
				o := codectest.NewOrder(3)
				if _, err := p.c.Append(nil, reflect.ValueOf(&o).Elem()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// TestManyFields: more fields than what an object keeps count of without memory.
func TestManyFields(t *testing.T) {
	t.Parallel()
	var fields []reflect.StructField
	for i := range 600 {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("Field%d", i), Type: reflect.TypeFor[int]()})
	}
	p, err := codec.Compile(reflect.StructOf(fields), codec.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := Compile(p, "pk")
	v, got := reflect.New(p.Type).Elem(), reflect.New(p.Type).Elem()
	for i := range 600 {
		v.Field(i).SetInt(int64(i))
	}
	data, err := c.Append(nil, v, Attr{Name: "pk", Value: &types.AttributeValueMemberS{Value: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	d := c.Decoder()
	defer d.Release()
	if end, ok := d.Decode(data, 0, got); !ok || end != len(data) || !reflect.DeepEqual(got.Interface(), v.Interface()) {
		t.Errorf("decoded %v: %v", ok, got)
	}
	twice := strings.Replace(string(data), "Field590", "Field591", 1)
	if _, ok := d.Decode([]byte(twice), 0, reflect.New(p.Type).Elem()); ok {
		t.Error("a field that was there twice was decoded")
	}
}

type loop struct {
	Name string
	Next *loop
	More []loop
}

func TestDepth(t *testing.T) {
	t.Parallel()
	c := compile[loop](t)
	nested := func(n int) string {
		return strings.Repeat(`{"Name":{"S":"x"},"Next":{"M":`, n) + `{}` + strings.Repeat(`}}`, n)
	}
	if _, ok := decodeOne[loop](c, nested(90)); !ok {
		t.Error("90 levels refused")
	}
	if _, ok := decodeOne[loop](c, nested(100_000)); ok {
		t.Error("100,000 levels decoded")
	}
	var l loop
	l.Next = &l
	if out, err := c.Append([]byte("x"), reflect.ValueOf(&l).Elem()); err == nil || string(out) != "x" {
		t.Errorf("a loop is %.80s, %v", out, err)
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	type item struct {
		PK    string
		Name  string  `dynamodbav:"name,omitempty"`
		Price float64 `dynamodbav:"price"`
		Tags  []string
	}
	c := compile[item](t)
	s := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	tests := map[string]struct {
		item item
		with []Attr
		want string
		err  string
	}{
		"plain":    {item: item{"a", "b", 1.5, []string{"x"}}, want: `{"PK":{"S":"a"},"name":{"S":"b"},"price":{"N":"1.5"},"Tags":{"L":[{"S":"x"}]}}`},
		"left out": {item: item{PK: "a"}, want: `{"PK":{"S":"a"},"price":{"N":"0"}}`},
		"with": {
			item: item{PK: "a"}, with: []Attr{{Name: "sk", Value: s("x")}, {Name: "PK", JSON: []byte(`{"S":"b"}`)}, {Name: "price"}}, want: `{"sk":{"S":"x"},"PK":{"S":"b"}}`,
		},
		"escaped": {item: item{PK: "\"\n\\é\xff"}, want: `{"PK":{"S":"\"\n\\é` + "\ufffd" + `"},"price":{"N":"0"}}`},
		"error":   {item: item{Price: nan()}, err: "price: NaN cannot be stored as a number; use a pointer and leave it nil"},
	}
	for name, tt := range tests {
		got, err := c.Append(nil, reflect.ValueOf(&tt.item).Elem(), tt.with...)
		if errText(err) != strings.Replace(tt.err, "price", "Price", 1) || string(got) != tt.want {
			t.Errorf("%s: got %s, %v\nwant %s, %s", name, got, err, tt.want, tt.err)
		}
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestNoItems: an item whose fields are all left out.
func TestNoItems(t *testing.T) {
	t.Parallel()
	type none struct {
		A string `dynamodbav:",omitempty"`
	}
	var v none
	if got, err := compile[none](t).Append(nil, reflect.ValueOf(&v).Elem()); err != nil || string(got) != `{}` {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestSortableTime(t *testing.T) {
	t.Parallel()
	type event struct{ At, Other time.Time }
	p, err := codec.Compile(reflect.TypeFor[event](), codec.Options{SortableTimes: []string{"At"}})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	v := event{at, at}
	got, err := Compile(p).Append(nil, reflect.ValueOf(&v).Elem())
	want := `{"At":{"S":"2026-01-02T02:04:05.000000000Z"},"Other":{"S":"2026-01-02T03:04:05+01:00"}}`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestAppendErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]types.AttributeValue{
		"a: <nil> is no attribute value":    {"a": nil},
		"b: a: <nil> is no attribute value": {"b": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"a": nil}}},
		"c: <nil> is no attribute value":    {"c": &types.AttributeValueMemberL{Value: []types.AttributeValue{nil}}},
	}
	for want, m := range tests {
		if _, err := AppendMap(nil, m); errText(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestExtraText(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, text, number string }{
		{`{"S":"card"}`, "card", ""}, {`{"S":"a\nb"}`, "a\nb", ""}, {`{"N":"12"}`, "", "12"}, {`{"BOOL":true}`, "", ""}, {``, "", ""},
	}
	for _, tt := range tests {
		text, isText := Text([]byte(tt.raw))
		number, isNumber := Number([]byte(tt.raw))
		if string(text) != tt.text || isText != (tt.text != "") || string(number) != tt.number || isNumber != (tt.number != "") {
			t.Errorf("%s: text %q, %v, number %q, %v", tt.raw, text, isText, number, isNumber)
		}
	}
}

func TestFinder(t *testing.T) {
	t.Parallel()
	items := []string{
		`{"a":{"S":"_entity"},"_entity":{"S":"card"}}`, `{"_entity":{"S":"user"},"b":{"S":"\"_entity\":{\"S\":\"x\""}}`, `{"b":{"N":"1"}}`,
		`{"_entity":{"S":"team"}}`, `{"c":{"S":"x"}}`,
	}
	want := []string{"card", "user", "team", "team", ""} // the third is wrong: it is the next item's
	data, f := strings.Join(items, ","), NewFinder("_entity")
	for range 2 {
		at := 0
		for i, item := range items {
			if got := string(f.Guess([]byte(data), at)); got != want[i] {
				t.Errorf("item %d: %q, want %q", i, got, want[i])
			}
			at += len(item) + 1
		}
		f.Reset()
	}
}
