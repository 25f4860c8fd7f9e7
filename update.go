package dyn

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/expr"
)

// Clause is one part of an [Entity.Update] or [Entity.Upsert]: what it does to
// an attribute, a condition ([If]), or an option. Collect them in a []Clause
// where they depend on the case. Two clauses on the same attribute, or on one
// and a part of it, are an error.
type Clause interface{ clause(*call) }

// Number is what [Add] and [Subtract] count in.
type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

type actionKind uint8

const (
	actSet actionKind = iota
	actSetOnce
	actUnset
	actAdd
	actSubtract
	actAppend
	actPrepend
	actAddTo
	actDeleteFrom
	actCopy
	actAddField
	actSubtractField
	actExpect
)

var actionNames = [...]string{
	"Set", "SetOnce", "Unset", "Add", "Subtract", "Append", "Prepend", "AddTo", "DeleteFrom",
	"Copy", "AddField", "SubtractField", "Expect",
}

// action is a clause that says something about one attribute.
type action struct {
	kind actionKind
	ptr  any           // the attribute
	src  any           // another attribute, of Copy, AddField and SubtractField
	val  reflect.Value // of the attribute's type
}

// clause has the call use a itself: nothing changes an action once it is made.
func (a *action) clause(c *call) { c.actions = append(c.actions, a) }

func value[V any](v V) reflect.Value { return reflect.ValueOf(&v).Elem() }

// with makes an action with a value of its own.
func with[V any](kind actionKind, p any, v V) Clause {
	box := &struct {
		action
		own V
	}{action{kind: kind, ptr: p}, v}
	box.val = reflect.ValueOf(&box.own).Elem()
	return &box.action
}

// Set stores v. A v that dyn stores by leaving the attribute out, such as a nil
// pointer or slice, removes it.
func Set[V any](p *V, v V) Clause { return with(actSet, p, v) }

// SetOnce stores v if the attribute is absent.
func SetOnce[V any](p *V, v V) Clause { return with(actSetOnce, p, v) }

// Unset removes the attribute, or the element of a list or map.
func Unset[V any](p *V) Clause { return &action{kind: actUnset, ptr: p} }

// Add adds n to a number; an absent one counts as 0.
func Add[N Number](p *N, n N) Clause { return with(actAdd, p, n) }

// Subtract takes n from a number; an absent one counts as 0.
func Subtract[N Number](p *N, n N) Clause { return with(actSubtract, p, n) }

// Append adds elements to the end of a list; an absent one counts as empty.
func Append[S ~[]E, E any](p *S, vs ...E) Clause {
	return with(actAppend, p, slices.Clone(S(vs)))
}

// Prepend adds elements to the front of a list; an absent one counts as empty.
func Prepend[S ~[]E, E any](p *S, vs ...E) Clause {
	return with(actPrepend, p, slices.Clone(S(vs)))
}

// AddTo adds members to a set; an absent one counts as empty.
func AddTo[S ~[]E, E any](p *S, vs ...E) Clause {
	return with(actAddTo, p, slices.Clone(S(vs)))
}

// DeleteFrom removes members from a set. The attribute goes with its last one.
func DeleteFrom[S ~[]E, E any](p *S, vs ...E) Clause {
	return with(actDeleteFrom, p, slices.Clone(S(vs)))
}

// Copy stores in dst what src holds before the update. An item without src
// makes the update fail, as does one whose src breaks a rule of dst.
func Copy[V any](dst, src *V) Clause { return &action{kind: actCopy, ptr: dst, src: src} }

// AddField adds to dst what src holds before the update. An absent dst counts
// as 0; an item without src makes the update fail.
func AddField[N Number](dst, src *N) Clause { return &action{kind: actAddField, ptr: dst, src: src} }

// SubtractField takes from dst what src holds before the update. An absent dst
// counts as 0; an item without src makes the update fail.
func SubtractField[N Number](dst, src *N) Clause {
	return &action{kind: actSubtractField, ptr: dst, src: src}
}

// Expect tells the update that the attribute holds v now, and adds the condition
// that it does; for a v that counts as absent, that it is absent; for 0 and
// false, either. An update of
// an attribute that is part of an index key needs the key's other parts: set
// them too, or give their values with Expect or [From].
func Expect[V any](p *V, v V) Clause { return with(actExpect, p, v) }

// From tells the update what the item held when it was read before, as
// [Expect] does, for those attributes that the update needs to know.
func From[T any](old T) Clause { return fromClause{value(old)} }

type fromClause struct{ old reflect.Value }

func (f fromClause) clause(c *call) { c.from = append(c.from, f.old) }

// SetFrom sets the attributes for which patch, a struct, has a pointer, slice
// or map that is not nil, and leaves the others alone: what a PATCH request
// needs. The attributes of patch must be attributes of the entity, of the same
// types or pointers to them; a field of any other type can't say that it was
// not given and is an error.
func SetFrom[P any](patch P) Clause { return patchClause{value(patch)} }

