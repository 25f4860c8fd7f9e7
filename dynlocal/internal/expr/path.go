package expr

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// step is one step of a document path: into a map by name or, when name is empty, into a list by index. No attribute
// has an empty name that an expression could spell.
type step struct {
	name  string
	index int
}

// path is a document path. Its first step is a name.
type path []step

// resolve is a stage of its own for paths: it checks the depth, then looks up names.
func resolve(elements []element, env *Env) (path, error) {
	if n := len(elements); n > maxPathDepth {
		return nil, refuse("The document path has too many nesting levels; nesting levels: " + strconv.Itoa(n))
	}
	p := make(path, len(elements))
	for i, e := range elements {
		switch {
		case e.index:
			p[i].index, _ = strconv.Atoi(e.text)
		case e.text[0] == '#':
			name, err := env.name(e.text)
			if err != nil {
				return nil, err
			}
			p[i].name = name
		default:
			p[i].name = e.text
		}
	}
	return p, nil
}

// get returns the value at the path, the zero Value if there is none.
func (p path) get(it value.Item) value.Value {
	v := it.Get(p[0].name)
	for _, s := range p[1:] {
		v = s.get(v)
	}
	return v
}

func (s step) get(v value.Value) value.Value {
	if s.name == "" {
		return v.Index(s.index)
	}
	return v.Get(s.name)
}

// String prints the path as error texts do.
func (p path) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		parts[i] = s.name
		if s.name == "" {
			parts[i] = "[" + strconv.Itoa(s.index) + "]"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// checkDisjoint refuses a path that one of the others contains or is contained in, or that takes for a map what another
// takes for a list.
func checkDisjoint(p path, others []path) error {
	for _, q := range others {
		switch relate(p, q) {
		case overlapping:
			return errPaths("overlap", p, q)
		case conflicting:
			return errPaths("conflict", p, q)
		}
	}
	return nil
}

func errPaths(how string, p, q path) error {
	return refuse("Two document paths " + how + " with each other; must remove or rewrite one of these paths; path one: " +
		p.String() + ", path two: " + q.String())
}

type relation uint8

const (
	disjoint relation = iota
	overlapping
	conflicting
)

func relate(p, q path) relation {
	for i := range min(len(p), len(q)) {
		if p[i] == q[i] {
			continue
		}
		if (p[i].name == "") != (q[i].name == "") {
			return conflicting
		}
		return disjoint
	}
	return overlapping
}

// nestedNames returns the first names of the paths that go on after it, each once.
func nestedNames(paths []path) []string {
	return topNames(slices.DeleteFunc(slices.Clone(paths), func(p path) bool { return len(p) == 1 }))
}

// topNames returns the first names of the paths, each once.
func topNames(paths []path) []string {
	var names []string
	for _, p := range paths {
		if !slices.Contains(names, p[0].name) {
			names = append(names, p[0].name)
		}
	}
	return names
}
