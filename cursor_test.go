package dyn_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/internal/randtest"
)

// playTwin has the keys and attributes of play in another entity.
type playTwin struct {
	_ struct{} `dyn:"entity=playTwin"`
	_ struct{} `dyn:"pk,template=GAME#$<Game>"`
	_ struct{} `dyn:"sk,template=PLAY#$<Seq:04>,overlap"`

	Game string `dynamodbav:"game"`
	Seq  int    `dynamodbav:"seq"`
}

// cursors are the pages' ends of different queries, each with a way to go on
// from there.
type cursors struct {
	names []string
	after map[string]func(dyn.Cursor) error
	at    map[string]dyn.Cursor
}

func (c *cursors) add(t *testing.T, name string, page func(dyn.Cursor) (dyn.Cursor, error)) {
	t.Helper()
	next, err := page("")
	if err != nil || next == "" {
		t.Fatalf("%s: %q, %v", name, next, err)
	}
	c.names = append(c.names, name)
	c.at[name] = next
	c.after[name] = func(c dyn.Cursor) error { _, err := page(c); return err }
}

func newCursors(t *testing.T, opts ...dyn.ServiceOption) *cursors {
	t.Helper()
	client := newClient(t)
	svc, other := serviceOn(t, client, dyn.Table{Name: "app"}, opts...), serviceOn(t, client, dyn.Table{Name: "other"}, opts...)
	twins := serviceOn(t, client, dyn.Table{Name: "app"}, opts...)
	e, notes, o, twin := entityOf[play](t, svc), entityOf[playNote](t, svc), entityOf[play](t, other), entityOf[playTwin](t, twins)
	ensure(t, svc)
	ensure(t, other)
	r := randtest.New(t)
	putPlays(t, r, e, notes, 60)
	for i := range 3 {
		if _, err := o.Put(t.Context(), play{Game: "go", Seq: i, Player: "ann", Tag: "x"}); err != nil {
			t.Fatal(err)
		}
		if _, err := twin.Put(t.Context(), playTwin{Game: "go", Seq: 1000 + i}); err != nil {
			t.Fatal(err)
		}
	}
	c := &cursors{after: map[string]func(dyn.Cursor) error{}, at: map[string]dyn.Cursor{}}
	f := playF
	query := func(name string, q dyn.Query[play]) {
		c.add(t, name, func(at dyn.Cursor) (dyn.Cursor, error) {
			p, err := q.Limit(1).After(at).Page(t.Context())
			return p.Next, err
		})
	}
	table := e.Query(dyn.Eq(&f.Game, "go"))
	byPlayer := e.Index("byPlayer").Query(dyn.Eq(&f.Player, "ann"))
	query("table", table)
	query("table, descending", table.Descending())
	query("another partition", e.Query(dyn.Eq(&f.Game, "chess")))
	query("range", e.Query(dyn.Eq(&f.Game, "go"), dyn.Ge(&f.Seq, 0)))
	query("another range", e.Query(dyn.Eq(&f.Game, "go"), dyn.Gt(&f.Seq, 0)))
	query("another table", o.Query(dyn.Eq(&f.Game, "go")))
	query("index", byPlayer)
	query("index, descending", byPlayer.Descending())
	query("another index", e.Index("byScore").Query(dyn.Eq(&f.Game, "go")))
	query("index of an attribute", e.Index("raw").Query(dyn.Eq(&f.Player, "ann")))
	c.add(t, "another entity", func(at dyn.Cursor) (dyn.Cursor, error) {
		p, err := twin.Query(dyn.Eq(&dyn.Fields[playTwin]().Game, "go")).Limit(1).After(at).Page(t.Context())
		return p.Next, err
	})
	c.add(t, "notes", func(at dyn.Cursor) (dyn.Cursor, error) {
		p, err := notes.Query(dyn.Eq(&dyn.Fields[playNote]().Game, "go")).Limit(1).After(at).Page(t.Context())
		return p.Next, err
	})
	c.add(t, "scan", func(at dyn.Cursor) (dyn.Cursor, error) {
		p, err := e.Scan().Limit(1).After(at).Page(t.Context())
		return p.Next, err
	})
	c.add(t, "scan of an index", func(at dyn.Cursor) (dyn.Cursor, error) {
		p, err := e.Index("byPlayer").Scan().Limit(1).After(at).Page(t.Context())
		return p.Next, err
	})
	return c
}

// TestCursorBinding uses the cursor of each query in every other.
func TestCursorBinding(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]dyn.ServiceOption{"plain": nil, "sealed": {dyn.WithCursorKeys(make([]byte, 32))}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCursors(t, opts...)
			for _, from := range c.names {
				for _, to := range c.names {
					err := c.after[to](c.at[from])
					if from == to && err != nil || from != to && !errors.Is(err, dyn.ErrCursor) {
						t.Errorf("cursor of %s in %s: %v", from, to, err)
					}
				}
			}
		})
	}
}

