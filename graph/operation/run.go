package operation

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/auth"
	"weft/graph/coercion"
	"weft/graph/document"
	"weft/graph/fetch"
	"weft/graph/protocol"
)

// Run answers a request. Its answer is complete, and never nil. What panics outside of any field panics here: transports recover
// it, and answer what [Engine.Recovered] returns.
func (e *Engine) Run(ctx context.Context, r *Request) *Answer {
	s := e.newRunning(ctx)
	defer s.End()
	op := &s.op
	op.Stats = graphql.Stats{OperationStart: graphql.Now(), Read: r.Read}
	ctx = graphql.WithOperationContext(s, op)
	who, err := e.callers.of(ctx, r)
	if err != nil {
		return e.callers.unknown(ctx, err)
	}
	client := e.callers.client(r, who)
	if err := e.callers.Rates.Operation(ctx, client); err != nil {
		return notNow(err)
	}
	from, err := e.identify(ctx, r)
	if err != nil {
		return e.refuse(ctx, err)
	}
	sent := r.text()
	if err := e.rewrite(ctx, r); err != nil {
		return e.refuse(ctx, gqlerror.List{err})
	}
	op.RawQuery, op.OperationName, op.Extensions, op.Headers = r.text(), r.Name, e.extended(r), r.Headers
	p, err := e.operationOf(ctx, op, r)
	if err != nil {
		return e.refuse(ctx, err)
	}
	if a := e.turnedOff(r, p); a != nil {
		return a
	}
	if rates := e.callers.Rates; rates.Names() {
		if err := rates.Named(ctx, client, r.names(p)...); err != nil {
			return notNow(err)
		}
	}
	if a := e.unfit(r, p); a != nil {
		return a
	}
	if who != nil {
		ctx = auth.With(ctx, who)
	}
	ctx = e.callers.decide(ctx, p.Needs, who)
	w, err := e.watch(r.Headers)
	if err != nil {
		return e.refuse(ctx, err)
	}
	if p.answerer == nil || e.surrounds() {
		ctx = document.With(ctx, p.Operation)
	}
	if err := e.begin(ctx, s, p, r, &w); err != nil {
		return e.refuse(ctx, err)
	}
	if op.Operation != p.Operation.AST && e.callers.guards != nil { // an extension has put another one in its place
		ctx = e.callers.decide(ctx, e.callers.guards.Needs(e.schema.Schema(), op.Doc, op.Operation), who)
	}
	if a := e.rejected(ctx, op); a != nil {
		return a
	}
	if r.Ahead != "" && !e.runsAhead(ctx, p) {
		return failed(Refused, protocol.CodeBadRequest, "Go answers a part of the operation, and is not run before somebody asks")
	}
	if from != fromManifest && r.Ahead == "" {
		e.learn(ctx, r, p, from, sent)
	}
	run := &s.run
	run.Without, run.MaxAge, run.Ahead, run.Turn = w.without, r.MaxAge, r.Ahead, e.turns[r.priority(p)]
	if r.Ahead != "" {
		run.Without |= fetch.Early // there is time, and what is early may be wasted
	}
	if e.callers.Rates != nil {
		defer func() { e.callers.Rates.Calls(client, run.Calls()) }() // also of one that panics
	}
	s.asked.Header, s.asked.Caller = op.Headers, who
	a := e.execute(ctx, s, w.any())
	a.Run, a.Prepared, a.Caller = run, p, who
	w.extend(a, run)
	return a
}

// unfit answers a request that may not ask for an operation in its way; nil: it may.
func (e *Engine) unfit(r *Request, p *Prepared) *Answer {
	switch {
	case r.ReadOnly && p.Kind() != ast.Query:
		return failed(Writes, protocol.CodeBadRequest, "only queries are executed here: this is a "+string(p.Kind()))
	case r.Speculative && p.Kind() != ast.Query:
		return failed(Refused, protocol.CodeBadRequest, "only queries may be asked for before their answer is needed")
	case r.Speculative && !e.maySpeculate(p):
		return failed(Full, protocol.CodeOverloaded, "this is not needed yet, and the service has no time for it")
	}
	return nil
}

// extended returns the request's extensions, where any of the engine's look at them; otherwise those that its transport has not left out.
func (e *Engine) extended(r *Request) map[string]any {
	if e.surrounds() {
		return r.extensions()
	}
	return r.Extensions
}

// text returns the text of the request's document.
func (r *Request) text() string {
	if r.Prepared != nil {
		return r.Prepared.Operation.Document.Text
	}
	return r.Text
}

// rewrite lets extensions change the parameters.
func (e *Engine) rewrite(ctx context.Context, r *Request) *gqlerror.Error {
	if len(e.parameters) == 0 {
		return nil
	}
	p := graphql.RawParams{
		Query: r.text(), OperationName: r.Name, Variables: r.Variables, Extensions: r.extensions(), Headers: r.Headers, ReadTime: r.Read,
	}
	for _, m := range e.parameters {
		if err := m.MutateOperationParameters(ctx, &p); err != nil {
			return err
		}
	}
	if p.Query != r.text() || p.OperationName != r.Name {
		r.Prepared = nil // theirs is another one
	}
	if p.Extensions == nil { // which would mean that they were left out
		p.Extensions = map[string]any{}
	}
	r.Text, r.Name, r.Variables, r.Extensions, r.Headers = p.Query, p.OperationName, p.Variables, p.Extensions, p.Headers
	return nil
}

