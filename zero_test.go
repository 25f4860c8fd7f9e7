package dyn_test

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// Zero has an attribute of every kind.
type Zero struct {
	_ struct{} `dyn:"entity=zero"`
	_ struct{} `dyn:"pk,template=Z#$<ID>"`
	_ struct{} `dyn:"sk,template=Z"`

	ID        string         `dynamodbav:"id"`
	String    string         `dynamodbav:"string"`
	StringP   *string        `dynamodbav:"stringP"`
	StringO   string         `dynamodbav:"stringO,omitempty"`
	Int       int            `dynamodbav:"int"`
	IntP      *int           `dynamodbav:"intP"`
	IntO      int            `dynamodbav:"intO,omitempty"`
	Bool      bool           `dynamodbav:"bool"`
	BoolP     *bool          `dynamodbav:"boolP"`
	Bytes     []byte         `dynamodbav:"bytes"`
	List      []string       `dynamodbav:"list"`
	StringSet []string       `dynamodbav:"stringSet,stringset"`
	NumberSet []int          `dynamodbav:"numberSet,numberset"`
	Map       map[string]int `dynamodbav:"map"`
	Struct    Author         `dynamodbav:"struct"`
	StructP   *Author        `dynamodbav:"structP"`
	Time      time.Time      `dynamodbav:"time"`
	TimeP     *time.Time     `dynamodbav:"timeP"`
	Unix      time.Time      `dynamodbav:"unix,unixtime"`
	Custom    Roman          `dynamodbav:"custom"`
	CustomP   *Roman         `dynamodbav:"customP"`
	Any       any            `dynamodbav:"any"`
	Float     float64        `dynamodbav:"float"`
	FloatP    *float64       `dynamodbav:"floatP"`
	Uint      uint8          `dynamodbav:"uint"`
	BinarySet [][]byte       `dynamodbav:"binarySet,binaryset"`
	Deep      *Depth         `dynamodbav:"deep"`
}

type Depth struct {
	Maps map[string]map[string]int `dynamodbav:"maps"`
	Next *Depth                    `dynamodbav:"next"`
	List []int                     `dynamodbav:"list"`
	Set  []string                  `dynamodbav:"set,stringset"`
	N    int                       `dynamodbav:"n"`
}

// Roman is a number stored as text; 0 has none and is stored as NULL.
type Roman int

func (r Roman) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if r == 0 {
		return &types.AttributeValueMemberNULL{Value: true}, nil
	}
	return &types.AttributeValueMemberS{Value: strings.Repeat("I", int(r))}, nil
}

func (r *Roman) UnmarshalDynamoDBAttributeValue(av types.AttributeValue) error {
	*r = 0
	if s, ok := av.(*types.AttributeValueMemberS); ok {
		*r = Roman(len(s.Value))
	}
	return nil
}

var zeroF = dyn.Fields[Zero]()

// ZeroPatch can say of every attribute whether it is given.
type ZeroPatch struct {
	String    *string        `dynamodbav:"string"`
	StringP   *string        `dynamodbav:"stringP"`
	StringO   *string        `dynamodbav:"stringO,omitempty"`
	Int       *int           `dynamodbav:"int"`
	IntP      *int           `dynamodbav:"intP"`
	IntO      *int           `dynamodbav:"intO,omitempty"`
	Bool      *bool          `dynamodbav:"bool"`
	BoolP     *bool          `dynamodbav:"boolP"`
	Bytes     []byte         `dynamodbav:"bytes"`
	List      []string       `dynamodbav:"list"`
	StringSet []string       `dynamodbav:"stringSet,stringset"`
	NumberSet []int          `dynamodbav:"numberSet,numberset"`
	Map       map[string]int `dynamodbav:"map"`
	Struct    *Author        `dynamodbav:"struct"`
	StructP   *Author        `dynamodbav:"structP"`
	Time      *time.Time     `dynamodbav:"time"`
	TimeP     *time.Time     `dynamodbav:"timeP"`
	Unix      *time.Time     `dynamodbav:"unix,unixtime"`
	Custom    *Roman         `dynamodbav:"custom"`
	CustomP   *Roman         `dynamodbav:"customP"`
	Any       any            `dynamodbav:"any"`
	Float     *float64       `dynamodbav:"float"`
	FloatP    *float64       `dynamodbav:"floatP"`
	Uint      *uint8         `dynamodbav:"uint"`
	BinarySet [][]byte       `dynamodbav:"binarySet,binaryset"`
}

