package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// A local index sorts the items of a partition by another attribute, and can be
// read consistently.
func Example_localIndex() {
	type Score struct {
		_ struct{} `dyn:"entity=score"`
		_ struct{} `dyn:"pk,template=GAME#$<Game>"`
		_ struct{} `dyn:"sk,template=PLAYER#$<Player>"`
		_ struct{} `dyn:"sk,index=lsi1,local,name=byPoints,field=Points"`

		Game   string `dynamodbav:"game"`
		Player string `dynamodbav:"player"`
		Points int    `dynamodbav:"points"`
	}
	scoreF := dyn.Fields[Score]()
	var store struct {
		Scores   *dyn.Entity[Score]
		ByPoints *dyn.Index[Score] `dyn:"byPoints"`
	}
	open(&store)
	for player, points := range map[string]int{"bo": 70, "eva": 120, "kim": 9} {
		_, err := store.Scores.Put(ctx, Score{Game: "go", Player: player, Points: points})
		check(err)
	}
	best, err := store.ByPoints.Query(dyn.Eq(&scoreF.Game, "go")).Descending().Consistent().Limit(2).Collect(ctx)
	check(err)
	for _, s := range best {
		fmt.Println(s.Player, s.Points)
	}
	// Output:
	// eva 120
	// bo 70
}
