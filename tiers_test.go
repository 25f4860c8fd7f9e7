package dyn_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
	"github.com/dyntable/dyn/internal/randtest"
)

// TestExplain finds that each client gets the tier that fits it.
func TestExplain(t *testing.T) {
	t.Parallel()
	db := dynlocal.Start(t)
	named := func(id string) func(*dynamodb.Options) {
		return func(o *dynamodb.Options) {
			o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
				return s.Initialize.Add(middleware.InitializeMiddlewareFunc(id, func(
					ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
				) (middleware.InitializeOutput, middleware.Metadata, error) {
					return next.HandleInitialize(ctx, in)
				}), middleware.Before)
			})
		}
	}
	direct := []dyn.ServiceOption{dyn.WithDirect()}
	tests := []struct {
		name   string
		client dyn.Client
		opts   []dyn.ServiceOption
		tier   int
		why    string
	}{
		{"plain", db.HTTPClient(), nil, 1, "WithDirect"},
		{"direct", db.HTTPClient(), direct, 2, ""},
		{"hidden", struct{ dyn.Client }{db.HTTPClient()}, direct, 0, "not a *dynamodb.Client"},
		{"in process", db.Client(), direct, 0, "middleware"},
		{"tracing", db.HTTPClient(named("OTelInitializeMiddlewareAfter")), direct, 1, "APIOptions"},
		{"encryption", db.HTTPClient(named("EncryptItems")), direct, 0, `"EncryptItems"`},
		{"interceptors", db.HTTPClient(func(o *dynamodb.Options) { o.Interceptors.AddBeforeExecution(idle{}) }), direct, 0, "interceptors"},
		{"another protocol", db.HTTPClient(func(o *dynamodb.Options) { o.Protocol = rpcv2.NewCBOR(schemas.DynamoDB_20120810) }), direct, 0, "protocol"},
		{"options of calls", db.HTTPClient(), []dyn.ServiceOption{dyn.WithDirect(), dyn.WithClientOptions(func(*dynamodb.Options) {})}, 1, "WithClientOptions"},
		{"no credentials", db.HTTPClient(func(o *dynamodb.Options) { o.Credentials = nil }), direct, 1, "credentials"},
	}
	for _, tt := range tests {
		svc, err := dyn.NewService(tt.client, dyn.Table{Name: "app"}, tt.opts...)
		if err != nil {
			t.Fatal(err)
		}
		tier, why := svc.Explain()
		if tier != tt.tier || !strings.Contains(why, tt.why) || why == "" != (tt.why == "") {
			t.Errorf("%s: tier %d: %q, want %d: %q", tt.name, tier, why, tt.tier, tt.why)
		}
	}
}

type idle struct{}

func (idle) BeforeExecution(context.Context, *smithyhttp.InterceptorContext) error { return nil }

// tiers returns services on one table that differ in how items travel only.
func tiers(t testing.TB, client *dynamodb.Client, opts ...dyn.ServiceOption) [3]*dyn.Service {
	t.Helper()
	return tiersOn(t, client, dyn.Table{Name: "app"}, opts...)
}

func tiersOn(t testing.TB, client *dynamodb.Client, table dyn.Table, opts ...dyn.ServiceOption) [3]*dyn.Service {
	t.Helper()
	var out [3]*dyn.Service
	for i, c := range []dyn.Client{struct{ dyn.Client }{client}, client, client} {
		o := slices.Clip(opts)
		if i == 2 {
			o = append(o, dyn.WithDirect())
		}
		svc, err := dyn.NewService(c, table, o...)
		if err != nil {
			t.Fatal(err)
		}
		if tier, why := svc.Explain(); tier != i {
			t.Fatalf("tier %d instead of %d: %s", tier, i, why)
		}
		out[i] = svc
	}
	return out
}

// wired returns a client of dynlocal by its wire form, or of the endpoint.
func wired(t testing.TB) *dynamodb.Client {
	if live() {
		return newClient(t)
	}
	return dynlocal.Start(t).HTTPClient()
}

// TestTiersSkipTheMaps finds that items of tiers 1 and 2 are never maps of
// attribute values: these cost more allocations than all the rest.
func TestTiersSkipTheMaps(t *testing.T) {
	client := dynlocal.Start(t).HTTPClient()
	var allocs [3]float64
	for i, svc := range tiers(t, client, fixedClock()) {
		users := entityOf[Reaction](t, svc)
		if i == 0 {
			ensure(t, svc)
			for n := range 100 {
				if _, err := users.Put(t.Context(), Reaction{CardID: "c", UserID: fmt.Sprint("u", n), Kind: "like"}); err != nil {
					t.Fatal(err)
				}
			}
		}
		q := users.Query(dyn.Eq(&likeF.CardID, "c"))
		allocs[i] = testing.AllocsPerRun(20, func() {
			if p, err := q.Page(t.Context()); err != nil || len(p.Items) != 100 {
				t.Fatal(len(p.Items), err)
			}
		})
	}
	for i := range 2 {
		if saved := allocs[0] - allocs[i+1]; saved < 1500 {
			t.Errorf("tier %d saves %.0f of %.0f allocations", i+1, saved, allocs[0])
		}
	}
}

