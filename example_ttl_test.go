package dyn_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/dyntable/dyn"
)

// DynamoDB removes expired items within days. dyn treats them as gone from the
// second on, in reads and when their key is created again.
func Example_ttl() {
	type Session struct {
		_ struct{} `dyn:"entity=session"`
		_ struct{} `dyn:"pk,template=SESSION#$<Token>"`
		_ struct{} `dyn:"sk,template=META"`

		Token   string    `dynamodbav:"token"`
		User    string    `dynamodbav:"user"`
		Expires time.Time `dynamodbav:"expires,unixtime" dyn:"ttl"`
	}
	var store struct{ Sessions *dyn.Entity[Session] }
	now := noon
	open(&store, dyn.WithClock(func() time.Time { return now }))
	_, err := store.Sessions.Create(ctx, Session{Token: "t1", User: "bo", Expires: now.Add(time.Hour)})
	check(err)

	s, err := store.Sessions.Get(ctx, Session{Token: "t1"})
	check(err)
	fmt.Println(s.User, "until", s.Expires.UTC().Format(time.TimeOnly))

	now = now.Add(time.Hour)
	_, err = store.Sessions.Get(ctx, Session{Token: "t1"})
	fmt.Println(err, errors.Is(err, dyn.ErrNotFound))
	_, err = store.Sessions.Create(ctx, Session{Token: "t1", User: "eva", Expires: now.Add(time.Hour)})
	fmt.Println(err)
	// Output:
	// bo until 13:00:00
	// dyn: get session: not found: the item has expired true
	// <nil>
}
