package dynlocal

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/tidwall/btree"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// streamLifetime is how long the service keeps records, and streams that are disabled.
const streamLifetime = 24 * time.Hour

// stream is the log of a table's changes. It has a single shard, which is closed with the stream.
type stream struct {
	arn, table string
	view       types.StreamViewType
	key        []types.KeySchemaElement
	created    time.Time
	closed     time.Time // zero while the stream is enabled
	next       uint64    // number of the record to come; the first is 1
	records    *btree.BTreeG[streamRecord]
}

// streamRecord is a change of one item. Of images that the stream does not show it has the key only.
type streamRecord struct {
	number   uint64
	at       time.Time
	expiry   bool
	old, new value.Item // empty for none
}

func newStreamRecords() *btree.BTreeG[streamRecord] {
	less := func(a, b streamRecord) bool { return a.number < b.number }
	return btree.NewBTreeGOptions(less, btree.Options{NoLocks: true, Degree: 16})
}

// copy gives a stream that shares its records with st until either gets another.
func (st *stream) copy() *stream {
	c := *st
	c.records = st.records.Copy()
	return &c
}

const streamMark = "/stream/"

// streamLabel gives the label in a stream's ARN: the time when it was enabled.
func streamLabel(arn string) string {
	_, label, _ := strings.Cut(arn, streamMark)
	return label
}

// openStream gives the table, which the edit defines, a new stream.
func (e *edit) openStream(t *table) {
	st := &stream{
		table: t.name, view: t.settings.stream.StreamViewType, key: t.key.elements,
		created: e.at, next: 1, records: newStreamRecords(),
	}
	// Streams of a table are told apart by milliseconds, which a clock that stands still does not count.
	for at := e.at; st.arn == "" || e.space.streams[st.arn] != nil; at = at.Add(time.Millisecond) {
		st.arn = t.arn + streamMark + at.UTC().Format("2006-01-02T15:04:05.000")
	}
	t.streamARN = st.arn
	e.streams = append(e.streams, st)
}

// closeStream ends the table's stream.
func (e *edit) closeStream(t *table) {
	if st := e.space.streams[t.streamARN]; st != nil {
		closed := st.copy()
		closed.closed = e.at
		e.streams = append(e.streams, closed)
	}
}

// record adds a change to the stream of its table, if it has one. What changed nothing leaves no record.
func (s *space) record(ch *change, at time.Time, expiry bool) {
	if ch.table.settings.stream == nil || ch.old == ch.new {
		return
	}
	st := s.streams[ch.table.streamARN]
	if st == nil {
		return // only a log that nobody wrote has a table whose stream is missing
	}
	st.trim(at)
	st.records.Set(streamRecord{
		number: st.next, at: at, expiry: expiry,
		old: st.image(ch.table, ch.old, st.showsOld()), new: st.image(ch.table, ch.new, st.showsNew()),
	})
	st.next++
}

// image gives what a record has of an item.
func (st *stream) image(t *table, item value.Item, shown bool) value.Item {
	if shown || item.IsEmpty() {
		return item
	}
	return item.Keep(t.key.names()...)
}

func (st *stream) showsOld() bool {
	return st.view == types.StreamViewTypeOldImage || st.view == types.StreamViewTypeNewAndOldImages
}

func (st *stream) showsNew() bool {
	return st.view == types.StreamViewTypeNewImage || st.view == types.StreamViewTypeNewAndOldImages
}

// trim forgets records that are too old.
func (st *stream) trim(now time.Time) {
	horizon := now.Add(-streamLifetime)
	for {
		r, ok := st.records.Min()
		if !ok || !r.at.Before(horizon) {
			return
		}
		st.records.PopMin()
	}
}

// first gives the number of the oldest record there is, or of the next one if there is none.
func (st *stream) first() uint64 {
	if r, ok := st.records.Min(); ok {
		return r.number
	}
	return st.next
}

// shardID gives the name of the only shard.
func (st *stream) shardID() string {
	return fmt.Sprintf("shardId-%020d-%08x", st.created.UnixMilli(), crc32.ChecksumIEEE([]byte(st.arn)))
}

// currentStreams gives the streams that there are, by table and then latest first. It forgets what is too old. The
// caller holds the lock.
func (s *space) currentStreams(now time.Time) []*stream {
	var all []*stream
	for arn, st := range s.streams {
		if !st.closed.IsZero() && now.Sub(st.closed) > streamLifetime {
			delete(s.streams, arn)
			continue
		}
		st.trim(now)
		all = append(all, st)
	}
	slices.SortFunc(all, func(a, b *stream) int {
		return cmp.Or(strings.Compare(a.table, b.table), strings.Compare(b.arn, a.arn))
	})
	return all
}

// stream gives the stream with the ARN, nil if there is none. The caller holds the lock.
func (s *space) stream(arn string, now time.Time) *stream {
	s.currentStreams(now)
	return s.streams[arn]
}
