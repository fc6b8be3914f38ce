package upstreamtest

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Server is a scripted upstream. All its methods are safe for concurrent use.
type Server struct {
	URL string // its base URL, without a trailing slash

	mux     *http.ServeMux
	server  *httptest.Server
	closing chan struct{} // closed when the server ends

	mu       sync.Mutex // guards everything below, and the fields of every route
	routes   map[string]*route
	fault    Fault         // of the whole server
	released chan struct{} // closed by Release; what Slow waits for
	calls    []Call
	arrival  chan struct{} // closed and replaced at every call
}

// route is how one pattern is answered.
type route struct {
	handler http.Handler
	barrier *Barrier
	fault   Fault
	times   int // how often fault still happens; negative: always
}

// New returns a running server without routes. It is closed when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		mux:      http.NewServeMux(),
		closing:  make(chan struct{}),
		routes:   make(map[string]*route),
		released: make(chan struct{}),
		arrival:  make(chan struct{}),
	}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.server.URL
	t.Cleanup(func() {
		close(s.closing)
		s.server.Close()
	})
	return s
}

// Answer is a canned answer.
type Answer struct {
	Status int         // 0 is 200
	Header http.Header // a missing Content-Type is application/json
	Body   string
}

// JSON answers requests of pattern with body, status 200 and Content-Type application/json.
func (s *Server) JSON(pattern, body string) { s.Answer(pattern, Answer{Body: body}) }

// Answer answers requests of pattern with a.
func (s *Server) Answer(pattern string, a Answer) {
	s.Handle(pattern, func(w http.ResponseWriter, _ *http.Request) { a.write(w) })
}

// Handle answers requests of pattern with handler, which may read the body and the pattern's wildcards. It replaces an
// earlier answer of the same pattern and keeps its fault and barrier.
func (s *Server) Handle(pattern string, handler http.HandlerFunc) {
	s.change(pattern, func(r *route) { r.handler = handler })
}

// Barrier makes requests of the patterns wait at b before they are answered. Nil takes the barrier away.
func (s *Server) Barrier(b *Barrier, patterns ...string) {
	for _, pattern := range patterns {
		s.change(pattern, func(r *route) { r.barrier = b })
	}
}

// change changes the route of pattern, which it adds when there is none: one that answers {}.
func (s *Server) change(pattern string, edit func(*route)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.routes[pattern]
	if r == nil {
		r = &route{handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { Answer{Body: "{}"}.write(w) })}
		s.routes[pattern] = r
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, req *http.Request) { s.route(w, req, r) })
	}
	edit(r)
}

// serve logs a request and passes it through the server's fault.
func (s *Server) serve(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body) // also lets the server notice when the caller leaves
	if err != nil {
		return
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	s.log(req, body)
	s.mu.Lock()
	fault := s.fault
	s.mu.Unlock()
	s.inject(fault, w, req, s.mux)
}

// route passes a request through a route's barrier and fault to its handler.
func (s *Server) route(w http.ResponseWriter, req *http.Request, r *route) {
	s.mu.Lock()
	handler, barrier, fault := r.handler, r.barrier, r.fault
	if r.times == 0 {
		fault = None
	} else if r.times > 0 {
		r.times--
	}
	s.mu.Unlock()
	if barrier != nil && !s.wait(req, barrier) {
		return
	}
	s.inject(fault, w, req, handler)
}

func (a Answer) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	maps.Copy(w.Header(), a.Header)
	if a.Status != 0 {
		w.WriteHeader(a.Status)
	}
	_, _ = io.WriteString(w, a.Body)
}
