package lean

import (
	"io"

	"github.com/dyntable/dyn/internal/body"
)

// body returns a request's body.
func (p *parcel) body(raw []byte) io.ReadCloser {
	if len(raw) <= body.Small {
		p.small.Reset(string(raw))
		return io.NopCloser(&p.small)
	}
	p.large = body.NewPayload(raw)
	return p.large
}
