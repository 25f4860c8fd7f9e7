package conformance

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// TestSpeedRatios holds what a call costs in process against what it costs over loopback: the CPU time of the client and
// of the engine at DYN_ENDPOINT, whose process DYN_ENGINE_PID is. Elapsed time would say more about the machine's load.
func TestSpeedRatios(t *testing.T) {
	other := requireEndpoint(t)
	pid := os.Getenv("DYN_ENGINE_PID")
	if pid == "" {
		t.Skip("DYN_ENGINE_PID is not set")
	}
	in, out := inProcess.client(), other.client()
	for _, c := range []*dynamodb.Client{in, out} {
		fillForSpeed(t, c)
	}
	for _, call := range []struct {
		name  string
		calls int // over loopback; ten times as many in process
		least float64
		do    func(ctx context.Context, c *dynamodb.Client) error
	}{
		{"GetItem", 2000, 8, getForSpeed},
		{"Query of 100 items", 500, 5, queryForSpeed},
	} {
		cost := func(c *dynamodb.Client, calls int, processes ...string) time.Duration {
			return costOf(t, calls, processes, func() error { return call.do(t.Context(), c) })
		}
		cost(out, call.calls, "self", pid) // the engine compiles itself
		cost(in, call.calls, "self")
		here, there := cost(in, 10*call.calls, "self"), cost(out, call.calls, "self", pid)
		ratio := float64(there) / float64(here)
		t.Logf("%s: CPU in process %v, over loopback %v: ratio %.1f", call.name, here, there, ratio)
		if ratio < call.least {
			t.Errorf("%s: ratio %.1f, want %.0f at least", call.name, ratio, call.least)
		}
	}
}

// costOf gives the CPU time of one of some calls, in all the processes.
func costOf(t *testing.T, calls int, processes []string, do func() error) time.Duration {
	t.Helper()
	used := func() (sum time.Duration) {
		for _, p := range processes {
			sum += cpuTime(t, p)
		}
		return sum
	}
	before := used()
	for range calls {
		err := do()
		if err != nil { // of answers this large DynamoDB Local breaks one in hundreds off
			err = do()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return (used() - before) / time.Duration(calls)
}

// cpuTime gives the CPU time that a process has used, as Linux counts it: in hundredths of a second.
func cpuTime(t *testing.T, process string) time.Duration {
	t.Helper()
	stat, err := os.ReadFile("/proc/" + process + "/stat")
	if err != nil {
		t.Skip(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		t.Fatal(err)
	}
	system, err := strconv.Atoi(fields[12])
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

var speedTable = aws.String("speed")

// fillForSpeed makes a table with a partition of 100 items of about 400 bytes.
func fillForSpeed(t *testing.T, c *dynamodb.Client) {
	t.Helper()
	key := []attr{{"pk", "S"}, {"sk", "S"}}
	table := &tableSpec{name: *speedTable, key: key}
	if _, err := c.CreateTable(t.Context(), table.input()); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		it := item{"pk": sv("p"), "sk": sv(fmt.Sprintf("%03d", i)), "n": nv(strconv.Itoa(i)), "s": sv(strings.Repeat("text", 50))}
		for j := range 10 {
			it[fmt.Sprint("attribute", j)] = sv("value")
		}
		if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: speedTable, Item: it}); err != nil {
			t.Fatal(err)
		}
	}
}

func getForSpeed(ctx context.Context, c *dynamodb.Client) error {
	out, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: speedTable, Key: item{"pk": sv("p"), "sk": sv("050")}})
	if err == nil && out.Item == nil {
		err = fmt.Errorf("no item")
	}
	return err
}

func queryForSpeed(ctx context.Context, c *dynamodb.Client) error {
	out, err := c.Query(ctx, &dynamodb.QueryInput{
		TableName: speedTable, KeyConditionExpression: aws.String("pk = :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": sv("p")},
	})
	if err == nil && out.Count != 100 {
		err = fmt.Errorf("%d items", out.Count)
	}
	return err
}
