package dyn_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// cases is how many of n random cases a test runs: all of them, but for a slow
// engine at DYN_ENDPOINT, and with the race detector, for which they are not.
func cases(n int) int {
	switch {
	case os.Getenv("DYN_ENDPOINT") != "":
		return max(n/50, 20)
	case raceEnabled:
		return max(n/4, 20)
	}
	return n
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// chance is true n times out of 100.
func chance(r *rand.Rand, n int) bool { return r.IntN(100) < n }

// doc is a stored item with one entry for each attribute and each entry of a
// map, under its path: "addr.city" is "S:Oslo".
type doc map[string]string

func flatten(item map[string]types.AttributeValue) doc {
	d := doc{}
	for name, av := range item {
		d.put(name, av)
	}
	return d
}

func (d doc) put(path string, av types.AttributeValue) {
	m, ok := av.(*types.AttributeValueMemberM)
	if !ok {
		d[path] = scalar(av)
		return
	}
	d[path] = "M"
	for name, v := range m.Value {
		d.put(path+"."+name, v)
	}
}

// scalar is the text of a value: its type and what it holds.
func scalar(av types.AttributeValue) string {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return "S:" + v.Value
	case *types.AttributeValueMemberN:
		return "N:" + v.Value
	case *types.AttributeValueMemberB:
		return fmt.Sprintf("B:%x", v.Value)
	case *types.AttributeValueMemberBOOL:
		return fmt.Sprintf("BOOL:%t", v.Value)
	case *types.AttributeValueMemberSS:
		return "SS:" + strings.Join(slices.Sorted(slices.Values(v.Value)), ",")
	case *types.AttributeValueMemberL:
		texts := make([]string, len(v.Value))
		for i := range v.Value {
			texts[i] = scalar(v.Value[i])
		}
		return "L:" + strings.Join(texts, ",")
	}
	return fmt.Sprintf("%T", av)
}

// set stores a value, after the empty maps that its path leads through.
func (d doc) set(path, value string) {
	d.unset(path)
	for i, c := range path {
		if c == '.' && d[path[:i]] != "M" {
			d[path[:i]] = "M"
		}
	}
	d[path] = value
}

func (d doc) setOnce(path, value string) {
	if _, ok := d[path]; !ok {
		d.set(path, value)
	}
}

func (d doc) unset(path string) {
	for p := range d {
		if p == path || strings.HasPrefix(p, path+".") {
			delete(d, p)
		}
	}
}

// text returns what is stored after its type, "" for nothing.
func (d doc) text(path string) string {
	_, text, _ := strings.Cut(d[path], ":")
	return text
}

// number returns a stored number; ok is false when there is none.
func (d doc) number(path string) (n int64, ok bool) {
	text, ok := strings.CutPrefix(d[path], "N:")
	if ok {
		n, _ = strconv.ParseInt(text, 10, 64)
	}
	return n, ok
}

// scanTable returns every item of a table, or of one of its indexes.
func scanTable(t testing.TB, c *dynamodb.Client, table, index string) []map[string]types.AttributeValue {
	t.Helper()
	in := &dynamodb.ScanInput{TableName: aws.String(table)}
	if index != "" {
		in.IndexName = aws.String(index)
	}
	var items []map[string]types.AttributeValue
	for pages := dynamodb.NewScanPaginator(c, in); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, page.Items...)
	}
	return items
}
