package upstream

import (
	"slices"
	"sync"
	"time"
)

// How long who has an old value waits for a new one.
const (
	softCalls = 20 // that must have been answered, so that it is known what is usual
	softTimes = 3  // as long as all but a twentieth of them take
	softLeast = 50 * time.Millisecond
)

// usual is how long an endpoint takes: the last calls of it that were answered, without their wait for a slot.
type usual struct {
	mu     sync.Mutex // guards what follows
	took   [128]time.Duration
	sorted [128]time.Duration // the same, of which the first calls are there: to sort them for each who asks took 5 µs, and this takes 0.1 µs of a call
	n      int                // calls that were answered
}

func (u *usual) add(took time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	calls := u.calls()
	if calls == len(u.took) { // the oldest goes
		i, _ := slices.BinarySearch(u.sorted[:], u.took[u.n%len(u.took)])
		calls--
		copy(u.sorted[i:calls], u.sorted[i+1:])
	}
	i, _ := slices.BinarySearch(u.sorted[:calls], took)
	copy(u.sorted[i+1:calls+1], u.sorted[i:calls])
	u.sorted[i] = took
	u.took[u.n%len(u.took)] = took
	u.n++
}

func (u *usual) calls() int { return min(u.n, len(u.took)) }

// percentiles are how long half of the last calls took at most, and all but a twentieth, and how many these are.
func (u *usual) percentiles() (p50, p95 time.Duration, calls int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if calls = u.calls(); calls == 0 {
		return 0, 0, 0
	}
	return u.sorted[calls/2], u.sorted[calls*19/20], calls
}

// Patience is how long who has an old value should wait for a call of an endpoint, which goes on: three times as long as it usually takes, and
// not at all while one call tries whether it is well again. It is false where there is no such bound.
func (c *Client) Patience(name string) (d time.Duration, ok bool) {
	e := c.endpoint(name)
	if e.breaker != nil && e.breaker.tries(time.Now()) {
		return 0, true
	}
	if c.policies.NoSoftTimeout {
		return 0, false
	}
	_, p95, calls := e.usual.percentiles()
	if calls < softCalls {
		return 0, false
	}
	d = max(softLeast, softTimes*p95)
	return d, d < c.timeout
}
