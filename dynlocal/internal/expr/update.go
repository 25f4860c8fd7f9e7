package expr

import (
	"slices"

	"github.com/dyntable/dyn/dynlocal/internal/value"
)

// Update is a compiled update, safe for concurrent use.
type Update struct {
	actions []action
	tree    *tree
	targets []path
	sources []path // which operands read
}

// action is a compiled clause.
type action struct {
	verb string
	path path
	eval source // nil for REMOVE
}

// ParseUpdate compiles an UpdateExpression.
func ParseUpdate(src string, env *Env) (*Update, error) {
	p, err := newParser(updateExpression, src)
	if err != nil {
		return nil, err
	}
	clauses, sections, err := parseUpdate(p)
	if err != nil {
		return nil, err
	}
	if err := checkClauses(clauses, sections); err != nil {
		return nil, p.in(err)
	}
	u, err := compileUpdate(clauses, env)
	return u, p.in(err)
}

// checkClauses is the stage after parsing.
func checkClauses(clauses []clause, sections []string) error {
	for _, c := range clauses {
		if err := checkPath(c.path); err != nil {
			return err
		}
		if c.operand == nil {
			continue
		}
		if err := checkTree(c.operand, asAssigned, true); err != nil {
			return err
		}
	}
	for i, verb := range sections {
		if slices.Contains(sections[:i], verb) {
			return refuse(`The "` + verb + `" section can only be used once in an update expression;`)
		}
	}
	return nil
}

// compileUpdate is the last stage. First come all target paths, then all operands, each from the last clause to the
// first, as the service has it.
func compileUpdate(clauses []clause, env *Env) (*Update, error) {
	targets := make([][]element, len(clauses))
	for i, c := range clauses {
		targets[i] = c.path
	}
	paths, err := resolveDisjoint(targets, env)
	if err != nil {
		return nil, err
	}
	u := &Update{actions: make([]action, len(clauses)), tree: grow(paths), targets: paths}
	sc := &sourceCompiler{compiler{env: env}}
	for i, c := range slices.Backward(clauses) {
		s, err := sc.clause(c)
		if err != nil {
			return nil, err
		}
		u.actions[i] = action{c.verb, paths[i], s}
	}
	if sc.operators > maxOperators {
		return nil, errOperators
	}
	u.sources = sc.paths
	return u, nil
}

// TopNames returns the top-level attributes that the update writes, each once, in the order written.
func (u *Update) TopNames() []string { return topNames(u.targets) }

// NestedNames returns the top-level attributes inside which the update writes or reads something, each once. The service
// refuses them for key attributes.
func (u *Update) NestedNames() []string { return nestedNames(slices.Concat(u.targets, u.sources)) }

// Touched returns the parts of item at the paths that the update writes: what ReturnValues UPDATED_OLD gives of the item
// before, and UPDATED_NEW of the item after.
func (u *Update) Touched(item value.Item) value.Item { return u.tree.pick(item) }

var (
	errNoAttribute = refuse("The provided expression refers to an attribute that does not exist in the item")
	errOperandType = refuse("An operand in the update expression has an incorrect data type")
	errUpdatePath  = refuse("The document path provided in the update expression is invalid for update")
	errNesting     = refuse("Nesting Levels have exceeded supported limits")
)

// Apply returns the updated item. All operands are read from item as it was before the update.
func (u *Update) Apply(item value.Item) (value.Item, error) {
	for _, a := range u.actions {
		if !a.path.applies(item) {
			return value.Item{}, errUpdatePath
		}
	}
	results := make([]value.Value, len(u.actions))
	for i, a := range u.actions {
		v, err := a.result(item)
		if err != nil {
			return value.Item{}, err
		}
		results[i] = v
	}
	return item.Edit(u.tree.edits(item, results)), nil
}

// applies reports whether what would hold the value at the path is there and of the right kind.
func (p path) applies(it value.Item) bool {
	last := len(p) - 1
	if last == 0 {
		return true
	}
	holder := p[:last].get(it).Kind()
	return holder == value.M && p[last].name != "" || holder == value.L && p[last].name == ""
}

// result returns what the action leaves at its path, the zero Value for nothing.
func (a *action) result(item value.Item) (value.Value, error) {
	if a.verb == "REMOVE" {
		return value.Value{}, nil
	}
	v, err := a.eval(item)
	if err != nil {
		return value.Value{}, err
	}
	old := a.path.get(item)
	switch a.verb {
	case "ADD":
		return add(old, v)
	case "DELETE":
		return subtract(old, v)
	}
	if len(a.path)-1+v.Depth() > maxNesting {
		return value.Value{}, errNesting
	}
	return v, nil
}

// add adds a number or the elements of a set to what is there.
func add(old, v value.Value) (value.Value, error) {
	switch {
	case old.IsZero():
		return v, nil
	case old.Kind() != v.Kind():
		return value.Value{}, errOperandType
	case v.Kind() == value.N:
		return value.Add(old, v)
	}
	return value.Union(old, v), nil
}

// subtract takes the elements of a set away from what is there.
func subtract(old, v value.Value) (value.Value, error) {
	switch {
	case old.IsZero():
		return value.Value{}, nil
	case old.Kind() != v.Kind():
		return value.Value{}, errOperandType
	}
	return value.Difference(old, v), nil
}

// edits returns the changes to a map's entries that leave results at the tree's paths, which must all apply.
func (t *tree) edits(it value.Item, results []value.Value) []value.Attr {
	edits := make([]value.Attr, len(t.names))
	for i, b := range t.names {
		edits[i] = value.Attr{Name: b.name, Value: b.replace(it.Get(b.name), results)}
	}
	return edits
}

// replace returns what becomes of v, the value that t's paths lead into.
func (t *tree) replace(v value.Value, results []value.Value) value.Value {
	switch {
	case t.leaf >= 0:
		return results[t.leaf]
	case len(t.names) > 0:
		it := v.Item()
		return value.Map(it.Edit(t.edits(it, results)))
	}
	edits := make([]value.ListEdit, len(t.indexes))
	for i, b := range t.indexes {
		edits[i] = value.ListEdit{Index: b.index, Value: b.replace(v.Index(b.index), results)}
	}
	return v.EditList(edits)
}
