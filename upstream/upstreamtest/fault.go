package upstreamtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Fault is a way for an upstream to fail. A three-digit number is the fault of answering with that status, see [Status].
type Fault string

// The faults. "The answer" is what the route's handler gives.
const (
	None      Fault = ""
	Slow      Fault = "slow"      // nothing until Release, then the answer
	Hang      Fault = "hang"      // headers and half the body, then nothing
	Cut       Fault = "cut"       // headers and half the body, then the connection is closed
	Reset     Fault = "reset"     // the connection is reset (TCP RST) instead of an answer
	Malformed Fault = "malformed" // 200, application/json, and half the JSON
	HTML      Fault = "html"      // 200 with a page of HTML
	Huge      Fault = "huge"      // 200, application/json, and a body that does not end
	Bomb      Fault = "bomb"      // 200 and a gzip body that grows a thousandfold and does not end
	Redirect  Fault = "redirect"  // 302 to /redirected on the same server
	Gzip      Fault = "gzip"      // the answer, compressed with gzip; not a fault of the upstream's
	Zstd      Fault = "zstd"      // the answer, compressed with zstd; likewise
)

// Faults returns all named faults, sorted.
func Faults() []Fault {
	return []Fault{Bomb, Cut, Gzip, Hang, HTML, Huge, Malformed, Redirect, Reset, Slow, Zstd}
}

// Status is the fault of answering with a status, 200 to 599, and an RFC 9457 problem document. 429 and 503 come with
// Retry-After: 1.
func Status(code int) Fault { return Fault(strconv.Itoa(code)) }

// ParseFault returns the fault of that name: one of [Faults], a status, or "" for none.
func ParseFault(name string) (Fault, error) {
	f := Fault(name)
	if f == None || slices.Contains(Faults(), f) {
		return f, nil
	}
	if code, err := strconv.Atoi(name); err == nil && code >= 200 && code <= 599 && name == strconv.Itoa(code) {
		return f, nil
	}
	names := make([]string, 0, len(Faults()))
	for _, known := range Faults() {
		names = append(names, string(known))
	}
	return None, fmt.Errorf("unknown fault %q: want a status or one of %s", name, strings.Join(names, ", "))
}

// Fault makes every request of pattern fail like this; [None] ends it.
func (s *Server) Fault(pattern string, f Fault) { s.FaultTimes(pattern, f, -1) }

// FaultTimes makes the next n requests of pattern fail like this.
func (s *Server) FaultTimes(pattern string, f Fault, n int) {
	s.rearm(f)
	s.change(pattern, func(r *route) { r.fault, r.times = f, n })
}

// FaultAll makes every request fail like this, whatever its route; [None] ends it and leaves the routes' own faults.
func (s *Server) FaultAll(f Fault) {
	s.rearm(f)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Release answers the requests that [Slow] holds back, and those that arrive later, until Slow is switched on again.
func (s *Server) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !closed(s.released) {
		close(s.released)
	}
}

// rearm makes Slow wait for the next Release.
func (s *Server) rearm(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f == Slow && closed(s.released) {
		s.released = make(chan struct{})
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
