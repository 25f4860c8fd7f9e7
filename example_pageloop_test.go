package dyn_test

import (
	"encoding/json"
	"fmt"

	"github.com/dyntable/dyn"
)

// A page is what an API answers with: its cursor goes to the caller, and comes
// back with the request for the next page.
func Example_pageLoop() {
	type Comment struct {
		_ struct{} `dyn:"entity=comment"`
		_ struct{} `dyn:"pk,template=POST#$<Post>"`
		_ struct{} `dyn:"sk,template=COMMENT#$<Number:06>"`

		Post   string `dynamodbav:"post"   json:"-"`
		Number int    `dynamodbav:"number" json:"number"`
	}
	commentF := dyn.Fields[Comment]()
	var store struct{ Comments *dyn.Entity[Comment] }
	open(&store)
	for n := range 5 {
		_, err := store.Comments.Create(ctx, Comment{Post: "p1", Number: n + 1})
		check(err)
	}

	latest := store.Comments.Query(dyn.Eq(&commentF.Post, "p1")).Descending().Limit(2)
	var cursor dyn.Cursor
	for {
		page, err := latest.After(cursor).Page(ctx)
		check(err)
		body, err := json.Marshal(page.Items)
		check(err)
		fmt.Println(string(body))
		if page.Next == "" {
			break
		}
		cursor = page.Next
	}
	// Output:
	// [{"number":5},{"number":4}]
	// [{"number":3},{"number":2}]
	// [{"number":1}]
}
