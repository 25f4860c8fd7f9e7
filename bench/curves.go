package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dyntable/dyn/bench/answer"
	"github.com/dyntable/dyn/bench/chart"
	"github.com/dyntable/dyn/bench/measure"
	"github.com/dyntable/dyn/bench/rival"
)

// maxGrowth is how many times more one more of something may cost at the end of
// a curve than in its middle.
const maxGrowth = 1.8

// point is a place on a curve: a workload and operation of a size.
type point struct {
	x  float64
	w  rival.Workload
	op rival.Op
}

// curve is the cost of something by its size.
type curve struct {
	file, title, x string
	points         []point
}

// allCurves returns what is drawn.
func allCurves() ([]curve, error) {
	get, put, err := bySize()
	return []curve{byPage(1, 10, 100, 1000, 10_000), get, put, byAttributes()}, err
}

func byPage(sizes ...int) curve {
	c := curve{"cost-by-page.svg", "Query: cost by items of a page", "items of 17 attributes", nil}
	for _, n := range sizes {
		c.points = append(c.points, point{float64(n), rival.Workloads()[1], rival.Op{Name: fmt.Sprintf("Query %d", n), Items: n}})
	}
	return c
}

func byAttributes() curve {
	c := curve{"cost-by-attributes.svg", "Get: cost by attributes of the item", "attributes", nil}
	for _, w := range rival.Texts() {
		c.points = append(c.points, point{float64(w.Attributes), w, rival.Get})
	}
	return c
}

// bySize goes from 0.2 to 350 kilobytes.
func bySize() (get, put curve, err error) {
	get = curve{"cost-by-size-get.svg", "Get: cost by size of the item", "kilobytes of JSON", nil}
	put = curve{"cost-by-size-put.svg", "Put: cost by size of the item", "kilobytes of JSON", nil}
	for _, lines := range []int{1, 10, 100, 1000, 3500} {
		w := rival.Documents(lines)
		script, err := answer.NewScript(w, rival.Get)
		if err != nil {
			return get, put, err
		}
		size := float64(len(script["GetItem"])) / 1000
		get.points = append(get.points, point{size, w, rival.Get})
		put.points = append(put.points, point{size, w, rival.Put})
	}
	return get, put, nil
}

func curvesSection() error {
	all, err := allCurves()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range all {
		fmt.Printf("\n## %s\n\n", c.title)
		lines, err := trace(c, drawn, effort())
		if err != nil {
			return err
		}
		printCurve(c, lines)
		errs = append(errs, joined(bends(c, lines)))
		if *svg == "" {
			continue
		}
		if err := draw(c, lines); err != nil {
			return err
		}
	}
	return errors.Join(errs...)
}

// drawn are the contenders that have curves: those that know all types.
func drawn(c rival.Contender) bool {
	return c.Name == rival.Baseline || c.Name == "guregu/dynamo" || isDyn(c)
}

func isDyn(c rival.Contender) bool { return strings.HasPrefix(c.Name, "dyn") }

// trace measures a curve for each contender.
func trace(c curve, who func(rival.Contender) bool, e measure.Effort) ([]chart.Curve, error) {
	t := scripted{answer.NewStub()}
	var lines []chart.Curve
	for _, p := range c.points {
		results, err := race(stubbed{}, t, p.w, p.op, who, e)
		if err != nil {
			return nil, err
		}
		for i, r := range results {
			if i == len(lines) {
				lines = append(lines, chart.Curve{Name: r.Name})
			}
			lines[i].Points = append(lines[i].Points, chart.Point{X: p.x, Y: float64(r.Time) / 1000})
		}
	}
	return lines, nil
}

func printCurve(c curve, lines []chart.Curve) {
	header := []string{c.x}
	rows := make([][]string, len(c.points))
	for i, p := range c.points {
		rows[i] = []string{fmt.Sprintf("%.3g", p.x)}
	}
	for _, l := range lines {
		header = append(header, l.Name+", µs")
		for i, p := range l.Points {
			rows[i] = append(rows[i], fmt.Sprintf("%.4g", p.Y))
		}
	}
	markdown(header, rows)
}

// bends tells of the contenders of dyn whose cost grows faster than the size, from
// the last point but one, where what every call costs matters little.
func bends(c curve, lines []chart.Curve) map[string]string {
	out := make(map[string]string)
	for _, l := range lines {
		n := len(l.Points)
		before, last := l.Points[n-2], l.Points[n-1]
		growth := last.Y / before.Y / (last.X / before.X)
		if strings.HasPrefix(l.Name, "dyn") && growth > maxGrowth {
			out[l.Name] = fmt.Sprintf("%s: %s: grows faster than size: %.2f times from %g to %g", c.title, l.Name, growth, before.X, last.X)
		}
	}
	return out
}

// joined is an error of texts, nil if there are none.
func joined(texts map[string]string) error {
	var errs []error
	for _, name := range sortedKeys(texts) {
		errs = append(errs, errors.New(texts[name]))
	}
	return errors.Join(errs...)
}

func draw(c curve, lines []chart.Curve) error {
	f, err := os.Create(filepath.Join(*svg, c.file))
	if err != nil {
		return err
	}
	_, err = chart.Chart{Title: c.title, X: c.x, Y: "µs", Curves: lines}.WriteTo(f)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
