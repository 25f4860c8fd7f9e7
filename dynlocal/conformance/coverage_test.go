package conformance

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// coverage counts what a run has compared.
type coverage struct {
	mu     sync.Mutex
	total  int
	counts map[string]int
}

// covered are what each run of 10,000 operations has to have compared, and how often at least: some of what comes by
// chance, so that a generator which no longer makes something is noticed.
var covered = map[string]int{
	"PutItem": 500, "GetItem": 200, "UpdateItem": 500, "DeleteItem": 200, "Query": 500, "Scan": 300,
	"BatchGetItem": 100, "BatchWriteItem": 100, "TransactGetItems": 50, "TransactWriteItems": 50, "UpdateTable": 10,
	"ConditionalCheckFailedException": 300, "ValidationException": 500, "TransactionCanceledException": 50,
	"IdempotentParameterMismatchException": 1, "ResourceNotFoundException": 5,
	"with an index": 500, "with a start key": 50, "with segments": 50,
	"size(": 5, "contains(": 20, "begins_with(": 20, "attribute_type(": 20, "attribute_exists(": 20, "attribute_not_exists(": 20,
	"if_not_exists(": 50, "list_append(": 5, " BETWEEN ": 20, " IN (": 10, "NOT ": 5, " OR ": 20, "ADD ": 50, "DELETE ": 10, "REMOVE ": 50,
}

// count notes an operation and our answer. What it was is noted when it succeeded, else its code.
func (c *coverage) count(in any, a answer) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.total++
	if a.Code != "" {
		c.counts[a.Code]++
	} else {
		c.counts[operationName(in)]++
	}
	for _, f := range features(in, a) {
		c.counts[f]++
	}
}

// features gives what is noteworthy about an operation beside its name.
func features(in any, a answer) []string {
	var list []string
	if q, ok := in.(*dynamodb.QueryInput); ok && q.ExclusiveStartKey != nil {
		list = append(list, "with a start key")
	}
	if s, ok := in.(*dynamodb.ScanInput); ok && s.TotalSegments != nil {
		list = append(list, "with segments")
	}
	v := reflect.ValueOf(in).Elem()
	if name := v.FieldByName("IndexName"); name.IsValid() && !name.IsNil() {
		list = append(list, "with an index")
	}
	for _, expression := range []string{"ConditionExpression", "FilterExpression", "UpdateExpression"} {
		f := v.FieldByName(expression)
		if a.Code == "" && f.IsValid() && !f.IsNil() {
			list = append(list, parts(f.Elem().String())...)
		}
	}
	return list
}

// parts gives the functions and words of covered that an expression has.
func parts(expression string) []string {
	var list []string
	for word := range covered {
		if strings.ContainsAny(word, "( ") && !strings.HasPrefix(word, "with") && strings.Contains(expression, word) {
			list = append(list, word)
		}
	}
	return list
}

// check fails the test if it compared less than it has to.
func (c *coverage) check(t *testing.T, total int) {
	t.Helper()
	if t.Failed() {
		return
	}
	t.Logf("%d operations compared", c.total)
	if c.total < total {
		t.Errorf("%d operations compared, want %d", c.total, total)
	}
	for what, least := range covered {
		if c.counts[what] < least {
			t.Errorf("%s: %d times, want %d at least", what, c.counts[what], least)
		}
	}
}
