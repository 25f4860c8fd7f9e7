package dyn_test

import (
	"errors"
	"fmt"

	"github.com/dyntable/dyn"
)

// An attribute tagged `lock` counts the versions of an item. A write that
// carries a version demands it, so that nobody overwrites what they have not
// read. Modify does the reading and trying again.
func Example_optimisticLock() {
	type Page struct {
		_ struct{} `dyn:"entity=page"`
		_ struct{} `dyn:"pk,template=PAGE#$<Path>"`
		_ struct{} `dyn:"sk,template=META"`

		Path    string `dynamodbav:"path"`
		Text    string `dynamodbav:"text"`
		Version int    `dynamodbav:"version" dyn:"lock"`
	}
	var store struct{ Pages *dyn.Entity[Page] }
	open(&store)
	_, err := store.Pages.Create(ctx, Page{Path: "/", Text: "Hello"})
	check(err)

	mine, err := store.Pages.Get(ctx, Page{Path: "/"})
	check(err)
	theirs := mine // somebody else reads the same

	theirs.Text = "Hello, world"
	theirs, err = store.Pages.Put(ctx, theirs)
	check(err)
	fmt.Println("theirs is version", theirs.Version)

	mine.Text = "Hello, moon"
	_, err = store.Pages.Put(ctx, mine)
	var conflict *dyn.ConditionError
	if errors.As(err, &conflict) {
		fmt.Println("mine is refused, there is now:", conflict.Old.(Page).Text)
	}

	page, err := store.Pages.Modify(ctx, Page{Path: "/"}, func(p *Page) error {
		p.Text += " and moon"
		return nil
	})
	check(err)
	fmt.Println(page.Version, page.Text)
	// Output:
	// theirs is version 2
	// mine is refused, there is now: Hello, world
	// 3 Hello, world and moon
}
