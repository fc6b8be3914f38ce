package inspect

import (
	"context"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/document"
	"weft/graph/forecast"
	"weft/graph/plan"
	"weft/graph/protocol"
)

// Admit returns why an operation with these coerced variables, and the variant that they choose, may not start: it may take more calls to
// upstreams than are allowed, or any number, or nobody knows how many. nil: it may start. What is within the bound whatever its variables
// are is looked at once. Where gqlgen's executor runs all operations, v is nil, nothing is known of any, and all may start: each is
// stopped when it has made too many.
func (i *Inspector) Admit(ctx context.Context, o *document.Operation, v *plan.Variant, variables map[string]any) *gqlerror.Error {
	if v == nil || o.Derive(i, func() any { return i.foresee(ctx, o, v) }).(most).within(i.options.MaxCalls) {
		return nil
	}
	m := i.most(v.Plan, noPlan(o, v), variables)
	switch {
	case m.within(i.options.MaxCalls):
		return nil
	case m.unbounded != nil:
		return i.tooMany(m.unbounded.At, "any number of calls to services", m.unbounded.String())
	case m.noPlan != "":
		return i.tooMany(o.AST.Position, "a number of calls to services that nobody knows", m.noPlan)
	}
	return i.tooMany(o.AST.Position, fmt.Sprintf("%d calls to services", m.calls), "ask for less at a time")
}

// noPlan says why a variant has no plan; "": it has one, or needs none.
func noPlan(o *document.Operation, v *plan.Variant) string {
	if v.Plan != nil {
		return ""
	}
	return refusal(o.Document.AST, o.AST, v.Refused)
}

// tooMany is the error of an operation that may take this many calls, with why, or what to do.
func (i *Inspector) tooMany(at *ast.Position, calls, advice string) *gqlerror.Error {
	err := gqlerror.ErrorPosf(at, "the operation may take %s, and %d are allowed: %s", calls, i.options.MaxCalls, advice)
	err.Extensions = map[string]any{"code": protocol.CodeTooManyCalls}
	return err
}

// foresee returns what an operation takes whatever its variables are. v is one of its variants.
func (i *Inspector) foresee(ctx context.Context, o *document.Operation, v *plan.Variant) most {
	if len(plan.Conditions(o.Document.AST, o.AST)) == 0 {
		return i.most(v.Plan, noPlan(o, v), nil)
	}
	p, why := i.plan(ctx, o.Document.AST, o.AST, nil)
	return i.most(p, why, nil)
}

// most is how many calls an operation takes at most.
type most struct {
	calls     int
	unbounded *forecast.Unbounded // nil: it takes no more than calls
	noPlan    string              // why nobody knows; "": it is known
}

func (m most) within(limit int) bool { return m.noPlan == "" && m.unbounded == nil && m.calls <= limit }

// most returns what a plan takes. Without one, noPlan says why; "": nothing is called.
func (i *Inspector) most(p *plan.Plan, noPlan string, variables map[string]any) most {
	if p == nil {
		return most{noPlan: noPlan}
	}
	f := i.tell.Of(p, variables)
	return most{calls: f.Calls, unbounded: f.Unbounded}
}
