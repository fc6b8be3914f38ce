package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// service is the upstream: fixed bytes by path. Of a list it answers the elements that a URL's query names.
type service struct {
	bodies map[string][]byte
	some   sync.Map      // by path and query: lists of which a part was asked for
	delay  time.Duration // before each answer
	calls  atomic.Int64
}

// callsPath answers with the number of requests so far, itself included: an upstream may be nginx, which counts so.
const callsPath = "/calls"

// keptPath is before a path whose answer may be kept for a minute. For Weft its configuration says that.
const keptPath = "/kept"

// keptHeader is the Cache-Control of those answers.
const keptHeader = "max-age=60"

func newService(delay time.Duration) *service { return &service{bodies: bodies(), delay: delay} }

// bodies are those of all workloads.
func bodies() map[string][]byte {
	all := newFixture().bodies()
	maps.Copy(all, newReviews().bodies())
	return all
}

// ServeHTTP implements http.Handler.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	calls := s.calls.Add(1)
	if r.URL.Path == callsPath {
		_, _ = fmt.Fprint(w, calls)
		return
	}
	path, kept := strings.CutPrefix(r.URL.Path, keptPath)
	if kept {
		w.Header().Set("Cache-Control", keptHeader)
	}
	body, ok := s.bodies[path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.URL.RawQuery != "" {
		body = s.part(r.URL, body)
	}
	time.Sleep(s.delay)
	writeJSON(w, body)
}

// part is the elements of a list that a URL's query names: those with one of a member's values.
func (s *service) part(u *url.URL, body []byte) []byte {
	of := u.RequestURI()
	if some, ok := s.some.Load(of); ok {
		return some.([]byte)
	}
	var all []map[string]any
	if err := json.Unmarshal(body, &all); err != nil {
		return body // one object
	}
	for member, values := range u.Query() {
		all = slices.DeleteFunc(all, func(o map[string]any) bool { return !slices.Contains(values, fmt.Sprint(o[member])) })
	}
	some := encode(all)
	s.some.Store(of, some)
	return some
}

func writeJSON(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // it fails only when the client has left
}
