package wire

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
	"github.com/aws/smithy-go/transport/http/protocol/rpcv2"
)

// before adds middleware that does f before the input is looked at.
func before(id string, f func(any)) func(*dynamodb.Options) {
	return func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
			return s.Initialize.Add(middleware.InitializeMiddlewareFunc(id, func(
				ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
			) (middleware.InitializeOutput, middleware.Metadata, error) {
				f(in.Parameters)
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
		})
	}
}

// after adds middleware that does f to the output.
func after(id string, f func(any)) func(*dynamodb.Options) {
	return func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
			return s.Finalize.Add(middleware.FinalizeMiddlewareFunc(id, func(
				ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
			) (middleware.FinalizeOutput, middleware.Metadata, error) {
				out, md, err := next.HandleFinalize(ctx, in)
				f(out.Result)
				return out, md, err
			}), middleware.Before)
		})
	}
}

// encrypt and decrypt are what a library for encryption on the client's side does.
func encrypt(in any) {
	if in, ok := in.(*dynamodb.PutItemInput); ok {
		for name := range in.Item {
			if name != "pk" {
				in.Item[name] = text("secret")
			}
		}
	}
}

func decrypt(out any) {
	if out, ok := out.(*dynamodb.QueryOutput); ok {
		for _, item := range out.Items {
			item["a"] = text("plain")
		}
	}
}

type mock struct{}

func (mock) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return &dynamodb.GetItemOutput{Item: item{"a": text("x")}}, nil
}

func TestNewClient(t *testing.T) {
	t.Parallel()
	nothing := func(any) {}
	cbor := func(o *dynamodb.Options) { o.Protocol = rpcv2.NewCBOR(schemas.DynamoDB_20120810) }
	tests := map[string]struct {
		client any
		why    string
	}{
		"plain":   {newClient(nil), ""},
		"nothing": {nil, "the client is a <nil>, not a *dynamodb.Client"},
		"nil":     {(*dynamodb.Client)(nil), "the client is a *dynamodb.Client, not a *dynamodb.Client"},
		"mock":    {mock{}, "the client is a wire.mock, not a *dynamodb.Client"},
		"CBOR":    {newClient(nil, cbor), "the client's protocol is a *rpcv2.Protocol (smithy.protocols#rpcv2Cbor)"},
		"JSON 1.1": {
			newClient(nil, func(o *dynamodb.Options) { o.Protocol = awsjson.New11(schemas.DynamoDB_20120810) }),
			"the client's protocol is aws.protocols#awsJson1_1",
		},
		"no protocol": {newClient(nil, func(o *dynamodb.Options) { o.Protocol = nil }), "the client has no protocol"},
		"interceptors": {
			newClient(nil, func(o *dynamodb.Options) { o.Interceptors.AddAfterAttempt(interceptor{}) }), "the client has interceptors",
		},
		"encryption": {newClient(nil, before("Encrypt", encrypt), after("Decrypt", decrypt)), `middleware "Encrypt" of BatchGetItem may read or change items`},
		"tracing":    {newClient(nil, before("OTelInitializeMiddlewareBefore", nothing), before("XRayInitializeMiddlewareAfter", nothing)), ""},
		"gzip":       {newClient(nil, before("StartTraceMiddleware", nothing), func(o *dynamodb.Options) { o.EnableAcceptEncodingGzip = true }), ""},
		"one operation": {
			newClient(nil, func(o *dynamodb.Options) {
				o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
					if s.ID() != "PutItem" {
						return nil
					}
					_, err := s.Finalize.Remove("Signing")
					return errors.Join(err, s.Finalize.Add(middleware.FinalizeMiddlewareFunc("Special", nil), middleware.After))
				})
			}), `middleware "Special" of PutItem may read or change items`,
		},
		"broken": {
			newClient(nil, func(o *dynamodb.Options) {
				o.APIOptions = append(o.APIOptions, func(*middleware.Stack) error { return errors.New("broken") })
			}), `middleware "broken" of BatchGetItem may read or change items`,
		},
	}
	for name, tt := range tests {
		w, why := NewClient(tt.client)
		if why != tt.why || (w == nil) != (tt.why != "") {
			t.Errorf("%s: %q, want %q", name, why, tt.why)
		}
	}
}

type interceptor struct{}

func (interceptor) AfterAttempt(context.Context, *smithyhttp.InterceptorContext) error { return nil }

