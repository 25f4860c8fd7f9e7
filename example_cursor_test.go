package dyn_test

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/dyntable/dyn"
)

// A cursor continues its own query only. Sealed ones show nothing of the keys
// inside and can't be made by others.
func Example_cursor() {
	type Message struct {
		_ struct{} `dyn:"entity=message"`
		_ struct{} `dyn:"pk,template=ROOM#$<Room>"`
		_ struct{} `dyn:"sk,template=MESSAGE#$<ID>"`

		Room string `dynamodbav:"room"`
		ID   string `dynamodbav:"id"`
	}
	messageF := dyn.Fields[Message]()
	var store struct{ Messages *dyn.Entity[Message] }
	secret := bytes.Repeat([]byte{7}, 32) // 32 bytes from your secret store
	open(&store, dyn.WithCursorKeys(secret))
	for _, room := range []string{"red", "blue"} {
		for _, id := range []string{"1", "2", "3"} {
			_, err := store.Messages.Put(ctx, Message{Room: room, ID: id})
			check(err)
		}
	}

	red := store.Messages.Query(dyn.Eq(&messageF.Room, "red"))
	page, err := red.Limit(2).Page(ctx)
	check(err)
	rest, err := red.After(page.Next).Collect(ctx)
	check(err)
	fmt.Println(len(page.Items), "then", len(rest))

	blue := store.Messages.Query(dyn.Eq(&messageF.Room, "blue"))
	_, err = blue.After(page.Next).Page(ctx)
	fmt.Println(errors.Is(err, dyn.ErrCursor))
	fmt.Println(err)
	// Output:
	// 2 then 1
	// true
	// dyn: query message: the cursor does not belong to this query
}
