package dynlocal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
)

// openTest opens a directory for a test.
func openTest(t *testing.T, dir string, opts ...Option) *DB {
	t.Helper()
	db, err := Open(dir, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeTest(t, db) })
	return db
}

func closeTest(t *testing.T, db *DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// reopened closes a database, checks that it comes back as it was, and gives it.
func reopened(t *testing.T, db *DB, opts ...Option) *DB {
	t.Helper()
	want := everything(t, db)
	closeTest(t, db)
	db = openTest(t, db.dir.path, opts...)
	if diff := cmp.Diff(want, everything(t, db)); diff != "" {
		t.Fatal(diff)
	}
	return db
}

// everything is a dump with what it leaves out: what tables say of themselves.
func everything(t *testing.T, db *DB) string {
	t.Helper()
	text := dumped(t, db)
	for _, s := range db.allSpaces() {
		for _, name := range s.tableNames(db) {
			text += fmt.Sprintf("%s\n%s\n", shown(&dynamodb.DescribeTableOutput{Table: s.tables[name].describe()}), s.tables[name].ttl)
		}
		for _, st := range s.currentStreams(db.clock()) {
			text += fmt.Sprintln(st.created.UnixNano(), st.arn)
			for _, r := range st.read(st.first(), maxRecords, "") {
				text += fmt.Sprintln(*r.EventID, *r.Dynamodb.ApproximateCreationDateTime)
			}
		}
	}
	return text
}

// administer does one thing at random that is not about items. It gives the snapshot to restore later.
func (w writer) administer(db *DB, clock *testClock, saved *Snapshot) *Snapshot {
	w.t.Helper()
	in := &dynamodb.UpdateTableInput{TableName: things}
	var err error
	switch w.r.IntN(9) {
	case 0:
		in.GlobalSecondaryIndexUpdates = []types.GlobalSecondaryIndexUpdate{{Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: aws.String("some")}}}
		_, err = w.c.UpdateTable(w.t.Context(), in)
	case 1:
		in.AttributeDefinitions = define("b", "S")
		in.GlobalSecondaryIndexUpdates = []types.GlobalSecondaryIndexUpdate{{Create: &types.CreateGlobalSecondaryIndexAction{
			IndexName: aws.String("some"), KeySchema: keyOf("b", "sk"), Projection: &types.Projection{ProjectionType: "KEYS_ONLY"},
		}}}
		_, err = w.c.UpdateTable(w.t.Context(), in)
	case 2:
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(false)}
		_, err = w.c.UpdateTable(w.t.Context(), in)
	case 3:
		in.StreamSpecification = streaming([]types.StreamViewType{"KEYS_ONLY", "NEW_AND_OLD_IMAGES"}[w.r.IntN(2)])
		_, err = w.c.UpdateTable(w.t.Context(), in)
	case 4:
		_, err = w.c.TagResource(w.t.Context(), &dynamodb.TagResourceInput{
			ResourceArn: aws.String("arn:aws:dynamodb:us-east-1:000000000000:table/things"),
			Tags:        []types.Tag{{Key: aws.String(fmt.Sprint("k", w.r.IntN(3))), Value: aws.String(fmt.Sprint(w.r.IntN(3)))}},
		})
	case 5:
		_, err = w.c.UpdateTimeToLive(w.t.Context(), &dynamodb.UpdateTimeToLiveInput{TableName: things, TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: aws.String("n"), Enabled: aws.Bool(w.r.IntN(2) == 0),
		}})
	case 6:
		clock.advance(time.Duration(w.r.Int64N(int64(time.Hour))))
		_, err = db.Expire()
	case 7:
		if saved == nil || w.r.IntN(2) == 0 {
			return db.Snapshot()
		}
		db.Restore(saved)
	case 8:
		if w.r.IntN(3) == 0 {
			_, err = w.c.DeleteTable(w.t.Context(), &dynamodb.DeleteTableInput{TableName: things})
		}
		_, _ = w.c.CreateTable(w.t.Context(), testTable())
	}
	var ae interface{ ErrorCode() string }
	if err != nil && (!errors.As(err, &ae) || ae.ErrorCode() == "InternalServerError") {
		w.t.Fatal(err)
	}
	return saved
}

