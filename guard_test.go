package dyn_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/dyntable/dyn"
)

// Guarded has versions before and after this one.
type Guarded struct {
	_ struct{} `dyn:"entity=guarded,version=2"`
	_ struct{} `dyn:"pk,template=GUARDED#$<ID>"`
	_ struct{} `dyn:"sk,template=GUARDED"`

	ID string `dynamodbav:"id"`
	N  int    `dynamodbav:"n"`
}

var guardedF = dyn.Fields[Guarded]()

// guardStates are what may be stored under the key of an item.
var guardStates = []struct{ name, entity, version string }{
	{"nothing", "", ""},
	{"own item", "guarded", "2"},
	{"another entity's", "other", "2"},
	{"another entity's, newer", "other", "3"},
	{"a newer version", "guarded", "3"},
	{"an older version", "guarded", "1"},
	{"without a version", "guarded", "-"},
	{"without an entity", "-", "-"},
	{"only a version", "-", "3"},
}

// guardCalls are all the ways to one item. Each writes N = 7 or removes the item, with
// nothing asked of it but what dyn asks by itself.
func guardCalls(svc *dyn.Service, e *dyn.Entity[Guarded]) []guardCall {
	key, item := Guarded{ID: "1"}, Guarded{ID: "1", N: 7}
	set, there := dyn.Set(&guardedF.N, 7), dyn.Exists(&guardedF.ID)
	only := func(_ Guarded, err error) error { return err }
	found := func(n int, err error) error {
		if err == nil && n == 0 {
			return errors.New("finds nothing")
		}
		return err
	}
	transact := func(op dyn.Op) func(context.Context) error {
		return func(ctx context.Context) error { return svc.Transact(ctx, op) }
	}
	write := func(op dyn.Op) func(context.Context) error {
		return func(ctx context.Context) error { return svc.BatchWrite(ctx, op) }
	}
	return []guardCall{
		{"get", func(ctx context.Context) error { return only(e.Get(ctx, key)) }},
		{"exists", func(ctx context.Context) error {
			ok, err := e.Exists(ctx, key)
			if err == nil && !ok {
				return errors.New("false")
			}
			return err
		}},
		{"query", func(ctx context.Context) error {
			items, err := e.Query(dyn.Eq(&guardedF.ID, "1")).Collect(ctx)
			return found(len(items), err)
		}},
		{"count", func(ctx context.Context) error { return found(e.Query(dyn.Eq(&guardedF.ID, "1")).Count(ctx)) }},
		{"scan", func(ctx context.Context) error { items, err := e.Scan().Collect(ctx); return found(len(items), err) }},
		{"batch get", func(ctx context.Context) error {
			items, err := e.BatchGet(ctx, []Guarded{key})
			return found(len(items), err)
		}},
		{"transact get", func(ctx context.Context) error {
			var got *Guarded
			err := svc.TransactGet(ctx, dyn.Fetch(e, key, &got))
			if err == nil && got == nil {
				return errors.New("finds nothing")
			}
			return err
		}},
		{"put", func(ctx context.Context) error { return only(e.Put(ctx, item)) }},
		{"put, idempotent", func(ctx context.Context) error { return only(e.Put(ctx, item, dyn.Idempotent())) }},
		{"create", func(ctx context.Context) error { return only(e.Create(ctx, item)) }},
		{"update", func(ctx context.Context) error { return only(e.Update(ctx, key, set)) }},
		{"upsert", func(ctx context.Context) error { return only(e.Upsert(ctx, item)) }},
		{"modify", func(ctx context.Context) error {
			return only(e.Modify(ctx, key, func(g *Guarded) error { g.N = 7; return nil }))
		}},
		{"delete", func(ctx context.Context) error { return e.Delete(ctx, key) }},
		{"remove", func(ctx context.Context) error { return e.Remove(ctx, key) }},
		{"transact put", transact(dyn.Put(e, item))},
		{"transact create", transact(dyn.Create(e, item))},
		{"transact update", transact(dyn.Update(e, key, set))},
		{"transact upsert", transact(dyn.Upsert(e, item))},
		{"transact delete", transact(dyn.Delete(e, key))},
		{"transact remove", transact(dyn.Remove(e, key))},
		{"transact check", transact(dyn.Check(e, key, there))},
		{"transact check of nothing", transact(dyn.Check(e, key, dyn.NotExists(&guardedF.ID)))},
		{"batch put", func(ctx context.Context) error { _, err := e.BatchPut(ctx, []Guarded{item}); return err }},
		{"batch delete", func(ctx context.Context) error { return e.BatchDelete(ctx, []Guarded{key}) }},
		{"batch write put", write(dyn.Put(e, item))},
		{"batch write delete", write(dyn.Delete(e, key))},
		{"delete all", func(ctx context.Context) error {
			n, err := e.Query(dyn.Eq(&guardedF.ID, "1")).DeleteAll(ctx)
			return found(n, err)
		}},
	}
}

