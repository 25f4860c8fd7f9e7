package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dyntable/dyn"
)

// badStore has what is asked for what it can't give.
type badStore struct {
	Cards  *dyn.Entity[Card]
	Orders *dyn.Entity[Order]
	Memos  *dyn.Entity[Memo]
	ByUser *dyn.Index[Card] `dyn:"byUser"`
}

// Counter has an integer in its sort key that is not padded, and a part that is
// folded.
type Counter struct {
	_ struct{} `dyn:"entity=counter"`
	_ struct{} `dyn:"pk,template=COUNTER#$<Name>"`
	_ struct{} `dyn:"sk,template=$<Number>#$<Label>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byLabel,template=LABELS#$<Name>"`
	_ struct{} `dyn:"sk,index=gsi1,template=$<Label:lower>#$<Number>"`

	Name   string `dynamodbav:"name"`
	Number int    `dynamodbav:"number"`
	Label  string `dynamodbav:"label"`
}

var counterF = dyn.Fields[Counter]()

// TestBadInput gives each kind of bad input to each kind of call. Each is an error that
// names entity, index and field, before anything is sent: the client has no
// methods, so a request would panic.
func TestBadInput(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, &stub{}, dyn.Table{Name: "app"}, fixedClock())
	var s badStore
	if err := dyn.Bind(svc, &s); err != nil {
		t.Fatal(err)
	}
	notes := entityOf[Note](t, serviceOn(t, &stub{}, dyn.Table{Name: "app"}))
	counters := entityOf[Counter](t, serviceOn(t, &stub{}, dyn.Table{Name: "app"}))
	local, other := Card{Nick: new(string)}, dyn.Fields[Memo]()
	key, user := Card{CardID: "1"}, dyn.Eq(&cardF.UserID, "u")
	order := Order{CustomerID: "c", OrderID: "7"}
	long := strings.Repeat("x", 3000)
	type wheeled struct {
		Wheels *int `dynamodbav:"wheels"`
	}
	counter := dyn.Eq(&counterF.Name, "n")
	tests := []struct {
		name string
		do   func(context.Context) error
		want string
	}{
		// Missing key parts.
		{"get", func(ctx context.Context) error { return second(s.Cards.Get(ctx, Card{UserID: "u"})) }, "dyn: get card: key field CardID is empty"},
		{"get of two parts", func(ctx context.Context) error { return second(s.Orders.Get(ctx, Order{})) }, "dyn: get order: key fields CustomerID, OrderID are empty"},
		{"exists", func(ctx context.Context) error { return second(s.Cards.Exists(ctx, Card{})) }, "dyn: exists card: key field CardID is empty"},
		{"put", func(ctx context.Context) error { return second(s.Cards.Put(ctx, Card{UserID: "u"})) }, "dyn: put card: key field CardID is empty"},
		{"create", func(ctx context.Context) error { return second(s.Cards.Create(ctx, Card{UserID: "u"})) }, "dyn: create card: key field CardID is empty"},
		{"update", func(ctx context.Context) error { return second(s.Cards.Update(ctx, Card{}, dyn.Add(&cardF.Likes, 1))) }, "dyn: update card: key field CardID is empty"},
		{"upsert", func(ctx context.Context) error { return second(s.Cards.Upsert(ctx, Card{UserID: "u"})) }, "dyn: upsert card: key field CardID is empty"},
		{"modify", func(ctx context.Context) error {
			return second(s.Cards.Modify(ctx, Card{}, func(*Card) error { return nil }))
		}, "dyn: modify card: key field CardID is empty"},
		{"delete", func(ctx context.Context) error { return s.Cards.Delete(ctx, Card{}) }, "dyn: delete card: key field CardID is empty"},
		{"remove", func(ctx context.Context) error { return s.Cards.Remove(ctx, Card{}) }, "dyn: remove card: key field CardID is empty"},
		{"view", func(ctx context.Context) error { return second(dyn.View[CardTitle](s.Cards).Get(ctx, Card{})) }, "dyn: get card: key field CardID is empty"},
		{"query", collect(s.ByUser.Query()), "dyn: query card.byUser: partition key needs Eq on UserID"},
		{"query of the table", collect(s.Cards.Query(dyn.BeginsWith(&cardF.CardID, "1"))), "dyn: query card: partition key needs Eq on CardID"},
		{"query with a gap", collect(s.ByUser.Query(user, dyn.Eq(&cardF.CardID, "1"))), "dyn: query card.byUser: sort key needs Eq on CreatedAt before CardID"},

		// A clause or condition on a pointer that is not the prototype's.
		{"clause on another type's", func(ctx context.Context) error { return second(s.Cards.Update(ctx, key, dyn.Set(&other.Text, "x"))) }, "dyn: update card: the pointer names Memo.Text, not an attribute of Card"},
		{"clause on a local variable", func(ctx context.Context) error {
			return second(s.Cards.Update(ctx, key, dyn.Set(&local.Status, Draft)))
		}, "dyn: update card: a *dyn_test.Status outside the prototype that dyn.Fields[Card]() returns names no attribute; does a local variable shadow the prototype?"},
		{"clause on what a local variable points to", func(ctx context.Context) error {
			return second(s.Cards.Upsert(ctx, Card{CardID: "1", UserID: "u"}, dyn.Set(local.Nick, "x")))
		}, "dyn: upsert card: a *string outside the prototype that dyn.Fields[Card]() returns names no attribute; does a local variable shadow the prototype?"},
		{"condition on a local variable", func(ctx context.Context) error { return s.Cards.Delete(ctx, key, dyn.If(dyn.Eq(&local.Likes, 1))) }, "dyn: delete card: a *int outside the prototype that dyn.Fields[Card]() returns names no attribute; does a local variable shadow the prototype?"},
		{"condition on another type's", func(ctx context.Context) error {
			return second(s.Cards.Put(ctx, Card{CardID: "1", UserID: "u"}, dyn.If(dyn.Eq(&other.N, 1))))
		}, "dyn: put card: the pointer names Memo.N, not an attribute of Card"},
		{"key condition on another type's", collect(s.ByUser.Query(dyn.Eq(&other.ID, "u"))), "dyn: query card.byUser: the pointer names Memo.ID, not an attribute of Card"},
		{"filter on a local variable", collect(s.ByUser.Query(user).Filter(dyn.Eq(&local.Likes, 1))), "dyn: query card.byUser: a *int outside the prototype that dyn.Fields[Card]() returns names no attribute; does a local variable shadow the prototype?"},
		{"filter of a scan on another type's", func(ctx context.Context) error {
			return second(s.Cards.Scan().Filter(dyn.Eq(&other.N, 1)).Collect(ctx))
		}, "dyn: scan card: the pointer names Memo.N, not an attribute of Card"},
		{"patch of another type", func(ctx context.Context) error {
			return second(s.Cards.Update(ctx, key, dyn.SetFrom(wheeled{new(int)})))
		}, `dyn: update card: SetFrom: wheeled.Wheels: Card has no attribute "wheels"`},

		// The wrong index.
		{"key of another index", collect(s.ByUser.Query(dyn.Eq(&cardF.CardID, "1"))), "dyn: query card.byUser: partition key needs Eq on UserID"},
		{"what is no key", collect(s.ByUser.Query(user, dyn.Eq(&cardF.Likes, 1))), "dyn: query card.byUser: Likes is not part of the key; use Filter"},
		{"no index fits", collect(s.Cards.Find(dyn.Eq(&cardF.Likes, 1))), "dyn: query card: no index fits:\n\tprimary: partition key needs Eq on CardID\n\tbyUser: partition key needs Eq on UserID"},
		{"an index that lacks attributes", collect(notes.Index("keys").Query(dyn.Eq(&noteF.Topic, "x"))), `dyn: query note.keys: index "gsi3" does not hold noteId, tenant, topic, text; use Hydrate, or Project to a struct without them`},
		{"an index that can't be read consistently", collect(s.ByUser.Query(user).Consistent()), "dyn: query card.byUser: a global secondary index has no consistent reads"},
		{"an update that an index needs more for", func(ctx context.Context) error {
			return second(s.Orders.Update(ctx, order, dyn.Set(&orderF.Priority, 3)))
		}, `dyn: update order: index "gsi1" also needs Due and State; set it, or give its value with dyn.Expect or dyn.From`},

		// Conditions that can't be used.
		{"or in a key", collect(s.ByUser.Query(dyn.Or(user, user))), "dyn: query card.byUser: a key condition is Eq, Lt, Le, Gt, Ge, Between or BeginsWith on a part of the key; use Filter for the others"},
		{"not equal in a key", collect(s.ByUser.Query(user, dyn.Ne(&cardF.CreatedAt, day))), "dyn: query card.byUser: a key condition is Eq, Lt, Le, Gt, Ge, Between or BeginsWith on a part of the key; use Filter for the others"},
		{"two ranges", collect(s.ByUser.Query(user, dyn.Gt(&cardF.CreatedAt, day), dyn.Lt(&cardF.CreatedAt, day))), "dyn: query card.byUser: CreatedAt has a second condition; a key takes one for each part, Between for both ends of a range"},
		{"order of a list", func(ctx context.Context) error { return s.Cards.Delete(ctx, key, dyn.If(dyn.Lt(&cardF.Items, nil))) }, "dyn: delete card: Items is stored as a list, which has no order"},
		{"append to a set", func(ctx context.Context) error { return second(s.Cards.Update(ctx, key, dyn.Append(&cardF.Tags, "a"))) }, "dyn: update card: Append(Tags): it is stored as a string set, not as a list; a set takes AddTo"},
		{"add to a list", func(ctx context.Context) error {
			return second(s.Cards.Update(ctx, key, dyn.AddTo(&cardF.Items, Item{})))
		}, "dyn: update card: AddTo(Items): it is stored as a list, not as a set; tag it stringset, numberset or binaryset, or use Append"},
		{"a clause on a size", func(ctx context.Context) error {
			return second(s.Cards.Update(ctx, key, dyn.Add(dyn.Size(&cardF.Tags), 1)))
		}, "dyn: update card: the size of Tags is not stored; it can only be compared with a number"},
		{"a size in a key", collect(s.ByUser.Query(user, dyn.Eq(dyn.Size(&cardF.CardID), 1))), "dyn: query card.byUser: a key condition is Eq, Lt, Le, Gt, Ge, Between or BeginsWith on a part of the key; use Filter for the others"},
		{"a scope of a size", func(ctx context.Context) error {
			return second(s.Cards.Scope(dyn.Eq(dyn.Size(&cardF.Tags), 1)).Get(ctx, key))
		}, "dyn: get card: scope: the size of Tags is not stored; it can only be compared with a number"},
		{"nothing to do", func(ctx context.Context) error { return second(s.Cards.Update(ctx, key)) }, "dyn: update card: there is no clause that changes anything"},
		{"an empty condition", func(ctx context.Context) error { return s.Cards.Delete(ctx, key, dyn.If(dyn.Cond{})) }, "dyn: delete card: a Cond without content is no condition"},

		// Keys and items that are too large.
		{"partition key", func(ctx context.Context) error { return second(s.Cards.Get(ctx, Card{CardID: long})) }, "dyn: get card: key pk has 3005 bytes, DynamoDB takes 2048"},
		{"sort key", func(ctx context.Context) error { return s.Orders.Delete(ctx, Order{CustomerID: "c", OrderID: long}) }, "dyn: delete order: key sk has 3006 bytes, DynamoDB takes 1024"},
		{"key of an index", func(ctx context.Context) error { return second(s.Cards.Put(ctx, Card{CardID: "1", UserID: long})) }, `dyn: put card: index "gsi1": key gsi1pk has 3005 bytes, DynamoDB takes 2048`},
		{"key of an index in an update", func(ctx context.Context) error { return second(s.Cards.Update(ctx, key, dyn.Set(&cardF.UserID, long))) }, `dyn: update card: index "gsi1": key gsi1pk has 3005 bytes, DynamoDB takes 2048`},
		{"key of a query", collect(s.ByUser.Query(dyn.Eq(&cardF.UserID, long))), "dyn: query card.byUser: key gsi1pk has 3005 bytes, DynamoDB takes 2048"},
		{"item", func(ctx context.Context) error {
			return second(s.Memos.Put(ctx, Memo{ID: "1", Text: strings.Repeat("x", 410_000)}))
		}, "dyn: put memo: the item has 410044 bytes, DynamoDB takes 409600"},
		{"item of an upsert", func(ctx context.Context) error {
			return second(s.Memos.Upsert(ctx, Memo{ID: "1", Text: strings.Repeat("x", 2<<20)}))
		}, "dyn: upsert memo: it stores 2097159 bytes, DynamoDB takes 409600 in an item"},

		// A cursor of another query.
		{"a damaged cursor", collect(s.ByUser.Query(user).After("nonsense")), "dyn: query card.byUser: the cursor does not belong to this query"},
		{"a damaged cursor of a scan", func(ctx context.Context) error { return second(s.Cards.Scan().After("nonsense").Page(ctx)) }, "dyn: scan card: the cursor does not belong to this query"},

		// Ranges that key order can't decide.
		{"unpadded integer", collect(counters.Query(counter, dyn.Gt(&counterF.Number, 3))), "dyn: query counter: Number can't be ranged: integers without padding do not sort as numbers; use $<Number:020>"},
		{"unpadded integer between", collect(counters.Query(counter, dyn.Between(&counterF.Number, 3, 20))), "dyn: query counter: Number can't be ranged: integers without padding do not sort as numbers; use $<Number:020>"},
		{"folded part", collect(counters.Index("byLabel").Query(counter, dyn.Ge(&counterF.Label, "a"))), "dyn: query counter.byLabel: Label can't be ranged: folded text does not sort as the text itself"},
		{"a coarse partition", collect(s.Cards.Query(dyn.Gt(&cardF.CardID, "1"))), "dyn: query card: partition key needs Eq on CardID"},
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

func second(_ any, err error) error { return err }

func collect[T any](q dyn.Query[T]) func(context.Context) error {
	return func(ctx context.Context) error { return second(q.Collect(ctx)) }
}

// TestBadCursor uses a real cursor in other queries.
func TestBadCursor(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	cards := entityOf[Card](t, svc)
	ensure(t, svc)
	put(t, cards, Card{CardID: "1", UserID: "u"}, Card{CardID: "2", UserID: "u"})
	byUser := cards.Index("byUser")
	page, err := byUser.Query(dyn.Eq(&cardF.UserID, "u")).Limit(1).Page(t.Context())
	if err != nil || page.Next == "" {
		t.Fatal(page, err)
	}
	for want, q := range map[string]dyn.Query[Card]{
		"dyn: query card.byUser: ": byUser.Query(dyn.Eq(&cardF.UserID, "v")).After(page.Next),
		"dyn: query card: ":        cards.Query(dyn.Eq(&cardF.CardID, "1")).After(page.Next),
	} {
		_, err := q.Page(t.Context())
		if !errors.Is(err, dyn.ErrCursor) || !strings.HasPrefix(fmt.Sprint(err), want) {
			t.Errorf("%v, want %s…", err, want)
		}
	}
}

// TestBadContext holds that calls with a context that is over return at once,
// although the client would not.
func TestBadContext(t *testing.T) {
	t.Parallel()
	svc := newService(t)
	memos := entityOf[Memo](t, svc)
	ensure(t, svc)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer stop()
	var m *Memo
	calls := map[string]func(context.Context) error{
		"batch put":      func(ctx context.Context) error { return second(memos.BatchPut(ctx, memoList(0, 60))) },
		"batch delete":   func(ctx context.Context) error { return memos.BatchDelete(ctx, memoKeys(0, 60)) },
		"batch get":      func(ctx context.Context) error { return second(memos.BatchGet(ctx, memoKeys(0, 200))) },
		"batch write":    func(ctx context.Context) error { return svc.BatchWrite(ctx, dyn.Put(memos, memo(1))) },
		"batch get many": func(ctx context.Context) error { return svc.BatchGet(ctx, dyn.Fetch(memos, memo(1), &m)) },
		"transact":       func(ctx context.Context) error { return svc.Transact(ctx, dyn.Put(memos, memo(1))) },
		"transact get":   func(ctx context.Context) error { return svc.TransactGet(ctx, dyn.Fetch(memos, memo(1), &m)) },
		"delete all":     func(ctx context.Context) error { return second(memos.Scan().DeleteAll(ctx)) },
		"find":           func(ctx context.Context) error { return second(memos.Find(dyn.Eq(&memoF.ID, "n1")).Collect(ctx)) },
		"pages": func(ctx context.Context) error {
			for _, err := range memos.Query(dyn.Eq(&memoF.ID, "n1")).Pages(ctx) {
				return err
			}
			return nil
		},
		"view":         func(ctx context.Context) error { return second(dyn.View[MemoText](memos).Get(ctx, memo(1))) },
		"ensure table": svc.EnsureTable,
		"check table":  svc.CheckTable,
	}
	for name, call := range calls {
		if err := call(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, cancelled: %v", name, err)
		}
		if err := call(late); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s, too late: %v", name, err)
		}
	}
	if n, err := memos.Scan().Count(t.Context()); n != 0 || err != nil {
		t.Errorf("%d items were written: %v", n, err)
	}
}

