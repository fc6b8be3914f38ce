package edge

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	defaultTimeout   = 10 * time.Second
	maxTimeout       = 30 * time.Second
	defaultMaxBody   = 1 << 20
	defaultMaxTokens = 2000

	// maxErrors bounds the errors of one answer. A list of 10,000 elements that all fail is one failure.
	maxErrors = 100

	// maxDetail bounds each member that an upstream's own words contribute to an error, in bytes.
	maxDetail = 1024
)

// limitErrors keeps the first maxErrors errors, and says how many more there were.
func limitErrors(errs gqlerror.List) gqlerror.List {
	if len(errs) <= maxErrors {
		return errs
	}
	more := gqlerror.Errorf("%d more errors are not shown", len(errs)-maxErrors)
	more.Extensions = map[string]any{"code": "TOO_MANY_ERRORS"}
	return append(errs[:maxErrors:maxErrors], more)
}

// finalErrors is the extension that sees every answer last: it presents errors that an executor put into its
// answer without graphql.AddError, and limits their number.
type finalErrors struct{ presenter }

var _ graphql.ResponseInterceptor = finalErrors{}

// ExtensionName implements graphql.HandlerExtension.
func (finalErrors) ExtensionName() string { return "FinalErrors" }

// Validate implements graphql.HandlerExtension.
func (finalErrors) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements graphql.ResponseInterceptor.
func (f finalErrors) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	resp := next(ctx)
	if resp == nil {
		return nil
	}
	resp.Errors = limitErrors(resp.Errors)
	for i, err := range resp.Errors {
		if err.Err != nil {
			resp.Errors[i] = f.present(ctx, err)
		}
	}
	return resp
}
