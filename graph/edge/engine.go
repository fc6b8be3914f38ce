package edge

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// engine makes operations of parameters and runs them, with gqlgen's extensions, as gqlgen's executor does but in fewer
// steps. Texts that are not remembered, and variables, it leaves to that executor.
type engine struct {
	schema graphql.ExecutableSchema
	gqlgen *executor.Executor // it has the extensions that change parameters or surround fields, and no others

	mutators   []graphql.OperationContextMutator
	operations []graphql.OperationInterceptor
	responses  []graphql.ResponseInterceptor
	rewrites   bool // an extension changes parameters: what is remembered may be another document

	// What every operation gets.
	present   graphql.ErrorPresenterFunc
	recovered graphql.RecoverFunc
	fields    graphql.FieldMiddleware // gqlgen's, as is roots
	roots     graphql.RootFieldMiddleware
}

// newEngine wires the checks of this package, which come first, and the extensions of o. It panics, as gqlgen does, on one
// whose Validate refuses the schema, or that does nothing.
func newEngine(schema graphql.ExecutableSchema, o Options, known *documents) *engine {
	errs := presenter{log: o.Logger}
	e := &engine{
		schema:    schema,
		gqlgen:    executor.New(schema),
		mutators:  []graphql.OperationContextMutator{refusals{introspection: o.DisableIntrospection}, coercion{schema.Schema()}, conditions{}},
		present:   errs.present,
		recovered: errs.recovered,
	}
	e.gqlgen.SetRecoverFunc(e.recovered)
	e.gqlgen.SetParserTokenLimit(o.MaxTokens)
	e.gqlgen.SetQueryCache(known)
	e.gqlgen.SetDefaultRulesFn(validationRules)
	e.gqlgen.SetDisableSuggestion(o.DisableIntrospection)
	if o.Trace != nil {
		e.operations = append(e.operations, tracer{o.Trace})
	}
	for _, x := range o.Extensions {
		executor.New(schema).Use(x) // for its panics
		e.use(x)
	}
	ctx := graphql.StartOperationTrace(context.Background())
	op, _ := e.gqlgen.CreateOperationContext(ctx, &graphql.RawParams{}) // given also with errors
	e.fields, e.roots = op.ResolverMiddleware, op.RootResolverMiddleware
	for _, x := range o.Extensions {
		if m, ok := x.(graphql.OperationParameterMutator); ok {
			e.rewrites = true
			e.gqlgen.Use(rewriter{x, m})
		}
	}
	return e
}

// use adds what an extension does, inside of what those before it do; what it does to parameters is not added here.
func (e *engine) use(x graphql.HandlerExtension) {
	if x, ok := x.(graphql.OperationContextMutator); ok {
		e.mutators = append(e.mutators, x)
	}
	if x, ok := x.(graphql.OperationInterceptor); ok {
		e.operations = append(e.operations, x)
	}
	if x, ok := x.(graphql.ResponseInterceptor); ok {
		e.responses = append(e.responses, x)
	}
	if x, ok := x.(graphql.RootFieldInterceptor); ok {
		e.gqlgen.AroundRootFields(x.InterceptRootField)
	}
	if x, ok := x.(graphql.FieldInterceptor); ok {
		e.gqlgen.AroundFields(x.InterceptField)
	}
}

// rewriter is an extension of which only what it does to parameters is seen.
type rewriter struct {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
}

// operation returns the operation that p asks for, under its context, or with what is wrong with it.
func (e *engine) operation(ctx context.Context, p *parameters) (context.Context, *graphql.OperationContext, gqlerror.List) {
	started := graphql.Now()
	op := e.remembered(started, p)
	if op == nil {
		var errs gqlerror.List
		op, errs = e.parse(ctx, p)
		if len(errs) > 0 {
			return graphql.WithOperationContext(ctx, op), op, errs
		}
	}
	ctx = graphql.WithOperationContext(ctx, op)
	for _, m := range e.mutators {
		if err := m.MutateOperationContext(ctx, op); err != nil {
			return ctx, op, gqlerror.List{err}
		}
	}
	return ctx, op, nil
}

