package dyn

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The verbs take options by these interfaces, so that one which does not fit a
// verb does not compile.
type (
	// PutOption is an option of [Entity.Put].
	PutOption interface{ put(*call) }
	// CreateOption is an option of [Entity.Create].
	CreateOption interface{ create(*call) }
	// DeleteOption is an option of [Entity.Delete] and [Entity.Remove].
	DeleteOption interface{ del(*call) }
	// GetOption is an option of [Entity.Get] and of every other read by key.
	GetOption interface {
		BatchGetOption
		FetchItem
		get(*call)
	}
	// WriteOption is an option of every write.
	WriteOption interface {
		Clause
		PutOption
		CreateOption
		DeleteOption
	}
	// Option is an option of every operation.
	Option interface {
		WriteOption
		GetOption
		BatchOption
		TransactItem
	}
)

// call collects the options of one operation.
type call struct {
	actions    []*action
	patches    []reflect.Value
	from       []reflect.Value
	conds      []Cond
	idempotent bool
	consistent bool
	old        any // *T: where the replaced item goes
	stored     any // *T: where the written item goes
	capacity   *capacityTotal
}

// plainCall is a call of a read without options. Nothing writes to it.
var plainCall call

// destinations refuses places for items that are no *t.
func (c *call) destinations(t reflect.Type) error {
	for _, d := range []struct {
		option string
		dst    any
	}{{"Old", c.old}, {"Stored", c.stored}} {
		if d.dst == nil {
			continue
		}
		v := reflect.ValueOf(d.dst)
		switch {
		case v.Type().Elem() != t:
			return fmt.Errorf("%s takes a *%s here, not a %T", d.option, t, d.dst)
		case v.IsNil():
			return fmt.Errorf("%s has no place for the item", d.option)
		}
	}
	return nil
}

type writeOption func(*call)

func (o writeOption) clause(c *call) { o(c) }
func (o writeOption) put(c *call)    { o(c) }
func (o writeOption) create(c *call) { o(c) }
func (o writeOption) del(c *call)    { o(c) }

type anyOption struct{ writeOption }

func (o anyOption) get(c *call)                 { o.writeOption(c) }
func (o anyOption) batchItem(c *batchCall)      { o.writeOption(&c.call) }
func (o anyOption) batchGet(c *batchCall)       { o.writeOption(&c.call) }
func (o anyOption) fetchItem(c *fetches)        { o.writeOption(&c.call) }
func (o anyOption) transactItem(t *transaction) { o.writeOption(&t.call) }

type getOption func(*call)

func (o getOption) get(c *call)           { o(c) }
func (o getOption) batchGet(c *batchCall) { o(&c.call) }
func (o getOption) fetchItem(c *fetches)  { o(&c.call) }

// If makes a write depend on conditions on the item found, all of which must
// be true. The error is [ErrNotFound] when there is no item, else a
// [*ConditionError] that has it.
func If(conds ...Cond) WriteOption {
	own := slices.Clone(conds)
	return writeOption(func(c *call) {
		if c.conds == nil {
			c.conds = slices.Clip(own) // which nothing changes
		} else {
			c.conds = append(c.conds, own...)
		}
	})
}

// Idempotent makes a write happen at most once, however often the SDK sends it:
// it goes as a transaction of one operation with a token, which costs twice the
// capacity. Without it, a Create whose answer was lost meets its own item in
// the next attempt and fails, and an Add counts twice.
func Idempotent() WriteOption {
	return writeOption(func(c *call) { c.idempotent = true })
}

// Old puts the item that the write replaced or removed into dst, the zero value
// when there was none. It can't be combined with [Idempotent]: transactions do
// not return items. An update returns the new item; what was there before is
// known to [Entity.Modify].
func Old[T any](dst *T) interface {
	PutOption
	DeleteOption
} {
	return writeOption(func(c *call) { c.old = dst })
}

// Stored puts the item as it was written, with defaults, ids and timestamps,
// into dst once the write has succeeded. It is for operations described with
// [Put] and [Create]; the methods of [Entity] return the item.
func Stored[T any](dst *T) interface {
	PutOption
	CreateOption
} {
	return writeOption(func(c *call) { c.stored = dst })
}

// Consistent makes a read strongly consistent, at twice the capacity.
func Consistent() GetOption { return getOption(func(c *call) { c.consistent = true }) }

// Capacity adds the capacity that the operation consumed to dst, over all the
// requests it took.
func Capacity(dst *types.ConsumedCapacity) Option {
	return anyOption{func(c *call) { c.capacity = &capacityTotal{dst: dst} }}
}
