package dyn

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/expr"
	"github.com/dyntable/dyn/internal/key"
)

// term is a condition on one attribute that a key may decide.
type term struct {
	cond Cond
	ref  *ref
	used bool

	lossy bool // the key that uses it finds more than the value

	optional bool // it comes from a scope: where no key takes it, the filter does
}

// terms splits conditions joined by And, and those that no key decides. The terms
// are appended to ts.
func (m *model) terms(ts []term, conds []Cond) (_ []term, rest []Cond, err error) {
	for i := range conds {
		c := &conds[i]
		switch {
		case c.err() != nil:
			return nil, nil, c.err()
		case c.op == expr.And:
			sub, more, err := m.terms(nil, c.subs())
			if err != nil {
				return nil, nil, err
			}
			ts, rest = append(ts, sub...), append(rest, more...)
		case keyOps[c.op] == 0 || c.elem || c.other() != nil:
			rest = append(rest, *c)
		default:
			r, err := m.operand(c.ptr)
			if err != nil {
				return nil, nil, err
			}
			if r.size {
				rest = append(rest, *c)
				continue
			}
			ts = append(ts, term{cond: *c, ref: r})
		}
	}
	return ts, rest, nil
}

// keyOps maps conditions to those a key decides, plus one.
var keyOps = [32]key.Op{
	expr.Eq: key.Eq + 1, expr.Lt: key.Lt + 1, expr.Le: key.Le + 1, expr.Gt: key.Gt + 1, expr.Ge: key.Ge + 1,
	expr.Between: key.Between + 1, expr.BeginsWith: key.BeginsWith + 1,
}

// use notes that equality on part i of k is in the key condition.
func (t *term) use(k *keyAttr, i int) {
	t.used = true
	t.lossy = t.lossy || k.tmpl != nil && k.tmpl.Parts()[i].Lossy
}

func (t *term) op() key.Op { return keyOps[t.cond.op] - 1 }

// value returns value i of the term as the key part p renders it.
func (t *term) value(p *part, i int) (key.Value, error) {
	if t.cond.plain && t.cond.text != "" && p.codec.Verbatim() {
		return key.TextValue(t.cond.text), nil
	}
	v := t.ref.wrapped(t.cond.value(i))
	if p.codec.Absent(v) {
		return key.Value{}, fmt.Errorf("%s is empty; no key has that", p.goRef)
	}
	return p.value(v)
}

// encode returns value i of the term as it is stored.
func (t *term) encode(i int) (types.AttributeValue, error) {
	v := t.ref.wrapped(t.cond.value(i))
	if t.ref.codec.Absent(v) {
		return nil, fmt.Errorf("%s is empty; no key has that", t.ref.goRef)
	}
	av, err := t.ref.codec.Encode(v)
	if err == nil {
		err = checkText(t.ref.goRef, av)
	}
	return av, err
}

// find returns the term on part p that is an equality, or that is none.
func find(terms []term, p *part, eq bool) *term {
	if i := place(terms, p, eq); i >= 0 {
		return &terms[i]
	}
	return nil
}

// place returns the place of what find finds, -1 for nothing.
func place(terms []term, p *part, eq bool) int {
	for i := range terms {
		t := &terms[i]
		if (t.cond.op == expr.Eq) == eq && t.ref.path.Equal(p.path) {
			return i
		}
	}
	return -1
}
