package dynlocal

import "time"

// edit is what one request changes. It is done, and comes back after a restart, as a whole or not at all.
type edit struct {
	space   *space
	at      time.Time
	changes []change
	expiry  bool             // the service deletes the items, as their time to live has passed
	done    *doneTransaction // of a transaction that has a token
	table   *table           // created, or defined anew
	dropped string           // name of a table to delete
	streams []*stream        // opened or closed
}

// commit does the edit, after logging it if the database has a directory. If that fails, nothing is changed. The caller
// holds the lock.
func (db *DB) commit(e *edit) error {
	// An edit of a space that [DB.Restore] has put aside meanwhile comes before that, and is lost by it.
	if db.dir != nil && db.spaces[e.space.id] == e.space {
		if err := db.dir.write(e); err != nil {
			return err
		}
	}
	e.apply()
	return nil
}

// apply makes the edit part of its space.
func (e *edit) apply() {
	s := e.space
	for _, st := range e.streams {
		s.streams[st.arn] = st
	}
	if e.table != nil {
		s.tables[e.table.name] = e.table
	}
	if e.dropped != "" {
		delete(s.tables, e.dropped)
	}
	for i := range e.changes {
		e.changes[i].commit()
		s.record(&e.changes[i], e.at, e.expiry)
	}
	if e.done != nil {
		s.tokens.add(e.done)
	}
}
