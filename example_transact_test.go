package dyn_test

import (
	"errors"
	"fmt"

	"github.com/dyntable/dyn"
)

// A transaction does all of its operations or none, and says which of them kept
// it from being done.
func Example_transact() {
	type User struct {
		_ struct{} `dyn:"entity=user"`
		_ struct{} `dyn:"pk,template=USER#$<ID>"`
		_ struct{} `dyn:"sk,template=USER"`

		ID   string `dynamodbav:"id"`
		Team string `dynamodbav:"team"`
	}
	type Team struct {
		_ struct{} `dyn:"entity=team"`
		_ struct{} `dyn:"pk,template=TEAM#$<ID>"`
		_ struct{} `dyn:"sk,template=TEAM"`

		ID      string `dynamodbav:"id"`
		Members int    `dynamodbav:"members"`
		Open    bool   `dynamodbav:"open"`
	}
	teamF := dyn.Fields[Team]()
	var store struct {
		Users *dyn.Entity[User]
		Teams *dyn.Entity[Team]
	}
	svc := open(&store)
	_, err := store.Teams.Put(ctx, Team{ID: "go", Open: true})
	check(err)

	join := func(id string) error {
		var stored User
		err := svc.Transact(ctx,
			dyn.Create(store.Users, User{ID: id, Team: "go"}, dyn.Stored(&stored)),
			dyn.Update(store.Teams, Team{ID: "go"}, dyn.Add(&teamF.Members, 1), dyn.If(dyn.Eq(&teamF.Open, true), dyn.Lt(&teamF.Members, 2))))
		if err == nil {
			fmt.Println(stored.ID, "joins", stored.Team)
		}
		return err
	}
	check(join("ann"))
	check(join("bob"))
	err = join("ann")
	fmt.Println(err)

	var te *dyn.TransactionError
	if errors.As(err, &te) {
		for _, r := range te.Reasons {
			fmt.Println(r.Op, r.Entity, r.Code, r.Old)
		}
	}

	// Reads in one moment.
	var user *User
	var team *Team
	check(svc.TransactGet(ctx,
		dyn.Fetch(store.Users, User{ID: "eve"}, &user),
		dyn.Fetch(store.Teams, Team{ID: "go"}, &team)))
	fmt.Println(user == nil, team.Members)
	// Output:
	// ann joins go
	// bob joins go
	// dyn: transact: ops[0]: create user: the item exists already
	// 	ops[1]: update team: the item does not meet the condition
	// 0 user ConditionalCheckFailed {{} {} {} ann go}
	// 1 team ConditionalCheckFailed {{} {} {} go 2 true}
	// true 2
}