type patchClause struct{ patch reflect.Value }

func (p patchClause) clause(c *call) { c.patches = append(c.patches, p.patch) }

// change is a compiled action: what it does to the item, and what index keys
// need to know of it.
type change struct {
	*action
	ref  *ref
	expr expr.Action
	noop bool // an AddTo or Append of nothing
	zero bool // a zero that only completes the item of an Upsert
}

// removes reports whether the attribute is gone afterwards.
func (c *change) removes() bool { return c.expr.Verb == expr.Remove }

// compile sets c, which is zero, to action a for items of m.
func (c *change) compile(m *model, a *action) error {
	r, err := m.ref(a.ptr)
	if err != nil {
		return err
	}
	c.action, c.ref, c.expr.Path = a, r, r.path
	if err := c.check(); err != nil {
		return fmt.Errorf("%s(%s): %w", actionNames[a.kind], r.goRef, err)
	}
	if a.src != nil {
		return m.fromField(c)
	}
	if a.kind == actUnset {
		c.expr.Verb = expr.Remove
		return nil
	}
	av, err := r.encode(a.val)
	if err != nil {
		return fmt.Errorf("%s(%s): %w", actionNames[a.kind], r.goRef, err)
	}
	return c.withValue(av)
}

func (c *change) check() error {
	r := c.ref
	switch c.kind {
	case actAdd, actSubtract, actAddField, actSubtractField:
		if !r.is("N") {
			return fmt.Errorf("it is stored as a %s, not as a number", r.stored())
		}
	case actAppend, actPrepend:
		if r.codec.Kind != codec.List {
			return fmt.Errorf("it is stored as a %s, not as a list; a set takes AddTo", r.stored())
		}
	case actAddTo, actDeleteFrom:
		if !r.is("SS", "NS", "BS") {
			return fmt.Errorf("it is stored as a %s, not as a set; tag it stringset, numberset or binaryset, or use Append", r.stored())
		}
	}
	return nil
}

// withValue completes a change from the encoded value, nil when dyn stores the
// value by leaving the attribute out.
func (c *change) withValue(av types.AttributeValue) error {
	x := &c.expr
	x.A.Value = av
	switch c.kind {
	case actSet:
		if av == nil {
			x.Verb = expr.Remove
		}
	case actSetOnce:
		x.Form = expr.Once
		c.noop = av == nil
	case actAdd, actSubtract:
		return c.count(av)
	case actAddTo, actDeleteFrom:
		c.noop = av == nil
		x.Verb = expr.Add
		if c.kind == actDeleteFrom {
			x.Verb = expr.Delete
		}
	case actAppend, actPrepend:
		c.grow(av)
	}
	return nil
}

func (c *change) count(av types.AttributeValue) error {
	n, ok := av.(*types.AttributeValueMemberN)
	_, null := av.(*types.AttributeValueMemberNULL)
	switch {
	case av == nil || null: // a zero, by omitempty or nullempty
		n = &types.AttributeValueMemberN{Value: "0"}
	case !ok:
		return fmt.Errorf("%s(%s): it is stored as a %s, not as a number", actionNames[c.kind], c.ref.goRef, c.ref.stored())
	}
	if c.kind == actSubtract {
		n = negated(n)
	}
	c.expr.Verb = expr.Add
	c.expr.A.Value = n
	return nil
}

// negated works on the text, so that no digit is lost.
func negated(n *types.AttributeValueMemberN) *types.AttributeValueMemberN {
	if s, ok := strings.CutPrefix(n.Value, "-"); ok || s == "0" {
		return &types.AttributeValueMemberN{Value: s}
	}
	return &types.AttributeValueMemberN{Value: "-" + n.Value}
}

// grow makes a list_append that starts from an empty list where there is none.
func (c *change) grow(av types.AttributeValue) {
	l, ok := av.(*types.AttributeValueMemberL)
	c.noop = !ok || len(l.Value) == 0
	c.expr.Form, c.expr.Zero = expr.Back, &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
	if c.kind == actPrepend {
		c.expr.Form = expr.Front
	}
}

// fromField completes a change that takes its value from another attribute.
func (m *model) fromField(c *change) error {
	src, err := m.ref(c.src)
	if err != nil {
		return err
	}
	if src.codec.Attr() != c.ref.codec.Attr() || src.sortable != c.ref.sortable {
		return fmt.Errorf("%s(%s, %s): the two are stored differently", actionNames[c.kind], c.ref.goRef, src.goRef)
	}
	x, from := &c.expr, expr.Operand{Path: src.path}
	if c.kind == actCopy {
		x.A = from
		return nil
	}
	x.Form = expr.PlusOr
	if c.kind == actSubtractField {
		x.Form = expr.MinusOr
	}
	x.A, x.Zero = from, &types.AttributeValueMemberN{Value: "0"}
	return nil
}
