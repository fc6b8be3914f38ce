package bindgen_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"weft/graph/bindgen"
	"weft/graph/bindgen/check"
)

const (
	generateConfig = `schema: [schema.graphql]
exec: {filename: generated/exec_gen.go, package: generated}
model: {filename: model/models_gen.go, package: model}
`
	generateSchema = `extend schema @upstream(name: "catalog", forwardHeaders: ["authorization"])

type Query {
  products(ids: [ID!], state: State): [Product!]! @http(upstream: "catalog", get: "/products{?ids,state}")
  page(first: Int = 10, after: String): Products! @http(upstream: "catalog", get: "/page{?limit,offset}", page: {style: OFFSET, size: "limit", start: "offset"})
  product(id: ID!): Product @load(key: "id")
  shout(text: String!): String! @resolver
}

type Mutation {
  add(input: AddInput!): Product @http(upstream: "catalog", post: "/products")
}

type Product @entity(upstream: "catalog", key: "id", get: "/products/{id}", batch: {get: "/products{?ids}", keys: "ids", match: "/id"}) {
  id: ID!
  state: State
  price: Money
  odd: Int @json(at: "/two\nlines")
  nextId: ID @inaccessible
  next: Product @load(key: "nextId")
}

type Products {
  nodes: [Product!]!
  pageInfo: PageInfo!
}

type PageInfo {
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
  endCursor: String
}

input AddInput {
  name: String! = "new"
  state: State
}

enum State {
  OPEN @json(value: "open")
  SHUT
}

scalar Money
`
	generateModel = `package model

import (
	"fmt"
	"io"

	"weft/graph/view"
)

type Money string

func ParseMoney(raw view.Raw) (Money, error) { return Money(raw), nil }

func (m Money) MarshalGQL(w io.Writer) { fmt.Fprintf(w, "%q", string(m)) }

func (m *Money) UnmarshalGQL(v any) error { *m = Money(fmt.Sprint(v)); return nil }
`
)

// TestGenerate generates a service in a module of its own, and holds Generate to its promises: a failure, of ours or of
// gqlgen's, changes no file and leaves none behind, and the same schema gives the same bytes. It needs the go command and
// the modules of this one, and no network.
func TestGenerate(t *testing.T) {
	inModule(t)
	more := strings.Replace(generateSchema, "  price: Money\n", "  price: Money\n  cost: Money\n  kind: State\n", 1)

	fails(t, "first, Go that does not compile", "text", map[string]string{"model/money.go": generateModel + "\nvar broken int = \"text\"\n"})
	generates(t)
	if _, err := os.Stat("generated/bindings_gen.go"); err != nil {
		t.Fatalf("generated nothing: %v", err)
	}
	before := tree(t)

	generates(t)
	if diff := cmp.Diff(before, tree(t)); diff != "" {
		t.Errorf("the second time the files are different (-first +second):\n%s", diff)
	}
	for _, dir := range []string{"generated", "model/models_gen.go", "model/views_gen.go"} {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	generates(t)
	if diff := cmp.Diff(before, tree(t)); diff != "" {
		t.Errorf("anew the files are different (-first +third):\n%s", diff)
	}

	for _, name := range []string{"generated/bindings_gen.go", "generated/gqlgen_gen.go", "model/views_gen.go"} {
		write(t, map[string]string{name: strings.Replace(before[name], "view.GeneratedCode", "view.GeneratedCode0", 1)})
	}
	generates(t)
	if diff := cmp.Diff(before, tree(t)); diff != "" {
		t.Errorf("over files of another version the files are different (-first +fourth):\n%s", diff)
	}

	editors := strings.Replace(generateConfig, "schema.graphql", `"*.graphql"`, 1)
	if status := bindgen.Directives([]string{"-o", "directives.graphql"}, nil, os.Stderr); status != 0 {
		t.Fatalf("directives: status %d", status)
	}
	write(t, map[string]string{"gqlgen.yml": editors})
	generates(t)
	after := tree(t)
	delete(after, "directives.graphql")
	after["gqlgen.yml"] = generateConfig
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("with what editors read the files are different (-first +fifth):\n%s", diff)
	}
	write(t, map[string]string{"gqlgen.yml": generateConfig})
	if err := os.Remove("directives.graphql"); err != nil {
		t.Fatal(err)
	}

	problems := fails(t, "mistakes in the schema", "catlog", map[string]string{
		"schema.graphql": strings.NewReplacer(`"catalog", get: "/page`, `"catlog", get: "/page`, `"nextId")`, `"nxtId")`).Replace(more),
	})
	if list, ok := errors.AsType[check.Problems](problems); !ok || len(list) != 2 || !strings.Contains(list[1].Text, "nxtId") {
		t.Errorf("mistakes in the schema: got %v, want both", problems)
	}
	fails(t, "Go that does not compile", "text", map[string]string{
		"schema.graphql": more, "model/money.go": generateModel + "\nvar broken int = \"text\"\n",
	})
	fails(t, "a Go type that is not there", "Nothing", map[string]string{
		"schema.graphql": more + "\nscalar Weight\n\nextend type Product { weight(unit: Weight): Int @resolver }\n",
		"gqlgen.yml":     generateConfig + "models: {Weight: {model: shop/model.Nothing}}\n",
	})

	write(t, map[string]string{"schema.graphql": more})
	generates(t)
	if cmp.Equal(before, tree(t)) {
		t.Error("two more fields changed no file: the failures above had nothing to change either")
	}
}

// inModule makes a service in a new folder the working directory. Its module has the requirements of this one.
func inModule(t *testing.T) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"gqlgen.yml": generateConfig, "schema.graphql": generateSchema, "model/money.go": generateModel}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = strings.Replace(string(text), "module weft\n", "module shop\n", 1)
	}
	files["go.mod"] += "\nrequire weft v0.0.0\n\nreplace weft => " + root + "\n"
	t.Chdir(t.TempDir())
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOWORK", "off")
	write(t, files)
}

func write(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// tree is every file below the working directory by its name; go.mod and go.sum are the go command's.
func tree(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "go.mod" || name == "go.sum" {
			return err
		}
		if d.IsDir() {
			all[name+"/"] = ""
			return nil
		}
		text, err := os.ReadFile(name)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func generates(t *testing.T) {
	t.Helper()
	if err := bindgen.Generate(); err != nil {
		t.Fatal(err)
	}
}

// fails generates with other files in place of those that are there, expects an error with a text in it and every file as
// it was, and puts those that were there back.
func fails(t *testing.T, name, text string, files map[string]string) error {
	t.Helper()
	right := tree(t)
	write(t, files)
	before := tree(t)
	err := bindgen.Generate()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got error %v, want one with %q", name, err, text)
	}
	if diff := cmp.Diff(before, tree(t)); diff != "" {
		t.Errorf("%s: files have changed (-before +after):\n%s", name, diff)
	}
	for name := range files {
		write(t, map[string]string{name: right[name]})
	}
	return err
}
