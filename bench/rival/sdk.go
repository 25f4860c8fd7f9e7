package rival

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/bench/model"
)

var (
	table = aws.String(model.Table)

	errUnprocessed = errors.New("the service did not process everything")
)

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func keyOf(pk, sk string) model.Item { return model.Item{"pk": text(pk), "sk": text(sk)} }

// codec is what turns rows into items and back.
type codec[R any] struct {
	encode func(*R) (model.Item, error)
	decode func(model.Item, *R) error
	list   func([]model.Item) ([]R, error)
	update func(pk, sk string) (*dynamodb.UpdateItemInput, error)
	add    func(*model.Account, string, model.Item) error
}

// sdk is the SDK with the attributevalue and expression packages.
func sdk[T, R any](k model.Kind[T, R], client *dynamodb.Client) Contender {
	return plain(Baseline, k, client, codec[R]{
		encode: func(r *R) (model.Item, error) { return attributevalue.MarshalMap(r) },
		decode: func(item model.Item, r *R) error { return attributevalue.UnmarshalMap(item, r) },
		list: func(items []model.Item) (out []R, err error) {
			err = attributevalue.UnmarshalListOfMaps(items, &out)
			return out, err
		},
		update: func(pk, sk string) (*dynamodb.UpdateItemInput, error) {
			e, err := expression.NewBuilder().
				WithUpdate(expression.Set(expression.Name(k.SetName), expression.Value(k.SetValue)).
					Add(expression.Name(k.AddName), expression.Value(1))).
				WithCondition(expression.Name("_entity").Equal(expression.Value(k.Entity))).
				Build()
			if err != nil {
				return nil, err
			}
			return &dynamodb.UpdateItemInput{
				TableName: table, Key: keyOf(pk, sk), ReturnValues: types.ReturnValueAllNew,
				UpdateExpression: e.Update(), ConditionExpression: e.Condition(),
				ExpressionAttributeNames: e.Names(), ExpressionAttributeValues: e.Values(),
			}, nil
		},
		add: func(a *model.Account, entity string, item model.Item) error {
			return addTo(a, entity, func(v any) error { return attributevalue.UnmarshalMap(item, v) })
		},
	})
}

// hand is the SDK with a codec and expressions written by hand.
func hand[T, R any](k model.Kind[T, R], client *dynamodb.Client) Contender {
	return plain("SDK + codec by hand", k, client, codec[R]{
		encode: func(r *R) (model.Item, error) { return k.Encode(r), nil },
		decode: func(item model.Item, r *R) (err error) {
			*r, err = k.Decode(item)
			return err
		},
		list: func(items []model.Item) ([]R, error) {
			out := make([]R, len(items))
			for i, item := range items {
				var err error
				if out[i], err = k.Decode(item); err != nil {
					return nil, err
				}
			}
			return out, nil
		},
		update: func(pk, sk string) (*dynamodb.UpdateItemInput, error) {
			return &dynamodb.UpdateItemInput{
				TableName: table, Key: keyOf(pk, sk), ReturnValues: types.ReturnValueAllNew,
				UpdateExpression: aws.String("SET #s = :s ADD #n :n"), ConditionExpression: aws.String("#e = :e"),
				ExpressionAttributeNames: map[string]string{"#s": k.SetName, "#n": k.AddName, "#e": "_entity"},
				ExpressionAttributeValues: model.Item{
					":s": k.SetItem(), ":n": &types.AttributeValueMemberN{Value: "1"}, ":e": text(k.Entity),
				},
			}, nil
		},
		add: func(a *model.Account, _ string, item model.Item) error { return a.Add(item) },
	})
}

// program is one that uses the SDK, with a codec.
type program[T, R any] struct {
	kind   model.Kind[T, R]
	client *dynamodb.Client
	codec  codec[R]
	one    T
	all    []T
	pk, sk string // of one
}

// plain does the operations with the SDK and a codec.
func plain[T, R any](name string, k model.Kind[T, R], client *dynamodb.Client, cd codec[R]) Contender {
	p := &program[T, R]{kind: k, client: client, codec: cd, one: k.Item(0), all: k.Items(1000)}
	first := k.Row(&p.one)
	p.pk, p.sk = k.Key(&first)
	c := Contender{Name: name, Do: map[Op]Do{
		Get: p.get, Put: p.put, Update: p.update, BatchWrite25: p.writeAll(25), BatchWrite1000: p.writeAll(1000),
		Collection: func(ctx context.Context) (any, error) { return collect(ctx, client, cd.add) },
	}}
	c.reads(p.query, p.scan, func(ctx context.Context) (any, error) { return p.readBatch(ctx, p.all[:100]) })
	return c
}