// TestReopen makes changes of all kinds at random, and ends the database now and then.
func TestReopen(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 3))
		clock := newTestClock()
		clock.now = time.Unix(2, 0) // so that small numbers in n are times to live
		db := openTest(t, t.TempDir(), clock.options()...)
		c, _ := newStreamedTable(t, db, "NEW_AND_OLD_IMAGES")
		enableTTL(t, c, "n")
		var saved *Snapshot
		for range 15 {
			w := writer{t, db.Client(), r}
			for range r.IntN(60) {
				switch r.IntN(12) {
				case 0, 1:
					saved = w.administer(db, clock, saved)
				case 2:
					db.dir.compact = 0
					db.rewrite()
				default:
					if len(db.ownCall().space.tables) > 0 {
						w.write()
					}
				}
			}
			db = reopened(t, db, clock.options()...)
		}
	}
}

// TestEveryPrefixIsAState cuts the log after each request: what is loaded is what was there then.
func TestEveryPrefixIsAState(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	clock.now = time.Unix(2, 0)
	dir := t.TempDir()
	db := openTest(t, dir, clock.options()...)
	c, _ := newStreamedTable(t, db, "NEW_AND_OLD_IMAGES")
	w := writer{t, c, rand.New(rand.NewPCG(1, 4))}
	states := map[int64]string{db.dir.log.Size(): dumped(t, db)}
	for range 150 {
		w.write()
		states[db.dir.log.Size()] = dumped(t, db)
	}
	closeTest(t, db)
	whole, err := os.ReadFile(filepath.Join(dir, logName))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "cut")
	for cut := len(whole); cut > 0; cut -= 1 + w.r.IntN(40) {
		want, size := "", int64(0)
		for end, state := range states {
			if end <= int64(cut) && end > size {
				want, size = state, end
			}
		}
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		loaded := New(clock.options()...)
		if got, err := load(loaded, path); got != size && size > 0 || err != nil {
			t.Fatalf("cut at %d: size %d, %v; want %d", cut, got, err, size)
		}
		if diff := cmp.Diff(want, dumped(t, loaded)); diff != "" {
			t.Fatalf("cut at %d: %s", cut, diff)
		}
	}
}

