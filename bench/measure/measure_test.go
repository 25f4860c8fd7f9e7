package measure_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/bench/measure"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{3}, 3},
		{[]float64{5, 1}, 3},
		{[]float64{9, 1, 4}, 4},
		{[]float64{9, 1, 4, 6}, 5},
	} {
		if got := measure.Median(tt.values); got != tt.want {
			t.Errorf("Median(%v) = %v, want %v", tt.values, got, tt.want)
		}
	}
}

var kept []byte // so that what is allocated is

// TestRace is not parallel: nothing else may allocate.
func TestRace(t *testing.T) {
	grow := func(times, size int) func() error {
		return func() error {
			for range times {
				kept = make([]byte, size)
			}
			return nil
		}
	}
	got, err := measure.Race([]measure.Work{
		{Name: "much", Do: grow(40, 32_768)}, {Name: "little", Do: grow(1, 1024)},
	}, measure.Effort{Rounds: 3, Turn: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if got[1].Faster < 2 || got[0].Time <= got[1].Time {
		t.Errorf("40 times as much is not slower: %+v", got)
	}
	for i := range got {
		got[i].Time, got[i].Faster = 0, 0
	}
	want := []measure.Result{{Name: "much", Allocs: 40, Bytes: 40 * 32_768}, {Name: "little", Allocs: 1, Bytes: 1024}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRaceFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	_, err := measure.Race([]measure.Work{{Name: "glass", Do: func() error { return broken }}}, measure.Effort{Rounds: 1})
	if !errors.Is(err, broken) || err.Error() != "glass: broken" {
		t.Errorf("error %v", err)
	}
}
