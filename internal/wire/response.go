package wire

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/dyntable/dyn/internal/ddbjson"
)

// response is a response on its way to a sink.
type response struct {
	call *Call
	body []byte
	out  smithy.Deserializable
	how  *reader

	taken   bool // the member with the items
	from    int  // where it is
	to      int
	rest    bool // there are members that are none of these
	count   int32
	scanned int32
	last    map[string]types.AttributeValue
	all     bool // no key is unprocessed
}

// readers are, by operation, the member of the response that holds items, and how it is read.
var readers = map[string]*reader{
	"GetItem":          {"Item", (*response).one, `{"Item":`},
	"PutItem":          {"Attributes", (*response).one, `{"Attributes":`},
	"UpdateItem":       {"Attributes", (*response).one, `{"Attributes":`},
	"DeleteItem":       {"Attributes", (*response).one, `{"Attributes":`},
	"Query":            {"Items", (*response).list, ""},
	"Scan":             {"Items", (*response).list, ""},
	"BatchGetItem":     {"Responses", (*response).tables, ""},
	"TransactGetItems": {"Responses", (*response).wrapped, ""},
}

type reader struct {
	member string
	read   func(*response, int) int
	alone  string // how a response begins that may have nothing but one item
}

// take gives the items of a response to the sink and returns what is left of the body, nothing if there is nothing in
// it for the SDK. When ok is false the SDK has to read it all.
func (c *Call) take(operation string, body []byte, out smithy.Deserializable) (rest []byte, ok bool) {
	how, ok := readers[operation]
	if !ok {
		return nil, false
	}
	early := 0 // the place behind an item that has been read
	if how.alone != "" && len(body) > len(how.alone) && string(body[:len(how.alone)]) == how.alone {
		c.sink.Begin(1)
		if early, ok = c.sink.Item(Source{}, body, len(how.alone)); !ok {
			return nil, false
		}
		if early == len(body)-1 && body[early] == '}' {
			c.sink.End(body)
			return nil, true
		}
	}
	return c.takeMembers(how, body, early, out)
}

// takeMembers is take for responses of any form. If to is not 0, the items are at their place and have been read.
func (c *Call) takeMembers(how *reader, body []byte, to int, out smithy.Deserializable) (rest []byte, ok bool) {
	r := response{call: c, body: body, out: out, how: how}
	if to != 0 {
		r.taken, r.from, r.to = true, len(how.alone), to
	}
	end := ddbjson.Members(body, 0, r.member)
	if end == ddbjson.Bad || ddbjson.SkipSpace(body, end) != len(body) {
		return nil, false
	}
	if !r.taken {
		c.sink.Begin(0)
	}
	c.sink.End(body)
	if r.rest {
		return r.left(), true
	}
	switch out := out.(type) {
	case *dynamodb.QueryOutput:
		out.Count, out.ScannedCount, out.LastEvaluatedKey = r.count, r.scanned, r.last
	case *dynamodb.ScanOutput:
		out.Count, out.ScannedCount, out.LastEvaluatedKey = r.count, r.scanned, r.last
	case *dynamodb.BatchGetItemOutput:
		if r.all {
			out.UnprocessedKeys = map[string]types.KeysAndAttributes{}
		}
	}
	return nil, true
}

// left returns the body with null in the place of the items.
func (r *response) left() []byte {
	if !r.taken {
		return r.body
	}
	return slices.Concat(r.body[:r.from], []byte("null"), r.body[r.to:])
}

// member reads one member of the response.
func (r *response) member(name []byte, at int) int {
	switch string(name) {
	case r.how.member:
		if r.taken && at == r.from {
			return r.to // read before the others
		}
		if r.taken {
			return ddbjson.Bad
		}
		r.taken, r.from = true, at
		r.to = r.how.read(r, at)
		return r.to
	case "Count":
		return r.number(&r.count, at)
	case "ScannedCount":
		return r.number(&r.scanned, at)
	case "LastEvaluatedKey":
		m, end, ok := ddbjson.ParseMap(r.body, at)
		if !ok || r.last != nil {
			return ddbjson.Bad
		}
		r.last = m
		return end
	case "UnprocessedKeys":
		if bytes.HasPrefix(r.body[at:], []byte("{}")) {
			r.all = true
			return at + len("{}")
		}
	}
	r.rest = true
	return ddbjson.SkipValue(r.body, at)
}

func (r *response) number(to *int32, at int) int {
	end := ddbjson.SkipValue(r.body, at)
	if end == ddbjson.Bad {
		return ddbjson.Bad
	}
	text := string(r.body[at:end])
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || strconv.FormatInt(n, 10) != text {
		return ddbjson.Bad
	}
	*to = int32(n)
	return end
}

func (r *response) item(from Source, at int) int {
	end, ok := r.call.sink.Item(from, r.body, at)
	if !ok {
		return ddbjson.Bad
	}
	return end
}

// one reads an item.
func (r *response) one(at int) int {
	r.call.sink.Begin(1)
	return r.item(Source{}, at)
}

// leastItem is what an item takes in a response at least: {"k":{"N":"1"}}.
const leastItem = 15

// list reads a list of items.
func (r *response) list(at int) int {
	r.call.sink.Begin(max(0, min(int(r.count), (len(r.body)-at)/leastItem))) // what it says alone takes no memory
	return r.elements(Source{}, at)
}

func (r *response) elements(from Source, at int) int {
	return ddbjson.Elements(r.body, at, func(k, at int) int {
		from.Index = k
		return r.item(from, at)
	})
}

// tables reads lists of items under the names of their tables.
func (r *response) tables(at int) int {
	r.call.sink.Begin(0)
	return ddbjson.Members(r.body, at, func(name []byte, at int) int {
		return r.elements(Source{Table: string(name)}, at)
	})
}

// wrapped reads a list of objects with or without an item.
func (r *response) wrapped(at int) int {
	r.call.sink.Begin(0)
	return ddbjson.Elements(r.body, at, func(k, at int) int {
		r.call.places = k + 1
		seen := false
		return ddbjson.Members(r.body, at, func(name []byte, at int) int {
			if string(name) != "Item" || seen {
				return ddbjson.Bad // nothing else is known to be there
			}
			seen = true
			return r.item(Source{Index: k}, at)
		})
	})
}
