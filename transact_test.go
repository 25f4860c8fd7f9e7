package dyn_test

import (
	"context"
	"errors"
	"fmt"
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
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// Account is what transfers go between.
type Account struct {
	_ struct{} `dyn:"entity=account"`
	_ struct{} `dyn:"pk,template=ACCOUNT#$<ID>"`
	_ struct{} `dyn:"sk,template=ACCOUNT"`

	ID      string         `dynamodbav:"id"`
	Balance int            `dynamodbav:"balance"`
	Counts  map[string]int `dynamodbav:"counts"`
}

var accountF = dyn.Fields[Account]()

// Hooked counts how often its hook runs.
type Hooked struct {
	_ struct{} `dyn:"entity=hooked"`
	_ struct{} `dyn:"pk,template=HOOKED#$<ID>"`
	_ struct{} `dyn:"sk,template=HOOKED"`

	ID    string `dynamodbav:"id"`
	Count *int   `dynamodbav:"-"`
}

func (h *Hooked) BeforeWrite(context.Context) error {
	*h.Count++
	return nil
}

func TestTransact(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	cards, memos, accounts := entityOf[Card](t, svc), entityOf[Memo](t, svc), entityOf[Account](t, svc)
	ensure(t, svc)
	put(t, memos, memo(1), memo(2))
	put(t, accounts, Account{ID: "a", Balance: 5})
	var created Card
	var stored Memo
	var used types.ConsumedCapacity
	err := svc.Transact(t.Context(),
		dyn.Create(cards, Card{CardID: "1", UserID: "u"}, dyn.Stored(&created)),
		dyn.Put(memos, memo(3), dyn.Stored(&stored)),
		dyn.Update(accounts, Account{ID: "a"}, dyn.Add(&accountF.Balance, 2), dyn.If(dyn.Eq(&accountF.Balance, 5))),
		dyn.Upsert(accounts, Account{ID: "b", Balance: 7}),
		dyn.Delete(memos, Memo{ID: "n1"}),
		dyn.Remove(memos, Memo{ID: "n2"}),
		dyn.Check(memos, Memo{ID: "n9"}, dyn.NotExists(&memoF.ID)),
		dyn.Capacity(&used))
	if err != nil {
		t.Fatal(err)
	}
	want := Card{CardID: "1", UserID: "u", Status: Draft, CreatedAt: day, UpdatedAt: day}
	if diff := cmp.Diff(want, created); diff != "" || stored != memo(3) {
		t.Errorf("stored %v and (-want +got):\n%s", stored, diff)
	}
	var card *Card
	var a, b *Account
	gone, kept := &Memo{}, &Memo{}
	var capacity types.ConsumedCapacity
	err = svc.TransactGet(t.Context(), dyn.Fetch(cards, Card{CardID: "1"}, &card), dyn.Fetch(accounts, Account{ID: "a"}, &a),
		dyn.Fetch(accounts, Account{ID: "b"}, &b), dyn.Fetch(memos, Memo{ID: "n2"}, &gone), dyn.Fetch(memos, Memo{ID: "n3"}, &kept), dyn.Capacity(&capacity))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, card); diff != "" || gone != nil || *kept != memo(3) {
		t.Errorf("memos %v, %v; card (-want +got):\n%s", gone, kept, diff)
	}
	if diff := cmp.Diff([]*Account{{ID: "a", Balance: 7}, {ID: "b", Balance: 7}}, []*Account{a, b}); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
	if aws.ToFloat64(used.CapacityUnits) == 0 || aws.ToFloat64(capacity.CapacityUnits) == 0 {
		t.Errorf("consumed %v and %v", used.CapacityUnits, capacity.CapacityUnits)
	}
}

