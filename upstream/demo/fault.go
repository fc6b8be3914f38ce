package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Mode is a way for a service to misbehave.
type Mode string

// The modes.
const (
	None      Mode = "none"      // behave
	Down      Mode = "down"      // close the connection without an answer
	Slow      Mode = "slow"      // answer after Delay, correctly
	Errors    Mode = "errors"    // answer 503 with a problem, and Retry-After: 1
	Malformed Mode = "malformed" // answer 200 with JSON that breaks off
)

// Fault is how a service misbehaves. The zero value is not at all.
//
// Each service takes one at POST /_fault as well, as in {"mode": "slow", "rate": 0.3, "delay": "3s"}, and shows
// it at GET /_fault; only these two paths are spared by it.
type Fault struct {
	Mode  Mode
	Rate  float64       // share of the requests that suffer, up to 1; 0 is all
	Delay time.Duration // of Slow; 0 is 3 s
}

// faults is the fault switch of a service.
type faults struct {
	mu  sync.Mutex // guards now
	now Fault
}

func (f *faults) set(to Fault) error {
	to.Mode = cmp.Or(to.Mode, None)
	to.Rate = cmp.Or(to.Rate, 1)
	to.Delay = cmp.Or(to.Delay, 3*time.Second)
	switch {
	case !slices.Contains([]Mode{None, Down, Slow, Errors, Malformed}, to.Mode):
		return fmt.Errorf("mode: got %q, want none, down, slow, errors or malformed", to.Mode)
	case !(to.Rate > 0 && to.Rate <= 1):
		return fmt.Errorf("rate: got %v, want a number above 0 and up to 1, or 0 for all", to.Rate)
	case to.Delay < 0:
		return fmt.Errorf("delay: got %s, want 0 or more", to.Delay)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = to
	return nil
}

func (f *faults) get() Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// faulty lets requests pass, or suffer.
func (s *service) faulty(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := s.faults.get()
		if f.Mode != "" && f.Mode != None && s.chance().Float64() < f.Rate {
			switch f.Mode {
			case Down:
				panic(http.ErrAbortHandler)
			case Slow:
				wait(r, f.Delay)
			case Errors:
				s.unavailable(w)
				return
			case Malformed:
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(`{"data":[{"id":"p-0001","name":"Hare Two-Per`))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// unavailable is what the machine in front of a service says in its place, thus the same for all services.
func (s *service) unavailable(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(problem{
		Type: "about:blank", Title: "Service Unavailable", Status: http.StatusServiceUnavailable, Detail: s.name + " is overloaded",
	})
}

// faultBody is a Fault in JSON.
type faultBody struct {
	Mode  Mode    `json:"mode"`
	Rate  float64 `json:"rate,omitempty"`
	Delay string  `json:"delay,omitempty"` // as time.ParseDuration reads it
}

func (s *service) showFault(*http.Request) (reply, error) {
	f := s.faults.get()
	if f.Mode == "" || f.Mode == None {
		return reply{body: faultBody{Mode: None}}, nil
	}
	shown := faultBody{Mode: f.Mode, Rate: f.Rate}
	if f.Mode == Slow {
		shown.Delay = f.Delay.String()
	}
	return reply{body: shown}, nil
}

func (s *service) setFault(r *http.Request) (reply, error) {
	var body faultBody
	if err := readBody(r, &body); err != nil {
		return reply{}, err
	}
	f := Fault{Mode: body.Mode, Rate: body.Rate}
	if body.Delay != "" {
		var err error
		if f.Delay, err = time.ParseDuration(body.Delay); err != nil {
			return reply{}, badInput("delay: %v", err)
		}
	}
	if err := s.faults.set(f); err != nil {
		return reply{}, badInput("%v", err)
	}
	s.log.Info("fault", "mode", string(f.Mode), "rate", f.Rate, "delay", f.Delay)
	return s.showFault(r)
}
