package fetch

import (
	"maps"
	"net/http"
)

// respond notes what of an answer's header the client gets: every cookie, and of any other header what the last answer with it has.
func (r *Record) respond(names []string, h http.Header) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range names {
		values := h[name]
		switch {
		case len(values) == 0:
			continue
		case r.responded == nil:
			r.responded = http.Header{}
		}
		if name == "Set-Cookie" {
			values = append(r.responded[name][:len(r.responded[name]):len(r.responded[name])], values...)
		}
		r.responded[name] = values
	}
}

// Responded are the headers that services send to the client; nil: none.
func (r *Record) Responded() http.Header {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.responded)
}
