package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// TestReadmeSchema: the schema that the README shows is the storefront's. It shows less of it: types without all of their fields, and
// directives without all of their arguments; what it shows is there.
func TestReadmeSchema(t *testing.T) {
	files, err := filepath.Glob("graph/schema/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files (%v)", len(files), err)
	}
	all := storefront{types: map[string]bool{}, fields: map[string]*ast.FieldDefinition{}, directives: map[string]ast.DirectiveList{}}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.add(parseSchema(t, string(text)))
	}
	for _, heading := range []string{"## What a schema looks like", "## Caching"} {
		blocks := regexp.MustCompile("(?s)```graphql\n(.*?)```").FindAllStringSubmatch(readmeSection(t, heading), -1)
		if len(blocks) == 0 {
			t.Errorf("%s shows no schema", heading)
		}
		for _, block := range blocks {
			for _, def := range parseSchema(t, block[1]).Definitions {
				all.has(t, def)
			}
		}
	}
}

// storefront is what its files say of types and fields, by their names.
type storefront struct {
	types      map[string]bool
	fields     map[string]*ast.FieldDefinition // Type.field
	directives map[string]ast.DirectiveList    // of types
}

func parseSchema(t *testing.T, text string) *ast.SchemaDocument {
	t.Helper()
	doc, err := parser.ParseSchema(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func (s storefront) add(doc *ast.SchemaDocument) {
	for _, def := range append(doc.Definitions, doc.Extensions...) {
		s.types[def.Name] = true
		s.directives[def.Name] = append(s.directives[def.Name], def.Directives...)
		for _, f := range def.Fields {
			s.fields[def.Name+"."+f.Name] = f
		}
	}
}

// has reports what of a definition is not the storefront's.
func (s storefront) has(t *testing.T, def *ast.Definition) {
	t.Helper()
	if !s.types[def.Name] {
		t.Errorf("the schema has no type %s", def.Name)
	}
	hasDirectives(t, def.Name, s.directives[def.Name], def.Directives)
	for _, f := range def.Fields {
		name := def.Name + "." + f.Name
		real := s.fields[name]
		if real == nil || real.Type.String() != f.Type.String() {
			t.Errorf("%s: %s is not what the schema has", name, f.Type)
			continue
		}
		hasDirectives(t, name, real.Directives, f.Directives)
		for _, a := range f.Arguments {
			b := real.Arguments.ForName(a.Name)
			if b == nil || b.Type.String() != a.Type.String() || fmt.Sprint(b.DefaultValue) != fmt.Sprint(a.DefaultValue) {
				t.Errorf("%s: the argument %s is not what the schema has", name, a.Name)
				continue
			}
			hasDirectives(t, name+"("+a.Name+":)", b.Directives, a.Directives)
		}
	}
}

func hasDirectives(t *testing.T, of string, have, shown ast.DirectiveList) {
	t.Helper()
	for _, d := range shown {
		real := have.ForName(d.Name)
		if real == nil {
			t.Errorf("%s has no @%s in the schema", of, d.Name)
			continue
		}
		for _, a := range d.Arguments {
			if b := real.Arguments.ForName(a.Name); b == nil || !holds(b.Value, a.Value) {
				t.Errorf("%s: @%s(%s: %s) is not what the schema has", of, d.Name, a.Name, a.Value)
			}
		}
	}
}

// holds reports whether a value is another one, or an object that has all members of it.
func holds(have, shown *ast.Value) bool {
	if shown.Kind != ast.ObjectValue || have.Kind != ast.ObjectValue {
		return have.String() == shown.String()
	}
	for _, member := range shown.Children {
		if v := have.Children.ForName(member.Name); v == nil || !holds(v, member.Value) {
			return false
		}
	}
	return true
}
