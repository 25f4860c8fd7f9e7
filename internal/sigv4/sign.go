// Package sigv4 signs requests with Signature Version 4, as the SDK's signer does but without its allocations. It knows
// requests of one shape: POST without a query.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

const algorithm = "AWS4-HMAC-SHA256"

// DateFormat is that of X-Amz-Date.
const DateFormat = "20060102T150405Z"

// Field is a header that is signed, by its name in lower case.
type Field struct{ Name, Value string }

// Scope is what a signing key is good for, beside a day.
type Scope struct{ Region, Service string }

// Signer signs requests. It keeps the signing key of the day and the last date, and is safe for concurrent use.
type Signer struct {
	last atomic.Pointer[signingKey]
	date atomic.Pointer[date]
}

// date is a value of X-Amz-Date, which changes once a second.
type date struct {
	text   string
	second int64
}

// Date returns the value of X-Amz-Date.
func (s *Signer) Date(at time.Time) string {
	last := s.date.Load()
	if last == nil || last.second != at.Unix() {
		last = &date{at.UTC().Format(DateFormat), at.Unix()}
		s.date.Store(last)
	}
	return last.text
}

type signingKey struct {
	access, secret, day string
	scope               Scope
	tail                string // the day and the scope, as requests name them

	inner, outer [sha256.BlockSize]byte // the key, as HMAC pads it
}

// Sum is the hash of a request's body.
type Sum [2 * sha256.Size]byte

// Hash returns the hash of a body.
func Hash(body []byte) (hash Sum) {
	sum := sha256.Sum256(body)
	hex.Encode(hash[:], sum[:])
	return hash
}

// Authorization returns the Authorization header of a request. The path is escaped as the canonical request has it, the
// fields are in the order of their names, date is X-Amz-Date's value.
func (s *Signer) Authorization(creds *aws.Credentials, sc Scope, path, date string, fields []Field, payload Sum) string {
	var room [1536]byte
	key := s.key(creds, sc, date[:len("20060102")])
	canonical := sha256.Sum256(appendCanonical(room[:0], path, fields, &payload))

	// HMAC-SHA256 of the string to sign: package hmac would allocate six times.
	buf := append(room[:0], key.inner[:]...)
	buf = append(append(append(buf, algorithm+"\n"...), date...), '\n')
	buf = append(append(buf, key.tail...), '\n')
	inner := sha256.Sum256(hex.AppendEncode(buf, canonical[:]))
	signature := sha256.Sum256(append(append(room[:0], key.outer[:]...), inner[:]...))

	buf = append(room[:0], algorithm+" Credential="...)
	buf = append(append(buf, key.access...), '/')
	buf = append(append(buf, key.tail...), ", SignedHeaders="...)
	buf = append(appendNames(buf, fields), ", Signature="...)
	return string(hex.AppendEncode(buf, signature[:]))
}

func appendCanonical(dst []byte, path string, fields []Field, payload *Sum) []byte {
	dst = append(dst, "POST\n"...)
	dst = append(append(dst, path...), "\n\n"...)
	for i := range fields {
		dst = append(append(dst, fields[i].Name...), ':')
		dst = append(append(dst, tidy(fields[i].Value)...), '\n')
	}
	dst = append(appendNames(append(dst, '\n'), fields), '\n')
	return append(dst, payload[:]...)
}

func appendNames(dst []byte, fields []Field) []byte {
	for i := range fields {
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = append(dst, fields[i].Name...)
	}
	return dst
}

// tidy returns a header's value without space around it and with single spaces inside.
func tidy(v string) string {
	if strings.IndexByte(v, ' ') < 0 && strings.TrimSpace(v) == v { // most have none
		return v
	}
	v = strings.TrimSpace(v)
	for strings.Contains(v, "  ") {
		v = strings.ReplaceAll(v, "  ", " ")
	}
	return v
}

// key returns the signing key, which changes with the day and the credentials.
func (s *Signer) key(creds *aws.Credentials, sc Scope, day string) *signingKey {
	k := s.last.Load()
	if k != nil && k.day == day && k.access == creds.AccessKeyID && k.secret == creds.SecretAccessKey && k.scope == sc {
		return k
	}
	k = newSigningKey(creds, sc, strings.Clone(day))
	s.last.Store(k)
	return k
}

func newSigningKey(creds *aws.Credentials, sc Scope, day string) *signingKey {
	key := []byte("AWS4" + creds.SecretAccessKey)
	for _, part := range []string{day, sc.Region, sc.Service, "aws4_request"} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	k := &signingKey{
		access: creds.AccessKeyID, secret: creds.SecretAccessKey, day: day, scope: sc,
		tail: day + "/" + sc.Region + "/" + sc.Service + "/aws4_request",
	}
	copy(k.inner[:], key)
	copy(k.outer[:], key)
	for i := range k.inner {
		k.inner[i] ^= 0x36
		k.outer[i] ^= 0x5c
	}
	return k
}
