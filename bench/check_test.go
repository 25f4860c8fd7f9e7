package main

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/bench/chart"
)

// TestCheckCell finds that a cell is measured until it is as recorded, and what
// is said of one that never is.
func TestCheckCell(t *testing.T) {
	t.Parallel()
	recorded := map[string]mark{"a": {4, 100}, "b": {2, 50}}
	for _, tt := range []struct {
		name  string
		given []map[string]mark
		want  []string
		tries int
	}{
		{"as recorded", []map[string]mark{{"a": {4, 100}, "b": {1.71, 50}}}, nil, 1},
		{"better", []map[string]mark{{"a": {9, 90}}}, nil, 1},
		{"bad luck", []map[string]mark{{"a": {3, 100}, "b": {2, 50}}, {"a": {4, 100}, "b": {1, 50}}}, nil, 2},
		{
			"slower",
			[]map[string]mark{{"a": {3.3, 100}}, {"a": {3.1, 100}}, {"a": {3.39, 100}}, {"a": {3.2, 100}}},
			[]string{"a: 3.39 times faster, 4.00 recorded"},
			4,
		},
		{
			"more allocations",
			[]map[string]mark{{"b": {2, 52}}, {"b": {2, 51}}, {"b": {2, 52}}, {"b": {2, 52}}},
			[]string{"b: 51.0 allocations, 50.0 recorded"},
			4,
		},
		{
			"new",
			[]map[string]mark{{"c": {2, 52}}, {"c": {2, 52}}, {"c": {2, 52}}, {"c": {2, 52}}},
			[]string{"c: nothing recorded; run with -record"},
			4,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tries := 0
			errs := checkCell(recorded, func() (map[string]mark, error) {
				tries++
				return tt.given[tries-1], nil
			})
			var got []string
			for _, err := range errs {
				got = append(got, err.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || tries != tt.tries {
				t.Errorf("%d tries, want %d; (-want +got):\n%s", tries, tt.tries, diff)
			}
		})
	}
	broken := errors.New("broken")
	errs := checkCell(nil, func() (map[string]mark, error) { return nil, broken })
	if len(errs) != 1 || !errors.Is(errs[0], broken) {
		t.Errorf("errors %v", errs)
	}
}

func TestBends(t *testing.T) {
	t.Parallel()
	line := func(name string, last float64) chart.Curve {
		return chart.Curve{Name: name, Points: []chart.Point{{X: 1, Y: 60}, {X: 100, Y: 200}, {X: 1000, Y: last}}}
	}
	got := bends(curve{title: "Get"}, []chart.Curve{line("dyn straight", 2000), line("dyn bent", 4000), line("another", 9000)})
	want := map[string]string{"dyn bent": "Get: dyn bent: grows faster than size: 2.00 times from 100 to 1000"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCheckLinear finds that a contender has to be straight once.
func TestCheckLinear(t *testing.T) {
	t.Parallel()
	line := func(name string, last float64) chart.Curve {
		return chart.Curve{Name: name, Points: []chart.Point{{X: 100, Y: 200}, {X: 1000, Y: last}}}
	}
	const straight, bent = 2000, 4000
	c := curve{title: "Get"}
	for _, tt := range []struct {
		name  string
		given [attempts][2]float64
		want  string
	}{
		{"straight", [attempts][2]float64{{straight, straight}}, ""},
		{"bad luck", [attempts][2]float64{{bent, straight}, {bent, bent}, {straight, bent}}, ""},
		{
			"bent",
			[attempts][2]float64{{bent, straight}, {bent, bent}, {bent, bent}, {bent, straight}},
			"Get: dyn a: grows faster than size: 2.00 times from 100 to 1000",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tries := 0
			err := checkLinear(c, func() ([]chart.Curve, error) {
				y := tt.given[tries]
				tries++
				return []chart.Curve{line("dyn a", y[0]), line("dyn b", y[1])}, nil
			})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
