package edge

import (
	"encoding/json"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// coercionCases are operations whose variables are as they must be.
func coercionCases(tb testing.TB) (coercion, map[string]*graphql.OperationContext) {
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
	ops := map[string]*graphql.OperationContext{}
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
			map[string]any{"ids": "p-1", "f": map[string]any{
				"min": json.Number("1.5"), "tags": []any{"a", "b"}, "color": "RED",
				"and": []any{map[string]any{"by": map[string]any{"id": json.Number("7")}}},
			}},
		},
		"ThousandInts": {"query($v: [Int!]) { ints(v: $v) }", map[string]any{"v": thousand}},
	} {
		doc, errs := gqlparser.LoadQueryWithRules(schema, c.query, validationRules(true))
		if errs != nil {
			tb.Fatal(errs)
		}
		variables, err := validator.VariableValues(schema, doc.Operations[0], c.variables)
		if err != nil {
			tb.Fatal(err)
		}
		ops[name] = &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0], Variables: variables}
	}
	return coercion{schema}, ops
}

func TestAcceptedVariablesAllocateNothing(t *testing.T) {
	c, ops := coercionCases(t)
	for name, op := range ops {
		allocs := testing.AllocsPerRun(100, func() {
			if err := c.MutateOperationContext(t.Context(), op); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		})
		if allocs != 0 {
			t.Errorf("%s: got %v allocations, want none", name, allocs)
		}
	}
}

// BenchmarkCoercion is what the check of variables adds to a request.
func BenchmarkCoercion(b *testing.B) {
	c, ops := coercionCases(b)
	for name, op := range ops {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.MutateOperationContext(b.Context(), op); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkValidation is what literalsFit adds to the validation of a document that is not remembered.
func BenchmarkValidation(b *testing.B) {
	c, _ := coercionCases(b)
	const query = `query($f: Filter) { a: two(id: 1, first: 20) b: filter(f: $f, ids: [1, 2]) c: filter(f: {min: 1.5, and: [{by: {id: 7}}]}) }`
	fewer := validationRules(true)
	fewer.RemoveRule("LiteralsFit")
	for name, set := range map[string]*rules.Rules{"With": validationRules(true), "Without": fewer} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gqlparser.LoadQueryWithRules(c.schema, query, set); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
