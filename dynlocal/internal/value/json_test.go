package value

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fromJSON decodes one value, as an attribute.
func fromJSON(text string) (Value, error) {
	it, err := ItemFromJSON([]byte(`{"a":` + text + `}`))
	return it.Get("a"), err
}

func TestFromJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want Value
	}{
		{`{"S":"text"}`, String("text")},
		{` { "S" : "" } `, String("")},
		{`{"S":"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00"}`, String("\"\\/\b\f\n\r\tAé😀")},
		{`{"S":"a\ud83dz"}`, String("a\uFFFDz")},
		{`{"S":"\ud83d\ud83d\ude00"}`, String("\uFFFD😀")},
		{`{"S":"\ud83d\u0041"}`, String("\uFFFDA")},
		{`{"S":"\ude00"}`, String("\uFFFD")},
		{"{\"S\":\"a\xffb\"}", String("a\uFFFDb")},
		{`{"N":"1.50"}`, must(Number("1.5"))},
		{`{"B":"AP8="}`, Binary([]byte{0, 255})},
		{`{"B":""}`, Binary(nil)},
		{`{"BOOL":true}`, Bool(true)},
		{`{"BOOL":false}`, Bool(false)},
		{`{"BOOL":"Yes"}`, Bool(true)},
		{`{"BOOL":"0"}`, Bool(false)},
		{`{"NULL":true}`, Null()},
		{`{"SS":["b","a"]}`, must(StringSet([]string{"a", "b"}))},
		{`{"NS":["10","9"]}`, must(NumberSet([]string{"9", "10"}))},
		{`{"BS":["Yg==","YQ=="]}`, must(BinarySet([][]byte{[]byte("a"), []byte("b")}))},
		{`{"L":[]}`, List()},
		{`{"L":[{"S":"a"},{"L":[{"NULL":true}]}]}`, List(String("a"), List(Null()))},
		{`{"M":{}}`, Map(Item{})},
		{`{"M":{"b":{"S":"x"},"a":{"M":{}}}}`, Map(NewItem([]Attr{{"a", Map(Item{})}, {"b", String("x")}}))},
		{`{"M":{"a":{"S":"x"},"b":{"S":"z"},"a":{"S":"y"}}}`, Map(NewItem([]Attr{{"a", String("y")}, {"b", String("z")}}))},
		{`{"S":"a","N":null,"X":[{"y":1.5e-3},true,null,"z"]}`, String("a")},
	}
	for _, tt := range tests {
		got, err := fromJSON(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("%s: %s, %v", tt.in, got.AppendJSON(nil), err)
		}
	}
}

