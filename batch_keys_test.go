package dyn_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// desk stands before a database and writes down what it is asked. It makes the
// trouble that DynamoDB makes with batches, the same whenever it is asked the
// same: it leaves some of what it has not seen before unprocessed, throttles
// some requests, fails at others, and gives items in another order. It refuses
// what says so.
type desk struct {
	inner dynamodb.HTTPClient

	mu   sync.Mutex
	seen map[string]bool
	log  []string
	calm bool
}

func deskOf(t *testing.T) (*desk, *dynamodb.Client) {
	t.Helper()
	o := dynlocal.Start(t).HTTPClient().Options()
	d := &desk{inner: o.HTTPClient, seen: map[string]bool{}}
	o.HTTPClient = d
	return d, dynamodb.New(o)
}

// fresh reports whether something with a chance of one in n is seen for the
// first time.
func (d *desk) fresh(v any, n uint32) bool {
	text := asJSON(v)
	h := fnv.New32a()
	_, _ = io.WriteString(h, text)
	if d.calm || d.seen[text] || h.Sum32()%n != 0 {
		return false
	}
	d.seen[text] = true
	return true
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (d *desk) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var in map[string]any
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log = append(d.log, op+" "+asJSON(in))
	batch, _ := in["RequestItems"].(map[string]any)
	switch {
	case strings.Contains(string(body), refusedText):
		return answer(r, http.StatusBadRequest, `{"__type":"com.amazon.coral.validate#ValidationException","message":"refused"}`), nil
	case batch == nil:
	case d.fresh(in, 5):
		return answer(r, http.StatusBadRequest, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}`), nil
	case d.fresh([]any{in}, 5):
		return answer(r, http.StatusInternalServerError, `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"oh"}`), nil
	default:
		return d.part(r, op, in, batch)
	}
	return d.ask(r, body)
}

func (d *desk) ask(r *http.Request, body []byte) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return d.inner.Do(r)
}

// part does a part of a batch.
func (d *desk) part(r *http.Request, op string, in, batch map[string]any) (*http.Response, error) {
	left := map[string]any{}
	n := 0
	for table, of := range batch {
		ka, reads := of.(map[string]any)
		list := of
		if reads {
			list = ka["Keys"]
		}
		var now, later []any
		for _, x := range list.([]any) {
			if d.fresh(x, 3) {
				later = append(later, x)
			} else {
				now = append(now, x)
			}
		}
		n += len(now)
		if reads {
			ka["Keys"] = now
		} else {
			batch[table] = now
		}
		if len(later) > 0 && reads {
			left[table] = map[string]any{"Keys": later}
		} else if len(later) > 0 {
			left[table] = later
		}
	}
	out := map[string]any{}
	if n > 0 {
		resp, err := d.ask(r, []byte(asJSON(in)))
		if err != nil {
			return nil, err
		}
		if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%d: %v: %w", resp.StatusCode, out, err)
		}
	}
	out["Unprocessed"+map[string]string{"BatchGetItem": "Keys", "BatchWriteItem": "Items"}[op]] = left
	if all, ok := out["Responses"].(map[string]any); ok {
		for _, list := range all {
			slices.Reverse(list.([]any))
		}
	}
	return answer(r, http.StatusOK, asJSON(out)), nil
}

// Coin has keys that are no text.
type Coin struct {
	_ struct{} `dyn:"entity=coin"`

	Level attributevalue.Number `dynamodbav:"level" dyn:"pk"`
	Code  []byte                `dynamodbav:"code" dyn:"sk"`
	Text  string                `dynamodbav:"text"`
}

// noteText is a part of Note.
type noteText struct {
	Text string `dynamodbav:"text"`
}

// textTable is that of Note and Doc.
var textTable = dyn.Table{Name: "app", Indexes: map[string]dyn.IndexKeys{"inverted": {PK: "sk", SK: "pk"}}}

// reads has what reads by keys gave and, in the end, what was asked for that.
type reads struct {
	out []string
}

func (s *reads) said(what string, v any, err error) {
	text := asJSON(v)
	var be *dyn.BatchError
	if errors.As(err, &be) {
		var b strings.Builder
		for _, f := range be.Failed {
			b.WriteString("\n  " + f.Entity + fmt.Sprint(f.Index, f.Err))
			writeExactly(&b, reflect.ValueOf(f.Key))
		}
		text += b.String()
	}
	s.out = append(s.out, fmt.Sprint(what, ": ", text, " ", err))
}

var oddTexts = []string{"plain", "a\"b\\c", "é\u2028<&>", "tab\t\x01\x7f", "名", strings.Repeat("long ", 40), "#", " "}

// byText reads and deletes items with keys of text.
func (s *reads) byText(t *testing.T, svc *dyn.Service) {
	ctx := t.Context()
	notes, docs := entityOf[Note](t, svc), entityOf[Doc](t, svc)
	var list, keys []Note
	var papers []Doc
	for i := range 130 {
		text := oddTexts[i%len(oddTexts)]
		list = append(list, Note{NoteID: fmt.Sprint(text, i), Tenant: fmt.Sprint("t", i%2), Topic: fmt.Sprint("x", i%7), Text: text})
		papers = append(papers, Doc{Tenant: fmt.Sprint("t", i%2), DocID: fmt.Sprint(text, i), Text: text})
		keys = append(keys, Note{NoteID: fmt.Sprint(text, i)}, Note{NoteID: fmt.Sprint(text, i-i%5)}, Note{NoteID: fmt.Sprint("absent", i)})
	}
	one := dyn.Concurrency(1)
	_, err := notes.BatchPut(ctx, list, one)
	s.said("put", nil, err)
	_, err = docs.BatchPut(ctx, papers, one)
	s.said("put", nil, err)

	var missing []Note
	var used types.ConsumedCapacity
	got, err := notes.BatchGet(ctx, keys, one, dyn.Missing(&missing), dyn.Consistent(), dyn.Capacity(&used))
	s.said("get", []any{got, missing, used}, err)
	got, err = notes.BatchGet(ctx, append(slices.Clone(keys[:40]), Note{}, Note{NoteID: "1"}, Note{}))
	s.said("get without a key", got, err)
	got, err = notes.BatchGet(ctx, append(slices.Clone(keys[:200]), Note{NoteID: refusedText + "\"é"}), one)
	s.said("get refused", got, err)
	parts, err := dyn.View[noteText](notes).BatchGet(ctx, keys, one)
	s.said("view", parts, err)
	for n, err := range notes.BatchGetSeq(ctx, slices.Values(keys), one) {
		s.said("sequence", n, err)
	}
	mine := notes.Scope(dyn.Eq(&noteF.Tenant, "t1"))
	got, err = mine.BatchGet(ctx, keys, one, dyn.Missing(&missing))
	s.said("scope", []any{got, missing}, err)
	found, err := docs.Scope(dyn.Eq(&docF.Tenant, "t1")).BatchGet(ctx, []Doc{{DocID: papers[1].DocID}, {DocID: papers[3].DocID}, {Tenant: "t1", DocID: papers[2].DocID}}, one)
	s.said("scope in the key", found, err)
	found, err = docs.Scope(dyn.Eq(&docF.Tenant, "t1")).BatchGet(ctx, []Doc{{DocID: "1"}, {Tenant: "t2", DocID: "1"}}, one)
	s.said("outside", found, err)

	full, err := notes.Index("keys").Query(dyn.Eq(&noteF.Topic, "x3")).Hydrate().Collect(ctx)
	s.said("hydrate", full, err)
	loader := notes.Loader(ctx)
	for _, k := range keys[:9] {
		n, err := loader.Get(ctx, k)
		s.said("load", n, err)
	}
	s.mix(ctx, "batch", svc.BatchGet, notes, docs, keys[:21], papers[:9])
	s.mix(ctx, "transact", svc.TransactGet, notes, docs, keys[:21], papers[:9])
	err = notes.BatchDelete(ctx, append(slices.Clone(list[:30]), Note{NoteID: refusedText + "\"é"}), one)
	s.said("delete", nil, err)
	ops := func(yield func(dyn.Op) bool) {
		for i := range 60 {
			if !yield(dyn.Put(notes, list[i])) || !yield(dyn.Delete(docs, papers[i])) {
				return
			}
		}
	}
	s.said("write", nil, svc.BatchWriteSeq(ctx, ops, one))
	s.said("delete refused", nil, svc.BatchWriteSeq(ctx, slices.Values([]dyn.Op{dyn.Delete(docs, Doc{Tenant: "t1", DocID: refusedText})}), one))
	mixed := []dyn.BatchItem{one}
	for op := range ops {
		mixed = append(mixed, op)
	}
	s.said("write", nil, svc.BatchWrite(ctx, mixed...))
	n, err := notes.Index("byTenant").Query(dyn.Eq(&noteF.Tenant, "t0")).DeleteAll(ctx, one)
	s.said("delete all", n, err)
	n, err = docs.Scan().DeleteAll(ctx, one)
	s.said("delete all", n, err)
}

// mix reads items of several entities at once.
func (s *reads) mix(
	ctx context.Context, name string, fetch func(context.Context, ...dyn.FetchItem) error,
	notes *dyn.Entity[Note], docs *dyn.Entity[Doc], keys []Note, papers []Doc,
) {
	a, b := make([]*Note, len(keys)), make([]*Doc, len(papers))
	var fs []dyn.FetchItem
	for i, k := range keys {
		fs = append(fs, dyn.Fetch(notes, k, &a[i]))
	}
	for i, k := range papers {
		fs = append(fs, dyn.Fetch(docs, k, &b[i]))
	}
	err := fetch(ctx, fs...)
	s.said(name, []any{a, b}, err)
	var refused *Note
	err = fetch(ctx, dyn.Fetch(docs, papers[0], &b[0]), dyn.Fetch(notes, Note{NoteID: refusedText}, &refused))
	s.said(name+" refused", refused, err)
}

// byCode reads and deletes items with keys that are numbers and bytes.
func (s *reads) byCode(t *testing.T, svc *dyn.Service) {
	ctx := t.Context()
	coins := entityOf[Coin](t, svc)
	var list, keys []Coin
	for i, level := range []attributevalue.Number{"1.10", "-0.50", "1e3", "0", "12", "7", "8", "9"} {
		for _, code := range []string{"x", "\x00\xff", "long " + strings.Repeat("\x80", 60)} {
			list = append(list, Coin{Level: level, Code: []byte(code), Text: fmt.Sprint(i)})
			keys = append(keys, Coin{Level: level, Code: []byte(code)}, Coin{Level: level + "1", Code: []byte(code)})
		}
	}
	keys = append(keys, Coin{Level: "1.1", Code: []byte("x")}, Coin{Level: "1000", Code: []byte("x")})
	one := dyn.Concurrency(1)
	_, err := coins.BatchPut(ctx, list, one)
	s.said("put", nil, err)
	got, err := coins.BatchGet(ctx, keys, one)
	s.said("get", got, err)
	got, err = coins.BatchGet(ctx, append(slices.Clone(keys[:5]), Coin{Level: "1", Code: []byte(refusedText)}), one)
	s.said("get another", got, err)
	got, err = coins.BatchGet(ctx, append(slices.Clone(keys[:5]), Coin{Level: "1"}), one)
	s.said("get without a key", got, err)
	c, err := coins.Get(ctx, keys[2])
	s.said("get one", c, err)
	_, err = coins.Get(ctx, Coin{Level: "1", Code: bytes.Repeat([]byte{1}, 1025)})
	s.said("get one too long", nil, err)
	n, err := coins.Scan().DeleteAll(ctx, one)
	s.said("delete all", n, err)
}

// TestBatchKeysAlike finds that reads by many keys, and deletes, ask for the same
// in every tier, in the same requests, and come to the same, whatever becomes of
// these.
func TestBatchKeysAlike(t *testing.T) {
	t.Parallel()
	for _, calm := range []bool{true, false} {
		var want, log []string
		for tier := range 3 {
			synctest.Test(t, func(t *testing.T) {
				d, client := deskOf(t)
				text, code := tiersOn(t, client, textTable, fixedClock())[tier], tiersOn(t, client, dyn.Table{Name: "coins", PK: "level", SK: "code"})[tier]
				entityOf[Coin](t, code)
				entityOf[Note](t, text)
				entityOf[Doc](t, text)
				ensure(t, text)
				ensure(t, code)
				d.log, d.calm = nil, calm
				s := &reads{}
				s.byText(t, text)
				s.byCode(t, code)
				if tier == 0 {
					want, log = s.out, d.log
					t.Logf("%d requests", len(log))
					return
				}
				if diff := cmp.Diff(want, s.out); diff != "" {
					t.Errorf("tier %d, calm %t: outcomes (-0 +this):\n%s", tier, calm, diff)
				}
				if diff := cmp.Diff(log, d.log); diff != "" {
					t.Errorf("tier %d, calm %t: requests (-0 +this):\n%s", tier, calm, diff)
				}
			})
		}
	}
}

// TestBatchKeysSeen finds that whoever looks at the inputs of a call sees the
// keys in them as attribute values, and that the requests are none the worse.
func TestBatchKeysSeen(t *testing.T) {
	t.Parallel()
	var seen []string
	look := func(in any) {
		switch in.(type) {
		case *dynamodb.BatchGetItemInput, *dynamodb.TransactGetItemsInput, *dynamodb.BatchWriteItemInput, *dynamodb.GetItemInput:
			var b strings.Builder
			writeExactly(&b, reflect.ValueOf(in))
			seen = append(seen, b.String())
		}
	}
	own := dyn.WithMiddleware(func(ctx context.Context, info *dyn.OpInfo, next func(context.Context) error) error {
		look(info.Input)
		return next(ctx)
	})
	options := dyn.WithClientOptions(func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
			return s.Initialize.Add(middleware.InitializeMiddlewareFunc("look", func(
				ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
			) (middleware.InitializeOutput, middleware.Metadata, error) {
				look(in.Parameters)
				return next.HandleInitialize(ctx, in)
			}), middleware.After)
		})
	})
	for name, opt := range map[string]dyn.ServiceOption{"middleware": own, "client options": options} {
		var want, log []string
		for tier := range 3 {
			synctest.Test(t, func(t *testing.T) {
				d, client := deskOf(t)
				var c dyn.Client = client
				opts := []dyn.ServiceOption{fixedClock(), opt}
				switch tier {
				case 0:
					c = struct{ dyn.Client }{client}
				case 2:
					opts = append(opts, dyn.WithDirect())
				}
				svc, err := dyn.NewService(c, textTable, opts...)
				if err != nil {
					t.Fatal(err)
				}
				entityOf[Note](t, svc)
				entityOf[Doc](t, svc)
				ensure(t, svc)
				seen, d.log = nil, nil
				s := &reads{}
				s.byText(t, svc)
				seen = append(s.out, seen...)
				if tier == 0 {
					want, log = seen, d.log
					return
				}
				if diff := cmp.Diff(want, seen); diff != "" {
					t.Errorf("%s, tier %d: outcomes and inputs (-0 +this):\n%s", name, tier, diff)
				}
				if diff := cmp.Diff(log, d.log); diff != "" {
					t.Errorf("%s, tier %d: requests (-0 +this):\n%s", name, tier, diff)
				}
			})
		}
	}
}

// TestBatchKeysAtOnce finds that batches of reads that share memory, at the same
// time and one after the other, get what they asked for, while some of it is left
// unprocessed or refused.
func TestBatchKeysAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, client := deskOf(t)
		for tier, svc := range tiers(t, client, fixedClock()) {
			memos := entityOf[Memo](t, svc)
			if tier == 0 {
				ensure(t, svc)
				if _, err := memos.BatchPut(t.Context(), memoList(0, 300)); err != nil {
					t.Fatal(err)
				}
			}
			clear(d.seen)
			var all sync.WaitGroup
			for caller := range 6 {
				all.Go(func() {
					for round := range 12 {
						getMemos(t, memos, 17*caller, 17*caller+round*(caller+1)*3, round%4 == 3)
					}
				})
			}
			all.Wait()
		}
	})
}

// getMemos reads some memos, and perhaps one that is refused, which none of its
// request survives.
func getMemos(t *testing.T, memos *dyn.Entity[Memo], from, to int, refused bool) {
	keys := memoKeys(from, to)
	want := memoList(from, min(to, 300))
	var missing []Memo
	if refused {
		keys = append(keys, Memo{ID: refusedText})
	}
	got, err := memos.BatchGet(t.Context(), keys, dyn.Missing(&missing))
	var be *dyn.BatchError
	if errors.As(err, &be) != refused || err != nil != refused {
		t.Errorf("%d to %d: error %v", from, to, err)
		return
	}
	if !refused {
		if diff := cmp.Diff(want, got); diff != "" || len(missing) != max(to, 300)-300 {
			t.Errorf("%d to %d: %d missing (-want +got):\n%s", from, to, len(missing), diff)
		}
		return
	}
	failed := map[string]bool{}
	for _, f := range be.Failed {
		pk, _ := f.Key["pk"].(*types.AttributeValueMemberS)
		if pk == nil || pk.Value != "MEMO#"+keys[f.Index].ID || len(f.Key) != 2 {
			t.Errorf("the key of %v is %v", keys[f.Index], f.Key)
		}
		failed[keys[f.Index].ID] = true
	}
	want = slices.DeleteFunc(want, func(m Memo) bool { return failed[m.ID] })
	if !failed[refusedText] || !slices.Equal(got, want) {
		t.Errorf("%d to %d: %d failed; %v, want %v", from, to, len(failed), got, want)
	}
}

// TestBatchGetAllocations keeps the work of each key off the heap.
func TestBatchGetAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes pools forget")
	}
	var body string
	o := (&depot{}).client().Options()
	o.HTTPClient = doer(func(r *http.Request) (*http.Response, error) { return answer(r, http.StatusOK, body), nil })
	svc, err := dyn.NewService(dynamodb.New(o), dyn.Table{Name: "app"}, dyn.WithDirect())
	if err != nil {
		t.Fatal(err)
	}
	memos := entityOf[Memo](t, svc)
	var allocs [2]float64
	for k, n := range []int{10, 100} {
		var items []string
		for i := range n {
			items = append(items, fmt.Sprintf(`{"pk":{"S":"MEMO#n%d"},"sk":{"S":"MEMO"},"_entity":{"S":"memo"},"_version":{"N":"1"},"id":{"S":"n%[1]d"},"text":{"S":"text of %[1]d"},"n":{"N":"%[1]d"}}`, i))
		}
		slices.Reverse(items)
		body = `{"Responses":{"app":[` + strings.Join(items, ",") + `]},"UnprocessedKeys":{}}`
		keys := memoKeys(0, n)
		allocs[k] = testing.AllocsPerRun(50, func() {
			if got, err := memos.BatchGet(context.Background(), keys); err != nil || len(got) != n || got[n-1] != memo(n-1) {
				t.Fatal(got, err)
			}
		})
	}
	if each := (allocs[1] - allocs[0]) / 90; each > 0.25 || allocs[1] > 90 {
		t.Errorf("%.2f allocations for each key: %v", each, allocs)
	}
}
