package lean

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Signature Version 4, for requests of one shape: POST without a query.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

const algorithm = "AWS4-HMAC-SHA256"

// field is a header that is signed, by its name in lower case.
type field struct{ name, value string }

// scope is what a signing key is good for, beside a day.
type scope struct{ region, service string }

// signer signs requests. It keeps the signing key of the day.
type signer struct{ last atomic.Pointer[signingKey] }

type signingKey struct {
	access, secret, day string
	scope               scope

	inner, outer [sha256.BlockSize]byte // the key, as HMAC pads it
}

// authorize returns the Authorization header of a request. The path is escaped as the canonical request has it, the
// fields are in the order of their names, date is X-Amz-Date's value. The buffer is for the strings on the way.
func (s *signer) authorize(
	buf []byte, creds *aws.Credentials, sc scope, path, date string, fields []field, body []byte,
) string {
	key := s.key(creds, sc, date[:len("20060102")])
	canonical := sha256.Sum256(appendCanonical(buf[:0], path, fields, body))

	buf = append(buf[:0], algorithm+"\n"...)
	buf = append(append(buf, date...), '\n')
	buf = append(key.appendScope(buf), '\n')
	buf = hex.AppendEncode(buf, canonical[:])
	signature := key.sign(buf)

	buf = append(buf[:0], algorithm+" Credential="...)
	buf = append(append(buf, key.access...), '/')
	buf = append(key.appendScope(buf), ", SignedHeaders="...)
	buf = append(appendNames(buf, fields), ", Signature="...)
	return string(hex.AppendEncode(buf, signature[:]))
}

func appendCanonical(dst []byte, path string, fields []field, body []byte) []byte {
	dst = append(dst, "POST\n"...)
	dst = append(append(dst, path...), "\n\n"...)
	for i := range fields {
		dst = append(append(dst, fields[i].name...), ':')
		dst = append(append(dst, tidy(fields[i].value)...), '\n')
	}
	dst = append(appendNames(append(dst, '\n'), fields), '\n')
	sum := sha256.Sum256(body)
	return hex.AppendEncode(dst, sum[:])
}

func appendNames(dst []byte, fields []field) []byte {
	for i := range fields {
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = append(dst, fields[i].name...)
	}
	return dst
}

// tidy returns a header's value without space around it and with single spaces inside.
func tidy(v string) string {
	v = strings.TrimSpace(v)
	for strings.Contains(v, "  ") {
		v = strings.ReplaceAll(v, "  ", " ")
	}
	return v
}

// key returns the signing key, which changes with the day and the credentials.
func (s *signer) key(creds *aws.Credentials, sc scope, day string) *signingKey {
	k := s.last.Load()
	if k != nil && k.day == day && k.access == creds.AccessKeyID && k.secret == creds.SecretAccessKey && k.scope == sc {
		return k
	}
	k = newSigningKey(creds, sc, strings.Clone(day))
	s.last.Store(k)
	return k
}

func newSigningKey(creds *aws.Credentials, sc scope, day string) *signingKey {
	key := []byte("AWS4" + creds.SecretAccessKey)
	for _, part := range []string{day, sc.region, sc.service, "aws4_request"} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	k := &signingKey{access: creds.AccessKeyID, secret: creds.SecretAccessKey, day: day, scope: sc}
	copy(k.inner[:], key)
	copy(k.outer[:], key)
	for i := range k.inner {
		k.inner[i] ^= 0x36
		k.outer[i] ^= 0x5c
	}
	return k
}

func (k *signingKey) appendScope(dst []byte) []byte {
	dst = append(append(dst, k.day...), '/')
	dst = append(append(dst, k.scope.region...), '/')
	return append(append(dst, k.scope.service...), "/aws4_request"...)
}

// sign is HMAC-SHA256 with a padded key. Package hmac would allocate six times.
func (k *signingKey) sign(text []byte) [sha256.Size]byte {
	var room [512]byte
	sum := sha256.Sum256(append(append(room[:0], k.inner[:]...), text...))
	return sha256.Sum256(append(append(room[:0], k.outer[:]...), sum[:]...))
}
