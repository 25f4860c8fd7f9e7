package dyn_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

var update = flag.Bool("update", false, "rewrite the golden files")

type rawItem = map[string]types.AttributeValue

// request is one request of a golden file: what describes it, and what is in
// the table before it is sent.
type request struct {
	name  string
	given []dyn.Op
	input func() (any, error) // an SDK input
}

func write(name string, op dyn.Op, given ...dyn.Op) request {
	return request{name, given, op.Input}
}

func read[I any](name string, q interface{ Input() (I, error) }, given ...dyn.Op) request {
	return request{name, given, func() (any, error) { return q.Input() }}
}

// golden compares requests, and what comes of sending them, with a golden file.
// Each request finds an empty table but for what it was given.
func golden(t *testing.T, svc *dyn.Service, c *dynamodb.Client, file string, requests []request) {
	t.Helper()
	ensure(t, svc)
	var b strings.Builder
	for _, r := range requests {
		fmt.Fprintf(&b, "# %s\n", r.name)
		in, err := r.input()
		if err != nil {
			fmt.Fprintf(&b, "  error: %v\n\n", err)
			continue
		}
		for _, op := range r.given {
			setUp(t, c, op)
		}
		renderInput(t, &b, in)
		b.WriteString(outcome(t, c, in))
		b.WriteByte('\n')
		empty(t, c)
	}
	compareFile(t, file, b.String())
}

func compareFile(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", file)
	got = strings.TrimSuffix(got, "\n")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(strings.SplitAfter(string(want), "\n"), strings.SplitAfter(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got; rewrite with -update):\n%s", path, diff)
	}
}

func setUp(t *testing.T, c *dynamodb.Client, op dyn.Op) {
	t.Helper()
	in, err := op.Input()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := send(t.Context(), c, in); err != nil {
		t.Fatal(err)
	}
}

// send makes the request of an SDK input. For reads it returns the items.
func send(ctx context.Context, c *dynamodb.Client, in any) (items []rawItem, count int32, err error) {
	switch in := in.(type) {
	case *dynamodb.PutItemInput:
		_, err = c.PutItem(ctx, in)
	case *dynamodb.UpdateItemInput:
		_, err = c.UpdateItem(ctx, in)
	case *dynamodb.DeleteItemInput:
		_, err = c.DeleteItem(ctx, in)
	case *types.ConditionCheck:
		_, err = c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{ConditionCheck: in}}})
	case *dynamodb.QueryInput:
		out, qerr := c.Query(ctx, in)
		if err = qerr; err == nil {
			items, count = out.Items, out.Count
		}
	case *dynamodb.ScanInput:
		out, serr := c.Scan(ctx, in)
		if err = serr; err == nil {
			items, count = out.Items, out.Count
		}
	default:
		err = fmt.Errorf("no way to send a %T", in)
	}
	return items, count, err
}

// outcome sends the request and renders what it changes or finds. Only a
// failed condition is an outcome: DynamoDB must accept every golden request.
func outcome(t *testing.T, c *dynamodb.Client, in any) string {
	t.Helper()
	before := everything(t, c)
	items, count, err := send(t.Context(), c, in)
	var refused *types.ConditionalCheckFailedException
	var cancelled *types.TransactionCanceledException
	switch {
	case errors.As(err, &refused), errors.As(err, &cancelled):
		return "  refused\n"
	case err != nil:
		t.Errorf("DynamoDB refuses the request: %v", err)
		return "  failed\n"
	}
	var b strings.Builder
	if scan, ok := in.(*dynamodb.ScanInput); ok && scan.TotalSegments != nil {
		return "" // every engine has its own segments
	}
	switch in := in.(type) {
	case *dynamodb.QueryInput, *dynamodb.ScanInput:
		fmt.Fprintf(&b, "  finds %d\n", count)
		for _, item := range items {
			fmt.Fprintf(&b, "    %s and %d more\n", renderMap(keyOf(t, c, item)), len(item)-len(keyOf(t, c, item)))
		}
	case *types.ConditionCheck:
		b.WriteString("  passes\n")
	case *dynamodb.PutItemInput:
		renderStored(t, &b, in.Item, before, everything(t, c))
	default:
		renderChanges(&b, before, everything(t, c))
	}
	return b.String()
}

// renderStored says what a put did, which is to store the item as it is.
func renderStored(t *testing.T, b *strings.Builder, item rawItem, before, after map[string]rawItem) {
	t.Helper()
	for key, now := range after {
		if diff := gocmp.Diff(renderMap(item), renderMap(now)); diff != "" {
			t.Errorf("the item is stored differently (-sent +stored):\n%s", diff)
		}
		if before[key] == nil {
			b.WriteString("  stores it\n")
		} else {
			b.WriteString("  replaces an item\n")
		}
	}
}

