// Package dynlocal is Amazon DynamoDB in process: the real SDK client on one side, an exact engine on the other, and no
// socket, container or credentials between them.
//
//	db := dynlocal.New()
//	client := db.Client() // a *dynamodb.Client
//
// In a test, [Start] gives a database of the test's own. Every operation is validated as the service does, with its
// error codes and texts, and the client retries and classifies errors as it does against AWS.
//
// # Ways in
//
// [DB.Client] answers inside the SDK, with nothing signed, encoded or sent, and [DB.StreamsClient] does so for the
// tables' streams. [DB.HTTPClient] and [DB.Transport] go the
// whole way of the wire, short of a socket. [DB.Handler] serves any SDK of any language, and so does the program in
// cmd/dynlocal. All see the same tables.
//
// # Faults
//
// What the service does to a program on a bad day is there on demand, on every way in: a [Fault] says what goes wrong
// and with which requests, and [DB.Fault] puts it in effect. [Throttle], [Fail], [Latency] and [DropAnswer] stand
// between a request and its answer, [Unprocessed] and [Conflict] choose items, [PageSize] and [EmptyPage] cut pages,
// [Lag] and [StaleReads] show the past, [Capacity] counts units, and [Chaos] is a little of everything.
//
// # State
//
// [DB.Snapshot] and [DB.Restore] cost nothing that grows with the items. [DB.Export] and [DB.Import] use the lines of
// the service's own exports, [DB.Seed] gives every account and region tables to begin with, and [DB.Dump] shows all that
// is there. Items past their time to live stay readable, as they may with the service, until [DB.Expire].
//
// A database lives in memory, and so does one made by [Open]; but that one also keeps a log of its changes in a
// directory, and begins with what is there. The end of the process, however sudden, loses nothing that was acknowledged.
// Restoring a snapshot, which costs nothing otherwise, there writes all items again.
package dynlocal
