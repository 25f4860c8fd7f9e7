package dyn

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"reflect"
	"sync"
)

// unitEnvelope is what a request has around each item.
const unitEnvelope = len(`{"DeleteRequest":{"Key":}},`)

// unitRoom is the memory of one batch. It is used again by others, but for what a
// batch leaves behind that a panic has ended.
type unitRoom struct {
	units []unit
	list  []*unit
	room  room
	batch batch // of writes
	puts  write // what all units do, in a batch of puts
}

// maxUnits bounds how many units memory is kept for.
const maxUnits = 1024

var unitRooms sync.Pool

// newUnits returns memory for n units.
func newUnits(n int) *unitRoom {
	k, ok := unitRooms.Get().(*unitRoom)
	if !ok || cap(k.units) < n {
		k = &unitRoom{units: make([]unit, n), list: make([]*unit, n)}
	}
	k.units, k.list = k.units[:n], k.list[:n]
	k.room.wanted, k.room.left = true, n
	return k
}

func (k *unitRoom) release() {
	k.room.release()
	clear(k.units)
	clear(k.list)
	k.batch, k.puts = batch{}, write{}
	if cap(k.units) <= maxUnits {
		unitRooms.Put(k)
	}
}

// unite leaves one unit of those that are of the same item in the list.
func (k *unitRoom) unite() {
	var room [4 * maxBatchGet]int32
	t, n := newUnitTable(k.list, room[:]), 0
	for _, u := range k.list {
		k.list[n] = u
		if _, twice := t.add(n); !twice {
			n++
		}
	}
	clear(k.list[n:])
	k.list = k.list[:n]
}

// found returns how many of the units have a value.
func (k *unitRoom) found() (n int) {
	for _, u := range k.list {
		if u.value.IsValid() {
			n++
		}
	}
	return n
}

// lookUp makes u the unit that reads the item with a key, in the memory of m.
func (e *entity) lookUp(u *unit, m *room, i int, key reflect.Value) error {
	key, err := e.filled(key)
	if err != nil {
		return err
	}
	if e.svc.writesDirect() {
		if json, id, ok := e.packer().packKey(m, key); ok {
			u.is(i, e, id, encoded{json: json})
			return nil
		}
	}
	k, err := e.filledKey(key)
	if err != nil {
		return err
	}
	e.keyUnit(u, i, k)
	return nil
}

// is makes u the unit of an item of e, or of its key.
func (u *unit) is(i int, e *entity, id []byte, body encoded) {
	u.index, u.e, u.id, u.body = i, e, id, body
	if u.size = unitEnvelope + len(body.json); body.json == nil {
		u.size = unitEnvelope + wireSize(body.raw)
	}
}

// keep gives what u has in the memory of m memory of its own.
func (u *unit) keep(m *room) {
	if u.body.json != nil {
		u.body.json, u.id = m.take(u.body.json, u.id)
	}
}

// lookUpOne is lookUp for a unit that has memory of its own.
func (e *entity) lookUpOne(i int, key reflect.Value) (*unit, error) {
	var m room
	u := new(unit)
	if err := e.lookUp(u, &m, i, key); err != nil {
		return nil, err
	}
	u.keep(&m)
	m.release()
	return u, nil
}

// storedUnit makes u the unit that reads or deletes an item of which there is at
// least the key as it is stored, in the memory of m.
func (e *entity) storedUnit(u *unit, m *room, i int, item record) {
	if e.svc.writesDirect() {
		if json, id, ok := e.packer().packStored(m, item); ok {
			u.is(i, e, id, encoded{json: json})
			return
		}
	}
	e.keyUnit(u, i, e.keyOf(item))
}

// keyUnit makes u the unit that reads or deletes the item with a stored key.
func (e *entity) keyUnit(u *unit, i int, k rawItem) {
	var room [128]byte
	u.is(i, e, bytes.Clone(e.appendIdentity(room[:0], record{attrs: k})), encoded{raw: k})
}

// unitTable finds units by what items they are of.
type unitTable struct {
	units []*unit
	table []int32 // of places in units, plus one, by hash; half of it stays empty
}

var unitSeed = maphash.MakeSeed()

// newUnitTable returns a table for units that is still empty. It is in room where that is enough.
func newUnitTable(units []*unit, room []int32) unitTable {
	if n := 2 * len(units); n > len(room) {
		room = make([]int32, n)
	}
	return unitTable{units, room}
}

// place returns where the table has the unit of an item, or where it belongs.
func (t *unitTable) place(id []byte) *int32 {
	at, _ := bits.Mul64(maphash.Bytes(unitSeed, id), uint64(len(t.table))) // hash * len / 2^64
	for t.table[at] > 0 && !bytes.Equal(t.units[t.table[at]-1].id, id) {
		if at++; at == uint64(len(t.table)) {
			at = 0
		}
	}
	return &t.table[at]
}

// add adds the unit at place j, unless the table has one of that item, whose
// place it returns.
func (t *unitTable) add(j int) (i int, ok bool) {
	p := t.place(t.units[j].id)
	if *p > 0 {
		return int(*p) - 1, true
	}
	*p = int32(j + 1)
	return 0, false
}

// find returns the unit of an item, nil for none.
func (t *unitTable) find(id []byte) *unit {
	if p := t.place(id); *p > 0 {
		return t.units[*p-1]
	}
	return nil
}
