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
	"weft/upstream"
)

// opened is a service on one executor, over upstreams of its own.
type opened struct {
	*gqlgen.Executor

	fake   *fake
	schema graphql.ExecutableSchema
	plans  bool // it is the planned executor
}

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
	o := opened{gqlgen.New(schema), f, schema, executorName == "planned"}
	o.SetRecoverFunc(func(_ context.Context, v any) error { return fmt.Errorf("panic: %v", v) })
	o.SetQueryCache(graphql.MapCache[*ast.QueryDocument]{})
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
