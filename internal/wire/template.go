package wire

import (
	"context"
	"net/http"
	"net/url"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// template is what the SDK's protocol sets in the requests of one operation, but for the body.
type template struct {
	method string
	path   string
	header http.Header
}

// template returns the template of an operation, which it lets the SDK's protocol fill in once.
func (w *Client) template(ctx context.Context, p smithyhttp.ClientProtocol, schema *smithy.OperationSchema) (*template, error) {
	if t, ok := w.templates.Load(schema.ID().Name); ok {
		return t.(*template), nil
	}
	req, ok := smithyhttp.NewStackRequest().(*smithyhttp.Request)
	if !ok {
		return nil, errNoRequest
	}
	req.URL = &url.URL{}
	if err := p.SerializeRequest(ctx, schema, nothing{}, req); err != nil {
		return nil, err
	}
	t := &template{req.Method, req.URL.Path, req.Header}
	w.templates.Store(schema.ID().Name, t)
	return t, nil
}

// apply makes req a request of the operation.
func (t *template) apply(req *smithyhttp.Request) {
	req.Method = t.method
	if req.URL.Path == "" {
		req.URL.Path = t.path
	}
	for name, values := range t.header {
		req.Header[name] = values[:len(values):len(values)]
	}
}

// nothing is an input without members.
type nothing struct{}

func (nothing) Serialize(smithy.ShapeSerializer) {}
