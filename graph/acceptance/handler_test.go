package acceptance_test

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/fetch"
	"weft/graph/operation"
)

// handlerOf answers a schema's operations over HTTP.
func handlerOf(schema graphql.ExecutableSchema, o operation.Options) http.Handler {
	return edge.NewHandler(operation.New(schema, o), edge.Options{})
}

// trace makes operations report what they did.
func trace(ctx context.Context, headers map[string][]string) (context.Context, func() any, error) {
	return fetch.Trace(ctx, headers)
}
