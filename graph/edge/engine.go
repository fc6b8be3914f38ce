package edge

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/document"
)

// engine makes operations of parameters and runs them, with gqlgen's extensions, as gqlgen's executor does but in fewer
// steps, and within limits.
type engine struct {
	schema    graphql.ExecutableSchema
	documents *documents

	// What extensions do, by what they do it to.
	parameters []graphql.OperationParameterMutator
	contexts   []graphql.OperationContextMutator
	operations []graphql.OperationInterceptor
	responses  []graphql.ResponseInterceptor

	// What every operation gets.
	present   graphql.ErrorPresenterFunc
	recovered graphql.RecoverFunc
	fields    graphql.FieldMiddleware // gqlgen's, as is roots
	roots     graphql.RootFieldMiddleware
}

// newEngine wires the checks of this package, which come first, and the extensions of o. It panics, as gqlgen does, on one
// whose Validate refuses the schema, or that does nothing.
func newEngine(schema graphql.ExecutableSchema, o Options, d *documents) *engine {
	errs := newPresenter(schema, o.Logger)
	e := &engine{
		schema:    schema,
		documents: d,
		contexts:  []graphql.OperationContextMutator{refusals{introspection: o.DisableIntrospection}, conditions{}},
		present:   errs.present,
		recovered: errs.recovered,
	}
	if o.Trace != nil {
		e.operations = append(e.operations, tracer{o.Trace})
	}
	around := executor.New(schema) // what surrounds fields: gqlgen keeps how extensions do that to itself
	for _, x := range o.Extensions {
		executor.New(schema).Use(x) // for its panics
		e.use(x, around)
	}
	ctx := graphql.StartOperationTrace(context.Background())
	op, _ := around.CreateOperationContext(ctx, &graphql.RawParams{}) // given also with errors
	e.fields, e.roots = op.ResolverMiddleware, op.RootResolverMiddleware
	return e
}

// use adds what an extension does, inside of what those before it do; to around what it does to fields.
func (e *engine) use(x graphql.HandlerExtension, around *executor.Executor) {
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

// operation returns the operation that p asks for, under its context. Its error is a gqlerror.List, which says what is wrong with
// the operation, errFull, or ctx's.
func (e *engine) operation(ctx context.Context, p *parameters) (context.Context, *graphql.OperationContext, error) {
	op := &graphql.OperationContext{
		RecoverFunc:            e.recovered,
		ResolverMiddleware:     e.fields,
		RootResolverMiddleware: e.roots,
		Stats:                  graphql.Stats{OperationStart: graphql.Now(), Read: p.ReadTime},
	}
	ctx = graphql.WithOperationContext(ctx, op)
	if err := e.rewrite(ctx, p); err != nil {
		return ctx, op, gqlerror.List{err}
	}
	op.RawQuery, op.OperationName, op.Extensions, op.Headers = p.Query, p.OperationName, p.Extensions, p.Headers
	doc, err := e.document(ctx, op, p)
	if err != nil {
		return ctx, op, err
	}
	op.Doc = doc.AST
	if err := e.choose(op, p); err != nil {
		return ctx, op, coded(errcode.ValidationFailed, err)
	}
	ctx = document.With(ctx, doc)
	for _, m := range e.contexts {
		if err := m.MutateOperationContext(ctx, op); err != nil {
			return ctx, op, gqlerror.List{err}
		}
	}
	return ctx, op, nil
}

// rewrite lets extensions change the parameters.
func (e *engine) rewrite(ctx context.Context, p *parameters) *gqlerror.Error {
	if len(e.parameters) == 0 {
		return nil
	}
	p.document = nil // theirs may be another one
	for _, m := range e.parameters {
		if err := m.MutateOperationParameters(ctx, &p.RawParams); err != nil {
			return err
		}
	}
	return nil
}

// document returns the document that p asks for, and says how long that took.
func (e *engine) document(ctx context.Context, op *graphql.OperationContext, p *parameters) (doc *document.Document, err error) {
	op.Stats.Parsing = graphql.TraceTiming{Start: op.Stats.OperationStart, End: op.Stats.OperationStart}
	if doc = p.document; doc == nil {
		doc, err = e.documents.of(ctx, p.Query)
		op.Stats.Parsing.End = graphql.Now()
	}
	op.Stats.Validation = graphql.TraceTiming{Start: op.Stats.Parsing.End, End: op.Stats.Parsing.End}
	return doc, err
}

// choose chooses the operation of its document, and gives it its variables.
func (e *engine) choose(op *graphql.OperationContext, p *parameters) *gqlerror.Error {
	op.Operation = op.Doc.Operations.ForName(p.OperationName)
	if op.Operation == nil {
		return gqlerror.Errorf("operation %s not found", p.OperationName)
	}
	if err := e.documents.limits.CheckVariables(op.Doc, op.Operation, p.Variables); err != nil {
		return err
	}
	var err *gqlerror.Error
	op.Variables, err = coerceVariables(e.schema.Schema(), op.Operation, p.Variables)
	return err
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
