package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// Session expires.
type Session struct {
	_ struct{} `dyn:"entity=session"`
	_ struct{} `dyn:"pk,template=MEMO#$<ID>"`
	_ struct{} `dyn:"sk,template=MEMO,overlap"`

	ID      string    `dynamodbav:"id"`
	Expires time.Time `dynamodbav:"expires,unixtime" dyn:"ttl"`
}

// MemoNext is Memo as a newer program has it.
type MemoNext struct {
	_ struct{} `dyn:"entity=memo,version=2"`
	_ struct{} `dyn:"pk,template=MEMO#$<ID>"`
	_ struct{} `dyn:"sk,template=MEMO"`

	ID string `dynamodbav:"id"`
}

// MemoText is a part of Memo.
type MemoText struct {
	Text string `dynamodbav:"text"`
}

func TestBatchGet(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	memos := entityOf[Memo](t, svc)
	ensure(t, svc)
	if _, err := memos.BatchPut(t.Context(), memoList(0, 250)); err != nil {
		t.Fatal(err)
	}
	keys := slices.Concat(memoKeys(245, 255), memoKeys(0, 245), memoKeys(250, 251), memoKeys(3, 5))
	want := slices.Concat(memoList(245, 250), memoList(0, 245))
	absent := []Memo{memo(1)}
	var used types.ConsumedCapacity
	got, err := memos.BatchGet(t.Context(), keys, dyn.Missing(&absent), dyn.Consistent(), dyn.Capacity(&used))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(memoKeys(250, 255), absent); diff != "" {
		t.Errorf("absent (-want +got):\n%s", diff)
	}
	if units := aws.ToFloat64(used.CapacityUnits); units < 250 {
		t.Errorf("%v units for %d consistent reads", units, 250)
	}
	parts, err := dyn.View[MemoText](memos).BatchGet(t.Context(), keys[3:7])
	if diff := cmp.Diff([]MemoText{{"text of 248"}, {"text of 249"}}, parts); diff != "" || err != nil {
		t.Errorf("%v; parts (-want +got):\n%s", err, diff)
	}
}

// TestBatchGetSeq yields in the order of the keys, and an item as often as it is
// asked for.
func TestBatchGetSeq(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	memos := entityOf[Memo](t, svc)
	ensure(t, svc)
	if _, err := memos.BatchPut(t.Context(), memoList(0, 250)); err != nil {
		t.Fatal(err)
	}
	keys := slices.Concat(memoKeys(245, 255), memoKeys(0, 245), memoKeys(240, 248), memoKeys(252, 253))
	want := slices.Concat(memoList(245, 250), memoList(0, 245), memoList(240, 248))
	var absent, got []Memo
	for m, err := range memos.BatchGetSeq(t.Context(), slices.Values(keys), dyn.Missing(&absent), dyn.Consistent()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, m)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Concat(memoKeys(250, 255), memoKeys(252, 253)), absent); diff != "" {
		t.Errorf("absent (-want +got):\n%s", diff)
	}
}

// TestBatchGetSeqPanics: a panic of the program's own middleware is not held up.
func TestBatchGetSeqPanics(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock(), dyn.WithMiddleware(func(context.Context, *dyn.OpInfo, func(context.Context) error) error {
		panic("of the middleware")
	}))
	memos := entityOf[Memo](t, svc)
	defer func() {
		if r := recover(); r != "of the middleware" {
			t.Errorf("recovered %v", r)
		}
	}()
	for range memos.BatchGetSeq(t.Context(), slices.Values(memoKeys(0, 3))) {
		t.Error("an item")
	}
}

// TestBatchGetSeqStops takes no more keys when its caller has enough.
func TestBatchGetSeqStops(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	memos := entityOf[Memo](t, svc)
	ensure(t, svc)
	if _, err := memos.BatchPut(t.Context(), memoList(0, 10)); err != nil {
		t.Fatal(err)
	}
	taken := 0
	keys := func(yield func(Memo) bool) {
		for ; yield(Memo{ID: fmt.Sprint("n", taken)}); taken++ {
		}
	}
	for m, err := range memos.BatchGetSeq(t.Context(), keys) {
		if err != nil || m != memo(0) {
			t.Errorf("%v: %v", m, err)
		}
		break
	}
	if taken > 2*8*100 {
		t.Errorf("%d keys taken", taken)
	}
}

