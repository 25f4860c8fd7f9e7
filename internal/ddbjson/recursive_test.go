package ddbjson

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/codec"
)

// branch contains itself in every way that a type can.
type branch struct {
	Maps map[string]map[string]int `dynamodbav:"maps"`
	Next *branch                   `dynamodbav:"next"`
	List []branch                  `dynamodbav:"list"`
	Ptrs []*branch                 `dynamodbav:"ptrs"`
	Map  map[string]branch         `dynamodbav:"map"`
	Nest nested                    `dynamodbav:"nest"`
	N    int                       `dynamodbav:"n"`
}

type nested []nested

// TestRecursive encodes and decodes types that contain themselves, whose parts
// are compiled before the whole is.
func TestRecursive(t *testing.T) {
	t.Parallel()
	leaf := func(n int) branch { return branch{Next: &branch{N: n}, N: n + 1} }
	x := branch{
		Maps: map[string]map[string]int{"a": {"b": 1}},
		Next: &branch{Next: &branch{N: 1, Maps: map[string]map[string]int{}}},
		List: []branch{leaf(1), {}}, Ptrs: []*branch{{N: 3}, {List: []branch{leaf(5)}}},
		Map: map[string]branch{"k": leaf(7)}, Nest: nested{{}, {{}}}, N: 9,
	}
	p, err := codec.Compile(reflect.TypeFor[branch](), codec.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := Compile(p, "n", "_entity")
	want, err := p.Encode(reflect.ValueOf(&x).Elem())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := c.Append(nil, reflect.ValueOf(&x).Elem())
	if err != nil {
		t.Fatal(err)
	}
	got, end, ok := ParseMap(raw, 0)
	if !ok || end != len(raw) {
		t.Fatalf("no item: %s", raw)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("encode: %s", raw)
	}
	d := c.Decoder()
	defer d.Release()
	for range 2 { // the second time, attributes are expected in their order
		var back, viaMap branch
		if _, ok := d.Decode(raw, 0, reflect.ValueOf(&back).Elem()); !ok {
			t.Fatalf("refused: %s", raw)
		}
		if err := p.Decode(want, reflect.ValueOf(&viaMap).Elem()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(viaMap, back); diff != "" {
			t.Errorf("decode: %s", diff)
		}
	}
}
