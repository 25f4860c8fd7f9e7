package value

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSetErrors(t *testing.T) {
	t.Parallel()
	const invalid = "One or more parameter values were invalid: "
	tests := map[string]struct {
		make func() (Value, error)
		want string
		old  string // where the older way of checking says something else
	}{
		"empty SS": {func() (Value, error) { return StringSet(nil) }, invalid + "An string set  may not be empty", ""},
		"empty NS": {func() (Value, error) { return NumberSet(nil) }, invalid + "An number set  may not be empty", ""},
		"empty BS": {func() (Value, error) { return BinarySet(nil) }, invalid + "Binary sets should not be empty", ""},
		"twice in SS": {
			func() (Value, error) { return StringSet([]string{"b", "a", "b", "A"}) },
			invalid + `Input collection ["a", "b", "b", "A"] contains duplicates.`,
			invalid + "Input collection [b, a, b, A] contains duplicates.",
		},
		"twice in NS": {
			func() (Value, error) { return NumberSet([]string{"1", "2", "1.0"}) },
			invalid + "Input collection contains duplicates.", "Input collection contains duplicates",
		},
		"twice in BS": {
			func() (Value, error) { return BinarySet([][]byte{{255}, {0}, {0}}) },
			invalid + `Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.`,
			invalid + "Input collection [/w==, AA==, AA==]of type BS contains duplicates.",
		},
		"no number":    {func() (Value, error) { return NumberSet([]string{"1", "b"}) }, noNumber + ": b", ""},
		"empty number": {func() (Value, error) { return NumberSet([]string{"1", ""}) }, noNumber + ": ", noNumber},
	}
	for name, tt := range tests {
		_, err := tt.make()
		var e *ValidationError
		if !errors.As(err, &e) || e.Message != tt.want || e.Older != tt.old {
			t.Errorf("%s: %+v, want %q, %q", name, e, tt.want, tt.old)
		}
	}
}

func TestSetsAreSorted(t *testing.T) {
	t.Parallel()
	elems := []string{"10", "9", "-1", "0.5", "-20"}
	v := must(NumberSet(elems))
	if diff := cmp.Diff([]string{"-20", "-1", "0.5", "9", "10"}, v.texts()); diff != "" {
		t.Error(diff)
	}
	v = must(StringSet(elems))
	if diff := cmp.Diff([]string{"-1", "-20", "0.5", "10", "9"}, v.texts()); diff != "" {
		t.Error(diff)
	}
	if want := []string{"10", "9", "-1", "0.5", "-20"}; !slices.Equal(elems, want) {
		t.Errorf("the argument changed to %v", elems)
	}
}

// TestSetAlgebra compares sets with maps.
func TestSetAlgebra(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	small := func(r *rand.Rand) string { return string("0123456789"[r.IntN(10)]) }
	for range propertyCases {
		build := func(elems []string) (Value, error) { return StringSet(elems) }
		if r.IntN(2) == 0 {
			build = NumberSet
		}
		x, y := distinct(r, small), distinct(r, small)
		a, b := must(build(x)), must(build(y))
		var union, difference []string
		for _, e := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} {
			inA, inB := slices.Contains(x, e), slices.Contains(y, e)
			if inA || inB {
				union = append(union, e)
			}
			if inA && !inB {
				difference = append(difference, e)
			}
			if got := a.Contains(Value{a.Kind().Elem(), e}); got != inA {
				t.Fatalf("%v contains %s: %t", x, e, got)
			}
		}
		if got, want := Union(a, b), must(build(union)); got != want {
			t.Fatalf("union of %v and %v is %v", x, y, got.texts())
		}
		got := Difference(a, b)
		if len(difference) == 0 != got.IsZero() || !slices.Equal(got.texts(), difference) && !got.IsZero() {
			t.Fatalf("difference of %v and %v is %v", x, y, got.texts())
		}
	}
}
