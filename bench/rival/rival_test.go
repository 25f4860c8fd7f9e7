package rival_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/dynlocal"

	"github.com/dyntable/dyn/bench/answer"
	"github.com/dyntable/dyn/bench/rival"
)

// TestSameResults finds that every contender gets from each operation what the
// baseline does, on the recorded answers and on dynlocal.
func TestSameResults(t *testing.T) {
	t.Parallel()
	for _, w := range rival.Workloads() {
		for _, op := range rival.Ops {
			t.Run(fmt.Sprintf("%d/%s", w.Attributes, op.Name), func(t *testing.T) {
				t.Parallel()
				script, err := answer.NewScript(w, op)
				if err != nil {
					t.Fatal(err)
				}
				stub := answer.NewStub()
				_ = stub.Play(script)
				compare(t, w, op, stub.Client(), false)
				if w.Attributes == 60 && op.Items == 1000 {
					return // more than a page of the service
				}
				client, err := answer.NewLocal(w, op)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, w, op, client, true)
			})
		}
	}
}

func compare(t *testing.T, w rival.Workload, op rival.Op, client *dynamodb.Client, local bool) {
	t.Helper()
	all, err := w.Contenders(client)
	if err != nil {
		t.Fatal(err)
	}
	var want any
	for _, c := range all {
		if c.Close != nil {
			defer func() { _ = c.Close() }()
		}
		do, ok := c.Of(op)
		if !ok || local && c.Legacy[op] {
			continue
		}
		got, err := do(t.Context())
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		got = w.Plain(got)
		if want == nil {
			want = got
			if v := reflect.ValueOf(want); v.Kind() == reflect.Slice && v.Len() != op.Items {
				t.Errorf("%s: %d items, want %d", c.Name, v.Len(), op.Items)
			}
		}
		if local && op == rival.Update {
			continue // each adds to what the one before left
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-%s +got):\n%.2000s", c.Name, rival.Baseline, diff)
		}
	}
}

// Benchmark does each operation on 17 attributes in every way, on the recorded
// answers: to be profiled.
func Benchmark(b *testing.B) {
	w := rival.Workloads()[1]
	for _, op := range rival.Ops {
		script, err := answer.NewScript(w, op)
		if err != nil {
			b.Fatal(err)
		}
		stub := answer.NewStub()
		_ = stub.Play(script)
		all, err := w.Contenders(stub.Client())
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range all {
			do, ok := c.Of(op)
			if !ok {
				continue
			}
			b.Run(strings.ReplaceAll(op.Name+"/"+c.Name, " ", "_"), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := do(b.Context()); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// TestTiers finds that each tier is the one it is meant to be, with the clients
// that are measured: a change of the SDK might turn one off without a word.
func TestTiers(t *testing.T) {
	t.Parallel()
	clients := map[string]*dynamodb.Client{"stub": answer.NewStub().Client(), "dynlocal": dynlocal.New().HTTPClient()}
	for name, client := range clients {
		for _, tier := range rival.Tiers {
			svc, err := tier.Service(client)
			if err != nil {
				t.Fatal(err)
			}
			if got, why := svc.Explain(); got != tier.Number {
				t.Errorf("%s: %s: tier %d: %s", name, tier.Name, got, why)
			}
		}
	}
}
