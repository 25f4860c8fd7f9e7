package codec

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// TestBare compares what Encode does with plain scalars at once to what the
// compiled functions do, under every option that changes them.
func TestBare(t *testing.T) {
	t.Parallel()
	type named string
	text, number := "x", -7
	pp := &text
	v := struct {
		S, Empty       string
		Named          named
		I, Zero        int
		I8             int8
		I64            int64
		U              uint
		U64            uint64
		B, False       bool
		F              float64
		P, Nil         *string
		PI             *int
		PP             **string
		SOmit, SKept   string `dynamodbav:",omitempty"`
		INull, IKept   int    `dynamodbav:",nullempty"`
		IText          int    `dynamodbav:",string"`
		UText          uint8  `dynamodbav:",string,omitempty"`
		BOmit          bool   `dynamodbav:",omitempty"`
		Bytes, NoBytes []byte
	}{
		S: "a", Named: "b", I: 123456, I8: -128, I64: -1 << 63, U: 7, U64: 1<<64 - 1, B: true, F: 1.5,
		P: &text, PI: &number, PP: &pp, SKept: "k", IKept: 3, IText: 12, UText: 200, Bytes: []byte("b"),
	}
	for _, nulls := range []bool{false, true} {
		plan, err := Compile(reflect.TypeOf(v), Options{Nulls: nulls})
		if err != nil {
			t.Fatal(err)
		}
		for i := range plan.Fields {
			f := &plan.Fields[i]
			fv, _ := f.Value(reflect.ValueOf(&v).Elem())
			got, gotErr := f.Codec.Encode(fv)
			want, wantErr := f.Codec.encode(newEncoder(), fv)
			all := cmp.Exporter(func(reflect.Type) bool { return true })
			if diff := cmp.Diff(want, got, all); diff != "" || gotErr != nil || wantErr != nil {
				t.Errorf("%s: %v and %v (-compiled +at once):\n%s", f.Go, wantErr, gotErr, diff)
			}
		}
	}
}

// TestPick decodes items of more attributes than the struct has fields, some of
// them under names that differ in case, with and without the short way.
func TestPick(t *testing.T) {
	t.Parallel()
	type head struct {
		ID    string
		State string
		Kilo  int
	}
	n := func(s string) types.AttributeValue { return &types.AttributeValueMemberN{Value: s} }
	rest := map[string]types.AttributeValue{"pk": str("p"), "sk": str("s"), "_entity": str("e"), "other": n("1"), "State2": str("x")}
	for _, names := range [][3]string{
		{"ID", "State", "Kilo"}, {"id", "State", "Kilo"}, {"ID", "STATE", "kilo"}, {"ID", "State", "\u212ailo"}, {"ID", "State", ""}, {"", "", ""},
	} {
		for _, both := range []bool{false, true} {
			item := map[string]types.AttributeValue{}
			for k, v := range rest {
				item[k] = v
			}
			var want head
			if names[0] != "" {
				item[names[0]], want.ID = str("1"), "1"
			}
			if names[1] != "" {
				item[names[1]], want.State = str("open"), "open"
			}
			if names[2] != "" {
				item[names[2]], want.Kilo = n("5"), 5
			}
			if both { // the exact name has precedence
				item["ID"], want.ID = str("exact"), "exact"
				item["iD"] = str("not this")
			}
			var got head
			plan, err := Compile(reflect.TypeFor[head](), Options{})
			if err == nil {
				err = plan.Decode(item, reflect.ValueOf(&got).Elem())
			}
			if err != nil || got != want {
				t.Errorf("%q, both %v: %+v, want %+v; %v", names, both, got, want, err)
			}
		}
	}
	var got head
	plan, _ := Compile(reflect.TypeFor[head](), Options{})
	err := plan.Decode(map[string]types.AttributeValue{"ID": n("1"), "State": str("a"), "Kilo": str("no number"), "x": n("1"), "y": n("2")}, reflect.ValueOf(&got).Elem())
	if err == nil || !strings.Contains(err.Error(), "Kilo") {
		t.Errorf("a field that can't be decoded gives %v", err)
	}
}

// TestShape checks that names that are the same without regard to case have a
// shape in common.
func TestShape(t *testing.T) {
	t.Parallel()
	names := []string{"a", "A", "id", "ID", "iD", "K", "k", "\u212a", "kelvin", "\u212aELVIN", "s", "\u017f", "_entity", "_ENTITY", "ß", "ẞ", "x1", "X1", "{", "["}
	for _, a := range names {
		for _, b := range names {
			if strings.EqualFold(a, b) && shape(a)&shape(b) == 0 {
				t.Errorf("%q and %q have no shape in common", a, b)
			}
		}
	}
}
