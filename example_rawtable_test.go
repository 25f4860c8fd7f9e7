package dyn_test

import (
	"fmt"

	"github.com/dyntable/dyn"
)

// A struct without an entity row maps a plain table as it is: attributes are
// the keys, and nothing is added to the items.
func Example_rawTable() {
	type Song struct {
		Artist string  `dynamodbav:"Artist"    dyn:"pk"`
		Title  string  `dynamodbav:"SongTitle" dyn:"sk"`
		Year   int     `dynamodbav:"Year"`
		Price  float64 `dynamodbav:"Price"`
	}
	songF := dyn.Fields[Song]()
	var store struct{ Songs *dyn.Entity[Song] }
	svc := openTable(dyn.Table{Name: "Music"}, &store)
	for i, title := range []string{"Abacus", "Barometer", "Chronograph"} {
		_, err := store.Songs.Put(ctx, Song{Artist: "The Gauges", Title: title, Year: 2019 + i})
		check(err)
	}
	songs, err := store.Songs.Query(dyn.Eq(&songF.Artist, "The Gauges"), dyn.Gt(&songF.Title, "B")).
		Filter(dyn.Ge(&songF.Year, 2021)).Collect(ctx)
	check(err)
	fmt.Println(songs)

	in, err := svc.CreateTableInput()
	check(err)
	for _, k := range in.KeySchema {
		fmt.Println(*k.AttributeName, k.KeyType)
	}
	// Output:
	// [{The Gauges Chronograph 2021 0}]
	// Artist HASH
	// SongTitle RANGE
}