// spoil returns an item that somebody else has written, or a newer program, or
// with mistakes, in the place of a sound one.
func spoil(r *rand.Rand, item map[string]types.AttributeValue) map[string]types.AttributeValue {
	values := []types.AttributeValue{
		&types.AttributeValueMemberS{Value: "x\"\\\u2028é"},
		&types.AttributeValueMemberS{Value: ""},
		&types.AttributeValueMemberN{Value: "1.50"},
		&types.AttributeValueMemberN{Value: "7"},
		&types.AttributeValueMemberBOOL{Value: true},
		&types.AttributeValueMemberNULL{Value: true},
		&types.AttributeValueMemberB{Value: []byte{0, 255}},
		&types.AttributeValueMemberSS{Value: []string{"a", "b"}},
		&types.AttributeValueMemberNS{Value: []string{"1"}},
		&types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "_entity"}}},
		&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"_entity": &types.AttributeValueMemberS{Value: "reaction"}}},
		&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"Name": &types.AttributeValueMemberS{Value: "n"}}},
	}
	names := []string{
		"userId", "status", "likes", "tags", "nick", "author", "items", "scores", "createdAt", "updatedAt", "kind", "at",
		"unknown", "LIKES", "_entity", "_version", "gsi1sk",
	}
	for range r.IntN(4) {
		name, v := names[r.IntN(len(names))], values[r.IntN(len(values))]
		switch r.IntN(8) {
		case 0:
			delete(item, name)
			continue
		case 1:
			v = &types.AttributeValueMemberS{Value: []string{"card", "reaction", "person", "other"}[r.IntN(4)]}
			name = "_entity"
		case 2:
			v, name = &types.AttributeValueMemberN{Value: fmt.Sprint(r.IntN(3))}, "_version"
		}
		if _, key := v.(*types.AttributeValueMemberS); name == "gsi1sk" && (!key || v.(*types.AttributeValueMemberS).Value == "") {
			continue // the index would refuse it
		}
		item[name] = v
	}
	return item
}

// TestTiersAgree finds that reads give the same, items and errors, in every
// tier: of sound items, and of such that others have written.
func TestTiersAgree(t *testing.T) {
	t.Parallel()
	r, client := randtest.New(t), wired(t)
	var stores [3]Wall
	for i, svc := range tiers(t, client, fixedClock()) {
		stores[i].svc = svc
		if err := dyn.Bind(svc, &stores[i]); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			ensure(t, svc)
		}
	}
	for round := range cases(150) {
		keys := fillWall(t, r, client, stores[0], round)
		want := stores[0].look(t.Context(), round, keys)
		for i, s := range stores[1:] {
			if diff := cmp.Diff(want, s.look(t.Context(), round, keys)); diff != "" {
				t.Fatalf("round %d: tier %d differs (-0 +%[2]d): %s", round, i+1, diff)
			}
		}
	}
}

// Wall has the handles of the test.
type Wall struct {
	svc       *dyn.Service
	Cards     *dyn.Entity[Card]
	Reactions *dyn.Entity[Reaction]
	ByUser    *dyn.Index[Card]            `dyn:"byUser"`
	Activity  *dyn.Collection[ActivityOf] `dyn:"activity"`
}

var likeF = dyn.Fields[Reaction]()

type cardTitle struct {
	CardID string `dynamodbav:"cardId"`
	Status Status `dynamodbav:"status"`
}

// show writes a value out in full.
func show(v any) string {
	text, err := json.Marshal(v)
	return fmt.Sprint(string(text), err)
}

// ActivityOf is what there is of a user.
type ActivityOf struct {
	Cards     []Card
	Reactions []Reaction
}

