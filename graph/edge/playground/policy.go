package playground

import "net/http"

// policy is the Content-Security-Policy of every answer. Monaco and React write styles into elements, hence
// 'unsafe-inline' there; Monaco's style sheets have icons as data: URLs.
const policy = "default-src 'none'" +
	"; script-src 'self'" +
	"; worker-src 'self'" +
	"; connect-src 'self'" +
	"; style-src 'self' 'unsafe-inline'" +
	"; img-src 'self' data:" +
	"; font-src 'self'" +
	"; base-uri 'none'" +
	"; form-action 'none'" +
	"; frame-ancestors 'none'"

// secured adds the headers that confine a page to its origin.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}
