package dyn

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Types with all the ways in which a field can lie in another.
type (
	// Inside begins with a field that has its address.
	Inside struct {
		First int `dynamodbav:"first"`
		Deep  struct {
			Leaf string `dynamodbav:"leaf"`
		} `dynamodbav:"deep"`
	}
	// Behind is embedded by pointer, and shadowed in part.
	Behind struct {
		Name string `dynamodbav:"name"`
		Own  string `dynamodbav:"own"`
	}
	line struct {
		Qty  int      `dynamodbav:"qty"`
		Tags []string `dynamodbav:"tags"`
		Next *line    `dynamodbav:"next"`
	}
	rows   []line
	places map[string]rows

	// pointed is what the tests name parts of.
	pointed struct {
		Inside
		*Behind
		Named    Inside           `dynamodbav:"named"`
		Name     string           `dynamodbav:"outer"`
		Ptr      *string          `dynamodbav:"ptr"`
		Twice    **int            `dynamodbav:"twice"`
		Struct   *Inside          `dynamodbav:"struct"`
		Lines    rows             `dynamodbav:"lines"`
		Pointers []*line          `dynamodbav:"pointers"`
		Places   places           `dynamodbav:"places"`
		Numbers  map[int8][]int   `dynamodbav:"numbers"`
		Maps     *map[string]line `dynamodbav:"maps"`
		Self     *pointed         `dynamodbav:"self"`
		At       time.Time        `dynamodbav:"at"`
		Any      any              `dynamodbav:"any"`
		Set      []string         `dynamodbav:"set,stringset"`
		Unsaved  string           `dynamodbav:"-"`
	}
	// pointedToo has the same fields in another type.
	pointedToo pointed
)

