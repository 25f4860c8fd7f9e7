package dynlocal

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// streamClients are the ways to a stream.
func streamClients(db *DB) map[string]*dynamodbstreams.Client {
	return map[string]*dynamodbstreams.Client{
		"in process": db.StreamsClient(),
		"wire": dynamodbstreams.New(dynamodbstreams.Options{
			Region: defaultRegion, Credentials: baseOptions().Credentials, HTTPClient: &http.Client{Transport: db.Transport()},
		}),
	}
}

func streaming(view types.StreamViewType) *types.StreamSpecification {
	return &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: view}
}

// newStreamedTable creates a table with a stream, and gives its ARN.
func newStreamedTable(t *testing.T, db *DB, view types.StreamViewType) (*dynamodb.Client, string) {
	t.Helper()
	c := db.Client()
	in := testTable()
	in.StreamSpecification = streaming(view)
	out, err := c.CreateTable(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return c, *out.TableDescription.LatestStreamArn
}

func shardOf(t *testing.T, c *dynamodbstreams.Client, arn string) string {
	t.Helper()
	out, err := c.DescribeStream(t.Context(), &dynamodbstreams.DescribeStreamInput{StreamArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	return *out.StreamDescription.Shards[0].ShardId
}

// iteratorOf gives an iterator for the rest of the request.
func iteratorOf(t *testing.T, c *dynamodbstreams.Client, arn string, in dynamodbstreams.GetShardIteratorInput) *string {
	t.Helper()
	in.StreamArn, in.ShardId = &arn, aws.String(shardOf(t, c, arn))
	out, err := c.GetShardIterator(t.Context(), &in)
	if err != nil {
		t.Fatal(err)
	}
	return out.ShardIterator
}

// readStream gives all records from the iterator on, in pages of at most limit, and the iterator that follows.
func readStream(t *testing.T, c *dynamodbstreams.Client, it *string, limit int32) ([]streamtypes.Record, *string) {
	t.Helper()
	var all []streamtypes.Record
	for it != nil {
		out, err := c.GetRecords(t.Context(), &dynamodbstreams.GetRecordsInput{ShardIterator: it, Limit: &limit})
		if err != nil {
			t.Fatal(err)
		}
		if it = out.NextShardIterator; len(out.Records) == 0 {
			break
		}
		all = append(all, out.Records...)
	}
	return all, it
}

func wholeStream(t *testing.T, c *dynamodbstreams.Client, arn string) []streamtypes.Record {
	t.Helper()
	it := iteratorOf(t, c, arn, dynamodbstreams.GetShardIteratorInput{ShardIteratorType: "TRIM_HORIZON"})
	all, _ := readStream(t, c, it, maxRecords)
	return all
}

// shownRecords writes what records say of items, a line each.
func shownRecords(records []streamtypes.Record) []string {
	var lines []string
	for _, r := range records {
		line := fmt.Sprintf("%s %s %d keys%s", strings.TrimLeft(*r.Dynamodb.SequenceNumber, "0"), r.EventName,
			*r.Dynamodb.SizeBytes, shownImage(r.Dynamodb.Keys))
		if r.Dynamodb.OldImage != nil {
			line += " old" + shownImage(r.Dynamodb.OldImage)
		}
		if r.Dynamodb.NewImage != nil {
			line += " new" + shownImage(r.Dynamodb.NewImage)
		}
		lines = append(lines, line)
	}
	return lines
}

func shownImage(m map[string]streamtypes.AttributeValue) string {
	it, err := value.FromSDK(fromStream(m))
	if err != nil {
		return err.Error()
	}
	return string(it.AppendJSON(nil))
}

// fromStream gives the values of a record in the types of tables.
func fromStream(m map[string]streamtypes.AttributeValue) item {
	it := item{}
	for name, v := range m {
		it[name] = fromStreamValue(v)
	}
	return it
}

func fromStreamValue(v streamtypes.AttributeValue) types.AttributeValue {
	switch v := v.(type) {
	case *streamtypes.AttributeValueMemberS:
		return sv(v.Value)
	case *streamtypes.AttributeValueMemberN:
		return nv(v.Value)
	case *streamtypes.AttributeValueMemberB:
		return &types.AttributeValueMemberB{Value: v.Value}
	case *streamtypes.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: v.Value}
	case *streamtypes.AttributeValueMemberNULL:
		return &types.AttributeValueMemberNULL{Value: v.Value}
	case *streamtypes.AttributeValueMemberSS:
		return &types.AttributeValueMemberSS{Value: v.Value}
	case *streamtypes.AttributeValueMemberNS:
		return &types.AttributeValueMemberNS{Value: v.Value}
	case *streamtypes.AttributeValueMemberBS:
		return &types.AttributeValueMemberBS{Value: v.Value}
	case *streamtypes.AttributeValueMemberM:
		return &types.AttributeValueMemberM{Value: fromStream(v.Value)}
	case *streamtypes.AttributeValueMemberL:
		l := &types.AttributeValueMemberL{Value: []types.AttributeValue{}}
		for _, e := range v.Value {
			l.Value = append(l.Value, fromStreamValue(e))
		}
		return l
	}
	return nil
}

// writeForStream makes changes of all kinds, and writes that change nothing.
func writeForStream(t *testing.T, c *dynamodb.Client) {
	t.Helper()
	key := func(sk string) item { return item{"pk": sv("p"), "sk": sv(sk)} }
	puts := func(sk, x string) item {
		it := key(sk)
		it["x"] = sv(x)
		return it
	}
	update := func(sk, expr string) {
		t.Helper()
		_, err := c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: things, Key: key(sk), UpdateExpression: aws.String(expr),
			ExpressionAttributeValues: item{":x": sv("2")},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put(t, c, puts("a", "1"))
	put(t, c, puts("a", "1")) // changes nothing
	update("a", "SET x = :x")
	update("a", "SET x = :x") // changes nothing
	update("b", "SET x = :x")
	for range 2 { // the second changes nothing
		if _, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: things, Key: key("a")}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		{Put: &types.Put{TableName: things, Item: puts("c", "3")}},
		{Delete: &types.Delete{TableName: things, Key: key("b")}},
		{Delete: &types.Delete{TableName: things, Key: key("none")}},
	}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{
		"things": {{DeleteRequest: &types.DeleteRequest{Key: key("c")}}},
	}}); err != nil {
		t.Fatal(err)
	}
}

