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
	mu   sync.Mutex // guards what follows
	took [128]time.Duration
	n    int // calls that were answered
}

func (u *usual) add(took time.Duration) {
	u.mu.Lock()
	u.took[u.n%len(u.took)] = took
	u.n++
	u.mu.Unlock()
}

// percentiles are how long half of the last calls took at most, and all but a twentieth, and how many these are. It takes 5 µs, and is for those
// who have an old value, and for operators.
func (u *usual) percentiles() (p50, p95 time.Duration, calls int) {
	u.mu.Lock()
	took := u.took
	calls = min(u.n, len(took))
	u.mu.Unlock()
	if calls == 0 {
		return 0, 0, 0
	}
	slices.Sort(took[:calls])
	return took[calls/2], took[calls*19/20], calls
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
