package dyn_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/internal/randtest"
)

// Crate has fields that hold its keys, and one behind an embedded pointer.
type Crate struct {
	_ struct{} `dyn:"entity=crate"`

	PK string `dynamodbav:"pk" dyn:"pk,template=CRATE#$<ID>"`
	SK string `dynamodbav:"sk" dyn:"sk,template=$<Kind>"`
	*CrateSize
	ID     string `dynamodbav:"id"`
	Kind   string `dynamodbav:"kind"`
	Text   string `dynamodbav:"text"`
	Status Status `dynamodbav:"status" dyn:"default=draft"`
}

// CrateSize is a part of Crate.
type CrateSize struct {
	Weight int `dynamodbav:"weight"`
}

// depot answers batches of crates: it leaves some unprocessed, and refuses
// requests with a crate that says so.
type depot struct {
	mu    sync.Mutex
	r     *rand.Rand
	texts map[string]string // by the keys
	calm  bool              // nothing is left
}

const refusedText = "refuse this"

func (d *depot) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var in struct {
		RequestItems map[string][]map[string]map[string]map[string]map[string]string
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	if strings.Contains(string(body), refusedText) {
		return answer(r, http.StatusBadRequest, `{"__type":"com.amazon.coral.validate#ValidationException","message":"refused"}`), nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var left []any
	for _, w := range in.RequestItems["app"] {
		item := w["PutRequest"]["Item"]
		if !d.calm && d.r.IntN(5) == 0 {
			left = append(left, w)
			continue
		}
		d.texts[item["pk"]["S"]+" "+item["sk"]["S"]] = item["text"]["S"] + item["weight"]["N"]
	}
	out, err := json.Marshal(map[string]any{"UnprocessedItems": map[string]any{"app": left}})
	if len(left) == 0 {
		out = []byte(`{"UnprocessedItems":{}}`)
	}
	return answer(r, http.StatusOK, string(out)), err
}

func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
	}
}

func (d *depot) client() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{Region: "eu-west-1", HTTPClient: d, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")})
}

func crate(caller, i int, text string) Crate {
	return Crate{ID: fmt.Sprint(caller, ".", i), Kind: "k", Text: text, CrateSize: &CrateSize{Weight: i}}
}

// TestBatchPutAtOnce finds that batches that share memory, at the same time and
// one after the other, send and return what is theirs, while some of it is left
// unprocessed or refused.
func TestBatchPutAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &depot{r: randtest.New(t), texts: map[string]string{}}
		for _, svc := range tiers(t, d.client(), fixedClock()) {
			clear(d.texts)
			crates := entityOf[Crate](t, svc)
			var all sync.WaitGroup
			for caller := range 6 {
				r := rand.New(rand.NewPCG(uint64(caller), 7))
				all.Go(func() {
					for round := range 12 {
						putCrates(t, crates, d, 100*caller+round, r)
					}
				})
			}
			all.Wait()
		}
	})
}

