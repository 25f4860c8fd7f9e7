package dynlocal

import (
	"bytes"
	"io"
	"net/http"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// HTTPClient gives a client like [DB.Client] whose calls go the whole way of the wire, short of a socket: they are
// serialised, signed, and read from the bytes of a response. It is slower; use it to test what depends on these.
func (db *DB) HTTPClient(opts ...func(*dynamodb.Options)) *dynamodb.Client {
	base := baseOptions()
	base.HTTPClient = &http.Client{Transport: db.Transport()}
	return dynamodb.New(base, opts...)
}

// Transport gives the transport of an [http.Client] whose requests db answers as [DB.Handler] would, whatever host they
// are for: for clients of other services and SDKs.
func (db *DB) Transport() http.RoundTripper { return roundTripper{db} }

type roundTripper struct{ db *DB }

// RoundTrip implements [http.RoundTripper].
func (rt roundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	a, err := rt.db.serve(r)
	if err != nil {
		return nil, err
	}
	body := a.body
	if r.Method == http.MethodHead {
		body = nil
	}
	return &http.Response{
		Status:     strconv.Itoa(a.status) + " " + http.StatusText(a.status),
		StatusCode: a.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        a.header,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       r,
	}, nil
}