// zeroCase is one value of one attribute, and the clause that sets it.
type zeroCase struct {
	field string // of Zero and ZeroPatch
	value reflect.Value
	set   dyn.Clause
}

func valuesOf[V any](p *V, field string, vs ...V) []zeroCase {
	cases := make([]zeroCase, len(vs))
	for i, v := range vs {
		cases[i] = zeroCase{field, reflect.ValueOf(&v).Elem(), dyn.Set(p, v)}
	}
	return cases
}

func zeroCases() []zeroCase {
	var all []zeroCase
	for _, cases := range [][]zeroCase{
		valuesOf(&zeroF.String, "String", "", "x"),
		valuesOf(&zeroF.StringP, "StringP", nil, ptr(""), ptr("x")),
		valuesOf(&zeroF.StringO, "StringO", "", "x"),
		valuesOf(&zeroF.Int, "Int", 0, 3),
		valuesOf(&zeroF.IntP, "IntP", nil, ptr(0), ptr(3)),
		valuesOf(&zeroF.IntO, "IntO", 0, 3),
		valuesOf(&zeroF.Bool, "Bool", false, true),
		valuesOf(&zeroF.BoolP, "BoolP", nil, ptr(false), ptr(true)),
		valuesOf(&zeroF.Bytes, "Bytes", nil, []byte{}, []byte("x")),
		valuesOf(&zeroF.List, "List", nil, []string{}, []string{"x", ""}),
		valuesOf(&zeroF.StringSet, "StringSet", nil, []string{}, []string{"x"}),
		valuesOf(&zeroF.NumberSet, "NumberSet", nil, []int{}, []int{0}),
		valuesOf(&zeroF.Map, "Map", nil, map[string]int{}, map[string]int{"x": 0}),
		valuesOf(&zeroF.Struct, "Struct", Author{}, Author{Name: "x"}),
		valuesOf(&zeroF.StructP, "StructP", nil, &Author{}, &Author{Name: "x"}),
		valuesOf(&zeroF.Time, "Time", time.Time{}, day),
		valuesOf(&zeroF.TimeP, "TimeP", nil, &time.Time{}, ptr(day)),
		valuesOf(&zeroF.Unix, "Unix", time.Time{}, day),
		valuesOf(&zeroF.Custom, "Custom", 0, 3),
		valuesOf(&zeroF.CustomP, "CustomP", nil, ptr(Roman(0)), ptr(Roman(3))),
		valuesOf[any](&zeroF.Any, "Any", nil, "", 0, []any{}, map[string]any{}),
		valuesOf(&zeroF.Float, "Float", 0, 0.5),
		valuesOf(&zeroF.FloatP, "FloatP", nil, ptr(0.0), ptr(0.5)),
		valuesOf(&zeroF.Uint, "Uint", 0, 3),
		valuesOf(&zeroF.BinarySet, "BinarySet", nil, [][]byte{}, [][]byte{{}, []byte("x")}),
	} {
		all = append(all, cases...)
	}
	return all
}

func (z zeroCase) name() string {
	v, stars := z.value, ""
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v, stars = v.Elem(), stars+"&"
	}
	switch {
	case v.Kind() == reflect.Pointer, v.Kind() == reflect.Slice && v.IsNil(), v.Kind() == reflect.Map && v.IsNil(), v.Kind() == reflect.Interface && v.IsNil():
		return z.field + " nil"
	case v.Type() == reflect.TypeFor[time.Time]() && v.IsZero():
		return z.field + " " + stars + "zero"
	case v.Type() == reflect.TypeFor[time.Time]():
		return z.field + " " + stars + "day"
	case v.Kind() == reflect.Interface && v.Elem().Kind() == reflect.String:
		return z.field + " " + strconv.Quote(v.Elem().String())
	case v.Kind() == reflect.String:
		return z.field + " " + stars + strconv.Quote(v.String())
	}
	return fmt.Sprintf("%s %s%v", z.field, stars, v)
}

