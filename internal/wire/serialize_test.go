package wire

import (
	"io"
	"math/rand/v2"
	"net/url"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/dyntable/dyn/internal/codec/codectest"
)

// TestSerializer compares with the SDK's serializer on random inputs of all operations.
func TestSerializer(t *testing.T) {
	t.Parallel()
	sdk := awsjson.New10(schemas.DynamoDB_20120810)
	inputs := map[*smithy.OperationSchema]reflect.Type{
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
			s := newSerializer(nil)
			in.Serialize(s)
			if s.unknown {
				t.Fatalf("%s is unknown", typ)
			}
			if sameJSON(t, s.Bytes(), want); t.Failed() {
				t.Fatal(typ)
			}
		}
	}
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
