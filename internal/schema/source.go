// Package schema turns the declaration of a struct, as a neutral list of fields
// with the text of their tags, into the description of an entity: attributes
// with their rules, indexes with their keys. It never sees a Go type, so that
// the list may come from reflect or from a type checker.
package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dyntable/dyn/internal/key"
	"github.com/dyntable/dyn/internal/tag"
)

// Source is a struct as declared.
type Source struct {
	Type   string  // for messages
	Fields []Field // in declaration order, blank ones with a dyn tag included
	// Lookup finds a field by Go path, dotted when nested; nil if there is none.
	Lookup func(path string) *Field
	// Broken tells that the type can't be stored, so that nothing is known of
	// its fields: only the text of the tags is checked.
	Broken bool
}

// Field is a field of a struct.
type Field struct {
	Go   string // Go name or path; "_" for a blank field
	Tag  string // text of its dyn tag
	Name string // attribute name; "" when it is not stored
	Type string // DynamoDB type; "" when it depends on the value

	// Optional tells that some values count as absent.
	Optional bool
	// Text, Integer and Time tell what the Go value is, pointers followed.
	Text, Integer, Time bool
	// Plain tells that the Go type is a string, not a pointer to one.
	Plain bool
	// Part says what a key template needs to know; PartErr why the field can't
	// be in one.
	Part    key.FieldInfo
	PartErr error
}

// Error is one mistake in a struct.
type Error struct {
	Type   string
	Field  string // "_" for a blank one, "" when it concerns the struct
	Pos    int    // of the field in Source.Fields
	Tag    string // "" when it is not in the tag
	Offset int    // in bytes, into the text of the tag
	Err    error
}

func (e *Error) Error() string {
	where := e.Type
	if e.Field != "" && e.Field != "_" {
		where += "." + e.Field
	}
	if e.Tag == "" {
		return fmt.Sprintf("%s: %v", where, e.Err)
	}
	return fmt.Sprintf("%s: tag `dyn:%q` at %d: %v", where, e.Tag, e.Offset, e.Err)
}

// Unwrap returns the mistake itself.
func (e *Error) Unwrap() error { return e.Err }

// At makes an Error of the field with a Go path.
func (s *Source) At(goPath string, err error) *Error {
	pos := slices.IndexFunc(s.Fields, func(f Field) bool { return within(goPath, f.Go) })
	if pos < 0 {
		pos = len(s.Fields)
	}
	return &Error{Type: s.Type, Field: goPath, Pos: pos, Err: err}
}

// Compare orders mistakes by field, and in one tag by offset.
func Compare(a, b *Error) int {
	return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Offset, b.Offset))
}

// lookup finds a field by path, or says which one may have been meant.
func (s *Source) lookup(path string) (*Field, error) {
	if f := s.Lookup(path); f != nil {
		return f, nil
	}
	var known []string
	for _, f := range s.Fields {
		if f.Go != "_" {
			known = append(known, f.Go)
		}
	}
	if near := tag.Nearest(path, known); near != "" {
		return nil, fmt.Errorf("no field %q; did you mean %q?", path, near)
	}
	return nil, fmt.Errorf("no field %q", path)
}

// attr returns the position of the top-level attribute that path starts with.
func (s *Schema) attr(goPath string) int {
	return slices.IndexFunc(s.Attrs, func(a Attr) bool { return within(goPath, a.Go) })
}

// within reports whether path is field or lies inside it.
func within(path, field string) bool {
	rest, ok := strings.CutPrefix(path, field)
	return ok && (rest == "" || rest[0] == '.')
}
