package dynlocal

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// dumped gives the dump of a database.
func dumped(t *testing.T, db *DB) string {
	t.Helper()
	var b strings.Builder
	if err := db.Dump(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDump(t *testing.T) {
	t.Parallel()
	for range 3 {
		clock := newTestClock()
		db := Start(t, clock.options()...)
		if got := dumped(t, db); got != "" {
			t.Errorf("empty database: %s", got)
		}
		c, _ := newStreamedTable(t, db, "NEW_AND_OLD_IMAGES")
		enableTTL(t, c, "ttl")
		put(t, c, item{"pk": sv("q"), "sk": sv("b"), "a": sv("x"), "n": nv("3"), "b": sv("y")})
		put(t, c, item{"pk": sv("p"), "sk": sv("b"), "ttl": nv(fmt.Sprint(clock.now.Unix() - 1))})
		put(t, c, item{"pk": sv("p"), "sk": sv("a"), "n": nv("1")})
		if _, err := db.Expire(); err != nil {
			t.Fatal(err)
		}
		other := db.Client(func(o *dynamodb.Options) { o.Region = "eu-west-1" })
		if _, err := other.CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: aws.String("plain"), AttributeDefinitions: define("k", "N"), KeySchema: keyOf("k"),
			ProvisionedThroughput: &types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(1), WriteCapacityUnits: aws.Int64(2)},
			TableClass:            "STANDARD", DeletionProtectionEnabled: aws.Bool(true),
			SSESpecification: &types.SSESpecification{Enabled: aws.Bool(true)},
			Tags:             []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}},
		}); err != nil {
			t.Fatal(err)
		}
		want := `account dynlocal, region eu-west-1
  table plain, key k N
    capacity 1 read and 2 write units
    class STANDARD
    protected against deletion
    encrypted with a key of its own
    tag team = blue
    0 items, 0 bytes
account dynlocal, region us-east-1
  table things, key pk S | sk S
    local index local, key pk S | n N, projects KEYS_ONLY: 2 items, 18 bytes
    global index all, key a S | n N, projects ALL: 1 items, 13 bytes
    global index some, key b S, projects INCLUDE x: 1 items, 8 bytes
    global index multi, key a S, b S | n N, c S, projects ALL: 0 items, 0 bytes
    capacity PAY_PER_REQUEST
    stream NEW_AND_OLD_IMAGES
    time to live ttl
    2 items, 22 bytes
      {"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"a"}}
      {"a":{"S":"x"},"b":{"S":"y"},"n":{"N":"3"},"pk":{"S":"q"},"sk":{"S":"b"}}
  stream of things, NEW_AND_OLD_IMAGES, enabled, next record 5
    1 INSERT -> {"a":{"S":"x"},"b":{"S":"y"},"n":{"N":"3"},"pk":{"S":"q"},"sk":{"S":"b"}}
    2 INSERT -> {"pk":{"S":"p"},"sk":{"S":"b"},"ttl":{"N":"1767225599"}}
    3 INSERT -> {"n":{"N":"1"},"pk":{"S":"p"},"sk":{"S":"a"}}
    4 REMOVE by expiry {"pk":{"S":"p"},"sk":{"S":"b"},"ttl":{"N":"1767225599"}}
`
		if diff := cmp.Diff(want, dumped(t, db)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestDumpFails(t *testing.T) {
	t.Parallel()
	db, _ := newTestTable(t)
	if err := db.Dump(failingWriter{errors.New("no")}); err == nil || err.Error() != "dynlocal: dump: no" {
		t.Error(err)
	}
}
