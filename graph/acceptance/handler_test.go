package acceptance_test

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/edge"
	"weft/graph/operation"
)

// handlerOf answers a schema's operations over HTTP.
func handlerOf(schema graphql.ExecutableSchema, o operation.Options) http.Handler {
	return edge.NewHandler(operation.New(schema, o), edge.Options{})
}
