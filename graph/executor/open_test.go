package executor_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/plan"
	"weft/upstream"
)

// opened is a service on one executor, over upstreams of its own.
type opened struct {
	*gqlgen.Executor

	fake   *fake
	schema graphql.ExecutableSchema
	tables *plan.Schema
	build  builder // makes the plans that it runs; nil: it is the stock executor
}

type builder func(context.Context, *plan.Schema, *ast.QueryDocument, *ast.OperationDefinition, map[string]any, plan.Denial) (*plan.Plan, error)

// open opens a service; for every fifth seed with an extension that intercepts root fields.
func open(t *testing.T, s service, seed uint64, executorName string) opened {
	t.Helper()
	f := newFake(seed, s.kind, s.Tables)
	schema := s.open(t, s.clients(t, f), executorName)
	o := opened{Executor: gqlgen.New(schema), fake: f, schema: schema, tables: s.Tables}
	if executorName == "planned" {
		o.build = plan.Build
	}
	o.SetRecoverFunc(func(_ context.Context, v any) error { return fmt.Errorf("panic: %v", v) })
	o.SetQueryCache(graphql.MapCache[*ast.QueryDocument]{})
	if seed%5 == 4 {
		o.AroundRootFields(func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) })
		if o.build != nil {
			o.build = plan.Apart
		}
	}
	return o
}

func (s service) clients(t *testing.T, transport http.RoundTripper) upstream.Clients {
	t.Helper()
	options := map[string]upstream.Options{}
	for _, spec := range s.Upstreams {
		options[spec.Name] = upstream.Options{URL: "http://" + spec.Name, Timeout: time.Minute, Transport: transport}
	}
	clients, err := upstream.NewClients(s.Upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	return clients
}
