package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// Versioned has an optimistic version.
type Versioned struct {
	_ struct{} `dyn:"entity=versioned"`
	_ struct{} `dyn:"pk,template=V#$<ID>"`
	_ struct{} `dyn:"sk,template=V"`

	ID      string `dynamodbav:"id"`
	Tenant  string `dynamodbav:"tenant"`
	Version int    `dynamodbav:"version" dyn:"lock"`
}

// Tenanted has its tenant outside the key.
type Tenanted struct {
	_ struct{} `dyn:"entity=tenanted"`
	_ struct{} `dyn:"pk,template=T#$<ID>"`
	_ struct{} `dyn:"sk,template=T"`

	ID     string `dynamodbav:"id"`
	Tenant string `dynamodbav:"tenant"`
}

var (
	memoF     = dyn.Fields[Memo]()
	tenantedF = dyn.Fields[Tenanted]()
)

func memoKeys(from, to int) []Memo {
	keys := make([]Memo, 0, to-from)
	for i := from; i < to; i++ {
		keys = append(keys, Memo{ID: fmt.Sprint("n", i)})
	}
	return keys
}

func memoList(from, to int) []Memo {
	list := make([]Memo, 0, to-from)
	for i := from; i < to; i++ {
		list = append(list, memo(i))
	}
	return list
}

// texts makes errors comparable.
func texts(fs []dyn.BatchFailure) []string {
	var out []string
	for _, f := range fs {
		out = append(out, fmt.Sprintf("%d %s %v", f.Index, f.Entity, f.Err))
	}
	return out
}

func TestBatchWrite(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	cards, memos := entityOf[Card](t, svc), entityOf[Memo](t, svc)
	ensure(t, svc)
	if _, err := memos.BatchPut(t.Context(), memoList(0, 30)); err != nil {
		t.Fatal(err)
	}
	var stored Card
	var used types.ConsumedCapacity
	var progress []int
	items := []dyn.BatchItem{
		dyn.Put(cards, Card{CardID: "1", UserID: "u"}, dyn.Stored(&stored)), dyn.Capacity(&used),
		dyn.Progress(func(n int) { progress = append(progress, n) }), dyn.Concurrency(1),
	}
	for i := range 30 {
		items = append(items, dyn.Delete(memos, Memo{ID: fmt.Sprint("n", i)}))
	}
	if err := svc.BatchWrite(t.Context(), items...); err != nil {
		t.Fatal(err)
	}
	want := Card{CardID: "1", UserID: "u", Status: Draft, CreatedAt: day, UpdatedAt: day}
	if diff := cmp.Diff(want, stored); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	got, err := cards.Get(t.Context(), Card{CardID: "1"})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v; item (-want +got):\n%s", err, diff)
	}
	left, err := memos.Scan().Collect(t.Context())
	if len(left) > 0 || err != nil {
		t.Errorf("%d memos are left: %v", len(left), err)
	}
	if !slices.Equal(progress, []int{25, 31}) {
		t.Errorf("progress %v", progress)
	}
	if aws.ToFloat64(used.CapacityUnits) < 31 {
		t.Errorf("consumed %v units", aws.ToFloat64(used.CapacityUnits))
	}
}

func TestBatchPutReturnsStored(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	cards := entityOf[Card](t, svc)
	ensure(t, svc)
	given := []Card{{CardID: "a", UserID: "u"}, {CardID: "b", UserID: "u", Status: Published}}
	before := slices.Clone(given)
	got, err := cards.BatchPut(t.Context(), given)
	want := []Card{
		{CardID: "a", UserID: "u", Status: Draft, CreatedAt: day, UpdatedAt: day},
		{CardID: "b", UserID: "u", Status: Published, CreatedAt: day, UpdatedAt: day},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff(before, given); diff != "" {
		t.Errorf("the caller's items changed:\n%s", diff)
	}
	if err := cards.BatchDelete(t.Context(), given); err != nil {
		t.Fatal(err)
	}
	if left, err := cards.BatchGet(t.Context(), given); len(left) > 0 || err != nil {
		t.Errorf("%d left: %v", len(left), err)
	}
}

// TestBatchEmpty sends nothing when there is nothing to do.
func TestBatchEmpty(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, &stub{}, dyn.Table{Name: "app"})
	memos := entityOf[Memo](t, svc)
	puts, err := memos.BatchPut(t.Context(), nil)
	if len(puts) > 0 || err != nil {
		t.Errorf("put: %v, %v", puts, err)
	}
	if err := memos.BatchDelete(t.Context(), nil); err != nil {
		t.Errorf("delete: %v", err)
	}
	gets, err := memos.BatchGet(t.Context(), nil)
	if gets == nil || len(gets) > 0 || err != nil {
		t.Errorf("get: %v, %v", gets, err)
	}
	if err := svc.BatchWriteSeq(t.Context(), func(func(dyn.Op) bool) {}); err != nil {
		t.Errorf("sequence: %v", err)
	}
}

