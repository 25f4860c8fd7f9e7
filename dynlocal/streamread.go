package dynlocal

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// The service's limits on reading streams.
const (
	maxStreamPage    = 100 // streams, and shards
	maxRecords       = 1000
	maxRecordsSize   = 1 << 20
	iteratorLifetime = 15 * time.Minute
	minShardID       = 28
	maxShardID       = 65
	minSequence      = 21
	maxSequence      = 40
)

func (c *call) listStreams(in *dynamodbstreams.ListStreamsInput) (*dynamodbstreams.ListStreamsOutput, error) {
	var v violations
	v.name("tableName", nameOnly(in.TableName), minName)
	minimum(&v, "limit", in.Limit, 1)
	if err := v.err(); err != nil {
		return nil, err
	}
	if aws.ToInt32(in.Limit) > maxStreamPage {
		return nil, invalidf(invalidParameter+"Limit cannot be greater than the maximum allowed size: %d", maxStreamPage)
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	all := c.space.currentStreams(c.db.clock())
	if start := aws.ToString(in.ExclusiveStartStreamArn); start != "" {
		at := slices.IndexFunc(all, func(st *stream) bool { return st.arn == start })
		if at < 0 {
			at = len(all) - 1
		}
		all = all[at+1:]
	}
	if in.TableName != nil {
		all = slices.DeleteFunc(all, func(st *stream) bool { return st.table != tableName(*in.TableName) })
	}
	out := &dynamodbstreams.ListStreamsOutput{Streams: []types.Stream{}}
	if limit := int(cmp.Or(aws.ToInt32(in.Limit), maxStreamPage)); len(all) > limit {
		all = all[:limit]
		out.LastEvaluatedStreamArn = aws.String(all[limit-1].arn)
	}
	for _, st := range all {
		out.Streams = append(out.Streams, types.Stream{
			StreamArn: aws.String(st.arn), StreamLabel: aws.String(streamLabel(st.arn)), TableName: aws.String(st.table),
		})
	}
	return out, nil
}

func (c *call) describeStream(in *dynamodbstreams.DescribeStreamInput) (*dynamodbstreams.DescribeStreamOutput, error) {
	var v violations
	v.required("streamArn", in.StreamArn != nil)
	minimum(&v, "limit", in.Limit, 1)
	v.length("exclusiveStartShardId", in.ExclusiveStartShardId, minShardID, maxShardID)
	if err := v.err(); err != nil {
		return nil, err
	}
	if aws.ToInt32(in.Limit) > maxStreamPage {
		return nil, invalidf(invalidParameter+"Limit cannot be greater than the maximum: %d", maxStreamPage)
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	st := c.space.stream(*in.StreamArn, c.db.clock())
	if st == nil {
		return nil, streamNotFound("Requested resource not found: Stream: " + *in.StreamArn + " not found")
	}
	d := st.describe()
	// The only shard has no parent, and so is no child that a filter could ask for.
	if in.ShardFilter != nil || st.shardID() <= aws.ToString(in.ExclusiveStartShardId) {
		d.Shards = []types.Shard{}
	}
	return &dynamodbstreams.DescribeStreamOutput{StreamDescription: d}, nil
}

func (st *stream) describe() *types.StreamDescription {
	d := &types.StreamDescription{
		StreamArn: aws.String(st.arn), StreamLabel: aws.String(streamLabel(st.arn)), TableName: aws.String(st.table),
		CreationRequestDateTime: aws.Time(st.created),
		StreamStatus:            types.StreamStatusEnabled, StreamViewType: types.StreamViewType(st.view),
	}
	for _, e := range st.key {
		d.KeySchema = append(d.KeySchema, types.KeySchemaElement{
			AttributeName: aws.String(*e.AttributeName), KeyType: types.KeyType(e.KeyType),
		})
	}
	numbers := &types.SequenceNumberRange{StartingSequenceNumber: aws.String(sequence(1))}
	if !st.closed.IsZero() {
		d.StreamStatus = types.StreamStatusDisabled
		numbers.EndingSequenceNumber = aws.String(sequence(max(st.next-1, 1)))
	}
	d.Shards = []types.Shard{{ShardId: aws.String(st.shardID()), SequenceNumberRange: numbers}}
	return d
}

// sequence writes the number of a record so that the order of texts is that of numbers.
func sequence(n uint64) string { return fmt.Sprintf("%0*d", minSequence, n) }

func (c *call) getShardIterator(in *dynamodbstreams.GetShardIteratorInput) (*dynamodbstreams.GetShardIteratorOutput, error) {
	var v violations
	v.required("streamArn", in.StreamArn != nil)
	v.required("shardId", in.ShardId != nil)
	v.required("shardIteratorType", in.ShardIteratorType != "")
	enum(&v, "shardIteratorType", in.ShardIteratorType, types.ShardIteratorType("").Values()...)
	v.length("sequenceNumber", in.SequenceNumber, minSequence, maxSequence)
	if err := v.err(); err != nil {
		return nil, err
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	now := c.db.clock()
	st := c.space.stream(*in.StreamArn, now)
	switch {
	case st == nil:
		return nil, streamNotFound("Stream does not exist")
	case st.shardID() != *in.ShardId:
		return nil, streamNotFound("Shard does not exist")
	}
	number, err := st.position(in, now)
	if err != nil {
		return nil, err
	}
	return &dynamodbstreams.GetShardIteratorOutput{ShardIterator: aws.String(iterator{st.arn, number, now}.text())}, nil
}

// position gives the number of the record that the request wants to begin with.
func (st *stream) position(in *dynamodbstreams.GetShardIteratorInput, now time.Time) (uint64, error) {
	bySequence := in.ShardIteratorType == types.ShardIteratorTypeAtSequenceNumber ||
		in.ShardIteratorType == types.ShardIteratorTypeAfterSequenceNumber
	if in.SequenceNumber != nil && !bySequence {
		return 0, invalid(invalidParameter + "SequenceNumber should not be passed for this iterator type")
	}
	switch in.ShardIteratorType {
	case types.ShardIteratorTypeTrimHorizon:
		return st.first(), nil
	case types.ShardIteratorTypeLatest:
		return st.next, nil
	case types.ShardIteratorTypeAtTimestamp:
		return st.positionAt(in.Timestamp, now)
	}
	number, err := strconv.ParseUint(aws.ToString(in.SequenceNumber), 10, 64)
	switch {
	case in.SequenceNumber == nil || err != nil:
		return 0, invalid(invalidParameter + "Invalid SequenceNumber")
	case number == 0 || number >= st.next:
		return 0, invalid("Invalid SequenceNumber for the shard")
	case number < st.first():
		return 0, errTrimmed
	}
	if in.ShardIteratorType == types.ShardIteratorTypeAfterSequenceNumber {
		number++
	}
	return number, nil
}

// positionAt gives the number of the first record of the time or later.
func (st *stream) positionAt(at *time.Time, now time.Time) (uint64, error) {
	if at == nil {
		return 0, invalid(invalidParameter + "Timestamp must be passed for iterator type AT_TIMESTAMP")
	}
	if at.After(now) {
		return 0, invalid(invalidParameter + "Timestamp must not be in the future")
	}
	number := st.next
	st.records.Scan(func(r streamRecord) bool {
		if recordTime(r.at).Before(*at) {
			return true
		}
		number = r.number
		return false
	})
	return number, nil
}

// recordTime gives the time that a record shows: the service tells seconds only.
func recordTime(at time.Time) time.Time { return at.Truncate(time.Second) }

var errTrimmed = &types.TrimmedDataAccessException{
	Message: aws.String("The operation attempted to read past the oldest stream record in a shard."),
}

var errExpiredIterator = &types.ExpiredIteratorException{
	Message: aws.String("The shard iterator has expired and can no longer be used to retrieve stream records."),
}

func streamNotFound(text string) error {
	return &types.ResourceNotFoundException{Message: aws.String(text)}
}

// iterator is a position in the shard of a stream.
type iterator struct {
	arn    string
	number uint64 // of the record to read next
	made   time.Time
}

// text gives the iterator as the service writes them: with the ARN in front.
func (it iterator) text() string {
	at := fmt.Sprintf("%d|%d", it.number, it.made.UnixMilli())
	return it.arn + "|1|" + base64.StdEncoding.EncodeToString([]byte(at))
}

func parseIterator(s string) (iterator, bool) {
	parts := strings.Split(s, "|")
	if len(parts) != 3 || parts[1] != "1" {
		return iterator{}, false
	}
	at, err := base64.StdEncoding.DecodeString(parts[2])
	number, made, _ := strings.Cut(string(at), "|")
	n, err2 := strconv.ParseUint(number, 10, 64)
	ms, err3 := strconv.ParseInt(made, 10, 64)
	return iterator{parts[0], n, time.UnixMilli(ms)}, err == nil && err2 == nil && err3 == nil
}

func (c *call) getRecords(in *dynamodbstreams.GetRecordsInput) (*dynamodbstreams.GetRecordsOutput, error) {
	var v violations
	v.required("shardIterator", in.ShardIterator != nil)
	minimum(&v, "limit", in.Limit, 1)
	if err := v.err(); err != nil {
		return nil, err
	}
	if aws.ToInt32(in.Limit) > maxRecords {
		return nil, invalidf(invalidParameter+"Limit should be less than or equal to %d", maxRecords)
	}
	it, ok := parseIterator(*in.ShardIterator)
	if !ok {
		return nil, invalid("Invalid ShardIterator")
	}
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	now := c.db.clock()
	st := c.space.stream(it.arn, now)
	switch {
	case st == nil:
		return nil, streamNotFound("Requested resource not found: Stream: " + it.arn + " not found")
	case it.number > st.next:
		return nil, invalid("Invalid ShardIterator")
	case now.Sub(it.made) > iteratorLifetime:
		return nil, errExpiredIterator
	case it.number < st.first():
		return nil, errTrimmed
	}
	out := &dynamodbstreams.GetRecordsOutput{}
	out.Records = st.read(it.number, int(cmp.Or(aws.ToInt32(in.Limit), maxRecords)), c.space.id.region)
	next := it.number + uint64(len(out.Records))
	if st.closed.IsZero() || next < st.next {
		out.NextShardIterator = aws.String(iterator{st.arn, next, now}.text())
	}
	return out, nil
}

// read gives at most limit records from the one with the number on, and no more than a page holds.
func (st *stream) read(number uint64, limit int, region string) []types.Record {
	records := []types.Record{}
	size := int64(0)
	st.records.Ascend(streamRecord{number: number}, func(r streamRecord) bool {
		shown := st.show(r, region)
		size += *shown.Dynamodb.SizeBytes
		if len(records) == limit || size > maxRecordsSize { // a single record is never that large
			return false
		}
		records = append(records, shown)
		return true
	})
	return records
}

// show gives a record as the service does.
func (st *stream) show(r streamRecord, region string) types.Record {
	out := types.Record{
		AwsRegion: aws.String(region), EventID: aws.String(st.eventID(r.number)), EventName: r.event(),
		EventSource: aws.String("aws:dynamodb"), EventVersion: aws.String("1.1"),
	}
	if r.expiry {
		out.UserIdentity = &types.Identity{Type: aws.String("Service"), PrincipalId: aws.String("dynamodb.amazonaws.com")}
	}
	key := r.new
	if key.IsEmpty() {
		key = r.old
	}
	names := make([]string, len(st.key))
	for i, e := range st.key {
		names[i] = *e.AttributeName
	}
	key = key.Keep(names...)
	size := key.Size()
	image := func(item value.Item, shown bool) map[string]types.AttributeValue {
		if !shown || item.IsEmpty() {
			return nil
		}
		size += item.Size()
		return streamItem(item)
	}
	out.Dynamodb = &types.StreamRecord{
		ApproximateCreationDateTime: aws.Time(recordTime(r.at)),
		Keys:                        streamItem(key), NewImage: image(r.new, st.showsNew()), OldImage: image(r.old, st.showsOld()),
		SequenceNumber: aws.String(sequence(r.number)), StreamViewType: types.StreamViewType(st.view),
	}
	out.Dynamodb.SizeBytes = aws.Int64(int64(min(size, math.MaxInt32)))
	return out
}

// eventID gives the same id each time that the record is read.
func (st *stream) eventID(number uint64) string {
	h := fnv.New128a()
	_, _ = fmt.Fprintf(h, "%s|%d", st.arn, number)
	return hex.EncodeToString(h.Sum(nil))
}

func (r *streamRecord) event() types.OperationType {
	switch {
	case r.old.IsEmpty():
		return types.OperationTypeInsert
	case r.new.IsEmpty():
		return types.OperationTypeRemove
	}
	return types.OperationTypeModify
}
