package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/schemas"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/body"
)

// sdkOwn makes a call have the SDK's own transport: it has an option, which does nothing.
func sdkOwn(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(*middleware.Stack) error { return nil })
}

// sized is an input whose request has about n bytes.
func sized(n int) (*dynamodb.PutItemInput, []byte) {
	return putInput(), []byte(`{"a":{"S":"` + strings.Repeat("x", n) + `"}}`)
}

// sending is what matters of a request to who sends it.
type sending struct {
	method, url, host string
	header            http.Header
	length            int64
	encoding          []string
	again             bool // the body can be had again
	body              string
	value             any // of the caller's context
}

func sendingOf(r *http.Request) (sending, error) {
	raw, err := io.ReadAll(r.Body)
	h := r.Header.Clone()
	for _, name := range []string{"Amz-Sdk-Invocation-Id", "X-Amz-Date", "Authorization"} {
		h.Set(name, strings.Repeat("*", len(h.Get(name))))
	}
	return sending{
		r.Method, r.URL.String(), r.Host, h, r.ContentLength, r.TransferEncoding, r.GetBody != nil, string(raw), r.Context().Value(sendingKey{}),
	}, err
}

type sendingKey struct{}

// TestTransportSends: requests are the same with the SDK's transport and ours, also the second attempt.
func TestTransportSends(t *testing.T) {
	t.Parallel()
	for _, size := range []int{10, body.Small - 100, body.Small, 1 << 20} {
		var seen []sending
		do := func(r *http.Request) (*http.Response, error) {
			s, err := sendingOf(r)
			if seen = append(seen, s); len(seen) == 1 {
				return answer(500, ""), err
			}
			return answer(200, "{}"), err
		}
		for _, c := range []*dynamodb.Client{newClient(do), newClient(nil, func(o *dynamodb.Options) { o.HTTPClient = smithyhttp.ClientDoFunc(do) })} {
			var all [2][]sending
			for i, opts := range [][]func(*dynamodb.Options){{sdkOwn}, nil} {
				seen = nil
				call := mustClient(t, c).Call(nil)
				in, item := sized(size)
				call.Put(&in.Item, item)
				if _, err := c.PutItem(context.WithValue(ctx, sendingKey{}, 7), in, append(opts, call.Option())...); err != nil {
					t.Fatal(err)
				}
				if ours := call.http.sending.Attempts == 2 && call.http.hash != nil; ours != (i == 1) || len(seen) != 2 {
					t.Errorf("%d bytes: sent %d times, by our transport %t", size, len(seen), ours)
				}
				call.Sent()
				all[i] = seen
			}
			if !reflect.DeepEqual(all[0], all[1]) || all[0][0].value != 7 {
				t.Errorf("%d bytes:\nSDK  %.500v\nours %.500v", size, all[0], all[1])
			}
		}
	}
}

// TestTransportErrors: what goes wrong on the way has the same errors.
func TestTransportErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	tests := map[string]func(cancel func()) (*http.Response, error){
		"broken":   func(func()) (*http.Response, error) { return nil, broken },
		"reset":    func(func()) (*http.Response, error) { return nil, fmt.Errorf("x: %w", io.ErrUnexpectedEOF) },
		"both":     func(func()) (*http.Response, error) { return answer(200, "{}"), broken },
		"neither":  func(func()) (*http.Response, error) { return nil, nil },
		"canceled": func(cancel func()) (*http.Response, error) { cancel(); return nil, broken },
		"late":     func(cancel func()) (*http.Response, error) { cancel(); return answer(200, "{}"), nil },
	}
	for name, do := range tests {
		var errs []error
		var tries [2]int
		for i, opts := range [][]func(*dynamodb.Options){{sdkOwn}, nil} {
			ctx, cancel := context.WithCancel(ctx)
			c := newClient(nil, func(o *dynamodb.Options) {
				o.HTTPClient = smithyhttp.ClientDoFunc(func(*http.Request) (*http.Response, error) {
					tries[i]++
					return do(cancel)
				})
			})
			call := mustClient(t, c).Call(nil)
			_, err := c.GetItem(ctx, getInput(), append(opts, call.Option())...)
			errs = append(errs, err)
			cancel()
		}
		ours, sdk := errs[1], errs[0]
		if fmt.Sprint(ours) != fmt.Sprint(sdk) || tries[0] != tries[1] {
			t.Errorf("%s: after %d tries\n%v\nSDK after %d tries\n%v", name, tries[1], ours, tries[0], sdk)
		}
		if !slices.Equal(chain(ours), chain(sdk)) {
			t.Errorf("%s: %v, SDK %v", name, chain(ours), chain(sdk))
		}
	}
}