// everything returns the items of the table by their keys.
func everything(t *testing.T, c *dynamodb.Client) map[string]rawItem {
	t.Helper()
	out, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("app"), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	items := map[string]rawItem{}
	for _, item := range out.Items {
		items[renderMap(keyOf(t, c, item))] = item
	}
	return items
}

func keyOf(t *testing.T, c *dynamodb.Client, item rawItem) rawItem {
	t.Helper()
	table, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("app")})
	if err != nil {
		t.Fatal(err)
	}
	key := rawItem{}
	for _, k := range table.Table.KeySchema {
		key[*k.AttributeName] = item[*k.AttributeName]
	}
	return key
}

func empty(t *testing.T, c *dynamodb.Client) {
	t.Helper()
	for _, item := range everything(t, c) {
		if _, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String("app"), Key: keyOf(t, c, item)}); err != nil {
			t.Fatal(err)
		}
	}
}

// renderChanges writes how the table differs from what it was.
func renderChanges(b *strings.Builder, before, after map[string]rawItem) {
	for _, key := range slices.Sorted(maps.Keys(merged(before, after))) {
		was, had := before[key]
		is, has := after[key]
		if had && has && renderMap(was) == renderMap(is) {
			continue
		}
		switch {
		case !has:
			fmt.Fprintf(b, "  deletes %s\n", key)
			continue
		case !had:
			fmt.Fprintf(b, "  stores %s\n", key)
		default:
			fmt.Fprintf(b, "  changes %s\n", key)
		}
		renderItemChanges(b, was, is)
	}
}

func renderItemChanges(b *strings.Builder, was, is rawItem) {
	for _, name := range slices.Sorted(maps.Keys(merged(was, is))) {
		old, now := was[name], is[name]
		switch {
		case now == nil:
			fmt.Fprintf(b, "    - %s\n", renderName(name))
		case old == nil:
			fmt.Fprintf(b, "    + %s = %s\n", renderName(name), renderValue(now))
		case renderValue(old) != renderValue(now):
			fmt.Fprintf(b, "    ~ %s = %s\n", renderName(name), renderValue(now))
		}
	}
}

func merged[V any](a, b map[string]V) map[string]V {
	m := maps.Clone(a)
	if m == nil {
		m = map[string]V{}
	}
	maps.Copy(m, b)
	return m
}

// renderInput writes an SDK input with the names and values of its expressions
// in place of their placeholders.
func renderInput(t *testing.T, b *strings.Builder, in any) {
	t.Helper()
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(b, "  %-10s %s\n", name, text)
		}
	}
	switch in := in.(type) {
	case *dynamodb.PutItemInput:
		line("PutItem", *in.TableName)
		for _, name := range slices.Sorted(maps.Keys(in.Item)) {
			fmt.Fprintf(b, "    %s = %s\n", renderName(name), renderValue(in.Item[name]))
		}
		x := expressions(t, in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.ConditionExpression)
		line("condition", x[0])
		line("returns", string(in.ReturnValues))
		line("on failure", string(in.ReturnValuesOnConditionCheckFailure))
		line("capacity", string(in.ReturnConsumedCapacity))
	case *dynamodb.UpdateItemInput:
		line("UpdateItem", *in.TableName+" "+renderMap(in.Key))
		x := expressions(t, in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.UpdateExpression, in.ConditionExpression)
		line("update", x[0])
		line("condition", x[1])
		line("returns", string(in.ReturnValues))
		line("on failure", string(in.ReturnValuesOnConditionCheckFailure))
		line("capacity", string(in.ReturnConsumedCapacity))
	case *dynamodb.DeleteItemInput:
		line("DeleteItem", *in.TableName+" "+renderMap(in.Key))
		x := expressions(t, in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.ConditionExpression)
		line("condition", x[0])
		line("returns", string(in.ReturnValues))
		line("on failure", string(in.ReturnValuesOnConditionCheckFailure))
		line("capacity", string(in.ReturnConsumedCapacity))
	case *types.ConditionCheck:
		line("Check", *in.TableName+" "+renderMap(in.Key))
		x := expressions(t, in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.ConditionExpression)
		line("condition", x[0])
		line("on failure", string(in.ReturnValuesOnConditionCheckFailure))
	case *dynamodb.QueryInput:
		line("Query", strings.TrimSpace(*in.TableName+" "+aws.ToString(in.IndexName)))
		x := expressions(t, in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.KeyConditionExpression, in.FilterExpression, in.ProjectionExpression)
		line("key", x[0])
		line("filter", x[1])
		line("project", x[2])
		renderReadOptions(line, in.Limit, in.ScanIndexForward, in.ConsistentRead, in.ExclusiveStartKey)
		line("select", string(in.Select))
		line("capacity", string(in.ReturnConsumedCapacity))
	case *dynamodb.ScanInput:
		line("Scan", strings.TrimSpace(*in.TableName+" "+aws.ToString(in.IndexName)))
		x := expressions(t, in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.FilterExpression, in.ProjectionExpression)
		line("filter", x[0])
		line("project", x[1])
		renderReadOptions(line, in.Limit, nil, in.ConsistentRead, in.ExclusiveStartKey)
		if in.TotalSegments != nil {
			line("segment", fmt.Sprintf("%d of %d", *in.Segment, *in.TotalSegments))
		}
		line("capacity", string(in.ReturnConsumedCapacity))
	default:
		t.Errorf("no way to render a %T", in)
	}
}

