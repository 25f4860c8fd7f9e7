// Command quickstart is a tour of dyn: two entities in one table, every verb,
// and queries. It runs on an in-process DynamoDB, and with
//
//	go run ./examples/quickstart -endpoint http://localhost:8000
//
// on DynamoDB Local, where it prints the same.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn"
	"github.com/dyntable/dyn/dynlocal"
)

func main() {
	log.SetFlags(0)
	endpoint := flag.String("endpoint", "", "`URL` of a DynamoDB Local to use; default: in process")
	flag.Parse()
	if err := run(context.Background(), newClient(*endpoint), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// newClient returns a client of an empty database. DynamoDB Local keeps one for
// each access key.
func newClient(endpoint string) *dynamodb.Client {
	if endpoint == "" {
		return dynlocal.New().Client()
	}
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("Q"+rand.Text(), "secret", ""),
	})
}

// tour is the program with what its steps share.
type tour struct {
	store Store
	now   time.Time // what the clock shows; fixed, so that every run prints the same
	out   io.Writer
}

func run(ctx context.Context, client *dynamodb.Client, out io.Writer) error {
	t := &tour{now: time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC), out: out}
	svc, err := dyn.NewService(client, dyn.Table{Name: "app"}, dyn.WithClock(func() time.Time { return t.now }))
	if err != nil {
		return err
	}
	if err := dyn.Bind(svc, &t.store); err != nil {
		return err
	}
	if err := svc.EnsureTable(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{t.write, t.change, t.count, t.query, t.pages, t.remove} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (t *tour) printf(format string, args ...any) { fmt.Fprintf(t.out, format+"\n", args...) }

func (t *tour) heading(text string) { t.printf("%s", text) }

func (t *tour) card(label string, c Card) {
	t.printf("  %-12s %s by %s, %s, %d likes, tags %v, created %s", label, c.CardID, c.UserID, c.Status, c.Likes, c.Tags, c.CreatedAt.Format("15:04"))
}
