// Package codectest makes random types, values and attributes for the tests of packages that encode and decode them.
package codectest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Types with every way of having a Marshaler, an Unmarshaler or text methods.
type (
	Text      string
	flag      bool
	octet     byte
	blob      []byte
	Octets    []octet
	Moment    time.Time
	document  any
	color     int    // has a String method
	OnValue   string // Marshaler on the value
	OnPointer string // Marshaler on the pointer
	halfWrite struct{ A string }
	HalfRead  struct{ A string }
	Declined  struct { // Marshaler that leaves it to the ordinary encoding
		A string
		B *int
	}
	word struct{ s string } // a text marshaler, as map key

	Inner struct {
		Zip  string `dynamodbav:"zip"`
		Note *string
	}
	Base struct {
		ID      string `dynamodbav:"id"`
		Created time.Time
		Shadow  int
	}
	Other struct {
		Shadow int
		Own    []string `dynamodbav:"own,stringset"`
	}
	hiddenStruct struct{ Seen, Own2 int }
	Tree         struct {
		Name  string
		Left  *Tree `dynamodbav:"left,omitempty"`
		Kids  []Tree
		ByKey map[string]*Tree
	}
	Sink struct {
		Base
		*Other
		hiddenStruct
		Inner     `dynamodbav:"inner"`
		Shadow    string `dynamodbav:"shadow"`
		S         string `dynamodbav:",omitempty"`
		N         int    `dynamodbav:",string"`
		F32       float32
		U8        uint8 `dynamodbav:",nullempty"`
		Opt       **string
		Tags      []string   `dynamodbav:"tags,stringset"`
		Nums      []*int64   `dynamodbav:",numberset,omitemptyelem"`
		Bins      [][4]byte  `dynamodbav:",binaryset"`
		At        time.Time  `dynamodbav:"at,unixtime,omitempty"`
		Ptr       *time.Time `dynamodbav:"ptr"`
		Un        struct{ X, Y any }
		Doc       map[string]any `dynamodbav:",omitempty"`
		Custom    map[string]OnPointer
		Customs   []OnPointer
		Unix      attributevalue.UnixTime
		Unixes    []attributevalue.UnixTime `dynamodbav:",numberset"`
		Promoted  struct{ OnValue }
		PPromoted *struct{ attributevalue.UnixTime }
		Declined  Declined
		Keys      map[word]json.Number
		Colors    map[color]int
		Skip      func() `json:"x"`
		Gone      int    `dynamodbav:"-"`
		Tree      *Tree
	}
)

func (c color) String() string { return strconv.Itoa(int(c)) }

func (o OnValue) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return &types.AttributeValueMemberS{Value: "value:" + string(o)}, nil
}

func (o *OnValue) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	return readCustom(av, "value:", (*string)(o))
}

func (o *OnPointer) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if o == nil {
		return &types.AttributeValueMemberS{Value: "nil"}, nil
	}
	return &types.AttributeValueMemberS{Value: "pointer:" + string(*o)}, nil
}

func (o *OnPointer) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	return readCustom(av, "pointer:", (*string)(o))
}

func readCustom(av types.AttributeValue, prefix string, dst *string) error {
	switch av := av.(type) {
	case nil, *types.AttributeValueMemberNULL:
		*dst = "was null"
		return nil
	case *types.AttributeValueMemberS:
		*dst = strings.TrimPrefix(av.Value, prefix)
		return nil
	default:
		return errors.New("not a string")
	}
}

func (h halfWrite) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
		"A": &types.AttributeValueMemberS{Value: h.A + "!"},
	}}, nil
}

func (h *HalfRead) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	h.A = fmt.Sprintf("%T", av)
	return nil
}

func (Declined) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) { return nil, nil }

func (w word) MarshalText() ([]byte, error) { return []byte("w:" + w.s), nil }

func (w *word) UnmarshalText(b []byte) (err error) {
	var ok bool
	if w.s, ok = strings.CutPrefix(string(b), "w:"); !ok {
		err = errors.New("no word")
	}
	return err
}

