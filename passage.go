package dyn

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/internal/lean"
	"github.com/dyntable/dyn/internal/wire"
)

// Items travel in one of three ways, with the same results. Tier 0 is that of
// the SDK, in maps of attribute values. In tier 1, items are written and read
// as DynamoDB's JSON within the SDK's own stack. In tier 2, the stack too is
// replaced.

// route is the way that requests of a service take.
type route struct {
	wire *wire.Client // nil in tier 0
	lean *lean.Client // nil but in tier 2
	why  string       // not a higher tier
}

// WithDirect sends requests by a pipeline of dyn's own instead of the SDK's
// middleware stack, which takes most of the time of a small request. It is made
// from the client's parts, its HTTP client, credentials, endpoint resolver,
// retryer and options, and sends what the SDK would send. A client that has
// middleware or options which dyn does not know keeps the SDK's pipeline;
// [Service.Explain] tells.
func WithDirect() ServiceOption {
	return func(s *Service) error { s.lean = true; return nil }
}

// Explain tells how items travel between DynamoDB and structs, which was settled
// when the service was made, and why not by a higher tier:
//
//   - 0: in the SDK's maps of attribute values, for clients other than a
//     *dynamodb.Client, other protocols, and middleware or interceptors that may
//     look at items;
//   - 1: directly, in the JSON of requests and responses, but within the SDK's
//     stack, for all others;
//   - 2: directly, with a pipeline of dyn's own; see [WithDirect].
//
// To have tier 0 with any client, hide what it is:
//
//	svc, err := dyn.NewService(struct{ dyn.Client }{client}, table)
func (s *Service) Explain() (tier int, why string) {
	switch r := &s.route; {
	case r.lean != nil:
		return 2, r.why
	case r.wire != nil:
		return 1, r.why
	}
	return 0, s.route.why
}

// newRoute looks at what the client is.
func (s *Service) newRoute() (r route) {
	if r.wire, r.why = wire.NewClient(s.client); r.wire == nil {
		return r
	}
	switch {
	case !s.lean:
		r.why = "WithDirect was not asked for"
	case len(s.clientOptions) > 0:
		r.why = "there are options of WithClientOptions"
	default:
		r.lean, r.why = lean.New(s.client.(*dynamodb.Client)) // as it is where there is a wire
	}
	return r
}

// direct reports whether items can come off the wire.
func (s *Service) direct() bool { return s.route.wire != nil }

// writesDirect reports whether items can be put on the wire. Middleware is shown
// attribute values.
func (s *Service) writesDirect() bool { return s.direct() && len(s.middleware) == 0 }

// unseen reports whether nobody but dyn and the SDK looks at inputs, so that they
// may share what is the same in many. The options of calls may bring middleware.
func (s *Service) unseen() bool { return s.writesDirect() && len(s.clientOptions) == 0 }

// passage is the way of one request: what is put on the wire and taken off it.
// It holds what the call needs on its way, too, so that this is one piece of memory.
// It may be nil in tier 0.
type passage struct {
	sink   *intake
	items  []cargo
	known  *wire.Known // of the condition of the request, if it is that of many
	direct bool        // the sink has the items of the answer
	counts bool        // lost is told of attempts
	lost   lostAnswers

	call wire.Call
	load [1]cargo // most have one item at most
	opts [2]func(*dynamodb.Options)

	// In tier 2, where the answer goes.
	svc   *Service
	api   string
	out   smithy.Deserializable
	tried bool // there has been an answer that was no good
}

// cargo is an item as JSON and its place in the input.
type cargo = wire.Slot

// put has item travel as JSON, unless nil.
func (p *passage) put(at *rawItem, json []byte) {
	if json == nil {
		return
	}
	if p.items == nil {
		p.items = p.load[:0]
	}
	p.items = append(p.items, cargo{At: at, Item: json})
}

// list returns the items of the answer, which are in items unless the sink has them.
func (p *passage) list(items []rawItem) []record {
	if p != nil && p.direct {
		return p.sink.records
	}
	return records(items)
}

// one is list for an answer with one item or none.
func (p *passage) one(item rawItem) record {
	switch {
	case p == nil || !p.direct:
		return record{attrs: item}
	case len(p.sink.records) == 0:
		return record{}
	}
	return p.sink.records[0]
}

// options are those for the SDK's client.
func (p *passage) options(s *Service) []func(*dynamodb.Options) {
	if p == nil && len(s.clientOptions) == 0 {
		return nil
	}
	var opts []func(*dynamodb.Options)
	if p != nil {
		opts = p.opts[:0]
	}
	if p != nil && p.counts {
		opts = append(opts, p.lost.watch)
	}
	return append(opts, s.clientOptions...)
}

// travel sends a request by the route of the service.
func travel[I, O any](
	ctx context.Context, s *Service, api, table string, in *I, p *passage, do method[I, O],
) (*O, error) {
	if !s.direct() {
		return do(s.client, ctx, in, p.options(s)...)
	}
	var sink wire.Sink
	if p.sink != nil {
		sink = p.sink
	}
	s.route.wire.Begin(&p.call, sink, p.items, p.known)
	if s.route.lean != nil {
		out := new(O)
		if sent, err := s.sendLean(ctx, api, table, p, in, out); sent {
			return out, err
		}
	}
	out, err := do(s.client, ctx, in, append(p.options(s), p.call.Option())...)
	p.call.Sent()
	p.direct = p.call.Direct()
	return out, err
}

// sendLean sends a request by tier 2. It does not when the input can be written
// by the SDK only.
func (s *Service) sendLean(ctx context.Context, api, table string, p *passage, in, out any) (sent bool, _ error) {
	from, ok := in.(smithy.Serializable)
	to, also := out.(smithy.Deserializable)
	if !ok || !also {
		return false, nil
	}
	body, ok := p.call.Body(from)
	if !ok {
		return false, nil
	}
	p.svc, p.api, p.out, p.tried = s, api, to, false
	c := lean.Call{Op: api, Table: table, Body: body, Decode: p.decode}
	if p.counts {
		c.Retryable = p.lost.note
	}
	md, err := s.route.lean.Do(ctx, c)
	if md.Free {
		p.call.Recycle()
	}
	p.direct = p.call.Direct()
	return true, err
}

// decode takes the answer of a request that went by tier 2.
func (p *passage) decode(answer []byte) error {
	if p.tried {
		reflect.ValueOf(p.out).Elem().SetZero()
	}
	p.tried = true
	if left := p.call.Answer(p.api, answer, p.out); len(left) > 0 {
		return p.svc.route.lean.Read(p.api, left, p.out)
	}
	return nil
}
