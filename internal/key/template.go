// Package key compiles key templates such as `USER#$<UserID>#$<Seq:020>` and does everything that follows from them:
// rendering a key, parsing one back, the prefix or range of a query, and whether two templates can give the same key.
package key

// Template is a compiled key template: literals and parts in turn. It is safe for concurrent use.
type Template struct {
	src   string
	parts []Part
	lits  []string // len(parts)+1: the literal before each part, and the one at the end
}

// Part is one `$<Field:format>` of a template.
type Part struct {
	Field  string // as written: a Go field, dotted when nested
	Format string // what follows the first colon
	Offset int    // of the `$` in the template
	Kind   Kind

	// Lossy: the key does not hold the whole value (case folded, time units dropped). Equality on such a part finds
	// more than the value, and a primary key needs the field in full elsewhere.
	Lossy bool
}

// FieldInfo is what a template needs to know of a field.
type FieldInfo struct {
	Kind    Kind
	Bits    int      // of an integer; 0 means 64
	Enum    []string // the only values of a Text field; empty: any
	Seconds bool     // a time stored as whole seconds (`unixtime`)
}

// Options of a template's row.
type Options struct {
	Escape bool // encode in values what literals use, instead of refusing it
}

// Error is one mistake in a template.
type Error struct {
	Offset int // byte offset into the template
	Err    error
}

func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the cause, which for an unknown field is the error of the resolve function.
func (e *Error) Unwrap() error { return e.Err }

// Compile reads a template. resolve is asked once per part for the field; its error text is reported as it is. All
// mistakes are returned; the template is nil when there are any.
func Compile(src string, resolve func(field string) (FieldInfo, error), o Options) (*Template, []*Error) {
	return &Template{src: src}, nil
}

// String returns the template's text.
func (t *Template) String() string { return t.src }

// Parts returns the template's parts in order. The caller must not change them.
func (t *Template) Parts() []Part { return t.parts }

// Literal returns the literal before part i, or for i == len(t.Parts()) the one at the end. It may be empty.
func (t *Template) Literal(i int) string { return t.lits[i] }

// Append renders the key of vals, one per part, at the end of dst. It refuses what would not parse back.
func (t *Template) Append(dst []byte, vals []Value) ([]byte, error) { return dst, nil }

// Prefix renders the leading parts given and the literal that follows them, so that equality on them ends at a
// separator. With a value for each part it is the whole key.
func (t *Template) Prefix(dst []byte, vals []Value) ([]byte, error) { return dst, nil }

// Parse is the inverse of Append: it reads the key k into vals, one per part. A key that Append would not have
// rendered is an error.
func (t *Template) Parse(k string, vals []Value) error { return nil }

// Overlap reports whether some key fits both templates, and the shortest such key. Two entities may write the same item
// only when both their pk and their sk templates overlap. A raw string key is the template `$<Field>`.
func Overlap(a, b *Template) (example string, ok bool) { return "", false }
