package value

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func contents(it Item) map[string]Value { return maps.Collect(it.All()) }

var cmpValues = cmp.AllowUnexported(Value{}, Item{}, Attr{})

// naiveSize counts by the rule, from the SDK's form of an item.
func naiveSize(m map[string]Value) int {
	n := 0
	for name, v := range m {
		n += len(name) + v.Size()
	}
	return n
}

func TestItemLikeMap(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	for range propertyCases / 5 {
		it := randomItem(r, 2)
		want := contents(it)
		for range 4 {
			name := "n" + randomText(r)
			if it.Get(name) != want[name] {
				t.Fatalf("Get(%q) = %v, want %v", name, it.Get(name), want[name])
			}
			var edits []Attr
			for _, name := range distinct(r, func(r *rand.Rand) string { return "n" + randomText(r) }) {
				e := Attr{Name: name}
				if delete(want, name); r.IntN(3) > 0 {
					e.Value = randomValue(r, 1)
					want[name] = e.Value
				}
				edits = append(edits, e)
			}
			slices.SortFunc(edits, func(a, b Attr) int { return strings.Compare(a.Name, b.Name) })
			it = it.Edit(edits)
			if diff := cmp.Diff(itemOf(want), it, cmpValues); diff != "" {
				t.Fatal(diff)
			}
			if it.Len() != len(want) || it.Size() != naiveSize(want) || it.IsEmpty() != (len(want) == 0) {
				t.Fatalf("Len %d, Size %d; want %d, %d", it.Len(), it.Size(), len(want), naiveSize(want))
			}
		}
		names := distinct(r, func(r *rand.Rand) string { return "n" + randomText(r) })
		maps.DeleteFunc(want, func(name string, _ Value) bool { return !slices.Contains(names, name) })
		if diff := cmp.Diff(itemOf(want), it.Keep(names...), cmpValues); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestItemIsImmutable(t *testing.T) {
	t.Parallel()
	it := NewItem([]Attr{{"b", String("x")}, {"a", Null()}})
	changed := it.With("b", String("y")).With("a", Value{}).With("c", Int(1))
	want := map[string]Value{"a": Null(), "b": String("x")}
	if diff := cmp.Diff(want, contents(it), cmpValues); diff != "" {
		t.Error(diff)
	}
	want = map[string]Value{"b": String("y"), "c": Int(1)}
	if diff := cmp.Diff(want, contents(changed), cmpValues); diff != "" {
		t.Error(diff)
	}
}

func TestLongTexts(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 127, 128, 16383, 16384, 400_000} {
		name, text := strings.Repeat("n", n/100), strings.Repeat("v", n)
		it := NewItem([]Attr{{name, List(String(text), Map(NewItem([]Attr{{"k", String(text)}})))}})
		l := it.Get(name)
		if l.Len() != 2 || l.Index(0).Text() != text || l.Index(1).Get("k").Text() != text {
			t.Errorf("texts of %d bytes did not come back", n)
		}
		if want := len(name) + 3 + (1 + n) + (1 + 3 + 1 + 1 + n); it.Size() != want {
			t.Errorf("size with texts of %d bytes is %d, want %d", n, it.Size(), want)
		}
	}
}

func TestListEdits(t *testing.T) {
	t.Parallel()
	a, b, c, x, y := String("a"), String("b"), String("c"), String("x"), String("y")
	tests := map[string]struct {
		edits []ListEdit
		want  []Value
	}{
		"none":                    {nil, []Value{a, b, c}},
		"replace":                 {[]ListEdit{{1, x}}, []Value{a, x, c}},
		"remove first and last":   {[]ListEdit{{0, Value{}}, {2, Value{}}}, []Value{b}},
		"remove all":              {[]ListEdit{{0, Value{}}, {1, Value{}}, {2, Value{}}}, []Value{}},
		"append":                  {[]ListEdit{{3, x}}, []Value{a, b, c, x}},
		"append beyond the end":   {[]ListEdit{{7, x}, {9, y}}, []Value{a, b, c, x, y}},
		"remove beyond the end":   {[]ListEdit{{7, Value{}}}, []Value{a, b, c}},
		"remove, replace, append": {[]ListEdit{{0, Value{}}, {1, x}, {5, y}}, []Value{x, c, y}},
	}
	for name, tt := range tests {
		got := slices.AppendSeq([]Value{}, List(a, b, c).EditList(tt.edits).Elems())
		if diff := cmp.Diff(tt.want, got, cmpValues); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAccessorsOfOtherKinds(t *testing.T) {
	t.Parallel()
	for _, v := range []Value{{}, String("ab"), Int(12), Binary([]byte("ab")), Bool(true), Null()} {
		if got := slices.Collect(v.Elems()); got != nil {
			t.Errorf("Elems of %v: %v", v.Kind(), got)
		}
		if !v.Index(0).IsZero() || !v.Get("a").IsZero() || !v.Item().IsEmpty() || v.Depth() != 0 || v.Contains(String("a")) {
			t.Errorf("%v has elements", v.Kind())
		}
	}
	l := List(String("a"), List(Map(Item{})))
	if !l.Index(-1).IsZero() || !l.Index(2).IsZero() || l.Depth() != 3 || !l.Contains(String("a")) || l.Contains(String("b")) {
		t.Error("list")
	}
	if n := map[Kind]int{S: String("é").Len(), B: Binary([]byte("abc")).Len(), N: Int(12).Len(), M: Map(NewItem([]Attr{{"a", l}})).Len()}; n[S] != 2 || n[B] != 3 || n[N] != 0 || n[M] != 1 {
		t.Error(n)
	}
}

func TestValueSize(t *testing.T) {
	t.Parallel()
	tests := []struct {
		v    Value
		want int
	}{
		{String("héllo"), 6},
		{Binary([]byte("abc")), 3},
		{Bool(false), 1},
		{Null(), 1},
		{must(StringSet([]string{"a", "bc", ""})), 3},
		{must(NumberSet([]string{"1", "100.5", "-2"})), 2 + 4 + 3},
		{must(BinarySet([][]byte{[]byte("abc")})), 3},
		{List(), 3},
		{Map(Item{}), 3},
		{List(String("a"), Null()), 3 + 2 + 2},
		{Map(NewItem([]Attr{{"ab", String("c")}, {"d", List()}})), 3 + 1 + 2 + 1 + 1 + 1 + 3},
	}
	for _, tt := range tests {
		if got := tt.v.Size(); got != tt.want {
			t.Errorf("size of %s is %d, want %d", tt.v.AppendJSON(nil), got, tt.want)
		}
	}
}
