package dyn_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dyntable/dyn"
)

// Rules in tags, and a validator for the rest: the one line that joins
// go-playground/validator is dyn.WithValidator(validate.Struct). A type may
// also have a method Validate() error. All failures are reported at once.
func Example_validation() {
	type Account struct {
		_ struct{} `dyn:"entity=account"`
		_ struct{} `dyn:"pk,template=ACCOUNT#$<ID>"`
		_ struct{} `dyn:"sk,template=META"`

		ID    string `dynamodbav:"id"`
		Email string `dynamodbav:"email" dyn:"required"`
		Plan  string `dynamodbav:"plan"  dyn:"default=free,enum=free|pro"`
		Owner string `dynamodbav:"owner" dyn:"readonly"`
	}
	accountF := dyn.Fields[Account]()
	var store struct{ Accounts *dyn.Entity[Account] }
	open(&store, dyn.WithValidator(func(item any) error {
		if a, ok := item.(*Account); ok && a.Email != "" && !strings.Contains(a.Email, "@") {
			return errors.New("Email needs an @")
		}
		return nil
	}))

	_, err := store.Accounts.Create(ctx, Account{ID: "1", Plan: "gold"})
	var invalid *dyn.ValidationError
	if errors.As(err, &invalid) {
		for _, why := range invalid.Errors {
			fmt.Println(why)
		}
	}
	_, err = store.Accounts.Create(ctx, Account{ID: "1", Email: "bo"})
	fmt.Println(err)
	_, err = store.Accounts.Create(ctx, Account{ID: "1", Email: "bo@example.com", Owner: "bo"})
	check(err)
	_, err = store.Accounts.Update(ctx, Account{ID: "1"}, dyn.Set(&accountF.Owner, "eva"))
	fmt.Println(err)
	_, err = store.Accounts.Update(ctx, Account{ID: "1"}, dyn.Set(&accountF.Plan, "gold"))
	fmt.Println(err)
	// Output:
	// Email is required
	// Plan is "gold"; it must be one of free, pro
	// dyn: create account: Email needs an @
	// dyn: update account: Owner is readonly; only SetOnce may set it
	// dyn: update account: Plan is "gold"; it must be one of free, pro
}
