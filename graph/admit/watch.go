package admit

import (
	"runtime"
	"time"
)

const (
	probeEvery = 10 * time.Millisecond // also how often an open gate looks
	stepEvery  = 2 * time.Millisecond  // one that is limited
	sleepAfter = time.Second           // without an operation that ends or runs
)

// watch measures and steps while operations run, until the gate is closed.
func (g *Gate) watch() {
	for {
		select {
		case <-g.wake:
		case <-g.done:
			return
		}
		p, err := newProbe()
		if err != nil { // no descriptors: there is more that has to be mended
			g.asleep.Store(true)
			continue
		}
		g.measure(p)
		p.close()
	}
}

// measure measures and steps until nothing has run for a while, or the gate is closed.
func (g *Gate) measure(p *probe) {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	every, sent, active, ended := probeEvery, time.Time{}, time.Now(), g.ended.Load()
	g.begin()
	for {
		select {
		case <-g.done:
			return
		case <-tick.C:
		}
		now := time.Now()
		limited := g.step(now, p.take(g.pacer.target))
		if now.Sub(sent) >= probeEvery {
			sent = now
			p.send()
		}
		if next := g.every(limited); next != every {
			every = next
			tick.Reset(every)
		}
		if n := g.ended.Load(); n != ended || g.running.Load() > 0 || limited {
			ended, active = n, now
		}
		if now.Sub(active) > sleepAfter {
			g.asleep.Store(true)
			return
		}
	}
}

// begin begins to look: what was before is nothing to go by.
func (g *Gate) begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pacer.began = time.Time{}
	g.pacer.least = leastForEach * runtime.GOMAXPROCS(0)
}

func (g *Gate) every(limited bool) time.Duration {
	if limited {
		return stepEvery
	}
	return probeEvery
}
