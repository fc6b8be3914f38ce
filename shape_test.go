package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What somebody can read at once: the most lines of a function and of a file, and fields of a struct.
const (
	maxFunction = 80
	maxFile     = 400
	maxFields   = 15
)

// larger are structs with more fields, each with the reason.
var larger = map[string]string{
	"upstream/demo.product": "a row of data, as its service writes it",
}

// TestShape holds hand-written code that is no test to the limits above.
func TestShape(t *testing.T) {
	eachFile(t, func(path string, _ []string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(string(text), "// Code generated") {
			return
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		lines := func(n ast.Node) int { return set.Position(n.End()).Line - set.Position(n.Pos()).Line + 1 }
		if n := strings.Count(string(text), "\n"); n > maxFile {
			t.Errorf("%s has %d lines, more than %d: what part of it is an idea of its own?", path, n, maxFile)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if lines(n) > maxFunction {
					t.Errorf("%s: %s has %d lines, more than %d", path, n.Name.Name, lines(n), maxFunction)
				}
			case *ast.TypeSpec:
				s, ok := n.Type.(*ast.StructType)
				name := filepath.ToSlash(filepath.Dir(path)) + "." + n.Name.Name
				if ok && larger[name] == "" && fields(s) > maxFields {
					t.Errorf("%s: %s has %d fields, more than %d: which of them belong together?", path, name, fields(s), maxFields)
				}
			}
			return true
		})
	})
}

func fields(s *ast.StructType) (n int) {
	for _, f := range s.Fields.List {
		n += max(1, len(f.Names))
	}
	return n
}

// TestFilesNamed: the files that package comments and the house's maps name are there.
func TestFilesNamed(t *testing.T) {
	named := regexp.MustCompile(`(?:^|[^*\w./-])((?:[\w./-]+/)?[a-z_0-9]+\.go)\b`)
	generated := map[string]bool{"exec_gen.go": true, "bindings_gen.go": true, "gqlgen_gen.go": true, "views_gen.go": true, "models_gen.go": true, "main.go": true}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return filepath.SkipDir
		}
		if d.Name() != "doc.go" && path != "CONTRIBUTING.md" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			// Names may be in the folder of the file, in one that the line names ("`graph/limit`: `nodes.go`"), or in package cache.
			folders := []string{".", filepath.Dir(path), "cache"}
			for _, folder := range regexp.MustCompile(`[\w-]+(?:/[\w-]+)+`).FindAllString(line, -1) {
				folders = append(folders, folder, filepath.Dir(folder), filepath.Join(filepath.Dir(path), folder), filepath.Join("graph", folder))
			}
			for _, match := range named.FindAllStringSubmatch(line, -1) {
				name := match[1]
				if !generated[filepath.Base(name)] && !exists(name, folders) {
					t.Errorf("%s names %s, which is not there: %s", path, name, strings.TrimSpace(line))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func exists(name string, folders []string) bool {
	for _, folder := range append(folders, "graph") {
		if found, _ := filepath.Glob(filepath.Join(folder, name)); len(found) > 0 {
			return true
		}
	}
	return false
}