// TestTokensSurvive repeats a transaction after the database was opened again: it is not done again.
func TestTokensSurvive(t *testing.T) {
	t.Parallel()
	for name, rewrite := range map[string]bool{"log": false, "rewritten": true} {
		clock := newTestClock()
		db := openTest(t, t.TempDir(), clock.options()...)
		if _, err := db.Client().CreateTable(t.Context(), testTable()); err != nil {
			t.Fatal(err)
		}
		put(t, db.Client(), item{"pk": sv("p"), "sk": sv("checked")})
		in := &dynamodb.TransactWriteItemsInput{
			ClientRequestToken: aws.String("token"), ReturnConsumedCapacity: "TOTAL", ReturnItemCollectionMetrics: "SIZE",
			TransactItems: []types.TransactWriteItem{
				{ConditionCheck: &types.ConditionCheck{
					TableName: things, Key: item{"pk": sv("p"), "sk": sv("checked")}, ConditionExpression: aws.String("attribute_exists(pk)"),
				}},
				{Update: &types.Update{
					TableName: things, Key: item{"pk": sv("p"), "sk": sv("s")}, UpdateExpression: aws.String("ADD x :x"),
					ExpressionAttributeValues: item{":x": nv("1")},
				}},
				{Delete: &types.Delete{TableName: things, Key: item{"pk": sv("p"), "sk": sv("none")}}},
			},
		}
		if _, err := db.Client().TransactWriteItems(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		before, err := db.Client().TransactWriteItems(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if rewrite {
			db.dir.compact = 0
			db.rewrite()
		}
		db = reopened(t, db, clock.options()...)
		after, err := db.Client().TransactWriteItems(t.Context(), in)
		if diff := cmp.Diff(before, after, sdkOptions); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
		in.TransactItems = in.TransactItems[1:]
		var mismatch *types.IdempotentParameterMismatchException
		if _, err := db.Client().TransactWriteItems(t.Context(), in); !errors.As(err, &mismatch) {
			t.Errorf("%s: another transaction: %v", name, err)
		}
		clock.advance(tokenLifetime)
		if _, err := db.Client().TransactWriteItems(t.Context(), in); err != nil {
			t.Errorf("%s: later: %v", name, err)
		}
		got := scanAll(t, db.Client(), dynamodb.ScanInput{})
		want := []item{{"pk": sv("p"), "sk": sv("checked")}, {"pk": sv("p"), "sk": sv("s"), "x": nv("2")}}
		if diff := cmp.Diff(want, sorted(got), sdkOptions); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestRewriteWhileWriting has many write, and one restore, while the log is written anew again and again.
func TestRewriteWhileWriting(t *testing.T) {
	t.Parallel()
	db := openTest(t, t.TempDir())
	c, _ := newStreamedTable(t, db, "NEW_AND_OLD_IMAGES")
	var writers sync.WaitGroup
	for n := range 4 {
		writers.Go(func() {
			w := writer{t, c, rand.New(rand.NewPCG(uint64(n), 5))}
			for rewrites := 0; rewrites < 20; {
				db.mu.Lock()
				db.dir.compact, rewrites = 0, db.dir.version
				db.mu.Unlock()
				w.write()
				if n == 0 && w.r.IntN(20) == 0 {
					db.Restore(db.Snapshot())
				}
			}
		})
	}
	writers.Wait()
	reopened(t, db)
}

// TestRestoreWhileWriting writes to tables that were put aside meanwhile: the log has nothing of that.
func TestRestoreWhileWriting(t *testing.T) {
	t.Parallel()
	db := openTest(t, t.TempDir())
	if _, err := db.Client().CreateTable(t.Context(), testTable()); err != nil {
		t.Fatal(err)
	}
	c := db.ownCall()
	db.Reset()
	if err := c.store("things", item{"pk": sv("p"), "sk": sv("s")}); err != nil {
		t.Fatal(err)
	}
	reopened(t, db)
}

// TestGrowingLogIsRewritten writes the same item until the log has to be written anew by itself.
func TestGrowingLogIsRewritten(t *testing.T) {
	t.Parallel()
	db := openTest(t, t.TempDir())
	c := db.Client()
	if _, err := c.CreateTable(t.Context(), testTable()); err != nil {
		t.Fatal(err)
	}
	size := func() int64 {
		db.mu.RLock()
		defer db.mu.RUnlock()
		return db.dir.log.Size()
	}
	largest, before := int64(0), int64(0)
	for i := 0; size() >= before; i++ {
		before = size()
		largest = max(largest, before)
		put(t, c, item{"pk": sv("p"), "sk": sv("s"), "x": sv(strings.Repeat("x", 100<<10)), "n": nv(fmt.Sprint(i))})
		if largest > 100*minRewritten {
			t.Fatal("the log only grows")
		}
	}
	if largest < minRewritten {
		t.Errorf("rewritten at %d bytes", largest)
	}
	reopened(t, db)
}

func TestDirectoryBelongsToOne(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	db := openTest(t, dir)
	want := "dynlocal: open: " + dir + ": in use by another process"
	if _, err := Open(dir); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if _, err := Repair(dir); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("repair: %v", err)
	}
	closeTest(t, db)
	openTest(t, dir)
}

func TestClosed(t *testing.T) {
	t.Parallel()
	db := openTest(t, t.TempDir(), SyncWrites())
	c := db.Client(noRetry)
	if _, err := c.CreateTable(t.Context(), testTable()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		closeTest(t, db)
	}
	_, err := c.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: things})
	if got, want := errorText(err), "InternalServerError: dynlocal: log: the database is closed"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := scanAll(t, c, dynamodb.ScanInput{}); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if err := New().Close(); err != nil {
		t.Errorf("in memory: %v", err)
	}
}

// TestFailedWriteChangesNothing takes the log away.
func TestFailedWriteChangesNothing(t *testing.T) {
	t.Parallel()
	db := openTest(t, t.TempDir())
	c, _ := newStreamedTable(t, db, "KEYS_ONLY")
	put(t, c, item{"pk": sv("p"), "sk": sv("s")})
	want := everything(t, db)
	_ = db.dir.log.Close()
	w := writer{t, db.Client(noRetry), nil}
	ctx := context.Background()
	things2 := testTable()
	things2.TableName = aws.String("things2")
	it := item{"pk": sv("p"), "sk": sv("t")}
	tests := map[string]func() error{
		"put": func() error {
			_, err := w.c.PutItem(ctx, &dynamodb.PutItemInput{TableName: things, Item: it})
			return err
		},
		"create": func() error { _, err := w.c.CreateTable(ctx, things2); return err },
		"delete": func() error {
			_, err := w.c.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: things})
			return err
		},
		"stream off": func() error {
			_, err := w.c.UpdateTable(ctx, &dynamodb.UpdateTableInput{TableName: things, StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(false)}})
			return err
		},
		"ttl": func() error {
			_, err := w.c.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: things, TimeToLiveSpecification: &types.TimeToLiveSpecification{
				AttributeName: aws.String("n"), Enabled: aws.Bool(true),
			}})
			return err
		},
		"batch": func() error {
			_, err := w.c.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"things": {{PutRequest: &types.PutRequest{Item: it}}}}})
			return err
		},
		"transaction": func() error {
			_, err := w.c.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: &types.Put{TableName: things, Item: it}}}})
			return err
		},
	}
	for name, do := range tests {
		var internal *types.InternalServerError
		if err := do(); !errors.As(err, &internal) {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, everything(t, db)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if err := db.Close(); err == nil {
		t.Error("closed without an error")
	}
}

// TestDamagedDirectory damages a log in the middle.
func TestDamagedDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openTest(t, dir)
	c, _ := newStreamedTable(t, db, "KEYS_ONLY")
	put(t, c, item{"pk": sv("p"), "sk": sv("1")})
	want, good := dumped(t, db), db.dir.log.Size()
	put(t, c, item{"pk": sv("p"), "sk": sv("2")})
	put(t, c, item{"pk": sv("p"), "sk": sv("3")})
	closeTest(t, db)
	path := filepath.Join(dir, logName)
	damaged, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged[good+20] ^= 1
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		db, err := Open(dir)
		if diff := cmp.Diff(&DamageError{path, good, "checksum of a record"}, err); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(want, dumped(t, db)); diff != "" {
			t.Error(diff)
		}
		_, err = db.Client(noRetry).DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: things})
		if got, text := errorText(err), fmt.Sprintf("InternalServerError: dynlocal: log: dynlocal: %s: damaged at byte %d: checksum of a record", path, good); got != text {
			t.Errorf("%s\nwant %s", got, text)
		}
		db.Reset()
		closeTest(t, db)
	}
	if now, _ := os.ReadFile(path); string(now) != string(damaged) {
		t.Error("the damaged log was changed")
	}
	damage, err := Repair(dir)
	if err != nil || damage == nil || damage.Offset != good {
		t.Fatal(damage, err)
	}
	if kept, err := os.ReadFile(damage.Path); err != nil || string(kept) != string(damaged) {
		t.Errorf("kept in %s: %v", damage.Path, err)
	}
	db = openTest(t, dir)
	if diff := cmp.Diff(want, dumped(t, db)); diff != "" {
		t.Error(diff)
	}
	put(t, db.Client(), item{"pk": sv("p"), "sk": sv("4")})
	db = reopened(t, db)
	closeTest(t, db)
	if damage, err := Repair(dir); damage != nil || err != nil {
		t.Errorf("repaired again: %v, %v", damage, err)
	}
}

