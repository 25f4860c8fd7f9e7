package dyn_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// Kinds has an attribute of every kind that conditions tell apart.
type Kinds struct {
	_ struct{} `dyn:"entity=kinds"`
	_ struct{} `dyn:"pk,template=K#$<ID>"`
	_ struct{} `dyn:"sk,template=K"`

	ID    string         `dynamodbav:"id"`
	S     string         `dynamodbav:"s"`
	Empty string         `dynamodbav:"empty"`
	Omit  string         `dynamodbav:"omit,omitempty"`
	P     *string        `dynamodbav:"p"`
	None  *string        `dynamodbav:"none"`
	N     int            `dynamodbav:"n"`
	F     float64        `dynamodbav:"f"`
	Text  int            `dynamodbav:"text,string"`
	Bool  bool           `dynamodbav:"bool"`
	B     []byte         `dynamodbav:"b"`
	L     []string       `dynamodbav:"l"`
	Ptrs  []*Item        `dynamodbav:"ptrs"`
	M     map[string]int `dynamodbav:"m"`
	Years map[int]string `dynamodbav:"years"`
	SS    []string       `dynamodbav:"ss,stringset"`
	NS    []int          `dynamodbav:"ns,numberset"`
	BS    [][]byte       `dynamodbav:"bs,binaryset"`
	T     time.Time      `dynamodbav:"t"`
	U     time.Time      `dynamodbav:"u,unixtime"`
	C     time.Time      `dynamodbav:"c" dyn:"created"`
	Inner Inner          `dynamodbav:"inner"`
	Deep  *Inner         `dynamodbav:"deep"`
	Self  *Kinds         `dynamodbav:"self"`
	Any   any            `dynamodbav:"any"`
}

type Inner struct {
	S    string   `dynamodbav:"s"`
	List []Item   `dynamodbav:"list"`
	Tags []string `dynamodbav:"tags,stringset"`
}

var kindsF = dyn.Fields[Kinds]()

