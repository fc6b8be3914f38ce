package compiled_test

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	items "weft/bench/items/generated"
	posts "weft/bench/posts/generated"
	shop "weft/graph/binding/bindingtest/generated"
	"weft/graph/compiled"
	storefront "weft/graph/generated"
)

// The printed schema is valid, and read again it is the schema that operations run on.
func TestSDL(t *testing.T) {
	for name, schema := range map[string]compiled.Schema{
		"shop": shop.Service(nil, shop.Functions{}), "storefront": storefront.Service(nil, storefront.Functions{}, storefront.Policies{}),
		"posts": posts.Service(nil), "items": items.Service(nil),
	} {
		t.Run(name, func(t *testing.T) {
			sdl := schema.SDL()
			again, err := gqlparser.LoadSchema(&ast.Source{Name: name, Input: sdl})
			if err != nil {
				t.Fatalf("%v in\n%s", err, sdl)
			}
			if diff := cmp.Diff(sorted(schema.Stock.Schema()), sorted(again)); diff != "" {
				t.Errorf("what was read again (-want +got):\n%s", diff)
			}
		})
	}
}

// Types are printed in the order in which files have them, each with its extensions; what is for the compiler is not.
func TestSDLAsWritten(t *testing.T) {
	schema := stocked(t,
		&ast.Source{Name: "b.graphql", Input: `
extend type Query { zebras: [Zebra!] }
type Zebra { stripes(wide: Boolean = true): Int @deprecated(reason: "count \"them\"") }
`},
		&ast.Source{Name: "a.graphql", Input: `
directive @loud repeatable on FIELD
type Query { gnu: Gnu }
"A \"\"\"gnu\"\"\"."
type Gnu { legs: Int }
`},
	)
	const want = `directive @loud repeatable on FIELD

type Query {
  gnu: Gnu
  zebras: [Zebra!]
}

"""
A \"""gnu\""".
"""
type Gnu {
  legs: Int
}

type Zebra {
  stripes(wide: Boolean = true): Int @deprecated(reason: "count \"them\"")
}
`
	if diff := cmp.Diff(want, schema.SDL()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Root types are named where their own names, or those of others, do not say it.
func TestSDLRootTypes(t *testing.T) {
	for _, text := range []string{
		"schema {\n  query: Root\n}\n\ntype Root {\n  a: Int\n}\n",
		"schema {\n  query: Query\n}\n\ntype Query {\n  a: Int\n}\n\ntype Mutation {\n  b: Int\n}\n",
		"\"\"\"\nIt is ours.\n\"\"\"\nschema {\n  query: Query\n}\n\ntype Query {\n  a: Int\n}\n",
	} {
		if diff := cmp.Diff(text, stocked(t, &ast.Source{Input: text}).SDL()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// stock is gqlgen's executor of a schema, which executes nothing.
type stock struct {
	graphql.ExecutableSchema

	schema *ast.Schema
}

func (s stock) Schema() *ast.Schema { return s.schema }

func stocked(t *testing.T, sources ...*ast.Source) compiled.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Schema{Stock: stock{schema: schema}}
}

func sorted(schema *ast.Schema) string {
	var text strings.Builder
	formatter.NewFormatter(&text).FormatSchema(schema)
	return text.String()
}
