package dynlocal

import (
	"bytes"
	"compress/gzip"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/dynlocal/internal/wire"
)

// answer is an HTTP response.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func newAnswer(status int, body []byte) *answer {
	return &answer{status: status, header: http.Header{}, body: body}
}

// errorNamespaces has the places where errors are defined that are not the service's own.
var errorNamespaces = map[string]string{
	"AccessDeniedException":               "com.amazon.coral.service#",
	"IncompleteSignatureException":        "com.amazon.coral.service#",
	"InvalidSignatureException":           "com.amazon.coral.service#",
	"MissingAuthenticationTokenException": "com.amazon.coral.service#",
	"SerializationException":              "com.amazon.coral.service#",
	"ServiceUnavailable":                  "com.amazon.coral.availability#",
	"UnknownOperationException":           "com.amazon.coral.service#",
	"ValidationException":                 "com.amazon.coral.validate#",
}

// appendError appends the body of an error's response.
func appendError(dst []byte, err smithy.APIError) []byte {
	code := err.ErrorCode()
	namespace, ok := errorNamespaces[code]
	if !ok {
		namespace = "com.amazonaws.dynamodb.v20120810#"
	}
	members, ok := err.(wire.Members)
	if !ok && err.ErrorMessage() != "" {
		members = wire.Message{Name: messageName(code), Text: err.ErrorMessage()}
	}
	return wire.AppendError(dst, namespace+code, members)
}

// messageName gives the name of the message's member, which the service does not always write the same way.
func messageName(code string) string {
	if code == "SerializationException" || code == "AccessDeniedException" {
		return "Message"
	}
	return "message"
}

// minCompressed is the size from which on a body is worth compressing, in bytes.
const minCompressed = 1 << 10

// finish compresses the body if asked, and sets the headers that every response has.
func (a *answer) finish(r *http.Request, requestID string) {
	if len(a.body) >= minCompressed && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		a.body = compress(a.body)
		a.header.Set("Content-Encoding", "gzip")
	}
	if r.Header.Get("Origin") != "" {
		a.header.Set("Access-Control-Allow-Origin", "*")
	}
	a.header.Set("X-Amzn-Requestid", requestID)
	a.header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(a.body)), 10))
	a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
}

var compressors = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compress gives the data packed with gzip.
func compress(data []byte) []byte {
	var packed bytes.Buffer
	w := compressors.Get().(*gzip.Writer)
	defer compressors.Put(w)
	w.Reset(&packed)
	// Writing to memory does not fail.
	_, _ = w.Write(data)
	_ = w.Close()
	return packed.Bytes()
}
