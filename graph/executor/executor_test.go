package executor_test

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"

	posts "weft/bench/posts/generated"
	"weft/bench/posts/resolver"
	"weft/upstream"
	"weft/upstream/upstreamtest"
)

// fieldCounter is an extension that intercepts fields.
type fieldCounter struct{ n int }

func (*fieldCounter) ExtensionName() string                   { return "FieldCounter" }
func (*fieldCounter) Validate(graphql.ExecutableSchema) error { return nil }
func (c *fieldCounter) InterceptField(ctx context.Context, next graphql.Resolver) (any, error) {
	c.n++
	return next(ctx)
}

// TestFieldInterceptors: an extension that intercepts fields sees them, because the operation then runs on gqlgen's executor.
func TestFieldInterceptors(t *testing.T) {
	server := upstreamtest.New(t)
	clients, err := upstream.NewClients(posts.Upstreams, map[string]upstream.Options{"jsonplaceholder": {URL: server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.Close)
	schema, err := posts.NewSchema(posts.Options{Clients: clients, Resolvers: resolver.Resolver{}, Executor: "planned"})
	if err != nil {
		t.Fatal(err)
	}
	counter := &fieldCounter{}
	e := executor.New(schema)
	e.Use(counter)
	ctx := graphql.StartOperationTrace(t.Context())
	op, errs := e.CreateOperationContext(ctx, &graphql.RawParams{Query: "{ greet }"})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	responses, ctx := e.DispatchOperation(ctx, op)
	response := responses(ctx)
	if got, want := string(response.Data), `{"greet":"Hello World!"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if counter.n != 1 {
		t.Errorf("the extension saw %d fields, want 1", counter.n)
	}
}
