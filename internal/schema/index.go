package schema

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dyntable/dyn/internal/key"
	"github.com/dyntable/dyn/internal/tag"
)

// group is the rows that make one index of the entity.
type group struct {
	index  string
	pk, sk []*row
	again  bool // another group of the index came before
}

// head is the row that carries the options of the index.
func (g *group) head() *row {
	if len(g.pk) > 0 {
		return g.pk[0]
	}
	return g.sk[0]
}

func (g *group) local() bool { return len(g.pk) == 0 && len(g.sk) > 0 && g.sk[0].key.Local }

// indexes pairs the pk and sk rows and compiles their keys.
func (c *compiler) indexes() {
	groups := c.group()
	if len(groups) == 0 || groups[0].index != "" {
		c.whole("there is no pk row for the table; declare one such as: _ struct{} `dyn:\"pk,template=CARD#$<CardID>\"`")
	}
	seen := map[string]bool{}
	for _, g := range groups {
		g.again = seen[g.index]
		seen[g.index] = true
		for _, rows := range [][]*row{g.pk, g.sk} {
			slices.SortStableFunc(rows, func(a, b *row) int { return cmp.Compare(a.key.Part, b.key.Part) })
		}
		c.options(g)
		if ix, ok := c.index(g); ok {
			c.out.Indexes = append(c.out.Indexes, ix)
		}
	}
	c.twins()
	c.lossy()
}

// group sorts the rows by index, the table first. A row that an index has no
// room for starts another pair of the same index.
func (c *compiler) group() []*group {
	var groups []*group
	latest := map[string]*group{}
	for _, r := range c.rows {
		g := latest[r.key.Index]
		if g == nil || !g.room(r) {
			g = &group{index: r.key.Index}
			latest[r.key.Index] = g
			groups = append(groups, g)
		}
		if r.key.Role == tag.PK {
			g.pk = append(g.pk, r)
		} else {
			g.sk = append(g.sk, r)
		}
	}
	slices.SortStableFunc(groups, func(a, b *group) int {
		return cmp.Compare(min(len(a.index), 1), min(len(b.index), 1))
	})
	return groups
}

func (g *group) room(r *row) bool {
	have := g.pk
	if r.key.Role == tag.SK {
		have = g.sk
	}
	return len(have) == 0 || r.key.Part > 0 && !slices.ContainsFunc(have, func(o *row) bool { return o.key.Part == r.key.Part })
}

func (c *compiler) index(g *group) (Index, bool) {
	h := g.head()
	k := h.key
	ix := Index{
		Index: g.index, Name: cmp.Or(k.Name, g.index, "primary"), Local: g.local(),
		Collection: k.Collection, Clustered: k.Type == "clustered", Scope: k.Scope, Project: tag.Project{All: true},
	}
	if k.Project != nil {
		ix.Project = *k.Project
		c.projected(h, k.Project)
	}
	for _, r := range g.sk {
		ix.Overlap = ix.Overlap || r.key.Overlap
	}
	if !c.shape(g) {
		return ix, false
	}
	n := len(c.errs)
	ix.PK, ix.SK = c.keys(g.pk), c.keys(g.sk)
	if ix.Local && len(c.out.Indexes) > 0 {
		ix.PK = c.out.Indexes[0].PK
	}
	if k.When != nil {
		ix.When = c.when(h, &ix)
	}
	return ix, len(c.errs) == n
}

// shape checks which rows there are; what they hold is checked by key.
func (c *compiler) shape(g *group) bool {
	h := g.head()
	name := "the table"
	if g.index != "" {
		name = fmt.Sprintf("index %q", g.index)
	}
	switch {
	case len(g.pk) == 0 && g.again, g.index == "" && g.again:
		c.failf(h.pos, h.offset(), "a second %s row of %s", h.key.Role, name)
	case g.index != "" && !validName(g.index):
		c.failf(h.pos, h.key.Option("index").At(0), "the name of an index has 3 to 255 of the characters a-z, A-Z, 0-9, _, - and .")
	case len(g.pk) == 0 && !g.local():
		c.failf(h.pos, h.offset(), "%s has an sk row but no pk row; a local index needs the word local", name)
	case len(g.pk) > 0 && len(g.sk) > 0 && g.sk[0].key.Local:
		c.failf(g.sk[0].pos, g.sk[0].key.Option("local").Offset, "%s is local: its partition key is the table's, so it has no pk row", name)
	case len(g.pk)+len(g.sk) > 2 && g.index == "":
		c.failf(h.pos, h.key.Option("part").Offset, "the table's key can't have several attributes of one role; only an index's can")
	default:
		return c.parts(g.pk) && c.parts(g.sk)
	}
	return false
}

// validName reports whether DynamoDB takes the name of an index.
func validName(s string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."
	return len(s) >= 3 && len(s) <= 255 && strings.Trim(s, allowed) == ""
}