// operationOf returns the operation that a request asks for, and says how long that took.
func (e *Engine) operationOf(ctx context.Context, op *graphql.OperationContext, r *Request) (p *Prepared, err error) {
	op.Stats.Parsing = graphql.TraceTiming{Start: op.Stats.OperationStart, End: op.Stats.OperationStart}
	if p = r.Prepared; p == nil {
		p, err = e.keep(ctx, op, r)
	}
	op.Stats.Validation = graphql.TraceTiming{Start: op.Stats.Parsing.End, End: op.Stats.Parsing.End}
	return p, err
}

// keep makes an operation of a request's text, and keeps it with other documents.
func (e *Engine) keep(ctx context.Context, op *graphql.OperationContext, r *Request) (*Prepared, error) {
	doc, err := e.documents.of(ctx, r.Text)
	op.Stats.Parsing.End = graphql.Now()
	if err != nil {
		return nil, err
	}
	return e.prepared(ctx, doc, r.Name)
}

// Variables returns what an operation's variables are, of JSON with numbers as json.Number, or what is wrong with it, as [coercion.Schema]
// does.
func (e *Engine) Variables(op *ast.OperationDefinition, raw map[string]any) (map[string]any, gqlerror.List) {
	return e.documents.schema.Variables(op, raw)
}

// begin gives an operation its variables, as the request has them, and lets extensions change and refuse it. It finds out the cost for w, if that wants to know.
func (e *Engine) begin(ctx context.Context, s *running, p *Prepared, r *Request, w *watched) error {
	op, o := &s.op, p.Operation
	op.Doc, op.Operation = o.Document.AST, o.AST
	err := e.documents.limits.CheckVariables(op.Doc, op.Operation, r.Variables)
	if err == nil {
		var errs gqlerror.List
		if op.Variables, errs = e.Variables(op.Operation, r.Variables); errs != nil {
			return coded(protocol.CodeValidation, errs...)
		}
		err = coercion.CheckConditions(op.Doc, op.Operation, op.Variables)
	}
	if err == nil {
		err = e.prices.check(op, o, w)
	}
	if err == nil {
		v, answerer, ended := e.variant(ctx, p)
		if ended != nil {
			return ended
		}
		if !e.surrounds() {
			s.answerer, s.byHand = answerer, answerer != nil && v.Plan.Policy.HandWritten
		}
		if s.answerer == nil || v.Plan.Policy.Resolvers { // Go looks at them
			op.Extensions = r.extensions()
			if op.Variables == nil {
				op.Variables = map[string]any{}
			}
		}
		if e.admit != nil {
			err = e.admit(ctx, o, v, op.Variables)
		}
	}
	if err != nil {
		return coded(protocol.CodeValidation, err)
	}
	for _, m := range e.contexts {
		if err := m.MutateOperationContext(ctx, op); err != nil {
			return gqlerror.List{err}
		}
	}
	return nil
}

// runsAhead reports whether nothing but services answers an operation of a context that has its variables, and none of them sends headers to
// the client.
func (e *Engine) runsAhead(ctx context.Context, p *Prepared) bool {
	v, _, err := e.variant(ctx, p)
	return err == nil && v != nil && v.Plan != nil && !v.Plan.Policy.HandWritten && !v.Plan.Policy.Responds
}

// maySpeculate reports whether an operation may run for a client who does not know yet whether it needs the answer.
func (e *Engine) maySpeculate(p *Prepared) bool {
	switch {
	case e.room.Speculate == nil:
		return true
	case p.Variant == nil || p.Variant.Plan == nil:
		return e.room.Speculate(nil)
	}
	return e.room.Speculate(append([]string{}, p.Variant.Plan.Policy.Upstreams...)) // not nil, where it calls none
}

// refuse answers what does not run.
func (e *Engine) refuse(ctx context.Context, err error) *Answer {
	if of, ok := errors.AsType[*idError](err); ok {
		return failed(of.class, of.code, of.message)
	}
	errs, ok := errors.AsType[gqlerror.List](err)
	switch {
	case errors.Is(err, ErrFull):
		return failed(Full, protocol.CodeOverloaded, err.Error()+": try again")
	case !ok:
		return late(err)
	}
	ctx = e.response(ctx)
	for _, err := range errs {
		graphql.AddError(ctx, err)
	}
	resp := e.complete(ctx, func(context.Context) *graphql.Response { return &graphql.Response{} })
	return &Answer{Class: Refused, Errors: resp.Errors, Extensions: resp.Extensions}
}

// late answers an operation whose context ended before there was an answer: its time was over, or its transport is closing (or the
// client left, and reads none of this).
func late(cause error) *Answer {
	if errors.Is(cause, context.DeadlineExceeded) {
		return failed(Late, protocol.CodeTimeout, messageTimeout)
	}
	return failed(Canceled, protocol.CodeCanceled, messageCanceled)
}

// Recovered logs what a transport has recovered, and returns the answer that stands for it.
func (e *Engine) Recovered(ctx context.Context, v any) *Answer {
	err := e.present(ctx, e.recovered(ctx, v))
	return &Answer{Class: Failed, Errors: gqlerror.List{err}}
}

func failed(c Class, code, message string) *Answer {
	return &Answer{Class: c, Errors: gqlerror.List{with(new(gqlerror.Error), code, message)}}
}
