package expr

import (
	"strings"
	"testing"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// fuzzEnv has all sample placeholders.
func fuzzEnv(t *testing.T) *Env {
	env, err := NewEnv(sampleNames, sampleValues)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func seedCases(f *testing.F, cases []errorCase) {
	for _, c := range cases {
		f.Add(c.src)
	}
}

// checkRefusal wants a refusal to name its parameter and to be about something.
func checkRefusal(t *testing.T, param, src string, err error) {
	if rest, ok := strings.CutPrefix(err.Error(), "Invalid "+param+": "); !ok || len(rest) < 10 {
		t.Errorf("%q: %v", src, err)
	}
}

func FuzzCondition(f *testing.F) {
	seedCases(f, conditionCases)
	item := sampleItem(f)
	f.Fuzz(func(t *testing.T, src string) {
		c, err := ParseCondition(FilterExpression, src, fuzzEnv(t))
		if err != nil {
			checkRefusal(t, FilterExpression, src, err)
			return
		}
		not, err := ParseCondition(FilterExpression, "NOT ("+src+")", fuzzEnv(t))
		if err != nil {
			return // one pair of parentheses, operator or byte too many
		}
		if c.Eval(item) == not.Eval(item) {
			t.Errorf("%q and its negation are both %t", src, c.Eval(item))
		}
		c.Eval(value.Item{})
	})
}

func FuzzKeyCondition(f *testing.F) {
	seedCases(f, keyConditionCases)
	f.Fuzz(func(t *testing.T, src string) {
		k, err := ParseKeyCondition(src, fuzzEnv(t))
		if err != nil {
			return
		}
		_, terms, err := k.Match([]KeyAttr{{"pk", value.S}}, []KeyAttr{{"sk", value.N}})
		if err == nil && len(k.Terms) != 1+len(terms) {
			t.Errorf("%q: %d terms on sk of %d", src, len(terms), len(k.Terms))
		}
		_, terms, err = k.Match([]KeyAttr{{"pk", value.S}, {"h", value.N}}, []KeyAttr{{"sk", value.N}, {"r", value.S}})
		if err == nil && len(k.Terms) != 2+len(terms) {
			t.Errorf("%q: %d terms on sk and r of %d", src, len(terms), len(k.Terms))
		}
	})
}

func FuzzUpdate(f *testing.F) {
	seedCases(f, updateCases)
	item := sampleItem(f)
	f.Fuzz(func(t *testing.T, src string) {
		u, err := ParseUpdate(src, fuzzEnv(t))
		if err != nil {
			checkRefusal(t, updateExpression, src, err)
			return
		}
		out, err := u.Apply(item)
		if err != nil {
			return
		}
		for _, it := range []value.Item{out, u.Touched(item), u.Touched(out)} {
			back, err := value.FromSDK(it.SDK())
			if err != nil || back != it {
				t.Errorf("%q made %s, which is read as %s, %v", src, it.AppendJSON(nil), back.AppendJSON(nil), err)
			}
		}
	})
}

func FuzzProjection(f *testing.F) {
	seedCases(f, projectionCases)
	item := sampleItem(f)
	f.Fuzz(func(t *testing.T, src string) {
		p, err := ParseProjection(src, fuzzEnv(t))
		if err != nil {
			checkRefusal(t, projectionExpression, src, err)
			return
		}
		out := p.Apply(item)
		if again := p.Apply(item); again != out {
			t.Errorf("%q gives %s, then %s", src, out.AppendJSON(nil), again.AppendJSON(nil))
		}
		if out.Size() > item.Size() {
			t.Errorf("%q gives %s", src, out.AppendJSON(nil))
		}
	})
}
