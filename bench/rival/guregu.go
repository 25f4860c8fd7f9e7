package rival

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"

	"github.com/dyntable/dyn/bench/model"
)

// guregu is github.com/guregu/dynamo/v2.
func guregu[T, R any](k model.Kind[T, R], client *dynamodb.Client) Contender {
	table := dynamo.NewFromIface(client).Table(model.Table)
	one, all := k.Item(0), k.Items(1000)
	first := k.Row(&one)
	pk, sk := k.Key(&first)
	c := Contender{Name: "guregu/dynamo", Do: map[Op]Do{
		Get: func(ctx context.Context) (any, error) {
			var r R
			err := table.Get("pk", pk).Range("sk", dynamo.Equal, sk).One(ctx, &r)
			return r, err
		},
		Put: func(ctx context.Context) (any, error) {
			r := k.Row(&one)
			return r, table.Put(r).Run(ctx)
		},
		Update: func(ctx context.Context) (any, error) {
			var r R
			err := table.Update("pk", pk).Range("sk", sk).Set(k.SetName, k.SetValue).Add(k.AddName, 1).
				If("'_entity' = ?", k.Entity).Value(ctx, &r)
			return r, err
		},
		BatchWrite25:   gureguWrite(table, k, all[:25]),
		BatchWrite1000: gureguWrite(table, k, all),
		Collection:     func(ctx context.Context) (any, error) { return gureguCollection(ctx, table) },
	}}
	c.Legacy = map[Op]bool{Query1: true, Query100: true, Query1000: true, Collection: true} // KeyConditions
	c.reads(
		func(ctx context.Context) (any, error) {
			var rows []R
			err := table.Get("pk", pk).Range("sk", dynamo.BeginsWith, k.SKPrefix).All(ctx, &rows)
			return rows, err
		},
		func(ctx context.Context) (any, error) {
			var rows []R
			err := table.Scan().Filter("'_entity' = ?", k.Entity).All(ctx, &rows)
			return rows, err
		},
		gureguRead(table, k, all[:100]),
	)
	return c
}

func gureguWrite[T, R any](table dynamo.Table, k model.Kind[T, R], items []T) Do {
	return func(ctx context.Context) (any, error) {
		rows := make([]any, len(items))
		for i := range rows {
			rows[i] = k.Row(&items[i])
		}
		_, err := table.Batch("pk", "sk").Write().Put(rows...).Run(ctx)
		return items, err
	}
}

func gureguRead[T, R any](table dynamo.Table, k model.Kind[T, R], items []T) Do {
	return func(ctx context.Context) (any, error) {
		keys := make([]dynamo.Keyed, len(items))
		for i := range keys {
			r := k.Row(&items[i])
			pk, sk := k.Key(&r)
			keys[i] = dynamo.Keys{pk, sk}
		}
		var rows []R
		err := table.Batch("pk", "sk").Get(keys...).All(ctx, &rows)
		return rows, err
	}
}

func gureguCollection(ctx context.Context, table dynamo.Table) (model.Account, error) {
	var a model.Account
	items := table.Get("pk", model.AccountKey).Iter()
	var item model.Item
	for items.Next(ctx, &item) {
		if entity, ok := item["_entity"].(*types.AttributeValueMemberS); ok {
			decode := func(v any) error { return dynamo.UnmarshalItem(item, v) }
			if err := addTo(&a, entity.Value, decode); err != nil {
				return a, err
			}
		}
		item = nil
	}
	return a, items.Err()
}
