package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// sendingStore has the handles that sending uses.
type sendingStore struct {
	Cards     *dyn.Entity[Card]
	Memos     *dyn.Entity[Memo]
	Accounts  *dyn.Entity[Account]
	Draughts  *dyn.Entity[Draught]
	Notes     *dyn.Entity[Note]
	Employees *dyn.Entity[Employee]
	Offices   *dyn.Entity[Office]
	Workplace *dyn.Collection[Workplace] `dyn:"workplace"`
}

// sending is a call whose requests can only be seen as they are sent.
type sending struct {
	name string
	do   func(context.Context) error
}

// sendings are all calls but those that Input describes.
func sendings(svc *dyn.Service, s *sendingStore, posts *dyn.Entity[Post]) []sending {
	var used types.ConsumedCapacity
	var card *Card
	var a, b *Memo
	only := func(_ any, err error) error { return err }
	memoKey, office := Memo{ID: "n1"}, dyn.Eq(&officeF.OfficeID, "o1")
	mine := s.Notes.Scope(dyn.Eq(&noteF.Tenant, "t1"))
	byTopic := dyn.Eq(&noteF.Topic, "x")
	feed := posts.Index("feed").Query(dyn.Eq(&postF.Day, "d1"))
	return []sending{
		{"get", func(ctx context.Context) error { return only(s.Memos.Get(ctx, memoKey)) }},
		{"get with options", func(ctx context.Context) error {
			return only(s.Memos.Get(ctx, memoKey, dyn.Consistent(), dyn.Capacity(&used)))
		}},
		{"exists", func(ctx context.Context) error { return only(s.Memos.Exists(ctx, memoKey)) }},
		{"get of a view", func(ctx context.Context) error { return only(dyn.View[MemoText](s.Memos).Get(ctx, memoKey)) }},
		{"put idempotent", func(ctx context.Context) error { return only(s.Memos.Put(ctx, memo(1), dyn.Idempotent())) }},
		{"update idempotent reads the item", func(ctx context.Context) error {
			return only(s.Memos.Update(ctx, memoKey, dyn.Add(&memoF.N, 1), dyn.Idempotent()))
		}},
		{"modify", func(ctx context.Context) error {
			return only(s.Memos.Modify(ctx, memoKey, func(m *Memo) error { m.N++; return nil }))
		}},
		{"modify of a version", func(ctx context.Context) error {
			return only(s.Draughts.Modify(ctx, Draught{ID: "1"}, func(d *Draught) error { d.Title = "t"; return nil }))
		}},
		{"a nested clause on what is not there", func(ctx context.Context) error {
			return only(s.Accounts.Update(ctx, Account{ID: "a"}, dyn.Add(dyn.Entry(&accountF.Counts, "x"), 1)))
		}},
		{"batch get", func(ctx context.Context) error {
			return only(s.Memos.BatchGet(ctx, append(memoKeys(0, 3), memoKey), dyn.Consistent(), dyn.Capacity(&used)))
		}},
		{"batch get of a view", func(ctx context.Context) error {
			return only(dyn.View[MemoText](s.Memos).BatchGet(ctx, memoKeys(0, 2)))
		}},
		{"batch get of several entities", func(ctx context.Context) error {
			return svc.BatchGet(ctx, dyn.Fetch(s.Memos, memoKey, &a), dyn.Fetch(s.Cards, Card{CardID: "1"}, &card))
		}},
		{"batch put", func(ctx context.Context) error {
			return only(s.Memos.BatchPut(ctx, memoList(1, 3), dyn.Capacity(&used)))
		}},
		{"batch delete", func(ctx context.Context) error { return s.Memos.BatchDelete(ctx, memoKeys(5, 7)) }},
		{"batch write", func(ctx context.Context) error {
			return svc.BatchWrite(ctx, dyn.Put(s.Memos, memo(1)), dyn.Delete(s.Memos, Memo{ID: "n9"}), dyn.Put(s.Cards, Card{CardID: "1", UserID: "u"}))
		}},
		{"transact", func(ctx context.Context) error {
			return svc.Transact(ctx,
				dyn.Put(s.Memos, memo(3)), dyn.Create(s.Cards, Card{CardID: "2", UserID: "u"}),
				dyn.Update(s.Accounts, Account{ID: "a"}, dyn.Add(&accountF.Balance, 2), dyn.If(dyn.Ge(&accountF.Balance, 0))),
				dyn.Upsert(s.Accounts, Account{ID: "b", Balance: 7}), dyn.Delete(s.Memos, Memo{ID: "n8"}), dyn.Remove(s.Memos, Memo{ID: "n2"}),
				dyn.Check(s.Memos, memoKey, dyn.Exists(&memoF.N)), dyn.Capacity(&used))
		}},
		{"transact with a token", func(ctx context.Context) error {
			return svc.Transact(ctx, dyn.Put(s.Memos, memo(3)), dyn.Token("order 17"))
		}},
		{"transact get", func(ctx context.Context) error {
			return svc.TransactGet(ctx, dyn.Fetch(s.Memos, memoKey, &a), dyn.Fetch(s.Cards, Card{CardID: "1"}, &card), dyn.Fetch(s.Memos, memoKey, &b), dyn.Capacity(&used))
		}},
		{"count", func(ctx context.Context) error {
			return only(s.Memos.Query(dyn.Eq(&memoF.ID, "n1")).Filter(dyn.Gt(&memoF.N, 0)).Count(ctx))
		}},
		{"first", func(ctx context.Context) error { return only(s.Memos.Query(dyn.Eq(&memoF.ID, "n1")).First(ctx)) }},
		{"pages", func(ctx context.Context) error {
			q := s.Employees.Index("byOffice").Query(dyn.Eq(&employeeF.OfficeID, "o1")).Limit(1)
			p, err := q.Page(ctx)
			if err == nil && p.Next != "" {
				_, err = q.After(p.Next).Descending().Page(ctx)
				if !errors.Is(err, dyn.ErrCursor) {
					return fmt.Errorf("the other way round: %w", err)
				}
				_, err = q.After(p.Next).Page(ctx)
			}
			return err
		}},
		{"hydrate", func(ctx context.Context) error {
			return only(s.Notes.Index("keys").Query(byTopic).Hydrate().Collect(ctx))
		}},
		{"collection", func(ctx context.Context) error { return only(s.Workplace.Query(office).Page(ctx)) }},
		{"collection with options", func(ctx context.Context) error {
			return only(s.Workplace.Query(office).Filter(dyn.Eq(&employeeF.Team, "dev")).Descending().PageSize(7).Capacity(&used).Page(ctx))
		}},
		{"collection, counted", func(ctx context.Context) error { return only(s.Workplace.Query(office).Limit(2).Count(ctx)) }},
		{"sharded", func(ctx context.Context) error { return only(feed.Collect(ctx)) }},
		{"sharded put", func(ctx context.Context) error {
			return only(posts.Put(ctx, Post{Blog: "b", PostID: "p", Day: "d1", Rank: 1}))
		}},
		{"scoped get", func(ctx context.Context) error { return only(mine.Get(ctx, Note{NoteID: "1"})) }},
		{"scoped put", func(ctx context.Context) error { return only(mine.Put(ctx, Note{NoteID: "1", Topic: "x"})) }},
		{"scoped update", func(ctx context.Context) error {
			return only(mine.Update(ctx, Note{NoteID: "1"}, dyn.Set(&noteF.Text, "t")))
		}},
		{"scoped delete", func(ctx context.Context) error { return mine.Delete(ctx, Note{NoteID: "1"}) }},
		{"scoped query", func(ctx context.Context) error { return only(mine.Index("byTopic").Query(byTopic).Collect(ctx)) }},
		{"scoped query of the tenant", func(ctx context.Context) error { return only(mine.Index("byTenant").Query().Collect(ctx)) }},
		{"scoped scan", func(ctx context.Context) error { return only(mine.Scan().Collect(ctx)) }},
		{"delete all", func(ctx context.Context) error {
			return only(s.Cards.Query(dyn.Eq(&cardF.CardID, "1")).DeleteAll(ctx))
		}},
	}
}

