package inspect

import (
	"context"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/document"
	"weft/graph/protocol"
)

// Admit returns why an operation with these coerced variables may not start: it may take more calls to upstreams than are allowed. nil: it
// may start. One that may take any number of calls does: it is stopped when it has made too many. What is within the bound whatever
// its variables are is looked at once.
func (i *Inspector) Admit(ctx context.Context, o *document.Operation, variables map[string]any) *gqlerror.Error {
	if o.Derive(i, func() any { return i.calls(ctx, o, nil) }).(int) <= i.options.MaxCalls {
		return nil
	}
	calls := i.calls(ctx, o, variables)
	if calls <= i.options.MaxCalls {
		return nil
	}
	err := gqlerror.ErrorPosf(o.AST.Position, "the operation may take %d calls to services, and %d are allowed: ask for less at a time",
		calls, i.options.MaxCalls)
	err.Extensions = map[string]any{"code": protocol.CodeTooManyCalls}
	return err
}

// calls is how many calls an operation takes at most; 0: nobody knows, or any number.
func (i *Inspector) calls(ctx context.Context, o *document.Operation, variables map[string]any) int {
	p, _ := i.plan(ctx, o.Document.AST, o.AST, variables)
	if p == nil {
		return 0
	}
	f := i.tell.Of(p, variables)
	if f.Unbounded != nil {
		return 0
	}
	return f.Calls
}
