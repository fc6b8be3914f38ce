package executor

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/answers"
	"weft/graph/document"
	"weft/graph/fetch"
	"weft/graph/gqlgen"
	"weft/graph/plan"
)

// Options are what operations run with.
type Options struct {
	Tables    *plan.Schema
	Service   *fetch.Service
	Resolvers any // of hand-written fields, as the tables' functions take them
	// Attach adds to the context of hand-written fields: the typed loaders. nil: nothing.
	Attach func(context.Context, *fetch.Execution) context.Context
	Tags   int // that an answer's Cache-Tag has at most; 0 = the default of answers.Cache
}

// New returns a schema that runs what has a plan, and leaves the rest to stock, gqlgen's executor.
func New(stock graphql.ExecutableSchema, o Options) graphql.ExecutableSchema {
	return &schema{
		ExecutableSchema: stock, options: o, plain: gqlgen.PlainOf(stock),
		answers: answers.New(o.Service, answers.Fingerprint(stock.Schema(), o.Tables), o.Tags),
	}
}

type schema struct {
	graphql.ExecutableSchema
	options Options
	plain   gqlgen.Plain
	answers *answers.Cache
	slow    sync.Once // says that extensions intercept fields
}

// Exec implements graphql.ExecutableSchema.
func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if s.plain.InterceptsFields(op) { // plans have no place for that
		s.slow.Do(s.sayIntercepted)
		return s.ExecutableSchema.Exec(ctx)
	}
	apart, run := s.plain.InterceptsRoots(op), s.answer
	if apart {
		run = s.runRoots
	}
	p, err := s.prepared(ctx, op, s.plansIn(ctx, op), apart)
	if err != nil {
		return graphql.OneShot(graphql.ErrorResponse(ctx, "%s", err))
	}
	if p == nil {
		return s.ExecutableSchema.Exec(ctx)
	}
	ended := false
	return func(ctx context.Context) *graphql.Response {
		if ended {
			return nil
		}
		ended = true
		return run(ctx, op, p)
	}
}

// Plan returns the plan that every run of the context's operation follows, and keeps it where the operation is; nil: it has none,
// or variables choose among several. Its error is that of a context that has ended.
func (s *schema) Plan(ctx context.Context) (*plan.Plan, error) {
	op := graphql.GetOperationContext(ctx)
	kept := s.plansIn(ctx, op)
	if kept == nil || len(kept.conditions) > 0 || s.plain.InterceptsFields(op) {
		return nil, nil
	}
	p, err := s.prepared(ctx, op, kept, s.plain.InterceptsRoots(op))
	if p == nil {
		return nil, err
	}
	return p.plan, nil
}

// PlanVariants makes the plans of the context's operation that variables choose among, as many as are kept, and keeps them where the
// operation is. Its error is that of a context that has ended.
func (s *schema) PlanVariants(ctx context.Context) error {
	op := graphql.GetOperationContext(ctx)
	kept := s.plansIn(ctx, op)
	if kept == nil || len(kept.conditions) == 0 || s.plain.InterceptsFields(op) {
		return nil
	}
	apart := s.plain.InterceptsRoots(op)
	for _, variables := range variants(op.Operation, kept.conditions) {
		build := func() (*prepared, error) { return s.build(ctx, op, variables, kept.prefix, apart) }
		if _, err := kept.get(variables, apart, build); err != nil {
			return err
		}
	}
	return nil
}

// plansIn returns the plans of the context's operation; nil: nobody keeps any, or an extension has put another operation in its place.
func (s *schema) plansIn(ctx context.Context, op *graphql.OperationContext) *plans {
	o := document.From(ctx)
	if o == nil || o.Document.AST != op.Doc || o.AST != op.Operation {
		return nil
	}
	return s.plansOf(o)
}

// prepared returns the operation's plan, ready to run, with its root fields apart or together; nil when it has none. It is kept
// among the others, if there are any. Its error is that of a context that has ended.
func (s *schema) prepared(ctx context.Context, op *graphql.OperationContext, kept *plans, apart bool) (*prepared, error) {
	if kept == nil {
		prefix := "" // what has taken another operation's place has its text
		if document.From(ctx) == nil {
			prefix = s.answers.Prefix(op.RawQuery, op.OperationName)
		}
		return s.build(ctx, op, op.Variables, prefix, apart)
	}
	return kept.get(op.Variables, apart, func() (*prepared, error) { return s.build(ctx, op, op.Variables, kept.prefix, apart) })
}

// build makes the plan of an operation for variables; nil: it has none.
func (s *schema) build(
	ctx context.Context, op *graphql.OperationContext, variables map[string]any, prefix string, apart bool,
) (*prepared, error) {
	build := plan.Build
	if apart {
		build = plan.Apart
	}
	p, err := build(ctx, s.options.Tables, op.Doc, op.Operation, variables)
	if _, refused := errors.AsType[*plan.Refused](err); refused {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	prep := prepare(p)
	prep.prefix, prep.vary = prefix, s.answers.Vary(p.Policy)
	return prep, nil
}

// answer answers an operation whose root fields run together.
func (s *schema) answer(ctx context.Context, op *graphql.OperationContext, p *prepared) *graphql.Response {
	return s.answers.Answer(ctx, answers.Operation{
		OperationContext: op, Policy: p.plan.Policy, Prefix: p.prefix, Vary: p.vary, Unkept: &p.unkept,
		Run: func(ctx context.Context, x *fetch.Execution) (json.RawMessage, gqlerror.List) {
			return s.run(ctx, op, p, x)
		},
	})
}

// run runs a plan.
func (s *schema) run(ctx context.Context, op *graphql.OperationContext, p *prepared, x *fetch.Execution) (json.RawMessage, gqlerror.List) {
	ctx = s.attach(ctx, x)
	size := p.size.Load()
	w := newWriter(int(size+size/16)+32, x.Limits())
	if p.serial == nil {
		s.runOne(ctx, op, x, p, w, nil)
	}
	for _, root := range p.serial {
		s.runOne(ctx, op, x, root, w, nil)
	}
	data := w.data()
	if !w.failed && !w.ended {
		x.NameStale(w.stale...)
	}
	if n := int64(len(data)); n != size { // mostly it is not, and processors do not have to agree on it
		p.size.Store(n)
	}
	return data, w.errs
}

// runOne runs a plan and writes what it answers. What it asks for early ends with e; nil: with its fetches.
func (s *schema) runOne(ctx context.Context, op *graphql.OperationContext, x *fetch.Execution, p *prepared, w *writer, e *early) {
	r := newRun(p, x, op)
	r.early = e
	r.resolvers = s.options.Resolvers
	r.fetch(ctx)
	w.write(r)
}

func (s *schema) attach(ctx context.Context, x *fetch.Execution) context.Context {
	if s.options.Attach == nil {
		return ctx
	}
	return s.options.Attach(ctx, x)
}

// sayIntercepted tells the operator what it costs that an extension intercepts fields.
func (s *schema) sayIntercepted() {
	cmp.Or(s.options.Service.Logger, slog.Default()).
		Warn("an extension intercepts fields: operations run on gqlgen's executor, which is slower and waits for batches")
}
