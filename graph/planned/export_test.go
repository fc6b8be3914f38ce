package planned

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/document"
	"weft/graph/plan"
)

// PlanOf returns the plan that an operation runs by; nil: none.
func PlanOf(ctx context.Context, s graphql.ExecutableSchema, op *graphql.OperationContext) *plan.Plan {
	own := s.(*schema)
	r, err := own.ready(ctx, op, own.variantsIn(ctx, op), op.Variables)
	if err != nil {
		return nil
	}
	return r.Plan
}

// Kept returns how many variants are kept of an operation.
func Kept(s graphql.ExecutableSchema, o *document.Operation) int {
	v := s.(*schema).variantsOf(o)
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.kept)
}

// MaxVariants is how many variants of an operation are kept.
const MaxVariants = maxVariants