// TestTransportHosts: hosts that the SDK refuses are refused.
func TestTransportHosts(t *testing.T) {
	t.Parallel()
	for endpoint, good := range map[string]bool{
		"https://db.example": true, "https://db.example:443": true, "http://[::1]:8000": true,
		"https://no_host.example:443": false, "http://[::1]:80": false,
	} {
		var errs []error
		var count atomic.Int32
		for _, opts := range [][]func(*dynamodb.Options){{sdkOwn}, nil} {
			c := newClient(always(200, "{}", &count), func(o *dynamodb.Options) { o.BaseEndpoint = &endpoint })
			call := mustClient(t, c).Call(nil)
			_, err := c.GetItem(ctx, getInput(), append(opts, call.Option())...)
			call.Sent()
			errs = append(errs, err)
		}
		ours, sdk := errs[1], errs[0]
		if fmt.Sprint(ours) != fmt.Sprint(sdk) || !slices.Equal(chain(ours), chain(sdk)) || (ours == nil) != good || (count.Load() == 2) != good {
			t.Errorf("%s: sent %d times, %v\nSDK %v", endpoint, count.Load(), ours, sdk)
		}
	}
}

// chain lists the types of an error and of those inside of it.
func chain(err error) (out []string) {
	for ; err != nil; err = errors.Unwrap(err) {
		out = append(out, fmt.Sprintf("%T", err))
	}
	return out
}

// TestTransportHeld has an HTTP client that keeps bodies and reads them when the call is over, and its memory wiped.
func TestTransportHeld(t *testing.T) {
	t.Parallel()
	for _, size := range []int{10, body.Small, 100_000} {
		for attempts := 1; attempts <= 2; attempts++ {
			for _, early := range []bool{false, true} {
				var held []io.ReadCloser
				c := newClient(nil, func(o *dynamodb.Options) {
					o.HTTPClient = smithyhttp.ClientDoFunc(func(r *http.Request) (*http.Response, error) {
						if held = append(held, r.Body); !early {
							_, _ = io.CopyN(io.Discard, r.Body, 5)
						}
						if len(held) < attempts {
							return answer(500, ""), nil
						}
						return answer(200, "{}"), nil
					})
				})
				call := mustClient(t, c).Call(nil)
				in, item := sized(size)
				call.Put(&in.Item, item)
				if _, err := c.PutItem(ctx, in, call.Option()); err != nil {
					t.Fatal(err)
				}
				memory := call.body.buf
				want := string(memory)
				if call.Sent(); call.body == nil {
					clear(memory)
				}
				if free := call.body == nil; free != (len(want) <= body.Small) {
					t.Errorf("%d bytes, %d attempts: free %t", len(want), attempts, free)
				}
				for _, r := range held {
					got, err := io.ReadAll(r)
					if err != nil || !strings.HasSuffix(want, string(got)) || len(got) < len(want)-5 {
						t.Errorf("%d bytes, %d attempts: %d bytes %.100q, %v", len(want), attempts, len(got), got, err)
					}
				}
			}
		}
	}
}

