package edge

import (
	"net/http"
	"slices"
	"strings"

	"weft/graph/operation"
)

// policyHeaders are what an executor decides of an answer's headers.
var policyHeaders = [...]string{"Cache-Control", "Age", "Cache-Tag"}

// setPolicy sets the headers that say what may be kept; nil: nothing.
func setPolicy(h http.Header, policy map[string][]string) {
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

// varyOf is the header Vary: what of a request, besides its URL and its body, an answer depends on.
func varyOf(engine *operation.Engine, o Options) []string {
	names := slices.Concat([]string{"Accept", "Accept-Encoding"}, o.Vary, engine.Headers())
	if len(o.CORS.Origins) > 0 {
		names = append(names, "Origin")
	}
	return []string{strings.Join(names, ", ")}
}
