package coercion

import (
	"encoding/json"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// withRules are GraphQL's, and this package's.
func withRules() *rules.Rules {
	all := rules.NewDefaultRules()
	all.AddRule("LiteralsFit", Schema{}.LiteralsFit)
	all.AddRule("StringsAreWhole", StringsAreWhole)
	return all
}

// variableCase is an operation, and variables that are as they must be.
type variableCase struct {
	operation *ast.OperationDefinition
	variables map[string]any
}

func variableCases(tb testing.TB) (*ast.Schema, map[string]variableCase) {
	tb.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
enum Color { RED GREEN }
input By @oneOf { id: ID name: String }
input Filter { min: Float max: Float tags: [String!] color: Color by: By and: [Filter!] }
type Query { two(id: ID, first: Int): Int filter(f: Filter, ids: [ID!]): Int ints(v: [Int!]): Int }`})
	thousand := make([]any, 1000)
	for i := range thousand {
		thousand[i] = json.Number("2147483647")
	}
	cases := map[string]variableCase{}
	for name, c := range map[string]struct {
		query     string
		variables map[string]any
	}{
		"Two": {
			"query($id: ID!, $first: Int) { two(id: $id, first: $first) }",
			map[string]any{"id": "p-1", "first": json.Number("20")},
		},
		"Filter": {
			"query($f: Filter, $ids: [ID!]) { filter(f: $f, ids: $ids) }",
			map[string]any{"ids": []any{"p-1"}, "f": map[string]any{
				"min": json.Number("1.5"), "tags": []any{"a", "b"}, "color": "RED",
				"and": []any{map[string]any{"by": map[string]any{"id": "7"}}},
			}},
		},
		"ThousandInts": {"query($v: [Int!]) { ints(v: $v) }", map[string]any{"v": thousand}},
	} {
		doc, errs := gqlparser.LoadQueryWithRules(schema, c.query, withRules())
		if errs != nil {
			tb.Fatal(errs)
		}
		cases[name] = variableCase{doc.Operations[0], c.variables}
	}
	return schema, cases
}

// TestCoercedValuesAllocateNothing holds that what is as it must be is left as it is.
func TestCoercedValuesAllocateNothing(t *testing.T) {
	schema, cases := variableCases(t)
	for name, tt := range cases {
		allocs := testing.AllocsPerRun(100, func() {
			for _, def := range tt.operation.VariableDefinitions {
				if _, f := (Schema{Schema: schema}).coerce(def.Type, tt.variables[def.Variable]); f != nil {
					t.Fatalf("%s: %v", name, f)
				}
			}
		})
		if allocs != 0 {
			t.Errorf("%s: got %v allocations, want none", name, allocs)
		}
	}
}

// BenchmarkCoercion is what variables add to a request, beside reading them.
func BenchmarkCoercion(b *testing.B) {
	schema, cases := variableCases(b)
	for name, c := range cases {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (Schema{Schema: schema}).Variables(c.operation, c.variables); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkValidation is what LiteralsFit adds to the validation of a document that is not remembered.
func BenchmarkValidation(b *testing.B) {
	schema, _ := variableCases(b)
	const query = `query($f: Filter) { a: two(id: 1, first: 20) b: filter(f: $f, ids: [1, 2]) c: filter(f: {min: 1.5, and: [{by: {id: 7}}]}) }`
	fewer := withRules()
	fewer.RemoveRule("LiteralsFit")
	for name, set := range map[string]*rules.Rules{"With": withRules(), "Without": fewer} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gqlparser.LoadQueryWithRules(schema, query, set); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
