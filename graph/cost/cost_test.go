package cost_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"weft/graph/cost"
)

var shop = gqlparser.MustLoadSchema(&ast.Source{Name: "shop.graphql", Input: `
	type Query {
		user: User
		users(max: Int, filter: Filter, ids: [ID!]): [User!]
		page(first: Int = 3, after: String): Page
		either: Either
		named: [Named!]
		plain: [String!]
		add(in: In, list: [In!]): Int
		strict(first: Int, last: Int): [User!]
		lax(first: Int, last: Int): [User!]
		defaulted(first: Int = 4): [User!]
		matrix: [[User!]!]
	}
	type Page { nodes: [User!]! edges: [Edge!]! pageInfo: User total: Int }
	type Edge { node: User! cursor: String! }
	interface Named { name: String }
	union Either = User | Robot
	type User implements Named { id: ID name: String age: Int friends: [User!] code: Code kind: Kind either: Either }
	type Robot implements Named { id: ID name: String parts: [User!] }
	input Filter { max: Int = 6 text: String }
	input In { a: Int b: In }
	scalar Code
	enum Kind { A }
`})

var weights = &cost.Schema{
	Types:  map[string]float64{"Code": 0.5, "Robot": 4},
	Inputs: map[string]float64{"In.a": 2},
	Fields: map[string]*cost.Field{
		"Query.user": {},
		"Query.users": {
			Arguments: map[string]float64{"max": -1, "filter": 0}, Size: &cost.Size{Slicing: [][]string{{"max"}, {"filter", "max"}, {"ids"}}},
		},
		"Query.page":      {Size: &cost.Size{Slicing: [][]string{{"first"}}, Assumed: 50, Default: 20, Sized: []string{"nodes", "edges"}}},
		"Query.named":     {Size: &cost.Size{Assumed: 2}},
		"Query.plain":     {Weight: new(3.0), Size: &cost.Size{Assumed: 5}},
		"Query.strict":    {Size: &cost.Size{Slicing: [][]string{{"first"}, {"last"}}, One: true}},
		"Query.lax":       {Size: &cost.Size{Slicing: [][]string{{"first"}, {"last"}}, Assumed: 30}},
		"Query.defaulted": {Size: &cost.Size{Slicing: [][]string{{"first"}}, One: true}},
		"User.age":        {Weight: new(2.0)},
		"User.friends":    {Size: &cost.Size{Assumed: 3}},
		"Robot.name":      {Weight: new(7.0)},
	},
}

func parse(t testing.TB, schema *ast.Schema, text string) *ast.QueryDocument {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(schema, text, rules.NewDefaultRules())
	if errs != nil {
		t.Fatalf("%s: %v", text, errs)
	}
	return doc
}

// of is what an operation costs; variables nil: they are not known.
func of(t *testing.T, text string, variables map[string]any) string {
	t.Helper()
	doc := parse(t, shop, text)
	op := doc.Operations[0]
	if variables != nil {
		coerced, err := validator.VariableValues(shop, op, variables)
		if err != nil {
			t.Fatal(err)
		}
		variables = coerced
	}
	c, err := weights.Of(shop, doc, op, variables)
	if err != nil {
		return err.Message
	}
	return fmt.Sprintf("%g %g", c.Field, c.Type)
}

