package dyn_test

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// Shape is what the four entities of the benchmark have in common.
type Shape struct {
	Box   string   `dynamodbav:"box"`
	ID    string   `dynamodbav:"id"`
	Name  string   `dynamodbav:"name"`
	Size  int      `dynamodbav:"size"`
	Price float64  `dynamodbav:"price"`
	Tags  []string `dynamodbav:"tags,stringset"`
	Note  string   `dynamodbav:"note"`
	Owner string   `dynamodbav:"owner"`
}

type (
	shapeA struct {
		_ struct{} `dyn:"entity=a"`
		_ struct{} `dyn:"pk,template=BOX#$<Box>,collection=box"`
		_ struct{} `dyn:"sk,template=A#$<ID>"`
		Shape
	}
	shapeB struct {
		_ struct{} `dyn:"entity=b"`
		_ struct{} `dyn:"pk,template=BOX#$<Box>,collection=box"`
		_ struct{} `dyn:"sk,template=B#$<ID>"`
		Shape
	}
	shapeC struct {
		_ struct{} `dyn:"entity=c"`
		_ struct{} `dyn:"pk,template=BOX#$<Box>,collection=box"`
		_ struct{} `dyn:"sk,template=C#$<ID>"`
		Shape
	}
	shapeD struct {
		_ struct{} `dyn:"entity=d"`
		_ struct{} `dyn:"pk,template=BOX#$<Box>,collection=box"`
		_ struct{} `dyn:"sk,template=D#$<ID>"`
		Shape
	}
	shapes struct {
		A []shapeA
		B []shapeB
		C []shapeC
		D []shapeD
	}
)

// canned is a client that answers every Query with the same items.
type canned struct {
	dyn.Client
	items []map[string]types.AttributeValue
}

func (c canned) Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return &dynamodb.QueryOutput{Items: append([]map[string]types.AttributeValue(nil), c.items...), Count: int32(len(c.items))}, nil
}

// BenchmarkCollection1000 reads 1,000 items of four types by one collection,
// beside 1,000 of one type by a query. The claim: at most 1.15 times the cost.
func BenchmarkCollection1000(b *testing.B) {
	item := func(entity string, i int) map[string]types.AttributeValue {
		s := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
		n := func(v string) types.AttributeValue { return &types.AttributeValueMemberN{Value: v} }
		return map[string]types.AttributeValue{
			"pk": s("BOX#b"), "sk": s(fmt.Sprintf("%s#%04d", map[string]string{"a": "A", "b": "B", "c": "C", "d": "D"}[entity], i)),
			"_entity": s(entity), "_version": n("1"), "box": s("b"), "id": s(fmt.Sprintf("%04d", i)), "name": s("a name"),
			"size": n("42"), "price": n("9.5"), "tags": &types.AttributeValueMemberSS{Value: []string{"x", "y"}}, "note": s("some text"), "owner": s("u1"),
		}
	}
	var one, four []map[string]types.AttributeValue
	for i := range 1000 {
		one = append(one, item("a", i))
		four = append(four, maps.Clone(item(string("abcd"[i/250]), i)))
	}
	f := dyn.Fields[shapeA]()
	b.Run("one type", func(b *testing.B) {
		svc, err := dyn.NewService(canned{items: one}, dyn.Table{Name: "app"})
		if err != nil {
			b.Fatal(err)
		}
		q := entityOf[shapeA](b, svc).Query(dyn.Eq(&f.Box, "b"))
		b.ReportAllocs()
		for b.Loop() {
			if list, err := q.Collect(b.Context()); err != nil || len(list) != 1000 {
				b.Fatal(len(list), err)
			}
		}
	})
	b.Run("four types", func(b *testing.B) {
		svc, err := dyn.NewService(canned{items: four}, dyn.Table{Name: "app"})
		if err != nil {
			b.Fatal(err)
		}
		c, err := dyn.NewCollection[shapes](svc, "box")
		if err != nil {
			b.Fatal(err)
		}
		q := c.Query(dyn.Eq(&f.Box, "b"))
		b.ReportAllocs()
		for b.Loop() {
			if all, err := q.Collect(b.Context()); err != nil || len(all.A) != 250 || len(all.D) != 250 {
				b.Fatal(len(all.A), err)
			}
		}
	})
}