// TestTransactCancelled has the reasons that real conditions give.
func TestTransactCancelled(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	memos, accounts := entityOf[Memo](t, svc), entityOf[Account](t, svc)
	ensure(t, svc)
	put(t, memos, memo(1))
	put(t, accounts, Account{ID: "a", Balance: 5})
	var stored Memo
	err := svc.Transact(t.Context(),
		dyn.Put(memos, memo(7), dyn.Stored(&stored)),
		dyn.Create(memos, memo(1)),
		dyn.Update(accounts, Account{ID: "x"}, dyn.Add(&accountF.Balance, 1)),
		dyn.Check(accounts, Account{ID: "a"}, dyn.Ge(&accountF.Balance, 6)))
	want := strings.Join([]string{
		"dyn: transact: ops[1]: create memo: the item exists already",
		"ops[2]: update account: not found",
		"ops[3]: check account: the item does not meet the condition",
	}, "\n\t")
	if err == nil || err.Error() != want {
		t.Fatalf("error\n%v\nwant\n%s", err, want)
	}
	var te *dyn.TransactionError
	var ce *dyn.ConditionError
	var sdk *types.TransactionCanceledException
	if !errors.As(err, &te) || !errors.As(err, &ce) || !errors.As(err, &sdk) || !errors.Is(err, dyn.ErrNotFound) {
		t.Fatalf("%T does not wrap what it should", err)
	}
	type reason struct {
		Op           int
		Entity, Code string
		PK           string
		Old          any
	}
	var got []reason
	for _, r := range te.Reasons {
		got = append(got, reason{r.Op, r.Entity, r.Code, r.Key["pk"].(*types.AttributeValueMemberS).Value, r.Old})
	}
	wantReasons := []reason{
		{1, "memo", "ConditionalCheckFailed", "MEMO#n1", memo(1)},
		{2, "account", "ConditionalCheckFailed", "ACCOUNT#x", nil},
		{3, "account", "ConditionalCheckFailed", "ACCOUNT#a", Account{ID: "a", Balance: 5}},
	}
	if diff := cmp.Diff(wantReasons, got); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if ok, err := memos.Exists(t.Context(), memo(7)); ok || err != nil || stored != (Memo{}) {
		t.Errorf("something was done: %v, %v, %v", ok, stored, err)
	}
}

// TestTransactReasons has every code that DynamoDB gives.
func TestTransactReasons(t *testing.T) {
	t.Parallel()
	item := map[string]types.AttributeValue{
		"_entity": &types.AttributeValueMemberS{Value: "account"}, "_version": &types.AttributeValueMemberN{Value: "1"},
		"id": &types.AttributeValueMemberS{Value: "a"}, "balance": &types.AttributeValueMemberN{Value: "3"},
	}
	newer := map[string]types.AttributeValue{
		"_entity": &types.AttributeValueMemberS{Value: "account"}, "_version": &types.AttributeValueMemberN{Value: "9"},
	}
	tests := []struct {
		name   string
		reason types.CancellationReason
		calls  int
		want   string // after "dyn: transact: ops[1]: update account: "
		old    any
	}{
		{"absent", types.CancellationReason{Code: aws.String("ConditionalCheckFailed"), Message: aws.String("failed")}, 1, "not found", nil},
		{"different", types.CancellationReason{Code: aws.String("ConditionalCheckFailed"), Item: item}, 1, "the item does not meet the condition", Account{ID: "a", Balance: 3}},
		{"newer", types.CancellationReason{Code: aws.String("ConditionalCheckFailed"), Item: newer}, 1, "the item has version 9 of account, this program knows up to 1; deploy the newer program", nil},
		{"conflict", reason("TransactionConflict", "Transaction is ongoing for the item"), 11, "Transaction is ongoing for the item (TransactionConflict)", nil},
		{"throughput", reason("ProvisionedThroughputExceeded", "The level is exceeded"), 11, "The level is exceeded (ProvisionedThroughputExceeded)", nil},
		{"throttling", reason("ThrottlingError", "Throughput exceeds"), 11, "Throughput exceeds (ThrottlingError)", nil},
		{"size", reason("ItemCollectionSizeLimitExceeded", "Collection size exceeded"), 1, "Collection size exceeded (ItemCollectionSizeLimitExceeded)", nil},
		{"validation", reason("ValidationError", "Item size has exceeded the maximum"), 1, "Item size has exceeded the maximum (ValidationError)", nil},
		{
			"path", reason("ValidationError", "The document path provided in the update expression is invalid for update"), 1,
			"a clause reaches into a map that the item lacks; a transaction can't create it first: set the map, or update the item by itself, without Idempotent", nil,
		},
		{"duplicate", reason("DuplicateItem", "Duplicate primary key exists in table"), 1, "Duplicate primary key exists in table (DuplicateItem)", nil},
		{"access", reason("AccessDenied", "no"), 1, "no (AccessDenied)", nil},
		{"unknown", reason("Tomorrow", ""), 1, "Tomorrow", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				tokens := map[string]bool{}
				svc := serviceOn(t, &stub{transact: func(_ context.Context, in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
					calls++
					tokens[aws.ToString(in.ClientRequestToken)] = true
					return nil, &types.TransactionCanceledException{CancellationReasons: []types.CancellationReason{{Code: aws.String("None")}, tt.reason}}
				}}, dyn.Table{Name: "app"})
				memos, accounts := entityOf[Memo](t, svc), entityOf[Account](t, svc)
				started := time.Now()
				err := svc.Transact(t.Context(), dyn.Put(memos, memo(1)), dyn.Update(accounts, Account{ID: "a"}, dyn.Add(dyn.Entry(&accountF.Counts, "x"), 1)))
				want := "dyn: transact: ops[1]: update account: " + tt.want
				var te *dyn.TransactionError
				if !errors.As(err, &te) || err.Error() != want {
					t.Fatalf("error\n%v\nwant\n%s", err, want)
				}
				if calls != tt.calls || len(tokens) != 1 || tokens[""] || len(te.Reasons) != 1 || te.Reasons[0].Code != *tt.reason.Code {
					t.Errorf("%d calls, tokens %v, reasons %v", calls, tokens, te.Reasons)
				}
				if diff := cmp.Diff(tt.old, te.Reasons[0].Old); diff != "" {
					t.Errorf("old item (-want +got):\n%s", diff)
				}
				if d := time.Since(started); d > 10*time.Second || calls > 1 && d < 100*time.Millisecond {
					t.Errorf("%d calls took %v", calls, d)
				}
			})
		})
	}
}

