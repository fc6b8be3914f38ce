package upstream

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Authorizer has the Authorization of calls, where it is one that ends and is renewed. It is safe for concurrent use.
type Authorizer interface {
	// PerCaller reports whether calls are authorized for who asks, whom the Authorization of the incoming request says. The schema has to
	// forward that, so that callers are told apart by it: what is sent takes its place.
	PerCaller() bool

	// Authorize returns what a call is sent with, of these headers of an incoming request; "": nothing. It returns when ctx has ended. The
	// error's text is safe to log; where it is an [*Error] that says what the failure means, and [Unavailable] otherwise.
	Authorize(ctx context.Context, incoming http.Header) (value string, err error)

	// Refused says that the upstream has refused a value, with 401, and reports whether there may be another one to try.
	Refused(incoming http.Header, value string) (again bool)
}

// checkAuthorizer says why an authorizer is not one for an upstream.
func (o Options) checkAuthorizer(spec Spec, forward []string) (problems []error) {
	if o.Authorizer == nil {
		return nil
	}
	is := func(name string) bool { return strings.EqualFold(name, authorization) }
	forwarded := slices.Contains(forward, authorization)
	switch {
	case o.Authorizer.PerCaller() && !forwarded:
		problems = append(problems, errors.New("calls are authorized for who asks, and the schema does not forward Authorization: say @upstream(forwardHeaders: [\"Authorization\"])"))
	case !o.Authorizer.PerCaller() && forwarded:
		problems = append(problems, errors.New("calls are authorized for this service, and the schema forwards Authorization: take it out there"))
	}
	configured := slices.ContainsFunc(slices.Collect(maps.Keys(o.Header)), is) ||
		slices.ContainsFunc(o.credentials(), func(c Credential) bool { return c.Query == "" && (c.Header == "" || is(c.Header)) })
	if configured || slices.ContainsFunc(spec.Headers, is) {
		problems = append(problems, errors.New("calls are authorized, and Authorization is set by something else, too: leave out one of them"))
	}
	return problems
}

// authorized makes a call with the Authorization that it needs; and once more with another one where the upstream has refused that, since
// then it has not acted upon it, whatever the call does.
func (c *Client) authorized(ctx context.Context, number uint64, r *Request, out *outgoing) (res *Response, failure *Error) {
	if c.authorizer == nil {
		return c.attempts(ctx, number, r, out)
	}
	defer func() {
		if v := recover(); v != nil { // the authorizer's: send recovers its own
			res, failure = nil, panicked(v)
		}
	}()
	value, err := c.authorizer.Authorize(ctx, r.Header)
	if err != nil {
		return nil, unauthorized(ctx, err)
	}
	res, failure = c.attempts(ctx, number, r, out.with(value))
	if failure == nil || failure.Status != http.StatusUnauthorized || value == "" || !c.authorizer.Refused(r.Header, value) {
		return res, failure
	}
	another, err := c.authorizer.Authorize(ctx, r.Header)
	if err != nil || another == value || another == "" {
		return nil, failure
	}
	if err := r.further(); err != nil {
		return nil, &Error{Kind: Canceled, Err: err}
	}
	return c.attempts(ctx, number, r, out.with(another))
}

// unauthorized is the failure of a call that was not sent, since nothing authorizes it.
func unauthorized(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		return interrupted(ctx)
	}
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure
	}
	return &Error{Kind: Unavailable, Err: fmt.Errorf("not authorized: %w", err)}
}

// with returns the request with an Authorization in the place of any other; "": without.
func (o *outgoing) with(value string) *outgoing {
	own := *o
	own.header = maps.Clone(o.header)
	if value == "" {
		delete(own.header, authorization)
	} else {
		own.header[authorization] = []string{value}
	}
	return &own
}
