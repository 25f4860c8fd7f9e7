package wire

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
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
	body := bytes.NewReader(bytes.Clone(buf))
	c.Recycle()
	with, err := req.SetStream(body)
	if err != nil {
		return fmt.Errorf("set stream: %w", err)
	}
	*req = *with
	t.apply(req) // after SetStream, which copies what there is
	return nil
}

// DeserializeResponse implements [smithyhttp.ClientProtocol].
func (p *protocol) DeserializeResponse(
	ctx context.Context, schema *smithy.OperationSchema, reg *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable,
) error {
	c := p.call
	b := bodies.Get().(*body)
	defer b.release()
	if err := b.read(resp, c.verify); err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	left := b.bytes()
	isSuccess := resp.StatusCode >= 200 && resp.StatusCode < 300
	c.direct = false
	if isSuccess && len(left) > 0 {
		if left = c.Answer(schema.ID().Name, left, out); len(left) == 0 || string(left) == "{}" {
			return nil
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(left))
	err := p.deserialize(ctx, schema, reg, resp, out)
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

// body is the body of a response. Bodies are used again, for nothing that comes out of them is part of them.
type body struct{ buf bytes.Buffer }

var bodies = sync.Pool{New: func() any { return new(body) }}

const (
	// maxPooled is a little more than the largest page takes: 1 MB of items with the types and names in JSON.
	maxPooled = 4 << 20
	// maxPresized bounds the memory that a header alone can take.
	maxPresized = 2 << 20
)

func (b *body) bytes() []byte { return b.buf.Bytes() }

func (b *body) release() {
	if b.buf.Cap() <= maxPooled {
		b.buf.Reset()
		bodies.Put(b)
	}
}

// read reads all of a response and closes it.
func (b *body) read(resp *smithyhttp.Response, verify bool) error {
	if n := resp.ContentLength; n > 0 {
		b.buf.Grow(int(min(n, maxPresized)) + bytes.MinRead)
	}
	if _, err := b.buf.ReadFrom(resp.Body); err != nil {
		return err
	}
	closed := resp.Body.Close()
	resp.Body = http.NoBody
	if !verify {
		return nil
	}
	return b.check(resp, closed)
}

const (
	checksumHeader = "X-Amz-Crc32"
	// checksumText is in the error with which the SDK's reader closes when the checksum is wrong. It is needed where
	// the bytes at hand are not those that were sent, but decompressed.
	checksumText = "did not match expected checksum"
)

func (b *body) check(resp *smithyhttp.Response, closed error) error {
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if closed != nil && strings.Contains(closed.Error(), checksumText) {
			return &checksumError{closed.Error()}
		}
		return nil
	}
	header := resp.Header.Get(checksumHeader)
	if header == "" {
		return nil
	}
	want, err := strconv.ParseUint(header, 10, 32)
	if err != nil {
		return fmt.Errorf("unable to parse checksum header %v, %w", header, err)
	}
	if got := crc32.ChecksumIEEE(b.bytes()); got != uint32(want) {
		return &checksumError{fmt.Sprintf("response %s, %d, %d", checksumText, want, got)}
	}
	return nil
}

// checksumError is the error of a response that was damaged on its way. The SDK's retryer tries again.
type checksumError struct{ text string }

func (e *checksumError) Error() string { return e.text }

// RetryableError is what the SDK's retryer asks.
func (*checksumError) RetryableError() bool { return true }