// item is an item with the value.
func (z zeroCase) item() Zero {
	item := Zero{ID: "1"}
	reflect.ValueOf(&item).Elem().FieldByName(z.field).Set(z.value)
	return item
}

// patch is a patch with the value; ok is false when a patch can't say it.
func (z zeroCase) patch() (p ZeroPatch, ok bool) {
	f := reflect.ValueOf(&p).Elem().FieldByName(z.field)
	if f.Type() == z.value.Type() {
		f.Set(z.value)
		return p, !z.value.IsNil()
	}
	f.Set(z.value.Addr())
	return p, true
}

// other is an item where the attribute has another value: any that is not zero.
func other() Zero {
	return Zero{
		ID: "1", String: "o", StringP: ptr("o"), StringO: "o", Int: 9, IntP: ptr(9), IntO: 9, Bool: true, BoolP: ptr(true), Bytes: []byte("o"),
		List: []string{"o"}, StringSet: []string{"o"}, NumberSet: []int{9}, Map: map[string]int{"o": 9}, Struct: Author{Name: "o"}, StructP: &Author{Name: "o"},
		Time: day.Add(9), TimeP: ptr(day.Add(9)), Unix: day.Add(9 * time.Second), Custom: 9, CustomP: ptr(Roman(9)), Any: 9,
		Float: 9.5, FloatP: ptr(9.5), Uint: 9, BinarySet: [][]byte{[]byte("o")},
	}
}

// TestZeroValues holds for every kind, and every value of it that might be
// taken for nothing, what each way of writing it stores.
func TestZeroValues(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock())
	zeros := entityOf[Zero](t, svc)
	ensure(t, svc)
	var b strings.Builder
	row := func(cells ...string) { renderRow(&b, 34, cells) }
	row("", "Put, Create", "Upsert creates", "Upsert merges", "Set", "SetFrom")
	for _, z := range zeroCases() {
		attr := strings.ToLower(z.field[:1]) + z.field[1:]
		after := func(op dyn.Op, given ...dyn.Op) string {
			deleteItem(t, c, "Z#1", "Z")
			for _, op := range append(given, op) {
				setUp(t, c, op)
			}
			return storedIn(t, c, "Z#1", "Z", attr)
		}
		put := after(dyn.Put(zeros, z.item()))
		if create := after(dyn.Create(zeros, z.item())); create != put {
			t.Errorf("%s: Create stores %s, Put %s", z.name(), create, put)
		}
		roundTrip(t, zeros, z)
		full := dyn.Put(zeros, other())
		patched := ""
		if p, ok := z.patch(); ok {
			patched = after(dyn.Update(zeros, Zero{ID: "1"}, dyn.SetFrom(p)), full)
		}
		row(z.name(), put, after(dyn.Upsert(zeros, z.item())), after(dyn.Upsert(zeros, z.item()), full),
			after(dyn.Update(zeros, Zero{ID: "1"}, z.set), full), patched)
	}
	compareFile(t, "zero.txt", b.String())
}