func fillWall(t *testing.T, r *rand.Rand, client *dynamodb.Client, s Wall, round int) []Card {
	t.Helper()
	user := fmt.Sprint("u", round)
	var keys []Card
	for n := range 1 + r.IntN(4) {
		id := fmt.Sprintf("%d-%d", round, n)
		keys = append(keys, Card{CardID: id})
		card := dyn.Put(s.Cards, Card{
			CardID: id, UserID: user, Likes: r.IntN(9), Tags: []string{"a", "b"}[:r.IntN(3)], Nick: ptr("é\n"), Items: make([]Item, r.IntN(3)),
			Scores: map[string]int{"x": 1},
		})
		like := dyn.Put(s.Reactions, Reaction{CardID: id, UserID: user, Kind: "like", At: day.Add(time.Duration(n) * time.Second)})
		for _, op := range []dyn.Op{card, like} {
			in, err := op.Input()
			if err != nil {
				t.Fatal(err)
			}
			put := in.(*dynamodb.PutItemInput)
			put.Item, put.ConditionExpression, put.ExpressionAttributeNames, put.ExpressionAttributeValues = spoil(r, put.Item), nil, nil, nil
			if _, err := client.PutItem(t.Context(), put); err != nil {
				t.Fatal(err)
			}
		}
	}
	return append(keys, Card{CardID: "absent"}, keys[0])
}

// look reads all that a round has written in every way there is.
func (s Wall) look(ctx context.Context, round int, keys []Card) []string {
	var out []string
	said := func(what string, v any, err error) {
		text := ""
		if err != nil {
			text = err.Error()
		}
		out = append(out, what+": "+show(v)+" "+text)
	}
	user := dyn.Eq(&cardF.UserID, fmt.Sprint("u", round))
	for _, k := range keys {
		c, err := s.Cards.Get(ctx, k)
		said("get", c, err)
		ok, err := s.Cards.Exists(ctx, k)
		said("exists", ok, err)
		_, err = s.Cards.Update(ctx, k, dyn.Set(&cardF.Nick, ptr("x")), dyn.If(dyn.Eq(&cardF.CardID, "no such")))
		said("update", nil, err)
		p, err := s.Cards.Query(dyn.Eq(&cardF.CardID, k.CardID)).Page(ctx)
		said("query", p, err)
	}
	p, err := s.ByUser.Query(user).Limit(2).Page(ctx)
	said("page", p, err)
	all, err := s.ByUser.Query(user).PageSize(2).Descending().Collect(ctx)
	said("collect", all, err)
	for c, err := range s.ByUser.Query(user).PageSize(1).All(ctx) {
		said("all", c, err)
	}
	titles, err := dyn.Project[cardTitle](s.ByUser.Query(user)).Collect(ctx)
	said("project", titles, err)
	n, err := s.ByUser.Query(user).Count(ctx)
	said("count", n, err)
	a, err := s.Activity.Query(user).Collect(ctx)
	said("collection", a, err)
	for x, err := range s.Activity.Query(user).PageSize(3).All(ctx) {
		said("collection", x, err)
	}
	unknown := s.Activity.Query(user).OnUnknown(func(owner string, item map[string]types.AttributeValue) error {
		said("unknown "+owner, len(item), nil)
		return nil
	})
	a, err = unknown.Collect(ctx)
	said("with unknown", a, err)
	var missing []Card
	got, err := s.Cards.BatchGet(ctx, keys, dyn.Missing(&missing))
	said("batch get", got, err)
	said("missing", missing, nil)
	return append(out, s.fetch(ctx, round, keys)...)
}

// fetch reads items of several entities, some twice.
func (s Wall) fetch(ctx context.Context, round int, keys []Card) []string {
	var out []string
	for _, get := range []func(context.Context, ...dyn.FetchItem) error{s.svc.BatchGet, s.svc.TransactGet} {
		cards, likes := make([]*Card, len(keys)), make([]*Reaction, len(keys))
		var fs []dyn.FetchItem
		for i, k := range keys {
			fs = append(fs, dyn.Fetch(s.Cards, k, &cards[i]),
				dyn.Fetch(s.Reactions, Reaction{CardID: k.CardID, UserID: fmt.Sprint("u", round)}, &likes[i]))
		}
		err := get(ctx, fs...)
		out = append(out, fmt.Sprint(show(cards), show(likes), err))
		if a, b := cards[0], cards[len(cards)-1]; a != nil && b != nil && len(a.Scores) > 0 {
			a.Scores["y"] = 2
			if b.Scores["y"] != 0 {
				out = append(out, "two fetches of an item share a map")
			}
		}
	}
	return out
}

