package dynlocal

import "slices"

// notInsideKeys refuses expressions that look inside a key attribute, of the table or of any index: nested are the
// attributes inside which they look.
func (t *table) notInsideKeys(nested []string) error {
	if len(nested) == 0 {
		return nil
	}
	for _, name := range t.key.names() {
		if slices.Contains(nested, name) {
			return errInsideKey("Key", name)
		}
	}
	for _, x := range t.byName {
		for _, name := range x.key.names() {
			if slices.Contains(nested, name) {
				return errInsideKey("IndexKey", name)
			}
		}
	}
	return nil
}

func errInsideKey(kind, name string) error {
	return invalidf("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: %s: %s", kind, name)
}

// nested gives the attributes inside which the condition looks.
func (w *write) nested() []string {
	if w.condition == nil {
		return nil
	}
	return w.condition.NestedNames()
}

// updatedInside gives the attributes inside which the update looks. One that changes a key is refused for that.
func (w *write) updatedInside(t *table) []string {
	if w.update == nil || slices.ContainsFunc(w.update.TopNames(), t.key.has) {
		return nil
	}
	return w.update.NestedNames()
}

// nested gives the attributes inside which the projection looks.
func (g *get) nested() []string {
	if g.projection == nil {
		return nil
	}
	return g.projection.NestedNames()
}

// nested gives the attributes inside which the filter and the projection look.
func (l *listing) nested() []string {
	var names []string
	if l.filter != nil {
		names = l.filter.NestedNames()
	}
	if l.projection != nil {
		names = append(names, l.projection.NestedNames()...)
	}
	return names
}
