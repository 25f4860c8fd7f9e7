package dyn

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"weak"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/expr"
)

// Fields returns the prototype of T: a value whose fields name T's attributes
// by their addresses. Clauses and conditions take such a pointer first:
//
//	var cardF = dyn.Fields[Card]()
//
//	dyn.Eq(&cardF.Status, Published)
//	dyn.Eq(&cardF.Author.City, "Oslo")
//	dyn.Eq(cardF.Nick, "bo") // Nick is a *string
//
// There is one prototype for each type, whoever asks. Its pointer fields point
// to prototypes of their own, but for a pointer to a type that is already being
// described, which stays nil: use [Sub] there. Only its addresses mean
// anything; do not write to it.
//
// Fields panics if T is not a struct. Mistakes in T's tags are reported by
// [NewEntity] and [Bind].
func Fields[T any]() *T {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct {
		panic("dyn: Fields[" + t.String() + "]: not a struct")
	}
	return modelOf(t).proto.ptr.(*T)
}

// At names element i of a list attribute, counted from 0.
// The pointer is good for clauses and conditions only.
func At[S ~[]E, E any](list *S, i int) *E {
	return element[E](elementRef{base: list, step: expr.Step{Index: i, List: true}})
}

// Entry names the value under key in a map attribute. For a clause, a map that
// is absent is made, in a request before that of the update; it is an error
// where the update's own condition tests what that request would change.
// The pointer is good for clauses and conditions only.
func Entry[M ~map[K]V, K comparable, V any](m *M, key K) *V {
	return element[V](elementRef{base: m, step: expr.Step{Name: mapKey(reflect.ValueOf(&key).Elem())}})
}

// Size names the size of an attribute: characters of a string, bytes of a
// binary, elements of a list, map or set. It is good for comparing with numbers:
//
//	dyn.Gt(dyn.Size(&cardF.Tags), 3)
//
// An attribute that is absent has no size.
func Size[V any](p *V) *int { return element[int](elementRef{base: p, size: true}) }

// Sub names an attribute inside an element that [At] or [Entry] names, or
// inside a pointer that a prototype leaves nil. The function is called with
// the prototype of the element's type and returns the address of one of its
// fields:
//
//	dyn.Sub(dyn.At(&cardF.Items, 2), func(i *Item) *int { return &i.Qty })
func Sub[E, V any](p *E, field func(*E) *V) *V {
	t := reflect.TypeFor[E]()
	depth := 0
	for ; t.Kind() == reflect.Pointer; t = t.Elem() {
		depth++
	}
	if t.Kind() != reflect.Struct {
		return element[V](elementRef{base: p, inner: new(int)}) // resolves to an error
	}
	inner := reflect.ValueOf(modelOf(t).proto.ptr).Elem()
	for range depth {
		inner = inner.Addr()
		box := reflect.New(inner.Type())
		box.Elem().Set(inner)
		inner = box.Elem()
	}
	return element[V](elementRef{base: p, inner: field(inner.Addr().Interface().(*E))})
}

// mapKey is the attribute name of a map key, as attributevalue writes it.
func mapKey(k reflect.Value) string {
	switch {
	case k.Kind() == reflect.String:
		return k.String()
	case k.CanInt():
		return strconv.FormatInt(k.Int(), 10)
	case k.CanUint():
		return strconv.FormatUint(k.Uint(), 10)
	}
	return fmt.Sprint(k.Interface())
}

// elementRef says what a pointer made by At, Entry, Sub or Size stands for.
type elementRef struct {
	base  any            // the pointer it starts from
	step  expr.Step      // of At and Entry
	inner any            // of Sub: a pointer into the prototype of what base names
	size  bool           // of Size
	is    func(any) bool // tells the living pointer from a later one at its address
}

// elements holds an *elementRef for each living element pointer, by address.
var elements sync.Map

// box keeps an element out of the blocks in which the runtime puts small values
// without pointers together: another value there, such as the handle of a weak
// pointer, would keep the element alive, and itself be kept by what is known of
// the element before.
type box[E any] struct {
	element E
	_       *byte
}

func element[E any](e elementRef) *E {
	p := &new(box[E]).element
	if reflect.TypeFor[E]().Size() == 0 {
		return p // all of these share one address; resolving it is an error
	}
	w := weak.Make(p)
	r := &e
	r.is = func(x any) bool {
		q, ok := x.(*E)
		return ok && w.Value() == q
	}
	addr := reflect.ValueOf(p).Pointer()
	elements.Store(addr, r)
	runtime.AddCleanup(p, func(r *elementRef) { elements.CompareAndDelete(addr, r) }, r)
	return p
}

// ref is what a pointer names: an attribute, or a value inside one.
type ref struct {
	attr  int       // the attribute's position in the model
	path  expr.Path // in the item
	goRef string    // the same in Go's terms, for messages
	codec *codec.Codec
	wrap  int // pointers between codec's type and the pointer's

	sortable bool // a string time of fixed width
	size     bool // it is the size of the attribute

	ptr  any  // of the prototype
	next *ref // another at the same address
}

