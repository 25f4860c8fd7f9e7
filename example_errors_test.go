package dyn_test

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
)

// Callers branch on a few errors. Each has the SDK's own error inside.
func Example_errors() {
	type User struct {
		_ struct{} `dyn:"entity=user"`
		_ struct{} `dyn:"pk,template=USER#$<Email>"`
		_ struct{} `dyn:"sk,template=META"`

		Email string `dynamodbav:"email"`
		Name  string `dynamodbav:"name" dyn:"required"`
	}
	var store struct{ Users *dyn.Entity[User] }
	open(&store)

	report := func(_ any, err error) {
		var (
			exists  *dyn.ConditionError
			invalid *dyn.ValidationError
			aws     *types.ConditionalCheckFailedException
		)
		switch {
		case err == nil:
			fmt.Println("201")
		case errors.Is(err, dyn.ErrNotFound):
			fmt.Println("404:", err)
		case errors.As(err, &exists):
			fmt.Println("409:", err)
			fmt.Println("  it is", exists.Old.(User).Name+"; from the SDK:", errors.As(err, &aws))
		case errors.As(err, &invalid):
			fmt.Println("400:", err)
		default:
			fmt.Println("500:", err)
		}
	}
	report(store.Users.Create(ctx, User{Email: "bo@example.com", Name: "Bo"}))
	report(store.Users.Create(ctx, User{Email: "bo@example.com", Name: "Bob"}))
	report(store.Users.Create(ctx, User{Email: "eva@example.com"}))
	report(store.Users.Get(ctx, User{Email: "eva@example.com"}))
	report(store.Users.Get(ctx, User{}))
	// Output:
	// 201
	// 409: dyn: create user: the item exists already
	//   it is Bo; from the SDK: true
	// 400: dyn: create user: Name is required
	// 404: dyn: get user: not found
	// 500: dyn: get user: key field Email is empty
}
