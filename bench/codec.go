package main

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/ddbjson"

	"github.com/dyntable/dyn/bench/measure"
	"github.com/dyntable/dyn/bench/model"
)

// maxFloor is how many times longer decoding may take than skipping.
const maxFloor = 1.8

// codecSection prints what decoding takes beside looking at each byte of a page
// just to find its end.
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
	markdown([]string{"", "kilobytes", "skip", "decode", "times longer", "goal", "allocations"}, rows)
	return nil
}

func codecRow(n int) ([]string, error) {
	plan, err := codec.Compile(reflect.TypeFor[model.OrderRow](), codec.Options{})
	if err != nil {
		return nil, err
	}
	c := ddbjson.Compile(plan)
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
	page = append(page, ']')
	results, err := measure.Race([]measure.Work{
		{Name: "decode", Do: func() error { return decodePage(c, page, n) }},
		{Name: "skip", Do: func() error {
			if ddbjson.SkipValue(page, 0) != len(page) {
				return errors.New("not skipped")
			}
			return nil
		}},
	}, effort())
	if err != nil {
		return nil, err
	}
	decode, skip := results[0], results[1]
	return []string{
		fmt.Sprintf("%d items", n), fmt.Sprintf("%.1f", float64(len(page))/1000), duration(skip.Wall), duration(decode.Wall),
		fmt.Sprintf("%.2f", skip.Faster), fmt.Sprintf("%.1f", maxFloor), fmt.Sprintf("%.0f", decode.Allocs),
	}, nil
}

func decodePage(c *ddbjson.Codec, page []byte, n int) error {
	d := c.Decoder()
	defer d.Release()
	all := make([]model.OrderRow, n)
	ok := true
	ddbjson.Elements(page, 0, func(k, at int) int {
		var good bool
		at, good = d.Decode(page, at, reflect.ValueOf(&all[k]).Elem())
		ok = ok && good
		return at
	})
	if !ok || all[n-1].Customer == "" {
		return errors.New("not decoded")
	}
	return nil
}
