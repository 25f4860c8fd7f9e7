package dyn_test

import (
	"cmp"
	"crypto/rand"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

// tier is how items travel in the tests, see [dyn.Service.Explain]: 1, or what
// DYN_TIER says. It is asked for while tests run, so that a result that go test
// keeps is that of the tier.
func tier() string { return cmp.Or(os.Getenv("DYN_TIER"), "1") }

// localClient returns a client of db: one that takes the tier of the tests.
func localClient(db *dynlocal.DB, opts ...func(*dynamodb.Options)) *dynamodb.Client {
	if tier() == "0" {
		return db.Client(opts...)
	}
	return db.HTTPClient(opts...)
}

// newClient returns a client of an empty database: dynlocal's, or with
// DYN_ENDPOINT that of the engine there, where every access key has a database
// of its own.
func newClient(t testing.TB, opts ...func(*dynamodb.Options)) *dynamodb.Client {
	t.Helper()
	endpoint := os.Getenv("DYN_ENDPOINT")
	if endpoint == "" {
		return localClient(dynlocal.Start(t), opts...)
	}
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("T"+rand.Text(), "secret", ""),
	}, opts...)
}

// newService returns a service on an empty table "app" without entities; call
// ensure once they are registered.
func newService(t testing.TB, opts ...dyn.ServiceOption) *dyn.Service {
	t.Helper()
	return serviceOn(t, newClient(t), dyn.Table{Name: "app"}, opts...)
}

func serviceOn(t testing.TB, c dyn.Client, table dyn.Table, opts ...dyn.ServiceOption) *dyn.Service {
	t.Helper()
	switch tier() {
	case "0":
		c = struct{ dyn.Client }{c}
	case "2":
		opts = append(opts, dyn.WithDirect())
	}
	svc, err := dyn.NewService(c, table, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// ensure creates the table of a service.
func ensure(t testing.TB, svc *dyn.Service) {
	t.Helper()
	if err := svc.EnsureTable(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// entityOf registers T.
func entityOf[T any](t testing.TB, svc *dyn.Service) *dyn.Entity[T] {
	t.Helper()
	e, err := dyn.NewEntity[T](svc)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// day is when tests take place.
var day = time.Date(2026, 3, 4, 5, 6, 7, 890_000_000, time.UTC)

func fixedClock() dyn.ServiceOption { return dyn.WithClock(func() time.Time { return day }) }

// zeros is a source of random bytes that are not.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type Status string

const (
	Draft     Status = "draft"
	Published Status = "published"
)

// Card is the entity of most tests.
type Card struct {
	_ struct{} `dyn:"entity=card,version=1"`
	_ struct{} `dyn:"pk,template=CARD#$<CardID>"`
	_ struct{} `dyn:"sk,template=META"`
	_ struct{} `dyn:"pk,index=gsi1,name=byUser,template=USER#$<UserID>,collection=activity"`
	_ struct{} `dyn:"sk,index=gsi1,template=CARD#$<CreatedAt>#$<CardID>"`

	CardID    string         `dynamodbav:"cardId"`
	UserID    string         `dynamodbav:"userId"    dyn:"required"`
	Status    Status         `dynamodbav:"status"    dyn:"default=draft,enum=draft|published"`
	Likes     int            `dynamodbav:"likes"`
	Tags      []string       `dynamodbav:"tags,stringset"`
	Nick      *string        `dynamodbav:"nick"`
	Author    Author         `dynamodbav:"author"`
	Items     []Item         `dynamodbav:"items"`
	Scores    map[string]int `dynamodbav:"scores"`
	CreatedAt time.Time      `dynamodbav:"createdAt" dyn:"created"`
	UpdatedAt time.Time      `dynamodbav:"updatedAt" dyn:"updated"`
}

type Author struct {
	Name string `dynamodbav:"name"`
	City string `dynamodbav:"city"`
}

type Item struct {
	Name string `dynamodbav:"name"`
	Qty  int    `dynamodbav:"qty"`
}

var cardF = dyn.Fields[Card]()

// live reports whether the tests run on an engine that is not in process, where
// random tests do with fewer steps.
func live() bool { return os.Getenv("DYN_ENDPOINT") != "" }
