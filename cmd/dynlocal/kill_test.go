package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"
)

// What the test of kills does.
const (
	kills      = 200
	killsShort = 20
	writers    = 6
	alone      = 8 // keys that a writer writes one by one, and in batches
	together   = 3 // keys that a writer only writes in transactions
	maxRun     = 50 * time.Millisecond
)

// build makes the program's binary.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "dynlocal.exe")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// process is a run of the binary.
type process struct {
	cmd *exec.Cmd
	url string
}

func launch(t *testing.T, binary string, args ...string) *process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stderr).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "dynlocal: listening on ")
	if !ok {
		_ = cmd.Process.Kill()
		t.Fatalf("reported %q, %v", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, stderr) }()
	return &process{cmd, url}
}

// kill ends the process as the system does, without a word.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// clients gives clients that don't try again, and how to drop their connections.
func (p *process) clients() (*dynamodb.Client, *dynamodbstreams.Client, func()) {
	transport := &http.Transport{MaxIdleConnsPerHost: writers}
	web := &http.Client{Transport: transport}
	cred := credentials.NewStaticCredentialsProvider("any", "x", "")
	return dynamodb.New(dynamodb.Options{
			Region: "eu-west-1", BaseEndpoint: &p.url, Credentials: cred, HTTPClient: web, Retryer: aws.NopRetryer{},
		}), dynamodbstreams.New(dynamodbstreams.Options{
			Region: "eu-west-1", BaseEndpoint: &p.url, Credentials: cred, HTTPClient: web,
		}), transport.CloseIdleConnections
}

var cards, pairs = aws.String("cards"), aws.String("pairs")

const killSeed = `
{"Table": {"TableName": "cards", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}
{"Table": {"TableName": "pairs", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
  "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}}
`

// worker writes keys that nobody else writes. Each write of a key has a higher version; 0 stands for no item.
type worker struct {
	name    string
	r       *rand.Rand
	version int
	known   map[string]int // acknowledged, by key
	pending map[string]int // sent, and not answered
	acks    int
}

func newWorker(n int) *worker {
	w := &worker{name: fmt.Sprint("w", n), r: rand.New(rand.NewPCG(uint64(n), 6)), known: map[string]int{}}
	for i := range alone {
		w.known[w.key(i)] = 0
	}
	for i := range together {
		w.known[w.pairKey(i)] = 0
	}
	return w
}

func (w *worker) key(i int) string     { return fmt.Sprintf("%s/%d", w.name, i) }
func (w *worker) pairKey(i int) string { return fmt.Sprintf("%s/pair%d", w.name, i) }

func keyOf(key string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: key}}
}

func itemOf(key string, version, size int) map[string]types.AttributeValue {
	it := keyOf(key)
	it["version"] = &types.AttributeValueMemberN{Value: strconv.Itoa(version)}
	it["text"] = &types.AttributeValueMemberS{Value: strings.Repeat("x", size)}
	return it
}

// work writes until the server is gone.
func (w *worker) work(ctx context.Context, c *dynamodb.Client) {
	for {
		w.version++
		w.pending = map[string]int{}
		var err error
		switch w.r.IntN(4) {
		case 0:
			key := w.key(w.r.IntN(alone))
			w.pending[key] = w.version
			_, err = c.PutItem(ctx, &dynamodb.PutItemInput{TableName: cards, Item: itemOf(key, w.version, 2000)})
		case 1:
			key := w.key(w.r.IntN(alone))
			w.pending[key] = 0
			_, err = c.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: cards, Key: keyOf(key)})
		case 2:
			err = w.batch(ctx, c)
		case 3:
			err = w.transact(ctx, c)
		}
		if err != nil {
			return
		}
		maps.Copy(w.known, w.pending)
		w.acks++
	}
}

func (w *worker) batch(ctx context.Context, c *dynamodb.Client) error {
	var requests []types.WriteRequest
	for i := range 1 + w.r.IntN(alone) {
		w.pending[w.key(i)] = w.version
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: itemOf(w.key(i), w.version, 1000)}})
	}
	_, err := c.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{*cards: requests}})
	return err
}

func (w *worker) transact(ctx context.Context, c *dynamodb.Client) error {
	var actions []types.TransactWriteItem
	gone := w.r.IntN(5) == 0
	for i := range together {
		key := w.pairKey(i)
		if gone {
			w.pending[key] = 0
			actions = append(actions, types.TransactWriteItem{Delete: &types.Delete{TableName: pairs, Key: keyOf(key)}})
			continue
		}
		w.pending[key] = w.version
		actions = append(actions, types.TransactWriteItem{Put: &types.Put{TableName: pairs, Item: itemOf(key, w.version, 10)}})
	}
	_, err := c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
	return err
}

// check compares what is stored with what the writer knows, and takes it over.
func (w *worker) check(t *testing.T, stored map[string]int) {
	t.Helper()
	for key, known := range w.known {
		sent, unsure := w.pending[key]
		if got := stored[key]; got != known && (!unsure || got != sent) {
			t.Errorf("%s: stored %d, acknowledged %d, sent %d %v", key, got, known, sent, unsure)
		}
		w.known[key] = stored[key]
	}
	for i := range together {
		if a, b := stored[w.pairKey(0)], stored[w.pairKey(i)]; a != b {
			t.Errorf("half of a transaction: %s is %d, %s is %d", w.pairKey(0), a, w.pairKey(i), b)
		}
	}
}