func renderRow(b *strings.Builder, width int, cells []string) {
	line := ""
	for _, cell := range cells {
		line += fmt.Sprintf("%-*s", width, cell)
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// roundTrip checks that the stored item, Create's, reads as what was written.
func roundTrip(t *testing.T, zeros *dyn.Entity[Zero], z zeroCase) {
	t.Helper()
	got, err := zeros.Get(t.Context(), Zero{ID: "1"}, dyn.Consistent())
	if err != nil {
		t.Fatal(err)
	}
	g := reflect.ValueOf(got).FieldByName(z.field)
	same := cmp.Equal(z.value.Interface(), g.Interface(), cmp.Comparer(sameSecond))
	empty := z.value.IsZero() || z.value.Kind() == reflect.Slice && z.value.Len() == 0 || z.field == "CustomP" || z.field == "Any"
	if !same && !empty {
		t.Errorf("%s reads as %v", z.name(), g)
	}
}

func sameSecond(a, b time.Time) bool { return a.Truncate(time.Second).Equal(b.Truncate(time.Second)) }

func storedIn(t *testing.T, c *dynamodb.Client, pk, sk, attr string) string {
	t.Helper()
	av := rawGet(t, c, pk, sk)[attr]
	if av == nil {
		return "-"
	}
	return renderValue(av)
}

func keyAttrs(pk, sk string) rawItem {
	return rawItem{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}

func rawGet(t *testing.T, c *dynamodb.Client, pk, sk string) rawItem {
	t.Helper()
	out, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("app"), Key: keyAttrs(pk, sk), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

func deleteItem(t *testing.T, c *dynamodb.Client, pk, sk string) {
	t.Helper()
	if _, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("app"), Key: keyAttrs(pk, sk)}); err != nil {
		t.Fatal(err)
	}
}

// TestZeroClauses applies every clause to what every kind of nothing is stored
// as.
func TestZeroClauses(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock())
	zeros := entityOf[Zero](t, svc)
	ensure(t, svc)
	bases := zeroBases()
	delete(bases, "full")
	writes := map[string]func(Zero) (Zero, error){
		"put":    func(z Zero) (Zero, error) { return zeros.Put(t.Context(), z) },
		"create": func(z Zero) (Zero, error) { return zeros.Create(t.Context(), z) },
		"upsert": func(z Zero) (Zero, error) { return zeros.Upsert(t.Context(), z) },
	}
	clauses := []struct {
		name   string
		clause dyn.Clause
		get    func(Zero) any
		want   any
	}{
		{"Add", dyn.Add(&zeroF.Int, 2), func(z Zero) any { return z.Int }, 2},
		{"Add behind a pointer", dyn.Add(zeroF.IntP, 2), func(z Zero) any { return *z.IntP }, 2},
		{"Add where omitempty", dyn.Subtract(&zeroF.IntO, 2), func(z Zero) any { return z.IntO }, -2},
		{"Append", dyn.Append(&zeroF.List, "a", "b"), func(z Zero) any { return z.List }, []string{"a", "b"}},
		{"Prepend", dyn.Prepend(&zeroF.List, "a"), func(z Zero) any { return z.List }, []string{"a"}},
		{"AddTo", dyn.AddTo(&zeroF.StringSet, "a"), func(z Zero) any { return z.StringSet }, []string{"a"}},
		{"AddTo numbers", dyn.AddTo(&zeroF.NumberSet, 0), func(z Zero) any { return z.NumberSet }, []int{0}},
		{"DeleteFrom", dyn.DeleteFrom(&zeroF.StringSet, "a"), func(z Zero) any { return len(z.StringSet) }, 0},
		{"AddField", dyn.AddField(zeroF.IntP, &zeroF.Int), func(z Zero) any { return *z.IntP }, 0},
		{"Copy", dyn.Copy(zeroF.IntP, &zeroF.Int), func(z Zero) any { return *z.IntP }, 0},
		{"Unset", dyn.Unset(&zeroF.Map), func(z Zero) any { return z.Map == nil }, true},
		{"Set in a struct", dyn.Set(&zeroF.Struct.City, "x"), func(z Zero) any { return z.Struct }, Author{City: "x"}},
		{"Set in a struct behind a pointer", dyn.Set(&zeroF.StructP.City, "x"), func(z Zero) any { return *z.StructP }, Author{City: "x"}},
		{"Set an entry", dyn.Set(dyn.Entry(&zeroF.Map, "k"), 3), func(z Zero) any { return z.Map }, map[string]int{"k": 3}},
		{"Add to an entry", dyn.Add(dyn.Entry(&zeroF.Map, "k"), 3), func(z Zero) any { return z.Map }, map[string]int{"k": 3}},
		{"Add to an entry of an entry", dyn.Add(dyn.Entry(dyn.Entry(&zeroF.Deep.Maps, "a"), "b"), 3), func(z Zero) any { return z.Deep.Maps }, map[string]map[string]int{"a": {"b": 3}}},
		{"Set deep inside", dyn.Set(deepN(2), 4), func(z Zero) any { return z.Deep.Next.Next.N }, 4},
		{"Append deep inside", dyn.Append(&zeroF.Deep.List, 1), func(z Zero) any { return z.Deep.List }, []int{1}},
		{"AddTo deep inside", dyn.AddTo(&zeroF.Deep.Set, "a"), func(z Zero) any { return z.Deep.Set }, []string{"a"}},
	}
	for base, item := range bases {
		for verb, write := range writes {
			for _, tt := range clauses {
				name := fmt.Sprintf("%s on a %s of %s", tt.name, verb, base)
				deleteItem(t, c, "Z#1", "Z")
				if _, err := write(item); err != nil {
					t.Fatal(err)
				}
				got, err := zeros.Update(t.Context(), Zero{ID: "1"}, tt.clause)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				if diff := cmp.Diff(tt.want, tt.get(got)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		}
	}
}

// deepN names N so many steps of Next inside Deep.
func deepN(steps int) *int {
	p := &zeroF.Deep
	for range steps {
		p = dyn.Sub(p, func(d **Depth) **Depth { return &(*d).Next })
	}
	return dyn.Sub(p, func(d **Depth) *int { return &(*d).N })
}

// TestNestedTogether sends several nested clauses on absent parents at once,
// and an Upsert of an item that is not there.
func TestNestedTogether(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	zeros := entityOf[Zero](t, svc)
	ensure(t, svc)
	clauses := []dyn.Clause{
		dyn.Set(&zeroF.StructP.City, "x"), dyn.Set(&zeroF.StructP.Name, "y"), dyn.Add(dyn.Entry(&zeroF.Map, "k"), 1), dyn.Set(deepN(1), 4),
		dyn.Add(dyn.Entry(dyn.Entry(&zeroF.Deep.Maps, "a"), "b"), 3), dyn.Add(dyn.Entry(dyn.Entry(&zeroF.Deep.Maps, "a"), "c"), 5), dyn.Add(&zeroF.Int, 1),
	}
	want := Zero{
		ID: "1", Int: 1, StructP: &Author{City: "x", Name: "y"}, Map: map[string]int{"k": 1},
		Deep: &Depth{Maps: map[string]map[string]int{"a": {"b": 3, "c": 5}}, Next: &Depth{N: 4}},
	}
	got, err := zeros.Upsert(t.Context(), Zero{ID: "1"}, clauses...)
	if diff := cmp.Diff(want, got, cmp.Comparer(sameTime)); diff != "" || err != nil {
		t.Errorf("upsert: %v (-want +got):\n%s", err, diff)
	}
	if _, err := zeros.Put(t.Context(), Zero{ID: "1"}); err != nil {
		t.Fatal(err)
	}
	got, err = zeros.Update(t.Context(), Zero{ID: "1"}, clauses...)
	if diff := cmp.Diff(want, got, cmp.Comparer(sameTime)); diff != "" || err != nil {
		t.Errorf("update: %v (-want +got):\n%s", err, diff)
	}
	// A condition that fails leaves no empty parents behind.
	if _, err := zeros.Put(t.Context(), Zero{ID: "1"}); err != nil {
		t.Fatal(err)
	}
	var refused *dyn.ConditionError
	_, err = zeros.Update(t.Context(), Zero{ID: "1"}, append(clauses, dyn.If(dyn.Eq(&zeroF.Int, 7)))...)
	if !errors.As(err, &refused) {
		t.Errorf("update with a false condition: %v", err)
	}
	got, err = zeros.Get(t.Context(), Zero{ID: "1"})
	if diff := cmp.Diff(Zero{ID: "1"}, got, cmp.Comparer(sameTime)); diff != "" || err != nil {
		t.Errorf("after a refused update: %v (-want +got):\n%s", err, diff)
	}
}

// sameTime takes a zero time read from its seconds for zero.
func sameTime(a, b time.Time) bool { return a.Equal(b) }
