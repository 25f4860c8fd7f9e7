package wire

import (
	"io"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/dyntable/dyn/internal/codec/codectest"
	"github.com/dyntable/dyn/internal/ddbjson"
)

// TestSerializer compares with the SDK's serializer on random inputs of all operations.
func TestSerializer(t *testing.T) {
	t.Parallel()
	sdk := awsjson.New10(schemas.DynamoDB_20120810)
	inputs := map[*smithy.OperationSchema]reflect.Type{
		smithy.NewOperationSchema(schemas.GetItem, schemas.GetItemInput, nil):                       reflect.TypeFor[dynamodb.GetItemInput](),
		smithy.NewOperationSchema(schemas.DeleteItem, schemas.DeleteItemInput, nil):                 reflect.TypeFor[dynamodb.DeleteItemInput](),
		smithy.NewOperationSchema(schemas.PutItem, schemas.PutItemInput, nil):                       reflect.TypeFor[dynamodb.PutItemInput](),
		smithy.NewOperationSchema(schemas.UpdateItem, schemas.UpdateItemInput, nil):                 reflect.TypeFor[dynamodb.UpdateItemInput](),
		smithy.NewOperationSchema(schemas.Query, schemas.QueryInput, nil):                           reflect.TypeFor[dynamodb.QueryInput](),
		smithy.NewOperationSchema(schemas.Scan, schemas.ScanInput, nil):                             reflect.TypeFor[dynamodb.ScanInput](),
		smithy.NewOperationSchema(schemas.BatchGetItem, schemas.BatchGetItemInput, nil):             reflect.TypeFor[dynamodb.BatchGetItemInput](),
		smithy.NewOperationSchema(schemas.BatchWriteItem, schemas.BatchWriteItemInput, nil):         reflect.TypeFor[dynamodb.BatchWriteItemInput](),
		smithy.NewOperationSchema(schemas.TransactGetItems, schemas.TransactGetItemsInput, nil):     reflect.TypeFor[dynamodb.TransactGetItemsInput](),
		smithy.NewOperationSchema(schemas.TransactWriteItems, schemas.TransactWriteItemsInput, nil): reflect.TypeFor[dynamodb.TransactWriteItemsInput](),
		smithy.NewOperationSchema(schemas.CreateTable, schemas.CreateTableInput, nil):               reflect.TypeFor[dynamodb.CreateTableInput](),
	}
	g := codectest.New(1)
	for op, typ := range inputs {
		for range 200 {
			v := reflect.New(typ)
			fill(g, v.Elem())
			in := v.Interface().(smithy.Serializable)
			req := smithyhttp.NewStackRequest().(*smithyhttp.Request)
			req.URL = &url.URL{}
			if err := sdk.SerializeRequest(ctx, op, in, req); err != nil {
				t.Fatal(err)
			}
			want, err := io.ReadAll(req.GetStream())
			if err != nil {
				t.Fatal(err)
			}
			for name, write := range map[string]func(*serializer){"by itself": func(s *serializer) { in.Serialize(s) }, "here": func(s *serializer) { s.write(in) }} {
				s := newSerializer(nil)
				write(s)
				if s.unknown {
					t.Fatalf("%s is unknown", typ)
				}
				if sameJSON(t, s.Bytes(), want); t.Failed() {
					t.Fatal(typ, name)
				}
			}
		}
	}
}

// TestUsualInputs compares how inputs are written here with how they write themselves, member by member in their order.
func TestUsualInputs(t *testing.T) {
	t.Parallel()
	g := codectest.New(2)
	legacy := []string{"AttributesToGet", "AttributeUpdates", "ConditionalOperator", "Expected", "KeyConditions", "QueryFilter"}
	for _, typ := range []reflect.Type{
		reflect.TypeFor[dynamodb.GetItemInput](), reflect.TypeFor[dynamodb.PutItemInput](), reflect.TypeFor[dynamodb.UpdateItemInput](),
		reflect.TypeFor[dynamodb.DeleteItemInput](), reflect.TypeFor[dynamodb.QueryInput](),
	} {
		for range 500 {
			v := reflect.New(typ)
			fill(g, v.Elem())
			for _, name := range legacy {
				if f := v.Elem().FieldByName(name); f.IsValid() {
					f.SetZero()
				}
			}
			in := v.Interface().(smithy.Serializable)
			got, want := newSerializer(nil), newSerializer(nil)
			if !got.plain(in) {
				t.Fatalf("%s writes itself: %+v", typ, in)
			}
			in.Serialize(want)
			if sameJSON(t, got.buf, want.buf); t.Failed() || !slices.Equal(memberNames(got.buf), memberNames(want.buf)) {
				t.Fatalf("%s:\ngot  %s\nwant %s", typ, got.buf, want.buf)
			}
			for _, name := range legacy {
				f := v.Elem().FieldByName(name)
				if !f.IsValid() {
					continue
				}
				for f.IsZero() {
					fill(g, f)
				}
				if newSerializer(nil).plain(in) {
					t.Fatalf("%s with %s does not write itself", typ, name)
				}
				f.SetZero()
			}
		}
	}
}

