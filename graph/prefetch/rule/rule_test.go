package rule_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"weft/graph/prefetch/rule"
)

var schema = gqlparser.MustLoadSchema(&ast.Source{Name: "schema.graphql", Input: `
type Query {
  products(first: Int, after: String, category: ID): Products
  product(id: ID!): Product
}
type Products { nodes: [Product!]! edges: [Edge!]! }
type Edge { node: Product! }
type Product { id: ID! sku: Int name: String price: Float reviews: [Review!]! news: News brand: Brand }
type Brand { name: String }
type News { nodes: [Review!]! }
type Review { id: ID! stars: Int }
`})

// run is an operation that runs ahead of time, as the tests write it.
type run struct {
	Text      string
	Variables map[string]any
}

func TestSteps(t *testing.T) {
	page := rule.Rule{Field: "Query.products", Page: true}
	reviews := rule.Rule{Field: "Query.products", Load: "reviews", Member: "stars"}
	operation := rule.Rule{Field: "Query.products", Operation: "Page", With: map[string]string{"id": "/products/nodes/*/id", "sku": "/products/nodes/*/sku"}, Top: 2}
	for _, c := range []struct {
		name      string
		rule      rule.Rule
		text      string
		variables map[string]any
		answer    string
		after     string
		want      []run
	}{
		{
			"the next page by the variable that there is", page,
			`query($a: String, $c: ID) { products(after: $a, category: $c) { nodes { name } } }`,
			map[string]any{"a": "1", "c": "x"},
			`{}`, "2",
			[]run{{"", map[string]any{"a": "2", "c": "x"}}},
		},
		{
			"the next page by a variable more", page,
			`query Q($c: ID) { products(after: "1", category: $c) { ...F } } fragment F on Products { nodes { name } } fragment G on Query { product(id: 1) { id } } query Other { ...G }`,
			map[string]any{"c": "x"},
			`{}`, "2",
			[]run{{
				"query Q ($c: ID, $weftAfter: String) {\n products(category: $c, after: $weftAfter) {\n  ... F\n }\n}\nfragment F on Products {\n nodes {\n  name\n }\n}\n",
				map[string]any{"c": "x", "weftAfter": "2"},
			}},
		},
		{"the last page", page, `{ products { nodes { name } } }`, nil, `{}`, "", nil},
		{"a page that the operation has twice", page, `{ products { nodes { name } } b: products(first: 1) { nodes { name } } }`, nil, `{}`, "2", nil},
		{
			"a page in a fragment that is there twice", page, `{ ...F ... on Query { ...F } } fragment F on Query { products { nodes { name } } }`, nil, `{}`, "2", nil,
		},
		{"another field", page, `{ product(id: 1) { name } }`, nil, `{}`, "2", nil},
		{
			"a field of a page's nodes", reviews, `{ products { nodes { name } } }`, nil, `{}`, "",
			[]run{{"query {\n products {\n  nodes {\n   name\n   weftAhead: reviews {\n    stars\n   }\n  }\n }\n}\n", nil}},
		},
		{
			"the same, where the operation has no nodes", reviews, `{ products { edges { node { name } } } }`, nil, `{}`, "",
			[]run{{
				"query {\n products {\n  edges {\n   node {\n    name\n   }\n  }\n  weftAhead: nodes {\n   weftAhead: reviews {\n    stars\n   }\n  }\n }\n}\n", nil,
			}},
		},
		{"a field that the operation has", reviews, `{ products { nodes { reviews { id } } } }`, nil, `{}`, "", nil},
		{
			"a field of an object, which is paged",
			rule.Rule{Field: "Query.product", Load: "news", Member: "nodes/stars"},
			`{ product(id: 1) { name } }`, nil, `{}`, "",
			[]run{{"query {\n product(id: 1) {\n  name\n  weftAhead: news {\n   nodes {\n    stars\n   }\n  }\n }\n}\n", nil}},
		},
		{
			"an operation, by aliases, for two elements of three", operation, `{ all: products { ... on Products { nodes { key: id ...F } } } } fragment F on Product { sku }`, nil,
			`{"all": {"nodes": [{"key": "p-1", "sku": 7}, {"key": "p/2", "sku": 8}, {"key": "p-3", "sku": 9}]}}`, "",
			[]run{{"", map[string]any{"id": "p-1", "sku": json.Number("7")}}, {"", map[string]any{"id": "p/2", "sku": json.Number("8")}}},
		},
		{"for as many as there are", operation, `{ products { nodes { id sku } } }`, nil, `{"products": {"nodes": [{"id": "p-1", "sku": 7}]}}`, "", []run{{"", map[string]any{"id": "p-1", "sku": json.Number("7")}}}},
		{"not with null", operation, `{ products { nodes { id sku } } }`, nil, `{"products": {"nodes": [{"id": "p-1", "sku": null}]}}`, "", nil},
		{"not without what it needs", operation, `{ products { nodes { id } } }`, nil, `{"products": {"nodes": [{"id": "p-1"}]}}`, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, errs := gqlparser.LoadQueryWithRules(schema, c.text, rules.NewDefaultRules())
			if errs != nil {
				t.Fatal(errs)
			}
			before := copied(t, doc)
			var got []run
			for _, s := range rule.Steps([]rule.Rule{c.rule}, schema, doc, doc.Operations[0]) {
				for _, variables := range s.Variables(c.variables, []byte(c.answer), c.after) {
					got = append(got, run{s.Text, variables})
				}
				if s.Text == "" {
					continue
				}
				if _, errs := gqlparser.LoadQueryWithRules(schema, s.Text, rules.NewDefaultRules()); errs != nil {
					t.Errorf("%v: %s", errs, s.Text)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if after := copied(t, doc); before != after {
				t.Error("the document was changed")
			}
		})
	}
}

// copied is a document as text.
func copied(t *testing.T, doc *ast.QueryDocument) string {
	t.Helper()
	var names []string
	var visit func(ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				names = append(names, s.Alias)
				for _, a := range s.Arguments {
					names = append(names, a.Name, a.Value.String())
				}
				visit(s.SelectionSet)
			case *ast.InlineFragment:
				visit(s.SelectionSet)
			case *ast.FragmentSpread:
				names = append(names, s.Name)
			}
		}
	}
	for _, op := range doc.Operations {
		for _, v := range op.VariableDefinitions {
			names = append(names, v.Variable)
		}
		visit(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		visit(f.SelectionSet)
	}
	text, err := json.Marshal(names)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSegments(t *testing.T) {
	for _, pointer := range []string{"", "a", "/", "/a//b", "/a/"} {
		if got, err := rule.Segments(pointer); err == nil {
			t.Errorf("%q: got %q", pointer, got)
		}
	}
}