// Gen makes random types, values and attributes.
type Gen struct {
	*rand.Rand
	// Full makes no value whose encoding differs from attributevalue's under Options.Nulls: no empty set.
	Full bool
}

// New returns the generator that a seed stands for.
func New(seed uint64) *Gen { return &Gen{Rand: rand.New(rand.NewPCG(seed, 1))} }

func pick[T any](g *Gen, of ...T) T { return of[g.IntN(len(of))] }

var leaves = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[string](), reflect.TypeFor[Text](), reflect.TypeFor[bool](), reflect.TypeFor[flag](),
	reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int64](), reflect.TypeFor[color](),
	reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint64](), reflect.TypeFor[float32](), reflect.TypeFor[float64](),
	reflect.TypeFor[[]byte](), reflect.TypeFor[blob](), reflect.TypeFor[Octets](), reflect.TypeFor[[3]byte](), reflect.TypeFor[[2]octet](),
	reflect.TypeFor[time.Time](), reflect.TypeFor[Moment](), reflect.TypeFor[attributevalue.UnixTime](),
	reflect.TypeFor[json.Number](), reflect.TypeFor[attributevalue.Number](),
	reflect.TypeFor[any](), reflect.TypeFor[document](),
	reflect.TypeFor[OnValue](), reflect.TypeFor[OnPointer](), reflect.TypeFor[HalfRead](), reflect.TypeFor[halfWrite](), reflect.TypeFor[Declined](),
	reflect.TypeFor[struct{ OnValue }](), reflect.TypeFor[struct{ attributevalue.UnixTime }](),
	reflect.TypeFor[Inner](), reflect.TypeFor[Tree](), reflect.TypeFor[Base](),
	reflect.TypeFor[func()](), reflect.TypeFor[chan int](), reflect.TypeFor[complex128](), reflect.TypeFor[uintptr](),
}

var keyTypes = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[Text](), reflect.TypeFor[int](), reflect.TypeFor[color](), reflect.TypeFor[uint16](),
	reflect.TypeFor[float64](), reflect.TypeFor[flag](), reflect.TypeFor[word](), reflect.TypeFor[json.Number](),
}

func (g *Gen) typ(depth int) reflect.Type {
	if depth == 0 {
		return pick(g, leaves...)
	}
	switch g.IntN(12) {
	case 0, 1:
		elem := g.typ(depth - 1)
		if elem.Kind() == reflect.Interface || depth < 2 && elem.Kind() == reflect.Pointer {
			return elem
		}
		return reflect.PointerTo(elem)
	case 2, 3:
		return reflect.SliceOf(g.typ(depth - 1))
	case 4:
		n := g.IntN(4)
		if g.Full {
			n++
		}
		return reflect.ArrayOf(n, g.typ(depth-1))
	case 5:
		return reflect.MapOf(pick(g, keyTypes...), g.typ(depth-1))
	case 6:
		return g.Struct(depth - 1)
	default:
		return pick(g, leaves...)
	}
}

// Struct returns a random struct type.
func (g *Gen) Struct(depth int) reflect.Type {
	var fields []reflect.StructField
	for i := range 1 + g.IntN(6) {
		f := reflect.StructField{Name: "F" + strconv.Itoa(i), Type: g.typ(depth)}
		f.Tag = g.tag(f.Name, f.Type)
		fields = append(fields, f)
	}
	if g.IntN(3) == 0 {
		fields = append(fields, reflect.StructField{Name: "Inner", Type: reflect.TypeFor[Inner](), Anonymous: true})
	}
	if g.IntN(4) == 0 {
		fields = append(fields, reflect.StructField{Name: "Base", Type: reflect.TypeFor[*Base](), Anonymous: true})
	}
	if g.IntN(4) == 0 {
		fields = append(fields, reflect.StructField{
			Name: "Other", Type: reflect.TypeFor[Other](), Anonymous: true, Tag: pick[reflect.StructTag](g, "", `dynamodbav:"other"`),
		})
	}
	return reflect.StructOf(fields)
}