// Shelf is keyed by what its users type.
type Shelf struct {
	_ struct{} `dyn:"entity=shelf"`
	_ struct{} `dyn:"pk,template=ROOM#$<Room>#"`
	_ struct{} `dyn:"sk,template=SHELF#$<Number:03>"`

	Room   string `dynamodbav:"room"`
	Number int    `dynamodbav:"number"`
	Label  string `dynamodbav:"label"`
}

var shelfF = dyn.Fields[Shelf]()

// TestBadKeyIsInvalid finds that a value which no key can hold is told from
// mistakes of the program: it may have come from a user.
func TestBadKeyIsInvalid(t *testing.T) {
	t.Parallel()
	svc := serviceOn(t, &stub{}, dyn.Table{Name: "app"})
	shelves := entityOf[Shelf](t, svc)
	ctx, bad, shelf := t.Context(), Shelf{Room: "a#b"}, (*Shelf)(nil)
	const ends = `key pk: Room contains "#", which ends it in the template; change the value, or add escape to the row`
	for _, c := range []struct {
		err  error
		want string
	}{
		{second(shelves.Get(ctx, bad)), "dyn: get shelf: " + ends},
		{second(shelves.Put(ctx, Shelf{Room: "a", Number: 1000})), "dyn: put shelf: key sk: Number is 1000, wider than its 3 digits"},
		{second(shelves.Create(ctx, Shelf{Room: "\xff"})), "dyn: create shelf: key pk: Room is not valid UTF-8"},
		{second(shelves.Update(ctx, bad, dyn.Set(&shelfF.Label, "x"))), "dyn: update shelf: " + ends},
		{shelves.Remove(ctx, Shelf{Room: strings.Repeat("x", 3000)}), "dyn: remove shelf: key pk has 3006 bytes, DynamoDB takes 2048"},
		{second(shelves.Query(dyn.Eq(&shelfF.Room, "a#b")).Collect(ctx)), "dyn: query shelf: " + ends},
		{second(shelves.Query(dyn.Eq(&shelfF.Room, "a"), dyn.Eq(&shelfF.Number, -1)).Page(ctx)), "dyn: query shelf: key sk: Number is -1; zero padding is for numbers from 0"},
		{second(shelves.BatchGet(ctx, []Shelf{bad})), "dyn: batch get shelf: keys[0]: " + ends},
		{svc.BatchWrite(ctx, dyn.Put(shelves, bad)), "dyn: batch write: ops[0]: put shelf: " + ends},
		{svc.Transact(ctx, dyn.Put(shelves, bad)), "dyn: transact: ops[0]: put shelf: " + ends},
		{svc.TransactGet(ctx, dyn.Fetch(shelves, bad, &shelf)), "dyn: transact get: fetches[0]: get shelf: " + ends},
	} {
		wantText(t, c.err, c.want)
		var v *dyn.ValidationError
		if !errors.As(c.err, &v) {
			t.Errorf("%v is no ValidationError but %T", c.err, c.err)
		}
	}
	var v *dyn.ValidationError
	for _, err := range []error{second(shelves.Query().Collect(ctx)), second(shelves.Get(ctx, Shelf{}))} {
		if err == nil || errors.As(err, &v) {
			t.Errorf("a mistake of the program is %v", err)
		}
	}
}

