package edge

import (
	"net/http"
	"slices"
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
		AllowedHeaders: slices.Concat(readHeaders(), o.Vary, c.Headers),
		ExposedHeaders: []string{"Age", "Cache-Tag", "ETag", "Retry-After"},
		MaxAge:         int(c.MaxAge / time.Second),
	}
	if slices.Contains(c.Origins, "*") {
		allowed.AllowedOrigins = []string{"*"}
	} else {
		allowed.AllowOriginFunc, allowed.AllowCredentials = newOrigins(c.Origins).match, c.Credentials
	}
	return cors.New(allowed)
}

// readHeaders are the headers of requests that mean something here, and which pages may not send without asking.
func readHeaders() []string {
	return []string{
		"Accept", "Content-Type", "Content-Encoding", "If-None-Match", headerPreflight, headerOperationName,
		protocol.TimeoutHeader, protocol.TraceHeader, protocol.WithoutHeader,
		"Apollographql-Client-Name", "Apollographql-Client-Version", "Graphql-Client-Name", "Graphql-Client-Version",
		"X-Graphql-Client-Name", "X-Graphql-Client-Version",
	}
}

// trusted reports whether a request comes from a page of an origin that may send it.
func (e *endpoint) trusted(r *http.Request) bool {
	return e.cors != nil && r.Header.Get("Origin") != "" && e.cors.OriginAllowed(r)
}
