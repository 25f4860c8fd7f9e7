package dyn

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/expr"
	"github.com/dyntable/dyn/internal/key"
)

// knowledge is what an update knows of a key part after it has been applied.
type knowledge uint8

const (
	unknown knowledge = iota
	known             // the value is certain
	gone              // the part is absent
	once              // the value, unless the item has another already
)

// state is what an update does to a key part.
type state struct {
	know    knowledge
	touched bool          // a clause changes it
	fixed   bool          // it is in the primary key
	field   reflect.Value // the part's field, when known or once
}

// indexKeys returns the actions that keep every index key attribute equal to
// what its template gives for the updated item.
func (v *revision) indexKeys() ([]expr.Action, error) {
	done := map[string]int{}
	var out []expr.Action
	for _, ix := range v.e.indexes[1:] {
		for _, k := range ix.keys() {
			if k.tmpl == nil || k.shared {
				continue
			}
			a, ok, err := v.indexKey(ix, k)
			if err != nil {
				return nil, err
			}
			i, twin := done[k.name]
			switch {
			case !ok:
			case !twin:
				done[k.name] = len(out)
				out = append(out, a)
			case a.Verb == expr.Set: // the pair whose `when` holds wins
				out[i] = a
			}
		}
	}
	return out, nil
}

// indexKey returns what happens to one key attribute; ok is false when nothing
// the update changes concerns it.
func (v *revision) indexKey(ix *index, k *keyAttr) (expr.Action, bool, error) {
	remove := expr.Action{Verb: expr.Remove, Path: k.path}
	states, when, touched, err := v.states(ix, k)
	if err != nil || !touched {
		return remove, false, err
	}
	if settled(states, when, ix) {
		return remove, true, nil
	}
	form := expr.Plain
	for i, s := range states {
		switch {
		case s.know == known:
		case s.know == once && othersFixed(states, i):
			form = expr.Once
		default:
			return remove, false, v.needs(ix, k, states, when)
		}
	}
	if when.know != known {
		return remove, false, v.needs(ix, k, states, when)
	}
	av, err := v.render(ix, k, states)
	a := expr.SetValue(k.path, av)
	a.Form = form
	return a, true, err
}

// othersFixed reports whether all parts but i are in the primary key.
func othersFixed(states []state, i int) bool {
	for j, s := range states {
		if j != i && !s.fixed {
			return false
		}
	}
	return true
}

func (v *revision) render(ix *index, k *keyAttr, states []state) (types.AttributeValue, error) {
	vals := make([]key.Value, len(states))
	for i, s := range states {
		val, err := k.parts[i].value(s.field)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", ix.describe(), err)
		}
		vals[i] = val
	}
	av, _, err := k.text(vals)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ix.describe(), err)
	}
	return av, nil
}

// needs is the error of an update that knows too little.
func (v *revision) needs(ix *index, k *keyAttr, states []state, when state) error {
	var names []string
	for i, s := range states {
		if s.know == unknown || s.know == once {
			names = append(names, k.parts[i].goRef)
		}
	}
	if ix.when != nil && (when.know == unknown || when.know == once) {
		names = append(names, ix.when.goRef)
	}
	return fmt.Errorf("%s also needs %s; set it, or give its value with dyn.Expect or dyn.From", ix.describe(), strings.Join(names, " and "))
}

// states returns what is known of the parts of k and of the field that `when`
// names, and whether the update changes any of them.
func (v *revision) states(ix *index, k *keyAttr) (parts []state, when state, touched bool, err error) {
	parts = make([]state, len(k.parts))
	for i, p := range k.parts {
		if parts[i], err = v.changed(ix, p); err != nil {
			return nil, when, false, err
		}
		touched = touched || parts[i].touched
	}
	when = state{know: known}
	if ix.when != nil {
		if when, err = v.changed(ix, ix.when); err != nil {
			return nil, when, false, err
		}
		touched = touched || when.touched
	}
	if !touched {
		return parts, when, false, nil
	}
	if settled(parts, when, ix) {
		return parts, when, true, nil
	}
	for i, p := range k.parts {
		if err := v.recall(p, &parts[i]); err != nil {
			return nil, when, false, err
		}
	}
	if ix.when != nil {
		err = v.recall(ix.when, &when)
	}
	return parts, when, true, err
}

// settled reports whether the key is removed whatever the other parts are.
func settled(parts []state, when state, ix *index) bool {
	if when.know == gone || ix.when != nil && when.know == known && !ix.when.holds(when.field) {
		return true
	}
	for _, s := range parts {
		if s.know == gone {
			return true
		}
	}
	return false
}

// changed returns what the clauses and the primary key say of part p.
func (v *revision) changed(ix *index, p *part) (state, error) {
	for _, k := range v.e.primary().keys() {
		for _, own := range k.parts {
			if own.path.Equal(p.path) {
				fv, _ := p.field(v.w.item)
				return state{know: known, fixed: true, field: fv}, nil
			}
		}
	}
	for _, c := range v.changes {
		if !c.ref.path.Overlaps(p.path) || c.noop {
			continue
		}
		s := state{touched: true, know: gone}
		switch {
		case c.removes():
			return s, nil
		case c.kind != actSet && c.kind != actSetOnce || !c.ref.path.Contains(p.path):
			return s, fmt.Errorf("%s(%s): %s depends on %s; only Set and Unset keep its key true", actionNames[c.kind], c.ref.goRef, ix.describe(), p.goRef)
		}
		fv, ok := p.below(c.ref.wrapped(c.val), len(c.ref.path))
		if !ok {
			return s, nil
		}
		s.field, s.know = fv, known
		if c.kind == actSetOnce {
			s.know = once
		}
		return s, nil
	}
	return state{}, nil
}

// recall completes the state of a part that the update does not change from
// what Expect and From say of the item, and adds From's condition.
func (v *revision) recall(p *part, s *state) error {
	if s.know != unknown {
		return nil
	}
	for _, x := range v.expects {
		if x.ref.path.Contains(p.path) {
			v.remember(s, p, x.ref.wrapped(x.val), len(x.ref.path))
			return nil
		}
	}
	if len(v.w.call.from) == 0 {
		return nil
	}
	old := v.w.call.from[len(v.w.call.from)-1]
	v.remember(s, p, old, 0)
	r := &ref{path: p.path, codec: p.codec}
	cond := absentCond(p.path, p.codec.Attr())
	if s.know == known {
		var err error
		if cond, err = v.holds(r, s.field); err != nil {
			return err
		}
	}
	for _, have := range v.recalled {
		if have.Equal(p.path) {
			return nil
		}
	}
	v.recalled = append(v.recalled, p.path)
	v.conds = append(v.conds, cond)
	return nil
}

func (v *revision) remember(s *state, p *part, from reflect.Value, depth int) {
	s.know = gone
	if fv, ok := p.below(from, depth); ok {
		s.know, s.field = known, fv
	}
}
