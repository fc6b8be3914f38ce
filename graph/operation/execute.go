package operation

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/deadline"
	"weft/graph/fetch"
	"weft/graph/protocol"
)

// running is one operation that runs, in one piece of memory: its context, which ends in time, what is known of it, and what is said of it.
type running struct {
	deadline.Context
	op  graphql.OperationContext
	run fetch.Run

	engine   *Engine
	client   context.Context // that the request came with
	answerer fetch.Answerer  // nil: the schema's Exec answers
	asked    fetch.Asked
	answered fetch.Answered
	response context.Context // of a run, with its errors; nil: there was none
	byHand   bool            // Go answers some of it
	answer   Answer
}

// newRunning begins an operation. Whoever gets it calls End.
func (e *Engine) newRunning(ctx context.Context) *running {
	s := &running{engine: e, client: ctx}
	s.Begin(ctx, time.Now().Add(e.timeout))
	e.furnish(&s.op)
	return s
}

// Within implements fetch.Around.
func (s *running) Within(ctx context.Context) context.Context {
	s.response = s.engine.response(fetch.With(ctx, &s.run))
	return s.response
}

// surrounds reports whether extensions surround operations, or change them.
func (e *Engine) surrounds() bool { return len(e.operations)+len(e.responses)+len(e.contexts) > 0 }

// execute has an operation answered. Nobody may keep the answer to who watches, but it has all other headers.
func (e *Engine) execute(ctx context.Context, s *running, watched bool) *Answer {
	var resp graphql.Response
	var policy map[string][]string
	var forms any
	if s.answerer != nil {
		if err := ctx.Err(); err != nil {
			return late(err)
		}
		s.asked.Operation, s.asked.Run, s.asked.Client, s.asked.Around = &s.op, &s.run, s.client, s
		if s.answered = s.answerer.Answer(ctx, &s.asked); s.run.NoTurn() {
			return &Answer{Class: Full, Errors: gqlerror.List{fetch.Overloaded()}}
		}
		policy, forms = s.answered.Policy, s.answered.Forms
		resp = e.responseOf(ctx, s)
		s.answer.lender = s.answered.Lender
	} else {
		said, ended := e.respond(fetch.With(ctx, &s.run))
		if said == nil {
			return late(ended.Err())
		}
		resp = *said
		policy, _ = s.op.Stats.GetExtension(protocol.PolicyExtension).(map[string][]string)
		forms = s.op.Stats.GetExtension(protocol.FormsExtension)
	}
	if overloaded(&resp) {
		return failed(Full, protocol.CodeOverloaded, resp.Errors[0].Message)
	}
	a := &s.answer
	a.Class, a.Data, a.Errors, a.Extensions, a.Watched = Executed, resp.Data, resp.Errors, resp.Extensions, watched
	a.Respond = s.run.Responded()
	if mayKeep(&s.op, &resp, policy) {
		a.Policy = policy
	}
	if a.Policy != nil && !watched && len(a.Extensions) == 0 {
		a.Forms, _ = forms.(Forms)
	}
	return a
}

// responseOf is the response of an operation that was answered. Mostly there is nothing to be said but its data: only Go puts anything else
// into what surrounds a run.
func (e *Engine) responseOf(ctx context.Context, s *running) graphql.Response {
	out := &s.answered
	silent := s.response == nil || !s.byHand && graphql.GetErrors(s.response) == nil
	if silent && len(out.Errors)+len(out.Stale) == 0 && !out.Local {
		return graphql.Response{Data: out.Data}
	}
	out.Lender = nil // extensions may keep it
	if s.response == nil {
		s.Within(ctx)
	}
	return *e.complete(s.response, out.Respond)
}

// overloaded reports whether an operation was given up, since there was no room for it, and may be sent again.
func overloaded(r *graphql.Response) bool {
	return len(r.Errors) == 1 && r.Errors[0].Extensions["code"] == protocol.CodeOverloaded && string(r.Data) == "null"
}

// mayKeep reports whether anybody may keep an answer, by what its executor says.
func mayKeep(op *graphql.OperationContext, resp *graphql.Response, policy map[string][]string) bool {
	return op.Operation.Operation == ast.Query && len(resp.Errors) == 0 && len(resp.Data) > 0 && len(policy["Cache-Control"]) > 0
}
