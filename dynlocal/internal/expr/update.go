package expr

import "github.com/dyntable/dyn/dynlocal/internal/value"

// Update is a compiled update, safe for concurrent use.
type Update struct{}

// ParseUpdate compiles an UpdateExpression.
func ParseUpdate(src string, env *Env) (*Update, error) { panic("todo") }

// Apply returns the updated item. All operands are read from item as it was before the update.
func (u *Update) Apply(item value.Item) (value.Item, error) { panic("todo") }

// TopNames returns the top-level attributes that the update writes, each once, in the order written.
func (u *Update) TopNames() []string { panic("todo") }

// Touched returns the parts of item at the paths that the update writes: what ReturnValues UPDATED_OLD gives of the item
// before, and UPDATED_NEW of the item after.
func (u *Update) Touched(item value.Item) value.Item { panic("todo") }
