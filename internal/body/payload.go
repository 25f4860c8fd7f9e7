package body

import (
	"errors"
	"io"
	"strings"
	"sync"
)

// Small is the size up to which the body of a request is copied for it: net/http sends one that it knows to be in memory
// together with the headers, where its buffer of 4 KB has room for both.
const Small = 3 << 10 // the headers take most of a KB

// Sending is the sending of one body, in as many attempts as it takes.
type Sending struct {
	Attempts int
	large    *Payload // of the first, nil for a small body
}

// Next returns the body of one more attempt to send b: a small one reads a copy, by a reader of its own or the one given;
// another reads b itself.
func (s *Sending) Next(b []byte, small *strings.Reader) io.ReadCloser {
	s.Attempts++
	if len(b) > Small {
		p := NewPayload(b)
		if s.Attempts == 1 {
			s.large = p
		}
		return p
	}
	if small == nil {
		small = new(strings.Reader)
	}
	small.Reset(string(b))
	return io.NopCloser(small)
}

// Free reports whether nobody looks at the memory of the body any more. After a second attempt, somebody may.
func (s *Sending) Free() bool { return s.large == nil || s.Attempts == 1 && s.large.Free() }

// Payload is the body of a request, which is not copied. A transport does not tell when it has done with one: a service
// may answer before it has read all of a request, and then the transport goes on reading. So a payload says whether all
// of it has been read.
type Payload struct {
	mu          sync.Mutex
	whole, rest []byte
}

// NewPayload returns a body that reads from b.
func NewPayload(b []byte) *Payload { return &Payload{whole: b, rest: b} }

// Free reports whether all has been read. Then nobody looks at the memory any more.
func (p *Payload) Free() bool {
	if !p.mu.TryLock() {
		return false // it is being written to somebody, who may take long
	}
	defer p.mu.Unlock()
	if len(p.rest) > 0 {
		return false
	}
	p.whole, p.rest = nil, nil // not to be had by Seek either
	return true
}

// Len returns how much is left.
func (p *Payload) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.rest)
}

// Read implements [io.Reader].
func (p *Payload) Read(dst []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(dst, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// WriteTo implements [io.WriterTo].
func (p *Payload) WriteTo(w io.Writer) (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := w.Write(p.rest)
	if err == nil && n < len(p.rest) {
		err = io.ErrShortWrite
	}
	p.rest = p.rest[n:]
	return int64(n), err
}

var errSeek = errors.New("seek out of a request's body")

// Seek implements [io.Seeker].
func (p *Payload) Seek(offset int64, whence int) (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch size := int64(len(p.whole)); whence {
	case io.SeekCurrent:
		offset += size - int64(len(p.rest))
	case io.SeekEnd:
		offset += size
	}
	if offset < 0 || offset > int64(len(p.whole)) {
		return 0, errSeek
	}
	p.rest = p.whole[offset:]
	return offset, nil
}

// Close implements [io.Closer].
func (*Payload) Close() error { return nil }