func reason(code, message string) types.CancellationReason {
	r := types.CancellationReason{Code: &code}
	if message != "" {
		r.Message = &message
	}
	return r
}

// TestTransactOtherErrors passes on what is no cancellation.
func TestTransactOtherErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		err   error
		calls int
	}{
		{"in progress", &types.TransactionInProgressException{Message: aws.String("wait")}, 11},
		{"mismatch", &types.IdempotentParameterMismatchException{Message: aws.String("other")}, 1},
		{"no reasons", &types.TransactionCanceledException{Message: aws.String("why")}, 1},
		{"only none", &types.TransactionCanceledException{CancellationReasons: []types.CancellationReason{{Code: aws.String("None")}}}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				svc := serviceOn(t, &stub{transact: func(context.Context, *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
					calls++
					return nil, tt.err
				}}, dyn.Table{Name: "app"})
				memos := entityOf[Memo](t, svc)
				err := svc.Transact(t.Context(), dyn.Put(memos, memo(1)))
				if want := "dyn: transact: " + tt.err.Error(); err == nil || err.Error() != want || !errors.Is(err, tt.err) || calls != tt.calls {
					t.Errorf("%d calls, error\n%v\nwant\n%s", calls, err, want)
				}
			})
		})
	}
}

// TestTransactConflictPasses sends the same request with the same token again,
// and runs hooks once.
func TestTransactConflictPasses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var tokens []string
		client := &stub{Client: newLocal(t)}
		client.transact = func(ctx context.Context, in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
			tokens = append(tokens, aws.ToString(in.ClientRequestToken))
			out, err := client.Client.TransactWriteItems(ctx, in)
			if len(tokens) < 4 { // even what was done and forgotten happens once
				return nil, conflict(len(in.TransactItems))
			}
			return out, err
		}
		svc := serviceOn(t, client, dyn.Table{Name: "app"})
		hooked, accounts := entityOf[Hooked](t, svc), entityOf[Account](t, svc)
		ensure(t, svc)
		put(t, accounts, Account{ID: "a"})
		hooks := 0
		op := dyn.Update(accounts, Account{ID: "a"}, dyn.Add(&accountF.Balance, 1))
		if err := svc.Transact(t.Context(), dyn.Create(hooked, Hooked{ID: "a", Count: &hooks}), op); err != nil {
			t.Fatal(err)
		}
		if len(tokens) != 4 || tokens[0] == "" || tokens[0] != tokens[3] || hooks != 1 {
			t.Errorf("tokens %q, the hook ran %d times", tokens, hooks)
		}
		if err := svc.Transact(t.Context(), op); err != nil {
			t.Fatal(err)
		}
		if tokens[4] == tokens[0] {
			t.Error("two transactions share a token")
		}
		if a, err := accounts.Get(t.Context(), Account{ID: "a"}); a.Balance != 2 || err != nil {
			t.Errorf("%v, %v", a, err)
		}
	})
}

