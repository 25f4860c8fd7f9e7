package dyn_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/dyntable/dyn"
)

// A Loader turns the single reads of many goroutines, such as the resolvers of
// one GraphQL request, into few requests.
func Example_loader() {
	type Author struct {
		_ struct{} `dyn:"entity=author"`
		_ struct{} `dyn:"pk,template=AUTHOR#$<ID>"`
		_ struct{} `dyn:"sk,template=AUTHOR"`

		ID   string `dynamodbav:"id"`
		Name string `dynamodbav:"name"`
	}
	var store struct{ Authors *dyn.Entity[Author] }
	var requests atomic.Int32
	open(&store, dyn.WithMiddleware(func(ctx context.Context, op *dyn.OpInfo, next func(context.Context) error) error {
		if op.API == "BatchGetItem" {
			requests.Add(1)
		}
		return next(ctx)
	}))
	_, err := store.Authors.BatchPut(ctx, []Author{{ID: "1", Name: "Ann"}, {ID: "2", Name: "Bob"}})
	check(err)

	loader := store.Authors.Loader(ctx) // one for each incoming request
	names := make([]string, 6)
	var wg sync.WaitGroup
	for i := range names {
		wg.Go(func() {
			a, err := loader.Get(ctx, Author{ID: fmt.Sprint(1 + i%2)})
			check(err)
			names[i] = a.Name
		})
	}
	wg.Wait()
	fmt.Println(names, requests.Load() < 3)
	// Output: [Ann Bob Ann Bob Ann Bob] true
}