// TestBatchRefuses holds what batches refuse before anything is sent: the
// client would panic.
func TestBatchRefuses(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, &stub{}, dyn.Table{Name: "app"})
	memos, cards := entityOf[Memo](t, svc), entityOf[Card](t, svc)
	versions, tenants := entityOf[Versioned](t, svc), entityOf[Tenanted](t, svc)
	other := entityOf[Memo](t, serviceOn(t, &stub{}, dyn.Table{Name: "app"}))
	mine := tenants.Scope(dyn.Eq(&tenantedF.Tenant, "t1"))
	a, put := Memo{ID: "a"}, dyn.Put(memos, Memo{ID: "p"})
	var old Memo
	var card Card
	var used types.ConsumedCapacity
	tests := []struct {
		name string
		do   func(context.Context) error
		want string
	}{
		{"nothing", writing(svc), "dyn: batch write: there is no operation"},
		{"zero op", writing(svc, put, dyn.Op{}), "dyn: batch write: ops[1]: an Op is made by Put, Create, Update, Upsert, Delete, Remove or Check"},
		{"create", writing(svc, put, dyn.Create(memos, a)), "dyn: batch write: ops[1]: create memo: a batch takes Put and Delete only; use Transact, or the entity's method"},
		{"update", writing(svc, dyn.Update(memos, a, dyn.Set(&memoF.N, 1))), "dyn: batch write: ops[0]: update memo: a batch takes Put and Delete only; use Transact, or the entity's method"},
		{"upsert", writing(svc, dyn.Upsert(memos, a)), "dyn: batch write: ops[0]: upsert memo: a batch takes Put and Delete only; use Transact, or the entity's method"},
		{"remove", writing(svc, dyn.Remove(memos, a)), "dyn: batch write: ops[0]: remove memo: a batch takes Put and Delete only; use Transact, or the entity's method"},
		{"check", writing(svc, dyn.Check(memos, a, dyn.Exists(&memoF.N))), "dyn: batch write: ops[0]: check memo: a batch takes Put and Delete only; use Transact, or the entity's method"},
		{"condition", writing(svc, dyn.Put(memos, a, dyn.If(dyn.Eq(&memoF.N, 1)))), "dyn: batch write: ops[0]: put memo: a batch has no conditions; use Transact, or the entity's method"},
		{"old", writing(svc, dyn.Put(memos, a, dyn.Old(&old))), "dyn: batch write: ops[0]: put memo: Old, Idempotent and Capacity do not fit an operation of a batch"},
		{"idempotent", writing(svc, dyn.Delete(memos, a, dyn.Idempotent())), "dyn: batch write: ops[0]: delete memo: Old, Idempotent and Capacity do not fit an operation of a batch"},
		{"capacity", writing(svc, dyn.Put(memos, a, dyn.Capacity(&used))), "dyn: batch write: ops[0]: put memo: Old, Idempotent and Capacity do not fit an operation of a batch"},
		{"lock", writing(svc, dyn.Put(versions, Versioned{ID: "a"})), "dyn: batch write: ops[0]: put versioned: Version needs a condition, which a batch has not; use Transact, or the entity's method"},
		{"lock of a delete", writing(svc, dyn.Delete(versions, Versioned{ID: "a", Version: 2})), "dyn: batch write: ops[0]: delete versioned: Version needs a condition, which a batch has not; use Transact, or the entity's method"},
		{"scope", writing(svc, dyn.Put(mine, Tenanted{ID: "a"})), "dyn: batch write: ops[0]: put tenanted: the key does not hold what the handle's scope fixes, so it needs a condition, which a batch has not; use Transact, or the entity's method"},
		{"other service", writing(svc, put, dyn.Delete(other, a)), "dyn: batch write: ops[1]: delete memo: the entity belongs to another service"},
		{"twice", writing(svc, dyn.Put(memos, a), put, dyn.Delete(memos, a)), "dyn: batch write: ops[0]: put memo and ops[2]: delete memo are on the same item; a batch takes each item once"},
		{"stored elsewhere", writing(svc, dyn.Put(memos, a, dyn.Stored(&card))), "dyn: batch write: ops[0]: put memo: Stored takes a *dyn_test.Memo here, not a *dyn_test.Card"},
		{
			"two mistakes", writing(svc, dyn.Put(memos, Memo{}), put, dyn.Put(cards, Card{CardID: "1"})),
			"dyn: batch write: ops[0]: put memo: key field ID is empty\nops[2]: put card: UserID is required",
		},
		{"concurrency", writing(svc, put, dyn.Concurrency(-1)), "dyn: batch write: Concurrency takes a positive number, or 0 for the default"},
		{
			"put", func(ctx context.Context) error { _, err := memos.BatchPut(ctx, []Memo{a, {}}); return err },
			"dyn: batch put memo: items[1]: put memo: key field ID is empty",
		},
		{
			"put twice", func(ctx context.Context) error { _, err := memos.BatchPut(ctx, []Memo{a, {ID: "b"}, a}); return err },
			"dyn: batch put memo: items[0]: put memo and items[2]: put memo are on the same item; a batch takes each item once",
		},
		{
			"delete", func(ctx context.Context) error { return memos.BatchDelete(ctx, []Memo{a, a}) },
			"dyn: batch delete memo: keys[0]: delete memo and keys[1]: delete memo are on the same item; a batch takes each item once",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := tt.do(t.Context()); err == nil || err.Error() != tt.want {
				t.Errorf("error\n%v\nwant\n%s", err, tt.want)
			}
		})
	}
}

