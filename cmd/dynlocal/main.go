// Command dynlocal serves DynamoDB and DynamoDB Streams from memory, to any SDK and to the AWS CLI:
//
//	dynlocal -addr 127.0.0.1:8000 &
//	aws dynamodb list-tables --endpoint-url http://127.0.0.1:8000
//
// Any credentials will do; each access key id and region has tables of its own. With -seed, each of them begins with
// the tables and items of a file; see [dynlocal.DB.Seed] for its form.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/dyntable/dyn/dynlocal"
)

// stopTimeout is how long requests under way may take to end once the program is told to.
const stopTimeout = 5 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stderr); err != nil {
		if !errors.Is(err, errUsage) {
			fmt.Fprintln(os.Stderr, "dynlocal:", err)
		}
		os.Exit(1)
	}
}

// errUsage stands for mistakes in the arguments that have been reported.
var errUsage = errors.New("usage")

// run serves until the context ends. It reports to stderr where it listens.
func run(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("dynlocal", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8000", "address to listen on")
	seed := flags.String("seed", "", "file of tables and items to begin with")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return errUsage
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	db, err := open(*seed)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(stderr, "dynlocal: listening on http://%s\n", listener.Addr())
	return serve(ctx, listener, db.Handler())
}

// open makes the database.
func open(seed string) (*dynlocal.DB, error) {
	db := dynlocal.New()
	if seed == "" {
		return db, nil
	}
	f, err := os.Open(seed)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if err := db.Seed(f); err != nil {
		return nil, fmt.Errorf("%s: %w", seed, err)
	}
	return db, nil
}

// serve answers requests until the context ends, and then those that are under way.
func serve(ctx context.Context, listener net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return server.Shutdown(ending)
}
