// Package building has pieces of work that build requests, or turn items into
// attribute values and back, each done by dyn and by the AWS packages.
package building

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/internal/codec"
)

// Claim is a piece of work done by dyn and by the AWS packages.
type Claim struct {
	Name     string
	Dyn, SDK func() (any, error)
	Goal     float64 // how many times faster dyn is to be
}

type rawItem = map[string]types.AttributeValue

// answering is a client that answers every get with one item, at once.
type answering struct {
	dyn.Client
	item rawItem
}

func (a answering) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: a.item}, nil
}

var table = aws.String("app")

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// Claims returns the work to compare.
func Claims() ([]Claim, error) {
	svc, err := dyn.NewService(nil, dyn.Table{Name: *table})
	if err != nil {
		return nil, err
	}
	orders, err := dyn.NewEntity[Order](svc)
	if err != nil {
		return nil, err
	}
	get, err := getClaim()
	if err != nil {
		return nil, err
	}
	encode, decode, err := codecClaims()
	if err != nil {
		return nil, err
	}
	return []Claim{get, queryClaim(orders), updateClaim(orders), putClaim(orders), encode, decode}, nil
}

// getClaim reads three attributes of an item by its key.
func getClaim() (Claim, error) {
	client := answering{item: rawItem{
		"orderId": str("17"), "state": str("paid"), "total": &types.AttributeValueMemberN{Value: "129900"},
		"pk": str("CUSTOMER#c-1029"), "sk": str("ORDER#17"), "_entity": str("order"), "_version": &types.AttributeValueMemberN{Value: "1"},
	}}
	svc, err := dyn.NewService(client, dyn.Table{Name: *table})
	if err != nil {
		return Claim{}, err
	}
	orders, err := dyn.NewEntity[Order](svc)
	if err != nil {
		return Claim{}, err
	}
	heads := dyn.View[Head](orders)
	ctx := context.Background()
	return Claim{
		Name: "get of 3 attributes", Goal: 3,
		Dyn: func() (any, error) { return heads.Get(ctx, Order{CustomerID: "c-1029", OrderID: "17"}) },
		SDK: func() (any, error) {
			e, err := expression.NewBuilder().WithProjection(expression.NamesList(
				expression.Name("orderId"), expression.Name("state"), expression.Name("total"),
				expression.Name("pk"), expression.Name("sk"), expression.Name("_entity"), expression.Name("_version"))).Build()
			if err != nil {
				return nil, err
			}
			out, err := client.GetItem(ctx, &dynamodb.GetItemInput{
				TableName: table, Key: rawItem{"pk": str("CUSTOMER#" + "c-1029"), "sk": str("ORDER#" + "17")},
				ProjectionExpression: e.Projection(), ExpressionAttributeNames: e.Names(),
			})
			if err != nil {
				return nil, err
			}
			var h Head
			err = attributevalue.UnmarshalMap(out.Item, &h)
			return h, err
		},
	}, nil
}

// queryClaim builds a query of a range of keys with a filter.
func queryClaim(orders *dyn.Entity[Order]) Claim {
	byDay := orders.Index("byDay")
	return Claim{
		Name: "query of 3 conditions", Goal: 3,
		Dyn: func() (any, error) {
			return byDay.Query(dyn.Eq(&orderF.Day, "2026-03-04"), dyn.BeginsWith(&orderF.OrderID, "2026-03-04-0001")).
				Filter(dyn.Gt(&orderF.Total, 1000)).Input()
		},
		SDK: func() (any, error) {
			e, err := expression.NewBuilder().
				WithKeyCondition(expression.Key("gsi1pk").Equal(expression.Value("DAY#" + "2026-03-04")).
					And(expression.Key("gsi1sk").BeginsWith("ORDER#" + "2026-03-04-0001"))).
				WithFilter(expression.Name("_entity").Equal(expression.Value("order")).
					And(expression.Name("total").GreaterThan(expression.Value(1000)))).
				Build()
			if err != nil {
				return nil, err
			}
			return &dynamodb.QueryInput{
				TableName: table, IndexName: aws.String("gsi1"),
				KeyConditionExpression: e.KeyCondition(), FilterExpression: e.Filter(),
				ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
			}, nil
		},
	}
}

