package main

import (
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/ddbjson"

	"github.com/dyntable/dyn/bench/measure"
	"github.com/dyntable/dyn/bench/model"
)

// maxFloor is how many times longer decoding may take than skipping.
const maxFloor = 1.8

// stranger knows none of the attributes.
type stranger struct {
	Nothing string `dynamodbav:"nothing"`
}

// codecSection prints what decoding takes beside skipping: every attribute as
// one that no field knows, which is checked, and just looking for the end of
// the page.
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
	markdown([]string{"", "kilobytes", "find the end", "skip", "decode", "longer than skip", "collector off", "goal", "allocations"}, rows)
	return nil
}

func codecRow(n int) ([]string, error) {
	page, err := pageOf(n)
	if err != nil {
		return nil, err
	}
	order, err := pageDecoder(page, n, func(o *model.OrderRow) bool { return o.Customer != "" })
	if err != nil {
		return nil, err
	}
	skip, err := pageDecoder(page, n, func(*stranger) bool { return true })
	if err != nil {
		return nil, err
	}
	works := []measure.Work{{Name: "decode", Do: order}, {Name: "skip", Do: skip}, {Name: "find the end", Do: func() error {
		if ddbjson.SkipValue(page, 0) != len(page) {
			return errors.New("not skipped")
		}
		return nil
	}}}
	results, err := measure.Race(works, effort())
	if err != nil {
		return nil, err
	}
	alone, err := uncollected(works[:2])
	if err != nil {
		return nil, err
	}
	return []string{
		fmt.Sprintf("%d items", n), fmt.Sprintf("%.1f", float64(len(page))/1000),
		duration(results[2].Time), duration(results[1].Time), duration(results[0].Time),
		fmt.Sprintf("%.2f", results[1].Faster), fmt.Sprintf("%.2f", alone[1].Faster), fmt.Sprintf("%.1f", maxFloor), fmt.Sprintf("%.0f", results[0].Allocs),
	}, nil
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
