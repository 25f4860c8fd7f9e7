package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/dyntable/dyn/internal/body"
)

// protocol is the SDK's protocol with the items taken out.
type protocol struct {
	smithyhttp.ClientProtocol
	call *Call
}

// SerializeRequest implements [smithyhttp.ClientProtocol].
func (p *protocol) SerializeRequest(
	ctx context.Context, schema *smithy.OperationSchema, in smithy.Serializable, req *smithyhttp.Request,
) error {
	c := p.call
	if c.off {
		return p.ClientProtocol.SerializeRequest(ctx, schema, in, req)
	}
	buf, ok := c.Body(in)
	if !ok {
		return p.ClientProtocol.SerializeRequest(ctx, schema, in, req)
	}
	t, err := c.client.template(ctx, p.ClientProtocol, schema)
	if err != nil {
		return err
	}
	if c.http.hash == nil {
		c.sent = body.NewPayload(buf)
		with, err := req.SetStream(c.sent)
		if err != nil {
			return fmt.Errorf("set stream: %w", err)
		}
		*req = *with
	}
	req.ContentLength = int64(len(buf))
	t.apply(req) // after SetStream, which copies what there is
	return nil
}

// DeserializeResponse implements [smithyhttp.ClientProtocol].
func (p *protocol) DeserializeResponse(
	ctx context.Context, schema *smithy.OperationSchema, reg *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable,
) error {
	c := p.call
	b, err := c.receive(resp)
	defer b.Free()
	if err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	left := b.Bytes()
	isSuccess := resp.StatusCode >= 200 && resp.StatusCode < 300
	c.direct = false
	if isSuccess && len(left) > 0 {
		if left = c.Answer(schema.ID().Name, left, out); len(left) == 0 {
			return nil
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(left))
	err = p.deserialize(ctx, schema, reg, resp, out)
	resp.Body = http.NoBody // nobody may read what is used again
	c.direct = c.direct && err == nil
	return err
}

// deserialize leaves what is left of a response to the SDK, which panics on some texts that are no JSON.
func (p *protocol) deserialize(
	ctx context.Context, schema *smithy.OperationSchema, reg *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable,
) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &smithy.DeserializationError{Err: fmt.Errorf("the response is malformed: %v", r)}
		}
	}()
	return p.ClientProtocol.DeserializeResponse(ctx, schema, reg, resp, out)
}

// receive reads all of a response, closes it and looks for damage.
func (c *Call) receive(resp *smithyhttp.Response) (*body.Body, error) {
	b, err := body.Read(resp.Body, resp.ContentLength)
	if err != nil {
		return b, err
	}
	closed := resp.Body.Close()
	resp.Body = http.NoBody
	if !c.verify {
		return b, nil
	}
	return b, check(resp, b, closed)
}

// checksumText is in the error with which the SDK's reader closes when the checksum is wrong. It is needed where the
// bytes at hand are not those that were sent, but decompressed.
const checksumText = "did not match expected checksum"

func check(resp *smithyhttp.Response, b *body.Body, closed error) error {
	if resp.Header.Get("Content-Encoding") != "gzip" {
		return b.Check(resp.Header)
	}
	if closed != nil && strings.Contains(closed.Error(), checksumText) {
		return &body.ChecksumError{Text: closed.Error()}
	}
	return nil
}
