package conformance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dyntable/dyn/internal/randtest"
)

// operationsPerSequence is how many operations are done on the same tables.
const operationsPerSequence = 100

// TestDifferential sends random operations to the engine and to the one at DYN_ENDPOINT, and compares the answers.
// DYN_OPERATIONS sets how many operations there are.
func TestDifferential(t *testing.T) { differential(t, requireEndpoint(t)) }

// TestWaysAgree sends random operations in process and over HTTP: the answers have to be equal to the letter.
func TestWaysAgree(t *testing.T) {
	t.Parallel()
	differential(t, overHTTP)
}

func differential(t *testing.T, other engine) {
	t.Helper()
	seed := randtest.Seed(t)
	total := number(t, "DYN_OPERATIONS", 10_000)
	seen := &coverage{}
	if total >= 10_000 {
		t.Cleanup(func() { seen.check(t, int(total)) })
	}
	for i := range total / operationsPerSequence {
		t.Run(strconv.FormatUint(i, 10), func(t *testing.T) {
			t.Parallel()
			s := newSequence(rand.New(rand.NewPCG(seed, i)), operationsPerSequence)
			s.seen = seen
			d := s.run(t.Context(), t, inProcess, other)
			s.seen = nil
			if d != nil && d.broken { // which comes again if the operations are to blame
				d = s.run(t.Context(), t, inProcess, other)
			}
			if d != nil {
				s.operations = s.operations[:d.at+1]
				t.Error(s.minimized(t, inProcess, other, d))
			}
		})
	}
}

// number gives the number in an environment variable.
func number(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// sequence is a series of operations on tables of their own.
type sequence struct {
	tables     []*tableSpec
	operations []any

	seen *coverage // where answers are counted, nil for nowhere
}

func newSequence(r *rand.Rand, n int) *sequence {
	g := &generator{Rand: r}
	g.tables = []*tableSpec{g.table("first"), g.table("second")}
	s := &sequence{tables: g.tables}
	for range n {
		s.operations = append(s.operations, g.operation())
	}
	return s
}

var ignoreMessages = cmpopts.IgnoreUnexported(answer{})

// difference is an operation that two engines answer differently.
type difference struct {
	at   int
	kind string // the codes of both answers
	diff string

	ours, theirs string // messages

	broken bool // whether the other engine broke the connection or failed
}

// run does the operations on fresh tables of both engines, to the first difference that is not allowed. After one that is
// allowed they go on with fresh tables if only one of the engines did what was asked.
func (s *sequence) run(ctx context.Context, t *testing.T, ours, theirs engine) *difference {
	a, b := s.fresh(ctx, t, ours), s.fresh(ctx, t, theirs)
	for i, in := range s.operations {
		x, y := ask(ctx, a, in), ask(ctx, b, in)
		s.seen.count(in, x)
		s.sortTies(in, x)
		s.sortTies(in, y)
		if diff := s.compare(theirs, in, x, y); diff != "" {
			return &difference{i, x.kind() + " " + y.kind(), diff, x.message, y.message, x.Code != y.Code && (y.Code == noAnswer || y.Code == crash)}
		}
		if (x.Code == "") != (y.Code == "") { // what is stored differs now
			a, b = s.fresh(ctx, t, ours), s.fresh(ctx, t, theirs)
		}
	}
	return nil
}

// fresh gives a client of a database that has the tables of the sequence, empty.
func (s *sequence) fresh(ctx context.Context, t *testing.T, e engine) *dynamodb.Client {
	t.Helper()
	c := e.client()
	if err := s.createTables(ctx, c); err != nil {
		t.Fatal(err)
	}
	return c
}

// compare gives what an answer differs in from that of the other engine, "" if in nothing that is not allowed.
func (s *sequence) compare(other engine, in any, ours, theirs answer) string {
	switch {
	case other.exact:
		return cmp.Diff(theirs, ours, cmp.AllowUnexported(answer{}))
	case cmp.Equal(theirs, ours, ignoreMessages):
		return ""
	}
	return cmp.Diff(s.forgive(in, ours, theirs), ours, ignoreMessages)
}

func (s *sequence) createTables(ctx context.Context, c *dynamodb.Client) error {
	for _, table := range s.tables {
		if _, err := c.CreateTable(ctx, table.create); err != nil {
			return fmt.Errorf("%s: %w", show(table.create), err)
		}
	}
	return nil
}
