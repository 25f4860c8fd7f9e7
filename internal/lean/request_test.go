package lean

import (
	"context"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// TestAllocations bounds what a call takes. It was twice that, and is what a small call costs.
func TestAllocations(t *testing.T) {
	const most = 18 // of which three are the transport's, and some are those of pools that were emptied
	for name, credentials := range map[string]aws.CredentialsProvider{
		"key":     aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")),
		"session": aws.NewCredentialsCache(credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "token")),
	} {
		o := options(nil)
		resp, _ := answer(200, orderJSON)(nil)
		o.HTTPClient = &http.Client{Transport: &instant{resp.Header, []byte(orderJSON)}}
		o.Credentials = credentials
		c := direct(t, dynamodb.New(o))
		call := Call{Op: "GetItem", Table: "app", Body: []byte(getBody), Decode: wellFormed}
		n := testing.AllocsPerRun(100, func() {
			if _, err := c.Do(context.Background(), call); err != nil {
				t.Fatal(err)
			}
		})
		if n > most {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// TestUUID has invocations named by random UUIDs of version 4.
func TestUUID(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		u := string(appendUUID(nil))
		if !form.MatchString(u) || seen[u] {
			t.Fatal(u)
		}
		seen[u] = true
	}
}

// TestDates reads the dates of answers, the same and others.
func TestDates(t *testing.T) {
	t.Parallel()
	var d dates
	for _, text := range []string{
		"Wed, 04 Mar 2026 05:06:07 GMT", "Wed, 04 Mar 2026 05:06:07 GMT", "Wed, 04 Mar 2026 05:06:08 GMT", "no date", "Wed, 04 Mar 2026 05:06:08 GMT",
	} {
		want, wrong := time.Parse(http.TimeFormat, text)
		got, err := d.parse(text)
		if !got.Equal(want) || (err != nil) != (wrong != nil) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

// TestSharedHeaders has requests be changed by a transport, within what it may do with a clone: the next ones are as ever.
func TestSharedHeaders(t *testing.T) {
	t.Parallel()
	s := script(answer(200, orderJSON))
	c := direct(t, dynamodb.New(options(s)))
	for range 3 {
		if _, err := get(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		last := s.seen[len(s.seen)-1].request
		if last.URL.Host != "dynamodb.eu-central-1.amazonaws.com" || len(last.Header[headerUserAgent]) != 1 || last.Header.Get("Added") != "" ||
			len(last.Header[headerTarget]) != 1 {
			t.Errorf("%v %v", last.URL, last.Header)
		}
		last.URL.Host = "elsewhere"
		last.Header.Set(headerUserAgent, "mine")
		last.Header.Add(headerTarget, "more")
		last.Header.Set("Added", "x")
	}
}
