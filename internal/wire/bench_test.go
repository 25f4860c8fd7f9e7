package wire

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/dyntable/dyn/internal/codec"
	"github.com/dyntable/dyn/internal/codec/codectest"
	"github.com/dyntable/dyn/internal/ddbjson"
)

// items is a sink that decodes into a slice.
type items[T any] struct {
	d   *ddbjson.Decoder
	all []T
}

func (s *items[T]) Begin(n int) { s.all = make([]T, 0, n) }

func (s *items[T]) Item(_ Source, body []byte, at int) (int, bool) {
	var zero T
	s.all = append(s.all, zero)
	return s.d.Decode(body, at, reflect.ValueOf(&s.all[len(s.all)-1]).Elem())
}

func (s *items[T]) End([]byte) {}

// rivals are two ways to do the same.
type rivals struct{ sdk, direct func(testing.TB) }

type subject[T any] struct {
	codec  *ddbjson.Codec
	client *dynamodb.Client
	wire   *Client
	make   func(int) T
}

func newSubject[T any](tb testing.TB, body []byte, make func(int) T) *subject[T] {
	tb.Helper()
	p, err := codec.Compile(reflect.TypeFor[T](), codec.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	c := newClient(func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			_, _ = io.Copy(io.Discard, r.Body)
		}
		h := http.Header{"Content-Type": {"application/x-amz-json-1.0"}, "X-Amzn-Requestid": {"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}}
		return &http.Response{
			Status: "200 OK", StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: h,
			Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
		}, nil
	})
	return &subject[T]{ddbjson.Compile(p, "_entity", "_version"), c, mustClient(tb, c), make}
}

// page returns the body of a response with n items.
func page[T any](tb testing.TB, n int, make func(int) T) []byte {
	tb.Helper()
	b := []byte(`{"Count":` + strconv.Itoa(n) + `,"Items":[`)
	for i := range n {
		m, err := attributevalue.MarshalMap(make(i))
		if err != nil {
			tb.Fatal(err)
		}
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = ddbjson.AppendMap(b, m); err != nil {
			tb.Fatal(err)
		}
	}
	return fmt.Appendf(b, `],"ScannedCount":%d}`, n)
}

func queries[T any](tb testing.TB, n int, make func(int) T) rivals {
	tb.Helper()
	s := newSubject(tb, page(tb, n, make), make)
	in := queryInput()
	return rivals{
		sdk: func(tb testing.TB) {
			out, err := s.client.Query(ctx, in)
			if err != nil {
				tb.Fatal(err)
			}
			var all []T
			if err := attributevalue.UnmarshalListOfMaps(out.Items, &all); err != nil || len(all) != n {
				tb.Fatal(err)
			}
		},
		direct: func(tb testing.TB) {
			sink := &items[T]{d: s.codec.Decoder()}
			defer sink.d.Release()
			call := s.wire.Call(sink)
			if _, err := s.client.Query(ctx, in, call.Option()); err != nil || !call.Direct() || len(sink.all) != n {
				tb.Fatal(err)
			}
		},
	}
}

func gets[T any](tb testing.TB, make func(int) T) rivals {
	tb.Helper()
	b := page(tb, 1, make)
	b = append(append([]byte(`{"Item":`), b[bytes.IndexByte(b, '[')+1:bytes.LastIndexByte(b, ']')]...), '}')
	s := newSubject(tb, b, make)
	in := getInput()
	return rivals{
		sdk: func(tb testing.TB) {
			out, err := s.client.GetItem(ctx, in)
			if err != nil {
				tb.Fatal(err)
			}
			var v T
			if err := attributevalue.UnmarshalMap(out.Item, &v); err != nil {
				tb.Fatal(err)
			}
		},
		direct: func(tb testing.TB) {
			sink := &items[T]{d: s.codec.Decoder()}
			defer sink.d.Release()
			call := s.wire.Call(sink)
			if _, err := s.client.GetItem(ctx, in, call.Option()); err != nil || !call.Direct() || len(sink.all) != 1 {
				tb.Fatal(err)
			}
		},
	}
}

func puts[T any](tb testing.TB, make func(int) T) rivals {
	tb.Helper()
	s := newSubject(tb, []byte(`{}`), make)
	v := make(1)
	var buf []byte
	return rivals{
		sdk: func(tb testing.TB) {
			in := putInput()
			var err error
			if in.Item, err = attributevalue.MarshalMap(v); err != nil {
				tb.Fatal(err)
			}
			if _, err := s.client.PutItem(ctx, in); err != nil {
				tb.Fatal(err)
			}
		},
		direct: func(tb testing.TB) {
			in, call := putInput(), s.wire.Call(nil)
			var err error
			if buf, err = s.codec.Append(buf[:0], reflect.ValueOf(&v).Elem()); err != nil {
				tb.Fatal(err)
			}
			call.Put(&in.Item, buf)
			if _, err := s.client.PutItem(ctx, in, call.Option()); err != nil {
				tb.Fatal(err)
			}
		},
	}
}

func batches[T any](tb testing.TB, n int, make func(int) T) rivals {
	tb.Helper()
	s := newSubject(tb, []byte(`{}`), make)
	var all []T
	for i := range n {
		all = append(all, make(i))
	}
	bufs := [25][]byte{}
	send := func(tb testing.TB, requests []types.WriteRequest, opts ...func(*dynamodb.Options)) {
		in := &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"t": requests}}
		if _, err := s.client.BatchWriteItem(ctx, in, opts...); err != nil {
			tb.Fatal(err)
		}
	}
	return rivals{
		sdk: func(tb testing.TB) {
			var requests []types.WriteRequest
			for i := range all {
				m, err := attributevalue.MarshalMap(all[i])
				if err != nil {
					tb.Fatal(err)
				}
				requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: m}})
			}
			send(tb, requests)
		},
		direct: func(tb testing.TB) {
			var requests []types.WriteRequest
			call := s.wire.Call(nil)
			for i := range all {
				var err error
				if bufs[i], err = s.codec.Append(bufs[i][:0], reflect.ValueOf(&all[i]).Elem()); err != nil {
					tb.Fatal(err)
				}
				r := &types.PutRequest{}
				call.Put(&r.Item, bufs[i])
				requests = append(requests, types.WriteRequest{PutRequest: r})
			}
			send(tb, requests, call.Option())
		},
	}
}

