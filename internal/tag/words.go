package tag

// place is where a word may stand: a set of the places below.
type place uint16

const (
	entityRow place = 1 << iota
	pkBlank         // a pk row on a blank field
	skBlank
	localBlank // an sk row with `local`
	pkField    // a field that is itself the key, or keeps the key's text
	skField
	localField
	rule // any ordinary field

	blankRow = pkBlank | skBlank | localBlank
	pkRow    = pkBlank | pkField
	skRow    = skBlank | localBlank | skField | localField
	keyRow   = pkRow | skRow
	indexRow = pkRow | localBlank | localField
	anywhere = entityRow | keyRow | rule
)

// String completes "belongs on".
func (p place) String() string {
	switch p {
	case entityRow:
		return "the entity row"
	case blankRow:
		return "a pk or sk row of a blank field"
	case skRow:
		return "an sk row"
	case indexRow:
		return "the pk row of its index, or the sk row of a local one"
	case rule:
		return "an attribute's field"
	}
	return "a pk or sk row"
}

// takes says whether a word has a value.
type takes uint8

const (
	nothing takes = iota
	value         // one that is not empty
	list          // one that may be empty
)

// word is one word of the grammar.
type word struct {
	name    string
	in      place
	takes   takes
	example string // of a word that takes a value
	set     func(p *parser, o Option)
}

// words are all there are; a new one is a new row.
var words = []word{
	{"entity", entityRow, value, "entity=card", func(p *parser, o Option) { p.entity.Name = o.Value }},
	{"version", entityRow, value, "version=2", func(p *parser, o Option) { p.number(o, &p.entity.Version, 1, maxVersion) }},
	{"nulls", entityRow, nothing, "", func(p *parser, _ Option) { p.entity.Nulls = true }},
	{"keys", entityRow, value, "keys=electrodb", func(p *parser, o Option) { p.entity.ElectroDB = p.oneOf(o, "electrodb") }},

	{"pk", pkRow, nothing, "", nil},
	{"sk", skRow, nothing, "", nil},
	{"index", keyRow, value, "index=gsi1", func(p *parser, o Option) { p.key.Index = o.Value }},
	{"template", keyRow, value, "template=CARD#$<CardID>", func(p *parser, o Option) { p.key.Template = o.Value }},
	{"field", blankRow, value, "field=CreatedAt", func(p *parser, o Option) { p.key.Field = p.path(o, 0, o.Value) }},
	{"attrs", keyRow, list, "attrs=CityID+MallID", func(p *parser, o Option) { p.key.Attrs = p.paths(o) }},
	{"part", keyRow, value, "part=1", func(p *parser, o Option) { p.number(o, &p.key.Part, 1, 4) }},
	{"local", skRow, nothing, "", func(p *parser, _ Option) { p.key.Local = true }},
	{"escape", keyRow, nothing, "", func(p *parser, _ Option) { p.key.Escape = true }},
	{"overlap", keyRow, nothing, "", func(p *parser, _ Option) { p.key.Overlap = true }},

	{"name", indexRow, value, "name=byUser", func(p *parser, o Option) { p.key.Name = o.Value }},
	{"collection", indexRow, value, "collection=activity", func(p *parser, o Option) { p.key.Collection = p.items(o, "/") }},
	{"type", indexRow, value, "type=clustered", func(p *parser, o Option) { p.choose(o, &p.key.Type, "isolated", "clustered") }},
	{"scope", indexRow, value, "scope=archive", func(p *parser, o Option) { p.key.Scope = o.Value }},
	{"project", indexRow, value, "project=keys", func(p *parser, o Option) { p.key.Project = p.project(o) }},
	{"when", indexRow, value, "when=Status:open|paid", func(p *parser, o Option) { p.key.When = p.when(o) }},

	{"required", rule, nothing, "", func(p *parser, _ Option) { p.field.Required = true }},
	{"readonly", rule, nothing, "", func(p *parser, _ Option) { p.field.ReadOnly = true }},
	{"default", rule, value, "default=draft", func(p *parser, o Option) { p.field.Default, p.field.HasDefault = o.Value, true }},
	{"enum", rule, value, "enum=draft|published", func(p *parser, o Option) { p.field.Enum = p.items(o, "|") }},
	{"created", rule, nothing, "", func(p *parser, _ Option) { p.field.Created = true }},
	{"updated", rule, nothing, "", func(p *parser, _ Option) { p.field.Updated = true }},
	{"ttl", rule, nothing, "", func(p *parser, _ Option) { p.field.TTL = true }},
	{"lock", rule, nothing, "", func(p *parser, _ Option) { p.field.Lock = true }},
	{"unique", rule, nothing, "", func(p *parser, _ Option) { p.field.Unique = true }},
	{"generate", rule, value, "generate=uuid7", func(p *parser, o Option) { p.choose(o, &p.field.Generate, "uuid7", "ulid") }},
	{"label", rule, value, "label=u", func(p *parser, o Option) { p.field.Label = o.Value }},
}

// keyRules hold between the words of one pk or sk row: word needs other, or excludes it.
var keyRules = []struct {
	word, other string
	needed      bool
	msg         string
}{
	{"field", "template", false, `"field" and "template" in one row; a key is one attribute or a template`},
	{"attrs", "template", false, `"attrs" and "template" in one row; "attrs" already says what the key holds`},
	{"attrs", "field", false, `"attrs" and "field" in one row; "attrs" already says what the key holds`},
	{"escape", "template", true, `"escape" needs a template`},
	{"local", "index", true, `"local" needs an index: sk,index=lsi1,local`},
	{"part", "index", true, `"part" needs an index; the table's own key has one part`},
	{"part", "local", false, `"part" and "local" in one row; a local index has one sort key`},
	{"part", "template", false, `"part" and "template" in one row; the parts of a multi-attribute key are attributes`},
	{"part", "attrs", false, `"part" and "attrs" in one row; the parts of a multi-attribute key are attributes`},
	{"overlap", "index", false, `"overlap" is for the table's own key; index keys may overlap anyway`},
	{"project", "index", true, `"project" needs an index; the table itself holds every attribute`},
	{"when", "index", true, `"when" needs an index; the table's own key is always written`},
}

var wordNames = func() []string {
	names := make([]string, len(words))
	for i := range words {
		names[i] = words[i].name
	}
	return names
}()

func lookup(name string) *word {
	for i := range words {
		if words[i].name == name {
			return &words[i]
		}
	}
	return nil
}