// TestTransportFree: memory is free when a large body has been read, but not that of several attempts.
func TestTransportFree(t *testing.T) {
	t.Parallel()
	for attempts := 1; attempts <= 2; attempts++ {
		n := 0
		c := newClient(func(r *http.Request) (*http.Response, error) {
			_, _ = io.Copy(io.Discard, r.Body)
			if n++; n < attempts {
				return answer(500, ""), nil
			}
			return answer(200, "{}"), nil
		})
		call := mustClient(t, c).Call(nil)
		in, item := sized(100_000)
		call.Put(&in.Item, item)
		if _, err := c.PutItem(ctx, in, call.Option()); err != nil {
			t.Fatal(err)
		}
		if call.Sent(); (call.body == nil) != (attempts == 1) {
			t.Errorf("after %d attempts: free %t", attempts, call.body == nil)
		}
	}
}

// spans counts what a tracer is told.
type spans struct {
	tracing.NopTracerProvider
	names []string
}

func (s *spans) Tracer(string, ...tracing.TracerOption) tracing.Tracer { return s }

func (s *spans) StartSpan(ctx context.Context, name string, _ ...tracing.SpanOption) (context.Context, tracing.Span) {
	s.names = append(s.names, name)
	_, span := tracing.NopTracerProvider{}.Tracer("").StartSpan(ctx, name)
	return ctx, span
}

type meters struct{ metrics.NopMeterProvider }

// TestWatched: who wants to know of requests is told by the SDK.
func TestWatched(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]func(*dynamodb.Options){
		"tracer":   func(o *dynamodb.Options) { o.TracerProvider = &spans{} },
		"meter":    func(o *dynamodb.Options) { o.MeterProvider = &meters{} },
		"log":      func(o *dynamodb.Options) { o.ClientLogMode, o.Logger = aws.LogRequest, logging.Nop{} },
		"log body": func(o *dynamodb.Options) { o.ClientLogMode, o.Logger = aws.LogRequestWithBody, logging.Nop{} },
		"stack":    sdkOwn,
	} {
		var count atomic.Int32
		c := newClient(always(200, "{}", &count), option)
		call := mustClient(t, c).Call(nil)
		if _, err := c.GetItem(ctx, getInput(), call.Option()); err != nil || count.Load() != 1 || call.http.sending.Attempts > 0 {
			t.Errorf("%s: %v, sent %d times, %d by our transport", name, err, count.Load(), call.http.sending.Attempts)
		}
	}
	s := &spans{}
	c := newClient(always(200, "{}", nil), func(o *dynamodb.Options) { o.TracerProvider = s })
	if _, err := c.GetItem(ctx, getInput(), mustClient(t, c).Call(nil).Option()); err != nil || !slices.Contains(s.names, "DoHTTPRequest") {
		t.Errorf("%v, spans %v", err, s.names)
	}
	var log bytes.Buffer
	c = newClient(always(200, "{}", nil), func(o *dynamodb.Options) {
		o.ClientLogMode, o.Logger = aws.LogRequestWithBody, logging.NewStandardLogger(&log)
	})
	if _, err := c.GetItem(ctx, getInput(), mustClient(t, c).Call(nil).Option()); err != nil || !strings.Contains(log.String(), `{"Key":{"pk":{"S":"a"}}`) {
		t.Errorf("%v, logged %s", err, &log)
	}
}

// TestOtherHash has a stack that hashes bodies in a way of its own: the request then has the body.
func TestOtherHash(t *testing.T) {
	t.Parallel()
	c := newClient(always(200, "{}", nil))
	call := mustClient(t, c).Call(nil)
	o := c.Options()
	call.apply(&o)
	s := middleware.NewStack("GetItem", smithyhttp.NewStackRequest)
	if err := call.http.add(s); err != nil || call.http.hash != nil || len(s.Deserialize.List()) != 1 {
		t.Fatalf("%v, hash %v", err, call.http.hash)
	}
	req, ok := smithyhttp.NewStackRequest().(*smithyhttp.Request)
	if !ok {
		t.Fatal("no request")
	}
	if err := o.Protocol.SerializeRequest(ctx, smithy.NewOperationSchema(schemas.GetItem, schemas.GetItemInput, nil), getInput(), req); err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(req.GetStream())
	if err != nil || string(raw) != string(call.body.buf) || req.ContentLength != int64(len(raw)) {
		t.Errorf("%q of %d bytes, %v", raw, req.ContentLength, err)
	}
}
