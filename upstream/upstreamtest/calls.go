package upstreamtest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// Call is a request that arrived.
type Call struct {
	Method string
	Path   string      // path and query as they were sent
	Header http.Header // all of it
	Body   string
}

// String is the call as one line of a log: method, path, and the body when there is one.
func (c Call) String() string {
	if c.Body == "" {
		return c.Method + " " + c.Path
	}
	return c.Method + " " + c.Path + " " + c.Body
}

// Calls returns what arrived so far, in order of arrival; the slice is the caller's.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Lines returns the calls that arrived so far as text, sorted, since parallel calls arrive in any order.
func (s *Server) Lines() []string {
	lines := []string{}
	for _, call := range s.Calls() {
		lines = append(lines, call.String())
	}
	slices.Sort(lines)
	return lines
}

// Forget empties the log.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// Await returns when at least n calls are in the log, and with an error when ctx ends before.
func (s *Server) Await(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		arrived, next := len(s.calls), s.arrival
		s.mu.Unlock()
		if arrived >= n {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("await %d calls, %d arrived: %w", n, arrived, ctx.Err())
		}
	}
}

func (s *Server) log(req *http.Request, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{Method: req.Method, Path: req.RequestURI, Header: req.Header.Clone(), Body: string(body)})
	close(s.arrival)
	s.arrival = make(chan struct{})
}
