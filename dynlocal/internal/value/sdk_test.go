package value

import (
	"math/rand/v2"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var cmpSDK = cmpopts.IgnoreUnexported(
	types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberB{},
	types.AttributeValueMemberBOOL{}, types.AttributeValueMemberNULL{},
	types.AttributeValueMemberSS{}, types.AttributeValueMemberNS{}, types.AttributeValueMemberBS{},
	types.AttributeValueMemberL{}, types.AttributeValueMemberM{},
)

func TestSDKForm(t *testing.T) {
	t.Parallel()
	in := map[string]types.AttributeValue{
		"s":  &types.AttributeValueMemberS{Value: "text"},
		"n":  &types.AttributeValueMemberN{Value: "1.10"},
		"b":  &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"t":  &types.AttributeValueMemberBOOL{Value: true},
		"f":  &types.AttributeValueMemberBOOL{Value: false},
		"z":  &types.AttributeValueMemberNULL{Value: true},
		"ss": &types.AttributeValueMemberSS{Value: []string{"b", "a"}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"10", "9.0"}},
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {0}}},
		"l":  &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberN{Value: "1e1"}}},
		"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"l": &types.AttributeValueMemberL{}, "m": &types.AttributeValueMemberM{},
		}},
		"e": &types.AttributeValueMemberS{},
	}
	want := map[string]types.AttributeValue{
		"s":  &types.AttributeValueMemberS{Value: "text"},
		"n":  &types.AttributeValueMemberN{Value: "1.1"},
		"b":  &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"t":  &types.AttributeValueMemberBOOL{Value: true},
		"f":  &types.AttributeValueMemberBOOL{Value: false},
		"z":  &types.AttributeValueMemberNULL{Value: true},
		"ss": &types.AttributeValueMemberSS{Value: []string{"a", "b"}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"9", "10"}},
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{0}, {1}}},
		"l":  &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberN{Value: "10"}}},
		"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{}},
			"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}},
		}},
		"e": &types.AttributeValueMemberS{},
	}
	it, err := FromSDK(in)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, it.SDK(), cmpSDK); diff != "" {
		t.Error(diff)
	}
}

func TestSDKRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for range propertyCases / 2 {
		it := randomItem(r, 3)
		back, err := FromSDK(it.SDK())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(it, back, cmpValues); diff != "" {
			t.Fatal(diff)
		}
	}
}

// nested returns a text inside n lists and maps.
func nested(n int) types.AttributeValue {
	var av types.AttributeValue = &types.AttributeValueMemberS{Value: "x"}
	for i := range n {
		if i%2 == 0 {
			av = &types.AttributeValueMemberL{Value: []types.AttributeValue{av}}
		} else {
			av = &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"a": av}}
		}
	}
	return av
}

func TestSDKErrors(t *testing.T) {
	t.Parallel()
	empty := "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
	many := "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
	tests := map[string]struct {
		av   types.AttributeValue
		want string
	}{
		"nil":            {nil, empty},
		"several types":  {&types.UnknownUnionMember{}, many},
		"nil in list":    {&types.AttributeValueMemberL{Value: []types.AttributeValue{nil}}, empty},
		"nil in map":     {&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"a": nil}}, empty},
		"empty name":     {&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"": &types.AttributeValueMemberS{}}}, "Empty attribute name"},
		"NULL false":     {&types.AttributeValueMemberNULL{}, "One or more parameter values were invalid: Null attribute value types must have the value of true"},
		"bad number":     {&types.AttributeValueMemberN{Value: "x"}, noNumber + ": x"},
		"empty set":      {&types.AttributeValueMemberSS{}, "One or more parameter values were invalid: An string set  may not be empty"},
		"31 levels":      {nested(31), ""},
		"32 levels":      {nested(32), "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"},
		"33 levels":      {nested(33), "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"},
		"100,000 levels": {nested(100_000), "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"},
	}
	for name, tt := range tests {
		if _, err := FromSDK(map[string]types.AttributeValue{"a": tt.av}); errText(err) != tt.want {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
		if _, err := ValueFromSDK(tt.av); errText(err) != tt.want {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
