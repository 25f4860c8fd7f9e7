package codec

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

const (
	randomTypes   = 400
	valuesPerType = 80
)

// forRandom calls f for values of the sink type and of many random ones.
func forRandom(t *testing.T, f func(g *gen, p *Plan, v reflect.Value)) {
	for i := range uint64(randomTypes) {
		g := newGen(i)
		g.full = g.IntN(2) == 0
		typ := reflect.TypeFor[sink]()
		if i%4 != 0 {
			typ = g.structType(3)
		}
		p, err := Compile(typ, Options{Nulls: g.full})
		if err != nil {
			t.Fatalf("seed %d: %v: %v", i, typ, err)
		}
		for range valuesPerType {
			v := reflect.New(typ).Elem()
			g.fill(v, 5)
			f(g, p, v)
			if t.Failed() {
				t.Fatalf("seed %d: %v", i, typ)
			}
		}
	}
}

// TestDiffEncode compares with attributevalue. Without Options.Nulls, NULLs and empty sets don't count.
func TestDiffEncode(t *testing.T) {
	t.Parallel()
	encoded, failed := 0, 0
	forRandom(t, func(g *gen, p *Plan, v reflect.Value) {
		want, wantErr := marshalMap(v.Addr().Interface())
		got, err := p.Encode(v)
		if errors.As(wantErr, new(panicked)) {
			return
		}
		if (err != nil) != (wantErr != nil) {
			t.Errorf("error %v, attributevalue %v", err, wantErr)
		}
		if err != nil {
			failed++
			return
		}
		encoded++
		if !g.full {
			prune(want)
			prune(got)
		}
		if diff := cmp.Diff(want, got, exportMembers); diff != "" {
			t.Errorf("-attributevalue +codec:\n%s", diff)
		}
	})
	if encoded < 10_000 {
		t.Errorf("only %d values were encoded, %d not", encoded, failed)
	}
	t.Logf("%d encoded, %d errors", encoded, failed)
}

// TestDiffDecode compares with attributevalue on what it encoded, changed at random.
func TestDiffDecode(t *testing.T) {
	t.Parallel()
	decoded, failed := 0, 0
	forRandom(t, func(g *gen, p *Plan, v reflect.Value) {
		m, err := marshalMap(v.Addr().Interface())
		if err != nil {
			return
		}
		if g.IntN(3) > 0 {
			g.mutateMap(m)
		}
		want, got := reflect.New(p.Type), reflect.New(p.Type)
		wantErr := unmarshalMap(m, want.Interface())
		err = p.Decode(m, got.Elem())
		if errors.As(wantErr, new(panicked)) {
			return
		}
		if (err != nil) != (wantErr != nil) {
			t.Errorf("error %v, attributevalue %v, of %s", err, wantErr, show(m))
		}
		if err != nil {
			failed++
			return
		}
		decoded++
		if !reflect.DeepEqual(want.Interface(), got.Interface()) {
			t.Errorf("got  %+v\nwant %+v\nof %s", got.Elem(), want.Elem(), show(m))
		}
	})
	if decoded < 10_000 || failed < 5_000 {
		t.Errorf("only %d decoded, %d errors", decoded, failed)
	}
	t.Logf("%d decoded, %d errors", decoded, failed)
}

var exportMembers = cmp.Exporter(func(reflect.Type) bool { return true })

func show(m map[string]types.AttributeValue) string {
	return cmp.Diff(map[string]types.AttributeValue(nil), m, exportMembers)
}

// marshalMap is attributevalue's, with panics as errors.
func marshalMap(v any) (m map[string]types.AttributeValue, err error) {
	defer recoverTo(&err)
	return attributevalue.MarshalMap(v)
}

// unmarshalMap is attributevalue's with its own repair of sets whose elements have an Unmarshaler.
func unmarshalMap(m map[string]types.AttributeValue, v any) (err error) {
	defer recoverTo(&err)
	return attributevalue.UnmarshalMapWithOptions(m, v, func(o *attributevalue.DecoderOptions) {
		o.FixUnmarshalIndividualSetValues = true
	})
}

func recoverTo(err *error) {
	if p := recover(); p != nil {
		*err = panicked(fmt.Sprint(p))
	}
}

// panicked is what attributevalue does with some types and values; this package may do what it likes then, but that.
type panicked string

func (p panicked) Error() string { return "panic: " + string(p) }

// prune removes NULLs and empty sets from maps and makes empty sets in lists NULL.
func prune(m map[string]types.AttributeValue) {
	for k, av := range m {
		if _, isNull := pruned(av).(*types.AttributeValueMemberNULL); isNull {
			delete(m, k)
		}
	}
}

func pruned(av types.AttributeValue) types.AttributeValue {
	switch av := av.(type) {
	case *types.AttributeValueMemberM:
		prune(av.Value)
	case *types.AttributeValueMemberL:
		for i, e := range av.Value {
			av.Value[i] = pruned(e)
		}
	case *types.AttributeValueMemberSS, *types.AttributeValueMemberNS, *types.AttributeValueMemberBS:
		if isNothing(av) {
			return null()
		}
	}
	return av
}
