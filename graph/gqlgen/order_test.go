package gqlgen_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/gqlgen"
)

// TestOrder: errors come in the order of the document, whatever order they were added in: fields as they are collected, elements by their index,
// and fragments where they apply. Fields that select the same are named all.
func TestOrder(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
type Query { grid: [[Node]] plain: A n: Int }
interface Node { n: Int }
type A implements Node { n: Int a: Int plain: A }
type B implements Node { n: Int b: Int }`})
	doc := gqlparser.MustLoadQueryWithRules(schema, `query($no: Boolean = false) {
  ...F
  n
  grid { ... on A { a n } ... on B { n b } n }
  n @include(if: $no)
  x: n @skip(if: true)
  plain { a }
}
fragment F on Query { plain { n plain { n } } n }`, nil)
	errs := []*gqlerror.Error{
		located(ast.Path{ast.PathName("grid"), ast.PathIndex(10), ast.PathIndex(1), ast.PathName("n")}, 4, 38),
		located(ast.Path{ast.PathName("grid"), ast.PathIndex(2), ast.PathIndex(1), ast.PathName("b")}, 4, 40),
		located(ast.Path{ast.PathName("grid"), ast.PathIndex(2), ast.PathIndex(0), ast.PathName("n")}, 4, 38),
		located(ast.Path{ast.PathName("grid"), ast.PathIndex(2)}, 4, 3),
		located(ast.Path{ast.PathName("n")}, 9, 47),
		located(ast.Path{ast.PathName("plain"), ast.PathName("a")}, 7, 11),
		located(ast.Path{ast.PathName("plain"), ast.PathName("plain"), ast.PathName("n")}, 9, 41),
	}
	want := []string{
		"plain.plain.n [9:41]", "plain.a [7:11]", "n [9:47 3:3]", "grid[2] [4:3]", "grid[2][0].n [4:38 4:44]", "grid[2][1].b [4:40]",
		"grid[10][1].n [4:38 4:44]",
	}
	for range 20 {
		ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0], Variables: map[string]any{"no": false}})
		ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, graphql.DefaultRecover)
		apart, pass := gqlgen.Collect(ctx, schema, nil)
		for _, err := range errs {
			graphql.AddError(within(apart, err.Path), err)
		}
		pass()
		var got []string
		for _, err := range graphql.GetErrors(ctx) {
			got = append(got, fmt.Sprint(err.Path, " ", err.Locations))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got  %q\nwant %q", got, want)
		}
		errs = append(errs[1:], errs[0])
	}
}

func located(path ast.Path, line, column int) *gqlerror.Error {
	return &gqlerror.Error{Message: "wrong", Path: path, Locations: []gqlerror.Location{{Line: line, Column: column}}}
}

// within is a context as gqlgen's executor has it at a path, where elements of grid are of type B.
func within(ctx context.Context, path ast.Path) context.Context {
	of := "Query"
	for _, step := range path {
		if index, ok := step.(ast.PathIndex); ok {
			i := int(index)
			ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i})
			continue
		}
		name := string(step.(ast.PathName))
		field := graphql.CollectedField{Field: &ast.Field{Name: name, Alias: name}}
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: of, Field: field})
		of = map[string]string{"grid": "B", "plain": "A"}[name]
	}
	return ctx
}
