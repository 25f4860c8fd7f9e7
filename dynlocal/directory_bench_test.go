package dynlocal

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// BenchmarkNew claims that a database with a client is there in less than a millisecond.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New().Client().CreateTable(b.Context(), testTable()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPut shows what keeping a log costs.
func BenchmarkPut(b *testing.B) {
	open := map[string]func() (*DB, error){
		"memory":    func() (*DB, error) { return New(), nil },
		"directory": func() (*DB, error) { return Open(b.TempDir()) },
		"synced":    func() (*DB, error) { return Open(b.TempDir(), SyncWrites()) },
	}
	for name, open := range open {
		b.Run(name, func(b *testing.B) {
			db, err := open()
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			c := db.Client()
			if _, err := c.CreateTable(b.Context(), testTable()); err != nil {
				b.Fatal(err)
			}
			for i := 0; b.Loop(); i++ {
				if _, err := c.PutItem(b.Context(), &dynamodb.PutItemInput{TableName: aws.String("things"), Item: benchItem(i)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkOpen shows what it takes to load a hundred thousand items.
func BenchmarkOpen(b *testing.B) {
	const n = 100_000
	dir := b.TempDir()
	db, err := Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	c := db.ownCall()
	if _, err := c.createTable(testTable()); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		if err := c.store("things", benchItem(i)); err != nil {
			b.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		db, err := Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		if got := db.ownCall().space.tables["things"].rows.live.Len(); got != n {
			b.Fatal(got)
		}
		_ = db.Close()
	}
}
