package lean

import (
	"io"
	"sync"
)

// smallBody is the size up to which a body is copied for its request. net/http sends one that it knows to be in memory
// together with the headers, where its buffer of 4 KB has room for both, but it does not tell when it has done with it: a
// service may answer before it has read all of a request, and then the transport goes on reading the body.
const smallBody = 3 << 10 // the headers take most of a KB

// body returns a request's body.
func (p *parcel) body(raw []byte) io.ReadCloser {
	if len(raw) <= smallBody {
		p.small.Reset(string(raw))
		return io.NopCloser(&p.small)
	}
	p.large = &payload{rest: raw}
	return p.large
}

// payload is a body that is not copied. It hands out no part of its memory, so that this can be taken back.
type payload struct {
	mu   sync.Mutex
	rest []byte
}

// Read implements [io.Reader].
func (p *payload) Read(dst []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(dst, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// Close implements [io.Closer].
func (*payload) Close() error { return nil }

// free reports whether all of the body has been read, so that nobody will look at its memory any more.
func (p *payload) free() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.rest) == 0
}
