package dyn_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadme finds the Go code of the README and of the package overview in
// the examples, which are tested.
func TestReadme(t *testing.T) {
	t.Parallel()
	sources := exampleSources(t)
	for _, block := range append(readmeBlocks(t), overviewProgram(t)) {
		found := false
		for _, source := range sources {
			found = found || strings.Contains(source, block)
		}
		if !found {
			t.Errorf("this code is in no example:\n%s", block)
		}
	}
}

// flat returns lines without indentation, each after a line break.
func flat(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("\n" + strings.TrimSpace(l))
	}
	return b.String() + "\n"
}

func linesOf(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func exampleSources(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("example*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("examples", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".go") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		out = append(out, flat(linesOf(t, f)))
	}
	return out
}

// readmeBlocks returns the contents of the blocks marked as Go.
func readmeBlocks(t *testing.T) []string {
	t.Helper()
	var out []string
	var block []string
	inside := false
	for _, l := range linesOf(t, "README.md") {
		switch {
		case l == "```go":
			inside, block = true, nil
		case l == "```" && inside:
			inside = false
			out = append(out, flat(block))
		case inside:
			block = append(block, l)
		}
	}
	if len(out) < 10 {
		t.Fatalf("found %d blocks of Go in the README", len(out))
	}
	return out
}

// overviewProgram returns the program in the package's documentation.
func overviewProgram(t *testing.T) string {
	t.Helper()
	var program []string
	for _, l := range linesOf(t, "doc.go") {
		code, ok := strings.CutPrefix(l, "//\t")
		switch {
		case ok:
			program = append(program, code)
		case l == "//" && len(program) > 0:
			program = append(program, "")
		case len(program) > 0:
			return flat(program[:len(program)-1])
		}
	}
	t.Fatal("doc.go has no program")
	return ""
}