// TestCondition writes conditions ahead of the requests, which are the same as without.
func TestCondition(t *testing.T) {
	t.Parallel()
	text, other := "#a = :v", "#a = :v"
	if got := Condition(nil, nil, nil); got != nil {
		t.Errorf("no condition is %s", got.json)
	}
	if got := Condition(&text, nil, map[string]types.AttributeValue{":v": nil}); got != nil {
		t.Errorf("a condition that the SDK has to write is %s", got.json)
	}
	for _, in := range []smithy.Serializable{
		&dynamodb.PutItemInput{
			TableName: name, Item: key, ConditionExpression: &text, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		},
		&dynamodb.PutItemInput{TableName: name, Item: key, ConditionExpression: &text},
		&dynamodb.DeleteItemInput{
			TableName: name, Key: key, ConditionExpression: &text, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		},
		&dynamodb.DeleteItemInput{TableName: name, Key: key, ConditionExpression: &other},
		&dynamodb.DeleteItemInput{TableName: name, Key: key},
	} {
		var known *Known
		switch in := in.(type) {
		case *dynamodb.PutItemInput:
			known = Condition(&text, in.ExpressionAttributeNames, in.ExpressionAttributeValues)
		case *dynamodb.DeleteItemInput:
			known = Condition(&text, in.ExpressionAttributeNames, in.ExpressionAttributeValues)
		}
		want := newSerializer(nil)
		in.Serialize(want)
		call := &Call{known: known}
		got, ok := call.Body(in)
		if sameJSON(t, got, want.buf); !ok || t.Failed() {
			t.Fatalf("got  %s\nwant %s", got, want.buf)
		}
		call.Recycle()
	}
}

func memberNames(body []byte) (names []string) {
	ddbjson.Members(body, 0, func(name []byte, at int) int {
		names = append(names, string(name))
		return ddbjson.SkipValue(body, at)
	})
	return names
}

var attributeValue = reflect.TypeFor[types.AttributeValue]()

// fill sets v to something random that the SDK can serialize.
func fill(g *codectest.Gen, v reflect.Value) {
	if v.Type() == attributeValue {
		v.Set(reflect.ValueOf(attribute(g)))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if g.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(g, v.Elem())
		}
	case reflect.Slice:
		if n := g.IntN(4); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
			for i := range n - 1 {
				fill(g, v.Index(i))
			}
		}
	case reflect.Map:
		if g.IntN(4) > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range g.IntN(3) {
				k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				fill(g, k)
				fill(g, e)
				v.SetMapIndex(k, e)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(g, v.Field(i))
			}
		}
	case reflect.String:
		v.SetString([]string{"", "a", "#name", "é\n\"\\<&>\u2028", "\xff", "long enough for two words"}[g.IntN(6)])
	case reflect.Bool:
		v.SetBool(g.IntN(2) == 0)
	case reflect.Int32, reflect.Int64:
		v.SetInt(rand.Int64N(100) - 50)
	case reflect.Float64:
		v.SetFloat([]float64{0, 1.5, 1e-9, 1e22}[g.IntN(4)])
	}
}

// attribute returns a random value without nil in it, for which the SDK would write nothing.
func attribute(g *codectest.Gen) types.AttributeValue {
	for {
		if av := g.Attribute(2); whole(av) {
			return av
		}
	}
}

func whole(av types.AttributeValue) bool {
	switch av := av.(type) {
	case nil:
		return false
	case *types.AttributeValueMemberL:
		for _, e := range av.Value {
			if !whole(e) {
				return false
			}
		}
	case *types.AttributeValueMemberM:
		for _, e := range av.Value {
			if !whole(e) {
				return false
			}
		}
	}
	return true
}
