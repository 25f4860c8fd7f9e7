package dynlocal

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// TestSparseInputs sends inputs with members missing at random, which the SDK would hold back but other clients do not:
// each is answered or refused with an error of the service, whatever is missing.
func TestSparseInputs(t *testing.T) {
	t.Parallel()
	db, _ := newTestTable(t)
	r := rand.New(rand.NewPCG(8, 9))
	for name, o := range operations {
		for range 1000 {
			in := o.newInput()
			sparse(r, reflect.ValueOf(in).Elem(), 6)
			_, err := db.do(t.Context(), spaceID{defaultAccount, defaultRegion}, name, in)
			var ae smithy.APIError
			if err != nil && !errors.As(err, &ae) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

var sparseStrings = []string{"things", "things", "pk", "sk", "a", "x", "", "all", "local", "ALL", "HASH", "RANGE", "S", "pk = :v", "SET x = :v", "arn:aws:dynamodb:us-east-1:000000000000:table/things"}

// sparse fills v with random members, leaving some out.
func sparse(r *rand.Rand, v reflect.Value, depth int) {
	if depth == 0 || r.IntN(6) == 0 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		sparse(r, v.Elem(), depth)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				sparse(r, v.Field(i), depth-1)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		for i := range v.Len() {
			sparse(r, v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range r.IntN(3) {
			to := reflect.New(v.Type().Elem()).Elem()
			sparse(r, to, depth-1)
			v.SetMapIndex(reflect.ValueOf(sparseStrings[r.IntN(len(sparseStrings))]), to)
		}
	case reflect.Interface:
		if v.Type() == reflect.TypeFor[types.AttributeValue]() {
			v.Set(reflect.ValueOf([]types.AttributeValue{
				sv("p"), nv("1"), &types.AttributeValueMemberNULL{}, &types.AttributeValueMemberM{}, &types.AttributeValueMemberSS{},
			}[r.IntN(5)]))
		}
	case reflect.String:
		v.SetString(sparseStrings[r.IntN(len(sparseStrings))])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(r.IntN(4)))
	}
}
