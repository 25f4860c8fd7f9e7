package codec

import (
	"errors"
	"reflect"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxDepth ends the encoding of values that contain themselves. The service accepts 32 levels.
const maxDepth = 64

var errDepth = errors.New("nested more than 64 levels deep; does the value contain itself?")

// encodeFunc returns v as an attribute value, nil when it is left out.
type encodeFunc func(e *encoder, v reflect.Value) (types.AttributeValue, error)

// encoder is what one call of Encode works with: room for the members and texts of an item, taken in blocks because
// one allocation each is most of what encoding an item costs.
type encoder struct {
	s       slab[types.AttributeValueMemberS]
	n       slab[types.AttributeValueMemberN]
	b       slab[types.AttributeValueMemberBOOL]
	text    strings.Builder
	scratch [64]byte
	depth   int
}

// size is the room a value is expected to take.
type size struct{ s, n, b, text int }

func (z size) plus(o size) size { return size{z.s + o.s, z.n + o.n, z.b + o.b, z.text + o.text} }

func (z size) times(k int) size { return size{z.s * k, z.n * k, z.b * k, z.text * k} }

var encoders = sync.Pool{New: func() any { return new(encoder) }}

func newEncoder() *encoder { return encoders.Get().(*encoder) }

// release gives e back, without the blocks: what is left of them belongs to values that were returned.
func (e *encoder) release() {
	*e = encoder{}
	encoders.Put(e)
}

func (e *encoder) reserve(z size) {
	e.s.reserve(z.s)
	e.n.reserve(z.n)
	e.b.reserve(z.b)
	if z.text > 0 {
		e.room(z.text)
	}
}

// enter counts a level of nesting, which leave ends.
func (e *encoder) enter() error {
	if e.depth++; e.depth > maxDepth {
		return errDepth
	}
	return nil
}

func (e *encoder) leave() { e.depth-- }

func (e *encoder) str(s string) *types.AttributeValueMemberS {
	m := e.s.take()
	m.Value = s
	return m
}

func (e *encoder) num(s string) *types.AttributeValueMemberN {
	m := e.n.take()
	m.Value = s
	return m
}

// keep returns b as a string. Texts share blocks: a builder's buffer never moves while there is room, and what
// String returned stays as it is when more is written.
func (e *encoder) keep(b []byte) string {
	e.room(len(b))
	start := e.text.Len()
	e.text.Write(b)
	return e.text.String()[start:]
}

func (e *encoder) room(n int) {
	if e.text.Cap()-e.text.Len() >= n {
		return
	}
	e.text = strings.Builder{}
	e.text.Grow(n)
}

func null() types.AttributeValue { return &types.AttributeValueMemberNULL{Value: true} }

// slab hands out the elements of blocks.
type slab[T any] struct {
	free []T
	last int // length of the last block that was not reserved
}

const maxBlock = 16

func (s *slab[T]) take() *T {
	if len(s.free) == 0 {
		s.last = min(max(1, 2*s.last), maxBlock)
		s.free = make([]T, s.last)
	}
	p := &s.free[0]
	s.free = s.free[1:]
	return p
}

func (s *slab[T]) reserve(n int) {
	if len(s.free) < n {
		s.free = make([]T, n)
	}
}