// TestTransactContextEnds while a transaction waits for its next attempt.
func TestTransactContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		svc := serviceOn(t, &stub{transact: func(_ context.Context, in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
			cancel()
			return nil, conflict(len(in.TransactItems))
		}}, dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		started := time.Now()
		err := svc.Transact(ctx, dyn.Put(memos, memo(1)))
		var te *dyn.TransactionError
		if !errors.Is(err, context.Canceled) || !errors.As(err, &te) || te.Reasons[0].Code != "TransactionConflict" {
			t.Errorf("error %v", err)
		}
		if d := time.Since(started); d > 0 {
			t.Errorf("it took %v", d)
		}
	})
}

func TestToken(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	accounts := entityOf[Account](t, svc)
	ensure(t, svc)
	put(t, accounts, Account{ID: "a"})
	op := dyn.Update(accounts, Account{ID: "a"}, dyn.Add(&accountF.Balance, 1))
	for range 3 {
		if err := svc.Transact(t.Context(), op, dyn.Token("order-17")); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := accounts.Get(t.Context(), Account{ID: "a"}); a.Balance != 1 || err != nil {
		t.Errorf("%v, %v", a, err)
	}
	err := svc.Transact(t.Context(), dyn.Update(accounts, Account{ID: "a"}, dyn.Add(&accountF.Balance, 2)), dyn.Token("order-17"))
	var mismatch *types.IdempotentParameterMismatchException
	if !errors.As(err, &mismatch) {
		t.Errorf("another transaction with the token: %v", err)
	}
}

func TestTransactRefuses(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, &stub{}, dyn.Table{Name: "app"})
	memos, cards := entityOf[Memo](t, svc), entityOf[Card](t, svc)
	other := entityOf[Memo](t, serviceOn(t, &stub{}, dyn.Table{Name: "app"}))
	fine := dyn.Put(memos, memo(1))
	var old Memo
	var used types.ConsumedCapacity
	var many, large []dyn.TransactItem
	for i := range 101 {
		many = append(many, dyn.Put(memos, memo(i)))
	}
	for i := range 11 {
		large = append(large, dyn.Put(memos, Memo{ID: fmt.Sprint(i), Text: strings.Repeat("x", 400_000)}))
	}
	tests := []struct {
		name  string
		items []dyn.TransactItem
		want  string
	}{
		{"nothing", nil, "dyn: transact: there is no operation"},
		{"only a token", []dyn.TransactItem{dyn.Token("t")}, "dyn: transact: there is no operation"},
		{"too many", many, "dyn: transact: 101 items; a transaction takes 100"},
		{"too large", large, "dyn: transact: the items have 4400486 bytes, a transaction takes 4194304"},
		{"zero op", []dyn.TransactItem{fine, dyn.Op{}}, "dyn: transact: ops[1]: an Op is made by Put, Create, Update, Upsert, Delete, Remove or Check"},
		{"other service", []dyn.TransactItem{dyn.Token("t"), fine, dyn.Put(other, memo(2))}, "dyn: transact: ops[1]: put memo: the entity belongs to another service"},
		{
			"same item",
			[]dyn.TransactItem{fine, dyn.Put(memos, memo(2)), dyn.Check(memos, memo(1), dyn.Exists(&memoF.N))},
			"dyn: transact: ops[0]: put memo and ops[2]: check memo are on the same item; a transaction takes one operation on each",
		},
		{
			"failed builds",
			[]dyn.TransactItem{dyn.Update(memos, memo(2)), fine, dyn.Put(cards, Card{CardID: "1"}), dyn.Check(memos, memo(3))},
			"dyn: transact: ops[0]: update memo: there is no clause that changes anything\nops[2]: put card: UserID is required\nops[3]: check memo: there is no condition to check",
		},
		{"old", []dyn.TransactItem{dyn.Put(memos, memo(1), dyn.Old(&old))}, "dyn: transact: ops[0]: put memo: Old and Capacity do not fit an operation of a transaction; a transaction returns no items, and takes Capacity itself"},
		{"capacity", []dyn.TransactItem{dyn.Put(memos, memo(1), dyn.Capacity(&used))}, "dyn: transact: ops[0]: put memo: Old and Capacity do not fit an operation of a transaction; a transaction returns no items, and takes Capacity itself"},
		{"empty token", []dyn.TransactItem{fine, dyn.Token("")}, "dyn: transact: a token has 1 to 36 characters, not 0"},
		{"long token", []dyn.TransactItem{fine, dyn.Token(strings.Repeat("t", 37))}, "dyn: transact: a token has 1 to 36 characters, not 37"},
		{"two tokens", []dyn.TransactItem{fine, dyn.Token("a"), dyn.Token("b")}, "dyn: transact: a transaction takes one Token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := svc.Transact(t.Context(), tt.items...); err == nil || err.Error() != tt.want {
				t.Errorf("error\n%v\nwant\n%s", err, tt.want)
			}
		})
	}
}

