package dyn_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// laggard is a transport that takes its time to read a request. It returns when
// the request's context ends, and goes on to read and to send it all the same.
type laggard struct {
	inner dynamodb.HTTPClient
	sent  sync.WaitGroup
	late  atomic.Int64 // requests that nobody waited for
	wrong atomic.Pointer[string]
}

func (l *laggard) Do(r *http.Request) (*http.Response, error) {
	type answer struct {
		resp *http.Response
		err  error
	}
	done := make(chan answer, 1)
	l.sent.Go(func() {
		var body bytes.Buffer
		for {
			if _, err := io.CopyN(&body, r.Body, 700); err != nil {
				break
			}
			time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
		}
		_ = r.Body.Close()
		if int64(body.Len()) != r.ContentLength { // the SDK closes what nobody waits for
			done <- answer{err: io.ErrUnexpectedEOF}
			return
		}
		own := r.Clone(context.WithoutCancel(r.Context()))
		own.Body, own.ContentLength = io.NopCloser(&body), int64(body.Len())
		resp, err := l.inner.Do(own)
		if err == nil && resp.StatusCode != http.StatusOK {
			text, _ := io.ReadAll(resp.Body)
			s := string(text)
			l.wrong.Store(&s)
			resp.Body = io.NopCloser(strings.NewReader(s))
		}
		done <- answer{resp, err}
	})
	select {
	case a := <-done:
		return a.resp, a.err
	case <-r.Context().Done():
		l.late.Add(1)
		return nil, r.Context().Err()
	}
}

// TestBatchMemory does batches at the same time, some of which are cancelled
// while their requests are under way: memory that is used again must not be
// that of a request which is still being read, nor of an item that is kept.
func TestBatchMemory(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]dyn.ServiceOption{"tier 1": nil, "tier 2": {dyn.WithDirect()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := dynlocal.Start(t).HTTPClient().Options()
			l := &laggard{inner: o.HTTPClient}
			calm := serviceOn(t, dynamodb.New(o), dyn.Table{Name: "app"})
			entityOf[Memo](t, calm)
			ensure(t, calm)
			o.HTTPClient, o.RetryMaxAttempts = l, 1
			svc, err := dyn.NewService(dynamodb.New(o), dyn.Table{Name: "app"}, opts...)
			if err != nil {
				t.Fatal(err)
			}
			memos := entityOf[Memo](t, svc)
			var wg sync.WaitGroup
			for g := range 8 {
				wg.Go(func() {
					for round := range 12 {
						if err := batchesOf(t.Context(), svc, memos, g, round); err != nil {
							t.Errorf("%d, round %d: %v", g, round, err)
						}
					}
				})
			}
			wg.Wait()
			l.sent.Wait()
			n := 0
			for m, err := range memos.Scan().All(t.Context()) {
				if err != nil || m.Text != memoText(m) {
					t.Fatalf("%+v is stored: %v", m, err)
				}
				n++
			}
			s := l.wrong.Load()
			if s == nil {
				s = new(string)
			}
			if *s != "" || l.late.Load() == 0 || n == 0 {
				t.Errorf("%d requests were cancelled, %d items stored; the service said %q", l.late.Load(), n, *s)
			}
		})
	}
}

// memoText is the text of a memo, which follows from its key and number.
func memoText(m Memo) string { return fmt.Sprint(strings.Repeat(m.ID+"/", 1+m.N%5), m.N) }

// batchesOf puts, reads and deletes memos of its own. It returns an error when
// what it reads is not what it put.
func batchesOf(ctx context.Context, svc *dyn.Service, memos *dyn.Entity[Memo], g, round int) error {
	list := make([]Memo, 1+rand.IntN(120))
	for i := range list {
		m := Memo{ID: fmt.Sprintf("%d-%d", g, i), N: 1000*round + i}
		m.Text = memoText(m)
		list[i] = m
	}
	hasty, cancel := ctx, context.CancelFunc(func() {})
	if round%3 > 0 {
		hasty, cancel = context.WithTimeout(ctx, time.Duration(rand.IntN(4000))*time.Microsecond)
	}
	defer cancel()
	ops := []dyn.BatchItem{dyn.Concurrency(1 + rand.IntN(4))}
	for i, m := range list {
		if i%5 == 4 {
			ops = append(ops, dyn.Delete(memos, m))
			continue
		}
		ops = append(ops, dyn.Put(memos, m))
	}
	var put []Memo
	var err error
	if round%2 == 0 {
		put, err = memos.BatchPut(hasty, list)
	} else {
		err = svc.BatchWrite(hasty, ops...)
	}
	if err != nil && hasty.Err() == nil {
		return err
	}
	for i, m := range put {
		if m != list[i] {
			return fmt.Errorf("put %+v, returned as %+v", list[i], m)
		}
	}
	var failed *dyn.BatchError
	if errors.As(err, &failed) {
		for _, f := range failed.Failed {
			if id := list[f.Index].ID; !strings.Contains(asJSON(f.Key), `"MEMO#`+id+`"`) {
				return fmt.Errorf("the key of %s is said to be %s", id, asJSON(f.Key))
			}
		}
	}
	got, err := memos.BatchGet(hasty, list)
	if err != nil && hasty.Err() == nil {
		return err
	}
	for _, m := range got {
		if m.Text != memoText(m) || !strings.HasPrefix(m.ID, fmt.Sprint(g, "-")) {
			return fmt.Errorf("read %+v", m)
		}
	}
	return nil
}
