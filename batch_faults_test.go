package dyn_test

import (
	"fmt"
	"os"
	"testing"
	"testing/synctest"

	"github.com/dyntable/dyn"
)

// Memo is a small item.
type Memo struct {
	_ struct{} `dyn:"entity=memo"`
	_ struct{} `dyn:"pk,template=MEMO#$<ID>"`
	_ struct{} `dyn:"sk,template=MEMO"`

	ID   string `dynamodbav:"id"`
	Text string `dynamodbav:"text"`
	N    int    `dynamodbav:"n"`
}

func memo(i int) Memo {
	return Memo{ID: fmt.Sprint("n", i), Text: fmt.Sprint("text of ", i), N: i}
}

// inBubble runs a test with time that passes at once, unless it needs the
// network.
func inBubble(t *testing.T, f func(*testing.T)) {
	if os.Getenv("DYN_ENDPOINT") != "" {
		f(t)
		return
	}
	synctest.Test(t, f)
}

// TestBatchFaults writes many items and reads them back while 30 % of each
// batch stays unprocessed, requests are throttled and answers get lost.
func TestBatchFaults(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		total, reads := 100_000, 100_000
		if os.Getenv("DYN_ENDPOINT") != "" || raceEnabled {
			total, reads = 10_000, 20_000 // in the same time; of fewer requests chance has too large a part
		}
		f := newFaults()
		svc := serviceOn(t, newClient(t, f.install), dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		ensure(t, svc)

		f.attempts = 0
		given, window, done := 0, 0, 0
		err := svc.BatchWriteSeq(t.Context(), func(yield func(dyn.Op) bool) {
			for ; given < total; given++ {
				window = max(window, given-done)
				if !yield(dyn.Put(memos, memo(given))) {
					return
				}
			}
		}, dyn.Progress(func(n int) { done = n }))
		if err != nil || given != total || done != total || f.written != total {
			t.Fatalf("took %d of %d, did %d, the service %d: %v", given, total, done, f.written, err)
		}
		t.Logf("%d writes in %d requests, %.2f times the ideal; at most %d under way", total, f.attempts, f.over(total, 25), window)
		if f.over(total, 25) > 1.6 || window > 2*8*25 {
			t.Errorf("%d requests, %d items under way", f.attempts, window)
		}

		f.attempts = 0
		got, asked := 0, 0
		window = 0
		for n, err := range memos.BatchGetSeq(t.Context(), func(yield func(Memo) bool) {
			for ; asked < reads; asked++ {
				window = max(window, asked-got)
				if !yield(Memo{ID: fmt.Sprint("n", asked%total)}) {
					return
				}
			}
		}) {
			if err != nil || n != memo(got%total) {
				t.Fatalf("item %d is %v: %v", got, n, err)
			}
			got++
		}
		t.Logf("%d reads in %d requests, %.2f times the ideal; at most %d under way", got, f.attempts, f.over(reads, 100), window)
		if got != reads || f.over(reads, 100) > 1.6 || window > 2*8*100 {
			t.Errorf("%d items in %d requests, %d under way", got, f.attempts, window)
		}
	})
}

// over compares the attempts with what n items need when nothing goes wrong.
func (f *faults) over(n, limit int) float64 { return float64(f.attempts) * float64(limit) / float64(n) }
