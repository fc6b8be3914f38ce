package bindgen

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// shippedType is the Go type of a scalar of package scalar, and gqlgen's marshaler of that, by its path.
func shippedType(name string) (typ, marshaler string) {
	if name == "Int64" {
		return "int64", "github.com/99designs/gqlgen/graphql.Int64"
	}
	return "string", "github.com/99designs/gqlgen/graphql.String"
}

// scalarParsers finds the custom scalars that package model converts: those with a function Parse<Scalar>. Values of the
// others that are not package scalar's are copied as they are. A folder that does not exist has none.
func scalarParsers(modelDir string) (map[string]bool, error) {
	parsers := map[string]bool{}
	entries, err := os.ReadDir(modelDir)
	if errors.Is(err, fs.ErrNotExist) {
		return parsers, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_gen.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(modelDir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read the scalars of package model: %w", err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Parse") {
				parsers[strings.TrimPrefix(f.Name.Name, "Parse")] = true
			}
		}
	}
	return parsers, nil
}
