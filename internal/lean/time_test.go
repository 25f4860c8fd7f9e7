package lean

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/internal/sigv4"
)

// sameBoth runs a call with the SDK and with us, and fails if what is observed differs.
func sameBoth[T any](t *testing.T, observe func(call func(context.Context, *dynamodb.Client) error) T) T {
	t.Helper()
	want := observe(func(ctx context.Context, client *dynamodb.Client) error {
		_, err := client.GetItem(ctx, getInput())
		return err
	})
	own := map[*dynamodb.Client]*Client{}
	got := observe(func(ctx context.Context, client *dynamodb.Client) error {
		if own[client] == nil {
			own[client] = direct(t, client)
		}
		_, err := get(ctx, own[client])
		return err
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sdk and direct differ:\n%s", diff)
	}
	return got
}

// TestCanceled ends calls at different times.
func TestCanceled(t *testing.T) {
	t.Parallel()
	hang := func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	slowBody := func(r *http.Request) (*http.Response, error) {
		resp, err := answer(200, orderJSON)(r)
		resp.Body = waitingBody{r.Context()}
		return resp, err
	}
	tests := []struct {
		name   string
		before bool  // canceled before the call
		step   reply // for which it is canceled, unless it is between attempts
		dead   bool  // by its deadline
		wait   bool  // between attempts
		text   string
	}{
		{name: "before", before: true, step: hang, text: "GetItem, context canceled"},
		{name: "while sending", step: hang, text: "canceled, context canceled"},
		{name: "deadline while sending", step: hang, dead: true, text: "canceled, context deadline exceeded"},
		{name: "while reading", step: slowBody, text: "deserialization failed, context canceled"},
		{name: "deadline while reading", step: slowBody, dead: true, text: "failed to get rate limit token, canceled, context deadline exceeded"},
		{name: "between attempts", step: answer(503, ""), wait: true, text: "request canceled, context canceled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := sameBoth(t, func(call func(context.Context, *dynamodb.Client) error) failed {
				inner, cancel := context.WithCancel(context.Background())
				defer cancel()
				ctx := inner
				if tt.dead {
					ctx = lateContext{inner}
				}
				s := script(func(r *http.Request) (*http.Response, error) {
					if !tt.wait {
						cancel()
					}
					return tt.step(r)
				})
				o := options(s)
				if tt.wait {
					o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
						o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) {
							cancel()
							return time.Hour, nil
						})
					})
				}
				client := dynamodb.New(o)
				if tt.before {
					cancel()
				}
				err := call(ctx, client)
				if want := ctx.Err(); !errors.Is(err, want) {
					t.Errorf("%v is not %v", err, want)
				}
				return observe(err, s.seen)
			})
			if !strings.Contains(got.Text, tt.text) {
				t.Errorf("error %q, want %q in it", got.Text, tt.text)
			}
		})
	}
}

// lateContext ends as if its deadline had passed.
type lateContext struct{ context.Context }

func (c lateContext) Err() error {
	if c.Context.Err() == nil {
		return nil
	}
	return context.DeadlineExceeded
}

// waitingBody has nothing to read before its request is canceled.
type waitingBody struct{ ctx context.Context }

func (b waitingBody) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func (waitingBody) Close() error { return nil }

// TestClockSkew has a service whose clock is not ours.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	const ahead = 2 * time.Hour
	tests := []struct {
		name   string
		ahead  time.Duration
		header []string // of the service's answers
		change func(*dynamodb.Options)
		want   []string // attempt, and whether it was signed in time
	}{
		{"ahead", ahead, nil, nil, []string{"attempt=1; max=3 false", "attempt=2; max=3; ttl true", "attempt=1; max=3; ttl true"}},
		{"behind", -ahead, nil, nil, []string{"attempt=1; max=3 false", "attempt=2; max=3 true", "attempt=1; max=3 true"}},
		{"little", time.Minute, nil, nil, []string{"attempt=1; max=3 true", "attempt=1; max=3; ttl true"}},
		{"cached answer", ahead, []string{"Age", "9"}, nil, []string{"attempt=1; max=3 false", "attempt=1; max=3 false"}},
		{"no date", ahead, []string{"Date", ""}, nil, []string{"attempt=1; max=3 false", "attempt=1; max=3 false"}},
		{
			"no correction", ahead, nil, func(o *dynamodb.Options) { o.DisableClockSkewCorrection = true },
			[]string{"attempt=1; max=3 false", "attempt=1; max=3 false"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := sameBoth(t, func(call func(context.Context, *dynamodb.Client) error) []string {
				var out []string
				s := script(func(r *http.Request) (*http.Response, error) {
					now := time.Now().Add(tt.ahead)
					signed, err := time.Parse(sigv4.DateFormat, r.Header.Get(headerDate))
					inTime := err == nil && signed.Sub(now).Abs() < 4*time.Minute
					header, ttl, ok := strings.Cut(r.Header.Get(headerAttempt), "ttl=")
					if _, err := time.Parse(sigv4.DateFormat, ttl); err == nil && ok {
						header += "ttl"
					}
					out = append(out, fmt.Sprint(header, " ", inTime))
					date := append([]string{"Date", now.UTC().Format(http.TimeFormat)}, tt.header...)
					if !inTime {
						return failure(400, "InvalidSignatureException", "Signature expired", date...)(r)
					}
					return answer(200, orderJSON, date...)(r)
				})
				o := options(s)
				if tt.change != nil {
					tt.change(&o)
				}
				client := dynamodb.New(o)
				ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
				defer cancel()
				_, _ = call(ctx, client), call(ctx, client)
				return out
			})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCredentials has them expire, and be fetched again in the middle of a call.
func TestCredentials(t *testing.T) {
	t.Parallel()
	got := sameBoth(t, func(call func(context.Context, *dynamodb.Client) error) []string {
		fetched := 0
		s := script(answer(503, ""), answer(200, orderJSON), answer(200, orderJSON))
		o := options(s)
		o.Credentials = aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			fetched++
			c := aws.Credentials{
				AccessKeyID: fmt.Sprintf("AK%d", fetched), SecretAccessKey: "S", CanExpire: true, Expires: time.Now().Add(time.Hour),
			}
			if fetched == 1 {
				c.Expires = time.Now().Add(-time.Hour)
			}
			return c, nil
		}))
		client := dynamodb.New(o)
		if err := errors.Join(call(context.Background(), client), call(context.Background(), client)); err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, r := range s.seen {
			_, after, _ := strings.Cut(r.request.Header.Get(headerAuthorization), "Credential=")
			key, _, _ := strings.Cut(after, "/")
			keys = append(keys, key)
		}
		return keys
	})
	if diff := cmp.Diff([]string{"AK1", "AK2", "AK2"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestLostCredentials has a provider, as that of an instance's role, which fails for a while.
func TestLostCredentials(t *testing.T) {
	t.Parallel()
	sameBoth(t, func(call func(context.Context, *dynamodb.Client) error) []failed {
		asked := 0
		s := script(answer(200, orderJSON))
		o := options(s)
		o.Credentials = aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			if asked++; asked < 6 {
				return aws.Credentials{}, unreachable{}
			}
			return aws.Credentials{AccessKeyID: "AK", SecretAccessKey: "S"}, nil
		}))
		client := dynamodb.New(o)
		first := observe(call(context.Background(), client), s.seen)
		return []failed{first, observe(call(context.Background(), client), s.seen)}
	})
}

// unreachable is an error that is worth another attempt.
type unreachable struct{}

func (unreachable) Error() string        { return "metadata service is not reachable" }
func (unreachable) RetryableError() bool { return true }
