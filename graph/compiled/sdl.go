package compiled

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// SDL is the public schema as text: what introspection tells of it, in the order of its files, by their names, and in each as it is
// written. No directive of ours is in it, and nothing that is @inaccessible. Extensions stand where what they extend does.
func (c Schema) SDL() string {
	schema := c.Stock.Schema()
	var types ast.DefinitionList
	for _, t := range schema.Types {
		if !t.BuiltIn {
			types = append(types, t)
		}
	}
	var directives ast.DirectiveDefinitionList
	for _, d := range schema.Directives {
		if !d.Position.Src.BuiltIn {
			directives = append(directives, d)
		}
	}
	slices.SortFunc(types, func(a, b *ast.Definition) int { return written(a.Position, b.Position) })
	slices.SortFunc(directives, func(a, b *ast.DirectiveDefinition) int { return written(a.Position, b.Position) })

	parts := []*ast.SchemaDocument{{Schema: rootTypes(schema)}}
	for _, d := range directives {
		parts = append(parts, &ast.SchemaDocument{Directives: ast.DirectiveDefinitionList{d}})
	}
	for _, t := range types {
		parts = append(parts, &ast.SchemaDocument{Definitions: ast.DefinitionList{t}})
	}
	var text strings.Builder
	for _, part := range parts {
		if text.Len() > 0 {
			text.WriteString("\n")
		}
		formatter.NewFormatter(&text, formatter.WithIndent("  ")).FormatSchemaDocument(part)
	}
	return text.String()
}

// written compares places of a schema's files.
func written(a, b *ast.Position) int {
	return cmp.Or(strings.Compare(a.Src.Name, b.Src.Name), cmp.Compare(a.Start, b.Start))
}

// rootTypes is the definition that names a schema's root types; nothing where their own names say it all.
func rootTypes(schema *ast.Schema) ast.SchemaDefinitionList {
	def := &ast.SchemaDefinition{Description: schema.Description, Directives: schema.SchemaDirectives}
	plain := def.Description == "" && len(def.Directives) == 0
	for _, root := range []struct {
		operation ast.Operation
		name      string // that needs no word
		def       *ast.Definition
	}{
		{ast.Query, "Query", schema.Query}, {ast.Mutation, "Mutation", schema.Mutation}, {ast.Subscription, "Subscription", schema.Subscription},
	} {
		if root.def != nil {
			def.OperationTypes = append(def.OperationTypes, &ast.OperationTypeDefinition{Operation: root.operation, Type: root.def.Name})
			plain = plain && root.def.Name == root.name
		} else if schema.Types[root.name] != nil { // a type that has the name of a root type, and is none
			plain = false
		}
	}
	if plain {
		return nil
	}
	return ast.SchemaDefinitionList{def}
}
