package admit

import (
	"math"
	"slices"
	"time"
)

const (
	// interval is what a limit follows. 100 ms let waits at twice of what can be done become half as long again, and did no more.
	interval = 30 * time.Millisecond

	// most is how long anybody waits once there is congestion. Where somebody has been refused within standing, all but mutations are impatient, and no more of them wait than may
	// run: to refuse one at once takes less time than to let it wait first.
	most, standing, impatient = 100 * time.Millisecond, time.Second, 2 * time.Millisecond

	// patientIntervals are those of congestion after which a gate is limited, 0.2 s: what other processes take of a machine is often over by then.
	patientIntervals = 7

	// An open gate holds back what comes where a wait is as long as holdsFrom, and holdsLeast times as many run as may in any case. With each short wait
	// twice as many may run, until nobody is held back any more. Of holdsMost times those that run nobody is refused meanwhile.
	holdsFrom, holdsLeast, holdsMost = 10 * time.Millisecond, 8, 4

	// quietIntervals are those after which a gate opens at which nobody has had to wait, 2 s.
	quietIntervals = 67

	// A limit begins as a part of the operations that run: halves. In an interval it shrinks by shrinks, and grows by grows at most. Where an operation
	// lasts for longer than an interval, that is in the time of one: what begins now shows only when its services have answered. It shrinks by as much
	// however long the waits are, since a probe that is on its way says no more than that they are too long.
	halves, shrinks, grows = 0.5, 0.8, 1.25

	longest = 2 * time.Second // that operations are taken to last

	// Of aTurn operations that begin, one is a query where one waits, however many mutations do: anybody may send those.
	aTurn = 4
)

// pacer is what a gate decides by: moments, waits and counts go in, and operations that may begin come out. It has no clock of its own.
type pacer struct {
	target time.Duration // the wait that is still good
	least  int           // operations that may run whatever is measured

	limited bool    // otherwise all may begin
	held    bool    // limited, until waits are short or intervals say that it is congestion
	limit   float64 // operations that may run at the same time

	queues  [priorities][]*waiter // the oldest first
	passed  int                   // mutations that began since another operation did, aTurn-1 at most
	refused time.Time             // when somebody was refused last; zero: nobody was

	measure
	lasts  time.Duration // an operation, about, while no processor is waited for
	inARow int           // intervals so far that speak for the other state: congested ones while it is open, ones in which nobody waited while it is limited
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
}

// measured says how long something that was ready has waited, while so many operations run.
func (p *pacer) measured(wait time.Duration, running int) {
	if wait = max(1, wait); p.shortest == 0 || wait < p.shortest {
		p.shortest = wait
	}
	switch {
	case p.held && wait <= p.target:
		p.held = p.waiting() > 0
		p.limited, p.limit = p.held, 2*p.limit
	case !p.limited && wait >= holdsFrom && running >= holdsLeast*p.least:
		p.limited, p.held, p.limit = true, true, float64(running)
	}
}

// waiting is how many wait for their turn.
func (p *pacer) waiting() (n int) {
	for _, q := range p.queues {
		n += len(q)
	}
	return n
}

// full reports whether an operation is refused at once, since enough wait: of those whose turn comes no later, and of queries themselves.
func (p *pacer) full(as Priority, now time.Time) bool {
	stands := now.Sub(p.refused) < standing || p.held && p.waiting() >= holdsMost*int(p.limit)
	if !p.limited || as == Mutation || !stands {
		return false
	}
	may, n := int(p.limit), 0
	for at := as; at <= Mutation; at++ {
		n += len(p.queues[at])
	}
	if n < may || as == Query && len(p.queues[Query]) < may/aTurn {
		return false
	}
	p.refused = now
	return true
}

// push has an operation wait.
func (p *pacer) push(w *waiter) { p.queues[w.priority] = append(p.queues[w.priority], w) }

// pop ends the wait of whose turn it is, and returns it; nil: nobody waits.
func (p *pacer) pop() *waiter {
	at := Mutation
	for at > Prefetch && len(p.queues[at]) == 0 {
		at--
	}
	switch {
	case at != Mutation:
		p.passed = 0
	case p.passed == aTurn-1 && len(p.queues[Query]) > 0:
		at, p.passed = Query, 0
	default:
		p.passed = min(p.passed+1, aTurn-1)
	}
	q := p.queues[at]
	if len(q) == 0 {
		return nil
	}
	w := q[len(q)-1]
	q[len(q)-1] = nil
	p.queues[at] = q[:len(q)-1]
	return w
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

// late ends the wait of those who have waited for too long, and returns them. That is nobody as long as it is not known whether there is congestion.
func (p *pacer) late(now time.Time) (late []*waiter) {
	if p.held {
		return nil
	}
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

// adjust ends the interval, if it is over: so many operations are running, and have ended until now.
func (p *pacer) adjust(now time.Time, running int, ended uint64) {
	elapsed := now.Sub(p.began)
	if elapsed < interval {
		return
	}
	congested := p.shortest > p.target
	switch {
	case p.began.IsZero(): // nobody has looked before
	case !p.limited || p.held:
		if p.inARow++; !congested {
			p.inARow = 0
		}
		if p.inARow == patientIntervals {
			p.limited, p.held, p.inARow, p.limit = true, false, 0, p.shrunk(float64(running), halves)
		}
	case congested:
		p.inARow = 0
		p.limit = p.shrunk(min(p.limit, float64(running)), shrinks)
	default:
		if p.inARow++; p.wanted {
			p.inARow = 0
			p.limit *= p.paced(1 + (grows-1)*(1-float64(p.shortest)/float64(p.target)))
		}
		if p.limited = p.inARow < quietIntervals; !p.limited {
			p.inARow = 0
		}
	}
	if n := ended - p.ended; !congested && n > 0 && !p.began.IsZero() {
		p.lasts = (p.lasts + min(longest, elapsed*time.Duration(running)/time.Duration(n))) / 2 // Little's law, smoothed
	}
	p.measure = measure{began: now, ended: ended, wanted: p.waiting() > 0}
}

// shrunk is a limit after it has shrunk by a factor.
func (p *pacer) shrunk(limit, factor float64) float64 {
	return max(float64(p.least), limit*p.paced(factor))
}

// paced is a factor of an interval where an operation lasts as long as it does.
func (p *pacer) paced(factor float64) float64 {
	return math.Pow(factor, min(1, interval.Seconds()/p.lasts.Seconds()))
}
