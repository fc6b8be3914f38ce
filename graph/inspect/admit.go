package inspect

import (
	"context"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/document"
	"weft/graph/plan"
	"weft/graph/protocol"
)

// Admit returns why an operation with these coerced variables may not start: it may take more calls to upstreams than are allowed. nil: it
// may start. What is within the bound whatever its variables are is looked at once. What may take any number of calls even with these
// variables starts, too: it is stopped when it has made too many.
func (i *Inspector) Admit(ctx context.Context, o *document.Operation, variables map[string]any) *gqlerror.Error {
	f := o.Derive(i, func() any { return i.foresee(ctx, o) }).(foreseen)
	if f.within(i.options.MaxCalls) {
		return nil
	}
	if f.plan == nil {
		f.plan, _ = i.plan(ctx, o.Document.AST, o.AST, variables)
	}
	m := i.most(f.plan, variables)
	if !m.known || m.within(i.options.MaxCalls) {
		return nil
	}
	err := gqlerror.ErrorPosf(o.AST.Position, "the operation may take %d calls to services, and %d are allowed: ask for less at a time",
		m.calls, i.options.MaxCalls)
	err.Extensions = map[string]any{"code": protocol.CodeTooManyCalls}
	return err
}

// foreseen is what is known of an operation without its variables.
type foreseen struct {
	most

	plan *plan.Plan // nil: variables choose it, or there is none
}

func (i *Inspector) foresee(ctx context.Context, o *document.Operation) foreseen {
	p, _ := i.plan(ctx, o.Document.AST, o.AST, nil)
	f := foreseen{most: i.most(p, nil)}
	if len(plan.Conditions(o.Document.AST, o.AST)) == 0 {
		f.plan = p
	}
	return f
}

// most is how many calls an operation takes at most.
type most struct {
	calls int
	known bool // false: nobody knows, or it takes any number
}

func (m most) within(limit int) bool { return m.known && m.calls <= limit }

func (i *Inspector) most(p *plan.Plan, variables map[string]any) most {
	if p == nil {
		return most{}
	}
	f := i.tell.Of(p, variables)
	return most{f.Calls, f.Unbounded == nil}
}
