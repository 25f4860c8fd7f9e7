package conformance

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/dyntable/dyn/dynlocal/internal/wire"
)

var update = flag.Bool("update", false, "record the answers of testdata/suite anew")

// TestSuite asks what is in testdata/suite, of each engine: in process and over HTTP the answers have to be the recorded
// ones, messages and all. Of DYN_ENDPOINT codes and results have to be the same, unless suiteAllowances has the case.
//
// A file is one database. In it a case is a line "# name", and a request a line of operation and JSON, with its answer
// on the next: "= " and the output, or "! " and the error.
func TestSuite(t *testing.T) {
	files, err := filepath.Glob("testdata/suite/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cases := readSuite(t, file)
			if *update {
				record(t, file, cases)
				return
			}
			for _, e := range []engine{inProcess, overHTTP} {
				t.Run(e.name, func(t *testing.T) { askSuite(t, e, name, cases, nil) })
			}
			if e, ok := endpoint("endpoint", "DYN_ENDPOINT"); ok {
				t.Run(e.name, func(t *testing.T) { askSuite(t, e, name, cases, inProcess.client()) })
			}
		})
	}
}

// suiteCase is a case of a file.
type suiteCase struct {
	name     string
	requests []suiteRequest
}

// suiteRequest is a request as the file has it, and its answer, "" for none yet.
type suiteRequest struct{ text, answer string }

func readSuite(t *testing.T, file string) []suiteCase {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []suiteCase
	for i, line := range strings.Split(string(text), "\n") {
		last := len(cases) - 1
		switch {
		case line == "":
		case strings.HasPrefix(line, "# "):
			cases = append(cases, suiteCase{name: line[2:]})
		case last < 0:
			t.Fatalf("%s:%d: no case", file, i+1)
		case line[0] == '=' || line[0] == '!':
			requests := cases[last].requests
			requests[len(requests)-1].answer = line
		default:
			cases[last].requests = append(cases[last].requests, suiteRequest{text: line})
		}
	}
	return cases
}

// record writes the file with the answers that there are in process.
func record(t *testing.T, file string, cases []suiteCase) {
	t.Helper()
	var b strings.Builder
	c := inProcess.client()
	for _, k := range cases {
		fmt.Fprintf(&b, "# %s\n", k.name)
		for _, r := range k.requests {
			fmt.Fprintf(&b, "%s\n%s\n", r.text, answerTo(t, c, r.text).text())
		}
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// askSuite asks an engine. With a reference, which is a client of our own, its answers are what to compare with.
func askSuite(t *testing.T, e engine, suite string, cases []suiteCase, reference *dynamodb.Client) {
	t.Helper()
	c := e.client()
	for _, k := range cases {
		var diffs []string
		for _, r := range k.requests {
			got := answerTo(t, c, r.text)
			diff := ""
			if reference == nil {
				diff = cmp.Diff(r.answer, got.text())
			} else {
				diff = cmp.Diff(answerTo(t, reference, r.text), got, ignoreMessages)
			}
			if diff != "" {
				diffs = append(diffs, fmt.Sprintf("%s\n%s%s", r.text, diff, got.message))
			}
		}
		why, allowed := "", false
		if reference != nil {
			why, allowed = suiteAllowance(suite + ": " + k.name)
		}
		switch {
		case allowed && diffs == nil:
			t.Errorf("%s: %s is allowed to differ, but does not: %s", suite, k.name, why)
		case !allowed && diffs != nil:
			t.Errorf("%s: %s\n%s", suite, k.name, strings.Join(diffs, "\n"))
		}
	}
}

// answerTo sends a request of a file.
func answerTo(t *testing.T, c *dynamodb.Client, request string) answer {
	t.Helper()
	name, body, _ := strings.Cut(request, " ")
	method, ok := reflect.TypeFor[*dynamodb.Client]().MethodByName(name)
	if !ok {
		t.Fatalf("no operation %s", name)
	}
	in := reflect.New(method.Type.In(2).Elem()).Interface()
	if err := wire.Decode([]byte(body), in); err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	a := answer{}
	if scan, ok := in.(*dynamodb.ScanInput); ok && (scan.Segment != nil || scan.TotalSegments != nil) {
		a = askOnce(t.Context(), c, in) // this segment alone
	} else {
		a = ask(t.Context(), c, in)
	}
	if out, ok := a.Output.(map[string]any); ok {
		a.Output = lasting(out)
	}
	return a
}

// lasting gives an output without what differs from one database to the next.
func lasting(out map[string]any) map[string]any {
	for _, member := range []string{"Table", "TableDescription"} {
		if table, ok := out[member].(map[string]any); ok {
			return map[string]any{"TableName": table["TableName"], "KeySchema": table["KeySchema"]}
		}
	}
	return out
}

// text writes an answer on one line.
func (a answer) text() string {
	if a.Code == "" {
		return "= " + jsonText(a.Output)
	}
	text := "! " + a.Code + ": " + strings.ReplaceAll(a.message, "\n", `\n`)
	if a.Reasons != nil {
		text += " " + jsonText(a.Reasons)
	}
	if a.Item != nil {
		text += " " + jsonText(a.Item)
	}
	return text
}

func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// suiteAllowance gives the reason for which a case may differ.
func suiteAllowance(id string) (string, bool) {
	for _, a := range suiteAllowances {
		if slices.Contains(a.cases, id) {
			return a.why, true
		}
	}
	return "", false
}
