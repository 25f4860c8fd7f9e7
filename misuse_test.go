package dyn_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestMisuse checks what the compiler refuses: in testdata/misuse, the lines
// with a comment `// ERROR "regexp"` and no others have an error, which matches.
func TestMisuse(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", exportData(t))}
	files, err := filepath.Glob(filepath.Join("testdata", "misuse", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			f, err := parser.ParseFile(fset, file, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			want := wantErrors(t, fset, f)
			for line, text := range typeErrors(conf, fset, f) {
				pattern, ok := want[line]
				delete(want, line)
				switch {
				case !ok:
					t.Errorf("line %d: %s", line, text)
				case !pattern.MatchString(text):
					t.Errorf("line %d: %s, which does not match %q", line, text, pattern)
				}
			}
			for line, pattern := range want {
				t.Errorf("line %d compiles, want the error %q", line, pattern)
			}
		})
	}
}

// typeErrors returns the errors of a file by line.
func typeErrors(conf types.Config, fset *token.FileSet, f *ast.File) map[int]string {
	got := map[int]string{}
	conf.Error = func(err error) {
		var e types.Error
		if errors.As(err, &e) {
			line := fset.Position(e.Pos).Line
			got[line] = strings.TrimPrefix(got[line]+"\n"+strings.TrimSpace(e.Msg), "\n")
		}
	}
	_, _ = conf.Check("misuse", fset, []*ast.File{f}, nil) // conf.Error has the errors
	return got
}

var errorComment = regexp.MustCompile(`^// ERROR (".*")$`)

func wantErrors(t *testing.T, fset *token.FileSet, f *ast.File) map[int]*regexp.Regexp {
	t.Helper()
	want := map[int]*regexp.Regexp{}
	for _, group := range f.Comments {
		for _, c := range group.List {
			m := errorComment.FindStringSubmatch(c.Text)
			if m == nil {
				continue
			}
			text, err := strconv.Unquote(m[1])
			if err != nil {
				t.Fatal(err)
			}
			want[fset.Position(c.Pos()).Line] = regexp.MustCompile(text)
		}
	}
	return want
}

// exportData returns what opens the compiled form of this package and all that
// it imports.
func exportData(t *testing.T) importer.Lookup {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Export", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
	}
	return func(path string) (io.ReadCloser, error) {
		file, ok := exports[path]
		if !ok {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(file)
	}
}
