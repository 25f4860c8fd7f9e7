package dynlocal

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
)

// fakeTest is a test that ends when told.
type fakeTest struct {
	failed  bool
	cleanup []func()
	logged  []string
}

func (t *fakeTest) Helper()          {}
func (t *fakeTest) Failed() bool     { return t.failed }
func (t *fakeTest) Cleanup(f func()) { t.cleanup = append(t.cleanup, f) }
func (t *fakeTest) Logf(format string, args ...any) {
	t.logged = append(t.logged, fmt.Sprintf(format, args...))
}

func (t *fakeTest) end() {
	for _, f := range t.cleanup {
		f()
	}
}

func TestStartLogsRequestsOfFailedTests(t *testing.T) {
	want := []string{
		"dynlocal: 2 requests, the last 2:",
		`dynlocal: ListTables {"Limit":3} -> {"TableNames":[]}`,
		`dynlocal: DescribeTable {"TableName":"none"} -> ResourceNotFoundException: Requested resource not found: Table: none not found`,
	}
	tests := map[string]struct {
		opts   []Option
		env    string
		failed bool
		want   []string
	}{
		"option":      {opts: []Option{LogRequests()}, failed: true, want: want},
		"environment": {env: "1", failed: true, want: want},
		"passed":      {opts: []Option{LogRequests()}},
		"not asked":   {failed: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DYNLOCAL_LOG", tt.env)
			fake := &fakeTest{failed: tt.failed}
			c := Start(fake, tt.opts...).HTTPClient()
			_, _ = c.ListTables(t.Context(), &dynamodb.ListTablesInput{Limit: aws.Int32(3)})
			_, _ = c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("none")})
			fake.end()
			if diff := cmp.Diff(tt.want, fake.logged); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRequestLogIsBounded(t *testing.T) {
	t.Parallel()
	fake := &fakeTest{failed: true}
	c := Start(fake, LogRequests()).Client()
	for range maxLogged + 1 {
		_, _ = c.ListTables(t.Context(), &dynamodb.ListTablesInput{})
	}
	_, _ = c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("none"), Key: item{"pk": sv(strings.Repeat("ä", maxLoggedLen))}})
	fake.end()
	if want := "dynlocal: 1002 requests, the last 1000:"; fake.logged[0] != want || len(fake.logged) != 1001 {
		t.Errorf("%d lines: %s", len(fake.logged), fake.logged[0])
	}
	if last := fake.logged[1000]; len(last) > maxLoggedLen+200 || !strings.Contains(last, "… -> ") {
		t.Errorf("the long request is logged as %s", last)
	}
}
