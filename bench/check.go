package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/dyntable/dyn/bench/answer"
	"github.com/dyntable/dyn/bench/chart"
	"github.com/dyntable/dyn/bench/measure"
	"github.com/dyntable/dyn/bench/rival"
)

const (
	// recordFile holds ratios of one machine. Others of its kind come near.
	recordFile = "testdata/ratios.json"
	// tolerance is by how much a ratio may fall short of the recorded one.
	tolerance = 0.15
	// attempts is how often a cell that falls short is measured again, because
	// something else may have had the machine.
	attempts = 4
	// recordings of everything are made. Of each ratio the lowest but one is
	// kept: a busy machine may favour either side.
	recordings = 5
)

var quick = measure.Effort{Rounds: 25, Turn: 8 * time.Millisecond}

// cells are what is checked: by attributes, the operations.
var cells = []struct {
	attributes int
	ops        []rival.Op
}{
	{5, []rival.Op{rival.Get, rival.Query100, rival.Put, rival.BatchWrite25, rival.BatchGet}},
	{17, []rival.Op{rival.Get, rival.Query100, rival.Query1000, rival.Put, rival.Update, rival.BatchWrite25, rival.Collection}},
	{60, []rival.Op{rival.Get, rival.Query100, rival.Put}},
}

// mark is what is recorded of one contender in one cell.
type mark struct {
	Ratio  float64 // how many times faster than the baseline
	Allocs float64
}

func contends(c rival.Contender) bool { return c.Name == rival.Baseline || isDyn(c) }

// marks measures one cell.
func marks(attributes int, op rival.Op) (map[string]mark, error) {
	t := scripted{answer.NewStub()}
	all := rival.Workloads()
	w := all[slices.IndexFunc(all, func(w rival.Workload) bool { return w.Attributes == attributes })]
	results, err := race(stubbed{}, t, w, op, contends, quick)
	if err != nil {
		return nil, err
	}
	out := make(map[string]mark)
	for _, r := range results[1:] {
		out[fmt.Sprintf("%d attributes/%s/%s", attributes, op.Name, r.Name)] = mark{round(r.Faster), r.Allocs}
	}
	return out, nil
}

func round(ratio float64) float64 { return float64(int(ratio*100+0.5)) / 100 }

func record() error {
	ratios := make(map[string][]float64)
	recorded := make(map[string]mark)
	for range recordings {
		for _, c := range cells {
			for _, op := range c.ops {
				got, err := marks(c.attributes, op)
				if err != nil {
					return err
				}
				for name, m := range got {
					ratios[name] = append(ratios[name], m.Ratio)
					recorded[name] = m
				}
			}
		}
	}
	for name, all := range ratios {
		slices.Sort(all)
		recorded[name] = mark{all[1], recorded[name].Allocs}
	}
	b, err := json.MarshalIndent(recorded, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(recordFile, append(b, '\n'), 0o644)
}

// check compares with what is recorded, and looks for costs that grow faster
// than pages.
func check() error {
	b, err := os.ReadFile(recordFile)
	if err != nil {
		return err
	}
	var recorded map[string]mark
	if err := json.Unmarshal(b, &recorded); err != nil {
		return err
	}
	var errs []error
	for _, c := range cells {
		for _, op := range c.ops {
			measured := func() (map[string]mark, error) { return marks(c.attributes, op) }
			errs = append(errs, checkCell(recorded, measured)...)
		}
	}
	errs = append(errs, checkCodec())
	c := byPage(1000, 10_000)
	errs = append(errs, checkLinear(c, func() ([]chart.Curve, error) {
		return trace(c, isDyn, measure.Effort{Rounds: 5, Turn: time.Millisecond})
	}))
	return errors.Join(errs...)
}

// checkCell measures a cell until each contender has once been as good as
// recorded, or it has been tried often enough.
func checkCell(recorded map[string]mark, measured func() (map[string]mark, error)) []error {
	best := make(map[string]mark)
	var errs []error
	for range attempts {
		got, err := measured()
		if err != nil {
			return []error{err}
		}
		errs = nil
		for name, m := range got {
			if b, ok := best[name]; ok {
				m = mark{max(m.Ratio, b.Ratio), min(m.Allocs, b.Allocs)}
			}
			best[name] = m
			errs = append(errs, judge(name, recorded, m)...)
		}
		if len(errs) == 0 {
			break
		}
	}
	for _, name := range sortedKeys(best) {
		fmt.Printf("%s: %.2f times faster (%.2f recorded), %.0f allocations (%.0f)\n",
			name, best[name].Ratio, recorded[name].Ratio, best[name].Allocs, recorded[name].Allocs)
	}
	return errs
}

func sortedKeys[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func judge(name string, recorded map[string]mark, m mark) []error {
	want, ok := recorded[name]
	if !ok {
		return []error{fmt.Errorf("%s: nothing recorded; run with -record", name)}
	}
	var errs []error
	if m.Ratio < want.Ratio*(1-tolerance) {
		errs = append(errs, fmt.Errorf("%s: %.2f times faster, %.2f recorded", name, m.Ratio, want.Ratio))
	}
	if m.Allocs > want.Allocs+max(0.5, want.Allocs/200) { // what is made in slabs is not every time
		errs = append(errs, fmt.Errorf("%s: %.1f allocations, %.1f recorded", name, m.Allocs, want.Allocs))
	}
	return errs
}

// checkLinear measures a curve until each contender has once been straight, or it has been tried often enough.
func checkLinear(c curve, measured func() ([]chart.Curve, error)) error {
	bent := make(map[string]string)
	for try := range attempts {
		lines, err := measured()
		if err != nil {
			return err
		}
		now := bends(c, lines)
		for _, l := range lines {
			if text, ok := now[l.Name]; ok && try == 0 {
				bent[l.Name] = text
			} else if !ok {
				delete(bent, l.Name)
			}
		}
		if len(bent) == 0 {
			break
		}
	}
	return joined(bent)
}
