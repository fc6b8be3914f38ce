package executor

import (
	"context"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/plan"
)

// Tables returns what plans of a schema that New made are built from.
func Tables(s graphql.ExecutableSchema) *plan.Schema { return s.(*schema).options.Tables }

// PlanOf returns the plan that an operation runs by; nil: none.
func PlanOf(s graphql.ExecutableSchema, op *graphql.OperationContext) *plan.Plan {
	c := s.(*schema)
	p, err := c.prepared(context.Background(), op, &c.plans, plan.Build)
	if p == nil || err != nil {
		return nil
	}
	return p.plan
}

// Kept returns how many plans are kept of each document.
func Kept(s graphql.ExecutableSchema) []int {
	c := &s.(*schema).plans
	c.mu.Lock()
	defer c.mu.Unlock()
	var counts []int
	for v := range maps.Values(c.of) {
		v.mu.Lock()
		counts = append(counts, len(v.plans))
		v.mu.Unlock()
	}
	slices.Sort(counts)
	return counts
}

// MaxVariants is how many plans of a document are kept.
const MaxVariants = maxVariants