// zeroBases are items with every kind of nothing, and one with everything.
func zeroBases() map[string]Zero {
	return map[string]Zero{
		"zero": {ID: "1"},
		"empty": {
			ID: "1", StringP: ptr(""), IntP: ptr(0), BoolP: ptr(false), Bytes: []byte{}, List: []string{}, StringSet: []string{}, NumberSet: []int{},
			Map: map[string]int{}, StructP: &Author{}, Deep: &Depth{},
		},
		"deep": {ID: "1", Deep: &Depth{Maps: map[string]map[string]int{}, Next: &Depth{}}},
		"full": {
			ID: "1", String: "a\"\u2028\x00é", StringP: ptr("b"), StringO: "c", Int: -1, IntP: ptr(2), IntO: 3, Bool: true, BoolP: ptr(true),
			Bytes: []byte{0, 255}, List: []string{"", "x"}, StringSet: []string{"s"}, NumberSet: []int{7}, Map: map[string]int{"k": 1, "é": 2},
			Struct: Author{City: "Oslo"}, StructP: &Author{Name: "n"}, Time: day, TimeP: &day, Unix: day, Any: map[string]any{"l": []any{1, "x", nil}},
			Deep: &Depth{Maps: map[string]map[string]int{"a": {"b": 1}}, Next: &Depth{N: 2}, List: []int{1}, Set: []string{"z"}},
		},
	}
}

// TestTiersWriteAlike finds that every way to write stores the same in every
// tier, and returns what it stores.
func TestTiersWriteAlike(t *testing.T) {
	t.Parallel()
	client := wired(t)
	stored := map[string]string{}
	for tier, svc := range tiers(t, client, fixedClock()) {
		zs := entityOf[Zero](t, svc)
		if tier == 0 {
			ensure(t, svc)
		}
		for name, item := range zeroBases() {
			for verb, write := range map[string]func() (Zero, error){
				"put":    func() (Zero, error) { return zs.Put(t.Context(), item) },
				"create": func() (Zero, error) { return zs.Create(t.Context(), item) },
				"upsert": func() (Zero, error) { return zs.Upsert(t.Context(), item) },
				"batch": func() (Zero, error) {
					out, err := zs.BatchPut(t.Context(), []Zero{item})
					return out[0], err
				},
				"transact": func() (out Zero, err error) {
					err = svc.Transact(t.Context(), dyn.Put(zs, item, dyn.Stored(&out)))
					return out, err
				},
			} {
				deleteItem(t, client, "Z#1", "Z")
				out, err := write()
				if err != nil {
					t.Fatalf("tier %d: %s %s: %v", tier, verb, name, err)
				}
				got := show(rawGet(t, client, "Z#1", "Z")) + "\n" + show(out)
				if want, ok := stored[verb+name]; !ok {
					stored[verb+name] = got
				} else if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("tier %d: %s %s (-0 +%[1]d): %s", tier, verb, name, diff)
				}
			}
		}
	}
}

// Shelved is a type whose keys tell which items without an entity are of it.
type Shelved struct {
	_ struct{} `dyn:"entity=shelved"`
	_ struct{} `dyn:"pk,template=SHELF#$<Shelf>"`
	_ struct{} `dyn:"sk,template=I#$<N:03>"`

	Shelf string `dynamodbav:"shelf"`
	N     int    `dynamodbav:"n"`
}

var shelvedF = dyn.Fields[Shelved]()

// TestAdoptedAmong has items that lack the entity at any place among those that have it: their keys are looked at,
// those of the others are not even kept.
func TestAdoptedAmong(t *testing.T) {
	t.Parallel()
	client := wired(t)
	svc := serviceOn(t, client, dyn.Table{Name: "app", Adopt: true})
	entityOf[Shelved](t, svc)
	ensure(t, svc)
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 30 {
		shelf := fmt.Sprint("s", round)
		var want []Shelved
		for n := range 12 {
			item := keyAttrs("SHELF#"+shelf, fmt.Sprintf("I#%03d", n))
			item["shelf"], item["n"] = &types.AttributeValueMemberS{Value: shelf}, &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
			kind := rnd.IntN(4)
			switch kind {
			case 0, 1:
				item["_entity"], item["_version"] = &types.AttributeValueMemberS{Value: "shelved"}, &types.AttributeValueMemberN{Value: "1"}
			case 2: // adopted
			case 3: // not, for its key is none of the entity's
				item["sk"] = &types.AttributeValueMemberS{Value: fmt.Sprintf("I#%03dx", n)}
			}
			if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("app"), Item: item}); err != nil {
				t.Fatal(err)
			}
			if kind < 3 {
				want = append(want, Shelved{Shelf: shelf, N: n})
			}
		}
		for tier, svc := range tiersOn(t, client, dyn.Table{Name: "app", Adopt: true}) {
			q := entityOf[Shelved](t, svc).Query(dyn.Eq(&shelvedF.Shelf, shelf))
			for _, size := range []int{1, 5, 100} {
				got, err := q.PageSize(size).Collect(t.Context())
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
					t.Fatalf("round %d, tier %d, pages of %d: %v (-want +got):\n%s", round, tier, size, err, diff)
				}
			}
		}
	}
}
