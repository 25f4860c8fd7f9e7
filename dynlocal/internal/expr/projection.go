package expr

import (
	"slices"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// Projection is a compiled projection, safe for concurrent use.
type Projection struct {
	tree  *tree
	paths []path
}

// ParseProjection compiles a ProjectionExpression.
func ParseProjection(src string, env *Env) (*Projection, error) {
	p, err := newParser(projectionExpression, src)
	if err != nil {
		return nil, err
	}
	elements, err := p.paths()
	if err != nil {
		return nil, err
	}
	for _, e := range elements {
		if err := checkPath(e); err != nil {
			return nil, p.in(err)
		}
	}
	paths, err := resolveDisjoint(elements, env)
	if err != nil {
		return nil, p.in(err)
	}
	return &Projection{grow(paths), paths}, nil
}

// paths reads the whole of a projection.
func (p *parser) paths() ([][]element, error) {
	var paths [][]element
	for {
		path, err := p.path()
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
		if !p.symbol(",") {
			return paths, p.end()
		}
	}
}

// resolveDisjoint resolves paths that must not overlap. It works from the last to the first, as the service does, which
// shows in which of two mistakes is told and which of two paths comes first.
func resolveDisjoint(elements [][]element, env *Env) ([]path, error) {
	paths := make([]path, len(elements))
	for i, e := range slices.Backward(elements) {
		p, err := resolve(e, env)
		if err != nil {
			return nil, err
		}
		if err := checkDisjoint(p, paths[i+1:]); err != nil {
			return nil, err
		}
		paths[i] = p
	}
	return paths, nil
}

// Apply returns the parts of item that the projection names. List elements close up in list order.
func (p *Projection) Apply(item value.Item) value.Item { return p.tree.pick(item) }

// TopNames returns the top-level attributes that the projection names, each once, in order of first use.
func (p *Projection) TopNames() []string { return topNames(p.paths) }

// NestedNames returns the top-level attributes of which the projection names only parts, each once. The service refuses
// them for key attributes.
func (p *Projection) NestedNames() []string { return nestedNames(p.paths) }
