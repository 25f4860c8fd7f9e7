package wire

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/logging"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/sigv4"
)

// TestSigner signs requests of all kinds with the SDK's signer and with ours, which must leave what it does not know to
// the other one: the requests are the same afterwards.
func TestSigner(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	ours := &signer{sdk: v4.NewSigner()}
	own := 0
	for i := range 5000 {
		user := fmt.Sprint(rnd.IntN(3)) // of whom the SDK takes the secret never to change
		creds := aws.Credentials{AccessKeyID: "AK" + user, SecretAccessKey: "secret" + user}
		if rnd.IntN(2) == 0 {
			creds.SessionToken = oneOf(rnd, "token", " a  b ")
		}
		at := time.Unix(1_700_000_000+rnd.Int64N(1e6), rnd.Int64N(1e9))
		hash := sigv4.Hash([]byte{byte(i)})
		text := oneOf(rnd, string(hash[:]), string(hash[:]), string(hash[:]), "UNSIGNED-PAYLOAD")
		region, service := oneOf(rnd, "eu-central-1", "us-east-1"), oneOf(rnd, "dynamodb", "other")
		var options []func(*v4.SignerOptions)
		switch rnd.IntN(8) {
		case 0:
			options = append(options, func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
		case 1:
			options = append(options, func(o *v4.SignerOptions) { o.DisableSessionToken = true })
		case 2:
			options = append(options, func(o *v4.SignerOptions) { o.Logger = logging.Nop{} })
		}
		want := randomRequest(t, rnd)
		got := want.Clone(context.Background())
		if probe := want.Clone(context.Background()); ours.sign(&creds, probe, text, sigv4.Scope{Region: region, Service: service}, at) {
			own++
		}
		if err := ours.sdk.SignHTTP(context.Background(), creds, want, text, service, region, at, options...); err != nil {
			t.Fatal(err)
		}
		if err := ours.SignHTTP(context.Background(), creds, got, text, service, region, at, options...); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Header, want.Header) || *got.URL != *want.URL || got.Host != want.Host {
			t.Fatalf("request %d:\ngot  %s %s %v\nwant %s %s %v", i, got.URL, got.Host, got.Header, want.URL, want.Host, want.Header)
		}
	}
	if own < 100 {
		t.Errorf("only %d requests were signed the short way", own)
	}
}

func oneOf(rnd *rand.Rand, from ...string) string { return from[rnd.IntN(len(from))] }

// randomRequest makes a request of the usual form, mostly.
func randomRequest(t *testing.T, rnd *rand.Rand) *http.Request {
	url := oneOf(rnd, "https", "http") + "://" +
		oneOf(rnd, "h.example", "h.example", "h.example:8000", "h.example:443", "h.example:80", "[::1]:80", "[::1]") +
		oneOf(rnd, "/", "/", "/", "/a b", "/%41", "", "/?q=1")
	r, err := http.NewRequest(oneOf(rnd, "POST", "POST", "POST", "GET"), url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = int64(rnd.IntN(3) - 1)
	r.URL.RawPath = oneOf(rnd, "", "/", r.URL.RawPath)
	r.Host = oneOf(rnd, "", "", r.Host, "other.example", "other.example:443")
	for _, name := range []string{
		"Accept-Encoding", "Amz-Sdk-Invocation-Id", "Amz-Sdk-Request", "Content-Type", "X-Amz-Target", "User-Agent",
		"X-Amz-Date", "X-Amz-Security-Token", "Authorization", "X-Amzn-Trace-Id", "Content-Length",
	} {
		if rnd.IntN(3) > 0 {
			r.Header[name] = []string{oneOf(rnd, "plain", " with  spaces ", "\ttabs\t", "")}
		}
	}
	switch rnd.IntN(12) {
	case 0:
		r.Header["X-Other"] = []string{"x"}
	case 1:
		delete(r.Header, "Content-Type") // two of one name are signed in any order
		r.Header["content-type"] = []string{"x"}
	case 2:
		r.Header["Content-Type"] = []string{"x", "y"}
	case 3:
		r.Header["X-Amz-Target"] = nil
	case 4:
		r.Header["content-length"] = []string{"5"}
	}
	return r
}

// TestSigned has every request of a client on the direct way carry the signature that the SDK's signer gives it.
func TestSigned(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "token"} {
		creds := aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret", SessionToken: token}
		var count atomic.Int32
		client := newClient(func(r *http.Request) (*http.Response, error) {
			count.Add(1)
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			again := r.Clone(context.Background())
			at, err := time.Parse(sigv4.DateFormat, r.Header.Get("X-Amz-Date"))
			if err != nil {
				return nil, err
			}
			hash := sigv4.Hash(body)
			if err := v4.NewSigner().SignHTTP(context.Background(), creds, again, string(hash[:]), "dynamodb", "us-east-1", at); err != nil {
				return nil, err
			}
			if !reflect.DeepEqual(again.Header, r.Header) {
				t.Errorf("got  %v\nwant %v", r.Header, again.Header)
			}
			if count.Load() == 1 {
				return answer(500, ""), nil // to be signed once more
			}
			return answer(200, "{}"), nil
		}, func(o *dynamodb.Options) {
			o.Credentials = credentials.NewStaticCredentialsProvider(creds.AccessKeyID, creds.SecretAccessKey, creds.SessionToken)
		})
		w := mustClient(t, client)
		if w.fastAuth == nil {
			t.Fatal("the client signs by the SDK's signer")
		}
		for range 2 {
			if _, err := client.GetItem(ctx, getInput(), w.Call(nil).Option()); err != nil {
				t.Fatal(err)
			}
		}
		if count.Load() != 3 {
			t.Errorf("%d requests", count.Load())
		}
	}
}