func (p *program[T, R]) get(ctx context.Context) (any, error) {
	out, err := p.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: keyOf(p.pk, p.sk)})
	if err != nil {
		return nil, err
	}
	var r R
	err = p.codec.decode(out.Item, &r)
	return r, err
}

func (p *program[T, R]) put(ctx context.Context) (any, error) {
	r := p.kind.Row(&p.one)
	item, err := p.codec.encode(&r)
	if err != nil {
		return nil, err
	}
	_, err = p.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item})
	return r, err
}

func (p *program[T, R]) update(ctx context.Context) (any, error) {
	in, err := p.codec.update(p.pk, p.sk)
	if err != nil {
		return nil, err
	}
	out, err := p.client.UpdateItem(ctx, in)
	if err != nil {
		return nil, err
	}
	var r R
	err = p.codec.decode(out.Attributes, &r)
	return r, err
}

func (p *program[T, R]) query(ctx context.Context) (any, error) {
	out, err := p.client.Query(ctx, &dynamodb.QueryInput{
		TableName: table, KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :sk)"),
		ExpressionAttributeValues: model.Item{":pk": text(p.pk), ":sk": text(p.kind.SKPrefix)},
	})
	if err != nil {
		return nil, err
	}
	return p.codec.list(out.Items)
}

func (p *program[T, R]) scan(ctx context.Context) (any, error) {
	out, err := p.client.Scan(ctx, &dynamodb.ScanInput{
		TableName: table, FilterExpression: aws.String("#e = :e"),
		ExpressionAttributeNames:  map[string]string{"#e": "_entity"},
		ExpressionAttributeValues: model.Item{":e": text(p.kind.Entity)},
	})
	if err != nil {
		return nil, err
	}
	return p.codec.list(out.Items)
}

func (p *program[T, R]) writeAll(n int) Do {
	return func(ctx context.Context) (any, error) {
		for at := 0; at < n; at += 25 {
			if err := p.writeBatch(ctx, p.all[at:at+25]); err != nil {
				return nil, err
			}
		}
		return p.all[:n], nil
	}
}

func (p *program[T, R]) writeBatch(ctx context.Context, items []T) error {
	requests := make([]types.WriteRequest, len(items))
	for i := range items {
		r := p.kind.Row(&items[i])
		item, err := p.codec.encode(&r)
		if err != nil {
			return err
		}
		requests[i] = types.WriteRequest{PutRequest: &types.PutRequest{Item: item}}
	}
	out, err := p.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{*table: requests}})
	if err == nil && len(out.UnprocessedItems) > 0 {
		err = errUnprocessed
	}
	return err
}

func (p *program[T, R]) readBatch(ctx context.Context, items []T) ([]R, error) {
	keys := make([]model.Item, len(items))
	for i := range items {
		r := p.kind.Row(&items[i])
		keys[i] = keyOf(p.kind.Key(&r))
	}
	out, err := p.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{*table: {Keys: keys}}})
	if err != nil {
		return nil, err
	}
	if len(out.UnprocessedKeys) > 0 {
		return nil, errUnprocessed
	}
	return p.codec.list(out.Responses[*table])
}

func collect(ctx context.Context, client *dynamodb.Client, add func(*model.Account, string, model.Item) error) (any, error) {
	out, err := client.Query(ctx, &dynamodb.QueryInput{
		TableName: table, KeyConditionExpression: aws.String("pk = :pk"),
		ExpressionAttributeValues: model.Item{":pk": text(model.AccountKey)},
	})
	if err != nil {
		return nil, err
	}
	var a model.Account
	for _, item := range out.Items {
		entity, _ := item["_entity"].(*types.AttributeValueMemberS)
		if entity == nil {
			continue
		}
		if err := add(&a, entity.Value, item); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// addTo decodes an item into the type that its entity names.
func addTo(a *model.Account, entity string, decode func(any) error) error {
	switch entity {
	case "cart":
		return appendTo(&a.Carts, decode)
	case "letter":
		return appendTo(&a.Letters, decode)
	case "payment":
		return appendTo(&a.Payments, decode)
	case "visit":
		return appendTo(&a.Visits, decode)
	}
	return nil
}

func appendTo[M any](list *[]M, decode func(any) error) error {
	var m M
	if err := decode(&m); err != nil {
		return err
	}
	*list = append(*list, m)
	return nil
}
