package dyn_test

import (
	"context"
	"fmt"
	"log"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// A whole program: it creates two tasks, finishes one, and lists the open ones.
func Example() {
	// Found by list and id, or by list and state.
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
	taskF := dyn.Fields[Task]() // names attributes: &taskF.State
	var store struct {
		Tasks   *dyn.Entity[Task]
		ByState *dyn.Index[Task] `dyn:"byState"`
	}

	ctx := context.Background()
	client := dynlocal.New().Client() // against AWS: dynamodb.NewFromConfig(cfg)
	svc, err := dyn.NewService(client, dyn.Table{Name: "app"})
	if err != nil {
		log.Fatal(err)
	}
	if err := dyn.Bind(svc, &store); err != nil {
		log.Fatal(err)
	}
	if err := svc.EnsureTable(ctx); err != nil {
		log.Fatal(err)
	}

	for i, title := range []string{"Water the plants", "Feed the cat"} {
		_, err := store.Tasks.Create(ctx, Task{List: "home", ID: fmt.Sprint(i + 1), Title: title})
		if err != nil {
			log.Fatal(err)
		}
	}
	if _, err := store.Tasks.Update(ctx, Task{List: "home", ID: "2"}, dyn.Set(&taskF.State, "done")); err != nil {
		log.Fatal(err)
	}
	for task, err := range store.ByState.Query(dyn.Eq(&taskF.List, "home"), dyn.Eq(&taskF.State, "open")).All(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(task.ID, task.Title)
	}
	// Output: 1 Water the plants
}
