package codec

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/codec/codectest"
	"github.com/dyntable/dyn/internal/randtest"
)

const (
	randomTypes   = 400
	valuesPerType = 80
)

// forRandom calls f for values of the sink type and of many random ones.
func forRandom(t *testing.T, f func(t *testing.T, g *codectest.Gen, p *Plan, v reflect.Value)) {
	t.Helper()
	first := randtest.Seed(t)
	for i := range uint64(randomTypes) {
		if forSeed(t, first+i, f); t.Failed() {
			t.Fatalf("seed %d, the %d. type", first+i, i)
		}
	}
}

// forSeed calls f for values of one type.
func forSeed(t *testing.T, seed uint64, f func(t *testing.T, g *codectest.Gen, p *Plan, v reflect.Value)) {
	g := codectest.New(seed)
	g.Full = g.IntN(2) == 0
	typ := reflect.TypeFor[codectest.Sink]()
	if seed%4 != 0 {
		typ = g.Struct(3)
	}
	p, err := Compile(typ, Options{Nulls: g.Full})
	if err != nil {
		t.Fatalf("seed %d: %v: %v", seed, typ, err)
	}
	for range valuesPerType {
		v := reflect.New(typ).Elem()
		g.Fill(v, 5)
		if f(t, g, p, v); t.Failed() {
			t.Fatal(typ)
		}
	}
}

// FuzzDiff is TestDiffEncode, TestDiffDecode and TestAbsent on one type.
func FuzzDiff(f *testing.F) {
	f.Add(uint64(1 << 40))
	f.Add(uint64(1099511627078)) // a set whose members are all left out
	f.Fuzz(func(t *testing.T, seed uint64) {
		forSeed(t, seed, func(t *testing.T, g *codectest.Gen, p *Plan, v reflect.Value) { diffEncode(t, g, p, v) })
		forSeed(t, seed, func(t *testing.T, g *codectest.Gen, p *Plan, v reflect.Value) { diffDecode(t, g, p, v) })
		forSeed(t, seed, checkAbsent)
	})
}

// TestDiffEncode compares with attributevalue.
func TestDiffEncode(t *testing.T) {
	t.Parallel()
	encoded := 0
	forRandom(t, func(t *testing.T, g *codectest.Gen, p *Plan, v reflect.Value) {
		if diffEncode(t, g, p, v) {
			encoded++
		}
	})
	if encoded < 10_000 {
		t.Errorf("only %d values were encoded", encoded)
	}
}

// diffEncode compares one value; it returns whether there was something to compare. Without Options.Nulls, NULLs and
// empty sets don't count.
func diffEncode(t *testing.T, g *codectest.Gen, p *Plan, v reflect.Value) bool {
	want, wantErr := marshalMap(v.Addr().Interface())
	got, err := p.Encode(v)
	if errors.As(wantErr, new(panicked)) {
		return false
	}
	if (err != nil) != (wantErr != nil) {
		t.Errorf("error %v, attributevalue %v", err, wantErr)
	}
	if err != nil {
		return false
	}
	prune(want, !g.Full) // all members of a set may be left out, even with Options.Nulls
	if !g.Full {
		prune(got, true)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("-attributevalue +codec:\n%s", cmp.Diff(want, got, exportMembers))
	}
	return true
}

// TestDiffDecode compares with attributevalue on what it encoded, changed at random.
func TestDiffDecode(t *testing.T) {
	t.Parallel()
	decoded, failed := 0, 0
	forRandom(t, func(t *testing.T, g *codectest.Gen, p *Plan, v reflect.Value) {
		switch ok, err := diffDecode(t, g, p, v); {
		case ok:
			decoded++
		case err != nil:
			failed++
		}
	})
	if decoded < 10_000 || failed < 5_000 {
		t.Errorf("only %d decoded, %d errors", decoded, failed)
	}
}

// diffDecode compares on one item; it returns whether it was decoded.
func diffDecode(t *testing.T, g *codectest.Gen, p *Plan, v reflect.Value) (bool, error) {
	m, err := marshalMap(v.Addr().Interface())
	if err != nil {
		return false, nil
	}
	if g.IntN(3) > 0 {
		g.MutateMap(m)
	}
	want, got := reflect.New(p.Type), reflect.New(p.Type)
	wantErr := unmarshalMap(m, want.Interface())
	err = p.Decode(m, got.Elem())
	if errors.As(wantErr, new(panicked)) {
		return false, nil
	}
	if (err != nil) != (wantErr != nil) {
		t.Errorf("error %v, attributevalue %v, of %s", err, wantErr, show(m))
	}
	if err != nil {
		return false, err
	}
	if !reflect.DeepEqual(want.Interface(), got.Interface()) {
		t.Errorf("got  %+v\nwant %+v\nof %s", got.Elem(), want.Elem(), show(m))
	}
	return true, nil
}

// TestAbsent: what is stored, if anything is, agrees with what Absent says.
func TestAbsent(t *testing.T) {
	t.Parallel()
	forRandom(t, checkAbsent)
}

func checkAbsent(t *testing.T, _ *codectest.Gen, p *Plan, v reflect.Value) {
	for i := range p.Fields {
		f := &p.Fields[i]
		av, present, err := f.Encode(v)
		if err != nil || Equal(av, str("nil")) { // OnPointer makes this of nil
			continue
		}
		zeroTime := Equal(av, str("0001-01-01T00:00:00Z")) || Equal(av, num("-62135596800"))
		want := isNothing(av) || zeroTime && (isTime(f.Codec.Base) || f.Codec.Kind == Interface)
		if got := f.Absent(v); got != want || got && !f.Optional() {
			t.Errorf("%s %v: absent %v, optional %v, but %v is stored (%v)", f.Go, f.Type, got, f.Optional(), av, present)
		}
	}
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

// prune removes empty sets from maps, and with nulls NULLs too. In lists it makes empty sets NULL.
func prune(m map[string]types.AttributeValue, nulls bool) {
	for k, av := range m {
		p := pruned(av, nulls)
		if _, isNull := p.(*types.AttributeValueMemberNULL); isNull && (nulls || p != av) {
			delete(m, k)
		}
	}
}

func pruned(av types.AttributeValue, nulls bool) types.AttributeValue {
	switch av := av.(type) {
	case *types.AttributeValueMemberM:
		prune(av.Value, nulls)
	case *types.AttributeValueMemberL:
		for i, e := range av.Value {
			av.Value[i] = pruned(e, nulls)
		}
	case *types.AttributeValueMemberSS, *types.AttributeValueMemberNS, *types.AttributeValueMemberBS:
		if isNothing(av) {
			return null()
		}
	}
	return av
}
