package expr

import (
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Builder collects the placeholders that the expressions of one request share.
// The zero Builder is ready for use; one from [New] has room for requests of
// ordinary size.
type Builder struct {
	buf    []byte
	names  []string
	values []types.AttributeValue

	room struct {
		text   [256]byte
		names  [8]string
		values [8]types.AttributeValue
	}
}

var builders = sync.Pool{New: func() any { return new(Builder) }}

// New returns a Builder to give back with [Builder.Release].
func New() *Builder {
	b := builders.Get().(*Builder)
	b.buf, b.names, b.values = b.room.text[:0], b.room.names[:0], b.room.values[:0]
	return b
}

// Release ends the use of b. What it gave out is the caller's.
func (b *Builder) Release() {
	// Hold on to no value, but do not clear what is clear: the collector has a
	// look at each pointer that goes.
	clear(b.room.names[:min(len(b.names), len(b.room.names))])
	clear(b.room.values[:min(len(b.values), len(b.room.values))])
	b.buf, b.names, b.values = nil, nil, nil
	builders.Put(b)
}

// Text is where an expression lies in what a Builder has written: those of one
// request share one string.
type Text struct{ from, to int }

// In returns the expression, given what [Builder.Written] returned.
func (t Text) In(written string) string { return written[t.from:t.to] }

// Written returns all expressions that b has written.
func (b *Builder) Written() string { return string(b.buf) }

func (b *Builder) since(start int) Text { return Text{start, len(b.buf)} }

// Projection writes a projection of the given paths, in their order.
func (b *Builder) Projection(paths []Path) Text {
	start := len(b.buf)
	for i, p := range paths {
		if i > 0 {
			b.text(", ")
		}
		b.path(p)
	}
	return b.since(start)
}

// Names returns the request's ExpressionAttributeNames, nil when there are none.
func (b *Builder) Names() map[string]string {
	if len(b.names) == 0 {
		return nil
	}
	m := make(map[string]string, len(b.names))
	for i, n := range b.names {
		m[placeholder('#', i)] = n
	}
	return m
}

// Values returns the request's ExpressionAttributeValues, nil when there are none.
func (b *Builder) Values() map[string]types.AttributeValue {
	if len(b.values) == 0 {
		return nil
	}
	m := make(map[string]types.AttributeValue, len(b.values))
	for i, v := range b.values {
		m[placeholder(':', i)] = v
	}
	return m
}

func (b *Builder) text(s string) { b.buf = append(b.buf, s...) }

func (b *Builder) path(p Path) {
	for i, s := range p {
		if s.List {
			b.buf = append(b.buf, '[')
			b.buf = strconv.AppendInt(b.buf, int64(s.Index), 10)
			b.buf = append(b.buf, ']')
			continue
		}
		if i > 0 {
			b.buf = append(b.buf, '.')
		}
		b.name(s.Name)
	}
}

// name writes the placeholder of an attribute name. Requests have few names, so
// a scan finds a known one sooner than a map would.
func (b *Builder) name(name string) {
	for i, n := range b.names {
		if n == name {
			b.text(placeholder('#', i))
			return
		}
	}
	b.names = append(b.names, name)
	b.text(placeholder('#', len(b.names)-1))
}

func (b *Builder) value(v types.AttributeValue) {
	b.values = append(b.values, v)
	b.text(placeholder(':', len(b.values)-1))
}

// common holds the placeholders of ordinary requests, so that writing them
// allocates nothing.
var common = func() (c [2][64]string) {
	for i := range 64 {
		c[0][i] = "#" + strconv.Itoa(i)
		c[1][i] = ":" + strconv.Itoa(i)
	}
	return c
}()

func placeholder(kind byte, i int) string {
	switch {
	case i >= 64:
		return string(kind) + strconv.Itoa(i)
	case kind == '#':
		return common[0][i]
	}
	return common[1][i]
}
