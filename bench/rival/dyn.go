package rival

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"

	"github.com/dyntable/dyn/bench/model"
)

// Tier is one of dyn's ways to the service.
type Tier struct {
	Name    string
	Number  int // as Explain has it
	Service func(*dynamodb.Client) (*dyn.Service, error)
}

// Tiers lists them.
var Tiers = []Tier{
	{"dyn (tier 1)", 1, func(c *dynamodb.Client) (*dyn.Service, error) { return newService(c) }},
	{"dyn WithDirect (tier 2)", 2, func(c *dynamodb.Client) (*dyn.Service, error) { return newService(c, dyn.WithDirect()) }},
	{"dyn, client hidden (tier 0)", 0, func(c *dynamodb.Client) (*dyn.Service, error) { return newService(hidden{c}) }},
}

func newService(c dyn.Client, opts ...dyn.ServiceOption) (*dyn.Service, error) {
	return dyn.NewService(c, dyn.Table{Name: model.Table}, opts...)
}

// hidden is a client of which dyn knows no more than the methods, like a mock.
type hidden struct{ dyn.Client }

func dynamic[T, R any](k model.Kind[T, R], t Tier, client *dynamodb.Client) (Contender, error) {
	svc, err := t.Service(client)
	if err != nil {
		return Contender{}, err
	}
	e, err := dyn.NewEntity[T](svc)
	if err != nil {
		return Contender{}, err
	}
	account, err := dyn.NewCollection[model.Account](svc, "account")
	if err != nil {
		return Contender{}, err
	}
	one, all := k.Item(0), k.Items(1000)
	put := func(n int) Do {
		return func(ctx context.Context) (any, error) { return e.BatchPut(ctx, all[:n]) }
	}
	c := Contender{Name: t.Name, Do: map[Op]Do{
		Get:            func(ctx context.Context) (any, error) { return e.Get(ctx, one) },
		Put:            func(ctx context.Context) (any, error) { return e.Put(ctx, one) },
		Update:         func(ctx context.Context) (any, error) { return e.Update(ctx, one, k.Changes()...) },
		BatchWrite25:   put(25),
		BatchWrite1000: put(1000),
		Collection: func(ctx context.Context) (any, error) {
			return account.Query(model.AccountPartition()).Collect(ctx)
		},
	}}
	c.reads(
		func(ctx context.Context) (any, error) {
			page, err := e.Query(k.Partition()).Page(ctx)
			return page.Items, err
		},
		func(ctx context.Context) (any, error) {
			page, err := e.Scan().Page(ctx)
			return page.Items, err
		},
		func(ctx context.Context) (any, error) { return e.BatchGet(ctx, all[:100]) },
	)
	return c, nil
}
