package edge

import (
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// PolicyExtension is the name under which an executor says how long whoever receives an answer may keep it, and what it is
// made of:
//
//	graphql.GetOperationContext(ctx).Stats.SetExtension("weft.headers", http.Header{"Cache-Control": {"private, max-age=30"}})
//
// The value is an [http.Header] with canonical names, set before the executor's response handler returns, and not changed
// afterwards. Cache-Control, Age and Cache-Tag of it become the answer's, if Cache-Control is there and if the answer is
// data without errors of a query that nobody traces. Every other answer is no-store.
const PolicyExtension = "weft.headers"

// policyHeaders are what an executor decides of an answer's headers.
var policyHeaders = [...]string{"Cache-Control", "Age", "Cache-Tag"}

// policyOf returns the executor's headers for an answer; nil: nobody may keep it.
func policyOf(op *graphql.OperationContext, resp *graphql.Response) http.Header {
	if op.Operation.Operation != ast.Query || len(resp.Errors) > 0 || len(resp.Data) == 0 {
		return nil
	}
	policy, _ := op.Stats.GetExtension(PolicyExtension).(http.Header)
	if len(policy["Cache-Control"]) == 0 {
		return nil
	}
	return policy
}

// setPolicy sets the headers that say what may be kept; nil: nothing.
func setPolicy(h, policy http.Header) {
	if policy == nil {
		h["Cache-Control"] = noStore
		return
	}
	for _, name := range policyHeaders {
		if values := policy[name]; len(values) > 0 {
			h[name] = values
		}
	}
}

// varyOf is the header Vary of answers to GET: what of a request, besides its URL, an answer depends on.
func varyOf(o Options) []string {
	names := append([]string{"Accept"}, o.Vary...)
	if o.Trace != nil {
		names = append(names, TraceHeader, WithoutHeader)
	}
	return []string{strings.Join(names, ", ")}
}
