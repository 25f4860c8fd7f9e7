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
		conds  [8]Cond
	}
}

var builders = sync.Pool{New: func() any { return new(Builder) }}

// New returns a Builder to give back with [Builder.Release].
func New() *Builder {
	b := builders.Get().(*Builder)
	b.buf, b.names, b.values = b.room.text[:0], b.room.names[:0], b.room.values[:0]
	return b
}

// Release ends the use of b. What it gave out, but for [Builder.Conds], is the
// caller's.
func (b *Builder) Release() {
	*b = Builder{} // hold on to no value
	builders.Put(b)
}

// Conds returns an empty list with room for the conditions of one expression.
// It is good until the next call.
func (b *Builder) Conds() []Cond { return b.room.conds[:0] }

// Projection writes a projection of the given paths, in their order.
func (b *Builder) Projection(paths []Path) string {
	b.buf = b.buf[:0]
	for i, p := range paths {
		if i > 0 {
			b.text(", ")
		}
		b.path(p)
	}
	return string(b.buf)
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
