package expr

import (
	"strings"
	"testing"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// errorCase is an expression about sampleItem, with the sample placeholders, and what the service says to it: nothing
// if it succeeds.
type errorCase struct{ src, want string }

var errCondition = refuse("The conditional request failed")

// recorded maps the recorded texts that are known to differ from the service's own to those.
var recorded = strings.NewReplacer(
	// DynamoDB Local prints a hash table of kinds.
	"{B,BOOL,DICT,INTSET,DOUBLESET,INT,DOUBLE,SS,NS,FLOAT,HD,FS,N,DECIMALSET,S,L,M,NULL,DECIMAL,HDS,BS}", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
	"{N,BS,L,B,NULL,M,S,SS,NS,BOOL}", "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
)

func testCases(t *testing.T, param string, cases []errorCase, run func(src string, names map[string]string, values map[string]value.Value) error) {
	t.Helper()
	t.Parallel()
	for _, c := range cases {
		names, values := placeholders(c.src)
		got := ""
		if err := run(c.src, names, values); err != nil {
			got = err.Error()
		}
		want := recorded.Replace(c.want)
		if rest, ok := strings.CutPrefix(want, "~"); ok {
			want = "Invalid " + param + rest
		}
		if got != want {
			t.Errorf("%q\n got %s\nwant %s", c.src, got, want)
		}
	}
}

func TestConditionCases(t *testing.T) {
	item := sampleItem(t)
	testCases(t, ConditionExpression, conditionCases, func(src string, names map[string]string, values map[string]value.Value) error {
		return evalCondition(src, names, values, item)
	})
}

func evalCondition(src string, names map[string]string, values map[string]value.Value, item value.Item) error {
	env, err := NewEnv(names, values)
	if err != nil {
		return err
	}
	c, err := ParseCondition(ConditionExpression, src, env)
	if err != nil {
		return err
	}
	if err := env.Unused(); err != nil {
		return err
	}
	if !c.Eval(item) {
		return errCondition
	}
	return nil
}

func TestUpdateCases(t *testing.T) {
	item := sampleItem(t)
	testCases(t, updateExpression, updateCases, func(src string, names map[string]string, values map[string]value.Value) error {
		_, err := applyUpdate(src, names, values, item, "")
		return err
	})
}

func TestProjectionCases(t *testing.T) {
	testCases(t, projectionExpression, projectionCases, func(src string, names map[string]string, _ map[string]value.Value) error {
		env, err := NewEnv(names, nil)
		if err != nil {
			return err
		}
		if _, err := ParseProjection(src, env); err != nil {
			return err
		}
		return env.Unused()
	})
}

func TestKeyConditionCases(t *testing.T) {
	testCases(t, keyConditionExpression, keyConditionCases, func(src string, names map[string]string, values map[string]value.Value) error {
		return matchKeyCondition(src, names, values)
	})
}