func TestGoldenCond(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	svc := serviceOn(t, c, dyn.Table{Name: "app"}, fixedClock())
	kinds := entityOf[Kinds](t, svc)
	ensure(t, svc)
	item := Kinds{
		ID: "1", S: "hello", P: ptr("x"), N: 5, F: 1.5, Text: 7, Bool: true, B: []byte("bin"), L: []string{"a", "b"},
		Ptrs: []*Item{{"pen", 2}, nil}, M: map[string]int{"k": 1}, Years: map[int]string{1999: "old"}, SS: []string{"x", "y"}, NS: []int{1, 2}, BS: [][]byte{{1}},
		T: day, U: day, Inner: Inner{S: "in", List: []Item{{"ink", 3}}, Tags: []string{"t"}}, Deep: &Inner{S: "down"}, Any: 3,
	}
	setUp(t, c, dyn.Put(kinds, item))
	many := make([]int, 250)
	for i := range many {
		many[i] = i + 5
	}
	conds := []struct {
		name string
		cond dyn.Cond
		want bool
	}{
		{"Eq string", dyn.Eq(&kindsF.S, "hello"), true},
		{"Eq empty string", dyn.Eq(&kindsF.Empty, ""), true},
		{"Eq left out by omitempty", dyn.Eq(&kindsF.Omit, ""), true},
		{"Eq through a pointer", dyn.Eq(kindsF.P, "x"), true},
		{"Eq pointer", dyn.Eq(&kindsF.P, ptr("x")), true},
		{"Eq nil pointer", dyn.Eq(&kindsF.P, nil), false},
		{"Eq number", dyn.Eq(&kindsF.N, 5), true},
		{"Eq number stored as text", dyn.Eq(&kindsF.Text, 7), true},
		{"Eq bool", dyn.Eq(&kindsF.Bool, false), false},
		{"Eq binary", dyn.Eq(&kindsF.B, []byte("bin")), true},
		{"Eq list", dyn.Eq(&kindsF.L, []string{"a", "b"}), true},
		{"Eq nil list", dyn.Eq(&kindsF.L, nil), false},
		{"Eq map", dyn.Eq(&kindsF.M, map[string]int{"k": 1}), true},
		{"Eq string set", dyn.Eq(&kindsF.SS, []string{"y", "x"}), true},
		{"Eq empty set", dyn.Eq(&kindsF.SS, []string{}), false},
		{"Eq number set", dyn.Eq(&kindsF.NS, []int{2, 1}), true},
		{"Eq binary set", dyn.Eq(&kindsF.BS, [][]byte{{1}}), true},
		{"Eq time", dyn.Eq(&kindsF.T, day), true},
		{"Eq unix time", dyn.Eq(&kindsF.U, day.Truncate(time.Second)), true},
		{"Eq struct", dyn.Eq(&kindsF.Deep, &Inner{S: "down"}), true},
		{"Eq any", dyn.Eq(&kindsF.Any, any(3)), true},
		{"Eq any nil", dyn.Eq(&kindsF.Any, nil), false},
		{"Ne", dyn.Ne(&kindsF.N, 5), false},
		{"Ne absent", dyn.Ne(kindsF.None, "x"), true},
		{"Ne nil", dyn.Ne(&kindsF.P, nil), true},
		{"Lt", dyn.Lt(&kindsF.F, 1.5), false},
		{"Le", dyn.Le(&kindsF.F, 1.5), true},
		{"Gt binary", dyn.Gt(&kindsF.B, []byte("bim")), true},
		{"Ge string", dyn.Ge(&kindsF.S, "hell"), true},
		{"Lt unix time", dyn.Lt(&kindsF.U, day.Add(time.Second)), true},
		{"Lt time kept by dyn", dyn.Lt(&kindsF.C, day.Add(time.Nanosecond)), true},
		{"Lt absent", dyn.Lt(kindsF.None, "x"), false},
		{"Between", dyn.Between(&kindsF.N, 5, 9), true},
		{"Between the wrong way round", dyn.Between(&kindsF.N, 9, 5), false},
		{"Between equal ends", dyn.Between(&kindsF.S, "hello", "hello"), true},
		{"Not between the wrong way round", dyn.Not(dyn.Between(&kindsF.S, "z", "a")), true},
		{"In", dyn.In(&kindsF.S, "x", "hello"), true},
		{"In one", dyn.In(&kindsF.N, 6), false},
		{"In more than DynamoDB takes at a time", dyn.In(&kindsF.N, many...), true},
		{"Not in more than DynamoDB takes at a time", dyn.Not(dyn.In(&kindsF.N, many...)), false},
		{"BeginsWith", dyn.BeginsWith(&kindsF.S, "hel"), true},
		{"BeginsWith binary", dyn.BeginsWith(&kindsF.B, []byte("bi")), true},
		{"Contains", dyn.Contains(&kindsF.S, "ell"), true},
		{"Has in a list", dyn.Has(&kindsF.L, "b"), true},
		{"Has in a string set", dyn.Has(&kindsF.SS, "z"), false},
		{"Has in a number set", dyn.Has(&kindsF.NS, 2), true},
		{"Has in a binary set", dyn.Has(&kindsF.BS, []byte{1}), true},
		{"Has a struct", dyn.Has(&kindsF.Inner.List, Item{"ink", 3}), true},
		{"Has nil", dyn.Has(&kindsF.Ptrs, nil), true},
		{"Exists", dyn.Exists(&kindsF.P), true},
		{"NotExists", dyn.NotExists(&kindsF.Any), false},
		{"TypeIs", dyn.TypeIs(&kindsF.Any, "N"), true},
		{"Eq of a size", dyn.Eq(dyn.Size(&kindsF.S), 5), true},
		{"Ne of a size", dyn.Ne(dyn.Size(&kindsF.SS), 2), false},
		{"Lt of a size", dyn.Lt(dyn.Size(&kindsF.L), 3), true},
		{"Le of a size", dyn.Le(dyn.Size(&kindsF.M), 0), false},
		{"Gt of a size", dyn.Gt(dyn.Size(&kindsF.B), 2), true},
		{"Ge of a size", dyn.Ge(dyn.Size(&kindsF.Inner), 4), false},
		{"Between of sizes", dyn.Between(dyn.Size(&kindsF.L), 1, 2), true},
		{"Between of sizes the wrong way round", dyn.Between(dyn.Size(&kindsF.L), 2, 1), false},
		{"In of sizes", dyn.In(dyn.Size(&kindsF.S), 4, 5), true},
		{"size of an element", dyn.Eq(dyn.Size(dyn.At(&kindsF.L, 1)), 1), true},
		{"size of what is absent", dyn.Eq(dyn.Size(kindsF.None), 0), false},
		{"EqField", dyn.EqField(&kindsF.S, &kindsF.Inner.S), false},
		{"NeField", dyn.NeField(&kindsF.S, kindsF.None), true},
		{"LtField", dyn.LtField(dyn.Entry(&kindsF.M, "k"), &kindsF.N), true},
		{"LeField", dyn.LeField(&kindsF.Inner.S, &kindsF.S), false},
		{"And", dyn.And(dyn.Eq(&kindsF.N, 5), dyn.Eq(&kindsF.S, "hello")), true},
		{"And of one", dyn.And(dyn.Eq(&kindsF.N, 5)), true},
		{"And of nothing", dyn.And(), true},
		{"Or", dyn.Or(dyn.Eq(&kindsF.N, 6), dyn.Eq(&kindsF.S, "hello")), true},
		{"Or with an empty And", dyn.Or(dyn.Eq(&kindsF.N, 6), dyn.And()), true},
		{"Or within And within Or", dyn.Or(dyn.And(dyn.Eq(&kindsF.N, 6), dyn.Or(dyn.Eq(&kindsF.N, 5), dyn.Eq(&kindsF.N, 7))), dyn.Eq(&kindsF.S, "x")), false},
		{"And within And", dyn.And(dyn.And(dyn.Eq(&kindsF.N, 5), dyn.Exists(&kindsF.S)), dyn.Exists(&kindsF.P)), true},
		{"Not", dyn.Not(dyn.Or(dyn.Eq(&kindsF.N, 6), dyn.Eq(&kindsF.S, "x"))), true},
		{"Not of a comparison", dyn.And(dyn.Not(dyn.Eq(&kindsF.N, 6)), dyn.Exists(&kindsF.S)), true},
		{"Not not", dyn.Not(dyn.Not(dyn.Eq(&kindsF.N, 5))), true},
		{"Between beside others", dyn.And(dyn.Between(&kindsF.N, 1, 9), dyn.Eq(&kindsF.S, "hello")), true},
		{"nested", dyn.Eq(&kindsF.Inner.S, "in"), true},
		{"nested behind a pointer", dyn.Eq(&kindsF.Deep.S, "down"), true},
		{"element", dyn.Eq(dyn.At(&kindsF.L, 1), "b"), true},
		{"element past the end", dyn.Eq(dyn.At(&kindsF.L, 7), "b"), false},
		{"within an element", dyn.Gt(dyn.Sub(dyn.At(&kindsF.Inner.List, 0), func(i *Item) *int { return &i.Qty }), 2), true},
		{"within an element behind a pointer", dyn.Eq(dyn.Sub(dyn.At(&kindsF.Ptrs, 0), func(i **Item) *string { return &(*i).Name }), "pen"), true},
		{"within the type itself", dyn.NotExists(dyn.Sub(&kindsF.Self, func(k **Kinds) *int { return &(*k).N })), true},
		{"entry", dyn.Eq(dyn.Entry(&kindsF.M, "k"), 1), true},
		{"entry of a number", dyn.Eq(dyn.Entry(&kindsF.Years, 1999), "old"), true},
		{"in a set within a struct", dyn.Has(&kindsF.Deep.Tags, "t"), false},
		{"Expr", dyn.Expr(expression.Name("n").GreaterThan(expression.Value(4)).And(expression.Size(expression.Name("s")).Equal(expression.Value(5)))), true},
		{"Expr beside others", dyn.And(dyn.Expr(expression.Or(expression.Name("n").Equal(expression.Value(6)), expression.Name("inner.s").Equal(expression.Value("out")))), dyn.Exists(&kindsF.S)), false},
		{"not Expr", dyn.Not(dyn.Expr(expression.Name("n").Between(expression.Value(1), expression.Value(3)))), true},
		{"the empty Cond", dyn.Cond{}, false},
		{"Or of nothing", dyn.Or(), false},
		{"Not of nothing", dyn.Not(dyn.And()), false},
		{"In of nothing", dyn.In(&kindsF.N), false},
		{"In nil", dyn.In(&kindsF.P, nil), false},
		{"Lt nil", dyn.Lt(&kindsF.P, nil), false},
		{"order of bools", dyn.Lt(&kindsF.Bool, true), false},
		{"order of lists", dyn.Ge(&kindsF.L, []string{"a"}), false},
		{"order of structs", dyn.Between(&kindsF.Inner, Inner{}, Inner{}), false},
		{"order of sets", dyn.Gt(&kindsF.SS, []string{"a"}), false},
		{"order of times of varying length", dyn.Gt(&kindsF.T, day), false},
		{"order of different times", dyn.LtField(&kindsF.U, &kindsF.C), false},
		{"equality of different times", dyn.EqField(&kindsF.T, &kindsF.C), false},
		{"order of numbers stored as text", dyn.Lt(&kindsF.Text, 10), false},
		{"an attribute with itself", dyn.LeField(&kindsF.N, &kindsF.N), false},
		{"size of a number", dyn.Gt(dyn.Size(&kindsF.N), 1), false},
		{"size of a bool", dyn.Gt(dyn.Size(&kindsF.Bool), 1), false},
		{"size of a size", dyn.Gt(dyn.Size(dyn.Size(&kindsF.S)), 1), false},
		{"existence of a size", dyn.Exists(dyn.Size(&kindsF.S)), false},
		{"absence of a size", dyn.NotExists(dyn.Size(&kindsF.S)), false},
		{"type of a size", dyn.TypeIs(dyn.Size(&kindsF.S), "N"), false},
		{"In of no sizes", dyn.In(dyn.Size(&kindsF.S)), false},
		{"a size with an attribute", dyn.EqField(dyn.Size(&kindsF.S), &kindsF.N), false},
		{"an attribute with a size", dyn.EqField(&kindsF.N, dyn.Size(&kindsF.S)), false},
		{"size of a foreign pointer", dyn.Gt(dyn.Size(&cardF.Tags), 1), false},
		{"Has in binary", dyn.Has(&kindsF.B, 'b'), false},
		{"TypeIs of no type", dyn.TypeIs(&kindsF.S, "String"), false},
		{"Expr of nothing", dyn.Expr(expression.ConditionBuilder{}), false},
		{"a foreign pointer", dyn.Eq(&cardF.Likes, 1), false},
		{"a variable", dyn.Eq(&item.N, 1), false},
		{"a nil pointer", dyn.Eq(kindsF.Self, Kinds{}), false},
		{"a negative element", dyn.Eq(dyn.At(&kindsF.L, -1), "b"), false},
		{"an element of a set", dyn.Eq(dyn.At(&kindsF.SS, 0), "b"), false},
		{"an entry without a name", dyn.Eq(dyn.Entry(&kindsF.M, ""), 1), false},
	}
	var b strings.Builder
	for _, tt := range conds {
		fmt.Fprintf(&b, "# %s\n", tt.name)
		op := dyn.Check(kinds, Kinds{ID: "1"}, tt.cond)
		in, err := op.Input()
		if err != nil {
			fmt.Fprintf(&b, "  error: %v\n\n", err)
			if _, qerr := kinds.Scan().Filter(tt.cond).Input(); qerr == nil || tt.want {
				t.Errorf("%s: a scan takes it", tt.name)
			}
			continue
		}
		check := in.(*types.ConditionCheck)
		text := expressions(t, check.ExpressionAttributeNames, check.ExpressionAttributeValues, check.ConditionExpression)[0]
		text = strings.TrimPrefix(text, `(attribute_not_exists(pk) OR _entity = "kinds") AND `)
		got := passes(t, c, in)
		fmt.Fprintf(&b, "  %s\n  %v\n\n", text, got)
		scan, err := kinds.Scan().Filter(tt.cond).Input()
		if err != nil {
			t.Fatal(err)
		}
		if n := finds(t, c, scan); got != tt.want || n != tt.want {
			t.Errorf("%s: the check gives %v, the filter %v, want %v", tt.name, got, n, tt.want)
		}
	}
	compareFile(t, "cond.txt", b.String())
}

// passes reports whether a condition check succeeds.
func passes(t *testing.T, c *dynamodb.Client, in any) bool {
	t.Helper()
	_, _, err := send(t.Context(), c, in)
	var cancelled *types.TransactionCanceledException
	if err != nil && !errors.As(err, &cancelled) {
		t.Errorf("DynamoDB refuses the condition: %v", err)
	}
	return err == nil
}

func finds(t *testing.T, c *dynamodb.Client, in *dynamodb.ScanInput) bool {
	t.Helper()
	items, _, err := send(t.Context(), c, in)
	if err != nil {
		t.Errorf("DynamoDB refuses the filter: %v", err)
	}
	return len(items) == 1
}