func TestStreamViews(t *testing.T) {
	t.Parallel()
	const a, b, c = `{"pk":{"S":"p"},"sk":{"S":"a"}}`, `{"pk":{"S":"p"},"sk":{"S":"b"}}`, `{"pk":{"S":"p"},"sk":{"S":"c"}}`
	full := func(key, x string) string { return key[:len(key)-1] + `,"x":{"S":"` + x + `"}}` }
	tests := map[types.StreamViewType][]string{
		"KEYS_ONLY": {
			"1 INSERT 6 keys" + a, "2 MODIFY 6 keys" + a, "3 INSERT 6 keys" + b, "4 REMOVE 6 keys" + a,
			"5 INSERT 6 keys" + c, "6 REMOVE 6 keys" + b, "7 REMOVE 6 keys" + c,
		},
		"NEW_IMAGE": {
			"1 INSERT 14 keys" + a + " new" + full(a, "1"), "2 MODIFY 14 keys" + a + " new" + full(a, "2"),
			"3 INSERT 14 keys" + b + " new" + full(b, "2"), "4 REMOVE 6 keys" + a,
			"5 INSERT 14 keys" + c + " new" + full(c, "3"), "6 REMOVE 6 keys" + b, "7 REMOVE 6 keys" + c,
		},
		"OLD_IMAGE": {
			"1 INSERT 6 keys" + a, "2 MODIFY 14 keys" + a + " old" + full(a, "1"), "3 INSERT 6 keys" + b,
			"4 REMOVE 14 keys" + a + " old" + full(a, "2"), "5 INSERT 6 keys" + c,
			"6 REMOVE 14 keys" + b + " old" + full(b, "2"), "7 REMOVE 14 keys" + c + " old" + full(c, "3"),
		},
		"NEW_AND_OLD_IMAGES": {
			"1 INSERT 14 keys" + a + " new" + full(a, "1"),
			"2 MODIFY 22 keys" + a + " old" + full(a, "1") + " new" + full(a, "2"),
			"3 INSERT 14 keys" + b + " new" + full(b, "2"),
			"4 REMOVE 14 keys" + a + " old" + full(a, "2"),
			"5 INSERT 14 keys" + c + " new" + full(c, "3"),
			"6 REMOVE 14 keys" + b + " old" + full(b, "2"),
			"7 REMOVE 14 keys" + c + " old" + full(c, "3"),
		},
	}
	for view, want := range tests {
		db := Start(t)
		client, arn := newStreamedTable(t, db, view)
		writeForStream(t, client)
		for way, sc := range streamClients(db) {
			if diff := cmp.Diff(want, shownRecords(wholeStream(t, sc, arn))); diff != "" {
				t.Errorf("%s, %s: %s", view, way, diff)
			}
		}
	}
}

