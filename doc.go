// Package dyn is single-table design for Amazon DynamoDB: a struct and its tags
// are the whole model, and keys, indexes, codecs, expressions and the table's
// definition are compiled from it once, at start-up. Attributes are named by
// pointers, so that the compiler checks names and types; what a program gets
// wrong beyond that is an error before anything is sent.
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//
//		"github.com/dyntable/dyn"
//		"github.com/dyntable/dyn/dynlocal"
//	)
//
//	// A Task is found by its list and id, or by its list and state.
//	type Task struct {
//		_ struct{} `dyn:"entity=task"`
//		_ struct{} `dyn:"pk,template=LIST#$<List>"`
//		_ struct{} `dyn:"sk,template=TASK#$<ID>"`
//		_ struct{} `dyn:"pk,index=gsi1,name=byState,template=LIST#$<List>#$<State>"`
//		_ struct{} `dyn:"sk,index=gsi1,template=TASK#$<ID>"`
//
//		List  string `dynamodbav:"list"`
//		ID    string `dynamodbav:"id"`
//		Title string `dynamodbav:"title" dyn:"required"`
//		State string `dynamodbav:"state" dyn:"default=open,enum=open|done"`
//	}
//
//	var taskF = dyn.Fields[Task]() // names attributes: &taskF.State
//
//	type Store struct {
//		Tasks   *dyn.Entity[Task]
//		ByState *dyn.Index[Task] `dyn:"byState"`
//	}
//
//	func main() {
//		ctx := context.Background()
//		client := dynlocal.New().Client() // against AWS: dynamodb.NewFromConfig(cfg)
//
//		var store Store
//		svc, err := dyn.NewService(client, dyn.Table{Name: "app"})
//		check(err)
//		check(dyn.Bind(svc, &store))
//		check(svc.EnsureTable(ctx))
//
//		_, err = store.Tasks.Create(ctx, Task{List: "home", ID: "1", Title: "Water the plants"})
//		check(err)
//		_, err = store.Tasks.Create(ctx, Task{List: "home", ID: "2", Title: "Feed the cat"})
//		check(err)
//		_, err = store.Tasks.Update(ctx, Task{List: "home", ID: "2"}, dyn.Set(&taskF.State, "done"))
//		check(err)
//
//		open := store.ByState.Query(dyn.Eq(&taskF.List, "home"), dyn.Eq(&taskF.State, "open"))
//		for task, err := range open.All(ctx) {
//			check(err)
//			fmt.Println(task.ID, task.Title)
//		}
//	}
//
//	func check(err error) {
//		if err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # Defining entities
//
// A row on a blank field declares the entity, or one key of the table (`pk`,
// `sk`) or of an index (`pk,index=gsi1`). Its template makes the key from the
// fields that it names: $<Field>, or with a format $<Field:06>, $<Field:2006-01>,
// $<Field:lower>. In place of a template, field=Name makes an attribute itself
// the key. The pk row of an index also has its options: name=, collection=,
// project=keys|all|Field+Field, when=Field:value|value.
//
// Names and encodings of attributes are those of `dynamodbav`, as the SDK's
// attributevalue reads them. Rules in `dyn` tags are required, readonly,
// default=, enum=a|b, created, updated, ttl, lock and generate=uuid7|ulid.
//
// [Bind] compiles the types of a program and makes its handles; [NewEntity]
// does it for one. Their [*SchemaError] holds every mistake. [Table] names the
// table and its key attributes; [Service.CreateTableInput] is its definition,
// [Service.EnsureTable] creates it, [Service.CheckTable] compares it. See the
// examples EnsureTable, InvertedIndex, LocalIndex, MultiAttributeKey, Adopt and
// RawTable.
//
// # Naming attributes
//
// [Fields] returns the prototype of a type, whose fields name attributes by
// their addresses in clauses and conditions: [Set](&taskF.State, "done").
// [At], [Entry] and [Sub] reach into lists and maps. See the example Nested.
//
// # Reading
//
// [Entity.Get] reads one item. [Entity.Query] and [Index.Query] describe many:
// [Query.Filter], [Query.Limit], [Query.Descending] refine them, [Query.All],
// [Query.Page], [Query.Collect], [Query.Count] and [Query.First] run them.
// [Entity.Find] picks the index, [Entity.Scan] reads the whole table. [Project]
// and [View] read some of the attributes. See the examples PageLoop, Find,
// Cursor and Projection.
//
// # Writing
//
// [Entity.Put], [Entity.Create], [Entity.Update], [Entity.Upsert],
// [Entity.Modify], [Entity.Delete] and [Entity.Remove] write one item now;
// [Put], [Create] and the other functions of the same names describe it. [If]
// adds conditions. Index keys follow what an update changes; where it can't
// know a key's other parts, [Expect] and [From] tell it. See the examples
// ConditionalUpdate, Patch, Expect, OptimisticLock and Idempotent.
//
// An item passes, in this order, on its way in: defaults, generated ids,
// timestamps, a method BeforeWrite(context.Context) error of the type, the
// rules of its tags and a method Validate() error, keys, encoding. On its way
// out: decoding, the check that it is one of the entity, a method
// AfterRead(context.Context) error. See the examples Validation, Generate and
// Ttl.
//
// # Collections
//
// Entities that share a partition of an index are a [Collection], read by one
// query into a struct with a field for each. See the example Collection.
//
// # Transactions and batches
//
// [Service.Transact] does the operations that [Put] and its like describe, all
// or none; [Service.BatchWrite] does any number of them one by one, and
// [Service.BatchGet] reads many. [Entity.Loader] joins concurrent reads.
// [Entity.Scope] limits a handle to a tenant. See the examples Transact, Batch,
// Loader and Sharding.
//
// # Speed
//
// With a plain *dynamodb.Client, items go between structs and the bytes on the
// wire directly; [WithDirect] also replaces the SDK's middleware stack.
// [Service.Explain] tells what a client has got, and why. See the example Speed.
//
// # Errors
//
// [ErrNotFound], [*ConditionError], [*ValidationError], [*VersionError],
// [*SchemaError] and [ErrCursor] are what callers branch on, and after many
// writes at once [*TransactionError] and [*BatchError]. Each wraps the SDK's
// error, if there is one. See the example Errors. Package dynhttp answers HTTP
// requests with what they mean.
//
// # Testing
//
// Package [github.com/dyntable/dyn/dynlocal] is a DynamoDB in process, whose
// Client is the SDK's own. [WithClock] and [WithRandom] settle times and ids.
package dyn
