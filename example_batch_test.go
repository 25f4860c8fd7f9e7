package dyn_test

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dyntable/dyn"
)

// A batch writes and reads many items with few requests. It is no transaction:
// what could not be done is in a *BatchError.
func Example_batch() {
	type Track struct {
		_ struct{} `dyn:"entity=track"`
		_ struct{} `dyn:"pk,template=ALBUM#$<Album>"`
		_ struct{} `dyn:"sk,template=TRACK#$<Number:02>"`

		Album  string `dynamodbav:"album"`
		Number int    `dynamodbav:"number"`
		Title  string `dynamodbav:"title"`
	}
	type Album struct {
		_ struct{} `dyn:"entity=album"`
		_ struct{} `dyn:"pk,template=ALBUM#$<ID>"`
		_ struct{} `dyn:"sk,template=ALBUM"`

		ID string `dynamodbav:"id"`
	}
	trackF := dyn.Fields[Track]()
	var store struct {
		Albums *dyn.Entity[Album]
		Tracks *dyn.Entity[Track]
	}
	svc := open(&store)

	// Items of one type, in requests of 25.
	var tracks []Track
	for n := 1; n <= 40; n++ {
		tracks = append(tracks, Track{Album: "blue", Number: n, Title: fmt.Sprint("Song ", n)})
	}
	tracks, err := store.Tracks.BatchPut(ctx, tracks, dyn.Progress(func(done int) { fmt.Println(done, "of", len(tracks)) }), dyn.Concurrency(1))
	check(err)

	// Puts and deletes of any type.
	check(svc.BatchWrite(ctx,
		dyn.Put(store.Albums, Album{ID: "blue"}),
		dyn.Delete(store.Tracks, tracks[39]),
		dyn.Delete(store.Tracks, tracks[38])))

	// Reads of one type, in the order of the keys.
	var absent []Track
	found, err := store.Tracks.BatchGet(ctx, []Track{{Album: "blue", Number: 40}, {Album: "blue", Number: 7}, {Album: "blue", Number: 3}}, dyn.Missing(&absent))
	check(err)
	fmt.Println(found[0].Title, found[1].Title, len(absent))

	// Any number of items, taken from a sequence as they can be written.
	err = svc.BatchWriteSeq(ctx, func(yield func(dyn.Op) bool) {
		for t := range slices.Values(tracks) {
			t.Album = "red"
			if t.Number == 30 {
				t.Album = ""
			}
			if !yield(dyn.Put(store.Tracks, t)) {
				return
			}
		}
	})
	var failed *dyn.BatchError
	if errors.As(err, &failed) {
		fmt.Println(failed.Done, "done; item", failed.Failed[0].Index, failed.Failed[0].Err)
	}

	n, err := store.Tracks.Query(dyn.Eq(&trackF.Album, "blue")).DeleteAll(ctx)
	check(err)
	fmt.Println(n, "deleted")
	// Output:
	// 25 of 40
	// 40 of 40
	// Song 7 Song 3 1
	// 29 done; item 29 dyn: put track: key field Album is empty
	// 38 deleted
}
