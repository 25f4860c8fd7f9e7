package dynhttp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynhttp"
	"github.com/dyntable/dyn/dynlocal"
)

type Guest struct {
	_ struct{} `dyn:"entity=guest"`
	_ struct{} `dyn:"pk,template=GUEST#$<Email>"`
	_ struct{} `dyn:"sk,template=GUEST"`

	Email string `dynamodbav:"email"`
	Name  string `dynamodbav:"name" dyn:"required"`
	Room  string `dynamodbav:"room" dyn:"enum=small|large"`
}

var guestF = dyn.Fields[Guest]()

// NewGuest is what a later program makes of a Guest.
type NewGuest struct {
	_ struct{} `dyn:"entity=guest,version=2"`
	_ struct{} `dyn:"pk,template=GUEST#$<Email>"`
	_ struct{} `dyn:"sk,template=GUEST"`

	Email string `dynamodbav:"email"`
}

// TestReal has the errors that a program meets.
func TestReal(t *testing.T) {
	t.Parallel()
	db := dynlocal.Start(t)
	svc, err := dyn.NewService(db.Client(), dyn.Table{Name: "hotel"})
	if err != nil {
		t.Fatal(err)
	}
	guests, err := dyn.NewEntity[Guest](svc)
	if err != nil {
		t.Fatal(err)
	}
	later, err := dyn.NewService(db.Client(), dyn.Table{Name: "hotel"})
	if err != nil {
		t.Fatal(err)
	}
	news, err := dyn.NewEntity[NewGuest](later)
	if err != nil {
		t.Fatal(err)
	}
	if err := svc.EnsureTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	ann, bob := Guest{Email: "ann@example.com", Name: "Ann", Room: "small"}, Guest{Email: "bob@example.com"}
	if _, err := guests.Put(t.Context(), ann); err != nil {
		t.Fatal(err)
	}
	if _, err := news.Put(t.Context(), NewGuest{Email: "new@example.com"}); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	of := func(_ any, err error) error { return err }
	small := dyn.If(dyn.Eq(&guestF.Room, "large"))
	tests := []struct {
		name    string
		err     error
		status  int
		message string
		again   bool
	}{
		{"missing", of(guests.Get(t.Context(), bob)), 404, "not found", false},
		{"missing on update", of(guests.Update(t.Context(), bob, dyn.Set(&guestF.Name, "Bob"))), 404, "not found", false},
		{"there already", of(guests.Create(t.Context(), ann)), 409, "what is stored does not allow this", false},
		{"a condition", guests.Delete(t.Context(), ann, small), 409, "what is stored does not allow this", false},
		{
			"invalid", of(guests.Put(t.Context(), Guest{Email: "x@example.com", Room: "huge"})),
			400, "Name is required\nRoom is \"huge\"; it must be one of small, large", false,
		},
		{"a cursor", of(guests.Query(dyn.Eq(&guestF.Email, "x")).After("nonsense").Page(t.Context())), 400, "the cursor does not belong to this query", false},
		{
			"a transaction", svc.Transact(t.Context(), dyn.Create(guests, ann), dyn.Update(guests, bob, dyn.Set(&guestF.Name, "Bob"))),
			409, "what is stored does not allow this", false,
		},
		{"missing in a transaction", svc.Transact(t.Context(), dyn.Update(guests, bob, dyn.Set(&guestF.Name, "Bob"))), 404, "not found", false},
		{"newer", of(guests.Get(t.Context(), Guest{Email: "new@example.com"})), 503, "not available; try again", true},
		{"ended", of(guests.Get(ended, ann)), 503, "not available; try again", true},
		{"ended in a batch", of(guests.BatchPut(ended, []Guest{ann})), 503, "not available; try again", true},
		{"a mistake", of(guests.Get(t.Context(), Guest{})), 500, "internal error", false},
		{"another's", errors.New("dial tcp 10.0.0.7: secret"), 500, "internal error", false},
		{"throttled", fmt.Errorf("read: %w", &types.ProvisionedThroughputExceededException{}), 429, "too many requests; try again", true},
		{"no table", &types.ResourceNotFoundException{}, 500, "internal error", false},
		{"busy", &types.TransactionConflictException{}, 409, "another request is changing the same; try again", true},
		{
			"busy transaction", &dyn.TransactionError{Reasons: []dyn.TransactionReason{{Code: "TransactionConflict", Err: errors.New("conflict")}}},
			409, "another request is changing the same; try again", true,
		},
		{
			"throttled transaction", &dyn.TransactionError{Reasons: []dyn.TransactionReason{{Code: "ThrottlingError", Err: errors.New("slow")}}},
			429, "too many requests; try again", true,
		},
	}
	for _, tt := range tests {
		if tt.err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		w := httptest.NewRecorder()
		dynhttp.Error(w, tt.err)
		message := strings.TrimSuffix(w.Body.String(), "\n")
		again := w.Header().Get("Retry-After") == "1"
		if w.Code != tt.status || message != tt.message || again != tt.again || dynhttp.Status(tt.err) != tt.status {
			t.Errorf("%s: %d %q, again %v for %v", tt.name, w.Code, message, again, tt.err)
		}
	}
	if s := dynhttp.Status(nil); s != http.StatusOK {
		t.Errorf("%d without an error", s)
	}
}

// TestDown has a server that is not there.
func TestDown(t *testing.T) {
	t.Parallel()
	db := dynlocal.Start(t)
	server := httptest.NewServer(db.Handler())
	server.Close()
	svc, err := dyn.NewService(clientOf(server.URL), dyn.Table{Name: "hotel"})
	if err != nil {
		t.Fatal(err)
	}
	guests, err := dyn.NewEntity[Guest](svc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = guests.Get(t.Context(), Guest{Email: "ann@example.com"}); dynhttp.Status(err) != http.StatusServiceUnavailable {
		t.Errorf("%d for %v", dynhttp.Status(err), err)
	}
}
