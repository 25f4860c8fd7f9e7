package dynlocal

import (
	"math/rand/v2"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
)

func TestRestoreBringsBackTablesAndIndexes(t *testing.T) {
	t.Parallel()
	db, c := newTestTable(t)
	r := rand.New(rand.NewPCG(5, 6))
	fill(t, c, r, 200)
	all := func() map[string][]item {
		got := map[string][]item{}
		for _, x := range []string{"local", "all", "some", "multi"} {
			got[x] = scanAll(t, c, dynamodb.ScanInput{IndexName: aws.String(x)})
		}
		got[""] = scanAll(t, c, dynamodb.ScanInput{})
		return got
	}
	want, s := all(), db.Snapshot()
	for range 2 {
		fill(t, c, r, 200)
		if cmp.Equal(want, all(), sdkOptions) {
			t.Fatal("writes after the snapshot changed nothing")
		}
		db.Restore(s)
		if diff := cmp.Diff(want, all(), sdkOptions); diff != "" {
			t.Fatal(diff)
		}
	}
}
