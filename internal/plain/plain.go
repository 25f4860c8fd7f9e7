// Package plain sends requests by an [http.Client] without what only redirections, cookies and timeouts need.
package plain

import (
	"fmt"
	"net/http"
)

// Doer sends requests. It is the HTTPClient of the SDK's options.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Of returns what sends requests as d does.
func Of(d Doer) Doer {
	if c, ok := d.(*http.Client); ok && c != nil {
		return short{c}
	}
	return d
}

// short is an [http.Client] without the copy that it makes of every request's headers.
type short struct{ client *http.Client }

// Do implements [Doer]. Whatever is not simply an answer it leaves to the client.
func (s short) Do(r *http.Request) (*http.Response, error) {
	c := s.client
	if c.Timeout != 0 || c.Jar != nil || r.URL == nil || r.URL.User != nil || r.Header == nil || r.RequestURI != "" {
		return c.Do(r)
	}
	rt := c.Transport
	if rt == nil {
		rt = http.DefaultTransport
	}
	resp, err := rt.RoundTrip(r)
	if err == nil && resp != nil && resp.Body != nil && !mayRedirect(resp.StatusCode) {
		return resp, nil
	}
	if odd := oddity(rt, resp, err); odd != nil {
		resp, err = nil, odd
	}
	again := *c
	again.Transport = &replay{RoundTripper: rt, resp: resp, err: err}
	return again.Do(r)
}

func mayRedirect(status int) bool { return status >= 300 && status < 400 }

// replay gives a client the outcome of a round trip that has been made.
type replay struct {
	http.RoundTripper
	resp *http.Response
	err  error
	done bool
}

// RoundTrip implements [http.RoundTripper].
func (p *replay) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.done {
		return p.RoundTripper.RoundTrip(r)
	}
	p.done = true
	return p.resp, p.err
}

// oddity returns the errors of [http.Client] that name the type of its transport.
func oddity(rt http.RoundTripper, resp *http.Response, err error) error {
	switch {
	case err != nil:
	case resp == nil:
		return fmt.Errorf("http: RoundTripper implementation (%T) returned a nil *Response with a nil error", rt)
	case resp.Body == nil && resp.ContentLength > 0:
		return fmt.Errorf("http: RoundTripper implementation (%T) returned a *Response with content length %d but a nil Body", rt, resp.ContentLength)
	}
	return nil
}