func (g *Gen) tag(name string, t reflect.Type) reflect.StructTag {
	options := []string{pick(g, "", "", strings.ToLower(name), "x-"+name)}
	options = append(options, pick(g, "", "", "omitempty", "nullempty"), pick(g, "", "", "omitemptyelem", "nullemptyelem"))
	if g.IntN(3) == 0 {
		options = append(options, "string")
	}
	if g.IntN(2) == 0 {
		options = append(options, "unixtime")
	}
	options = append(options, g.setOption(t))
	return reflect.StructTag(`json:"other" dynamodbav:"` + strings.Join(options, ",") + `"`)
}

func (g *Gen) setOption(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Slice && t.Kind() != reflect.Array || g.IntN(3) == 0 {
		return ""
	}
	t = t.Elem()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.Interface || t.Name() != "" && reflect.PointerTo(t).Implements(marshaler):
		return pick(g, "stringset", "numberset", "binaryset")
	case isTime(t) || t.Kind() == reflect.String && !isNumber(t):
		return "stringset"
	case isNumber(t) || t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64 && t.Kind() != reflect.Uintptr:
		return "numberset"
	case (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && t.Elem().Kind() == reflect.Uint8:
		return "binaryset"
	}
	return ""
}

var (
	marshaler = reflect.TypeFor[attributevalue.Marshaler]()
	timeType  = reflect.TypeFor[time.Time]()
)

func isTime(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.ConvertibleTo(timeType) }

func isNumber(t reflect.Type) bool {
	return t == reflect.TypeFor[json.Number]() || t == reflect.TypeFor[attributevalue.Number]()
}

// Fill sets v to something random.
func (g *Gen) Fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if g.fillsNil(v.Type().Elem(), depth) {
			v.Set(reflect.New(v.Type().Elem()))
			g.Fill(v.Elem(), depth-1)
		}
	case reflect.Slice:
		if g.fillsNil(v.Type().Elem(), depth) {
			n := g.IntN(4)
			if g.Full {
				n++
			}
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			g.fillElems(v, depth)
		}
	case reflect.Array:
		g.fillElems(v, depth)
	case reflect.Map:
		if g.IntN(5) > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range g.IntN(4) {
				k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				g.Fill(k, 1)
				g.Fill(e, depth-1)
				v.SetMapIndex(k, e)
			}
		}
	case reflect.Struct:
		g.fillStruct(v, depth)
	case reflect.Interface:
		switch {
		case depth > 0 && (g.Full || g.IntN(4) > 0):
			v.Set(g.anything(depth - 1))
		case g.Full:
			v.Set(reflect.ValueOf("end"))
		}
	default:
		g.fillScalar(v)
	}
}

// fillsNil tells whether to set a pointer or slice of elem.
func (g *Gen) fillsNil(elem reflect.Type, depth int) bool {
	if g.Full {
		return depth > 0 || elem.Kind() != reflect.Struct
	}
	return depth > 0 && g.IntN(4) > 0
}

func (g *Gen) fillElems(v reflect.Value, depth int) {
	for i := range v.Len() {
		g.Fill(v.Index(i), depth-1)
	}
}

func (g *Gen) anything(depth int) reflect.Value {
	t := pick(g, reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[[]any](), reflect.TypeFor[map[string]any](),
		reflect.TypeFor[*Inner](), reflect.TypeFor[OnPointer](), reflect.TypeFor[*OnPointer](), reflect.TypeFor[[][]byte](),
		reflect.TypeFor[*string](), reflect.TypeFor[**int](), reflect.TypeFor[time.Time](), reflect.TypeFor[Tree]())
	v := reflect.New(t).Elem()
	g.Fill(v, depth)
	return v
}

func (g *Gen) fillStruct(v reflect.Value, depth int) {
	switch {
	case isTime(v.Type()):
		if g.IntN(4) > 0 {
			t := time.Unix(g.Int64N(4e9)-1e9, g.Int64N(1e9)).In(pick(g, time.UTC, time.FixedZone("", 3600*5+1800)))
			v.Set(reflect.ValueOf(t).Convert(v.Type()))
		}
	case v.Type() == reflect.TypeFor[word]():
		v.Set(reflect.ValueOf(word{g.text()}))
	default:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				g.Fill(v.Field(i), depth-1)
			}
		}
	}
}