func TestOf(t *testing.T) {
	none := map[string]any{}
	for _, c := range []struct {
		name, text string
		variables  map[string]any
		want       string // field cost, type cost
	}{
		{"Example", `{ users(max: 5) { age } }`, none, "10 6"}, // 1 - 1 for max, 5 ages of 2; Query, 5 users
		{"Leaf", `{ plain }`, none, "3 1"},
		{"WeighedScalar", `{ user { code kind } }`, none, "1 2.5"},
		{"ListOfNoSize", `{ users { id } }`, none, "1 11"},
		{"Nested", `{ user { friends { friends { name } } } }`, none, "5 14"},
		{"ListOfLists", `{ matrix { name } }`, none, "1 101"},
		{"Abstract", `{ either { ... on User { age } ... on Robot { name } } }`, none, "8 5"},
		{"AbstractList", `{ named { name } }`, none, "15 9"},
		{"AbstractFields", `{ named { ... on User { age age: age } ... on Named { name } } }`, none, "15 9"},
		{"RepeatedField", `{ user { age } user { age a: age } }`, none, "5 2"},
		{"RepeatedFragment", `{ user { ...F ...F ... on User { ...F } } } fragment F on User { age }`, none, "3 2"},
		{"Page", `{ page(first: 2) { nodes { age } edges { node { id } } pageInfo { id } total } }`, none, "10 9"},
		{"PageDefault", `{ page { nodes { id } } }`, none, "2 5"},
		{"PageNull", `{ page(first: null) { nodes { id } } }`, none, "2 22"},
		{"PageMax", `{ page(first: 1000) { nodes { id } } }`, none, "2 52"},
		{"PageVariable", `query($n: Int) { page(first: $n) { nodes { id } } }`, map[string]any{"n": 7}, "2 9"},
		{"PageVariableAbsent", `query($n: Int) { page(first: $n) { nodes { id } } }`, none, "2 5"},
		{"PageVariableUnknown", `query($n: Int) { page(first: $n) { nodes { id } } }`, nil, "2 52"},
		{"VariableUnknown", `query($n: Int) { users(max: $n) { age } }`, nil, "20 11"},
		{"InputMember", `{ users(filter: {max: 3}) { id } }`, none, "1 4"},
		{"InputDefault", `{ users(filter: {text: "x"}) { id } }`, none, "1 7"},
		{"InputVariable", `query($f: Filter) { users(filter: $f) { id } }`, map[string]any{"f": map[string]any{"max": 4}}, "1 5"},
		{"ListArgument", `query($a: ID!) { users(ids: ["1", $a]) { id } }`, nil, "1 3"},
		{"ListVariable", `query($a: [ID!]) { users(ids: $a) { id } }`, map[string]any{"a": []any{"1", "2", "3"}}, "1 4"},
		{"Greatest", `{ lax(first: 2, last: 9) { id } }`, none, "1 10"},
		{"GreatestCapped", `{ lax(first: 2, last: 99) { id } }`, none, "1 31"},
		{"NoneGiven", `{ lax { id } }`, none, "1 31"},
		{"One", `{ strict(last: 9) { id } }`, none, "1 10"},
		{"OneVariable", `query($a: Int, $b: Int) { strict(first: $a, last: $b) { id } }`, map[string]any{"b": 2}, "1 3"},
		{"OneMissing", `{ strict { id } }`, none, "strict wants exactly one of first, last, and has 0 of them"},
		{"OneNull", `{ strict(first: null) { id } }`, none, "strict wants exactly one of first, last, and has 0 of them"},
		{"OneTwice", `{ strict(first: 1, last: 1) { id } }`, none, "strict wants exactly one of first, last, and has 2 of them"},
		{"OneDefaulted", `{ defaulted { id } }`, none, "1 5"},
		{"InputObjects", `{ add(in: {a: 1, b: {b: {a: 2}}}) }`, none, "7 1"}, // in 1; a 2, b 1; b 1, a 2
		{"InputList", `{ add(list: [{a: 1}, {a: 2}]) }`, none, "5 1"},
		{
			"InputVariables", `query($l: [In!]) { add(list: $l) }`,
			map[string]any{"l": []any{map[string]any{"a": 1, "b": map[string]any{"a": 1}}}},
			"6 1",
		},
		{"InputUnknown", `query($l: [In!]) { add(list: $l) }`, nil, "4 1"},
		{"Skipped", `query($a: Boolean!) { user @skip(if: $a) { age } plain @include(if: false) }`, map[string]any{"a": true}, "0 1"},
		{"SkippedPerhaps", `query($a: Boolean!) { user @skip(if: $a) { age } plain @include(if: $a) }`, nil, "6 2"},
		{"Introspection", `{ __schema { types { fields { name } } } __typename user { __typename } }`, none, "1 2"},
		{"Negative", `{ users(max: 0) { age } }`, none, "0 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := of(t, c.text, c.variables); got != c.want {
				t.Errorf("%s with %v: got %s, want %s", c.text, c.variables, got, c.want)
			}
		})
	}
}

// Lists inside lists cost no more than a number.
func TestEndless(t *testing.T) {
	text := "{ user { " + strings.Repeat("friends { ", 80) + "id" + strings.Repeat(" }", 80) + " } }"
	if got, want := of(t, text, map[string]any{}), "1e+18 1e+18"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Only a variable can leave out an argument that is wanted.
func TestComplete(t *testing.T) {
	for text, want := range map[string]bool{
		"{ strict(first: 1) { id } defaulted { id } }":                       true,
		"{ strict { id } }":                                                  false,
		"query($n: Int) { strict(first: $n) { id } }":                        false,
		"query($n: Int) { lax(first: $n) { id } page(first: $n) { total } }": true,
	} {
		doc := parse(t, shop, text)
		if got := weights.Complete(shop, doc, doc.Operations[0]); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