func TestFromJSONErrors(t *testing.T) {
	t.Parallel()
	const (
		empty     = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
		many      = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
		nesting   = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
		structure = "Start of structure or map found where not expected"
		base64Rot = "Invalid last non-pad Base64 character dectected"
		notBase64 = "only base-64-encoded strings are convertible to bytes"
	)
	tests := []struct{ in, invalid, malformed string }{
		{in: `{}`, invalid: empty},
		{in: `null`, invalid: empty},
		{in: `{"a":""}`, invalid: empty},
		{in: `{"S":null}`, invalid: empty},
		{in: `{"M":{"a":{}}}`, invalid: empty},
		{in: `{"M":{"a":null}}`, invalid: empty},
		{in: `{"L":[{}]}`, invalid: empty},
		{in: `{"L":[null]}`, invalid: empty},
		{in: `{"S":"a","N":"1"}`, invalid: many},
		{in: `{"S":"a","N":""}`, invalid: noNumber + ": "},
		{in: `{"S":"a","N":"b"}`, invalid: noNumber + ": b"},
		{in: `{"NULL":false}`, invalid: "One or more parameter values were invalid: Null attribute value types must have the value of true"},
		{in: `{"NULL":"no"}`, invalid: "One or more parameter values were invalid: Null attribute value types must have the value of true"},
		{in: `{"SS":[]}`, invalid: "One or more parameter values were invalid: An string set  may not be empty"},
		{in: strings.Repeat(`{"L":[`, 32) + strings.Repeat(`]}`, 32), invalid: nesting},
		{in: strings.Repeat(`{"M":{"a":`, 32) + `{"S":"x"}` + strings.Repeat(`}}`, 32), invalid: nesting},
		{in: strings.Repeat(`{"L":[`, 100_000), malformed: ""},

		{in: `"23"`, malformed: "Unexpected value type in payload"},
		{in: `[]`, malformed: "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"},
		{in: `{"S":true}`, malformed: "TRUE_VALUE cannot be converted to String"},
		{in: `{"S":false}`, malformed: "FALSE_VALUE cannot be converted to String"},
		{in: `{"S":23}`, malformed: "NUMBER_VALUE cannot be converted to String"},
		{in: `{"N":-2147483648}`, malformed: "NUMBER_VALUE cannot be converted to String"},
		{in: `{"N":34.56}`, malformed: "DECIMAL_VALUE cannot be converted to String"},
		{in: `{"N":1e5}`, malformed: "DECIMAL_VALUE cannot be converted to String"},
		{in: `{"S":[]}`, malformed: "Unrecognized collection type class java.lang.String"},
		{in: `{"S":{}}`, malformed: structure},
		{in: `{"BOOL":"23"}`, malformed: "Unexpected token received from parser"},
		{in: `{"BOOL":23}`, malformed: "NUMBER_VALUE cannot be converted to Boolean"},
		{in: `{"NULL":34.56}`, malformed: "DECIMAL_VALUE cannot be converted to Boolean"},
		{in: `{"BOOL":[]}`, malformed: "Unrecognized collection type class java.lang.Boolean"},
		{in: `{"BOOL":{}}`, malformed: structure},
		{in: `{"B":true}`, malformed: notBase64},
		{in: `{"B":23}`, malformed: notBase64},
		{in: `{"B":[]}`, malformed: "Unrecognized collection type class java.nio.ByteBuffer"},
		{in: `{"B":{}}`, malformed: structure},
		{in: `{"B":"23456"}`, malformed: "Base64 encoded length is expected a multiple of 4 bytes but found: 5"},
		{in: `{"B":"=+/="}`, malformed: base64Rot},
		{in: `{"B":"+/+="}`, malformed: base64Rot},
		{in: `{"SS":"23"}`, malformed: "Unexpected field type"},
		{in: `{"SS":{}}`, malformed: structure},
		{in: `{"SS":[23]}`, malformed: "NUMBER_VALUE cannot be converted to String"},
		{in: `{"NS":true}`, malformed: "Unexpected field type"},
		{in: `{"BS":[true]}`, malformed: notBase64},
		{in: `{"L":"23"}`, malformed: "Unexpected field type"},
		{in: `{"L":{}}`, malformed: structure},
		{in: `{"L":["23"]}`, malformed: "Unexpected value type in payload"},
		{in: `{"L":[[]]}`, malformed: "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"},
		{in: `{"M":"23"}`, malformed: "Unexpected field type"},
		{in: `{"M":[]}`, malformed: "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"},
		{in: `{"M":{"a":"23"}}`, malformed: "Unexpected value type in payload"},
		{in: `{"N":"x","S":5}`, malformed: "NUMBER_VALUE cannot be converted to String"},
		{in: `{"L":[{},{"S":5}]}`, malformed: "NUMBER_VALUE cannot be converted to String"},

		{in: ``},
		{in: `{`},
		{in: `{"S"`},
		{in: `{"S":`},
		{in: `{"S":"a`},
		{in: `{"S":"a"`},
		{in: `{"S":"a"}}`},
		{in: `{"S":"a",}`},
		{in: `{"S":"\x"}`},
		{in: `{"S":"\u00g0"}`},
		{in: `{"S":"\ud83d\u00g0"}`},
		{in: `{"S":"\`},
		{in: "{\"S\":\"a\nb\"}"},
		{in: "{\"S\":\"\\n\n\"}"},
		{in: `{"L":[{"S":"a"},]}`},
		{in: `{"L":[}`},
		{in: `{"S":nul}`},
		{in: `{"S":01}`},
		{in: `{"S":-}`},
		{in: `{"S":1.}`},
		{in: `{"S":1e}`},
		{in: `{S:"a"}`},
	}
	for _, tt := range tests {
		_, err := fromJSON(tt.in)
		var invalid *ValidationError
		var malformed *SerializationError
		switch {
		case tt.invalid != "" && errors.As(err, &invalid) && invalid.Message == tt.invalid:
		case tt.invalid == "" && errors.As(err, &malformed) && malformed.Message == tt.malformed:
		default:
			t.Errorf("%.60s: %T %v; want invalid %q, malformed %q", tt.in, err, err, tt.invalid, tt.malformed)
		}
	}
}

func TestItemFromJSON(t *testing.T) {
	t.Parallel()
	it, err := ItemFromJSON([]byte(`{"b":{"N":"1"},"a":{"S":"x"}}`))
	want := NewItem([]Attr{{"a", String("x")}, {"b", Int(1)}})
	if err != nil || it != want {
		t.Errorf("%s, %v", it.AppendJSON(nil), err)
	}
	for in, want := range map[string]string{
		`{"a":"x"}`:      "Unexpected value type in payload",
		`[]`:             "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>",
		`{"a":[]}`:       "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue",
		`{"a":{"S":5}}`:  "NUMBER_VALUE cannot be converted to String",
		`{"a":{"N":"x"`:  "",
		`{"a":{"N":"x"}`: "",
	} {
		_, err := ItemFromJSON([]byte(in))
		if malformed := (*SerializationError)(nil); !errors.As(err, &malformed) || malformed.Message != want {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	for range propertyCases / 2 {
		it := randomItem(r, 3)
		data := it.AppendJSON(nil)
		if !json.Valid(data) {
			t.Fatalf("no JSON: %s", data)
		}
		back, err := ItemFromJSON(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(it, back, cmpValues); diff != "" {
			t.Fatal(diff)
		}
	}
}

// TestAppendText compares the writing of strings with the standard library.
func TestAppendText(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "plain", "\x00\x1f\"\\/\b\f\n\r\t", "é😀\u2028", "a\xffb\xc3", "\ufffd"} {
		var got string
		if err := json.Unmarshal(appendText(nil, s), &got); err != nil || got != strings.ToValidUTF8(s, "\uFFFD") {
			t.Errorf("%q came back as %q, %v", s, got, err)
		}
	}
}