func TestStreamRecordWhole(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	db := Start(t, clock.options()...)
	c, arn := newStreamedTable(t, db, "NEW_AND_OLD_IMAGES")
	clock.advance(999 * time.Millisecond)
	put(t, c, item{
		"pk": sv("p"), "sk": sv("s"), "l": &types.AttributeValueMemberL{Value: []types.AttributeValue{
			&types.AttributeValueMemberBOOL{Value: true}, &types.AttributeValueMemberNULL{Value: true},
		}},
		"m":  &types.AttributeValueMemberM{Value: item{"b": &types.AttributeValueMemberB{Value: []byte("x")}}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"1.0"}}, "ss": &types.AttributeValueMemberSS{Value: []string{"a"}},
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}}},
	})
	key := map[string]streamtypes.AttributeValue{
		"pk": &streamtypes.AttributeValueMemberS{Value: "p"}, "sk": &streamtypes.AttributeValueMemberS{Value: "s"},
	}
	image := map[string]streamtypes.AttributeValue{
		"pk": key["pk"], "sk": key["sk"], "l": &streamtypes.AttributeValueMemberL{Value: []streamtypes.AttributeValue{
			&streamtypes.AttributeValueMemberBOOL{Value: true}, &streamtypes.AttributeValueMemberNULL{Value: true},
		}},
		"m": &streamtypes.AttributeValueMemberM{Value: map[string]streamtypes.AttributeValue{
			"b": &streamtypes.AttributeValueMemberB{Value: []byte("x")},
		}},
		"ns": &streamtypes.AttributeValueMemberNS{Value: []string{"1"}}, "ss": &streamtypes.AttributeValueMemberSS{Value: []string{"a"}},
		"bs": &streamtypes.AttributeValueMemberBS{Value: [][]byte{{1}}},
	}
	for way, sc := range streamClients(db) {
		got := wholeStream(t, sc, arn)
		if len(got) != 1 || len(*got[0].EventID) != 32 {
			t.Fatalf("%s: %+v", way, got)
		}
		want := []streamtypes.Record{{
			AwsRegion: aws.String("us-east-1"), EventID: got[0].EventID, EventName: "INSERT", EventSource: aws.String("aws:dynamodb"),
			EventVersion: aws.String("1.1"), Dynamodb: &streamtypes.StreamRecord{
				ApproximateCreationDateTime: aws.Time(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), Keys: key, NewImage: image,
				SequenceNumber: aws.String("000000000000000000001"), SizeBytes: aws.Int64(37), StreamViewType: "NEW_AND_OLD_IMAGES",
			},
		}}
		if diff := cmp.Diff(want, got, sdkOptions); diff != "" {
			t.Errorf("%s: %s", way, diff)
		}
	}
}