// options refuses those of an index on any but its first row.
func (c *compiler) options(g *group) {
	for _, r := range slices.Concat(g.pk, g.sk) {
		if r == g.head() {
			continue
		}
		for _, o := range r.key.Options {
			switch o.Word {
			case "name", "collection", "type", "scope", "project", "when":
				c.failf(r.pos, o.Offset, "%q belongs on the first pk row of its index", o.Word)
			}
		}
	}
}

// parts checks the rows of a multi-attribute key.
func (c *compiler) parts(rows []*row) bool {
	if len(rows) == 1 && rows[0].key.Part == 0 {
		return true
	}
	for i, r := range rows {
		if r.key.Part != i+1 {
			c.failf(r.pos, r.key.Option("part").Offset, "the parts of a key are numbered from 1 without gaps; part %d is missing", i+1)
			return false
		}
	}
	return true
}

func (c *compiler) keys(rows []*row) []Key {
	out := make([]Key, len(rows))
	for i, r := range rows {
		out[i] = c.key(r)
	}
	return out
}

func (c *compiler) key(r *row) Key {
	k := Key{Attr: r.attr, Type: "S", row: r}
	switch {
	case r.key.Attrs != nil:
		c.failf(r.pos, r.key.Option("attrs").Offset, "attrs belongs to ElectroDB keys, which are not supported yet; use template")
	case r.key.Template != "":
		c.template(r, &k)
	case r.key.Field != "":
		c.raw(r, &k, r.key.Field, r.key.Option("field").At(0))
	case r.attr >= 0:
		c.raw(r, &k, r.field.Go, r.offset())
	case r.key.Index == "":
		c.failf(r.pos, r.offset(), "the row needs template= or field=")
	default:
		k.Inherit = true
	}
	return k
}

// template compiles a key template.
func (c *compiler) template(r *row, k *Key) {
	o := r.key.Option("template")
	k.Offset = o.At(0)
	if r.attr >= 0 {
		if !r.field.Plain || r.field.Type != "S" {
			c.failf(r.pos, o.Offset, "a rendered key is kept in a field of type string, stored as it is")
		}
		c.out.Attrs[r.attr].Holds = true
	}
	t, errs := key.Compile(r.key.Template, func(path string) (key.FieldInfo, error) {
		if n, ok := strings.CutPrefix(path, shardWord); ok {
			_, err := c.shards(r, n)
			return key.FieldInfo{Kind: key.Uint}, err
		}
		f, err := c.part(path)
		if err != nil {
			return key.FieldInfo{}, err
		}
		info := f.Part
		if a := c.out.Attrs[c.out.attr(path)]; a.Go == path {
			info.Enum = a.Rules.Enum
		}
		return info, nil
	}, key.Options{Escape: r.key.Escape})
	for _, e := range errs {
		c.fail(r.pos, o.At(e.Offset), e.Err)
	}
	if len(errs) > 0 {
		return
	}
	k.Template = t
	for _, p := range t.Parts() {
		if n, ok := strings.CutPrefix(p.Field, shardWord); ok {
			shards, _ := c.shards(r, n)
			k.Parts = append(k.Parts, Part{Go: p.Field, Attr: -1, Shard: shards})
			continue
		}
		k.Parts = append(k.Parts, Part{Go: p.Field, Attr: c.out.attr(p.Field)})
	}
}

// shardWord begins a part such as `$<shard=8>`, which is no field.
const shardWord = "shard="

// maxShards bounds how many requests a query of all shards makes.
const maxShards = 1000

func (c *compiler) shards(r *row, n string) (int, error) {
	if r.key.Role != tag.PK {
		return 0, errors.New("a shard is part of a partition key")
	}
	if strings.Count(r.key.Template, "$<"+shardWord) > 1 {
		return 0, errors.New("a key has one shard")
	}
	v, err := strconv.Atoi(n)
	if err != nil || v < 2 || v > maxShards {
		return 0, fmt.Errorf("shard=%s: the number of shards is between 2 and %d", n, maxShards)
	}
	return v, nil
}

// part finds a field that a template may name.
func (c *compiler) part(path string) (*Field, error) {
	f, err := c.src.lookup(path)
	switch {
	case err != nil:
		return nil, err
	case f.Name == "":
		return nil, fmt.Errorf("field %s is not stored, so a key can't depend on it", path)
	case f.PartErr != nil:
		return nil, fmt.Errorf("field %s: %w", path, f.PartErr)
	}
	if i := c.out.attr(path); i < 0 {
		return nil, fmt.Errorf("field %s is not stored, so a key can't depend on it", path)
	}
	c.sortable(f, path)
	return f, nil
}

func (c *compiler) sortable(f *Field, path string) {
	if f.Time && f.Type == "S" {
		c.out.SortableTimes = append(c.out.SortableTimes, path)
	}
}

