package dyn_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn"
)

// TestLogger logs what is done and no value of what it is done to.
func TestLogger(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	h := slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "took" {
			return slog.Attr{}
		}
		return a
	}})
	svc := newService(t, dyn.WithLogger(slog.New(h)))
	notes := entityOf[Note](t, svc)
	ensure(t, svc)
	secret := Note{NoteID: "secret-id", Tenant: "secret-tenant", Topic: "secret-topic", Text: "secret-text"}
	put(t, notes, secret)
	if _, err := notes.Create(t.Context(), secret); err == nil {
		t.Fatal("created twice")
	}
	ctx, _ := dyn.SumCapacity(t.Context())
	if _, err := notes.Index("byTopic").Query(dyn.Eq(&noteF.Topic, "secret-topic")).Collect(ctx); err != nil {
		t.Fatal(err)
	}
	want := `level=DEBUG msg=dynamodb op="put note" api=PutItem table=app
level=WARN msg=dynamodb op="create note" api=PutItem table=app error=ConditionalCheckFailedException
level=DEBUG msg=dynamodb op="query note.byTopic" api=Query table=app index=gsi2 units=0.5
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if strings.Contains(out.String(), "secret") {
		t.Error("the log shows data")
	}
}
