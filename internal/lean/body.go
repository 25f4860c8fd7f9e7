package lean

import (
	"io"

	"github.com/dyntable/dyn/internal/body"
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
	p.large = body.NewPayload(raw)
	return p.large
}
