package expr

import "github.com/dyntable/dyn/dynlocal/internal/value"

// Projection is a compiled projection, safe for concurrent use.
type Projection struct{}

// ParseProjection compiles a ProjectionExpression.
func ParseProjection(src string, env *Env) (*Projection, error) { panic("todo") }

// Apply returns the parts of item that the projection names. List elements close up in list order.
func (p *Projection) Apply(item value.Item) value.Item { panic("todo") }

// TopNames returns the top-level attributes that the projection names, each once, in order of first use.
func (p *Projection) TopNames() []string { panic("todo") }
