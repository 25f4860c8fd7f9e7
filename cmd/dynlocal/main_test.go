package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn/dynlocal"
)

const seed = `
{"Table": {"TableName": "cards", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}
{"Item": {"id": {"S": "1"}}}
`

// start runs the program and gives the address that it reports, and how to end it.
func start(t *testing.T, args ...string) (url string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), in) }()
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	url, ok := strings.CutPrefix(strings.TrimSpace(string(line[:n])), "dynlocal: listening on ")
	if !ok {
		t.Fatalf("reported %q", line[:n])
	}
	return url, func() error {
		cancel()
		return <-done
	}
}

func TestServes(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(file, []byte(seed), 0o600); err != nil {
		t.Fatal(err)
	}
	url, stop := start(t, "-seed", file)
	c := dynamodb.New(dynamodb.Options{
		Region: "eu-west-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("any", "x", ""),
	})
	out, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String("cards")})
	if err != nil || out.Count != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("still serving")
	}
}

// TestDirectory stops the program and starts it again.
func TestDirectory(t *testing.T) {
	t.Parallel()
	file, dir := filepath.Join(t.TempDir(), "seed.json"), t.TempDir()
	if err := os.WriteFile(file, []byte(seed), 0o600); err != nil {
		t.Fatal(err)
	}
	for n := range int32(3) {
		url, stop := start(t, "-seed", file, "-dir", dir)
		c := dynamodb.New(dynamodb.Options{
			Region: "eu-west-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("any", "x", ""),
		})
		if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: cards, Item: keyOf(fmt.Sprint("n", n))}); err != nil {
			t.Fatal(err)
		}
		if out, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: cards}); err != nil || out.Count != n+2 {
			t.Errorf("%+v, %v", out, err)
		}
		if err := run(t.Context(), []string{"-dir", dir}, io.Discard); err == nil || !strings.Contains(err.Error(), "in use by another process") {
			t.Errorf("a second process: %v", err)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
	log := filepath.Join(dir, "log")
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	if err := os.WriteFile(log, data, 0o600); err != nil {
		t.Fatal(err)
	}
	err = run(t.Context(), []string{"-dir", dir}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "damaged at byte") || !strings.Contains(err.Error(), "use -repair") {
		t.Errorf("damaged: %v", err)
	}
	repaired, err := source{dir: dir, repair: true}.open(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := repaired.Close(); err != nil {
		t.Error(err)
	}
	if kept, err := filepath.Glob(log + ".damaged-*"); len(kept) != 1 {
		t.Error(kept, err)
	}
}

// TestEndsRequestsUnderWay stops the server while it answers, which it does before it ends.
func TestEndsRequestsUnderWay(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	db := dynlocal.New(dynlocal.WithSleep(func(context.Context, time.Duration) error {
		close(entered)
		<-leave
		return nil
	}))
	db.Fault(dynlocal.Latency(time.Hour))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- serve(ctx, listener, db.Handler()) }()
	answered := make(chan error, 1)
	go func() {
		_, err := db.HTTPClient(func(o *dynamodb.Options) {
			o.BaseEndpoint, o.HTTPClient = aws.String("http://"+listener.Addr().String()), http.DefaultClient
		}).ListTables(t.Context(), &dynamodb.ListTablesInput{})
		answered <- err
	}()
	<-entered
	cancel()
	close(leave)
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(bad, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		args []string
		want string
	}{
		"help":         {[]string{"-h"}, ""},
		"unknown flag": {[]string{"-x"}, "usage"},
		"argument":     {[]string{"x"}, `unexpected argument "x"`},
		"no seed":      {[]string{"-seed", "none.json"}, "open none.json: no such file or directory"},
		"bad seed":     {[]string{"-seed", bad}, bad + `: dynlocal: seed: object 1: neither "Table", nor "Item" after a table`},
		"no directory": {[]string{"-dir", bad}, "dynlocal: open: mkdir " + bad + ": not a directory"},
		"bad address":  {[]string{"-addr", "nowhere"}, "listen tcp: address nowhere: missing port in address"},
	}
	for name, tt := range tests {
		got := ""
		if err := run(t.Context(), tt.args, &bytes.Buffer{}); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: got %s\nwant %s", name, got, tt.want)
		}
	}
}
