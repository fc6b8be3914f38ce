package operation

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"runtime/debug"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/fetch"
	"weft/graph/protocol"
	"weft/upstream"
)

// This file is the one place where an error becomes what a client sees of it:
//
//	error                                        extensions.code           logged
//	a gqlerror.Error that someone worded         its own                   no
//	an argument that its scalar refuses          BAD_INPUT                 no
//	ErrorKind() of a known kind (kind.go)        the kind's                debug; once a minute where it has a Failure()
//	null for a non-null field                    BAD_RESPONSE              as above
//	the request's own deadline, or its end       REQUEST_TIMEOUT, CANCELED no
//	anything else, and panics                    INTERNAL                  error
//
// Resolvers that want a client to read something return a *gqlerror.Error.
const (
	messageTimeout  = "the request took too long"
	messageCanceled = "the request was canceled"
	messageInternal = "internal error"
)

// presenter turns errors into the public ones. It may be used by any number of goroutines at once.
type presenter struct {
	log      *slog.Logger
	places   placer // nil: the schema does not know
	reasons  bool   // clients are told why an answer cannot be used
	failures failures
}

// failures is where failures of upstreams are written.
type failures interface{ Failed(e *upstream.Error) }

// placer is a schema that says, to operators, where in its files a field is answered: file:line; "" where it does not know.
type placer interface {
	Place(object, field string) string
}

// failing is an error about a part of an answer that cannot be used, which somebody found who has read the answer.
type failing interface {
	error
	Failure() *upstream.Error
}

// placedError is an error that knows where in the schema its field is declared.
type placedError interface {
	error
	Place() string
}

func newPresenter(schema graphql.ExecutableSchema, o Options) presenter {
	places, _ := schema.(placer)
	written, ok := schema.(failures)
	if !ok {
		written = new(fetch.Service)
	}
	return presenter{log: o.Logger, places: places, reasons: o.Reasons, failures: written}
}

// present returns what the client sees of err, with its path and locations. It is a graphql.ErrorPresenterFunc, and
// presenting what it returned changes nothing.
func (p presenter) present(ctx context.Context, err error) *gqlerror.Error {
	raw, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		raw = gqlerror.WrapPath(graphql.GetPath(ctx), err)
	}
	if worded(raw) { // extensions may change what they get, and others may have the same error
		own := *raw
		own.Extensions = maps.Clone(raw.Extensions)
		return &own
	}
	out := &gqlerror.Error{Path: raw.Path, Locations: raw.Locations}
	if isArgument(graphql.GetFieldContext(ctx), raw.Path) {
		return with(out, protocol.CodeBadInput, raw.Message)
	}
	if kinded, ok := errors.AsType[kindError](err); ok && presentKind(out, kinded) {
		p.unusable(ctx, out, err)
		return out
	}
	if null, ok := errors.AsType[*graphql.InvalidNullError](err); ok {
		with(out, protocol.CodeBadResponse, "cannot return null for non-null field "+null.SchemaCoordinate())
		p.unusable(ctx, out, err)
		return out
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return presentEnd(out, err)
	}
	p.log.ErrorContext(ctx, "field failed", append(p.about(ctx, out.Path, err), "error", err)...)
	return with(out, protocol.CodeInternal, messageInternal)
}

// unusable tells the operation's run and the log why a field has failed, and clients where they may know. What was found when its call was
// made has been told to the two.
func (p presenter) unusable(ctx context.Context, out *gqlerror.Error, err error) {
	p.log.DebugContext(ctx, "field failed", "path", out.Path.String(), "error", err)
	failure, _ := errors.AsType[*upstream.Error](err)
	if found, ok := errors.AsType[failing](err); ok {
		failure = found.Failure()
		fetch.RunOf(ctx).Unusable(failure)
		p.failures.Failed(failure)
	}
	if p.reasons && failure != nil && failure.Mismatch != nil {
		out.Extensions["reason"] = failure.Mismatch
	}
}

// recovered logs a panic with its stack, and returns the error that stands for it. It is a
// graphql.RecoverFunc.
func (p presenter) recovered(ctx context.Context, v any) error {
	path := graphql.GetPath(ctx)
	p.log.ErrorContext(ctx, "panic", append(p.about(ctx, path, nil), "value", v, "stack", string(debug.Stack()))...)
	return with(&gqlerror.Error{Path: path}, protocol.CodeInternal, messageInternal)
}

// about is what the log says of a failure, beside what failed: the field, and where the schema has it.
func (p presenter) about(ctx context.Context, path ast.Path, err error) []any {
	about := []any{"path", path.String(), "operation", operationName(ctx)}
	at := ""
	if placed, ok := errors.AsType[placedError](err); ok {
		at = placed.Place()
	} else if field := graphql.GetFieldContext(ctx); field != nil && field.Field.Field != nil && p.places != nil {
		at = p.places.Place(field.Object, field.Field.Name)
	}
	if at != "" {
		about = append(about, "at", at)
	}
	return about
}

// worded reports whether somebody chose err's message for clients: GraphQL's parser and validator, or a
// resolver. One whose message is only its cause's text was made by wrapping.
func worded(err *gqlerror.Error) bool {
	if err.Err == nil || err.Rule != "" || err.Message != err.Err.Error() {
		return true
	}
	code := err.Extensions["code"]
	return code == protocol.CodeParse || code == protocol.CodeValidation
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

// presentEnd words the end of the request's own context.
func presentEnd(out *gqlerror.Error, err error) *gqlerror.Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return with(out, protocol.CodeTimeout, messageTimeout)
	}
	return with(out, protocol.CodeCanceled, messageCanceled)
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
