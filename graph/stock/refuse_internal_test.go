package stock

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const schemaText = `
	type Query { items(first: Int! = 3): [Item!], at_home: Boolean }
	interface Named { name: String }
	type Item implements Named { id: ID!, name(case: String! = "lower"): String, next: Item }
`

// operationOn is an operation of schemaText, as gqlgen's executor gets it.
func operationOn(t *testing.T, text string, variables map[string]any) *graphql.OperationContext {
	t.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: schemaText})
	doc, err := gqlparser.LoadQueryWithRules(schema, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &graphql.OperationContext{
		Doc: doc, Operation: doc.Operations[0], Variables: variables,
		ResolverMiddleware: func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
	}
}

// A field is refused wherever it stands, and loses its arguments only in the copy that gqlgen's executor runs.
func TestRefuseNulls(t *testing.T) {
	const text = `query ($n: Int = 1, $case: String = "x") {
		items(first: $n) { ...Names next { ... on Item { name(case: $case) } } }
	}
	fragment Names on Item { id upper: name(case: $case) }`
	for name, c := range map[string]struct {
		variables map[string]any
		refused   int
	}{
		"no variable is given":              {nil, 0},
		"none is null":                      {map[string]any{"n": 2, "case": "y"}, 0},
		"a root field's":                    {map[string]any{"n": nil}, 1},
		"in a fragment and below one":       {map[string]any{"case": nil}, 2},
		"all of them":                       {map[string]any{"n": nil, "case": nil}, 3},
		"a variable that no field has null": {map[string]any{"other": nil}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			op := operationOn(t, text, c.variables)
			original := op.Doc
			fields := refuseNulls(op)
			if len(fields) != c.refused {
				t.Fatalf("%d fields are refused, want %d", len(fields), c.refused)
			}
			if (op.Doc != original) != (c.refused > 0) {
				t.Errorf("the document was copied: %v", op.Doc != original)
			}
			for field, args := range fields {
				if field.Arguments != nil || len(args) != 1 {
					t.Errorf("%s has the arguments %v, and is noted with %v", field.Alias, field.Arguments, args)
				}
				ctx := graphql.WithFieldContext(t.Context(), &graphql.FieldContext{Field: graphql.CollectedField{Field: field}})
				v, err := op.ResolverMiddleware(ctx, func(context.Context) (any, error) { return "resolved", nil })
				if v != nil || err == nil {
					t.Errorf("%s answers %v, %v, want an error", field.Alias, v, err)
				}
			}
			walk(original.Operations[0].SelectionSet, func(f *ast.Field) {
				if len(f.Definition.Arguments) > 0 && len(f.Arguments) == 0 {
					t.Errorf("%s lost its arguments in the document itself", f.Alias)
				}
			})
		})
	}
}

func walk(set ast.SelectionSet, visit func(*ast.Field)) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			visit(s)
			walk(s.SelectionSet, visit)
		case *ast.InlineFragment:
			walk(s.SelectionSet, visit)
		case *ast.FragmentSpread:
			walk(s.Definition.SelectionSet, visit)
		}
	}
}