// encode returns v, a value of the type that the pointer points to, as an
// attribute value; nil when dyn stores it by leaving the attribute out.
func (r *ref) encode(v reflect.Value) (types.AttributeValue, error) {
	return r.codec.Encode(r.wrapped(v))
}

// wrapped returns v behind as many pointers as the attribute has.
func (r *ref) wrapped(v reflect.Value) reflect.Value {
	for range r.wrap {
		if !v.CanAddr() {
			p := reflect.New(v.Type())
			p.Elem().Set(v)
			v = p.Elem()
		}
		v = v.Addr()
	}
	return v
}

// stored names the DynamoDB type of the attribute, for messages.
func (r *ref) stored() string { return storedAs[r.codec.Attr()] }

var storedAs = map[string]string{
	"S": "string", "N": "number", "B": "binary", "BOOL": "bool", "M": "map", "L": "list",
	"SS": "string set", "NS": "number set", "BS": "binary set", "": "value of any type",
}

// is reports whether the attribute may be stored with one of the types.
func (r *ref) is(descriptors ...string) bool {
	a := r.codec.Attr()
	return a == "" || slices.Contains(descriptors, a)
}

// ref returns what pointer p names in an item of m.
func (m *model) ref(p any) (*ref, error) {
	r, err := m.operand(p)
	if err == nil && r.size {
		err = fmt.Errorf("the size of %s is not stored; it can only be compared with a number", r.goRef)
	}
	return r, err
}

// operand is ref for what may also be a size.
func (m *model) operand(p any) (*ref, error) {
	if r := m.proto.find(p); r != nil {
		return r, nil
	}
	v := reflect.ValueOf(p)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil, fmt.Errorf("a nil %T names no attribute; a pointer to a type within itself is reached with dyn.Sub", p)
	}
	e, ok := elements.Load(v.Pointer())
	if !ok || !e.(*elementRef).is(p) {
		return nil, m.foreign(p)
	}
	return m.elementRef(e.(*elementRef))
}

func (m *model) elementRef(e *elementRef) (*ref, error) {
	base, err := m.ref(e.base)
	if err != nil {
		return nil, err
	}
	r := &ref{attr: base.attr, goRef: base.goRef}
	if e.size {
		if !base.is("S", "B", "M", "L", "SS", "NS", "BS") {
			return nil, fmt.Errorf("%s is stored as a %s, which has no size", base.goRef, base.stored())
		}
		r.codec, r.path, r.size = base.codec, base.path, true
		return r, nil
	}
	if e.inner == nil {
		if err := m.checkElement(base, e.step); err != nil {
			return nil, err
		}
		r.codec = base.codec.Elem()
		r.path = append(base.path[:len(base.path):len(base.path)], e.step)
		r.goRef += "[" + e.step.Name + "]"
		if e.step.List {
			r.goRef = base.goRef + "[" + strconv.Itoa(e.step.Index) + "]"
		}
		return r, nil
	}
	sub := base.codec.Struct()
	if sub == nil {
		return nil, fmt.Errorf("%s is not a struct; Sub needs one", base.goRef)
	}
	in, err := modelOf(sub.Type).ref(e.inner)
	if err != nil {
		return nil, err
	}
	r.codec, r.wrap = below(base.codec, in.path), in.wrap
	r.path = append(base.path[:len(base.path):len(base.path)], in.path...)
	r.goRef += "." + in.goRef
	return r, nil
}

// below returns the codec of what p leads to in a value of c. It is not always
// the one that the value's type has by itself: the options of the item count.
func below(c *codec.Codec, p expr.Path) *codec.Codec {
	for _, s := range p {
		if sub := c.Struct(); sub != nil {
			c = sub.ByName(s.Name).Codec
		} else {
			c = c.Elem()
		}
	}
	return c
}

func (m *model) checkElement(base *ref, s expr.Step) error {
	switch {
	case s.List && s.Index < 0:
		return fmt.Errorf("%s has no element %d", base.goRef, s.Index)
	case s.List && base.codec.Kind != codec.List:
		return fmt.Errorf("%s is stored as a %s, which has no positions; At needs a list", base.goRef, base.stored())
	case !s.List && s.Name == "":
		return fmt.Errorf("%s has no entry without a name; DynamoDB has none", base.goRef)
	case !s.List && base.codec.Kind != codec.Map:
		return fmt.Errorf("%s is stored as a %s, which has no entries; Entry needs a map", base.goRef, base.stored())
	}
	return nil
}

// foreign says why p names nothing in m.
func (m *model) foreign(p any) error {
	var owner string
	models.Range(func(_, v any) bool {
		if o := v.(*model); o != m {
			if r := o.proto.find(p); r != nil {
				owner = o.typ.Name() + "." + r.goRef
			}
		}
		return owner == ""
	})
	if owner != "" {
		return fmt.Errorf("the pointer names %s, not an attribute of %s", owner, m.typ.Name())
	}
	return fmt.Errorf("a %T outside the prototype that dyn.Fields[%s]() returns names no attribute; does a local variable shadow the prototype?", p, m.typ.Name())
}
