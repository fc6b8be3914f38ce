package gqlgen_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"weft/graph/gqlgen"
)

func TestFieldKey(t *testing.T) {
	want := &graphql.FieldContext{Object: "Product"}
	ctx := context.WithValue(t.Context(), gqlgen.FieldKey, want)
	if got := graphql.GetFieldContext(ctx); got != want {
		t.Errorf("gqlgen finds %v, want what is there under FieldKey", got)
	}
}

// TestCollect: what is added apart reaches the operation's response when it is passed on, presented there under its own context;
// what is not passed on does not.
func TestCollect(t *testing.T) {
	type key struct{}
	present := func(ctx context.Context, err error) *gqlerror.Error {
		return gqlerror.Errorf("%v: %v", ctx.Value(key{}), err)
	}
	recovered := func(_ context.Context, v any) error { return fmt.Errorf("recovered %v", v) }
	doc, err := parser.ParseQuery(&ast.Source{Input: "{a}"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0]})
	ctx = graphql.WithResponseContext(ctx, present, recovered)
	apart, pass := gqlgen.Collect(ctx, nil, nil)
	below := context.WithValue(apart, key{}, "below")
	graphql.AddError(below, errors.New("wrong"))
	graphql.AddError(below, graphql.Recover(below, "panic"))
	graphql.RegisterExtension(below, "cost", 1)
	if errs := graphql.GetErrors(ctx); errs != nil || len(graphql.GetErrors(below)) != 2 {
		t.Errorf("before they are passed on: %v, and apart %v; want none, and two", errs, graphql.GetErrors(below))
	}
	pass()
	var got []string
	for _, err := range graphql.GetErrors(ctx) {
		got = append(got, err.Message)
	}
	if want := []string{"below: input: wrong", "below: input: recovered panic"}; !slices.Equal(got, want) || graphql.GetExtension(ctx, "cost") != 1 {
		t.Errorf("got %q, cost %v; want %q, cost 1", got, graphql.GetExtension(ctx, "cost"), want)
	}
}

func TestPlain(t *testing.T) {
	schema := &graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema {
			return gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { a: Int }"})
		},
		ComplexityFunc: func(context.Context, string, string, int, map[string]any) (int, bool) { return 0, false },
	}
	plain := gqlgen.PlainOf(schema)
	for name, c := range map[string]struct {
		use           func(*executor.Executor)
		fields, roots bool
	}{
		"nothing": {func(*executor.Executor) {}, false, false},
		"operations": {func(e *executor.Executor) {
			e.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler { return next(ctx) })
		}, false, false},
		"fields": {func(e *executor.Executor) {
			e.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) })
		}, true, false},
		"root fields": {func(e *executor.Executor) {
			e.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) })
		}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			e := executor.New(schema)
			c.use(e)
			op, err := e.CreateOperationContext(graphql.StartOperationTrace(t.Context()), &graphql.RawParams{Query: "{a}"})
			if err != nil {
				t.Fatal(err)
			}
			if plain.InterceptsFields(op) != c.fields || plain.InterceptsRoots(op) != c.roots {
				t.Errorf("fields %v, roots %v; want %v, %v", plain.InterceptsFields(op), plain.InterceptsRoots(op), c.fields, c.roots)
			}
		})
	}
}
