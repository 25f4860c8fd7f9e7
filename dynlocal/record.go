package dynlocal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dyntable/dyn/dynlocal/internal/journal"
	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// A record of the log is an edit: its time and space, then what it does, one entry after another. An entry is a byte that
// says what it is, and its members. Texts, items among them, are written with their lengths, numbers as varints.
const (
	entryStream = 's' // its definition in JSON
	entryTable  = 't' // its definition in JSON
	entryDrop   = 'd' // table
	entryToken  = 'k' // token, digest, time when it expires: of a transaction
	entryPut    = 'p' // table, item
	entryDelete = 'x' // table, key
	entryExpire = 'e' // table, key: as delete, by the service
	entryDone   = 'n' // table, item before, item after: of the transaction, but there is nothing to do
	entryLoaded = 'i' // table, item: as put, but no change
	entryLogged = 'r' // ARN, number, time, 1 for an expiry, image before, image after: a record of a stream
)

// recorder writes a record.
type recorder struct{ buf []byte }

// begin starts a record, leaving room for the header.
func (r *recorder) begin(id spaceID, at time.Time) {
	r.buf = append(r.buf[:0], make([]byte, journal.HeaderSize)...)
	r.time(at)
	r.text(id.account)
	r.text(id.region)
}

func (r *recorder) text(s string) {
	r.buf = binary.AppendUvarint(r.buf, uint64(len(s)))
	r.buf = append(r.buf, s...)
}

func (r *recorder) texts(kind byte, texts ...string) {
	r.buf = append(r.buf, kind)
	for _, s := range texts {
		r.text(s)
	}
}

func (r *recorder) time(t time.Time) { r.buf = binary.AppendVarint(r.buf, t.UnixNano()) }

// json writes an entry with a definition.
func (r *recorder) json(kind byte, definition any) error {
	text, err := json.Marshal(definition)
	r.texts(kind, string(text))
	return err
}

// edit writes a record of its own for the edit.
func (r *recorder) edit(e *edit) error {
	r.begin(e.space.id, e.at)
	for _, st := range e.streams {
		if err := r.json(entryStream, st.definition()); err != nil {
			return err
		}
	}
	if e.table != nil {
		if err := r.json(entryTable, e.table.definition()); err != nil {
			return err
		}
	}
	if e.dropped != "" {
		r.texts(entryDrop, e.dropped)
	}
	if e.done != nil {
		r.token(e.done)
	}
	for i := range e.changes {
		r.change(&e.changes[i], e)
	}
	return nil
}

func (r *recorder) token(d *doneTransaction) {
	r.texts(entryToken, d.token, string(d.request[:]))
	r.time(d.expires)
}

func (r *recorder) change(ch *change, e *edit) {
	switch {
	case ch.old == ch.new:
		if e.done != nil {
			r.texts(entryDone, ch.table.name, ch.old.Packed(), ch.new.Packed())
		}
	case e.expiry:
		r.texts(entryExpire, ch.table.name, ch.keyItem().Packed())
	case ch.new.IsEmpty():
		r.texts(entryDelete, ch.table.name, ch.keyItem().Packed())
	default:
		r.texts(entryPut, ch.table.name, ch.new.Packed())
	}
}

// logged writes a record of a stream.
func (r *recorder) logged(arn string, sr *streamRecord) {
	r.texts(entryLogged, arn)
	r.buf = binary.AppendUvarint(r.buf, sr.number)
	r.time(sr.at)
	expiry := uint64(0)
	if sr.expiry {
		expiry = 1
	}
	r.buf = binary.AppendUvarint(r.buf, expiry)
	r.text(sr.old.Packed())
	r.text(sr.new.Packed())
}

// keyItem gives the key attributes of an item that the change deletes.
func (ch *change) keyItem() value.Item { return ch.old.Keep(ch.table.key.names()...) }

// empty reports whether the record has no entry, because nothing changed.
func (r *recorder) empty(id spaceID, at time.Time) bool {
	var head recorder
	head.begin(id, at)
	return len(r.buf) == len(head.buf)
}

// player reads records and does again what they say.
type player struct {
	db  *DB
	in  string // what is left of the record
	err error
}

var errRecord = errors.New("record that makes no sense")

// play does one record.
func (p *player) play(payload []byte) error {
	p.in, p.err = string(payload), nil
	at := p.time()
	id := spaceID{p.text(), p.text()}
	if p.err != nil {
		return p.err
	}
	s := p.db.spaces[id]
	if s == nil {
		s = newSpace(id)
		p.db.spaces[id] = s
	}
	e := &edit{space: s, at: at}
	for p.in != "" && p.err == nil {
		kind := p.in[0]
		p.in = p.in[1:]
		p.entry(kind, e)
	}
	if p.err != nil {
		return p.err
	}
	e.apply()
	return nil
}

