package executor

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/document"
	"weft/graph/plan"
)

// Tables returns what plans of a schema that New made are built from.
func Tables(s graphql.ExecutableSchema) *plan.Schema { return s.(*schema).options.Tables }

// PlanOf returns the plan that an operation runs by; nil: none.
func PlanOf(ctx context.Context, s graphql.ExecutableSchema, op *graphql.OperationContext) *plan.Plan {
	kept := s.(*schema).plansIn(ctx, op)
	p, err := s.(*schema).prepared(ctx, op, kept, false)
	if p == nil || err != nil {
		return nil
	}
	return p.plan
}

// Kept returns how many plans are kept of an operation.
func Kept(s graphql.ExecutableSchema, o *document.Operation) int {
	p := s.(*schema).plansOf(o)
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.kept)
}

// MaxVariants is how many plans of an operation are kept.
const MaxVariants = maxVariants
