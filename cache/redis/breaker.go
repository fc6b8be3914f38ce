package redis

import (
	"sync"
	"time"
)

// When a breaker opens, and for how long.
const (
	breakFailures = 5                      // in a row
	breakCalls    = 10                     // in a window; of fewer, slow ones don't count
	breakWindow   = time.Second            // in which more than half of the calls are slow
	breakShortest = 250 * time.Millisecond // open; doubled each time that the probe fails
	breakLongest  = 2 * time.Second
)

// breakerState says whether calls are let through.
type breakerState uint8

const (
	closed   breakerState = iota // all of them
	halfOpen                     // one, the probe, decides
	open                         // none
)

func (s breakerState) String() string { return [...]string{"closed", "half-open", "open"}[s] }

// breaker stops calls to a Redis that fails or is slow. A probe that succeeds but is slow keeps it open: what is slow costs every
// request its budget.
type breaker struct {
	slow time.Duration

	mu        sync.Mutex // guards what follows
	state     breakerState
	failures  int       // in a row
	window    time.Time // when it began
	calls     int       // in it
	slowCalls int
	until     time.Time     // when an open one lets a probe through
	backoff   time.Duration // how long it stays open
	opened    uint64        // how often it was opened
}

// verdict is how a call ended.
type verdict uint8

const (
	succeeded verdict = iota
	failed
	unjudged // it says nothing about Redis: its caller left
)

// allow reports whether a call may be made, and whether it is the probe. Its end must be reported.
func (b *breaker) allow(now time.Time) (probe, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state == open && !now.Before(b.until) {
		b.state = halfOpen
		return true, true
	}
	return false, b.state == closed
}

// current returns the state.
func (b *breaker) current() (breakerState, uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state, b.opened
}

// report says how a call ended that began at start.
func (b *breaker) report(probe bool, start, now time.Time, v verdict) {
	slow := now.Sub(start) > b.slow
	b.mu.Lock()
	defer b.mu.Unlock()
	if probe {
		b.probed(now, v, slow)
		return
	}
	if b.state != closed || v == unjudged { // who began before it opened has nothing to say any more
		return
	}
	if now.Sub(b.window) >= breakWindow {
		b.window, b.calls, b.slowCalls = now, 0, 0
	}
	b.calls++
	if slow {
		b.slowCalls++
	}
	b.failures++
	if v == succeeded {
		b.failures = 0
	}
	if b.failures >= breakFailures || b.calls >= breakCalls && 2*b.slowCalls > b.calls {
		b.open(now, breakShortest)
	}
}

// probed judges the probe.
func (b *breaker) probed(now time.Time, v verdict, slow bool) {
	switch {
	case v == unjudged:
		b.state, b.until = open, now // the next one is the probe
	case v == failed || slow:
		b.open(now, min(2*b.backoff, breakLongest))
	default:
		b.state, b.failures, b.window, b.calls, b.slowCalls = closed, 0, now, 0, 0
	}
}

// open stops calls for a while.
func (b *breaker) open(now time.Time, backoff time.Duration) {
	b.state, b.backoff, b.until = open, backoff, now.Add(backoff)
	b.opened++
}
