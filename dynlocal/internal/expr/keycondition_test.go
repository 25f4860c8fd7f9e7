package expr

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

func keyCondition(t *testing.T, src string) *KeyCondition {
	t.Helper()
	names, values := placeholders(src)
	env, err := NewEnv(names, values)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ParseKeyCondition(src, env)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return k
}

func TestKeyTerms(t *testing.T) {
	t.Parallel()
	he, one, five := sampleValues[":s"], sampleValues[":o"], sampleValues[":n"]
	tests := map[string][]KeyTerm{
		"a = :s":                           {{Name: "a", Op: EQ, Value: he}},
		"#s = :s AND n < :n":               {{Name: "s", Op: EQ, Value: he}, {Name: "n", Op: LT, Value: five}},
		"n <= :n":                          {{Name: "n", Op: LE, Value: five}},
		"n > :n":                           {{Name: "n", Op: GT, Value: five}},
		"n >= :n":                          {{Name: "n", Op: GE, Value: five}},
		":n = n":                           {{Name: "n", Op: EQ, Value: five}},
		":n < n":                           {{Name: "n", Op: GT, Value: five}},
		":n <= n":                          {{Name: "n", Op: GE, Value: five}},
		":n > n":                           {{Name: "n", Op: LT, Value: five}},
		":n >= n":                          {{Name: "n", Op: LE, Value: five}},
		"n between :o and :n and b = :s":   {{Name: "n", Op: Between, Value: one, High: five}, {Name: "b", Op: EQ, Value: he}},
		"begins_with(b, :s)":               {{Name: "b", Op: BeginsWith, Value: he}},
		"((a = :s) and (b = :s)) AND c>:n": {{Name: "a", Op: EQ, Value: he}, {Name: "b", Op: EQ, Value: he}, {Name: "c", Op: GT, Value: five}},
	}
	for src, want := range tests {
		if diff := cmp.Diff(want, keyCondition(t, src).Terms, cmpValues); diff != "" {
			t.Errorf("%s: %s", src, diff)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	he, five := sampleValues[":s"], sampleValues[":n"]
	hash := []KeyAttr{{"h", value.S}}
	both := []KeyAttr{{"h1", value.S}, {"h2", value.S}}
	ranges := []KeyAttr{{"r1", value.S}, {"r2", value.N}, {"r3", value.S}}
	const mismatch = "One or more parameter values were invalid: Condition parameter type does not match schema type"
	tests := []struct {
		src       string
		hash, rng []KeyAttr
		values    []value.Value
		terms     []KeyTerm
		err       string
	}{
		{src: "h = :s", hash: hash, values: []value.Value{he}},
		{src: "h = :s", hash: hash, rng: ranges[:1], values: []value.Value{he}},
		{src: "r2 > :n and h = :s", hash: hash, rng: ranges[1:2], values: []value.Value{he}, terms: []KeyTerm{{Name: "r2", Op: GT, Value: five}}},
		{src: "h = :s and r1 = :s", hash: hash, err: "Query key condition not supported"},
		{src: "h = :n and r1 = :s", hash: hash, err: "Query key condition not supported"},
		{src: "h = :s and r1 = :s and r2 = :n", hash: hash, rng: ranges[:1], err: "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"},
		{src: "h > :s", hash: hash, err: "Query key condition not supported"},
		{src: "h > :n", hash: hash, err: mismatch},
		{src: "r1 = :s", hash: hash, rng: ranges[:1], err: "Query condition missed key schema element: h"},
		{src: "h = :s and x = :s", hash: hash, rng: ranges[:1], err: "Query condition missed key schema element: r1"},
		{src: "h > :s and x = :s", hash: hash, rng: ranges[:1], err: "Query key condition not supported"},
		{src: "h = :s and r2 = :s", hash: hash, rng: ranges[1:2], err: mismatch},
		{src: "h = :s and begins_with(r2, :s)", hash: hash, rng: ranges[1:2], err: mismatch},

		{src: "h2 = :s and h1 = :s", hash: both, values: []value.Value{he, he}},
		{src: "r1 = :s and h2 = :s and h1 = :s", hash: both, rng: ranges, values: []value.Value{he, he}, terms: []KeyTerm{{Name: "r1", Op: EQ, Value: he}}},
		{
			src: "h1 = :s and h2 = :s and begins_with(r3, :s) and r1 = :s and r2 = :n", hash: both, rng: ranges, values: []value.Value{he, he},
			terms: []KeyTerm{{Name: "r1", Op: EQ, Value: he}, {Name: "r2", Op: EQ, Value: five}, {Name: "r3", Op: BeginsWith, Value: he}},
		},
		{src: "h = :s and r1 = :s and r2 < :n", hash: hash, rng: ranges, values: []value.Value{he}, terms: []KeyTerm{{Name: "r1", Op: EQ, Value: he}, {Name: "r2", Op: LT, Value: five}}},
		{src: "h1 = :s", hash: both, rng: ranges, err: "HASH key attributes h2 must have equality conditions specified in the query"},
		{src: "x = :s", hash: both, rng: ranges, err: "HASH key attributes h1, h2 must have equality conditions specified in the query"},
		{src: "h1 > :s and h2 = :s", hash: both, err: "HASH key attributes h1 must have equality conditions specified in the query"},
		{src: "h1 > :n and h2 = :s", hash: both, err: "HASH key attributes h1 must have equality conditions specified in the query"},
		{src: "h1 = :n and h2 = :s", hash: both, err: mismatch},
		{src: "h1 = :s and h2 = :s and r2 = :n", hash: both, rng: ranges, err: "RANGE key attributes r1 must have equality conditions specified in the query because a condition is present on key attribute r2"},
		{src: "h1 = :s and h2 = :s and r1 > :s and r2 = :n", hash: both, rng: ranges, err: "RANGE key attributes r1 must have equality conditions specified in the query because a condition is present on key attribute r2"},
		{src: "h1 = :s and h2 = :s and r3 = :s", hash: both, rng: ranges, err: "RANGE key attributes r1, r2 must have equality conditions specified in the query because a condition is present on key attribute r3"},
		{src: "h1 = :s and h2 = :s and r1 = :n", hash: both, rng: ranges, err: mismatch},
		{src: "h1 = :s and h2 = :s and x = :s", hash: both, rng: ranges, err: "Query condition missed key schema element: r1"},
		{src: "h1 = :s and h2 = :s and r1 = :s and x = :s", hash: both, rng: ranges, err: "Query condition missed key schema element: r2"},
		{src: "h1 = :s and h2 = :s and x = :s", hash: both, err: "Query key condition not supported"},
	}
	for _, tt := range tests {
		values, terms, err := keyCondition(t, tt.src).Match(tt.hash, tt.rng)
		if errText(err) != tt.err {
			t.Errorf("%s: %v, want %q", tt.src, err, tt.err)
		}
		if diff := cmp.Diff(tt.values, values, cmpValues); diff != "" {
			t.Errorf("%s: %s", tt.src, diff)
		}
		if diff := cmp.Diff(tt.terms, terms, cmpValues); diff != "" {
			t.Errorf("%s: %s", tt.src, diff)
		}
	}
}
