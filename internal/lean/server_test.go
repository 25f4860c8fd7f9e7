package lean

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/dynlocal"
)

// serverClient is a client of a server.
func serverClient(server *httptest.Server, transport http.RoundTripper) *dynamodb.Client {
	o := options(nil)
	o.BaseEndpoint, o.HTTPClient = &server.URL, &http.Client{Transport: transport}
	return dynamodb.New(o)
}

// TestServer runs operations on dynlocal over HTTP and HTTPS, from many goroutines.
func TestServer(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		server := httptest.NewUnstartedServer(dynlocal.New().Handler())
		if secure {
			server.EnableHTTP2 = true
			server.StartTLS()
		} else {
			server.Start()
		}
		t.Cleanup(server.Close)
		client := serverClient(server, server.Client().Transport)
		createTable(t, client)
		c := direct(t, client)
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for i := range 25 {
					if err := writeAndRead(c, fmt.Sprintf("%d-%d", g, i)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
}

func createTable(t *testing.T, client *dynamodb.Client) {
	t.Helper()
	_, err := client.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName: aws.String("app"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: "S"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: "HASH"}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// writeAndRead creates an item of some size, fails to create it again, and reads it.
func writeAndRead(c *Client, id string) error {
	long := strings.Repeat(id, 3000)
	put := Call{
		Op: "PutItem", Table: "app", Decode: func([]byte) error { return nil },
		Body: fmt.Appendf(nil, `{"TableName":"app","Item":{"pk":{"S":%q},"long":{"S":%q}},"ConditionExpression":"attribute_not_exists(pk)"}`, id, long),
	}
	ctx := context.Background()
	if md, err := c.Do(ctx, put); err != nil || md.RequestID == "" {
		return fmt.Errorf("put: %+v, %w", md, err)
	}
	var taken *types.ConditionalCheckFailedException
	if _, err := c.Do(ctx, put); !errors.As(err, &taken) {
		return fmt.Errorf("put again: %w", err)
	}
	var got string
	get := Call{
		Op: "GetItem", Table: "app", Body: fmt.Appendf(nil, `{"TableName":"app","Key":{"pk":{"S":%q}}}`, id),
		Decode: func(answer []byte) error {
			got = string(answer)
			return nil
		},
	}
	if _, err := c.Do(ctx, get); err != nil {
		return err
	}
	if !strings.Contains(got, long) {
		return fmt.Errorf("get %s: got %.100s", id, got)
	}
	return nil
}

// TestGzip has packed answers, whose checksum is that of what was sent.
func TestGzip(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, orderJSON)
	_ = w.Close()
	tests := []struct {
		name string
		body string
		want string // of the error
	}{
		{"whole", packed.String(), ""},
		{"truncated", packed.String()[:packed.Len()-10], "deserialization failed, unexpected EOF"},
		{"no gzip at all", orderJSON, "deserialization failed, failed to decompress gzip response, gzip: invalid header"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := sameBoth(t, func(call func(context.Context, *dynamodb.Client) error) failed {
				s := script(answer(200, tt.body, "Content-Encoding", "gzip"))
				o := options(s)
				o.EnableAcceptEncodingGzip = true
				return observe(call(context.Background(), dynamodb.New(o)), s.seen)
			})
			if !strings.HasSuffix(got.Text, tt.want) || (got.Text == "") != (tt.want == "") {
				t.Errorf("error %q, want %q", got.Text, tt.want)
			}
		})
	}
}

// countingConn counts what its owner writes in one piece.
type countingConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countingConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

// TestOneWrite has headers and body leave together.
func TestOneWrite(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, orderJSON)
	}))
	t.Cleanup(server.Close)
	var writes atomic.Int64
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		return countingConn{conn, &writes}, err
	}}
	t.Cleanup(transport.CloseIdleConnections)
	c := direct(t, serverClient(server, transport))
	for range 5 {
		if _, err := get(context.Background(), c); err != nil {
			t.Fatal(err)
		}
	}
	if writes.Load() != 5 {
		t.Errorf("5 requests took %d writes", writes.Load())
	}
}

// TestDropped has a server that hangs up, at different times.
func TestDropped(t *testing.T) {
	t.Parallel()
	for name, drop := range map[string]func(net.Conn){
		"at once": func(conn net.Conn) {},
		"inside the headers": func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Le")
		},
		"inside the body": func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nX-Amzn-Requestid: R\r\n\r\n{\"Item\":{")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			type result struct {
				Attempts int64
				Chain    []string
				Text     string
			}
			sameBoth(t, func(call func(context.Context, *dynamodb.Client) error) result {
				var requests atomic.Int64
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					requests.Add(1)
					_, _ = io.Copy(io.Discard, r.Body)
					conn, _, err := w.(http.Hijacker).Hijack()
					if err != nil {
						panic(err)
					}
					drop(conn)
					_ = conn.Close()
				}))
				defer server.Close()
				err := call(context.Background(), serverClient(server, new(http.Transport)))
				text := strings.ReplaceAll(fmt.Sprint(err), server.URL, "URL")
				return result{requests.Load(), chain(err), text}
			})
		})
	}
}

// TestRetriedOverHTTP has a body that is sent again whole.
func TestRetriedOverHTTP(t *testing.T) {
	t.Parallel()
	var bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if bodies = append(bodies, string(body)); len(bodies) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(server.Close)
	c := direct(t, serverClient(server, server.Client().Transport))
	md, err := get(context.Background(), c)
	if err != nil || md.Attempts != 3 {
		t.Errorf("%+v, %v", md, err)
	}
	if diff := cmp.Diff([]string{getBody, getBody, getBody}, bodies); diff != "" {
		t.Error(diff)
	}
}
