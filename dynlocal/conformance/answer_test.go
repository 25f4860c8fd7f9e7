package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// answer is what an engine said to an operation, in a form to compare: values are canonical, and what has no order is
// sorted. Messages are left out.
type answer struct {
	Code    string // of the error, "" for success
	Reasons []any  // of a cancelled transaction
	Item    any    // of a failed condition
	Output  any

	message string // not compared
}

// kind gives the codes of the answer.
func (a *answer) kind() string {
	codes := []any{a.Code}
	for _, r := range a.Reasons {
		codes = append(codes, r.([]any)[0])
	}
	return fmt.Sprint(codes)
}

// ask sends an operation. Of queries and scans it reads all pages, of parallel scans all segments.
func ask(ctx context.Context, c *dynamodb.Client, in any) answer {
	switch in := in.(type) {
	case *dynamodb.QueryInput:
		return pages(*in, func(q *dynamodb.QueryInput, start item) (*page, error) {
			q.ExclusiveStartKey = start
			out, err := c.Query(ctx, q)
			if err != nil {
				return nil, err
			}
			return &page{out.Items, out.Count, out.ScannedCount, out.LastEvaluatedKey, out.ConsumedCapacity}, nil
		})
	case *dynamodb.ScanInput:
		return segments(ctx, c, *in)
	case *dynamodb.UpdateTableInput:
		return updated(ctx, c, in)
	}
	return askOnce(ctx, c, in)
}

// askOnce sends an operation once, as it is.
func askOnce(ctx context.Context, c *dynamodb.Client, in any) answer {
	out, err := send(ctx, c, in)
	if err != nil {
		return failure(err)
	}
	return answer{Output: unordered(normal(reflect.ValueOf(out)))}
}

// updated changes the indexes of a table and waits until that is done. The answer is how many items are in each.
func updated(ctx context.Context, c *dynamodb.Client, in *dynamodb.UpdateTableInput) answer {
	if _, err := c.UpdateTable(ctx, in); err != nil {
		return failure(err)
	}
	for range 100 {
		out, err := c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: in.TableName})
		if err != nil {
			return failure(err)
		}
		counts, active := map[string]any{}, out.Table.TableStatus == types.TableStatusActive
		for _, x := range out.Table.GlobalSecondaryIndexes {
			counts[*x.IndexName] = aws.ToInt64(x.ItemCount)
			active = active && x.IndexStatus == types.IndexStatusActive
		}
		if active {
			return answer{Output: counts}
		}
		time.Sleep(100 * time.Millisecond) // another engine takes its time
	}
	return answer{Code: "index stays inactive"}
}

// send calls the client's method for the input, with a copy: the client writes a token into the input of a transaction.
func send(ctx context.Context, c *dynamodb.Client, in any) (any, error) {
	sent := reflect.New(reflect.TypeOf(in).Elem())
	sent.Elem().Set(reflect.ValueOf(in).Elem())
	results := reflect.ValueOf(c).MethodByName(operationName(in)).Call([]reflect.Value{reflect.ValueOf(ctx), sent})
	err, _ := results[1].Interface().(error)
	return results[0].Interface(), err
}

// operationName gives the operation of an input: the name of its type less "Input".
func operationName(in any) string {
	name := reflect.TypeOf(in).Elem().Name()
	return name[:len(name)-len("Input")]
}

// noAnswer is the code of what the client refuses to send, or gets no answer to.
const noAnswer = "client"

func failure(err error) answer {
	a := answer{Code: noAnswer, message: err.Error()}
	if ae := smithy.APIError(nil); errors.As(err, &ae) {
		a.Code, a.message = ae.ErrorCode(), ae.ErrorMessage()
	}
	if e := (*types.TransactionCanceledException)(nil); errors.As(err, &e) {
		for _, r := range e.CancellationReasons {
			a.Reasons = append(a.Reasons, []any{aws.ToString(r.Code), normal(reflect.ValueOf(r.Item))})
		}
	}
	if e := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &e) {
		a.Item = normal(reflect.ValueOf(e.Item))
	}
	return a
}

// page is one page of a query or scan.
type page struct {
	items          []item
	count, scanned int32
	last           item
	capacity       *types.ConsumedCapacity
}

// listed is what all pages together say.
type listed struct {
	Items          []any
	Count, Scanned int32
	Pages          int
	Capacity       any // of the first page
}

func pages[I any](in I, next func(in *I, start item) (*page, error)) answer {
	var all listed
	var start item
	for all.Pages < 1000 {
		p, err := next(&in, start)
		if err != nil {
			a := failure(err)
			a.Output = fmt.Sprint("page ", all.Pages)
			return a
		}
		all.Pages++
		all.Count, all.Scanned = all.Count+p.count, all.Scanned+p.scanned
		for _, it := range p.items {
			all.Items = append(all.Items, normal(reflect.ValueOf(it)))
		}
		if all.Pages == 1 {
			all.Capacity = normal(reflect.ValueOf(p.capacity))
		}
		if start = p.last; start == nil {
			break
		}
	}
	return answer{Output: all}
}

// segments scans one segment after the other. Which items are in which is up to the engine, and so is what each costs.
func segments(ctx context.Context, c *dynamodb.Client, in dynamodb.ScanInput) answer {
	var all listed
	total := aws.ToInt32(in.TotalSegments)
	for segment := range max(1, total) {
		if total > 0 {
			in.Segment = aws.Int32(segment)
		}
		a := pages(in, func(in *dynamodb.ScanInput, start item) (*page, error) {
			in.ExclusiveStartKey = start
			out, err := c.Scan(ctx, in)
			if err != nil {
				return nil, err
			}
			return &page{out.Items, out.Count, out.ScannedCount, out.LastEvaluatedKey, out.ConsumedCapacity}, nil
		})
		if a.Code != "" {
			return a
		}
		one := a.Output.(listed)
		all.Items = append(all.Items, one.Items...)
		all.Count, all.Scanned = all.Count+one.Count, all.Scanned+one.Scanned
		if total <= 1 {
			all.Pages, all.Capacity = one.Pages, one.Capacity
		}
	}
	slices.SortFunc(all.Items, compareText)
	return answer{Output: all}
}

func compareText(a, b any) int {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Compare(x, y)
}

// normal gives what is in an output: items as canonical text, structures as maps without their empty members.
func normal(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case item:
		if x == nil {
			return nil
		}
		it, err := value.FromSDK(x)
		if err != nil {
			return fmt.Sprintf("%v in %#v", err, x)
		}
		return json.RawMessage(it.AppendJSON(nil))
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return normal(v.Elem())
	case reflect.Struct:
		return normalStruct(v)
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = normal(v.Index(i))
		}
		return list
	case reflect.Map:
		m := map[string]any{}
		for _, k := range v.MapKeys() {
			m[k.String()] = normal(v.MapIndex(k))
		}
		return m
	}
	return v.Interface()
}

func normalStruct(v reflect.Value) any {
	m := map[string]any{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.IsExported() && f.Name != "ResultMetadata" && !v.Field(i).IsZero() {
			m[f.Name] = normal(v.Field(i))
		}
	}
	return m
}

// unordered sorts the parts of an output that have no order: what batches read and what each table cost.
func unordered(out any) any {
	m := out.(map[string]any)
	if list, ok := m["ConsumedCapacity"].([]any); ok {
		slices.SortFunc(list, compareText)
	}
	if byTable, ok := m["Responses"].(map[string]any); ok {
		for _, list := range byTable {
			slices.SortFunc(list.([]any), compareText)
		}
	}
	return out
}
