// Package tag reads the text of one `dyn` struct tag and returns it as data. It knows words, not Go types: which of
// them a field may carry is the schema's to say.
//
// A tag is a comma-separated list of options, each `word` or `word=value`. A value that holds a comma is put in single
// quotes, as in `template='A,$<ID>'`; inside the quotes a quote is written twice. Spaces count. A value that does not
// begin with a quote may hold quotes as they are.
package tag

import "strings"

// Error is one mistake in a tag.
type Error struct {
	Offset int // byte offset into the tag's text
	Msg    string
}

func (e *Error) Error() string { return e.Msg }

// Option is one `word` or `word=value` of a tag.
type Option struct {
	Word     string
	Value    string // unquoted
	HasValue bool   // there was a "="
	Offset   int    // of the word in the tag's text

	valueOffset int
	quoted      bool
}

// At returns the offset in the tag's text of byte i of the value.
func (o Option) At(i int) int {
	if !o.quoted {
		return o.valueOffset + i
	}
	return o.valueOffset + 1 + i + strings.Count(o.Value[:min(i, len(o.Value))], "'")
}

// Options are a tag's options in the order written, each word once. Entity, Key and Field embed theirs, so that later
// stages can point at the text a mistake comes from.
type Options []Option

// Option returns the option of the given word, or the zero Option.
func (os Options) Option(word string) Option {
	for _, o := range os {
		if o.Word == word {
			return o
		}
	}
	return Option{}
}

// Has reports whether the word was given.
func (os Options) Has(word string) bool { return os.Option(word).Word != "" }

// Row is what a tag on a blank field declares: exactly one of the two.
type Row struct {
	Entity *Entity
	Key    *Key
}

// Entity is the row that names the entity.
type Entity struct {
	Options
	Name      string
	Version   int  // at least 1, the default
	Nulls     bool // store nil as NULL
	ElectroDB bool // keys=electrodb
}

// Role tells the two keys of an index apart.
type Role uint8

// The roles of a key attribute.
const (
	PK Role = iota + 1
	SK
)

func (r Role) String() string {
	if r == SK {
		return "sk"
	}
	return "pk"
}

// Key is a pk or sk row, or the part of a field's tag that makes the field a key.
type Key struct {
	Options
	Role  Role
	Index string // "" is the table itself

	// What the key holds: at most one of the three. With none, a row on a field is the field itself, a row on a blank
	// field inherits from an index that uses the same attribute.
	Template string
	Field    string   // Go field, dotted when nested
	Attrs    []string // ElectroDB; not nil when attrs was given

	Part    int // 1 to 4 in a multi-attribute key, else 0
	Local   bool
	Escape  bool
	Overlap bool

	// Options of the index; on the pk row, or on the sk row of a local index.
	Name       string
	Collection []string // outer to inner
	Type       string   // "", "isolated" or "clustered"
	Scope      string
	Project    *Project // nil: not said
	When       *When    // nil: always
}

// Project says which attributes an index holds besides keys: none, all, or Fields.
type Project struct {
	Keys   bool
	All    bool
	Fields []string // Go fields, dotted when nested
}

// When is the condition under which an index key exists.
type When struct {
	Field  string
	Values []string // empty: whenever the field is present
}

// Field is what a tag says of an ordinary field.
type Field struct {
	Options
	Key *Key // nil when the field is not declared as a key here

	Required   bool
	ReadOnly   bool
	HasDefault bool
	Default    string
	Enum       []string
	Created    bool
	Updated    bool
	TTL        bool
	Lock       bool
	Unique     bool
	Generate   string // "", "uuid7" or "ulid"
	Label      string
}
