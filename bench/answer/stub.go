package answer

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Stub answers from a script at once, in process.
type Stub struct{ replies map[string]reply }

type reply struct {
	header http.Header
	body   []byte
}

// NewStub returns a stub without a script.
func NewStub() *Stub { return &Stub{} }

// Play makes s answer from a script. No request may be under way.
func (s *Stub) Play(script Script) error {
	s.replies = make(map[string]reply, len(script))
	for op, body := range script {
		s.replies[op] = reply{headers(body), body}
	}
	return nil
}

// Client returns a client that s answers.
func (s *Stub) Client() *dynamodb.Client { return newClient(s, nil) }

// Close implements io.Closer.
func (s *Stub) Close() error { return nil }

// RoundTrip implements http.RoundTripper.
func (s *Stub) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	a, ok := s.replies[operation(r.Header)]
	if !ok {
		return nil, errors.New("nothing in the script for " + operation(r.Header))
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.header,
		Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}