// updateClaim builds an update of four actions with a condition.
func updateClaim(orders *dyn.Entity[Order]) Claim {
	return Claim{
		Name: "update of 4 actions", Goal: 3,
		Dyn: func() (any, error) {
			return dyn.Update(orders, Order{CustomerID: "c-1029", OrderID: "17"},
				dyn.Set(&orderF.State, "sent"), dyn.Set(&orderF.Paid, true),
				dyn.Add(&orderF.Total, 50), dyn.Unset(&orderF.Coupon),
				dyn.If(dyn.Eq(&orderF.State, "paid"))).Input()
		},
		SDK: func() (any, error) {
			e, err := expression.NewBuilder().
				WithUpdate(expression.Set(expression.Name("state"), expression.Value("sent")).
					Set(expression.Name("paid"), expression.Value(true)).
					Add(expression.Name("total"), expression.Value(50)).
					Remove(expression.Name("coupon"))).
				WithCondition(expression.Name("_entity").Equal(expression.Value("order")).
					And(expression.Name("_version").LessThanEqual(expression.Value(1)),
						expression.Name("state").Equal(expression.Value("paid")))).
				Build()
			if err != nil {
				return nil, err
			}
			return &dynamodb.UpdateItemInput{
				TableName: table, Key: rawItem{"pk": str("CUSTOMER#" + "c-1029"), "sk": str("ORDER#" + "17")},
				UpdateExpression: e.Update(), ConditionExpression: e.Condition(),
				ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
				ReturnValues:                        types.ReturnValueAllNew,
				ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			}, nil
		},
	}
}

// putClaim builds a put of the whole item with its keys, on the condition that
// no other entity and no newer version has its place.
func putClaim(orders *dyn.Entity[Order]) Claim {
	order := sample()
	return Claim{
		Name: "put of 15 attributes", Goal: 1.5,
		Dyn: func() (any, error) { return dyn.Put(orders, order).Input() },
		SDK: func() (any, error) {
			item, err := attributevalue.MarshalMap(order)
			if err != nil {
				return nil, err
			}
			item["pk"], item["sk"] = str("CUSTOMER#"+order.CustomerID), str("ORDER#"+order.OrderID)
			item["gsi1pk"], item["gsi1sk"] = str("DAY#"+order.Day), str("ORDER#"+order.OrderID)
			item["_entity"], item["_version"] = str("order"), &types.AttributeValueMemberN{Value: "1"}
			e, err := expression.NewBuilder().WithCondition(expression.AttributeNotExists(expression.Name("pk")).
				Or(expression.Name("_entity").Equal(expression.Value("order")).
					And(expression.Name("_version").LessThanEqual(expression.Value(1))))).Build()
			if err != nil {
				return nil, err
			}
			return &dynamodb.PutItemInput{
				TableName: table, Item: item, ConditionExpression: e.Condition(),
				ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
				ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
			}, nil
		},
	}
}

// codecClaims turn an item into attribute values and back.
func codecClaims() (encode, decode Claim, err error) {
	plan, err := codec.Compile(reflect.TypeFor[Order](), codec.Options{})
	if err != nil {
		return encode, decode, err
	}
	order := sample()
	item, err := attributevalue.MarshalMap(order)
	if err != nil {
		return encode, decode, err
	}
	encode = Claim{
		Name: "encode 15 attributes", Goal: 1.5,
		Dyn: func() (any, error) { return plan.Encode(reflect.ValueOf(&order).Elem()) },
		SDK: func() (any, error) { return attributevalue.MarshalMap(order) },
	}
	decode = Claim{
		Name: "decode 15 attributes", Goal: 1.5,
		Dyn: func() (any, error) {
			var o Order
			err := plan.Decode(item, reflect.ValueOf(&o).Elem())
			return o, err
		},
		SDK: func() (any, error) {
			var o Order
			err := attributevalue.UnmarshalMap(item, &o)
			return o, err
		},
	}
	return encode, decode, nil
}
