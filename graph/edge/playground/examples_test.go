package playground_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"weft/graph/edge/playground"
)

// checkExamples validates each example, with its variables, and returns them by name.
func checkExamples(t *testing.T, schema *ast.Schema) map[string]playground.Tab {
	t.Helper()
	all := map[string]playground.Tab{}
	for _, tab := range playground.Examples(schema, nil) {
		if _, twice := all[tab.Name]; twice {
			t.Errorf("two examples are called %s", tab.Name)
		}
		all[tab.Name] = tab
		document, err := gqlparser.LoadQueryWithRules(schema, tab.Query, rules.NewDefaultRules())
		if err != nil {
			t.Errorf("%v:\n%s", err, tab.Query)
			continue
		}
		variables := map[string]any{}
		if tab.Variables != "" {
			if err := json.Unmarshal([]byte(tab.Variables), &variables); err != nil {
				t.Errorf("%v: %s", err, tab.Variables)
			}
		}
		if _, err := validator.VariableValues(schema, document.Operations[0], variables); err != nil {
			t.Errorf("%v: %s\n%s", err, tab.Variables, tab.Query)
		}
	}
	return all
}

func TestExamples(t *testing.T) {
	for name, tt := range map[string]struct {
		schema string
		want   []playground.Tab
	}{
		"Plain": {
			`type Query { version: String!, posts: [Post!]! }
			type Post { id: ID!, title: String!, author: User, comments(first: Int!): [Post] }
			type User { id: ID!, posts: [Post!], name: String }`,
			[]playground.Tab{
				{Name: "Posts", Query: "# Made from the schema: change it as you like.\nquery Posts {\n  posts {\n    id\n    title\n    author { id name }\n  }\n}\n"},
				{Name: "Version", Query: "# Made from the schema: change it as you like.\nquery Version {\n  version\n}\n"},
			},
		},
		"Arguments": {
			`type Query { user(id: ID!, at: Date!, kind: Kind! = A): User, users(first: Int = 20): Users! }
			scalar Date
			enum Kind { A B }
			type Users { edges: [Edge], nodes: [User], totalCount: Int }
			type Edge { node: User }
			type User { name: String }`,
			[]playground.Tab{
				{Name: "Users", Query: "# Made from the schema: change it as you like.\nquery Users {\n  users(first: 5) {\n    totalCount\n    nodes { name }\n  }\n}\n"},
				{
					Name:      "User",
					Query:     "# Made from the schema: change it as you like. So are the variables, whose values are made up.\nquery User($id: ID!, $at: Date!) {\n  user(id: $id, at: $at) { name }\n}\n",
					Variables: "{\n  \"at\": \"2026-01-31\",\n  \"id\": \"1\"\n}",
				},
			},
		},
		"Abstract": {
			`type Query { found: [Hit!]!, named: Named }
			interface Named { name: String }
			union Hit = A | B | C
			type A implements Named { name: String, size: Int }
			type B { size: String!, at: Int }
			type C { size: Boolean }`,
			[]playground.Tab{
				{Name: "Found", Query: "# Made from the schema: change it as you like.\nquery Found {\n  found {\n    __typename\n    ... on A { name size }\n    ... on B { at }\n    ... on C { __typename }\n  }\n}\n"},
				{Name: "Named", Query: "# Made from the schema: change it as you like.\nquery Named {\n  named { name }\n}\n"},
			},
		},
		"Input": {
			`type Query { a: Int }
			type Mutation { write(input: In!, one: One!): Int }
			input In { lists: [[Kind!]!]!, more: In, in: Inner! }
			input Inner { price: Decimal!, at: OrderDateTime!, no: Int! = 1 }
			input One @oneOf { first: Int, second: String }
			directive @oneOf on INPUT_OBJECT
			scalar Decimal
			scalar OrderDateTime
			enum Kind { A B }`,
			[]playground.Tab{
				{Name: "A", Query: "# Made from the schema: change it as you like.\nquery A {\n  a\n}\n"},
				{
					Name:      "Write",
					Query:     "# Made from the schema: change it as you like. So are the variables, whose values are made up.\nmutation Write($input: In!, $one: One!) {\n  write(input: $input, one: $one)\n}\n",
					Variables: "{\n  \"input\": {\n    \"in\": {\n      \"at\": \"2026-01-31T12:00:00Z\",\n      \"price\": \"1\"\n    },\n    \"lists\": [\n      [\n        \"A\"\n      ]\n    ]\n  },\n  \"one\": {\n    \"first\": 1\n  }\n}",
				},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			schema := gqlparser.MustLoadSchema(&ast.Source{Name: name, Input: tt.schema})
			checkExamples(t, schema)
			if diff := cmp.Diff(tt.want, playground.Examples(schema, nil)); diff != "" {
				t.Errorf("examples (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExamplesPreferCalls(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "schema", Input: `type Query { a: A }
		type A { b: B, c: B, d: B, e(first: Int): B }
		type B { name: String }`})
	got := playground.Examples(schema, func(typeName, field string) bool { return typeName == "A" && field == "e" })
	want := "# Made from the schema: change it as you like.\nquery A {\n  a {\n    __typename\n    e(first: 2) { name }\n    b { name }\n    c { name }\n  }\n}\n"
	if len(got) != 1 || got[0].Query != want {
		t.Errorf("got %+v, want %s", got, want)
	}
}

// TestExamplesOfSchemas makes examples for every schema of this repository, as it is written.
func TestExamplesOfSchemas(t *testing.T) {
	const root = "../../.."
	directives, err := os.ReadFile(filepath.Join(root, "graph/bindgen/check/directives.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	for name, pattern := range map[string]string{
		"storefront":  "graph/schema/*.graphql",
		"posts":       "bench/posts/schema.graphql",
		"items":       "bench/items/schema.graphql",
		"bindingtest": "graph/binding/bindingtest/schema.graphql",
	} {
		t.Run(name, func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(root, pattern))
			if err != nil || len(files) == 0 {
				t.Fatalf("%s: %v, %v", pattern, files, err)
			}
			sources := []*ast.Source{{Name: "directives", Input: string(directives)}}
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				sources = append(sources, &ast.Source{Name: file, Input: string(text)})
			}
			if all := checkExamples(t, gqlparser.MustLoadSchema(sources...)); len(all) == 0 {
				t.Error("no example")
			}
		})
	}
}
