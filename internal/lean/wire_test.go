package lean

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
)

// onWire is a request without what differs from call to call.
type onWire struct {
	Method, URL, Host, Body string
	Length                  int64
	Header                  http.Header
}

var signature = regexp.MustCompile(`/\d{8}/|Signature=[0-9a-f]{64}`)

// wire checks what differs from call to call, and drops it.
func wire(t *testing.T, s seen) onWire {
	t.Helper()
	h := s.request.Header.Clone()
	for name, form := range map[string]string{
		headerInvocation:    `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		headerDate:          `^\d{8}T\d{6}Z$`,
		headerAuthorization: `/\d{8}/.*Signature=[0-9a-f]{64}$`,
	} {
		if !regexp.MustCompile(form).MatchString(h.Get(name)) {
			t.Errorf("%s is %q", name, h.Get(name))
		}
	}
	h.Set(headerInvocation, "id")
	h.Set(headerDate, "date")
	h.Set(headerAuthorization, signature.ReplaceAllString(h.Get(headerAuthorization), "*"))
	h.Set(headerUserAgent, strings.Replace(h.Get(headerUserAgent), " lib/dyn#direct", "", 1))
	r := s.request
	return onWire{r.Method, r.URL.String(), r.Host, s.body, r.ContentLength, h}
}

func TestWire(t *testing.T) {
	tests := []struct {
		name   string
		change func(*dynamodb.Options)
		env    [][2]string
		table  string
	}{
		{name: "plain"},
		{name: "no session token", change: func(o *dynamodb.Options) {
			o.Credentials = credentials.NewStaticCredentialsProvider("AK", "S", "")
		}},
		{name: "cached credentials", change: func(o *dynamodb.Options) { o.Credentials = aws.NewCredentialsCache(o.Credentials) }},
		{name: "application id", change: func(o *dynamodb.Options) { o.AppID = "my app" }},
		{name: "gzip", change: func(o *dynamodb.Options) { o.EnableAcceptEncodingGzip = true }},
		{name: "attempts", change: func(o *dynamodb.Options) { o.RetryMaxAttempts = 7 }},
		{name: "adaptive", change: func(o *dynamodb.Options) { o.Retryer = retry.NewAdaptiveMode() }},
		{name: "no retries", change: func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }},
		{name: "old retryer", change: func(o *dynamodb.Options) { o.Retryer = struct{ aws.Retryer }{retry.NewStandard()} }},
		{name: "base endpoint", change: func(o *dynamodb.Options) { o.BaseEndpoint = aws.String("http://localhost:8000/some%20path") }},
		{name: "default port", change: func(o *dynamodb.Options) { o.BaseEndpoint = aws.String("https://example.com:443") }},
		{name: "local", change: func(o *dynamodb.Options) { o.Region = "local" }},
		{name: "HTTP", change: func(o *dynamodb.Options) { o.EndpointOptions.DisableHTTPS = true }},
		{name: "FIPS", change: func(o *dynamodb.Options) { o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled }},
		{name: "FIPS region", change: func(o *dynamodb.Options) { o.Region = "us-gov-west-1-fips" }},
		{name: "dual stack", change: func(o *dynamodb.Options) {
			o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
		}},
		{name: "account", change: account("")},
		{name: "account preferred", change: account(aws.AccountIDEndpointModePreferred)},
		{name: "account required", change: account(aws.AccountIDEndpointModeRequired)},
		{name: "account not wanted", change: account(aws.AccountIDEndpointModeDisabled)},
		{
			name: "table of another account", change: account(aws.AccountIDEndpointModePreferred),
			table: "arn:aws:dynamodb:eu-central-1:222222222222:table/app",
		},
		{name: "function", env: [][2]string{{"AWS_LAMBDA_FUNCTION_NAME", "f"}, {"_X_AMZN_TRACE_ID", "Root=1-5e ü"}}},
		{name: "not a function", env: [][2]string{{"_X_AMZN_TRACE_ID", "Root=1-5e"}}},
		{name: "execution environment", env: [][2]string{{"AWS_EXECUTION_ENV", "AWS_Lambda_go"}}},
		{name: "unwanted preference", change: func(o *dynamodb.Options) { o.AuthSchemePreference = []string{"sigv4a"} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, kv := range tt.env {
				t.Setenv(kv[0], kv[1])
			}
			s := script(answer(200, orderJSON))
			o := options(s)
			if tt.change != nil {
				tt.change(&o)
			}
			client := dynamodb.New(o)
			c := direct(t, client)
			in, call := getInput(), Call{Op: "GetItem", Table: "app", Body: []byte(getBody), Decode: wellFormed}
			if tt.table != "" {
				in.TableName, call.Table = &tt.table, tt.table
				call.Body = []byte(strings.Replace(getBody, "app", tt.table, 1))
			}
			if _, err := client.GetItem(context.Background(), in); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second one has an endpoint that is known
				if _, err := c.Do(context.Background(), call); err != nil {
					t.Fatal(err)
				}
			}
			if !strings.Contains(s.seen[1].request.Header.Get(headerUserAgent), " lib/dyn#direct") {
				t.Errorf("user agent %q", s.seen[1].request.Header.Get(headerUserAgent))
			}
			for _, own := range s.seen[1:] {
				if diff := cmp.Diff(wire(t, s.seen[0]), wire(t, own)); diff != "" {
					t.Errorf("sdk and direct differ:\n%s", diff)
				}
			}
		})
	}
}

func account(mode aws.AccountIDEndpointMode) func(*dynamodb.Options) {
	return func(o *dynamodb.Options) {
		o.AccountIDEndpointMode = mode
		o.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AK", SecretAccessKey: "S", AccountID: "111111111111"}, nil
		})
	}
}

// TestTables has the endpoint of operations on several tables follow an ARN among them.
func TestTables(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:dynamodb:eu-central-1:222222222222:table/app"
	s := script(answer(200, "{}"))
	o := options(s)
	account(aws.AccountIDEndpointModePreferred)(&o)
	c := direct(t, dynamodb.New(o))
	call := Call{Op: "BatchGetItem", Table: arn, Body: []byte("{}"), Decode: wellFormed}
	for _, table := range []string{arn, "app", arn} {
		call.Table = table
		if _, err := c.Do(context.Background(), call); err != nil {
			t.Fatal(err)
		}
	}
	var hosts []string
	for _, r := range s.seen {
		hosts = append(hosts, r.request.URL.Host)
	}
	other, own := "222222222222.ddb.eu-central-1.amazonaws.com", "111111111111.ddb.eu-central-1.amazonaws.com"
	if diff := cmp.Diff([]string{other, own, other}, hosts); diff != "" {
		t.Error(diff)
	}
}

// TestManyPlaces has more endpoints than are remembered.
func TestManyPlaces(t *testing.T) {
	t.Parallel()
	s := script(answer(200, "{}"))
	o := options(s)
	account(aws.AccountIDEndpointModePreferred)(&o)
	c := direct(t, dynamodb.New(o))
	for i := range maxPlaces + 10 {
		host := fmt.Sprintf("%012d", i)
		call := Call{Op: "Query", Table: "arn:aws:dynamodb:eu-central-1:" + host + ":table/app", Decode: wellFormed}
		if _, err := c.Do(context.Background(), call); err != nil {
			t.Fatal(err)
		}
		if got := s.seen[i].request.URL.Host; !strings.HasPrefix(got, host+".ddb.") {
			t.Errorf("host %s for account %s", got, host)
		}
	}
	if n := len(*c.endpoints.known.Load()); n > maxPlaces {
		t.Errorf("%d endpoints are remembered", n)
	}
}

// TestTarget has the operation's name in all operations' requests.
func TestTarget(t *testing.T) {
	t.Parallel()
	s := script(answer(200, "{}"))
	c := direct(t, dynamodb.New(options(s)))
	var want, got []string
	for op := range operations {
		if _, err := c.Do(context.Background(), Call{Op: op, Body: []byte("{}"), Decode: wellFormed}); err != nil {
			t.Fatal(err)
		}
		want = append(want, "DynamoDB_20120810."+op)
	}
	for _, r := range s.seen {
		got = append(got, r.request.Header.Get(headerTarget))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := c.Do(context.Background(), Call{Op: "ListTables"}); err == nil {
		t.Error("ListTables was sent")
	}
}

// TestContext has HTTP clients and providers find in the context what the SDK puts there, and what the caller did.
func TestContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	type found struct {
		Service, Region, Operation string
		Own                        any
	}
	look := func(ctx context.Context) found {
		return found{
			awsmiddleware.GetServiceID(ctx), awsmiddleware.GetRegion(ctx), awsmiddleware.GetOperationName(ctx), ctx.Value(key{}),
		}
	}
	s := script(answer(200, orderJSON))
	client := dynamodb.New(options(s))
	c := direct(t, client)
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), key{}, "mine"), time.Hour)
	defer cancel()
	if _, err := client.GetItem(ctx, getInput()); err != nil {
		t.Fatal(err)
	}
	if _, err := get(ctx, c); err != nil {
		t.Fatal(err)
	}
	want := found{"DynamoDB", "eu-central-1", "GetItem", "mine"}
	for i, r := range s.seen {
		if diff := cmp.Diff(want, look(r.request.Context())); diff != "" {
			t.Errorf("request %d: %s", i, diff)
		}
		if r.request.Context().Done() != ctx.Done() {
			t.Errorf("request %d does not end with the caller's context", i)
		}
	}
}