// BenchmarkRatio compares calls against a transport in process, in which the SDK with attributevalue and the direct way
// take turns. The best of many rounds leaves out what the garbage collector and other programs add; the median has it.
func BenchmarkRatio(b *testing.B) {
	for _, bb := range []struct {
		name string
		rivals
	}{
		{"Get/5", gets(b, codectest.NewSmall)},
		{"Get/17", gets(b, codectest.NewOrder)},
		{"Get/60", gets(b, codectest.NewWide)},
		{"Query100/5", queries(b, 100, codectest.NewSmall)},
		{"Query100/17", queries(b, 100, codectest.NewOrder)},
		{"Query100/60", queries(b, 100, codectest.NewWide)},
		{"Query1000/17", queries(b, 1000, codectest.NewOrder)},
		{"Put/5", puts(b, codectest.NewSmall)},
		{"Put/17", puts(b, codectest.NewOrder)},
		{"Put/60", puts(b, codectest.NewWide)},
		{"BatchWrite25/17", batches(b, 25, codectest.NewOrder)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			var times [2][]float64
			for b.Loop() {
				for i, f := range []func(testing.TB){bb.sdk, bb.direct} {
					start := time.Now()
					f(b)
					times[i] = append(times[i], float64(time.Since(start))/1000)
				}
			}
			slices.Sort(times[0])
			slices.Sort(times[1])
			half := len(times[0]) / 2
			b.ReportMetric(times[0][0]/times[1][0], "x-best")
			b.ReportMetric(times[0][half]/times[1][half], "x-median")
			b.ReportMetric(times[1][0], "µs-best")
			b.ReportMetric(times[1][half], "µs-median")
			b.ReportMetric(testing.AllocsPerRun(5, func() { bb.sdk(b) }), "sdk-allocs")
			b.ReportMetric(testing.AllocsPerRun(5, func() { bb.direct(b) }), "allocs")
			b.ReportMetric(0, "ns/op")
		})
	}
}
