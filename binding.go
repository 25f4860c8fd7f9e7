package dyn

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/ddbjson"
	"github.com/dyntable/dyn/internal/expr"
	"github.com/dyntable/dyn/internal/key"
	"github.com/dyntable/dyn/internal/schema"
	"github.com/dyntable/dyn/internal/wire"
)

// entity is a model bound to the table of a service: attribute names are
// physical here. It never changes once registered.
type entity struct {
	svc      *Service
	m        *model
	name     string   // for messages and, with an entity row, the entity attribute
	indexes  []*index // the table itself first
	ttl      *attr
	lock     *attr
	keyed    map[string]bool // attributes that are keys of the table or an index
	keyNames []string        // the same in order

	codecs *sync.Map             // by codecKey, *ddbjson.Codec
	ops    [verbCheck + 1]string // what messages call its writes
	getOp  string                // and its reads

	guards func() *[2][2]expr.Cond      // of mine: absent, newer; made when they are needed
	alone  *[2][2]atomic.Pointer[guard] // the same, where they are the whole condition, once they are needed
	owned  expr.Cond                    // what tells its items from others in a query
	marks  [2]ddbjson.Attr              // entity and version, as every item has them
	whole  reader                       // of its items in full

	packer   func() *packer // made when it is needed
	still    bool           // nothing of an item changes when its put is built
	rendered bool           // the table's keys are made of templates alone

	scope    []bound // of a handle made by Scope
	scopeErr error
}

// index is one access pattern of an entity.
type index struct {
	e      *entity
	sch    *schema.Index
	name   string // of the index in the table; "" for the table itself
	pk, sk []*keyAttr
	both   []*keyAttr // pk, then sk
	when   *part
	twin   bool // another pattern of the entity uses the same index
	open   bool // it holds all attributes, none of which is a key: filters may be on any
	told   told

	queryOp string // the name of its queries in messages
}

// told are the attributes by which a stored item says whose it is and where it
// lies, as far as the index holds them.
type told struct {
	names []string
	usual [][]byte                       // what most items have in their place; nil for what differs
	owner bool                           // the entity and version are among them
	id    string                         // all names, for maps
	whole *atomic.Pointer[ddbjson.Codec] // of whole items, once it is needed
}

// keyAttr is one key attribute of an index.
type keyAttr struct {
	name   string // the attribute
	typ    string // S, N or B
	tmpl   *key.Template
	prefix string       // the namespace, before what tmpl renders
	parts  []*part      // of tmpl; or the attribute itself
	holder *codec.Field // the field that keeps the rendered key, if any
	path   expr.Path
	limit  int  // bytes
	shared bool // it is also a key attribute of the table
}

// entityKey tells entities from plain structs: only they are written with the
// entity and version attributes.
func (e *entity) marked() bool { return e.m.sch.Entity != "" }

func (e *entity) primary() *index { return e.indexes[0] }

// keys returns the key attributes of the index, partition key first.
func (ix *index) keys() []*keyAttr { return ix.both }

// The most bytes that keys may have.
const (
	maxPartitionKey = 2048
	maxSortKey      = 1024
)

// describe names the index in messages.
func (ix *index) describe() string {
	if ix.name == "" {
		return "the table"
	}
	return fmt.Sprintf("index %q", ix.name)
}

// label is the operation's object in messages: "card" or "card.byUser".
func (ix *index) label() string {
	if ix.name == "" && ix.sch.Name == "primary" {
		return ix.e.name
	}
	return ix.e.name + "." + ix.sch.Name
}

// newEntity binds m to the table of s.
func (s *Service) newEntity(m *model) (*entity, []error) {
	e := &entity{svc: s, m: m, name: cmp.Or(m.sch.Entity, m.typ.Name(), "item"), keyed: map[string]bool{}, codecs: new(sync.Map)}
	for i := range m.attrs {
		switch a := &m.attrs[i]; {
		case a.Rules.TTL:
			e.ttl = a
		case a.Rules.Lock:
			e.lock = a
		}
	}
	e.getOp = "get " + e.name
	for v, name := range verbNames {
		e.ops[v] = name + " " + e.name
	}
	var errs []error
	for i := range m.sch.Indexes {
		ix, more := e.index(&m.sch.Indexes[i])
		errs = append(errs, more...)
		ix.twin = slices.ContainsFunc(e.indexes, func(o *index) bool { o.twin = o.twin || o.name == ix.name; return o.name == ix.name })
		e.indexes = append(e.indexes, ix)
		for _, k := range ix.keys() {
			e.keyed[k.name] = true
		}
	}
	e.keyNames = slices.Sorted(maps.Keys(e.keyed))
	if len(errs) == 0 {
		errs = e.reserved()
		e.settle()
		errs = append(errs, e.mistakable()...)
	}
	return e, errs
}

