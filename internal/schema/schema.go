package schema

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dyntable/dyn/internal/key"
	"github.com/dyntable/dyn/internal/tag"
)

// Schema is the description of an entity.
type Schema struct {
	Type    string
	Entity  string // "" without an entity row
	Version int
	Nulls   bool
	Attrs   []Attr  // the stored fields, in declaration order
	Indexes []Index // the table itself first
	// SortableTimes lists the string times that are part of keys or kept by
	// dyn, by Go path: they are stored in a form that sorts.
	SortableTimes []string
}

// Attr is an attribute and its rules.
type Attr struct {
	Field *Field
	Go    string
	Name  string
	Rules *tag.Field
	// Holds tells that the field holds a key rendered from a template.
	Holds bool
}

// Index is one access pattern: the keys of an entity in the table or in one of
// its indexes.
type Index struct {
	Index      string // "" for the table
	Name       string // the access pattern
	Local      bool
	PK, SK     []Key
	Collection []string
	Clustered  bool
	Scope      string
	Project    tag.Project
	When       *When
	Overlap    bool
}

// When is the condition under which the keys of an index exist.
type When struct {
	Part   Part
	Values []string // empty: whenever the field is present
}

// Key is one key attribute of an index.
type Key struct {
	Template *key.Template // nil for an attribute that is the key itself
	Parts    []Part        // of the template; else the attribute itself
	Inherit  bool          // it is the table's, whose attribute it shares
	Attr     int           // the attribute that is the key or holds it; -1 when the table names it
	Type     string        // S, N or B
	Offset   int           // of the template in the tag
	row      *row
}

// Part is a field that a key depends on.
type Part struct {
	Go    string // Go path
	Attr  int    // the attribute it is, or is in; -1 for a shard
	Shard int    // for a part that is no field: how many shards there are
}

// compiler collects what one struct says.
type compiler struct {
	src    *Source
	out    *Schema
	rows   []*row
	entity *row
	errs   []*Error
}

// row is a pk or sk row, or an entity row.
type row struct {
	field *Field
	key   *tag.Key
	attr  int // -1 on a blank field
	pos   int
}

// Compile reads the tags of a struct. All mistakes are returned, in field order.
func Compile(src *Source) (*Schema, []*Error) {
	c := &compiler{src: src, out: &Schema{Type: src.Type, Version: 1}}
	c.out.Attrs = make([]Attr, 0, len(src.Fields))
	for i := range src.Fields {
		c.field(&src.Fields[i], i)
	}
	if !src.Broken {
		c.indexes()
		c.rules()
	}
	slices.Sort(c.out.SortableTimes)
	c.out.SortableTimes = slices.Compact(c.out.SortableTimes)
	slices.SortStableFunc(c.errs, Compare)
	return c.out, c.errs
}

func (c *compiler) fail(pos, offset int, err error) {
	f := &c.src.Fields[pos]
	c.errs = append(c.errs, &Error{Type: c.src.Type, Field: f.Go, Pos: pos, Tag: f.Tag, Offset: offset, Err: err})
}

func (c *compiler) failf(pos, offset int, format string, args ...any) {
	c.fail(pos, offset, fmt.Errorf(format, args...))
}

// whole reports a mistake of the struct, not of one tag.
func (c *compiler) whole(format string, args ...any) {
	c.errs = append(c.errs, &Error{Type: c.src.Type, Pos: len(c.src.Fields), Err: fmt.Errorf(format, args...)})
}

func (c *compiler) tagErrors(pos int, errs []*tag.Error) {
	for _, e := range errs {
		c.fail(pos, e.Offset, errors.New(e.Msg))
	}
}