// TestTransfers moves money between accounts in many goroutines, while
// transactions meet each other, requests are throttled and answers get lost.
// The sum never changes.
func TestTransfers(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		const accounts, each, goroutines, transfers = 8, 100, 32, 20
		f := newFaults()
		f.conflict = 0.3
		svc := serviceOn(t, newClient(t, f.install), dyn.Table{Name: "app"})
		accs := entityOf[Account](t, svc)
		ensure(t, svc)
		for i := range accounts {
			put(t, accs, Account{ID: fmt.Sprint(i), Balance: each})
		}
		sum := func() int {
			found := make([]*Account, accounts)
			var fetches []dyn.FetchItem
			for i := range found {
				fetches = append(fetches, dyn.Fetch(accs, Account{ID: fmt.Sprint(i)}, &found[i]))
			}
			err := svc.TransactGet(t.Context(), fetches...)
			for crowded(err) {
				err = svc.TransactGet(t.Context(), fetches...)
			}
			if err != nil {
				t.Error(err)
				return -1
			}
			n := 0
			for _, a := range found {
				n += a.Balance
			}
			return n
		}
		var mu sync.Mutex
		want := make([]int, accounts)
		var wg sync.WaitGroup
		for g := range goroutines {
			wg.Go(func() {
				for i := range transfers {
					from, to := (g+i)%accounts, g*g*i%accounts
					if from == to {
						continue
					}
					err := svc.Transact(t.Context(),
						dyn.Update(accs, Account{ID: fmt.Sprint(from)}, dyn.Subtract(&accountF.Balance, 7), dyn.If(dyn.Ge(&accountF.Balance, 7))),
						dyn.Update(accs, Account{ID: fmt.Sprint(to)}, dyn.Add(&accountF.Balance, 7)))
					var te *dyn.TransactionError
					if err != nil && !(errors.As(err, &te) && te.Reasons[0].Code == "ConditionalCheckFailed") && !crowded(err) {
						t.Error(err)
					}
					if err == nil {
						mu.Lock()
						want[from] -= 7
						want[to] += 7
						mu.Unlock()
					}
					if i%5 == 0 {
						if n := sum(); n != accounts*each {
							t.Errorf("the sum is %d", n)
						}
					}
				}
			})
		}
		wg.Wait()
		if n := sum(); n != accounts*each {
			t.Errorf("the sum is %d at the end", n)
		}
		moved := 0
		for i, change := range want {
			a, err := accs.Get(t.Context(), Account{ID: fmt.Sprint(i)})
			if a.Balance != each+change || err != nil {
				t.Errorf("account %d has %d, not %d: %v", i, a.Balance, each+change, err)
			}
			moved += max(change, -change)
		}
		if moved == 0 {
			t.Error("nothing was moved")
		}
		t.Logf("%d attempts", f.attempts)
	})
}

// crowded reports whether a transaction was given up because all its tries met
// others. An engine that is not in process may be as slow as that.
func crowded(err error) bool {
	var te *dyn.TransactionError
	return live() && errors.As(err, &te) && !slices.ContainsFunc(te.Reasons, func(r dyn.TransactionReason) bool {
		return r.Code != "TransactionConflict"
	})
}

