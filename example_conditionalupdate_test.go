package dyn_test

import (
	"errors"
	"fmt"

	"github.com/dyntable/dyn"
)

// If makes an update depend on the item it finds: nothing is sold twice.
func Example_conditionalUpdate() {
	type Product struct {
		_ struct{} `dyn:"entity=product"`
		_ struct{} `dyn:"pk,template=PRODUCT#$<SKU>"`
		_ struct{} `dyn:"sk,template=META"`

		SKU   string `dynamodbav:"sku"`
		Stock int    `dynamodbav:"stock"`
		Sold  int    `dynamodbav:"sold"`
	}
	productF := dyn.Fields[Product]()
	var store struct{ Products *dyn.Entity[Product] }
	open(&store)
	_, err := store.Products.Put(ctx, Product{SKU: "lamp", Stock: 3})
	check(err)

	sell := func(sku string, n int) {
		p, err := store.Products.Update(ctx, Product{SKU: sku},
			dyn.Subtract(&productF.Stock, n),
			dyn.Add(&productF.Sold, n),
			dyn.If(dyn.Ge(&productF.Stock, n)))
		var refused *dyn.ConditionError
		switch {
		case errors.Is(err, dyn.ErrNotFound):
			fmt.Println("no such product:", sku)
		case errors.As(err, &refused):
			fmt.Println("not enough, there are", refused.Old.(Product).Stock)
		case err == nil:
			fmt.Println("sold", p.Sold, "left", p.Stock)
		default:
			fmt.Println(err)
		}
	}
	sell("lamp", 2)
	sell("lamp", 2)
	sell("sofa", 1)
	// Output:
	// sold 2 left 1
	// not enough, there are 1
	// no such product: sofa
}
