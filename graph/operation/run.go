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
	limited := withTimeout(ctx, e.timeout)
	defer limited.end()
	op := e.operationContext()
	op.Stats = graphql.Stats{OperationStart: graphql.Now(), Read: r.Read}
	ctx = graphql.WithOperationContext(limited, op)
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
	op.RawQuery, op.OperationName, op.Extensions, op.Headers = r.text(), r.Name, r.Extensions, r.Headers
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
	if r.ReadOnly && p.Kind() != ast.Query {
		return failed(Writes, protocol.CodeBadRequest, "only queries are executed here: this is a "+string(p.Kind()))
	}
	switch {
	case r.Speculative && p.Kind() != ast.Query:
		return failed(Refused, protocol.CodeBadRequest, "only queries may be asked for before their answer is needed")
	case r.Speculative && !e.maySpeculate(p):
		return failed(Full, protocol.CodeOverloaded, "this is not needed yet, and the service has no time for it")
	}
	ctx = e.callers.decide(auth.With(ctx, who), p.Needs, who)
	w, err := e.watch(r.Headers)
	if err != nil {
		return e.refuse(ctx, err)
	}
	ctx = document.With(ctx, p.Operation)
	if err := e.begin(ctx, op, p, r.Variables, &w); err != nil {
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
	run := &fetch.Run{Without: w.without, MaxAge: r.MaxAge, Ahead: r.Ahead, Turn: Turn(e.room.Gate, r.priority(p))}
	if r.Ahead != "" {
		run.Without |= fetch.Early // there is time, and what is early may be wasted
	}
	defer func() { e.callers.Rates.Calls(client, run.Calls()) }() // also of one that panics
	a := e.execute(fetch.With(ctx, run), op, w.any())
	a.Run, a.Prepared, a.Caller = run, p, who
	w.extend(a, run)
	return a
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
		Query: r.text(), OperationName: r.Name, Variables: r.Variables, Extensions: r.Extensions, Headers: r.Headers, ReadTime: r.Read,
	}
	for _, m := range e.parameters {
		if err := m.MutateOperationParameters(ctx, &p); err != nil {
			return err
		}
	}
	if p.Query != r.text() || p.OperationName != r.Name {
		r.Prepared = nil // theirs is another one
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

// begin gives an operation its variables, and lets extensions change and refuse it. It finds out the cost for w, if that wants to know.
func (e *Engine) begin(
	ctx context.Context, op *graphql.OperationContext, p *Prepared, variables map[string]any, w *watched,
) error {
	o := p.Operation
	op.Doc, op.Operation = o.Document.AST, o.AST
	err := e.documents.limits.CheckVariables(op.Doc, op.Operation, variables)
	if err == nil {
		var errs gqlerror.List
		if op.Variables, errs = e.Variables(op.Operation, variables); errs != nil {
			return coded(protocol.CodeValidation, errs...)
		}
		err = coercion.CheckConditions(op.Doc, op.Operation, op.Variables)
	}
	if err == nil {
		err = e.prices.check(op, o, w)
	}
	if err == nil && e.admit != nil {
		v, ended := e.variant(ctx, p)
		if ended != nil {
			return ended
		}
		err = e.admit(ctx, o, v, op.Variables)
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

// execute lets the schema answer the operation of ctx. Nobody may keep the answer to who watches, but it has all other headers.
func (e *Engine) execute(ctx context.Context, op *graphql.OperationContext, watched bool) *Answer {
	resp, ended := e.respond(ctx)
	if resp == nil {
		return late(ended.Err())
	}
	if overloaded(resp) {
		return failed(Full, protocol.CodeOverloaded, resp.Errors[0].Message)
	}
	a := &Answer{
		Class: Executed, Data: resp.Data, Errors: resp.Errors, Extensions: resp.Extensions, Policy: policyOf(op, resp), Watched: watched,
		Respond: fetch.RunOf(ctx).Responded(),
	}
	if a.Policy != nil && !watched && len(a.Extensions) == 0 {
		a.Forms, _ = op.Stats.GetExtension(protocol.FormsExtension).(Forms)
	}
	return a
}

// overloaded reports whether an operation was given up, since there was no room for it, and may be sent again.
func overloaded(r *graphql.Response) bool {
	return len(r.Errors) == 1 && r.Errors[0].Extensions["code"] == protocol.CodeOverloaded && string(r.Data) == "null"
}

// policyOf returns the executor's policy for an answer; nil: nobody may keep it.
func policyOf(op *graphql.OperationContext, resp *graphql.Response) map[string][]string {
	if op.Operation.Operation != ast.Query || len(resp.Errors) > 0 || len(resp.Data) == 0 {
		return nil
	}
	policy, _ := op.Stats.GetExtension(protocol.PolicyExtension).(map[string][]string)
	if len(policy["Cache-Control"]) == 0 {
		return nil
	}
	return policy
}

// runsAhead reports whether nothing but services answers an operation of a context that has its variables, and none of them sends headers to
// the client.
func (e *Engine) runsAhead(ctx context.Context, p *Prepared) bool {
	v, err := e.variant(ctx, p)
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