func writing(svc *dyn.Service, items ...dyn.BatchItem) func(context.Context) error {
	return func(ctx context.Context) error { return svc.BatchWrite(ctx, items...) }
}

// TestBatchLockedDelete deletes without a version, which needs no condition.
func TestBatchLockedDelete(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	versions := entityOf[Versioned](t, svc)
	ensure(t, svc)
	if _, err := versions.Create(t.Context(), Versioned{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := versions.BatchDelete(t.Context(), []Versioned{{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	if ok, err := versions.Exists(t.Context(), Versioned{ID: "a"}); ok || err != nil {
		t.Errorf("it exists: %v, %v", ok, err)
	}
}

// TestBatchCancel ends the context while requests are under way, which do
// nothing then: what was done and what the error lists are all there is.
func TestBatchCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const total = 5000
		client := &stub{Client: newLocal(t)}
		client.write = func(ctx context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
			select {
			case <-time.After(time.Second):
				return client.Client.BatchWriteItem(context.WithoutCancel(ctx), in)
			case <-ctx.Done():
				return nil, fmt.Errorf("cut short: %w", ctx.Err())
			}
		}
		svc := serviceOn(t, client, dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		ensure(t, svc)
		ctx, cancel := context.WithTimeout(t.Context(), 5500*time.Millisecond)
		defer cancel()
		started := time.Now()
		stored, err := memos.BatchPut(ctx, memoList(0, total))
		if late := time.Since(started) - 5500*time.Millisecond; late > 50*time.Millisecond {
			t.Errorf("it took %v to return", late)
		}
		var be *dyn.BatchError
		if !errors.As(err, &be) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if be.Done != 5*8*25 || be.Done+len(be.Failed) != total || len(stored) != total {
			t.Errorf("%d done, %d not, of %d", be.Done, len(be.Failed), total)
		}
		undone := map[string]bool{}
		reasons := map[string]int{}
		for _, f := range be.Failed {
			undone[memo(f.Index).ID] = true
			reasons[f.Err.Error()]++
		}
		want := map[string]int{"cut short: context deadline exceeded": 8 * 25, "not done: cut short: context deadline exceeded": total - 6*8*25}
		if diff := cmp.Diff(want, reasons); diff != "" {
			t.Errorf("reasons (-want +got):\n%s", diff)
		}
		for m, err := range memos.Scan().All(t.Context()) {
			if err != nil || undone[m.ID] {
				t.Fatalf("%s was written: %v", m.ID, err)
			}
			undone[m.ID] = true
		}
		if len(undone) != total {
			t.Errorf("%d items are done or not, of %d", len(undone), total)
		}
	})
}

// TestBatchGivesUp has a table that does nothing at all.
func TestBatchGivesUp(t *testing.T) {
	t.Parallel()
	nothing := func(_ context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
		return &dynamodb.BatchWriteItemOutput{UnprocessedItems: in.RequestItems}, nil
	}
	throttled := func(context.Context, *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
		return nil, &types.ProvisionedThroughputExceededException{Message: aws.String("slow down")}
	}
	broken := func(context.Context, *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
		return nil, &types.InternalServerError{Message: aws.String("oops")}
	}
	denied := func(context.Context, *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
		return nil, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no", Fault: smithy.FaultClient}
	}
	tests := []struct {
		name        string
		write       func(context.Context, *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error)
		calls       int
		least, most time.Duration
		want        string
	}{
		{
			"unprocessed", nothing, 51, 4 * time.Minute, 12 * time.Minute,
			"dyn: batch put memo: 0 items done, 3 not; the first of these is items[0]: the service left it unprocessed, in one request after another",
		},
		{
			"throttled", throttled, 51, 4 * time.Minute, 12 * time.Minute,
			"dyn: batch put memo: 0 items done, 3 not; the first of these is items[0]: ProvisionedThroughputExceededException: slow down",
		},
		{"broken", broken, 3, 0, time.Second, "dyn: batch put memo: 0 items done, 3 not; the first of these is items[0]: InternalServerError: oops"},
		{"denied", denied, 1, 0, 0, "dyn: batch put memo: 0 items done, 3 not; the first of these is items[0]: api error AccessDeniedException: no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				client := &stub{write: func(ctx context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
					calls++
					return tt.write(ctx, in)
				}}
				memos := entityOf[Memo](t, serviceOn(t, client, dyn.Table{Name: "app"}))
				started := time.Now()
				_, err := memos.BatchPut(t.Context(), memoList(0, 3))
				if err == nil || err.Error() != tt.want {
					t.Errorf("error\n%v\nwant\n%s", err, tt.want)
				}
				if d := time.Since(started); calls != tt.calls || d < tt.least || d > tt.most {
					t.Errorf("%d calls in %v, want %d in %v to %v", calls, d, tt.calls, tt.least, tt.most)
				}
			})
		})
	}
}

