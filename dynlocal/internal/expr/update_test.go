package expr

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

func parseUpdateFor(t testing.TB, src string, values map[string]value.Value) *Update {
	t.Helper()
	names, _ := placeholders(src)
	env, err := NewEnv(names, values)
	if err != nil {
		t.Fatal(err)
	}
	u, err := ParseUpdate(src, env)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return u
}

func fromJSON(t testing.TB, text string) value.Item {
	t.Helper()
	it, err := value.ItemFromJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return it
}

// nested returns a text inside n lists.
func nested(n int) value.Value {
	v := text("x")
	for range n {
		v = value.List(v)
	}
	return v
}

func TestApply(t *testing.T) {
	t.Parallel()
	const item = `{"pk":{"S":"k"},"n":{"N":"5"},"s":{"S":"x"},"ss":{"SS":["a","b"]},"l":{"L":[{"S":"0"},{"S":"1"},{"S":"2"}]},"m":{"M":{"x":{"N":"1"},"l":{"L":[]}}}}`
	const (
		missing = "The provided expression refers to an attribute that does not exist in the item"
		operand = "An operand in the update expression has an incorrect data type"
		path    = "The document path provided in the update expression is invalid for update"
	)
	tests := []struct{ src, item, want, err string }{
		{src: "SET a = :n", item: `{}`, want: `{"a":{"N":"5"}}`},
		{src: "SET a = :n + :o, b = :n - :o", item: `{}`, want: `{"a":{"N":"6"},"b":{"N":"4"}}`},
		{src: "SET n = s, s = n", item: `{"n":{"N":"5"},"s":{"S":"x"}}`, want: `{"n":{"S":"x"},"s":{"N":"5"}}`},
		{src: "SET n = n + :o REMOVE s ADD c :o DELETE ss :sa", item: `{"n":{"N":"5"},"s":{"S":"x"},"ss":{"SS":["a","b"]}}`, want: `{"c":{"N":"1"},"n":{"N":"6"},"ss":{"SS":["b"]}}`},
		{src: "SET a = n REMOVE n", item: `{"n":{"N":"5"}}`, want: `{"a":{"N":"5"}}`},
		{src: "SET l[0] = l[1], l[1] = l[0]", item: `{"l":{"L":[{"S":"0"},{"S":"1"}]}}`, want: `{"l":{"L":[{"S":"1"},{"S":"0"}]}}`},
		{src: "SET l[9] = :n, l[7] = :o", item: `{"l":{"L":[{"S":"0"}]}}`, want: `{"l":{"L":[{"S":"0"},{"N":"1"},{"N":"5"}]}}`},
		{src: "SET l[1] = :n REMOVE l[0], l[2]", item: `{"l":{"L":[{"S":"0"},{"S":"1"},{"S":"2"},{"S":"3"}]}}`, want: `{"l":{"L":[{"N":"5"},{"S":"3"}]}}`},
		{src: "REMOVE l[1], l[0]", item: `{"l":{"L":[{"S":"0"},{"S":"1"}]}}`, want: `{"l":{"L":[]}}`},
		{src: "REMOVE l[5], m.y, q", item: `{"l":{"L":[]},"m":{"M":{}}}`, want: `{"l":{"L":[]},"m":{"M":{}}}`},
		{src: "SET m.l[0] = :n, m.y = :o REMOVE m.x", item: `{"m":{"M":{"x":{"N":"1"},"l":{"L":[]}}}}`, want: `{"m":{"M":{"l":{"L":[{"N":"5"}]},"y":{"N":"1"}}}}`},
		{src: "ADD l[3] :n", item: `{"l":{"L":[]}}`, want: `{"l":{"L":[{"N":"5"}]}}`},
		{src: "ADD ss :ss", item: `{"ss":{"SS":["a","he"]}}`, want: `{"ss":{"SS":["a","he","zz"]}}`},
		{src: "ADD ss :ss", item: `{}`, want: `{"ss":{"SS":["he","zz"]}}`},
		{src: "DELETE ss :sa", item: `{"ss":{"SS":["a"]}}`, want: `{}`},
		{src: "DELETE ss :sa", item: `{}`, want: `{}`},
		{src: "DELETE m.ss :sa", item: `{"m":{"M":{"ss":{"SS":["a"]}}}}`, want: `{"m":{"M":{}}}`},
		{src: "DELETE l[0] :sa", item: `{"l":{"L":[{"SS":["a"]},{"N":"1"}]}}`, want: `{"l":{"L":[{"N":"1"}]}}`},
		{src: "SET a = if_not_exists(n, :o)", item: `{"n":{"N":"5"}}`, want: `{"a":{"N":"5"},"n":{"N":"5"}}`},
		{src: "SET n = if_not_exists(n, :o) + :o", item: `{}`, want: `{"n":{"N":"2"}}`},
		{src: "SET a = if_not_exists(b, if_not_exists(c, :o))", item: `{"c":{"S":"c"}}`, want: `{"a":{"S":"c"},"c":{"S":"c"}}`},
		{src: "SET l = list_append(l, :l)", item: `{"l":{"L":[{"S":"0"}]}}`, want: `{"l":{"L":[{"S":"0"},{"N":"1"},{"N":"2"}]}}`},
		{src: "SET l = list_append(:l, if_not_exists(l, :l))", item: `{}`, want: `{"l":{"L":[{"N":"1"},{"N":"2"},{"N":"1"},{"N":"2"}]}}`},
		{src: "SET a = m.x, b = l[0]", item: `{"m":{"M":{"x":{"NULL":true}}},"l":{"L":[{"BOOL":false}]}}`, want: `{"a":{"NULL":true},"b":{"BOOL":false},"l":{"L":[{"BOOL":false}]},"m":{"M":{"x":{"NULL":true}}}}`},

		{src: "SET a = b", item: item, err: missing},
		{src: "SET a = m.q", item: item, err: missing},
		{src: "SET a = l[3]", item: item, err: missing},
		{src: "SET a = n.x", item: item, err: missing},
		{src: "SET a = if_not_exists(n, b)", item: item, err: missing},
		{src: "SET a = list_append(l, b)", item: item, err: missing},
		{src: "SET a = b + s", item: item, err: missing},
		{src: "SET a = s + b", item: item, err: operand},
		{src: "SET a = s + n", item: item, err: operand},
		{src: "SET a = n - ss", item: item, err: operand},
		{src: "SET a = list_append(l, s)", item: item, err: operand},
		{src: "SET a = list_append(if_not_exists(b, :n), l)", item: item, err: operand},
		{src: "ADD s :n", item: item, err: operand},
		{src: "ADD ss :n", item: item, err: operand},
		{src: "ADD ss :ns", item: item, err: operand},
		{src: "ADD l :ss", item: item, err: operand},
		{src: "DELETE ss :ns", item: item, err: operand},
		{src: "DELETE n :ns", item: item, err: operand},
		{src: "SET a.b = :n", item: item, err: path},
		{src: "SET a[0] = :n", item: item, err: path},
		{src: "SET m.q.r = :n", item: item, err: path},
		{src: "SET m[0] = :n", item: item, err: path},
		{src: "SET l.a = :n", item: item, err: path},
		{src: "SET l[3].a = :n", item: item, err: path},
		{src: "SET s.a = :n", item: item, err: path},
		{src: "SET ss[0] = :n", item: item, err: path},
		{src: "REMOVE a.b", item: item, err: path},
		{src: "REMOVE l[3].a", item: item, err: path},
		{src: "ADD a.b :n", item: item, err: path},
		{src: "DELETE a.b :ss", item: item, err: path},
		{src: "SET a.b = b", item: item, err: path},
		{src: "SET a = :n", item: `{"a":{"N":"1"}}`, want: `{"a":{"N":"5"}}`},
		{src: "ADD n :o", item: `{"n":{"N":"` + strings.Repeat("9", 38) + `"}}`, want: `{"n":{"N":"1` + strings.Repeat("0", 38) + `"}}`},
		{src: "ADD n :o", item: `{"n":{"N":"1` + strings.Repeat("0", 38) + `"}}`, err: "Attempting to store more than 38 significant digits in a Number"},
		{src: "SET n = n + n", item: `{"n":{"N":"9e125"}}`, err: "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{src: "SET a = :n31", item: item, want: strings.Replace(item, `{"pk"`, `{"a":`+string(nested(31).AppendJSON(nil))+`,"pk"`, 1)},
		{src: "SET a = :n32", item: item, err: "Nesting Levels have exceeded supported limits"},
		{src: "SET m.y = :n31", item: item, err: "Nesting Levels have exceeded supported limits"},
		{src: "SET m.l[0] = :n30", item: item, err: "Nesting Levels have exceeded supported limits"},
	}
	values := map[string]value.Value{":n30": nested(30), ":n31": nested(31), ":n32": nested(32)}
	for key, v := range sampleValues {
		values[key] = v
	}
	for _, tt := range tests {
		before := fromJSON(t, tt.item)
		got, err := parseUpdateFor(t, tt.src, values).Apply(before)
		if errText(err) != tt.err {
			t.Errorf("%s: %v, want %q", tt.src, err, tt.err)
		}
		if err != nil || tt.err != "" {
			continue
		}
		if want := fromJSON(t, tt.want); got != want {
			t.Errorf("%s of %s\n got %s\nwant %s", tt.src, tt.item, got.AppendJSON(nil), want.AppendJSON(nil))
		}
		if before != fromJSON(t, tt.item) {
			t.Errorf("%s changed the item that it was applied to", tt.src)
		}
	}
}

func TestTouched(t *testing.T) {
	t.Parallel()
	tests := []struct{ src, item, before, after string }{
		{"SET a = :n", `{"a":{"S":"x"},"b":{"S":"y"}}`, `{"a":{"S":"x"}}`, `{"a":{"N":"5"}}`},
		{"SET a = :n, c = :o REMOVE b", `{"b":{"S":"y"}}`, `{"b":{"S":"y"}}`, `{"a":{"N":"5"},"c":{"N":"1"}}`},
		{
			"SET m.x = :n, m.l[1] = :o", `{"m":{"M":{"x":{"S":"x"},"y":{"S":"y"},"l":{"L":[{"S":"0"},{"S":"1"},{"S":"2"}]}}}}`,
			`{"m":{"M":{"x":{"S":"x"},"l":{"L":[{"S":"1"}]}}}}`, `{"m":{"M":{"x":{"N":"5"},"l":{"L":[{"N":"1"}]}}}}`,
		},
		{"SET m.z9 = :n", `{"m":{"M":{"x":{"S":"x"}}}}`, `{}`, `{"m":{"M":{"z9":{"N":"5"}}}}`},
		{"SET l[100] = :n", `{"l":{"L":[{"S":"0"}]}}`, `{}`, `{}`},
		{"REMOVE l[1], l[3]", `{"l":{"L":[{"S":"0"},{"S":"1"},{"S":"2"}]}}`, `{"l":{"L":[{"S":"1"}]}}`, `{"l":{"L":[{"S":"2"}]}}`},
		{"DELETE a :sa", `{"a":{"SS":["a"]}}`, `{"a":{"SS":["a"]}}`, `{}`},
	}
	for _, tt := range tests {
		u := parseUpdateFor(t, tt.src, sampleValues)
		before := fromJSON(t, tt.item)
		after, err := u.Apply(before)
		if err != nil {
			t.Errorf("%s: %v", tt.src, err)
			continue
		}
		if got, want := u.Touched(before), fromJSON(t, tt.before); got != want {
			t.Errorf("%s touched %s before, want %s", tt.src, got.AppendJSON(nil), tt.before)
		}
		if got, want := u.Touched(after), fromJSON(t, tt.after); got != want {
			t.Errorf("%s touched %s after, want %s", tt.src, got.AppendJSON(nil), tt.after)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	u := parseUpdateFor(t, "SET b = list_append(c[0], e), a.x = :n REMOVE #s, a.y ADD d[1] :n", sampleValues)
	if diff := cmp.Diff([]string{"b", "a", "s", "d"}, u.TopNames()); diff != "" {
		t.Error(diff)
	}
	got := slices.Sorted(slices.Values(u.NestedNames()))
	if diff := cmp.Diff([]string{"a", "c", "d"}, got); diff != "" {
		t.Error(diff)
	}
	src := "a.x = b AND (contains(#s, a) OR NOT size(c[0]) > :n)"
	names, values := placeholders(src)
	env, err := NewEnv(names, values)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseCondition(FilterExpression, src, env)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "s", "c"}, c.TopNames()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a", "c"}, c.NestedNames()); diff != "" {
		t.Error(diff)
	}
	p, err := ParseProjection("b, a.x, a.y, c[0]", env)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"b", "a", "c"}, p.TopNames()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a", "c"}, p.NestedNames()); diff != "" {
		t.Error(diff)
	}
}

