package edge

import "net/http"

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
