package main

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
)

func Benchmark(b *testing.B) {
	all, err := claims()
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range all {
		b.Run(c.name+"/dyn", benchmark(c.dyn))
		b.Run(c.name+"/sdk", benchmark(c.sdk))
	}
}

// BenchmarkCompile reports what NewEntity of 20 attributes takes the first time.
func BenchmarkCompile(b *testing.B) {
	entities, marshals := compiles()
	for name, work := range map[string][]func() error{"dyn": entities, "sdk": marshals} {
		f, err := measure(work)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(f.time.Nanoseconds()), name+"-ns")
		b.ReportMetric(float64(f.allocs), name+"-allocs")
	}
}

// TestSameWork finds that both sides of a claim give the same: equal items, and
// requests of the same table, key, item and values. The text of expressions
// may differ.
func TestSameWork(t *testing.T) {
	t.Parallel()
	all, err := claims()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ours, err := c.dyn()
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := c.sdk()
			if err != nil {
				t.Fatal(err)
			}
			everything := cmp.Exporter(func(reflect.Type) bool { return true })
			if diff := cmp.Diff(essence(theirs), essence(ours), everything); diff != "" {
				t.Errorf("(-sdk +dyn):\n%s", diff)
			}
		})
	}
}

// essence is what matters of a request.
func essence(v any) any {
	switch in := v.(type) {
	case *dynamodb.QueryInput:
		return []any{in.TableName, in.IndexName, values(in.ExpressionAttributeValues)}
	case *dynamodb.UpdateItemInput:
		return []any{in.TableName, in.Key, in.ReturnValues, values(in.ExpressionAttributeValues)}
	case *dynamodb.PutItemInput:
		return []any{in.TableName, in.Item, values(in.ExpressionAttributeValues)}
	}
	return v
}

// values lists the values of an expression, each once, in an order of their own.
func values(m rawItem) []string {
	var out []string
	for _, v := range m {
		out = append(out, fmt.Sprintf("%T %v", v, reflect.ValueOf(v).Elem().FieldByName("Value")))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
