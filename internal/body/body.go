// Package body has the bodies of requests and responses, in memory that is used again.
package body

import (
	"io"
	"slices"
	"sync"
)

const (
	// least is what a body is read into at first.
	least = 4 << 10
	// maxPresized bounds the memory that a header alone can take.
	maxPresized = 4 << 20
	// maxKept is more than a page takes: 1 MB of items, whose names and types make the JSON larger.
	maxKept = 8 << 20
)

// Body is the body of a response. Nothing that comes out of it may be part of it after Free.
type Body struct {
	raw    []byte
	broken bool // it was not read to its end
}

var bodies = sync.Pool{New: func() any { return new(Body) }}

// Read reads all that comes from r. The length is only a hint, negative when it is not known. There is a body together
// with an error, with what came before it.
func Read(r io.Reader, length int64) (*Body, error) {
	b := bodies.Get().(*Body)
	err := b.fill(r, length)
	b.broken = err != nil
	return b, err
}

// Bytes returns the body.
func (b *Body) Bytes() []byte { return b.raw }

// Free gives the memory back, unless it is of a size that is seldom needed.
func (b *Body) Free() {
	if cap(b.raw) <= maxKept {
		bodies.Put(b)
	}
}

func (b *Body) fill(r io.Reader, length int64) error {
	end := max(length+1, least) // with room to meet the end
	b.raw = b.raw[:0]
	if need := min(end, maxPresized); int64(cap(b.raw)) < need {
		b.raw = make([]byte, 0, need)
	}
	for {
		n, err := r.Read(b.raw[len(b.raw):cap(b.raw)])
		b.raw = b.raw[:len(b.raw)+n]
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if have := cap(b.raw); len(b.raw) == have {
			more := int64(have)
			if end > int64(have) {
				more = min(more, end-int64(have))
			}
			b.raw = slices.Grow(b.raw, int(more))
		}
	}
}
