package executor

import (
	"github.com/99designs/gqlgen/graphql"

	"weft/graph/plan"
)

// Tables returns what plans of a schema that New made are built from.
func Tables(s graphql.ExecutableSchema) *plan.Schema { return s.(*schema).options.Tables }
