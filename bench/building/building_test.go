package building

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
)

func Benchmark(b *testing.B) {
	all, err := Claims()
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range all {
		b.Run(c.Name+"/dyn", benchmark(c.Dyn))
		b.Run(c.Name+"/sdk", benchmark(c.SDK))
	}
}

// benchmark repeats work.
func benchmark(work func() (any, error)) func(*testing.B) {
	return func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := work(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkCompile reports what NewEntity of 20 attributes takes the first time.
func BenchmarkCompile(b *testing.B) {
	ours, theirs, err := FirstUse()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(ours.Time.Nanoseconds()), "dyn-ns")
	b.ReportMetric(ours.Allocs, "dyn-allocs")
	b.ReportMetric(float64(theirs.Time.Nanoseconds()), "sdk-ns")
	b.ReportMetric(theirs.Allocs, "sdk-allocs")
}

// TestSameWork finds that both sides of a claim give the same: equal items, and
// requests of the same table, key, item and values. The text of expressions
// may differ.
func TestSameWork(t *testing.T) {
	t.Parallel()
	all, err := Claims()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			ours, err := c.Dyn()
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := c.SDK()
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
