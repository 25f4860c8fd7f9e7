package dynlocal

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/wire"
)

// Seed makes every set of tables, one for each account and region that calls, begin with the tables and items that it
// reads. Sets in use already stay as they are, and [DB.Reset] plants the seed again.
//
// A seed is a sequence of JSON objects, usually one a line: {"Table":{…}} with the members of a CreateTable request,
// and {"Item":{…}}, as an export has them, for the items of the table before it.
func (db *DB) Seed(r io.Reader) error {
	var seeds []seed
	try, table := New().ownCall(), "" // so that mistakes show now
	err := eachJSON(r, func(text []byte) error {
		var s seed
		err := wire.Decode(text, &s)
		if err != nil {
			return malformed(err)
		}
		seeds = append(seeds, s)
		table, err = try.plant(s, table)
		return err
	})
	if err != nil {
		return fmt.Errorf("dynlocal: seed: %w", err)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.seeds = seeds
	return nil
}

// seed is a table, or an item of the table before it.
type seed struct {
	Table *dynamodb.CreateTableInput
	Item  map[string]types.AttributeValue
}

var errNoSeed = errors.New(`neither "Table", nor "Item" after a table`)

// plant does what the seed says. The table is that of items; it gives the one of those that follow.
func (c *call) plant(s seed, table string) (string, error) {
	if s.Table != nil {
		_, err := c.createTable(s.Table)
		if err != nil {
			return "", err
		}
		return tableName(*s.Table.TableName), nil
	}
	if s.Item == nil || table == "" {
		return "", errNoSeed
	}
	return table, c.store(table, s.Item)
}

// sow plants the seeds in a space that has no tables yet.
func (db *DB) sow(s *space) {
	db.mu.RLock()
	seeds, isNew := db.seeds, len(s.tables) == 0
	db.mu.RUnlock()
	if !isNew {
		return
	}
	c := &call{ctx: context.Background(), db: db, space: s}
	table := ""
	for _, s := range seeds {
		table, _ = c.plant(s, table) // they were tried when they were read
	}
}
