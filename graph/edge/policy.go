package edge

import (
	"net/http"

	"weft/graph/operation"
)

// policyHeaders are what an executor decides of an answer's headers.
var policyHeaders = [...]string{"Cache-Control", "Age", "Cache-Tag"}

// setPolicy sets the headers that say what may be kept of an answer.
func setPolicy(h http.Header, answer *operation.Answer) {
	for _, name := range policyHeaders {
		if values := answer.Policy[name]; len(values) > 0 {
			h[name] = values
		}
	}
	if answer.Policy == nil || answer.Watched {
		h["Cache-Control"] = noStore
	}
}
