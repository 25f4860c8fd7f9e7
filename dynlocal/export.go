package dynlocal

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
	"github.com/dyntable/dyn/dynlocal/internal/wire"
)

// Export writes the items of a table as the service's exports to S3 hold them: a line {"Item":{…}} for each, in
// DynamoDB JSON. The items are those of one moment. The table is that of a client without options.
func (db *DB) Export(w io.Writer, table string) error {
	c := db.ownCall()
	s, err := c.source(&listing{tableName: &table, consistent: true})
	if err != nil {
		return fmt.Errorf("dynlocal: export %s: %w", table, err)
	}
	out := bufio.NewWriter(w)
	var line []byte
	s.rows.Scan(func(e entry) bool {
		line = append(e.item.AppendJSON(append(line[:0], `{"Item":`...)), "}\n"...)
		_, err = out.Write(line)
		return err == nil
	})
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("dynlocal: export %s: %w", table, err)
	}
	return nil
}

// Import puts items into a table from what [DB.Export] or the service's own export wrote, which may be compressed with
// gzip. Items of the same keys are replaced. It stops at the first item that the service would refuse.
func (db *DB) Import(r io.Reader, table string) error {
	c := db.ownCall()
	err := eachJSON(r, func(text []byte) error {
		var line types.PutRequest
		if err := wire.Decode(text, &line); err != nil {
			return malformed(err)
		}
		return c.store(table, line.Item)
	})
	if err != nil {
		return fmt.Errorf("dynlocal: import %s: %w", table, err)
	}
	return nil
}

// store puts an item.
func (c *call) store(table string, item map[string]types.AttributeValue) error {
	it, err := value.FromSDK(item)
	if err != nil {
		return valueError(err)
	}
	_, err = c.apply(&write{kind: writePut, tableName: &table, item: it})
	return err
}

// ownCall makes the call of a method of the database, which concerns the tables of a client without options.
func (db *DB) ownCall() *call {
	return &call{ctx: context.Background(), db: db, space: db.space(spaceID{defaultAccount, defaultRegion})}
}

// malformed gives an error of JSON, which may have no text, one.
func malformed(err error) error {
	if err.Error() == "" {
		return errors.New("malformed JSON")
	}
	return err
}

// eachJSON calls do for each of a sequence of JSON values, which may be compressed. An error says which one it is about.
func eachJSON(r io.Reader, do func(text []byte) error) error {
	in := bufio.NewReader(r)
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		in = bufio.NewReader(unpacked)
	}
	d := json.NewDecoder(in)
	for n := 1; ; n++ {
		var text json.RawMessage
		err := d.Decode(&text)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(text)
		}
		if err != nil {
			return fmt.Errorf("object %d: %w", n, err)
		}
	}
}