// TestSeededDirectory sows a space once, and not again when it comes back.
func TestSeededDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for n := 1; n <= 3; n++ {
		db := openTest(t, dir)
		if err := db.Seed(strings.NewReader(testSeed)); err != nil {
			t.Fatal(err)
		}
		c := db.Client()
		out, err := c.ListTables(t.Context(), &dynamodb.ListTablesInput{})
		if err != nil || len(out.TableNames) == 0 {
			t.Fatal(out, err)
		}
		if n > 1 {
			if _, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("extra")}); err != nil {
				t.Error(err)
			}
			closeTest(t, db)
			continue
		}
		in := testTable()
		in.TableName = aws.String("extra")
		if _, err := c.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		closeTest(t, db)
	}
}

// FuzzPlay plays any record into a database with a table: it may be refused, but does no harm.
func FuzzPlay(f *testing.F) {
	at := time.Unix(2, 0)
	id := spaceID{defaultAccount, defaultRegion}
	source := New()
	t, err := source.ownCall().newTable(testTable())
	if err != nil {
		f.Fatal(err)
	}
	var r recorder
	for _, e := range []*edit{
		{space: newSpace(id), at: at, table: t},
		{space: newSpace(id), at: at, dropped: "things"},
		{space: newSpace(id), at: at, done: &doneTransaction{token: "t", changes: nil}},
	} {
		if err := r.edit(e); err != nil {
			f.Fatal(err)
		}
		f.Add(r.buf[12:])
	}
	f.Fuzz(func(tt *testing.T, payload []byte) {
		db := New()
		p := &player{db: db}
		var first recorder
		_ = first.edit(&edit{space: newSpace(id), at: at, table: t})
		if err := p.play(first.buf[12:]); err != nil {
			tt.Fatal(err)
		}
		_ = p.play(payload)
	})
}
