package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// The SDK sends a request again when its answer is lost, and an Add then counts
// twice. Idempotent makes it count once, at twice the capacity.
func Example_idempotent() {
	type Wallet struct {
		_ struct{} `dyn:"entity=wallet"`
		_ struct{} `dyn:"pk,template=WALLET#$<Owner>"`
		_ struct{} `dyn:"sk,template=META"`

		Owner string `dynamodbav:"owner"`
		Cents int    `dynamodbav:"cents"`
	}
	walletF := dyn.Fields[Wallet]()
	var store struct{ Wallets *dyn.Entity[Wallet] }
	open(&store)
	_, err := store.Wallets.Create(ctx, Wallet{Owner: "bo", Cents: 500}, dyn.Idempotent())
	check(err)
	w, err := store.Wallets.Update(ctx, Wallet{Owner: "bo"},
		dyn.Subtract(&walletF.Cents, 120),
		dyn.If(dyn.Ge(&walletF.Cents, 120)),
		dyn.Idempotent())
	check(err)
	fmt.Println(w.Cents)
	// Output: 380
}