// TestStreamLife follows a stream from the table's creation to a day after it was disabled.
func TestStreamLife(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	db := Start(t, clock.options()...)
	c, arn := newStreamedTable(t, db, "KEYS_ONLY")
	sc := db.StreamsClient()
	put(t, c, item{"pk": sv("p"), "sk": sv("1")})
	put(t, c, item{"pk": sv("p"), "sk": sv("1"), "x": sv("x")})
	it := iteratorOf(t, sc, arn, dynamodbstreams.GetShardIteratorInput{ShardIteratorType: "TRIM_HORIZON"})
	off := &types.StreamSpecification{StreamEnabled: aws.Bool(false)}
	for _, spec := range []*types.StreamSpecification{off, streaming("NEW_IMAGE")} {
		if _, err := c.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{TableName: things, StreamSpecification: spec}); err != nil {
			t.Fatal(err)
		}
	}
	put(t, c, item{"pk": sv("p"), "sk": sv("2")})
	described, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: things})
	if err != nil {
		t.Fatal(err)
	}
	// The clock stands still, but no two streams have the same label.
	latest := strings.TrimSuffix(arn, "000") + "001"
	if *described.Table.LatestStreamArn != latest || *described.Table.LatestStreamLabel != "2026-01-01T00:00:00.001" {
		t.Error(*described.Table.LatestStreamArn, *described.Table.LatestStreamLabel)
	}
	records, next := readStream(t, sc, it, 1)
	if got := shownRecords(records); len(got) != 2 || next != nil {
		t.Errorf("closed shard: %q, then %v", got, next)
	}
	if got := shownRecords(wholeStream(t, sc, latest)); len(got) != 1 || !strings.Contains(got[0], `"2"`) {
		t.Errorf("second stream: %q", got)
	}
	out, err := sc.DescribeStream(t.Context(), &dynamodbstreams.DescribeStreamInput{StreamArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	shard := out.StreamDescription.Shards[0]
	want := &streamtypes.StreamDescription{
		CreationRequestDateTime: aws.Time(clock.now), StreamArn: &arn, StreamLabel: aws.String("2026-01-01T00:00:00.000"),
		KeySchema: []streamtypes.KeySchemaElement{
			{AttributeName: aws.String("pk"), KeyType: "HASH"}, {AttributeName: aws.String("sk"), KeyType: "RANGE"},
		},
		Shards: []streamtypes.Shard{{ShardId: shard.ShardId, SequenceNumberRange: &streamtypes.SequenceNumberRange{
			StartingSequenceNumber: aws.String("000000000000000000001"), EndingSequenceNumber: aws.String("000000000000000000002"),
		}}},
		StreamStatus: "DISABLED", StreamViewType: "KEYS_ONLY", TableName: things,
	}
	if diff := cmp.Diff(want, out.StreamDescription, sdkOptions); diff != "" {
		t.Error(diff)
	}
	if _, err := c.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: things}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		want  []string
	}{{0, []string{latest, arn}}, {streamLifetime, []string{latest, arn}}, {time.Millisecond, nil}} {
		clock.advance(step.after)
		if diff := cmp.Diff(step.want, listed(t, sc, dynamodbstreams.ListStreamsInput{})); diff != "" {
			t.Errorf("after %v: %s", step.after, diff)
		}
	}
}

// listed gives the ARNs of streams, page by page.
func listed(t *testing.T, c *dynamodbstreams.Client, in dynamodbstreams.ListStreamsInput) []string {
	t.Helper()
	var arns []string
	for {
		out, err := c.ListStreams(t.Context(), &in)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range out.Streams {
			arns = append(arns, *s.StreamArn)
		}
		if in.ExclusiveStartStreamArn = out.LastEvaluatedStreamArn; in.ExclusiveStartStreamArn == nil {
			return arns
		}
	}
}

func TestListStreams(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	db := Start(t, clock.options()...)
	c := db.Client()
	var want []string
	for _, name := range []string{"tableB", "tableA", "tableC", "without"} {
		in := testTable()
		in.TableName = aws.String(name)
		if name != "without" {
			in.StreamSpecification = streaming("KEYS_ONLY")
			want = append(want, "arn:aws:dynamodb:us-east-1:000000000000:table/"+name+"/stream/2026-01-01T00:00:00.000")
		}
		if _, err := c.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(want)
	for way, sc := range streamClients(db) {
		for limit := range int32(4) {
			in := dynamodbstreams.ListStreamsInput{Limit: aws.Int32(limit + 1)}
			if diff := cmp.Diff(want, listed(t, sc, in)); diff != "" {
				t.Errorf("%s, limit %d: %s", way, limit+1, diff)
			}
		}
		if diff := cmp.Diff(want[1:2], listed(t, sc, dynamodbstreams.ListStreamsInput{TableName: aws.String("tableB")})); diff != "" {
			t.Errorf("%s, of a table: %s", way, diff)
		}
	}
	other := db.StreamsClient(func(o *dynamodbstreams.Options) { o.Region = "eu-west-1" })
	if got := listed(t, other, dynamodbstreams.ListStreamsInput{}); got != nil {
		t.Errorf("in another region: %q", got)
	}
}
