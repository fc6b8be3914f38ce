package check_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"

	"weft/graph/bindgen/check"
)

func ExampleCompile() {
	schema := &ast.Source{Name: "schema.graphql", Input: `
extend schema @upstream(name: "catalog")

type Query {
  product(id: ID!): Product @http(upstream: "catlog", get: "/products/{id}")
}

type Product {
  name: String @json(at: "title")
}`}
	_, problems := check.Compile([]*ast.Source{schema}, check.Options{})
	fmt.Println(problems.Error())
	// Output:
	// schema.graphql:5:45: @http: Query.product: unknown upstream "catlog"; declare it or use "catalog"
	// schema.graphql:9:26: @json: Product.name: at "title" is no JSON pointer; start it with a slash: "/title"
}

// TestCompileOrder gives the files of a schema in the reverse order: the service is the same.
func TestCompileOrder(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/schemas/ok_several_files.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want, ok := compile(archive)
	if !ok {
		t.Fatal(want)
	}
	slices.Reverse(archive.Files)
	got, _ := compile(archive)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files in reverse order (-want +got):\n%s", diff)
	}
}

// TestCompileSchema looks at what Print does not show: the schema keeps what the templates prune.
func TestCompileSchema(t *testing.T) {
	source := &ast.Source{Name: "schema.graphql", Input: `
extend schema @upstream(name: "a")
type Query { item: Item @http(upstream: "a", get: "/item") }
type Item { id: ID! secret: ID @inaccessible }`}
	service, problems := check.Compile([]*ast.Source{source}, check.Options{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	item := service.Views[0]
	if item.Def != service.Schema.Types["Item"] {
		t.Error("the view's definition is not the schema's")
	}
	if item.Def.Fields.ForName("secret") == nil || service.Schema.Directives["http"] == nil {
		t.Error("the schema has lost an @inaccessible field or our directives")
	}
	if got := service.Schema.Types["weft__JSONTemplate"].Position.Src; !got.BuiltIn || got.Name != check.Directives().Name {
		t.Errorf("the language's own types come from %+v, want Directives()", got)
	}
}

// TestCompileAt looks where bindings say that they stand: at their directives, whatever stands before these.
func TestCompileAt(t *testing.T) {
	source := &ast.Source{Name: "shop/schema.graphql", Input: `extend schema @upstream(name: "a")

"""
Two
lines
"""
type Query {
  items: [Item!]
    @http(
      upstream: "a"
      get: "/items"
    )
}

type Item
  @entity(upstream: "a", key: "id", get: "/items/{id}") { id: ID! }
`}
	service, problems := check.Compile([]*ast.Source{source}, check.Options{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := map[string]string{}
	for _, b := range service.Bindings {
		got[b.Name] = b.At
	}
	if diff := cmp.Diff(map[string]string{"Query.items": "shop/schema.graphql:9", "Item": "shop/schema.graphql:16"}, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

// FuzzCompile compiles any text. It must not panic, must say something about what it refuses, and must place every
// problem inside a file.
func FuzzCompile(f *testing.F) {
	files, err := filepath.Glob("testdata/schemas/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var schema, sample string
		for _, part := range archive.Files {
			switch filepath.Ext(part.Name) {
			case ".graphql":
				schema += string(part.Data)
			case ".json":
				sample = string(part.Data)
			}
		}
		f.Add(schema, sample)
	}
	f.Fuzz(checkPlaces)
}

// TestCompileMutilated leaves out every token of two schemas in turn: there is a problem with a place in the file, or a
// service.
func TestCompileMutilated(t *testing.T) {
	token := regexp.MustCompile(`"[^"\n]*"|\w+|[^\w\s]`)
	for _, name := range []string{"ok_samples", "ten_mistakes"} {
		archive, err := txtar.ParseFile("testdata/schemas/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		schema, sample := string(archive.Files[0].Data), string(archive.Files[1].Data)
		for _, at := range token.FindAllStringIndex(schema, -1) {
			checkPlaces(t, schema[:at[0]]+schema[at[1]:], sample)
		}
	}
}

// checkPlaces compiles a schema, every sample of which is the same, and checks that every problem lies in the file.
func checkPlaces(t *testing.T, schema, sample string) {
	o := check.Options{ReadFile: func(string) ([]byte, error) { return []byte(sample), nil }}
	sources := []*ast.Source{{Name: "s.graphql", Input: schema}}
	service, problems := check.Compile(sources, o)
	if (service == nil) != (len(problems) > 0) {
		t.Fatalf("got service %v and %d problems; want one or the other:\n%s", service != nil, len(problems), schema)
	}
	again, _ := check.Compile(sources, o)
	if service != nil && printed(service) != printed(again) {
		t.Fatalf("got two services of one schema:\n%s", schema)
	}
	lines := strings.Count(strings.ReplaceAll(schema, "\r", "\n"), "\n") + 1
	for _, p := range problems {
		if p.File != "s.graphql" || p.Line < 1 || p.Line > lines || p.Column < 1 || p.Text == "" || strings.ContainsAny(p.Error(), "\n\r") {
			t.Errorf("got a problem without a place, %+v, of:\n%s", p, schema)
		}
	}
}