// TestBatchGetOwn treats items as Get does: those of others and expired ones
// are not there, newer ones are an error that leaves the rest.
func TestBatchGetOwn(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	svc := serviceOn(t, client, dyn.Table{Name: "app"}, fixedClock())
	memos, sessions := entityOf[Memo](t, svc), entityOf[Session](t, svc)
	next := entityOf[MemoNext](t, serviceOn(t, client, dyn.Table{Name: "app"}))
	ensure(t, svc)
	if _, err := memos.BatchPut(t.Context(), memoList(0, 2)); err != nil {
		t.Fatal(err)
	}
	put(t, sessions, Session{ID: "n2", Expires: day.Add(time.Hour)}, Session{ID: "n3", Expires: day.Add(-time.Hour)})
	put(t, next, MemoNext{ID: "n4"})

	var absentSessions []Session
	live, err := sessions.BatchGet(t.Context(), []Session{{ID: "n3"}, {ID: "n1"}, {ID: "n2"}}, dyn.Missing(&absentSessions))
	if err != nil || len(live) != 1 || live[0].ID != "n2" {
		t.Errorf("sessions %v: %v", live, err)
	}
	if diff := cmp.Diff([]Session{{ID: "n3"}, {ID: "n1"}}, absentSessions); diff != "" {
		t.Errorf("absent sessions (-want +got):\n%s", diff)
	}

	var absent []Memo
	got, err := memos.BatchGet(t.Context(), memoKeys(0, 6), dyn.Missing(&absent))
	if diff := cmp.Diff(memoList(0, 2), got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Memo{{ID: "n2"}, {ID: "n3"}, {ID: "n5"}}, absent); diff != "" {
		t.Errorf("absent (-want +got):\n%s", diff)
	}
	want := "dyn: batch get memo: 5 items done, 1 not; the first of these is keys[4]: get memo: the item has version 2 of memo, this program knows up to 1; deploy the newer program"
	var ve *dyn.VersionError
	if err == nil || err.Error() != want || !errors.As(err, &ve) {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
}

func TestBatchGetRefuses(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, &stub{}, dyn.Table{Name: "app"})
	memos := entityOf[Memo](t, svc)
	var cards []Card
	tests := []struct {
		name string
		keys []Memo
		opt  dyn.BatchGetOption
		want string
	}{
		{"keys", []Memo{{ID: "a"}, {}, {Text: "x"}}, dyn.Consistent(), "dyn: batch get memo: keys[1]: key field ID is empty\nkeys[2]: key field ID is empty"},
		{"missing", nil, dyn.Missing(&cards), "dyn: batch get memo: Missing takes a *[]dyn_test.Memo here, not a *[]dyn_test.Card"},
		{"concurrency", nil, dyn.Concurrency(-1), "dyn: batch get memo: Concurrency takes a positive number, or 0 for the default"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := memos.BatchGet(t.Context(), tt.keys, tt.opt)
			if err == nil || err.Error() != tt.want {
				t.Errorf("error\n%v\nwant\n%s", err, tt.want)
			}
		})
	}
	for _, err := range memos.BatchGetSeq(t.Context(), slices.Values([]Memo{{}})) {
		want := "dyn: batch get memo: 0 items done, 1 not; the first of these is keys[0]: batch get memo: key field ID is empty"
		if err == nil || err.Error() != want {
			t.Errorf("error\n%v\nwant\n%s", err, want)
		}
	}
}

