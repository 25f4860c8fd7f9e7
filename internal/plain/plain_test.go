package plain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// steps is a transport that gives the outcomes of a list, and counts the requests.
type steps struct {
	list []func(*http.Request) (*http.Response, error)
	sent []string
}

func (s *steps) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		raw, _ := io.ReadAll(r.Body)
		_ = r.Body.Close()
		body = string(raw)
	}
	s.sent = append(s.sent, fmt.Sprint(r.Method, " ", r.URL, " ", r.Host, " ", r.Header, " ", body))
	return s.list[min(len(s.sent), len(s.list))-1](r)
}

func script(list ...func(*http.Request) (*http.Response, error)) []func(*http.Request) (*http.Response, error) {
	return list
}

// answer gives a response with headers in pairs.
func answer(status int, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
	}
}

func broken(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// chain lists the types of an error and of those inside of it.
func chain(err error) (types []string) {
	for ; err != nil; err = errors.Unwrap(err) {
		types = append(types, fmt.Sprintf("%T", err))
	}
	return types
}

// TestPlain compares what an HTTP client does with what comes of it by the short way.
func TestPlain(t *testing.T) {
	t.Parallel()
	to := func(status int, location string) func(*http.Request) (*http.Response, error) {
		return answer(status, "moved", "Location", location)
	}
	noBody := func(length int64) func(*http.Request) (*http.Response, error) {
		return func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, ContentLength: length}, nil
		}
	}
	both := func(r *http.Request) (*http.Response, error) {
		resp, _ := answer(200, "x")(r)
		return resp, errors.New("both")
	}
	tests := []struct {
		name   string
		client http.Client
		list   []func(*http.Request) (*http.Response, error)
	}{
		{"answer", http.Client{}, script(answer(200, "fine"))},
		{"refusal", http.Client{}, script(answer(400, "bad"))},
		{"not modified", http.Client{}, script(answer(304, ""))},
		{"error", http.Client{}, script(broken(errors.New("broken")))},
		{"answer and error", http.Client{}, script(both)},
		{"nothing at all", http.Client{}, script(broken(nil))},
		{"no body", http.Client{}, script(noBody(0))},
		{"no body but a length", http.Client{}, script(noBody(7))},
		{"redirection", http.Client{}, script(to(302, "/other"), answer(200, "there"))},
		{"redirection elsewhere", http.Client{}, script(to(301, "http://other.example/x"), answer(200, "there"))},
		{"redirection with the body", http.Client{}, script(to(307, "/other"), answer(200, "there"))},
		{"redirection to nowhere", http.Client{}, script(to(303, ":"))},
		{"redirection without a place", http.Client{}, script(answer(303, "x"))},
		{"redirections without end", http.Client{}, script(to(303, "/again"))},
		{"redirection and error", http.Client{}, script(to(303, "/again"), broken(errors.New("broken")))},
		{"last response", http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}}, script(to(302, "/other"))},
		{"redirection refused", http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("stay here")
		}}, script(to(302, "/other"))},
		{"timeout", http.Client{Timeout: time.Hour}, script(answer(200, "fine"))},
		{"cookies", http.Client{Jar: new(cookiejar.Jar)}, script(answer(200, "fine", "Set-Cookie", "a=b"))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			observe := func(do func(*http.Client, *http.Request) (*http.Response, error)) []string {
				rt := &steps{list: tt.list}
				client := tt.client
				client.Transport = rt
				if client.Jar != nil { // each has its own
					client.Jar, _ = cookiejar.New(nil)
				}
				r, err := http.NewRequest(http.MethodPost, "https://user.example/path", io.NopCloser(strings.NewReader("body")))
				if err != nil {
					t.Fatal(err)
				}
				r.ContentLength = 4
				resp, err := do(&client, r)
				out := append(rt.sent, fmt.Sprint(chain(err), err))
				var u *url.Error
				if errors.As(err, &u) {
					out = append(out, u.Op, u.URL)
				}
				if resp == nil {
					return append(out, "no response")
				}
				body, err := io.ReadAll(resp.Body)
				return append(out, fmt.Sprint(resp.StatusCode, " ", string(body), " ", err, " ", resp.Header.Get("Location")))
			}
			want := observe(func(c *http.Client, r *http.Request) (*http.Response, error) { return c.Do(r) })
			got := observe(func(c *http.Client, r *http.Request) (*http.Response, error) { return Of(c).Do(r) })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestUnusualRequests are those that an HTTP client completes or refuses before it sends them.
func TestUnusualRequests(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*http.Request){
		"usual":      func(*http.Request) {},
		"a password": func(r *http.Request) { r.URL.User = url.UserPassword("user", "password") },
		"no headers": func(r *http.Request) { r.Header = nil },
		"no URL":     func(r *http.Request) { r.URL = nil },
		"a URI":      func(r *http.Request) { r.RequestURI = "/path" },
	} {
		var want []string
		for i, of := range []func(*http.Client) Doer{func(c *http.Client) Doer { return c }, func(c *http.Client) Doer { return Of(c) }} {
			rt := &steps{list: script(answer(200, "fine"))}
			r, err := http.NewRequest(http.MethodPost, "https://user.example/path", strings.NewReader("body"))
			if err != nil {
				t.Fatal(err)
			}
			change(r)
			_, err = of(&http.Client{Transport: rt}).Do(r)
			if got := append(rt.sent, fmt.Sprint(chain(err), err)); i == 0 {
				want = got
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

// TestPlainLogs has what the HTTP client logs, which is about a transport that breaks its contract, logged once.
func TestPlainLogs(t *testing.T) { // not in parallel: the logger is everybody's
	var logged bytes.Buffer
	defer log.SetOutput(log.Writer())
	log.SetOutput(&logged)
	for _, outcome := range []*http.Response{nil, {StatusCode: 200, ContentLength: 5}} {
		rt := &steps{list: script(func(*http.Request) (*http.Response, error) { return outcome, nil })}
		r, err := http.NewRequest(http.MethodPost, "https://user.example/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Of(&http.Client{Transport: rt}).Do(r); err == nil {
			t.Error("no error")
		}
	}
	if logged.Len() > 0 {
		t.Errorf("logged %s", &logged)
	}
}
