package executor_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	gqlgen "github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/executor"
	"weft/graph/plan"
	"weft/upstream"
)

// opened is a service on one executor, over upstreams of its own.
type opened struct {
	*gqlgen.Executor

	fake   *fake
	schema graphql.ExecutableSchema
	build  builder // makes the plans that it runs; nil: it is the stock executor
}

type builder func(context.Context, *plan.Schema, *ast.QueryDocument, *ast.OperationDefinition, map[string]any) (*plan.Plan, error)

// open opens a service; for every fifth seed with an extension that intercepts root fields.
func open(t *testing.T, s service, seed uint64, executorName string) opened {
	t.Helper()
	tables, err := s.schema(s.clients(t, nil), "planned")
	if err != nil {
		t.Fatal(err)
	}
	f := newFake(seed, s.kind, executor.Tables(tables))
	schema, err := s.schema(s.clients(t, f), executorName)
	if err != nil {
		t.Fatal(err)
	}
	o := opened{Executor: gqlgen.New(schema), fake: f, schema: schema}
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

func (s service) clients(t *testing.T, f *fake) upstream.Clients {
	t.Helper()
	options := map[string]upstream.Options{}
	for _, spec := range s.upstreams {
		o := upstream.Options{URL: "http://" + spec.Name, Timeout: time.Minute}
		if f != nil {
			o.Transport = f
		}
		options[spec.Name] = o
	}
	clients, err := upstream.NewClients(s.upstreams, options)
	if err != nil {
		t.Fatal(err)
	}
	return clients
}
