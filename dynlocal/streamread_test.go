package dynlocal

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"
)

// numbers gives the sequence numbers of records.
func numbers(records []streamtypes.Record) string {
	var all []string
	for _, r := range records {
		all = append(all, strings.TrimLeft(*r.Dynamodb.SequenceNumber, "0"))
	}
	return strings.Join(all, " ")
}

func TestShardIterators(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	db := Start(t, clock.options()...)
	c, arn := newStreamedTable(t, db, "KEYS_ONLY")
	for i := range 5 {
		put(t, c, item{"pk": sv("p"), "sk": sv(fmt.Sprint(i))})
		clock.advance(time.Second)
	}
	at := func(kind streamtypes.ShardIteratorType, number uint64) dynamodbstreams.GetShardIteratorInput {
		return dynamodbstreams.GetShardIteratorInput{ShardIteratorType: kind, SequenceNumber: aws.String(sequence(number))}
	}
	ago := func(d time.Duration) dynamodbstreams.GetShardIteratorInput {
		return dynamodbstreams.GetShardIteratorInput{
			ShardIteratorType: "AT_TIMESTAMP", Timestamp: aws.Time(clock.now.Truncate(time.Second).Add(-d)),
		}
	}
	tests := map[string]struct {
		in   dynamodbstreams.GetShardIteratorInput
		want string
	}{
		"horizon":      {dynamodbstreams.GetShardIteratorInput{ShardIteratorType: "TRIM_HORIZON"}, "1 2 3 4 5 6"},
		"latest":       {dynamodbstreams.GetShardIteratorInput{ShardIteratorType: "LATEST"}, "6"},
		"at":           {at("AT_SEQUENCE_NUMBER", 4), "4 5 6"},
		"after":        {at("AFTER_SEQUENCE_NUMBER", 4), "5 6"},
		"after last":   {at("AFTER_SEQUENCE_NUMBER", 5), "6"},
		"time":         {ago(2 * time.Second), "4 5 6"},
		"between":      {ago(2500 * time.Millisecond), "4 5 6"},
		"long ago":     {ago(time.Hour), "1 2 3 4 5 6"},
		"time of next": {ago(0), "6"},
	}
	its := map[string]*string{}
	for name, tt := range tests {
		for way, sc := range streamClients(db) {
			its[name+", "+way] = iteratorOf(t, sc, arn, tt.in)
		}
	}
	put(t, c, item{"pk": sv("p"), "sk": sv("last")})
	for name, it := range its {
		test, way, _ := strings.Cut(name, ", ")
		for limit := int32(1); limit < 8; limit++ {
			got, next := readStream(t, streamClients(db)[way], it, limit)
			if numbers(got) != tests[test].want || next == nil {
				t.Errorf("%s, limit %d: %s, next %v; want %s", name, limit, numbers(got), next, tests[test].want)
			}
		}
	}
}

func TestRecordsPageBySize(t *testing.T) {
	t.Parallel()
	db := Start(t)
	c, arn := newStreamedTable(t, db, "NEW_IMAGE")
	for i := range 7 {
		put(t, c, item{"pk": sv("p"), "sk": sv(fmt.Sprint(i)), "x": sv(strings.Repeat("x", 300<<10))})
	}
	sc := db.StreamsClient()
	it := iteratorOf(t, sc, arn, dynamodbstreams.GetShardIteratorInput{ShardIteratorType: "TRIM_HORIZON"})
	var got []int
	for range 4 {
		out, err := sc.GetRecords(t.Context(), &dynamodbstreams.GetRecordsInput{ShardIterator: it})
		if err != nil {
			t.Fatal(err)
		}
		got, it = append(got, len(out.Records)), out.NextShardIterator
	}
	if diff := cmp.Diff([]int{3, 3, 1, 0}, got); diff != "" {
		t.Error(diff)
	}
}