// mistakable lists the patterns that share an index with another whose items
// neither the keys nor a filter tells from theirs.
func (e *entity) mistakable() []error {
	var errs []error
	for _, ix := range e.indexes {
		if !ix.twin || ix.projects(ix.when.path[0].Name) {
			continue
		}
		same := func(o *index) bool {
			if o == ix || o.name != ix.name {
				return false
			}
			_, ok := overlapping(ix.keys(), o.keys())
			return ok
		}
		if i := slices.IndexFunc(e.indexes, same); i >= 0 {
			errs = append(errs, fmt.Errorf("%s does not hold %s, which tells the items of %s from those of %s; project it, or give the templates different text", ix.describe(), ix.when.goRef, ix.sch.Name, e.indexes[i].sch.Name))
		}
	}
	return errs
}

func (e *entity) index(sch *schema.Index) (*index, []error) {
	ix := &index{e: e, sch: sch, name: sch.Index}
	names := e.svc.table.keyNames(sch.Index)
	var errs []error
	for i := range sch.PK {
		if sch.Local {
			ix.pk = e.indexes[0].pk
			break
		}
		k, err := e.keyAttr(ix, &sch.PK[i], names.PK, maxPartitionKey)
		ix.pk, errs = append(ix.pk, k), append(errs, err)
	}
	for i := range sch.SK {
		k, err := e.keyAttr(ix, &sch.SK[i], names.SK, maxSortKey)
		ix.sk, errs = append(ix.sk, k), append(errs, err)
	}
	if sch.When != nil {
		ix.when = e.m.part(sch.When.Part)
		ix.when.values = sch.When.Values
	}
	ix.both = slices.Concat(ix.pk, ix.sk)
	return ix, slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

func (e *entity) keyAttr(ix *index, sch *schema.Key, name string, limit int) (*keyAttr, error) {
	k := &keyAttr{name: name, typ: sch.Type, tmpl: sch.Template, limit: limit}
	if sch.Attr >= 0 {
		k.name = e.m.attrs[sch.Attr].Name
		if sch.Template != nil {
			k.holder = e.m.attrs[sch.Attr].field
		}
	}
	k.path = expr.Name(k.name)
	if sch.Template != nil && limit == maxPartitionKey {
		k.prefix = e.svc.namespace
	}
	if sch.Template == nil && !sch.Inherit && ix.name == "" && limit == maxPartitionKey && e.svc.namespace != "" {
		return k, fmt.Errorf("field %s is itself the partition key of the table, which leaves no room for the namespace; use a template", sch.Parts[0].Go)
	}
	for _, p := range sch.Parts {
		k.parts = append(k.parts, e.part(p))
	}
	if ix.name == "" {
		return k, nil
	}
	for _, own := range e.indexes[0].keys() {
		if own.name != k.name {
			continue
		}
		k.shared = true
		if !sch.Inherit {
			if sch.Template == nil && own.tmpl == nil {
				return k, nil // the same attribute, as it is
			}
			return k, fmt.Errorf("%s has the attribute %s of the table's key; its row takes no template", ix.describe(), k.name)
		}
		k.typ, k.tmpl, k.parts, k.prefix = own.typ, own.tmpl, own.parts, own.prefix
		return k, nil
	}
	if sch.Inherit {
		return k, fmt.Errorf("a row of %s needs template= or field=, because %s is no key attribute of the table", ix.describe(), k.name)
	}
	return k, nil
}

// reserved refuses attributes with the names of others.
func (e *entity) reserved() []error {
	var errs []error
	for _, a := range e.m.attrs {
		switch {
		case e.marked() && (a.Name == e.svc.table.EntityAttr || a.Name == e.svc.table.VersionAttr):
			errs = append(errs, fmt.Errorf("field %s has the attribute name %s, which dyn writes; rename one of them", a.Go, a.Name))
		case e.keyed[a.Name] && !e.isKey(a.field):
			errs = append(errs, fmt.Errorf("field %s has the attribute name %s, which is a key; rename one of them", a.Go, a.Name))
		}
	}
	return errs
}

// guard is a condition as requests have it.
type guard struct {
	text   *string
	names  map[string]string
	values rawItem
	known  *wire.Known // all of it
}

func newGuard(c expr.Cond) *guard {
	b := new(expr.Builder)
	whole := b.Cond(c)
	g := &guard{text: text(whole.In(b.Written())), names: b.Names(), values: b.Values()}
	g.known = wire.Condition(g.text, g.names, g.values)
	return g
}

// fixed returns one of the guards of mine as the whole condition.
func (e *entity) fixed(absent, newer int) *guard {
	at := &e.alone[absent][newer]
	g := at.Load()
	if g == nil {
		g = newGuard(e.guards()[absent][newer])
		at.Store(g)
	}
	return g
}

// settle sets what follows from the rest and is the same in every request.
func (e *entity) settle() {
	e.whole = e.reader()
	e.rendered = !slices.ContainsFunc(e.primary().keys(), func(k *keyAttr) bool { return k.tmpl == nil })
	e.setGuards()
	e.marks = [...]ddbjson.Attr{
		{Name: e.svc.table.EntityAttr, Value: &types.AttributeValueMemberS{Value: e.m.sch.Entity}},
		{Name: e.svc.table.VersionAttr, Value: number(int64(e.m.sch.Version))},
	}
	if e.packer == nil { // else it is that without the scope
		e.packer = sync.OnceValue(e.newPacker)
	}
	e.still = !e.m.hooked && e.svc.validate == nil && e.lock == nil && len(e.scope) == 0 && len(e.m.embedded) == 0 && !e.holds()
	for _, ix := range e.indexes {
		if ix.queryOp == "" {
			ix.queryOp = "query " + ix.label()
		}
		names := ix.tellers()
		if ix.told.whole != nil && slices.Equal(names, ix.told.names) {
			continue // as without the scope
		}
		ix.told = told{
			names: names, usual: e.usual(names), owner: e.marked() && ix.projects(e.svc.table.EntityAttr),
			id: strings.Join(names, "\x00"), whole: new(atomic.Pointer[ddbjson.Codec]),
		}
		ix.open = ix.full() && !slices.ContainsFunc(ix.keys(), func(k *keyAttr) bool { return e.m.plan.ByName(k.name) != nil })
	}
}

// usual returns what the attributes with these names are in an item that the
// entity has written, as the service writes it; nil where items differ.
func (e *entity) usual(names []string) [][]byte {
	out := make([][]byte, len(names))
	if !e.marked() {
		return out
	}
	for i, name := range names {
		for _, m := range e.marks {
			if m.Name == name {
				out[i], _ = ddbjson.AppendValue(nil, m.Value)
			}
		}
	}
	return out
}

func (ix *index) tellers() []string {
	e, t := ix.e, &ix.e.svc.table
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, k := range slices.Concat(e.primary().keys(), ix.keys()) {
		add(k.name)
	}
	if e.marked() && ix.projects(t.EntityAttr) {
		add(t.EntityAttr)
		add(t.VersionAttr)
	}
	if e.ttl != nil && ix.projects(e.ttl.Name) {
		add(e.ttl.Name)
	}
	for _, b := range e.scope {
		add(b.attr.Name)
	}
	return names
}

// codecKey names a codec of items off the wire.
type codecKey struct {
	plan *codec.Plan
	told string
}

// codec returns the codec that decodes by a plan and keeps the attributes of t.
func (e *entity) codec(p *codec.Plan, t *told) *ddbjson.Codec {
	if p != e.m.plan {
		return e.codecFor(p, t)
	}
	c := t.whole.Load()
	if c == nil {
		c = e.codecFor(p, t)
		t.whole.Store(c)
	}
	return c
}

func (e *entity) codecFor(p *codec.Plan, t *told) *ddbjson.Codec {
	k := codecKey{p, t.id}
	c, ok := e.codecs.Load(k)
	if !ok {
		c, _ = e.codecs.LoadOrStore(k, ddbjson.Compile(p, t.names...))
	}
	return c.(*ddbjson.Codec)
}

// isKey reports whether field f is a key attribute, or holds one.
func (e *entity) isKey(f *codec.Field) bool {
	for _, ix := range e.indexes {
		for _, k := range ix.keys() {
			if k.name == f.Name && (k.holder == f || k.tmpl == nil) {
				return true
			}
		}
	}
	return false
}
