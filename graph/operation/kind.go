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

// kinds are the kinds of failure, the code of each, and its public message, where {upstream} is the upstream's name.
// An error of any other kind is INTERNAL.
var kinds = [...]struct {
	kind          upstream.Kind
	code, message string
}{
	{upstream.Timeout, protocol.CodeUpstreamTimeout, "{upstream} did not answer in time"},
	{upstream.Unavailable, protocol.CodeUnavailable, "{upstream} is unavailable"},
	{upstream.NotFound, protocol.CodeNotFound, "{upstream} does not have this"},
	{upstream.Unauthenticated, protocol.CodeUnauthenticated, "{upstream} asks who you are: credentials are missing or not valid"},
	{upstream.Forbidden, protocol.CodeForbidden, "{upstream} does not allow this"},
	{upstream.RateLimited, protocol.CodeRateLimited, "{upstream} gets too many requests: try again later"},
	{upstream.Rejected, protocol.CodeRejected, "{upstream} rejected the request"},
	{upstream.BadResponse, protocol.CodeBadResponse, "{upstream} answered with something that cannot be used here"},
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
	if detailed, ok := errors.AsType[detailedError](err); ok {
		if problem := problemOf(detailed); len(problem) > 0 {
			out.Extensions["problem"] = problem
		}
	}
	return true
}

// maxDetail bounds each member that an upstream's own words contribute to an error, in bytes.
const maxDetail = 1024

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