func (g *Gen) fillScalar(v reflect.Value) {
	if !g.Full && g.IntN(4) == 0 && !isNumber(v.Type()) {
		return
	}
	switch {
	case isNumber(v.Type()):
		v.SetString(pick(g, "12345678901234567890123456789012345678", "-1.5", "0", "1e-7", ".5"))
	case v.Kind() == reflect.String:
		v.SetString(g.text())
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(1 + g.Int64N(100)*pick[int64](g, 1, 1<<33))
	case v.CanUint():
		v.SetUint(1 + g.Uint64N(200)*pick[uint64](g, 1, 1<<33))
	case v.CanFloat():
		v.SetFloat(pick(g, 1.5, -0.1, 1e20, 1e-9, 3))
	}
	if v.CanInt() && v.Int() == 0 || v.CanUint() && v.Uint() == 0 {
		v.Set(reflect.ValueOf(7).Convert(v.Type()))
	}
}

func (g *Gen) text() string { return pick(g, "a", "é", "12", "2024-05-06T07:08:09.5Z", "true", "x y") }

// Attribute returns a random attribute.
func (g *Gen) Attribute(depth int) types.AttributeValue {
	switch n := g.IntN(12); {
	case n == 0:
		return &types.AttributeValueMemberNULL{Value: true}
	case n == 1:
		return &types.AttributeValueMemberBOOL{Value: g.IntN(2) == 0}
	case n == 2:
		return &types.AttributeValueMemberB{Value: []byte(pick(g, "", "ab", "abc"))}
	case n == 3:
		return &types.AttributeValueMemberSS{Value: []string{g.text(), "b"}}
	case n == 4:
		return &types.AttributeValueMemberNS{Value: []string{g.number(), "7"}}
	case n == 5:
		return &types.AttributeValueMemberBS{Value: [][]byte{[]byte("abc"), []byte("ab")}}
	case n == 6 && depth > 0:
		l := make([]types.AttributeValue, g.IntN(4))
		for i := range l {
			l[i] = g.Attribute(depth - 1)
		}
		return &types.AttributeValueMemberL{Value: l}
	case n == 7 && depth > 0:
		m := map[string]types.AttributeValue{}
		for range g.IntN(4) {
			m[pick(g, "A", "zip", "Name", "1", "w:x", "true", "left")] = g.Attribute(depth - 1)
		}
		return &types.AttributeValueMemberM{Value: m}
	case n == 8:
		return nil
	case n < 11:
		return &types.AttributeValueMemberN{Value: g.number()}
	default:
		return &types.AttributeValueMemberS{Value: pick(g, g.text(), g.number())}
	}
}

func (g *Gen) number() string {
	return pick(g, "0", "-1", "255", "300", "1.5", "1700000000", "12345678901234567890123456789012345678", "1e3", "007", "1e400")
}

// mutate changes something in av here and there, in place.
func (g *Gen) mutate(av types.AttributeValue) types.AttributeValue {
	if g.IntN(40) == 0 {
		return g.Attribute(2)
	}
	switch av := av.(type) {
	case *types.AttributeValueMemberL:
		for i := range av.Value {
			av.Value[i] = g.mutate(av.Value[i])
		}
	case *types.AttributeValueMemberM:
		g.MutateMap(av.Value)
	}
	return av
}

// MutateMap changes something in m here and there.
func (g *Gen) MutateMap(m map[string]types.AttributeValue) {
	for k, v := range m {
		m[k] = g.mutate(v)
		if up := strings.ToUpper(k); g.IntN(8) == 0 && m[up] == nil {
			m[up] = m[k]
			delete(m, k)
		}
	}
	if g.IntN(3) == 0 {
		m["unknown"] = g.Attribute(1)
	}
}