type guardCall struct {
	name string
	do   func(context.Context) error
}

// TestGuards holds what each way to one item does with what may be there, and
// what it leaves.
func TestGuards(t *testing.T) {
	t.Parallel()
	for _, adopt := range []bool{false, true} {
		c := newClient(t)
		svc := serviceOn(t, c, dyn.Table{Name: "app", Adopt: adopt}, fixedClock())
		e := entityOf[Guarded](t, svc)
		ensure(t, svc)
		var b strings.Builder
		for _, call := range guardCalls(svc, e) {
			fmt.Fprintf(&b, "# %s\n", call.name)
			for _, s := range guardStates {
				deleteItem(t, c, "GUARDED#1", "GUARDED")
				before := rawItem(nil)
				if s.entity != "" {
					before = putState(t, c, s.entity, s.version)
				}
				err := call.do(t.Context())
				fmt.Fprintf(&b, "  %-24s %-28s %s\n", s.name, guardEffect(before, rawGet(t, c, "GUARDED#1", "GUARDED")), guardError(t, err))
			}
			b.WriteByte('\n')
		}
		file := "guards.txt"
		if adopt {
			file = "guards_adopt.txt"
		}
		compareFile(t, file, b.String())
	}
}

func putState(t *testing.T, c *dynamodb.Client, entity, version string) rawItem {
	t.Helper()
	item := keyAttrs("GUARDED#1", "GUARDED")
	item["id"], item["n"] = &types.AttributeValueMemberS{Value: "1"}, &types.AttributeValueMemberN{Value: "1"}
	if entity != "-" {
		item["_entity"] = &types.AttributeValueMemberS{Value: entity}
	}
	if version != "-" {
		item["_version"] = &types.AttributeValueMemberN{Value: version}
	}
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("app"), Item: item}); err != nil {
		t.Fatal(err)
	}
	return item
}

// guardEffect says what became of an item.
func guardEffect(before, after rawItem) string {
	rest := rawItem{}
	for name, av := range after {
		if name == "_entity" || name == "_version" || name == "n" {
			rest[name] = av
		}
	}
	switch {
	case renderMap(before) == renderMap(after):
		return "as it was"
	case after == nil:
		return "deleted"
	case before == nil:
		return "created " + renderMap(rest)
	}
	return "now " + renderMap(rest)
}

// guardError is the text of an error, and its kind where the text leaves that
// open.
func guardError(t *testing.T, err error) string {
	t.Helper()
	var refused *dyn.ConditionError
	var newer *dyn.VersionError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refused):
		if refused.Item == nil {
			t.Errorf("%v: there is no item in it", err)
		}
		return fmt.Sprintf("ConditionError: %v", err)
	case errors.As(err, &newer):
		if newer.Found != 3 || newer.Known != 2 || newer.Entity != "guarded" {
			t.Errorf("%v: %+v", err, newer)
		}
		return fmt.Sprintf("VersionError: %v", err)
	case errors.Is(err, dyn.ErrNotFound):
		return fmt.Sprintf("ErrNotFound: %v", err)
	}
	return err.Error()
}