// entry reads one entry into the edit.
func (p *player) entry(kind byte, e *edit) {
	switch kind {
	case entryStream:
		p.stream(e)
	case entryTable:
		p.table(e)
	case entryDrop:
		e.dropped = p.text()
	case entryToken:
		e.done = &doneTransaction{token: p.text(), request: p.digest(), expires: p.time()}
	case entryPut, entryDelete, entryExpire, entryDone:
		p.change(kind, e)
	case entryLoaded:
		if ch, ok := p.changeOf(e, entryPut); ok {
			ch.commit()
		}
	case entryLogged:
		p.logged(e)
	default:
		p.err = fmt.Errorf("entry of unknown kind %q", kind)
	}
}

func (p *player) change(kind byte, e *edit) {
	if kind == entryDone {
		t := e.space.tables[p.text()]
		if t == nil {
			t = &table{} // deleted since
		}
		old, now := p.item(), p.item()
		if p.err == nil && e.done != nil {
			e.done.changes = append(e.done.changes, change{table: t, old: old, new: now})
		}
		return
	}
	ch, ok := p.changeOf(e, kind)
	if !ok {
		return
	}
	e.expiry = e.expiry || kind == entryExpire
	e.changes = append(e.changes, ch)
	if e.done != nil {
		e.done.changes = append(e.done.changes, ch)
	}
}

// changeOf reads a table and an item of it or a key, and gives the change.
func (p *player) changeOf(e *edit, kind byte) (change, bool) {
	t, item := e.space.tables[p.text()], p.item()
	if p.err != nil {
		return change{}, false
	}
	if t == nil {
		p.err = errRecord
		return change{}, false
	}
	key, ok := t.key.appendKey(nil, item)
	if !ok {
		p.err = errRecord
		return change{}, false
	}
	ch := change{table: t, key: string(key), old: t.get(string(key))}
	if kind == entryPut {
		ch.new = item
	}
	return ch, true
}

// stream reads a stream's definition, which may be that of a known one.
func (p *player) stream(e *edit) {
	var d streamDefinition
	if !p.json(&d) {
		return
	}
	st := d.stream()
	if known := e.space.streams[st.arn]; known != nil {
		st.records, st.next = known.records, known.next
	}
	e.streams = append(e.streams, st)
}

// table reads a table's definition, which may be that of a known one.
func (p *player) table(e *edit) {
	var d tableDefinition
	if p.json(&d) {
		e.table = d.table(e.space, e.space.tables[d.Name])
	}
}

// logged reads a record of a stream.
func (p *player) logged(e *edit) {
	st := e.space.streams[p.text()]
	number, at, expiry := p.number(), p.time(), p.number() != 0
	old, now := p.item(), p.item()
	switch {
	case p.err != nil:
	case st == nil:
		p.err = errRecord
	default:
		st.records.Set(streamRecord{number: number, at: at, expiry: expiry, old: old, new: now})
	}
}

func (p *player) text() string {
	n, width := binary.Uvarint([]byte(p.in[:min(len(p.in), binary.MaxVarintLen64)]))
	if p.err != nil || width <= 0 || n > uint64(len(p.in)-width) {
		p.fail()
		return ""
	}
	s := p.in[width : width+int(n)]
	p.in = p.in[width+int(n):]
	return s
}

func (p *player) fail() {
	if p.err == nil {
		p.err = errRecord
	}
}

func (p *player) number() uint64 {
	n, width := binary.Uvarint([]byte(p.in[:min(len(p.in), binary.MaxVarintLen64)]))
	if width <= 0 {
		p.fail()
		return 0
	}
	p.in = p.in[width:]
	return n
}

func (p *player) time() time.Time {
	ns, width := binary.Varint([]byte(p.in[:min(len(p.in), binary.MaxVarintLen64)]))
	if width <= 0 {
		p.fail()
		return time.Time{}
	}
	p.in = p.in[width:]
	return time.Unix(0, ns)
}

// item reads an item. Its text is copied: it must not keep the whole record in memory.
func (p *player) item() value.Item {
	it, ok := value.Unpack(strings.Clone(p.text()))
	if !ok {
		p.fail()
	}
	return it
}

func (p *player) digest() (d [sha256.Size]byte) {
	if copy(d[:], p.text()) != len(d) {
		p.fail()
	}
	return d
}

func (p *player) json(v any) bool {
	if text := p.text(); p.err == nil {
		p.err = json.Unmarshal([]byte(text), v)
	}
	return p.err == nil
}