// bindSending makes the handles on a table, and one of posts on a table of their own.
func bindSending(t *testing.T, c dyn.Client, opts ...dyn.ServiceOption) (svc *dyn.Service, s *sendingStore, posts *dyn.Entity[Post]) {
	t.Helper()
	opts = append(opts, fixedClock())
	svc, s = serviceOn(t, c, dyn.Table{Name: "app"}, opts...), new(sendingStore)
	if err := dyn.Bind(svc, s); err != nil {
		t.Fatal(err)
	}
	blogs := serviceOn(t, c, dyn.Table{Name: "blogs"}, opts...)
	posts = entityOf[Post](t, blogs)
	if rec := c.(*recorder); rec.Client != nil {
		ensure(t, svc)
		ensure(t, blogs)
	}
	return svc, s, posts
}

// TestGoldenSent compares the requests of calls that have no Input.
func TestGoldenSent(t *testing.T) {
	t.Parallel()
	for file, opts := range map[string][]dyn.ServiceOption{"sent.txt": nil, "sent_namespace.txt": {dyn.WithNamespace("dev")}} {
		n := byte(0) // a token for each transaction
		opts = append(opts, dyn.WithRandom(readFunc(func(p []byte) (int, error) { clear(p); n++; p[0] = n; return len(p), nil })))
		rec := &recorder{Client: newClient(t)}
		svc, s, posts := bindSending(t, rec, opts...)
		put(t, s.Memos, memo(1), memo(2))
		put(t, s.Cards, Card{CardID: "1", UserID: "u"})
		put(t, s.Accounts, Account{ID: "a"})
		put(t, s.Notes, Note{NoteID: "1", Tenant: "t1", Topic: "x"})
		put(t, s.Offices, Office{OfficeID: "o1"}, Office{OfficeID: "o2"})
		put(t, s.Employees, Employee{EmployeeID: "e1", OfficeID: "o1", Team: "a"}, Employee{EmployeeID: "e2", OfficeID: "o1", Team: "b"})
		if _, err := s.Draughts.Create(t.Context(), Draught{ID: "1"}); err != nil {
			t.Fatal(err)
		}
		rec.taken()
		var b strings.Builder
		for _, call := range sendings(svc, s, posts) {
			fmt.Fprintf(&b, "# %s\n", call.name)
			if err := call.do(t.Context()); err != nil {
				t.Errorf("%s: %v", call.name, err)
			}
			b.WriteString(strings.Join(renderSent(t, rec.taken()), "") + "\n")
		}
		compareFile(t, file, b.String())
	}
}

