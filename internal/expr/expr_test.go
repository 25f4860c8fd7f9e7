package expr

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func s(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }

func val(v string) Operand { return Operand{Value: s(v)} }

func at(names ...string) Operand {
	var p Path
	for _, n := range names {
		p = append(p, Step{Name: n})
	}
	return Operand{Path: p}
}

func cond(op Op, left Operand, args ...Operand) Cond {
	return Cond{Op: op, Path: left.Path, Args: args}
}

func TestCond(t *testing.T) {
	t.Parallel()
	a, b, c := cond(Eq, at("a"), val("1")), cond(Ne, at("b"), val("2")), Test(Exists, Name("c"))
	between := cond(Between, at("a"), val("1"), val("2"))
	raw := Foreign("#0 = :0 OR contains (#1.#0, :1)", map[string]string{"#0": "x", "#1": "a"}, map[string]types.AttributeValue{":0": s("v"), ":1": s("w")})
	tests := []struct {
		name string
		cond Cond
		want string
	}{
		{"none", Cond{}, ""},
		{"equal", a, "#0 = :0"},
		{"less", cond(Lt, at("a"), val("1")), "#0 < :0"},
		{"at most", cond(Le, at("a"), val("1")), "#0 <= :0"},
		{"greater", cond(Gt, at("a"), val("1")), "#0 > :0"},
		{"at least", cond(Ge, at("a"), val("1")), "#0 >= :0"},
		{"nested", cond(Eq, at("a", "b", "a"), val("1")), "#0.#1.#0 = :0"},
		{"element", cond(Eq, Operand{Path: Path{{Name: "a"}, {List: true, Index: 12}, {Name: "b"}}}, val("1")), "#0[12].#1 = :0"},
		{"attributes", cond(Eq, at("a"), at("b")), "#0 = #1"},
		{"size", Cond{Op: Gt, Path: Name("a"), Size: true, Value: s("1")}, "size(#0) > :0"},
		{"between", between, "#0 BETWEEN :0 AND :1"},
		{"in", cond(In, at("a"), val("1"), val("2")), "#0 IN (:0, :1)"},
		{"begins with", cond(BeginsWith, at("a"), val("1")), "begins_with(#0, :0)"},
		{"contains", cond(Contains, at("a"), val("1")), "contains(#0, :0)"},
		{"exists", c, "attribute_exists(#0)"},
		{"not exists", Test(NotExists, Name("c")), "attribute_not_exists(#0)"},
		{"type", cond(TypeIs, at("a"), val("S")), "attribute_type(#0, :0)"},
		{"and", All(a, b), "#0 = :0 AND #1 <> :1"},
		{"or", Any(a, b), "#0 = :0 OR #1 <> :1"},
		{"and of one", All(Cond{}, a, Cond{}), "#0 = :0"},
		{"and of nothing", All(Cond{}), ""},
		{"or in and", All(a, Any(b, c)), "#0 = :0 AND (#1 <> :1 OR attribute_exists(#2))"},
		{"and in or", Any(a, All(b, c)), "#0 = :0 OR (#1 <> :1 AND attribute_exists(#2))"},
		{"and in and", All(All(a, b), c), "#0 = :0 AND #1 <> :1 AND attribute_exists(#2)"},
		{"or in or", Any(a, Any(b, c)), "#0 = :0 OR #1 <> :1 OR attribute_exists(#2)"},
		{"between in and", All(between, b), "(#0 BETWEEN :0 AND :1) AND #1 <> :2"},
		{"not", Cond{Op: Not, Subs: []Cond{a}}, "NOT (#0 = :0)"},
		{"not in and", All(Cond{Op: Not, Subs: []Cond{Any(a, b)}}, c), "NOT (#0 = :0 OR #1 <> :1) AND attribute_exists(#2)"},
		{"one name, one placeholder", All(a, cond(Eq, at("a"), val("1"))), "#0 = :0 AND #0 = :1"},
		{"raw", raw, "#0 = :0 OR contains (#1.#0, :1)"},
		{"raw after another", All(a, raw), "#0 = :0 AND (#1 = :1 OR contains (#0.#1, :2))"},
		{"not raw", Cond{Op: Not, Subs: []Cond{raw}}, "NOT (#0 = :0 OR contains (#1.#0, :1))"},
	}
	for _, tt := range tests {
		var b Builder
		if got := b.Cond(tt.cond).In(b.Written()); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	a := Name("a")
	tests := []struct {
		name    string
		actions []*Action
		want    string
	}{
		{"nothing", nil, ""},
		{"set", []*Action{SetValue(a, s("1"))}, "SET #0 = :0"},
		{"set from another", []*Action{{Path: a, A: at("b")}}, "SET #0 = #1"},
		{"once", []*Action{{Path: a, Form: Once, A: val("1")}}, "SET #0 = if_not_exists(#0, :0)"},
		{"plus or", []*Action{{Path: a, Form: PlusOr, Zero: val("0").Value, A: at("b")}}, "SET #0 = if_not_exists(#0, :0) + #1"},
		{"minus or", []*Action{{Path: a, Form: MinusOr, Zero: val("0").Value, A: at("b")}}, "SET #0 = if_not_exists(#0, :0) - #1"},
		{"back", []*Action{{Path: a, Form: Back, Zero: val("e").Value, A: val("l")}}, "SET #0 = list_append(if_not_exists(#0, :0), :1)"},
		{"front", []*Action{{Path: a, Form: Front, Zero: val("e").Value, A: val("l")}}, "SET #0 = list_append(:0, if_not_exists(#0, :1))"},
		{"remove", []*Action{{Verb: Remove, Path: a}, {Verb: Remove, Path: Path{{Name: "b"}, {List: true, Index: 3}}}}, "REMOVE #0, #1[3]"},
		{"add", []*Action{{Verb: Add, Path: a, A: val("1")}}, "ADD #0 :0"},
		{"delete", []*Action{{Verb: Delete, Path: a, A: val("1")}}, "DELETE #0 :0"},
		{
			"sections in their order",
			[]*Action{
				{Verb: Delete, Path: Name("d"), A: val("1")},
				{Verb: Add, Path: Name("c"), A: val("1")},
				{Verb: Remove, Path: Name("b")},
				SetValue(a, s("1")),
				{Verb: Add, Path: Name("e"), A: val("1")},
				SetValue(Name("f"), s("1")),
			},
			"SET #0 = :0, #1 = :1 REMOVE #2 ADD #3 :2, #4 :3 DELETE #5 :4",
		},
	}
	for _, tt := range tests {
		var b Builder
		if got := b.Update(tt.actions).In(b.Written()); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestShared writes several expressions of one request: they share names, and
// the numbers go on.
func TestShared(t *testing.T) {
	t.Parallel()
	var b Builder
	if b.Names() != nil || b.Values() != nil {
		t.Errorf("a request without placeholders has %v and %v", b.Names(), b.Values())
	}
	texts := []Text{
		b.Update([]*Action{SetValue(Name("a"), s("1")), SetValue(Name("b"), s("2"))}),
		b.Cond(cond(Eq, at("b"), val("3"))),
		b.Projection([]Path{Name("a"), Name("c"), {{Name: "b"}, {Name: "a"}}}),
		b.Cond(Cond{}), b.Update(nil), b.Projection(nil),
		b.All([]Cond{Test(Exists, Name("a")), All(Compare(Eq, Name("b"), s("4")), Test(Exists, Name("c")))}),
	}
	var got []string
	for _, text := range texts {
		got = append(got, text.In(b.Written()))
	}
	if diff := cmp.Diff([]string{"SET #0 = :0, #1 = :1", "#1 = :2", "#0, #2, #1.#0", "", "", "", "attribute_exists(#0) AND #1 = :3 AND attribute_exists(#2)"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"#0": "a", "#1": "b", "#2": "c"}, b.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	want := map[string]types.AttributeValue{":0": s("1"), ":1": s("2"), ":2": s("3"), ":3": s("4")}
	if diff := cmp.Diff(want, b.Values(), cmp.AllowUnexported(types.AttributeValueMemberS{})); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// TestConstant gives every request its own copy of a value that many share.
func TestConstant(t *testing.T) {
	t.Parallel()
	n := &types.AttributeValueMemberN{Value: "1"}
	for _, av := range []types.AttributeValue{s("x"), n} {
		var b Builder
		if got := b.Cond(All(Compare(Lt, Name("a"), av), Constant(Lt, Name("a"), av))).In(b.Written()); got != "#0 < :0 AND #0 < :1" {
			t.Errorf("the condition is %s", got)
		}
		mine, copied := b.Values()[":0"], b.Values()[":1"]
		if mine != av || copied == av || !cmp.Equal(copied, av, cmp.AllowUnexported(types.AttributeValueMemberS{}, types.AttributeValueMemberN{})) {
			t.Errorf("the values are %p and %p of %p", mine, copied, av)
		}
	}
}

// TestStrings compares with strings, more than there is room for, among other
// values: each is in its place, and the request's own.
func TestStrings(t *testing.T) {
	t.Parallel()
	for n := range 20 {
		var conds []Cond
		want := map[string]types.AttributeValue{}
		for i := range n {
			text := strconv.Itoa(i)
			switch i % 3 {
			case 0:
				conds = append(conds, CompareText(Eq, Name("a"), text))
			case 1:
				conds = append(conds, Compare(Eq, Name("a"), s(text)))
			default:
				conds = append(conds, Constant(BeginsWith, Name("a"), s(text)))
			}
			want[":"+text] = s(text)
		}
		for range 2 {
			var b Builder
			b.All(conds)
			values := b.Values()
			if diff := cmp.Diff(want, values, cmpopts.EquateEmpty(), cmp.AllowUnexported(types.AttributeValueMemberS{})); diff != "" {
				t.Errorf("%d values (-want +got):\n%s", n, diff)
			}
			for i := range n {
				if i%3 != 1 {
					values[":"+strconv.Itoa(i)].(*types.AttributeValueMemberS).Value = "changed"
				}
			}
		}
	}
	var b Builder
	if got := b.All([]Cond{CompareText(BeginsWith, Name("a"), ""), CompareText(Lt, Name("b"), "x")}).In(b.Written()); got != "begins_with(#0, :0) AND #1 < :1" {
		t.Errorf("the condition is %s", got)
	}
}

// TestManyPlaceholders goes past those that are kept ready.
func TestManyPlaceholders(t *testing.T) {
	t.Parallel()
	var b Builder
	var args []Operand
	for range 101 {
		args = append(args, val("x"))
	}
	got := b.Cond(cond(In, at("a"), args...)).In(b.Written())
	if want := ", :99, :100)"; got[len(got)-len(want):] != want || len(b.Values()) != 101 {
		t.Errorf("%s with %d values", got, len(b.Values()))
	}
}

// TestMuch fills all the room that a Builder has within, and goes on.
func TestMuch(t *testing.T) {
	t.Parallel()
	var b Builder
	var paths []Path
	var want []string
	names := map[string]string{}
	for i := range 100 {
		name := "name" + strconv.Itoa(i)
		paths = append(paths, Name(name))
		want = append(want, "#"+strconv.Itoa(i))
		names[want[i]] = name
	}
	first, again := b.Projection(paths), b.Projection(paths)
	last := b.All([]Cond{Test(Exists, Name("name99"))}, []Cond{Test(Exists, Name("name1"))})
	written := b.Written()
	if all := strings.Join(want, ", "); first.In(written) != all || again.In(written) != all {
		t.Errorf("the projections are %s and %s", first.In(written), again.In(written))
	}
	if got := last.In(written); got != "attribute_exists(#99) AND attribute_exists(#1)" {
		t.Errorf("the condition is %s", got)
	}
	if diff := cmp.Diff(names, b.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	b = Builder{}
	for i := range 30 {
		b.Update([]*Action{SetValue(Name("a"), s(strconv.Itoa(i)))})
	}
	for i := range 30 {
		if got := b.Values()[":"+strconv.Itoa(i)].(*types.AttributeValueMemberS).Value; got != strconv.Itoa(i) {
			t.Errorf("value %d is %s", i, got)
		}
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	a, ab, b := Name("a"), Path{{Name: "a"}, {Name: "b"}}, Name("b")
	a0, a1 := Path{{Name: "a"}, {List: true}}, Path{{Name: "a"}, {List: true, Index: 1}}
	type relation struct{ Overlaps, Contains, Equal bool }
	tests := []struct {
		p, q Path
		want relation
	}{
		{a, a, relation{true, true, true}},
		{a, ab, relation{true, true, false}},
		{ab, a, relation{true, false, false}},
		{a, b, relation{}},
		{ab, b, relation{}},
		{a0, a1, relation{}},
		{a0, ab, relation{}},
		{a, a1, relation{true, true, false}},
	}
	for _, tt := range tests {
		if got := (relation{tt.p.Overlaps(tt.q), tt.p.Contains(tt.q), tt.p.Equal(tt.q)}); got != tt.want {
			t.Errorf("%v and %v: %+v, want %+v", tt.p, tt.q, got, tt.want)
		}
	}
	if got := (Path{{Name: "a"}, {Name: "b"}, {List: true, Index: 2}, {Name: "c"}}).String(); got != "a.b[2].c" {
		t.Errorf("a path is written %s", got)
	}
}