// TestLockTogether adds up from many goroutines that each read an item, change
// it and put it back: what `lock` refuses is done again, and nothing is lost.
func TestLockTogether(t *testing.T) {
	t.Parallel()
	svc := newService(t, fixedClock())
	draughts := entityOf[Draught](t, svc)
	ensure(t, svc)
	if _, err := draughts.Create(t.Context(), Draught{ID: "1"}); err != nil {
		t.Fatal(err)
	}
	const goroutines, each = 16, 4
	writes := []func(Draught) error{
		func(d Draught) error { d.Rank++; _, err := draughts.Put(t.Context(), d); return err },
		func(d Draught) error {
			_, err := draughts.Upsert(t.Context(), d, dyn.Set(&draughtF.Rank, d.Rank+1), dyn.From(d))
			return err
		},
		func(d Draught) error { d.Rank++; return svc.Transact(t.Context(), dyn.Put(draughts, d)) },
		func(d Draught) error {
			_, err := draughts.Update(t.Context(), d, dyn.Set(&draughtF.Rank, d.Rank+1), dyn.From(d))
			return err
		},
	}
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				for {
					d, err := draughts.Get(t.Context(), Draught{ID: "1"}, dyn.Consistent())
					if err == nil {
						err = writes[(g+i)%len(writes)](d)
					}
					var refused *dyn.ConditionError
					if errors.As(err, &refused) {
						continue
					}
					if err != nil {
						t.Error(err)
					}
					break
				}
			}
		})
	}
	wg.Wait()
	d, err := draughts.Get(t.Context(), Draught{ID: "1"}, dyn.Consistent())
	if d.Rank != goroutines*each || d.Version != goroutines*each+1 || err != nil {
		t.Errorf("the sum of %d is %d at version %d: %v", goroutines*each, d.Rank, d.Version, err)
	}
}

// TestGuardsOfScope meets items of another tenant that lack the entity
// attribute, in a table where they are adopted: no write touches them.
func TestGuardsOfScope(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app", Adopt: true})
	e := entityOf[Tenanted](t, svc)
	ensure(t, svc)
	mine := e.Scope(dyn.Eq(&tenantedF.Tenant, "mine"))
	key := Tenanted{ID: "1"}
	nop := func(*Tenanted) error { return nil }
	calls := map[string]func(context.Context) error{
		"put":    func(ctx context.Context) error { _, err := mine.Put(ctx, key); return err },
		"create": func(ctx context.Context) error { _, err := mine.Create(ctx, key); return err },
		"update": func(ctx context.Context) error {
			_, err := mine.Update(ctx, key, dyn.Unset(&tenantedF.Tenant))
			return err
		},
		"upsert":          func(ctx context.Context) error { _, err := mine.Upsert(ctx, key); return err },
		"modify":          func(ctx context.Context) error { _, err := mine.Modify(ctx, key, nop); return err },
		"delete":          func(ctx context.Context) error { return mine.Delete(ctx, key) },
		"remove":          func(ctx context.Context) error { return mine.Remove(ctx, key) },
		"get":             func(ctx context.Context) error { _, err := mine.Get(ctx, key); return err },
		"transact put":    func(ctx context.Context) error { return svc.Transact(ctx, dyn.Put(mine, key)) },
		"transact upsert": func(ctx context.Context) error { return svc.Transact(ctx, dyn.Upsert(mine, key)) },
		"transact delete": func(ctx context.Context) error { return svc.Transact(ctx, dyn.Delete(mine, key)) },
		"transact check": func(ctx context.Context) error {
			return svc.Transact(ctx, dyn.Check(mine, key, dyn.Exists(&tenantedF.ID)))
		},
	}
	for _, tenant := range []string{"theirs", "mine"} {
		for name, call := range calls {
			item := keyAttrs("T#1", "T")
			item["id"], item["tenant"] = &types.AttributeValueMemberS{Value: "1"}, &types.AttributeValueMemberS{Value: tenant}
			if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("app"), Item: item}); err != nil {
				t.Fatal(err)
			}
			err := call(t.Context())
			same := renderMap(rawGet(t, c, "T#1", "T")) == renderMap(item)
			if tenant == "theirs" && (err == nil || !same) || tenant == "mine" && err != nil && name != "create" && name != "update" {
				t.Errorf("%s, where the item is %s: %v; as it was: %v", name, tenant, err, same)
			}
		}
	}
}

// TestGuardsAreNotShown: middleware that options of calls add may change what it
// is shown, for it is that of the very call.
func TestGuardsAreNotShown(t *testing.T) {
	t.Parallel()
	change := func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
			return s.Initialize.Add(middleware.InitializeMiddlewareFunc("Change", func(
				ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
			) (middleware.InitializeOutput, middleware.Metadata, error) {
				if in, ok := in.Parameters.(*dynamodb.PutItemInput); ok {
					if _, ok := in.ExpressionAttributeNames["#mine"]; ok {
						t.Error("the change to another call is there")
					}
					in.ExpressionAttributeNames["#mine"] = "mine"
					*in.ConditionExpression += " AND attribute_not_exists(#mine)"
				}
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
		})
	}
	svc := newService(t, dyn.WithClientOptions(change))
	e := entityOf[Guarded](t, svc)
	ensure(t, svc)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 4 {
				if _, err := e.Put(t.Context(), Guarded{ID: "1"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
}