// TestBatchGetCancel returns what was read before the end.
func TestBatchGetCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &stub{Client: newLocal(t)}
		client.get = func(ctx context.Context, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
			select {
			case <-time.After(time.Second):
				return client.Client.BatchGetItem(context.WithoutCancel(ctx), in)
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		svc := serviceOn(t, client, dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		ensure(t, svc)
		if _, err := memos.BatchPut(t.Context(), memoList(0, 500)); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		started := time.Now()
		var absent []Memo
		got, err := memos.BatchGet(ctx, memoKeys(0, 600), dyn.Concurrency(1), dyn.Missing(&absent))
		if late := time.Since(started) - 2500*time.Millisecond; late > 50*time.Millisecond {
			t.Errorf("it took %v to return", late)
		}
		var be *dyn.BatchError
		if !errors.As(err, &be) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(memoList(0, 200), got); diff != "" {
			t.Errorf("items (-want +got):\n%s", diff)
		}
		if len(got)+len(be.Failed) != 600 || be.Done != 200 || len(absent) > 0 || be.Failed[0].Index != 200 {
			t.Errorf("%d read, %d not, %d absent", len(got), len(be.Failed), len(absent))
		}

		ctx, cancel = context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		n := 0
		var last error
		for m, err := range memos.BatchGetSeq(ctx, slices.Values(memoKeys(0, 500)), dyn.Concurrency(1)) {
			if last = err; err == nil && m == memo(n) {
				n++
			}
		}
		if n != 200 || !errors.Is(last, context.DeadlineExceeded) {
			t.Errorf("%d items, then %v", n, last)
		}
	})
}

// Gauge has a number as key.
type Gauge struct {
	_ struct{} `dyn:"entity=gauge"`

	Level attributevalue.Number `dynamodbav:"level" dyn:"pk"`
	Name  string                `dynamodbav:"name" dyn:"sk"`
}

// TestBatchGetNumberKeys finds items whose keys come back written otherwise.
func TestBatchGetNumberKeys(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	svc := serviceOn(t, client, dyn.Table{Name: "gauges", PK: "level", SK: "name"})
	gauges := entityOf[Gauge](t, svc)
	ensure(t, svc)
	levels := []attributevalue.Number{"1.10", "007", "-0.50", "1e3", "0", "12"}
	var keys []Gauge
	for _, l := range levels {
		keys = append(keys, Gauge{Level: l, Name: "a"})
	}
	if _, err := gauges.BatchPut(t.Context(), keys); err != nil {
		t.Fatal(err)
	}
	got, err := gauges.BatchGet(t.Context(), keys)
	if err != nil || len(got) != len(keys) {
		t.Fatalf("%v: %v", got, err)
	}
	for i, g := range got {
		a, errA := strconv.ParseFloat(string(g.Level), 64)
		b, errB := strconv.ParseFloat(string(levels[i]), 64)
		if a != b || errA != nil || errB != nil {
			t.Errorf("%s came for %s", g.Level, levels[i])
		}
	}
	_, err = gauges.BatchPut(t.Context(), []Gauge{{Level: "1.0", Name: "a"}, {Level: "1", Name: "a"}})
	if err == nil || !strings.Contains(err.Error(), "are on the same item") {
		t.Errorf("two forms of one number: %v", err)
	}
}

func TestServiceBatchGet(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	memos, cards := entityOf[Memo](t, svc), entityOf[Card](t, svc)
	ensure(t, svc)
	if _, err := memos.BatchPut(t.Context(), memoList(0, 150)); err != nil {
		t.Fatal(err)
	}
	card, err := cards.Put(t.Context(), Card{CardID: "1", UserID: "u"})
	if err != nil {
		t.Fatal(err)
	}
	got, again, other := &Card{}, &Card{}, &Card{}
	list := make([]*Memo, 152)
	fetches := []dyn.FetchItem{
		dyn.Fetch(cards, Card{CardID: "1"}, &got), dyn.Fetch(cards, Card{CardID: "2"}, &other),
		dyn.Fetch(cards, Card{CardID: "1"}, &again), dyn.Consistent(),
	}
	for i := range list {
		fetches = append(fetches, dyn.Fetch(memos, Memo{ID: fmt.Sprint("n", i)}, &list[i]))
	}
	if err := svc.BatchGet(t.Context(), fetches...); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*Card{&card, &card, nil}, []*Card{got, again, other}); diff != "" {
		t.Errorf("cards (-want +got):\n%s", diff)
	}
	if got == again {
		t.Error("two fetches share an item")
	}
	for i, m := range list {
		if i < 150 && (m == nil || *m != memo(i)) || i >= 150 && m != nil {
			t.Errorf("memo %d is %v", i, m)
		}
	}
}