// TestSteppingAside: what options of a single call bring along.
func TestSteppingAside(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		option func(*dynamodb.Options)
		body   string // of the request, its item
		direct bool
		items  []item // in the output
	}{
		"nothing": {func(*dynamodb.Options) {}, placedItem, true, nil},
		"tracing": {before("OTelInitializeMiddlewareBefore", func(any) {}), placedItem, true, nil},
		"gzip":    {func(o *dynamodb.Options) { o.EnableAcceptEncodingGzip = true }, placedItem, true, nil},
		"unknown": {before("Other", func(any) {}), placedItem, false, []item{{"a": text("x")}}},
		"encryption": {
			func(o *dynamodb.Options) { before("Encrypt", encrypt)(o); after("Decrypt", decrypt)(o) },
			`{"pk":{"S":"a"},"n":{"S":"secret"},"l":{"S":"secret"},"b":{"S":"secret"}}`, false,
			[]item{{"a": text("plain")}},
		},
		"interceptors": {
			func(o *dynamodb.Options) { o.Interceptors.AddAfterAttempt(interceptor{}) }, placedItem, false, []item{{"a": text("x")}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent recorded
			c := newClient(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".Query") {
					return answer(200, `{"Count":1,"Items":[{"a":{"S":"x"}}],"ScannedCount":1}`), nil
				}
				return recorder(&sent)(r)
			})
			w := mustClient(t, c)
			in := putInput()
			call := w.Call(nil)
			call.Put(&in.Item, []byte(placedItem))
			if _, err := c.PutItem(ctx, in, tt.option, call.Option()); err != nil {
				t.Fatal(err)
			}
			sameJSON(t, sent.body, []byte(`{"TableName":"t","Item":`+tt.body+`}`))
			get := &dynamodb.GetItemInput{TableName: getInput().TableName}
			call = w.Call(nil)
			call.Put(&get.Key, []byte(placedItem))
			if _, err := c.GetItem(ctx, get, tt.option, call.Option()); err != nil {
				t.Fatal(err)
			}
			sameJSON(t, sent.body, []byte(`{"TableName":"t","Key":`+placedItem+`}`))
			sink := &parsed{}
			call = w.Call(sink)
			out, err := c.Query(ctx, queryInput(), tt.option, call.Option())
			if err != nil || call.Direct() != tt.direct || !reflect.DeepEqual(out.Items, tt.items) || (len(sink.items) > 0) != tt.direct {
				t.Errorf("direct %v, items %v, %v", call.Direct(), out.Items, err)
			}
		})
	}
}

// TestDAX: a client of DAX runs options on options of its own, which are empty, and refuses middleware.
func TestDAX(t *testing.T) {
	t.Parallel()
	in := putInput()
	call := mustClient(t, newClient(nil)).Call(&parsed{})
	call.Put(&in.Item, []byte(placedItem))
	var o dynamodb.Options
	call.Option()(&o)
	if !reflect.DeepEqual(o, dynamodb.Options{}) || !reflect.DeepEqual(in.Item, placedMap(t)) {
		t.Errorf("the options are %+v, the item %v", o, in.Item)
	}
}

// TestCBOR: the protocol of a single call.
func TestCBOR(t *testing.T) {
	t.Parallel()
	var contentType string
	c := newClient(func(r *http.Request) (*http.Response, error) {
		contentType = r.Header.Get("Content-Type")
		return &http.Response{StatusCode: 200, Header: http.Header{"Smithy-Protocol": {"rpc-v2-cbor"}}, Body: io.NopCloser(strings.NewReader("\xbf\xff"))}, nil
	})
	call := mustClient(t, c).Call(&parsed{})
	_, err := c.GetItem(ctx, getInput(), func(o *dynamodb.Options) { o.Protocol = rpcv2.NewCBOR(schemas.DynamoDB_20120810) }, call.Option())
	if err != nil || call.Direct() || contentType != "application/cbor" {
		t.Errorf("%v, direct %v, %s", err, call.Direct(), contentType)
	}
}

