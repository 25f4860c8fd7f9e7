package dyn

import (
	"fmt"
	"reflect"
	"slices"
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
	zero    bool          // it becomes 0 or false where there is none, which changes nothing
	field   reflect.Value // the part's field, when known or once
}

// indexKeys returns the actions that keep every index key attribute equal to
// what its template gives for the updated item.
func (v *revision) indexKeys() ([]*expr.Action, error) {
	var done map[string]int
	var out []*expr.Action
	for _, ix := range v.e.indexes[1:] {
		for _, k := range ix.keys() {
			if k.tmpl == nil || k.shared || slices.Contains(v.e.primary().keys(), k) || !v.concerns(ix, k) {
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
				if done == nil {
					done = map[string]int{}
				}
				done[k.name] = len(out)
				out = append(out, a)
			case a.Verb == expr.Set: // the pair whose `when` holds wins
				out[i] = a
			}
		}
	}
	return out, nil
}

// concerns reports whether the update may touch key k, or may create the item.
func (v *revision) concerns(ix *index, k *keyAttr) bool {
	if v.upsert || ix.when != nil && v.changeOf(ix.when.path) != nil {
		return true
	}
	for _, p := range k.parts {
		if v.changeOf(p.path) != nil {
			return true
		}
	}
	return false
}

// indexKey returns what happens to one key attribute; ok is false when nothing
// the update changes concerns it.
func (v *revision) indexKey(ix *index, k *keyAttr) (*expr.Action, bool, error) {
	remove := &expr.Action{Verb: expr.Remove, Path: k.path}
	states, when, touched, err := v.states(ix, k)
	if err != nil || !touched {
		return remove, false, err
	}
	if settled(states, when, ix) {
		theirs := ix.twin && !when.touched && !ix.takes(when)
		return remove, !theirs, nil
	}
	form, ok := formOf(states, when)
	if !ok {
		return remove, false, v.needs(ix)
	}
	for i, s := range states {
		if s.know == once {
			v.notBlank(k.parts[i])
		}
	}
	av, err := v.render(ix, k, states)
	a := expr.SetValue(k.path, av)
	a.Form = form
	return a, true, err
}

// formOf returns how a key of the parts is written; ok is false when too little
// is known of them.
func formOf(states []state, when state) (form expr.Form, ok bool) {
	for i, s := range states {
		switch {
		case s.know == known:
		case s.know == once && othersFixed(states, i) && !when.touched:
			form = expr.Once
		default:
			return form, false
		}
	}
	return form, when.know == known
}

// othersFixed reports whether all parts but i are in the primary key, or zero
// as i is: then an item has the key already if it has any of them.
func othersFixed(states []state, i int) bool {
	for j, s := range states {
		if j != i && !s.fixed && !(s.zero && i >= 0 && states[i].zero) {
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

// needs is the error of an update that knows too little to write the keys of ix.
func (v *revision) needs(ix *index) error {
	var names []string
	lack := func(p *part, s state) {
		if (s.know == unknown || s.know == once) && !slices.Contains(names, p.goRef) {
			names = append(names, p.goRef)
		}
	}
	for _, k := range ix.keys() {
		if k.tmpl == nil || k.shared {
			continue
		}
		states, when, touched, err := v.states(ix, k)
		if err != nil {
			return err
		}
		if _, ok := formOf(states, when); ok || !touched || settled(states, when, ix) {
			continue
		}
		for i, s := range states {
			lack(k.parts[i], s)
		}
		if ix.when != nil {
			lack(ix.when, when)
		}
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
	if v.upsert && (ix.when == nil || when.fixed) && completes(parts) {
		touched = true // a created item has the key, though no clause is about it
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

// completes reports whether the key of a new item follows from its primary key
// and zeros alone.
func completes(parts []state) bool {
	for _, s := range parts {
		if !s.fixed && !s.zero {
			return false
		}
	}
	return true
}

// takes reports whether an item of which `when` is known has its keys in the index.
func (ix *index) takes(when state) bool {
	return when.know != gone && (ix.when == nil || ix.when.holds(when.field))
}

// settled reports whether the key is removed whatever the other parts are.
func settled(parts []state, when state, ix *index) bool {
	if (when.know == gone || when.know == known) && !ix.takes(when) {
		return true
	}
	if ix.twin && when.know != known {
		return false // the key may be that of the other pair
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
	if p.shard > 0 {
		return state{know: known, fixed: true, field: v.w.item}, nil
	}
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
		switch {
		case ok && c.kind == actSetOnce:
			return state{know: once, touched: !c.zero, zero: c.zero, field: fv}, nil
		case ok:
			return state{know: known, touched: true, field: fv}, nil
		case c.kind == actSetOnce:
			continue // the item has the part already, or lacks it still
		}
		return s, nil
	}
	return state{}, nil
}

// recall completes the state of a part that the update does not change from
// what Expect and From say of the item, and adds From's condition.
func (v *revision) recall(p *part, s *state) error {
	if s.know == known || s.know == gone {
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
	val, ok := p.field(old)
	if !ok {
		val = reflect.Zero(p.codec.Type)
	}
	cond, err := holds(p.path, p.codec, val)
	if err != nil {
		return err
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

// remember completes s from what the item held before.
func (v *revision) remember(s *state, p *part, from reflect.Value, depth int) {
	fv, ok := p.below(from, depth)
	switch {
	case ok:
		s.know, s.field = known, fv
	case s.know == once: // now is the time
		s.know = known
		v.notBlank(p)
	default:
		s.know = gone
	}
}

// notBlank demands that the item does not hold p as a value that counts as
// absent: if_not_exists would leave it, and the key would have another.
func (v *revision) notBlank(p *part) {
	if v.e.m.attrs[p.attr].Rules.Created {
		return // dyn sees to that
	}
	for _, b := range blanks(p.codec) {
		v.conds = append(v.conds, expr.Compare(expr.Ne, p.path, b))
	}
}
