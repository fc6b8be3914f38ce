package bindgen

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/scalar"
)

// ours are the directives that gqlgen, and so introspection, never sees.
var ours = []string{
	"upstream", "http", "entity", "load", "json", "inaccessible", "resolver", "discriminator", "cacheControl", "cacheTag", "invalidates",
	"cost", "listSize", "imageURL", "prefetch", "given", "authenticated", "requiresScopes", "policy", "scopes",
}

// prune returns the sources without our directives and without @inaccessible fields: the public schema, which gqlgen
// compiles and embeds. Scalars that package scalar has say what specifies them. The sources must have passed Compile.
func prune(sources []*ast.Source, shipped []string, execDir string) []*ast.Source {
	out := make([]*ast.Source, 0, len(sources))
	for _, s := range sources {
		doc, err := parser.ParseSchema(s)
		if err != nil {
			return sources // Compile has parsed it
		}
		pruneDocument(doc)
		specify(doc, shipped)
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

// specify adds @specifiedBy to scalars that have a standard, and do not name one themselves.
func specify(doc *ast.SchemaDocument, shipped []string) {
	for _, d := range doc.Definitions {
		by := scalar.Shipped[d.Name].By
		if by == "" || !slices.Contains(shipped, d.Name) || d.Directives.ForName("specifiedBy") != nil {
			continue
		}
		url := &ast.Argument{Name: "url", Value: &ast.Value{Kind: ast.StringValue, Raw: by}}
		d.Directives = append(d.Directives, &ast.Directive{Name: "specifiedBy", Arguments: ast.ArgumentList{url}})
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
