package dyn_test

import (
	"go/ast"
	godoc "go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const modulePath = "github.com/dyntable/dyn"

// TestImports holds the layers: a package of the module imports only those
// listed for it.
func TestImports(t *testing.T) {
	t.Parallel()
	allowed := map[string][]string{
		"":                         {"internal/codec", "internal/ddbjson", "internal/expr", "internal/key", "internal/lean", "internal/schema", "internal/wire"},
		"internal/tag":             {},
		"internal/key":             {},
		"internal/codec":           {},
		"internal/expr":            {},
		"internal/schema":          {"internal/key", "internal/tag"},
		"internal/ddbjson":         {"internal/codec"},
		"internal/body":            {},
		"internal/wire":            {"internal/body", "internal/codec", "internal/ddbjson", "internal/plain", "internal/sigv4"},
		"internal/lean":            {"internal/body", "internal/plain", "internal/sigv4"},
		"internal/plain":           {},
		"internal/sigv4":           {},
		"internal/codec/codectest": {},
		"internal/randtest":        {},
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}:{{join .Imports " "}}`, ".", "./internal/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		pkg, imports, _ := strings.Cut(strings.TrimSpace(line), ":")
		pkg = strings.TrimPrefix(strings.TrimPrefix(pkg, modulePath), "/")
		may, known := allowed[pkg]
		if !known {
			t.Errorf("package %q is not in the table of layers", pkg)
		}
		for _, imp := range strings.Fields(imports) {
			if rest, ours := strings.CutPrefix(imp, modulePath); ours && !slices.Contains(may, strings.TrimPrefix(rest, "/")) {
				t.Errorf("package %q imports %s", pkg, imp)
			}
			if (pkg == "internal/tag" || pkg == "internal/key") && strings.Contains(imp, ".") {
				t.Errorf("package %q imports %s, beyond the standard library", pkg, imp)
			}
			if imp == "unsafe" && pkg != "internal/ddbjson" {
				t.Errorf("package %q imports unsafe", pkg)
			}
			if imp == "reflect" && (pkg == "internal/schema" || pkg == "internal/tag" || pkg == "internal/key" || pkg == "internal/expr") {
				t.Errorf("package %q imports reflect", pkg)
			}
		}
	}
}

// maxNames bounds the exported names of the package: each costs every reader.
const maxNames = 128

// TestExportedNames wants every exported name documented, and few of them.
func TestExportedNames(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	var files []*ast.File
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	p, err := godoc.NewFromFiles(fset, files, modulePath)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	check := func(name, text string) {
		if !ast.IsExported(name[strings.LastIndexByte(name, '.')+1:]) {
			return
		}
		if !strings.Contains(name, ".") {
			n++
		}
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s has no comment", name)
		}
	}
	funcs := func(prefix string, fs []*godoc.Func) {
		for _, f := range fs {
			check(prefix+f.Name, f.Doc)
		}
	}
	values := func(vs []*godoc.Value) {
		for _, v := range vs {
			for _, s := range v.Decl.Specs {
				s := s.(*ast.ValueSpec)
				for _, id := range s.Names {
					check(id.Name, v.Doc+s.Doc.Text()+s.Comment.Text())
				}
			}
		}
	}
	funcs("", p.Funcs)
	values(p.Vars)
	values(p.Consts)
	for _, typ := range p.Types {
		check(typ.Name, typ.Doc+specDoc(typ))
		funcs("", typ.Funcs)
		funcs(typ.Name+".", typ.Methods)
		values(typ.Consts)
		values(typ.Vars)
	}
	if n > maxNames {
		t.Errorf("%d exported names, at most %d", n, maxNames)
	}
	if strings.TrimSpace(p.Doc) == "" {
		t.Error("the package has no comment")
	}
}

// specDoc returns the comment of a type that is declared in a group.
func specDoc(typ *godoc.Type) string {
	var b strings.Builder
	for _, s := range typ.Decl.Specs {
		b.WriteString(s.(*ast.TypeSpec).Doc.Text())
	}
	return b.String()
}

// TestSizes bounds files and functions to what a reader takes in at once.
func TestSizes(t *testing.T) {
	t.Parallel()
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			if d != nil && d.IsDir() && err == nil {
				return filepath.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if n := strings.Count(string(src), "\n"); n > 600 {
			t.Errorf("%s has %d lines, at most 600", path, n)
		}
		f, err := parser.ParseFile(fset, path, src, 0)
		if err != nil {
			return err
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if n := fset.Position(fn.End()).Line - fset.Position(fn.Pos()).Line + 1; n > 60 {
					t.Errorf("%s: %s has %d lines, at most 60", path, fn.Name.Name, n)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
