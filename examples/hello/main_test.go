package main

import (
	"errors"
	"testing"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

func Example() {
	main()
	// Output: 1 Water the plants
}

func TestNoTaskTwice(t *testing.T) {
	t.Parallel()
	svc, err := dyn.NewService(dynlocal.Start(t).Client(), dyn.Table{Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var store Store
	if err := errors.Join(dyn.Bind(svc, &store), svc.EnsureTable(t.Context())); err != nil {
		t.Fatal(err)
	}
	task := Task{List: "home", ID: "1", Title: "Water the plants"}
	if _, err := store.Tasks.Create(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	var exists *dyn.ConditionError
	if _, err := store.Tasks.Create(t.Context(), task); !errors.As(err, &exists) {
		t.Errorf("the second create: %v", err)
	}
}
