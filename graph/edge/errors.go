package edge

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// This file is the one place where an error becomes what a client sees of it:
//
//	error                                        extensions.code           logged
//	a gqlerror.Error that someone worded         its own                   no
//	an argument that its scalar refuses          BAD_INPUT                 no
//	ErrorKind() Timeout … Canceled               see kindOf                debug
//	null for a non-null field                    BAD_RESPONSE              debug
//	the request's own deadline, or its end       REQUEST_TIMEOUT, CANCELED no
//	anything else, and panics                    INTERNAL                  error
//
// Resolvers that want a client to read something return a *gqlerror.Error.
const (
	codeBadRequest  = "BAD_REQUEST"
	codeBadInput    = "BAD_INPUT"
	codeBadResponse = "BAD_RESPONSE"
	codeTimeout     = "REQUEST_TIMEOUT"
	codeCanceled    = "CANCELED"
	codeInternal    = "INTERNAL"

	messageTimeout  = "the request took too long"
	messageCanceled = "the request was canceled"
	messageInternal = "internal error"
)

// kindError is an error that says what kind of failure it is (a kind of kindOf), which upstream it comes from
// ("" if none) and with which HTTP status (0 if none). Where it also has
//
//	PublicDetail() (title, detail, code string)
//
// those, an RFC 9457 problem's members that the upstream was allowed to show, become extensions.problem.
type kindError interface {
	error
	ErrorKind() (kind, upstream string, status int)
}

type detailedError interface {
	error
	PublicDetail() (title, detail, code string)
}

// kindOf returns the code and the public message of a kind; code is "" for a kind it does not know. Case and
// underscores do not matter: NotFound is not_found.
func kindOf(kind, upstream string) (code, message string) {
	if upstream == "" {
		upstream = "an upstream"
	}
	switch strings.ToLower(strings.ReplaceAll(kind, "_", "")) {
	case "timeout":
		return "UPSTREAM_TIMEOUT", upstream + " did not answer in time"
	case "unavailable":
		return "UPSTREAM_UNAVAILABLE", upstream + " is unavailable"
	case "notfound":
		return "NOT_FOUND", upstream + " does not have this"
	case "unauthenticated":
		return "UNAUTHENTICATED", upstream + " asks who you are: credentials are missing or not valid"
	case "forbidden":
		return "FORBIDDEN", upstream + " does not allow this"
	case "ratelimited":
		return "UPSTREAM_RATE_LIMITED", upstream + " gets too many requests: try again later"
	case "rejected":
		return "UPSTREAM_REJECTED", upstream + " rejected the request"
	case "badresponse":
		return codeBadResponse, upstream + " answered with something that cannot be used here"
	case "badinput":
		return codeBadInput, upstream + " cannot be asked with this value"
	case "canceled":
		return codeCanceled, messageCanceled
	}
	return "", ""
}

// presenter turns errors into the public ones. It may be used by any number of goroutines at once.
type presenter struct{ log *slog.Logger }

// present returns what the client sees of err, with its path and locations. It is a graphql.ErrorPresenterFunc, and
// presenting what it returned changes nothing.
func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	raw, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		raw = gqlerror.WrapPath(graphql.GetPath(ctx), err)
	}
	if worded(raw) {
		return raw
	}
	out := &gqlerror.Error{Path: raw.Path, Locations: raw.Locations}
	if isArgument(graphql.GetFieldContext(ctx), raw.Path) {
		return with(out, codeBadInput, raw.Message)
	}
	if kinded, ok := errors.AsType[kindError](err); ok && presentKind(out, kinded) {
		p.log.DebugContext(ctx, "field failed", "path", out.Path.String(), "error", err)
		return out
	}
	if null, ok := errors.AsType[*graphql.InvalidNullError](err); ok {
		p.log.DebugContext(ctx, "field failed", "path", out.Path.String(), "error", err)
		return with(out, codeBadResponse, "cannot return null for non-null field "+null.SchemaCoordinate())
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return presentEnd(out, err)
	}
	p.log.ErrorContext(ctx, "field failed", "path", out.Path.String(), "operation", operationName(ctx), "error", err)
	return with(out, codeInternal, messageInternal)
}

// recovered logs a panic with its stack, and returns the error that stands for it. It is a
// graphql.RecoverFunc.
func (p presenter) recovered(ctx context.Context, v any) error {
	path := graphql.GetPath(ctx)
	p.log.ErrorContext(ctx, "panic", "path", path.String(), "operation", operationName(ctx),
		"value", v, "stack", string(debug.Stack()))
	return with(&gqlerror.Error{Path: path}, codeInternal, messageInternal)
}

// worded reports whether somebody chose err's message for clients: GraphQL's parser and validator, or a
// resolver. One whose message is only its cause's text was made by wrapping.
func worded(err *gqlerror.Error) bool {
	if err.Err == nil || err.Rule != "" || err.Message != err.Err.Error() {
		return true
	}
	code := err.Extensions["code"]
	return code == errcode.ParseFailed || code == errcode.ValidationFailed
}

// isArgument reports whether path points into an argument of the field being resolved: the scalar of an
// argument refused the client's value, and its text is about that value.
func isArgument(field *graphql.FieldContext, path ast.Path) bool {
	if field == nil || field.Field.Field == nil || field.Field.Definition == nil {
		return false
	}
	depth := len(field.Path())
	if len(path) <= depth {
		return false
	}
	name, ok := path[depth].(ast.PathName)
	return ok && field.Field.Definition.Arguments.ForName(string(name)) != nil
}

// presentKind words err by its kind; false if the kind is not known.
func presentKind(out *gqlerror.Error, err kindError) bool {
	kind, upstream, status := err.ErrorKind()
	code, message := kindOf(kind, upstream)
	if code == "" {
		return false
	}
	with(out, code, message)
	if upstream != "" {
		out.Extensions["upstream"] = upstream
	}
	if status != 0 {
		out.Extensions["status"] = status
	}
	if detailed, ok := errors.AsType[detailedError](err); ok {
		if problem := problemOf(detailed); len(problem) > 0 {
			out.Extensions["problem"] = problem
		}
	}
	return true
}

func problemOf(err detailedError) map[string]any {
	title, detail, code := err.PublicDetail()
	problem := map[string]any{}
	for name, text := range map[string]string{"title": title, "detail": detail, "code": code} {
		if len(text) > maxDetail {
			text = strings.ToValidUTF8(text[:maxDetail], "") + "…"
		}
		if text != "" {
			problem[name] = text
		}
	}
	return problem
}

// presentEnd words the end of the request's own context.
func presentEnd(out *gqlerror.Error, err error) *gqlerror.Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return with(out, codeTimeout, messageTimeout)
	}
	return with(out, codeCanceled, messageCanceled)
}

func with(err *gqlerror.Error, code, message string) *gqlerror.Error {
	err.Message = message
	err.Extensions = map[string]any{"code": code}
	return err
}

func operationName(ctx context.Context) string {
	if !graphql.HasOperationContext(ctx) {
		return ""
	}
	return graphql.GetOperationContext(ctx).OperationName
}
