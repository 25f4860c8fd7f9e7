package wire

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/dyntable/dyn/internal/body"
	"github.com/dyntable/dyn/internal/ddbjson"
	"github.com/dyntable/dyn/internal/plain"
)

// Sink takes the items of a response. Items are only read where they are: a Sink keeps no part of body beyond End.
type Sink interface {
	// Begin is called before the items of a response, with their number if it is known, else 0. A response that could
	// not be used, and is followed by another try, may have given items before: they are void.
	Begin(n int)
	// Item takes the item at body[at:] and returns the place behind it. When ok is false, the SDK gets the whole response,
	// [Call.Direct] will be false, and whatever the Sink has taken is void.
	Item(from Source, body []byte, at int) (end int, ok bool)
	// End is called after the last item, with the same body.
	End(body []byte)
}

// Source tells where in a response an item is.
type Source struct {
	Table string // of BatchGetItem, else ""
	Index int    // in its list. TransactGetItems leaves out those that do not exist.
}

// Call is one call of a client on the direct way. It is used once, between one [Client.Begin] and the next.
type Call struct {
	client *Client
	sink   Sink
	slots  []Slot
	known  *Known
	body   *serializer
	http   transport
	sent   *body.Payload // what body has, as the request's stream, where http does not hash it
	proto  protocol
	stack  [1]func(*middleware.Stack) error
	verify bool // compare checksums
	places int  // of the items in the response, see Places
	off    bool
	direct bool
}

// Slot is an item, or a key, as JSON and its place in an input: At points to the Item of a PutItemInput, a
// types.PutRequest or a types.Put, to the Key of a GetItemInput, a types.DeleteRequest or a types.Get, or to one of the
// Keys of a types.KeysAndAttributes.
type Slot struct {
	At   *map[string]types.AttributeValue
	Item []byte
}

// Begin makes c a call whose items in the response go to sink, which may be nil, and whose input has items, and a condition
// that may be known. The input is good for this call only. The items must stay as they are until the call returns.
func (w *Client) Begin(c *Call, sink Sink, items []Slot, condition *Known) {
	*c = Call{client: w, sink: sink, slots: items, known: condition}
	for i := range items {
		*items[i].At = placeholder(i)
	}
}

// Direct tells, after the call has succeeded, whether the sink has the items. If not they are in the output.
func (c *Call) Direct() bool { return c.direct }

// Places tells how many places for an item the list of TransactGetItems had, which are empty for items that do not exist.
func (c *Call) Places() int { return c.places }

// Body writes an input as the request's body, for a client that is not the SDK's. When ok is false there is something in
// it that only the SDK can write, and the items are in the input as maps. Once nobody holds on to the body any more,
// Recycle may be called.
func (c *Call) Body(in smithy.Serializable) (body []byte, ok bool) {
	s := newSerializer(c.slots)
	s.known = c.known
	s.write(in)
	if s.unknown || s.written != len(c.slots) {
		s.free()
		c.stepAside()
		return nil, false
	}
	c.body = s
	return s.buf, true
}

// Sent must be called once the SDK's client has returned.
func (c *Call) Sent() {
	if c.http.sending.Free() && (c.sent == nil || c.sent.Free()) {
		c.Recycle()
	}
	c.sent = nil
}

// Recycle lets the memory of the body be used again.
func (c *Call) Recycle() {
	if c.body != nil {
		c.body.free()
		c.body = nil
	}
}

// allProcessed is the usual answer of BatchWriteItem.
const allProcessed = `{"UnprocessedItems":{}}`

// Answer takes the items out of the answer of an operation. It returns what is left for the SDK's protocol to read into
// out: nothing, if there is nothing else or it is in out already.
func (c *Call) Answer(operation string, answer []byte, out smithy.Deserializable) (left []byte) {
	c.direct, c.places = false, 0
	if string(answer) == allProcessed {
		if out, ok := out.(*dynamodb.BatchWriteItemOutput); ok {
			out.UnprocessedItems = map[string][]types.WriteRequest{}
			return nil
		}
	}
	if c.sink != nil && !c.off {
		if left, c.direct = c.take(operation, answer, out); c.direct {
			return left
		}
	}
	if string(answer) == "{}" {
		return nil
	}
	return answer
}

// Option is the option that makes the call go the direct way. It must be the last one.
func (c *Call) Option() func(*dynamodb.Options) { return c.apply }

func (c *Call) apply(o *dynamodb.Options) {
	if unusual(o) != "" {
		c.stepAside()
		return
	}
	if o.HTTPClient != nil {
		o.HTTPClient = plain.Of(o.HTTPClient)
	}
	switch {
	case len(o.APIOptions) > 0:
		o.APIOptions = append(slices.Clip(o.APIOptions), c.guard)
	case o.HTTPClient != nil && !watched(o):
		c.http = transport{call: c, client: o.HTTPClient}
		c.stack[0] = c.http.add
		o.APIOptions = c.stack[:]
	}
	c.verify = !o.DisableValidateResponseChecksum
	if !o.EnableAcceptEncodingGzip {
		o.DisableValidateResponseChecksum = true // would only hash it all once more
	}
	if reflect.TypeOf(o.EndpointResolverV2) == resolverType {
		o.EndpointResolverV2 = &c.client.endpoints
	}
	if c.client.fastAuth != nil && len(o.AuthSchemes) == 1 && o.AuthSchemes[0] == c.client.auth[0] {
		o.AuthSchemes = c.client.fastAuth
	}
	c.proto = protocol{ClientProtocol: o.Protocol, call: c}
	o.Protocol = &c.proto
}

// guard looks at the middleware of the very call: it may not be that of other calls.
func (c *Call) guard(s *middleware.Stack) error {
	if c.client.foreign(s.ID(), stackIDs(s)) != "" {
		c.stepAside()
	}
	return nil
}

// stepAside leaves the call to the SDK: real maps take the place of the placeholders.
func (c *Call) stepAside() {
	c.off = true
	for _, s := range c.slots {
		m, _, ok := ddbjson.ParseMap(s.Item, 0)
		if !ok {
			m = nil // not an item; the SDK says that there is none
		}
		*s.At = m
	}
}

// mark begins the only attribute name of a placeholder. No item has such a name: it would be no valid key, and there is
// nothing else in a placeholder, so that DynamoDB refuses one that ever got there.
const mark = "\x00dyn.item."

var placeholders = func() (all [100]map[string]types.AttributeValue) {
	for i := range all {
		all[i] = newPlaceholder(i)
	}
	return all
}()

func newPlaceholder(i int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{mark + strconv.Itoa(i): &types.AttributeValueMemberNULL{Value: true}}
}

func placeholder(i int) map[string]types.AttributeValue {
	if i < len(placeholders) {
		return placeholders[i]
	}
	return newPlaceholder(i)
}
