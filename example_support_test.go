package dyn_test

import (
	"bytes"
	"context"
	"time"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

var ctx = context.Background()

// noon is when examples take place.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// open sets the handles of store, a pointer to a struct, on an empty table of a
// DynamoDB in process. The clock stands at noon.
func open(store any, opts ...dyn.ServiceOption) *dyn.Service {
	return openTable(dyn.Table{Name: "app"}, store, opts...)
}

func openTable(table dyn.Table, store any, opts ...dyn.ServiceOption) *dyn.Service {
	opts = append([]dyn.ServiceOption{dyn.WithClock(func() time.Time { return noon })}, opts...)
	svc, err := dyn.NewService(dynlocal.New().Client(), table, opts...)
	check(err)
	check(dyn.Bind(svc, store))
	check(svc.EnsureTable(ctx))
	return svc
}

// check ends the example when there is an error.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

// fixedRandom gives examples ids that do not change.
func fixedRandom() dyn.ServiceOption {
	return dyn.WithRandom(bytes.NewReader(bytes.Repeat([]byte{0x5e, 0xed}, 1024)))
}
