package operation

import (
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
	"weft/upstream"
)

// kindError is an error that says what kind of failure it is (an [upstream.Kind]), which upstream it comes from
// ("" if none) and with which HTTP status (0 if none). Where it also has
//
//	Explained() *upstream.Problem
//
// what the upstream was allowed to show of it becomes extensions.problem.
type kindError interface {
	error
	ErrorKind() (kind, upstream string, status int)
}

type explainedError interface {
	error
	Explained() *upstream.Problem
}

// kinds are the kinds of failure, the code of each, and its public message, where {upstream} is the upstream's name.
// An error of any other kind is INTERNAL.
var kinds = [...]struct {
	kind          upstream.Kind
	code, message string
}{
	{upstream.Timeout, protocol.CodeUpstreamTimeout, "{upstream} did not answer in time"},
	{upstream.Unavailable, protocol.CodeUnavailable, "{upstream} is unavailable"},
	{upstream.CircuitOpen, protocol.CodeCircuitOpen, "{upstream} has failed too often lately, and is not asked for a while"},
	{upstream.NotFound, protocol.CodeNotFound, "{upstream} does not have this"},
	{upstream.Unauthenticated, protocol.CodeUnauthenticated, "{upstream} asks who you are: credentials are missing or not valid"},
	{upstream.Forbidden, protocol.CodeForbidden, "{upstream} does not allow this"},
	{upstream.RateLimited, protocol.CodeRateLimited, "{upstream} gets too many requests: try again later"},
	{upstream.Rejected, protocol.CodeRejected, "{upstream} rejected the request"},
	{upstream.BadResponse, protocol.CodeBadResponse, "{upstream} answered with something that cannot be used here"},
	{upstream.Off, protocol.CodeOff, "{upstream} is turned off"},
	{upstream.BadInput, protocol.CodeBadInput, "{upstream} cannot be asked with this value"},
	{upstream.Canceled, protocol.CodeCanceled, messageCanceled},
}

// kindOf returns the code and the public message of a kind; ok is false for one that is not among kinds.
func kindOf(kind, of string) (code, message string, ok bool) {
	if of == "" {
		of = "an upstream"
	}
	for _, k := range kinds {
		if string(k.kind) == kind {
			return k.code, strings.Replace(k.message, "{upstream}", of, 1), true
		}
	}
	return "", "", false
}

// presentKind words err by its kind; false if the kind is not known.
func presentKind(out *gqlerror.Error, err kindError) bool {
	kind, of, status := err.ErrorKind()
	code, message, known := kindOf(kind, of)
	if !known {
		return false
	}
	with(out, code, message)
	if of != "" {
		out.Extensions["upstream"] = of
	}
	if status != 0 {
		out.Extensions["status"] = status
	}
	if explained, ok := errors.AsType[explainedError](err); ok {
		if problem := problemOf(explained.Explained()); len(problem) > 0 {
			out.Extensions["problem"] = problem
		}
	}
	return true
}

// maxDetail bounds each member that an upstream's own words contribute to an error, in bytes.
const maxDetail = 1024

// problemOf is what a client is shown of a problem: all that it has but its type.
func problemOf(p *upstream.Problem) map[string]any {
	if p == nil {
		return nil
	}
	problem := members("title", p.Title, "detail", p.Detail, "code", p.Code, "parameter", p.Parameter, "documentation", p.Documentation)
	var fields []map[string]any
	for _, f := range p.Fields {
		fields = append(fields, members("field", f.Field, "code", f.Code, "detail", f.Detail))
	}
	if fields != nil {
		problem["fields"] = fields
	}
	return problem
}

// members are those of the pairs of a name and a text whose text is not empty.
func members(pairs ...string) map[string]any {
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		name, text := pairs[i], pairs[i+1]
		if len(text) > maxDetail {
			text = strings.ToValidUTF8(text[:maxDetail], "") + "…"
		}
		if text != "" {
			m[name] = text
		}
	}
	return m
}
