package codec

import (
	"errors"
	"math/big"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var errFailer = errors.New("failed on purpose")

type failer struct{}

func (failer) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) { return nil, errFailer }

func TestEqual(t *testing.T) {
	t.Parallel()
	ss := func(s ...string) types.AttributeValue { return &types.AttributeValueMemberSS{Value: s} }
	ns := func(s ...string) types.AttributeValue { return &types.AttributeValueMemberNS{Value: s} }
	bs := func(s ...string) types.AttributeValue {
		set := &types.AttributeValueMemberBS{}
		for _, b := range s {
			set.Value = append(set.Value, []byte(b))
		}
		return set
	}
	bin := func(s string) types.AttributeValue { return &types.AttributeValueMemberB{Value: []byte(s)} }
	yes := &types.AttributeValueMemberBOOL{Value: true}
	// All of one row are equal, none of different rows.
	rows := [][]types.AttributeValue{
		{nil},
		{null(), &types.AttributeValueMemberNULL{}},
		{str("1")},
		{str("")},
		{str("1.0")},
		{num("1"), num("1.0"), num("+01"), num("10e-1"), num(".1E1")},
		{num("-1")},
		{num("0"), num("-0"), num("0.00"), num("0e5")},
		{num("12345678901234567890123456789012345678")},
		{num("12345678901234567890123456789012345679")},
		{bin("1")},
		{bin(""), &types.AttributeValueMemberB{}},
		{yes},
		{&types.AttributeValueMemberBOOL{}},
		{ss("a", "b"), ss("b", "a")},
		{ss("a")},
		{ss("a", "a", "b")},
		{ss("1")},
		{ns("1", "2"), ns("2.0", "1")},
		{ns("1")},
		{bs("1", "2"), bs("2", "1")},
		{bs("1")},
		{list(num("1"), null()), list(num("1.0"), null())},
		{list(null(), num("1"))},
		{list()},
		{dict(item{"a": num("1")}), dict(item{"a": num("1.0")})},
		{dict(item{"b": num("1")})},
		{dict(item{}), dict(nil)},
	}
	for i, a := range rows {
		for j, b := range rows {
			for _, x := range a {
				for _, y := range b {
					if got := Equal(x, y); got != (i == j) {
						t.Errorf("Equal(%#v, %#v) is %v", x, y, got)
					}
				}
			}
		}
	}
}

// FuzzDecimal compares with big.Rat, which takes a little more: fractions, other bases, underscores.
func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"0", "-1.50", ".5", "5.", "1e-3", "+12E4", "", ".", "e1", "1e", "--1", "1_0", "0x1", "1/2", "NaN", "١"} {
		f.Add(s, "1.5e0")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 100 {
			return
		}
		x, okX := parseDecimal(a)
		y, okY := parseDecimal(b)
		if x.exp > 1000 || x.exp < -1000 || y.exp > 1000 || y.exp < -1000 {
			return
		}
		ratX, wantX := new(big.Rat).SetString(a)
		ratY, wantY := new(big.Rat).SetString(b)
		if okX && !wantX || okY && !wantY {
			t.Fatalf("%q, %q: taken for numbers: %v, %v", a, b, okX, okY)
		}
		if !okX || !okY {
			return
		}
		if got, want := x == y, ratX.Cmp(ratY) == 0; got != want {
			t.Errorf("%q == %q is %v, want %v", a, b, got, want)
		}
		if n, ok := parseDecimal(x.String()); !ok || n != x {
			t.Errorf("%q: %v becomes %v", a, x, n)
		}
	})
}
