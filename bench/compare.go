package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/dyntable/dyn/bench/answer"
	"github.com/dyntable/dyn/bench/measure"
	"github.com/dyntable/dyn/bench/rival"
)

// place is where requests go.
type place interface {
	title() string
	// knows tells whether a contender can be measured there.
	knows(rival.Workload, rival.Op, rival.Contender) bool
	// open returns what sets the answers to an operation and gives a client.
	open() (table, error)
}

type table interface {
	client(rival.Workload, rival.Op) (*dynamodb.Client, error)
	close() error
}

type (
	stubbed   struct{}
	encrypted struct{}
	local     struct{}
)

func (stubbed) title() string {
	return "Recorded answers, in process"
}

func (encrypted) title() string {
	return "TLS 1.3 over loopback, the server in another process"
}

func (local) title() string {
	return "End to end on dynlocal, in process, the database's work included"
}

func (stubbed) knows(rival.Workload, rival.Op, rival.Contender) bool   { return true }
func (encrypted) knows(rival.Workload, rival.Op, rival.Contender) bool { return true }

func (local) knows(w rival.Workload, op rival.Op, c rival.Contender) bool {
	return !c.Legacy[op] && (w.Attributes < 60 || op != rival.Query1000) // more than a page of 1 MB
}

// player is what answers from a script.
type player interface {
	Play(answer.Script) error
	Client() *dynamodb.Client
	Close() error
}

// scripted is a table of recorded answers.
type scripted struct{ player }

func (s scripted) close() error { return s.Close() }

func (s scripted) client(w rival.Workload, op rival.Op) (*dynamodb.Client, error) {
	script, err := answer.NewScript(w, op)
	if err != nil {
		return nil, err
	}
	return s.Client(), s.Play(script)
}

func (stubbed) open() (table, error) { return scripted{answer.NewStub()}, nil }

func (encrypted) open() (table, error) {
	s, err := answer.StartTLS()
	return scripted{s}, err
}

func (local) open() (table, error) { return local{}, nil }

func (local) close() error { return nil }

func (local) client(w rival.Workload, op rival.Op) (*dynamodb.Client, error) {
	return answer.NewLocal(w, op)
}

// compare prints tables of all operations in one place.
func compare(p place) error {
	t, err := p.open()
	if err != nil {
		return err
	}
	defer func() { _ = t.close() }()
	fmt.Printf("\n## %s\n", p.title())
	for _, w := range rival.Workloads() {
		fmt.Printf("\n%d attributes:\n\n", w.Attributes)
		var times, allocs [][]string
		var header []string
		for _, op := range rival.Ops {
			results, err := race(p, t, w, op, everyone, effort())
			if err != nil {
				return fmt.Errorf("%d attributes: %s: %w", w.Attributes, op.Name, err)
			}
			header = []string{""}
			row, counts := []string{op.Name}, []string{op.Name}
			for _, r := range results {
				header = append(header, r.Name)
				row, counts = append(row, timeCell(r)), append(counts, allocCell(r))
			}
			times, allocs = append(times, row), append(allocs, counts)
		}
		markdown(header, times)
		fmt.Print("\nAllocations, and kilobytes allocated:\n\n")
		markdown(header, allocs)
	}
	return nil
}

func everyone(rival.Contender) bool { return true }

// race measures one operation. A contender that does not know it has an empty
// result.
func race(p place, t table, w rival.Workload, op rival.Op, who func(rival.Contender) bool, e measure.Effort) ([]measure.Result, error) {
	client, err := t.client(w, op)
	if err != nil {
		return nil, err
	}
	all, err := w.Contenders(client)
	if err != nil {
		return nil, err
	}
	var out []measure.Result
	var works []measure.Work
	var at []int
	for _, c := range all {
		if c.Close != nil {
			defer func() { _ = c.Close() }()
		}
		if !who(c) {
			continue
		}
		do, ok := c.Of(op)
		if ok && p.knows(w, op, c) {
			works, at = append(works, work(c.Name, do)), append(at, len(out))
		}
		out = append(out, measure.Result{Name: c.Name})
	}
	if len(works) == 0 {
		return out, nil
	}
	results, err := measure.Race(works, e)
	if err != nil {
		return nil, err
	}
	for i, r := range results {
		out[at[i]] = r
	}
	return out, nil
}

func work(name string, do rival.Do) measure.Work {
	ctx := context.Background()
	return measure.Work{Name: name, Do: func() error {
		_, err := do(ctx)
		return err
	}}
}

func timeCell(r measure.Result) string {
	switch {
	case r.Time == 0:
		return "–"
	case r.Name == rival.Baseline:
		return duration(r.Time)
	}
	return fmt.Sprintf("%s, %.2fx", duration(r.Time), r.Faster)
}

func allocCell(r measure.Result) string {
	if r.Time == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f, %.1f", r.Allocs, r.Bytes/1000)
}

// duration writes d with three digits.
func duration(d time.Duration) string {
	unit, name := time.Microsecond, "µs"
	if d >= 10*time.Millisecond {
		unit, name = time.Millisecond, "ms"
	}
	v := float64(d) / float64(unit)
	digits := 0
	for limit := 100.0; digits < 2 && v < limit; limit /= 10 {
		digits++
	}
	return fmt.Sprintf("%.*f %s", digits, v, name)
}

// markdown prints a table whose columns but the first hold figures.
func markdown(header []string, rows [][]string) {
	fmt.Printf("| %s |\n|---|%s\n", strings.Join(header, " | "), strings.Repeat("--:|", len(header)-1))
	for _, row := range rows {
		fmt.Printf("| %s |\n", strings.Join(row, " | "))
	}
}
