package schedule

import (
	"math/rand/v2"
	"time"
)

// Periodic is what a Scheduler does again and again.
type Periodic struct {
	scheduler *Scheduler
	period    time.Duration
	tasks     Tasks

	// Guarded by the scheduler's lock.
	timer *time.Timer
	next  time.Time
}

// Every adds tasks once in a period, above 0, until the scheduler stops; the first time after one. Each time is earlier or later by
// chance, by a tenth of the period at most, so that replicas that began together do not go on together.
func (s *Scheduler) Every(period time.Duration, t Tasks) *Periodic {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Periodic{scheduler: s, period: period, tasks: t}
	wait := p.wait()
	p.timer = time.AfterFunc(wait, p.due)
	if s.closed {
		p.timer.Stop()
	}
	s.periodic = append(s.periodic, p)
	return p
}

// Next returns when the tasks are added next.
func (p *Periodic) Next() time.Time {
	p.scheduler.mu.Lock()
	defer p.scheduler.mu.Unlock()
	return p.next
}

func (p *Periodic) due() {
	p.scheduler.mu.Lock()
	defer p.scheduler.mu.Unlock()
	if p.scheduler.closed {
		return
	}
	p.timer.Reset(p.wait())
	p.scheduler.add(p.tasks)
}

// wait chooses how long it is until the next time.
func (p *Periodic) wait() time.Duration {
	wait := p.period + time.Duration((rand.Float64()-0.5)*float64(p.period)/5)
	p.next = time.Now().Add(wait)
	return wait
}
