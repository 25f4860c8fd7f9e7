package dyn

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/expr"
)

type label string

// shelf has strings wherever a condition may test one.
type shelf struct {
	_ struct{} `dyn:"entity=shelf"`
	_ struct{} `dyn:"pk,template=ROOM#$<Room>"`
	_ struct{} `dyn:"sk,template=ROW#$<Row>#BOOK#$<Book>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byCode,field=Code"`
	_ struct{} `dyn:"sk,index=gsi1,field=Row"`
	_ struct{} `dyn:"pk,index=gsi2,name=byTag,template=TAG#$<Tag:lower>"`
	_ struct{} `dyn:"sk,index=gsi2,template=BOOK#$<Book>"`

	Room  string  `dynamodbav:"room"`
	Row   string  `dynamodbav:"row"`
	Book  string  `dynamodbav:"book,omitempty"`
	Code  string  `dynamodbav:"code"`
	Tag   *string `dynamodbav:"tag"`
	Note  string  `dynamodbav:"note,omitempty"`
	Blank *string `dynamodbav:"blank,nullempty"`
	Label label   `dynamodbav:"label"`
	Count int     `dynamodbav:"count,string"`
	Any   any     `dynamodbav:"any"`
}

var shelfF = Fields[shelf]()

// offline returns an entity of a service without a client.
func offline[T any](t *testing.T, table Table, opts ...ServiceOption) *Entity[T] {
	t.Helper()
	svc, err := NewService(nil, table, opts...)
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewEntity[T](svc)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// boxed returns the condition with its text kept as other values are.
func boxed(c Cond) Cond {
	if subs := c.subs(); subs != nil {
		own := make([]Cond, len(subs))
		for i := range subs {
			own[i] = boxed(subs[i])
		}
		return Cond{op: c.op, rare: &rareCond{subs: own}}
	}
	if !c.plain {
		return c
	}
	own := c.text
	return Cond{op: c.op, ptr: c.ptr, val: &own, rare: c.rare}
}

// TestPlain finds no difference between conditions that hold their string
// themselves, and the same ones that point to it.
func TestPlain(t *testing.T) {
	t.Parallel()
	e := offline[shelf](t, Table{Name: "app"})
	everything := cmp.Exporter(func(reflect.Type) bool { return true })
	same := func(what string, conds []Cond, input func([]Cond) (any, error)) {
		t.Helper()
		slow := make([]Cond, len(conds))
		for i := range conds {
			slow[i] = boxed(conds[i])
		}
		want, werr := input(slow)
		got, gerr := input(conds)
		if diff := cmp.Diff(want, got, everything); diff != "" || fmt.Sprint(werr) != fmt.Sprint(gerr) {
			t.Errorf("%s: %v and %v (-pointer +plain):\n%s", what, werr, gerr, diff)
		}
	}
	fields := map[string]*string{
		"Room": &shelfF.Room, "Row": &shelfF.Row, "Book": &shelfF.Book, "Code": &shelfF.Code,
		"Tag": shelfF.Tag, "Note": &shelfF.Note, "Blank": shelfF.Blank,
	}
	for _, text := range []string{"", "x", "X#BOOK#y", "\xff", "é", "a b"} {
		for name, p := range fields {
			for op, c := range map[string]Cond{
				"Eq": Eq(p, text), "Ne": Ne(p, text), "Lt": Lt(p, text), "Le": Le(p, text), "Gt": Gt(p, text), "Ge": Ge(p, text),
				"BeginsWith": BeginsWith(p, text), "Contains": Contains(p, text), "Between": Between(p, text, "z"),
				"and": And(Eq(p, text), Not(Lt(p, text))), "size": Eq(Size(p), 3),
			} {
				what := fmt.Sprintf("%s(%s, %q)", op, name, text)
				for _, ix := range e.e.indexes {
					query := func(conds ...Cond) (any, error) { return (Query[shelf]{ix.newQuery(conds)}).Input() }
					same(what+" on "+ix.label(), []Cond{c}, func(cs []Cond) (any, error) { return query(cs...) })
					same(what+" beside the partition key of "+ix.label(), []Cond{c}, func(cs []Cond) (any, error) {
						return query(append(cs, Eq(&shelfF.Room, "r"))...)
					})
					same(what+" after a part of "+ix.label(), []Cond{c, Eq(&shelfF.Room, "r"), Eq(&shelfF.Row, "r")}, func(cs []Cond) (any, error) { return query(cs...) })
					same(what+" beside the tag", []Cond{c, Eq(shelfF.Tag, text)}, func(cs []Cond) (any, error) { return query(cs...) })
				}
				same(what+" as a filter", []Cond{c, c}, func(cs []Cond) (any, error) { return e.Scan().Filter(cs...).Input() })
				same(what+" in Find", []Cond{c, Eq(&shelfF.Code, "c")}, func(cs []Cond) (any, error) { return e.Find(cs...).Input() })
				same(what+" in a scope", []Cond{c}, func(cs []Cond) (any, error) { return e.Scope(cs...).Scan().Input() })
				same(what+" as a demand", []Cond{c}, func(cs []Cond) (any, error) {
					return Update(e, shelf{Room: "r", Row: "r", Book: "b"}, Set(&shelfF.Label, "x"), If(cs...)).Input()
				})
			}
		}
	}
}

// TestPlainValues reads what conditions of both kinds hold.
func TestPlainValues(t *testing.T) {
	t.Parallel()
	if c := Eq(&shelfF.Room, "x"); !c.plain || c.count() != 1 || c.value(0).String() != "x" || !c.value(0).CanAddr() {
		t.Errorf("%+v", c)
	}
	if c := Eq(&shelfF.Label, "x"); c.plain || c.count() != 1 || c.value(0).String() != "x" {
		t.Errorf("%+v", c)
	}
	if c := (Cond{op: expr.Exists}); c.count() != 0 {
		t.Errorf("%+v", c)
	}
}

// TestInterfaces compares an attribute of any type with a string in an interface, and with none.
func TestInterfaces(t *testing.T) {
	t.Parallel()
	e := offline[shelf](t, Table{Name: "app"})
	for _, tt := range []struct {
		c    Cond
		want string
	}{
		{Eq(&shelfF.Any, any("x")), `any = "x"`},
		{Eq(&shelfF.Any, any(7)), `any = 7`},
		{In(&shelfF.Any, any("x"), any(7)), `any IN ("x", 7)`},
		{Eq(&shelfF.Any, nil), `attribute_not_exists(any)`},
	} {
		plan, err := e.Query(Eq(&shelfF.Room, "r")).Filter(tt.c).Explain()
		if err != nil || !strings.Contains(plan.Filter, tt.want) {
			t.Errorf("%s: %s, %v", tt.want, plan.Filter, err)
		}
	}
}
