package edge

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rs/cors"

	"weft/graph/protocol"
)

// CORS is which pages of other origins may have browsers send operations, and read the answers. The zero value is none.
type CORS struct {
	// Origins are scheme://host[:port] of pages, as browsers send them in Origin. The host may begin with "*.", for any names before the
	// rest, and the port may be "*", for any or none. "*" alone means all origins.
	Origins []string

	// Headers are those of requests that the pages may send, beside those that this package reads and [Options].Vary.
	Headers []string

	// MaxAge is how long browsers need not ask again, in whole seconds. 0 leaves that to them.
	MaxAge time.Duration

	// Credentials lets the requests have cookies. It must be false where Origins has *.
	Credentials bool
}

// newCORS returns nil where no other origin may do anything.
func newCORS(o Options) *cors.Cors {
	c := o.CORS
	if len(c.Origins) == 0 {
		return nil
	}
	allowed := cors.Options{
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost, methodQuery},
		AllowedHeaders: slices.Concat(readHeaders(), o.IDHeaders, o.Vary, c.Headers),
		ExposedHeaders: exposedHeaders(),
		MaxAge:         int(c.MaxAge / time.Second),
	}
	if c.all() {
		allowed.AllowedOrigins = []string{"*"}
	} else {
		allowed.AllowOriginFunc, allowed.AllowCredentials = newOrigins(c.Origins).match, c.Credentials
	}
	return cors.New(allowed)
}

// all reports whether pages of all origins may do so.
func (c *CORS) all() bool { return slices.Contains(c.Origins, "*") }

// forAll gives answers that no page has asked for what those have that pages of any origin may read: whoever keeps one may give it to
// both, and Vary need not have Origin.
func forAll(h http.Handler) http.Handler {
	exposed := []string{strings.Join(exposedHeaders(), ", ")}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") == "" {
			w.Header()["Access-Control-Allow-Origin"] = []string{"*"}
			w.Header()["Access-Control-Expose-Headers"] = exposed
		}
		h.ServeHTTP(w, r)
	})
}

// exposedHeaders are those of answers that pages may read.
func exposedHeaders() []string { return []string{"Age", "Cache-Tag", "Etag", "Retry-After"} }

// expose lets a page that may read the answer read headers of it, too. No page ever reads cookies.
func expose(h, headers http.Header) {
	exposed := h.Get("Access-Control-Expose-Headers")
	if exposed == "" {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if name != "Set-Cookie" {
			exposed += ", " + name
		}
	}
	h["Access-Control-Expose-Headers"] = []string{exposed}
}

// readHeaders are the headers of requests that mean something here, and which pages may not send without asking.
func readHeaders() []string {
	names := []string{
		"Accept", "Content-Type", "Content-Encoding", "If-None-Match", headerPreflight, headerOperationName,
		protocol.TimeoutHeader, protocol.ReportHeader, protocol.ReportTokenHeader, protocol.FormerReportHeader, protocol.WithoutHeader,
	}
	for _, prefix := range protocol.ClientHeaders {
		names = append(names, prefix+"Name", prefix+"Version")
	}
	return names
}

// trusted reports whether a request comes from a page of an origin that may send it.
func (e *endpoint) trusted(r *http.Request) bool {
	return e.cors != nil && r.Header.Get("Origin") != "" && e.cors.OriginAllowed(r)
}