// raw makes an attribute itself the key.
func (c *compiler) raw(r *row, k *Key, field string, offset int) {
	f, err := c.src.lookup(field)
	if err != nil {
		c.fail(r.pos, offset, err)
		return
	}
	k.Attr = slices.IndexFunc(c.out.Attrs, func(a Attr) bool { return a.Go == field })
	switch {
	case k.Attr < 0:
		c.failf(r.pos, offset, "field %s is no attribute of its own, so it can't be a key; use it in a template", field)
		return
	case !slices.Contains([]string{"S", "N", "B"}, f.Type):
		c.failf(r.pos, offset, "field %s can't be a key: keys are strings, numbers or binary", field)
	}
	c.sortable(f, field)
	k.Type = f.Type
	k.Parts = []Part{{Go: field, Attr: k.Attr}}
}

func (c *compiler) projected(r *row, p *tag.Project) {
	for _, name := range p.Fields {
		if _, err := c.src.lookup(name); err != nil {
			c.fail(r.pos, r.key.Option("project").At(0), err)
		}
	}
}

func (c *compiler) when(r *row, ix *Index) *When {
	w, o := r.key.When, r.key.Option("when")
	f, err := c.src.lookup(w.Field)
	templates := 0
	for _, k := range slices.Concat(ix.PK, ix.SK) {
		if k.Template != nil {
			templates++
		}
	}
	switch {
	case err != nil:
		c.fail(r.pos, o.At(0), err)
	case r.key.Index == "": // said of the tag already
	case c.out.attr(w.Field) < 0 || f.Name == "":
		c.failf(r.pos, o.At(0), "field %s is not stored, so a key can't depend on it", w.Field)
	case len(w.Values) > 0 && !f.Text:
		c.failf(r.pos, o.At(0), "when with values needs a string field")
	case templates == 0:
		c.failf(r.pos, o.Offset, "when needs a key with a template: an attribute that is itself the key can't be left out")
	}
	if err == nil {
		if rules := c.out.attr(w.Field); rules >= 0 {
			c.whenEnum(r, o, c.out.Attrs[rules], w)
		}
	}
	return &When{Part: Part{Go: w.Field, Attr: c.out.attr(w.Field)}, Values: w.Values}
}

// whenEnum refuses a value that the field can never have.
func (c *compiler) whenEnum(r *row, o tag.Option, a Attr, w *tag.When) {
	if a.Go != w.Field || len(a.Rules.Enum) == 0 {
		return
	}
	for _, v := range w.Values {
		if !slices.Contains(a.Rules.Enum, v) {
			c.failf(r.pos, o.At(0), "%q is none of the values of %s", v, w.Field)
		}
	}
}

// twins checks that two pairs of one index can never both exist.
func (c *compiler) twins() {
	names := map[string]bool{}
	for i, a := range c.out.Indexes {
		r := a.head()
		if names[a.Name] {
			c.failf(r.pos, r.offset(), "another index has the name %q", a.Name)
		}
		names[a.Name] = true
		for _, b := range c.out.Indexes[:i] {
			if a.Index == b.Index && !exclusive(a.When, b.When) {
				c.failf(r.pos, r.offset(), "a second %s row of index %q; that needs a when on both, of one field and different values", r.key.Role, a.Index)
			}
		}
	}
}

func (ix *Index) head() *row {
	if len(ix.PK) > 0 && !ix.Local {
		return ix.PK[0].row
	}
	return ix.SK[0].row
}

func exclusive(a, b *When) bool {
	if a == nil || b == nil || a.Part.Go != b.Part.Go || len(a.Values) == 0 || len(b.Values) == 0 {
		return false
	}
	return !slices.ContainsFunc(a.Values, func(v string) bool { return slices.Contains(b.Values, v) })
}

var errLossy = errors.New("the table's key does not hold the whole value, so that two items could share a key; use the field in full too")

// lossy checks that a field whose value the primary key holds in part only
// also occurs in full.
func (c *compiler) lossy() {
	if len(c.out.Indexes) == 0 || c.out.Indexes[0].Index != "" {
		return
	}
	full := map[string]bool{}
	keys := slices.Concat(c.out.Indexes[0].PK, c.out.Indexes[0].SK)
	for _, k := range keys {
		for i, p := range k.Parts {
			if k.Template == nil || !k.Template.Parts()[i].Lossy {
				full[p.Go] = true
			}
		}
	}
	for _, k := range keys {
		for i, p := range k.Parts {
			if !full[p.Go] {
				c.failf(k.row.pos, k.Offset+k.Template.Parts()[i].Offset, "field %s: %w", p.Go, errLossy)
			}
		}
	}
}

// offset is where the row's pk or sk stands in its tag.
func (r *row) offset() int { return r.key.Option(r.key.Role.String()).Offset }