func renderReadOptions(line func(name, text string), limit *int32, forward, consistent *bool, start rawItem) {
	if limit != nil {
		line("limit", strconv.Itoa(int(*limit)))
	}
	if forward != nil {
		line("forward", strconv.FormatBool(*forward))
	}
	if consistent != nil {
		line("consistent", strconv.FormatBool(*consistent))
	}
	if start != nil {
		line("after", renderMap(start))
	}
}

var placeholder = regexp.MustCompile(`[#:]\w+`)

// expressions puts names and values in place of placeholders. Nothing is lost
// by it, because it checks that the placeholders are numbered in order of first
// use, and that exactly those in use are defined.
func expressions(t *testing.T, names map[string]string, values rawItem, texts ...*string) []string {
	t.Helper()
	var seen []string
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = placeholder.ReplaceAllStringFunc(aws.ToString(text), func(p string) string {
			if !slices.Contains(seen, p) {
				seen = append(seen, p)
			}
			if p[0] == '#' {
				return renderName(names[p])
			}
			return renderValue(values[p])
		})
		if text != nil && *text == "" {
			t.Errorf("expression %d is empty; DynamoDB refuses that", i)
		}
	}
	next := map[byte]int{}
	for _, p := range seen {
		if want := string(p[0]) + strconv.Itoa(next[p[0]]); p != want {
			t.Errorf("placeholder %s where %s would be next", p, want)
		}
		next[p[0]]++
	}
	if next['#'] != len(names) || next[':'] != len(values) || names != nil && len(names) == 0 || values != nil && len(values) == 0 {
		t.Errorf("%d names and %d values are in use, %v and %v defined", next['#'], next[':'], names, values)
	}
	return out
}

var word = regexp.MustCompile(`^\w+$`)

func renderName(name string) string {
	if word.MatchString(name) {
		return name
	}
	return "`" + name + "`"
}

func renderMap(m rawItem) string {
	parts := make([]string, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, renderName(name)+": "+renderValue(m[name]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func renderValue(av types.AttributeValue) string {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return strconv.Quote(v.Value)
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return "0x" + hex.EncodeToString(v.Value)
	case *types.AttributeValueMemberBOOL:
		return strconv.FormatBool(v.Value)
	case *types.AttributeValueMemberNULL:
		return "NULL"
	case *types.AttributeValueMemberM:
		return renderMap(v.Value)
	case *types.AttributeValueMemberL:
		return "[" + renderAll(v.Value, renderValue) + "]"
	case *types.AttributeValueMemberSS:
		return "SS(" + renderAll(sorted(v.Value, strings.Compare), strconv.Quote) + ")"
	case *types.AttributeValueMemberNS:
		return "NS(" + renderAll(sorted(v.Value, byNumber), strings.Clone) + ")"
	case *types.AttributeValueMemberBS:
		return "BS(" + renderAll(sorted(v.Value, bytes.Compare), func(b []byte) string { return "0x" + hex.EncodeToString(b) }) + ")"
	}
	return fmt.Sprintf("%T", av)
}

func renderAll[E any](es []E, one func(E) string) string {
	parts := make([]string, len(es))
	for i, e := range es {
		parts[i] = one(e)
	}
	return strings.Join(parts, ", ")
}

// sorted copes with sets, whose members come back in any order.
func sorted[E any](es []E, compare func(a, b E) int) []E {
	return slices.SortedFunc(slices.Values(es), compare)
}

func byNumber(a, b string) int {
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64)
	return cmp.Compare(x, y)
}

// itemOf returns the item of a put.
func itemOf(t *testing.T, in any) rawItem {
	t.Helper()
	put, ok := in.(*dynamodb.PutItemInput)
	if !ok {
		t.Fatalf("a %T puts nothing", in)
	}
	return put.Item
}
