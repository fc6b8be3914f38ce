package check_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"

	"weft/graph/bindgen/check"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata/schemas")

// TestCheck compiles every schema in testdata/schemas and compares what it says: the problems, or the printed service.
//
// A case is a txtar archive: its comment says the point; *.graphql are the schema's files; *.json are samples; want is
// the expectation. A case whose name starts with ok_ must compile, any other must not.
func TestCheck(t *testing.T) {
	files, err := filepath.Glob("testdata/schemas/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d cases, %v; want some", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(strings.TrimSpace(string(archive.Comment))) == 0 {
				t.Errorf("%s has no comment that says its point", file)
			}
			got, ok := compile(archive)
			if wantOK := strings.HasPrefix(name, "ok_"); ok != wantOK {
				t.Errorf("compiled: got %v, want %v:\n%s", ok, wantOK, got)
			}
			compare(t, file, archive, got)
		})
	}
}

// compile returns the printed service and true, or the problems and false.
func compile(archive *txtar.Archive) (string, bool) {
	var sources []*ast.Source
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".graphql") {
			sources = append(sources, &ast.Source{Name: f.Name, Input: string(f.Data)})
		}
	}
	service, problems := check.Compile(sources, check.Options{ReadFile: reader(archive)})
	if len(problems) > 0 {
		return problems.Error() + "\n", false
	}
	return printed(service), true
}

// reader reads an archive as a file system does: a folder is there when a file is in it, but cannot be read as one.
func reader(archive *txtar.Archive) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		for _, f := range archive.Files {
			if f.Name == name {
				return f.Data, nil
			}
			if strings.HasPrefix(f.Name, name+"/") {
				return nil, errors.New("is a directory")
			}
		}
		return nil, fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
	}
}

func compare(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	for i, f := range archive.Files {
		if f.Name != "want" {
			continue
		}
		if diff := cmp.Diff(string(f.Data), got); diff != "" && !*update {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
		archive.Files[i].Data = []byte(got)
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