// TestPlaceholders: one that got out would be refused, for it has none of a table's keys.
func TestPlaceholders(t *testing.T) {
	t.Parallel()
	for i := range 2 * len(placeholders) {
		for name := range placeholder(i) {
			if name != mark+strconv.Itoa(i) {
				t.Errorf("placeholder %d has %q", i, name)
			}
		}
	}
	// A real item whose attribute looks like a placeholder is left to the SDK.
	var sent recorded
	c := newClient(recorder(&sent))
	first := &parsed{}
	call := mustClient(t, c).Call(first)
	in := putInput()
	call.Put(&in.Item, []byte(placedItem))
	in.Item = item{mark + "7": text("x")}
	if _, err := c.PutItem(ctx, in, call.Option()); err != nil {
		t.Fatal(err)
	}
	sameJSON(t, sent.body, []byte(`{"TableName":"t","Item":`+placedItem+`}`))
	for _, index := range []string{"-1", "1", "x", ""} { // and no such name leads out of bounds
		in := putInput()
		call := new(Call)
		call.Put(&in.Item, []byte(placedItem))
		in.Item = item{mark + index: text("x")}
		if body, ok := call.Body(in); ok {
			t.Errorf("%q: %s", index, body)
		}
	}
}

func TestChecksum(t *testing.T) {
	t.Parallel()
	const body = `{"Item":{"a":{"S":"x"}}}`
	tests := map[string]struct {
		header   string
		status   int
		option   func(*dynamodb.Options)
		err      string
		attempts int32
	}{
		"right":    {header: fmt.Sprint(crc32.ChecksumIEEE([]byte(body))), status: 200, attempts: 1},
		"none":     {status: 200, attempts: 1},
		"wrong":    {header: "12", status: 200, err: "did not match expected checksum, 12, ", attempts: 3},
		"of error": {header: "12", status: 400, err: "did not match expected checksum, 12, ", attempts: 3},
		"no number": {
			header: "x", status: 200, err: `unable to parse checksum header x`, attempts: 1,
		},
		"with unknown middleware": {
			header: "12", status: 200, option: before("Other", func(any) {}), err: "did not match expected checksum, 12, ", attempts: 3,
		},
		"disabled": {header: "12", status: 200, option: func(o *dynamodb.Options) { o.DisableValidateResponseChecksum = true }, attempts: 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int32
			c := newClient(func(*http.Request) (*http.Response, error) {
				n.Add(1)
				r := answer(tt.status, body)
				r.Header.Set(checksumHeader, tt.header)
				return r, nil
			})
			sink := &parsed{}
			call := mustClient(t, c).Call(sink)
			options := []func(*dynamodb.Options){call.Option()}
			if tt.option != nil {
				options = []func(*dynamodb.Options){tt.option, call.Option()}
			}
			_, err := c.GetItem(ctx, getInput(), options...)
			if n.Load() != tt.attempts || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) || call.Direct() != (err == nil) {
				t.Errorf("%d attempts, direct %v: %v", n.Load(), call.Direct(), err)
			}
		})
	}
}

func TestGzip(t *testing.T) {
	t.Parallel()
	const body = `{"Item":{"a":{"S":"x"}}}`
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(body))
	_ = z.Close()
	tests := map[string]struct {
		change   uint32
		attempts int32
	}{"right": {0, 1}, "wrong": {1, 3}}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int32
			c := newClient(func(r *http.Request) (*http.Response, error) {
				n.Add(1)
				if got := r.Header.Get("Accept-Encoding"); got != "gzip" {
					t.Errorf("accepts %s", got)
				}
				a := answer(200, zipped.String())
				a.Header.Set("Content-Encoding", "gzip")
				a.Header.Set(checksumHeader, fmt.Sprint(crc32.ChecksumIEEE(zipped.Bytes())+tt.change))
				return a, nil
			}, func(o *dynamodb.Options) { o.EnableAcceptEncodingGzip = true })
			sink := &parsed{}
			call := mustClient(t, c).Call(sink)
			_, err := c.GetItem(ctx, getInput(), call.Option())
			if (err == nil) != (tt.change == 0) || n.Load() != tt.attempts || call.Direct() != (err == nil) {
				t.Errorf("%d attempts, direct %v: %v", n.Load(), call.Direct(), err)
			}
			if err == nil && !reflect.DeepEqual(sink.items, []item{{"a": text("x")}}) {
				t.Errorf("items %v", sink.items)
			}
		})
	}
}