func TestStreamAges(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	db := Start(t, clock.options()...)
	c, arn := newStreamedTable(t, db, "KEYS_ONLY")
	sc := db.StreamsClient()
	put(t, c, item{"pk": sv("p"), "sk": sv("1")})
	clock.advance(streamLifetime - 10*time.Minute)
	put(t, c, item{"pk": sv("p"), "sk": sv("2")})
	it := iteratorOf(t, sc, arn, dynamodbstreams.GetShardIteratorInput{ShardIteratorType: "TRIM_HORIZON"})
	read := func() error {
		_, err := sc.GetRecords(t.Context(), &dynamodbstreams.GetRecordsInput{ShardIterator: it})
		return err
	}
	if err := read(); err != nil {
		t.Error(err)
	}
	clock.advance(10*time.Minute + time.Millisecond)
	var trimmed *streamtypes.TrimmedDataAccessException
	if err := read(); !errors.As(err, &trimmed) {
		t.Errorf("record of a day ago: %v", err)
	}
	shard := shardOf(t, sc, arn)
	_, err := sc.GetShardIterator(t.Context(), &dynamodbstreams.GetShardIteratorInput{
		StreamArn: &arn, ShardId: &shard, ShardIteratorType: "AT_SEQUENCE_NUMBER", SequenceNumber: aws.String(sequence(1)),
	})
	if !errors.As(err, &trimmed) {
		t.Errorf("number of a day ago: %v", err)
	}
	if got := numbers(wholeStream(t, sc, arn)); got != "2" {
		t.Errorf("left: %s", got)
	}
	clock.advance(5 * time.Minute)
	var expired *streamtypes.ExpiredIteratorException
	if err := read(); !errors.As(err, &expired) {
		t.Errorf("iterator of 15 minutes ago: %v", err)
	}
}

func TestStreamErrors(t *testing.T) {
	t.Parallel()
	db := Start(t, newTestClock().options()...)
	c, arn := newStreamedTable(t, db, "KEYS_ONLY")
	put(t, c, item{"pk": sv("p"), "sk": sv("1")})
	shard := shardOf(t, db.StreamsClient(), arn)
	none := strings.Replace(arn, "things", "none", 1)
	shardIterator := func(change func(*dynamodbstreams.GetShardIteratorInput)) func(*dynamodbstreams.Client) error {
		in := &dynamodbstreams.GetShardIteratorInput{StreamArn: &arn, ShardId: &shard, ShardIteratorType: "LATEST"}
		change(in)
		return func(c *dynamodbstreams.Client) error {
			_, err := c.GetShardIterator(t.Context(), in)
			return err
		}
	}
	describe := func(in dynamodbstreams.DescribeStreamInput) func(*dynamodbstreams.Client) error {
		return func(c *dynamodbstreams.Client) error {
			_, err := c.DescribeStream(t.Context(), &in)
			return err
		}
	}
	list := func(in dynamodbstreams.ListStreamsInput) func(*dynamodbstreams.Client) error {
		return func(c *dynamodbstreams.Client) error {
			_, err := c.ListStreams(t.Context(), &in)
			return err
		}
	}
	records := func(it string, limit int32) func(*dynamodbstreams.Client) error {
		return func(c *dynamodbstreams.Client) error {
			_, err := c.GetRecords(t.Context(), &dynamodbstreams.GetRecordsInput{ShardIterator: &it, Limit: &limit})
			return err
		}
	}
	const (
		one       = "ValidationException: 1 validation error detected: "
		parameter = "ValidationException: One or more parameter values were invalid: "
		least1    = " failed to satisfy constraint: Member must have value greater than or equal to 1"
	)
	tests := map[string]struct {
		do   func(*dynamodbstreams.Client) error
		want string
	}{
		"list nothing":      {list(dynamodbstreams.ListStreamsInput{Limit: aws.Int32(0)}), one + "Value '0' at 'limit'" + least1},
		"list too many":     {list(dynamodbstreams.ListStreamsInput{Limit: aws.Int32(101)}), parameter + "Limit cannot be greater than the maximum allowed size: 100"},
		"list after none":   {list(dynamodbstreams.ListStreamsInput{ExclusiveStartStreamArn: &none}), ""},
		"describe unknown":  {describe(dynamodbstreams.DescribeStreamInput{StreamArn: &none}), "ResourceNotFoundException: Requested resource not found: Stream: " + none + " not found"},
		"describe nothing":  {describe(dynamodbstreams.DescribeStreamInput{StreamArn: &arn, Limit: aws.Int32(0)}), one + "Value '0' at 'limit'" + least1},
		"describe too many": {describe(dynamodbstreams.DescribeStreamInput{StreamArn: &arn, Limit: aws.Int32(101)}), parameter + "Limit cannot be greater than the maximum: 100"},
		"describe from x":   {describe(dynamodbstreams.DescribeStreamInput{StreamArn: &arn, ExclusiveStartShardId: aws.String("x")}), one + "Value 'x' at 'exclusiveStartShardId' failed to satisfy constraint: Member must have length greater than or equal to 28"},
		"records nothing":   {records("x", 0), one + "Value '0' at 'limit'" + least1},
		"records too many":  {records("x", 1001), parameter + "Limit should be less than or equal to 1000"},
		"no iterator":       {records("x", 1), "ValidationException: Invalid ShardIterator"},
		"iterator of none":  {records(iterator{none, 1, time.Time{}}.text(), 1), "ResourceNotFoundException: Requested resource not found: Stream: " + none + " not found"},
		"iterator beyond":   {records(iterator{arn, 3, newTestClock().now}.text(), 1), "ValidationException: Invalid ShardIterator"},
		"damaged iterator":  {records(arn+"|1|!", 1), "ValidationException: Invalid ShardIterator"},
		"unknown stream":    {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) { in.StreamArn = &none }), "ResourceNotFoundException: Stream does not exist"},
		"unknown shard": {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) {
			in.ShardId = aws.String("shardId-00000000000000000000-00000000")
		}), "ResourceNotFoundException: Shard does not exist"},
		"number not wanted": {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) { in.SequenceNumber = aws.String(sequence(1)) }), parameter + "SequenceNumber should not be passed for this iterator type"},
		"no number":         {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) { in.ShardIteratorType = "AT_SEQUENCE_NUMBER" }), parameter + "Invalid SequenceNumber"},
		"short number": {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) {
			in.ShardIteratorType, in.SequenceNumber = "AT_SEQUENCE_NUMBER", aws.String("1")
		}), one + "Value '1' at 'sequenceNumber' failed to satisfy constraint: Member must have length greater than or equal to 21"},
		"number 0": {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) {
			in.ShardIteratorType, in.SequenceNumber = "AT_SEQUENCE_NUMBER", aws.String(sequence(0))
		}), "ValidationException: Invalid SequenceNumber for the shard"},
		"number to come": {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) {
			in.ShardIteratorType, in.SequenceNumber = "AFTER_SEQUENCE_NUMBER", aws.String(sequence(2))
		}), "ValidationException: Invalid SequenceNumber for the shard"},
		"no time": {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) { in.ShardIteratorType = "AT_TIMESTAMP" }), parameter + "Timestamp must be passed for iterator type AT_TIMESTAMP"},
		"tomorrow": {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) {
			in.ShardIteratorType, in.Timestamp = "AT_TIMESTAMP", aws.Time(newTestClock().now.Add(time.Hour))
		}), parameter + "Timestamp must not be in the future"},
		"bad type": {shardIterator(func(in *dynamodbstreams.GetShardIteratorInput) { in.ShardIteratorType = "X" }), one + "Value 'X' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER, AT_TIMESTAMP]"},
	}
	for name, tt := range tests {
		for way, sc := range streamClients(db) {
			if got := errorText(tt.do(sc)); got != tt.want {
				t.Errorf("%s, %s: %s\nwant %s", name, way, got, tt.want)
			}
		}
	}
}

