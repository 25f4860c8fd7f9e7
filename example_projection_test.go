package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// A struct with some of an entity's attributes reads only those, and an index
// that holds only those is enough for it.
func Example_projection() {
	type Article struct {
		_ struct{} `dyn:"entity=article"`
		_ struct{} `dyn:"pk,template=ARTICLE#$<Slug>"`
		_ struct{} `dyn:"sk,template=META"`
		_ struct{} `dyn:"pk,index=gsi1,name=byAuthor,template=AUTHOR#$<Author>,project=Slug+Title"`
		_ struct{} `dyn:"sk,index=gsi1,template=ARTICLE#$<Slug>"`

		Slug   string `dynamodbav:"slug"`
		Title  string `dynamodbav:"title"`
		Author string `dynamodbav:"author"`
		Body   string `dynamodbav:"body"`
	}
	type Headline struct {
		Slug  string `dynamodbav:"slug"`
		Title string `dynamodbav:"title"`
	}
	articleF := dyn.Fields[Article]()
	var store struct {
		Articles *dyn.Entity[Article]
		ByAuthor *dyn.Index[Article] `dyn:"byAuthor"`
	}
	open(&store)
	_, err := store.Articles.Put(ctx, Article{Slug: "go", Title: "Go", Author: "bo", Body: "A long text."})
	check(err)

	byBo := store.ByAuthor.Query(dyn.Eq(&articleF.Author, "bo"))
	headlines, err := dyn.Project[Headline](byBo).Collect(ctx)
	check(err)
	fmt.Println(headlines)

	_, err = byBo.Collect(ctx) // no item read in part looks like a whole one
	fmt.Println(err)
	whole, err := byBo.Hydrate().Collect(ctx)
	check(err)
	fmt.Println(whole[0].Body)

	one, err := dyn.View[Headline](store.Articles).Get(ctx, Article{Slug: "go"})
	check(err)
	fmt.Println(one.Title)
	// Output:
	// [{go Go}]
	// dyn: query article.byAuthor: index "gsi1" does not hold author, body; use Hydrate, or Project to a struct without them
	// A long text.
	// Go
}
