package dynlocal

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"
)

func enableTTL(t *testing.T, c *dynamodb.Client, name string) {
	t.Helper()
	_, err := c.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
		TableName:               things,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{Enabled: aws.Bool(true), AttributeName: aws.String(name)},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sortKeys(items []item) string {
	var keys []string
	for _, it := range sorted(items) {
		keys = append(keys, it["sk"].(*types.AttributeValueMemberS).Value)
	}
	return strings.Join(keys, " ")
}

func TestExpire(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	db := Start(t, clock.options()...)
	c, arn := newStreamedTable(t, db, "OLD_IMAGE")
	now := clock.now.Unix()
	times := map[string]types.AttributeValue{
		"now": nv(fmt.Sprint(now)), "past": nv(fmt.Sprint(now - 1)), "fraction": nv(fmt.Sprint(now-2) + ".5"),
		"future": nv(fmt.Sprint(now + 1)), "text": sv(fmt.Sprint(now - 1)), "huge": nv("1e125"), "negative": nv("-5"),
		"five years": nv(fmt.Sprint(now - int64(maxExpiredAge/time.Second))), "older": nv(fmt.Sprint(now - int64(maxExpiredAge/time.Second) - 1)),
		"set": &types.AttributeValueMemberNS{Value: []string{fmt.Sprint(now - 1)}},
	}
	for name, v := range times {
		put(t, c, item{"pk": sv("p"), "sk": sv(name), "ttl": v, "a": sv("a"), "n": nv("1")})
	}
	put(t, c, item{"pk": sv("p"), "sk": sv("without")})
	expire := func(want int) {
		t.Helper()
		if got, err := db.Expire(); got != want || err != nil {
			t.Errorf("%d expired, %v; want %d", got, err, want)
		}
	}
	expire(0) // not enabled
	enableTTL(t, c, "ttl")
	all := "five years fraction future huge negative now older past set text without"
	if got := sortKeys(scanAll(t, c, dynamodb.ScanInput{})); got != all {
		t.Errorf("before: %s", got)
	}
	expire(3)
	const left = "future huge negative now older set text without"
	if got := sortKeys(scanAll(t, c, dynamodb.ScanInput{})); got != left {
		t.Errorf("after: %s\nwant %s", got, left)
	}
	indexed := strings.TrimSuffix(left, " without")
	if got := sortKeys(scanAll(t, c, dynamodb.ScanInput{IndexName: aws.String("all")})); got != indexed {
		t.Errorf("in the index: %s\nwant %s", got, indexed)
	}
	expire(0)
	clock.advance(2 * time.Second)
	expire(2)
	records := wholeStream(t, db.StreamsClient(), arn)
	removed := records[len(times)+1:]
	if len(removed) != 5 {
		t.Fatalf("%d records of deletions", len(removed))
	}
	service := &streamtypes.Identity{Type: aws.String("Service"), PrincipalId: aws.String("dynamodb.amazonaws.com")}
	for _, r := range removed {
		if diff := cmp.Diff(service, r.UserIdentity, sdkOptions); diff != "" || r.EventName != "REMOVE" || r.Dynamodb.OldImage == nil {
			t.Errorf("%s, %s", shownRecords([]streamtypes.Record{r}), diff)
		}
	}
	for _, r := range records[:len(times)+1] {
		if r.UserIdentity != nil {
			t.Errorf("identity of a put: %+v", r.UserIdentity)
		}
	}
}

// TestExpireLooksAgain changes items between the search and the deletion.
func TestExpireLooksAgain(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	db, c := newTestTable(t, clock.options()...)
	enableTTL(t, c, "ttl")
	put(t, c, item{"pk": sv("p"), "sk": sv("s"), "ttl": nv(fmt.Sprint(clock.now.Unix() - 1))})
	s := db.ownCall().space
	var keys []string
	for _, e := range s.tables["things"].rows.live.Items() {
		keys = append(keys, e.key)
	}
	put(t, c, item{"pk": sv("p"), "sk": sv("s"), "ttl": nv(fmt.Sprint(clock.now.Unix() + 9))})
	if n, err := db.expireItems(s, "things", keys, clock.now); n != 0 || err != nil {
		t.Errorf("%d expired, %v", n, err)
	}
	if got := scanAll(t, c, dynamodb.ScanInput{}); len(got) != 1 {
		t.Errorf("left: %v", got)
	}
}