// TestSameSent makes the same calls a thousand times over.
func TestSameSent(t *testing.T) {
	t.Parallel()
	rec := &recorder{}
	svc, s, posts := bindSending(t, rec, dyn.WithRandom(zeros{}))
	sent := func(call sending) string {
		_ = call.do(t.Context()) // no answer is what the call hopes for
		var texts []string
		for _, in := range rec.taken() {
			texts = append(texts, exactly(t, func() (any, error) { return in, nil }))
		}
		slices.Sort(texts) // those of several shards are sent together
		return strings.Join(texts, "\n")
	}
	for _, call := range sendings(svc, s, posts) {
		first := sent(call)
		if first == "" {
			t.Errorf("%s sends nothing", call.name)
		}
		for range cases(1000) {
			if again := sent(call); again != first {
				t.Fatalf("%s: once\n%s\nand once\n%s", call.name, first, again)
			}
		}
	}
}

// renderSent writes requests as golden files have them. Those that are sent together, to
// shards, come in any order.
func renderSent(t *testing.T, sent []any) []string {
	t.Helper()
	var texts []string
	for _, in := range sent {
		var b strings.Builder
		renderMany(t, &b, in)
		texts = append(texts, b.String())
	}
	if len(texts) > 3 {
		slices.Sort(texts)
	}
	return texts
}

