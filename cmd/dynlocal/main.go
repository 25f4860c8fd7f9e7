// Command dynlocal serves DynamoDB and DynamoDB Streams to any SDK and to the AWS CLI:
//
//	dynlocal -addr 127.0.0.1:8000 &
//	aws dynamodb list-tables --endpoint-url http://127.0.0.1:8000
//
// Any credentials will do; each access key id and region has tables of its own. With -seed, each of them begins with
// the tables and items of a file; see [dynlocal.DB.Seed] for its form. Items whose time to live has passed are deleted
// every minute.
//
// Everything is in memory and ends with the program, unless -dir names a directory to keep it in: then nothing that was
// acknowledged is lost, even if the program is killed. A power failure may cost the last second. If the log there is
// damaged, the program says where and does not start; with -repair it starts with what stands before, and keeps the
// damaged log beside the new one. See [dynlocal.Open].
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
	"strings"
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
			fmt.Fprintln(os.Stderr, "dynlocal:", strings.TrimPrefix(err.Error(), "dynlocal: "))
		}
		os.Exit(1)
	}
}

// expireEvery is how often expired items are deleted.
const expireEvery = time.Minute

// errUsage stands for mistakes in the arguments that have been reported.
var errUsage = errors.New("usage")

// run serves until the context ends. It reports to stderr where it listens.
func run(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("dynlocal", flag.ContinueOnError)
	flags.SetOutput(stderr)
	addr := flags.String("addr", "127.0.0.1:8000", "address to listen on")
	var from source
	flags.StringVar(&from.seed, "seed", "", "file of tables and items to begin with")
	flags.StringVar(&from.dir, "dir", "", "directory to keep the tables in; without it they are in memory only")
	flags.BoolVar(&from.repair, "repair", false, "if the log in the directory is damaged, go on with what stands before")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return errUsage
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	db, err := from.open(stderr)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	_, _ = fmt.Fprintf(stderr, "dynlocal: listening on http://%s\n", listener.Addr())
	go expire(ctx, db, stderr)
	return errors.Join(serve(ctx, listener, db.Handler()), db.Close())
}

// source is where the tables come from.
type source struct {
	seed, dir string
	repair    bool
}

// open makes the database.
func (s source) open(stderr io.Writer) (*dynlocal.DB, error) {
	db, err := s.openDir(stderr)
	if err != nil || s.seed == "" {
		return db, err
	}
	f, err := os.Open(s.seed)
	if err == nil {
		defer func() { _ = f.Close() }()
		if err = db.Seed(f); err != nil {
			err = fmt.Errorf("%s: %w", s.seed, err)
		}
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// openDir makes the database without a seed.
func (s source) openDir(stderr io.Writer) (*dynlocal.DB, error) {
	if s.dir == "" {
		return dynlocal.New(), nil
	}
	db, err := dynlocal.Open(s.dir)
	if err == nil {
		return db, nil
	}
	damage := (*dynlocal.DamageError)(nil)
	if !errors.As(err, &damage) {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	if !s.repair {
		return nil, fmt.Errorf("%w; to go on with what stands before, use -repair", err)
	}
	if damage, err = dynlocal.Repair(s.dir); err != nil {
		return nil, err
	}
	_, _ = fmt.Fprintln(stderr, "repaired:", damage)
	return dynlocal.Open(s.dir)
}

// expire deletes expired items until the context ends.
func expire(ctx context.Context, db *dynlocal.DB, stderr io.Writer) {
	tick := time.NewTicker(expireEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := db.Expire(); err != nil {
				_, _ = fmt.Fprintln(stderr, err)
			}
		}
	}
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