// countingSigner is a signer of the client's own.
type countingSigner struct{ count atomic.Int32 }

func (s *countingSigner) SignHTTP(
	ctx context.Context, creds aws.Credentials, r *http.Request, hash, service, region string, at time.Time, fns ...func(*v4.SignerOptions),
) error {
	s.count.Add(1)
	return v4.NewSigner().SignHTTP(ctx, creds, r, hash, service, region, at, fns...)
}

// TestOtherSigners has those be asked that a client or a call brings along.
func TestOtherSigners(t *testing.T) {
	t.Parallel()
	s := new(countingSigner)
	schemes := dynamodb.New(dynamodb.Options{HTTPSignerV4: s}).Options().AuthSchemes
	tests := []struct {
		name   string
		client func(*dynamodb.Options)
		call   func(*dynamodb.Options)
	}{
		{"signer of the client", func(o *dynamodb.Options) { o.HTTPSignerV4 = s }, nil},
		{"schemes of the client", func(o *dynamodb.Options) { o.AuthSchemes = schemes }, nil},
		{"schemes of the call", nil, func(o *dynamodb.Options) { o.AuthSchemes = schemes }},
		{"one more scheme", nil, func(o *dynamodb.Options) {
			o.AuthSchemes = append([]smithyhttp.AuthScheme{schemes[0]}, o.AuthSchemes...)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.count.Store(0)
			var opts []func(*dynamodb.Options)
			if tt.client != nil {
				opts = append(opts, tt.client)
			}
			client := newClient(always(200, "{}", nil), opts...)
			var of []func(*dynamodb.Options)
			if tt.call != nil {
				of = append(of, tt.call)
			}
			if _, err := client.GetItem(ctx, getInput(), append(of, mustClient(t, client).Call(nil).Option())...); err != nil {
				t.Fatal(err)
			}
			if s.count.Load() != 1 {
				t.Errorf("asked %d times", s.count.Load())
			}
		})
	}
}

// TestLoggedSigning has the SDK's log of signatures go on.
func TestLoggedSigning(t *testing.T) {
	t.Parallel()
	var logged strings.Builder
	client := newClient(always(200, "{}", nil), func(o *dynamodb.Options) {
		o.ClientLogMode = aws.LogSigning
		o.Logger = logging.NewStandardLogger(&logged)
	})
	if _, err := client.GetItem(ctx, getInput(), mustClient(t, client).Call(nil).Option()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(logged.String(), "Request Signature") {
		t.Errorf("logged %q", logged.String())
	}
}
