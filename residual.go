package dyn

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/key"
)

// localTest is a range that neither key order nor a filter decides: it is
// tested on the key, parsed back.
type localTest struct {
	key  *keyAttr
	part int
	op   key.Op
	args []key.Value
	text string
}

func (t *localTest) String() string { return t.text }

// localTests returns the tests of those conditions whose attributes the index
// does not hold.
func (q *query) localTests() ([]*localTest, error) {
	if len(q.plan.residual) == 0 {
		return nil, nil
	}
	terms, _, err := q.ix.e.m.terms(nil, q.plan.residual)
	if err != nil {
		return nil, err
	}
	var out []*localTest
	for i := range terms {
		t := &terms[i]
		if q.ix.projects(t.ref.path[0].Name) {
			continue // the filter tests it
		}
		x, err := q.ix.localTest(t)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func (ix *index) localTest(t *term) (*localTest, error) {
	for _, k := range ix.keys() {
		for i, p := range k.parts {
			if k.tmpl == nil || !p.path.Equal(t.ref.path) || k.tmpl.Parts()[i].Lossy {
				continue
			}
			x := &localTest{key: k, part: i, op: t.op(), text: "range on " + p.goRef}
			for n := range t.cond.count() {
				v, err := t.value(p, n)
				if err != nil {
					return nil, err
				}
				x.args = append(x.args, v)
			}
			return x, nil
		}
	}
	return nil, fmt.Errorf("the range on %s can't be decided: its key holds it coarsely, and %s does not hold the attribute", t.ref.goRef, ix.describe())
}

// passes reports whether the item meets the local tests.
func passes(tests []*localTest, item record) bool {
	for _, t := range tests {
		if !t.passes(item) {
			return false
		}
	}
	return true
}

func (t *localTest) passes(item record) bool {
	s, ok := item.get(t.key.name).(*types.AttributeValueMemberS)
	if !ok {
		return false
	}
	vals := make([]key.Value, len(t.key.parts))
	if err := t.key.parse(s.Value, vals); err != nil {
		return false
	}
	v := vals[t.part]
	c := compareValues(v, t.args[0])
	switch t.op {
	case key.Lt:
		return c < 0
	case key.Le:
		return c <= 0
	case key.Gt:
		return c > 0
	case key.Ge:
		return c >= 0
	case key.Between:
		return c >= 0 && compareValues(v, t.args[1]) <= 0
	case key.BeginsWith:
		return strings.HasPrefix(v.Text(), t.args[0].Text())
	}
	return c == 0
}

func compareValues(a, b key.Value) int {
	switch a.Kind() {
	case key.Int:
		return cmp.Compare(a.Int(), b.Int())
	case key.Uint:
		return cmp.Compare(a.Uint(), b.Uint())
	case key.Time:
		return a.Time().Compare(b.Time())
	}
	return bytes.Compare([]byte(a.Text()), []byte(b.Text()))
}
