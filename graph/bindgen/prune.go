package bindgen

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// ours are the directives that gqlgen, and so introspection, never sees.
var ours = []string{
	"upstream", "http", "entity", "load", "json", "inaccessible", "resolver", "discriminator", "cacheControl", "cacheTag", "invalidates",
	"cost", "listSize", "imageURL", "prefetch",
}

// prune returns the sources without our directives and without @inaccessible fields: the public schema, which gqlgen
// compiles and embeds. The sources must have passed Compile.
func prune(sources []*ast.Source, execDir string) []*ast.Source {
	out := make([]*ast.Source, 0, len(sources))
	for _, s := range sources {
		doc, err := parser.ParseSchema(s)
		if err != nil {
			return sources // Compile has parsed it
		}
		pruneDocument(doc)
		var text bytes.Buffer
		formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchemaDocument(doc)
		out = append(out, &ast.Source{Name: outside(s.Name, execDir), Input: text.String()})
	}
	return out
}

// outside is a name that gqlgen will not take for a file to embed: the file on disk is not the pruned text.
func outside(name, execDir string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	if rel, err := filepath.Rel(execDir, abs); err != nil || strings.HasPrefix(rel, "..") {
		return name
	}
	return filepath.Join("..", name)
}

func pruneDocument(doc *ast.SchemaDocument) {
	schemas := doc.SchemaExtension[:0]
	for _, s := range doc.Schema {
		s.Directives = withoutOurs(s.Directives)
	}
	for _, s := range doc.SchemaExtension {
		s.Directives = withoutOurs(s.Directives)
		if len(s.Directives)+len(s.OperationTypes) > 0 { // an extension that extends nothing is a syntax error
			schemas = append(schemas, s)
		}
	}
	doc.SchemaExtension = schemas
	for _, d := range slices.Concat(doc.Definitions, doc.Extensions) {
		pruneDefinition(d)
	}
}

func pruneDefinition(d *ast.Definition) {
	d.Directives = withoutOurs(d.Directives)
	d.Fields = slices.DeleteFunc(d.Fields, func(f *ast.FieldDefinition) bool { return f.Directives.ForName("inaccessible") != nil })
	for _, f := range d.Fields {
		f.Directives = withoutOurs(f.Directives)
		for _, a := range f.Arguments {
			a.Directives = withoutOurs(a.Directives)
		}
	}
	for _, v := range d.EnumValues {
		v.Directives = withoutOurs(v.Directives)
	}
}

func withoutOurs(list ast.DirectiveList) ast.DirectiveList {
	return slices.DeleteFunc(list, func(d *ast.Directive) bool { return slices.Contains(ours, d.Name) })
}
