package dynlocal

// Snapshot is the state of a [DB] at one moment: its tables, items and settings. The tokens of past transactions are no
// part of it: after [DB.Restore] a transaction is done anew.
type Snapshot struct{ spaces map[spaceID]*space }

// Snapshot takes the state. It copies no items: its cost does not depend on how many there are.
func (db *DB) Snapshot() *Snapshot {
	db.mu.Lock()
	defer db.mu.Unlock()
	return &Snapshot{copySpaces(db.spaces)}
}

// Restore brings the state back. The snapshot stays as it is and can be restored again, also into another DB.
func (db *DB) Restore(s *Snapshot) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.spaces = copySpaces(s.spaces)
	if db.dir != nil {
		db.dir.restored(db)
	}
}

// Reset removes all tables.
func (db *DB) Reset() { db.Restore(&Snapshot{}) }

func copySpaces(spaces map[spaceID]*space) map[spaceID]*space {
	copied := make(map[spaceID]*space, len(spaces))
	for id, s := range spaces {
		to := newSpace(id)
		for name, t := range s.tables {
			to.tables[name] = t.copy()
		}
		for arn, st := range s.streams {
			to.streams[arn] = st.copy()
		}
		copied[id] = to
	}
	return copied
}

// copy gives a table that shares its items with t until either is written to.
func (t *table) copy() *table {
	c := *t
	c.rows = t.rows.copy()
	c.indexes, c.byName = nil, nil
	for _, x := range t.indexes {
		y := *x
		y.rows = x.rows.copy()
		c.addIndex(&y)
	}
	return &c
}

func (t *tree) copy() *tree { return &tree{live: t.live.Copy()} }