// TestFetchRefuses holds what both calls refuse before anything is sent.
func TestFetchRefuses(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, &stub{}, dyn.Table{Name: "app"})
	memos := entityOf[Memo](t, svc)
	other := entityOf[Memo](t, serviceOn(t, &stub{}, dyn.Table{Name: "app"}))
	var m *Memo
	fine := dyn.Fetch(memos, Memo{ID: "a"}, &m)
	var many []dyn.FetchItem
	for _, k := range memoKeys(0, 101) {
		many = append(many, dyn.Fetch(memos, k, &m))
	}
	calls := map[string]func(context.Context, ...dyn.FetchItem) error{"batch get": svc.BatchGet, "transact get": svc.TransactGet}
	tests := []struct {
		name  string
		items []dyn.FetchItem
		want  string // after the name of the call
	}{
		{"nothing", []dyn.FetchItem{dyn.Consistent()}, "there is nothing to fetch"},
		{"key", []dyn.FetchItem{fine, dyn.Fetch(memos, Memo{}, &m)}, "fetches[1]: get memo: key field ID is empty"},
		{"destination", []dyn.FetchItem{fine, dyn.Fetch(memos, Memo{ID: "b"}, nil)}, "fetches[1]: get memo: Fetch has no place for the item"},
		{"other service", []dyn.FetchItem{fine, dyn.Fetch(other, Memo{ID: "b"}, &m)}, "fetches[1]: get memo: the entity belongs to another service"},
		{"too many", many, "101 items; a transaction takes 100"},
	}
	for name, do := range calls {
		for _, tt := range tests {
			if name == "batch get" && tt.name == "too many" {
				continue
			}
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				t.Parallel()
				want := "dyn: " + name + ": " + tt.want
				if err := do(t.Context(), tt.items...); err == nil || err.Error() != want {
					t.Errorf("error\n%v\nwant\n%s", err, want)
				}
			})
		}
	}
}

// TestBatchGetPartialReply is about replies that hold 16 MB: the rest of the
// keys come back.
func TestBatchGetPartialReply(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	memos := entityOf[Memo](t, svc)
	ensure(t, svc)
	list := memoList(0, 60)
	for i := range list {
		list[i].Text = strings.Repeat("x", 380<<10)
	}
	if _, err := memos.BatchPut(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	got, err := memos.BatchGet(t.Context(), memoKeys(0, 60))
	if err != nil || !slices.Equal(list, got) {
		t.Errorf("%d items: %v", len(got), err)
	}
}

// TestBatchGetAnotherTable takes no items for those of the keys that the answer has of another table.
func TestBatchGetAnotherTable(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:dynamodb:us-east-1:123456789012:table/"
	list := func(table, text string) string {
		return `"` + table + `":[{"pk":{"S":"MEMO#n1"},"sk":{"S":"MEMO"},"_entity":{"S":"memo"},"_version":{"N":"1"},"id":{"S":"n1"},"text":{"S":"` + text + `"}}]`
	}
	own, other := list("app", "own"), list("other", "other")
	for _, tt := range []struct{ table, lists, want string }{
		{"app", own, "own"},
		{"app", own + "," + other, "own"},
		{"app", other + "," + own, "own"},
		{"app", other, ""},
		{"app", list(arn+"app", "own") + "," + list(arn+"other", "other"), "own"},
		{arn + "app", other + "," + own, "own"},
		{arn + "app", list(arn+"app", "own") + "," + list(arn+"other", "other"), "own"},
	} {
		now := new(script)
		client := dynamodb.New(dynamodb.Options{
			Region: "us-east-1", HTTPClient: now, Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
		})
		for tier, svc := range tiersOn(t, client, dyn.Table{Name: tt.table}) {
			*now = script{`{"Responses":{` + tt.lists + `},"UnprocessedKeys":{}}`}
			got, err := entityOf[Memo](t, svc).BatchGet(t.Context(), []Memo{memo(1), memo(2)})
			text := ""
			for _, m := range got {
				text += m.Text
			}
			if text != tt.want || err != nil {
				t.Errorf("tier %d: %s of %s: %q, %v", tier, tt.lists, tt.table, text, err)
			}
		}
	}
}
