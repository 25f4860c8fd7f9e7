// Package e2e has the end-to-end suite: the JavaScript SDK against the program, over HTTP.
package e2e

import (
	"os"
	"os/exec"
	"testing"
)

// TestJavaScript runs run.sh, which needs Node, npm and, the first time, the npm registry.
func TestJavaScript(t *testing.T) {
	if os.Getenv("DYN_JS") != "1" {
		t.Skip("set DYN_JS=1 to run the suite of the JavaScript SDK, or call dynlocal/e2e/run.sh")
	}
	out, err := exec.CommandContext(t.Context(), "./run.sh").CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}
