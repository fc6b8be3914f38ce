package edge

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
)

// TraceHeader is the request header that asks for a report in extensions.weft; its value lists the reports.
// "calls" is the one there is: the calls to upstreams that the operation made.
const TraceHeader = "Weft-Trace"

// tracer is the extension that runs operations under Options.Trace.
type tracer struct {
	trace func(context.Context) (context.Context, func() any)
}

var _ graphql.OperationInterceptor = tracer{}

// ExtensionName implements graphql.HandlerExtension.
func (tracer) ExtensionName() string { return "Trace" }

// Validate implements graphql.HandlerExtension.
func (tracer) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation implements graphql.OperationInterceptor.
func (t tracer) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if !asksForCalls(graphql.GetOperationContext(ctx).Headers) {
		return next(ctx)
	}
	ctx, calls := t.trace(ctx)
	responses := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		resp := responses(ctx)
		if resp == nil {
			return nil
		}
		if resp.Extensions == nil {
			resp.Extensions = map[string]any{}
		}
		resp.Extensions["weft"] = map[string]any{"calls": calls()}
		return resp
	}
}

func asksForCalls(h http.Header) bool {
	return slices.ContainsFunc(h.Values(TraceHeader), func(value string) bool {
		for report := range strings.SplitSeq(value, ",") {
			if strings.TrimSpace(report) == "calls" {
				return true
			}
		}
		return false
	})
}
