package admit

import (
	"math"
	"slices"
	"time"
)

const (
	interval = 100 * time.Millisecond

	// most is how long anybody waits. Where somebody has been refused within standing, all but mutations are impatient.
	most, standing, impatient = 100 * time.Millisecond, time.Second, 5 * time.Millisecond

	// patientIntervals are those of congestion after which a gate is limited: what other processes take of a machine is often over by then.
	patientIntervals = 2

	// quietIntervals are those after which a gate opens at which nobody has had to wait.
	quietIntervals = 20

	// A limit shrinks and grows by at most these factors in an interval.
	shrinks, grows = 0.5, 1.5
)

// pacer is what a gate decides by: moments, waits and counts go in, and operations that may begin come out. It has no clock of its own.
type pacer struct {
	target time.Duration // the wait that is still good
	least  int           // operations that may run whatever is measured

	limited bool    // otherwise all may begin
	limit   float64 // operations that may run at the same time

	queues  [priorities][]*waiter // the oldest first
	refused time.Time             // when somebody was refused last; zero: nobody was

	measure
	inARow int // intervals so far that speak for the other state: congested ones while it is open, ones in which nobody waited while it is limited
}

// measure is what is seen in an interval.
type measure struct {
	began    time.Time
	shortest time.Duration // wait; 0: none was measured
	wanted   bool          // somebody has waited
}

// waiter is an operation that may not begin yet.
type waiter struct {
	priority Priority
	since    time.Time
	turn     chan bool // has whether it may begin
}

// measured says how long something that was ready has waited.
func (p *pacer) measured(wait time.Duration) {
	if wait = max(1, wait); p.shortest == 0 || wait < p.shortest {
		p.shortest = wait
	}
}

// waiting is how many wait for their turn.
func (p *pacer) waiting() (n int) {
	for _, q := range p.queues {
		n += len(q)
	}
	return n
}

// push has an operation wait.
func (p *pacer) push(w *waiter) { p.queues[w.priority] = append(p.queues[w.priority], w) }

// pop ends the wait of whose turn it is, and returns it; nil: nobody waits.
func (p *pacer) pop() *waiter {
	for at := Mutation; at >= Prefetch; at-- {
		if q := p.queues[at]; len(q) > 0 {
			w := q[len(q)-1]
			q[len(q)-1] = nil
			p.queues[at] = q[:len(q)-1]
			return w
		}
	}
	return nil
}

// admit ends the wait of those who may begin, where so many operations are running, and returns them.
func (p *pacer) admit(running int) (begin []*waiter) {
	for !p.limited || running+len(begin) < int(p.limit) {
		w := p.pop()
		if w == nil {
			break
		}
		begin = append(begin, w)
	}
	return begin
}

// late ends the wait of those who have waited for too long, and returns them.
func (p *pacer) late(now time.Time) (late []*waiter) {
	stands := now.Sub(p.refused) < standing
	for at, q := range p.queues {
		patience := most
		if stands && Priority(at) != Mutation {
			patience = impatient
		}
		n := 0
		for n < len(q) && now.Sub(q[n].since) >= patience {
			n++
		}
		late = append(late, q[:n]...)
		p.queues[at] = slices.Delete(q, 0, n)
	}
	if len(late) > 0 {
		p.refused = now
	}
	return late
}

// adjust ends the interval, if it is over: so many operations are running.
func (p *pacer) adjust(now time.Time, running int) {
	if now.Sub(p.began) < interval {
		return
	}
	switch congested := p.shortest > p.target; {
	case p.began.IsZero(): // nobody has looked before
	case !p.limited:
		if p.inARow++; !congested {
			p.inARow = 0
		}
		if p.limited = p.inARow == patientIntervals; p.limited {
			p.inARow, p.limit = 0, max(float64(p.least), shrinks*float64(running))
		}
	case congested:
		p.inARow = 0
		p.limit = max(float64(p.least), min(p.limit, float64(running))*max(shrinks, math.Sqrt(float64(p.target)/float64(p.shortest))))
	default:
		if p.inARow++; p.wanted {
			p.inARow = 0
			p.limit *= 1 + (grows-1)*(1-float64(p.shortest)/float64(p.target))
		}
		if p.limited = p.inARow < quietIntervals; !p.limited {
			p.inARow = 0
		}
	}
	p.measure = measure{began: now, wanted: p.waiting() > 0}
}