func (c *compiler) field(f *Field, pos int) {
	if f.Go == "_" {
		c.blank(f, pos)
		return
	}
	t, errs := tag.ParseField(f.Tag)
	c.tagErrors(pos, errs)
	if f.Name == "" {
		if f.Tag != "" && !c.src.Broken {
			c.failf(pos, 0, "the field is not stored; it can't have rules")
		}
		return
	}
	for _, a := range c.out.Attrs {
		if a.Name == f.Name {
			c.failf(pos, 0, "the attribute %q is also that of field %s", f.Name, a.Go)
		}
	}
	c.out.Attrs = append(c.out.Attrs, Attr{Field: f, Go: f.Go, Name: f.Name, Rules: t})
	if t.Key != nil {
		c.rows = append(c.rows, &row{field: f, key: t.Key, attr: len(c.out.Attrs) - 1, pos: pos})
	}
}

func (c *compiler) blank(f *Field, pos int) {
	r, errs := tag.ParseBlank(f.Tag)
	c.tagErrors(pos, errs)
	switch {
	case r.Entity != nil && c.entity != nil:
		c.failf(pos, 0, "a second entity row")
	case r.Entity != nil:
		c.entity = &row{field: f, pos: pos}
		c.out.Entity, c.out.Version, c.out.Nulls = r.Entity.Name, r.Entity.Version, r.Entity.Nulls
		if r.Entity.ElectroDB {
			c.failf(pos, r.Entity.Option("keys").Offset, "keys=electrodb is not supported yet; write the keys as templates")
		}
	case r.Key != nil:
		c.rows = append(c.rows, &row{field: f, key: r.Key, attr: -1, pos: pos})
	}
}

// rules checks that each rule suits its field, and that no two contend.
func (c *compiler) rules() {
	single := map[string]string{}
	for _, a := range c.out.Attrs {
		pos := slices.IndexFunc(c.src.Fields, func(f Field) bool { return f.Go == a.Go })
		source := ""
		for _, o := range a.Rules.Options {
			if err := ruleError(o, a); err != nil {
				c.fail(pos, o.Offset, err)
			}
			switch o.Word {
			case "created", "updated", "ttl", "lock":
				if other, ok := single[o.Word]; ok {
					c.failf(pos, o.Offset, "field %s has %q already", other, o.Word)
				}
				single[o.Word] = a.Go
			}
			switch o.Word {
			case "created", "updated", "lock", "default", "generate":
				if source != "" {
					c.failf(pos, o.Offset, "%q and %q both give the field its value", source, o.Word)
				}
				source = o.Word
			}
		}
		if a.Field.Time && a.Field.Type == "S" && (a.Rules.Created || a.Rules.Updated) {
			c.out.SortableTimes = append(c.out.SortableTimes, a.Go)
		}
	}
}

// ruleError says why rule o does not suit attribute a, if so.
func ruleError(o tag.Option, a Attr) error {
	f := a.Field
	switch o.Word {
	case "required", "default":
		if !f.Optional {
			return fmt.Errorf("a %s is never absent, so %q has no effect; use a pointer%s", kindName(f), o.Word, orOmit(f))
		}
	case "enum":
		if !f.Text {
			return fmt.Errorf("enum needs a string field")
		}
	case "created", "updated":
		if !f.Time {
			return fmt.Errorf("%s needs a time.Time or *time.Time", o.Word)
		}
	case "ttl":
		if f.Type != "N" || !f.Time && !f.Integer {
			return fmt.Errorf("ttl needs a time tagged `dynamodbav:\",unixtime\"`, or an integer of Unix seconds")
		}
	case "lock":
		if f.Type != "N" || !f.Integer {
			return fmt.Errorf("lock needs an integer")
		}
	case "generate":
		if !f.Text {
			return fmt.Errorf("generate needs a string field")
		}
	case "unique":
		return fmt.Errorf("unique is not supported yet; write a claim item in the same transaction")
	case "label":
		return fmt.Errorf("label belongs to ElectroDB keys, which are not supported yet")
	}
	return nil
}

func kindName(f *Field) string {
	switch {
	case f.Integer || f.Type == "N":
		return "number"
	case f.Type == "BOOL":
		return "bool"
	}
	return "field of this type"
}

// orOmit completes the advice to use a pointer where omitempty helps too.
func orOmit(f *Field) string {
	if f.Type == "N" || f.Type == "BOOL" {
		return ", or omitempty"
	}
	return ""
}
