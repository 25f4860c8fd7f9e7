package key

// Seg is one segment of a template's text: a literal, or a part when Field is not empty.
type Seg struct {
	Literal string
	Field   string
	Format  string
	Offset  int // byte offset into the template
}

// Scan splits a template into segments; it checks syntax only. `$` not followed by `<` is literal text; a part ends at
// the first `>`; what follows the first colon is its format.
func Scan(src string) ([]Seg, []*Error) { return nil, nil }
