// Command hello is the smallest program with dyn: one entity, on a DynamoDB
// that runs in the process.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// A Task is found by its list and id, or by its list and state.
type Task struct {
	_ struct{} `dyn:"entity=task"`
	_ struct{} `dyn:"pk,template=LIST#$<List>"`
	_ struct{} `dyn:"sk,template=TASK#$<ID>"`
	_ struct{} `dyn:"pk,index=gsi1,name=byState,template=LIST#$<List>#$<State>"`
	_ struct{} `dyn:"sk,index=gsi1,template=TASK#$<ID>"`

	List  string `dynamodbav:"list"`
	ID    string `dynamodbav:"id"`
	Title string `dynamodbav:"title" dyn:"required"`
	State string `dynamodbav:"state" dyn:"default=open,enum=open|done"`
}

var taskF = dyn.Fields[Task]() // names attributes: &taskF.State

type Store struct {
	Tasks   *dyn.Entity[Task]
	ByState *dyn.Index[Task] `dyn:"byState"`
}

func main() {
	ctx := context.Background()
	client := dynlocal.New().Client() // against AWS: dynamodb.NewFromConfig(cfg)

	var store Store
	svc, err := dyn.NewService(client, dyn.Table{Name: "app"})
	check(err)
	check(dyn.Bind(svc, &store))
	check(svc.EnsureTable(ctx))

	_, err = store.Tasks.Create(ctx, Task{List: "home", ID: "1", Title: "Water the plants"})
	check(err)
	_, err = store.Tasks.Create(ctx, Task{List: "home", ID: "2", Title: "Feed the cat"})
	check(err)
	_, err = store.Tasks.Update(ctx, Task{List: "home", ID: "2"}, dyn.Set(&taskF.State, "done"))
	check(err)

	open := store.ByState.Query(dyn.Eq(&taskF.List, "home"), dyn.Eq(&taskF.State, "open"))
	for task, err := range open.All(ctx) {
		check(err)
		fmt.Println(task.ID, task.Title)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
