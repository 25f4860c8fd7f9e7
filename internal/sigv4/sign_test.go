package sigv4

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/encoding/httpbinding"
)

// The session token of AWS's Signature Version 4 test suite.
const suiteToken = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflf" +
	"KD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVX" +
	"AkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

// TestSuite has the requests of AWS's published test suite that are POSTs without a query.
func TestSuite(t *testing.T) {
	t.Parallel()
	host, date := Field{"host", "example.amazonaws.com"}, Field{"x-amz-date", "20150830T123600Z"}
	tests := []struct {
		name   string
		fields []Field
		body   string
		want   string // signed headers and signature
	}{
		{
			"post-vanilla",
			[]Field{host, date},
			"", "host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
		},
		{
			"post-header-key-sort",
			[]Field{host, {"my-header1", "value1"}, date},
			"", "host;my-header1;x-amz-date, Signature=c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
		},
		{
			"post-header-value-case",
			[]Field{host, {"my-header1", "VALUE1"}, date},
			"", "host;my-header1;x-amz-date, Signature=cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
		},
		{
			"post-sts-header-before",
			[]Field{host, date, {"x-amz-security-token", suiteToken}},
			"", "host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
		},
		{
			"post-x-www-form-urlencoded",
			[]Field{{"content-type", "application/x-www-form-urlencoded"}, host, date},
			"Param1=value1",
			"content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
		},
		{
			"post-x-www-form-urlencoded-parameters",
			[]Field{{"content-type", "application/x-www-form-urlencoded; charset=utf8"}, host, date},
			"Param1=value1",
			"content-type;host;x-amz-date, Signature=1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
		},
	}
	creds := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s Signer
			got := s.Authorization(&creds, Scope{"us-east-1", "service"}, "/", date.Value, tt.fields, Hash([]byte(tt.body)))
			want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" + tt.want
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// TestSignsAsSDK signs random requests with the SDK's signer and with ours.
func TestSignsAsSDK(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	sdk, own := v4.NewSigner(), new(Signer)
	ctx := context.Background()
	creds := randomCredentials(rnd)
	for i := range 10_000 {
		if rnd.IntN(3) == 0 {
			creds = randomCredentials(rnd)
		}
		sc := Scope{Region: pick(rnd, "eu-central-1", "us-east-1", "local"), Service: pick(rnd, "dynamodb", "other")}
		at := time.Unix(rnd.Int64N(4e9), 0)
		body := []byte(randomText(rnd, rnd.IntN(300)))
		r := randomRequest(t, rnd, body)

		sum := sha256.Sum256(body)
		if err := sdk.SignHTTP(ctx, creds, r, hex.EncodeToString(sum[:]), sc.Service, sc.Region, at); err != nil {
			t.Fatal(err)
		}
		want := r.Header.Get("Authorization")
		path := httpbinding.EscapePath(r.URL.EscapedPath(), false)
		got := own.Authorization(&creds, sc, path, r.Header.Get("X-Amz-Date"), signedFields(r, len(body)), Hash(body))
		if got != want {
			t.Fatalf("request %d %+v:\ngot  %s\nwant %s", i, r, got, want)
		}
	}
}

// TestOneAllocation has signing take no memory but that of the result.
func TestOneAllocation(t *testing.T) {
	var s Signer
	body := []byte(`{"TableName":"app"}`)
	creds := aws.Credentials{AccessKeyID: "AK", SecretAccessKey: "secret"}
	at := time.Unix(1_700_000_000, 0)
	n := testing.AllocsPerRun(100, func() {
		date := s.Date(at)
		fields := [...]Field{{"amz-sdk-request", "attempt=1; max=3"}, {"host", "h.example"}, {"x-amz-date", date}}
		s.Authorization(&creds, Scope{"eu-central-1", "dynamodb"}, "/", date, fields[:], Hash(body))
	})
	if n != 1 {
		t.Errorf("%v allocations", n)
	}
}

// TestDate has dates of one second and of others, in any time zone.
func TestDate(t *testing.T) {
	t.Parallel()
	var s Signer
	zone := time.FixedZone("", 3600)
	for _, at := range []time.Time{
		time.Unix(0, 0), time.Unix(0, 999_999_999), time.Unix(1, 0), time.Unix(-1, 5), time.Unix(1, 7).In(zone), time.Unix(1_700_000_000, 0).In(zone),
	} {
		for range 2 {
			if got, want := s.Date(at), at.UTC().Format(DateFormat); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
}

// signedFields lists the headers of a request that a signature covers.
func signedFields(r *http.Request, length int) []Field {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	out := []Field{{"host", host}}
	if length > 0 {
		out = append(out, Field{"content-length", r.Header.Get("Content-Length")})
	}
	for name, values := range r.Header {
		if !slices.Contains([]string{"Authorization", "User-Agent", "X-Amzn-Trace-Id", "Content-Length"}, name) {
			out = append(out, Field{strings.ToLower(name), strings.Join(values, ",")})
		}
	}
	slices.SortFunc(out, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func randomRequest(t *testing.T, rnd *rand.Rand, body []byte) *http.Request {
	scheme := pick(rnd, "http", "https")
	host := pick(rnd, "dynamodb.eu-central-1.amazonaws.com", "localhost:8000", "h:443", "h:80", "[::1]:8000", "127.0.0.1")
	r, err := http.NewRequest(http.MethodPost, scheme+"://"+host, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.URL.Path = pick(rnd, "", "/", "/a/", "/a b/ü", "/%41~-_.*/")
	if host, port, _ := strings.Cut(host, ":"); scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		r.Host = host
	}
	if len(body) > 0 {
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	for _, name := range []string{"X-Amz-Target", "Content-Type", "User-Agent", "X-Amzn-Trace-Id", "Amz-Sdk-Invocation-Id", "X-Other"} {
		if rnd.IntN(2) == 0 {
			r.Header.Set(name, randomText(rnd, rnd.IntN(40)))
		}
	}
	if r.URL.Path == "" {
		r.URL.Path = "/"
	}
	return r
}

func randomCredentials(rnd *rand.Rand) aws.Credentials {
	c := aws.Credentials{AccessKeyID: "AK" + randomText(rnd, 5), SecretAccessKey: randomText(rnd, 1+rnd.IntN(90))}
	if rnd.IntN(2) == 0 {
		c.SessionToken = randomText(rnd, 1+rnd.IntN(400))
	}
	return c
}

// randomText has many spaces, which signers drop.
func randomText(rnd *rand.Rand, n int) string {
	const letters = "abcXYZ019/+=;:,\"{}é     \t"
	out := make([]byte, n)
	for i := range out {
		out[i] = letters[rnd.IntN(len(letters))]
	}
	return string(out)
}

func pick(rnd *rand.Rand, from ...string) string { return from[rnd.IntN(len(from))] }
