package main

import (
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
)

// service is the upstream: fixed bytes by path. It does not look at a URL's query: who asks for some users gets all.
type service struct {
	bodies map[string][]byte
	calls  atomic.Int64
}

// callsPath answers with the number of requests so far, itself included: an upstream may be nginx, which counts so.
const callsPath = "/calls"

func newService(f fixture) *service { return &service{bodies: f.bodies()} }

// ServeHTTP implements http.Handler.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	calls := s.calls.Add(1)
	if r.URL.Path == callsPath {
		_, _ = fmt.Fprint(w, calls)
		return
	}
	body, ok := s.bodies[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	writeJSON(w, body)
}

func writeJSON(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // it fails only when the client has left
}
