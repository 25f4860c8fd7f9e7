package expr

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func text(s string) value.Value { return value.String(s) }

func TestNewEnv(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 255)
	big := text(strings.Repeat("x", 1<<20))
	type (
		names  = map[string]string
		values = map[string]value.Value
	)
	tests := map[string]struct {
		names  names
		values values
		want   string
	}{
		"neither":            {nil, nil, ""},
		"both":               {names{"#a": "x", "#1": "y", "#_": "a b"}, values{":a": text(""), ":0": text("")}, ""},
		"empty names":        {names{}, values{}, "ExpressionAttributeNames must not be empty"},
		"empty values":       {names{"#a": "x"}, values{}, "ExpressionAttributeValues must not be empty"},
		"name without sigil": {names{"a": "x"}, values{}, `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		"name with :":        {names{":a": "x"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: ":a"`},
		"sigil alone":        {names{"#": "x"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#"`},
		"no key":             {names{"": "x"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: ""`},
		"dot in name":        {names{"#a.b": "x"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#a.b"`},
		"space in name":      {names{"#a b": "x"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#a b"`},
		"foreign letter":     {names{"#é": "x"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#é"`},
		"no UTF-8":           {names{"#\xe1": "x"}, nil, "ExpressionAttributeNames contains invalid key: Syntax error; key: \"#\xe1\""},
		"first of several":   {names{"#c": "x", "b": "x", "a": "x"}, nil, `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		"long key":           {names{"#" + long[1:]: "x"}, nil, ""},
		"key too long":       {names{"#" + long: "x"}, nil, "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; size of key: 256"},
		"empty name":         {names{"#a": ""}, values{":a": text("")}, "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a"},
		"long name":          {names{"#a": strings.Repeat("x", 65535)}, nil, ""},
		"name too long":      {names{"#a": strings.Repeat("x", 65536)}, nil, "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less than 65536 bytes for key #a"},
		"value without sigil": {
			names{"#a": ""},
			values{"a": text("")},
			`ExpressionAttributeValues contains invalid key: Syntax error; key: "a"`,
		},
		"large values":     {nil, values{":a": big, ":b": text(big.Text()[4:])}, ""},
		"values too large": {nil, values{":a": big, ":b": text(big.Text()[3:])}, "ExpressionAttributeValues exceeds max size"},
		"both too large": {
			names{"#a": "xxxx"},
			values{":a": big, ":b": text(big.Text()[8:])},
			"Combined size of ExpressionAttributeNames and ExpressionAttributeValues exceeds max size",
		},
	}
	for name, tt := range tests {
		if _, err := NewEnv(tt.names, tt.values); errText(err) != tt.want {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestNamesTooLarge(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	for c := 'a'; c <= 'z'; c++ {
		for d := 'a'; d <= 'b'; d++ {
			names["#"+string(c)+string(d)] = strings.Repeat("x", 50_000)
		}
	}
	_, err := NewEnv(names, nil)
	if want := "ExpressionAttributeNames exceeds max size"; errText(err) != want {
		t.Errorf("%v, want %q", err, want)
	}
}

func TestUnused(t *testing.T) {
	t.Parallel()
	newEnv := func() *Env {
		env, err := NewEnv(map[string]string{"#a": "a", "#b": "b", "#c": "c"}, map[string]value.Value{":a": text(""), ":b": text(""), ":c": text("")})
		if err != nil {
			t.Fatal(err)
		}
		return env
	}
	tests := map[string]struct {
		update, condition string
		want              string
	}{
		"all used":      {"SET #a = :a, #b = :b", "#c = :c", ""},
		"used twice":    {"SET #a.#b.#c = :a", "#a.#b = :b AND :c = #a", ""},
		"name unused":   {"SET #b = :a", "#c = :b", "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"},
		"names unused":  {"SET x = :a", "#c = :b", "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"},
		"values unused": {"REMOVE #a", "attribute_exists(#b.#c)", "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :b, :c}"},
	}
	for name, tt := range tests {
		env := newEnv()
		if _, err := ParseUpdate(tt.update, env); err != nil {
			t.Fatal(err)
		}
		if _, err := ParseCondition(ConditionExpression, tt.condition, env); err != nil {
			t.Fatal(err)
		}
		if err := env.Unused(); errText(err) != tt.want {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestValuesFromSDK(t *testing.T) {
	t.Parallel()
	const empty = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
	s := &types.AttributeValueMemberS{Value: "x"}
	tests := map[string]struct {
		in   map[string]types.AttributeValue
		want string
		old  string // where the older way of checking says something else
	}{
		"valid":       {map[string]types.AttributeValue{":a": s, ":b": s}, "", ""},
		"no values":   {map[string]types.AttributeValue{}, "ExpressionAttributeValues must not be empty", ""},
		"empty value": {map[string]types.AttributeValue{":a": s, ":b": nil}, empty, "ExpressionAttributeValues contains invalid value: " + empty + " for key :b"},
		"bad key goes first": {
			map[string]types.AttributeValue{":b": nil, "b": s},
			`ExpressionAttributeValues contains invalid key: Syntax error; key: "b"`, "",
		},
		"first of several": {
			map[string]types.AttributeValue{":b": &types.AttributeValueMemberN{Value: "x"}, ":a": nil},
			empty, "ExpressionAttributeValues contains invalid value: " + empty + " for key :a",
		},
		"set": {
			map[string]types.AttributeValue{":a": &types.AttributeValueMemberSS{Value: []string{"a", "a"}}},
			`One or more parameter values were invalid: Input collection ["a", "a"] contains duplicates.`,
			"ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: " +
				"Input collection [a, a] contains duplicates. for key :a",
		},
		"large list": {
			map[string]types.AttributeValue{":a": &types.AttributeValueMemberL{Value: []types.AttributeValue{
				&types.AttributeValueMemberS{Value: strings.Repeat("x", 400<<10)},
			}}},
			"ExpressionAttributeValues contains invalid value: Item size has exceeded the maximum allowed size for key :a", "",
		},
	}
	for name, tt := range tests {
		_, err := ValuesFromSDK(tt.in)
		e := &value.ValidationError{}
		if errors.As(err, &e); e.Message != tt.want || e.Older != tt.old {
			t.Errorf("%s: %+v, want %q, %q", name, e, tt.want, tt.old)
		}
	}
	got, _ := ValuesFromSDK(tests["valid"].in)
	want := map[string]value.Value{":a": text("x"), ":b": text("x")}
	if diff := cmp.Diff(want, got, cmpValues); diff != "" {
		t.Error(diff)
	}
	if values, err := ValuesFromSDK(nil); values != nil || err != nil {
		t.Errorf("nil gave %v, %v", values, err)
	}
}

var cmpValues = cmp.AllowUnexported(value.Value{}, value.Item{})