// again tries until there is an answer. The SDK closes a request's body when the answer begins, and if that is quicker
// than the transport, this one takes it for an error and breaks the connection.
func again[T any](t *testing.T, do func() (T, error)) T {
	t.Helper()
	for tries := 0; ; tries++ {
		out, err := do()
		if err == nil {
			return out
		}
		if tries == 9 {
			t.Fatal(err)
		}
	}
}

// versions gives the version of each item.
func versions(t *testing.T, c *dynamodb.Client) map[string]int {
	t.Helper()
	all := map[string]int{}
	for _, table := range []*string{cards, pairs} {
		out := again(t, func() (*dynamodb.ScanOutput, error) {
			return c.Scan(t.Context(), &dynamodb.ScanInput{TableName: table, ConsistentRead: aws.Bool(true)})
		})
		for _, it := range out.Items {
			n, _ := strconv.Atoi(it["version"].(*types.AttributeValueMemberN).Value)
			all[it["id"].(*types.AttributeValueMemberS).Value] = n
		}
	}
	return all
}

// streamed gives the version of each item that the stream leads to, and the number of its records.
func streamed(t *testing.T, c *dynamodbstreams.Client) (map[string]int, int) {
	t.Helper()
	list := again(t, func() (*dynamodbstreams.ListStreamsOutput, error) {
		return c.ListStreams(t.Context(), &dynamodbstreams.ListStreamsInput{})
	})
	arn := list.Streams[0].StreamArn
	described := again(t, func() (*dynamodbstreams.DescribeStreamOutput, error) {
		return c.DescribeStream(t.Context(), &dynamodbstreams.DescribeStreamInput{StreamArn: arn})
	})
	begin := again(t, func() (*dynamodbstreams.GetShardIteratorOutput, error) {
		return c.GetShardIterator(t.Context(), &dynamodbstreams.GetShardIteratorInput{
			StreamArn: arn, ShardId: described.StreamDescription.Shards[0].ShardId, ShardIteratorType: "TRIM_HORIZON",
		})
	})
	all, n, next := map[string]int{}, 0, begin.ShardIterator
	for {
		out := again(t, func() (*dynamodbstreams.GetRecordsOutput, error) {
			return c.GetRecords(t.Context(), &dynamodbstreams.GetRecordsInput{ShardIterator: next})
		})
		if len(out.Records) == 0 {
			return all, n
		}
		for _, r := range out.Records {
			n++
			play(t, all, r)
		}
		next = out.NextShardIterator
	}
}

func play(t *testing.T, all map[string]int, r streamtypes.Record) {
	t.Helper()
	version := func(image map[string]streamtypes.AttributeValue) int {
		if image == nil {
			return 0
		}
		n, _ := strconv.Atoi(image["version"].(*streamtypes.AttributeValueMemberN).Value)
		return n
	}
	key := r.Dynamodb.Keys["id"].(*streamtypes.AttributeValueMemberS).Value
	if all[key] != version(r.Dynamodb.OldImage) {
		t.Errorf("record %s: %d before, known %d", *r.Dynamodb.SequenceNumber, version(r.Dynamodb.OldImage), all[key])
	}
	if all[key] = version(r.Dynamodb.NewImage); all[key] == 0 {
		delete(all, key)
	}
}

// TestKills kills the program again and again while many write. Nothing that it acknowledged is lost, and no
// transaction is there in part.
func TestKills(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command to build the program")
	}
	t.Parallel()
	binary, dir, tables := build(t), t.TempDir(), filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(tables, []byte(killSeed), 0o600); err != nil {
		t.Fatal(err)
	}
	all := make([]*worker, writers)
	for n := range all {
		all[n] = newWorker(n)
	}
	r := rand.New(rand.NewPCG(7, uint64(time.Now().UnixNano())))
	rounds := kills
	if testing.Short() {
		rounds = killsShort
	}
	shrunk, size := 0, int64(0)
	for round := range rounds {
		p := launch(t, binary, "-dir", dir, "-seed", tables)
		c, _, drop := p.clients()
		stored := versions(t, c)
		var working sync.WaitGroup
		for _, w := range all {
			w.check(t, stored)
			working.Go(func() { w.work(t.Context(), c) })
		}
		time.Sleep(time.Duration(r.Int64N(int64(maxRun)))) // any moment will do
		p.kill()
		working.Wait()
		drop()
		if t.Failed() {
			t.Fatalf("after %d kills", round)
		}
		if info, err := os.Stat(filepath.Join(dir, "log")); err != nil {
			t.Fatal(err)
		} else {
			if info.Size() < size {
				shrunk++
			}
			size = info.Size()
		}
	}
	p := launch(t, binary, "-dir", dir)
	defer p.kill()
	c, sc, _ := p.clients()
	stored, acks := versions(t, c), 0
	for _, w := range all {
		w.check(t, stored)
		acks += w.acks
	}
	replayed, records := streamed(t, sc)
	maps.DeleteFunc(stored, func(key string, _ int) bool { return !strings.Contains(key, "pair") })
	if diff := cmp.Diff(stored, replayed); diff != "" {
		t.Errorf("the stream leads elsewhere: %s", diff)
	}
	if shrunk == 0 && !testing.Short() {
		t.Error("the log was never written anew")
	}
	t.Logf("%d requests acknowledged, %d stream records, log written anew in %d rounds", acks, records, shrunk)
}
