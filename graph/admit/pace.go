package admit

import (
	"math"
	"time"
)

const (
	interval = 100 * time.Millisecond

	// most is how long anybody waits; since somebody has waited for standing, all but mutations are impatient.
	most, standing, impatient = 100 * time.Millisecond, 100 * time.Millisecond, 5 * time.Millisecond

	// patientIntervals are those of congestion after which a gate is limited: what other processes take of a machine is often over by then.
	patientIntervals = 2

	// quietIntervals are those after which a gate opens at which nobody has had to wait.
	quietIntervals = 20

	fading = 0.95 // of what was seen, in an interval

	least = 20 // operations a second, whatever is measured
	ahead = 20 * time.Millisecond
)

// pacer is what a gate decides by: moments, waits and counts go in, and operations that may begin come out. It has no clock of its own.
type pacer struct {
	target time.Duration // the wait that is still good
	free   int           // operations that run whatever the rate is

	limited bool    // otherwise all may begin
	rate    float64 // operations that may begin in a second
	tokens  float64 // that may begin now
	filled  time.Time

	queues  [priorities][]*waiter // the oldest first
	waiting int                   // of these, those that are not over
	since   time.Time             // when somebody began to wait; zero: nobody waits

	measure
	can    float64 // operations a second that the process was seen to do, the longer ago the less it counts
	inARow int     // intervals so far that speak for the other state: congested ones while it is open, ones in which nobody waited while it is limited
}

// measure is what is seen in an interval.
type measure struct {
	began    time.Time
	ended    uint64        // operations, when it began
	shortest time.Duration // wait; 0: none was measured
	wanted   bool          // somebody has waited
}

// waiter is an operation that may not begin yet.
type waiter struct {
	priority Priority
	since    time.Time
	turn     chan bool // has whether it may begin
	over     bool      // it is told, or has left
}

// measured says how long something that was ready has waited.
func (p *pacer) measured(wait time.Duration) {
	if wait = max(1, wait); p.shortest == 0 || wait < p.shortest {
		p.shortest = wait
	}
}

// push has an operation wait.
func (p *pacer) push(w *waiter) {
	if p.since.IsZero() {
		p.since = w.since
	}
	p.queues[w.priority] = append(p.queues[w.priority], w)
	p.waiting++
}

// end says that nobody waits for a waiter's turn any more: it is told, or has left.
func (p *pacer) end(w *waiter) {
	w.over = true
	if p.waiting--; p.waiting == 0 {
		p.since = time.Time{}
	}
}

// pop ends the wait of whose turn it is, and returns it; nil: nobody waits.
func (p *pacer) pop() *waiter {
	for at := Mutation; at >= Prefetch; at-- {
		for q := p.queues[at]; len(q) > 0; q = p.queues[at] {
			w := q[len(q)-1]
			q[len(q)-1] = nil
			p.queues[at] = q[:len(q)-1]
			if !w.over {
				p.end(w)
				return w
			}
		}
	}
	return nil
}

// admit ends the wait of those who may begin, where so many operations are running, and returns them.
func (p *pacer) admit(now time.Time, running int) (begin []*waiter) {
	ahead := max(1, p.rate*ahead.Seconds())
	p.tokens = min(ahead, p.tokens+p.rate*now.Sub(p.filled).Seconds())
	p.filled = now
	for !p.limited || p.tokens >= 1 || running+len(begin) < p.free {
		w := p.pop()
		if w == nil {
			break
		}
		p.tokens = max(p.tokens-1, -ahead)
		begin = append(begin, w)
	}
	return begin
}

// late ends the wait of those who have waited for too long, and returns them.
func (p *pacer) late(now time.Time) (late []*waiter) {
	stands := !p.since.IsZero() && now.Sub(p.since) >= standing
	for at, q := range p.queues {
		patience := most
		if stands && Priority(at) != Mutation {
			patience = impatient
		}
		for len(q) > 0 && (q[0].over || now.Sub(q[0].since) >= patience) {
			if !q[0].over {
				p.end(q[0])
				late = append(late, q[0])
			}
			q[0], q = nil, q[1:]
		}
		p.queues[at] = q
	}
	return late
}

// adjust ends the interval, if it is over: so many operations have ended until now.
func (p *pacer) adjust(now time.Time, ended uint64) {
	elapsed := now.Sub(p.began)
	if elapsed < interval {
		return
	}
	throughput := float64(ended-p.ended) / elapsed.Seconds()
	p.can = max(throughput, fading*p.can)
	congested := p.shortest > p.target
	switch {
	case p.began.IsZero(): // nobody has looked before
	case !p.limited:
		if p.inARow++; !congested {
			p.inARow = 0
		}
		if p.limited = p.inARow == patientIntervals; p.limited {
			p.inARow, p.rate, p.tokens, p.filled = 0, max(least, 0.9*p.can), 0, now
		}
	case congested:
		p.inARow = 0
		p.rate = max(least, min(p.rate, p.can)*max(0.7, math.Sqrt(float64(p.target)/float64(p.shortest))))
	default:
		p.rate *= 1 + 0.1*(1-float64(p.shortest)/float64(p.target))
		if p.inARow++; p.wanted {
			p.inARow = 0
		}
		if p.limited = p.inARow < quietIntervals; !p.limited {
			p.inARow = 0
		}
	}
	p.measure = measure{began: now, ended: ended, wanted: p.waiting > 0}
}
