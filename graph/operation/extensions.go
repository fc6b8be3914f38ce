package operation

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

// This file has the schema answer inside of what gqlgen's extensions do to operations and responses, in their order.

// extensions is what gqlgen's extensions do, by what they do it to.
type extensions struct {
	parameters []graphql.OperationParameterMutator
	contexts   []graphql.OperationContextMutator
	operations []graphql.OperationInterceptor
	responses  []graphql.ResponseInterceptor
	fields     graphql.FieldMiddleware
	roots      graphql.RootFieldMiddleware
}

// use adds what an extension does, inside of what those before it do; to around what it does to fields.
func (e *extensions) use(x graphql.HandlerExtension, around *executor.Executor) {
	if x, ok := x.(graphql.OperationParameterMutator); ok {
		e.parameters = append(e.parameters, x)
	}
	if x, ok := x.(graphql.OperationContextMutator); ok {
		e.contexts = append(e.contexts, x)
	}
	if x, ok := x.(graphql.OperationInterceptor); ok {
		e.operations = append(e.operations, x)
	}
	if x, ok := x.(graphql.ResponseInterceptor); ok {
		e.responses = append(e.responses, x)
	}
	if x, ok := x.(graphql.RootFieldInterceptor); ok {
		around.AroundRootFields(x.InterceptRootField)
	}
	if x, ok := x.(graphql.FieldInterceptor); ok {
		around.AroundFields(x.InterceptField)
	}
}

// respond executes the operation of ctx. There is no response when its context ended before it began; ended is that context.
func (e *Engine) respond(ctx context.Context) (resp *graphql.Response, ended context.Context) {
	if len(e.operations) > 0 {
		return e.respondIntercepted(ctx)
	}
	respond, ctx := e.start(ctx)
	if ctx.Err() != nil {
		return nil, ctx
	}
	return e.complete(ctx, respond), ctx
}

// respondIntercepted is respond inside of the extensions that surround operations.
func (e *Engine) respondIntercepted(ctx context.Context) (*graphql.Response, context.Context) {
	inner := ctx
	respond := e.surround(ctx, e.operations, func(ctx context.Context) graphql.ResponseHandler {
		inner = ctx
		respond, _ := e.start(ctx)
		return func(ctx context.Context) *graphql.Response {
			if ctx.Err() != nil {
				return nil
			}
			return e.complete(e.response(ctx), respond)
		}
	})
	return respond(inner), inner
}

func (e *Engine) surround(ctx context.Context, by []graphql.OperationInterceptor, next graphql.OperationHandler) graphql.ResponseHandler {
	if len(by) == 0 {
		return next(ctx)
	}
	return by[0].InterceptOperation(ctx, func(ctx context.Context) graphql.ResponseHandler {
		return e.surround(ctx, by[1:], next)
	})
}

// response returns a context that collects the errors and extensions of a response.
func (e *Engine) response(ctx context.Context) context.Context {
	return graphql.WithResponseContext(ctx, e.present, e.recovered)
}

// start lets the schema begin the operation of ctx.
func (e *Engine) start(ctx context.Context) (graphql.ResponseHandler, context.Context) {
	ctx = e.response(ctx)
	respond := e.schema.Exec(ctx)
	if errs := graphql.GetErrors(ctx); errs != nil {
		return graphql.OneShot(&graphql.Response{Errors: errs}), e.response(ctx)
	}
	return respond, ctx
}

// complete returns what respond answers under ctx. It sees every answer last: it presents errors that an executor put into its
// answer without graphql.AddError, and limits their number.
func (e *Engine) complete(ctx context.Context, respond graphql.ResponseHandler) *graphql.Response {
	resp := e.intercept(ctx, e.responses, respond)
	if resp == nil {
		return nil
	}
	resp.Errors = limitErrors(resp.Errors)
	for i, err := range resp.Errors {
		if err.Err != nil {
			resp.Errors[i] = e.present(ctx, err)
		}
	}
	return resp
}

// intercept returns the response as the extensions around it make it.
func (e *Engine) intercept(ctx context.Context, by []graphql.ResponseInterceptor, respond graphql.ResponseHandler) *graphql.Response {
	if len(by) > 0 {
		return by[0].InterceptResponse(ctx, func(ctx context.Context) *graphql.Response {
			return e.intercept(ctx, by[1:], respond)
		})
	}
	resp := respond(ctx)
	if resp == nil {
		return nil
	}
	resp.Errors = append(resp.Errors, graphql.GetErrors(ctx)...)
	resp.Extensions = graphql.GetExtensions(ctx)
	return resp
}

// maxErrors bounds the errors of one answer. A list of 10,000 elements that all fail is one failure.
const maxErrors = 100

// limitErrors keeps the first maxErrors errors, and says how many more there were.
func limitErrors(errs gqlerror.List) gqlerror.List {
	if len(errs) <= maxErrors {
		return errs
	}
	more := gqlerror.Errorf("%d more errors are not shown", len(errs)-maxErrors)
	more.Extensions = map[string]any{"code": protocol.CodeTooManyErrors}
	return append(errs[:maxErrors:maxErrors], more)
}
