package conformance

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// minimized gives a description of a sequence that ends in a difference, less everything that the difference does not
// need.
func (s *sequence) minimized(t *testing.T, ours, theirs engine, first *difference) string {
	t.Helper()
	d := s.run(t.Context(), t, ours, theirs)
	if d == nil {
		return fmt.Sprintf("not there any more when the operations are repeated:\n%s\n%s\n%s\n%s",
			show(s.operations[first.at]), first.diff, first.theirs, first.ours)
	}
	found := s.operations[d.at]
	s.shrinkSequence(t, ours, theirs, d.kind)
	s.shrinkOperations(t, ours, theirs, d.kind)
	d = s.run(t.Context(), t, ours, theirs)
	var b strings.Builder
	for _, table := range s.tables {
		fmt.Fprintf(&b, "%s\n", show(table.create))
	}
	for _, in := range s.operations {
		fmt.Fprintf(&b, "%s\n", show(in))
	}
	fmt.Fprintf(&b, "found as %s\n", show(found))
	fmt.Fprintf(&b, "%s (-), %s (+):\n%s\n%s\n%s\n", theirs.name, ours.name, d.diff, d.theirs, d.ours)
	if third, ok := endpoint("third", "DYN_THIRD"); ok {
		b.WriteString(s.opinion(t.Context(), third))
	}
	return b.String()
}

// differsLast reports whether the engines differ about the last of the operations, in the same way, and none before.
func (s *sequence) differsLast(t *testing.T, ours, theirs engine, kind string) bool {
	t.Helper()
	d := s.run(t.Context(), t, ours, theirs)
	return d != nil && d.at == len(s.operations)-1 && d.kind == kind
}

// shrinkSequence removes operations, in ever smaller groups, while the last one still shows a difference.
func (s *sequence) shrinkSequence(t *testing.T, ours, theirs engine, kind string) {
	t.Helper()
	for size := len(s.operations) / 2; size > 0; size /= 2 {
		for at := 0; at+size < len(s.operations); {
			fewer := &sequence{tables: s.tables, operations: slices.Delete(slices.Clone(s.operations), at, at+size)}
			if fewer.differsLast(t, ours, theirs, kind) {
				s.operations = fewer.operations
			} else {
				at += size
			}
		}
	}
}

// shrinkOperations removes parts of each operation while the last one still shows a difference.
func (s *sequence) shrinkOperations(t *testing.T, ours, theirs engine, kind string) {
	t.Helper()
	for i := range s.operations {
		for n := 0; ; {
			at := n
			smaller := without(reflect.ValueOf(s.operations[i]), &at).Interface()
			if at >= 0 {
				break
			}
			tried := &sequence{tables: s.tables, operations: slices.Clone(s.operations)}
			tried.operations[i] = smaller
			if tried.differsLast(t, ours, theirs, kind) {
				s.operations = tried.operations
			} else {
				n++
			}
		}
	}
}

// without copies v less the part with the number: a member of a structure, an element of a list or an entry of a map.
// It leaves a negative number if there was such a part.
func without(v reflect.Value, number *int) reflect.Value {
	to := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return v
		}
		inner := without(v.Elem(), number)
		if v.Kind() == reflect.Interface {
			to.Set(inner)
			return to
		}
		to.Set(reflect.New(v.Type().Elem()))
		to.Elem().Set(inner)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			switch {
			case f.Name == "Key" || f.Name == "Keys" || f.Type == bytesType: // else the difference soon is that keys do not fit
				to.Field(i).Set(v.Field(i))
			case f.IsExported() && !v.Field(i).IsZero() && !removed(number):
				to.Field(i).Set(without(v.Field(i), number))
			}
		}
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			return v
		}
		to.Set(reflect.MakeSlice(v.Type(), 0, v.Len()))
		for i := range v.Len() {
			if !removed(number) {
				to.Set(reflect.Append(to, without(v.Index(i), number)))
			}
		}
	case reflect.Map:
		return mapWithout(v, number)
	default:
		return v
	}
	return to
}

func mapWithout(v reflect.Value, number *int) reflect.Value {
	if v.IsNil() {
		return v
	}
	to := reflect.MakeMap(v.Type())
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, k := range keys {
		if !removed(number) {
			to.SetMapIndex(k, without(v.MapIndex(k), number))
		}
	}
	return to
}

var bytesType = reflect.TypeFor[[]byte]()

func removed(number *int) bool {
	*number--
	return *number == -1
}

// thirdTables guards the tables of the third engine, which may not keep those of different accounts apart.
var thirdTables sync.Mutex

// opinion says what a third engine answers to the last operation.
func (s *sequence) opinion(ctx context.Context, third engine) string {
	thirdTables.Lock()
	defer thirdTables.Unlock()
	c := third.client()
	defer func() {
		for _, t := range s.tables {
			_, _ = c.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &t.name})
		}
	}()
	if err := s.createTables(ctx, c); err != nil {
		return "the third engine has no such tables: " + err.Error()
	}
	var last answer
	for _, in := range s.operations {
		last = ask(ctx, c, in)
	}
	return fmt.Sprintf("the third engine: %s", last)
}
