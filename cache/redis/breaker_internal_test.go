package redis

import (
	"testing"
	"time"
)

// clock moves a breaker through time.
type clock struct {
	*testing.T
	b   breaker
	now time.Time
}

func newClock(t *testing.T) *clock {
	return &clock{T: t, b: breaker{slow: 20 * time.Millisecond}, now: time.Unix(1_000_000, 0)}
}

// call makes a call that takes a while, and reports whether it was let through.
func (c *clock) call(took time.Duration, v verdict) bool {
	probe, ok := c.b.allow(c.now)
	if ok {
		start := c.now
		c.now = c.now.Add(took)
		c.b.report(probe, start, c.now, v)
	}
	return ok
}

func (c *clock) is(want breakerState) {
	c.Helper()
	if got, _ := c.b.current(); got != want {
		c.Errorf("the breaker is %v, want %v", got, want)
	}
}

func TestBreakerOpensOnFailuresInARow(t *testing.T) {
	c := newClock(t)
	for range 10 {
		for range breakFailures - 1 {
			c.call(0, failed)
		}
		c.call(0, unjudged)
		c.call(0, succeeded)
	}
	c.is(closed)
	for range breakFailures {
		c.is(closed)
		c.call(0, failed)
	}
	c.is(open)
	if c.call(0, succeeded) {
		t.Error("an open breaker lets a call through")
	}
}

func TestBreakerOpensOnSlowCalls(t *testing.T) {
	const fast, slow = time.Millisecond, 21 * time.Millisecond
	c := newClock(t)
	for range breakCalls - 1 { // too few to judge
		c.call(slow, succeeded)
	}
	c.is(closed)
	c.now = c.now.Add(breakWindow)
	for range 100 {
		c.call(fast, succeeded)
	}
	for range 20 {
		c.call(slow, succeeded)
	}
	c.is(closed)
	c.now = c.now.Add(breakWindow)
	for range 4 {
		c.call(fast, succeeded)
		c.call(slow, succeeded)
	}
	c.is(closed)
	c.call(slow, succeeded)
	c.call(slow, succeeded)
	c.is(open)
}

func TestBreakerProbes(t *testing.T) {
	c := newClock(t)
	for range breakFailures {
		c.call(0, failed)
	}
	for _, backoff := range []time.Duration{250, 500, 1000, 2000, 2000} {
		c.now = c.now.Add(backoff*time.Millisecond - 1)
		if c.call(0, failed) {
			t.Fatalf("a call is let through before %v ms", backoff)
		}
		c.now = c.now.Add(1)
		probe, ok := c.b.allow(c.now)
		if !probe || !ok {
			t.Fatalf("no probe after %v ms", backoff)
		}
		c.is(halfOpen)
		if c.call(0, succeeded) {
			t.Fatal("a second call beside the probe")
		}
		c.b.report(true, c.now, c.now, failed)
		c.is(open)
	}
	c.now = c.now.Add(2 * time.Second)
	c.call(0, unjudged) // the next one is the probe
	c.call(21*time.Millisecond, succeeded)
	c.is(open)
	c.now = c.now.Add(2 * time.Second)
	c.call(0, succeeded)
	c.is(closed)
	c.b.report(false, c.now, c.now, failed)
	c.is(closed)
}

func TestBreakerIgnoresWhoBeganBefore(t *testing.T) {
	c := newClock(t)
	start := c.now
	for range breakFailures {
		c.call(0, failed)
	}
	c.b.report(false, start, c.now, succeeded)
	c.is(open)
	if _, opened := c.b.current(); opened != 1 {
		t.Errorf("opened %d times, want once", opened)
	}
}