func TestDescribeStreamLeavesShardsOut(t *testing.T) {
	t.Parallel()
	db := Start(t)
	_, arn := newStreamedTable(t, db, "KEYS_ONLY")
	sc := db.StreamsClient()
	shard := shardOf(t, sc, arn)
	for name, in := range map[string]*dynamodbstreams.DescribeStreamInput{
		"after the only one": {StreamArn: &arn, ExclusiveStartShardId: &shard},
		"its children":       {StreamArn: &arn, ShardFilter: &streamtypes.ShardFilter{Type: "CHILD_SHARDS", ShardId: &shard}},
	} {
		out, err := sc.DescribeStream(t.Context(), in)
		if err != nil || len(out.StreamDescription.Shards) != 0 || out.StreamDescription.LastEvaluatedShardId != nil {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
}

func TestStreamFaults(t *testing.T) {
	t.Parallel()
	db := Start(t)
	_, arn := newStreamedTable(t, db, "KEYS_ONLY")
	injected := db.Fault(Throttle().Table("things"))
	for way, sc := range streamClients(db) {
		_, err := sc.DescribeStream(t.Context(), &dynamodbstreams.DescribeStreamInput{StreamArn: &arn}, func(o *dynamodbstreams.Options) {
			o.RetryMaxAttempts = 1
		})
		var limit *streamtypes.LimitExceededException
		if !errors.As(err, &limit) {
			t.Errorf("%s: %v", way, err)
		}
	}
	if injected.Hits() == 0 {
		t.Error("no hit")
	}
}
