package dynlocal

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// writer makes random writes to the table of testTable: few keys and few values, so that they meet.
type writer struct {
	t *testing.T
	c *dynamodb.Client
	r *rand.Rand
}

func (w writer) key() item {
	return item{"pk": sv(fmt.Sprint("p", w.r.IntN(3))), "sk": sv(fmt.Sprint("s", w.r.IntN(9)))}
}

func (w writer) item() item {
	it := w.key()
	for _, name := range []string{"a", "b", "x"} {
		if w.r.IntN(2) == 0 {
			it[name] = sv(fmt.Sprint(name, w.r.IntN(2)))
		}
	}
	if w.r.IntN(2) == 0 {
		it["n"] = nv(fmt.Sprint(w.r.IntN(3)))
	}
	return it
}

// write makes one request at random. It may fail for its condition.
func (w writer) write() {
	w.t.Helper()
	ctx := w.t.Context()
	var err error
	switch w.r.IntN(6) {
	case 0, 1:
		_, err = w.c.PutItem(ctx, &dynamodb.PutItemInput{TableName: things, Item: w.item()})
	case 2:
		_, err = w.c.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: things, Key: w.key()})
	case 3:
		_, err = w.c.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: things, Key: w.key(), UpdateExpression: aws.String("SET x = :x REMOVE b"),
			ConditionExpression: aws.String("attribute_not_exists(a)"), ExpressionAttributeValues: item{":x": nv(fmt.Sprint(w.r.IntN(2)))},
		})
	case 4:
		_, err = w.c.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"things": w.batch()}})
	case 5:
		_, err = w.c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: w.transaction()})
	}
	var failed *types.ConditionalCheckFailedException
	var cancelled *types.TransactionCanceledException
	if err != nil && !errors.As(err, &failed) && !errors.As(err, &cancelled) {
		w.t.Fatal(err)
	}
}

// distinct gives items of different keys.
func (w writer) distinct(n int) []item {
	var items []item
	seen := map[string]bool{}
	for range n {
		it := w.item()
		if id := it["pk"].(*types.AttributeValueMemberS).Value + it["sk"].(*types.AttributeValueMemberS).Value; !seen[id] {
			seen[id] = true
			items = append(items, it)
		}
	}
	return items
}

func (w writer) batch() []types.WriteRequest {
	var requests []types.WriteRequest
	for _, it := range w.distinct(4) {
		if w.r.IntN(3) == 0 {
			requests = append(requests, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: keep(it, []string{"pk", "sk"})}})
		} else {
			requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
		}
	}
	return requests
}

func (w writer) transaction() []types.TransactWriteItem {
	var actions []types.TransactWriteItem
	for _, it := range w.distinct(4) {
		key := keep(it, []string{"pk", "sk"})
		switch w.r.IntN(4) {
		case 0:
			actions = append(actions, types.TransactWriteItem{Put: &types.Put{TableName: things, Item: it}})
		case 1:
			actions = append(actions, types.TransactWriteItem{Delete: &types.Delete{TableName: things, Key: key}})
		case 2:
			actions = append(actions, types.TransactWriteItem{Update: &types.Update{
				TableName: things, Key: key, UpdateExpression: aws.String("ADD n :n"), ExpressionAttributeValues: item{":n": nv("1")},
			}})
		case 3:
			actions = append(actions, types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
				TableName: things, Key: key, ConditionExpression: aws.String("attribute_not_exists(a) OR a = :a"),
				ExpressionAttributeValues: item{":a": sv("a1")},
			}})
		}
	}
	return actions
}

// replica is a table made from a stream.
type replica map[string]value.Item

// apply makes the change of a record, and checks that it fits what was before.
func (rep replica) apply(r streamtypes.Record) error {
	key, old, now := shownImage(r.Dynamodb.Keys), imageOf(r.Dynamodb.OldImage), imageOf(r.Dynamodb.NewImage)
	switch before := rep[key]; {
	case before != old:
		return fmt.Errorf("record %s is of another item than there was: %s", *r.Dynamodb.SequenceNumber, before.AppendJSON(nil))
	case old == now:
		return fmt.Errorf("record %s changes nothing", *r.Dynamodb.SequenceNumber)
	case old.IsEmpty() != (r.EventName == "INSERT") || now.IsEmpty() != (r.EventName == "REMOVE"):
		return fmt.Errorf("record %s is a %s", *r.Dynamodb.SequenceNumber, r.EventName)
	case now.IsEmpty():
		delete(rep, key)
	default:
		rep[key] = now
	}
	return nil
}

func imageOf(m map[string]streamtypes.AttributeValue) value.Item {
	it, _ := value.FromSDK(fromStream(m))
	return it
}

func (rep replica) items() []item {
	var all []item
	for _, it := range rep {
		all = append(all, it.SDK())
	}
	return all
}

// TestStreamReplayRebuildsTheTable reads the stream while the table is written to, and compares at every step.
func TestStreamReplayRebuildsTheTable(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		db := Start(t)
		c, arn := newStreamedTable(t, db, "NEW_AND_OLD_IMAGES")
		w := writer{t, c, rand.New(rand.NewPCG(seed, 2))}
		sc := db.StreamsClient()
		it := iteratorOf(t, sc, arn, dynamodbstreams.GetShardIteratorInput{ShardIteratorType: "TRIM_HORIZON"})
		rep := replica{}
		for range 50 {
			for range w.r.IntN(40) {
				w.write()
			}
			var records []streamtypes.Record
			records, it = readStream(t, sc, it, 1+w.r.Int32N(30))
			for _, r := range records {
				if err := rep.apply(r); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
			if diff := cmp.Diff(sorted(scanAll(t, c, dynamodb.ScanInput{})), sorted(rep.items()), sdkOptions); diff != "" {
				t.Fatalf("seed %d: %s", seed, diff)
			}
		}
	}
}