// TestDamage: bodies that are cut off or changed are errors or what the SDK makes of them, never a panic.
func TestDamage(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for name, tt := range responses {
		for i := range 300 {
			b := []byte(tt.body)
			switch at := r.IntN(len(b)); i % 3 {
			case 0:
				b = b[:at]
			case 1:
				b[at] = `"{}[]:,\x1n `[r.IntN(12)]
			default:
				b = append(b[:at], b[at+1:]...)
			}
			noRetry := func(o *dynamodb.Options) { o.RetryMaxAttempts = 1 }
			c := newClient(always(200, string(b), nil), noRetry)
			sink := &parsed{}
			call := mustClient(t, c).Call(sink)
			got, err := tt.do(c, call.Option())
			want, wantErr := sdk(tt.do, c)
			if errors.Is(wantErr, errPanic) {
				continue
			}
			if (err == nil) != (wantErr == nil) {
				t.Errorf("%s: %s: error %v, SDK's %v", name, b, err, wantErr)
			}
			if err == nil && !call.Direct() {
				compare(t, got, want)
			}
		}
	}
}

var errPanic = errors.New("panic")

func sdk(do doer, c *dynamodb.Client) (out any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errPanic
		}
	}()
	return do(c)
}

// broken is a body that ends in an error.
type broken struct {
	io.Reader
	err error
}

func (b broken) Read(p []byte) (int, error) {
	if n, err := b.Reader.Read(p); err == nil {
		return n, nil
	}
	return 0, b.err
}

func (broken) Close() error { return nil }

// TestBrokenBodies: connections that end early are what they are to the SDK.
func TestBrokenBodies(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(ctx)
	cancel()
	tests := map[string]error{
		"reset": syscall.ECONNRESET, "cut off": io.ErrUnexpectedEOF, "canceled": canceled.Err(), "late": context.DeadlineExceeded,
	}
	for name, broke := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			try := func(options func(*dynamodb.Client) []func(*dynamodb.Options)) (string, int32) {
				var n atomic.Int32
				c := newClient(func(*http.Request) (*http.Response, error) {
					n.Add(1)
					a := answer(200, `{"Item":{"a":{"S":"x"}`)
					a.Body, a.ContentLength = broken{a.Body, broke}, 1000
					return a, nil
				})
				_, err := c.GetItem(ctx, getInput(), options(c)...)
				return fmt.Sprint(err), n.Load()
			}
			got, n := try(func(c *dynamodb.Client) []func(*dynamodb.Options) {
				return []func(*dynamodb.Options){mustClient(t, c).Call(&parsed{}).Option()}
			})
			want, wantN := try(func(*dynamodb.Client) []func(*dynamodb.Options) { return nil })
			if got != want || n != wantN {
				t.Errorf("%s after %d tries, SDK's %s after %d", got, n, want, wantN)
			}
		})
	}
}

// TestCanceled: a context that ends while the call is on its way.
func TestCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(ctx)
	c := newClient(func(r *http.Request) (*http.Response, error) {
		cancel()
		return nil, r.Context().Err()
	})
	call := mustClient(t, c).Call(&parsed{})
	if _, err := c.GetItem(ctx, getInput(), call.Option()); !errors.Is(err, context.Canceled) || call.Direct() {
		t.Errorf("%v, direct %v", err, call.Direct())
	}
}

// TestHugeCount: nor does a count of items.
func TestHugeCount(t *testing.T) {
	t.Parallel()
	for _, count := range []string{"2147483647", "-2147483648"} {
		c := newClient(always(200, `{"Count":`+count+`,"Items":[{}],"ScannedCount":1}`, nil))
		sink := &parsed{}
		call := mustClient(t, c).Call(sink)
		if _, err := c.Query(ctx, &dynamodb.QueryInput{TableName: name}, call.Option()); err != nil || !call.Direct() {
			t.Errorf("%v, direct %v", err, call.Direct())
		}
		if n := slices.Max(sink.begun); n > 10 || n < 0 {
			t.Errorf("a response of one item begins with %d", n)
		}
	}
}

// TestHugeLength: a header alone takes no memory to speak of.
func TestHugeLength(t *testing.T) {
	t.Parallel()
	c := newClient(func(*http.Request) (*http.Response, error) {
		a := answer(200, `{"Item":{"a":{"S":"x"}}}`)
		a.ContentLength = 1 << 50
		return a, nil
	})
	call := mustClient(t, c).Call(&parsed{})
	if _, err := c.GetItem(ctx, getInput(), call.Option()); err != nil || !call.Direct() {
		t.Errorf("%v, direct %v", err, call.Direct())
	}
}
