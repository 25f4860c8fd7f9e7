package codec

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

type item = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }
func list(l ...types.AttributeValue) types.AttributeValue {
	return &types.AttributeValueMemberL{Value: append([]types.AttributeValue{}, l...)}
}
func dict(m item) types.AttributeValue { return &types.AttributeValueMemberM{Value: m} }

func compile(t *testing.T, v any, o Options) *Plan {
	t.Helper()
	p, err := Compile(reflect.TypeOf(v), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// encodeField returns the attribute F of the struct that v points to.
func encodeField(t *testing.T, v any, o Options) (av types.AttributeValue, absent bool) {
	t.Helper()
	s := reflect.ValueOf(v).Elem()
	f := compile(t, s.Interface(), o).ByName("F")
	av, present, err := f.Encode(s)
	if err != nil {
		t.Fatal(err)
	}
	if present != (av != nil) {
		t.Errorf("present is %v for %v", present, av)
	}
	return av, f.Absent(s)
}

func ptr[T any](v T) *T { return &v }

// TestZero says what is stored for every kind of nothing, plainly and under Options.Nulls, and what counts as absent.
func TestZero(t *testing.T) {
	t.Parallel()
	zeroTime := str("0001-01-01T00:00:00Z")
	empty := &types.AttributeValueMemberB{Value: []byte{}}
	set := func(s ...string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: s} }
	tests := map[string]struct {
		v           any
		want, nulls types.AttributeValue
		absent      bool
	}{
		"empty string": {&struct{ F string }{}, str(""), str(""), true},
		"empty string, omitempty": {&struct {
			F string `dynamodbav:",omitempty"`
		}{}, nil, nil, true},
		"empty string, nullempty": {&struct {
			F string `dynamodbav:",nullempty"`
		}{}, null(), null(), true},
		"nil string": {&struct{ F *string }{}, nil, null(), true},
		"nil string, omitempty": {&struct {
			F *string `dynamodbav:",omitempty"`
		}{}, nil, nil, true},
		"nil string, nullempty": {&struct {
			F *string `dynamodbav:",nullempty"`
		}{}, null(), null(), true},
		"pointer to empty string": {&struct {
			F *string `dynamodbav:",omitempty"`
		}{ptr("")}, str(""), str(""), true},
		"string":   {&struct{ F string }{"x"}, str("x"), str("x"), false},
		"zero int": {&struct{ F int }{}, num("0"), num("0"), false},
		"zero int, omitempty": {&struct {
			F int `dynamodbav:",omitempty"`
		}{}, nil, nil, true},
		"zero int, nullempty": {&struct {
			F int `dynamodbav:",nullempty"`
		}{}, null(), null(), true},
		"nil int": {&struct{ F *int }{}, nil, null(), true},
		"pointer to zero int": {&struct {
			F *int `dynamodbav:",omitempty"`
		}{ptr(0)}, num("0"), num("0"), false},
		"pointer to nil int": {&struct{ F **int }{ptr((*int)(nil))}, nil, null(), true},
		"pointer twice to zero": {&struct {
			F **int `dynamodbav:",omitempty"`
		}{ptr(ptr(0))}, nil, nil, true},
		"false": {&struct{ F bool }{}, &types.AttributeValueMemberBOOL{}, &types.AttributeValueMemberBOOL{}, false},
		"false, omitempty": {&struct {
			F bool `dynamodbav:",omitempty"`
		}{}, nil, nil, true},
		"minus zero, omitempty": {&struct {
			F float64 `dynamodbav:",omitempty"`
		}{math.Copysign(0, -1)}, nil, nil, true},
		"nil bytes":   {&struct{ F []byte }{}, nil, null(), true},
		"empty bytes": {&struct{ F []byte }{[]byte{}}, empty, empty, true},
		"empty bytes, omitempty": {&struct {
			F []byte `dynamodbav:",omitempty"`
		}{[]byte{}}, empty, empty, true},
		"no byte array":       {&struct{ F [0]byte }{}, empty, empty, true},
		"nil list":            {&struct{ F []int }{}, nil, null(), true},
		"empty list":          {&struct{ F []int }{[]int{}}, list(), list(), false},
		"pointer to nil list": {&struct{ F *[]int }{ptr([]int(nil))}, list(), list(), false},
		"nil in list":         {&struct{ F []*int }{[]*int{nil}}, list(null()), list(null()), false},
		"nil in list, omitted": {&struct {
			F []*int `dynamodbav:",omitemptyelem"`
		}{[]*int{nil}}, list(), list(), false},
		"nil map":       {&struct{ F map[string]int }{}, nil, null(), true},
		"empty map":     {&struct{ F map[string]int }{map[string]int{}}, dict(item{}), dict(item{}), false},
		"nil in map":    {&struct{ F map[string]any }{map[string]any{"a": nil}}, dict(item{"a": null()}), dict(item{"a": null()}), false},
		"nil in struct": {&struct{ F struct{ A *int } }{}, dict(item{}), dict(item{"A": null()}), false},
		"nil set": {&struct {
			F []string `dynamodbav:",stringset"`
		}{}, nil, null(), true},
		"empty set": {&struct {
			F []string `dynamodbav:",stringset"`
		}{[]string{}}, nil, nil, true},
		"set left empty": {&struct {
			F []string `dynamodbav:",stringset,omitemptyelem"`
		}{[]string{""}}, nil, nil, true},
		"set": {&struct {
			F []string `dynamodbav:",stringset"`
		}{[]string{"a"}}, set("a"), set("a"), false},
		"empty set in list": {&struct{ F [][][]byte }{[][][]byte{{}}}, list(null()), list(null()), false},
		"nil any":           {&struct{ F any }{}, nil, null(), true},
		"any empty string":  {&struct{ F any }{""}, str(""), str(""), true},
		"any nil pointer":   {&struct{ F any }{(*int)(nil)}, nil, null(), true},
		"any zero, omitempty": {&struct {
			F any `dynamodbav:",omitempty"`
		}{0}, num("0"), num("0"), false},
		"any pointer to zero": {&struct {
			F any `dynamodbav:",omitempty"`
		}{ptr(0)}, nil, nil, true},
		"zero time": {&struct{ F time.Time }{}, zeroTime, zeroTime, true},
		"zero time, omitempty": {&struct {
			F time.Time `dynamodbav:",omitempty"`
		}{}, zeroTime, zeroTime, true},
		"zero unix time": {&struct {
			F time.Time `dynamodbav:",unixtime"`
		}{}, num("-62135596800"), num("-62135596800"), true},
		"zero UnixTime": {&struct{ F attributevalue.UnixTime }{}, num("-62135596800"), num("-62135596800"), true},
		"nil time":      {&struct{ F *time.Time }{}, nil, null(), true},
		"custom, omitempty": {&struct {
			F OnValue `dynamodbav:",omitempty"`
		}{}, nil, nil, true},
		"custom":                {&struct{ F OnValue }{}, str("value:"), str("value:"), false},
		"nil custom":            {&struct{ F *OnPointer }{}, nil, null(), true},
		"pointer to nil custom": {&struct{ F **OnPointer }{ptr((*OnPointer)(nil))}, str("nil"), str("nil"), true},
		"pointer to nil value":  {&struct{ F **OnValue }{ptr((*OnValue)(nil))}, nil, null(), true},
		"declined custom":       {&struct{ F declined }{declined{A: "a"}}, dict(item{"A": str("a")}), dict(item{"A": str("a"), "B": null()}), false},
		"function":              {&struct{ F func() }{}, nil, nil, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, absent := encodeField(t, tt.v, Options{})
			if diff := cmp.Diff(tt.want, got, exportMembers); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if absent != tt.absent {
				t.Errorf("Absent is %v", absent)
			}
			got, _ = encodeField(t, tt.v, Options{Nulls: true})
			if diff := cmp.Diff(tt.nulls, got, exportMembers); diff != "" {
				t.Errorf("with Nulls, -want +got:\n%s", diff)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	type row struct {
		Kind     Kind
		Attr     string
		Pointer  int
		Optional bool
	}
	var v struct {
		String   text
		Int      *int8
		IntText  int `dynamodbav:",string"`
		IntOmit  int `dynamodbav:",omitempty"`
		Uint     uint8
		Float    float32
		Number   json.Number
		Bool     bool
		Bytes    octets
		Array    [2]byte
		Time     **moment
		Unix     time.Time `dynamodbav:",unixtime"`
		UnixType attributevalue.UnixTime
		SS       []string `dynamodbav:",stringset"`
		NS       [2]int   `dynamodbav:",numberset"`
		BS       [][]byte
		List     []string
		Fixed    [2]string
		Map      map[string]int
		Struct   Inner
		Any      any
		Custom   OnPointer
		Half     halfRead
		Chan     chan int
	}
	want := map[string]row{
		"String": {String, "S", 0, true}, "Int": {Int, "N", 1, true}, "IntText": {Int, "S", 0, false}, "IntOmit": {Int, "N", 0, true},
		"Uint": {Uint, "N", 0, false}, "Float": {Float, "N", 0, false}, "Number": {Number, "N", 0, true}, "Bool": {Bool, "BOOL", 0, false},
		"Bytes": {Bytes, "B", 0, true}, "Array": {Bytes, "B", 0, false}, "Time": {Time, "S", 2, true}, "Unix": {UnixTime, "N", 0, true},
		"UnixType": {Custom, "N", 0, true}, "SS": {StringSet, "SS", 0, true}, "NS": {NumberSet, "NS", 0, true}, "BS": {BinarySet, "BS", 0, true},
		"List": {List, "L", 0, true}, "Fixed": {List, "L", 0, false}, "Map": {Map, "M", 0, true}, "Struct": {Struct, "M", 0, false},
		"Any": {Interface, "", 0, true}, "Custom": {Custom, "", 0, true}, "Half": {Custom, "", 0, true}, "Chan": {Skipped, "", 0, true},
	}
	got := map[string]row{}
	p := compile(t, v, Options{})
	for _, f := range p.Fields {
		got[f.Go] = row{f.Codec.Kind, f.Codec.Attr(), f.Codec.Pointer, f.Codec.Optional()}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if s := p.ByGo("Struct").Codec.Struct(); s == nil || s.Type != reflect.TypeFor[Inner]() {
		t.Errorf("Struct: %v", s)
	}
	if e := p.ByGo("SS").Codec.Elem(); e == nil || e.Kind != String {
		t.Errorf("Elem: %v", e)
	}
	if e, s := p.ByGo("Bytes").Codec.Elem(), p.ByGo("Custom").Codec.Struct(); e != nil || s != nil {
		t.Errorf("Elem of bytes %v, Struct of custom %v", e, s)
	}
}

func TestEncodeErrors(t *testing.T) {
	t.Parallel()
	var loop Tree
	loop.Left = &loop
	tests := map[string]struct {
		v    any
		want string
	}{
		"NaN": {
			struct{ Address struct{ Lat float64 } }{struct{ Lat float64 }{math.NaN()}},
			"Address.Lat: NaN cannot be stored as a number; use a pointer and leave it nil",
		},
		"infinity in a list": {
			struct{ P []struct{ X float32 } }{[]struct{ X float32 }{{}, {float32(math.Inf(-1))}}},
			"P[1].X: -Inf cannot be stored as a number; use a pointer and leave it nil",
		},
		"NaN in a set": {
			struct {
				P []float64 `dynamodbav:",numberset"`
			}{[]float64{1, math.NaN()}},
			"P[1]: NaN cannot be stored as a number; use a pointer and leave it nil",
		},
		"NaN in any":        {struct{ P map[string]any }{map[string]any{"a b": math.NaN()}}, `P["a b"]: NaN cannot be stored as a number; use a pointer and leave it nil`},
		"number text":       {struct{ P json.Number }{"NaN"}, `P: "NaN" is no number`},
		"empty number text": {struct{ P *json.Number }{ptr(json.Number(""))}, `P: an empty text is no number; set it, or use omitempty`},
		"year":              {struct{ P time.Time }{time.Unix(1<<40, 0)}, "P: year 36812 cannot be stored as text; only years 0 to 9999 can be read back"},
		"map key":           {struct{ P map[text]int }{map[text]int{"": 1}}, "P: a map key is empty, which no attribute name can be"},
		"nil in a set": {struct {
			P []*string `dynamodbav:",stringset"`
		}{[]*string{nil}}, "P[0]: an element of a set of S is stored as NULL; use S that is not nil"},
		"any in a set": {struct {
			P []any `dynamodbav:",numberset"`
		}{[]any{1, "x"}}, "P[1]: an element of a set of N is stored as S; use N that is not nil"},
		"type in any": {struct{ P any }{ptr(any(1))}, "P: a pointer to an interface is not supported; use interface {}"},
		"cycle":       {loop, strings.Repeat("Left.", maxDepth-1) + "Left: nested more than 64 levels deep; does the value contain itself?"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := compile(t, tt.v, Options{}).Encode(reflect.ValueOf(tt.v))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, %v\nwant %s", got, err, tt.want)
			}
		})
	}
	// Under `string` it is text, which can be anything.
	got, _ := encodeField(t, &struct {
		F float64 `dynamodbav:",string"`
	}{math.NaN()}, Options{})
	if !Equal(got, str("NaN")) {
		t.Errorf("NaN as a string: %v", got)
	}
}

func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	type target struct {
		N     int8
		U     uint64
		F     float32
		S     string
		T     time.Time
		X     time.Time `dynamodbav:",unixtime"`
		A     [2]byte
		L     []Inner
		M     map[int]int
		Any   any
		Inner *Inner
	}
	tests := map[string]struct {
		in   item
		want string
	}{
		"overflow":   {item{"N": num("128")}, "N: 128 is out of the range of int8; use a wider type, or attributevalue.Number for every number"},
		"38 digits":  {item{"U": num("12345678901234567890123456789012345678")}, "U: 12345678901234567890123456789012345678 is out of the range of uint64; use a wider type, or attributevalue.Number for every number"},
		"fraction":   {item{"N": num("1.5")}, `N: "1.5" is not a number that int8 can hold; use attributevalue.Number for every number`},
		"float":      {item{"F": num("1e39")}, "F: 1e39 is out of the range of float32; use a wider type, or attributevalue.Number for every number"},
		"type":       {item{"N": str("1")}, "N: the attribute is S, which int8 cannot hold; change the field's type or the item"},
		"set":        {item{"S": &types.AttributeValueMemberSS{Value: []string{"a"}}}, "S: the attribute is SS, which string cannot hold; change the field's type or the item"},
		"time":       {item{"T": str("soon")}, `T: "soon" is not a time in RFC 3339 form`},
		"unix":       {item{"X": num("1.5")}, `X: "1.5" is not a time in whole seconds since 1970`},
		"array":      {item{"A": &types.AttributeValueMemberB{Value: []byte("abc")}}, "A: 3 bytes do not fit into [2]uint8"},
		"in a list":  {item{"L": list(dict(item{}), dict(item{"ZIP": num("1"), "zip": &types.AttributeValueMemberBOOL{}}))}, "L[1].Zip: the attribute is BOOL, which string cannot hold; change the field's type or the item"},
		"in a map":   {item{"M": dict(item{"7": str("x")})}, `M["7"]: the attribute is S, which int cannot hold; change the field's type or the item`},
		"map key":    {item{"M": dict(item{"x": num("1")})}, `M: map key "x": "x" is not a number that int can hold; use attributevalue.Number for every number`},
		"any":        {item{"Any": list(num("1e999"))}, "Any[0]: 1e999 is out of the range of float64; use a wider type, or attributevalue.Number for every number"},
		"first":      {item{"N": str(""), "S": dict(nil), "T": list()}, "N: the attribute is S, which int8 cannot hold; change the field's type or the item"},
		"by pointer": {item{"Inner": dict(item{"Note": dict(nil)})}, "Inner.Note: the attribute is M, which *string cannot hold; change the field's type or the item"},
	}
	p := compile(t, target{}, Options{})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := p.Decode(tt.in, reflect.ValueOf(&target{}).Elem())
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// TestNumbers shows that no number goes through a float64 but those that are one.
func TestNumbers(t *testing.T) {
	t.Parallel()
	type numbers struct {
		Text json.Number
		AV   attributevalue.Number
		I    int64
		U    uint64
		F    float64
		Set  []int64 `dynamodbav:",numberset"`
		Any  any
	}
	const digits = "12345678901234567890123456789012345678"
	in := item{
		"Text": num("-" + digits), "AV": num(digits), "I": num("-9223372036854775808"), "U": num("18446744073709551615"),
		"F": num("0.1"), "Set": &types.AttributeValueMemberNS{Value: []string{"9007199254740993"}}, "Any": num("9007199254740993"),
	}
	var got numbers
	p := compile(t, got, Options{})
	if err := p.Decode(in, reflect.ValueOf(&got).Elem()); err != nil {
		t.Fatal(err)
	}
	want := numbers{"-" + digits, digits, math.MinInt64, math.MaxUint64, 0.1, []int64{9007199254740993}, 9007199254740992.0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	out, err := p.Encode(reflect.ValueOf(got))
	if err != nil {
		t.Fatal(err)
	}
	in["Any"] = num("9007199254740992")
	if diff := cmp.Diff(in, out, exportMembers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestNoSharing changes what was encoded and decoded: neither the source nor a second result may follow.
func TestNoSharing(t *testing.T) {
	t.Parallel()
	type shared struct {
		B    []byte
		A, S string
		L    []int
		M    map[string]int
	}
	v := shared{[]byte("bytes"), "a", "s", []int{100, 200}, map[string]int{"x": 1}}
	p := compile(t, v, Options{})
	first, err := p.Encode(reflect.ValueOf(&v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.Encode(reflect.ValueOf(&v).Elem())
	if err != nil {
		t.Fatal(err)
	}
	first["B"].(*types.AttributeValueMemberB).Value[0] = 'X'
	first["A"].(*types.AttributeValueMemberS).Value = "X"
	first["L"].(*types.AttributeValueMemberL).Value[0] = null()
	want := item{
		"B": &types.AttributeValueMemberB{Value: []byte("bytes")}, "A": str("a"), "S": str("s"), "L": list(num("100"), num("200")),
		"M": dict(item{"x": num("1")}),
	}
	if diff := cmp.Diff(want, second, exportMembers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	got, old := v, v
	if err := p.Decode(item{"L": list(num("7")), "B": &types.AttributeValueMemberB{Value: []byte("B")}}, reflect.ValueOf(&got).Elem()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shared{[]byte("bytes"), "a", "s", []int{100, 200}, map[string]int{"x": 1}}, old); diff != "" {
		t.Errorf("decoding wrote into old memory, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(shared{[]byte("B"), "a", "s", []int{7}, map[string]int{"x": 1}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestConcurrent compiles and uses types that contain each other from many goroutines at once.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	type node struct {
		ID   int
		Next *node
		Tree Tree
		Any  any
	}
	v := node{ID: 1, Next: &node{ID: 2, Any: map[string]any{"x": []any{&Inner{Zip: "1"}}}}, Tree: Tree{Kids: []Tree{{Name: "kid"}}}}
	want := marshal(t, v)
	prune(want, true)
	plans := make([]*Plan, 16)
	var wg sync.WaitGroup
	for i := range plans {
		wg.Go(func() {
			var err error
			if plans[i], err = Compile(reflect.TypeFor[node](), Options{}); err != nil {
				t.Error(err)
				return
			}
			got, err := plans[i].Encode(reflect.ValueOf(v))
			if err != nil {
				t.Error(err)
			}
			prune(got, true)
			if diff := cmp.Diff(want, got, exportMembers); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	wg.Wait()
	for _, p := range plans {
		if p != plans[0] {
			t.Error("the type was compiled twice")
		}
	}
}

func marshal(t *testing.T, v any) item {
	t.Helper()
	m, err := attributevalue.MarshalMap(v)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMarshalerOnPointer: it counts wherever attributevalue finds it, whether or not the struct is addressable.
func TestMarshalerOnPointer(t *testing.T) {
	t.Parallel()
	type customs struct {
		F     OnPointer
		Slice []OnPointer
		Array [1]OnPointer
		Map   map[string]OnPointer
		Any   any
	}
	v := customs{"a", []OnPointer{"a"}, [1]OnPointer{"a"}, map[string]OnPointer{"k": "a"}, OnPointer("a")}
	want := marshal(t, &v)
	p := compile(t, v, Options{})
	for name, s := range map[string]reflect.Value{"pointer": reflect.ValueOf(&v).Elem(), "value": reflect.ValueOf(v)} {
		got, err := p.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, exportMembers); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

func TestFoldedNames(t *testing.T) {
	t.Parallel()
	type names struct {
		Zip    string `dynamodbav:"zip"`
		Kelvin string `dynamodbav:"kelvin"`
	}
	tests := map[string]struct {
		in   item
		want names
	}{
		"exact":      {item{"zip": str("1")}, names{Zip: "1"}},
		"folded":     {item{"ZIP": str("1"), "\u212aELVIN": str("2")}, names{"1", "2"}},
		"both":       {item{"ZIP": str("1"), "zip": str("2"), "Zip": str("3")}, names{Zip: "2"}},
		"two folded": {item{"Zip": str("3"), "ZIP": str("1"), "zIP": str("2")}, names{Zip: "1"}},
		"no match":   {item{"zap": str("1"), "zi": str("2"), "zipp": str("3"), "\xffip": str("4")}, names{}},
	}
	p := compile(t, names{}, Options{})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got names
			if err := p.Decode(tt.in, reflect.ValueOf(&got).Elem()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
