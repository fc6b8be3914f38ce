package operation

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

// tracer is the extension that runs operations under Options.Trace.
type tracer struct {
	trace func(context.Context, map[string][]string) (context.Context, func() any, error)
}

var _ graphql.OperationInterceptor = tracer{}

// ExtensionName implements graphql.HandlerExtension.
func (tracer) ExtensionName() string { return "Trace" }

// Validate implements graphql.HandlerExtension.
func (tracer) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation implements graphql.OperationInterceptor.
func (t tracer) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	h := graphql.GetOperationContext(ctx).Headers
	if !watched(h) {
		return next(ctx)
	}
	traced, report, err := t.trace(ctx, h)
	if err != nil {
		refused := &gqlerror.Error{Message: err.Error(), Extensions: map[string]any{"code": protocol.CodeBadRequest}}
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{refused}})
	}
	ctx = traced
	responses := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		resp := responses(ctx)
		if resp == nil || !asksForCalls(h) {
			return resp
		}
		if resp.Extensions == nil {
			resp.Extensions = map[string]any{}
		}
		resp.Extensions["weft"] = report()
		return resp
	}
}

// watched reports whether somebody looks at this operation.
func watched(h map[string][]string) bool {
	return len(h[protocol.WithoutHeader]) > 0 || asksForCalls(h)
}

func asksForCalls(h map[string][]string) bool {
	return slices.ContainsFunc(h[protocol.TraceHeader], func(value string) bool {
		for report := range strings.SplitSeq(value, ",") {
			if strings.TrimSpace(report) == "calls" {
				return true
			}
		}
		return false
	})
}
