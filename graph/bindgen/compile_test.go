package bindgen_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/tools/txtar"

	"weft/graph/bindgen"
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
	_, problems := bindgen.Compile([]*ast.Source{schema}, bindgen.Options{})
	fmt.Println(problems.Error())
	// Output:
	// schema.graphql:5:45: @http: Query.product: unknown upstream "catlog"; declare it or use "catalog"
	// schema.graphql:9:26: @json: Product.name: at "title" is no JSON pointer; start it with a slash: "/title"
}

// TestCompileOrder gives the files of a schema in the reverse order: the service is the same.
func TestCompileOrder(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/check/ok_several_files.txtar")
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
	service, problems := bindgen.Compile([]*ast.Source{source}, bindgen.Options{})
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
	if got := service.Schema.Types["JSONTemplate"].Position.Src; !got.BuiltIn || got.Name != bindgen.Directives().Name {
		t.Errorf("the language's own types come from %+v, want Directives()", got)
	}
}

// FuzzCompile compiles any text. It must not panic, must say something about what it refuses, and must place every
// problem inside a file.
func FuzzCompile(f *testing.F) {
	files, err := filepath.Glob("testdata/check/*.txtar")
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
	f.Fuzz(func(t *testing.T, schema, sample string) {
		o := bindgen.Options{ReadFile: func(string) ([]byte, error) { return []byte(sample), nil }}
		service, problems := bindgen.Compile([]*ast.Source{{Name: "s.graphql", Input: schema}}, o)
		if (service == nil) != (len(problems) > 0) {
			t.Fatalf("got service %v and %d problems; want one or the other", service != nil, len(problems))
		}
		again, _ := bindgen.Compile([]*ast.Source{{Name: "s.graphql", Input: schema}}, o)
		if service != nil && bindgen.Print(service) != bindgen.Print(again) {
			t.Fatal("the same schema gives two services")
		}
		lines := strings.Count(strings.ReplaceAll(schema, "\r", "\n"), "\n") + 1
		for _, p := range problems {
			if p.File != "s.graphql" || p.Line < 1 || p.Line > lines || p.Column < 1 || p.Text == "" || strings.ContainsAny(p.Error(), "\n\r") {
				t.Errorf("problem without a place: %+v", p)
			}
		}
	})
}
