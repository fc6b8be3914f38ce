package upstream

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// When a breaker opens, and for how long.
const (
	breakSlots    = 10 // that the window has, of a second each
	breakCalls    = 20 // in the window; of fewer nothing is concluded
	breakShortest = 5 * time.Second
	breakLongest  = time.Minute // doubled from the shortest with each probe that fails; each time a fifth less or more, by chance
)

// State is what a breaker does with calls.
type State uint8

// The states.
const (
	Closed   State = iota // lets all through
	HalfOpen              // has let one through, the probe, which decides
	Open                  // lets none through
)

func (s State) String() string { return [...]string{"closed", "half-open", "open"}[s] }

// breaker stops calls to an endpoint half of whose calls fail, so that nobody waits for what does not come, and the service is left in peace.
type breaker struct {
	changed func(State) // is told of each new state; nil: nobody is

	mu      sync.Mutex // guards what follows
	state   State
	slots   [breakSlots]struct{ second, calls, failures int64 }
	until   time.Time     // when an open one lets a probe through
	backoff time.Duration // how long it stays open
	closed  time.Time     // when a probe closed it; zero: none has
}

// verdict is what a call says of the service.
type verdict uint8

const (
	unjudged verdict = iota // nothing: whoever asked has left, or it was not sent
	succeeded
	failed
)

// errOpen is the cause when a breaker lets nothing through.
var errOpen = errors.New("it has failed too often lately, and is not called for a while")

// allow reports whether a call may be made, and whether it is the probe. How it ended must be reported.
func (b *breaker) allow(now time.Time) (probe, ok bool) {
	b.mu.Lock()
	if b.state == Closed {
		b.mu.Unlock()
		return false, true
	}
	probe = b.state == Open && !now.Before(b.until)
	if probe {
		b.state = HalfOpen
	}
	b.mu.Unlock()
	if probe {
		b.tell(HalfOpen)
	}
	return probe, probe
}

// report says how a call ended.
func (b *breaker) report(probe bool, now time.Time, v verdict) {
	b.mu.Lock()
	before := b.state
	switch {
	case probe:
		b.probed(now, v)
	case b.state == Closed && v != unjudged: // who began before it opened has nothing to say any more
		b.count(now, 1, v)
	}
	after := b.state
	b.mu.Unlock()
	if after != before {
		b.tell(after)
	}
}

// spoil says that a call which succeeded has failed: its answer cannot be used.
func (b *breaker) spoil(now time.Time) {
	b.mu.Lock()
	before := b.state
	if b.state == Closed {
		b.count(now, 0, failed)
	}
	after := b.state
	b.mu.Unlock()
	if after != before {
		b.tell(after)
	}
}

// count counts calls, and opens the breaker where half of them have failed. The lock must be held.
func (b *breaker) count(now time.Time, calls int64, v verdict) {
	second := now.Unix()
	s := &b.slots[second%breakSlots]
	if s.second != second {
		s.second, s.calls, s.failures = second, 0, 0
	}
	s.calls += calls
	if v != failed {
		return
	}
	s.failures++
	var all, failures int64
	for _, s := range b.slots {
		if second-s.second < breakSlots {
			all, failures = all+s.calls, failures+s.failures
		}
	}
	if all < breakCalls || 2*failures < all {
		return
	}
	if now.Sub(b.closed) < breakSlots*time.Second { // the probe was an exception, or its answer turned out to be of no use
		b.open(now, min(2*b.backoff, breakLongest))
	} else {
		b.open(now, breakShortest)
	}
}

// probed judges the probe. The lock must be held.
func (b *breaker) probed(now time.Time, v verdict) {
	switch v {
	case unjudged:
		b.state, b.until = Open, now // the next one is the probe
	case failed:
		b.open(now, min(2*b.backoff, breakLongest))
	default:
		b.state, b.closed = Closed, now
		clear(b.slots[:])
	}
}

// open stops calls for a while. The lock must be held.
func (b *breaker) open(now time.Time, backoff time.Duration) {
	b.state, b.backoff = Open, backoff
	b.until = now.Add(time.Duration(float64(backoff) * (0.8 + 0.4*rand.Float64())))
}

func (b *breaker) tell(s State) {
	if b.changed != nil {
		b.changed(s)
	}
}

// tries reports whether there is a probe, or the next call is it.
func (b *breaker) tries(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state == HalfOpen || b.state == Open && !now.Before(b.until)
}

func (b *breaker) current() State {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state
}

// judge says what the end of an attempt says of the service. A time-out says nothing where the caller had left it less than half of the
// usual time.
func judge(f *Error, took, timeout time.Duration) verdict {
	switch {
	case f == nil:
		return succeeded
	case f.Kind == Canceled, f.Kind == BadInput, errors.Is(f.Err, errNoSlot):
		return unjudged
	case f.Kind == BadResponse, f.Status >= http.StatusInternalServerError:
		return failed
	case f.Kind == Timeout && f.Status < http.StatusMultipleChoices && 2*took < timeout:
		return unjudged
	case f.Status < http.StatusMultipleChoices: // no answer, or not all of it
		return failed
	}
	return succeeded // it says no, as it may
}