// Word has texts that are keys as they are.
type Word struct {
	Text  string `dynamodbav:"text"  dyn:"pk"`
	Sense string `dynamodbav:"sense" dyn:"sk"`
	Root  string `dynamodbav:"root"  dyn:"pk,index=roots"`
}

var wordF = dyn.Fields[Word]()

// TestBadText has texts that are no UTF-8: DynamoDB would replace what is wrong in them, and many would be one key.
func TestBadText(t *testing.T) {
	t.Parallel()
	words := entityOf[Word](t, serviceOn(t, &stub{}, dyn.Table{Name: "app"}))
	ctx, bad, rooted := t.Context(), Word{Text: "a\xff", Sense: "1"}, Word{Text: "a", Sense: "1", Root: "\xff"}
	q := words.Query(dyn.Eq(&wordF.Text, "a"), dyn.BeginsWith(&wordF.Sense, "\xff"))
	for _, c := range []struct {
		err  error
		want string
	}{
		{second(words.Get(ctx, bad)), "dyn: get Word: key text: Text is not valid UTF-8"},
		{second(words.Put(ctx, bad)), "dyn: put Word: key text: Text is not valid UTF-8"},
		{second(words.Put(ctx, rooted)), `dyn: put Word: index "roots": key root: Root is not valid UTF-8`},
		{second(words.BatchPut(ctx, []Word{bad})), "dyn: batch put Word: items[0]: put Word: key text: Text is not valid UTF-8"},
		{second(words.BatchGet(ctx, []Word{bad})), "dyn: batch get Word: keys[0]: key text: Text is not valid UTF-8"},
		{second(words.Update(ctx, Word{Text: "a", Sense: "1"}, dyn.Set(&wordF.Root, "\xff"))), "dyn: update Word: Set(Root): key root: Root is not valid UTF-8"},
		{second(words.Query(dyn.Eq(&wordF.Text, "\xff")).Collect(ctx)), "dyn: query Word: Text is not valid UTF-8"},
		{second(q.Collect(ctx)), "dyn: query Word: Sense is not valid UTF-8"},
	} {
		wantText(t, c.err, c.want)
		var v *dyn.ValidationError
		if !errors.As(c.err, &v) {
			t.Errorf("%v is no ValidationError but %T", c.err, c.err)
		}
	}
}