// TestCursorMayChange goes on with another limit, filter or projection.
func TestCursorMayChange(t *testing.T) {
	t.Parallel()
	r, svc := randtest.New(t), newService(t)
	e, notes := entityOf[play](t, svc), entityOf[playNote](t, svc)
	ensure(t, svc)
	putPlays(t, r, e, notes, 40)
	ctx, f := t.Context(), playF
	q := e.Index("byPlayer").Query(dyn.Eq(&f.Player, "ann"))
	whole, err := q.Collect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p, err := q.Limit(3).Page(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := dyn.Project[playKey](q.Filter(dyn.Eq(&f.Even, true)).PageSize(2)).After(p.Next).Collect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, x := range whole[3:] {
		if x.Even {
			want = append(want, x.SK)
		}
	}
	for _, x := range rest {
		got = append(got, x.SK)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := e.Scan().Segments(2).After(p.Next).Collect(ctx); err == nil {
		t.Error("segments went on from a cursor")
	}
}

// TestCursorDamage changes every bit and every length of cursors.
func TestCursorDamage(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]dyn.ServiceOption{"plain": nil, "sealed": {dyn.WithCursorKeys(make([]byte, 32))}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCursors(t, opts...)
			for _, name := range []string{"table", "index of an attribute", "scan"} {
				whole := string(c.at[name])
				damaged := []string{whole + "A", whole + "=", whole + "\n", "\n" + whole, " " + whole, "A", "AA", "Ag", "AQAA", strings.ToLower(whole), strings.Repeat(whole, 2)}
				for i := 1; i < len(whole); i++ {
					damaged = append(damaged, whole[:i], whole[i:], whole[:i]+"\n"+whole[i:])
					for bit := range 7 {
						b := []byte(whole)
						b[i] ^= 1 << bit
						damaged = append(damaged, string(b))
					}
				}
				raw, err := base64.RawURLEncoding.DecodeString(whole)
				if err != nil {
					t.Fatal(err)
				}
				for i := range raw {
					for bit := range 8 {
						b := bytes.Clone(raw)
						b[i] ^= 1 << bit
						damaged = append(damaged, base64.RawURLEncoding.EncodeToString(b))
					}
				}
				for _, d := range damaged {
					if err := c.after[name](dyn.Cursor(d)); d != whole && !errors.Is(err, dyn.ErrCursor) {
						t.Errorf("%s: %q, damaged to %q: %v", name, whole, d, err)
					}
				}
			}
		})
	}
}

// TestCursorKeys mixes services with different keys.
func TestCursorKeys(t *testing.T) {
	t.Parallel()
	key := func(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }
	client := newClient(t)
	services := map[string][]dyn.ServiceOption{
		"plain": nil, "1": {dyn.WithCursorKeys(key(1))}, "2": {dyn.WithCursorKeys(key(2))}, "2, old 1": {dyn.WithCursorKeys(key(2), key(1))},
	}
	opens := map[string][]string{"plain": {"plain"}, "1": {"1", "2, old 1"}, "2": {"2", "2, old 1"}, "2, old 1": {"2", "2, old 1"}}
	entities := map[string]*dyn.Entity[play]{}
	for name, opts := range services {
		svc := serviceOn(t, client, dyn.Table{Name: "app"}, opts...)
		entities[name] = entityOf[play](t, svc)
		if len(entities) == 1 {
			ensure(t, svc)
			for i := range 3 {
				if _, err := entities[name].Put(t.Context(), play{Game: "secret", Seq: i, Player: "ann", Tag: "x"}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	page := func(name string, at dyn.Cursor) (dyn.Page[play], error) {
		return entities[name].Query(dyn.Eq(&playF.Game, "secret")).Limit(1).After(at).Page(t.Context())
	}
	for maker := range services {
		first, err := page(maker, "")
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base64.RawURLEncoding.DecodeString(string(first.Next))
		if readable := bytes.Contains(raw, []byte("secret")); err != nil || readable != (maker == "plain") {
			t.Errorf("cursor of %s: %v, readable: %v", maker, err, readable)
		}
		for user := range services {
			_, err := page(user, first.Next)
			may := false
			for _, o := range opens[maker] {
				may = may || o == user
			}
			if may && err != nil || !may && !errors.Is(err, dyn.ErrCursor) {
				t.Errorf("cursor of %s used by %s: %v", maker, user, err)
			}
		}
	}
	for _, opts := range []dyn.ServiceOption{dyn.WithCursorKeys(make([]byte, 31)), dyn.WithCursorKeys(key(1), nil)} {
		if _, err := dyn.NewService(client, dyn.Table{Name: "app"}, opts); err == nil {
			t.Error("a key of the wrong length was taken")
		}
	}
}

// FuzzCursor: any text is the cursor of the query that made it, or ErrCursor.
func FuzzCursor(f *testing.F) {
	client := newClient(f)
	svc, sealed := serviceOn(f, client, dyn.Table{Name: "app"}), serviceOn(f, client, dyn.Table{Name: "app"}, dyn.WithCursorKeys(make([]byte, 32)))
	entities := []*dyn.Entity[play]{entityOf[play](f, svc), entityOf[play](f, sealed)}
	ensure(f, svc)
	for i := range 5 {
		if _, err := entities[0].Put(f.Context(), play{Game: "go", Seq: i, Player: "ann", Tag: "x"}); err != nil {
			f.Fatal(err)
		}
	}
	made := map[string]bool{}
	for i, e := range entities {
		q := e.Query(dyn.Eq(&playF.Game, "go")).Limit(1)
		at := dyn.Cursor("")
		for range 4 {
			p, err := q.After(at).Page(f.Context())
			if err != nil {
				f.Fatal(err)
			}
			at = p.Next
			made[fmt.Sprint(i, at)] = true
			f.Add(string(at))
		}
	}
	f.Add("AQ")
	f.Add("Ag")
	f.Fuzz(func(t *testing.T, text string) {
		for i, e := range entities {
			_, err := e.Query(dyn.Eq(&playF.Game, "go")).Limit(1).After(dyn.Cursor(text)).Page(t.Context())
			if ok := text == "" || made[fmt.Sprint(i, text)]; ok && err != nil || !ok && !errors.Is(err, dyn.ErrCursor) {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}