// putCrates puts some crates and compares what came of it.
func putCrates(t *testing.T, crates *dyn.Entity[Crate], d *depot, caller int, r *rand.Rand) {
	given := make([]Crate, 1+r.IntN(120))
	for i := range given {
		given[i] = crate(caller, i, strings.Repeat(fmt.Sprint("\"text\" ", caller, "é;"), r.IntN(1+r.IntN(400))))
	}
	refused := -1
	if r.IntN(3) == 0 {
		refused = r.IntN(len(given))
		given[refused].Text += refusedText
	}
	out, err := crates.BatchPut(t.Context(), given)
	failed := map[int]dyn.BatchFailure{}
	var be *dyn.BatchError
	if errors.As(err, &be) {
		for _, f := range be.Failed {
			failed[f.Index] = f
		}
	}
	if _, ok := failed[refused]; ok != (refused >= 0) || ok != (err != nil) {
		t.Errorf("%d is refused of %d; error %v", refused, len(given), err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, g := range given {
		want, size := g, *g.CrateSize
		key := fmt.Sprint("CRATE#", g.ID)
		if f, ok := failed[i]; ok {
			pk, _ := f.Key["pk"].(*types.AttributeValueMemberS)
			sk, _ := f.Key["sk"].(*types.AttributeValueMemberS)
			if pk == nil || sk == nil || pk.Value != key || sk.Value != "k" || len(f.Key) != 2 {
				t.Errorf("the key of %s is %v", g.ID, f.Key)
			}
		} else {
			want.PK, want.SK, want.Status = key, "k", Draft
			if got, want := d.texts[key+" k"], g.Text+fmt.Sprint(g.Weight); got != want {
				t.Errorf("%s is stored as %.100q, want %.100q", g.ID, got, want)
			}
			if out[i].CrateSize == g.CrateSize {
				t.Errorf("%s shares a field with what was given", g.ID)
			}
			out[i].CrateSize = want.CrateSize
		}
		if out[i] != want || size.Weight != i || g.PK != "" {
			t.Errorf("%s is returned as %+v, want %+v", g.ID, out[i], want)
		}
	}
}

// TestBatchPutAllocations keeps the work of each item off the heap.
func TestBatchPutAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes pools forget")
	}
	d := &depot{}
	client := d.client()
	o := client.Options()
	o.HTTPClient = doer(func(r *http.Request) (*http.Response, error) {
		return answer(r, http.StatusOK, `{"UnprocessedItems":{}}`), nil
	})
	svc, err := dyn.NewService(dynamodb.New(o), dyn.Table{Name: "app"}, dyn.WithDirect())
	if err != nil {
		t.Fatal(err)
	}
	crates := entityOf[Crate](t, svc)
	var allocs [2]float64
	for k, n := range []int{5, 25} {
		given := make([]Crate, n)
		for i := range given {
			given[i] = crate(0, i, "text")
			given[i].CrateSize = nil
		}
		allocs[k] = testing.AllocsPerRun(50, func() {
			if _, err := crates.BatchPut(context.Background(), given); err != nil {
				t.Fatal(err)
			}
		})
	}
	if each := (allocs[1] - allocs[0]) / 20; each > 0.5 {
		t.Errorf("%.2f allocations for each item: %v", each, allocs)
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

var _ aws.HTTPClient = doer(nil)

// Loose has an attribute behind an embedded pointer, and nothing that changes
// when it is written.
type Loose struct {
	_ struct{} `dyn:"entity=loose"`
	_ struct{} `dyn:"pk,template=LOOSE#$<ID>"`
	_ struct{} `dyn:"sk,template=LOOSE"`

	*CrateSize
	ID string `dynamodbav:"id"`
}

// TestStoredIsApart finds that changing what an operation has stored does not
// change the operation.
func TestStoredIsApart(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	loose := entityOf[Loose](t, svc)
	ensure(t, svc)
	var stored Loose
	op := dyn.Put(loose, Loose{ID: "1", CrateSize: &CrateSize{Weight: 1}}, dyn.Stored(&stored))
	before, err := op.Input()
	if err != nil {
		t.Fatal(err)
	}
	if err := svc.BatchWrite(t.Context(), op); err != nil {
		t.Fatal(err)
	}
	stored.Weight = 2
	after, err := op.Input()
	if err != nil {
		t.Fatal(err)
	}
	if x, y := show(before), show(after); x != y {
		t.Errorf("the operation was\n%s\nand is\n%s", x, y)
	}
}

// TestBatchPutTimes finds that each item of a batch has a time of its own, which
// may be what tells their keys apart.
func TestBatchPutTimes(t *testing.T) {
	t.Parallel()
	now := day
	svc := newService(t, dyn.WithClock(func() time.Time { now = now.Add(time.Millisecond); return now }))
	e := entityOf[Logged](t, svc)
	ensure(t, svc)
	out, err := e.BatchPut(t.Context(), []Logged{{User: "a"}, {User: "a"}, {User: "a"}})
	if err != nil {
		t.Fatal(err)
	}
	if out[0].At.Equal(out[1].At) || out[1].At.Equal(out[2].At) {
		t.Errorf("the items have the times of others: %v", out)
	}
}

// Kept has a hook that keeps what it is shown.
type Kept struct {
	_ struct{} `dyn:"entity=kept"`
	_ struct{} `dyn:"pk,template=K#$<ID>"`
	_ struct{} `dyn:"sk,template=K"`

	ID string `dynamodbav:"id"`
}

type keptBy struct{}

func (k *Kept) BeforeWrite(ctx context.Context) error {
	all := ctx.Value(keptBy{}).(*[]*Kept)
	*all = append(*all, k)
	if k.ID == "panic" {
		panic(k.ID)
	}
	return nil
}

// TestBatchPutHookKeeps finds that what a hook keeps of a batch is not what the
// caller gets, and that a batch is none the worse for another whose hook panics.
func TestBatchPutHookKeeps(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	e := entityOf[Kept](t, svc)
	ensure(t, svc)
	var all []*Kept
	ctx := context.WithValue(t.Context(), keptBy{}, &all)
	for _, given := range [][]Kept{{{ID: "1"}, {ID: "2"}}, {{ID: "3"}, {ID: "panic"}}, {{ID: "4"}, {ID: "5"}}} {
		all = nil
		func() {
			defer func() {
				if p := recover(); (p != nil) != (given[1].ID == "panic") {
					t.Errorf("%v: panic %v", given, p)
				}
			}()
			out, err := e.BatchPut(ctx, given)
			if err != nil || !slices.Equal(out, given) {
				t.Errorf("%v: %v, error %v", given, out, err)
			}
			out[0].ID = "changed"
		}()
		for i, k := range all {
			if k.ID != given[i].ID {
				t.Errorf("the hook has %q, not %q", k.ID, given[i].ID)
			}
		}
	}
}