// TestBatchBackOff sees the waits grow while nothing gets done, and start again
// once something does.
func TestBatchBackOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Time
		client := &stub{write: func(_ context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
			at = append(at, time.Now())
			left := in.RequestItems["app"]
			if len(at)%21 == 0 {
				left = left[1:]
			}
			return &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{"app": left}}, nil
		}}
		memos := entityOf[Memo](t, serviceOn(t, client, dyn.Table{Name: "app"}))
		if _, err := memos.BatchPut(t.Context(), memoList(0, 4)); err != nil {
			t.Fatal(err)
		}
		if len(at) != 4*21 {
			t.Fatalf("%d calls", len(at))
		}
		for round := range 4 {
			longest := time.Duration(0)
			for i := 1; i < 21; i++ {
				bound := min(25*time.Millisecond<<i, 20*time.Second)
				gap := at[round*21+i].Sub(at[round*21+i-1])
				if longest = max(longest, gap); gap > bound {
					t.Errorf("round %d: call %d came after %v, more than %v", round, i, gap, bound)
				}
			}
			if longest < 5*time.Second {
				t.Errorf("round %d: the longest wait was %v", round, longest)
			}
		}
	})
}

// TestBatchStops ends at the first request that can't succeed; others that are
// under way are let finish.
func TestBatchStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		var mu sync.Mutex
		client := &stub{write: func(_ context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
			mu.Lock()
			calls++
			mu.Unlock()
			time.Sleep(time.Second)
			if id := in.RequestItems["app"][0].PutRequest.Item["id"].(*types.AttributeValueMemberS); id.Value == "n50" {
				return nil, &smithy.GenericAPIError{Code: "ValidationException", Message: "bad item", Fault: smithy.FaultClient}
			}
			return &dynamodb.BatchWriteItemOutput{}, nil
		}}
		memos := entityOf[Memo](t, serviceOn(t, client, dyn.Table{Name: "app"}))
		given := memoList(0, 1000)
		_, err := memos.BatchPut(t.Context(), given)
		var be *dyn.BatchError
		if !errors.As(err, &be) {
			t.Fatal(err)
		}
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != "ValidationException" {
			t.Errorf("it wraps %v", api)
		}
		if calls > 2*8 || be.Done != (calls-1)*25 || be.Done+len(be.Failed) != len(given) {
			t.Errorf("%d calls, %d done, %d not", calls, be.Done, len(be.Failed))
		}
		want := []string{"50 memo api error ValidationException: bad item", "74 memo api error ValidationException: bad item"}
		got := texts(be.Failed)
		if diff := cmp.Diff(want, []string{got[0], got[24]}); diff != "" {
			t.Errorf("failures (-want +got):\n%s", diff)
		}
	})
}