// parse is gqlgen's way to an operation.
func (e *engine) parse(ctx context.Context, p *parameters) (*graphql.OperationContext, gqlerror.List) {
	raw := p.RawParams // a copy, because it escapes
	return e.gqlgen.CreateOperationContext(graphql.StartOperationTrace(ctx), &raw)
}

// remembered returns an operation of a document that is remembered; nil if it is not, or if there is more to it than that.
func (e *engine) remembered(started time.Time, p *parameters) *graphql.OperationContext {
	if p.doc == nil || e.rewrites {
		return nil
	}
	definition := p.doc.Operations.ForName(p.OperationName)
	if definition == nil || len(definition.VariableDefinitions) > 0 {
		return nil
	}
	none := graphql.TraceTiming{Start: started, End: started}
	return &graphql.OperationContext{
		RawQuery:               p.Query,
		Variables:              map[string]any{},
		OperationName:          p.OperationName,
		Doc:                    p.doc,
		Extensions:             p.Extensions,
		Headers:                p.Headers,
		Operation:              definition,
		RecoverFunc:            e.recovered,
		ResolverMiddleware:     e.fields,
		RootResolverMiddleware: e.roots,
		Stats:                  graphql.Stats{OperationStart: started, Read: p.ReadTime, Parsing: none, Validation: none},
	}
}

// run executes the operation of ctx. There is no response when its context ended before it began; ended is that context.
func (e *engine) run(ctx context.Context) (resp *graphql.Response, ended context.Context) {
	if len(e.operations) > 0 {
		return e.runIntercepted(ctx)
	}
	respond, ctx := e.begin(ctx)
	if ctx.Err() != nil {
		return nil, ctx
	}
	return e.respond(ctx, respond), ctx
}

// runIntercepted is run inside of the extensions that surround operations.
func (e *engine) runIntercepted(ctx context.Context) (*graphql.Response, context.Context) {
	inner := ctx
	respond := e.surround(ctx, e.operations, func(ctx context.Context) graphql.ResponseHandler {
		inner = ctx
		respond, _ := e.begin(ctx)
		return func(ctx context.Context) *graphql.Response {
			if ctx.Err() != nil {
				return nil
			}
			return e.respond(e.response(ctx), respond)
		}
	})
	return respond(inner), inner
}

func (e *engine) surround(ctx context.Context, by []graphql.OperationInterceptor, next graphql.OperationHandler) graphql.ResponseHandler {
	if len(by) == 0 {
		return next(ctx)
	}
	return by[0].InterceptOperation(ctx, func(ctx context.Context) graphql.ResponseHandler {
		return e.surround(ctx, by[1:], next)
	})
}

// response returns a context that collects the errors and extensions of a response.
func (e *engine) response(ctx context.Context) context.Context {
	return graphql.WithResponseContext(ctx, e.present, e.recovered)
}

// begin lets the schema begin the operation of ctx.
func (e *engine) begin(ctx context.Context) (graphql.ResponseHandler, context.Context) {
	ctx = e.response(ctx)
	respond := e.schema.Exec(ctx)
	if errs := graphql.GetErrors(ctx); errs != nil {
		return graphql.OneShot(&graphql.Response{Errors: errs}), e.response(ctx)
	}
	return respond, ctx
}

// respond returns what respond answers under ctx, complete.
func (e *engine) respond(ctx context.Context, respond graphql.ResponseHandler) *graphql.Response {
	return e.finish(ctx, e.intercept(ctx, e.responses, respond))
}

// intercept returns the response as the extensions around it make it.
func (e *engine) intercept(ctx context.Context, by []graphql.ResponseInterceptor, respond graphql.ResponseHandler) *graphql.Response {
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

// refuse returns the response to an operation that is not executed.
func (e *engine) refuse(ctx context.Context, errs gqlerror.List) *graphql.Response {
	ctx = e.response(ctx)
	for _, err := range errs {
		graphql.AddError(ctx, err)
	}
	return e.respond(ctx, func(context.Context) *graphql.Response { return &graphql.Response{} })
}

// finish sees every answer last: it presents errors that an executor put into its answer without graphql.AddError, and
// limits their number.
func (e *engine) finish(ctx context.Context, resp *graphql.Response) *graphql.Response {
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