// TestApplyLikeTwin compares updates and projections with a twin that works on trees of maps and slices.
func TestApplyLikeTwin(t *testing.T) {
	t.Parallel()
	g := &generator{rand.New(rand.NewPCG(21, 22))}
	item := sampleItem(t)
	succeeded := 0
	for range 10_000 {
		src := g.update()
		names, values := placeholders(src)
		env, err := NewEnv(names, values)
		if err != nil {
			t.Fatal(err)
		}
		u, err := ParseUpdate(src, env)
		if err != nil {
			continue
		}
		got, err := u.Apply(item)
		if err != nil {
			continue
		}
		succeeded++
		twin := newTwin(item)
		for i, a := range u.actions {
			v, err := a.result(item)
			if err != nil {
				t.Fatal(err)
			}
			twin.set(u.targets[i], v)
		}
		if want := twin.item(); got != want {
			t.Fatalf("%s\n got %s\nwant %s", src, got.AppendJSON(nil), want.AppendJSON(nil))
		}
		if got, want := u.Touched(item), newTwin(item).pick(u.targets); got != want {
			t.Fatalf("%s touches\n got %s\nwant %s", src, got.AppendJSON(nil), want.AppendJSON(nil))
		}
		item = got
		if g.IntN(20) == 0 {
			item = sampleItem(t)
		}
	}
	if succeeded < 1000 {
		t.Errorf("only %d updates succeeded", succeeded)
	}
}
