// Package planned is the schema that operations run on by plans: a graphql.ExecutableSchema in front of gqlgen's own.
//
// It makes operations ready, each once for each of its variants (variants.go), which are kept as long as their document is: a variant's
// plan is made by package plan, run by package executor, and surrounded by package answers, which may have an answer without a run.
// None of these three knows another.
//
// What a plan refuses runs on gqlgen's executor, and gqlgen's extensions work as they do there. Where one intercepts root fields, these
// are planned apart, so that each runs inside of it. Where one intercepts fields, all operations run on gqlgen's executor, and the log
// says so once.
package planned

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/answers"
	"weft/graph/document"
	"weft/graph/executor"
	"weft/graph/fetch"
	"weft/graph/gqlgen"
	"weft/graph/guard"
	"weft/graph/plan"
	"weft/upstream"
)

// Options are what operations run with.
type Options struct {
	Tables   *plan.Schema
	Guards   *guard.Schema // nil: everybody may see all
	Service  *fetch.Service
	Executor executor.Executor
	Answers  answers.Options
}

// New returns a schema that runs what has a plan, and leaves the rest to stock, gqlgen's executor.
func New(stock graphql.ExecutableSchema, o Options) graphql.ExecutableSchema {
	fingerprint := answers.Fingerprint(stock.Schema(), o.Tables) + o.Executor.Images.Fingerprint() + o.Guards.Fingerprint()
	return &schema{
		ExecutableSchema: stock, tables: o.Tables, guards: o.Guards, executor: o.Executor, plain: gqlgen.PlainOf(stock),
		answers: answers.New(o.Service, fingerprint, o.Answers),
		service: o.Service, logger: cmp.Or(o.Service.Logger, slog.Default()),
	}
}

type schema struct {
	graphql.ExecutableSchema
	tables   *plan.Schema
	guards   *guard.Schema
	executor executor.Executor
	answers  *answers.Cache
	service  *fetch.Service
	plain    gqlgen.Plain
	logger   *slog.Logger
	slow     sync.Once // says that extensions intercept fields
}

// Guarded is what not everybody may see; nil: everybody may see all. Who runs operations decides that for each: see guard.With.
func (s *schema) Guarded() *guard.Schema { return s.guards }

// Exec implements graphql.ExecutableSchema.
func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if s.plain.InterceptsFields(op) { // plans have no place for that
		s.slow.Do(s.sayIntercepted)
		return s.ExecutableSchema.Exec(ctx)
	}
	r, err := s.ready(ctx, op, s.variantsIn(ctx, op), op.Variables)
	if err != nil {
		return graphql.OneShot(graphql.ErrorResponse(ctx, "%s", err))
	}
	if r.answered == nil {
		return s.ExecutableSchema.Exec(ctx)
	}
	ended := false
	return func(ctx context.Context) *graphql.Response {
		if ended {
			return nil
		}
		ended = true
		return r.answered.Respond(ctx, op)
	}
}

// Variant returns the variant of the context's operation that its variables choose, and keeps it where the operation is; nil: gqlgen's
// executor runs all operations. What answers it is nil where it has no plan. Its error is that of a context that has ended.
func (s *schema) Variant(ctx context.Context) (*plan.Variant, fetch.Answerer, error) {
	op := graphql.GetOperationContext(ctx)
	if s.plain.InterceptsFields(op) {
		return nil, nil, nil
	}
	r, err := s.ready(ctx, op, s.variantsIn(ctx, op), op.Variables)
	switch {
	case err != nil:
		return nil, nil, err
	case r.answered == nil:
		return &r.Variant, nil, nil
	}
	return &r.Variant, r.answered, nil
}

// Variants makes the variants of the context's operation, as many as are kept, and keeps them where the operation is. Its error is that
// of a context that has ended.
func (s *schema) Variants(ctx context.Context) error {
	op := graphql.GetOperationContext(ctx)
	kept := s.variantsIn(ctx, op)
	if kept == nil || s.plain.InterceptsFields(op) {
		return nil
	}
	for _, variables := range combinations(op.Operation, kept.conditions) {
		if _, err := s.ready(ctx, op, kept, variables); err != nil {
			return err
		}
	}
	return nil
}

// ready is a variant, ready to run.
type ready struct {
	plan.Variant
	answered *answers.Prepared // nil: it has no plan
}

// ready returns the operation's variant for variables, which is among those that are kept, if any are. Its error is that of a context that
// has ended.
func (s *schema) ready(ctx context.Context, op *graphql.OperationContext, kept *variants, variables map[string]any) (*ready, error) {
	apart, may := s.plain.InterceptsRoots(op), s.guards.Decision(ctx)
	if kept != nil {
		return kept.get(variables, may.Key(), apart, func() (*ready, error) {
			prefix := s.answers.Prefix(kept.document.Text, op.Operation.Name, may.Key())
			return s.build(ctx, op, variables, prefix, may, apart)
		})
	}
	prefix := "" // what has taken another operation's place has its text
	if document.From(ctx) == nil {
		prefix = s.answers.Prefix(op.RawQuery, op.OperationName, may.Key())
	}
	return s.build(ctx, op, variables, prefix, may, apart)
}

// variantsIn returns the variants of the context's operation; nil: nobody keeps any, or an extension has put another operation in its
// place.
func (s *schema) variantsIn(ctx context.Context, op *graphql.OperationContext) *variants {
	o := document.From(ctx)
	if o == nil || o.Document.AST != op.Doc || o.AST != op.Operation {
		return nil
	}
	return s.variantsOf(o)
}

// build makes the variant of an operation for variables and for who may see what a decision says, with its root fields apart or together.
func (s *schema) build(
	ctx context.Context, op *graphql.OperationContext, variables map[string]any, prefix string, may *guard.Decision, apart bool,
) (*ready, error) {
	build := plan.Build
	if apart {
		build = plan.Apart
	}
	p, err := build(ctx, s.tables, op.Doc, op.Operation, variables, may.Denial())
	if refused, ok := errors.AsType[*plan.Refused](err); ok {
		return &ready{Variant: plan.Variant{Refused: refused, Prefix: prefix}}, nil
	}
	if err != nil {
		return nil, err
	}
	p.Policy.Guarded = may != nil
	if apart {
		p.Policy.HandWritten = true // what intercepts the root fields may look at anything
	}
	r := &ready{Variant: plan.Variant{Plan: p, Prefix: prefix}}
	r.answered = s.answers.Prepare(&r.Variant, s.executor.Prepare(p, apart))
	return r, nil
}

// Place returns where the schema says who answers a field: file:line; "" for a member of its parent's JSON, and for what the tables
// do not have.
func (s *schema) Place(object, field string) string {
	t := s.tables.Types[object]
	if t == nil || t.Fields[field] == nil {
		return ""
	}
	f := t.Fields[field]
	if f.Bound != nil {
		return f.Bound.Binding.At
	}
	return f.At
}

// Failed writes a failure of an upstream into the log of those.
func (s *schema) Failed(e *upstream.Error) { s.service.Failed(e) }

// sayIntercepted tells the operator what it costs that an extension intercepts fields.
func (s *schema) sayIntercepted() {
	s.logger.Warn("an extension intercepts fields: operations run on gqlgen's executor, which is slower and waits for batches")
}
