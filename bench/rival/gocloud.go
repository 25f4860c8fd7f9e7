package rival

import (
	"context"
	"errors"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"gocloud.dev/docstore"
	"gocloud.dev/docstore/awsdynamodb/v2"

	"github.com/dyntable/dyn/bench/model"
)

// goCloud is gocloud.dev/docstore. It has no sets, its updates return nothing,
// its writes are one request each, and a type has a collection of its own: it
// does not contend in these.
func goCloud[T, R any](k model.Kind[T, R], client *dynamodb.Client) (Contender, error) {
	c := Contender{Name: "gocloud.dev/docstore", Do: map[Op]Do{}}
	if k.Attributes == model.Orders.Attributes {
		return c, nil // has a set
	}
	coll, err := awsdynamodb.OpenCollection(client, model.Table, "pk", "sk", &awsdynamodb.Options{AllowScans: true})
	if err != nil {
		return c, err
	}
	c.Close = coll.Close
	one, all := k.Item(0), k.Items(100)
	first := k.Row(&one)
	pk, _ := k.Key(&first)
	c.Do[Get] = func(ctx context.Context) (any, error) {
		r := k.Row(&one) // as key
		err := coll.Get(ctx, &r)
		return r, err
	}
	c.Do[Put] = func(ctx context.Context) (any, error) {
		r := k.Row(&one)
		return r, coll.Put(ctx, &r)
	}
	c.reads(
		func(ctx context.Context) (any, error) {
			return documents[R](ctx, coll.Query().Where("pk", "=", pk).Where("sk", ">", k.SKPrefix))
		},
		func(ctx context.Context) (any, error) {
			return documents[R](ctx, coll.Query().Where("_entity", "=", k.Entity))
		},
		func(ctx context.Context) (any, error) {
			rows := make([]R, len(all))
			actions := coll.Actions()
			for i := range rows {
				rows[i] = k.Row(&all[i])
				actions.Get(&rows[i])
			}
			return rows, actions.Do(ctx)
		},
	)
	return c, nil
}

func documents[R any](ctx context.Context, q *docstore.Query) ([]R, error) {
	var rows []R
	docs := q.Get(ctx)
	defer docs.Stop()
	for {
		var r R
		err := docs.Next(ctx, &r)
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
}
