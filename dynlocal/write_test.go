package dynlocal

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

func TestUpdateReturnValues(t *testing.T) {
	t.Parallel()
	old := item{"pk": sv("p"), "sk": sv("s"), "x": nv("1"), "y": nv("5")}
	now := item{"pk": sv("p"), "sk": sv("s"), "x": nv("2"), "z": sv("new")}
	tests := map[types.ReturnValue]item{
		"":            nil,
		"NONE":        nil,
		"ALL_OLD":     old,
		"ALL_NEW":     now,
		"UPDATED_OLD": {"x": nv("1"), "y": nv("5")},
		"UPDATED_NEW": {"x": nv("2"), "z": sv("new")},
	}
	for mode, want := range tests {
		_, c := newTestTable(t)
		put(t, c, old)
		got, err := c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: things, Key: key("p", "s"), ReturnValues: mode,
			UpdateExpression:          aws.String("SET x = x + :one, z = :z REMOVE y"),
			ExpressionAttributeValues: item{":one": nv("1"), ":z": sv("new")},
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&dynamodb.UpdateItemOutput{Attributes: want}, got, sdkOptions); diff != "" {
			t.Errorf("%q: %s", mode, diff)
		}
		if diff := cmp.Diff([]item{now}, scanAll(t, c, dynamodb.ScanInput{}), sdkOptions); diff != "" {
			t.Errorf("%q stored: %s", mode, diff)
		}
	}
}

func TestUpdateCreates(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	for _, sk := range []string{"bare", "set"} {
		in := &dynamodb.UpdateItemInput{TableName: things, Key: key("p", sk), ReturnValues: types.ReturnValueAllNew}
		want := key("p", sk)
		if sk == "set" {
			in.UpdateExpression, in.ExpressionAttributeValues = aws.String("ADD n :one"), item{":one": nv("1")}
			want["n"] = nv("1")
		}
		got, err := c.UpdateItem(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Attributes, sdkOptions); diff != "" {
			t.Errorf("%s: %s", sk, diff)
		}
	}
}

func TestPutAndDeleteReturnOld(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	first := item{"pk": sv("p"), "sk": sv("s"), "x": nv("1")}
	second := item{"pk": sv("p"), "sk": sv("s"), "x": nv("2")}
	for i, want := range []item{nil, first} {
		got, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: things, Item: []item{first, second}[i], ReturnValues: types.ReturnValueAllOld,
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Attributes, sdkOptions); diff != "" {
			t.Errorf("put %d: %s", i, diff)
		}
	}
	for i, want := range []item{second, nil} {
		got, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
			TableName: things, Key: key("p", "s"), ReturnValues: types.ReturnValueAllOld,
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Attributes, sdkOptions); diff != "" {
			t.Errorf("delete %d: %s", i, diff)
		}
	}
}

func TestFailedConditionGivesItem(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	stored := item{"pk": sv("p"), "sk": sv("s"), "x": nv("1")}
	put(t, c, stored)
	tests := map[string]struct {
		sk   string
		mode types.ReturnValuesOnConditionCheckFailure
		want item
	}{
		"item asked for":     {"s", types.ReturnValuesOnConditionCheckFailureAllOld, stored},
		"item not asked for": {"s", "", nil},
		"no item":            {"none", types.ReturnValuesOnConditionCheckFailureAllOld, nil},
	}
	for name, tt := range tests {
		condition := aws.String("x > :x")
		values := item{":x": nv("5")}
		_, putErr := c.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: things, Item: key("p", tt.sk), ConditionExpression: condition,
			ExpressionAttributeValues: values, ReturnValuesOnConditionCheckFailure: tt.mode,
		})
		_, deleteErr := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
			TableName: things, Key: key("p", tt.sk), ConditionExpression: condition,
			ExpressionAttributeValues: values, ReturnValuesOnConditionCheckFailure: tt.mode,
		})
		_, updateErr := c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: things, Key: key("p", tt.sk), ConditionExpression: condition,
			ExpressionAttributeValues: values, ReturnValuesOnConditionCheckFailure: tt.mode,
		})
		want := &types.ConditionalCheckFailedException{Message: aws.String("The conditional request failed"), Item: tt.want}
		for _, err := range []error{putErr, deleteErr, updateErr} {
			var got *types.ConditionalCheckFailedException
			if !errors.As(err, &got) {
				t.Fatalf("%s: got %v", name, err)
			}
			if diff := cmp.Diff(want, got, sdkOptions); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	_, c := newTestTable(t)
	a, b := item{"pk": sv("p"), "sk": sv("a"), "x": nv("1")}, item{"pk": sv("p"), "sk": sv("b"), "x": nv("2")}
	put(t, c, item{"pk": sv("p"), "sk": sv("old")})
	written, err := c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		RequestItems: map[string][]types.WriteRequest{"things": {
			{PutRequest: &types.PutRequest{Item: a}},
			{PutRequest: &types.PutRequest{Item: b}},
			{DeleteRequest: &types.DeleteRequest{Key: key("p", "old")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantWritten := &dynamodb.BatchWriteItemOutput{
		UnprocessedItems: map[string][]types.WriteRequest{},
		ConsumedCapacity: []types.ConsumedCapacity{{TableName: things, CapacityUnits: aws.Float64(3)}},
	}
	if diff := cmp.Diff(wantWritten, written, sdkOptions); diff != "" {
		t.Error(diff)
	}
	read, err := c.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{"things": {
			Keys:                     []item{key("p", "a"), key("p", "old"), key("p", "b")},
			ProjectionExpression:     aws.String("#x"),
			ExpressionAttributeNames: map[string]string{"#x": "x"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	wantRead := &dynamodb.BatchGetItemOutput{
		Responses:       map[string][]item{"things": {{"x": nv("1")}, {"x": nv("2")}}},
		UnprocessedKeys: map[string]types.KeysAndAttributes{},
	}
	if diff := cmp.Diff(wantRead, read, sdkOptions); diff != "" {
		t.Error(diff)
	}
}
