package operation

import (
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"weft/graph/protocol"
)

// kindError is an error that says what kind of failure it is (one of kinds), which upstream it comes from
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
var kinds = [...]struct{ kind, code, message string }{
	{protocol.KindTimeout, protocol.CodeUpstreamTimeout, "{upstream} did not answer in time"},
	{protocol.KindUnavailable, protocol.CodeUnavailable, "{upstream} is unavailable"},
	{protocol.KindNotFound, protocol.CodeNotFound, "{upstream} does not have this"},
	{protocol.KindUnauthenticated, protocol.CodeUnauthenticated, "{upstream} asks who you are: credentials are missing or not valid"},
	{protocol.KindForbidden, protocol.CodeForbidden, "{upstream} does not allow this"},
	{protocol.KindRateLimited, protocol.CodeRateLimited, "{upstream} gets too many requests: try again later"},
	{protocol.KindRejected, protocol.CodeRejected, "{upstream} rejected the request"},
	{protocol.KindBadResponse, protocol.CodeBadResponse, "{upstream} answered with something that cannot be used here"},
	{protocol.KindBadInput, protocol.CodeBadInput, "{upstream} cannot be asked with this value"},
	{protocol.KindCanceled, protocol.CodeCanceled, messageCanceled},
}

// kindOf returns the code and the public message of a kind; ok is false for one that is not among kinds.
func kindOf(kind, upstream string) (code, message string, ok bool) {
	if upstream == "" {
		upstream = "an upstream"
	}
	for _, k := range kinds {
		if k.kind == kind {
			return k.code, strings.Replace(k.message, "{upstream}", upstream, 1), true
		}
	}
	return "", "", false
}

// presentKind words err by its kind; false if the kind is not known.
func presentKind(out *gqlerror.Error, err kindError) bool {
	kind, upstream, status := err.ErrorKind()
	code, message, known := kindOf(kind, upstream)
	if !known {
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