// TestFields holds what each pointer names, in the item and in messages.
func TestFields(t *testing.T) {
	t.Parallel()
	f, g := Fields[pointed](), Fields[pointedToo]()
	m := modelOf(reflect.TypeFor[pointed]())
	local := pointed{Ptr: new(string), Struct: &Inside{}}
	qty := func(l *line) *int { return &l.Qty }
	tests := []struct {
		name string
		p    any
		want string // "path Go.Path", or an error
	}{
		{"a field", &f.Name, "outer Name"},
		{"a promoted field", &f.First, "first First"},
		{"a promoted field by its way", &f.Inside.First, "first First"},
		{"a field within a promoted one", &f.Deep.Leaf, "deep.leaf Deep.Leaf"},
		{"a field promoted by a pointer", &f.Own, "own Own"},
		{"a shadowed field", &f.Behind.Name, "name Behind.Name"},
		{"a struct", &f.Named, "named Named"},
		{"its first field, at the same address", &f.Named.First, "named.first Named.First"},
		{"deeper", &f.Named.Deep.Leaf, "named.deep.leaf Named.Deep.Leaf"},
		{"a pointer", &f.Ptr, "ptr Ptr"},
		{"what it points to", f.Ptr, "ptr Ptr"},
		{"a pointer to a pointer", &f.Twice, "twice Twice"},
		{"what that points to", f.Twice, "twice Twice"},
		{"all the way", *f.Twice, "twice Twice"},
		{"a struct behind a pointer", f.Struct, "struct Struct"},
		{"a field behind a pointer", &f.Struct.Deep.Leaf, "struct.deep.leaf Struct.Deep.Leaf"},
		{"a time", &f.At, "at At"},
		{"an element", At(&f.Lines, 3), "lines[3] Lines[3]"},
		{"a field of an element", Sub(At(&f.Lines, 0), qty), "lines[0].qty Lines[0].Qty"},
		{"an element of a field of an element", At(Sub(At(&f.Lines, 1), func(l *line) *[]string { return &l.Tags }), 2), "lines[1].tags[2] Lines[1].Tags[2]"},
		{"a field of a pointer element", Sub(At(&f.Pointers, 1), func(l **line) *int { return &(*l).Qty }), "pointers[1].qty Pointers[1].Qty"},
		{"an entry", Entry(&f.Places, "a.b"), "places.a.b Places[a.b]"},
		{"an element of an entry", At(Entry(&f.Places, "x"), 0), "places.x[0] Places[x][0]"},
		{"an entry by number", At(Entry(&f.Numbers, -7), 1), "numbers.-7[1] Numbers[-7][1]"},
		{"a field of an entry behind a pointer", Sub(Entry(f.Maps, "k"), qty), "maps.k.qty Maps[k].Qty"},
		{"a pointer to the type itself", &f.Self, "self Self"},
		{"within the type itself", Sub(&f.Self, func(p **pointed) *string { return &(*p).Name }), "self.outer Self.Name"},
		{"twice within", Sub(Sub(&f.Self, func(p **pointed) ***int { return &(*p).Twice }), func(p ***int) ***int { return p }), "Self.Twice is not a struct; Sub needs one"},
		{"a chain of a type within itself", Sub(Sub(At(&f.Lines, 0), func(l *line) **line { return &l.Next }), func(l **line) *int { return &(*l).Qty }), "lines[0].next.qty Lines[0].Next.Qty"},
		{"an embedded struct", &f.Inside, "a *dyn.Inside outside the prototype that dyn.Fields[pointed]() returns names no attribute; does a local variable shadow the prototype?"},
		{"a field left out", &f.Unsaved, "a *string outside the prototype that dyn.Fields[pointed]() returns names no attribute; does a local variable shadow the prototype?"},
		{"another type's", &g.Name, "the pointer names pointedToo.Name, not an attribute of pointed"},
		{"an element of another type's", At(&g.Lines, 0), "the pointer names pointedToo.Lines, not an attribute of pointed"},
		{"a local variable", &local.Name, "a *string outside the prototype that dyn.Fields[pointed]() returns names no attribute; does a local variable shadow the prototype?"},
		{"what a local variable points to", local.Ptr, "a *string outside the prototype that dyn.Fields[pointed]() returns names no attribute; does a local variable shadow the prototype?"},
		{"an element of a local variable", At(&local.Lines, 0), "a *dyn.rows outside the prototype that dyn.Fields[pointed]() returns names no attribute; does a local variable shadow the prototype?"},
		{"the prototype itself", f, "a *dyn.pointed outside the prototype that dyn.Fields[pointed]() returns names no attribute; does a local variable shadow the prototype?"},
		{"nil", f.Self, "a nil *dyn.pointed names no attribute; a pointer to a type within itself is reached with dyn.Sub"},
		{"no pointer", 7, "a nil int names no attribute; a pointer to a type within itself is reached with dyn.Sub"},
		{"a negative element", At(&f.Lines, -1), "Lines has no element -1"},
		{"an element of a set", At(&f.Set, 0), "Set is stored as a string set, which has no positions; At needs a list"},
		{"an entry without a name", Entry(&f.Places, ""), "Places has no entry without a name; DynamoDB has none"},
		{"a field from another prototype", Sub(At(&f.Lines, 0), func(*line) *int { return &g.First }), "the pointer names pointedToo.First, not an attribute of line"},
		{"a field of what is no struct", Sub(&f.At, func(*time.Time) *int { return new(int) }), "At is not a struct; Sub needs one"},
		{"a size", Size(&f.Lines), "the size of Lines is not stored; it can only be compared with a number"},
		{"a size of a number", Size(&f.First), "First is stored as a number, which has no size"},
		{"a field of a number", Sub(&f.First, func(*int) *int { return new(int) }), "First is not a struct; Sub needs one"},
	}
	for _, tt := range tests {
		got := ""
		if r, err := m.ref(tt.p); err != nil {
			got = err.Error()
		} else {
			got = r.path.String() + " " + r.goRef
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if f != Fields[pointed]() {
		t.Error("there are two prototypes of one type")
	}
}

// TestElementsAreCollected makes many pointers that nothing keeps, and some that
// are kept: what is known of them goes with them.
func TestElementsAreCollected(t *testing.T) {
	t.Parallel()
	type listed struct {
		Lines  rows           `dynamodbav:"lines"`
		Counts map[string]int `dynamodbav:"counts"`
		Tags   []string       `dynamodbav:"tags"`
	}
	f, m := Fields[listed](), modelOf(reflect.TypeFor[listed]())
	var kept []any
	known := map[uintptr]bool{}
	const each = 2000
	for i := range each {
		made := []any{
			At(&f.Lines, i), Sub(At(&f.Lines, i), func(l *line) *int { return &l.Qty }), Entry(&f.Counts, fmt.Sprint(i)), At(&f.Tags, i),
			At(Sub(At(&f.Lines, i), func(l *line) *[]string { return &l.Tags }), 1),
		}
		for _, p := range made {
			if _, err := m.ref(p); err != nil {
				t.Fatal(err)
			}
			known[reflect.ValueOf(p).Pointer()] = true
		}
		if i%100 == 0 {
			kept = append(kept, made...)
		}
	}
	living := func() (n int) {
		for addr := range known {
			if _, ok := elements.Load(addr); ok {
				n++
			}
		}
		return n
	}
	left := 0
	for range 50 { // what stands on another element goes one collection later
		runtime.GC()
		runtime.Gosched()
		if left = living(); left <= 2*len(kept) {
			break
		}
	}
	if left > 2*len(kept) || left < len(kept) {
		t.Errorf("%d elements are known after their pointers have gone; %d are kept", left, len(kept))
	}
	for i, p := range kept {
		r, err := m.ref(p)
		if err != nil || !strings.Contains(r.goRef, fmt.Sprint(i/5*100)) && !strings.Contains(r.goRef, "Tags") {
			t.Errorf("pointer %d names %v: %v", i, r, err)
		}
	}
	runtime.KeepAlive(kept)
}

// TestElementsTogether makes and uses pointers in many goroutines while others
// are collected: each names what it was made for.
func TestElementsTogether(t *testing.T) {
	t.Parallel()
	f, m := Fields[pointed](), modelOf(reflect.TypeFor[pointed]())
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 500 {
				at := g*1000 + i
				for p, want := range map[any]string{
					At(&f.Lines, at): fmt.Sprintf("lines[%d]", at),
					Sub(At(&f.Lines, at), func(l *line) *int { return &l.Qty }): fmt.Sprintf("lines[%d].qty", at),
					Entry(&f.Numbers, int8(at)):                                 fmt.Sprintf("numbers.%d", int8(at)),
					&f.Named.First:                                              "named.first",
				} {
					if r, err := m.ref(p); err != nil || r.path.String() != want {
						t.Errorf("%v, %v, want %s", r, err, want)
					}
					if _, err := m.ref(new(int)); err == nil {
						t.Error("a new variable names an attribute")
					}
				}
				if i%100 == 0 {
					runtime.GC()
				}
			}
		})
	}
	wg.Wait()
}
