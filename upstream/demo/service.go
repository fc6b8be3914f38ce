package demo

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"
)

// maxBody is the largest request body that a service reads.
const maxBody = 1 << 20

// service is one upstream: a table of routes, and the style in which it answers.
type service struct {
	name, about string
	routes      []route
	style       style
	slowness    time.Duration // how many times the usual latency; 0 is 1

	latency Latency
	log     *slog.Logger
	faults  faults
	tickets atomic.Uint64 // numbers the requests
}

// style is what differs between services in how they write an answer.
type style struct {
	coding  coding              // of bodies above 1 KB for clients that accept it
	etag    etagKind            // of answers to GET
	indent  bool                // JSON over several lines
	failure func(problem) reply // nil is problem+json
}

// route is a row of a service's table. It is mounted, and described in /openapi.json.
type route struct {
	method, path, summary string
	query                 []param
	headers               []param
	body                  any    // a value of the body's type; nil without one
	answer                any    // a value of the answer's type; nil when it is not JSON
	status                int    // of success; 0 is 200
	cache                 string // Cache-Control of success; none when empty
	vary                  string
	secured               bool // wants a bearer token
	handle                func(*http.Request) (reply, error)
}

// handler mounts the routes. A request passes the fault switch, waits out its latency, and is answered.
func (s *service) handler() http.Handler {
	inner := http.NewServeMux()
	for _, rt := range s.routes {
		inner.Handle(rt.method+" "+rt.path, s.delayed(s.endpoint(rt)))
	}
	inner.Handle("GET /healthz", s.endpoint(route{handle: s.health}))
	inner.Handle("GET /openapi.json", s.endpoint(route{handle: s.describe}))
	outer := http.NewServeMux()
	outer.Handle("/", s.faulty(inner))
	admin := &service{name: s.name} // in no style of the service's own
	outer.Handle("GET /_fault", admin.endpoint(route{handle: s.showFault}))
	outer.Handle("POST /_fault", admin.endpoint(route{handle: s.setFault}))
	return outer
}

func (s *service) health(*http.Request) (reply, error) {
	return reply{body: map[string]string{"service": s.name, "status": "ok"}}, nil
}

func (s *service) describe(*http.Request) (reply, error) {
	return reply{body: openAPI(s)}, nil
}

// delayed waits for the latency of this request.
func (s *service) delayed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wait(r, s.latency.draw(s.chance())*max(1, s.slowness))
		next.ServeHTTP(w, r)
	})
}

// chance returns the random numbers of the next request: the same on every run for the n-th.
func (s *service) chance() *rand.Rand {
	return rand.New(rand.NewPCG(seed+requestStream, s.tickets.Add(1)))
}

// wait passes the time, and drops the request when its client leaves or the services close.
func wait(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}