// renderMany writes the requests that renderInput does not know.
func renderMany(t *testing.T, b *strings.Builder, in any) {
	t.Helper()
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(b, "  %-10s %s\n", name, text)
		}
	}
	switch in := in.(type) {
	case *dynamodb.GetItemInput:
		line("GetItem", *in.TableName+" "+renderMap(in.Key))
		line("project", expressions(t, in.ExpressionAttributeNames, nil, in.ProjectionExpression)[0])
		renderReadOptions(line, nil, nil, in.ConsistentRead, nil)
		line("capacity", string(in.ReturnConsumedCapacity))
	case *dynamodb.BatchGetItemInput:
		for table, keys := range in.RequestItems {
			line("BatchGet", table)
			for _, k := range keys.Keys {
				line("", renderMap(k))
			}
			line("project", expressions(t, keys.ExpressionAttributeNames, nil, keys.ProjectionExpression)[0])
			renderReadOptions(line, nil, nil, keys.ConsistentRead, nil)
		}
		line("capacity", string(in.ReturnConsumedCapacity))
	case *dynamodb.BatchWriteItemInput:
		for table, writes := range in.RequestItems {
			line("BatchWrite", table)
			for _, w := range writes {
				if w.PutRequest != nil {
					line("put", renderMap(w.PutRequest.Item))
				} else {
					line("delete", renderMap(w.DeleteRequest.Key))
				}
			}
		}
		line("capacity", string(in.ReturnConsumedCapacity))
	case *dynamodb.TransactGetItemsInput:
		line("TransactGet", "")
		for _, item := range in.TransactItems {
			line("get", *item.Get.TableName+" "+renderMap(item.Get.Key))
			line("project", expressions(t, item.Get.ExpressionAttributeNames, nil, item.Get.ProjectionExpression)[0])
		}
		line("capacity", string(in.ReturnConsumedCapacity))
	case *dynamodb.TransactWriteItemsInput:
		line("Transact", aws.ToString(in.ClientRequestToken))
		for _, item := range in.TransactItems {
			renderInput(t, b, ofTransaction(item))
		}
		line("capacity", string(in.ReturnConsumedCapacity))
	default:
		renderInput(t, b, in)
	}
}

// ofTransaction returns a part of a transaction as the input of one request.
func ofTransaction(item types.TransactWriteItem) any {
	switch {
	case item.Put != nil:
		p := item.Put
		return &dynamodb.PutItemInput{
			TableName: p.TableName, Item: p.Item, ConditionExpression: p.ConditionExpression, ExpressionAttributeNames: p.ExpressionAttributeNames,
			ExpressionAttributeValues: p.ExpressionAttributeValues, ReturnValuesOnConditionCheckFailure: p.ReturnValuesOnConditionCheckFailure,
		}
	case item.Update != nil:
		u := item.Update
		return &dynamodb.UpdateItemInput{
			TableName: u.TableName, Key: u.Key, UpdateExpression: u.UpdateExpression, ConditionExpression: u.ConditionExpression,
			ExpressionAttributeNames: u.ExpressionAttributeNames, ExpressionAttributeValues: u.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: u.ReturnValuesOnConditionCheckFailure,
		}
	case item.Delete != nil:
		d := item.Delete
		return &dynamodb.DeleteItemInput{
			TableName: d.TableName, Key: d.Key, ConditionExpression: d.ConditionExpression, ExpressionAttributeNames: d.ExpressionAttributeNames,
			ExpressionAttributeValues: d.ExpressionAttributeValues, ReturnValuesOnConditionCheckFailure: d.ReturnValuesOnConditionCheckFailure,
		}
	}
	return item.ConditionCheck
}
