package answer

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal"

	"github.com/dyntable/dyn/bench/model"
	"github.com/dyntable/dyn/bench/rival"
)

// NewLocal returns a client of a database in process that has what an
// operation of a workload reads.
func NewLocal(w rival.Workload, op rival.Op) (*dynamodb.Client, error) {
	client := dynlocal.New().HTTPClient()
	ctx := context.Background()
	attribute := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
	}
	_, err := client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(model.Table), BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange},
		},
		AttributeDefinitions: []types.AttributeDefinition{attribute("pk"), attribute("sk")},
	})
	if err != nil {
		return nil, err
	}
	stored, n := w.Stored, op.Items
	if op == rival.Collection {
		stored, n = model.StoredAccount, op.Items/4
	}
	items, err := stored(n)
	if err != nil {
		return nil, err
	}
	for some := range slices.Chunk(items, 25) {
		var requests []types.WriteRequest
		for _, item := range some {
			requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
		}
		out, err := client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{model.Table: requests}})
		if err != nil {
			return nil, err
		}
		if len(out.UnprocessedItems) > 0 {
			return nil, errors.New("dynlocal left items over")
		}
	}
	return client, nil
}
