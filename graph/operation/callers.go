package operation

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"weft/graph/auth"
	"weft/graph/guard"
	"weft/graph/protocol"
	"weft/graph/rate"
)

// CallerOptions are about who asks. The zero CallerOptions know nobody.
type CallerOptions struct {
	// Authenticator finds out who asks; nil: nobody is ever known.
	Authenticator Authenticator

	// Rates bound what each client may have; nil: nothing does.
	Rates *rate.Rates

	// RejectDenied refuses an operation as a whole that selects anything who asks may not see. False: that is null, with an error each.
	RejectDenied bool
}

// Authenticator finds out who asks: see [auth.Authenticator].
type Authenticator interface {
	// Headers are the names of the request headers that say who asks, canonical.
	Headers() []string

	// Authenticate returns who asks; nil for nobody, where there are no credentials. Its error is an *auth.Refused where they are bad.
	Authenticate(ctx context.Context, c auth.Credentials) (*auth.Caller, error)
}

// callers find out who asks, and what they may see.
type callers struct {
	CallerOptions
	guards *guard.Schema // nil: nothing is guarded
	logger *slog.Logger
	warned atomic.Int64 // when the log was last told that nobody can say who asks, in Unix seconds
}

// guardsOf is what a schema guards, if it says so; nil: nothing.
func guardsOf(schema graphql.ExecutableSchema) *guard.Schema {
	if s, ok := schema.(interface{ Guarded() *guard.Schema }); ok {
		return s.Guarded()
	}
	return nil
}

// of returns who asks; nil: nobody is known.
func (c *callers) of(ctx context.Context, r *Request) (*auth.Caller, error) {
	switch who := r.Caller; {
	case who != nil && !who.Expires().IsZero() && time.Now().After(who.Expires()):
		return nil, &auth.Refused{Reason: "the caller has expired before the operation ran"}
	case who != nil || c.Authenticator == nil:
		return who, nil
	}
	at := c.Rates.Address(r.Peer.From, r.Headers)
	if err := c.Rates.Credentials(at); err != nil && c.credentials(r) {
		return nil, err
	}
	who, err := c.Authenticator.Authenticate(ctx, auth.Credentials{Headers: r.Headers, Certificates: r.Peer.Certificates, From: r.Peer.From})
	if _, refused := errors.AsType[*auth.Refused](err); refused {
		c.Rates.Failed(at)
	}
	return who, err
}

// credentials reports whether a request has some that it says itself.
func (c *callers) credentials(r *Request) bool {
	return slices.ContainsFunc(c.Authenticator.Headers(), func(name string) bool { return len(r.Headers[name]) > 0 })
}

// client is who is counted for a request; the zero Client: nobody is.
func (c *callers) client(r *Request, who *auth.Caller) rate.Client {
	if c.Rates == nil || r.Ahead != "" || r.Peer.Inside {
		return rate.Client{}
	}
	return c.Rates.Client(who, c.Rates.Address(r.Peer.From, r.Headers))
}

// notNow answers a request whose client may not have it now, for an error of rates.
func notNow(err error) *Answer {
	if exceeded, ok := errors.AsType[*rate.Exceeded](err); ok {
		return exceededBy(exceeded)
	}
	return failed(Full, protocol.CodeOverloaded, err.Error()+": try again")
}

// exceededBy answers a request whose client has had what it may have.
func exceededBy(exceeded *rate.Exceeded) *Answer {
	a := failed(Limited, protocol.CodeLimited, exceeded.Error())
	a.RetryAfter = exceeded.Seconds()
	return a
}

// unknown answers a request whose caller cannot be known.
func (c *callers) unknown(ctx context.Context, err error) *Answer {
	if exceeded, ok := errors.AsType[*rate.Exceeded](err); ok {
		return exceededBy(exceeded)
	}
	if refused, ok := errors.AsType[*auth.Refused](err); ok {
		c.logger.DebugContext(ctx, "credentials were refused", "reason", refused.Reason)
		a := failed(Unauthenticated, protocol.CodeUnauthenticated, "the credentials are not valid")
		a.Challenge = refused.Challenge()
		return a
	}
	if ctx.Err() != nil {
		return late(ctx.Err())
	}
	if now, last := time.Now().Unix(), c.warned.Load(); now-last >= 60 && c.warned.CompareAndSwap(last, now) { // once a minute
		c.logger.WarnContext(ctx, "nobody can say whether credentials are valid: such requests are answered with 503", "error", err)
	}
	return failed(Full, protocol.CodeOverloaded, "the credentials cannot be verified at this moment: try again")
}

// decide returns ctx with what who asks may see of an operation.
func (c *callers) decide(ctx context.Context, needs guard.Needs, who *auth.Caller) context.Context {
	if c.guards == nil {
		return ctx
	}
	return guard.With(ctx, c.guards.Decide(ctx, needs, who, c.logger))
}

// rejected answers an operation, with its variables, that selects what who asks may not see; nil: it may run.
func (e *Engine) rejected(ctx context.Context, op *graphql.OperationContext) *Answer {
	may := e.callers.guards.Decision(ctx)
	if !e.callers.RejectDenied || may == nil {
		return nil
	}
	denied := may.First(e.schema.Schema(), op.Doc, op.Operation, op.Variables)
	if denied == nil {
		return nil
	}
	a := failed(Forbidden, protocol.CodeForbidden, denied.Message)
	if denied.Extensions["code"] == protocol.CodeUnauthenticated {
		a = failed(Unauthenticated, protocol.CodeUnauthenticated, denied.Message)
		a.Challenge = "Bearer"
	}
	a.Errors[0].Locations = denied.Locations
	return a
}
