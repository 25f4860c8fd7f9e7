// Package expr turns trees of conditions and update actions into DynamoDB
// expression text with its name and value placeholders.
//
// Placeholders are numbered in order of first use, so that the same tree always
// gives the same request. Every attribute name is a placeholder: no name can be
// a reserved word, and none needs escaping.
package expr

import (
	"strconv"
	"strings"
)

// Step is one step of a document path: a map key, or an index into a list.
type Step struct {
	Name  string // attribute name or map key; unused when List
	Index int    // position in a list, when List
	List  bool
}

// Path leads from the item to a value. The first step is always a name.
type Path []Step

// Name returns the path of a top-level attribute.
func Name(name string) Path { return Path{{Name: name}} }

// String renders p as DynamoDB would without placeholders, for messages.
func (p Path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch {
		case s.List:
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
		case i > 0:
			b.WriteString("." + s.Name)
		default:
			b.WriteString(s.Name)
		}
	}
	return b.String()
}

// Overlaps reports whether one path equals, contains or lies inside the other.
func (p Path) Overlaps(q Path) bool {
	n := min(len(p), len(q))
	for i := range n {
		if p[i] != q[i] {
			return false
		}
	}
	return true
}

// Contains reports whether q equals p or lies inside it.
func (p Path) Contains(q Path) bool { return len(p) <= len(q) && p.Overlaps(q) }

// Equal reports whether the two paths are the same.
func (p Path) Equal(q Path) bool { return len(p) == len(q) && p.Overlaps(q) }
