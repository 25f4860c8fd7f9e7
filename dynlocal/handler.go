package dynlocal

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/dynlocal/internal/jsonscan"
	"github.com/dyntable/dyn/dynlocal/internal/wire"
)

// maxRequestSize is the service's limit on the body of a request, in bytes.
const maxRequestSize = 16 << 20

// The prefixes of x-amz-target by which the two services are told apart.
const (
	targetTables  = "DynamoDB_20120810"
	targetStreams = "DynamoDBStreams_20120810"
)

// streamOperations are the operations of the second service.
var streamOperations = map[string]bool{
	"DescribeStream": true, "GetRecords": true, "GetShardIterator": true, "ListStreams": true,
}

// Handler serves db over HTTP, as DynamoDB and as DynamoDB Streams, to any SDK of any language.
//
// Access key id and region of a request's credentials choose the set of tables. Signatures have to be there but are not
// verified. A GET answers as the service's health check does.
func (db *DB) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, err := db.serve(r)
		if err != nil {
			panic(http.ErrAbortHandler) // the way to break the connection
		}
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body) // the client may be gone
	})
}

// serve answers one HTTP request. Its error stands for a broken connection.
func (db *DB) serve(r *http.Request) (*answer, error) {
	body, err := readBody(r)
	if err != nil {
		return newAnswer(statusOfRead(err), nil), nil
	}
	requestID := db.requestID()
	a, err := db.route(r, body)
	if err != nil {
		return nil, err
	}
	a.finish(r, requestID)
	return a, nil
}

var errTooLarge = errors.New("request body too large")

// readBody reads the whole body, unpacked.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		body = unpacked
	}
	data, err := io.ReadAll(io.LimitReader(body, maxRequestSize+1))
	if len(data) > maxRequestSize {
		return nil, errTooLarge
	}
	return data, err
}

func statusOfRead(err error) int {
	if errors.Is(err, errTooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// route tells requests to the service from all others.
func (db *DB) route(r *http.Request, body []byte) (*answer, error) {
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	contentType = strings.TrimSpace(contentType)
	isJSON := contentType == "application/json" || contentType == "application/x-amz-json-1.0"
	switch {
	case r.Method == http.MethodOptions && r.Header.Get("Origin") != "":
		return preflight(r), nil
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return newAnswer(http.StatusOK, []byte("healthy: dynamodb."+defaultRegion+".amazonaws.com ")), nil
	case r.Method != http.MethodPost || len(body) > 0 && !isJSON:
		return newAnswer(http.StatusNotFound, []byte("<UnknownOperationException/>\n")), nil
	}
	a, err := db.call(r, body)
	if err != nil {
		return nil, err
	}
	if !isJSON {
		contentType = "application/json"
	}
	a.header.Set("Content-Type", contentType)
	return a, nil
}

// preflight allows a page of any origin to call.
func preflight(r *http.Request) *answer {
	a := newAnswer(http.StatusOK, nil)
	if names := r.Header.Get("Access-Control-Request-Headers"); names != "" {
		a.header.Set("Access-Control-Allow-Headers", names)
	}
	if method := r.Header.Get("Access-Control-Request-Method"); method != "" {
		a.header.Set("Access-Control-Allow-Methods", method)
	}
	a.header.Set("Access-Control-Max-Age", "172800")
	return a
}

// call answers a request to the service.
func (db *DB) call(r *http.Request, body []byte) (*answer, error) {
	out, err := db.perform(r, body)
	if err == nil {
		return newAnswer(http.StatusOK, wire.Append(nil, out)), nil
	}
	var ae smithy.APIError
	if !errors.As(err, &ae) {
		return nil, err
	}
	return newAnswer(statusOf(err), appendError(nil, ae)), nil
}

// perform finds the operation and does it, with the checks in the service's order.
func (db *DB) perform(r *http.Request, body []byte) (wire.Members, error) {
	service, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	o, ok := operations[name]
	if !ok || service != serviceOf(name) {
		return nil, malformedOr(body, apiError("UnknownOperationException", ""))
	}
	id, err := authenticate(r)
	if err != nil {
		return nil, malformedOr(body, err)
	}
	in := o.newInput()
	if err := wire.Decode(body, in); err != nil {
		return nil, apiError("SerializationException", err.Error())
	}
	out, err := db.do(r.Context(), id, name, in)
	if err != nil {
		return nil, err
	}
	return out.(wire.Members), nil
}

func serviceOf(operation string) string {
	if streamOperations[operation] {
		return targetStreams
	}
	return targetTables
}

// malformedOr gives the error, unless the body is there and no JSON: the service looks at that first.
func malformedOr(body []byte, err error) error {
	if len(body) == 0 {
		return err
	}
	s := jsonscan.New(body)
	s.Skip()
	s.End()
	if s.Err() != nil {
		return apiError("SerializationException", "")
	}
	return err
}
