package lean

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn/internal/body"
)

// TestEarlyAnswers has a server that answers before it reads a request's body, which it does when the call is over. Calls that wipe and use their memory
// again as soon as they may must not change what the server gets to read later.
func TestEarlyAnswers(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{}, 100)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { answerEarly(t, conn, over) })
		}
	})
	o := options(nil)
	o.BaseEndpoint = new(string)
	*o.BaseEndpoint = "http://" + ln.Addr().String()
	transport := new(http.Transport)
	o.HTTPClient = &http.Client{Transport: transport}
	c := direct(t, dynamodb.New(o))
	for i := range 5 {
		for _, size := range []int{100, body.Small, body.Small + 1, 100_000, 2 << 20} {
			raw := bytes.Repeat([]byte{byte('a' + i)}, size)
			md, err := c.Do(context.Background(), Call{Op: "PutItem", Body: raw, Decode: wellFormed})
			if err != nil {
				t.Fatal(err)
			}
			if md.Free {
				for k := range raw {
					raw[k] = '!'
				}
			}
			over <- struct{}{}
			if size <= body.Small && !md.Free {
				t.Errorf("a body of %d bytes is held", size)
			}
		}
	}
	transport.CloseIdleConnections()
	_ = ln.Close()
	serving.Wait()
}

// answerEarly answers each request of a connection before it reads the body, in which all bytes must be the same.
func answerEarly(t *testing.T, conn net.Conn, over <-chan struct{}) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"); err != nil {
			return
		}
		<-over
		got, _ := io.ReadAll(r.Body) // of a connection that the transport gives up, less than all
		if len(got) > 0 && strings.Trim(string(got), string(got[:1])) != "" || bytes.ContainsRune(got, '!') {
			t.Errorf("%d bytes of a request are those of another", len(got))
		}
	}
}

// TestHeldBody has a transport that answers without having read the body, and reads it later.
func TestHeldBody(t *testing.T) {
	t.Parallel()
	var held []io.ReadCloser
	s := &stubFunc{func(r *http.Request) (*http.Response, error) {
		held = append(held, r.Body)
		return answer(200, "{}")(r)
	}}
	o := options(nil)
	o.HTTPClient = s
	c := direct(t, dynamodb.New(o))
	for i, size := range []int{10, body.Small, body.Small + 1} {
		raw := bytes.Repeat([]byte("x"), size)
		md, err := c.Do(context.Background(), Call{Op: "PutItem", Body: raw, Decode: wellFormed})
		if err != nil || md.Free != (size <= body.Small) {
			t.Errorf("%d bytes: %+v, %v", size, md, err)
		}
		if md.Free {
			clear(raw)
		}
		if got, err := io.ReadAll(held[i]); err != nil || strings.Trim(string(got), "x") != "" || len(got) != size {
			t.Errorf("%d bytes: got %d, %v", size, len(got), err)
		}
	}
}

type stubFunc struct {
	do func(*http.Request) (*http.Response, error)
}

func (s *stubFunc) Do(r *http.Request) (*http.Response, error) { return s.do(r) }
