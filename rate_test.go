package dyn_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dyntable/dyn"
)

// TestWithRate measures what each kind of request takes of its own bucket: a
// second's worth at once, then the rate.
func TestWithRate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		rate dyn.Rate
		do   func(context.Context, *dyn.Service, *dyn.Entity[Memo]) error
		want time.Duration
	}{
		{"writes", dyn.Rate{Writes: 100}, writeMany, 9 * time.Second}, // 1,000 units
		{"writes alone", dyn.Rate{Reads: 1, Scans: 1}, writeMany, 0},
		{"reads", dyn.Rate{Reads: 100}, func(ctx context.Context, _ *dyn.Service, memos *dyn.Entity[Memo]) error {
			for range 5 {
				if _, err := memos.BatchGet(ctx, memoKeys(0, 1000)); err != nil { // 500 units
					return err
				}
			}
			return nil
		}, 24 * time.Second},
		{"single reads", dyn.Rate{Reads: 2}, func(ctx context.Context, _ *dyn.Service, memos *dyn.Entity[Memo]) error {
			for _, k := range memoKeys(0, 24) { // 12 units
				if _, err := memos.Get(ctx, k); err != nil {
					return err
				}
			}
			return nil
		}, 5 * time.Second},
		{"scans", dyn.Rate{Scans: 2}, func(ctx context.Context, _ *dyn.Service, memos *dyn.Entity[Memo]) error {
			_, err := memos.Scan().PageSize(50).Collect(ctx)
			return err
		}, 4250 * time.Millisecond}, // 10.5 units
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := newLocal(t)
				svc := serviceOn(t, client, dyn.Table{Name: "app"})
				if ensureMemos(t, svc); tt.name != "writes" {
					if _, err := entityOf[Memo](t, svc).BatchPut(t.Context(), memoList(0, 1000)); err != nil {
						t.Fatal(err)
					}
				}
				limited := serviceOn(t, client, dyn.Table{Name: "app"}, dyn.WithRate(tt.rate))
				started := time.Now()
				if err := tt.do(t.Context(), limited, entityOf[Memo](t, limited)); err != nil {
					t.Fatal(err)
				}
				if d := time.Since(started); d < tt.want*8/10 || d > tt.want*12/10 {
					t.Errorf("it took %v, want about %v", d, tt.want)
				}
			})
		})
	}
}

func ensureMemos(t *testing.T, svc *dyn.Service) {
	t.Helper()
	entityOf[Memo](t, svc)
	ensure(t, svc)
}

func writeMany(ctx context.Context, _ *dyn.Service, memos *dyn.Entity[Memo]) error {
	_, err := memos.BatchPut(ctx, memoList(0, 1000))
	return err
}

// TestWithRateContext ends a wait with its context, and takes nothing then.
func TestWithRateContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		svc := serviceOn(t, newLocal(t), dyn.Table{Name: "app"}, dyn.WithRate(dyn.Rate{Writes: 1}))
		memos := entityOf[Memo](t, svc)
		ensure(t, svc)
		if _, err := memos.BatchPut(t.Context(), memoList(0, 20)); err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := memos.Put(ctx, memo(1)); !errors.Is(err, context.DeadlineExceeded) || time.Since(started) != time.Second {
			t.Errorf("after %v: %v", time.Since(started), err)
		}
		_, err := memos.Put(t.Context(), memo(2))
		if d := time.Since(started); err != nil || d < 15*time.Second || d > 25*time.Second {
			t.Errorf("after %v: %v", d, err)
		}
	})
}

func TestWithRateRefuses(t *testing.T) {
	t.Parallel()
	_, err := dyn.NewService(&stub{}, dyn.Table{Name: "app"}, dyn.WithRate(dyn.Rate{Scans: -1}))
	if want := "dyn: new service: a rate is positive, or 0 for no limit"; err == nil || err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
}
