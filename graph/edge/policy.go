package edge

import (
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"weft/graph/protocol"
)

// policyHeaders are what an executor decides of an answer's headers.
var policyHeaders = [...]string{"Cache-Control", "Age", "Cache-Tag"}

// policyOf returns the executor's headers for an answer; nil: nobody may keep it.
func policyOf(op *graphql.OperationContext, resp *graphql.Response) http.Header {
	if op.Operation.Operation != ast.Query || len(resp.Errors) > 0 || len(resp.Data) == 0 {
		return nil
	}
	policy, _ := op.Stats.GetExtension(protocol.PolicyExtension).(http.Header)
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
		names = append(names, protocol.TraceHeader, protocol.WithoutHeader)
	}
	return []string{strings.Join(names, ", ")}
}
