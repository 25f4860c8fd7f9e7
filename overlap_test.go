package dyn

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/key"
)

// keyField is a field that random entities make keys of: few values, which
// differ in how they look beside literals.
type keyField struct {
	name, tag string
	formats   []string
	values    []any
}

var keyFields = []keyField{
	{"A", `dynamodbav:"a"`, []string{"", "", "lower", "upper"}, []any{"a", "A", "b", "1", "01", "#", "a#", "#a", "a#b", "A#a", "true", "2026"}},
	{"B", `dynamodbav:"b"`, []string{""}, []any{"a", "ab", "B", "10", "001", "##", "b#", "#1", "a#1", "false", "2026-01"}},
	{"E", `dynamodbav:"e" dyn:"enum=a|ab|A#"`, []string{"", "upper"}, []any{"a", "ab", "A#"}},
	{"N", `dynamodbav:"n"`, []string{"", "02", "03"}, []any{0, 1, 10, 26, 100, 2026, -1}},
	{"F", `dynamodbav:"f"`, []string{""}, []any{false, true}},
	{"T", `dynamodbav:"t"`, []string{"", "2006", "2006-01"}, []any{
		time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC),
	}},
}

func pickOf[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// randomKeyRow is a row of an entity: some parts between some literals.
func randomKeyRow(r *rand.Rand, role string) string {
	var b strings.Builder
	literals := []string{"#", "#", "#", "a", "A#", "1"}
	parts := r.IntN(4)
	if role == "sk" {
		parts = r.IntN(2)
	}
	for i := range parts {
		if i == 0 && r.IntN(2) > 0 || i > 0 && r.IntN(5) > 0 {
			b.WriteString(pickOf(r, literals))
		}
		f := pickOf(r, keyFields)
		b.WriteString(strings.TrimSuffix("$<"+f.name+":"+pickOf(r, f.formats), ":") + ">")
	}
	if b.Len() == 0 || r.IntN(4) == 0 {
		b.WriteString(pickOf(r, literals))
	}
	row := role + ",template=" + b.String()
	if r.IntN(6) == 0 {
		row += ",escape"
	}
	return row
}

// randomEntityType is a struct with keys that dyn takes.
func randomEntityType(r *rand.Rand, i int) *model {
	for {
		blank := func(tag string) reflect.StructField {
			return reflect.StructField{Name: "_", PkgPath: "dyn", Type: reflect.TypeFor[struct{}](), Tag: reflect.StructTag(`dyn:"` + tag + `"`)}
		}
		fields := []reflect.StructField{blank(fmt.Sprint("entity=e", i))}
		for _, role := range []string{"pk", "sk"} {
			if r.IntN(20) > 0 {
				fields = append(fields, blank(randomKeyRow(r, role)))
				continue
			}
			raw := reflect.StructTag(fmt.Sprintf("dynamodbav:%q dyn:%q", role, role))
			fields = append(fields, reflect.StructField{Name: strings.ToUpper(role), Type: reflect.TypeFor[string](), Tag: raw})
		}
		for _, f := range keyFields {
			fields = append(fields, reflect.StructField{Name: f.name, Type: reflect.TypeOf(f.values[0]), Tag: reflect.StructTag(f.tag)})
		}
		if m := newModel(reflect.StructOf(fields)); len(m.errs) == 0 {
			return m
		}
	}
}

// renderedKeys are the keys that an entity gives random items, with the parts
// they are made of. No two tuples of parts have one key.
func renderedKeys(t *testing.T, r *rand.Rand, e *entity) map[string]string {
	t.Helper()
	keys := map[string]string{}
	for range 400 {
		item := reflect.New(e.m.typ).Elem()
		for _, f := range keyFields {
			item.FieldByName(f.name).Set(reflect.ValueOf(pickOf(r, f.values)))
		}
		for _, raw := range []string{"PK", "SK"} {
			if f := item.FieldByName(raw); f.IsValid() {
				f.SetString(pickOf(r, []string{"a", "a#1", "A#a", "2026"}))
			}
		}
		k, err := e.key(item)
		if err != nil {
			continue // a value that the template refuses
		}
		tuple := ""
		for _, p := range e.keyParts() {
			tuple += fmt.Sprintf("%s=%v ", p.goRef, item.FieldByName(p.goRef))
		}
		text := fmt.Sprintf("%q %q", k["pk"].(*types.AttributeValueMemberS).Value, k["sk"].(*types.AttributeValueMemberS).Value)
		if other, ok := keys[text]; ok && other != tuple {
			t.Errorf("%s: %s and %s have one key, %s", keysOf(e), tuple, other, text)
		}
		keys[text] = tuple
	}
	return keys
}

// TestEntitiesNeverShareAKey compares what registration says of each two of
// many random entities with the keys that they render, in both directions: keys
// meet only where it said so, and the key that it names is one of both.
func TestEntitiesNeverShareAKey(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	const count = 150 // 11,175 pairs
	var entities []*entity
	var keys []map[string]string
	for i := range count {
		svc, err := NewService(nil, Table{Name: "app"})
		if err != nil {
			t.Fatal(err)
		}
		e, errs := svc.newEntity(randomEntityType(r, i))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		entities, keys = append(entities, e), append(keys, renderedKeys(t, r, e))
	}
	said, met := 0, 0
	for i, a := range entities {
		for j, b := range entities[:i] {
			err := a.overlap(b)
			if (err != nil) != (b.overlap(a) != nil) {
				t.Errorf("%s and %s: the order decides whether they overlap", keysOf(a), keysOf(b))
			}
			shared, ok := common(keys[i], keys[j])
			if ok && err == nil {
				t.Errorf("%s and %s share the key %s, and are taken", keysOf(a), keysOf(b), shared)
			}
			if ok {
				met++
			}
			if err != nil {
				said++
				checkSample(t, err, a, b)
			}
		}
	}
	t.Logf("%d pairs overlap, of which %d met; %d don't", said, met, count*(count-1)/2-said)
	if met < 100 || said > count*(count-1)/4 {
		t.Error("the random entities are too far apart, or too much alike")
	}
}

// checkSample checks that the key which an error of overlap shows is a key of
// both entities.
func checkSample(t *testing.T, err error, entities ...*entity) {
	t.Helper()
	for _, e := range entities {
		for _, k := range e.primary().keys() {
			if k.tmpl == nil {
				continue
			}
			_, rest, ok := strings.Cut(err.Error(), k.name+"=")
			quoted, qerr := strconv.QuotedPrefix(rest)
			sample, uerr := strconv.Unquote(quoted)
			if !ok || qerr != nil || uerr != nil || k.parse(sample, make([]key.Value, len(k.parts))) != nil {
				t.Errorf("%s: no key of it in %q", keysOf(e), err)
			}
		}
	}
}

// common returns a key that both have.
func common(a, b map[string]string) (string, bool) {
	for k := range a {
		if _, ok := b[k]; ok {
			return k, true
		}
	}
	return "", false
}

func keysOf(e *entity) string {
	var rows []string
	for _, k := range e.primary().keys() {
		rows = append(rows, fmt.Sprintf("%s %q", k.name, k.tmpl))
	}
	return strings.Join(rows, ", ")
}
