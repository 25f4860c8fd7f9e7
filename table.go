package dyn

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Table is the physical table that a [Service] works on.
type Table struct {
	// Name of the table. Required.
	Name string

	// PK and SK name the table's key attributes for entities whose rows do not
	// name them. Default: "pk" and "sk".
	PK, SK string

	// Indexes names the key attributes of indexes. Default: the name of the
	// index followed by "pk" and "sk". An index that uses the table's own key
	// attributes the other way round is {PK: "sk", SK: "pk"}; its rows say
	// neither template nor field.
	Indexes map[string]IndexKeys

	// EntityAttr and VersionAttr name the attributes in which dyn keeps the
	// entity's name (S) and version (N). Default: "_entity" and "_version".
	EntityAttr, VersionAttr string

	// Adopt reads and replaces items without an entity attribute, written
	// before dyn was used, as those of the entity whose key templates fit.
	Adopt bool
}

// IndexKeys names the key attributes of an index.
type IndexKeys struct{ PK, SK string }

func (t Table) withDefaults() Table {
	t.PK, t.SK = cmp.Or(t.PK, "pk"), cmp.Or(t.SK, "sk")
	t.EntityAttr, t.VersionAttr = cmp.Or(t.EntityAttr, "_entity"), cmp.Or(t.VersionAttr, "_version")
	t.Indexes = maps.Clone(t.Indexes)
	return t
}

func (t Table) check() []error {
	var errs []error
	if t.Name == "" {
		errs = append(errs, fmt.Errorf("the table has no name"))
	}
	d := t.withDefaults()
	names := []string{d.PK, d.SK, d.EntityAttr, d.VersionAttr}
	slices.Sort(names)
	if len(slices.Compact(names)) < 4 {
		errs = append(errs, fmt.Errorf("PK, SK, EntityAttr and VersionAttr of table %q need four different names", t.Name))
	}
	return errs
}

// keyNames returns the names of the key attributes of an index, "" being the
// table itself.
func (t Table) keyNames(index string) IndexKeys {
	if index == "" {
		return IndexKeys{PK: t.PK, SK: t.SK}
	}
	named := t.Indexes[index]
	return IndexKeys{PK: cmp.Or(named.PK, index+"pk"), SK: cmp.Or(named.SK, index+"sk")}
}
