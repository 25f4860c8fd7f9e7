package main

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the recorded output")

// TestOutput runs the program on an empty database, with DYN_ENDPOINT on the
// one there, and compares what it prints with the recording.
func TestOutput(t *testing.T) {
	const recorded = "testdata/output.txt"
	var out bytes.Buffer
	if err := run(t.Context(), newClient(os.Getenv("DYN_ENDPOINT")), &out); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(recorded, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}
