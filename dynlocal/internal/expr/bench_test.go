package expr

import "testing"

const benchCondition = "begins_with(s, :s) AND n BETWEEN :o AND :n AND (contains(ss, :s) OR attribute_not_exists(m.d)) AND m.y[1] <> :e"

func newCondition(t testing.TB, src string) *Condition {
	names, values := placeholders(src)
	env, err := NewEnv(names, values)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseCondition(FilterExpression, src, env)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEvalDoesNotAllocate holds what filters over large tables depend on.
func TestEvalDoesNotAllocate(t *testing.T) {
	item := sampleItem(t)
	for _, src := range []string{benchCondition, "size(l) > :o AND n IN (:s, :o, :n) AND attribute_type(ss, :k) AND NOT n <> :n"} {
		c := newCondition(t, src)
		if !c.Eval(item) {
			t.Errorf("%s is false", src)
		}
		if n := testing.AllocsPerRun(100, func() { c.Eval(item) }); n != 0 {
			t.Errorf("%s: %v allocations", src, n)
		}
	}
}

func BenchmarkParseCondition(b *testing.B) {
	names, values := placeholders(benchCondition)
	b.ReportAllocs()
	for b.Loop() {
		env, err := NewEnv(names, values)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := ParseCondition(FilterExpression, benchCondition, env); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	item := sampleItem(b)
	c := newCondition(b, benchCondition)
	b.ReportAllocs()
	for b.Loop() {
		if !c.Eval(item) {
			b.Fatal("false")
		}
	}
}

func BenchmarkApply(b *testing.B) {
	item := sampleItem(b)
	u := parseUpdateFor(b, "SET n = n + :o, m.x = :n, s = if_not_exists(s, :s) REMOVE l[0] ADD ns :ns", sampleValues)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := u.Apply(item); err != nil {
			b.Fatal(err)
		}
	}
}
