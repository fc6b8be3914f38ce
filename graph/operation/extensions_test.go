package operation_test

import (
	"context"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/operation"
)

func TestIntrospection(t *testing.T) {
	var disabled bool
	exec := func(ctx context.Context) *graphql.Response {
		disabled = graphql.GetOperationContext(ctx).DisableIntrospection
		return greet(ctx)
	}
	open, closed := newEngine(exec, operation.Options{}), newEngine(exec, operation.Options{Conceal: operation.Conceal{Introspection: true}})
	if ask(t, open, "{ __schema { description } }"); disabled {
		t.Error("introspection is disabled by default")
	}
	for _, query := range []string{
		"{ __schema { description } }", `{ ...F } fragment F on Query { ... { x: __type(name: "Query") { name } } }`,
	} {
		if got := ask(t, closed, query); !strings.Contains(got, "introspection is disabled") {
			t.Errorf("%s: got %s", query, got)
		}
	}
	if got := ask(t, closed, "{ __typename greeting }"); got != helloData || !disabled {
		t.Errorf("got %s, disabled in the schema: %t", got, disabled)
	}
}

// TestSuggestions: the schema's names are told in errors or not, whatever is told of the schema to whoever asks for it.
func TestSuggestions(t *testing.T) {
	for _, told := range []bool{true, false} {
		suggests := newEngine(greet, operation.Options{Conceal: operation.Conceal{Introspection: !told}})
		silent := newEngine(greet, operation.Options{Conceal: operation.Conceal{Introspection: !told, Suggestions: true}})
		for _, query := range []string{
			"{ greetin }", "{ greeting @skip(iff: true) }", "{ ...F } fragment F on Quer { greeting }",
		} {
			if got := ask(t, silent, query); strings.Contains(got, "Did you mean") || !strings.Contains(got, "GRAPHQL_VALIDATION_FAILED") {
				t.Errorf("suggestions describe the schema, or it is valid: %s", got)
			}
			if got := ask(t, suggests, query); !strings.Contains(got, "Did you mean") {
				t.Errorf("there is no suggestion: %s", got)
			}
		}
		if got := ask(t, silent, "{ __schema { description } }"); strings.Contains(got, "introspection is disabled") == told {
			t.Errorf("without suggestions, asked for the schema: got %s", got)
		}
	}
}

func TestExtensionsRun(t *testing.T) {
	e := newEngine(greet, operation.Options{Extensions: []graphql.HandlerExtension{stamp{}}})
	if got, want := ask(t, e, "{ greeting }"), `{"data":{"greeting":"hello"},"extensions":{"stamp":1}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

type stamp struct{}

func (stamp) ExtensionName() string                   { return "Stamp" }
func (stamp) Validate(graphql.ExecutableSchema) error { return nil }
func (stamp) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	graphql.RegisterExtension(ctx, "stamp", 1)
	return next(ctx)
}

// Extensions may change the errors of a response, of which others may have the same.
func TestErrorsAreAnOperationsOwn(t *testing.T) {
	shared := &gqlerror.Error{Message: "no such size", Extensions: map[string]any{"code": "SIZE"}}
	e := newEngine(failWith(shared), operation.Options{Extensions: []graphql.HandlerExtension{marking{}}})
	const want = `{"errors":[{"message":"no such size","path":["product"],"extensions":{"code":"SIZE","mark":1}}],"data":{"product":null}}`
	if got := ask(t, e, "{ product(id: 1) { name } }"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(shared.Extensions) != 1 {
		t.Errorf("what others have became %v", shared.Extensions)
	}
}

type marking struct{ stamp }

func (marking) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	r := next(ctx)
	for _, err := range graphql.GetErrors(ctx) {
		err.Extensions["mark"] = 1
	}
	return r
}
