package dyn

import (
	"context"
	"errors"
	"reflect"
	"slices"
)

// Op is a write described but not done: what the package functions [Put],
// [Create], [Update], [Upsert], [Delete], [Remove] and [Check] return. Its
// time, ids and tokens are settled when it is described. Mistakes in it are
// reported by what runs it.
type Op struct {
	w   *write
	err error
}

// Input returns the request that the operation makes: a *dynamodb.PutItemInput,
// *dynamodb.UpdateItemInput, *dynamodb.DeleteItemInput or *types.ConditionCheck.
// It needs no client. BeforeWrite hooks run, on a copy of the item.
func (o Op) Input() (any, error) {
	if o.w == nil {
		if o.err == nil {
			return nil, errNoOp
		}
		return nil, o.err
	}
	r := request{shown: true}
	if err := r.build(context.Background(), o.w); err != nil {
		return nil, o.w.fail(err)
	}
	return r.input(), nil
}

var errNoOp = errors.New("dyn: an Op is made by Put, Create, Update, Upsert, Delete, Remove or Check")

// op describes a write of item, which is the operation's own from now on.
func (e *entity) op(v verb, item reflect.Value, c call) Op {
	w, err := e.describe(v, item, c)
	if err != nil {
		return Op{err: opError(e.ops[v], err)}
	}
	return Op{w: w}
}

// revise is op for a write by clauses, which have their place in it.
func (e *entity) revise(v verb, item reflect.Value, clauses []Clause) Op {
	w := &write{e: e, verb: v, now: e.svc.clock(), given: item, item: e.taken(v, item)}
	w.call.take(clauses)
	err := w.call.destinations(e.m.typ)
	if err == nil {
		err = w.settle(w.item)
	}
	if err != nil {
		return Op{err: opError(e.ops[v], err)}
	}
	return Op{w: w}
}

// callOf returns what options say.
func callOf[O any](opts []O, apply func(O, *call)) call {
	if len(opts) == 0 {
		return call{} // without one on the heap
	}
	c := new(call)
	for _, o := range opts {
		apply(o, c)
	}
	return *c
}

// Put describes an [Entity.Put].
func Put[T any](e *Entity[T], item T, opts ...PutOption) Op {
	return e.e.op(verbPut, reflect.ValueOf(&item).Elem(), callOf(opts, PutOption.put))
}

// Create describes an [Entity.Create].
func Create[T any](e *Entity[T], item T, opts ...CreateOption) Op {
	return e.e.op(verbCreate, reflect.ValueOf(&item).Elem(), callOf(opts, CreateOption.create))
}

// Update describes an [Entity.Update].
func Update[T any](e *Entity[T], key T, clauses ...Clause) Op {
	return e.e.revise(verbUpdate, reflect.ValueOf(&key).Elem(), clauses)
}

// Upsert describes an [Entity.Upsert].
func Upsert[T any](e *Entity[T], item T, clauses ...Clause) Op {
	return e.e.revise(verbUpsert, reflect.ValueOf(&item).Elem(), clauses)
}

// Delete describes an [Entity.Delete].
func Delete[T any](e *Entity[T], key T, opts ...DeleteOption) Op {
	return describeDelete(e, verbDelete, key, opts)
}

// Remove describes an [Entity.Remove].
func Remove[T any](e *Entity[T], key T, opts ...DeleteOption) Op {
	return describeDelete(e, verbRemove, key, opts)
}

func describeDelete[T any](e *Entity[T], v verb, key T, opts []DeleteOption) Op {
	return e.e.op(v, reflect.ValueOf(&key).Elem(), callOf(opts, DeleteOption.del))
}

// Check describes a part of a transaction that changes nothing, but makes all
// of it depend on conditions on the item with the key. An item of another
// entity never meets them; a missing one may: use [Exists] to demand it.
func Check[T any](e *Entity[T], key T, conds ...Cond) Op {
	if len(conds) == 0 {
		return Op{err: opError("check "+e.e.name, errors.New("there is no condition to check"))}
	}
	return e.e.op(verbCheck, reflect.ValueOf(&key).Elem(), call{conds: slices.Clone(conds)})
}