// TestBatchWriteLargeItems keeps requests below 16 MB as they are sent: the
// items hold text that JSON writes six bytes for each.
func TestBatchWriteLargeItems(t *testing.T) {
	t.Parallel()
	sizes := []int{}
	client := &stub{write: func(_ context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
		n := 0
		for _, w := range in.RequestItems["app"] {
			n += len(w.PutRequest.Item["text"].(*types.AttributeValueMemberS).Value) * 6
		}
		sizes = append(sizes, n)
		return &dynamodb.BatchWriteItemOutput{}, nil
	}}
	memos := entityOf[Memo](t, serviceOn(t, client, dyn.Table{Name: "app"}))
	list := memoList(0, 50)
	for i := range list {
		list[i].Text = strings.Repeat("\x01", 390<<10)
	}
	if _, err := memos.BatchPut(t.Context(), list, dyn.Concurrency(1)); err != nil {
		t.Fatal(err)
	}
	if len(sizes) != 9 || slices.Max(sizes) > 16<<20 {
		t.Errorf("requests of %v bytes", sizes)
	}
}

// TestBatchWriteSeqOrder writes the same items again and again: the last
// wins.
func TestBatchWriteSeqOrder(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		f := newFaults()
		svc := serviceOn(t, newClient(t, f.install), dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		ensure(t, svc)
		want := map[string]int{}
		err := svc.BatchWriteSeq(t.Context(), func(yield func(dyn.Op) bool) {
			for i := range 2000 {
				m := Memo{ID: fmt.Sprint("n", i*i%97), N: i}
				op := dyn.Put(memos, m)
				if want[m.ID] = i; i%7 == 0 {
					op = dyn.Delete(memos, m)
					delete(want, m.ID)
				}
				if !yield(op) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for m, err := range memos.Scan().All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got[m.ID] = m.N
		}
		if !maps.Equal(want, got) {
			t.Errorf("items (-want +got):\n%s", cmp.Diff(want, got))
		}
	})
}

// TestBatchWriteSeqEnds stops where an operation is wrong, with the ones before
// it done and the ones after it not taken.
func TestBatchWriteSeqEnds(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	memos := entityOf[Memo](t, svc)
	ensure(t, svc)
	taken := 0
	err := svc.BatchWriteSeq(t.Context(), func(yield func(dyn.Op) bool) {
		for ; taken < 100; taken++ {
			op := dyn.Put(memos, memo(taken))
			if taken == 40 {
				op = dyn.Create(memos, memo(taken))
			}
			if !yield(op) {
				return
			}
		}
	})
	want := "dyn: batch write: 40 items done, 1 not; the first of these is ops[40]: create memo: a batch takes Put and Delete only; use Transact, or the entity's method"
	if err == nil || err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
	n, err := memos.Scan().Count(t.Context())
	if n != 40 || taken != 40 || err != nil {
		t.Errorf("%d items, %d taken: %v", n, taken, err)
	}
}

// TestBatchStrangeLeftOver repeats a request when the service says that
// something is left which it was not given.
func TestBatchStrangeLeftOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		client := &stub{Client: newLocal(t)}
		client.write = func(ctx context.Context, in *dynamodb.BatchWriteItemInput) (*dynamodb.BatchWriteItemOutput, error) {
			if calls++; calls > 1 {
				return client.Client.BatchWriteItem(ctx, in)
			}
			return &dynamodb.BatchWriteItemOutput{UnprocessedItems: map[string][]types.WriteRequest{"app": {{}}}}, nil
		}
		svc := serviceOn(t, client, dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		ensure(t, svc)
		if _, err := memos.BatchPut(t.Context(), memoList(0, 3)); err != nil {
			t.Fatal(err)
		}
		if n, err := memos.Scan().Count(t.Context()); n != 3 || err != nil {
			t.Errorf("%d items: %v", n, err)
		}
	})
}
