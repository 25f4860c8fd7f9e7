package dyn_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

type todo struct {
	_ struct{} `dyn:"entity=todo"`
	_ struct{} `dyn:"pk,template=LIST#$<List>"`
	_ struct{} `dyn:"sk,template=TODO#$<ID>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byState,template=LIST#$<List>#$<State>"`
	_ struct{} `dyn:"sk,index=gsi1,template=TODO#$<ID>"`

	List  string `dynamodbav:"list"`
	ID    string `dynamodbav:"id"`
	State string `dynamodbav:"state"`
}

var (
	todoF       = dyn.Fields[todo]()
	errNotFound = errors.New("not found")
	errNotOpen  = errors.New("not open")
)

func finishWithDyn(ctx context.Context, todos *dyn.Entity[todo], list, id string) (todo, error) {
	return todos.Update(ctx, todo{List: list, ID: id},
		dyn.Set(&todoF.State, "done"),
		dyn.If(dyn.Eq(&todoF.State, "open")))
}

func finishWithSDK(ctx context.Context, client *dynamodb.Client, list, id string) (todo, error) {
	update := expression.Set(expression.Name("state"), expression.Value("done")).
		Set(expression.Name("gsi1pk"), expression.Value("LIST#"+list+"#done"))
	cond := expression.Name("_entity").Equal(expression.Value("todo")).
		And(expression.Name("state").Equal(expression.Value("open")))
	expr, err := expression.NewBuilder().WithUpdate(update).WithCondition(cond).Build()
	if err != nil {
		return todo{}, err
	}
	out, err := client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String("app"),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "LIST#" + list},
			"sk": &types.AttributeValueMemberS{Value: "TODO#" + id},
		},
		UpdateExpression:                    expr.Update(),
		ConditionExpression:                 expr.Condition(),
		ExpressionAttributeNames:            expr.Names(),
		ExpressionAttributeValues:           expr.Values(),
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var refused *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &refused) && refused.Item == nil:
		return todo{}, errNotFound
	case errors.As(err, &refused):
		return todo{}, errNotOpen
	case err != nil:
		return todo{}, err
	}
	var t todo
	err = attributevalue.UnmarshalMap(out.Attributes, &t)
	return t, err
}

// The same update with dyn and by hand.
func Example_comparison() {
	for _, finish := range []func(context.Context, *dynamodb.Client, *dyn.Entity[todo]) (todo, error){
		func(ctx context.Context, _ *dynamodb.Client, todos *dyn.Entity[todo]) (todo, error) {
			return finishWithDyn(ctx, todos, "home", "1")
		},
		func(ctx context.Context, client *dynamodb.Client, _ *dyn.Entity[todo]) (todo, error) {
			return finishWithSDK(ctx, client, "home", "1")
		},
	} {
		client := dynlocal.New().Client()
		svc, err := dyn.NewService(client, dyn.Table{Name: "app"})
		check(err)
		var store struct {
			Todos   *dyn.Entity[todo]
			ByState *dyn.Index[todo] `dyn:"byState"`
		}
		check(dyn.Bind(svc, &store))
		check(svc.EnsureTable(ctx))
		_, err = store.Todos.Put(ctx, todo{List: "home", ID: "1", State: "open"})
		check(err)

		t, err := finish(ctx, client, store.Todos)
		check(err)
		done, err := store.ByState.Query(dyn.Eq(&todoF.List, "home"), dyn.Eq(&todoF.State, "done")).Count(ctx)
		check(err)
		_, again := finish(ctx, client, store.Todos)
		fmt.Println(t.State, done, again)
	}
	// Output:
	// done 1 dyn: update todo: the item does not meet the condition
	// done 1 not open
}
