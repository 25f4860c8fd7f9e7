package dynlocal

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
)

// StreamsClient gives a client of DynamoDB Streams whose calls are answered by db in process, as those of [DB.Client]
// are: it sees the streams of the tables that a client with the same region and credentials made. What was written can
// be read at once. A stream has a single shard, which is closed when the stream is disabled.
//
// A client that goes the whole way of the wire has [DB.Transport] in its HTTPClient.
func (db *DB) StreamsClient(opts ...func(*dynamodbstreams.Options)) *dynamodbstreams.Client {
	tables := baseOptions()
	base := dynamodbstreams.Options{Region: tables.Region, Credentials: tables.Credentials, Retryer: tables.Retryer}
	return dynamodbstreams.New(base, append(opts[:len(opts):len(opts)], func(o *dynamodbstreams.Options) {
		t := &transport{db: db, credentials: o.Credentials}
		o.APIOptions = append(o.APIOptions[:len(o.APIOptions):len(o.APIOptions)], t.install)
	})...)
}
