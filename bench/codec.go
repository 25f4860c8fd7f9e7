package main

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime/debug"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/ddbjson"

	"github.com/dyntable/dyn/bench/measure"
	"github.com/dyntable/dyn/bench/model"
)

// maxFloor is how many times longer decoding may take than the skip scan.
const maxFloor = 1.8

// stranger knows none of the attributes.
type stranger struct {
	Nothing string `dynamodbav:"nothing"`
}

// codecSection prints what decoding takes beside skipping: a scan for nothing but
// the end of the page, by its strings, objects and arrays; and a decoder for a
// type that knows none of the attributes. That one checks more, but it has learnt
// the values that come again, as any decoder does, and meets each by a comparison.
func codecSection() error {
	var rows [][]string
	for _, n := range []int{1, 100, 1000} {
		row, err := codecRow(n)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	fmt.Print("\n## The direct codec against a scan that skips the same bytes\n\n")
	markdown([]string{
		"", "kilobytes", "skip scan", "decode", "times the scan, elapsed", "processor", "collector off", "goal",
		"unknown attributes", "decode, times that, elapsed", "processor", "collector off", "allocations",
	}, rows)
	return nil
}

// checkCodec finds that decoding a page does not take longer than it may, at best
// of some tries.
func checkCodec() error {
	for _, n := range []int{100, 1000} {
		_, works, err := codecWorks(n)
		if err != nil {
			return err
		}
		best := math.Inf(1)
		for range attempts {
			results, err := measure.Race(works[:2], clocked(quick))
			if err != nil {
				return err
			}
			if best = min(best, results[1].Faster); best <= maxFloor {
				break
			}
		}
		fmt.Printf("codec: decoding %d items takes %.2f times a scan that skips them (%.1f at most)\n", n, best, maxFloor)
		if best > maxFloor {
			return fmt.Errorf("decoding %d items takes %.2f times a scan that skips them, %.1f at most", n, best, maxFloor)
		}
	}
	return nil
}

func codecRow(n int) ([]string, error) {
	page, works, err := codecWorks(n)
	if err != nil {
		return nil, err
	}
	took, err := measure.Race(works, clocked(effort()))
	if err != nil {
		return nil, err
	}
	used, err := measure.Race(works, effort())
	if err != nil {
		return nil, err
	}
	alone, err := uncollected(works)
	if err != nil {
		return nil, err
	}
	row := []string{fmt.Sprintf("%d items", n), fmt.Sprintf("%.1f", float64(len(page))/1000), duration(took[1].Time), duration(took[0].Time)}
	times := func(i int) {
		for _, r := range [][]measure.Result{took, used, alone} {
			row = append(row, fmt.Sprintf("%.2f", r[i].Faster))
		}
	}
	times(1)
	row = append(row, fmt.Sprintf("%.1f", maxFloor), duration(took[2].Time))
	times(2)
	return append(row, fmt.Sprintf("%.0f", took[0].Allocs)), nil
}

// clocked is e by the clock, for what one goroutine does.
func clocked(e measure.Effort) measure.Effort {
	e.Clock = measure.Elapsed
	return e
}

// codecWorks returns a page of n items, and decoding it beside skipping it.
func codecWorks(n int) (page []byte, works []measure.Work, err error) {
	page, err = pageOf(n)
	if err != nil {
		return nil, nil, err
	}
	order, err := pageDecoder(page, n, func(o *model.OrderRow) bool { return o.Customer != "" })
	if err != nil {
		return nil, nil, err
	}
	skip, err := pageDecoder(page, n, func(*stranger) bool { return true })
	if err != nil {
		return nil, nil, err
	}
	return page, []measure.Work{{Name: "decode", Do: order}, {Name: "skip scan", Do: func() error {
		if ddbjson.SkipValue(page, 0) != len(page) {
			return errors.New("not skipped")
		}
		return nil
	}}, {Name: "unknown attributes", Do: skip}}, nil
}

// uncollected is a race without the garbage collector, which works for what
// decodes only.
func uncollected(works []measure.Work) ([]measure.Result, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	return measure.Race(works, effort())
}

// pageOf returns the JSON of a list of n orders.
func pageOf(n int) ([]byte, error) {
	items, err := model.Orders.Stored(n)
	if err != nil {
		return nil, err
	}
	page := []byte{'['}
	for i, item := range items {
		if i > 0 {
			page = append(page, ',')
		}
		if page, err = ddbjson.AppendMap(page, item); err != nil {
			return nil, err
		}
	}
	return append(page, ']'), nil
}

// pageDecoder decodes a page into a new slice.
func pageDecoder[T any](page []byte, n int, good func(*T) bool) (func() error, error) {
	plan, err := codec.Compile(reflect.TypeFor[T](), codec.Options{})
	if err != nil {
		return nil, err
	}
	c := ddbjson.Compile(plan)
	return func() error {
		d := c.Decoder()
		defer d.Release()
		all := make([]T, n)
		fine := true
		ddbjson.Elements(page, 0, func(k, at int) int {
			end, ok := d.Decode(page, at, reflect.ValueOf(&all[k]).Elem())
			fine = fine && ok
			return end
		})
		if !fine || !good(&all[n-1]) {
			return errors.New("not decoded")
		}
		return nil
	}, nil
}