// TestTransactGetConflict tries again, then says which fetches met others.
func TestTransactGetConflict(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		svc := serviceOn(t, &stub{transactGet: func(_ context.Context, in *dynamodb.TransactGetItemsInput) (*dynamodb.TransactGetItemsOutput, error) {
			calls++
			return nil, conflict(len(in.TransactItems))
		}}, dyn.Table{Name: "app"})
		memos := entityOf[Memo](t, svc)
		a, b, c := &Memo{}, &Memo{}, &Memo{}
		err := svc.TransactGet(t.Context(), dyn.Fetch(memos, memo(1), &a), dyn.Fetch(memos, memo(1), &b), dyn.Fetch(memos, memo(2), &c))
		want := "dyn: transact get: fetches[2]: get memo: Transaction is ongoing for the item (TransactionConflict)"
		if err == nil || err.Error() != want || calls != 11 {
			t.Errorf("%d calls, error\n%v\nwant\n%s", calls, err, want)
		}
		if a == nil || b == nil || c == nil {
			t.Error("a destination was set")
		}
	})
}

// TestTransactGetNewer sets nothing when one of the items can't be read.
func TestTransactGetNewer(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	svc := serviceOn(t, client, dyn.Table{Name: "app"})
	memos := entityOf[Memo](t, svc)
	next := entityOf[MemoNext](t, serviceOn(t, client, dyn.Table{Name: "app"}))
	ensure(t, svc)
	put(t, memos, memo(1))
	put(t, next, MemoNext{ID: "n2"})
	var a, b *Memo
	err := svc.TransactGet(t.Context(), dyn.Fetch(memos, memo(1), &a), dyn.Fetch(memos, memo(2), &b))
	want := "dyn: transact get: fetches[1]: get memo: the item has version 2 of memo, this program knows up to 1; deploy the newer program"
	var ve *dyn.VersionError
	if err == nil || err.Error() != want || !errors.As(err, &ve) || a != nil || b != nil {
		t.Errorf("%v, %v, error\n%v\nwant\n%s", a, b, err, want)
	}
}

// TestTransactGetAnswers takes no item for absent that the answer says nothing of.
func TestTransactGetAnswers(t *testing.T) {
	t.Parallel()
	item := `{"Item":{"pk":{"S":"MEMO#n1"},"sk":{"S":"MEMO"},"_entity":{"S":"memo"},"_version":{"N":"1"},"id":{"S":"n1"}}}`
	for _, tt := range []struct{ answer, want string }{
		{`{"Responses":[` + item + `,{}]}`, ""},
		{`{"ConsumedCapacity":[],"Responses":[` + item + `,{}]}`, ""},
		{`{"Responses":[` + item + `]}`, "dyn: transact get: 1 answers for 2 items"},
		{`{"Responses":[` + item + `,{},{}]}`, "dyn: transact get: 3 answers for 2 items"},
		{`{"Responses":[{},{},` + item + `]}`, "dyn: transact get: 3 answers for 2 items"},
		{`{"Responses":[]}`, "dyn: transact get: 0 answers for 2 items"},
		{`{"ConsumedCapacity":[]}`, "dyn: transact get: 0 answers for 2 items"},
		{`{}`, "dyn: transact get: 0 answers for 2 items"},
		{``, "dyn: transact get: 0 answers for 2 items"},
	} {
		now := new(script)
		client := dynamodb.New(dynamodb.Options{
			Region: "us-east-1", HTTPClient: now, Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
		})
		for tier, svc := range tiers(t, client) {
			memos := entityOf[Memo](t, svc)
			*now = script{tt.answer}
			var a, b *Memo
			err := svc.TransactGet(t.Context(), dyn.Fetch(memos, memo(1), &a), dyn.Fetch(memos, memo(2), &b))
			if text := fmt.Sprint(err); err == nil != (tt.want == "") || err != nil && text != tt.want || a != nil != (err == nil) || b != nil {
				t.Errorf("tier %d: %s: %v, %v, error %v, want %s", tier, tt.answer, a, b, err, tt.want)
			}
		}
	}
}
