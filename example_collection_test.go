package dyn_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// Buyer and Purchase share the partition of a customer.
type (
	Buyer struct {
		_ struct{} `dyn:"entity=buyer"`
		_ struct{} `dyn:"pk,template=CUSTOMER#$<CustomerID>,collection=account"`
		_ struct{} `dyn:"sk,template=A"`

		CustomerID string `dynamodbav:"customerId"`
		Name       string `dynamodbav:"name"`
	}
	Purchase struct {
		_ struct{} `dyn:"entity=purchase"`
		_ struct{} `dyn:"pk,template=CUSTOMER#$<CustomerID>,collection=account"`
		_ struct{} `dyn:"sk,template=ORDER#$<PurchaseID>"`

		CustomerID string `dynamodbav:"customerId"`
		PurchaseID string `dynamodbav:"purchaseId"`
		Total      int    `dynamodbav:"total"`
	}
)

// BuyerAccount is a buyer with the purchases: a T must be there, a *T may be, a
// []T is any number.
type BuyerAccount struct {
	Buyer     Buyer
	Purchases []Purchase
}

var buyerF = dyn.Fields[Buyer]()

func Example_collection() {
	ctx := context.Background()
	svc, err := dyn.NewService(dynlocal.New().Client(), dyn.Table{Name: "shop"})
	if err != nil {
		log.Fatal(err)
	}
	var store struct {
		Buyers    *dyn.Entity[Buyer]
		Purchases *dyn.Entity[Purchase]
		Accounts  *dyn.Collection[BuyerAccount] `dyn:"account"`
	}
	if err := dyn.Bind(svc, &store); err != nil {
		log.Fatal(err)
	}
	if err := svc.EnsureTable(ctx); err != nil {
		log.Fatal(err)
	}
	_, err = store.Buyers.Put(ctx, Buyer{CustomerID: "7", Name: "Ada"})
	if err != nil {
		log.Fatal(err)
	}
	for i, total := range []int{30, 12} {
		if _, err := store.Purchases.Put(ctx, Purchase{CustomerID: "7", PurchaseID: fmt.Sprint(i), Total: total}); err != nil {
			log.Fatal(err)
		}
	}

	// One Query request reads them all.
	account, err := store.Accounts.Query(dyn.Eq(&buyerF.CustomerID, "7")).Collect(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(account.Buyer.Name)
	for _, o := range account.Purchases {
		fmt.Println(o.PurchaseID, o.Total)
	}
	// Output:
	// Ada
	// 0 30
	// 1 12
}
